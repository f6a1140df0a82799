import type { Catalog } from '../../catalog/model.js'
import { PARAMETER_NAME } from '../../sql/analyze/index.js'
import { regionsOf } from '../sql/regions.js'
import type { Region } from '../sql/regions.js'

/**
 * What an SQL file holds that is not SQL: template markers and named parameters. Each is replaced by SQL of the same length, so that
 * every offset stays what it is.
 */

/** A stretch of the file that something else fills in before Postgres sees it. Offsets in UTF-16 units. */
export interface Hole {
  readonly start: number
  readonly end: number
  /**
   * `template` may stand for anything, `parameter` for a value or a list of values, `value` and `name` for what they say. `positional` is
   * a parameter that may be too short for a number.
   */
  readonly kind: 'template' | 'parameter' | 'positional' | 'value' | 'name'
  /** Parameters of one name are one parameter. */
  readonly name?: string
}

/**
 * Markers that no SQL has, also inside strings: Jinja and dbt, ERB and EJS, Handlebars, Flyway and shell, MyBatis's `#{name}`, Python's `%(name)s`; psql's
 * `:'name'` and `:"name"` (psql manual, "SQL Interpolation").
 */
const MARKERS = /\{\{[^]*?\}\}|\{%[^]*?%\}|\{#[^]*?#\}|<%[^]*?%>|[$#]\{[^}\n]*\}|%\(\w+\)s|:'\w+'|:"\w+"/g

/** What a marker that runs over the end of a line must be for it to count: else a lone brace could swallow a file. */
const MAX_MARKER = 2000

/** The template markers of `text`, in order. Linear in practice; never throws. */
export function markersIn(text: string): Hole[] {
  const holes: Hole[] = []
  if (!/\{\{|\{%|\{#|<%|[$#]\{|%\(|:['"]\w/.test(text)) return holes
  let regions: readonly Region[] | undefined
  let around = 0
  for (const { 0: mark, index } of text.matchAll(MARKERS)) {
    if (mark.length > MAX_MARKER) continue
    if (mark.startsWith(':')) {
      regions ??= regionsOf(text)
      while (around < regions.length && regions[around]!.end <= index) around++
      // psql puts nothing into constants, such as `'{"status":"online"}'`.
      if ((regions[around]?.start ?? Infinity) < index) continue
    }
    const kind = mark.startsWith(":'") ? 'value' : mark.startsWith(':"') ? 'name' : 'template'
    holes.push({ start: index, end: index + mark.length, kind })
  }
  return holes
}

/**
 * Named parameters: `:name` (yesql, pgtyped with its `!`), `@name` and `sqlc.arg(name)` (sqlc), `$name`. Not casts, array slices,
 * operators such as `@>`, dollar quotes.
 */
const PARAMETERS =
  /(?<![:\w\])"'])(?::([A-Za-z_]\w*)!?)|(?<![\w<>=!~@#%^&|`?*/+-])@([A-Za-z_]\w*)|(?<![\w$])\$([A-Za-z_]\w*)(?![\w$])|\bsqlc\.(?:n?arg|slice)\(\s*'?(\w+)'?\s*\)/g

/**
 * Parameters without a name, of JDBC and Python's clients, where only an operand can stand: elsewhere `?` and `%` are operators, and
 * `?-` and `?|` are in front of an operand, too.
 */
const POSITIONAL =
  /(?:\?(?![\w?|&#@-])|%s\b)(?<=(?:[=<>(,+*/|]|\b(?:and|or|not|in|like|ilike|limit|offset|between|select|when|then|else|returning|any|values|by))\s*(?:\?|%s))/gi

/** The parameters of `code`, a text whose strings, quoted names and comments are blanked. */
export function parametersIn(code: string): Hole[] {
  const named = [...code.matchAll(PARAMETERS)].map((match): Hole => ({
    start: match.index,
    end: match.index + match[0].length,
    kind: 'parameter',
    name: match.slice(1).find((name) => name !== undefined)!,
  }))
  const positional = [...code.matchAll(POSITIONAL)].map((match): Hole => ({
    start: match.index,
    end: match.index + match[0].length,
    kind: 'positional',
  }))
  return [...named, ...positional]
}

/** The ways a hole can be read, likelier ones first, given the SQL right before it. */
export function readingsOf(hole: Hole, before: string): readonly Reading[] {
  if (hole.kind === 'value') return ['value']
  if (hole.kind === 'name') return ['name']
  if (hole.kind === 'positional') return ['unnamed']
  if (hole.kind === 'parameter') {
    return /\b(?:in|values)\s*$/i.test(before) ? ['list', 'value'] : ['value', 'list', 'name']
  }
  if (/(?:\b(?:from|join|into|update|table|only|schema|as)|\.)\s*$/i.test(before))
    return ['name', 'value', 'nothing']
  if (/(?:[=<>(,]|\b(?:select|where|and|or|limit|offset|in|by|set))\s*$/i.test(before)) {
    return ['value', 'name', 'list', 'nothing']
  }
  return ['nothing', 'value', 'name', 'list']
}

/** `schema` is the name of one. */
export type Reading = 'value' | 'unnamed' | 'list' | 'name' | 'nothing' | { readonly schema: string }

/** `{{ schema }}.workspaces`: the one schema that has such a table; undefined where it can't be told. */
export function schemaOf(hole: Hole, code: string, catalog: Catalog): Reading | undefined {
  if (hole.kind !== 'template' && hole.kind !== 'name') return undefined
  const name = /^\s*\.\s*([\w$\u0080-\uffff]+)/.exec(code.slice(hole.end, hole.end + 80))?.[1]?.toLowerCase()
  if (name === undefined) return undefined
  const found = [...catalog.relations()].filter((one) => one.name === name && one.kind !== 'index')
  const [schema, ...others] = new Set(found.map((one) => one.schema))
  return schema === undefined || others.length > 0 || !/^[a-z_][a-z0-9_]*$/.test(schema)
    ? undefined
    : { schema }
}

/** SQL of exactly `length` UTF-16 units for a reading; undefined where it does not fit. */
export function written(reading: Reading, number: number, length: number): string | undefined {
  if (typeof reading !== 'string')
    return reading.schema.length > length ? undefined : reading.schema.padEnd(length)
  const sql = {
    value: `$${number}`,
    unnamed: PARAMETER_NAME,
    list: `($${number})`,
    name: 'p'.padEnd(length, '_'),
    nothing: '',
  }[reading]
  return sql.length > length ? undefined : sql.padEnd(length)
}
