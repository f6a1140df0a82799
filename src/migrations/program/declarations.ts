import type { TSESTree } from '@typescript-eslint/utils'
import { assign, setMember } from './changes.js'
import { classValue } from './classes.js'
import type { Machine } from './machine.js'
import { memberOf, propertyName } from './members.js'
import { BY_CONDITION } from './steps.js'
import {
  SPREAD,
  UNDEFINED,
  UNKNOWN,
  either,
  plainValue,
  textOfValue,
  type Scope,
  type Value,
} from './values.js'

/** Declares the functions of a block, which may be called before the line that declares them. */
export function hoist(
  { module }: Pick<Machine, 'module'>,
  body: readonly TSESTree.Node[],
  scope: Scope,
): void {
  for (const node of body) {
    if (node.type === 'FunctionDeclaration' && node.id !== null)
      scope.set(node.id.name, { kind: 'function', node, scope, module })
  }
}

/** Declares variables, an enum or a class; false where a node declares nothing when it is come to. */
export function declare(machine: Machine, node: TSESTree.Node, scope: Scope): boolean {
  switch (node.type) {
    case 'TSEnumDeclaration':
      scope.set(node.id.name, enumValue(machine, node, scope))
      return true
    case 'ClassDeclaration':
      if (node.id !== null) scope.set(node.id.name, classValue(machine, node, scope))
      return true
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) {
        const value = init === null ? UNDEFINED : machine.evaluate(init, scope)
        if (node.kind !== 'var') setNames(machine, id, value, scope)
        else if (init !== null) declareVar(machine, id, value, scope)
      }
      return true
    default:
      return false
  }
}

/** `var`, which is of the function around. */
function declareVar(machine: Machine, id: TSESTree.Node, value: Value, scope: Scope): void {
  const around = scope.ofFunction
  for (const name of namesOf(id)) if (!around.has(name)) around.set(name, UNDEFINED)
  assignTo(machine, id, value, around)
}

/** The names that a declaration declares. */
export function namesIn(node: TSESTree.Node): string[] {
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => namesOf(id))
  return 'id' in node && node.id?.type === 'Identifier' ? [node.id.name] : []
}

/** The names in a pattern. */
function namesOf(target: TSESTree.Node): string[] {
  switch (target.type) {
    case 'Identifier':
      return [target.name]
    case 'AssignmentPattern':
      return namesOf(target.left)
    case 'RestElement':
      return namesOf(target.argument)
    case 'ArrayPattern':
      return target.elements.flatMap((element) => (element === null ? [] : namesOf(element)))
    case 'ObjectPattern':
      return target.properties.flatMap((property) =>
        namesOf(property.type === 'Property' ? property.value : property),
      )
    default:
      return []
  }
}

/** Gives a variable or a parameter its value; of `{ a, b }` and `[a, b]` each name its part of it. */
export function setNames(machine: Machine, target: TSESTree.Node, value: Value, scope: Scope): void {
  matchPattern(machine, target, value, scope, (node, part) => {
    if (node.type === 'Identifier') scope.set(node.name, part)
  })
}

/** Gives what stands on the left of `=` its value. */
export function assignTo(machine: Machine, target: TSESTree.Node, value: Value, scope: Scope): void {
  matchPattern(machine, target, value, scope, (node, part) => {
    if (node.type === 'Identifier') assign(machine, scope, node.name, part)
    else if (node.type === 'MemberExpression') {
      const object = machine.evaluate(node.object, scope)
      setMember(machine, object, propertyName(machine, node, scope), part)
    } else if (/^TS/.test(node.type) && 'expression' in node)
      assignTo(machine, node.expression as TSESTree.Node, part, scope)
  })
}

/** Gives parameters their arguments. */
export function setParameters(
  machine: Machine,
  parameters: readonly TSESTree.Parameter[],
  args: readonly Value[],
  scope: Scope,
): void {
  const spread = args.indexOf(SPREAD)
  // `this` in front only says its type.
  const taken = parameters.filter((each) => each.type !== 'Identifier' || each.name !== 'this')
  const isKnown = (index: number): boolean => spread < 0 || index < spread
  for (const [index, parameter] of taken.entries()) {
    if (parameter.type === 'RestElement') {
      const rest = args.slice(index)
      const value: Value =
        rest.includes(SPREAD) || !isKnown(index) ? either(rest) : { kind: 'array', items: rest }
      setNames(machine, parameter.argument, value, scope)
    } else {
      const value = isKnown(index) ? (args[index] ?? UNDEFINED) : either(args.slice(spread))
      setParameter(machine, parameter, value, scope)
    }
  }
}

/** `constructor(readonly name)` gives the instance its argument, too. */
function setParameter(machine: Machine, parameter: TSESTree.Parameter, value: Value, scope: Scope): void {
  if (parameter.type !== 'TSParameterProperty') {
    setNames(machine, parameter, value, scope)
    return
  }
  setNames(machine, parameter.parameter, value, scope)
  const self = scope.get('this')
  for (const name of namesOf(parameter.parameter)) {
    if (self !== undefined) setMember(machine, self, name, scope.get(name) ?? UNKNOWN)
  }
}

/** Goes through a pattern with the parts of a value. */
function matchPattern(
  machine: Machine,
  target: TSESTree.Node,
  value: Value,
  scope: Scope,
  set: (node: TSESTree.Node, value: Value) => void,
): void {
  const match = (node: TSESTree.Node, part: Value): void => matchPattern(machine, node, part, scope, set)
  switch (target.type) {
    case 'AssignmentPattern': {
      const isMissing = value.kind === 'constant' && value.value === undefined
      if (isMissing) match(target.left, machine.evaluate(target.right, scope))
      else match(target.left, mayBeMissing(value) ? orDefault(machine, target.right, value, scope) : value)
      break
    }
    case 'ArrayPattern':
      for (const [index, element] of target.elements.entries()) {
        if (element?.type === 'RestElement') {
          match(
            element.argument,
            value.kind === 'array' ? { kind: 'array', items: value.items.slice(index) } : either([value]),
          )
        } else if (element !== null) match(element, memberOf(machine, value, String(index)))
      }
      break
    case 'ObjectPattern':
      matchProperties(machine, target, value, scope, match)
      break
    default:
      set(target, value)
  }
}

function mayBeMissing({ kind }: Value): boolean {
  return kind === 'unknown' || kind === 'holder'
}

/** A value that is not known, or a default in its place: the default may send something. */
function orDefault(machine: Machine, node: TSESTree.Node, value: Value, scope: Scope): Value {
  let otherwise = UNKNOWN
  machine.steps.uncertain(BY_CONDITION, () => {
    otherwise = machine.evaluate(node, scope)
    return undefined
  })
  return either([value, otherwise])
}

function matchProperties(
  machine: Machine,
  { properties }: TSESTree.ObjectPattern,
  value: Value,
  scope: Scope,
  match: (node: TSESTree.Node, part: Value) => void,
): void {
  const taken = new Set<string>()
  for (const property of properties) {
    if (property.type === 'RestElement') {
      const rest: Value =
        value.kind === 'object'
          ? { kind: 'object', entries: new Map([...value.entries].filter(([key]) => !taken.has(key))) }
          : either([value])
      match(property.argument, rest)
      continue
    }
    const name = keyOf(machine, property, scope)
    if (name !== undefined) taken.add(name)
    match(property.value, name === undefined ? either([value]) : memberOf(machine, value, name))
  }
}

/** The name of a property of an object, a class or a pattern; undefined where it is not constant. */
export function keyOf(
  machine: Machine,
  { key, computed }: { readonly key: TSESTree.Node; readonly computed: boolean },
  scope: Scope,
): string | undefined {
  if (!computed && key.type === 'Identifier') return key.name
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  if (!computed && key.type === 'Literal') return String(key.value)
  return textOfValue(machine.evaluate(key, scope))
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
