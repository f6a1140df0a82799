import type { TSESTree } from '@typescript-eslint/utils'
import { STAND_IN } from '../placeholders.js'
import { arrayMethod } from './arrays.js'
import { childrenOf } from './code.js'
import type { Machine } from './machine.js'
import { bind, identifier, literal } from './sql.js'
import { BY_CONDITION, asUnread } from './steps.js'
import { TableBuilder, type TableMode } from './table.js'
import { UNKNOWN, hintOf, settled, textOfValue, type FunctionValue, type Step, type Value } from './values.js'

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
      return schemaMethod(machine, object, name, args, node)
    case 'raw':
      return object
    case 'rows':
      return rowsMethod(machine, args)
    case 'fn':
      return {
        kind: 'raw',
        sql: name === 'now' ? 'CURRENT_TIMESTAMP' : 'gen_random_uuid()',
        line: lineOf(machine, node),
        text: '',
      }
    case 'table':
    case 'column':
      return tableMethod(machine, object, name, args, node)
    case 'array':
      return arrayMethod(machine, object, name, args)
    case 'constant':
      return name === 'toString' ? object : constantMethod(object.value, name, args)
    default:
      return undefined
  }
}

/** What is chained to a query of rows: only the functions that it is given may do something. */
function rowsMethod(machine: Machine, args: readonly Value[]): Value {
  for (const callback of args) if (callback.kind === 'function') machine.mayCall(callback)
  return { kind: 'rows' }
}

/** A call on a table or a column of it; what may or may not run is unread. */
function tableMethod(
  machine: Machine,
  object: Extract<Value, { kind: 'table' | 'column' }>,
  name: string,
  args: readonly Value[],
  node: TSESTree.CallExpression,
): Value | undefined {
  const [line, text] = [lineOf(machine, node), machine.textOf(node)]
  const { end } = object.builder
  const isLate = end !== undefined && node.range[0] > end.at
  // The statement was made when the callback first waited.
  if (isLate && end.isCertain) return { kind: 'rows' }
  const [branch, ...more] = machine.steps.branchesFrom(object.builder.depth)
  const isGuarded = object.kind === 'table' && more.length === 0 && !isLate
  const builder =
    branch === undefined || !isGuarded ? object.builder : object.builder.inBranch(branch, machine.steps)
  if (isLate || machine.steps.depth > builder.depth) {
    machine.steps.changed(builder.uncertain(line, text))
    return { kind: 'rows' }
  }
  if (object.kind === 'table') return builder.call(name, args, line, text)
  const { column, foreign } = object
  const of = {
    ...(column === undefined ? {} : { column }),
    ...(foreign === undefined ? {} : { foreign }),
  }
  return builder.modify(of, name, args, line, text) || undefined
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
    const text = (sql === undefined ? hintOf(args[0]) : undefined) ?? machine.textOf(node)
    const statement = bound === undefined ? statementOf(args[0]) : undefined
    return {
      kind: 'raw',
      sql: bound,
      ...placeOfRaw(machine, args[0], node),
      text,
      ...(statement && { statement }),
    }
  }
  if (/^(?:transaction|savepoint)$/.test(name)) return transaction(machine, args)
  if (name === 'rollback') {
    machine.steps.rolledBack('a transaction is rolled back later')
    machine.unread('a transaction is rolled back', node)
  }
  if (name === 'withSchema' || ROW_METHODS.test(name)) return rowsMethod(machine, args)
  return undefined
}

/** A raw statement that is not constant, with a name for each part and each binding that is not known. */
function statementOf(text: Value | undefined): string | undefined {
  const statement = textOfValue(text) ?? (text?.kind === 'unknown' ? text.statement : undefined)
  return statement?.replace(/\\?\?\??|(?<![:\w]):[a-z]\w*:?/gi, (mark) => (mark === '\\?' ? '?' : STAND_IN))
}

/** `knex.transaction(callback)` runs it; without one it gives the transaction. */
function transaction(machine: Machine, args: readonly Value[]): Value | undefined {
  const [callback] = args
  if (callback === undefined || callback.kind === 'object') return { kind: 'knex' }
  if (callback.kind !== 'function') return undefined
  // What fails in it is undone without the rest.
  machine.steps.mayThrow()
  const result = machine.call(callback, [{ kind: 'knex' }])
  machine.send(result)
  return settled(result)
}

const ROW_METHODS =
  /^(?:select|insert|update|delete|del|from|into|table|with|withRecursive|where\w*|batchInsert|count|first|pluck|truncate|union\w*|ref|column|queryBuilder|on|destroy|commit|rollback)$/

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
  const and = (...steps: Step[]): Value => addSteps(machine, object, steps)
  const lost = (reason: string): Value => and({ unread: reason, line, text })
  const [first, second] = args.map(textOfValue)
  if (name === 'withSchema') {
    if (first === undefined || machine.steps.depth > object.depth) return lost('the schema is not constant')
    object.schema = first
    return object
  }
  if (name === 'raw') {
    const sql = first === undefined ? undefined : bind(first, args[1])
    const statement = statementOf(args[0])
    return sql === undefined
      ? and({
          unread: 'a raw statement is not constant',
          line,
          text: hintOf(args[0]) ?? text,
          ...(statement && { statement }),
        })
      : and({ sql, ...placeOfRaw(machine, args[0], node.arguments[0] ?? node) })
  }
  const qualified = first === undefined || schema === undefined ? first : `${schema}.${first}`
  const mode = TABLE_MODES[name]
  if (mode !== undefined) {
    const callback = args.at(-1)
    if (first === undefined || callback?.kind !== 'function') return lost('the table is not constant')
    const builder = new TableBuilder(first, schema, mode, line, machine.steps.depth)
    builder.end = endOf(callback)
    const table: Value = { kind: 'table', builder }
    machine.call(callback, [table], undefined, table)
    return and(...builder.steps(machine.steps))
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
  if ((name === 'hasTable' || name === 'hasColumn') && object.steps.length === 0)
    return exists(machine, schema, first, name === 'hasColumn' ? second : undefined)
  // Only the view itself is not known then, not the tables that it is of.
  if (/View/.test(name))
    return and({ unread: 'what the view selects is not read', line, text: first ?? text })
  return /^(?:queryContext|generateDdlCommands|toString|toSQL|debug|timeout|transacting)$/.test(name)
    ? object
    : undefined
}

/** The first `await` of an async callback: what comes after it, Knex does not wait for. */
function endOf({ node }: FunctionValue): TableBuilder['end'] {
  return node.async ? firstAwait(node.body, true) : undefined
}

/** Nodes of which not all that is in them surely runs. */
const MAY_SKIP =
  /^(?:If|Switch|For\w*|While|DoWhile|Try|Labeled)Statement$|^(?:Conditional|Logical)Expression$/

function firstAwait(node: TSESTree.Node, isCertain: boolean): TableBuilder['end'] {
  if (node.type === 'AwaitExpression') return { at: node.range[0], isCertain }
  if (/Function/.test(node.type)) return undefined
  const inner = isCertain && !MAY_SKIP.test(node.type)
  for (const child of childrenOf(node)) {
    const found = firstAwait(child, inner)
    if (found !== undefined) return found
  }
  return undefined
}

/** Adds to what a builder sends; what may or may not run is unread. */
function addSteps(machine: Machine, object: Schema, steps: readonly Step[]): Value {
  if (machine.steps.depth === object.depth) {
    object.steps.push(...steps)
    return object
  }
  const unread = steps.map((step) => asUnread(step, BY_CONDITION))
  const before = object.steps.length
  const make = (): void => void object.steps.push(...unread)
  make()
  machine.steps.changed({ isOfValue: false, undo: () => (object.steps.length = before), settle: make })
  return object
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
    after: machine.steps.sentCount,
    columns: column === undefined ? [] : [column],
    isAwaited: false,
    sql: `EXISTS (SELECT 1 FROM information_schema.${view} WHERE table_name = ${literal(table)}${also} AND ${place})`,
  }
}

const QUERIES = /^(?:raw|query|execute|exec|unsafe|none|any)$/
const DEFINES =
  /^\s*(?:(?:create|alter|drop)\s[^;\n]*\b(?:table|type|domain|view|schema|column|extension)\b|do\s+\$)/im

/** Whether a call on something that is not known looks like it changes the schema. */
export function changesSchema(name: string | undefined, given: readonly Value[]): boolean {
  if (
    name !== undefined &&
    (Object.hasOwn(TABLE_MODES, name) || Object.hasOwn(NAMED, name) || /^renameTable$|^createView/.test(name))
  )
    return true
  const texts = given.map((value) => (value.kind === 'raw' ? value.sql : textOfValue(value)))
  if (texts.some((text) => text !== undefined && DEFINES.test(text))) return true
  return QUERIES.test(name ?? '') && given.length > 1 && given[1]!.kind === 'unknown'
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
