import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf, isFunction, variableOf } from '../reach/binding.js'
import { elementsOf } from '../reach/collections.js'
import { staticKey, within } from '../reach/site.js'
import type { Node, Site } from '../reach/site.js'
import { mayKeepStart } from '../reach/writes.js'
import { countedInRow } from './countedRows.js'

/** What is appended to a text variable, in source order, and what it starts with. */
export interface Grown {
  readonly start: Site | undefined
  readonly appended: readonly Site[]
}

/**
 * The pieces of `let q = '...'; q += '...'; q = q + '...'`, and of a template that is appended to (`q.append(...)` of
 * sql-template-strings and drizzle); undefined where the variable is no such thing.
 */
export function grownText(site: Site): Grown | undefined {
  const { node, file } = site
  if (node.type !== 'Identifier' || !file.linted) return undefined
  const binding = bindingOf(node, file)
  if (binding?.kind !== 'variable') return undefined
  if (binding.writes === undefined) return appendedTo(site, binding.declarator.init)
  const appended: Site[] = []
  for (const reference of variableOf(node, file)?.references ?? []) {
    const { identifier } = reference
    const { parent } = identifier
    if (!reference.isWrite() || reference.init === true) continue
    if (parent?.type !== 'AssignmentExpression' || parent.left !== identifier) return undefined
    const rest =
      parent.operator === '+=' ? parent.right : behind(parent.right, (identifier as TSESTree.Identifier).name)
    if (rest === undefined) return undefined
    appended.push({ node: rest, file, at: rest })
  }
  const start = binding.declarator.init
  return { start: start == null ? undefined : { node: start, file, at: start }, appended }
}

/** What a text variable starts with that is assigned under conditions only: `let q = '...'; if (c) q = '...'`. */
export function startOf({ node, file }: Site): Site | undefined {
  if (node.type !== 'Identifier' || !file.linted) return undefined
  const binding = bindingOf(node, file)
  if (binding?.kind !== 'variable' || binding.writes === undefined) return undefined
  const { init, id } = binding.declarator
  if (init == null || id.type !== 'Identifier') return undefined
  return mayKeepStart(binding.writes, binding.declarator, node) ? { node: init, file, at: init } : undefined
}

/** `const q = SQL`...`; q.append(...).append(...)` */
function appendedTo({ node, file }: Site, start: Node | null | undefined): Grown | undefined {
  if (start?.type !== 'TaggedTemplateExpression' && start?.type !== 'CallExpression') return undefined
  const appended: Site[] = []
  for (const { identifier } of variableOf(node, file)?.references ?? []) {
    for (let at: Node = identifier; ;) {
      const member: Node | undefined = at.parent
      if (member?.type !== 'MemberExpression' || member.object !== at || staticKey(member) !== 'append') break
      const call = member.parent
      const [piece] = call.type === 'CallExpression' && call.callee === member ? call.arguments : []
      if (piece === undefined) break
      appended.push({ node: piece, file, at: piece })
      at = call
    }
  }
  return appended.length === 0 ? undefined : { start: { node: start, file, at: start }, appended }
}

/** What is added in `name + rest`. */
function behind(node: Node, name: string): Node | undefined {
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined
  return node.left.type === 'Identifier' && node.left.name === name ? node.right : undefined
}

/** What is pushed onto an array variable, in source order. */
export function pushedElements(array: Site): Site[] {
  if (array.node.type !== 'Identifier' || !array.file.linted) return []
  const found: Site[] = []
  for (const { identifier } of variableOf(array.node, array.file)?.references ?? []) {
    const call = pushOn(identifier)
    if (call === undefined) continue
    for (const argument of call.arguments) {
      if (argument.type !== 'SpreadElement') found.push({ node: argument, file: array.file, at: argument })
    }
  }
  return found
}

function pushOn(identifier: Node): TSESTree.CallExpression | undefined {
  const member = identifier.parent
  if (member?.type !== 'MemberExpression' || member.object !== identifier || staticKey(member) !== 'push')
    return undefined
  const call = member.parent
  return call.type === 'CallExpression' && call.callee === member ? call : undefined
}

/** A value whose parameter's number is counted at run time. */
export interface Counted {
  /** More than one where each element of a list gets a parameter of its own. */
  readonly values: readonly Site[]
  /** Set where it is only likely that the value goes into this array: the array must be the one that the query is given. */
  readonly array?: string
}

/**
 * The values behind a counted number: `$${params.push(value)}`, `$${params.length}` right behind a push, `$${params.length + 1}` in front
 * of one, `$${i++}` in a statement beside `params.push(value)`.
 */
export function countedValue(hole: Site): Counted | undefined {
  const { node, file } = hole
  if (!file.linted) return undefined
  const row = countedInRow(hole)
  if (row !== undefined) return row
  const direct = node.type === 'CallExpression' ? node : undefined
  if (direct?.callee.type === 'MemberExpression' && staticKey(direct.callee) === 'push')
    return valueOf(direct, hole)
  if (isLength(node)) {
    const calls = pushesOn(node.object, hole).filter(
      (c) => c.range[1] <= node.range[0] && blockOf(c) === blockOf(node),
    )
    const last = calls.at(-1)
    return last && valueOf(last, hole)
  }
  if (node.type === 'BinaryExpression' && node.operator === '+' && isLength(node.left) && isOne(node.right)) {
    const calls = pushesOn(node.left.object, hole).filter(
      (c) => c.range[0] >= node.range[1] && blockOf(c) === blockOf(node),
    )
    const [next] = calls
    return next && valueOf(next, hole)
  }
  return mappedElements(hole) ?? besideStatement(hole)
}

/** `list.map((_, i) => `$${i + 1}`)` beside `query(text, list)`: the elements of the list. */
function mappedElements(hole: Site): Counted | undefined {
  let at: Node | null | undefined = hole.node
  while (at != null && !isFunction(at)) at = at.parent
  const call = at?.parent
  if (at == null || call?.type !== 'CallExpression' || call.arguments[0] !== at) return undefined
  if (call.callee.type !== 'MemberExpression' || staticKey(call.callee) !== 'map') return undefined
  const list = call.callee.object
  if (!isPushedAtMost(at.params[0], hole) || !isHandedOver(list, hole)) return undefined
  return { values: elementsOf({ node: list, file: hole.file, at: list }).elements }
}

/** Whether the element of a list, the parameter, is put into no text: in `${column} = $${i + 1}` it is a name, and not the value. */
function isPushedAtMost(element: TSESTree.Parameter | undefined, hole: Site): boolean {
  if (element === undefined) return true
  if (element.type !== 'Identifier') return false
  return (variableOf(element, hole.file)?.references ?? []).every(({ identifier }) => {
    const call = identifier.parent
    return call?.type === 'CallExpression' && isPush(call)
  })
}

function isPush(call: TSESTree.CallExpression): boolean {
  return call.callee.type === 'MemberExpression' && staticKey(call.callee) === 'push'
}

/** Whether a list in a variable is passed on as a whole. One that is only mapped, or joined in the same text, may be names of columns. */
function isHandedOver(list: Node, hole: Site): boolean {
  if (list.type !== 'Identifier') return true
  let handedOver = false
  for (const { identifier, init } of variableOf(list, hole.file)?.references ?? []) {
    const user = identifier.parent
    if (user?.type !== 'MemberExpression') handedOver ||= init !== true
    else if (staticKey(user) === 'join' && textAround(user) === textAround(hole.node)) return false
  }
  return handedOver
}

/** The outermost template around a node, or the node itself. */
function textAround(node: Node): Node {
  let text = node
  for (let at: Node | null | undefined = node.parent; at != null; at = at.parent) {
    if (at.type === 'TemplateLiteral') text = at
    else if (at.type.endsWith('Statement')) break
  }
  return text
}

function isLength(node: Node): node is TSESTree.MemberExpression {
  return node.type === 'MemberExpression' && staticKey(node) === 'length'
}

function isOne(node: Node): boolean {
  return node.type === 'Literal' && node.value === 1
}

function pushesOn(array: Node, hole: Site): TSESTree.CallExpression[] {
  return (variableOf(array, hole.file)?.references ?? []).flatMap((r) => pushOn(r.identifier) ?? [])
}

function valueOf(call: TSESTree.CallExpression, hole: Site): Counted | undefined {
  const [only, ...others] = call.arguments
  if (only === undefined || others.length > 0 || only.type === 'SpreadElement') return undefined
  return { values: [within({ ...hole, node: call, at: call }, only)] }
}

function statementOf(node: Node): Node | undefined {
  let at: Node | null | undefined = node
  while (at != null && at.type !== 'ExpressionStatement') {
    if (isFunction(at) || at.type === 'BlockStatement') return undefined
    at = at.parent
  }
  return at ?? undefined
}

function blockOf(node: Node): Node | undefined {
  let at: Node | null | undefined = node.parent
  while (at != null && at.type !== 'BlockStatement' && at.type !== 'Program' && at.type !== 'SwitchCase')
    at = at.parent
  return at ?? undefined
}

/** `params.push(value)` right behind or right before the statement, where that holds one counted number alone. */
function besideStatement(hole: Site): Counted | undefined {
  const statement = statementOf(hole.node)
  const block = statement?.parent
  if (statement === undefined || (block?.type !== 'BlockStatement' && block?.type !== 'Program'))
    return undefined
  const text = hole.file.text.slice(...statement.range)
  if ((text.match(/\$\$\{/g) ?? []).length !== 1) return undefined
  const index = block.body.indexOf(statement as TSESTree.ProgramStatement)
  for (const beside of [block.body[index + 1], block.body[index - 1]]) {
    if (beside?.type !== 'ExpressionStatement' || beside.expression.type !== 'CallExpression') continue
    const call = beside.expression
    if (call.callee.type !== 'MemberExpression' || call.callee.object.type !== 'Identifier') continue
    if (staticKey(call.callee) !== 'push') continue
    const counted = valueOf(call, hole)
    return counted && { ...counted, array: call.callee.object.name }
  }
  return undefined
}
