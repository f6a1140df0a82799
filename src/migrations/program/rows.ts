import { identifierOf, literal } from './text.js'
import type { Asked, ConditionValue, Query, Value } from './values.js'

type Rows = Extract<Value, { kind: 'rows' }>

const QUERY = /^\s*(?:--[^\n]*\n\s*)*(?:select|with)\b/i

/** The rows of a statement that was sent when `after` had been; what is known of them decides where its text is constant. */
export function rowsOf(sql: string | undefined, after: number): Value {
  if (sql === undefined || !QUERY.test(sql)) return { kind: 'rows' }
  return { kind: 'rows', query: { sql: sql.replace(/;\s*$/, ''), after } }
}

/** `rows.length`, `rows[0]`, `rows[0].name`, and `result.rows` of a result that has them. */
export function partOfRows(rows: Rows, name: string): Value {
  const { query } = rows
  if (query === undefined) return rows
  if (query.part === 'first') return { kind: 'rows', query: { ...query, part: { field: name } } }
  if (query.part !== undefined) return { kind: 'rows' }
  if (name === 'rows') return rows
  if (name === 'length' || name === 'rowCount') return { kind: 'rows', query: { ...query, part: 'length' } }
  return name === '0' ? { kind: 'rows', query: { ...query, part: 'first' } } : { kind: 'rows' }
}

/** Names that say nothing of what a query asks about. */
const COMMON = /^(?:public|foreign|unique|primary|check|key|table|base|view|yes|no|true|false|\d*|[a-z])$/i

/** What the constants of a query name. */
function askedBy(sql: string): Asked[] {
  const words = [...sql.matchAll(/'([^']*)'/g)].flatMap(([, text]) => text!.split(/[^\w$]+/))
  return words.filter((word) => !COMMON.test(word)).map((table) => ({ table }))
}

function condition({ sql, after }: Query, asks: string): ConditionValue {
  return { kind: 'condition', sql: asks, about: askedBy(sql), after, isAwaited: true }
}

function exists(query: Query, there = true): ConditionValue {
  return condition(query, `${there ? '' : 'NOT '}EXISTS (${query.sql})`)
}

function ofField({ sql }: Query, name: string, test: string): string {
  return `(SELECT asked.${identifierOf(name)}${test} FROM (${sql}) AS asked LIMIT 1)`
}

/** What decides where rows do, as in `if (rows.length)`; undefined for rows themselves, which are an array. */
export function conditionOfRows({ query }: Rows): ConditionValue | undefined {
  if (query?.part === undefined) return undefined
  if (query.part === 'length' || query.part === 'first') return exists(query)
  return condition(
    query,
    `coalesce(${ofField(query, query.part.field, '::text')}, '') NOT IN ('', 'false', '0')`,
  )
}

const SQL_OPERATORS: Readonly<Record<string, string>> = {
  '===': '=',
  '==': '=',
  '!==': '<>',
  '!=': '<>',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
}

/** `rows.length > 0`, `rows[0] === undefined`, `rows[0].name === 'x'`; undefined where it can't be asked. */
export function compareRows({ query }: Rows, operator: string, value: unknown): ConditionValue | undefined {
  const sign = SQL_OPERATORS[operator]
  if (query?.part === undefined || sign === undefined) return undefined
  if (query.part === 'length') {
    const test = `${sign} ${String(value)}`
    if (/^(?:> 0|>= 1|<> 0)$/.test(test)) return exists(query)
    return /^(?:= 0|< 1|<= 0)$/.test(test) ? exists(query, false) : undefined
  }
  if (value === null || value === undefined) {
    if (sign !== '=' && sign !== '<>') return undefined
    if (query.part === 'first') return exists(query, sign === '<>')
    return condition(query, ofField(query, query.part.field, sign === '=' ? ' IS NULL' : ' IS NOT NULL'))
  }
  if (query.part === 'first') return undefined
  return condition(query, ofField(query, query.part.field, ` ${sign} ${literal(value)}`))
}
