import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf, declaredIn, isFunction, variableOf } from './binding.js'
import type { Binding } from './binding.js'
import { argumentSites } from './calls.js'
import { elementsOf } from './collections.js'
import { exportOf, importedAs, importedFile } from './modules.js'
import { isString, stringsTestedIn, withoutImpossible } from './narrow.js'
import { contains, declaredAt, hasScopes, placeIn, staticKey, UNKNOWN, walk, within } from './site.js'
import type { Node, Reached, Site } from './site.js'
import { exactly, newTrail, step, union } from './trail.js'
import type { Trail } from './trail.js'
import { wrappedFunction } from './wrappers.js'
import { mayReach, reachingWrites } from './writes.js'

const NOT_EMPTY = (reached: Reached): boolean => reached.sites.length > 0

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

function identifier(site: Site, node: TSESTree.Identifier, trail: Trail): Reached {
  const binding = bindingOf(node, site.file)
  if (binding === undefined) {
    return node.name === 'undefined' ? { sites: [], complete: true } : exactly(site)
  }
  const reached = withoutImpossible(site, follow(site, binding, node.name, trail))
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
      const all = withoutTested(union(given), fn)
      const fallback = defaultOf(pattern, identifier)
      if (fallback === undefined) return { sites: all.sites, complete: complete && all.complete }
      const other = reach(declaredAt(site, fallback, site.file, name, fallback), next)
      return { sites: [...all.sites, ...other.sites], complete: complete && all.complete && other.complete }
    }
  }
}

/** Leaves out the strings that a function asks for before it uses its parameter: what it makes of them is another branch's. */
function withoutTested(given: Reached, fn: Node): Reached {
  const tested = given.sites.some(isString) && isFunction(fn) ? stringsTestedIn(fn) : undefined
  if (tested === undefined || tested.size === 0) return given
  const sites = given.sites.filter((one) => !isString(one) || !tested.has(one.node.value))
  return sites.length === given.sites.length ? given : { sites, complete: false }
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

function imported(site: Site, source: string, name: string, local: string, trail: Trail): Reached {
  const { imports, wanted } = trail.budget
  const found = imports ? importedAs(source, name, site.file, wanted) : undefined
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
      : withoutImpossible(site, memberOf({ ...site, node: node.object, at: site.at }, key, trail))
  return NOT_EMPTY(reached) ? reached : opaque
}

/** The string that a computed key is, where it is exactly one. */
export function onlyString(site: Site, trail: Trail): string | undefined {
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
      // One of the ways to call it, of which the last has the body.
      if (member.value.type === 'TSEmptyBodyFunctionExpression') continue
      return exactly({ ...site, node: member.value })
    }
    if (member.type !== 'PropertyDefinition' || staticKey(member) !== key) continue
    if (isStatic && !member.static) continue
    if (member.value === null) return UNKNOWN
    if (isFunction(member.value)) return exactly({ ...site, node: member.value })
    if (!member.static && !member.readonly && !isPrivateConstant(member, body)) return UNKNOWN
    return reach(declaredAt(site, member.value, site.file, key, member), trail)
  }
  const { superClass } = body.parent
  return superClass === null ? UNKNOWN : memberOfClass({ ...site, node: superClass }, key, isStatic, trail)
}

/** What a member of the class that an expression is may be: a static one, or one of its instances. */
export function memberOfClass(site: Site, key: string, isStatic: boolean, trail: Trail): Reached {
  const [type] = reach(site, trail).sites
  if (type?.node.type !== 'ClassDeclaration' && type?.node.type !== 'ClassExpression') return UNKNOWN
  return classMember(type, type.node.body, key, isStatic, trail)
}

/** A field that only the class itself can write, and does not. */
function isPrivateConstant(member: TSESTree.PropertyDefinition, body: TSESTree.ClassBody): boolean {
  const key = staticKey(member)
  if (key === undefined || !(key.startsWith('#') || member.accessibility === 'private')) return false
  let written = writtenFields.get(body)
  if (written === undefined) writtenFields.set(body, (written = fieldsWrittenIn(body)))
  return !written.has(key)
}

const writtenFields = new WeakMap<TSESTree.ClassBody, ReadonlySet<string>>()

function fieldsWrittenIn(body: TSESTree.ClassBody): Set<string> {
  const written = new Set<string>()
  walk(body, (node) => {
    const target =
      node.type === 'AssignmentExpression'
        ? node.left
        : node.type === 'UpdateExpression'
          ? node.argument
          : undefined
    if (target?.type === 'MemberExpression') written.add(staticKey(target) ?? '')
  })
  return written
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
    case 'TSModuleDeclaration': {
      const exported = node.body?.body.filter(({ type }) => type === 'ExportNamedDeclaration') ?? []
      const binding = declaredIn(exported, key)
      const isFixed = binding?.kind !== 'variable' || binding.declarator.parent.kind === 'const'
      return binding !== undefined && isFixed ? follow(object, binding, key, trail) : UNKNOWN
    }
    case 'ClassDeclaration':
    case 'ClassExpression':
      return classMember(object, node.body, key, true, trail)
    case 'NewExpression': {
      return memberOfClass(within(object, node.callee), key, false, trail)
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

/** The expressions assigned by `name.key = ...` where `site` is a name. */
function writesToMember(site: Site, key: string): Node[] {
  if (site.node.type !== 'Identifier' || !hasScopes(site.file)) return []
  const found: Node[] = []
  const variable = variableOf(site.node, site.file)
  for (const { identifier } of variable?.references ?? []) {
    const member = identifier.parent
    if (member?.type !== 'MemberExpression' || member.object !== identifier || staticKey(member) !== key)
      continue
    const assignment = member.parent
    if (
      assignment.type === 'AssignmentExpression' &&
      assignment.left === member &&
      assignment.operator === '=' &&
      mayReach(assignment, placeIn(site), variable?.defs[0]?.name)
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
  const wrapped = wrappedFunction(node, site.file)
  if (wrapped !== undefined) return reach(within(site, wrapped), trail)
  if (callee.type === 'Identifier' && callee.name === 'String' && first !== undefined)
    return reach(within(site, first), trail)
  if (callee.type === 'Identifier' && callee.name === 'require' && first?.type === 'Literal') {
    const wanted = trail.budget.imports && typeof first.value === 'string'
    const file = wanted ? importedFile(first.value as string, site.file) : undefined
    if (file === undefined) return opaque
    const whole = exportOf(file, 'default')
    if (whole !== undefined) {
      const name = site.declared?.name ?? 'module.exports'
      return reach(declaredAt(site, whole.node, whole.file, name, whole.node), trail)
    }
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
