import type { TSESTree } from '@typescript-eslint/utils'
import { entriesOf } from '../reach/collections.js'
import { reach } from '../reach/reach.js'
import { staticKey, within } from '../reach/site.js'
import type { Node, Site } from '../reach/site.js'

/** A table object of drizzle: what `pgTable('name', { ... })` gives. */
interface TableObject {
  readonly schema?: string
  readonly name: string
  /** The alias, for `alias(table, 'a')`. */
  readonly alias?: string
  readonly site: Site
  readonly columns?: Node
}

const TABLE_MAKERS = new Set(['pgTable', 'pgView', 'pgMaterializedView', 'pgTableCreator'])

/** The quoted name of the table that an expression is, for `${workspaces}` in a tagged template. */
export function tableName(site: Site): string | undefined {
  if (site.node.type !== 'Identifier' && site.node.type !== 'MemberExpression') return undefined
  const table = tableOf(site)
  if (table === undefined) return undefined
  return sourceOf(table)
}

function sourceOf(table: TableObject): string {
  const name = qualified(table)
  return table.alias === undefined ? name : `${name} AS ${quote(table.alias)}`
}

/** The quoted name of the column that an expression is, for `${workspaces.status}`, and its table as FROM has it. */
export function columnName(site: Site): { text: string; table: string } | undefined {
  const { node } = site
  if (node.type !== 'MemberExpression') return undefined
  const key = staticKey(node)
  if (key === undefined) return undefined
  const table = tableOf(within(site, node.object))
  if (table?.columns === undefined) return undefined
  const column = columnOf(table, key)
  if (column === undefined) return undefined
  return { text: `${quote(table.alias ?? table.name)}.${quote(column)}`, table: sourceOf(table) }
}

/** The table objects whose columns an expression may name, for fragments: `${workspaces.status} = 'x'` is about workspaces. */
export function tableOf(site: Site): TableObject | undefined {
  const [only, ...others] = reach(site).sites
  if (only === undefined || others.length > 0 || only.node.type !== 'CallExpression') return undefined
  const { node } = only
  const { callee } = node
  const [first, second] = node.arguments
  const calleeName = callee.type === 'Identifier' ? callee.name : undefined
  if (calleeName === 'alias' || calleeName === 'aliasedTable') {
    const inner = first && tableOf(within(only, first))
    const name = second && textOf(within(only, second))
    return inner === undefined || name === undefined ? undefined : { ...inner, alias: name }
  }
  if (calleeName !== undefined && TABLE_MAKERS.has(calleeName)) return madeTable(only, node)
  if (callee.type === 'MemberExpression' && /^(table|view|materializedView)$/.test(staticKey(callee) ?? '')) {
    const [maker] = reach(within(only, callee.object)).sites
    if (maker?.node.type !== 'CallExpression') return undefined
    const { callee: schemaMaker, arguments: given } = maker.node
    if (schemaMaker.type !== 'Identifier' || schemaMaker.name !== 'pgSchema' || given[0] === undefined)
      return undefined
    const schema = textOf(within(maker, given[0]))
    const table = madeTable(only, node)
    return table === undefined || schema === undefined ? undefined : { ...table, schema }
  }
  return undefined
}

function madeTable(site: Site, node: TSESTree.CallExpression): TableObject | undefined {
  const [first, columns] = node.arguments
  const name = first && textOf(within(site, first))
  return name === undefined ? undefined : { name, site, ...(columns === undefined ? {} : { columns }) }
}

function textOf(site: Site): string | undefined {
  const [only, ...others] = reach(site).sites
  if (only?.node.type !== 'Literal' || others.length > 0) return undefined
  return typeof only.node.value === 'string' ? only.node.value : undefined
}

/** The column's name: the first argument of its type's call, else what drizzle makes of the key. */
function columnOf(table: TableObject, key: string): string | undefined {
  const { entries } = entriesOf(within(table.site, table.columns!))
  const entry = entries.findLast((e) => e.key === key)
  if (entry === undefined) return undefined
  let { node } = entry.value
  while (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') node = node.callee.object
  if (node.type !== 'CallExpression') return key
  const [first] = node.arguments
  const named = first && textOf(within(entry.value, first))
  if (named !== undefined) return named
  return casing(table, key)
}

/** Without a name of its own a column is called as its key, or as drizzle's `casing: 'snake_case'` writes that. */
function casing(table: TableObject, key: string): string {
  const { catalog } = table.site.file.context.project
  const relation = catalog?.findRelation({
    name: table.name,
    ...(table.schema ? { schema: table.schema } : {}),
  })
  const snake = key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  const has = (name: string): boolean => relation?.columns.some((c) => c.name === name) ?? false
  return !has(key) && has(snake) ? snake : key
}

function qualified(table: TableObject): string {
  return table.schema === undefined ? quote(table.name) : `${quote(table.schema)}.${quote(table.name)}`
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
