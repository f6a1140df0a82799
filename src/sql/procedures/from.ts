import type { JoinExpr, Node, RangeVar } from '@pgsql/types'
import { walk } from '../ddl/expressions.js'
import { listName, stringOf, strings } from '../ddl/names.js'
import { evaluate, type Evaluation, type Scope } from './evaluate.js'
import { runQuery, type QueryResult } from './query.js'
import { and, compare, Reg, Row, toTruth, UNKNOWN, type Truth, type Value } from './value.js'
import { virtualTable } from './virtualTables.js'

/** One source of a row: its alias and its columns. */
export interface Binding {
  readonly alias: string
  readonly columns: ReadonlyMap<string, Value>
}

export interface Tuple {
  readonly bindings: readonly Binding[]
  readonly certain: boolean
}

export interface Tuples {
  readonly tuples: readonly Tuple[]
  readonly complete: boolean
}

export type Ctes = ReadonlyMap<string, QueryResult>

/** Rows beyond this many make a query unknown: no guard needs them. */
const MAX_ROWS = 200_000

/** What names mean in a row. */
export function scopeOf(tuple: Tuple, parent: Scope | undefined): Scope {
  return {
    lookup(parts) {
      const name = parts.at(-1)!
      const alias = parts.at(-2)
      for (const binding of tuple.bindings) {
        if (alias !== undefined && binding.alias !== alias) continue
        const value = binding.columns.get(name)
        if (value !== undefined) return value
      }
      const whole = alias === undefined ? tuple.bindings.find((binding) => binding.alias === name) : undefined
      return whole === undefined ? undefined : new Row(whole.columns)
    },
    ...(parent === undefined ? {} : { parent }),
  }
}

/** The conditions that an AND joins. */
function conjuncts(node: Node | undefined): readonly Node[] {
  if (node === undefined) return []
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR')
    return (node.BoolExpr.args ?? []).flatMap(conjuncts)
  return [node]
}

function resolves(tuple: Tuple, parts: readonly string[]): boolean {
  return scopeOf(tuple, undefined).lookup(parts) !== undefined
}

/** Columns of a condition; undefined where it holds a subquery, which may name others. */
function columnsOf(node: Node): readonly (readonly string[])[] | undefined {
  const columns: string[][] = []
  let inner = false
  walk({ node }, (kind, value) => {
    if (kind === 'SubLink') inner = true
    if (kind === 'ColumnRef') columns.push(strings((value as { fields?: Node[] }).fields))
  })
  return inner ? undefined : columns
}

/** The rows that conditions on them alone leave: those of WHERE are looked at again at the end. */
function narrowed(
  run: Evaluation,
  tuples: Tuples,
  conditions: readonly Node[],
  scope: Scope | undefined,
): Tuples {
  const [sample] = tuples.tuples
  if (sample === undefined) return tuples
  const own = conditions.filter((condition) => {
    const columns = columnsOf(condition)
    return columns !== undefined && columns.length > 0 && columns.every((parts) => resolves(sample, parts))
  })
  if (own.length === 0) return tuples
  return {
    ...tuples,
    tuples: tuples.tuples.filter((tuple) => {
      const truth = and(own.map((condition) => toTruth(evaluate(run, condition, scopeOf(tuple, scope)))))
      return truth === true || truth === UNKNOWN
    }),
  }
}

/** A value by which equal ones are found: a number and a value of regclass are equal. Undefined for what can't be told. */
function hashKey(value: Value | undefined): string | undefined {
  if (value instanceof Reg) return `n${value.oid}`
  if (typeof value === 'number') return `n${value}`
  return typeof value === 'string' ? `s${value}` : undefined
}

/** For a row on the left, the rows on the right that a condition `left.a = right.b` leaves. */
function matcher(
  right: Tuples,
  left: Tuple | undefined,
  conditions: readonly Node[],
): (tuple: Tuple) => readonly Tuple[] {
  const all = (): readonly Tuple[] => right.tuples
  const [sample] = right.tuples
  if (left === undefined || sample === undefined) return all
  for (const condition of conditions) {
    if (
      !('A_Expr' in condition) ||
      condition.A_Expr.kind !== 'AEXPR_OP' ||
      stringOf(condition.A_Expr.name?.at(-1)) !== '='
    ) {
      continue
    }
    const sides = [condition.A_Expr.lexpr, condition.A_Expr.rexpr].map((side) =>
      side !== undefined && 'ColumnRef' in side ? strings(side.ColumnRef.fields) : undefined,
    )
    const [a, b] = sides
    if (a === undefined || b === undefined) continue
    const pair =
      resolves(left, a) && resolves(sample, b)
        ? [a, b]
        : resolves(left, b) && resolves(sample, a)
          ? [b, a]
          : undefined
    if (pair === undefined) continue
    const [outer, inner] = pair as [string[], string[]]
    const buckets = new Map<string, Tuple[]>()
    for (const tuple of right.tuples) {
      const value = scopeOf(tuple, undefined).lookup(inner)
      if (value === null) continue
      const key = hashKey(value)
      if (key === undefined) return all
      const bucket = buckets.get(key)
      if (bucket === undefined) buckets.set(key, [tuple])
      else bucket.push(tuple)
    }
    return (tuple) => {
      const value = scopeOf(tuple, undefined).lookup(outer)
      if (value === null) return []
      const key = hashKey(value)
      return key === undefined ? right.tuples : (buckets.get(key) ?? [])
    }
  }
  return all
}

/** FROM: each item joined to those before it, narrowed by what WHERE says about them. */
export function product(
  run: Evaluation,
  items: readonly Node[],
  where: Node | undefined,
  scope: Scope | undefined,
  ctes: Ctes,
): Tuples {
  const conditions = conjuncts(where)
  let all: Tuples = { tuples: [{ bindings: [], certain: true }], complete: true }
  for (const item of items) all = crossJoin(run, all, item, conditions, scope, ctes)
  return all
}

/** Each item may look at those before it, as LATERAL and functions do. */
function crossJoin(
  run: Evaluation,
  left: Tuples,
  item: Node,
  conditions: readonly Node[],
  scope: Scope | undefined,
  ctes: Ctes,
): Tuples {
  const [first] = left.tuples
  if (left.tuples.length === 1 || !isLateral(item)) {
    const inner = left.tuples.length === 1 ? scopeOf(first!, scope) : scope
    const right = narrowed(run, source(run, item, inner, ctes, conditions), conditions, inner)
    return combine(left, right, matcher(right, first, conditions))
  }
  const tuples: Tuple[] = []
  let { complete } = left
  for (const tuple of left.tuples) {
    const one = combine(
      { tuples: [tuple], complete: true },
      source(run, item, scopeOf(tuple, scope), ctes, conditions),
    )
    complete &&= one.complete
    tuples.push(...one.tuples)
    if (tuples.length > MAX_ROWS) return { tuples: [], complete: false }
  }
  return { tuples, complete }
}

function isLateral(item: Node): boolean {
  return 'RangeFunction' in item || ('RangeSubselect' in item && item.RangeSubselect.lateral === true)
}

function combine(left: Tuples, right: Tuples, match = (_: Tuple): readonly Tuple[] => right.tuples): Tuples {
  const tuples: Tuple[] = []
  for (const a of left.tuples) {
    for (const b of match(a)) {
      tuples.push({ bindings: [...a.bindings, ...b.bindings], certain: a.certain && b.certain })
    }
    if (tuples.length > MAX_ROWS) return { tuples: [], complete: false }
  }
  return { complete: left.complete && right.complete, tuples }
}

function fromRows(result: QueryResult, alias: string, columns: readonly string[]): Tuples {
  return {
    complete: result.complete,
    tuples: result.rows.map((row) => ({
      certain: row.certain,
      bindings: [
        { alias, columns: new Map(row.values.map((value, i) => [columns[i] ?? row.names[i] ?? '', value])) },
      ],
    })),
  }
}

const NO_TUPLES: Tuples = { tuples: [], complete: false }

function source(
  run: Evaluation,
  item: Node,
  scope: Scope | undefined,
  ctes: Ctes,
  conditions: readonly Node[],
): Tuples {
  run.tick()
  if ('RangeVar' in item) return table(run, item.RangeVar, ctes)
  if ('RangeSubselect' in item) {
    const { subquery, alias } = item.RangeSubselect
    return fromRows(runQuery(run, subquery, scope, ctes), alias?.aliasname ?? '', strings(alias?.colnames))
  }
  if ('RangeFunction' in item) return tableFunction(run, item.RangeFunction, scope)
  if ('JoinExpr' in item) return joined(run, item.JoinExpr, scope, ctes, conditions)
  return NO_TUPLES
}

function table(run: Evaluation, relation: RangeVar, ctes: Ctes): Tuples {
  const name = relation.relname ?? ''
  const alias = relation.alias?.aliasname ?? name
  const columns = strings(relation.alias?.colnames)
  const cte = relation.schemaname === undefined ? ctes.get(name) : undefined
  if (cte !== undefined) return fromRows(cte, alias, columns)
  const rows = virtualTable(run.store, relation.schemaname, name)
  if (rows === undefined) return NO_TUPLES
  return {
    complete: true,
    tuples: rows.map((columns) => ({ certain: true, bindings: [{ alias, columns }] })),
  }
}

function tableFunction(
  run: Evaluation,
  item: Extract<Node, { RangeFunction: unknown }>['RangeFunction'],
  scope: Scope | undefined,
): Tuples {
  const first = item.functions?.[0]
  const node = first !== undefined && 'List' in first ? first.List.items?.[0] : undefined
  if (node === undefined || !('FuncCall' in node) || (item.functions?.length ?? 0) > 1) return NO_TUPLES
  const name = listName(node.FuncCall.funcname).name
  const args = (node.FuncCall.args ?? []).map((arg) => evaluate(run, arg, scope))
  const list = setReturning(name, args)
  if (list === undefined) return NO_TUPLES
  const alias = item.alias?.aliasname ?? name
  const columns = strings(item.alias?.colnames)
  const column = columns[0] ?? alias
  return {
    complete: true,
    tuples: list.map((value, i) => ({
      certain: true,
      bindings: [
        {
          alias,
          columns: new Map<string, Value>([
            [column, value],
            ...(item.ordinality === true ? [[columns[1] ?? 'ordinality', i + 1] as const] : []),
          ]),
        },
      ],
    })),
  }
}

/** The rows of unnest and generate_series; undefined where they are not known. */
export function setReturning(name: string, args: readonly Value[]): readonly Value[] | undefined {
  const [a, b] = args
  if (name === 'unnest') return Array.isArray(a) && args.length === 1 ? a : a === null ? [] : undefined
  if (name === 'generate_series' && typeof a === 'number' && typeof b === 'number' && args.length === 2) {
    return b - a > MAX_ROWS ? undefined : Array.from({ length: Math.max(0, b - a + 1) }, (_, i) => a + i)
  }
  return undefined
}

function joined(
  run: Evaluation,
  join: JoinExpr,
  scope: Scope | undefined,
  ctes: Ctes,
  conditions: readonly Node[],
): Tuples {
  if (join.isNatural === true || (join.jointype !== 'JOIN_INNER' && join.jointype !== 'JOIN_LEFT'))
    return NO_TUPLES
  const left = narrowed(run, source(run, join.larg!, scope, ctes, conditions), conditions, scope)
  const lateral = isLateral(join.rarg!)
  const on = conjuncts(join.quals)
  const right = lateral ? undefined : narrowed(run, source(run, join.rarg!, scope, ctes, on), on, scope)
  const match = right === undefined ? undefined : matcher(right, left.tuples[0], on)
  const using = strings(join.usingClause)
  const tuples: Tuple[] = []
  let complete = left.complete && right?.complete !== false
  for (const tuple of left.tuples) {
    const others = right ?? source(run, join.rarg!, scopeOf(tuple, scope), ctes, on)
    complete &&= others.complete
    let matched = false
    for (const other of match?.(tuple) ?? others.tuples) {
      const both = {
        bindings: [...tuple.bindings, ...other.bindings],
        certain: tuple.certain && other.certain,
      }
      const truth = joinTruth(run, join, both, tuple, other, using, scope)
      if (truth === false || truth === null) continue
      matched = true
      tuples.push(truth === true ? both : { ...both, certain: false })
    }
    if (tuples.length > MAX_ROWS) return NO_TUPLES
    if (!matched && join.jointype === 'JOIN_LEFT') {
      tuples.push({ ...tuple, bindings: [...tuple.bindings, ...nullRow(others)] })
    }
  }
  return { tuples, complete }
}

function nullRow(others: Tuples): readonly Binding[] {
  return (others.tuples[0]?.bindings ?? []).map((binding) => ({
    alias: binding.alias,
    columns: new Map([...binding.columns.keys()].map((name) => [name, null])),
  }))
}

function joinTruth(
  run: Evaluation,
  join: JoinExpr,
  both: Tuple,
  left: Tuple,
  right: Tuple,
  using: readonly string[],
  scope: Scope | undefined,
): Truth {
  if (using.length > 0) {
    return and(
      using.map((name) => {
        const a = scopeOf(left, undefined).lookup([name]) ?? UNKNOWN
        const b = scopeOf(right, undefined).lookup([name]) ?? UNKNOWN
        const order = compare(a, b)
        return typeof order === 'number' ? order === 0 : order
      }),
    )
  }
  return join.quals === undefined ? true : toTruth(evaluate(run, join.quals, scopeOf(both, scope)))
}
