import type { TSESTree } from '@typescript-eslint/utils'
import { callBuiltin } from './builtins.js'
import type { Machine } from './machine.js'
import { propertyName } from './members.js'
import { callMethod } from './methods.js'
import { requireModule } from './modules.js'
import { UNDEFINED, UNKNOWN, textOfValue, type Scope, type Value } from './values.js'

/** What a call gives, with what it does to the database. */
export function evaluateCall(machine: Machine, node: TSESTree.CallExpression, scope: Scope): Value {
  const args = evaluateArguments(machine, node, scope)
  const { callee } = node
  if (callee.type === 'MemberExpression') return methodCall(machine, node, callee, args, scope)
  const called = machine.evaluate(callee, scope)
  if (called.kind === 'function') return machine.call(called, args, node)
  if (called.kind === 'builtin') return builtinCall(machine, called.name, args)
  if (callee.type === 'Identifier' && callee.name === 'require')
    return requireModule(machine.module, textOfValue(args[0]))
  if (called.kind === 'knex' || called.kind === 'rows') return { kind: 'rows' }
  return unknownCall(machine, node, args)
}

function evaluateArguments(machine: Machine, node: TSESTree.CallExpression, scope: Scope): Value[] {
  return node.arguments.flatMap((argument): Value[] => {
    if (argument.type !== 'SpreadElement') return [machine.evaluate(argument, scope)]
    const spread = machine.evaluate(argument.argument, scope)
    return spread.kind === 'array' ? [...spread.items] : [UNKNOWN]
  })
}

/** `object.name(...args)`. */
function methodCall(
  machine: Machine,
  node: TSESTree.CallExpression,
  callee: TSESTree.MemberExpression,
  args: readonly Value[],
  scope: Scope,
): Value {
  const object = machine.evaluate(callee.object, scope)
  const name = propertyName(machine, callee, scope)
  const global = callee.object.type === 'Identifier' ? callee.object.name : undefined
  if (global === 'Promise' && /^(?:all|allSettled|resolve)$/.test(name ?? '')) return args[0] ?? UNDEFINED
  if (object.kind === 'builtin') return builtinCall(machine, `${object.name}.${name}`, args)
  if (global === 'Object' && scope.get('Object') === undefined)
    return builtinCall(machine, `Object.${name}`, args)
  const own = object.kind === 'object' && name !== undefined ? object.entries.get(name) : undefined
  if (own?.kind === 'function') return machine.call(own, args, node)
  const result = name === undefined ? undefined : callMethod(machine, object, name, args, node)
  return result ?? unknownCall(machine, node, [object, ...args])
}

function builtinCall(machine: Machine, name: string, args: readonly Value[]): Value {
  return callBuiltin(name, args, machine.module) ?? UNKNOWN
}

/** A call into code that is not here: what matters is whether it gets a hold of the database. */
function unknownCall(machine: Machine, node: TSESTree.CallExpression, given: readonly Value[]): Value {
  const holds = ({ kind }: Value): boolean => ['knex', 'schema', 'table', 'column'].includes(kind)
  const table = given.find((value) => value.kind === 'table' || value.kind === 'column')
  if (table?.kind === 'table' || table?.kind === 'column') {
    table.builder.unread('this call is not known', machine.lineOf(node), machine.textOf(node))
  } else if (given.some(holds)) machine.unread('what this call does to the database is not known', node)
  return UNKNOWN
}
