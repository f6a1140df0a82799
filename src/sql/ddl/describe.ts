import type {
  A_Expr,
  A_Indirection,
  List,
  Node,
  RangeVar,
  ResTarget,
  RowExpr,
  SelectStmt,
} from '@pgsql/types'
import { PgError } from '../../catalog/error.js'
import type { Oid } from '../../catalog/model.js'
import type { DescribedExpression, DescribedQuery, ExpressionPlace, Store } from '../../catalog/store.js'
import type { StoredRelation } from '../../catalog/stored.js'
import { checkLiteral, resolveType } from '../../catalog/types.js'
import { UNKNOWN_QUERY } from '../../catalog/views.js'
import { analyzeExpression, describeQuery as analyze, type Refusal } from '../analyze/index.js'
import { Made } from '../analyze/state.js'
import { walk } from './expressions.js'
import { columnComparison, stringConstant } from './lists.js'
import { listName, rangeName, strings, typeName } from './names.js'

/** A relation in a FROM clause, by the name that columns are qualified with. */
interface Source {
  readonly alias: string
  /** Undefined for a subquery, a CTE, a function: what it reads is read inside. */
  readonly relation: StoredRelation | undefined
  /** Columns by their alias. */
  readonly renamed: readonly string[]
}

/** The parts of a SELECT whose names are looked up elsewhere. */
const READ_ALREADY: ReadonlySet<string> = new Set(['fromClause', 'withClause', 'larg', 'rarg'])

/** Collects which columns a query reads, for what DROP and ALTER TYPE must look at. */
class Reads {
  readonly found = new Map<string, { relation: Oid; attnum: number }>()
  complete = true

  constructor(
    readonly store: Store,
    /** Whether the constants of comparisons are of the columns' types: there are no operators but Postgres's own. */
    private readonly checksConstants: boolean,
  ) {}

  add(relation: Oid, attnum: number): void {
    this.found.set(`${relation} ${attnum}`, { relation, attnum })
  }

  select(select: SelectStmt, outer: readonly Source[], ctes: ReadonlySet<string>): void {
    const names = new Set(ctes)
    for (const each of select.withClause?.ctes ?? []) {
      if (!('CommonTableExpr' in each)) continue
      if (select.withClause?.recursive === true) names.add(each.CommonTableExpr.ctename ?? '')
      this.inner(each.CommonTableExpr.ctequery, outer, names)
      names.add(each.CommonTableExpr.ctename ?? '')
    }
    for (const side of [select.larg, select.rarg]) if (side !== undefined) this.select(side, outer, names)
    const own: Source[] = []
    for (const item of select.fromClause ?? []) this.from(item, own, outer, names)
    const scope = [...own, ...outer]
    for (const key in select) {
      if (!READ_ALREADY.has(key)) this.expression(select[key as keyof SelectStmt], scope, own, names)
    }
  }

  inner(node: Node | undefined, outer: readonly Source[], ctes: ReadonlySet<string>): void {
    if (node !== undefined && 'SelectStmt' in node) this.select(node.SelectStmt, outer, ctes)
  }

  from(item: Node, own: Source[], outer: readonly Source[], ctes: ReadonlySet<string>): void {
    if ('RangeVar' in item) own.push(this.table(item.RangeVar, ctes))
    else if ('JoinExpr' in item) {
      const { larg, rarg, quals, usingClause, isNatural } = item.JoinExpr
      const from = own.length
      for (const side of [larg, rarg]) if (side !== undefined) this.from(side, own, outer, ctes)
      this.expression(quals, [...own, ...outer], own, ctes)
      const sides = own.slice(from)
      const shared = isNatural === true ? sharedNames(sides) : strings(usingClause)
      for (const name of shared) for (const side of sides) this.column(side, name)
    } else if ('RangeSubselect' in item) {
      const { subquery, alias } = item.RangeSubselect
      this.inner(subquery, [...own, ...outer], ctes)
      own.push({ alias: alias?.aliasname ?? '', relation: undefined, renamed: [] })
    } else {
      this.expression(item, [...own, ...outer], [], ctes)
      own.push({ alias: '', relation: undefined, renamed: [] })
    }
  }

  table(range: RangeVar, ctes: ReadonlySet<string>): Source {
    const alias = range.alias?.aliasname ?? range.relname ?? ''
    const renamed = strings(range.alias?.colnames)
    if (range.schemaname === undefined && ctes.has(range.relname ?? ''))
      return { alias, relation: undefined, renamed }
    const oid = this.store.lookupRelationOid(rangeName(range))
    const relation = oid === undefined ? undefined : this.store.relations.get(oid)
    if (this.store.strict && oid !== undefined && (relation === undefined || relation.kind === 'index')) {
      throw new PgError('42809', `cannot open relation "${range.relname ?? ''}"`)
    }
    if (relation === undefined) this.complete = false
    else {
      this.add(relation.oid, 0)
      if (!relation.complete) this.complete = false
    }
    return { alias, relation, renamed }
  }

  column(source: Source, name: string): boolean {
    const at = source.renamed.indexOf(name)
    const column =
      at >= 0 ? source.relation?.columns[at] : source.relation?.columns.find((each) => each.name === name)
    if (column === undefined || source.relation === undefined) return false
    this.add(source.relation.oid, column.attnum)
    return true
  }

  /** Every column reference in a tree, those of subqueries in their own scope. */
  expression(
    tree: unknown,
    scope: readonly Source[],
    own: readonly Source[],
    ctes: ReadonlySet<string>,
  ): void {
    if (Array.isArray(tree)) {
      for (const item of tree) this.expression(item, scope, own, ctes)
      return
    }
    if (typeof tree !== 'object' || tree === null) return
    for (const key in tree) {
      const value = (tree as Record<string, unknown>)[key]
      if (key === 'SelectStmt') this.select(value as SelectStmt, scope, ctes)
      else if (key === 'ColumnRef') this.reference(value as { fields?: Node[] }, scope)
      else {
        if (key === 'A_Expr') this.comparison(value as A_Expr, scope)
        this.stars(starsIn(key, value), scope, own)
        if (key === 'A_Indirection') this.field(value as A_Indirection, scope)
        this.expression(value, scope, own, ctes)
      }
    }
  }

  /** A constant that is compared with a column must be one of its type's. */
  comparison(expression: A_Expr, scope: readonly Source[]): void {
    const found = this.checksConstants ? columnComparison(expression) : undefined
    if (found === undefined || found.asText || found.cast || found.textConstants) return
    for (const source of scope) {
      const at = source.renamed.indexOf(found.column)
      const { relation } = source
      const column =
        at >= 0 ? relation?.columns[at] : relation?.columns.find((each) => each.name === found.column)
      if (column === undefined) continue
      for (const value of found.values) checkLiteral(this.store, column.type, value)
      return
    }
  }

  reference(ref: { fields?: Node[] }, scope: readonly Source[]): void {
    const { star, name, alias } = partsOf(ref)
    // Where a star does not stand for the columns (`array_agg(t.*)`), it is the row: whatever columns that has.
    if (star) return
    for (const source of scope) {
      if (alias !== undefined && source.alias !== alias) continue
      if (this.column(source, name)) return
    }
  }

  stars(nodes: readonly Node[], scope: readonly Source[], own: readonly Source[]): void {
    for (const node of nodes) {
      if (!('ColumnRef' in node)) continue
      const { star, name } = partsOf(node.ColumnRef)
      if (!star) continue
      if (name === '') for (const source of own) this.whole(source)
      else {
        const source = scope.find(({ alias }) => alias === name)
        if (source !== undefined) this.whole(source)
      }
    }
  }

  /** `(t).status`, `(t.*).status`: a column of a row. */
  field({ arg, indirection }: A_Indirection, scope: readonly Source[]): void {
    const [first] = indirection ?? []
    if (arg === undefined || !('ColumnRef' in arg) || first === undefined || !('String' in first)) return
    const { name } = partsOf(arg.ColumnRef)
    const source = scope.find(({ alias }) => alias === name)
    if (source !== undefined) this.column(source, first.String.sval ?? '')
  }

  whole(source: Source): void {
    for (const column of source.relation?.columns ?? []) this.add(source.relation!.oid, column.attnum)
  }
}

/** A reference's last name and the one before it; with a star at the end, `name` is what it is of. */
function partsOf({ fields = [] }: { fields?: Node[] }): { star: boolean; name: string; alias?: string } {
  const last = fields.at(-1)
  const names = strings(fields.filter((field) => 'String' in field))
  const alias = names.at(-2)
  return {
    star: last !== undefined && 'A_Star' in last,
    name: names.at(-1) ?? '',
    ...(alias === undefined ? {} : { alias }),
  }
}

/** What a node has in places where a star stands for the columns: the list of a SELECT, `ROW(...)`, `VALUES (...)`. */
function starsIn(key: string, node: unknown): readonly Node[] {
  if (key === 'ResTarget') {
    const { val } = node as ResTarget
    return val === undefined ? [] : [val]
  }
  if (key === 'RowExpr') return (node as RowExpr).args ?? []
  return key === 'List' ? ((node as List).items ?? []) : []
}

function sharedNames(sides: readonly Source[]): string[] {
  const [left, ...others] = sides
  const names = left?.relation?.columns.map((column) => column.name) ?? []
  return names.filter((name) =>
    others.some((side) => side.relation?.columns.some((column) => column.name === name)),
  )
}

/**
 * A query's columns and what it reads. Throws PgError where Postgres refuses it and the catalog knows all that there is;
 * otherwise what is not known leaves it incomplete.
 */
export function describeQuery(query: unknown, store: Store): DescribedQuery {
  const node = query as Node
  // Only its PREPARE says what a prepared statement gives.
  if ('ExecuteStmt' in node) return UNKNOWN_QUERY
  const refusals: Refusal[] = []
  const made = new Made()
  const columns = analyze(node, store.live(), store.searchPath, refusals, made)
  requireRight(store, refusals)
  const own = describeMade(made)
  if (own.isOwn) for (const { value, type } of own.constants) checkLiteral(store, type, value)
  const reads = new Reads(store, !own.isOwn)
  reads.inner(node, [], new Set())
  if (store.strict && !reads.complete) throw new PgError('42P01', 'relation does not exist')
  const types: Oid[] = []
  const functions: Oid[] = [...own.functions]
  walk(node, (kind, value) => {
    const child = { [kind]: value } as unknown as Node
    if ('TypeCast' in child) {
      const type = resolveType(store, typeName(child.TypeCast.typeName))
      types.push(type.oid)
      const constant =
        child.TypeCast.arg !== undefined && 'A_Const' in child.TypeCast.arg ? child.TypeCast.arg : undefined
      const literal = stringConstant(constant)
      if (literal !== undefined) checkLiteral(store, type, literal.value)
    }
    if ('FuncCall' in child)
      functions.push(...store.lookupFunctions(listName(child.FuncCall.funcname)).map((each) => each.oid))
  })
  return {
    columns: (columns ?? []).map(({ name, type }) => (type === undefined ? { name } : { name, type })),
    reads: [...reads.found.values()],
    references: {
      types: types.filter((oid) => store.types.has(oid)),
      functions,
      operators: own.operators,
      sequences: [],
    },
    complete: columns !== undefined && reads.complete,
  }
}

function requireRight(store: Store, [refusal]: readonly Refusal[]): void {
  if (store.strict && refusal !== undefined) throw new PgError(refusal.code, refusal.message)
}

function describeMade({ operators, casts, constants }: Made): DescribedExpression {
  return {
    functions: [...casts].flatMap((cast) => cast.function ?? []),
    operators: [...operators].map((operator) => operator.oid),
    isOwn: operators.size > 0 || casts.size > 0,
    constants,
  }
}

/** What an expression means where the migrations made operators or casts. */
export function describeExpression(tree: unknown, place: ExpressionPlace, store: Store): DescribedExpression {
  const refusals: Refusal[] = []
  const made = new Made()
  analyzeExpression(tree as Node, place, store.live(), store.searchPath, refusals, made)
  requireRight(store, refusals)
  const described = describeMade(made)
  // What we refuse and Postgres did not has another meaning than we know.
  return refusals.length > 0 ? { ...described, isOwn: true } : described
}
