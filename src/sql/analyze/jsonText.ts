import type { Piece } from './literalText.js'

/** The strings of one member of a JSON object: those of the list that it is, or the one string. */
export interface JsonMember {
  readonly key: string
  readonly isList: boolean
  readonly strings: readonly Piece[]
}

/** JSON longer than this holds data. */
const MAX_LENGTH = 100_000

/**
 * The members of the objects that JSON text is, or is a list of, as far as they are strings or lists of them; of several members of one key
 * the last, which counts for Postgres. Nothing for text that is no JSON.
 */
export function jsonObjects(text: string): readonly (readonly JsonMember[])[] {
  if (text.length > MAX_LENGTH) return []
  try {
    JSON.parse(text)
  } catch {
    return []
  }
  return new JsonReader(text).objects()
}

/** Reads text that is known to be JSON. */
class JsonReader {
  #at = 0

  constructor(private readonly text: string) {}

  objects(): (readonly JsonMember[])[] {
    const objects: (readonly JsonMember[])[] = []
    if (this.#next() === '{') objects.push(this.#object())
    else if (this.#next() === '[') {
      this.#each(']', () => {
        if (this.#next() === '{') objects.push(this.#object())
        else this.#value()
      })
    }
    return objects
  }

  /** The next character that is no blank space. */
  #next(): string {
    while (/\s/.test(this.text[this.#at] ?? '')) this.#at++
    return this.text[this.#at] ?? ''
  }

  /** The items of a list or an object, up to behind its end. */
  #each(end: string, read: () => void): void {
    this.#at++
    while (this.#next() !== end) {
      read()
      if (this.#next() === ',') this.#at++
    }
    this.#at++
  }

  #object(): readonly JsonMember[] {
    const members = new Map<string, JsonMember>()
    this.#each('}', () => {
      this.#next()
      const key = this.#string().value
      this.#next()
      this.#at++
      const isList = this.#next() === '['
      members.set(key, { key, isList, strings: this.#value() })
    })
    return [...members.values()]
  }

  /** The strings of a value: it, or those of the list that it is; none of an object's. */
  #value(): readonly Piece[] {
    const first = this.#next()
    if (first === '"') return [this.#string()]
    if (first === '{') {
      this.#object()
      return []
    }
    if (first !== '[') {
      this.#at += /^[^\s,\]}]+/.exec(this.text.slice(this.#at, this.#at + 400))?.[0].length ?? 1
      return []
    }
    const strings: Piece[] = []
    this.#each(']', () => strings.push(...this.#value()))
    return strings
  }

  #string(): Piece {
    const start = this.#at
    const map: number[] = []
    let value = ''
    let i = start + 1
    while (this.text[i] !== '"') {
      const escape = /^\\(?:u[\da-f]{4}|.)/i.exec(this.text.slice(i, i + 6))?.[0] ?? this.text[i]!
      value += escape.length > 1 ? (JSON.parse(`"${escape}"`) as string) : escape
      map.push(i)
      i += escape.length
    }
    this.#at = i + 1
    return { value, map, start, end: this.#at }
  }
}
