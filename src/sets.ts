import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildStamp, cacheFolder, readCacheFile, writeCacheFile } from './cacheFile.js'
import { digest, fingerprint, readMigrationSet, type MigrationLocation } from './migrations/discover.js'
import type { MigrationSet } from './migrations/migration.js'
import { parserVersion } from './sql/parser.js'
import { version } from './version.js'

/** What was seen of the files of a set. */
export interface Seen {
  /** Their {@link fingerprint}. */
  readonly mark: string
  /** See {@link MigrationSet.dependsOn}. */
  readonly dependsOn: readonly string[]
  /** Of what the set runs. */
  readonly digest: string
}

let known: string | undefined

/** What everything that is kept depends on, beside the migrations. */
export function cacheStamp(): string {
  known ??= [version, parserVersion(), buildStamp(fileURLToPath(new URL('.', import.meta.url)))].join(' ')
  return known
}

/** Where what was made of a set is kept, without the ending; undefined where the project has no node_modules. */
export function cachePath(location: MigrationLocation): string | undefined {
  const folder = cacheFolder(location.root)
  return folder === undefined ? undefined : join(folder, keyOf(location))
}

function keyOf(location: MigrationLocation): string {
  return createHash('sha1').update(JSON.stringify(location)).digest('hex').slice(0, 16)
}

/** A set, and the {@link fingerprint} of its files when it was read. */
interface ReadFiles {
  readonly set: MigrationSet
  readonly mark: string
}

/** Sets that were read for their digests, until they are asked for. */
const waiting = new Map<string, ReadFiles>()

/** Reads a set, unless {@link digestOfSet} has just done so. Never throws. */
export function readSet(location: MigrationLocation): ReadFiles {
  const key = keyOf(location)
  const read = waiting.get(key)
  waiting.delete(key)
  if (read !== undefined && fingerprint(read.set) === read.mark) return read
  const set = readMigrationSet(location)
  return { set, mark: fingerprint(set) }
}

/** What a cache file says that was seen of a set's files, if that is how they still are. */
export function readSeen(file: string, stamp: string): Seen | undefined {
  const body = readCacheFile(file, stamp)
  if (body === undefined) return undefined
  const seen = JSON.parse(body.toString()) as Seen
  return fingerprint(seen) === seen.mark ? seen : undefined
}

export function writeSeen(file: string, stamp: string, { mark, dependsOn, digest }: Seen): void {
  writeCacheFile(file, stamp, Buffer.from(JSON.stringify({ mark, dependsOn, digest } satisfies Seen)))
}

/** The {@link digest} of a set. Its files are read only where one has changed since it was made last. Throws where that does. */
export function digestOfSet(location: MigrationLocation): string {
  const path = cachePath(location)
  const file = path === undefined ? undefined : `${path}.digest`
  const seen = file === undefined ? undefined : readSeen(file, cacheStamp())
  if (seen !== undefined) return seen.digest
  const read = readSet(location)
  waiting.set(keyOf(location), read)
  const { set, mark } = read
  const made = digest(set)
  // What is wrong with a set may be in what it does not depend on.
  if (file !== undefined && set.problems.length === 0)
    writeSeen(file, cacheStamp(), { mark, dependsOn: set.dependsOn, digest: made })
  return made
}
