import type { TSESTree } from '@typescript-eslint/utils'
import { allSettled } from './arrays.js'
import { callBuiltin } from './builtins.js'
import { forget } from './changes.js'
import { callSuper, construct } from './classes.js'
import { codeReaches } from './code.js'
import type { Machine } from './machine.js'
import { memberOf, propertyName } from './members.js'
import { callMethod, changesSchema, rows } from './methods.js'
import { requireModule } from './imports.js'
import { promiseMethod, isPromiseMethod } from './promises.js'
import type { Call } from './tool.js'
import {
  HOLDER,
  SPREAD,
  UNDEFINED,
  UNKNOWN,
  either,
  reaches,
  settled,
  textOfValue,
  type FunctionValue,
  type Scope,
  type Value,
} from './values.js'

/** What a call gives, with what it does to the database. */
export function evaluateCall(machine: Machine, node: TSESTree.CallExpression, scope: Scope): Value {
  const { callee } = node
  if (callee.type === 'MemberExpression') return methodCall(machine, node, callee, scope)
  if (callee.type === 'Super')
    return callSuper(machine, evaluateArguments(machine, node.arguments, scope), node, scope)
  const called = machine.evaluate(callee, scope)
  if (node.optional && isMissing(called)) return UNDEFINED
  const args = evaluateArguments(machine, node.arguments, scope)
  if (called.kind === 'function') return machine.call(called, args, node)
  if (called.kind === 'builtin') return builtinCall(machine, called.name, node, args)
  if (callee.type === 'Identifier' && callee.name === 'require')
    return requireModule(machine, textOfValue(args[0]))
  if (called.kind === 'rows') return rows(machine, args)
  const name = callee.type === 'Identifier' ? callee.name : undefined
  const known = called.kind === 'tool' ? called.object.call?.(machine, args, node) : undefined
  return known ?? unknownCall(machine, node, [called, ...args], name)
}

function isMissing(value: Value): boolean {
  return value.kind === 'constant' && value.value == null
}

function evaluateArguments(
  machine: Machine,
  nodes: readonly TSESTree.CallExpressionArgument[],
  scope: Scope,
): Value[] {
  return nodes.flatMap((argument): Value[] => {
    if (argument.type !== 'SpreadElement') return [machine.evaluate(argument, scope)]
    const spread = machine.evaluate(argument.argument, scope)
    if (spread.kind === 'array') return [...spread.items]
    return reaches(spread) ? [SPREAD, spread] : [SPREAD]
  })
}

/** `object.name(...args)`. */
function methodCall(
  machine: Machine,
  node: TSESTree.CallExpression,
  callee: TSESTree.MemberExpression,
  scope: Scope,
): Value {
  const name = propertyName(machine, callee, scope)
  const global = callee.object.type === 'Identifier' ? callee.object.name : undefined
  if (name === 'catch' || (name === 'then' && node.arguments.length > 1))
    return handledPromise(machine, node, callee.object, scope)
  const given = machine.evaluate(callee.object, scope)
  const object = name === undefined ? given : holderOf(given, name)
  if ((callee.optional || node.optional) && isMissing(object)) return UNDEFINED
  const args = evaluateArguments(machine, node.arguments, scope)
  if (global === 'Promise' && /^(?:all|allSettled|resolve)$/.test(name ?? ''))
    return promiseOf(machine, args[0] ?? UNDEFINED, name === 'resolve')
  if (object.kind === 'builtin') return builtinCall(machine, `${object.name}.${name}`, node, args)
  if ((global === 'Object' || global === 'process') && scope.get(global) === undefined)
    return builtinCall(machine, `${global}.${name}`, node, args)
  const isOwn = object.kind === 'object' || object.kind === 'class'
  const own = isOwn && name !== undefined ? memberOf(machine, object, name) : undefined
  const self = callee.object.type === 'Super' ? scope.get('this') : object
  if (own?.kind === 'function') return machine.call(own, args, node, self)
  if (own !== undefined && own.kind !== 'constant')
    return unknownCall(machine, node, [own, object, ...args], name, global ?? '')
  if (object.kind === 'function' && name === 'bind' && args.length <= 1 && !usesThis(machine, object))
    return object
  if (object.kind === 'function' && name === 'call') return machine.call(object, args.slice(1), node, args[0])
  if (name !== undefined && isPromiseMethod(name)) return promiseMethod(machine, object, name, args)
  const result = name === undefined ? undefined : callMethod(machine, object, name, args, node)
  return result ?? unknownCall(machine, node, [object, ...args], name, global ?? '')
}

/** Whether the code of a function names `this`. */
function usesThis(machine: Machine, { node, module }: FunctionValue): boolean {
  return module !== machine.module || /\bthis\b/.test(machine.textOf(node))
}

/** What of an object has a method: the object, or what it has in common with others. */
function holderOf(object: Value, name: string): Value {
  if (object.kind === 'class') {
    const { parent } = object
    return object.entries.has(name) || parent === undefined ? object : holderOf(parent, name)
  }
  if (object.kind !== 'object' || object.base === undefined || object.entries.has(name)) return object
  return holderOf(object.base, name)
}

/** `promise.catch(handler)` and `promise.then(callback, handler)`. */
function handledPromise(
  machine: Machine,
  node: TSESTree.CallExpression,
  promise: TSESTree.Expression,
  scope: Scope,
): Value {
  const args = evaluateArguments(machine, node.arguments, scope)
  const handler = args.at(-1)
  let value: Value | undefined
  const body = (): undefined => {
    value = undefined
    const given = machine.evaluate(promise, scope)
    machine.send(given)
    value = settled(given)
  }
  const handle = (): undefined => {
    if (handler?.kind === 'function') machine.send(machine.call(handler, [UNKNOWN], node))
  }
  machine.steps.attempt(body, handle)
  if (handler?.kind === 'holder') machine.unread('what this call does to the database is not known', node)
  if (value === undefined) return UNKNOWN
  return args.length > 1 ? promiseMethod(machine, value, 'then', [args[0]!]) : value
}

/** `Promise.all` and the like send what they are given. */
function promiseOf(machine: Machine, value: Value, isOne: boolean): Value {
  if (isOne) {
    machine.send(value)
    return settled(value)
  }
  if (value.kind !== 'array') {
    machine.send(value)
    return either([settled(value)])
  }
  for (const item of value.items) machine.send(item)
  return allSettled(value)
}

function builtinCall(machine: Machine, name: string, node: Call, args: readonly Value[]): Value {
  return callBuiltin(machine, name, args) ?? unknownCall(machine, node, args, name, name.split('.')[0])
}

/** `new Name(...)`. */
export function evaluateNew(machine: Machine, node: TSESTree.NewExpression, scope: Scope): Value {
  const called = machine.evaluate(node.callee, scope)
  const args = evaluateArguments(machine, node.arguments, scope)
  const name = node.callee.type === 'Identifier' ? node.callee.name : undefined
  if (name === 'Promise' && called.kind === 'unknown' && args[0]?.kind === 'function') {
    machine.call(args[0], [UNKNOWN, UNKNOWN], node)
    return UNKNOWN
  }
  if (called.kind === 'class') return construct(machine, called, args, node)
  const made = called.kind === 'tool' ? called.object.create?.(machine, args, node) : undefined
  if (made !== undefined) return made
  unknownCall(machine, node, [called, ...args], name, name)
  if (called.kind === 'holder') return called
  return args.some((value) => reaches(value)) ? HOLDER : UNKNOWN
}

/** ``tag`...` ``. */
export function evaluateTagged(
  machine: Machine,
  node: TSESTree.TaggedTemplateExpression,
  scope: Scope,
): Value {
  const { tag, quasi } = node
  const isMember = tag.type === 'MemberExpression'
  const called = isMember ? machine.evaluate(tag.object, scope) : machine.evaluate(tag, scope)
  const texts = quasi.quasis.map(({ value }): Value => ({ kind: 'constant', value: value.raw }))
  const args = quasi.expressions.map((part) => machine.evaluate(part, scope))
  if (called.kind === 'tool') {
    const template = { texts: quasi.quasis.map(({ value }) => value.cooked ?? ''), parts: args, node }
    const name = isMember ? propertyName(machine, tag, scope) : undefined
    const known = called.object.tagged?.(machine, template, name)
    if (known !== undefined) return known
  }
  const isRaw = tag.type === 'MemberExpression' && machine.textOf(tag) === 'String.raw'
  if (isRaw && quasi.expressions.length === 0) return texts[0]!
  return unknownCall(machine, node, [called, ...args, ...texts], undefined, isRaw ? 'String' : undefined)
}

/** What Node and JavaScript themselves have, which changes nothing that it is given and sends nothing. */
const HARMLESS =
  /^(?:console|JSON|Math|Number|String|Boolean|Object|Array|Buffer|process|Symbol|BigInt|Date|Set|Map|WeakMap|WeakSet|RegExp|Error|TypeError|URL|path|url|crypto|parseInt|parseFloat|isNaN|structuredClone)$/

/**
 * A call into code that is not here: what matters is whether it gets a hold of the database, may call a function that has,
 * or looks like it has one of its own. It may change what it is given.
 */
function unknownCall(
  machine: Machine,
  node: Call,
  given: readonly Value[],
  name: string | undefined,
  global?: string,
): Value {
  const isHarmless = HARMLESS.test(global ?? name ?? '')
  const tool = given.find((value) => value.kind === 'tool' && value.object.unknownCall !== undefined)
  if (tool?.kind === 'tool') tool.object.unknownCall!(machine, node)
  else if (global === 'console') return UNDEFINED
  else if (given.some((value) => reaches(value)) || (!isHarmless && changesSchema(name, given)))
    machine.unread('what this call does to the database is not known', node, given.map(textOfHolder).join(''))
  for (const callback of given.flatMap((value) => functionsIn(value))) machine.mayCall(callback)
  if (!isHarmless) for (const value of given.slice(1)) forget(machine, value)
  return UNKNOWN
}

/** The code behind something that has a hold of the database, which names what it may be about. */
function textOfHolder(value: Value): string {
  return value.kind === 'holder' && value.text !== undefined ? `\n${value.text}` : ''
}

/** The functions that a value is or holds. */
function functionsIn(value: Value, seen = new Set<Value>()): FunctionValue[] {
  if (seen.has(value)) return []
  seen.add(value)
  if (value.kind === 'function') return [value]
  const inner = value.kind === 'array' ? value.items : value.kind === 'object' ? value.entries.values() : []
  return [...inner].flatMap((item) => functionsIn(item, seen))
}

/** What calling a generator gives: its code is not followed. */
export function callGenerator(machine: Machine, called: FunctionValue, args: readonly Value[]): Value {
  const { node, scope } = called
  if (!args.some((value) => reaches(value)) && !codeReaches(machine, node, scope)) return UNKNOWN
  machine.unread('a generator is not followed', node)
  return UNKNOWN
}
