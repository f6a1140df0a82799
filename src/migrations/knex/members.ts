import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from './machine.js'
import { UNDEFINED, UNKNOWN, plainValue, type Scope, type Value } from './values.js'

/** `object.name`, `object['name']`, `array[0]`. */
export function evaluateMember(machine: Machine, node: TSESTree.MemberExpression, scope: Scope): Value {
  const object = machine.evaluate(node.object, scope)
  const name = propertyName(machine, node, scope)
  if (object.kind === 'array' && name !== undefined && /^\d+$/.test(name))
    return object.items[Number(name)] ?? UNDEFINED
  return name === undefined ? UNKNOWN : memberOf(object, name)
}

/** The name after the dot or in the brackets; undefined where it is not constant. */
export function propertyName(
  machine: Machine,
  node: TSESTree.MemberExpression,
  scope: Scope,
): string | undefined {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : undefined
  const plain = plainValue(machine.evaluate(node.property, scope))
  return plain === undefined ? undefined : String(plain.value)
}

/** What a value holds under a name. */
export function memberOf(value: Value, name: string): Value {
  switch (value.kind) {
    case 'object':
      return value.entries.get(name) ?? UNDEFINED
    case 'builtin':
      return { kind: 'builtin', name: `${value.name}.${name}` }
    case 'knex':
      if (name === 'schema') return { kind: 'schema', steps: [] }
      return name === 'fn' ? { kind: 'fn' } : UNKNOWN
    case 'array':
      return name === 'length' ? { kind: 'constant', value: value.items.length } : UNKNOWN
    case 'rows':
      return value
    default:
      return UNKNOWN
  }
}
