import type { TSESTree } from '@typescript-eslint/utils'
import { functionAround, isFunction, variableOf } from '../reach/binding.js'
import { elementsOf } from '../reach/collections.js'
import { returned } from '../reach/reach.js'
import { contains, staticKey, within } from '../reach/site.js'
import type { Node, Site } from '../reach/site.js'
import type { Counted } from './grown.js'

/**
 * The value behind one of several numbers that a template counts, `($${i * 2 + 1}, $${i * 2 + 2})`, where as many values are pushed beside it,
 * or made of each element of the list that it is mapped from.
 */
export function countedInRow(hole: Site): Counted | undefined {
  const template = hole.node.parent
  if (template?.type !== 'TemplateLiteral') return undefined
  const places = placesIn(template, hole)
  const place = places?.get(hole.node)
  if (places === undefined || place === undefined || places.size < 2) return undefined
  return pushedBeside(template, places.size, place, hole) ?? flattened(template, places.size, place, hole)
}

/** Which of the numbers that are counted like the hole's each is, from 0. */
function placesIn(template: TSESTree.TemplateLiteral, { node, file }: Site): Map<Node, number> | undefined {
  const text = (one: Node): string => file.text.slice(...one.range)
  const numbers = template.expressions.filter((_, i) => template.quasis[i]!.value.raw.endsWith('$'))
  const own = countOf(node, text)
  const alike = numbers
    .map((number) => ({ number, ...countOf(number, text) }))
    .filter((n) => n.base === own.base)
  const isRunning = alike.every(({ offset }) => offset === undefined)
  if (!isRunning && alike.some(({ offset }) => offset === undefined)) return undefined
  const first = Math.min(...alike.map(({ offset }) => offset ?? 0))
  const places = alike.map(({ offset }, i) => (offset === undefined ? i : offset - first))
  const isWhole = new Set(places).size === places.length && Math.max(...places) === places.length - 1
  return isWhole ? new Map(alike.map(({ number }, i) => [number, places[i]!])) : undefined
}

interface Count {
  /** What the number is counted from, as it is written. */
  readonly base: string
  /** Undefined for `n++`, which goes by the order. */
  readonly offset: number | undefined
}

function countOf(node: Node, text: (one: Node) => string): Count {
  if (node.type === 'UpdateExpression') return { base: `${text(node.argument)}++`, offset: undefined }
  if (node.type === 'BinaryExpression' && (node.operator === '+' || node.operator === '-')) {
    const { left, right, operator } = node
    if (right.type === 'Literal' && typeof right.value === 'number')
      return { base: text(left), offset: operator === '+' ? right.value : -right.value }
    if (left.type === 'Literal' && typeof left.value === 'number' && operator === '+')
      return { base: text(right), offset: left.value }
  }
  return { base: text(node), offset: 0 }
}

/** `params.push(a, b)`, the one with as many values in the block. */
function pushedBeside(template: Node, size: number, place: number, hole: Site): Counted | undefined {
  let block: Node | null | undefined = template.parent
  while (block != null && block.type !== 'BlockStatement' && block.type !== 'Program') {
    if (isFunction(block)) return undefined
    block = block.parent
  }
  const calls = (block?.body ?? []).flatMap((statement) => {
    const call = statement.type === 'ExpressionStatement' ? statement.expression : undefined
    return call?.type === 'CallExpression' && arrayOf(call) !== undefined && !contains(call, template)
      ? [call]
      : []
  })
  const [call, ...others] = calls.filter((one) => one.arguments.length === size)
  const array = call && arrayOf(call)
  if (call === undefined || others.length > 0 || calls.some((one) => one !== call && arrayOf(one) === array))
    return undefined
  const value = call.arguments[place]!
  if (call.arguments.some(({ type }) => type === 'SpreadElement')) return undefined
  return { values: [{ node: value, file: hole.file, at: value }], ...(array === undefined ? {} : { array }) }
}

/** The variable that a call pushes onto. */
function arrayOf({ callee }: TSESTree.CallExpression): string | undefined {
  if (callee.type !== 'MemberExpression' || staticKey(callee) !== 'push') return undefined
  return callee.object.type === 'Identifier' ? callee.object.name : undefined
}

/** `list.map((_, i) => ...)` beside `list.flatMap((one) => [one.a, one.b])` or `list.flat()`. */
function flattened(template: Node, size: number, place: number, { file }: Site): Counted | undefined {
  const callback = functionAround(template)
  const call = callback?.parent
  if (
    call?.type !== 'CallExpression' ||
    call.arguments[0] !== callback ||
    call.callee.type !== 'MemberExpression'
  )
    return undefined
  const list = call.callee.object
  if (staticKey(call.callee) !== 'map' || list.type !== 'Identifier') return undefined
  const found = (variableOf(list, file)?.references ?? []).flatMap(({ identifier }) => {
    const row = rowOf(identifier, size, { node: identifier, file, at: identifier })
    return row === undefined ? [] : [row]
  })
  const [rows, ...others] = found
  return rows === undefined || others.length > 0 ? undefined : { values: rows.map((row) => row[place]!) }
}

/** The values that each element of a flattened list gives: one row for all where a callback makes them. */
function rowOf(list: Node, size: number, site: Site): readonly (readonly Site[])[] | undefined {
  const member = list.parent
  const call = member?.parent
  if (member?.type !== 'MemberExpression' || member.object !== list || call?.type !== 'CallExpression')
    return undefined
  const name = staticKey(member)
  const valuesOf = (row: Site): readonly Site[] | undefined => {
    const { elements, complete, certain } = elementsOf(row)
    return complete && certain === size && elements.length === size ? elements : undefined
  }
  if (name === 'flatMap' && isFunction(call.arguments[0])) {
    const [row, ...others] = returned(call.arguments[0])
    const values =
      row === undefined || others.length > 0
        ? undefined
        : valuesOf(within({ ...site, node: call, at: call }, row))
    return values && [values]
  }
  if (name !== 'flat') return undefined
  const rows = elementsOf(site).elements.map(valuesOf)
  return rows.length > 0 && rows.every((row) => row !== undefined) ? rows : undefined
}
