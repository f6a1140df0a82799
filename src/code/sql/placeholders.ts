import type { SqlText } from '../text.js'
import { quoteIdentifier } from './parts.js'
import { regionsOf } from './regions.js'
import type { Region } from './regions.js'
import { MARK } from './render.js'

/** How values beside the SQL are named in it. */
export type Style = '$1' | '?' | ':name' | '@name' | '$name' | '{name}' | '$$name' | '%L'

export interface Placeholder {
  /** The parameter number it was given. */
  readonly number: number
  /** For `?`: which one it is, from 0; for `$1`: its number less one. */
  readonly index?: number
  readonly name?: string
  /** True where an array is written out as a list: `IN (?)`, `IN (:...ids)`. */
  readonly spreads: boolean
  /** For a list of rows: which row, and which of its values. */
  readonly cell?: readonly [row: number, index: number]
}

export interface Translated {
  readonly text: SqlText
  readonly placeholders: readonly Placeholder[]
}

const PATTERNS: Readonly<Record<Style, RegExp>> = {
  $1: /\$(\d+)(?::(?:name|alias|raw|value|csv|list|json)\b|[~^#])?/g,
  '?': /\\\?|\?\?|\?/g,
  // Not a cast `::`, not a slice `[1:2]`.
  ':name': /(?<![:\w\]])(:\.\.\.|:)([A-Za-z_]\w*)(:(?!:))?/g,
  '@name': /(?<![@\w<>])@([A-Za-z_]\w*)/g,
  $name:
    /\$(?:<(\w+)|\{(\w+)|\/(\w+)|\((\w+)|\[(\w+)|(?=[A-Za-z_])(\w+)(?!\$))(?::(name|alias|raw|csv|list|json)|[~^#])?[>}/)\]]?/g,
  '{name}': /\{(\w+)\}/g,
  // pgtyped: `$id!`, `$$ids`, `$$rows(name, status)`.
  $$name: /\$\$?([A-Za-z_]\w*)(?:\(([\w\s,!]*)\))?!?/g,
  // pg-format: literals, identifiers, text.
  '%L': /%(?:(\d+)\$)?([LIs%])/g,
}

/** The styles that text without whole regions may be in. */
export function stylesIn(text: SqlText, percent = false): Style[] {
  if (percent) return ['%L']
  const code = codeOf(text.text, text.regions)
  return (Object.keys(PATTERNS) as Style[]).filter((style) => {
    if (style === '%L') return false
    if (style === '$$name') return PGTYPED.test(text.text)
    return code.search(new RegExp(PATTERNS[style])) >= 0
  })
}

/** Signs of pgtyped's placeholders that other styles lack. */
const PGTYPED = /\$\$?[A-Za-z_]\w*!|\$\$?[A-Za-z_]\w*\(|\$\$[A-Za-z_]\w*(?![\w$])/

/** The text with what is no code blanked. `$$` opens no constant where it is part of a placeholder. */
function codeFor(style: Style, text: SqlText): string {
  if (style !== '$$name') return codeOf(text.text, text.regions)
  return codeOf(text.text, regionsOf(text.text.replaceAll('$', ' ')))
}

/** The text with constants, quoted identifiers and comments blanked, so that offsets stay. */
function codeOf(text: string, regions: readonly Region[]): string {
  let code = ''
  let done = 0
  for (const region of regions) {
    code += text.slice(done, region.start) + ' '.repeat(region.end - region.start)
    done = region.end
  }
  return code + text.slice(done)
}

/** Text that an operand of an expression follows: a column that is not in the catalog would be refused there. */
const OPERAND =
  /(?:[=<>!~*/%+-]|\b(?:select|distinct|where|and|or|not|by|having|in|i?like|between|limit|offset|when|then|else|returning)\b|\b(?:any|all|on|coalesce|lower|upper|count|min|max|sum)\s*\()[\s(]*$/i

/**
 * Replaces the placeholders of one style by parameters `$n`, so that Postgres's grammar reads the text. `first` is the first
 * number that is free. Names and raw text put in by a placeholder (`??`, `$1:name`, `:name:`) become a name, in an expression a parameter;
 * `identifier` may give the name that is meant. `keys` are those of the object that the values are in, for pg-promise's `${this:csv}`;
 * `rowsOf` gives the lengths of the rows that a value is a list of, for pg-format's `VALUES %L`.
 */
export function translate(
  text: SqlText,
  style: Style,
  first: number,
  identifier: (placeholder: { index?: number; name?: string }) => string | undefined,
  keys: readonly string[] = [],
  rowsOf: (index: number) => readonly number[] = () => [],
): Translated {
  const replacements: { start: number; end: number; text: string }[] = []
  const placeholders: Placeholder[] = []
  let number = first
  let index = 0
  const list = (names: readonly string[]): string =>
    names
      .map((name) => {
        placeholders.push({ name, number, spreads: true })
        return `$${number++}`
      })
      .join(', ')
  const code = codeFor(style, text)
  for (const match of code.matchAll(PATTERNS[style])) {
    const found = read(style, match, index)
    if (found === 'escaped') {
      replacements.push({ start: match.index, end: match.index + 2, text: match[0][1]! })
      continue
    }
    if (style === '?' || (style === '%L' && match[1] === undefined)) index++
    const { isName, spreads, ...place } = found
    // What a hole in front stands for may hold more of them.
    if (style === '?' && text.holesIn(0, match.index).length > 0) delete place.index
    const span = { start: match.index, end: match.index + match[0].length }
    if (style === '$$name' && (match[2] !== undefined || match[0].startsWith('$$'))) {
      const members = match[2]?.match(/\w+/g)?.map((member) => `${place.name}.${member}`)
      replacements.push({ ...span, text: `(${list(members ?? [place.name!])})` })
      continue
    }
    if (style === '$name' && place.name === 'this' && keys.length > 0) {
      replacements.push({ ...span, text: isName ? keys.map(quoteIdentifier).join(', ') : list(keys) })
      continue
    }
    if (isName) {
      const isOperand = OPERAND.test(code.slice(0, match.index)) && !/^\s*\./.test(code.slice(span.end))
      const standIn = isOperand ? `$${number}` : `${MARK}p${number}_`
      const named = identifier(place)
      if (named === undefined) number++
      replacements.push({ ...span, text: named ?? standIn })
      continue
    }
    if (style === '$1' && match[0] === `$${match[1]}`) {
      placeholders.push({ ...place, number: Number(match[1]), spreads })
      continue
    }
    const rows = style === '%L' && place.index !== undefined ? rowsOf(place.index) : []
    if (rows.length > 0) {
      const written = rows.map((length, row) => {
        const cells = Array.from({ length }, (_, i) => {
          placeholders.push({ ...place, number, spreads, cell: [row, i] })
          return `$${number++}`
        })
        return `(${cells.join(', ')})`
      })
      replacements.push({ ...span, text: written.join(', ') })
      continue
    }
    const columns = style === '%L' ? columnsBefore(text.text.slice(0, match.index)) : 0
    if (columns > 0) {
      const cells = Array.from({ length: columns }, () => `$${number++}`)
      replacements.push({ ...span, text: `(${cells.join(', ')})` })
      continue
    }
    placeholders.push({ ...place, number, spreads })
    replacements.push({ ...span, text: `$${number++}` })
  }
  return { text: replacements.length === 0 ? text : text.replace(replacements), placeholders }
}

/** How many columns `(a, b) VALUES` has at the end of a text. */
function columnsBefore(text: string): number {
  const list = /\(([^()]*)\)\s*values\s*$/i.exec(text.slice(-NEAR))?.[1]
  return list === undefined ? 0 : list.split(',').length
}

/** As much of the text before a placeholder as has a list of columns. */
const NEAR = 2000

type Read = { index?: number; name?: string; isName: boolean; spreads: boolean }

function read(style: Style, match: RegExpMatchArray, index: number): Read | 'escaped' {
  const whole = match[0]
  switch (style) {
    case '$1': {
      const modifier = whole.slice(1 + match[1]!.length)
      const isName = /^(:name|:alias|:raw|:value|[~^#])$/.test(modifier)
      return { index: Number(match[1]) - 1, isName, spreads: /csv|list/.test(modifier) }
    }
    case '?':
      if (whole === '\\?') return 'escaped'
      return { index, isName: whole === '??', spreads: true }
    case '%L': {
      if (match[2] === '%') return 'escaped'
      const place = match[1] === undefined ? index : Number(match[1]) - 1
      return { index: place, isName: match[2] === 'I', spreads: true }
    }
    case ':name':
      return { name: match[2]!, isName: match[3] !== undefined, spreads: true }
    case '@name':
    case '{name}':
    case '$$name':
      return { name: match[1]!, isName: false, spreads: true }
    case '$name': {
      const name = match.slice(1, 7).find((n) => n !== undefined)!
      const isName = /[~^#]|:(name|alias|raw)/.test(whole)
      return { name, isName, spreads: /csv|list/.test(whole) }
    }
  }
}
