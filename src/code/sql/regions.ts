/** A stretch of SQL that is no plain code: a constant, a quoted identifier or a comment. */
export interface Region {
  readonly kind: 'string' | 'escape string' | 'unicode string' | 'dollar string' | 'identifier' | 'comment'
  /** UTF-16 offsets, the quotes (and the prefix E or U&) included. */
  readonly start: number
  readonly end: number
  /** False where the text ends before the closing quote. */
  readonly closed: boolean
}

const OPENER = /'|"|--|\/\*|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/g

/**
 * The constants, quoted identifiers and comments of SQL text by PostgreSQL's lexical rules (manual, 4.1), also of text that is not
 * whole. For deciding whether an offset is code; the values are left to the parser.
 */
export function regionsOf(text: string): Region[] {
  const regions: Region[] = []
  OPENER.lastIndex = 0
  for (let match = OPENER.exec(text); match !== null; match = OPENER.exec(text)) {
    const region = regionAt(text, match.index, match[0])
    if (region === undefined) {
      // `a$b$` is an identifier: its first `$` opens nothing, the second may.
      OPENER.lastIndex = match.index + 1
      continue
    }
    regions.push(region)
    OPENER.lastIndex = region.end
  }
  return regions
}

function regionAt(text: string, at: number, opener: string): Region | undefined {
  if (opener === '--') return region('comment', at, indexOrEnd(text, /[\r\n]/g, at), true)
  if (opener === '/*') return blockComment(text, at)
  if (opener === '"') return quoted(text, 'identifier', at, at)
  if (opener === "'") {
    const before = text.slice(Math.max(0, at - 3), at)
    const prefix = /(?:^|[^\w$\u0080-\uffff])(E|U&|[BXN])$/i.exec(before)?.[1]?.toUpperCase() ?? ''
    const kind = prefix === 'E' ? 'escape string' : prefix === 'U&' ? 'unicode string' : 'string'
    return quoted(text, kind, at - prefix.length, at)
  }
  if (/[\w$\u0080-\uffff]/.test(text[at - 1] ?? '')) return undefined
  const close = text.indexOf(opener, at + opener.length)
  return region('dollar string', at, close < 0 ? text.length : close + opener.length, close >= 0)
}

function region(kind: Region['kind'], start: number, end: number, closed: boolean): Region {
  return { kind, start, end, closed }
}

function indexOrEnd(text: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from
  return pattern.exec(text)?.index ?? text.length
}

function quoted(text: string, kind: Region['kind'], start: number, quote: number): Region {
  const mark = text[quote]!
  for (let i = quote + 1; i < text.length; i++) {
    if (kind === 'escape string' && text[i] === '\\') i++
    else if (text[i] === mark) {
      if (text[i + 1] !== mark) return region(kind, start, i + 1, true)
      i++
    }
  }
  return region(kind, start, text.length, false)
}

/** Block comments nest. */
function blockComment(text: string, at: number): Region {
  let depth = 0
  for (const match of text.slice(at).matchAll(/\/\*|\*\//g)) {
    depth += match[0] === '/*' ? 1 : -1
    if (depth === 0) return region('comment', at, at + match.index + 2, true)
  }
  return region('comment', at, text.length, false)
}

/** The region that covers `offset`, where the offset lies inside its quotes. */
export function regionAround(regions: readonly Region[], offset: number): Region | undefined {
  return regions.find((r) => r.start < offset && (offset < r.end || (!r.closed && offset <= r.end)))
}
