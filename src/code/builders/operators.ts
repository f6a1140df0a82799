import type { Comparison } from './uses.js'

/** How Postgres compares by each operator that needs a value of the column's own type. */
export const SQL_OPERATORS: Readonly<Record<string, Comparison>> = {
  '=': 'equal',
  '!=': 'equal',
  '<>': 'equal',
  'is distinct from': 'equal',
  'is not distinct from': 'equal',
  in: 'in',
  'not in': 'in',
  '<': 'order',
  '<=': 'order',
  '>': 'order',
  '>=': 'order',
  '@>': 'array',
  '<@': 'array',
  '&&': 'array',
}
