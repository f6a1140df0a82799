import type { Node, ResTarget, SelectStmt, SortBy } from '@pgsql/types'
import { transformWindow } from './call.js'
import { coerceToSpecific, coerceType, unify } from './coerce.js'
import { transformDml } from './dml.js'
import { expandStar, transformBoolean, transformExpr } from './expression.js'
import { transformFrom } from './from.js'
import { columnName } from './names.js'
import { isEmpty, listOf, stringOf } from './nodes.js'
import { findColumn, Scope, type ScopeColumn } from './scope.js'
import { Refused, type Expr } from './state.js'
import { INT8, TEXT, UNKNOWN } from './types.js'
import { transformWith } from './with.js'
import { transformSetOperation } from './setOperation.js'

/** The columns that a query or a RETURNING gives; with `open` there may be others, in places unknown. */
export interface QueryResult {
  readonly columns: readonly ScopeColumn[]
  readonly open: boolean
}

/** A column of a target list, while constants in it may still get a type. */
export interface TargetEntry {
  name: string
  expr: Expr
  /** Set where it is a column by itself: the column's own expression, which each reference shares. */
  column?: Expr
}

export interface TargetList {
  readonly entries: TargetEntry[]
  open: boolean
}

/** parse_sub_analyze: a query inside another; its constants of unknown type end as text. */
export function analyzeSubquery(scope: Scope, node: Node | undefined, resolveUnknowns = true): QueryResult {
  const inner = new Scope(scope.analysis, scope)
  inner.resolveUnknowns = resolveUnknowns
  return transformQuery(inner, node)
}

/** transformStmt, for the statements that can stand in WITH or in parentheses. */
export function transformQuery(scope: Scope, node: Node | undefined): QueryResult {
  if (node === undefined) return { columns: [], open: true }
  if ('SelectStmt' in node) return transformSelect(scope, node.SelectStmt)
  return transformDml(scope, node) ?? { columns: [], open: true }
}

/** transformSelectStmt, transformValuesClause, transformSetOperationStmt. */
export function transformSelect(scope: Scope, select: SelectStmt): QueryResult {
  if (select.valuesLists !== undefined && select.valuesLists.length > 0) return transformValues(scope, select)
  if (select.op !== undefined && select.op !== 'SETOP_NONE') return transformSetOperation(scope, select)
  transformWith(scope, select.withClause)
  transformFrom(scope, select.fromClause ?? [])
  const list = transformTargetList(scope, select.targetList ?? [])
  transformBoolean(scope, select.whereClause, 'WHERE')
  transformBoolean(scope, select.havingClause, 'HAVING')
  transformSort(scope, select.sortClause, list)
  transformGroup(scope, select.groupClause, list)
  transformDistinct(scope, select.distinctClause, list)
  transformLimit(scope, select)
  for (const window of select.windowClause ?? []) {
    if ('WindowDef' in window) transformWindow(scope, window.WindowDef)
  }
  for (const window of scope.windows) transformWindow(scope, window)
  return finish(scope, list)
}

/** resolveTargetListUnknowns, where nobody outside will. */
export function finish(scope: Scope, list: TargetList): QueryResult {
  if (scope.resolveUnknowns) for (const entry of list.entries) settle(scope, entry)
  return { columns: list.entries, open: list.open }
}

/** A constant of unknown type that is sorted or grouped by, or that leaves the query, is text. */
export function settle(scope: Scope, entry: { expr: Expr }): void {
  if (entry.expr.type === UNKNOWN) {
    entry.expr = coerceType(scope.analysis, entry.expr, TEXT, 'implicit', { kind: 'compare' })
  }
}

/** transformTargetList: stars expanded, columns named. */
export function transformTargetList(scope: Scope, targets: readonly Node[]): TargetList {
  const list: TargetList = { entries: [], open: false }
  for (const target of targets) {
    if (!('ResTarget' in target)) continue
    const { ResTarget: item } = target
    if (!addStar(scope, list, item)) {
      const expr = transformExpr(scope, item.val)
      const isColumn = item.val !== undefined && 'ColumnRef' in item.val
      const name = item.name ?? columnName(item.val) ?? '?column?'
      list.entries.push({ name, expr, ...(isColumn ? { column: expr } : {}) })
    }
  }
  return list
}

/** ExpandColumnRefStar and ExpandIndirectionStar; false where the target is no star. */
function addStar(scope: Scope, list: TargetList, { val }: ResTarget): boolean {
  if (val === undefined) return false
  if ('ColumnRef' in val && val.ColumnRef.fields?.length === 1 && 'A_Star' in val.ColumnRef.fields[0]!) {
    let any = false
    for (const item of scope.items) {
      if (!item.columnsVisible || (item.lateralOnly && !scope.lateralActive)) continue
      any = true
      if (item.open) list.open = true
      for (const { name, expr } of item.columns) list.entries.push({ name, expr, column: expr })
    }
    if (!any) throw new Refused('42601', 'SELECT * with no tables specified is not valid')
    return true
  }
  const names = starNames(scope, val)
  if (names === undefined) return false
  if (names === 'open') list.open = true
  else list.entries.push(...names)
  return true
}

function starNames(scope: Scope, val: Node): TargetEntry[] | 'open' | undefined {
  const exprs = expandStar(scope, val)
  if (exprs === undefined || exprs === 'open') return exprs
  return exprs.map((expr) => ({ name: expr.name ?? '?column?', expr, column: expr.column ?? expr }))
}

/** transformValuesClause: each column's expressions get a common type. */
function transformValues(scope: Scope, select: SelectStmt): QueryResult {
  transformWith(scope, select.withClause)
  const rows = (select.valuesLists ?? []).map((row) => transformExpressionList(scope, listOf(row)))
  const list: TargetList = { entries: [], open: rows.some((row) => row === 'open') }
  const known = rows.filter((row) => row !== 'open')
  const [first] = known
  if (first !== undefined && !list.open) {
    if (known.some((row) => row.length !== first.length)) {
      throw new Refused('42601', 'VALUES lists must all be the same length')
    }
    first.forEach((_, i) => {
      const column = known.map((row) => row[i]!)
      const { type, exprs } = unify(scope.analysis, column, 'VALUES', { kind: 'compare' })
      list.entries.push({
        name: `column${i + 1}`,
        expr: known.length === 1 ? exprs[0]! : { type, branches: exprs },
      })
    })
  }
  transformSort(scope, select.sortClause, list)
  transformLimit(scope, select)
  return { columns: list.entries, open: list.open }
}

/** transformExpressionList: `t.*` expanded; undefined entries are DEFAULT. */
export function transformExpressionList(scope: Scope, nodes: readonly Node[]): Expr[] | 'open' {
  const list: Expr[] = []
  for (const node of nodes) {
    const expanded = expandStar(scope, node)
    if (expanded === 'open') return 'open'
    list.push(...(expanded ?? [transformExpr(scope, node)]))
  }
  return list
}

/** findTargetlistEntrySQL92: a name or a position in ORDER BY, GROUP BY, DISTINCT ON; else an expression of its own. */
function findTarget(scope: Scope, node: Node, list: TargetList, grouping: boolean): TargetEntry | undefined {
  if ('ColumnRef' in node && node.ColumnRef.fields?.length === 1) {
    const name = stringOf(node.ColumnRef.fields[0])
    const columnFirst = grouping && localColumn(scope, name)
    const [entry, ...others] = columnFirst ? [] : list.entries.filter((candidate) => candidate.name === name)
    if (entry !== undefined && others.some((other) => differ(entry, other))) {
      throw new Refused('42702', `ORDER BY "${name}" is ambiguous`)
    }
    if (entry !== undefined) return entry
  }
  if ('A_Const' in node && node.A_Const.isnull !== true) {
    const { ival } = node.A_Const
    if (ival === undefined) throw new Refused('42601', 'non-integer constant in ORDER BY')
    const entry = list.entries[(ival.ival ?? 0) - 1]
    if (entry === undefined && !list.open) throw new Refused('42P10', 'position is not in select list')
    return list.open ? undefined : entry
  }
  return undefined
}

/** Surely different expressions: Postgres compares trees, of which a column's reference is the one kept here. */
function differ(one: TargetEntry, other: TargetEntry): boolean {
  return (one.column !== undefined || other.column !== undefined) && one.column !== other.column
}

function localColumn(scope: Scope, name: string): boolean {
  const local = new Scope(scope.analysis)
  local.items = scope.items
  return findColumn(local, name) !== undefined
}

function transformKey(scope: Scope, node: Node | undefined, list: TargetList, grouping: boolean): void {
  if (node === undefined) return
  const entry = findTarget(scope, node, list, grouping)
  if (entry !== undefined) settle(scope, entry)
  else settle(scope, { expr: transformExpr(scope, node) })
}

export function transformSort(scope: Scope, sort: readonly Node[] | undefined, list: TargetList): void {
  for (const item of sort ?? []) {
    const { node } = (item as { SortBy?: SortBy }).SortBy ?? {}
    transformKey(scope, node, list, false)
  }
}

function transformGroup(scope: Scope, group: readonly Node[] | undefined, list: TargetList): void {
  for (const item of group ?? []) {
    if ('GroupingSet' in item) transformGroup(scope, item.GroupingSet.content, list)
    else if ('RowExpr' in item && item.RowExpr.row_format === 'COERCE_IMPLICIT_CAST') {
      transformGroup(scope, item.RowExpr.args, list)
    } else transformKey(scope, item, list, true)
  }
}

function transformDistinct(scope: Scope, distinct: readonly Node[] | undefined, list: TargetList): void {
  if (distinct === undefined) return
  if (distinct.length === 1 && isEmpty(distinct[0])) for (const entry of list.entries) settle(scope, entry)
  else for (const item of distinct) transformKey(scope, item, list, false)
}

export function transformLimit(scope: Scope, { limitOffset, limitCount }: SelectStmt): void {
  for (const node of [limitOffset, limitCount]) {
    if (node !== undefined) coerceToSpecific(scope.analysis, transformExpr(scope, node), INT8, 'LIMIT')
  }
}
