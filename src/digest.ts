import { configured, locationsBeneath } from './project.js'
import type { MigrationLocation } from './migrations/discover.js'
import { projectPath } from './migrations/files.js'
import { digestOfSet } from './sets.js'
import { readSettings } from './settings.js'

/** Name of a migration set → digest of its files: what `eslint --cache` compares, as part of the config. */
export type Digests = Readonly<Record<string, string>>

function digestOf(location: MigrationLocation): string {
  try {
    return digestOfSet(location)
  } catch {
    // The rule says what is wrong, where the set is used.
    return 'unreadable'
  }
}

/** The digests of all sets that files beneath `cwd` may be linted against. Never throws. */
export function discoveredDigests(cwd: string): Digests {
  return Object.fromEntries(
    locationsBeneath(cwd).map((location) => [projectPath(cwd, location.dir), digestOf(location)]),
  )
}

/** The digest of the set that settings name; of all that are found where they name none. Never throws. */
export function digestsFor(raw: unknown, cwd: string): Digests {
  const { settings } = readSettings(raw)
  const located = configured(settings, cwd)
  if (located === undefined) return discoveredDigests(cwd)
  if (!('location' in located)) return {}
  const { location } = located
  const name = (location.files ?? location.dirs ?? []).join(', ')
  return { [name]: digestOf(location) }
}
