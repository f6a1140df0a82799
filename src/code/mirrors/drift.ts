import type { DeclaredEntry } from './declaration.js'
import type { Mirror } from './index.js'

/** How a mirror differs from its value set. */
export interface Drift {
  /** Entries whose value the database does not have, in source order. */
  readonly unknown: readonly DeclaredEntry[]
  /** Values that the mirror does not list, in the database's order; empty where not all entries could be read. */
  readonly missing: readonly string[]
}

/** What a mirror lists beyond its value set, and what it lacks. */
export function driftOf(mirror: Mirror): Drift {
  const values = mirror.valueSet.values.map((label) => label.value)
  const listed = new Set(mirror.entries.map((entry) => entry.value))
  return {
    unknown: mirror.entries.filter((entry) => !values.includes(entry.value)),
    missing: mirror.open ? [] : values.filter((value) => !listed.has(value)),
  }
}
