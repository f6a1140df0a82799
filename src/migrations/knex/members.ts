import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from './machine.js'
import { HOLDER, UNDEFINED, UNKNOWN, either, plainValue, type Scope, type Value } from './values.js'

/** `object.name`, `object['name']`, `array[0]`. */
export function evaluateMember(machine: Machine, node: TSESTree.MemberExpression, scope: Scope): Value {
  const object = machine.evaluate(node.object, scope)
  const name = propertyName(machine, node, scope)
  return name === undefined ? either([object]) : memberOf(machine, object, name)
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

/** What of `knex` is no way to the database, or nothing that counts. */
const PLAIN_OF_KNEX = /^(?:commit|rollback|isCompleted|version|userParams|name|length|isTransaction)$/

/** What a value holds under a name. */
export function memberOf(machine: Machine, value: Value, name: string): Value {
  switch (value.kind) {
    case 'object':
      return value.entries.get(name) ?? UNDEFINED
    case 'builtin':
      return { kind: 'builtin', name: `${value.name}.${name}` }
    case 'knex':
      if (name === 'schema') return { kind: 'schema', steps: [], depth: machine.steps.depth }
      if (name === 'fn') return { kind: 'fn' }
      if (name === 'client') return { kind: 'client' }
      return PLAIN_OF_KNEX.test(name) ? UNKNOWN : HOLDER
    case 'client':
      return /^(?:config|driverName|dialect|version)$/.test(name) ? UNKNOWN : HOLDER
    case 'array':
      if (name === 'length') return { kind: 'constant', value: value.items.length }
      return /^\d+$/.test(name) ? (value.items[Number(name)] ?? UNDEFINED) : UNKNOWN
    case 'rows':
      return value
    default:
      return either([value])
  }
}
