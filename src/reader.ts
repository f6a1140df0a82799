import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Catalog } from './catalog/model.js'
import { buildStamp, cacheFolder, ContentCache } from './contentCache.js'
import { MigrationHistory } from './history.js'
import { readMigrationSet, type MigrationLocation } from './migrations/discover.js'
import type { MigrationSet, SqlPiece } from './migrations/migration.js'
import { readStatements } from './sql/ddl/read.js'
import type { Step } from './sql/ddl/step.js'
import { parserVersion } from './sql/parser.js'
import { replayMigrations, type ReplayOptions } from './sql/replay.js'
import { version } from './version.js'

/** What is read of a text depends on these, too. */
function stamp(): string {
  const folder = fileURLToPath(new URL('./sql', import.meta.url))
  return [version, parserVersion(), buildStamp(folder)].join(' ')
}

/** Where what was read of a set is kept; undefined where the project has no node_modules. */
function cacheFile(location: MigrationLocation): string | undefined {
  const folder = cacheFolder(location.root)
  const name = createHash('sha1').update(JSON.stringify(location)).digest('hex').slice(0, 16)
  return folder === undefined ? undefined : join(folder, `${name}.steps`)
}

/**
 * Makes catalogs of one migration set, again when it has changed: what was read of each text is kept, in memory and on
 * disk, so that only what is new needs the parser.
 */
export class SetReader {
  readonly #cache: ContentCache

  constructor(private readonly location: MigrationLocation) {
    this.#cache = new ContentCache(cacheFile(location), stamp())
  }

  /** The catalog after all migrations of the set. */
  catalog(set: MigrationSet, options: ReplayOptions): Catalog {
    const catalog = this.#replay(set, options)
    this.#cache.save()
    return catalog
  }

  /** The catalog after the first `count` migrations of the set. */
  catalogAfter(set: MigrationSet, count: number, options: ReplayOptions): Catalog {
    const rest = set.migrations.length - count
    // What belongs to no migration may touch anything in the end.
    return this.#replay(
      rest > 0 ? { ...set, migrations: set.migrations.slice(0, count), unread: [] } : set,
      options,
    )
  }

  /** What each migration of the set met, for migrations that are linted themselves. */
  history(set: MigrationSet, options: ReplayOptions): MigrationHistory {
    return new MigrationHistory(
      set,
      (replayed, onMigration) => this.#replay(replayed, { ...options, onMigration }),
      (path, text) => readMigrationSet(this.location, { path, text }),
    )
  }

  #replay(set: MigrationSet, options: ReplayOptions): Catalog {
    return replayMigrations(set, { ...options, stepsOf: this.#stepsOf, dynamicCache: this.#cache })
  }

  readonly #stepsOf = ({ text, line }: SqlPiece): readonly Step[] => {
    const key = `${line} ${text}`
    const known = this.#cache.get(key)
    if (known !== undefined) return known as readonly Step[]
    const steps = readStatements(text, line)
    this.#cache.set(key, steps)
    return steps
  }
}
