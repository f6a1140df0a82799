import { decode } from './decode.js'
import type { Decoded } from './decode.js'
import { escapeFor } from './quote.js'
import type { Quote } from './quote.js'
import type { Declared, Node, Site } from './reach/site.js'
import { regionAround, regionsOf } from './sql/regions.js'
import type { Region } from './sql/regions.js'
import type { LiteralUse } from '../sql/use.js'
import type { Range, ValueEdit } from './use.js'

/** A string literal or a part of a template, as a source of SQL text. */
export interface TextSource {
  readonly decoded: Decoded
  readonly quote: Quote
  /** True where the template's tag reads the raw text. */
  readonly raw: boolean
  /** False for a file that the linted one imports. */
  readonly linted: boolean
  /** Where it is used in the linted file. */
  readonly at: Node
  readonly declared?: Declared
}

/** A piece of SQL text: written in a source, or put in for something that is no text. */
export interface Chunk {
  readonly text: string
  readonly source?: TextSource
  /** With a source: the index in its decoded text of this chunk's first character. */
  readonly from?: number
  /** Without a source: what it stands for, in the linted file. */
  readonly at?: Node
  /** Set for the part of the text that stands for an expression whose value is not known as text. */
  readonly hole?: Site
}

/** What a use is inside of its constant. */
export function insideOf(use: Pick<LiteralUse, 'arrayElement' | 'json'>): 'array' | 'json' | undefined {
  if (use.json) return 'json'
  return use.arrayElement ? 'array' : undefined
}

interface Piece extends Chunk {
  readonly start: number
  readonly end: number
}

/** The source of a string literal, given its site; undefined for what is no string literal. */
export function literalSource(site: Site): TextSource | undefined {
  const { node, file } = site
  if (node.type !== 'Literal' || typeof node.value !== 'string') return undefined
  const quote = file.text[node.range[0]]
  if (quote !== "'" && quote !== '"') return undefined
  const decoded = decode(file.text, node.range[0] + 1, node.range[1] - 1)
  return decoded && source(site, decoded, quote, false)
}

/** The sources of a template's parts, in order; undefined where one holds an escape that is not allowed. */
export function templateSources(site: Site, raw: boolean): TextSource[] | undefined {
  const { node, file } = site
  if (node.type !== 'TemplateLiteral') return undefined
  const sources: TextSource[] = []
  for (const quasi of node.quasis) {
    // Parsers for ESLint include the delimiters in the range: "`", "}", and "${".
    const start = quasi.range[0] + 1
    const end = quasi.range[1] - (quasi.tail ? 1 : 2)
    const decoded = decode(file.text, start, end, { template: true, raw })
    if (decoded === undefined) return undefined
    sources.push(source(site, decoded, '`', raw))
  }
  return sources
}

function source(site: Site, decoded: Decoded, quote: Quote, raw: boolean): TextSource {
  const declared = site.declared === undefined || site.file.linted ? {} : { declared: site.declared }
  return { decoded, quote, raw, linted: site.file.linted, at: site.at, ...declared }
}

/** The chunk of a whole source. */
export function chunkOf(source: TextSource): Chunk {
  return { text: source.decoded.text, source, from: 0 }
}

/**
 * SQL put together from pieces of a TypeScript file. Maps offsets of the SQL text (UTF-16) to ranges of the file, through
 * every escape, and writes replacements so that they mean the same in SQL and in TypeScript.
 */
export class SqlText {
  readonly text: string
  readonly #pieces: readonly Piece[]
  #regions: readonly Region[] | undefined

  constructor(chunks: readonly Chunk[]) {
    const pieces: Piece[] = []
    let length = 0
    for (const chunk of chunks) {
      if (chunk.text === '') continue
      pieces.push({ ...chunk, start: length, end: length + chunk.text.length })
      length += chunk.text.length
    }
    this.#pieces = pieces
    this.text = pieces.map((p) => p.text).join('')
  }

  /** The constants, quoted identifiers and comments of the text. */
  get regions(): readonly Region[] {
    return (this.#regions ??= regionsOf(this.text))
  }

  /** The holes that `[start, end)` overlaps, with the offsets of the text put in for each. */
  holesIn(start: number, end: number): { hole: Site; start: number; end: number }[] {
    return this.#pieces.flatMap((p) =>
      p.hole !== undefined && p.start < end && start < p.end
        ? [{ hole: p.hole, start: p.start, end: p.end }]
        : [],
    )
  }

  /**
   * The range of the linted file that holds `[start, end)` of the SQL. Text from an imported file, or that is written
   * nowhere, has the range of the expression that brings it in.
   */
  rangeOf(start: number, end: number): Range {
    const first = this.#pieceAt(start)
    const last = this.#pieceAt(Math.max(start, end - 1))
    const from = first && placeIn(first, start, 'start')
    const to = last && placeIn(last, Math.max(start, end - 1), 'end')
    if (from !== undefined && to !== undefined && from <= to) return [from, to]
    return (first ?? last ?? this.#pieces[0])?.source?.at.range ?? (first ?? last)?.at?.range ?? [0, 0]
  }

  /** Set where the text at `offset` comes from an imported file: what declares it. */
  declaredAt(offset: number): Declared | undefined {
    return this.#pieceAt(offset)?.source?.declared
  }

  /**
   * How another value is written in place of the constant at `[start, end)` (quotes included), or of that element of an array
   * literal, or string of JSON, inside of one. Undefined where the constant is not written in one piece of the linted file.
   */
  edit(start: number, end: number, inside?: 'array' | 'json'): ValueEdit | undefined {
    const piece = this.#pieceAt(start)
    const source = piece?.source
    if (piece === undefined || source === undefined || !source.linted || end > piece.end || end <= start) {
      return undefined
    }
    const written = this.text.slice(start, end)
    const region = inside === undefined ? undefined : regionAround(this.regions, start)
    return {
      range: this.rangeOf(start, end),
      write: (value) => {
        const sql = inside === undefined ? constantFor(value, written) : partFor(PART[inside](value), region)
        return sql === undefined ? undefined : escapeFor(sql, source.quote, source.raw)
      },
    }
  }

  /**
   * The string literal whose whole text is what stands between the quotes of the constant at `[start, end)`: `'` + "x" + `'`. Undefined
   * for another constant.
   */
  quotedLiteral(start: number, end: number): ValueEdit | undefined {
    const piece = this.#pieceAt(start + 1)
    const source = piece?.source
    if (piece?.start !== start + 1 || piece.end !== end - 1 || source?.linted !== true) return undefined
    const { quote, raw, decoded } = source
    if ((quote !== "'" && quote !== '"') || piece.text !== decoded.text || this.text[start] !== "'")
      return undefined
    const [from, to] = this.rangeOf(piece.start, piece.end)
    return {
      range: [from - 1, to + 1],
      write: (value) => {
        const inside = value.includes('\0') ? undefined : escapeFor(insideQuotes(value, false), quote, raw)
        return inside === undefined ? undefined : `${quote}${inside}${quote}`
      },
    }
  }

  /** The same text with stretches replaced: each replacement stands for the source stretch, or for a hole. */
  replace(replacements: readonly { start: number; end: number; text: string }[]): SqlText {
    const chunks: Chunk[] = []
    let done = 0
    const copy = (to: number): void => {
      for (const piece of this.#pieces) {
        const start = Math.max(done, piece.start)
        const end = Math.min(to, piece.end)
        if (start < end) chunks.push(slice(piece, start, end))
      }
      done = Math.max(done, to)
    }
    for (const { start, end, text } of replacements) {
      copy(start)
      const piece = this.#pieceAt(start)
      const at = piece?.source?.at ?? piece?.at
      chunks.push({ text, ...(at === undefined ? {} : { at }) })
      done = end
    }
    copy(this.text.length)
    return new SqlText(chunks)
  }

  /** The text between two others, which are written nowhere. */
  wrap(before: string, after: string): SqlText {
    return new SqlText([{ text: before }, ...this.#pieces, { text: after }])
  }

  #pieceAt(offset: number): Piece | undefined {
    return this.#pieces.find((p) => p.start <= offset && offset < p.end)
  }
}

function slice(piece: Piece, start: number, end: number): Chunk {
  const { start: pieceStart, end: _, ...chunk } = piece
  const text = piece.text.slice(start - pieceStart, end - pieceStart)
  return {
    ...chunk,
    text,
    ...(piece.source === undefined ? {} : { from: (piece.from ?? 0) + start - pieceStart }),
  }
}

/** The file offset where the character at `offset` starts or ends; undefined where it is not written in the linted file. */
function placeIn(piece: Piece, offset: number, side: 'start' | 'end'): number | undefined {
  const { source } = piece
  if (source === undefined || !source.linted) return piece.at?.range[side === 'start' ? 0 : 1]
  const index = (piece.from ?? 0) + offset - piece.start
  const { fileStart, starts, ends } = source.decoded
  if (side === 'start') return starts?.[index] ?? fileStart + index
  return ends?.[index] ?? fileStart + index + 1
}

/** The SQL constant for `value`, of the kind that `written` is; undefined where that kind can't hold it. */
function constantFor(value: string, written: string): string | undefined {
  if (value.includes('\0')) return undefined
  const dollar = /^\$[^$']*\$/.exec(written)?.[0]
  if (dollar !== undefined) {
    return `${value}${dollar}`.indexOf(dollar) < value.length ? undefined : `${dollar}${value}${dollar}`
  }
  const prefix = /^(?:E|U&|N)?(?=')/i.exec(written)?.[0]
  if (prefix === undefined) return undefined
  return `${prefix}'${insideQuotes(value, prefix.toUpperCase() === 'E' || prefix.toUpperCase() === 'U&')}'`
}

function insideQuotes(value: string, backslash: boolean): string {
  return (backslash ? value.replaceAll('\\', '\\\\') : value).replaceAll("'", "''")
}

/** How a value is written inside a constant: as an element of an array, quoted where array_in needs it (manual, 8.15.6), or in JSON. */
const PART = {
  array(value: string): string {
    const plain = value !== '' && !/^null$/i.test(value) && !/[{},"\\\s]/.test(value)
    return plain ? value : `"${value.replace(/[\\"]/g, '\\$&')}"`
  },
  json: (value: string): string => JSON.stringify(value),
}

/** A part of the constant that it stands in. */
function partFor(part: string, region: Region | undefined): string | undefined {
  if (region === undefined) return undefined
  if (region.kind === 'dollar string') return part.includes('$') ? undefined : part
  return insideQuotes(part, region.kind === 'escape string' || region.kind === 'unicode string')
}
