import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf, isFunction, variableOf } from './binding.js'
import type { Binding } from './binding.js'
import { argumentSites } from './calls.js'
import { exportOf, importedFile } from './modules.js'
import { declaredAt, MAX_DEPTH, siteOf, staticKey, UNKNOWN, walk, within } from './site.js'
import type { Node, Reached, Site, SourceFile } from './site.js'
import type { CodeContext } from '../context.js'

/** Bounds one question: how deep, and how many steps in all. */
export interface Trail {
  readonly depth: number
  readonly budget: { left: number; readonly imports: boolean }
}

const MAX_STEPS = 2000

/** `imports`: whether names are followed into imported files, which have to be parsed for it. */
export function newTrail(imports = true): Trail {
  return { depth: 0, budget: { left: MAX_STEPS, imports } }
}

/** One step further; undefined where the bounds are reached. */
function step(trail: Trail): Trail | undefined {
  if (trail.depth >= MAX_DEPTH || trail.budget.left-- <= 0) return undefined
  return { depth: trail.depth + 1, budget: trail.budget }
}

const NOT_EMPTY = (reached: Reached): boolean => reached.sites.length > 0

export function union(parts: readonly Reached[]): Reached {
  return { sites: parts.flatMap((p) => p.sites), complete: parts.every((p) => p.complete) }
}

function exactly(site: Site): Reached {
  return { sites: [site], complete: true }
}

/**
 * The expressions that `site` may evaluate to: names, conditionals, type assertions, members of constant objects, calls of
 * functions of the same file and imports are followed until a literal, an object, an array, a function or something
 * opaque is met, which is then a site itself. Safe for cycles; never throws.
 */
export function reach(site: Site, trail: Trail = newTrail()): Reached {
  const next = step(trail)
  if (next === undefined) return UNKNOWN
  const { node } = site
  const into = (child: Node): Reached => reach(within(site, child), next)
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ChainExpression':
    case 'TSInstantiationExpression':
      return into(node.expression)
    case 'AwaitExpression':
      return into(node.argument)
    case 'SequenceExpression':
      return into(node.expressions.at(-1)!)
    case 'AssignmentExpression':
      return node.operator === '=' ? into(node.right) : union([into(node.right), UNKNOWN])
    case 'AssignmentPattern':
      return into(node.right)
    case 'ConditionalExpression':
      return union([into(node.consequent), into(node.alternate)])
    case 'LogicalExpression':
      return node.operator === '&&' ? into(node.right) : union([into(node.left), into(node.right)])
    case 'Identifier':
      return identifier(site, node, next)
    case 'MemberExpression':
      return memberAccess(site, node, next)
    case 'CallExpression':
      return call(site, node, next)
    default:
      return exactly(site)
  }
}

/** {@link reach} for an expression of the linted file. */
export function reachFrom(expression: Node, context: CodeContext): Reached {
  return reach(siteOf(expression, context))
}

function identifier(site: Site, node: TSESTree.Identifier, trail: Trail): Reached {
  const binding = bindingOf(node, site.file)
  if (binding === undefined) {
    return node.name === 'undefined' ? { sites: [], complete: true } : exactly(site)
  }
  const reached = follow(site, binding, node.name, trail)
  // What could not be followed stays as it is: its type may still tell.
  return NOT_EMPTY(reached) || reached.complete ? reached : exactly(site)
}

function follow(site: Site, binding: Binding, name: string, trail: Trail): Reached {
  const next = step(trail)
  if (next === undefined) return UNKNOWN
  switch (binding.kind) {
    case 'declaration':
      return exactly(declaredAt(site, binding.node, site.file, name, binding.node))
    case 'import':
      return imported(site, binding.source, binding.imported, name, next)
    case 'variable':
      return variable(site, binding, name, next)
    case 'parameter': {
      const { fn, index, identifier } = binding
      const pattern = fn.params[index]!
      const { sites, complete } = argumentSites(site, fn, index, next)
      const given = sites.map((s) => destructured(s, pattern, identifier, next))
      const all = union(given)
      const fallback = defaultOf(pattern, identifier)
      if (fallback === undefined) return { sites: all.sites, complete: complete && all.complete }
      const other = reach(declaredAt(site, fallback, site.file, name, fallback), next)
      return { sites: [...all.sites, ...other.sites], complete: complete && all.complete && other.complete }
    }
  }
}

/** The default value of the innermost pattern that binds `identifier`. */
function defaultOf(pattern: Node | null, identifier: Node): Node | undefined {
  switch (pattern?.type) {
    case 'AssignmentPattern':
      return pattern.left === identifier ? pattern.right : defaultOf(pattern.left, identifier)
    case 'TSParameterProperty':
      return defaultOf(pattern.parameter, identifier)
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        const found = defaultOf(property.type === 'RestElement' ? null : property.value, identifier)
        if (found !== undefined) return found
      }
      return undefined
    case 'ArrayPattern':
      for (const element of pattern.elements) {
        const found = defaultOf(element, identifier)
        if (found !== undefined) return found
      }
      return undefined
    default:
      return undefined
  }
}

function variable(
  site: Site,
  binding: Extract<Binding, { kind: 'variable' }>,
  name: string,
  trail: Trail,
): Reached {
  const { declarator, identifier, writes } = binding
  const { file } = site
  const declaration = declarator.parent
  const loop =
    declaration.type === 'VariableDeclaration' ? (declaration.parent as Node | undefined) : undefined
  if (loop?.type === 'ForOfStatement' && loop.left === declaration) {
    const { elements, complete } = elementsOf(declaredAt(site, loop.right, file, name, loop.right), trail)
    return union([
      ...elements.map((e) => destructured(e, declarator.id, identifier, trail)),
      { sites: [], complete },
    ])
  }
  const parts: Reached[] = []
  const fallback = defaultOf(declarator.id, identifier)
  if (fallback !== undefined) parts.push(reach(declaredAt(site, fallback, file, name, fallback), trail))
  if (writes !== undefined) {
    // Assigned more than once: each assigned value may arrive, what the variable starts with often does not.
    if (declarator.init !== null && declarator.init !== undefined) parts.push(UNKNOWN)
    if (declarator.id.type !== 'Identifier') return UNKNOWN
    for (const write of reachingWrites(writes, site.node)) {
      if (write.parent?.type !== 'AssignmentExpression' || write.parent.operator !== '=') return UNKNOWN
      if (write.parent.left.type !== 'Identifier') return UNKNOWN
      parts.push(reach(declaredAt(site, write, file, name, write), trail))
    }
    return union([...parts, UNKNOWN])
  }
  const { init } = declarator
  if (init === null || init === undefined) return UNKNOWN
  parts.push(destructured(declaredAt(site, init, file, name, declarator), declarator.id, identifier, trail))
  return union(parts)
}

/**
 * The writes that may reach a use: those in front of it, from the last one on that stands in a block around the use. For a use
 * in another function than the write, all of them.
 */
function reachingWrites(writes: readonly Node[], use: Node): readonly Node[] {
  const before = writes.filter((w) => functionOf(w) !== functionOf(use) || w.range[0] < use.range[0])
  const last = before.findLastIndex((w) => {
    const block = blockOf(w)
    return functionOf(w) === functionOf(use) && block !== undefined && contains(block, use)
  })
  return last < 0 ? before : before.slice(last)
}

function functionOf(node: Node): Node | undefined {
  let at: Node | null | undefined = node.parent
  while (at != null && !isFunction(at)) at = at.parent
  return at ?? undefined
}

function blockOf(node: Node): Node | undefined {
  let at: Node | null | undefined = node.parent
  // `if (c) s = 'a'`: a branch without braces is a block of its own.
  while (at != null && at.type !== 'BlockStatement' && at.type !== 'Program' && at.type !== 'SwitchCase') {
    if (at.parent?.type === 'IfStatement' && at !== at.parent.test) return at
    at = at.parent
  }
  return at ?? undefined
}

/** The part of `site` that `pattern` gives to `identifier`. */
function destructured(site: Site, pattern: Node | null, identifier: Node, trail: Trail): Reached {
  const next = step(trail)
  if (next === undefined) return UNKNOWN
  switch (pattern?.type) {
    case 'Identifier':
      return pattern === identifier ? reach(site, next) : UNKNOWN
    case 'AssignmentPattern':
      return destructured(site, pattern.left, identifier, next)
    case 'TSParameterProperty':
      return destructured(site, pattern.parameter, identifier, next)
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement' || !contains(property, identifier)) continue
        const key = staticKey(property)
        if (key === undefined) return UNKNOWN
        const part = memberOf(site, key, next)
        const found = part.sites.map((s) => destructured(named(s, key), property.value, identifier, next))
        return union([...found, { ...part, sites: [] }])
      }
      return UNKNOWN
    case 'ArrayPattern': {
      const index = pattern.elements.findIndex((e) => e !== null && contains(e, identifier))
      const part = memberOf(site, String(index), next)
      return union(
        part.sites
          .map((s) => destructured(s, pattern.elements[index]!, identifier, next))
          .concat({ ...part, sites: [] }),
      )
    }
    default:
      return UNKNOWN
  }
}

/** What a pattern takes out of an object goes by the member's own name. */
function named(site: Site, key: string): Site {
  return site.declared?.name.endsWith(`.${key}`)
    ? { ...site, declared: { ...site.declared, name: key } }
    : site
}

function contains(outer: Node, inner: Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1]
}

function imported(site: Site, source: string, name: string, local: string, trail: Trail): Reached {
  const file = trail.budget.imports ? importedFile(source, site.file) : undefined
  const found = file && exportOf(file, name)
  if (found === undefined) return UNKNOWN
  const { binding } = found
  if (binding === undefined) return reach(declaredAt(site, found.node, found.file, local, found.node), trail)
  const at: Site = { node: found.node, file: found.file, at: site.at }
  return follow(at, binding, local, trail)
}

function memberAccess(site: Site, node: TSESTree.MemberExpression, trail: Trail): Reached {
  const key = staticKey(node) ?? (node.computed ? onlyString(within(site, node.property), trail) : undefined)
  const opaque = exactly(site)
  if (key === undefined) return opaque
  const reached =
    node.object.type === 'ThisExpression'
      ? ownMember(site, key, trail)
      : memberOf({ ...site, node: node.object, at: site.at }, key, trail)
  return NOT_EMPTY(reached) ? reached : opaque
}

/** The string that a computed key is, where it is exactly one. */
function onlyString(site: Site, trail: Trail): string | undefined {
  const { sites, complete } = reach(site, trail)
  const [only] = sites
  if (!complete || sites.length !== 1 || only?.node.type !== 'Literal') return undefined
  return typeof only.node.value === 'string' ? only.node.value : undefined
}

/** `this.key` where the class declares it readonly, with a value. */
function ownMember(site: Site, key: string, trail: Trail): Reached {
  for (let node: Node | null | undefined = site.node; node != null; node = node.parent) {
    if (node.type === 'ClassBody') return classMember(site, node, key, false, trail)
  }
  return UNKNOWN
}

function classMember(
  site: Site,
  body: TSESTree.ClassBody,
  key: string,
  isStatic: boolean,
  trail: Trail,
): Reached {
  for (const member of body.body) {
    if (member.type === 'MethodDefinition' && staticKey(member) === key) {
      return exactly({ ...site, node: member.value })
    }
    if (member.type !== 'PropertyDefinition' || staticKey(member) !== key) continue
    if (isStatic && !member.static) continue
    if (member.value === null) return UNKNOWN
    if (isFunction(member.value)) return exactly({ ...site, node: member.value })
    if (!member.static && !member.readonly && !key.startsWith('#')) return UNKNOWN
    return reach(declaredAt(site, member.value, site.file, key, member), trail)
  }
  return UNKNOWN
}

/** What `site[key]` may be. */
export function memberOf(site: Site, key: string, trail: Trail = newTrail()): Reached {
  const next = step(trail)
  if (next === undefined) return UNKNOWN
  const written = writesToMember(site, key)
  const objects = reach(site, next)
  const parts = objects.sites.map((o) => ownMemberOf(o, key, next))
  for (const node of written) parts.push(reach(declaredAt(site, node, site.file, key, node), next))
  return union([...parts, { sites: [], complete: objects.complete }])
}

function ownMemberOf(object: Site, key: string, trail: Trail): Reached {
  const { node } = object
  switch (node.type) {
    case 'ObjectExpression': {
      const unknown: Reached[] = []
      for (const property of [...node.properties].reverse()) {
        if (property.type === 'SpreadElement') {
          const spread = memberOf(within(object, property.argument), key, trail)
          unknown.push(spread)
          continue
        }
        const own = staticKey(property)
        if (own === undefined) unknown.push(UNKNOWN)
        if (own !== key) continue
        return union([reach(memberSite(object, key, property, property.value), trail), ...unknown])
      }
      return union(unknown)
    }
    case 'ArrayExpression': {
      const index = Number(key)
      if (!Number.isInteger(index)) return UNKNOWN
      const element = node.elements[index]
      if (element === undefined || element === null) return UNKNOWN
      if (node.elements.slice(0, index + 1).some((e) => e?.type === 'SpreadElement')) return UNKNOWN
      return reach(within(object, element), trail)
    }
    case 'TSEnumDeclaration': {
      const members = node.body?.members ?? node.members
      for (const member of members) {
        const name =
          member.id.type === 'Identifier' ? member.id.name : staticKey({ key: member.id, computed: true })
        if (name !== key || member.initializer === undefined) continue
        return reach(memberSite(object, key, member, member.initializer), trail)
      }
      return UNKNOWN
    }
    case 'ClassDeclaration':
    case 'ClassExpression':
      return classMember(object, node.body, key, true, trail)
    case 'NewExpression': {
      const made = reach(within(object, node.callee), trail)
      const [type] = made.sites
      if (type?.node.type !== 'ClassDeclaration' && type?.node.type !== 'ClassExpression') return UNKNOWN
      return classMember(type, type.node.body, key, false, trail)
    }
    case 'Program': {
      const found = exportOf(object.file, key)
      if (found === undefined) return UNKNOWN
      const at: Site = { node: found.node, file: found.file, at: object.at }
      if (found.binding !== undefined) return follow(at, found.binding, key, trail)
      return reach(declaredAt(at, found.node, found.file, key, found.node), trail)
    }
    default:
      return UNKNOWN
  }
}

/** A member's value: through a name it is declared as `OBJECT.member`, in place it stays in place. */
export function memberSite(object: Site, key: string, member: Node, value: Node): Site {
  if (object.declared === undefined) return within(object, value)
  const site = declaredAt(object, value, object.file, `${object.declared.name}.${key}`, member)
  return object.frame === undefined ? site : { ...site, frame: object.frame }
}

/** The expressions assigned by `name.key = ...` where `site` is a name of the linted file. */
function writesToMember(site: Site, key: string): Node[] {
  if (site.node.type !== 'Identifier' || !site.file.linted) return []
  const found: Node[] = []
  for (const { identifier } of variableOf(site.node, site.file)?.references ?? []) {
    const member = identifier.parent
    if (member?.type !== 'MemberExpression' || member.object !== identifier || staticKey(member) !== key)
      continue
    const assignment = member.parent
    if (
      assignment.type === 'AssignmentExpression' &&
      assignment.left === member &&
      assignment.operator === '='
    ) {
      found.push(assignment.right)
    }
  }
  return found
}

function call(site: Site, node: TSESTree.CallExpression, trail: Trail): Reached {
  const opaque = exactly(site)
  const { callee } = node
  const first = node.arguments[0]
  if (callee.type === 'Identifier' && callee.name === 'String' && first !== undefined)
    return reach(within(site, first), trail)
  if (callee.type === 'Identifier' && callee.name === 'require' && first?.type === 'Literal') {
    const wanted = trail.budget.imports && typeof first.value === 'string'
    const file = wanted ? importedFile(first.value as string, site.file) : undefined
    if (file === undefined) return opaque
    const whole = exportOf(file, 'default')
    if (whole !== undefined) return reach({ node: whole.node, file: whole.file, at: site.at }, trail)
    return exactly({ node: file.ast, file, at: site.at })
  }
  if (callee.type === 'MemberExpression') {
    const name = staticKey(callee)
    const object = callee.object.type === 'Identifier' ? callee.object.name : undefined
    if (object === 'Object' && (name === 'freeze' || name === 'seal') && first !== undefined) {
      return reach(within(site, first), trail)
    }
    if (name === 'toString' && node.arguments.length === 0) return reach(within(site, callee.object), trail)
    if (name !== undefined && BUILT_IN.has(name)) return opaque
  }
  if (node.arguments.some((a) => a.type === 'SpreadElement')) return opaque
  const functions = reach({ ...site, node: callee }, trail)
  const parts: Reached[] = []
  for (const target of functions.sites) {
    if (!isFunction(target.node) || target.node.generator) return opaque
    const entered: Site = {
      ...target,
      at: site.at,
      frame: { fn: target.node, args: node.arguments, caller: site },
    }
    for (const value of returned(target.node)) parts.push(reach(calledSite(entered, value, callee), trail))
  }
  if (parts.length === 0) return opaque
  return union([...parts, { sites: [], complete: functions.complete }])
}

/** Methods of arrays and strings: never functions of the project. */
const BUILT_IN = new Set(
  'map filter join slice concat trim toLowerCase toUpperCase replace keys values entries'.split(' '),
)

function calledSite(entered: Site, value: Node, callee: Node): Site {
  const name =
    callee.type === 'Identifier'
      ? callee.name
      : callee.type === 'MemberExpression'
        ? (staticKey(callee) ?? '')
        : ''
  const site = declaredAt(entered, value, entered.file, name, value)
  return entered.frame === undefined ? site : { ...site, frame: entered.frame }
}

/** The expressions a function returns, those of functions inside it left out. */
export function returned(fn: Node): Node[] {
  if (!isFunction(fn)) return []
  if (fn.type === 'ArrowFunctionExpression' && fn.body.type !== 'BlockStatement') return [fn.body]
  const found: Node[] = []
  if (fn.body === null || fn.body === undefined) return found
  walk(fn.body, (node) => {
    if (isFunction(node)) return false
    if (node.type === 'ReturnStatement' && node.argument !== null) found.push(node.argument)
    return undefined
  })
  return found
}

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
  return { elements: all, complete, certain: Math.min(certain, all.length) }
}

function mutations(site: Site): 'grown' | 'reordered' | undefined {
  if (site.node.type !== 'Identifier' || !site.file.linted) return undefined
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
  if (site.node.type !== 'Identifier' || !site.file.linted) return []
  const found: Entry[] = []
  for (const { identifier } of variableOf(site.node, site.file)?.references ?? []) {
    const member = identifier.parent
    if (member?.type !== 'MemberExpression' || member.object !== identifier) continue
    const key = staticKey(member)
    const assignment = member.parent
    if (key === undefined || assignment.type !== 'AssignmentExpression' || assignment.left !== member)
      continue
    if (assignment.operator !== '=') continue
    found.push({
      key,
      value: declaredAt(site, assignment.right, site.file, key, assignment),
      node: assignment,
    })
  }
  return found
}

export type { SourceFile }
