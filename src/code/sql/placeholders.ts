import type { SqlText } from '../text.js'
import { MARK } from './render.js'

/** How values beside the SQL are named in it. */
export type Style = '$1' | '?' | ':name' | '@name' | '$name' | '{name}' | '%L'

export interface Placeholder {
  /** The parameter number it was given. */
  readonly number: number
  /** For `?`: which one it is, from 0; for `$1`: its number less one. */
  readonly index?: number
  readonly name?: string
  /** True where an array is written out as a list: `IN (?)`, `IN (:...ids)`. */
  readonly spreads: boolean
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
  // pg-format: literals, identifiers, text.
  '%L': /%(?:(\d+)\$)?([LIs%])/g,
}

/** The styles that text without whole regions may be in. */
export function stylesIn(text: SqlText, percent = false): Style[] {
  if (percent) return ['%L']
  const code = codeOf(text)
  return (Object.keys(PATTERNS) as Style[]).filter(
    (style) => style !== '%L' && code.search(new RegExp(PATTERNS[style])) >= 0,
  )
}

/** The text with constants, quoted identifiers and comments blanked, so that offsets stay. */
function codeOf(text: SqlText): string {
  let code = ''
  let done = 0
  for (const region of text.regions) {
    code += text.text.slice(done, region.start) + ' '.repeat(region.end - region.start)
    done = region.end
  }
  return code + text.text.slice(done)
}

/**
 * Replaces the placeholders of one style by parameters `$n`, so that Postgres's grammar reads the text. `first` is the first
 * number that is free. Names and raw text put in by a placeholder (`??`, `$1:name`, `:name:`) become a name; `identifier` may give
 * the one that is meant.
 */
export function translate(
  text: SqlText,
  style: Style,
  first: number,
  identifier: (placeholder: { index?: number; name?: string }) => string | undefined,
): Translated {
  const replacements: { start: number; end: number; text: string }[] = []
  const placeholders: Placeholder[] = []
  let number = first
  let index = 0
  for (const match of codeOf(text).matchAll(PATTERNS[style])) {
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
    if (isName) {
      replacements.push({ ...span, text: identifier(place) ?? `${MARK}p${number++}_` })
      continue
    }
    if (style === '$1' && match[0] === `$${match[1]}`) {
      placeholders.push({ ...place, number: Number(match[1]), spreads })
      continue
    }
    placeholders.push({ ...place, number, spreads })
    replacements.push({ ...span, text: `$${number++}` })
  }
  return { text: replacements.length === 0 ? text : text.replace(replacements), placeholders }
}

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
      return { name: match[1]!, isName: false, spreads: true }
    case '$name': {
      const name = match.slice(1, 7).find((n) => n !== undefined)!
      const isName = /[~^#]|:(name|alias|raw)/.test(whole)
      return { name, isName, spreads: /csv|list/.test(whole) }
    }
  }
}
