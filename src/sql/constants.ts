/** A string constant in SQL text, as the Postgres scanner reads it. */
export interface StringConstant {
  readonly value: string
  /** UTF-16 range of the whole constant: prefix, quotes, and continued lines. */
  readonly start: number
  readonly end: number
}

/** A string constant together with where each of its characters stands. */
export interface LocatedConstant extends StringConstant {
  /** UTF-16 offset in the SQL text at which the `index`-th UTF-16 unit of the value is written; `index` may be the length. */
  offsetOf(index: number): number
}

/** Collects the value of a constant and, where it is not written one to one, the offset of each unit. */
class Reading {
  value = ''
  readonly offsets: number[] = []
  add(text: string, offset: number, step: 0 | 1): void {
    this.value += text
    for (let i = 0; i < text.length; i++) this.offsets.push(offset + i * step)
  }
}

const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** Reads one backslash escape of an E'' string at `i`; returns the offset after it. */
function readEscape(text: string, i: number, into: Reading, bytes: number[]): number {
  const next = text[i + 1] ?? ''
  const octal = /^[0-7]{1,3}/.exec(text.slice(i + 1, i + 4))?.[0]
  const hex = /^x[0-9a-fA-F]{1,2}/.exec(text.slice(i + 1, i + 4))?.[0]
  if (octal !== undefined || hex !== undefined) {
    bytes.push((octal !== undefined ? parseInt(octal, 8) : parseInt(hex!.slice(1), 16)) & 0xff, i)
    return i + 1 + (octal ?? hex)!.length
  }
  const unicode = /^(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(text.slice(i + 1, i + 10))
  if (unicode !== null) {
    const code = parseInt((unicode[1] ?? unicode[2])!, 16)
    into.add(code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd', i, 0)
    return i + 1 + unicode[0].length
  }
  into.add(ESCAPES[next] ?? next, i, 0)
  return i + 2
}

/** Bytes written as `\x..` or octal form UTF-8 characters together. `bytes` holds pairs of byte and offset. */
function flushBytes(bytes: number[], into: Reading): void {
  if (bytes.length === 0) return
  const values = Uint8Array.from(bytes.filter((_, i) => i % 2 === 0))
  into.add(new TextDecoder().decode(values), bytes[1]!, 0)
  bytes.length = 0
}

/** Reads the quoted part that opens at `open`; returns the offset after the closing quote, or undefined without one. */
function readQuoted(text: string, open: number, escapes: boolean, into: Reading): number | undefined {
  const bytes: number[] = []
  let i = open + 1
  while (i < text.length) {
    const character = text[i]!
    if (escapes && character === '\\') {
      const before = bytes.length
      const next = readEscape(text, i, into, bytes)
      if (bytes.length === before && before > 0) {
        // A character escape after byte escapes: keep the order.
        const added = into.value.slice(-1)
        into.value = into.value.slice(0, -1)
        into.offsets.pop()
        flushBytes(bytes, into)
        into.add(added, i, 0)
      }
      i = next
      continue
    }
    flushBytes(bytes, into)
    if (character === "'") {
      if (text[i + 1] !== "'") return i + 1
      into.add("'", i, 0)
      i += 2
      continue
    }
    into.add(character, i, 1)
    i++
  }
  return undefined
}

/** Where a constant goes on: after blank space with a line break, and `--` comments, another quote. */
const CONTINUATION = /(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\f\v\n\r]|--[^\n\r]*(?=[\n\r]))*'/y

function decodeUnicode(reading: Reading, escape: string): void {
  const { value, offsets } = reading
  const out = new Reading()
  for (let i = 0; i < value.length;) {
    if (value[i] !== escape) {
      out.add(value[i]!, offsets[i]!, 1)
      i++
    } else if (value[i + 1] === escape) {
      out.add(escape, offsets[i]!, 0)
      i += 2
    } else {
      const code = /^(?:([0-9a-fA-F]{4})|\+([0-9a-fA-F]{6}))/.exec(value.slice(i + 1, i + 8))
      if (code === null) {
        out.add(value[i]!, offsets[i]!, 1)
        i++
      } else {
        const point = parseInt((code[1] ?? code[2])!, 16)
        out.add(point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd', offsets[i]!, 0)
        i += 1 + code[0].length
      }
    }
  }
  reading.value = out.value
  reading.offsets.splice(0, reading.offsets.length, ...out.offsets)
}

function located(
  value: string,
  start: number,
  end: number,
  offsets: number[],
  close: number,
): LocatedConstant {
  return { value, start, end, offsetOf: (index) => offsets[index] ?? close }
}

/**
 * The string constant that starts at UTF-16 offset `start` of `text`: `'..'`, `E'..'`, `N'..'`, `U&'..'`, `$tag$..$tag$`, with
 * standard_conforming_strings on, as Postgres's scan.l reads it. Undefined where there is none, or it does not end.
 * Never throws.
 */
export function readConstant(text: string, start: number): LocatedConstant | undefined {
  const first = text[start]
  if (first === '$') {
    const tag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z_0-9\u0080-\uffff]*)?\$/y
    tag.lastIndex = start
    const mark = tag.exec(text)?.[0]
    if (mark === undefined) return undefined
    const open = start + mark.length
    const close = text.indexOf(mark, open)
    if (close < 0) return undefined
    return {
      value: text.slice(open, close),
      start,
      end: close + mark.length,
      offsetOf: (index) => open + index,
    }
  }
  let quote = start
  let kind = ''
  if (first !== "'") {
    kind = first?.toLowerCase() ?? ''
    quote = kind === 'u' && text[start + 1] === '&' ? start + 2 : start + 1
    if (!['e', 'n', 'u'].includes(kind) || text[quote] !== "'" || (kind === 'u' && quote === start + 1))
      return undefined
  }
  const reading = new Reading()
  let end = readQuoted(text, quote, kind === 'e', reading)
  if (end === undefined) return undefined
  for (;;) {
    CONTINUATION.lastIndex = end
    if (!CONTINUATION.test(text)) break
    const more = readQuoted(text, CONTINUATION.lastIndex - 1, kind === 'e', reading)
    if (more === undefined) break
    end = more
  }
  const close = end - 1
  if (kind === 'u') {
    const escape = /(?:\s|--[^\n\r]*[\n\r])*UESCAPE(?:\s|--[^\n\r]*[\n\r])*'(.)'/iy
    escape.lastIndex = end
    decodeUnicode(reading, escape.exec(text)?.[1] ?? '\\')
  }
  return located(reading.value, start, end, reading.offsets, close)
}

/** What is skipped between constants: comments to the line's end, quoted names, names and numbers, and everything else. */
const OTHER = /--[^\n\r]*|"(?:[^"]|"")*"?|[A-Za-z_\u0080-\uffff0-9][A-Za-z_0-9$\u0080-\uffff]*|\$\d+/y

function skipComment(text: string, start: number): number {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    if (text[i] === '/' && text[i + 1] === '*') {
      depth++
      i++
    } else if (text[i] === '*' && text[i + 1] === '/') {
      depth--
      i++
      if (depth === 0) return i + 1
    }
  }
  return text.length
}

/** The constants of a text from `from` on, one by one. Never throws. */
function* constants(text: string, from: number): Generator<LocatedConstant> {
  let i = from
  while (i < text.length) {
    const character = text[i]!
    if (character === '/' && text[i + 1] === '*') {
      i = skipComment(text, i)
      continue
    }
    if (/['$eEnNuU]/.test(character)) {
      const constant = readConstant(text, i)
      if (constant !== undefined) {
        yield constant
        i = constant.end
        continue
      }
    } else if (/[bBxX]/.test(character) && text[i + 1] === "'") {
      const bits = readConstant(text, i + 1)
      i = bits?.end ?? i + 2
      continue
    }
    OTHER.lastIndex = i
    i = OTHER.test(text) ? OTHER.lastIndex : i + 1
  }
}

/** The first string constant at or after a UTF-16 offset between tokens; undefined where there is none. Never throws. */
export function nextConstant(text: string, from: number): LocatedConstant | undefined {
  return constants(text, from).next().value ?? undefined
}

/**
 * All string constants of SQL text, in order, with their values and UTF-16 ranges. Bit strings (`B''`, `X''`) are none.
 * Reads the text as the Postgres scanner does, without the parser, so also of text that is no whole statement. Never throws.
 */
export function stringConstants(text: string): StringConstant[] {
  return [...constants(text, 0)].map(({ value, start, end }) => ({ value, start, end }))
}
