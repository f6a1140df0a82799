import type { Range } from '../use.js'
import { stringOf } from './syntax.js'
import type { Node } from './syntax.js'
import { HOLE, rangeIn, writtenText } from './writtenText.js'
import type { WrittenText } from './writtenText.js'

/**
 * A value inside a string, at its place in the file (UTF-16), or the expression that a template has in its place; or, where that is
 * `list.join(',')`, the list.
 */
export type Piece =
  { readonly value: string; readonly range: Range } | { readonly node: Node } | { readonly list: Node }

/** `status.eq.online`. */
export interface Condition {
  readonly column: string
  /** Without `not.`: `eq`, `in`. */
  readonly operator: string
  readonly values: readonly Piece[]
}

/**
 * The conditions of PostgREST's logic string, as `or` takes it: `status.eq.online,and(name.eq.x,status.in.(a,b))`. With
 * `separator` `=` one of Realtime's, `status=eq.online`. Nothing for what is no string written in place, or has escapes.
 * https://postgrest.org/en/stable/references/api/tables_views.html#logical-operators
 */
export function conditionsOf(source: { readonly text: string }, node: Node, separator = '.'): Condition[] {
  const text = writtenText(source, node)
  return text ? readLogic(text, 0, text.text.length, separator) : []
}

/** The elements of a list as a string has it: `(a,"b")` for `in`, `{a,"b"}` for `cs`, `cd` and `ov`. */
export function listOf(source: { readonly text: string }, node: Node): Piece[] {
  const text = writtenText(source, node)
  return text ? readList(text, 0, text.text.length) : []
}

function readLogic(text: WrittenText, start: number, end: number, separator: string): Condition[] {
  return split(text.text, start, end).flatMap(([from, to]) => {
    const part = text.text.slice(from, to)
    const group = /^(?:not\.)?(?:and|or)\(/.exec(part)
    if (group && part.endsWith(')')) return readLogic(text, from + group[0].length, to - 1, separator)
    const found = (separator === '=' ? /^([\w.]+)=(?:not\.)?(\w+)\./ : /^([\w.]+?)\.(?:not\.)?(\w+)\./).exec(
      part,
    )
    if (!found) return []
    const [head, column, operator] = found
    const valueStart = from + head.length
    const isList = operator === 'in' || operator === 'cs' || operator === 'cd' || operator === 'ov'
    const values = isList ? readList(text, valueStart, to) : readValue(text, valueStart, to)
    return [{ column: column!, operator: operator!, values }]
  })
}

function readList(text: WrittenText, start: number, end: number): Piece[] {
  const inside = /^\s*[({]([\s\S]*)[)}]\s*$/.exec(text.text.slice(start, end))
  if (!inside) return []
  const from = start + text.text.slice(start, end).search(/[({]/) + 1
  return split(text.text, from, from + inside[1]!.length).flatMap(([a, b]) => readValue(text, a, b))
}

function readValue(text: WrittenText, start: number, end: number): Piece[] {
  const written = text.text.slice(start, end)
  if (written === '' || start >= end) return []
  if (written === HOLE) {
    const index = text.text.slice(0, start).split(HOLE).length - 1
    const node = text.holes[index]!
    const list = joined(node)
    return [list === undefined ? { node } : { list }]
  }
  if (written.includes(HOLE)) return []
  const isQuoted = written.length > 1 && written.startsWith('"') && written.endsWith('"')
  const value = isQuoted ? written.slice(1, -1) : written
  const inset = isQuoted ? 1 : 0
  return [{ value, range: rangeIn(text, start + inset, end - inset) }]
}

/** The list of `list.join(',')`. */
function joined(node: Node): Node | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  const { object, property } = node.callee
  const isJoin = property.type === 'Identifier' && property.name === 'join'
  return isJoin && /^\s*,\s*$/.test(stringOf(node.arguments[0]) ?? ',') ? object : undefined
}

/** Splits at commas outside of quotes and parentheses. */
function split(text: string, start: number, end: number): [number, number][] {
  const parts: [number, number][] = []
  let depth = 0
  let quoted = false
  let from = start
  for (let at = start; at < end; at++) {
    const character = text[at]
    if (character === '"') quoted = !quoted
    else if (quoted) continue
    else if (character === '(' || character === '{') depth++
    else if (character === ')' || character === '}') depth--
    else if (character === ',' && depth === 0) {
      parts.push([from, at])
      from = at + 1
    }
  }
  parts.push([from, end])
  return parts.map(([a, b]) => {
    const part = text.slice(a, b)
    return [a + (part.length - part.trimStart().length), b - (part.length - part.trimEnd().length)]
  })
}
