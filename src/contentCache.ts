import { hash } from 'node:crypto'
import { readCacheFile, writeCacheFile } from './cacheFile.js'

/** What is made of a text that is not known. */
export interface Reading {
  /** Equal for texts of which the same is made: a text without its comments, say. */
  readonly meaning: string
  readonly value: () => unknown
}

interface Entry {
  /** The hash of the text's meaning; empty where it has none beside itself. */
  readonly meaning: string
  /** The value's JSON in UTF-8, as the file has it or will have it. */
  readonly json: Buffer
  /** Of the JSON: equal for equal values. */
  readonly digest: string
  /** What the JSON stands for, once it was asked for. */
  value?: unknown
  used: boolean
  /** Whether the file has it, rather than the additions beside it or none. */
  inFile?: boolean
}

/**
 * What was made of texts, JSON values by the hash of the text: in memory, and in a file that other processes share, with a
 * line for each text: its hash, that of its meaning, the digest of the value and its JSON. A value is read from its JSON when it is asked for.
 * Nothing here throws for what is on disk.
 */
export class ContentCache {
  #read: Map<string, Entry> | undefined
  readonly #byMeaning = new Map<string, Entry>()
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
  getOrMake(text: string, read: () => Reading): unknown {
    const key = keyOf(text)
    const known = this.#find(key)
    if (known !== undefined) return known.value ?? parseJson(known)
    const { meaning, value } = read()
    const twin = this.#twin(key, meaning)
    if (twin !== undefined) return parseJson(twin)
    const made = value()
    this.#enter(key, made, keyOf(meaning))
    return made
  }

  /** A digest of what was made of `text`, and otherwise is made now: equal for equal values. */
  digestOf(text: string, read: () => Reading): string {
    const key = keyOf(text)
    const known = this.#find(key)
    if (known !== undefined) return known.digest
    const { meaning, value } = read()
    return (this.#twin(key, meaning) ?? this.#enter(key, value(), keyOf(meaning))).digest
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
    const added = [...this.#entries].filter(([, entry]) => entry.inFile !== true)
    const isSmall = added.length * SMALL_PART < this.#entries.size
    if (isSmall) return writeCacheFile(additionsOf(this.file), this.stamp, linesOf(added))
    for (const entry of this.#entries.values()) entry.inFile = true
    writeCacheFile(this.file, this.stamp, linesOf(this.#entries))
  }

  /** The file is read when the first text is asked for. */
  get #entries(): Map<string, Entry> {
    if (this.#read !== undefined) return this.#read
    this.#read = new Map<string, Entry>()
    const body = this.file === undefined ? undefined : readCacheFile(this.file, this.stamp)
    if (this.file === undefined || body === undefined) return this.#read
    const additions = readCacheFile(additionsOf(this.file), this.stamp)
    if (additions !== undefined) addEntries(this.#read, additions, false)
    addEntries(this.#read, body, true)
    for (const entry of this.#read.values())
      if (entry.meaning !== '') this.#byMeaning.set(entry.meaning, entry)
    return this.#read
  }

  /** Enters what was made of another text with the same meaning. */
  #twin(key: string, meaning: string): Entry | undefined {
    const other = this.#byMeaning.get(keyOf(meaning))
    if (other === undefined) return undefined
    const entry: Entry = { ...other, used: true, inFile: false }
    this.#entries.set(key, entry)
    this.#changed = true
    return entry
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.used = true
    return entry
  }

  #valueOf(entry: Entry | undefined): unknown {
    return entry === undefined ? undefined : (entry.value ??= parseJson(entry))
  }

  #enter(key: string, value: unknown, meaning = ''): Entry {
    const json = Buffer.from(JSON.stringify(value))
    const entry: Entry = { meaning, json, digest: hash('sha1', json, 'base64'), used: true }
    this.#entries.set(key, entry)
    if (meaning !== '') this.#byMeaning.set(meaning, entry)
    this.#changed = true
    return entry
  }
}

/** The file is left as it is while less than this part of the texts is not in it: those are in one beside it. */
const SMALL_PART = 8

function additionsOf(file: string): string {
  return `${file}.new`
}

function linesOf(entries: Iterable<readonly [string, Entry]>): Buffer {
  const parts: Buffer[] = []
  for (const [key, { meaning, digest, json }] of entries) {
    parts.push(Buffer.from(`${key}\t${meaning}\t${digest}\t`, 'latin1'), json, NEWLINE)
  }
  return Buffer.concat(parts)
}

function addEntries(entries: Map<string, Entry>, body: Buffer, inFile: boolean): void {
  for (let at = 0; at < body.length;) {
    const end = body.indexOf(10, at)
    const key = body.indexOf(9, at)
    const meaning = body.indexOf(9, key + 1)
    const digest = body.indexOf(9, meaning + 1)
    entries.set(body.toString('latin1', at, key), {
      meaning: body.toString('latin1', key + 1, meaning),
      json: body.subarray(digest + 1, end),
      digest: body.toString('latin1', meaning + 1, digest),
      used: false,
      inFile,
    })
    at = end + 1
  }
}

function parseJson({ json }: Entry): unknown {
  return JSON.parse(json.toString())
}

const NEWLINE = Buffer.from('\n')

function keyOf(text: string): string {
  return hash('sha1', text, 'base64')
}
