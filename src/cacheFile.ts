import { createHash } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { crc32 } from 'node:zlib'

/** Changes with the layout of the files. */
const FORMAT = 'pg-enum 5'

/** A first line that tells whether the rest is whole, and of this version. */
function header(stamp: string, body: Buffer): Buffer {
  return Buffer.from(`${JSON.stringify([FORMAT, stamp, body.length, crc32(body)])}\n`)
}

/**
 * What {@link writeCacheFile} wrote with the same stamp, in UTF-8: large, and seldom needed as a whole. Undefined for a file
 * that is not there, of another version, or damaged. Never throws: without a cache things are only slower.
 */
export function readCacheFile(file: string, stamp: string): Buffer | undefined {
  let content: Buffer
  try {
    content = readFileSync(file)
  } catch {
    return undefined
  }
  const start = content.indexOf(10) + 1
  const body = content.subarray(start)
  return content.subarray(0, start).equals(header(stamp, body)) ? body : undefined
}

/**
 * Writes a file that several processes share: under another name, then renamed, so that a reader sees the old or the new
 * one. Never throws: the folder may not be writable, the disk full.
 */
export function writeCacheFile(file: string, stamp: string, body: Buffer): void {
  const temporary = `${file}.${process.pid}-${threadId}.tmp`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, header(stamp, body))
    appendFileSync(temporary, body)
    renameSync(temporary, file)
  } catch {
    try {
      rmSync(temporary, { force: true })
    } catch {
      // Nor may it be cleaned up.
    }
  }
}

/** The nearest `node_modules/.cache/eslint-plugin-pg-enum` from `dir` upward; undefined where there is no node_modules. */
export function cacheFolder(dir: string): string | undefined {
  const modules = join(dir, 'node_modules')
  if (existsSync(modules)) return join(modules, '.cache', 'eslint-plugin-pg-enum')
  return dirname(dir) === dir ? undefined : cacheFolder(dirname(dir))
}

/**
 * Names, sizes and times of the code in a folder and those beneath it: tells a build of our own code from another, where
 * the package's version does not.
 */
export function buildStamp(folder: string): string {
  const stamp = createHash('sha1')
  const add = (inside: string): void => {
    const entries = readdirSync(join(folder, inside), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = join(inside, entry.name)
      // The declarations of a build run nothing.
      if (entry.isDirectory() && entry.name !== 'types') add(name)
      else if (/\.c?[jt]s$/.test(name)) {
        const { size, mtimeMs } = statSync(join(folder, name))
        stamp.update(`${name} ${size} ${mtimeMs}\n`)
      }
    }
  }
  try {
    add('')
  } catch {
    // Not to be read: the version tells.
  }
  return stamp.digest('base64')
}
