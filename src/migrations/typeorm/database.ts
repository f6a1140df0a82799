import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from '../program/machine.js'
import { Thrown } from '../program/machine.js'
import { rows } from '../program/methods.js'
import { sendRaw } from '../program/raw.js'
import { toolValue, type ToolObject } from '../program/tool.js'
import { UNDEFINED, UNKNOWN, settled, type Value } from '../program/values.js'

const OPTIONS: Value = {
  kind: 'object',
  entries: new Map([['type', { kind: 'constant', value: 'postgres' }]]),
  base: UNKNOWN,
}

/** What TypeORM itself is asked to do to the schema, which is not followed. */
const NOT_FOLLOWED =
  /^(?:synchronize|dropDatabase|clearDatabase|runMigrations|undoLastMigration|createDatabase|buildMetadatas|sql)$/

/** What gives a way to the same database. */
const WAYS =
  /^(?:manager|connection|dataSource|queryRunner|repository|get\w*Repository|withRepository|createQueryRunner|createEntityManager)$/

/** An entity manager, a data source or a repository: what they do to rows does not count, but they take statements, too. */
export const database: ToolObject = {
  reaches: true,
  member(_, name) {
    if (WAYS.test(name)) return toolValue(database)
    if (name === 'options') return OPTIONS
    if (name === 'driver') return { kind: 'object', entries: new Map([['options', OPTIONS]]), base: UNKNOWN }
    return UNKNOWN
  },
  method(machine, name, args, node) {
    return (
      databaseMethod(machine, name, args, node) ?? (NOT_FOLLOWED.test(name) ? undefined : rows(machine, args))
    )
  },
}

/** What a query runner and an entity manager have in common; undefined for anything else. */
export function databaseMethod(
  machine: Machine,
  name: string,
  args: readonly Value[],
  node: TSESTree.CallExpression,
): Value | undefined {
  if (name === 'query') return sendRaw(machine, args[0], args[1], node.arguments[0] ?? node)
  if (WAYS.test(name)) return toolValue(database)
  if (name === 'transaction') return transaction(machine, args.at(-1))
  if (name === 'rollbackTransaction') return rollback(machine, node)
  return /^(?:startTransaction|commitTransaction|connect|release|initialize)$/.test(name)
    ? UNDEFINED
    : undefined
}

/** `manager.transaction(callback)`. */
function transaction(machine: Machine, callback: Value | undefined): Value | undefined {
  if (callback?.kind !== 'function') return undefined
  const result = machine.call(callback, [toolValue(database)])
  machine.send(result)
  return settled(result)
}

/** What is rolled back where something fails left nothing, which is not what migrations did that ran. */
function rollback(machine: Machine, node: TSESTree.CallExpression): Value {
  if (machine.steps.depth > 0) throw new Thrown(machine.lineOf(node), machine.textOf(node))
  machine.steps.rolledBack('a transaction is rolled back later')
  machine.unread('a transaction is rolled back', node)
  return UNDEFINED
}
