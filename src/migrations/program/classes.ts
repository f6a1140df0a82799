import type { TSESTree } from '@typescript-eslint/utils'
import { codeReaches } from './code.js'
import { keyOf } from './declarations.js'
import type { Machine } from './machine.js'
import {
  Scope,
  UNDEFINED,
  UNKNOWN,
  either,
  type ClassValue,
  type FunctionNode,
  type Value,
} from './values.js'

type ObjectValue = Extract<Value, { kind: 'object' }>

/** A name that code can't use: under it the code of a class finds the class. */
const CLASS = '#class'

/** A class, with what is static of it. */
export function classValue(
  machine: Machine,
  node: TSESTree.ClassDeclaration | TSESTree.ClassExpression,
  outer: Scope,
): ClassValue {
  const scope = new Scope(outer)
  const parent = node.superClass === null ? undefined : machine.evaluate(node.superClass, outer)
  const { module } = machine
  const reaches = codeReaches(machine, node, outer)
  const value: ClassValue = { kind: 'class', node, scope, module, parent, entries: new Map(), reaches }
  scope.set(CLASS, value)
  if (node.id !== null) scope.set(node.id.name, value)
  addMethods(machine, value, value.entries, true)
  const own = new Scope(scope, true)
  own.set('this', value)
  setFields(machine, value, value.entries, own, true)
  for (const member of node.body.body) {
    if (member.type === 'StaticBlock' && codeReaches(machine, member, scope))
      machine.unread('what this class does is not known', member)
  }
  return value
}

/** `new` of a class. */
export function construct(
  machine: Machine,
  value: ClassValue,
  args: readonly Value[],
  node: TSESTree.Node,
): Value {
  const self: ObjectValue = { kind: 'object', entries: new Map() }
  for (const each of lineage(value).toReversed()) addMethods(machine, each, self.entries, false)
  initialize(machine, value, self, args, node)
  return self
}

/** A class, what it extends, what that extends, as far as these are known. */
function lineage(value: ClassValue): ClassValue[] {
  return value.parent?.kind === 'class' ? [value, ...lineage(value.parent)] : [value]
}

/** Runs the constructor of a class, or what it has without one. */
function initialize(
  machine: Machine,
  value: ClassValue,
  self: ObjectValue,
  args: readonly Value[],
  node: TSESTree.Node,
): void {
  const constructor = value.node.body.body.find(
    (member) =>
      member.type === 'MethodDefinition' &&
      member.kind === 'constructor' &&
      member.value.type === 'FunctionExpression',
  )
  if (constructor?.type !== 'MethodDefinition') {
    initializeParent(machine, value, self, args, node)
    return
  }
  // With a parent, the fields are set once `super(...)` was called.
  if (value.parent === undefined) initializeFields(machine, value, self)
  const { scope, module } = value
  machine.call({ kind: 'function', node: constructor.value as FunctionNode, scope, module }, args, node, self)
}

/** What `super(...)` does: the constructor of what the class extends, then the fields of the class. */
function initializeParent(
  machine: Machine,
  value: ClassValue,
  self: ObjectValue,
  args: readonly Value[],
  node: TSESTree.Node,
): void {
  const { parent } = value
  if (parent?.kind === 'class') initialize(machine, parent, self, args, node)
  else if (parent !== undefined) {
    const made = parent.kind === 'tool' ? parent.object.create?.(machine, args, node) : undefined
    Object.assign(self, { base: made ?? either([parent]) })
  }
  initializeFields(machine, value, self)
}

function initializeFields(machine: Machine, value: ClassValue, self: ObjectValue): void {
  const scope = new Scope(value.scope, true)
  scope.set('this', self)
  setFields(machine, value, self.entries, scope, false)
}

/** `super(...)`. */
export function callSuper(
  machine: Machine,
  args: readonly Value[],
  node: TSESTree.Node,
  scope: Scope,
): Value {
  const [value, self] = [scope.get(CLASS), scope.get('this')]
  if (value?.kind === 'class' && self?.kind === 'object') initializeParent(machine, value, self, args, node)
  return UNDEFINED
}

/** `super`: what the class extends, as what an instance has of it. */
export function superValue(machine: Machine, scope: Scope): Value {
  const [value, self] = [scope.get(CLASS), scope.get('this')]
  if (value?.kind !== 'class' || self?.kind !== 'object') return UNKNOWN
  const entries = new Map<string, Value>()
  for (const each of lineage(value).slice(1).toReversed()) addMethods(machine, each, entries, false)
  return { kind: 'object', entries, ...(self.base === undefined ? {} : { base: self.base }) }
}

function addMethods(
  machine: Machine,
  value: ClassValue,
  entries: Map<string, Value>,
  isStatic: boolean,
): void {
  const { scope, module } = value
  for (const member of value.node.body.body) {
    if (member.type !== 'MethodDefinition' || member.static !== isStatic) continue
    const name = keyOf(machine, member, scope)
    if (name === undefined || member.value.type !== 'FunctionExpression') continue
    if (member.kind === 'method') {
      entries.set(name, { kind: 'function', node: member.value as FunctionNode, scope, module })
    } else if (member.kind !== 'constructor') {
      // What a property's function does is not followed.
      const holds = codeReaches(machine, member.value, scope)
      entries.set(name, holds ? { kind: 'holder', text: machine.textOf(member) } : UNKNOWN)
    }
  }
}

function setFields(
  machine: Machine,
  { node }: ClassValue,
  entries: Map<string, Value>,
  scope: Scope,
  isStatic: boolean,
): void {
  for (const member of node.body.body) {
    if (member.type !== 'PropertyDefinition' || member.static !== isStatic) continue
    const name = keyOf(machine, member, scope)
    const value = member.value === null ? UNDEFINED : machine.evaluate(member.value, scope)
    if (name !== undefined) entries.set(name, value)
  }
}
