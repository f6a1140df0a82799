import type { Catalog, PgType, Relation, TypeRef } from '../../catalog/model.js'
import { valueSetOfColumn, valueSetOfType } from '../../catalog/valueSets.js'
import { stringConstants } from '../../sql/constants.js'
import { functionAround } from '../reach/binding.js'
import { callsOf, declaredVariable } from '../reach/calls.js'
import type { Node, Site } from '../reach/site.js'
import { elementStringsAt, stringsAt } from '../values.js'
import type { Bindings } from './bindings.js'
import type { Part } from './parts.js'
import type { Unit } from './unit.js'

/*
 * Most SQL is right, and parsing it is most of what linting it costs. Without the parser it can be told of many a query that every string
 * in it, and beside it, is a value of every set that the names in it lead to: whatever the query means, none of them is wrong.
 */

/** The values that all sets behind a name have in common; null where that can't be told without reading the SQL. */
type Common = ReadonlySet<string> | null

interface Names {
  readonly common: ReadonlyMap<string, Common>
  /** Of columns that may hold a value set: whatever is compared with a column of another name may be any string. */
  readonly columns: ReadonlySet<string>
  /** True at the lengths that they have: most words of a query are no name by that alone. */
  readonly lengths: readonly boolean[]
}

const cache = new WeakMap<Catalog, Names>()

/**
 * True where no string of the unit can be wrong. False says nothing. Only for units whose names, parameters' included, are all in its text:
 * what may put in other names, or is no query, is never certain. Never throws.
 */
export function isCertain(unit: Omit<Unit, 'link'>, catalog: Catalog): boolean {
  if (unit.frames !== undefined) return false
  const sql = writtenSql(unit.parts)
  const allowed = sql === undefined ? null : allowedIn(sql, namesOf(catalog))
  return (
    allowed === 'any' ||
    (allowed !== null && boundSites(unit.bindings).every((site) => holdsOnly(site, allowed)))
  )
}

/**
 * {@link isCertain} for a string or a template with a statement, whatever is bound to it: true where its parameters are compared with nothing
 * that has a value set, as `$1` in `id = $1`. Much cheaper, as the code around it is not looked at.
 */
export function isCertainText(node: Node, catalog: Catalog): boolean {
  const sql = plainText(node)
  if (sql === undefined) return false
  const names = namesOf(catalog)
  const allowed = allowedIn(sql, names)
  return allowed === 'any' || (allowed !== null && bindsOpenColumns(sql, names))
}

/** The text of a string or template that holds nothing else, and no escapes. */
function plainText(node: Node): string | undefined {
  if (node.type === 'Literal')
    return typeof node.value === 'string' && node.raw.length === node.value.length + 2
      ? node.value
      : undefined
  if (node.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined
  const { raw, cooked } = node.quasis[0]!.value
  return raw === cooked ? raw : undefined
}

/**
 * The values that may stand in SQL whatever it means, where its own constants are among them: 'any' where nothing that it names has to do
 * with a value set; null where that can't be told without reading it.
 */
function allowedIn(sql: string, names: Names): ReadonlySet<string> | 'any' | null {
  if (UNUSUAL.test(sql)) return null
  let common: ReadonlySet<string> | undefined
  for (const name of sql.toLowerCase().split(BETWEEN_WORDS)) {
    const values = names.lengths[name.length] === true ? names.common.get(name) : undefined
    if (values === undefined) continue
    if (values === null) return null
    common = common === undefined ? values : intersection(common, values)
  }
  if (common === undefined) return 'any'
  const allowed = common
  return constantsOf(sql).every((value) => allowed.has(value)) ? allowed : null
}

/** A parameter that is compared with a column or set as one, or that is a number. */
const COMPARED =
  /\b(?:([a-z_]\w*)(?:\s*(?:=|<>|!=|[<>]=?)\s*|\s+(?:not\s+)?i?like\s+)|(?:limit|offset)\s+)\$\d+/gi
const PARAMETER = /\$\d+/g
/** Other ways to write a parameter, what makes another type of a column, and what may give it another name. */
const RENAMED = /[?@{%:]|\b(?:with|as|collate)\b|\(\s*select\b|\bselect\b[^]*\bselect\b/i

/** Whether each parameter of SQL is compared with a column that can have no value set, by its name. */
function bindsOpenColumns(sql: string, { columns }: Names): boolean {
  if (RENAMED.test(sql)) return false
  let compared = 0
  for (const [, column] of sql.matchAll(COMPARED)) {
    compared++
    if (column !== undefined && (columns.has(column.toLowerCase()) || isListed(column, sql))) return false
  }
  return compared === (sql.match(PARAMETER)?.length ?? 0)
}

const lists = new Map<string, RegExp>()

/** Whether a name stands in a list in parentheses, where it may be a new one: `FROM load() t (id)`. */
function isListed(name: string, sql: string): boolean {
  let list = lists.get(name)
  if (list === undefined) {
    if (lists.size > 1000) lists.clear()
    lists.set(name, (list = new RegExp(`[(,]\\s*${name}\\s*[,)]`, 'i')))
  }
  return list.test(sql)
}

/** The text of parts without holes. */
function writtenSql(parts: readonly Part[]): string | undefined {
  let sql = ''
  for (const part of parts) {
    if (part.type === 'hole') return undefined
    sql += part.type === 'text' ? part.source.decoded.text : part.text
  }
  return sql
}

/** Statements that make types or bring data, quoted names, names that are bound, SQL in strings, names with escapes. */
const UNUSUAL =
  /\b(?:create|alter|copy)\b|"|\?\?|:\w+:|\$(?:\d+(?:~|:name)|\D|$)|%(?:\d+\$)?[ILs]|[~^#]|[uU]&/i

const BETWEEN_WORDS = /[^\w$\u0080-\uffff]+/

/** What makes constants more than what stands between two quotes: doubled quotes, comments, escapes. */
const INTRICATE = /''|--|\/\*|\\/

/** The constants of SQL text that is not {@link UNUSUAL}, most of which are simple ones. */
function constantsOf(sql: string): string[] {
  const pieces = sql.split("'")
  const isSimple =
    pieces.length % 2 === 1 &&
    !INTRICATE.test(sql) &&
    pieces.every((piece, i) => i % 2 === 1 || !isPartOfConstant(piece, i === pieces.length - 1))
  return isSimple ? pieces.filter((_, i) => i % 2 === 1) : stringConstants(sql).map(({ value }) => value)
}

/** Whether what stands between two constants makes them something else: `E` before a quote, only a new line between two. */
function isPartOfConstant(between: string, isLast: boolean): boolean {
  return (!isLast && /[\w&]$/.test(between)) || /^\s*\n\s*$/.test(between)
}

function boundSites(bindings: Bindings | undefined): Site[] {
  if (bindings === undefined) return []
  const { positional, named } = bindings
  return [...(positional?.elements ?? []), ...(named?.entries ?? []).map((entry) => entry.value)]
}

/** Whether the strings that are known of a bound value, or of its elements, are all allowed. */
function holdsOnly(site: Site, allowed: ReadonlySet<string>): boolean {
  const { node } = site
  if (node.type === 'Literal') return typeof node.value !== 'string' || allowed.has(node.value)
  if (isUnknownParameter(site)) return true
  const strings = [...stringsAt(site).values, ...elementStringsAt(site)]
  return strings.every(({ value }) => allowed.has(value))
}

const KEYWORDS = new Set(['TSStringKeyword', 'TSNumberKeyword', 'TSBooleanKeyword', 'TSBigIntKeyword'])

/** A parameter like `id: string` of a function that the file does not call: most of what queries are given. */
function isUnknownParameter({ node, file }: Site): boolean {
  if (node.type !== 'Identifier' || !file.linted || file.context.services) return false
  const fn = functionAround(node)
  const parameter = fn?.params.find((one) => one.type === 'Identifier' && one.name === node.name)
  if (fn === undefined || parameter?.type !== 'Identifier') return false
  const type = parameter.typeAnnotation?.typeAnnotation.type
  if (type === undefined || !KEYWORDS.has(type) || fn.parent.type === 'CallExpression') return false
  const variable = declaredVariable(parameter, file)
  if (variable?.defs[0]?.name !== parameter) return false
  let isIt = false
  for (const reference of variable.references) {
    if (reference.isWrite()) return false
    isIt ||= reference.identifier === node
  }
  return isIt && callsOf(fn, file).calls.length === 0
}

function intersection(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  if (one === other) return one
  const both = [...one].filter((value) => other.has(value))
  return both.length === one.size ? one : new Set(both)
}

/** What the names of a catalog, in lower case, may bring into a query. */
function namesOf(catalog: Catalog): Names {
  const known = cache.get(catalog)
  if (known !== undefined) return known
  const common = new Map<string, Common>()
  const columns = new Set<string>()
  const lengths: boolean[] = []
  const add = (name: string, values: Common): void => {
    const key = name.toLowerCase()
    const before = common.get(key)
    const both = before && values && intersection(before, values)
    common.set(key, before === undefined ? values : (both ?? null))
    lengths[key.length] = true
  }
  for (const type of catalog.types()) {
    if (type.kind === 'base' || (type.kind === 'composite' && type.relation !== undefined)) continue
    add(type.name, ofSet(valueSetOfType(catalog, { oid: type.oid, array: false })))
  }
  for (const relation of catalog.relations()) {
    const lists = listsOf(relation, catalog)
    if (lists === 'none') continue
    add(relation.name, lists)
    for (const column of relation.columns) {
      const isAny = isOpen(column.type, catalog) && valueSetOfColumn(catalog, relation, column) === undefined
      if (!isAny) columns.add(column.name.toLowerCase())
    }
  }
  for (const { name } of functionsOf(catalog)) add(name, null)
  const names = { common, columns, lengths }
  cache.set(catalog, names)
  return names
}

/** A label that can be read as an array or a row has values of its own inside it. */
const COMPOUND = /[{}()[\]",\\]|^\s*$/

function ofSet(set: { readonly values: readonly { readonly value: string }[] } | undefined): Common {
  if (set === undefined) return null
  return new Set(set.values.map(({ value }) => value).filter((value) => !COMPOUND.test(value)))
}

/** What the columns of a relation have in common; 'none' where any string may stand in each of them. */
function listsOf(relation: Relation, catalog: Catalog): Common | 'none' {
  if (relation.kind === 'index' || relation.kind === 'sequence') return 'none'
  if (relation.kind === 'view' || relation.kind === 'materialized view' || relation.parents.length > 0)
    return null
  let common: ReadonlySet<string> | undefined
  for (const column of relation.columns) {
    const values = ofSet(valueSetOfColumn(catalog, relation, column))
    if (values === null) {
      if (!isOpen(column.type, catalog)) return null
      continue
    }
    common = common === undefined ? values : intersection(common, values)
  }
  if (common === undefined) return relation.complete ? 'none' : null
  return common
}

/** A type of Postgres's own that takes strings of no set. */
function isOpen(type: TypeRef, catalog: Catalog): boolean {
  const found: PgType | undefined = catalog.typeByOid(type.oid)
  return found?.kind === 'base'
}

function functionsOf(catalog: Catalog): Iterable<{ readonly name: string }> {
  return (catalog as { functions?(): Iterable<{ readonly name: string }> }).functions?.() ?? []
}
