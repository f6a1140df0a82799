import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Catalog } from './catalog/model.js'
import { FrozenCatalog } from './catalog/frozen.js'
import { buildStamp, cacheFolder, readCacheFile, writeCacheFile } from './cacheFile.js'
import { ContentCache } from './contentCache.js'
import { MigrationHistory } from './history.js'
import { fingerprint, readMigrationSet, type MigrationLocation } from './migrations/discover.js'
import type { MigrationSet, SqlPiece } from './migrations/migration.js'
import { readStatements } from './sql/ddl/read.js'
import type { Step } from './sql/ddl/step.js'
import { parserVersion } from './sql/parser.js'
import { replayMigrations, type ReplayOptions } from './sql/replay.js'
import { version } from './version.js'

/** What everything that is kept depends on, beside the migrations. */
function stamp(): string {
  return [version, parserVersion(), buildStamp(fileURLToPath(new URL('.', import.meta.url)))].join(' ')
}

/** Where what was made of a set is kept, without the ending; undefined where the project has no node_modules. */
function cachePath(location: MigrationLocation): string | undefined {
  const folder = cacheFolder(location.root)
  const name = createHash('sha1').update(JSON.stringify(location)).digest('hex').slice(0, 16)
  return folder === undefined ? undefined : join(folder, name)
}

/** A migration set and what it makes. */
export interface ReadSet {
  /** See {@link MigrationSet.dependsOn}. */
  readonly dependsOn: readonly string[]
  /** Undefined where there are problems. */
  readonly catalog: Catalog | undefined
  readonly problems: MigrationSet['problems']
  /** The set itself, read when it is first asked for. */
  readonly set: () => MigrationSet
}

/**
 * Reads one migration set and makes its catalog, again when it has changed. In memory and on disk it keeps the catalog,
 * for as long as no file has changed, and what was read of each text, so that only what is new needs the parser.
 */
export class SetReader {
  readonly #stamp = stamp()
  readonly #path: string | undefined
  #steps: ContentCache | undefined

  constructor(private readonly location: MigrationLocation) {
    this.#path = cachePath(location)
  }

  /** The set as it is now. Throws where the replay does, which is a fault of ours. */
  read(options: ReplayOptions): ReadSet {
    const kept = this.#readCatalog(options)
    if (kept !== undefined) return kept
    const set = readMigrationSet(this.location)
    const { dependsOn, problems } = set
    const mark = fingerprint(set)
    const catalog = problems.length > 0 ? undefined : this.#replay(set, options)
    this.#cache.save()
    if (catalog !== undefined && this.#path !== undefined) {
      const body = [mark, JSON.stringify(dependsOn), catalog.toJson()].join('\n')
      writeCacheFile(`${this.#path}.catalog`, this.#catalogStamp(options), body)
    }
    return { dependsOn, catalog, problems, set: () => set }
  }

  /** What the last process made, where no file has changed since. */
  #readCatalog(options: ReplayOptions): ReadSet | undefined {
    if (this.#path === undefined) return undefined
    const body = readCacheFile(`${this.#path}.catalog`, this.#catalogStamp(options))
    if (body === undefined) return undefined
    const first = body.indexOf('\n')
    const second = body.indexOf('\n', first + 1)
    const dependsOn = JSON.parse(body.slice(first + 1, second)) as string[]
    if (fingerprint({ dependsOn }) !== body.slice(0, first)) return undefined
    let set: MigrationSet | undefined
    return {
      dependsOn,
      catalog: FrozenCatalog.fromJson(body.slice(second + 1)),
      problems: [],
      set: () => (set ??= readMigrationSet(this.location)),
    }
  }

  #catalogStamp({ searchPath = [] }: ReplayOptions): string {
    return [this.#stamp, ...searchPath].join(' ')
  }

  get #cache(): ContentCache {
    return (this.#steps ??= new ContentCache(this.#path && `${this.#path}.steps`, this.#stamp))
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

  #replay(set: MigrationSet, options: ReplayOptions): FrozenCatalog {
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
