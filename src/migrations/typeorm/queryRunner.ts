import type { TSESTree } from '@typescript-eslint/utils'
import { exists } from '../program/conditions.js'
import type { Machine } from '../program/machine.js'
import { rows } from '../program/methods.js'
import { lineOf } from '../program/raw.js'
import { toolValue, type ToolObject } from '../program/tool.js'
import { UNKNOWN, type Step, type Value } from '../program/values.js'
import { database, databaseMethod } from './database.js'
import { LoadedTable } from './loaded.js'
import { givenName, itemsOf, tableOf } from './specs.js'
import { SCHEMA_METHODS } from './schema.js'

/** Asks, or does what changes no value set. */
const NOTHING =
  /^(?:clearTable|changeTableComment|stream|get(?:Databases|Schemas|CurrentDatabase|CurrentSchema|ReplicationMode|MemorySql|Version)|(?:enable|disable|clear|execute\w*)SqlMemory|(?:before|after)Migration|hasDatabase|hasSchema|(?:create|drop|update)(?:PrimaryKeys?|Index|Indices|ViewIndex)|createViewIndices|(?:create|drop)ExclusionConstraints?)$/

/** Methods that do for each of several what another does for one. */
const PLURALS: Readonly<Record<string, string>> = {
  addColumns: 'addColumn',
  dropColumns: 'dropColumn',
  createCheckConstraints: 'createCheckConstraint',
  dropCheckConstraints: 'dropCheckConstraint',
  createUniqueConstraints: 'createUniqueConstraint',
  dropUniqueConstraints: 'dropUniqueConstraint',
  createForeignKeys: 'createForeignKey',
  dropForeignKeys: 'dropForeignKey',
}

/** The `queryRunner` that TypeORM calls `up` with: what it sends, it sends when it is called. */
export const queryRunner: ToolObject = {
  reaches: true,
  member: (machine, name) => database.member!(machine, name),
  method(machine, name, args, node) {
    const known = databaseMethod(machine, name, args, node) ?? asked(machine, name, args)
    if (known !== undefined) return known
    if (NOTHING.test(name)) return rows(machine, args)
    const one = PLURALS[name]
    if (name === 'changeColumns') return changeAll(machine, args, node)
    if (one !== undefined) return forEach(machine, one, args, node)
    return SCHEMA_METHODS[name] === undefined ? undefined : send(machine, name, args, node)
  },
}

/** `hasTable`, `hasColumn` and `getTable`. */
function asked(machine: Machine, name: string, args: readonly Value[]): Value | undefined {
  if (!/^(?:hasTable|hasColumn|getTable)$/.test(name)) return undefined
  const table = tableOf(args[0])
  if (table === undefined) return UNKNOWN
  if (name === 'getTable') return toolValue(new LoadedTable(machine, table))
  const column = name === 'hasColumn' ? givenName(args[1]) : undefined
  if (name === 'hasColumn' && column === undefined) return UNKNOWN
  return exists(machine, table.schema, table.name, column)
}

/** Sends what a method of the schema's does. */
function send(machine: Machine, name: string, args: readonly Value[], node: TSESTree.CallExpression): Value {
  const [line, text] = [lineOf(machine, node), machine.textOf(node)]
  const made = SCHEMA_METHODS[name]!(args)
  const steps = typeof made === 'string' ? [{ unread: made, text }] : made.map((sql) => ({ sql }))
  machine.steps.sendAll(steps.map((step): Step => ({ ...step, line })))
  return { kind: 'rows' }
}

/** One call for each item of the second argument. */
function forEach(
  machine: Machine,
  one: string,
  [table = UNKNOWN, list, ...more]: readonly Value[],
  node: TSESTree.CallExpression,
): Value | undefined {
  const items = itemsOf(list)
  // Keys of other tables that were looked up.
  if (items === undefined) return /ForeignKey/.test(one) ? { kind: 'rows' } : undefined
  for (const item of items) send(machine, one, [table, item, ...more], node)
  return { kind: 'rows' }
}

/** `changeColumns(table, [{ oldColumn, newColumn }])`. */
function changeAll(
  machine: Machine,
  [table = UNKNOWN, list]: readonly Value[],
  node: TSESTree.CallExpression,
): Value | undefined {
  const items = itemsOf(list)
  if (items === undefined) return undefined
  for (const item of items) {
    const [from, to] = ['oldColumn', 'newColumn'].map((name) =>
      item.kind === 'object' ? (item.entries.get(name) ?? UNKNOWN) : UNKNOWN,
    )
    send(machine, 'changeColumn', [table, from!, to!], node)
  }
  return { kind: 'rows' }
}
