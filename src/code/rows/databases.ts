import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { findDatabaseName } from '../mirrors/lookup.js'
import { keyOf, stringOf } from '../mirrors/nodes.js'
import { walk } from '../reach/site.js'
import type { SourceFile } from '../reach/site.js'
import { nameOf, typeDeclaration, typesIn } from './declarations.js'
import type { Shape } from './shape.js'
import { valueShape } from './shape.js'
import { rowOf, tableNamed } from './tables.js'

const ROWS = new Map([
  ['Row', false],
  ['Insert', true],
  ['Update', true],
])

/**
 * A row or an enum of supabase's generated types: `Database['public']['Tables']['workspaces']['Row']`, `Tables<'workspaces'>`,
 * `Enums<'workspace_status'>`. Only where the name leads to the generated file.
 * https://supabase.com/docs/guides/api/rest/generating-types
 */
export function databaseTable(
  context: CodeContext,
  node: TSESTree.TSIndexedAccessType | TSESTree.TSTypeReference,
  file: SourceFile,
): Shape | undefined {
  if (node.type === 'TSTypeReference') return helperType(context, node, file)
  const keys: string[] = []
  let base: TSESTree.TypeNode = node
  while (base.type === 'TSIndexedAccessType') {
    const key = base.indexType.type === 'TSLiteralType' ? stringOf(base.indexType.literal) : undefined
    if (key === undefined) return undefined
    keys.unshift(key)
    base = base.objectType
  }
  if (base.type !== 'TSTypeReference' || base.typeName.type !== 'Identifier' || keys.length < 3)
    return undefined
  const [schema, group, name, kind, column] = keys
  if (group !== 'Tables' && group !== 'Views' && group !== 'Enums') return undefined
  if (!isGenerated(base.typeName.name, file, schema!)) return undefined
  if (group === 'Enums') return keys.length === 3 ? enumNamed(context, schema!, name!) : undefined
  const isStored = ROWS.get(kind ?? '')
  if (isStored === undefined) return undefined
  const row = tableRow(context, schema!, name!, isStored)
  if (column === undefined) return row
  return keys.length === 5 ? row?.property?.(column) : undefined
}

function tableRow(context: CodeContext, schema: string, table: string, isStored: boolean): Shape | undefined {
  const row = rowOf(context, tableNamed(context, table, schema), `supabase row of ${table}`)
  return row && { ...row, isStored }
}

function enumNamed(context: CodeContext, schema: string, name: string): Shape | undefined {
  const { catalog } = context.project
  return catalog && valueShape(findDatabaseName(catalog, { type: 'enum', schema, name }), 'supabase enum')
}

/** Whether a name leads to a type that has the tables of a schema, as the generator writes it. */
function isGenerated(name: string, file: SourceFile, schema: string): boolean {
  const found = typeDeclaration(name, file)
  if (!found) return false
  const { node } = found
  const members =
    node.type === 'TSInterfaceDeclaration'
      ? node.body.body
      : node.type === 'TSTypeAliasDeclaration' && node.typeAnnotation.type === 'TSTypeLiteral'
        ? node.typeAnnotation.members
        : []
  const inner = typeOfMember(members, schema)
  return inner?.type === 'TSTypeLiteral' && typeOfMember(inner.members, 'Tables') !== undefined
}

function typeOfMember(members: readonly TSESTree.TypeElement[], key: string): TSESTree.TypeNode | undefined {
  for (const member of members) {
    if (member.type === 'TSPropertySignature' && keyOf(member) === key)
      return member.typeAnnotation?.typeAnnotation
  }
  return undefined
}

const HELPERS = new Map([
  ['Tables', false],
  ['TablesInsert', true],
  ['TablesUpdate', true],
])

/** `Tables<'workspaces'>`, `Tables<{ schema: 'auth' }, 'users'>`, `Enums<'workspace_status'>`. */
function helperType(
  context: CodeContext,
  node: TSESTree.TSTypeReference,
  file: SourceFile,
): Shape | undefined {
  if (node.typeName.type !== 'Identifier') return undefined
  const [first, second] = node.typeArguments?.params ?? []
  const { name } = node.typeName
  const declaration = first && typeDeclaration(name, file)
  if (declaration?.node.type !== 'TSTypeAliasDeclaration') return undefined
  const exported = declaration.node.id.name
  const isStored = HELPERS.get(exported)
  if (isStored === undefined && exported !== 'Enums') return undefined
  const [start, end] = declaration.node.range
  if (!/\[\s*["'](Tables|Enums)["']\s*\]/.test(declaration.file.text.slice(start, end))) return undefined
  const named = second ?? first!
  const key = named.type === 'TSLiteralType' ? stringOf(named.literal) : undefined
  const schema = second ? schemaOption(first!) : 'public'
  if (key === undefined || schema === undefined) return undefined
  return isStored === undefined ? enumNamed(context, schema, key) : tableRow(context, schema, key, isStored)
}

function schemaOption(node: TSESTree.TypeNode): string | undefined {
  const type = node.type === 'TSTypeLiteral' ? typeOfMember(node.members, 'schema') : undefined
  return type?.type === 'TSLiteralType' ? stringOf(type.literal) : undefined
}

const cache = new WeakMap<TSESTree.Program, { context: object; tables: ReadonlyMap<string, Shape> }>()

/**
 * The row types of a file by their names, from Kysely's `Database` interface in the same file (`interface Database { workspaces: WorkspaceTable }`).
 * That an interface is one shows in `Kysely<Database>`, or in its members all being tables.
 * https://kysely.dev/docs/getting-started#types
 */
export function kyselyTables(context: CodeContext, file: SourceFile): ReadonlyMap<string, Shape> {
  const catalog = context.project.catalog
  const known = cache.get(file.ast)
  if (known && known.context === catalog) return known.tables
  const tables = new Map<string, Shape>()
  const doubtful = new Set<string>()
  for (const [, members] of kyselyDatabases(context, file)) {
    for (const { table, type } of members) {
      if (type?.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier' || type.typeArguments)
        continue
      const row = rowOf(context, tableNamed(context, table), `row type of ${table} in Kysely's Database`)
      const { name } = type.typeName
      // One type for two tables says nothing of either.
      if (tables.has(name)) doubtful.add(name)
      if (row) tables.set(name, row)
    }
  }
  for (const name of doubtful) tables.delete(name)
  if (catalog) cache.set(file.ast, { context: catalog, tables })
  return tables
}

/** A member of a Database type: a table and the type of its rows. */
export interface DatabaseMember {
  readonly table: string
  readonly type: TSESTree.TypeNode | undefined
}

/** The Database types that a file declares, by name. */
export function kyselyDatabases(
  context: CodeContext,
  file: SourceFile,
): ReadonlyMap<string, readonly DatabaseMember[]> {
  const found = new Map<string, readonly DatabaseMember[]>()
  const used = namesInKysely(file)
  for (const node of typesIn(file.ast.body)) {
    const name = nameOf(node.id)
    const members = membersOf(node)
    if (name === undefined || members.length === 0) continue
    const isNamed =
      /(?:DB|Database)$/.test(name) || (/Schema$/.test(name) && /kysely|[Kk]anel/.test(file.text))
    if (!used.has(name) && !(isNamed && members.every(({ table }) => tableNamed(context, table)))) continue
    found.set(name, members)
  }
  return found
}

function membersOf(node: TSESTree.Node): DatabaseMember[] {
  const elements =
    node.type === 'TSInterfaceDeclaration'
      ? node.body.body
      : node.type === 'TSTypeAliasDeclaration' && node.typeAnnotation.type === 'TSTypeLiteral'
        ? node.typeAnnotation.members
        : []
  const members: DatabaseMember[] = []
  for (const element of elements) {
    const table = element.type === 'TSPropertySignature' ? keyOf(element) : undefined
    if (element.type !== 'TSPropertySignature' || table === undefined) return []
    members.push({ table, type: element.typeAnnotation?.typeAnnotation })
  }
  return members
}

/** The names in `Kysely<X>`, `Transaction<X>` and `new Kysely<X>()`. */
function namesInKysely(file: SourceFile): Set<string> {
  const names = new Set<string>()
  if (!file.text.includes('Kysely')) return names
  walk(file.ast, (node) => {
    const callee =
      node.type === 'NewExpression'
        ? node.callee
        : node.type === 'TSTypeReference'
          ? node.typeName
          : undefined
    if (callee?.type !== 'Identifier' || !/^(Kysely|Transaction)$/.test(callee.name)) return
    const [argument] = (node as TSESTree.NewExpression | TSESTree.TSTypeReference).typeArguments?.params ?? []
    if (argument?.type === 'TSTypeReference' && argument.typeName.type === 'Identifier')
      names.add(argument.typeName.name)
  })
  return names
}
