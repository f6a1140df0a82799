import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf, isFunction, variableOf } from './binding.js'
import { memberSite, onlyString, reach, returned } from './reach.js'
import { declaredAt, hasScopes, placeIn, staticKey, within } from './site.js'
import type { Node, Site } from './site.js'
import { newTrail, step } from './trail.js'
import type { Trail } from './trail.js'
import { mayReach } from './writes.js'

export interface Elements {
  readonly elements: readonly Site[]
  /** False where there may be more elements, or others. */
  readonly complete: boolean
  /** How many of the first elements stand at an index that is certain. */
  readonly certain: number
}

const NO_ELEMENTS: Elements = { elements: [], complete: false, certain: 0 }

/** Methods that change an array so that what it was written with says nothing about an index. */
const REORDER = new Set(['unshift', 'shift', 'splice', 'sort', 'reverse', 'pop', 'fill', 'copyWithin'])

/** The elements of an array of constants: spreads, `Object.values`, `new Set` and `Array.of` are followed. */
export function elementsOf(site: Site, trail: Trail = newTrail()): Elements {
  const next = step(trail)
  if (next === undefined) return NO_ELEMENTS
  const mutated = mutations(site)
  if (mutated === 'reordered') return NO_ELEMENTS
  const arrays = reach(site, next)
  const all: Site[] = []
  let complete = arrays.complete && mutated === undefined
  let certain = arrays.sites.length === 1 ? Infinity : 0
  for (const array of arrays.sites) {
    const own = ownElements(array, next)
    all.push(...own.elements)
    complete &&= own.complete
    certain = Math.min(certain, own.certain)
  }
  if (mutated === 'grown' && certain >= all.length) {
    const pushed = pushedInLine(site)
    return { elements: [...all, ...pushed], complete, certain: all.length + pushed.length }
  }
  return { elements: all, complete, certain: Math.min(certain, all.length) }
}

/** What is pushed onto an array variable in the statements right behind its declaration, before anything else happens to it. */
function pushedInLine(site: Site): Site[] {
  const { node, file } = site
  const binding = node.type === 'Identifier' ? bindingOf(node, file) : undefined
  if (binding?.kind !== 'variable' || binding.writes !== undefined) return []
  const block = binding.declarator.parent.parent as Node | undefined
  const pushed: Site[] = []
  for (const { identifier, init } of variableOf(node, file)?.references ?? []) {
    if (init === true) continue
    const call = identifier.parent?.parent
    const isPush =
      call?.type === 'CallExpression' &&
      identifier.parent === call.callee &&
      staticKey(identifier.parent as TSESTree.MemberExpression) === 'push' &&
      call.parent.type === 'ExpressionStatement' &&
      call.parent.parent === block &&
      call.range[1] <= node.range[0]
    if (!isPush || call.arguments.some((a) => a.type === 'SpreadElement')) break
    pushed.push(
      ...call.arguments.map((a): Site => (file.linted ? { node: a, file, at: a } : within(site, a))),
    )
  }
  return pushed
}

function mutations(site: Site): 'grown' | 'reordered' | undefined {
  if (site.node.type !== 'Identifier' || !hasScopes(site.file)) return undefined
  let grown: 'grown' | undefined
  for (const { identifier } of variableOf(site.node, site.file)?.references ?? []) {
    const member = identifier.parent
    if (member?.type !== 'MemberExpression' || member.object !== identifier) continue
    const user = member.parent
    if (user.type === 'AssignmentExpression' && user.left === member) return 'reordered'
    if (user.type !== 'CallExpression' || user.callee !== member) continue
    const name = staticKey(member)
    if (name !== undefined && REORDER.has(name)) return 'reordered'
    if (name === 'push') grown = 'grown'
  }
  return grown
}

function ownElements(site: Site, trail: Trail): Elements {
  const { node } = site
  switch (node.type) {
    case 'ArrayExpression': {
      const elements: Site[] = []
      let complete = true
      let certain: number | undefined
      for (const element of node.elements) {
        if (element === null) {
          certain ??= elements.length
          continue
        }
        if (element.type !== 'SpreadElement') {
          elements.push(within(site, element))
          continue
        }
        const spread = elementsOf(within(site, element.argument), trail)
        if (!spread.complete || spread.certain < spread.elements.length)
          certain ??= elements.length + spread.certain
        elements.push(...spread.elements)
        complete &&= spread.complete
      }
      return { elements, complete, certain: certain ?? elements.length }
    }
    case 'NewExpression': {
      const first = node.arguments[0]
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'Set' || first === undefined)
        return NO_ELEMENTS
      return elementsOf(within(site, first), trail)
    }
    case 'CallExpression':
      return calledElements(site, node, trail)
    default:
      return NO_ELEMENTS
  }
}

function calledElements(site: Site, node: TSESTree.CallExpression, trail: Trail): Elements {
  const { callee } = node
  const first = node.arguments[0]
  if (callee.type !== 'MemberExpression') return NO_ELEMENTS
  const name = staticKey(callee)
  const object = callee.object.type === 'Identifier' ? callee.object.name : undefined
  if (object === 'Array' && name === 'of') {
    return { elements: node.arguments.map((a) => within(site, a)), complete: true, certain: 0 }
  }
  if (object === 'Array' && name === 'from' && node.arguments.length === 1)
    return elementsOf(within(site, first!), trail)
  if (object === 'Object' && name === 'values' && first !== undefined) {
    const { entries, complete } = entriesOf(within(site, first), trail)
    return { elements: entries.map((e) => e.value), complete, certain: 0 }
  }
  if (name === 'concat') {
    const parts = [callee.object, ...node.arguments].map((a) => elementsOf(within(site, a), trail))
    return {
      elements: parts.flatMap((p) => p.elements),
      complete: parts.every((p) => p.complete),
      certain: parts[0]!.certain,
    }
  }
  // What the callback returns stands for each of the elements.
  if (name === 'map' && isFunction(first)) {
    const [value, ...others] = returned(first)
    if (value !== undefined && others.length === 0)
      return { elements: [within(site, value)], complete: false, certain: 0 }
  }
  if (name === 'filter' && first?.type === 'Identifier' && first.name === 'Boolean')
    return { ...elementsOf(within(site, callee.object), trail), certain: 0 }
  if (name === 'slice' && node.arguments.length === 0) return elementsOf(within(site, callee.object), trail)
  return NO_ELEMENTS
}

export interface Entry {
  readonly key: string
  readonly value: Site
  /** The property, enum member or assignment. */
  readonly node: Node
}

export interface Entries {
  readonly entries: readonly Entry[]
  /** False where there may be more entries. */
  readonly complete: boolean
}

/** The entries of an object of constants, or of an enum; spreads are followed, a later entry of the same key comes later. */
export function entriesOf(site: Site, trail: Trail = newTrail()): Entries {
  const next = step(trail)
  if (next === undefined) return { entries: [], complete: false }
  const objects = reach(site, next)
  const entries: Entry[] = []
  let { complete } = objects
  for (const object of objects.sites) {
    const own = ownEntries(object, next)
    entries.push(...own.entries)
    complete &&= own.complete
  }
  for (const write of entryWrites(site)) entries.push(write)
  return { entries, complete }
}

function ownEntries(object: Site, trail: Trail): Entries {
  const { node } = object
  const entries: Entry[] = []
  let complete = true
  if (node.type === 'ObjectExpression') {
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        const spread = entriesOf(within(object, property.argument), trail)
        entries.push(...spread.entries)
        complete &&= spread.complete
        continue
      }
      const key = staticKey(property) ?? onlyString(within(object, property.key), trail)
      if (key === undefined) complete = false
      else entries.push({ key, value: memberSite(object, key, property, property.value), node: property })
    }
    return { entries, complete }
  }
  if (node.type === 'TSEnumDeclaration') {
    for (const member of node.body?.members ?? node.members) {
      const key =
        member.id.type === 'Identifier' ? member.id.name : staticKey({ key: member.id, computed: true })
      if (key === undefined || member.initializer === undefined) continue
      entries.push({ key, value: memberSite(object, key, member, member.initializer), node: member })
    }
    return { entries, complete }
  }
  return { entries, complete: false }
}

function entryWrites(site: Site): Entry[] {
  if (site.node.type !== 'Identifier' || !hasScopes(site.file)) return []
  const found: Entry[] = []
  const variable = variableOf(site.node, site.file)
  for (const { identifier } of variable?.references ?? []) {
    const member = identifier.parent
    if (member?.type !== 'MemberExpression' || member.object !== identifier) continue
    const key = staticKey(member)
    const assignment = member.parent
    if (key === undefined || assignment.type !== 'AssignmentExpression' || assignment.left !== member)
      continue
    if (assignment.operator !== '=') continue
    if (!mayReach(assignment, placeIn(site), variable?.defs[0]?.name)) continue
    found.push({
      key,
      value: declaredAt(site, assignment.right, site.file, key, assignment),
      node: assignment,
    })
  }
  return found
}

/** The values of an object of constants, as elements. */
export function valuesOf(site: Site): Pick<Elements, 'elements' | 'complete'> {
  const { entries, complete } = entriesOf(site)
  return { elements: entries.map(({ value }) => value), complete }
}
