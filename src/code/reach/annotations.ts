import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf, fieldOf, functionAround, variableOf } from './binding.js'
import type { Binding } from './binding.js'
import { PER_ELEMENT } from './calls.js'
import { checkedParameter, validatedBy } from './inputs.js'
import { PARSES, schemaMembers } from './schemas.js'
import { contains, MAX_DEPTH, staticKey, walk } from './site.js'
import type { Node, Site, SourceFile } from './site.js'
import { isPossible, mayDecide } from './possible.js'
import { subjectAt } from './subject.js'
import { ELEMENT, membersOf } from './typeMembers.js'
import type { TypeMember } from './typeMembers.js'

/**
 * The members of the union of string literals that a name is annotated with, read from the syntax alone: the way to the types
 * of a file that is linted without type information. Undefined where the type is, or may be, something else; also where the
 * name is tested somewhere, as the type may be narrower then. Null and undefined are left out.
 */
export function annotatedMembers(site: Site): TypeMember[] | undefined {
  return annotated(site, [])
}

/** The same for the elements of an array: `statuses: readonly Status[]`. */
export function annotatedElements(site: Site): TypeMember[] | undefined {
  return annotated(site, [ELEMENT])
}

/** How far and from where a type is looked for. */
interface Way {
  readonly file: SourceFile
  /** The node of the linted file where the value is used. */
  readonly at: Node
  /** What leads from what a node is to the strings: properties, {@link ELEMENT}. */
  readonly keys: readonly string[]
  readonly depth: number
}

function annotated({ node, file, at }: Site, keys: readonly string[]): TypeMember[] | undefined {
  return file.linted ? ofNode(node, { file, at, keys, depth: MAX_DEPTH }) : undefined
}

function ofNode(node: Node, { depth, ...rest }: Way): TypeMember[] | undefined {
  if (depth === 0) return undefined
  const way = { ...rest, depth: depth - 1 }
  switch (node.type) {
    case 'TSNonNullExpression':
    case 'ChainExpression':
      return ofNode(node.expression, way)
    case 'AwaitExpression':
      return ofNode(node.argument, way)
    case 'CallExpression':
      return ofParsed(node, way)
    case 'MemberExpression':
      return ofMember(node, way)
    case 'Identifier':
      return ofName(node, way)
    default:
      return undefined
  }
}

/** `Schema.parse(body)`, `Schema.safeParse(body).data`, and Hono's `c.req.valid('json')`. */
function ofParsed(call: TSESTree.CallExpression, { file, keys }: Way): TypeMember[] | undefined {
  const { callee } = call
  const validated = validatedBy(call, file)
  if (validated !== undefined) return schemaMembers(validated, keys, file)
  const method = callee.type === 'MemberExpression' ? (staticKey(callee) ?? '') : ''
  if (callee.type !== 'MemberExpression' || !PARSES.has(method)) return undefined
  if (!method.startsWith('safe')) return schemaMembers(callee.object, keys, file)
  return keys[0] === 'data' ? schemaMembers(callee.object, keys.slice(1), file) : undefined
}

function ofMember(node: TSESTree.MemberExpression, way: Way): TypeMember[] | undefined {
  const key = staticKey(node)
  if (key === undefined) return undefined
  if (node.object.type === 'ThisExpression') return ofField(node, key, way)
  return ofNode(node.object, { ...way, keys: [/^\d+$/.test(key) ? ELEMENT : key, ...way.keys] })
}

/** `this.state`, by the annotation of the field; not where the method decides on it or writes it. */
function ofField(
  node: TSESTree.MemberExpression,
  key: string,
  { file, at, keys }: Way,
): TypeMember[] | undefined {
  const type = fieldOf(node, key)?.typeAnnotation?.typeAnnotation
  const around = functionAround(node)
  if (type === undefined || around === undefined) return undefined
  let isDecided = false
  walk(around, (other) => {
    if (
      other.type !== 'MemberExpression' ||
      other.object.type !== 'ThisExpression' ||
      staticKey(other) !== key
    )
      return
    isDecided ||= (other !== node && mayDecide(other, { node, at, file })) || isWrittenAt(other, keys)
  })
  return isDecided ? undefined : membersOf(type, keys, { file, name: `this.${key}` })
}

function ofName(node: TSESTree.Identifier, { file, at, keys, depth }: Way): TypeMember[] | undefined {
  const binding = bindingOf(node, file)
  if (binding?.kind !== 'parameter' && binding?.kind !== 'variable') return undefined
  if (binding.kind === 'variable' && binding.writes !== undefined) return undefined
  const variable = variableOf(node, file)
  if (variable?.references.some(({ identifier }) => isWritten(identifier, keys))) return undefined
  const members = declaredMembers(node, binding, { file, at, keys, depth })
  if (members === undefined || variable === undefined) return members
  const used = memberAt(node, keys)
  const subject = used && subjectAt(used, file)
  const own = subject?.references ?? []
  // A test of another property may tell of this one.
  const isDecided = variable.references.some(
    ({ identifier }) =>
      identifier !== node &&
      !own.some((one) => contains(one, identifier)) &&
      mayDecide(identifier, { node, at, file }),
  )
  if (isDecided) return undefined
  if (used === undefined || subject === undefined) return members
  const possible = members.filter(({ value }) => isPossible(subject, { node: used, file, at }, value))
  return possible.length === 0 ? undefined : possible
}

/** `input.status`, of the name `input` in it. */
function memberAt(node: Node, keys: readonly string[]): Node | undefined {
  let member = node
  for (const key of keys) {
    const { parent } = member
    if (parent?.type !== 'MemberExpression' || parent.object !== member || staticKey(parent) !== key)
      return undefined
    member = parent
  }
  return member
}

function declaredMembers(
  node: TSESTree.Identifier,
  binding: Extract<Binding, { kind: 'parameter' | 'variable' }>,
  { file, at, keys, depth }: Way,
): TypeMember[] | undefined {
  const pattern = binding.kind === 'parameter' ? binding.fn.params[binding.index]! : binding.declarator.id
  const annotation = annotationOf(pattern, binding.identifier)
  if (annotation === undefined) {
    const origin = originOf(binding)
    const before = wayTo(binding.identifier, pattern)
    if (before === undefined) return undefined
    if (origin !== undefined)
      return ofNode(origin.node, { file, at, keys: [...origin.keys, ...before, ...keys], depth })
    const checked =
      binding.kind === 'parameter' && binding.index === 0 ? checkedParameter(binding.fn) : undefined
    const [first, ...rest] = [...before, ...keys]
    return checked && first === checked.key ? schemaMembers(checked.schema, rest, file) : undefined
  }
  const name = [node.name, ...keys.filter((key) => key !== ELEMENT)].join('.')
  const members = (type: TSESTree.TypeNode): TypeMember[] | undefined =>
    membersOf(type, [...annotation.keys, ...keys], { file, name })
  const overloads = binding.kind === 'parameter' ? overloadTypes(binding.fn, binding.index) : undefined
  if (overloads === undefined) return members(annotation.type)
  // Only the overloads are called, and each may be.
  const each = overloads.map((type) => type && members(type))
  return each.every((found) => found !== undefined) ? each.flat() : undefined
}

/** What a name without an annotation is made of: `const { status } = filter`, `for (const row of rows)`, `rows.map((row) => ...)`. */
function originOf(
  binding: Extract<Binding, { kind: 'parameter' | 'variable' }>,
): { readonly node: Node; readonly keys: readonly string[] } | undefined {
  if (binding.kind === 'variable') {
    const { declarator } = binding
    const loop = declarator.parent.parent as Node | undefined
    if (loop?.type === 'ForOfStatement' && loop.left === declarator.parent)
      return { node: loop.right, keys: [ELEMENT] }
    return declarator.init === null ? undefined : { node: declarator.init, keys: [] }
  }
  const call = binding.fn.parent as Node | undefined
  if (binding.index !== 0 || call?.type !== 'CallExpression' || call.arguments[0] !== binding.fn)
    return undefined
  const { callee } = call
  return callee.type === 'MemberExpression' && PER_ELEMENT.has(staticKey(callee) ?? '')
    ? { node: callee.object, keys: [ELEMENT] }
    : undefined
}

/** The types that the overloads of a function give a parameter, undefined for one without a type; undefined where there are none. */
function overloadTypes(fn: Node, index: number): readonly (TSESTree.TypeNode | undefined)[] | undefined {
  const signatures = signaturesOf(fn).flatMap((one) =>
    one.type === 'TSDeclareFunction' || one.type === 'TSEmptyBodyFunctionExpression' ? [one] : [],
  )
  if (signatures.length === 0) return undefined
  return signatures.flatMap(({ params }): (TSESTree.TypeNode | undefined)[] => {
    const param = params[index]
    if (param === undefined) return []
    return ['typeAnnotation' in param ? param.typeAnnotation?.typeAnnotation : undefined]
  })
}

/** What stands beside a function or method under the same name. */
function signaturesOf(fn: Node): readonly Node[] {
  const { parent } = fn
  if (parent?.type === 'MethodDefinition') {
    return parent.parent.body.flatMap((one) => {
      const isSame = one.type === 'MethodDefinition' && staticKey(one) === staticKey(parent)
      return isSame ? [one.value] : []
    })
  }
  if (fn.type !== 'FunctionDeclaration') return []
  const block = parent?.type === 'ExportNamedDeclaration' ? parent.parent : parent
  const statements = block?.type === 'Program' || block?.type === 'BlockStatement' ? block.body : []
  return statements.flatMap((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    return declared?.type === 'TSDeclareFunction' && declared.id?.name === fn.id?.name ? [declared] : []
  })
}

/** Whether a reference assigns to what the keys lead to from it, or to something on the way: `filter.status = next`. */
function isWritten(reference: Node, keys: readonly string[]): boolean {
  const { parent } = reference
  if (parent?.type !== 'MemberExpression' || parent.object !== reference) return false
  const key = staticKey(parent)
  return (key === undefined || key === keys[0]) && isWrittenAt(parent, keys.slice(1))
}

/** The same for a member: also where it itself is assigned to. */
function isWrittenAt(member: Node, keys: readonly string[]): boolean {
  const { parent } = member
  return (parent?.type === 'AssignmentExpression' && parent.left === member) || isWritten(member, keys)
}

/** The keys from a pattern to a name that it binds; undefined where that is not all that there is to it. */
function wayTo(identifier: Node, pattern: Node): readonly string[] | undefined {
  if (pattern === identifier) return []
  if (pattern.type === 'AssignmentPattern') return wayTo(identifier, pattern.left)
  if (pattern.type !== 'ObjectPattern') return undefined
  for (const property of pattern.properties) {
    if (property.type === 'RestElement') continue
    const key = staticKey(property)
    const rest = key === undefined ? undefined : wayTo(identifier, property.value)
    if (rest !== undefined) return [key!, ...rest]
  }
  return undefined
}

interface Annotation {
  readonly type: TSESTree.TypeNode
  /** The way from the annotated pattern to the name. */
  readonly keys: readonly string[]
}

function annotationOf(
  pattern: Node | null,
  identifier: Node,
  keys: readonly string[] = [],
): Annotation | undefined {
  switch (pattern?.type) {
    case 'AssignmentPattern':
      return annotationOf(pattern.left, identifier, keys)
    case 'TSParameterProperty':
      return annotationOf(pattern.parameter, identifier, keys)
    case 'Identifier': {
      const type = pattern.typeAnnotation?.typeAnnotation
      return pattern === identifier && type !== undefined ? { type, keys } : undefined
    }
    case 'ObjectPattern': {
      const type = pattern.typeAnnotation?.typeAnnotation
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') continue
        const bound = property.value.type === 'AssignmentPattern' ? property.value.left : property.value
        const key = staticKey(property)
        if (bound === identifier && key !== undefined && type !== undefined)
          return { type, keys: [...keys, key] }
      }
      return undefined
    }
    default:
      return undefined
  }
}
