import { MAX_DEPTH } from './site.js'
import type { Reached, Site } from './site.js'
import type { Wanted } from './texts.js'

/** Bounds one question: how deep, and how many steps in all. */
export interface Trail {
  readonly depth: number
  readonly budget: { left: number; readonly imports: boolean; readonly wanted: Wanted | undefined }
}

const MAX_STEPS = 2000

/**
 * @param imports Whether names are followed into imported files, which have to be parsed for it; a question where only those are
 *   whose text leads to what is wanted.
 */
export function newTrail(imports: boolean | Wanted = true): Trail {
  const wanted = typeof imports === 'boolean' ? undefined : imports
  return { depth: 0, budget: { left: MAX_STEPS, imports: imports !== false, wanted } }
}

/** One step further; undefined where the bounds are reached. */
export function step(trail: Trail): Trail | undefined {
  if (trail.depth >= MAX_DEPTH || trail.budget.left-- <= 0) return undefined
  return { depth: trail.depth + 1, budget: trail.budget }
}

export function union(parts: readonly Reached[]): Reached {
  return { sites: parts.flatMap((p) => p.sites), complete: parts.every((p) => p.complete) }
}

export function exactly(site: Site): Reached {
  return { sites: [site], complete: true }
}
