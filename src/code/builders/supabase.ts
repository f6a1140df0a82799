import type { FunctionSignature, Relation } from '../../catalog/model.js'
import type { Chain } from './chain.js'
import { allSteps } from './chain.js'
import { annotationOf } from './flow.js'
import type { BuilderFile, CallSite, Library } from './library.js'
import { all } from './library.js'
import { isOtherFrom } from './proof.js'
import { conditionsOf, listOf } from './postgrest.js'
import type { Piece } from './postgrest.js'
import { stringOf, stringsOfType, typeReference } from './syntax.js'
import type { Place } from './tables.js'
import type { Comparison } from './uses.js'

/** PostgREST's operators, as `filter` and `not` take them: https://postgrest.org/en/stable/references/api/tables_views.html#operators */
const OPERATORS: Readonly<Record<string, Comparison>> = {
  eq: 'equal',
  neq: 'equal',
  isdistinct: 'equal',
  gt: 'order',
  gte: 'order',
  lt: 'order',
  lte: 'order',
  in: 'in',
  cs: 'array',
  cd: 'array',
  ov: 'array',
}

/** Methods that take a column and a value: https://supabase.com/docs/reference/javascript/using-filters */
const FILTERS: Readonly<Record<string, Comparison>> = {
  eq: 'equal',
  neq: 'equal',
  isDistinct: 'equal',
  gt: 'order',
  gte: 'order',
  lt: 'order',
  lte: 'order',
  in: 'in',
  notIn: 'in',
  contains: 'array',
  containedBy: 'array',
  overlaps: 'array',
}

/** Steps before `from` that make it something else: a bucket. */
const NOT_TABLES = new Set(['storage', 'selectFrom', 'updateTable', 'insertInto', 'deleteFrom', 'mergeInto'])

/** supabase-js and postgrest-js. */
export const supabase: Library = {
  name: 'supabase',
  calls: {
    ...all(['insert', 'upsert', 'update'], row),
    ...all(Object.keys(FILTERS), filter),
    match,
    filter: operator,
    not: operator,
    or,
    on: realtime,
    rpc,
  },
}

interface Query {
  readonly relation: Relation
  /** The columns that embedded tables add: `agents.status`. */
  readonly selects: string
}

function row(site: CallSite): void {
  for (const { relation } of queriesOf(site)) {
    site.file.uses.writeRow(relation, site.args[0], `supabase ${site.name}`)
  }
}

/** `eq('status', value)`, `in('status', [...])`, `contains('history', [...])`. */
function filter(site: CallSite): void {
  const [first, value] = site.args
  const column = value && site.file.flow.name(first)
  if (column === undefined || !value) return
  for (const query of queriesOf(site))
    compare(site, columnOf(site.file, query, column), FILTERS[site.name]!, value)
}

function compare(
  site: CallSite,
  place: Place | undefined,
  comparison: Comparison,
  value: Parameters<typeof site.file.uses.compare>[2],
): void {
  const effective = place?.column.type.array && comparison === 'equal' ? 'array' : comparison
  site.file.uses.compare(place, effective, value, `supabase ${site.name}`)
}

/** `match({ status: value })`. */
function match(site: CallSite): void {
  const [first] = site.args
  if (!first) return
  for (const query of queriesOf(site)) {
    for (const { key, value } of site.file.flow.entries(site.file.flow.at(first))) {
      compare(site, columnOf(site.file, query, key), 'equal', value)
    }
  }
}

/** `filter('status', 'eq', value)`, `not('status', 'in', '(a,b)')`. */
function operator(site: CallSite): void {
  const [first, second, value] = site.args
  const column = site.file.flow.name(first)
  const name = stringOf(second)?.replace(/^not\./, '')
  if (column === undefined || name === undefined || !value || !Object.hasOwn(OPERATORS, name)) return
  const comparison = OPERATORS[name]!
  for (const query of queriesOf(site)) {
    const place = columnOf(site.file, query, column)
    if (comparison === 'equal' || comparison === 'order') compare(site, place, comparison, value)
    else pieces(site, place, comparison, listOf(site.file.source, value))
  }
}

/** `or('status.eq.online,and(status.eq.offline,name.eq.x)')`. */
function or(site: CallSite): void {
  const [text, options] = site.args
  if (!text) return
  const conditions = conditionsOf(site.file.source, text)
  if (conditions.length === 0) return
  for (const query of queriesOf(site)) {
    const tables = options && site.file.flow.entries(site.file.flow.at(options))
    const referenced = tables?.find(({ key }) => key === 'referencedTable' || key === 'foreignTable')
    const prefix = referenced ? `${site.file.flow.strings(referenced.value)[0] ?? ''}.` : ''
    for (const { column, operator: name, values } of conditions) {
      if (Object.hasOwn(OPERATORS, name))
        pieces(site, columnOf(site.file, query, prefix + column), OPERATORS[name]!, values)
    }
  }
}

/** Values that are parts of a string: `a` and `b` of `'(a,b)'`; or the holes of a template. */
function pieces(
  site: CallSite,
  place: Place | undefined,
  comparison: Comparison,
  values: readonly Piece[],
): void {
  if (!place || place.column.type.array !== (comparison === 'array')) return
  const { flow } = site.file
  for (const value of values) {
    if ('list' in value) {
      if (!place.column.type.array) site.file.uses.compare(place, 'in', value.list, `supabase ${site.name}`)
    } else if ('node' in value) {
      // What PostgREST takes for several values.
      if (flow.strings(flow.at(value.node)).some((text) => /[,()]/.test(text))) continue
      site.file.uses.compare(
        place,
        comparison === 'order' ? 'order' : place.column.type.array ? 'element' : 'equal',
        value.node,
        `supabase ${site.name}`,
      )
    } else site.file.uses.text(place, comparison, value, `supabase ${site.name}`)
  }
}

/** `channel.on('postgres_changes', { schema, table, filter: 'status=eq.online' }, callback)`. */
function realtime(site: CallSite): void {
  const [event, options] = site.args
  if (stringOf(event) !== 'postgres_changes' || options?.type !== 'ObjectExpression') return
  const { flow, tables } = site.file
  const entries = flow.entries(flow.at(options))
  const text = (key: string) =>
    entries.filter((entry) => entry.key === key).flatMap(({ value }) => flow.strings(value))[0]
  const [table, schema] = [text('table'), text('schema')]
  const relation = table === undefined ? undefined : tables.find(table, schema)
  const given = entries.find(({ key }) => key === 'filter')?.value.node
  if (!relation || !given) return
  for (const { column, operator: name, values } of conditionsOf(site.file.source, given, '=')) {
    if (Object.hasOwn(OPERATORS, name))
      pieces(site, tables.column(relation, column), OPERATORS[name]!, values)
  }
}

/** `rpc('set_status', { workspace: id, new_status: value })`: the arguments of a function by their names. */
function rpc(site: CallSite): void {
  const [first, given] = site.args
  const name = site.file.flow.name(first)
  if (name === undefined || !given) return
  const entries = site.file.flow.entries(site.file.flow.at(given))
  for (const schema of new Set(site.chains().map((chain) => schemaOf(site.file, chain) ?? 'public'))) {
    const called = functionFor(site.file, { schema, name }, new Set(entries.map(({ key }) => key)))
    if (called === undefined) continue
    for (const { key, value } of entries) {
      const argument = called.arguments.find((one) => one.name === key)!
      site.file.uses.argument(called, argument, value, 'supabase rpc')
    }
  }
}

/** The one function of a name that takes arguments of these names. */
function functionFor(
  { catalog }: BuilderFile,
  name: { readonly schema: string; readonly name: string },
  given: ReadonlySet<string>,
): FunctionSignature | undefined {
  const fitting = catalog.findFunctions(name).filter((one) => {
    const names = one.arguments.flatMap(({ name, mode }) =>
      mode === 'out' || mode === 'table' ? [] : [name],
    )
    return [...given].every((key) => names.includes(key))
  })
  return fitting.length === 1 ? fitting[0] : undefined
}

function queriesOf(site: CallSite): Query[] {
  return site.chains().flatMap((chain) => queryOf(site.file, chain) ?? [])
}

/** The table of `client.schema('s').from('t')`. */
function queryOf(file: BuilderFile, chain: Chain): Query | undefined {
  const steps = allSteps(chain)
  const index = steps.findLastIndex(({ name, call }) => name === 'from' && call !== undefined)
  const first = steps[index]?.call?.arguments[0]
  const before = steps.slice(0, index)
  if (!first || before.some(({ name }) => NOT_TABLES.has(name))) return undefined
  if (isOtherFrom(chain)) return undefined
  const names = file.flow.strings(file.flow.at(first))
  if (names.length !== 1) return undefined
  const relation = file.tables.find(names[0]!, schemaOf(file, chain, before))
  const selected = steps
    .slice(index)
    .flatMap(({ name, call }) => (name === 'select' ? [call?.arguments[0]] : []))
  return relation && { relation, selects: selected.map((node) => stringOf(node) ?? '').join(',') }
}

/** The schema that a chain names in its steps, or its client. */
function schemaOf(file: BuilderFile, chain: Chain, steps = allSteps(chain)): string | undefined {
  const schema = steps.findLast(({ name }) => name === 'schema')?.call?.arguments[0]
  return stringOf(schema) ?? schemaOfClient(file, chain)
}

/** The schema in `createClient(url, key, { db: { schema: 'auth' } })`, `SupabaseClient<Database, 'auth'>`. */
function schemaOfClient(file: BuilderFile, { root, steps }: Chain): string | undefined {
  if (root.type === 'expression' && root.node.type === 'Identifier') {
    const type = typeReference(annotationOf(file.flow, root.node))
    if (type?.name === 'SupabaseClient') return stringsOfType(type.args[1])?.[0]
  }
  const options = steps[0]?.call?.arguments.at(-1)
  if (options?.type !== 'ObjectExpression') return undefined
  return file.flow
    .property(file.flow.property(file.flow.at(options), 'db')[0], 'schema')
    .flatMap((value) => file.flow.strings(value))[0]
}

/** A column of the table, or of one that `select('*, agents(*)')` embeds under its own name: `agents.status`. */
function columnOf({ tables }: BuilderFile, { relation, selects }: Query, name: string): Place | undefined {
  const [table, column] = name.split('.')
  if (table === undefined || column === undefined) return tables.column(relation, name)
  const isEmbedded = new RegExp(`(?:^|[,(\\s])${table.replace(/\W/g, '')}\\s*(?:!\\w+)*\\s*\\(`).test(selects)
  const embedded = isEmbedded ? tables.find(table, relation.schema) : undefined
  return embedded && tables.column(embedded, column)
}
