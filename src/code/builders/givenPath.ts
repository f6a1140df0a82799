import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf, isFunction } from '../reach/binding.js'
import { contains } from '../reach/site.js'
import { elementsOf } from '../reach/collections.js'
import { memberOf, reach } from '../reach/reach.js'
import type { Site, SourceFile } from '../reach/site.js'
import type { FunctionNode, Node } from './syntax.js'
import { keyOf, memberName, unwrap } from './syntax.js'

/** A part of what a function is given: the argument, and the way into it. */
export interface GivenPath {
  readonly index: number
  readonly keys: readonly string[]
}

/** Stands for each element of a list on the way into an argument. */
export const ELEMENT = '[]'

export function isSamePath(one: GivenPath, other: GivenPath): boolean {
  return one.index === other.index && one.keys.join('.') === other.keys.join('.')
}

/** The part of an argument of `fn` that an expression inside of it is; undefined for anything else. */
export function givenPath(node: Node, fn: FunctionNode, file: SourceFile, depth = 8): GivenPath | undefined {
  if (depth === 0) return undefined
  const into = (inner: Node, keys: readonly string[] | undefined): GivenPath | undefined => {
    const path = keys && givenPath(inner, fn, file, depth - 1)
    return path && { index: path.index, keys: [...path.keys, ...keys] }
  }
  const plain = unwrap(node)
  if (plain.type === 'MemberExpression') {
    if (plain.computed && plain.property.type === 'Literal' && typeof plain.property.value === 'number')
      return into(plain.object, [ELEMENT])
    const name = memberName(plain)
    return name === undefined ? undefined : into(plain.object, [name])
  }
  if (plain.type !== 'Identifier') return undefined
  const loop = loopOf(plain, fn)
  if (loop !== undefined) {
    const keys = keysTo(loop.pattern, plain.name)
    return into(loop.list, keys && [ELEMENT, ...keys])
  }
  const binding = bindingOf(plain, file)
  if (binding?.kind === 'parameter') {
    const keys = keysTo(binding.fn.params[binding.index]!, plain.name)
    if (binding.fn === fn) return keys && { index: binding.index, keys }
    const list = binding.index === 0 ? mappedList(binding.fn) : undefined
    return list && into(list, keys && [ELEMENT, ...keys])
  }
  if (binding?.kind !== 'variable' || binding.writes !== undefined) return undefined
  const { init, id } = binding.declarator
  return init == null ? undefined : into(init, keysTo(id, plain.name))
}

/** What an argument has at a way into it. */
export function partsOf(argument: Site, keys: readonly string[]): readonly Site[] {
  return keys.reduce<readonly Site[]>(
    (sites, key) =>
      sites.flatMap((site) => (key === ELEMENT ? elementsOf(site).elements : memberOf(site, key).sites)),
    keys.length === 0 ? reach(argument).sites : [argument],
  )
}

/** The list that a callback is handed the elements of. */
function mappedList(callback: FunctionNode): Node | undefined {
  const call = callback.parent
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  const isEach = /^(?:map|flatMap|forEach)$/.test(memberName(call.callee) ?? '')
  return isEach && call.arguments[0] === callback ? call.callee.object : undefined
}

/** The loop whose variable a name is. */
function loopOf(name: TSESTree.Identifier, fn: FunctionNode): { pattern: Node; list: Node } | undefined {
  for (let at: Node | undefined = name.parent; at && at !== fn && !isFunction(at); at = at.parent) {
    if (at.type !== 'ForOfStatement' || at.left.type !== 'VariableDeclaration' || contains(at.right, name))
      continue
    const pattern = at.left.declarations[0].id
    if (keysTo(pattern, name.name) !== undefined) return { pattern, list: at.right }
  }
  return undefined
}

/** The way from what a pattern takes apart to the name that it binds. */
function keysTo(pattern: Node | null, name: string): string[] | undefined {
  switch (pattern?.type) {
    case 'Identifier':
      return pattern.name === name ? [] : undefined
    case 'AssignmentPattern':
      return keysTo(pattern.left, name)
    case 'TSParameterProperty':
      return keysTo(pattern.parameter, name)
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        const key = property.type === 'Property' ? keyOf(property) : undefined
        const rest = property.type === 'Property' ? keysTo(property.value, name) : undefined
        if (key !== undefined && rest !== undefined) return [key, ...rest]
      }
      return undefined
    default:
      return undefined
  }
}
