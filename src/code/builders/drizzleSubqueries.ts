import type { TSESTree } from '@typescript-eslint/utils'
import { within } from '../reach/site.js'
import type { DrizzleTables } from './drizzleTables.js'
import type { Source } from './flow.js'
import type { BuilderFile } from './library.js'
import type { Node } from './syntax.js'
import { memberName, unwrap } from './syntax.js'
import type { Place } from './tables.js'

/** Subqueries of subqueries that are followed. */
const MAX_DEPTH = 3

const SET_OPERATION = /^(?:union|intersect|except)(?:All)?$/

/**
 * The column of the table that `sq.key` is, where `sq` is `db.select({ key: t.status }).from(t).as('sq')` or
 * `db.$with('sq').as(db.select()...)`: https://orm.drizzle.team/docs/select#select-from-subquery
 */
export function subqueryColumn(
  file: BuilderFile,
  tables: DrizzleTables,
  source: Source,
  key: string,
  depth = 0,
): Place | undefined {
  const [only, ...others] = depth > MAX_DEPTH ? [] : file.flow.sources(source)
  const query = only && others.length === 0 ? queryOf(only.node) : undefined
  if (!only || !query) return undefined
  const links = linksOf(query)
  const select = links.find(({ name }) => /^select(?:Distinct(?:On)?)?$/.test(name))
  const from = links.find(({ name }) => name === 'from')?.call.arguments[0]
  if (!select || !from || links.some(({ name }) => SET_OPERATION.test(name))) return undefined
  const placeOf = (object: Node, at: Source, name: string): Place | undefined => {
    const given = within(at, object)
    return tables.from(given)?.column(name) ?? subqueryColumn(file, tables, given, name, depth + 1)
  }
  const fields = select.call.arguments[select.name === 'selectDistinctOn' ? 1 : 0]
  // Without fields, what is joined makes each table a member: `sq.workspaces.status`.
  if (!fields) return links.some(({ name }) => /join$/i.test(name)) ? undefined : placeOf(from, only, key)
  const [field, ...more] = file.flow.property(within(only, fields), key)
  const column = field && more.length === 0 ? unwrap(field.node) : undefined
  const name = column?.type === 'MemberExpression' ? memberName(column) : undefined
  return name === undefined ? undefined : placeOf((column as TSESTree.MemberExpression).object, field!, name)
}

/** The query that a call of `as` makes a subquery or, behind `$with`, a CTE of. */
function queryOf(node: Node): Node | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  if (memberName(node.callee) !== 'as') return undefined
  const receiver = unwrap(node.callee.object)
  const isWith =
    receiver.type === 'CallExpression' &&
    receiver.callee.type === 'MemberExpression' &&
    memberName(receiver.callee) === '$with'
  return isWith ? node.arguments[0] : receiver
}

/** The calls of a chain of methods. */
function linksOf(query: Node): { name: string; call: TSESTree.CallExpression }[] {
  const links: { name: string; call: TSESTree.CallExpression }[] = []
  for (let node = unwrap(query); node.type === 'CallExpression';) {
    if (node.callee.type !== 'MemberExpression') break
    links.push({ name: memberName(node.callee) ?? '', call: node })
    node = unwrap(node.callee.object)
  }
  return links
}
