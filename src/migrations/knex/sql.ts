import { STAND_IN } from '../../sql/standIn.js'
import { literal } from '../program/text.js'
import { plainValue, textOfValue, type Value } from '../program/values.js'

/** A name in quotes; a dot separates schema and name, as Knex has it. */
export function identifier(name: string): string {
  return name
    .split('.')
    .map((part) => (part === '*' ? part : `"${part.trim().replaceAll('"', '""')}"`))
    .join('.')
}

/** The name that Knex gives a key or an index of its own: in lower case, `table_columns_kind`. */
export function generatedName(table: string, columns: readonly string[], kind: string): string {
  return `${table.replace(/\.|-/g, '_')}_${columns.join('_')}_${kind}`.toLowerCase()
}

/**
 * A raw statement with its bindings put in: `?` and `:name` are values, `??` and `:name:` names. Undefined where a binding
 * is not constant. Source: Knex docs, "Raw, Raw parameter binding".
 */
export function bind(sql: string, bindings: Value | undefined): string | undefined {
  const plain = plainValue(bindings)
  if (plain === undefined) return undefined
  const { value } = plain
  if (value === undefined || value === null) return sql
  if (typeof value === 'object' && !Array.isArray(value)) {
    const named = value as Readonly<Record<string, unknown>>
    return sql.replace(/\\?(::?)(\w+):?/g, (whole, colons: string, name: string) => {
      if (whole.startsWith('\\')) return whole.slice(1)
      if (colons === '::' || !Object.hasOwn(named, name)) return whole
      return whole.endsWith(':') ? identifiers(named[name]) : literals(named[name])
    })
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  let next = 0
  const bound = sql.replace(/\\\?|\?\??/g, (mark) => {
    if (mark === '\\?') return '?'
    return mark === '??' ? identifiers(values[next++]) : literals(values[next++])
  })
  return next <= values.length ? bound : undefined
}

function identifiers(value: unknown): string {
  return (Array.isArray(value) ? value : [value]).map((item) => identifier(String(item))).join(', ')
}

function literals(value: unknown): string {
  return Array.isArray(value) ? value.map(literal).join(', ') : literal(value)
}

/** A raw statement that is not constant, with a name for each part and each binding that is not known. */
export function statementOf(text: Value | undefined): string | undefined {
  const statement = textOfValue(text) ?? (text?.kind === 'unknown' ? text.statement : undefined)
  return statement?.replace(/\\?\?\??|(?<![:\w]):[a-z]\w*:?/gi, (mark) => (mark === '\\?' ? '?' : STAND_IN))
}
