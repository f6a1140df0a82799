import type { Node, SelectStmt } from '@pgsql/types'
import { walk } from '../ddl/expressions.js'
import { listName, stringOf, strings } from '../ddl/names.js'
import { evaluate, type Evaluation, type Scope } from './evaluate.js'
import { product, scopeOf, setReturning, type Ctes, type Tuple, type Tuples } from './from.js'
import { join } from './functions.js'
import { compare, toTruth, UNKNOWN, type Value } from './value.js'

/** A row that a query gives; not `certain` where a condition on it could not be decided. */
export interface ResultRow {
  readonly names: readonly string[]
  readonly values: readonly Value[]
  readonly certain: boolean
}

export interface QueryResult {
  readonly rows: readonly ResultRow[]
  /** False where there may be other rows, such as those of a user's table. */
  readonly complete: boolean
}

const NOTHING_KNOWN: QueryResult = { rows: [], complete: false }

/** The rows of a SELECT (`{ SelectStmt: ... }`) over the catalog. */
export function runQuery(
  run: Evaluation,
  tree: unknown,
  scope: Scope | undefined,
  outer: Ctes = new Map(),
): QueryResult {
  run.tick()
  const node = tree as Node | undefined
  if (node === undefined || !('SelectStmt' in node)) return NOTHING_KNOWN
  const select = node.SelectStmt
  const ctes = withCtes(run, select, scope, outer)
  if (select.valuesLists !== undefined) return values(run, select, scope)
  if (select.op !== undefined && select.op !== 'SETOP_NONE') return setOperation(run, select, scope, ctes)
  if (select.havingClause !== undefined || select.windowClause !== undefined) return NOTHING_KNOWN
  const from = product(run, select.fromClause ?? [], select.whereClause, scope, ctes)
  const filtered = filter(run, from, select.whereClause, scope)
  const result = project(run, select, filtered, scope)
  return limit(run, select, distinct(select, result), scope)
}

function withCtes(run: Evaluation, select: SelectStmt, scope: Scope | undefined, outer: Ctes): Ctes {
  const ctes = new Map(outer)
  for (const each of select.withClause?.ctes ?? []) {
    if (!('CommonTableExpr' in each)) continue
    const { ctename, ctequery, aliascolnames } = each.CommonTableExpr
    const result =
      select.withClause?.recursive === true ? NOTHING_KNOWN : runQuery(run, ctequery, scope, ctes)
    ctes.set(ctename ?? '', renamed(result, strings(aliascolnames)))
  }
  return ctes
}

function renamed(result: QueryResult, names: readonly string[]): QueryResult {
  if (names.length === 0) return result
  return {
    ...result,
    rows: result.rows.map((row) => ({ ...row, names: row.names.map((name, i) => names[i] ?? name) })),
  }
}

function values(run: Evaluation, select: SelectStmt, scope: Scope | undefined): QueryResult {
  const rows = (select.valuesLists ?? []).map((each): ResultRow => {
    const items = 'List' in each ? (each.List.items ?? []) : []
    return {
      names: items.map((_, i) => `column${i + 1}`),
      values: items.map((item) => evaluate(run, item, scope)),
      certain: true,
    }
  })
  return { rows, complete: true }
}

function setOperation(
  run: Evaluation,
  select: SelectStmt,
  scope: Scope | undefined,
  ctes: Ctes,
): QueryResult {
  const sides = [select.larg, select.rarg].map((side) =>
    side === undefined ? NOTHING_KNOWN : runQuery(run, { SelectStmt: side }, scope, ctes),
  )
  const [left, right] = sides as [QueryResult, QueryResult]
  const names = left.rows[0]?.names ?? right.rows[0]?.names ?? []
  if (select.op === 'SETOP_UNION') {
    const rows = [...left.rows, ...right.rows].map((row) => ({ ...row, names }))
    const all = { rows, complete: left.complete && right.complete }
    return sorted(run, select, select.all === true ? all : unique(all))
  }
  const certain =
    left.complete && right.complete && sides.every((side) => side.rows.every((row) => row.certain))
  if (!certain || select.all === true) return NOTHING_KNOWN
  const keys = new Set(right.rows.map((row) => keyOf(row.values)))
  const keep = select.op === 'SETOP_INTERSECT'
  return unique({ rows: left.rows.filter((row) => keys.has(keyOf(row.values)) === keep), complete: true })
}

function sorted(run: Evaluation, select: SelectStmt, result: QueryResult): QueryResult {
  void run
  return select.sortClause === undefined ? result : { ...result }
}

function keyOf(row: readonly Value[]): string {
  return JSON.stringify(row.map((value) => (typeof value === 'symbol' ? { unknown: true } : value)))
}

function unique(result: QueryResult): QueryResult {
  const seen = new Set<string>()
  return {
    ...result,
    rows: result.rows.filter((row) => {
      const key = keyOf(row.values)
      if (seen.has(key)) return false
      seen.add(key)
      return true
    }),
  }
}

function distinct(select: SelectStmt, result: QueryResult): QueryResult {
  if (select.distinctClause === undefined) return result
  return select.distinctClause.some((node) => Object.keys(node).length > 0) ? NOTHING_KNOWN : unique(result)
}

function limit(
  run: Evaluation,
  select: SelectStmt,
  result: QueryResult,
  scope: Scope | undefined,
): QueryResult {
  if (select.limitCount === undefined && select.limitOffset === undefined) return result
  const count = select.limitCount === undefined ? null : evaluate(run, select.limitCount, scope)
  const offset = select.limitOffset === undefined ? 0 : evaluate(run, select.limitOffset, scope)
  const certain = result.complete && result.rows.every((row) => row.certain)
  if ((count !== null && typeof count !== 'number') || typeof offset !== 'number') return NOTHING_KNOWN
  // LIMIT 1 in EXISTS is customary: the rows that are certain stay certain enough for that.
  if (!certain) return offset === 0 && count !== 0 ? result : NOTHING_KNOWN
  return { ...result, rows: result.rows.slice(offset, count === null ? undefined : offset + count) }
}

function filter(
  run: Evaluation,
  from: Tuples,
  condition: Node | undefined,
  scope: Scope | undefined,
): Tuples {
  if (condition === undefined) return from
  // Postgres looks up a constant's name before it sees a row.
  if (from.tuples.length === 0) checkRegConstants(run, condition)
  const tuples: Tuple[] = []
  for (const tuple of from.tuples) {
    const truth = toTruth(evaluate(run, condition, scopeOf(tuple, scope)))
    if (truth === true) tuples.push(tuple)
    else if (truth === UNKNOWN) tuples.push({ ...tuple, certain: false })
  }
  return { ...from, tuples }
}

function checkRegConstants(run: Evaluation, condition: Node): void {
  walk(condition, (kind, value) => {
    const node = { [kind]: value } as unknown as Node
    if (!('TypeCast' in node) || node.TypeCast.arg === undefined || !('A_Const' in node.TypeCast.arg)) return
    if (/^reg/.test(listName(node.TypeCast.typeName?.names).name)) evaluate(run, node, undefined)
  })
}

const AGGREGATES: ReadonlySet<string> = new Set([
  'count',
  'array_agg',
  'string_agg',
  'min',
  'max',
  'bool_or',
  'bool_and',
  'every',
])

function aggregateOf(node: Node | undefined): Extract<Node, { FuncCall: unknown }>['FuncCall'] | undefined {
  if (node === undefined) return undefined
  if ('TypeCast' in node) return aggregateOf(node.TypeCast.arg)
  if (!('FuncCall' in node)) return undefined
  return AGGREGATES.has(listName(node.FuncCall.funcname).name) ? node.FuncCall : undefined
}

/** An aggregate anywhere in an expression, such as `count(*) > 0`. */
function containsAggregate(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(containsAggregate)
  if (typeof node !== 'object' || node === null) return false
  if (aggregateOf(node as Node) !== undefined) return true
  return Object.entries(node).some(([key, value]) => key !== 'SubLink' && containsAggregate(value))
}

function project(run: Evaluation, select: SelectStmt, from: Tuples, scope: Scope | undefined): QueryResult {
  const targets = (select.targetList ?? []).flatMap((node) => ('ResTarget' in node ? [node.ResTarget] : []))
  if (select.groupClause !== undefined) return { ...NOTHING_KNOWN }
  if (targets.some((target) => containsAggregate(target.val))) {
    const certain = from.complete && from.tuples.every((tuple) => tuple.certain)
    const row = targets.map((target) => (certain ? aggregateValue(run, target.val, from, scope) : UNKNOWN))
    return {
      rows: [
        { names: targets.map((target) => target.name ?? nameOf(target.val)), values: row, certain: true },
      ],
      complete: true,
    }
  }
  const ordered = order(run, select, from, scope)
  const rows = ordered.tuples.map((tuple): ResultRow => {
    const names: string[] = []
    const row: Value[] = []
    for (const target of targets) {
      const star = starOf(target.val)
      if (star === undefined) {
        names.push(target.name ?? nameOf(target.val))
        row.push(evaluate(run, target.val, scopeOf(tuple, scope)))
        continue
      }
      for (const binding of tuple.bindings) {
        if (star !== '' && binding.alias !== star) continue
        for (const [name, value] of binding.columns) {
          names.push(name)
          row.push(value)
        }
      }
    }
    return { names, values: row, certain: tuple.certain }
  })
  return expandSets(
    run,
    targets.map((target) => target.val),
    { rows, complete: ordered.complete },
    scope,
  )
}

/** `SELECT unnest(...)` gives a row for each element. */
function expandSets(
  run: Evaluation,
  nodes: readonly (Node | undefined)[],
  result: QueryResult,
  scope: Scope | undefined,
): QueryResult {
  const at = nodes.findIndex(
    (node) => node !== undefined && 'FuncCall' in node && SETS.has(listName(node.FuncCall.funcname).name),
  )
  const node = nodes[at]
  if (node === undefined || !('FuncCall' in node)) return result
  const name = listName(node.FuncCall.funcname).name
  if (result.rows.length !== 1) return NOTHING_KNOWN
  const list = setReturning(
    name,
    (node.FuncCall.args ?? []).map((arg) => evaluate(run, arg, scope)),
  )
  if (list === undefined) return NOTHING_KNOWN
  const [row] = result.rows
  return {
    ...result,
    rows: list.map((value) => ({ ...row!, values: row!.values.map((each, i) => (i === at ? value : each)) })),
  }
}

const SETS: ReadonlySet<string> = new Set(['unnest', 'generate_series'])

function order(run: Evaluation, select: SelectStmt, from: Tuples, scope: Scope | undefined): Tuples {
  const keys = (select.sortClause ?? []).flatMap((node) => ('SortBy' in node ? [node.SortBy] : []))
  if (keys.length === 0) return from
  const valueOf = (tuple: Tuple, node: Node | undefined): Value => {
    const at = node !== undefined && 'A_Const' in node ? node.A_Const.ival?.ival : undefined
    const target = at === undefined ? undefined : select.targetList?.[at - 1]
    const expression = target !== undefined && 'ResTarget' in target ? target.ResTarget.val : node
    return evaluate(run, expression, scopeOf(tuple, scope))
  }
  const tuples = [...from.tuples].sort((a, b) => {
    for (const key of keys) {
      const result = compare(valueOf(a, key.node), valueOf(b, key.node))
      if (typeof result === 'number' && result !== 0)
        return key.sortby_dir === 'SORTBY_DESC' ? -result : result
    }
    return 0
  })
  return { ...from, tuples }
}

function aggregateValue(
  run: Evaluation,
  node: Node | undefined,
  from: Tuples,
  scope: Scope | undefined,
): Value {
  const call = aggregateOf(node)
  if (call !== undefined) return aggregate(run, call, from, scope)
  if (node === undefined) return UNKNOWN
  // An expression over aggregates: their values in place of the calls.
  return evaluate(run, replaceAggregates(run, node, from, scope), scope)
}

function replaceAggregates(run: Evaluation, node: unknown, from: Tuples, scope: Scope | undefined): unknown {
  if (Array.isArray(node)) return node.map((each) => replaceAggregates(run, each, from, scope))
  if (typeof node !== 'object' || node === null) return node
  const call = 'FuncCall' in node ? aggregateOf(node as Node) : undefined
  if (call !== undefined) {
    const value = aggregate(run, call, from, scope)
    if (typeof value === 'number') return { A_Const: { fval: { fval: String(value) } } }
    if (typeof value === 'string') return { A_Const: { sval: { sval: value } } }
    if (typeof value === 'boolean') return { A_Const: { boolval: { boolval: value } } }
    return value === null ? { A_Const: { isnull: true } } : {}
  }
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(node)) {
    copy[key] = key === 'SubLink' ? value : replaceAggregates(run, value, from, scope)
  }
  return copy
}

function aggregate(
  run: Evaluation,
  call: Extract<Node, { FuncCall: unknown }>['FuncCall'],
  from: Tuples,
  scope: Scope | undefined,
): Value {
  const name = listName(call.funcname).name
  if (call.agg_filter !== undefined || call.agg_distinct === true) return UNKNOWN
  if (call.agg_star === true) return from.tuples.length
  const keys = (call.agg_order ?? []).length > 0 ? { sortClause: call.agg_order! } : {}
  const ordered = order(run, keys, from, scope)
  const items = ordered.tuples.map((tuple) => evaluate(run, call.args?.[0], scopeOf(tuple, scope)))
  if (items.includes(UNKNOWN)) return UNKNOWN
  const known = items.filter((item) => item !== null)
  switch (name) {
    case 'count':
      return known.length
    case 'array_agg':
      return items.length === 0 ? null : items
    case 'string_agg': {
      const separator = evaluate(run, call.args?.[1], scope)
      return known.length === 0
        ? null
        : join(known.flatMap((item, i) => (i === 0 ? [item] : [separator, item])))
    }
    case 'min':
    case 'max':
      return known.reduce<Value>((best, item) => {
        const result = best === null ? 1 : compare(item, best)
        if (typeof result !== 'number') return UNKNOWN
        return best === null || (name === 'max' ? result > 0 : result < 0) ? item : best
      }, null)
    case 'bool_or':
      return known.length === 0 ? null : known.includes(true)
    default:
      return known.length === 0 ? null : !known.includes(false)
  }
}

/** The alias before a star; '' for a bare one; undefined for another expression. */
function starOf(node: Node | undefined): string | undefined {
  if (node === undefined || !('ColumnRef' in node)) return undefined
  const fields = node.ColumnRef.fields ?? []
  const last = fields.at(-1)
  if (last === undefined || !('A_Star' in last)) return undefined
  return stringOf(fields.at(-2))
}

function nameOf(node: Node | undefined): string {
  if (node === undefined) return '?column?'
  if ('ColumnRef' in node) return stringOf(node.ColumnRef.fields?.at(-1))
  if ('FuncCall' in node) return listName(node.FuncCall.funcname).name
  if ('TypeCast' in node) return nameOf(node.TypeCast.arg)
  return '?column?'
}
