import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from './machine.js'
import { memberOf } from './members.js'
import { UNDEFINED, UNKNOWN, plainValue, textOfValue, type Scope, type Value } from './values.js'

/** Declares the functions of a block, which may be called before the line that declares them. */
export function hoist({ module }: Machine, body: readonly TSESTree.Node[], scope: Scope): void {
  for (const node of body) {
    if (node.type === 'FunctionDeclaration' && node.id !== null)
      scope.set(node.id.name, { kind: 'function', node, scope, module })
  }
}

/** Declares variables or an enum; another declaration, or a statement, declares nothing. */
export function declare(machine: Machine, node: TSESTree.Node, scope: Scope): void {
  if (node.type === 'TSEnumDeclaration') scope.set(node.id.name, enumValue(machine, node, scope))
  if (node.type !== 'VariableDeclaration') return
  for (const { id, init } of node.declarations) {
    setNames(machine, id, init === null ? UNDEFINED : machine.evaluate(init, scope), scope)
  }
}

/** The names that a declaration declares. */
export function namesIn(node: TSESTree.Node): string[] {
  if (node.type === 'VariableDeclaration')
    return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  return 'id' in node && node.id?.type === 'Identifier' ? [node.id.name] : []
}

/** Gives a variable or a parameter its value; of `{ a, b }` and `[a, b]` each name its part of it. */
export function setNames(machine: Machine, target: TSESTree.Node, value: Value, scope: Scope): void {
  switch (target.type) {
    case 'Identifier':
      scope.set(target.name, value)
      break
    case 'AssignmentPattern': {
      const isMissing = value.kind === 'constant' && value.value === undefined
      setNames(machine, target.left, isMissing ? machine.evaluate(target.right, scope) : value, scope)
      break
    }
    case 'ArrayPattern':
      for (const [index, element] of target.elements.entries()) {
        const item = value.kind === 'array' ? value.items[index] : undefined
        if (element !== null) setNames(machine, element, item ?? UNKNOWN, scope)
      }
      break
    case 'ObjectPattern':
      for (const property of target.properties) {
        if (property.type !== 'Property' || property.key.type !== 'Identifier') continue
        setNames(machine, property.value, memberOf(value, property.key.name), scope)
      }
  }
}

function enumValue(machine: Machine, node: TSESTree.TSEnumDeclaration, scope: Scope): Value {
  const entries = new Map<string, Value>()
  let next: number | undefined = 0
  for (const { id, initializer } of node.body.members) {
    const name = id.type === 'Identifier' ? id.name : textOfValue(machine.evaluate(id, scope))
    if (name === undefined) return UNKNOWN
    const own: unknown =
      initializer === undefined ? next : plainValue(machine.evaluate(initializer, scope))?.value
    const isPlain = typeof own === 'string' || typeof own === 'number'
    entries.set(name, isPlain ? { kind: 'constant', value: own } : UNKNOWN)
    next = typeof own === 'number' ? own + 1 : undefined
  }
  return { kind: 'object', entries }
}
