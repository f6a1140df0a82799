import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { readArguments } from './arktype.js'
import type { Alias, DatabaseName, Declaration, Definition } from './declaration.js'
import { isAlias } from './declaration.js'
import { valuesOf } from './entities.js'
import { snakeCase, tableNames } from './names.js'
import { calleePath, keyOf, property, stringOf } from './nodes.js'
import { exportedAs } from './scope.js'

const SEQUELIZE = /^(sequelize|sequelize-typescript|@sequelize\/core)(\/|$)/

/**
 * Sequelize: the ENUM columns of `sequelize.define('Workspace', {...}, { tableName })`, `Workspace.init({...}, {...})` and, with
 * sequelize-typescript, of classes with `@Table`. https://sequelize.org/docs/v6/other-topics/other-data-types/#enums
 */
export function readSequelize(context: CodeContext, call: TSESTree.CallExpression): Definition[] {
  const { callee } = call
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return []
  const method = callee.property.name
  const [first, second, third] = call.arguments
  if (method === 'define' && first) {
    const model = stringOf(first)
    return model === undefined ? [] : columnsOf(context, second, modelTable(third, model), 'Sequelize define')
  }
  if (method !== 'init' || first?.type !== 'ObjectExpression') return []
  const model =
    stringOf(property(second, 'modelName')) ??
    (callee.object.type === 'Identifier' ? callee.object.name : undefined)
  return columnsOf(context, first, modelTable(second, model), 'Sequelize init')
}

function modelTable(
  options: TSESTree.Node | undefined,
  model: string | undefined,
): Omit<ColumnName, 'type' | 'columns'> {
  const given = property(options, 'tableName')
  const name = stringOf(given) ?? stringOf(property(given, 'tableName'))
  const schema = stringOf(property(options, 'schema')) ?? stringOf(property(given, 'schema'))
  const tables =
    name !== undefined ? [name] : model !== undefined && given === undefined ? tableNames(model) : []
  return { ...(schema !== undefined && { schema }), tables }
}

type ColumnName = Extract<DatabaseName, { type: 'column' }>

function columnsOf(
  context: CodeContext,
  columns: TSESTree.Node | undefined,
  table: Omit<ColumnName, 'type' | 'columns'>,
  link: string,
): Definition[] {
  if (columns?.type !== 'ObjectExpression') return []
  const found: Definition[] = []
  for (const member of columns.properties) {
    if (member.type !== 'Property') continue
    const key = keyOf(member)
    if (key === undefined) continue
    const type = property(member.value, 'type') ?? member.value
    const values = enumType(context, type, key) ?? enumType(context, arrayOf(type), key)
    if (!values) continue
    const field = stringOf(property(member.value, 'field'))
    const names = field !== undefined ? [field] : [key, snakeCase(key)]
    found.push({ database: [{ type: 'column', ...table, columns: names }], link, values, isDefinition: true })
  }
  return found
}

function arrayOf(node: TSESTree.Node): TSESTree.Node | undefined {
  if (node.type !== 'CallExpression' || calleePath(node.callee)?.at(-1) !== 'ARRAY') return undefined
  return node.arguments[0]
}

/** The strings of `DataTypes.ENUM('a', 'b')`, `ENUM(...LIST)`, `ENUM(LIST)` and `ENUM({ values: [...] })`. */
function enumType(
  context: CodeContext,
  node: TSESTree.Node | undefined,
  name: string,
): Declaration | Alias | undefined {
  if (node?.type !== 'CallExpression' && node?.type !== 'NewExpression') return undefined
  const path = calleePath(node.callee)
  if (path?.at(-1) !== 'ENUM') return undefined
  const root = path.length > 1 ? node.callee : undefined
  const known =
    exportedAs(context, root ?? node.callee, SEQUELIZE) !== undefined ||
    /^(DataTypes?|Sequelize)$/.test(path.at(-2) ?? '')
  if (!known) return undefined
  const [first] = node.arguments
  const listed =
    property(first, 'values') ??
    (first && first.type !== 'SpreadElement' && stringOf(first) === undefined ? first : undefined)
  if (listed) return valuesOf(listed, node, name)
  const values = readArguments(node, node.arguments, { name })
  return values && (isAlias(values) ? values : { ...values, kind: 'column' })
}

/**
 * Classes that name their table: Objection's `static tableName` with `static jsonSchema` (https://vincit.github.io/objection.js/api/model/static-properties.html)
 * and sequelize-typescript's `@Table` with `@Column(DataType.ENUM(...))`.
 */
export function readModelClass(
  context: CodeContext,
  node: TSESTree.ClassDeclaration | TSESTree.ClassExpression,
): Definition[] {
  return [...readObjection(node), ...readTableClass(context, node)]
}

function readObjection(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression): Definition[] {
  const table = stringOf(staticValue(node, 'tableName'))
  const schema = staticValue(node, 'jsonSchema')
  const columns = property(schema, 'properties')
  if (table === undefined || columns?.type !== 'ObjectExpression') return []
  const dot = table.indexOf('.')
  const names =
    dot > 0 ? { schema: table.slice(0, dot), tables: [table.slice(dot + 1)] } : { tables: [table] }
  const found: Definition[] = []
  for (const member of columns.properties) {
    if (member.type !== 'Property') continue
    const key = keyOf(member)
    if (key === undefined) continue
    const listed = property(member.value, 'enum') ?? property(property(member.value, 'items'), 'enum')
    const values = valuesOf(listed, member, key)
    if (!values) continue
    const database: DatabaseName = { type: 'column', ...names, columns: [key, snakeCase(key)] }
    // A JSON schema checks what comes in: it may be narrower than the column on purpose.
    found.push({ database: [database], link: 'Objection jsonSchema', values, isDefinition: false })
  }
  return found
}

/** The value of a static property, or what a static getter or method of that name returns. */
function staticValue(
  node: TSESTree.ClassDeclaration | TSESTree.ClassExpression,
  name: string,
): TSESTree.Node | undefined {
  for (const member of node.body.body) {
    if (!('static' in member) || !member.static) continue
    if (member.type === 'PropertyDefinition' && keyOf(member) === name) return member.value ?? undefined
    if (member.type === 'MethodDefinition' && keyOf(member) === name) {
      for (const statement of member.value.body?.body ?? []) {
        if (statement.type === 'ReturnStatement') return statement.argument ?? undefined
      }
    }
  }
  return undefined
}

function readTableClass(
  context: CodeContext,
  node: TSESTree.ClassDeclaration | TSESTree.ClassExpression,
): Definition[] {
  const decorator = node.decorators
    .map(({ expression }) => expression)
    .find(
      (expression) =>
        exportedAs(
          context,
          expression.type === 'CallExpression' ? expression.callee : expression,
          SEQUELIZE,
        ) === 'Table',
    )
  if (!decorator) return []
  const options = decorator.type === 'CallExpression' ? decorator.arguments[0] : undefined
  const table = modelTable(options, node.id?.name)
  const found: Definition[] = []
  for (const member of node.body.body) {
    const key = member.type === 'PropertyDefinition' ? keyOf(member) : undefined
    if (member.type !== 'PropertyDefinition' || key === undefined) continue
    for (const { expression } of member.decorators) {
      if (
        expression.type !== 'CallExpression' ||
        exportedAs(context, expression.callee, SEQUELIZE) !== 'Column'
      )
        continue
      const [first] = expression.arguments
      const values = enumType(context, property(first, 'type') ?? first, key)
      if (!values) continue
      const field = stringOf(property(first, 'field'))
      const columns = field !== undefined ? [field] : [key, snakeCase(key)]
      found.push({
        database: [{ type: 'column', ...table, columns }],
        link: 'sequelize-typescript @Column',
        values,
        isDefinition: true,
      })
    }
  }
  return found
}
