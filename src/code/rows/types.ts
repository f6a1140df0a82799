import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { commentBefore, taggedName } from '../mirrors/comments.js'
import { generatedName } from '../mirrors/generated.js'
import { findDatabaseName, findNamed } from '../mirrors/lookup.js'
import { keyOf, stringOf } from '../mirrors/nodes.js'
import { isEnumName } from '../mirrors/sameName.js'
import { findTypeByName } from '../mirrors/typeMirror.js'
import type { SourceFile } from '../reach/site.js'
import { builderFile } from './builders.js'
import { databaseTable, kyselyTables } from './databases.js'
import type { TypeDeclaration } from './declarations.js'
import { declaredType, importOfType, nameOf, typeDeclaration } from './declarations.js'
import { drizzleRow } from './drizzle.js'
import { entityRow } from './entities.js'
import { modelClassRow } from './models.js'
import type { Shape } from './shape.js'
import { isSameValue, listOf, objectShape, valueShape } from './shape.js'
import { rowOf, tableNamed } from './tables.js'

const DEPTH = 16

/** Generic types that hold the same strings as their argument (for a column: kysely's selected type is the first). */
const TRANSPARENT = new Set(
  (
    'Promise PromiseLike Awaited Readonly Partial Required NonNullable DeepPartial DeepReadonly Simplify Prettify Generated ' +
    'GeneratedAlways ColumnType Selectable Insertable Updateable Updatable Serialized Jsonify'
  ).split(' '),
)
const LISTS = new Set(['Array', 'ReadonlyArray', 'Set', 'ReadonlySet', 'Iterable', 'AsyncIterable'])
const STORED = new Set(['Insertable', 'Updateable', 'Updatable', 'InferInsertModel'])

/** The linted file, and whether a type also counts that has an enum's name and most of its values. */
export interface TypeContext extends CodeContext {
  readonly sameNames?: boolean
}

/** What a type of a file leads to. Undefined where no way to a table or an enum is proven. Never throws. */
export function shapeOfType(
  context: TypeContext,
  node: TSESTree.TypeNode | undefined,
  file: SourceFile,
  depth = DEPTH,
): Shape | undefined {
  if (!node || depth === 0) return undefined
  const next = (inner: TSESTree.TypeNode | undefined) => shapeOfType(context, inner, file, depth - 1)
  switch (node.type) {
    case 'TSArrayType':
      return listOf(next(node.elementType))
    case 'TSTypeOperator':
      return node.operator === 'readonly' ? next(node.typeAnnotation) : undefined
    case 'TSTupleType':
      return node.elementTypes.length === 1 ? listOf(next(node.elementTypes[0])) : undefined
    case 'TSUnionType':
      return shapeOfUnion(node.types.filter((type) => !isNullish(type)).map(next))
    case 'TSIntersectionType':
      return shapeOfIntersection(node.types, next)
    case 'TSTypeLiteral':
      return membersShape(context, node.members, file, depth)
    case 'TSIndexedAccessType':
      return indexed(context, node, file, depth)
    case 'TSTypeReference':
      return shapeOfReference(context, node, file, depth)
    case 'TSTypeQuery':
      return isInferred(node) ? drizzleType(context, node, file) : undefined
    default:
      return undefined
  }
}

/** `typeof workspaces.$inferSelect`: any other `typeof` is not a row. */
function isInferred({ exprName }: TSESTree.TSTypeQuery): boolean {
  return exprName.type === 'TSQualifiedName' && /^\$infer(?:Select|Insert)$/.test(exprName.right.name)
}

function drizzleType(context: TypeContext, node: TSESTree.TypeNode, file: SourceFile): Shape | undefined {
  const builders = node.type === 'TSTypeQuery' ? builderFile(context) : undefined
  return builders && drizzleRow(builders, node, file)
}

function isNullish(node: TSESTree.TypeNode): boolean {
  return node.type === 'TSNullKeyword' || node.type === 'TSUndefinedKeyword'
}

/** A union with anything else beside (`'all' | WorkspaceStatus`) is wider on purpose. */
function shapeOfUnion(members: readonly (Shape | undefined)[]): Shape | undefined {
  const [first] = members
  if (!first) return undefined
  if (members.length === 1) return first
  return members.every((member) => isSameValue(first, member)) ? first : undefined
}

function shapeOfIntersection(
  types: readonly TSESTree.TypeNode[],
  next: (type: TSESTree.TypeNode) => Shape | undefined,
): Shape | undefined {
  const shapes = types.map(next)
  if (!shapes.some(Boolean)) return undefined
  return objectShape((key) => {
    // A member that redeclares the property narrows or replaces it: `Omit<Row, 'status'> & { status: string }`.
    const declared = types.findIndex(
      (type) => type.type === 'TSTypeLiteral' && type.members.some((member) => memberKey(member) === key),
    )
    if (declared >= 0) return shapes[declared]?.property?.(key)
    for (const shape of shapes) {
      const found = shape?.property?.(key)
      if (found) return found
    }
    return undefined
  })
}

function memberKey(member: TSESTree.TypeElement): string | undefined {
  return member.type === 'TSPropertySignature' ? keyOf(member) : undefined
}

/** An object type: each property by its tag or its type. */
function membersShape(
  context: TypeContext,
  members: readonly TSESTree.TypeElement[],
  file: SourceFile,
  depth: number,
): Shape {
  return objectShape((key) => {
    const member = members.find((one) => memberKey(one) === key)
    if (member?.type !== 'TSPropertySignature') return undefined
    return (
      tagged(context, member, file) ??
      shapeOfType(context, member.typeAnnotation?.typeAnnotation, file, depth - 1)
    )
  })
}

/** The value set that a `@pgEnum` tag before a declaration or property names. */
export function tagged(context: CodeContext, node: TSESTree.Node, file: SourceFile): Shape | undefined {
  const tag = taggedName(file, node)
  const { catalog } = context.project
  if (tag === undefined || !catalog) return undefined
  const shape = valueShape(findNamed(catalog, tag), 'tag @pgEnum')
  const annotation = 'typeAnnotation' in node ? (node.typeAnnotation as TSESTree.Node | undefined) : undefined
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : annotation
  return type?.type === 'TSArrayType' ? listOf(shape) : shape
}

/** `Database['public']['Tables']['workspaces']['Row']`, `DB['workspaces']`, `Workspace['status']`, `Workspace[][number]`. */
function indexed(
  context: TypeContext,
  node: TSESTree.TSIndexedAccessType,
  file: SourceFile,
  depth: number,
): Shape | undefined {
  const table = databaseTable(context, node, file)
  if (table) return table
  const object = shapeOfType(context, node.objectType, file, depth - 1)
  if (!object) return undefined
  const { indexType } = node
  if (indexType.type === 'TSNumberKeyword') return object.element?.()
  const key = indexType.type === 'TSLiteralType' ? stringOf(indexType.literal) : undefined
  return key === undefined ? undefined : object.property?.(key)
}

function shapeOfReference(
  context: TypeContext,
  node: TSESTree.TSTypeReference,
  file: SourceFile,
  depth: number,
): Shape | undefined {
  const args = node.typeArguments?.params ?? []
  const next = (inner: TSESTree.TypeNode | undefined) => shapeOfType(context, inner, file, depth - 1)
  const table = databaseTable(context, node, file)
  if (table) return table
  if (node.typeName.type === 'TSQualifiedName') return qualified(context, node.typeName, file, depth)
  if (node.typeName.type !== 'Identifier') return undefined
  const { name } = node.typeName
  const { catalog } = context.project
  const anyFile = context.sameNames === true && catalog !== undefined && isEnumName(catalog, name)
  const declaration = typeDeclaration(name, file, anyFile)
  if (declaration && args.length === 0) return shapeOfDeclaration(context, declaration, depth)
  if (declaration?.file === file) return undefined // a generic type of the project's own
  if (args.length === 0) return named(context, name)
  if (name === 'InferSelectModel' || name === 'InferInsertModel') {
    const row = drizzleType(context, args[0]!, file)
    return row && STORED.has(name) ? { ...row, isStored: true } : row
  }
  if (LISTS.has(name)) return listOf(next(args[0]))
  if (name === 'Omit' || name === 'Pick') return picked(next(args[0]), name, args[1])
  if (!TRANSPARENT.has(name)) return undefined
  const shape = next(args[0])
  return shape && STORED.has(name) ? { ...shape, isStored: true } : shape
}

function picked(
  shape: Shape | undefined,
  name: 'Omit' | 'Pick',
  keys: TSESTree.TypeNode | undefined,
): Shape | undefined {
  const listed = (keys?.type === 'TSUnionType' ? keys.types : keys ? [keys] : []).map((key) =>
    key.type === 'TSLiteralType' ? stringOf(key.literal) : undefined,
  )
  if (!shape || listed.includes(undefined)) return undefined
  return {
    ...shape,
    property: (key) => (listed.includes(key) === (name === 'Pick') ? shape.property?.(key) : undefined),
  }
}

/** zapatos: `s.workspaces.Selectable` for `import type * as s from 'zapatos/schema'`, and `s.workspace_status`. */
function qualified(
  context: TypeContext,
  name: TSESTree.TSQualifiedName,
  file: SourceFile,
  depth: number,
): Shape | undefined {
  const { catalog } = context.project
  const root = name.left.type === 'TSQualifiedName' ? name.left.left : name.left
  if (root.type !== 'Identifier' || !catalog) return undefined
  const source = importOfType(root.name, file)
  if (source?.imported === '*' && source.source === 'zapatos/schema') {
    if (name.left.type !== 'TSQualifiedName') {
      return valueShape(findDatabaseName(catalog, { type: 'enum', name: name.right.name }), 'zapatos type')
    }
    if (!/^(Selectable|JSONSelectable|Insertable|Updatable|Whereable)$/.test(name.right.name))
      return undefined
    const table = name.left.right.name
    return rowOf(context, tableNamed(context, table), `zapatos row of ${table}`)
  }
  // A namespace of the file's own.
  const outer = name.left.type === 'Identifier' ? declaredType(file.ast.body, root.name) : undefined
  if (outer?.type !== 'TSModuleDeclaration' || !('body' in outer) || outer.body.type !== 'TSModuleBlock')
    return undefined
  const node = declaredType(outer.body.body, name.right.name)
  return node && shapeOfDeclaration(context, { node, file }, depth)
}

/** A type by its declaration: a tag, the settings, the comment of a generator, the Database it stands in, or what it is made of. */
export function shapeOfDeclaration(
  context: TypeContext,
  { node, file }: TypeDeclaration,
  depth: number,
): Shape | undefined {
  const { catalog } = context.project
  if (depth === 0 || !catalog) return undefined
  const name = nameOf(node.id)
  const own = (name === undefined ? undefined : named(context, name)) ?? tagged(context, node, file)
  if (own) return own
  if (node.type === 'TSModuleDeclaration') return undefined
  const generated =
    node.type === 'TSTypeAliasDeclaration' || node.type === 'TSEnumDeclaration'
      ? generatedName(file, node)
      : undefined
  if (generated) {
    for (const one of generated.database) {
      const shape = valueShape(findDatabaseName(catalog, one), `type generated by ${generated.library}`)
      if (shape) return shape
    }
  }
  const sameName = context.sameNames ? findTypeByName(catalog, { node, file }) : undefined
  if (sameName) return valueShape(sameName, sameName.link)
  const row = kanelRow(context, { node, file }) ?? kyselyTables(context, file).get(name ?? '')
  if (node.type === 'TSTypeAliasDeclaration') {
    return row ?? shapeOfType(context, node.typeAnnotation, file, depth - 1)
  }
  if (node.type === 'ClassDeclaration') {
    const builders = node.decorators.length > 0 || node.superClass ? builderFile(context) : undefined
    if (!builders) return undefined
    return entityRow(builders, node, file) ?? modelClassRow(builders, { node, file, at: node })
  }
  if (node.type !== 'TSInterfaceDeclaration') return undefined
  const members = membersShape(context, node.body.body, file, depth)
  const keys = new Set(node.body.body.map(memberKey))
  const bases = node.extends.map((base) => heritage(context, base, file, depth))
  return objectShape((key) => {
    const fromRow = row?.property?.(key)
    if (fromRow) return fromRow
    if (keys.has(key)) return members.property?.(key)
    for (const base of bases) {
      const found = base?.property?.(key)
      if (found) return found
    }
    return undefined
  })
}

function heritage(
  context: TypeContext,
  base: TSESTree.TSInterfaceHeritage,
  file: SourceFile,
  depth: number,
): Shape | undefined {
  if (base.expression.type !== 'Identifier') return undefined
  const reference = { type: 'TSTypeReference', typeName: base.expression, typeArguments: base.typeArguments }
  return shapeOfType(context, reference as TSESTree.TSTypeReference, file, depth - 1)
}

/** A type that the settings name: of rows by `rows`, of values by `mirrors`. */
function named(context: CodeContext, name: string): Shape | undefined {
  const { catalog, settings } = context.project
  const table = Object.hasOwn(settings.rows, name) ? settings.rows[name] : undefined
  if (table !== undefined) return rowOf(context, tableNamed(context, table), `settings.rows ${name}`)
  const mirror = Object.hasOwn(settings.mirrors, name) ? settings.mirrors[name] : undefined
  return mirror === undefined || !catalog
    ? undefined
    : valueShape(findNamed(catalog, mirror), 'settings.mirrors')
}

/** The row that a type stands for by itself, whatever its members say: by the settings, by kanel's comment, or in Kysely's Database. */
export function rowByName(context: CodeContext, declaration: TypeDeclaration): Shape | undefined {
  const { settings } = context.project
  const name = nameOf(declaration.node.id) ?? ''
  if (Object.hasOwn(settings.rows, name)) return named(context, name)
  return kanelRow(context, declaration) ?? kyselyTables(context, declaration.file).get(name)
}

/** kanel writes which table a type stands for: "Represents the table public.workspaces". */
function kanelRow(context: CodeContext, { node, file }: TypeDeclaration): Shape | undefined {
  const match =
    /Represents the (?:(initializer|mutator) for the )?(?:table|view|materialized view) (?:"?([\w$]+)"?\.)?"?([\w$]+)"?/.exec(
      file.text.includes('Represents the ') ? (commentBefore(file, node) ?? '') : '',
    )
  if (!match) return undefined
  const [, stored, schema, table] = match
  const row = rowOf(context, tableNamed(context, table!, schema), `kanel row of ${table}`)
  return row && stored !== undefined ? { ...row, isStored: true } : row
}
