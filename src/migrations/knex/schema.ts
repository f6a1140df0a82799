import type { TSESTree } from '@typescript-eslint/utils'
import { exists } from '../program/conditions.js'
import type { Machine } from '../program/machine.js'
import { lineOf, placeOfRaw } from '../program/raw.js'
import { BY_CONDITION, asUnread } from '../program/steps.js'
import { toolValue, type ToolObject } from '../program/tool.js'
import { hintOf, textOfValue, type Step, type Value } from '../program/values.js'
import { endOf } from './await.js'
import { bind, identifier, statementOf } from './sql.js'
import { TableBuilder, type TableMode } from './table.js'
import { TableObject } from './tableObject.js'

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

/** `knex.schema`: its steps, which the calls on it add to, are sent when it is awaited. */
export class SchemaObject implements ToolObject {
  readonly reaches = true
  readonly #steps: Step[] = []
  #schema: string | undefined
  /** How many parts around might or might not run when it was made. */
  readonly #depth: number

  constructor(machine: Machine) {
    this.#depth = machine.steps.depth
  }

  sent(): readonly Step[] {
    return this.#steps
  }

  method(
    machine: Machine,
    name: string,
    args: readonly Value[],
    node: TSESTree.CallExpression,
  ): Value | undefined {
    const schema = this.#schema
    const line = lineOf(machine, node)
    const text = machine.textOf(node)
    const and = (...steps: Step[]): Value => this.#add(machine, steps)
    const lost = (reason: string): Value => and({ unread: reason, line, text })
    const [first, second] = args.map(textOfValue)
    if (name === 'withSchema') {
      if (first === undefined || machine.steps.depth > this.#depth) return lost('the schema is not constant')
      this.#schema = first
      return toolValue(this)
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
      const table = toolValue(new TableObject(builder))
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
    if ((name === 'hasTable' || name === 'hasColumn') && this.#steps.length === 0)
      return exists(machine, schema, first, name === 'hasColumn' ? second : undefined)
    // Only the view itself is not known then, not the tables that it is of.
    if (/View/.test(name))
      return and({ unread: 'what the view selects is not read', line, text: first ?? text })
    return /^(?:queryContext|generateDdlCommands|toString|toSQL|debug|timeout|transacting)$/.test(name)
      ? toolValue(this)
      : undefined
  }

  /** Adds to what is sent; what may or may not run is unread. */
  #add(machine: Machine, steps: readonly Step[]): Value {
    const all = this.#steps
    if (machine.steps.depth === this.#depth) {
      all.push(...steps)
      return toolValue(this)
    }
    const unread = steps.map((step) => asUnread(step, BY_CONDITION))
    const before = all.length
    const make = (): void => void all.push(...unread)
    make()
    machine.steps.changed({ isOfValue: false, undo: () => (all.length = before), settle: make })
    return toolValue(this)
  }
}
