/** A string inside another: a member of an array literal, a field of a row literal, a bound of a range literal. */
export interface Piece {
  readonly value: string
  /** Index in the outer string at which each unit stands, and the whole range there, quotes included. */
  readonly map: readonly number[]
  readonly start: number
  readonly end: number
}

const BLANK = /[ \t\n\r\v\f]/

/** Reads the text of an array literal as array_in does (arrayfuncs.c, ReadArrayStr). */
class ArrayText {
  readonly members: Piece[] = []
  #at = 0

  constructor(private readonly text: string) {}

  /** False where the text is malformed: the members before that have been read. */
  read(): boolean {
    this.#skip()
    if (this.text[this.#at] === '[') {
      const bounds = /(?:\[\s*[+-]?\d+\s*(?::\s*[+-]?\d+\s*)?\]\s*)+=\s*/y
      bounds.lastIndex = this.#at
      if (!bounds.test(this.text)) return false
      this.#at = bounds.lastIndex
    }
    if (this.text[this.#at] !== '{' || !this.#list(0)) return false
    this.#skip()
    return this.#at === this.text.length
  }

  #skip(): void {
    while (this.#at < this.text.length && BLANK.test(this.text[this.#at]!)) this.#at++
  }

  #list(depth: number): boolean {
    this.#at++
    this.#skip()
    if (this.text[this.#at] === '}') {
      this.#at++
      return true
    }
    for (;;) {
      this.#skip()
      if (this.text[this.#at] === '{') {
        // Postgres knows six dimensions.
        if (depth >= 5 || !this.#list(depth + 1)) return false
      } else if (!(this.text[this.#at] === '"' ? this.#quoted() : this.#plain())) return false
      this.#skip()
      const mark = this.text[this.#at++]
      if (mark === '}') return true
      if (mark !== ',') return false
    }
  }

  #quoted(): boolean {
    const { text } = this
    const start = this.#at
    const map: number[] = []
    let value = ''
    let i = start + 1
    for (; i < text.length && text[i] !== '"'; i++) {
      if (text[i] === '\\') i++
      value += text[i] ?? ''
      map.push(i)
    }
    if (i >= text.length) return false
    this.#at = i + 1
    this.#skip()
    if (text[this.#at] !== ',' && text[this.#at] !== '}') return false
    this.members.push({ value, map, start, end: i + 1 })
    return true
  }

  #plain(): boolean {
    const { text } = this
    const start = this.#at
    const map: number[] = []
    let value = ''
    let escaped = false
    let length = 0
    let end = start
    let i = start
    for (; i < text.length && !/[,{}"]/.test(text[i]!); i++) {
      const backslash = text[i] === '\\'
      if (backslash) {
        escaped = true
        i++
      }
      value += text[i] ?? ''
      map.push(i)
      if (!backslash && BLANK.test(text[i]!)) continue
      // Blank space at the end does not belong to the member.
      length = value.length
      end = i + 1
    }
    this.#at = i
    if (i >= text.length || text[i] === '"' || text[i] === '{' || length === 0) return false
    const kept = value.slice(0, length)
    if (escaped || kept.toUpperCase() !== 'NULL') {
      this.members.push({ value: kept, map: map.slice(0, length), start, end })
    }
    return true
  }
}

/**
 * The members of an array literal, nested ones in order, NULLs left out; of a malformed one those that array_in reads before
 * it refuses.
 */
export function arrayMembers(text: string): readonly Piece[] {
  const array = new ArrayText(text)
  array.read()
  return array.members
}

/** A field as record_in and range_in read it: until an unquoted `stop` character; null where nothing is written. */
function readField(
  text: string,
  from: number,
  stop: RegExp,
): { piece: Piece | null; next: number } | undefined {
  let i = from
  let value = ''
  const map: number[] = []
  let quoted = false
  while (i < text.length && (quoted || !stop.test(text[i]!))) {
    const character = text[i]!
    if (character === '\\') {
      i++
      if (i >= text.length) return undefined
      value += text[i]!
      map.push(i)
    } else if (character === '"') {
      if (!quoted) quoted = true
      else if (text[i + 1] === '"') {
        i++
        value += '"'
        map.push(i)
      } else quoted = false
    } else {
      value += character
      map.push(i)
    }
    i++
  }
  if (quoted || i >= text.length) return undefined
  return { piece: i === from ? null : { value, map, start: from, end: i }, next: i }
}

/** The fields of a row literal, null for NULL; undefined where it is malformed. */
export function rowFields(text: string): (Piece | null)[] | undefined {
  const open = /^[ \t\n\r\v\f]*\(/.exec(text)
  if (open === null) return undefined
  const fields: (Piece | null)[] = []
  for (let i = open[0].length; ;) {
    const field = readField(text, i, /[,)]/)
    if (field === undefined) return undefined
    fields.push(field.piece)
    i = field.next + 1
    if (text[field.next] === ')') return /^[ \t\n\r\v\f]*$/.test(text.slice(i)) ? fields : undefined
  }
}

const EMPTY = /[ \t\n\r\v\f]*empty[ \t\n\r\v\f]*/iy
const OPEN = /[ \t\n\r\v\f]*[[(]/y
const SPACE = /[ \t\n\r\v\f]*/y

/** Where a match of a sticky pattern ends; undefined where it does not match. */
function endOf(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : undefined
}

/** A range from `from` on: its bounds, and where it ends. */
function readRange(text: string, from: number): { bounds: Piece[]; next: number } | undefined {
  const empty = endOf(EMPTY, text, from)
  if (empty !== undefined) return { bounds: [], next: empty }
  const open = endOf(OPEN, text, from)
  if (open === undefined) return undefined
  const lower = readField(text, open, /[,)\]]/)
  if (lower === undefined || text[lower.next] !== ',') return undefined
  const upper = readField(text, lower.next + 1, /[,)\]]/)
  if (upper === undefined || text[upper.next] === ',') return undefined
  const bounds = [lower.piece, upper.piece].filter((piece) => piece !== null)
  return { bounds, next: endOf(SPACE, text, upper.next + 1)! }
}

/** The bounds of a range literal; undefined where it is malformed. */
export function rangeBounds(text: string): Piece[] | undefined {
  const range = readRange(text, 0)
  return range?.next === text.length ? range.bounds : undefined
}

/** The bounds of the ranges in a multirange literal (multirange_in), `{[a,b),[c,d]}`; undefined where it is malformed. */
export function multirangeBounds(text: string): Piece[] | undefined {
  const bounds: Piece[] = []
  let at = endOf(SPACE, text, 0)!
  if (text[at++] !== '{') return undefined
  if (/^\s*\}\s*$/.test(text.slice(at))) return bounds
  for (;;) {
    const range = readRange(text, at)
    if (range === undefined) return undefined
    bounds.push(...range.bounds)
    at = range.next + 1
    if (text[range.next] === '}') return endOf(SPACE, text, at) === text.length ? bounds : undefined
    if (text[range.next] !== ',') return undefined
  }
}
