import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from '../program/machine.js'
import { rows } from '../program/methods.js'
import { lineOf, placeOfRaw } from '../program/raw.js'
import { toolValue, type ProgramTool, type ToolObject } from '../program/tool.js'
import { HOLDER, UNKNOWN, hintOf, settled, textOfValue, type Value } from '../program/values.js'
import { SchemaObject } from './schema.js'
import { bind, statementOf } from './sql.js'

const ROW_METHODS =
  /^(?:select|insert|update|delete|del|from|into|table|with|withRecursive|where\w*|batchInsert|count|first|pluck|truncate|union\w*|ref|column|queryBuilder|on|destroy|commit|rollback)$/

/** What of `knex` is no way to the database, or nothing that counts. */
const PLAIN = /^(?:commit|rollback|isCompleted|version|userParams|name|length|isTransaction)$/

/** `knex`, or a transaction of it. */
export const knex: ToolObject = {
  reaches: true,
  member(machine, name) {
    if (name === 'schema') return toolValue(new SchemaObject(machine))
    if (name === 'fn') return toolValue(fn)
    if (name === 'client') return toolValue(client)
    return PLAIN.test(name) ? UNKNOWN : HOLDER
  },
  call: rows,
  method(machine, name, args, node) {
    if (name === 'raw') return raw(machine, args, node)
    if (/^(?:transaction|savepoint)$/.test(name)) return transaction(machine, args)
    if (name === 'rollback') {
      machine.steps.rolledBack('a transaction is rolled back later')
      machine.unread('a transaction is rolled back', node)
    }
    return name === 'withSchema' || ROW_METHODS.test(name) ? rows(machine, args) : undefined
  },
}

/** `knex.client`. */
const client: ToolObject = {
  reaches: true,
  member: (_, name) => (/^(?:config|driverName|dialect|version)$/.test(name) ? UNKNOWN : HOLDER),
}

/** `knex.fn`. */
const fn: ToolObject = {
  reaches: false,
  method: (machine, name, _, node) => ({
    kind: 'raw',
    sql: name === 'now' ? 'CURRENT_TIMESTAMP' : 'gen_random_uuid()',
    line: lineOf(machine, node),
    text: '',
  }),
}

/** `knex.raw(text, bindings)`. */
function raw(machine: Machine, args: readonly Value[], node: TSESTree.CallExpression): Value {
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

/** `knex.transaction(callback)` runs it; without one it gives the transaction. */
function transaction(machine: Machine, args: readonly Value[]): Value | undefined {
  const [callback] = args
  if (callback === undefined || callback.kind === 'object') return toolValue(knex)
  if (callback.kind !== 'function') return undefined
  // What fails in it is undone without the rest.
  machine.steps.mayThrow()
  const result = machine.call(callback, [toolValue(knex)])
  machine.send(result)
  return settled(result)
}

/** Knex calls the `up` that a module exports with `knex`. */
export const knexProgram: ProgramTool = {
  entries(exported) {
    const up = exported.get('up')
    if (up?.kind !== 'function') return 'the file exports no function up'
    const config = exported.get('config')
    const isOff = config?.kind === 'object' ? config.entries.get('transaction') : undefined
    const transaction = !(isOff?.kind === 'constant' && isOff.value === false)
    return [{ up, args: [toolValue(knex)], transaction }]
  },
}
