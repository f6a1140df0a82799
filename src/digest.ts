import { configured } from './project.js'
import { digest, MigrationFinder, readMigrationSet, type MigrationLocation } from './migrations/discover.js'
import { projectPath } from './migrations/files.js'
import { readSettings } from './settings.js'

/** Name of a migration set → digest of its files: what `eslint --cache` compares, as part of the config. */
export type Digests = Readonly<Record<string, string>>

function digestOf(location: MigrationLocation): string {
  try {
    return digest(readMigrationSet(location))
  } catch {
    // The rule says what is wrong, where the set is used.
    return 'unreadable'
  }
}

/** The digests of all sets that files beneath `cwd` may be linted against. Never throws. */
export function discoveredDigests(cwd: string): Digests {
  const dirs = new MigrationFinder().findAll(cwd)
  return Object.fromEntries(dirs.map((dir) => [projectPath(cwd, dir), digestOf({ root: cwd, dir })]))
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
