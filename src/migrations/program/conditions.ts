import type { Machine } from './machine.js'
import { literal } from './text.js'
import { UNKNOWN, type Value } from './values.js'

/**
 * What asking whether a table exists, or a column of it, gives: a condition, which decides between branches once it is awaited. Without
 * `schema` it is asked about the first of the search path.
 */
export function exists(
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
    about: [column === undefined ? { table } : { table, column }],
    after: machine.steps.sentCount,
    isAwaited: false,
    sql: `EXISTS (SELECT 1 FROM information_schema.${view} WHERE table_name = ${literal(table)}${also} AND ${place})`,
  }
}
