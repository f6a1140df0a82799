import type {
  DeleteStmt,
  InsertStmt,
  MergeStmt,
  MergeWhenClause,
  Node,
  OnConflictClause,
  RangeVar,
  ReturningClause,
  UpdateStmt,
} from '@pgsql/types'
import { assign, assignmentOf, type Assignment } from './assign.js'
import { transformBoolean, transformExpr } from './expression.js'
import { checkConflicts, tableItem, transformFrom } from './from.js'
import { listOf } from './nodes.js'
import { findItem, makeItem, Scope, type Item } from './scope.js'
import {
  settle,
  transformExpressionList,
  transformQuery,
  transformTargetList,
  type QueryResult,
} from './select.js'
import { Refused, type Expr } from './state.js'
import { transformWith } from './with.js'

/** INSERT, UPDATE, DELETE and MERGE; gives what RETURNING returns. Undefined for another statement. */
export function transformDml(scope: Scope, node: Node): QueryResult | undefined {
  if ('InsertStmt' in node) return transformInsert(scope, node.InsertStmt)
  if ('UpdateStmt' in node) return transformUpdate(scope, node.UpdateStmt)
  if ('DeleteStmt' in node) return transformDelete(scope, node.DeleteStmt)
  if ('MergeStmt' in node) return transformMerge(scope, node.MergeStmt)
  return undefined
}

/** The table that a statement writes to. WITH terms can't be written: setTargetTable looks past them. */
function targetTable(scope: Scope, relation: RangeVar | undefined): Item {
  return tableItem(new Scope(scope.analysis), relation ?? {})
}

const isDefault = (node: Node | undefined): boolean => node !== undefined && 'SetToDefault' in node

/** transformExpressionList with allowDefault: undefined stands for DEFAULT. */
function rowValues(scope: Scope, nodes: readonly Node[]): (Expr | undefined)[] | 'open' {
  const row: (Expr | undefined)[] = []
  for (const node of nodes) {
    if (isDefault(node)) row.push(undefined)
    else {
      const exprs = transformExpressionList(scope, [node])
      if (exprs === 'open') return 'open'
      row.push(...exprs)
    }
  }
  return row
}

/** transformInsertRow: each value meets its column. */
function insertRow(
  scope: Scope,
  row: readonly (Expr | undefined)[] | 'open',
  columns: readonly Assignment[],
  open: boolean,
): void {
  if (row === 'open') return
  if (row.length > columns.length && !open)
    throw new Refused('42601', 'INSERT has more expressions than target columns')
  row.forEach((expr, i) => {
    const column = columns[i]
    if (expr !== undefined && column !== undefined) assign(scope, expr, column)
  })
}

function insertColumns(
  scope: Scope,
  item: Item,
  relation: RangeVar | undefined,
  cols: readonly Node[],
): Assignment[] {
  if (cols.length === 0) {
    return item.columns.map((column) => assignmentOf(scope, item, relation, column.name, []))
  }
  const made: Assignment[] = []
  for (const col of cols) {
    if (!('ResTarget' in col)) continue
    const { name = '', indirection = [] } = col.ResTarget
    if (indirection.length === 0 && made.some((other) => other.name === name)) {
      throw new Refused('42701', `column "${name}" specified more than once`)
    }
    made.push(assignmentOf(scope, item, relation, name, indirection))
  }
  return made
}

function transformInsert(scope: Scope, insert: InsertStmt): QueryResult {
  transformWith(scope, insert.withClause)
  const item = targetTable(scope, insert.relation)
  const source = insert.selectStmt
  const cols = insert.cols ?? []
  const select = source !== undefined && 'SelectStmt' in source ? source.SelectStmt : undefined
  const lists = select?.valuesLists ?? []
  const plain =
    select !== undefined &&
    (select.sortClause ??
      select.limitOffset ??
      select.limitCount ??
      select.lockingClause ??
      select.withClause) === undefined
  const open = item.open && cols.length === 0
  if (source === undefined) insertColumns(scope, item, insert.relation, cols)
  else if (lists.length > 0 && plain) {
    const columns = insertColumns(scope, item, insert.relation, cols)
    // Each row of several is given its types before the next is looked at.
    for (const list of lists) insertRow(scope, rowValues(scope, listOf(list)), columns, open)
  } else {
    const columns = insertColumns(scope, item, insert.relation, cols)
    const inner = new Scope(scope.analysis, scope)
    inner.resolveUnknowns = false
    const result = transformQuery(inner, source)
    if (!result.open)
      insertRow(
        scope,
        result.columns.map((column) => column.expr),
        columns,
        open,
      )
  }
  scope.items = []
  if (insert.onConflictClause !== undefined)
    transformConflict(scope, item, insert.relation, insert.onConflictClause)
  scope.items = [item]
  return transformReturning(scope, item, insert.returningClause)
}

function transformConflict(
  scope: Scope,
  item: Item,
  relation: RangeVar | undefined,
  clause: OnConflictClause,
): void {
  scope.items = [item]
  const { infer, targetList, whereClause, action } = clause
  for (const element of infer?.indexElems ?? []) {
    if ('IndexElem' in element && element.IndexElem.expr !== undefined)
      transformExpr(scope, element.IndexElem.expr)
  }
  transformBoolean(scope, infer?.whereClause, 'WHERE')
  if (action !== 'ONCONFLICT_UPDATE') return
  const excluded = makeItem('excluded', item.columns, {
    open: item.open,
    rowType: item.rowType,
    systemColumns: true,
  })
  scope.items = [item, excluded]
  transformAssignments(scope, item, relation, targetList ?? [])
  transformBoolean(scope, whereClause, 'WHERE')
}

/** transformUpdateTargetList: all expressions first, then each meets its column. */
function transformAssignments(
  scope: Scope,
  item: Item,
  relation: RangeVar | undefined,
  targets: readonly Node[],
): void {
  const exprs = targets.map((target) => {
    if (!('ResTarget' in target)) return undefined
    const { val } = target.ResTarget
    if (isDefault(val)) return undefined
    if (val !== undefined && 'MultiAssignRef' in val) {
      const { source, colno = 1 } = val.MultiAssignRef
      if (source !== undefined && 'RowExpr' in source && isDefault(source.RowExpr.args?.[colno - 1]))
        return undefined
    }
    return transformExpr(scope, val)
  })
  targets.forEach((target, i) => {
    if (!('ResTarget' in target)) return
    const { name = '', indirection = [] } = target.ResTarget
    const column = assignmentOf(scope, item, relation, name, indirection)
    const expr = exprs[i]
    if (expr !== undefined) assign(scope, expr, column)
  })
}

function transformUpdate(scope: Scope, update: UpdateStmt): QueryResult {
  transformWith(scope, update.withClause)
  const item = targetTable(scope, update.relation)
  scope.items = [item]
  item.lateralOnly = true
  item.lateralOk = false
  transformFromBeside(scope, item, update.fromClause ?? [])
  transformBoolean(scope, update.whereClause, 'WHERE')
  const result = transformReturning(scope, item, update.returningClause)
  transformAssignments(scope, item, update.relation, update.targetList ?? [])
  return result
}

/** FROM of UPDATE and USING of DELETE: its subqueries don't see the written table. */
function transformFromBeside(scope: Scope, item: Item, from: readonly Node[]): void {
  transformFrom(scope, from)
  item.lateralOnly = false
  item.lateralOk = true
}

function transformDelete(scope: Scope, statement: DeleteStmt): QueryResult {
  transformWith(scope, statement.withClause)
  const item = targetTable(scope, statement.relation)
  scope.items = [item]
  item.lateralOnly = true
  item.lateralOk = false
  transformFromBeside(scope, item, statement.usingClause ?? [])
  transformBoolean(scope, statement.whereClause, 'WHERE')
  return transformReturning(scope, item, statement.returningClause)
}

/** transformMergeStmt. What each WHEN sees depends on which side has a row. */
function transformMerge(scope: Scope, merge: MergeStmt): QueryResult {
  transformWith(scope, merge.withClause)
  const item = targetTable(scope, merge.relation)
  if (merge.sourceRelation !== undefined) transformFrom(scope, [merge.sourceRelation])
  const source = scope.items
  checkConflicts([item], source)
  const both = [item, ...source]
  scope.items = both
  // Postgres does not ask here whether the condition is boolean.
  transformExpr(scope, merge.joinCondition)
  const result = transformReturning(scope, item, merge.returningClause)
  for (const node of merge.mergeWhenClauses ?? []) {
    if (!('MergeWhenClause' in node)) continue
    const when = node.MergeWhenClause
    scope.items =
      when.matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_TARGET'
        ? source
        : when.matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE'
          ? [item]
          : both
    transformWhen(scope, item, merge.relation, when)
  }
  scope.items = both
  return result
}

function transformWhen(
  scope: Scope,
  item: Item,
  relation: RangeVar | undefined,
  when: MergeWhenClause,
): void {
  transformBoolean(scope, when.condition, 'WHEN')
  if (when.commandType === 'CMD_UPDATE') transformAssignments(scope, item, relation, when.targetList ?? [])
  else if (when.commandType === 'CMD_INSERT') {
    const columns = insertColumns(scope, item, relation, when.targetList ?? [])
    const open = item.open && (when.targetList ?? []).length === 0
    insertRow(scope, rowValues(scope, when.values ?? []), columns, open)
  }
}

/** transformReturningClause: `old` and `new` beside the statement's own names. */
function transformReturning(scope: Scope, item: Item, clause: ReturningClause | undefined): QueryResult {
  if (clause === undefined) return { columns: [], open: false }
  const before = scope.items
  const names = { old: 'old', new: 'new' }
  const given = { old: false, new: false }
  for (const option of clause.options ?? []) {
    if (!('ReturningOption' in option)) continue
    const which = option.ReturningOption.option === 'RETURNING_OPTION_OLD' ? 'old' : 'new'
    names[which] = option.ReturningOption.value ?? which
    given[which] = true
  }
  const added: Item[] = []
  for (const which of ['old', 'new'] as const) {
    if (!given[which] && findItem(scope, which) !== undefined) continue
    const row = makeItem(names[which], item.columns, {
      open: item.open,
      rowType: item.rowType,
      systemColumns: item.systemColumns,
    })
    row.columnsVisible = false
    added.push(row)
  }
  scope.items = [...before, ...added]
  const list = transformTargetList(scope, clause.exprs ?? [])
  for (const entry of list.entries) settle(scope, entry)
  scope.items = before
  return { columns: list.entries, open: list.open }
}
