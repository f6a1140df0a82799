import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf, variableOf } from './binding.js'
import { elementsOf, entriesOf } from './collections.js'
import { importedFile } from './modules.js'
import { declaredAt, MAX_DEPTH, staticKey } from './site.js'
import type { Declared, Node, Site, SourceFile } from './site.js'
import { mayNarrow } from './tested.js'

/** A string literal among the members of a type. */
export interface TypeMember {
  readonly value: string
  readonly declared: Declared
}

interface Place {
  readonly file: SourceFile
  /** The name of the type, for the message. */
  readonly name: string
}

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

/** Stands for the elements of an array on the way into a type. */
const ELEMENT = '[]'

function annotated(site: Site, keys: readonly string[]): TypeMember[] | undefined {
  const { node, file, at } = site
  if (!file.linted) return undefined
  if (node.type === 'MemberExpression' && !isTested(node)) {
    const key = staticKey(node)
    return key === undefined || node.object.type !== 'Identifier' || isMemberWritten(node.object, key, file)
      ? undefined
      : annotated({ node: node.object, file, at }, [key, ...keys])
  }
  if (node.type !== 'Identifier') return undefined
  const binding = bindingOf(node, file)
  if (binding?.kind !== 'parameter' && binding?.kind !== 'variable') return undefined
  if (binding.kind === 'variable' && binding.writes !== undefined) return undefined
  const references = variableOf(node, file)?.references ?? []
  if (references.some((r) => r.identifier !== node && mayNarrow(r.identifier, site))) return undefined
  if (isTested(node)) return undefined
  const pattern = binding.kind === 'parameter' ? binding.fn.params[binding.index]! : binding.declarator.id
  const annotation = annotationOf(pattern, binding.identifier)
  const name = [node.name, ...keys.filter((key) => key !== ELEMENT)].join('.')
  const members = (type: TSESTree.TypeNode, before: readonly string[]): TypeMember[] | undefined =>
    membersOf(type, [...before, ...keys], { file, name }, 0)
  const overloads = binding.kind === 'parameter' ? overloadTypes(binding.fn, binding.index) : undefined
  if (overloads === undefined) return annotation && members(annotation.type, annotation.keys)
  // Only the overloads are called, and each may be.
  const each = overloads.map((type) => type && members(type, annotation?.keys ?? []))
  return each.every((found) => found !== undefined) ? each.flat() : undefined
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

function isMemberWritten(object: TSESTree.Identifier, key: string, file: SourceFile): boolean {
  return (variableOf(object, file)?.references ?? []).some(({ identifier }) => {
    const member = identifier.parent
    if (member?.type !== 'MemberExpression' || member.object !== identifier) return false
    const { parent } = member
    return staticKey(member) === key && parent.type === 'AssignmentExpression' && parent.left === member
  })
}

/** True where what the name is may be decided: inside a condition, or handed to an assertion. */
function isTested(reference: Node): boolean {
  for (let at = reference; at.parent != null; at = at.parent) {
    const { parent } = at
    switch (parent.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
      case 'WhileStatement':
        return parent.test === at
      case 'SwitchStatement':
        return parent.discriminant === at
      case 'BinaryExpression':
        // Also where the outcome is kept: `const isAll = filter === 'all'`.
        if (/^[!=]==?$/.test(parent.operator)) return true
        break
      case 'LogicalExpression':
        return parent.left === at && parent.operator !== '??'
      case 'ExpressionStatement':
        // `assertStatus(status)`
        return at.type === 'CallExpression' && /^(assert|invariant|ensure|check)/i.test(calleeName(at))
      case 'VariableDeclarator':
      case 'BlockStatement':
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
      case 'TemplateLiteral':
      case 'ArrayExpression':
      case 'ObjectExpression':
        return false
    }
  }
  return false
}

function calleeName(call: TSESTree.CallExpression): string {
  const { callee } = call
  return callee.type === 'Identifier'
    ? callee.name
    : callee.type === 'MemberExpression'
      ? (staticKey(callee) ?? '')
      : ''
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

function membersOf(
  type: TSESTree.TypeNode,
  keys: readonly string[],
  place: Place,
  depth: number,
): TypeMember[] | undefined {
  if (depth > MAX_DEPTH) return undefined
  const inner = (next: TSESTree.TypeNode, rest = keys): TypeMember[] | undefined =>
    membersOf(next, rest, place, depth + 1)
  if (keys[0] === ELEMENT) {
    const element = elementType(type)
    if (element !== undefined) return inner(element, keys.slice(1))
    if (type.type === 'TSTypeOperator' && type.operator === 'readonly' && type.typeAnnotation !== undefined)
      return inner(type.typeAnnotation)
  }
  if (type.type === 'TSTypeReference') return referenced(type, keys, place, depth)
  if (keys.length > 0) {
    const [key, ...rest] = keys
    if (type.type !== 'TSTypeLiteral') return undefined
    const member = property(type.members, key!)
    return member && inner(member, rest)
  }
  switch (type.type) {
    case 'TSLiteralType': {
      const { literal } = type
      if (literal.type !== 'Literal' || typeof literal.value !== 'string') return undefined
      const where = place.file.linted ? {} : { file: place.file.filename }
      return [
        { value: literal.value, declared: { name: place.name, line: literal.loc.start.line, ...where } },
      ]
    }
    case 'TSUnionType': {
      const all: TypeMember[] = []
      for (const member of type.types) {
        if (member.type === 'TSNullKeyword' || member.type === 'TSUndefinedKeyword') continue
        const own = inner(member)
        if (own === undefined) return undefined
        all.push(...own)
      }
      return all
    }
    case 'TSIndexedAccessType':
      // `(typeof LIST)[number]`, `(typeof OBJECT)[keyof typeof OBJECT]`
      return type.objectType.type === 'TSTypeQuery'
        ? constantMembers(type.objectType, type.indexType, place)
        : undefined
    default:
      return undefined
  }
}

/** The type of an array's elements: `T[]`, `Array<T>`, `ReadonlyArray<T>`. */
function elementType(type: TSESTree.TypeNode): TSESTree.TypeNode | undefined {
  if (type.type === 'TSArrayType') return type.elementType
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return undefined
  return /^(?:Readonly)?Array$/.test(type.typeName.name) ? type.typeArguments?.params[0] : undefined
}

function property(members: readonly TSESTree.TypeElement[], key: string): TSESTree.TypeNode | undefined {
  for (const member of members) {
    if (member.type === 'TSPropertySignature' && staticKey(member) === key)
      return member.typeAnnotation?.typeAnnotation
  }
  return undefined
}

function constantMembers(
  query: TSESTree.TSTypeQuery,
  index: TSESTree.TypeNode,
  place: Place,
): TypeMember[] | undefined {
  if (query.exprName.type !== 'Identifier') return undefined
  const site: Site = { node: query.exprName, file: place.file, at: query.exprName }
  const values =
    index.type === 'TSNumberKeyword'
      ? elementsOf(site)
      : index.type === 'TSTypeOperator'
        ? valuesOf(site)
        : undefined
  if (values === undefined || !values.complete) return undefined
  const members: TypeMember[] = []
  for (const { node } of values.elements) {
    if (node.type !== 'Literal' || typeof node.value !== 'string') return undefined
    const { declared } = declaredAt(site, node, place.file, query.exprName.name, node)
    members.push({ value: node.value, declared: declared! })
  }
  return members
}

function valuesOf(site: Site): { elements: readonly Site[]; complete: boolean } {
  const { entries, complete } = entriesOf(site)
  return { elements: entries.map((e) => e.value), complete }
}

/** A type by its name: an alias, an interface or an enum of the file, or imported. */
function referenced(
  type: TSESTree.TSTypeReference,
  keys: readonly string[],
  place: Place,
  depth: number,
): TypeMember[] | undefined {
  if (type.typeName.type !== 'Identifier' || (type.typeArguments?.params.length ?? 0) > 0) return undefined
  const found = declarationOf(type.typeName.name, place.file, 0)
  if (found === undefined) return undefined
  const { node, file } = found
  const next = { file, name: type.typeName.name }
  switch (node.type) {
    case 'TSTypeAliasDeclaration':
      return node.typeParameters === undefined
        ? membersOf(node.typeAnnotation, keys, next, depth + 1)
        : undefined
    case 'TSInterfaceDeclaration': {
      const [key, ...rest] = keys
      const member = key === undefined ? undefined : property(node.body.body, key)
      return member && membersOf(member, rest, next, depth + 1)
    }
    default:
      return undefined
  }
}

function declarationOf(
  name: string,
  file: SourceFile,
  depth: number,
): { node: Node; file: SourceFile } | undefined {
  if (depth > 4) return undefined
  for (const statement of file.ast.body) {
    const declaration =
      statement.type === 'ExportNamedDeclaration' && statement.declaration !== null
        ? statement.declaration
        : statement
    const isType =
      declaration.type === 'TSTypeAliasDeclaration' || declaration.type === 'TSInterfaceDeclaration'
    if (isType && declaration.id.name === name) return { node: declaration, file }
    if (statement.type === 'ImportDeclaration') {
      for (const specifier of statement.specifiers) {
        if (specifier.type !== 'ImportSpecifier' || specifier.local.name !== name) continue
        const next = importedFile(statement.source.value, file)
        const imported =
          specifier.imported.type === 'Identifier' ? specifier.imported.name : specifier.imported.value
        return next && exportedType(imported, next, depth + 1)
      }
    }
  }
  return undefined
}

function exportedType(
  name: string,
  file: SourceFile,
  depth: number,
): { node: Node; file: SourceFile } | undefined {
  const own = declarationOf(name, file, depth)
  if (own !== undefined) return own
  for (const statement of file.ast.body) {
    if (statement.type !== 'ExportAllDeclaration' && statement.type !== 'ExportNamedDeclaration') continue
    if (statement.source == null) continue
    const next = importedFile(statement.source.value, file)
    const found = next && depth < 4 ? exportedType(name, next, depth + 1) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
