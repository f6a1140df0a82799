import { createHash, hash } from 'node:crypto'
import {
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

/** Changes with the layout of the file. */
const FORMAT = 'pg-enum 1'

interface Entry {
  /** What the file holds, until it is asked for. */
  json?: string
  value?: unknown
  used: boolean
}

/**
 * What was made of texts, JSON values by the hash of the text: in memory, and in a file that other processes share. The file is a first line with
 * format, stamp and a checksum, and a line for each text: its hash and the JSON. It is written
 * whole under another name and renamed, so a reader sees the old or the new one; a file of another format or stamp, or one
 * that is damaged, counts as none. Nothing here throws for what is on disk: without a cache things are only slower.
 */
export class ContentCache {
  readonly #entries = new Map<string, Entry>()
  #changed = false

  /**
   * @param file Absolute; undefined keeps everything in memory.
   * @param stamp What the values depend on beside the texts: versions.
   */
  constructor(
    private readonly file: string | undefined,
    private readonly stamp: string,
  ) {
    if (file !== undefined) this.#read(file)
  }

  /** What was made of `text`; undefined where that is not known. The value is shared: nobody may change it. */
  get(text: string): unknown {
    const entry = this.#entries.get(keyOf(text))
    if (entry === undefined) return undefined
    entry.used = true
    return (entry.value ??= JSON.parse(entry.json!))
  }

  set(text: string, value: unknown): void {
    this.#entries.set(keyOf(text), { value, used: true })
    this.#changed = true
  }

  /** Writes the file if something was made since; what was not asked for since the last time is left out. */
  save(): void {
    for (const [key, entry] of this.#entries) {
      if (entry.used) entry.used = false
      else this.#entries.delete(key)
    }
    if (!this.#changed || this.file === undefined) return
    this.#changed = false
    try {
      this.#write(this.file)
    } catch {
      // A folder that may not be written, a full disk.
    }
  }

  #read(file: string): void {
    let content: string
    try {
      content = readFileSync(file, 'utf8')
    } catch {
      return
    }
    const start = content.indexOf('\n') + 1
    const body = content.slice(start)
    if (content.slice(0, start) !== this.#header(body)) return
    for (let at = 0; at < body.length;) {
      const end = body.indexOf('\n', at)
      const tab = body.indexOf('\t', at)
      this.#entries.set(body.slice(at, tab), { json: body.slice(tab + 1, end), used: false })
      at = end + 1
    }
  }

  #header(body: string): string {
    return `${JSON.stringify([FORMAT, this.stamp, body.length, crc32(body)])}\n`
  }

  #write(file: string): void {
    const lines: string[] = []
    for (const [key, entry] of this.#entries) {
      entry.json ??= JSON.stringify(entry.value)
      lines.push(`${key}\t${entry.json}\n`)
    }
    const body = lines.join('')
    mkdirSync(dirname(file), { recursive: true })
    const temporary = `${file}.${process.pid}-${threadId}.tmp`
    try {
      writeFileSync(temporary, this.#header(body) + body)
      renameSync(temporary, file)
    } finally {
      rmSync(temporary, { force: true })
    }
  }
}

function keyOf(text: string): string {
  return hash('sha1', text, 'base64')
}

/** The nearest `node_modules/.cache/eslint-plugin-pg-enum` from `dir` upward; undefined where there is no node_modules. */
export function cacheFolder(dir: string): string | undefined {
  const modules = join(dir, 'node_modules')
  if (existsSync(modules)) return join(modules, '.cache', 'eslint-plugin-pg-enum')
  return dirname(dir) === dir ? undefined : cacheFolder(dirname(dir))
}

/**
 * Names, sizes and times of the files of a folder and those beneath it: tells a build of our own code from another, where
 * the package's version does not.
 */
export function buildStamp(folder: string): string {
  const stamp = createHash('sha1')
  try {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const { size, mtimeMs } = statSync(join(folder, name))
      stamp.update(`${name} ${size} ${mtimeMs}\n`)
    }
  } catch {
    // Bundled into one file: the version tells.
  }
  return stamp.digest('base64')
}
