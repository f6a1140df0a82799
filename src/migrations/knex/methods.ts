import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from './machine.js'
import { bind, identifier, literal } from './sql.js'
import { TableBuilder, type TableMode } from './table.js'
import { UNDEFINED, UNKNOWN, textOfValue, type Step, type Value } from './values.js'

type Schema = Extract<Value, { kind: 'schema' }>

function lineOf(machine: Machine, node: TSESTree.CallExpression): number {
  return machine.lineOf(node.callee.type === 'MemberExpression' ? node.callee.property : node)
}

/** Where the text of a raw statement starts. */
function placeOfRaw(
  machine: Machine,
  text: Value | undefined,
  node: TSESTree.Node,
): { line: number; file?: string } {
  if (text?.kind === 'constant' && text.file !== undefined) return { line: 1, file: text.file }
  return { line: machine.lineOf(node) }
}

/** `object.name(...args)`; undefined where what it does is not known. */
export function callMethod(
  machine: Machine,
  object: Value,
  name: string,
  args: readonly Value[],
  node: TSESTree.CallExpression,
): Value | undefined {
  switch (object.kind) {
    case 'knex':
      return knexMethod(machine, name, args, node)
    case 'schema':
      return isPromiseMethod(name)
        ? promiseMethod(machine, object, name, args)
        : schemaMethod(machine, object, name, args, node)
    case 'raw':
      return isPromiseMethod(name) ? promiseMethod(machine, object, name, args) : object
    case 'rows':
      return isPromiseMethod(name) ? promiseMethod(machine, object, name, args) : object
    case 'fn':
      return {
        kind: 'raw',
        sql: name === 'now' ? 'CURRENT_TIMESTAMP' : 'gen_random_uuid()',
        line: lineOf(machine, node),
        text: '',
      }
    case 'condition':
      return isPromiseMethod(name) ? promiseMethod(machine, object, name, args) : undefined
    case 'table':
      return object.builder.call(name, args, lineOf(machine, node), machine.textOf(node))
    case 'column': {
      const { builder, column, foreign } = object
      const of = {
        ...(column === undefined ? {} : { column }),
        ...(foreign === undefined ? {} : { foreign }),
      }
      return builder.modify(of, name, args, lineOf(machine, node), machine.textOf(node)) || undefined
    }
    case 'array':
      return arrayMethod(machine, object.items, name, args)
    case 'constant':
      return name === 'toString' ? object : constantMethod(object.value, name, args)
    default:
      return isPromiseMethod(name) && object.kind === 'unknown'
        ? promiseMethod(machine, object, name, args)
        : undefined
  }
}

function isPromiseMethod(name: string): boolean {
  return name === 'then' || name === 'catch' || name === 'finally'
}

/** `.then(callback)` sends what it is called on, then what the callback gives. */
function promiseMethod(machine: Machine, object: Value, name: string, args: readonly Value[]): Value {
  if (name === 'catch') return object
  machine.send(object)
  const [callback] = args
  if (callback?.kind !== 'function') return UNKNOWN
  const given = object.kind === 'rows' || object.kind === 'condition' ? object : UNKNOWN
  const result = machine.call(callback, [given])
  machine.send(result)
  return UNKNOWN
}

function knexMethod(
  machine: Machine,
  name: string,
  args: readonly Value[],
  node: TSESTree.CallExpression,
): Value | undefined {
  if (name === 'raw') {
    const sql = textOfValue(args[0])
    const bound = sql === undefined ? undefined : bind(sql, args[1])
    return { kind: 'raw', sql: bound, ...placeOfRaw(machine, args[0], node), text: machine.textOf(node) }
  }
  if (name === 'transaction' && args[0]?.kind === 'function') {
    machine.send(machine.call(args[0], [{ kind: 'knex' }]))
    return UNKNOWN
  }
  if (name === 'withSchema' || ROW_METHODS.test(name)) return { kind: 'rows' }
  return undefined
}

const ROW_METHODS =
  /^(?:select|insert|update|delete|del|from|into|table|with|withRecursive|where\w*|batchInsert|count|first|pluck|truncate|union\w*|ref|column|queryBuilder|on|client|destroy)$/

const TABLE_MODES: Readonly<Record<string, TableMode>> = {
  createTable: 'create',
  createTableIfNotExists: 'create if not exists',
  alterTable: 'alter',
  table: 'alter',
}

/** Statements about one name: `%` is the name. */
const NAMED: Readonly<Record<string, string>> = {
  dropTable: 'drop table %',
  dropTableIfExists: 'drop table if exists %',
  dropView: 'drop view %',
  dropViewIfExists: 'drop view if exists %',
  dropMaterializedView: 'drop materialized view %',
  dropMaterializedViewIfExists: 'drop materialized view if exists %',
  createSchema: 'create schema %',
  createSchemaIfNotExists: 'create schema if not exists %',
  dropSchema: 'drop schema %',
  dropSchemaIfExists: 'drop schema if exists %',
  createExtension: 'create extension %',
  createExtensionIfNotExists: 'create extension if not exists %',
  dropExtension: 'drop extension %',
  dropExtensionIfExists: 'drop extension if exists %',
  refreshMaterializedView: 'refresh materialized view %',
}

function schemaMethod(
  machine: Machine,
  object: Schema,
  name: string,
  args: readonly Value[],
  node: TSESTree.CallExpression,
): Value | undefined {
  const { schema } = object
  const line = lineOf(machine, node)
  const text = machine.textOf(node)
  const and = (...steps: Step[]): Value => ({ ...object, steps: [...object.steps, ...steps] })
  const lost = (reason: string): Value => and({ unread: reason, line, text })
  const [first, second] = args.map(textOfValue)
  if (name === 'withSchema')
    return first === undefined ? lost('the schema is not constant') : { ...object, schema: first }
  if (name === 'raw') {
    const sql = first === undefined ? undefined : bind(first, args[1])
    return sql === undefined
      ? lost('a raw statement is not constant')
      : and({ sql, ...placeOfRaw(machine, args[0], node.arguments[0] ?? node) })
  }
  const qualified = first === undefined || schema === undefined ? first : `${schema}.${first}`
  const mode = TABLE_MODES[name]
  if (mode !== undefined) {
    const callback = args.at(-1)
    if (first === undefined || callback?.kind !== 'function') return lost('the table is not constant')
    const builder = new TableBuilder(first, schema, mode, line)
    machine.call(callback, [{ kind: 'table', builder }])
    return and(...builder.steps())
  }
  const statement = NAMED[name]
  if (statement !== undefined) {
    if (first === undefined) return lost('the name is not constant')
    const target = /schema|extension/i.test(name) ? first : qualified!
    const cascade =
      /^dropSchema/.test(name) && args[1]?.kind === 'constant' && args[1].value === true ? ' cascade' : ''
    return and({ sql: statement.replace('%', () => identifier(target)) + cascade, line })
  }
  if (name === 'renameTable' || name === 'renameView') {
    if (qualified === undefined || second === undefined) return lost('the name is not constant')
    const kind = name === 'renameTable' ? 'table' : 'view'
    return and({ sql: `alter ${kind} ${identifier(qualified)} rename to ${identifier(second)}`, line })
  }
  if (name === 'hasTable' || name === 'hasColumn')
    return exists(machine, schema, first, name === 'hasColumn' ? second : undefined)
  // Only the view itself is not known then, not the tables that it is of.
  if (/View/.test(name))
    return and({ unread: 'what the view selects is not read', line, text: first ?? text })
  return /^(?:queryContext|generateDdlCommands|toString|toSQL|debug|timeout)$/.test(name) ? object : undefined
}

function exists(
  machine: Machine,
  schema: string | undefined,
  table: string | undefined,
  column: string | undefined,
): Value {
  if (table === undefined) return UNKNOWN
  const place = schema === undefined ? 'table_schema = current_schema()' : `table_schema = ${literal(schema)}`
  const also = column === undefined ? '' : ` AND column_name = ${literal(column)}`
  const view = column === undefined ? 'tables' : 'columns'
  return {
    kind: 'condition',
    table,
    after: machine.sentCount,
    sql: `EXISTS (SELECT 1 FROM information_schema.${view} WHERE table_name = ${literal(table)}${also} AND ${place})`,
  }
}

function arrayMethod(
  machine: Machine,
  items: readonly Value[],
  name: string,
  args: readonly Value[],
): Value | undefined {
  const [callback] = args
  if ((name === 'map' || name === 'forEach' || name === 'flatMap') && callback?.kind === 'function') {
    const results = items.map((item, index) =>
      machine.call(callback, [item, { kind: 'constant', value: index }]),
    )
    return name === 'forEach' ? UNDEFINED : { kind: 'array', items: results }
  }
  if (name === 'join') {
    const texts = items.map(textOfValue)
    if (texts.includes(undefined)) return UNKNOWN
    return { kind: 'constant', value: texts.join(textOfValue(args[0]) ?? ',') }
  }
  if (name === 'concat') {
    return {
      kind: 'array',
      items: [...items, ...args.flatMap((item) => (item.kind === 'array' ? item.items : [item]))],
    }
  }
  return name === 'filter' ? UNKNOWN : undefined
}

function constantMethod(value: unknown, name: string, args: readonly Value[]): Value | undefined {
  if (typeof value !== 'string') return undefined
  if (name === 'trim') return { kind: 'constant', value: value.trim() }
  if (name === 'toLowerCase') return { kind: 'constant', value: value.toLowerCase() }
  if (name === 'toUpperCase') return { kind: 'constant', value: value.toUpperCase() }
  const [first] = args.map(textOfValue)
  if (name === 'split' && first !== undefined) {
    return { kind: 'array', items: value.split(first).map((part) => ({ kind: 'constant', value: part })) }
  }
  return undefined
}
