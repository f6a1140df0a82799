import type { Alias, JoinExpr, Node, RangeSubselect, RangeVar } from '@pgsql/types'
import { selectCommonType } from './coerce.js'
import { transformBoolean } from './expression.js'
import { transformFunctionItem, transformTableFunction } from './fromFunction.js'
import { EQUALS, makeOperator } from './operators.js'
import { makeItem, relationColumns, unknownItem, type Item, type Scope, type ScopeColumn } from './scope.js'
import { analyzeSubquery } from './select.js'
import { Refused, type Expr } from './state.js'
import { BOOL, INT8, OPEN, stringList } from './types.js'
import { resolveTerm } from './with.js'

/** transformFromClause: adds the items to the scope. */
export function transformFrom(scope: Scope, nodes: readonly Node[]): void {
  for (const node of nodes) {
    const { items } = transformItem(scope, node)
    checkConflicts(scope.items, items)
    lateral(items, true, true)
    scope.items.push(...items)
  }
  lateral(scope.items, false, true)
}

function lateral(items: readonly Item[], only: boolean, ok: boolean): void {
  for (const item of items) {
    item.lateralOnly = only
    item.lateralOk = ok
  }
}

/** checkNameSpaceConflicts: one name twice is allowed only for tables of different schemas without an alias. */
export function checkConflicts(before: readonly Item[], added: readonly Item[]): void {
  for (const item of added) {
    if (!item.relationVisible || item.name === undefined) continue
    const clash = before.some(
      (other) =>
        other.relationVisible &&
        other.name === item.name &&
        (other.schema === undefined || item.schema === undefined || other.schema === item.schema),
    )
    if (clash) throw new Refused('42712', `table name "${item.name}" specified more than once`)
  }
}

/** What a FROM item brings: the items its names reach, and its own columns for the join around it. */
interface FromItem {
  readonly items: Item[]
  readonly own: Item
}

const single = (item: Item): FromItem => ({ items: [item], own: item })

/** transformFromClauseItem. */
function transformItem(scope: Scope, node: Node): FromItem {
  if ('RangeVar' in node) return single(tableItem(scope, node.RangeVar))
  if ('RangeSubselect' in node) return single(subqueryItem(scope, node.RangeSubselect))
  if ('RangeFunction' in node) return single(transformFunctionItem(scope, node.RangeFunction))
  if ('JoinExpr' in node) return joinItem(scope, node.JoinExpr)
  if ('RangeTableSample' in node && node.RangeTableSample.relation !== undefined) {
    return transformItem(scope, node.RangeTableSample.relation)
  }
  return single(transformTableFunction(scope, node))
}

/** Columns under the names that an alias gives the first of them. */
export function aliased(
  columns: readonly ScopeColumn[],
  alias: Alias | undefined,
  open: boolean,
): ScopeColumn[] {
  const names = stringList(alias?.colnames)
  if (names.length > columns.length && !open) {
    throw new Refused('42P10', `table "${alias?.aliasname ?? ''}" has fewer columns than names`)
  }
  return columns.map((column, i) => ({ name: names[i] ?? column.name, expr: column.expr }))
}

const SEQUENCE: readonly ScopeColumn[] = [
  { name: 'last_value', expr: { type: INT8 } },
  { name: 'log_cnt', expr: { type: INT8 } },
  { name: 'is_called', expr: { type: BOOL } },
]

/** A table, view, WITH term or transition table by name. */
export function tableItem(scope: Scope, table: RangeVar): Item {
  const { analysis } = scope
  const name = table.relname ?? ''
  const alias = table.alias?.aliasname ?? name
  if (table.schemaname === undefined) {
    for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
      const term = resolveTerm(level, name)
      if (term !== undefined) {
        return makeItem(alias, aliased(term.columns, table.alias, term.open), { open: term.open })
      }
    }
    for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
      const transition = level.transitions.get(name)
      if (transition !== undefined) {
        return makeItem(alias, aliased(transition.columns, table.alias, false), {
          rowType: transition.rowType,
        })
      }
    }
  }
  const qualifiedName = table.schemaname === undefined ? { name } : { schema: table.schemaname, name }
  const relation = analysis.catalog.findRelation(qualifiedName, analysis.types.searchPath)
  if (relation === undefined || relation.kind === 'index') {
    const system = analysis.types.systemRelation(qualifiedName)
    if (system !== undefined) {
      const columns = system.columns.map((column) => ({ name: column.name, expr: { type: column.type } }))
      return makeItem(alias, aliased(columns, table.alias, false), {
        rowType: system.rowType,
        systemColumns: true,
        ...(table.alias === undefined ? { schema: system.schema } : {}),
      })
    }
    analysis.findings.unknownRelations.push(
      table.schemaname === undefined ? name : `${table.schemaname}.${name}`,
    )
    // Its schema is unknown, and so is not that of another table.
    const schema = table.alias === undefined ? { schema: table.schemaname ?? '' } : {}
    return { ...unknownItem(alias), ...schema }
  }
  analysis.findings.touched = true
  const schema = table.alias === undefined ? { schema: relation.schema } : {}
  if (relation.kind === 'sequence') return makeItem(alias, aliased(SEQUENCE, table.alias, false), schema)
  if (!relation.complete) return { ...unknownItem(alias), ...schema }
  return makeItem(alias, aliased(relationColumns(analysis, relation), table.alias, false), {
    rowType: analysis.types.fromRef({ oid: relation.rowType, array: false }),
    systemColumns: relation.kind !== 'view',
    ...schema,
  })
}

function subqueryItem(scope: Scope, node: RangeSubselect): Item {
  const before = scope.lateralActive
  scope.lateralActive = node.lateral ?? false
  const { columns, open } = analyzeSubquery(scope, node.subquery)
  scope.lateralActive = before
  return makeItem(node.alias?.aliasname, aliased(columns, node.alias, open), { open })
}

/** A JOIN: its conditions see its own members; its columns are those of both sides, shared ones once. */
function joinItem(scope: Scope, join: JoinExpr): FromItem {
  const left = transformItem(scope, join.larg!)
  const outer = scope.items
  lateral(left.items, true, join.jointype === 'JOIN_INNER' || join.jointype === 'JOIN_LEFT')
  scope.items = [...outer, ...left.items]
  const right = transformItem(scope, join.rarg!)
  scope.items = outer
  checkConflicts(left.items, right.items)
  const members = [...left.items, ...right.items]
  const shared = sharedNames(join, left.own, right.own)
  if (shared === 'open') {
    const own = unknownItem(join.alias?.aliasname)
    for (const item of members) item.columnsVisible = false
    own.relationVisible = join.alias !== undefined
    return { items: join.alias === undefined ? [...members, own] : [own], own }
  }
  const merged = shared.map((name) => mergeColumn(scope, join, name, left.own, right.own))
  if (join.quals !== undefined) {
    lateral(members, false, true)
    scope.items = members
    transformBoolean(scope, join.quals, 'JOIN/ON')
    scope.items = outer
  }
  const rest = [left.own, right.own].flatMap((item) =>
    item.columns.filter((column) => !shared.includes(column.name)),
  )
  const open = left.own.open || right.own.open
  const own = makeItem(join.alias?.aliasname, aliased([...merged, ...rest], join.alias, open), {
    open,
    ...(open ? { rowType: OPEN } : {}),
  })
  own.relationVisible = join.alias !== undefined
  for (const item of members) item.columnsVisible = false
  const items = join.alias === undefined ? [...members, own] : [own]
  if (join.join_using_alias !== undefined) {
    const using = makeItem(join.join_using_alias.aliasname, merged)
    using.columnsVisible = false
    items.push(using)
  }
  return { items, own }
}

/** The columns that USING lists or NATURAL finds. */
function sharedNames(join: JoinExpr, left: Item, right: Item): string[] | 'open' {
  if (join.isNatural !== true) return stringList(join.usingClause)
  if (left.open || right.open) return 'open'
  return left.columns
    .filter((column) => right.columns.some((other) => other.name === column.name))
    .map((column) => column.name)
}

function joinColumn(item: Item, name: string): Expr {
  const columns = item.columns.filter((column) => column.name === name)
  if (columns.length > 1) throw new Refused('42702', `common column name "${name}" appears more than once`)
  if (columns[0] !== undefined) return columns[0].expr
  if (item.open) return { type: OPEN }
  throw new Refused('42703', `column "${name}" specified in USING clause does not exist`)
}

/** transformJoinUsingClause and buildMergedJoinVar. */
function mergeColumn(scope: Scope, join: JoinExpr, name: string, left: Item, right: Item): ScopeColumn {
  const { analysis } = scope
  const one = joinColumn(left, name)
  const other = joinColumn(right, name)
  makeOperator(analysis, EQUALS, one, other)
  const type = selectCommonType(analysis.types, [one.type, other.type], 'JOIN/USING')!
  const base = join.jointype === 'JOIN_RIGHT' ? other : one
  if (base.type === type && join.jointype !== 'JOIN_FULL') return { name, expr: base }
  const target = one.target ?? other.target
  return { name, expr: { type, ...(target === undefined ? {} : { target }) } }
}
