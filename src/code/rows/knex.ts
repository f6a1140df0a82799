import { knexTables } from '../builders/knex.js'
import type { Chain, Step } from '../builders/chain.js'
import type { BuilderFile } from '../builders/library.js'
import { keyOf, stringOf, unwrap } from '../builders/syntax.js'
import { tableAndAlias, TableScope } from '../builders/tables.js'
import { placeShape } from './place.js'
import type { Shape } from './shape.js'
import { listOf, objectShape } from './shape.js'

/** Steps that leave the rows what they are. */
const PLAIN =
  /^(?:\(\)|query|\$query|alias|from|into|table|withSchema|(?:and|or)?[wW]here\w*|\w*[jJ]oin|group\w*|order\w*|(?:and|or)?[hH]aving\w*|limit|offset|distinct\w*|forUpdate|forShare|skipLocked|noWait|transacting|timeout|onConflict|merge|ignore|throwIfNotFound|knex|db|trx|tx)$/
const SELECTS = /^(?:select|column|columns|returning)$/
const WRITES = /^(?:insert|update|patch|del|delete|upsert)$/
/** Objection's methods that give a row, or for `ONE` steps make it one of the query. */
const FETCHES =
  /^(?:insert|insertAndFetch|upsertGraph|insertGraph|(?:insert|upsert)GraphAndFetch|(?:update|patch)AndFetch(?:ById)?)$/
const ONE = /^(?:first|findOne|findById|(?:update|patch)AndFetch(?:ById)?)$/

/**
 * What a query of Knex or Objection gives: `await knex('workspaces').where({ id }).first()`, `await Workspace.query().findById(1)`. Rows
 * have the columns that are selected, all of them by default.
 */
export function knexResult(file: BuilderFile, chain: Chain): Shape | undefined {
  const { steps } = chain
  const isModel = steps.some(({ name, call }) => call && (name === 'query' || name === '$query'))
  const isPlain = ({ name }: Step): boolean =>
    PLAIN.test(name) || SELECTS.test(name) || ONE.test(name) || WRITES.test(name) || FETCHES.test(name)
  if (!steps.every(isPlain)) return undefined
  const isReturning = steps.some(({ name }) => name === 'returning')
  const fetch = isModel ? steps.find(({ name }) => FETCHES.test(name)) : undefined
  // What only writes gives a count, or the keys.
  if (!fetch && !isReturning && steps.some(({ name }) => WRITES.test(name))) return undefined
  const tables = knexTables(file, chain)
  if (!tables || tables.length === 0) return undefined
  const scope = new TableScope(file.tables, [tables])
  const items = steps.flatMap((step) =>
    SELECTS.test(step.name) || step.name === 'first' ? selected(step) : [],
  )
  // What is not written as a name may have any.
  if (items.includes(undefined)) return undefined
  const isAll = items.length === 0 || items.some((item) => item!.column === '*')
  // A table that is not known may have a column of any name.
  const isOpen = isAll && tables.some(({ relation }) => !relation?.complete)
  const row = objectShape((key) => {
    if (isOpen) return undefined
    const item = items.findLast((one) => one!.key === key)
    const table = tables[0]!.alias
    const all = isAll || items.some((one) => one!.column === `${table}.*`) ? key : undefined
    const reference =
      item?.column ?? (all !== undefined && tables.length > 1 && !isAll ? `${table}.${key}` : all)
    if (reference === undefined) return undefined
    const place = isReturning ? scope.resolve(reference.split('.').at(-1)!) : scope.resolve(reference)
    return placeShape(file.catalog, place, 'result of a knex query')
  })
  const inserted = fetch && /^(?:insert|upsert)/.test(fetch.name) ? fetch.call?.arguments[0] : undefined
  if (inserted && unwrap(inserted).type !== 'ObjectExpression') return undefined
  return inserted || steps.some(({ name }) => ONE.test(name)) ? row : listOf(row)
}

/** `select('w.status as state', 'name')`, `select(['status'])`, `select({ state: 'w.status' })`; undefined for what is none of these. */
function selected({ call }: Step): ({ readonly key: string; readonly column: string } | undefined)[] {
  return (call?.arguments ?? []).flatMap((argument) => {
    const node = unwrap(argument)
    if (node.type === 'ArrayExpression') return node.elements.map((element) => named(stringOf(element)))
    if (node.type !== 'ObjectExpression') return [named(stringOf(node))]
    return node.properties.map((member) => {
      const key = member.type === 'Property' ? keyOf(member) : undefined
      const column = member.type === 'Property' ? stringOf(member.value) : undefined
      return key === undefined || column === undefined ? undefined : { key, column }
    })
  })
}

function named(text: string | undefined): { readonly key: string; readonly column: string } | undefined {
  if (text === undefined) return undefined
  const { table: column, alias: key } = tableAndAlias(text)
  return { key, column }
}
