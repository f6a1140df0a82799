import { hash } from 'node:crypto'
import { readCacheFile, writeCacheFile } from './cacheFile.js'

interface Entry {
  /** What the file holds, until it is asked for. */
  json?: string
  value?: unknown
  used: boolean
}

/**
 * What was made of texts, JSON values by the hash of the text: in memory, and in a file that other processes share, with a
 * line for each text: its hash and the JSON. Nothing here throws for what is on disk.
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
    const body = file === undefined ? undefined : readCacheFile(file, stamp)
    if (body !== undefined) this.#fill(body)
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
    const lines: string[] = []
    for (const [key, entry] of this.#entries) {
      entry.json ??= JSON.stringify(entry.value)
      lines.push(`${key}\t${entry.json}\n`)
    }
    writeCacheFile(this.file, this.stamp, lines.join(''))
  }

  #fill(body: string): void {
    for (let at = 0; at < body.length;) {
      const end = body.indexOf('\n', at)
      const tab = body.indexOf('\t', at)
      this.#entries.set(body.slice(at, tab), { json: body.slice(tab + 1, end), used: false })
      at = end + 1
    }
  }
}

function keyOf(text: string): string {
  return hash('sha1', text, 'base64')
}
