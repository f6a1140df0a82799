import { hash } from 'node:crypto'
import type { Catalog } from './catalog/model.js'
import { FrozenCatalog } from './catalog/frozen.js'
import { readCacheFile, writeCacheFile } from './cacheFile.js'
import { ContentCache, type Reading } from './contentCache.js'
import type { MigrationHistory } from './history.js'
import { readMigrationSet, type MigrationLocation } from './migrations/discover.js'
import type { MigrationSet, SqlPiece } from './migrations/migration.js'
import type { Step } from './sql/ddl/step.js'
import { onDemand } from './onDemand.js'
import type { Checkpoint, ReplayOptions } from './sql/replay.js'
import { cachePath, cacheStamp, readSeen, readSet, writeSeen, type Seen } from './sets.js'
import { splitStatements } from './sql/split.js'

/** A migration set and what it makes. */
export interface ReadSet {
  /** The {@link fingerprint} of the files that were read. */
  readonly mark: string
  /** See {@link MigrationSet.dependsOn}. */
  readonly dependsOn: readonly string[]
  /** Undefined where there are problems. */
  readonly catalog: Catalog | undefined
  readonly problems: MigrationSet['problems']
  /** The set itself, read when it is first asked for. */
  readonly set: () => MigrationSet
}

/** A catalog, and of what. */
interface Stored {
  readonly digest: string
  readonly searchPath: string
  readonly catalog: () => FrozenCatalog
}

/** The database after the first `count` migrations of the last replay. */
interface KeptCheckpoint {
  readonly count: number
  /** Of what these run. */
  readonly digest: string
  readonly searchPath: string
  readonly checkpoint: Checkpoint
}

/**
 * Reads one migration set and makes its catalog, again when it has changed. In memory and on disk it keeps the catalog,
 * for as long as no file has changed, and what was read of each text, so that only what is new needs the parser.
 */
export class SetReader {
  readonly #path: string | undefined
  /** The steps of each piece of a file. */
  readonly #steps: ContentCache
  /** What was read of SQL that is met only while migrations run. */
  readonly #dynamic: ContentCache
  #made: Stored | undefined
  #beforeLast: KeptCheckpoint | undefined

  constructor(private readonly location: MigrationLocation) {
    this.#path = cachePath(location)
    this.#steps = new ContentCache(this.#path && `${this.#path}.steps`, cacheStamp())
    this.#dynamic = new ContentCache(this.#path && `${this.#path}.dynamic`, cacheStamp())
  }

  /** The set as it is now. Throws where the replay does, which is a fault of ours. */
  read(options: ReplayOptions): ReadSet {
    const seen = this.#readSeen(options)
    const stored = this.#readStored(options)
    if (seen !== undefined && stored?.digest === seen.digest) {
      let set: MigrationSet | undefined
      const { dependsOn } = seen
      const read = (): MigrationSet => (set ??= readMigrationSet(this.location))
      return { mark: seen.mark, dependsOn, catalog: stored.catalog(), problems: [], set: read }
    }
    const { set, mark } = readSet(this.location)
    const { dependsOn, problems } = set
    if (problems.length > 0) return { mark, dependsOn, catalog: undefined, problems, set: () => set }
    const catalog = this.#catalogOf(set, options, stored)
    const { digest } = catalog
    if (this.#path !== undefined)
      writeSeen(`${this.#path}.set`, this.#catalogStamp(options), { mark, dependsOn, digest })
    return { mark, dependsOn, catalog: catalog.catalog(), problems, set: () => set }
  }

  /** The catalog of the set as it is: the stored one where only what does not run has changed, such as a comment. */
  #catalogOf(set: MigrationSet, options: ReplayOptions, stored: Stored | undefined): Stored {
    const known = stored === undefined ? undefined : this.#digestsOf(set)
    if (stored !== undefined && stored.digest === known?.at(-1)) {
      this.#steps.save()
      return stored
    }
    const { catalog, checkpoint, whole } = this.#replayChanged(set, options, known)
    const digests = known ?? this.#digestsOf(set)
    this.#steps.save()
    // Else not all that is needed was asked for.
    if (whole) this.#dynamic.save()
    const searchPath = searchPathOf(options)
    const digest = digests.at(-1)!
    this.#made = { digest, searchPath, catalog: () => catalog }
    const count = set.migrations.length - 1
    this.#beforeLast = checkpoint && { digest: digests[count]!, searchPath, count, checkpoint }
    if (this.#path !== undefined) {
      const body = Buffer.from(`${digest}\n${catalog.toJson()}`)
      writeCacheFile(`${this.#path}.catalog`, this.#catalogStamp(options), body)
    }
    return this.#made
  }

  /**
   * Replays the set; only what stands behind the last replay's last migration but one where nothing before has changed: in
   * an editor it is the newest migration that is written. Gives what is needed to do so again.
   */
  #replayChanged(
    set: MigrationSet,
    options: ReplayOptions,
    digests: readonly string[] | undefined,
  ): {
    readonly catalog: FrozenCatalog
    readonly checkpoint: Checkpoint | undefined
    readonly whole: boolean
  } {
    const last = set.migrations.at(-1)
    let checkpoint: Checkpoint | undefined
    const onMigration: ReplayOptions['onMigration'] = (migration, make) => {
      // What a transaction of all migrations may roll back reaches further.
      if (migration === last && !set.oneTransaction) checkpoint = make()
    }
    const from = this.#beforeLast
    if (
      from !== undefined &&
      from.searchPath === searchPathOf(options) &&
      from.digest === digests?.[from.count] &&
      from.count < set.migrations.length
    ) {
      const rest = { ...set, migrations: set.migrations.slice(from.count) }
      return { catalog: from.checkpoint.continue(rest, { onMigration }), checkpoint, whole: false }
    }
    return { catalog: this.#replay(set, { ...options, onMigration }), checkpoint, whole: true }
  }

  /** What was seen of the files last, by this process or another, if that is how they still are. */
  #readSeen(options: ReplayOptions): Seen | undefined {
    return this.#path === undefined ? undefined : readSeen(`${this.#path}.set`, this.#catalogStamp(options))
  }

  /** The catalog that was made last, by this process or another. */
  #readStored(options: ReplayOptions): Stored | undefined {
    const searchPath = searchPathOf(options)
    if (this.#made?.searchPath === searchPath) return this.#made
    if (this.#path === undefined) return undefined
    const body = readCacheFile(`${this.#path}.catalog`, this.#catalogStamp(options))
    if (body === undefined) return undefined
    const end = body.indexOf(10)
    let catalog: FrozenCatalog | undefined
    return (this.#made = {
      digest: body.toString('latin1', 0, end),
      searchPath,
      catalog: () => (catalog ??= FrozenCatalog.fromJson(body.subarray(end + 1))),
    })
  }

  #catalogStamp(options: ReplayOptions): string {
    return `${cacheStamp()} ${searchPathOf(options)}`
  }

  /**
   * Digests of all that a replay depends on, up to each migration, and last of the whole set. What is left out, such as
   * comments and offsets, is in no catalog.
   */
  #digestsOf({ migrations, unread, oneTransaction }: MigrationSet): string[] {
    let digest = hash('sha1', JSON.stringify(oneTransaction), 'base64')
    const digests = [digest]
    const add = (what: unknown): void => {
      digest = hash('sha1', digest + JSON.stringify(what), 'base64')
      digests.push(digest)
    }
    for (const { name, file, pieces, transaction, unread: own } of migrations) {
      const steps = pieces.map((piece) => [
        piece.file,
        this.#steps.digestOf(keyOf(piece), () => readingOf(piece)),
      ])
      add([name, file, transaction, own, steps])
    }
    add(unread)
    return digests
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
    return new (onDemand().MigrationHistory)(
      set,
      (replayed, onMigration) => this.#replay(replayed, { ...options, onMigration }),
      (path, text) => readMigrationSet(this.location, { path, text }),
    )
  }

  #replay(set: MigrationSet, options: ReplayOptions): FrozenCatalog {
    return onDemand().replayMigrations(set, {
      ...options,
      stepsOf: (piece) => this.#steps.getOrMake(keyOf(piece), () => readingOf(piece)) as readonly Step[],
      dynamicCache: this.#dynamic,
    })
  }
}

function keyOf({ text, line }: SqlPiece): string {
  return `${line} ${text}`
}

/** The steps of a piece: the same where nothing has changed but what stands between and behind its statements. */
function readingOf({ text, line }: SqlPiece): Reading {
  const statements = splitStatements(text)
  return {
    meaning: `${line} ${JSON.stringify(statements)}`,
    value: () => onDemand().readSplit(statements, line),
  }
}

function searchPathOf({ searchPath = [] }: ReplayOptions): string {
  return JSON.stringify(searchPath)
}
