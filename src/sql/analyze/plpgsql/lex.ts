import { readConstant } from '../../constants.js'

/** A token of a PL/pgSQL body; offsets are UTF-16 in that body. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'other'
  /** Words folded to lower case, quoted names without their quotes, anything else as written. */
  readonly text: string
  readonly start: number
  readonly end: number
}

const BLANK = /(?:\s|--[^\n\r]*)+/y
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z_0-9$\u0080-\uffff]*/y
const QUOTED = /"(?:[^"]|"")*"/y
const OTHER = /:=|::|\.\.|<<|>>|=>|\d+(?:\.\d+)?|\$\d+|[^]/y

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function skipComment(text: string, start: number): number {
  let depth = 0
  const mark = /\/\*|\*\//g
  mark.lastIndex = start
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  return text.length
}

/** The tokens of a body, comments and blank space left out. Never throws. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  for (let i = 0; i < text.length;) {
    const blank = match(BLANK, text, i)
    if (blank !== undefined && blank !== '') {
      i += blank.length
      continue
    }
    if (text.startsWith('/*', i)) {
      i = skipComment(text, i)
      continue
    }
    const character = text[i]!
    const constant = /['$eEnNuUbBxX]/.test(character) ? readConstant(text, bitsAt(text, i)) : undefined
    if (constant !== undefined) {
      tokens.push({ kind: 'string', text: text.slice(i, constant.end), start: i, end: constant.end })
      i = constant.end
      continue
    }
    const word = match(WORD, text, i)
    if (word !== undefined) {
      tokens.push({ kind: 'word', text: fold(word), start: i, end: i + word.length })
      i += word.length
      continue
    }
    const quoted = character === '"' ? match(QUOTED, text, i) : undefined
    if (quoted !== undefined) {
      const name = quoted.slice(1, -1).replaceAll('""', '"')
      tokens.push({ kind: 'quoted', text: name, start: i, end: i + quoted.length })
      i += quoted.length
      continue
    }
    const other = match(OTHER, text, i) ?? character
    tokens.push({ kind: 'other', text: other, start: i, end: i + other.length })
    i += other.length
  }
  return tokens
}

/** Postgres folds ASCII letters only. */
const fold = (word: string): string => word.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** `b'01'` and `x'ff'` are skipped like strings. */
function bitsAt(text: string, i: number): number {
  return /[bBxX]/.test(text[i]!) && text[i + 1] === "'" ? i + 1 : i
}
