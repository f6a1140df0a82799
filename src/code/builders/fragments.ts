import type { Range } from '../use.js'
import type { WrittenText } from './writtenText.js'
import { HOLE, rangeIn } from './writtenText.js'
import type { Node } from './syntax.js'
import type { Comparison } from './uses.js'

/** A value in a condition that is written as text: a constant in it, the hole between quotes, or a named parameter. */
export type FragmentValue =
  { readonly value: string; readonly range: Range } | { readonly hole: Node } | { readonly parameter: string }

/** `w.status = :status` in a condition that an ORM takes as text. */
export interface FragmentComparison {
  /** As written, quotes off: `w.status`. */
  readonly column: string
  readonly comparison: Comparison
  readonly values: readonly FragmentValue[]
}

const COLUMN = String.raw`((?:"?[A-Za-z_]\w*"?\.)*"?[A-Za-z_]\w*"?)`
const VALUE = String.raw`(\([^()]*\)|:\.{0,3}[A-Za-z_]\w*|'(?:[^']|'')*')`
const OPERATOR = String.raw`(=|!=|<>|<=|>=|<|>|NOT\s+IN\b|IN\b|IS\s+NOT\s+DISTINCT\s+FROM\b|IS\s+DISTINCT\s+FROM\b|@>|<@|&&)`
// What is cast, or part of a larger expression, is of another type.
const BEFORE = String.raw`(?<=(?:^|[(,]|\b(?:AND|OR|NOT|WHERE|ON|WHEN|HAVING))\s*)(?<![\w."])`
const AFTER = String.raw`(?!\s*(?:::|\|\||[+*/%]))`

const LEFT = new RegExp(`${BEFORE}${COLUMN}\\s*${OPERATOR}\\s*${VALUE}${AFTER}`, 'gi')
const ANY = new RegExp(`${VALUE}\\s*=\\s*ANY\\s*\\(\\s*${COLUMN}\\s*\\)`, 'gi')

/**
 * The comparisons of a column with values in a condition, by its text alone: `w.status = :s AND w.kind IN (:...kinds)`. What
 * is more than a column on one side and values on the other is left out. Never throws.
 */
export function comparisonsIn(text: WrittenText): FragmentComparison[] {
  const found: FragmentComparison[] = []
  for (const match of text.text.matchAll(LEFT)) {
    const [whole, column, operator, value] = match
    const name = operator!.toUpperCase().replace(/\s+/g, ' ')
    const start = match.index + whole.length - value!.length
    found.push({
      column: bare(column!),
      comparison: COMPARISONS[name] ?? 'equal',
      values: valuesOf(text, value!, start),
    })
  }
  for (const match of text.text.matchAll(ANY)) {
    found.push({
      column: bare(match[2]!),
      comparison: 'element',
      values: valuesOf(text, match[1]!, match.index),
    })
  }
  return found
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  IN: 'in',
  'NOT IN': 'in',
  '<': 'order',
  '<=': 'order',
  '>': 'order',
  '>=': 'order',
  '@>': 'array',
  '<@': 'array',
  '&&': 'array',
}

function bare(name: string): string {
  return name.replaceAll('"', '')
}

function valuesOf(text: WrittenText, written: string, start: number): FragmentValue[] {
  const found: FragmentValue[] = []
  for (const { 0: one, index } of written.matchAll(/:\.{0,3}([A-Za-z_]\w*)|'(?:[^']|'')*'/g)) {
    const inner = one.slice(1, -1)
    if (one.startsWith(':')) found.push({ parameter: one.replace(/^:\.*/, '') })
    else if (inner === HOLE) found.push({ hole: holeAt(text, start + index + 1) })
    // What stands around a hole is no value.
    else if (!inner.includes(HOLE))
      found.push({
        value: inner.replaceAll("''", "'"),
        range: rangeIn(text, start + index + 1, start + index + one.length - 1),
      })
  }
  return found
}

function holeAt({ text, holes }: WrittenText, at: number): Node {
  return holes[text.slice(0, at).split(HOLE).length - 1]!
}
