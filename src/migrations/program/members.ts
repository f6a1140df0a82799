import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from './machine.js'
import { partOfRows } from './rows.js'
import {
  HOLDER,
  UNDEFINED,
  UNKNOWN,
  either,
  plainValue,
  type ClassValue,
  type Scope,
  type Value,
} from './values.js'

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
  if (node.property.type === 'PrivateIdentifier') return `#${node.property.name}`
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : undefined
  const plain = plainValue(machine.evaluate(node.property, scope))
  return plain === undefined ? undefined : String(plain.value)
}

/** What a value holds under a name. */
export function memberOf(machine: Machine, value: Value, name: string): Value {
  switch (value.kind) {
    case 'object':
      return (
        value.entries.get(name) ??
        (value.base === undefined ? UNDEFINED : memberOf(machine, value.base, name))
      )
    case 'class':
      return (
        value.entries.get(name) ??
        (name === 'name'
          ? { kind: 'constant', value: value.node.id?.name ?? '' }
          : inherited(machine, value, name))
      )
    case 'builtin':
      return { kind: 'builtin', name: `${value.name}.${name}` }
    case 'tool':
      return value.object.member?.(machine, name) ?? (value.object.reaches ? HOLDER : UNKNOWN)
    case 'array':
      if (name === 'length') return { kind: 'constant', value: value.items.length }
      return /^\d+$/.test(name) ? (value.items[Number(name)] ?? UNDEFINED) : UNKNOWN
    case 'rows':
      return partOfRows(value, name)
    default:
      return either([value])
  }
}

/** What a class that extends another has of it. */
function inherited(machine: Machine, { parent }: ClassValue, name: string): Value {
  return parent === undefined ? UNDEFINED : memberOf(machine, parent, name)
}
