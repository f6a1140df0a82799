import type { TSESTree } from '@typescript-eslint/utils'
import { elementsOf, entriesOf, valuesOf } from './collections.js'
import type { Elements } from './collections.js'
import { importedFile } from './modules.js'
import { schemaMembers } from './schemas.js'
import { declaredAt, MAX_DEPTH, staticKey } from './site.js'
import type { Declared, Node, Site, SourceFile } from './site.js'

/** A string literal among the members of a type. */
export interface TypeMember {
  readonly value: string
  readonly declared: Declared
}

/** Where a type is written. */
export interface TypePlace {
  readonly file: SourceFile
  /** The name of the type, for the message. */
  readonly name: string
}

/** Stands for the elements of an array on the way into a type. */
export const ELEMENT = '[]'

/**
 * The string literals that a type is a union of, by its syntax: aliases, interfaces, classes and enums, also imported ones, and TypeScript's
 * utility types. Null and undefined are left out. Undefined where the type is, or may be, something else.
 *
 * @param keys The way from the type to the strings: names of properties, {@link ELEMENT}.
 */
export function membersOf(
  type: TSESTree.TypeNode,
  keys: readonly string[],
  place: TypePlace,
): TypeMember[] | undefined {
  return read(type, { keys, place, depth: MAX_DEPTH })
}

interface Way {
  readonly keys: readonly string[]
  readonly place: TypePlace
  readonly depth: number
}

function read(type: TSESTree.TypeNode, { keys, place, depth }: Way): TypeMember[] | undefined {
  if (depth === 0) return undefined
  const way = { keys, place, depth: depth - 1 }
  const [key, ...rest] = keys
  switch (type.type) {
    case 'TSLiteralType':
      return key === undefined ? literalMember(type, place) : undefined
    case 'TSUnionType':
      return union(type.types, way)
    case 'TSIntersectionType':
      return key === undefined ? undefined : firstOf(type.types, (one) => read(one, way))
    case 'TSArrayType':
      return key === ELEMENT ? read(type.elementType, { ...way, keys: rest }) : undefined
    case 'TSTypeOperator':
      if (type.operator === 'readonly' && type.typeAnnotation) return read(type.typeAnnotation, way)
      return type.operator === 'keyof' && key === undefined ? keysOf(type.typeAnnotation, place) : undefined
    case 'TSTypeLiteral':
      return key === undefined ? undefined : readProperty(type.members, way)
    case 'TSIndexedAccessType':
      return indexed(type, way)
    case 'TSTypeReference':
      return referenced(type, way)
    default:
      return undefined
  }
}

function firstOf<T, R>(items: readonly T[], look: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = look(item)
    if (found !== undefined) return found
  }
  return undefined
}

function literalMember({ literal }: TSESTree.TSLiteralType, place: TypePlace): TypeMember[] | undefined {
  if (literal.type !== 'Literal' || typeof literal.value !== 'string') return undefined
  return [memberAt(literal.value, literal, place)]
}

function memberAt(value: string, node: Node, { file, name }: TypePlace): TypeMember {
  const where = file.linted ? {} : { file: file.filename }
  return { value, declared: { name, line: node.loc.start.line, ...where } }
}

function union(types: readonly TSESTree.TypeNode[], way: Way): TypeMember[] | undefined {
  const all: TypeMember[] = []
  for (const member of types) {
    if (member.type === 'TSNullKeyword' || member.type === 'TSUndefinedKeyword') continue
    const own = read(member, way)
    if (own === undefined) return undefined
    all.push(...own)
  }
  return all
}

function readProperty(
  members: readonly Node[],
  { keys: [key, ...keys], ...way }: Way,
): TypeMember[] | undefined {
  for (const member of members) {
    if (member.type !== 'TSPropertySignature' && member.type !== 'PropertyDefinition') continue
    const type = staticKey(member) === key ? member.typeAnnotation?.typeAnnotation : undefined
    if (type !== undefined) return read(type, { ...way, keys })
  }
  return undefined
}

/** `Row['status']`, `Row[][number]`, `(typeof LIST)[number]`, `(typeof OBJECT)[keyof typeof OBJECT]`. */
function indexed(
  { objectType, indexType }: TSESTree.TSIndexedAccessType,
  way: Way,
): TypeMember[] | undefined {
  if (objectType.type === 'TSTypeQuery') {
    if (way.keys.length > 0) return undefined
    if (indexType.type === 'TSNumberKeyword') return constantMembers(objectType, way.place, elementsOf)
    return indexType.type === 'TSTypeOperator' ? constantMembers(objectType, way.place, valuesOf) : undefined
  }
  if (indexType.type === 'TSNumberKeyword') return read(objectType, { ...way, keys: [ELEMENT, ...way.keys] })
  if (indexType.type !== 'TSLiteralType' || indexType.literal.type !== 'Literal') return undefined
  return read(objectType, { ...way, keys: [String(indexType.literal.value), ...way.keys] })
}

/** `keyof typeof OBJECT` */
function keysOf(type: TSESTree.TypeNode | undefined, place: TypePlace): TypeMember[] | undefined {
  if (type?.type !== 'TSTypeQuery' || type.exprName.type !== 'Identifier') return undefined
  const { name } = type.exprName
  const { entries, complete } = entriesOf({ node: type.exprName, file: place.file, at: type.exprName })
  if (!complete || entries.length === 0) return undefined
  return entries.map(({ key, value }) => memberAt(key, value.node, { file: value.file, name }))
}

function constantMembers(
  { exprName }: TSESTree.TSTypeQuery,
  place: TypePlace,
  values: (site: Site) => Pick<Elements, 'elements' | 'complete'>,
): TypeMember[] | undefined {
  if (exprName.type !== 'Identifier') return undefined
  const site: Site = { node: exprName, file: place.file, at: exprName }
  const { elements, complete } = values(site)
  if (!complete) return undefined
  const members: TypeMember[] = []
  for (const { node } of elements) {
    if (node.type !== 'Literal' || typeof node.value !== 'string') return undefined
    const { declared } = declaredAt(site, node, place.file, exprName.name, node)
    members.push({ value: node.value, declared: declared! })
  }
  return members
}

/** Types of TypeScript whose properties are those of their argument. */
const SAME = new Set(['Partial', 'Required', 'Readonly', 'NonNullable', 'Awaited', 'Promise'])
/** The same, of some of the properties. */
const SOME = new Set(['Pick', 'Omit'])
const LISTS = new Set(['Array', 'ReadonlyArray', 'Set', 'ReadonlySet'])

/** Types of zod for what a schema lets through. */
const INFERS = new Set(['infer', 'input', 'output', 'TypeOf'])

/** A type by its name: one of the file, an imported one, or one of TypeScript's own. */
function referenced(type: TSESTree.TSTypeReference, way: Way): TypeMember[] | undefined {
  if (type.typeName.type === 'TSQualifiedName') return inferred(type.typeName, type, way)
  if (type.typeName.type !== 'Identifier') return undefined
  const { name } = type.typeName
  const found = declarationOf(name, way.place.file, 0)
  const args = type.typeArguments?.params ?? []
  if (found === undefined) return utility(name, args, way)
  return args.length > 0 ? undefined : declared(found.node, { ...way, place: { file: found.file, name } })
}

/** `z.infer<typeof Schema>` */
function inferred(
  { right }: TSESTree.TSQualifiedName,
  { typeArguments }: TSESTree.TSTypeReference,
  { keys, place }: Way,
): TypeMember[] | undefined {
  const query = typeArguments?.params[0]
  if (!INFERS.has(right.name) || query?.type !== 'TSTypeQuery' || query.exprName.type !== 'Identifier')
    return undefined
  return schemaMembers(query.exprName, keys, place.file)
}

function utility(
  name: string,
  [first, second]: readonly TSESTree.TypeNode[],
  way: Way,
): TypeMember[] | undefined {
  if (first === undefined) return undefined
  const [key, ...keys] = way.keys
  if (SAME.has(name)) return read(first, way)
  if (LISTS.has(name)) return key === ELEMENT ? read(first, { ...way, keys }) : undefined
  if (second === undefined) return undefined
  if (SOME.has(name)) {
    const named = key === undefined ? undefined : read(second, { ...way, keys: [] })
    if (named === undefined) return undefined
    return named.some(({ value }) => value === key) === (name === 'Pick') ? read(first, way) : undefined
  }
  if (name === 'Record') return key === undefined ? undefined : read(second, { ...way, keys })
  if (key !== undefined || (name !== 'Exclude' && name !== 'Extract')) return undefined
  const others = new Set(read(second, way)?.map(({ value }) => value))
  if (others.size === 0) return undefined
  return read(first, way)?.filter(({ value }) => others.has(value) === (name === 'Extract'))
}

/** What a declaration says: of an alias, an interface, a class or an enum. */
function declared(node: Node, way: Way): TypeMember[] | undefined {
  switch (node.type) {
    case 'TSTypeAliasDeclaration':
      return node.typeParameters === undefined ? read(node.typeAnnotation, way) : undefined
    case 'TSInterfaceDeclaration':
      if (way.keys.length === 0) return undefined
      return (
        readProperty(node.body.body, way) ??
        firstOf(node.extends, ({ expression }) => inherited(expression, way))
      )
    case 'ClassDeclaration':
      if (way.keys.length === 0) return undefined
      return (
        readProperty(node.body.body, way) ?? (node.superClass ? inherited(node.superClass, way) : undefined)
      )
    case 'TSEnumDeclaration':
      return way.keys.length === 0 ? enumMembers(node, way.place) : undefined
    default:
      return undefined
  }
}

function inherited(base: Node, way: Way): TypeMember[] | undefined {
  const found =
    base.type === 'Identifier' && way.depth > 0 ? declarationOf(base.name, way.place.file, 0) : undefined
  if (base.type !== 'Identifier' || found === undefined) return undefined
  return declared(found.node, { ...way, depth: way.depth - 1, place: { file: found.file, name: base.name } })
}

function enumMembers(node: TSESTree.TSEnumDeclaration, place: TypePlace): TypeMember[] | undefined {
  const members: TypeMember[] = []
  for (const { initializer } of node.body.members) {
    if (initializer?.type !== 'Literal' || typeof initializer.value !== 'string') return undefined
    members.push(memberAt(initializer.value, initializer, place))
  }
  return members
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
    if (isTypeDeclaration(declaration) && declaration.id?.name === name) return { node: declaration, file }
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

function isTypeDeclaration(
  node: Node,
): node is
  | TSESTree.TSTypeAliasDeclaration
  | TSESTree.TSInterfaceDeclaration
  | TSESTree.ClassDeclaration
  | TSESTree.TSEnumDeclaration {
  return /^(?:TS(?:TypeAlias|Interface|Enum)|Class)Declaration$/.test(node.type)
}
