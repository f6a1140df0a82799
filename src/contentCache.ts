import { hash } from 'node:crypto'
import { readCacheFile, writeCacheFile } from './cacheFile.js'

interface Entry {
  /** The value's JSON in UTF-8, as the file has it or will have it. */
  readonly json: Buffer
  /** Of the JSON: equal for equal values. */
  readonly digest: string
  /** What the JSON stands for, once it was asked for. */
  value?: unknown
  used: boolean
}

/**
 * What was made of texts, JSON values by the hash of the text: in memory, and in a file that other processes share, with a
 * line for each text: its hash, the digest of the value and its JSON. A value is read from its JSON when it is asked for.
 * Nothing here throws for what is on disk.
 */
export class ContentCache {
  #read: Map<string, Entry> | undefined
  #changed = false

  /**
   * @param file Absolute; undefined keeps everything in memory.
   * @param stamp What the values depend on beside the texts: versions.
   */
  constructor(
    private readonly file: string | undefined,
    private readonly stamp: string,
  ) {}

  /** What was made of `text`; undefined where that is not known. The value is shared: nobody may change it. */
  get(text: string): unknown {
    return this.#valueOf(this.#find(keyOf(text)))
  }

  set(text: string, value: unknown): void {
    this.#enter(keyOf(text), value).value = value
  }

  /** What was made of `text`, and otherwise is made now. For what is asked for seldom: its JSON alone stays in memory. */
  getOrMake(text: string, make: () => unknown): unknown {
    const key = keyOf(text)
    const known = this.#find(key)
    if (known !== undefined) return known.value ?? parseJson(known)
    const value = make()
    this.#enter(key, value)
    return value
  }

  /** A digest of what was made of `text`, and otherwise is made now: equal for equal values. */
  digestOf(text: string, make: () => unknown): string {
    const key = keyOf(text)
    return (this.#find(key) ?? this.#enter(key, make())).digest
  }

  /**
   * Writes the file if something was made since. What was not asked for since the last time is left out.
   */
  save(): void {
    if (this.#read === undefined) return
    for (const [key, entry] of this.#entries) {
      if (entry.used) entry.used = false
      else this.#entries.delete(key)
    }
    if (!this.#changed || this.file === undefined) return
    this.#changed = false
    const parts: Buffer[] = []
    for (const [key, { digest, json }] of this.#entries) {
      parts.push(Buffer.from(`${key}\t${digest}\t`, 'latin1'), json, NEWLINE)
    }
    writeCacheFile(this.file, this.stamp, Buffer.concat(parts))
  }

  /** The file is read when the first text is asked for. */
  get #entries(): Map<string, Entry> {
    if (this.#read !== undefined) return this.#read
    const body = this.file === undefined ? undefined : readCacheFile(this.file, this.stamp)
    return (this.#read = body === undefined ? new Map<string, Entry>() : entriesOf(body))
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.used = true
    return entry
  }

  #valueOf(entry: Entry | undefined): unknown {
    return entry === undefined ? undefined : (entry.value ??= parseJson(entry))
  }

  #enter(key: string, value: unknown): Entry {
    const json = Buffer.from(JSON.stringify(value))
    const entry: Entry = { json, digest: hash('sha1', json, 'base64'), used: true }
    this.#entries.set(key, entry)
    this.#changed = true
    return entry
  }
}

function entriesOf(body: Buffer): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (let at = 0; at < body.length;) {
    const end = body.indexOf(10, at)
    const key = body.indexOf(9, at)
    const digest = body.indexOf(9, key + 1)
    entries.set(body.toString('latin1', at, key), {
      json: body.subarray(digest + 1, end),
      digest: body.toString('latin1', key + 1, digest),
      used: false,
    })
    at = end + 1
  }
  return entries
}

function parseJson({ json }: Entry): unknown {
  return JSON.parse(json.toString())
}

const NEWLINE = Buffer.from('\n')

function keyOf(text: string): string {
  return hash('sha1', text, 'base64')
}
