import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import type { Alias, DatabaseName, Declaration, Definition } from './declaration.js'
import { isAlias } from './declaration.js'
import { snakeCase, tableNames } from './names.js'
import { keyOf, property, stringOf, unwrap } from './nodes.js'
import { exportedAs } from './scope.js'
import { readTypeAlias, readUnion } from './typescript.js'
import { readValues } from './validators.js'

const TYPEORM = /^typeorm$/
const MIKRO = /^@mikro-orm\//
/** MikroORM's and TypeORM's decorators for one column that may list strings. */
const COLUMN_DECORATORS = new Set(['Column', 'Enum', 'Property'])

interface Table {
  readonly schema?: string
  readonly tables: readonly string[]
}

/**
 * TypeORM (`@Entity`, `@Column({ type: 'enum', enum: X, enumName })`, https://typeorm.io/docs/entity/entities#enum-column-type) and
 * MikroORM (`@Enum(() => X)`, `@Enum({ items, nativeEnumName })`, https://mikro-orm.io/docs/defining-entities#enums).
 */
export function readEntity(
  context: CodeContext,
  node: TSESTree.ClassDeclaration | TSESTree.ClassExpression,
): Definition[] {
  const table = tableOf(context, node)
  if (!table) return []
  const found: Definition[] = []
  for (const member of node.body.body) {
    if (member.type !== 'PropertyDefinition') continue
    const key = keyOf(member)
    if (key === undefined) continue
    for (const decorator of member.decorators) {
      const definition = readColumn(context, decorator.expression, member, key, table)
      if (definition) found.push(definition)
    }
  }
  return found
}

function tableOf(
  context: CodeContext,
  node: TSESTree.ClassDeclaration | TSESTree.ClassExpression,
): Table | undefined {
  for (const { expression } of node.decorators) {
    if (expression.type !== 'CallExpression') continue
    const typeorm = exportedAs(context, expression.callee, TYPEORM) === 'Entity'
    if (!typeorm && exportedAs(context, expression.callee, MIKRO) !== 'Entity') continue
    const [first, second] = expression.arguments
    const options = first?.type === 'ObjectExpression' ? first : second
    const given = stringOf(first) ?? stringOf(property(options, typeorm ? 'name' : 'tableName'))
    const tables = given !== undefined ? [given] : node.id ? tableNames(node.id.name) : []
    const schema = stringOf(property(options, 'schema'))
    return { ...(schema !== undefined && { schema }), tables }
  }
  return undefined
}

function readColumn(
  context: CodeContext,
  expression: TSESTree.Expression,
  member: TSESTree.PropertyDefinition,
  key: string,
  table: Table,
): Definition | undefined {
  if (expression.type !== 'CallExpression') return undefined
  const typeorm = exportedAs(context, expression.callee, TYPEORM)
  const exported = typeorm ?? exportedAs(context, expression.callee, MIKRO)
  if (exported === undefined || !COLUMN_DECORATORS.has(exported)) return undefined
  const [first, second] = expression.arguments
  const options = second?.type === 'ObjectExpression' ? second : first
  const listed =
    property(options, 'enum') ?? property(options, 'items') ?? (exported === 'Enum' ? first : undefined)
  const values = valuesOf(listed, member, key) ?? (exported === 'Enum' ? annotation(member, key) : undefined)
  if (!values) return undefined
  const type = stringOf(property(options, 'enumName')) ?? stringOf(property(options, 'nativeEnumName'))
  const given = stringOf(property(options, 'name')) ?? stringOf(property(options, 'fieldName'))
  const columns = given !== undefined ? [given] : [key, snakeCase(key)]
  const database: DatabaseName[] = [{ type: 'column', ...table, columns }]
  if (type !== undefined) database.unshift(enumNamed(type, table.schema))
  const library = typeorm === undefined ? 'MikroORM' : 'TypeORM'
  return { database, link: `${library} @${exported}`, values, isDefinition: true }
}

/** `schema.name` or a name, in the table's schema where that is given. */
function enumNamed(text: string, schema: string | undefined): DatabaseName {
  const dot = text.indexOf('.')
  if (dot > 0) return { type: 'enum', schema: text.slice(0, dot), name: text.slice(dot + 1) }
  return { type: 'enum', ...(schema !== undefined && { schema }), name: text }
}

/** The strings in `[...]`, `X` or `() => X`. */
export function valuesOf(
  node: TSESTree.Node | undefined,
  at: TSESTree.Node,
  name: string,
): Declaration | Alias | undefined {
  if (!node) return undefined
  const inner = unwrap(node.type === 'ArrowFunctionExpression' ? node.body : node)
  if (
    inner.type === 'ObjectExpression' &&
    node.type !== 'ArrowFunctionExpression' &&
    property(inner, 'items')
  )
    return undefined
  const values = readValues(inner, at, { name })
  return values && (isAlias(values) ? values : { ...values, kind: 'column' })
}

/** MikroORM's `@Enum() status: WorkspaceStatus`. */
function annotation(member: TSESTree.PropertyDefinition, key: string): Declaration | Alias | undefined {
  const type = member.typeAnnotation?.typeAnnotation
  return type && (readUnion(type, key) ?? readTypeAlias(type, key))
}

/**
 * Entities written as objects: TypeORM's and MikroORM's `new EntitySchema({ name, tableName, columns | properties })`,
 * MikroORM's `defineEntity({ name, tableName, properties })`, also with `p => ({ status: p.enum(() => X) })`.
 */
export function readEntityObject(
  context: CodeContext,
  node: TSESTree.CallExpression | TSESTree.NewExpression,
): Definition[] {
  const typeorm = exportedAs(context, node.callee, TYPEORM)
  const exported = typeorm ?? exportedAs(context, node.callee, MIKRO)
  if (exported !== 'EntitySchema' && exported !== 'defineEntity') return []
  const [options] = node.arguments
  const model = stringOf(property(options, 'name'))
  const given = stringOf(property(options, 'tableName')) ?? stringOf(property(options, 'collection'))
  const tables = given !== undefined ? [given] : model !== undefined ? tableNames(model) : []
  const schema = stringOf(property(options, 'schema'))
  const table: Table = { ...(schema !== undefined && { schema }), tables }
  const listed = property(options, 'columns') ?? property(options, 'properties')
  const columns = listed?.type === 'ArrowFunctionExpression' ? listed.body : listed
  if (columns?.type !== 'ObjectExpression') return []
  const found: Definition[] = []
  const library = typeorm === undefined ? 'MikroORM' : 'TypeORM'
  for (const member of columns.properties) {
    if (member.type !== 'Property') continue
    const key = keyOf(member)
    if (key === undefined) continue
    const column = objectColumn(member, key)
    if (!column) continue
    const names = column.name !== undefined ? [column.name] : [key, snakeCase(key)]
    const database: DatabaseName[] = [{ type: 'column', ...table, columns: names }]
    if (column.type !== undefined) database.unshift(enumNamed(column.type, schema))
    found.push({ database, link: `${library} ${exported}`, values: column.values, isDefinition: true })
  }
  return found
}

function objectColumn(
  member: TSESTree.Property,
  key: string,
): { values: Declaration | Alias; name: string | undefined; type: string | undefined } | undefined {
  if (member.value.type === 'ObjectExpression') {
    const options = member.value
    const values = valuesOf(property(options, 'enum') ?? property(options, 'items'), member, key)
    if (!values) return undefined
    return {
      values,
      name: stringOf(property(options, 'name')) ?? stringOf(property(options, 'fieldName')),
      type: stringOf(property(options, 'enumName')) ?? stringOf(property(options, 'nativeEnumName')),
    }
  }
  const chain = new Map<string, TSESTree.CallExpressionArgument | undefined>()
  for (let node: TSESTree.Node = member.value; node.type === 'CallExpression';) {
    if (node.callee.type !== 'MemberExpression' || node.callee.property.type !== 'Identifier')
      return undefined
    chain.set(node.callee.property.name, node.arguments[0])
    node = node.callee.object
  }
  const values = valuesOf(chain.get('enum'), member, key)
  return (
    values && {
      values,
      name: stringOf(chain.get('name') ?? chain.get('fieldName')),
      type: stringOf(chain.get('nativeEnumName')),
    }
  )
}
