import type { A_Expr, FuncCall, Node, SubLink, TypeCast } from '@pgsql/types'
import { PgError } from '../../catalog/error.js'
import { truncateName } from '../../catalog/names.js'
import type { Store } from '../../catalog/store.js'
import { arrayElements, checkLiteral, resolveType } from '../../catalog/types.js'
import { listName, stringOf, strings, typeName } from '../ddl/names.js'
import {
  callBuiltin,
  join,
  safeRegex,
  toRegclass,
  toRegnamespace,
  toRegproc,
  toRegtype,
} from './functions.js'
import { runQuery, type QueryResult } from './query.js'
import {
  and,
  compare,
  not,
  or,
  Row,
  Tainted,
  toTaintedText,
  toText,
  toTruth,
  UNKNOWN,
  type Truth,
  type Value,
} from './value.js'

/** What names mean at a place: columns of the query around it, variables of the block. */
export interface Scope {
  /** Undefined where the name is not known here. */
  lookup(parts: readonly string[]): Value | undefined
  readonly parent?: Scope
}

/** What evaluation needs from the run: the catalog, calls of the migration's own functions, a limit of steps. */
export interface Evaluation {
  readonly store: Store
  /** Counts a step; throws when there were too many. */
  tick(): void
  /** Calls a function that a migration made, its last arguments by `names`; undefined where there is none of that name. */
  call(
    name: { readonly schema?: string; readonly name: string },
    args: readonly Value[],
    names: readonly (string | undefined)[],
  ): Value | undefined
}

function lookup(scope: Scope | undefined, parts: readonly string[]): Value {
  for (let at = scope; at !== undefined; at = at.parent) {
    const found = at.lookup(parts)
    if (found !== undefined) return found
  }
  return UNKNOWN
}

/** The value of an expression; UNKNOWN where the migrations don't tell. Throws PgError where Postgres would. */
export function evaluate(run: Evaluation, tree: unknown, scope: Scope | undefined): Value {
  run.tick()
  if (typeof tree !== 'object' || tree === null) return UNKNOWN
  const node = tree as Node
  if ('A_Const' in node) return constant(node.A_Const)
  if ('ColumnRef' in node) return lookup(scope, strings(node.ColumnRef.fields))
  if ('ParamRef' in node) return lookup(scope, [`$${node.ParamRef.number ?? 0}`])
  if ('TypeCast' in node) return cast(run, node.TypeCast, scope)
  if ('A_Expr' in node) return operator(run, node.A_Expr, scope)
  if ('BoolExpr' in node) {
    const truths = (node.BoolExpr.args ?? []).map((arg) => toTruth(evaluate(run, arg, scope)))
    if (node.BoolExpr.boolop === 'NOT_EXPR') return not(truths[0] ?? null)
    return node.BoolExpr.boolop === 'AND_EXPR' ? and(truths) : or(truths)
  }
  if ('NullTest' in node) {
    const value = evaluate(run, node.NullTest.arg, scope)
    if (value === UNKNOWN) return UNKNOWN
    return (value === null) === (node.NullTest.nulltesttype === 'IS_NULL')
  }
  if ('BooleanTest' in node)
    return booleanTest(toTruth(evaluate(run, node.BooleanTest.arg, scope)), node.BooleanTest.booltesttype)
  if ('FuncCall' in node) return call(run, node.FuncCall, scope)
  if ('SubLink' in node) return subquery(run, node.SubLink, scope)
  return otherExpression(run, node, scope)
}

function otherExpression(run: Evaluation, node: Node, scope: Scope | undefined): Value {
  if ('CaseExpr' in node) {
    const { arg, args, defresult } = node.CaseExpr
    const subject = arg === undefined ? undefined : evaluate(run, arg, scope)
    for (const each of args ?? []) {
      if (!('CaseWhen' in each)) return UNKNOWN
      const condition = evaluate(run, each.CaseWhen.expr, scope)
      const truth = subject === undefined ? toTruth(condition) : equal(subject, condition)
      if (truth === UNKNOWN) return UNKNOWN
      if (truth === true) return evaluate(run, each.CaseWhen.result, scope)
    }
    return defresult === undefined ? null : evaluate(run, defresult, scope)
  }
  if ('CoalesceExpr' in node) {
    for (const arg of node.CoalesceExpr.args ?? []) {
      const value = evaluate(run, arg, scope)
      if (value !== null) return value
    }
    return null
  }
  if ('A_ArrayExpr' in node)
    return (node.A_ArrayExpr.elements ?? []).map((each) => evaluate(run, each, scope))
  if ('CollateClause' in node) return evaluate(run, node.CollateClause.arg, scope)
  if ('SQLValueFunction' in node) {
    if (node.SQLValueFunction.op === 'SVFOP_CURRENT_SCHEMA') return run.store.currentSchemas()[0] ?? null
    return UNKNOWN
  }
  if ('A_Indirection' in node)
    return indirection(run, node.A_Indirection.arg, node.A_Indirection.indirection, scope)
  return UNKNOWN
}

function constant(value: Extract<Node, { A_Const: unknown }>['A_Const']): Value {
  if (value.isnull === true) return null
  if (value.sval !== undefined) return value.sval.sval ?? ''
  if (value.boolval !== undefined) return value.boolval.boolval === true
  if (value.ival !== undefined) return value.ival.ival ?? 0
  if (value.fval !== undefined) return Number(value.fval.fval)
  return UNKNOWN
}

function booleanTest(truth: Truth, test: string | undefined): Value {
  if (truth === UNKNOWN) return UNKNOWN
  switch (test) {
    case 'IS_TRUE':
      return truth === true
    case 'IS_NOT_TRUE':
      return truth !== true
    case 'IS_FALSE':
      return truth === false
    case 'IS_NOT_FALSE':
      return truth !== false
    default:
      return (truth === null) === (test === 'IS_UNKNOWN')
  }
}

function indirection(
  run: Evaluation,
  arg: Node | undefined,
  path: readonly Node[] | undefined,
  scope: Scope | undefined,
): Value {
  let value = evaluate(run, arg, scope)
  for (const step of path ?? []) {
    if ('A_Indices' in step && step.A_Indices.is_slice !== true) {
      const at = evaluate(run, step.A_Indices.uidx, scope)
      value = Array.isArray(value) && typeof at === 'number' ? (value[at - 1] ?? null) : UNKNOWN
    } else if ('String' in step && value instanceof Row) value = value.fields.get(stringOf(step)) ?? UNKNOWN
    else return UNKNOWN
  }
  return value
}

function cast(run: Evaluation, node: TypeCast, scope: Scope | undefined): Value {
  const value = evaluate(run, node.arg, scope)
  const type = typeName(node.typeName)
  const { store } = run
  if (type.array === true) {
    if (typeof value !== 'string') return value
    return arrayElements(value) ?? UNKNOWN
  }
  switch (type.name) {
    case 'regclass':
      return found(toRegclass(store, value), value, '42P01', 'relation')
    case 'regtype':
      return found(toRegtype(store, value), value, '42704', 'type')
    case 'regnamespace':
      return found(toRegnamespace(store, value), value, '3F000', 'schema')
    case 'regproc':
    case 'regprocedure':
      return toRegproc(store, value, type.name)
    case 'text':
    case 'varchar':
    case 'name':
    case 'bpchar':
      return value === UNKNOWN
        ? toTaintedText(value)
        : Array.isArray(value) || value instanceof Row
          ? UNKNOWN
          : toText(value)
    case 'oid':
    case 'int4':
    case 'int8':
    case 'int2':
    case 'numeric':
      if (value instanceof Object && 'oid' in value) return value.oid
      return typeof value === 'string' && /^\s*-?\d+\s*$/.test(value)
        ? Number(value)
        : value instanceof Tainted
          ? UNKNOWN
          : value
    case 'bool':
      return toTruth(value)
    default:
      if (typeof value === 'string') checkLiteral(store, resolveType(store, type), value)
      return value instanceof Tainted ? UNKNOWN : value
  }
}

function found(reg: Value, written: Value, code: string, what: string): Value {
  if (reg === null && typeof written === 'string')
    throw new PgError(code, `${what} "${written}" does not exist`)
  return reg
}

function equal(a: Value, b: Value): Truth {
  const order = compare(a, b)
  return typeof order === 'number' ? order === 0 : order
}

/** LIKE as a regular expression. */
function like(value: Value, pattern: Value, insensitive: boolean): Truth {
  if (value === null || pattern === null) return null
  const text = toText(value)
  if (typeof text !== 'string' || typeof pattern !== 'string')
    return text instanceof Tainted ? false : UNKNOWN
  const source = pattern.replace(/\\(.)|[%_]|[.*+?^${}()|[\]\\]/gs, (mark, escaped: string | undefined) =>
    escaped !== undefined
      ? escaped.replace(/[.*+?^${}()|[\]\\]/, '\\$&')
      : mark === '%'
        ? '[^]*'
        : mark === '_'
          ? '[^]'
          : `\\${mark}`,
  )
  return new RegExp(`^${source}$`, insensitive ? 'iu' : 'u').test(text)
}

function matchesRegex(value: Value, pattern: Value, flags: string): Truth {
  if (value === null || pattern === null) return null
  if (typeof value !== 'string' || typeof pattern !== 'string')
    return value instanceof Tainted ? false : UNKNOWN
  const regex = value.length > 200 ? undefined : safeRegex(pattern, flags)
  return regex === undefined ? UNKNOWN : regex.test(value)
}

function operator(run: Evaluation, node: A_Expr, scope: Scope | undefined): Value {
  const symbol = stringOf(node.name?.at(-1))
  const left = node.lexpr === undefined ? null : evaluate(run, node.lexpr, scope)
  switch (node.kind) {
    case 'AEXPR_IN': {
      const items = node.rexpr !== undefined && 'List' in node.rexpr ? (node.rexpr.List.items ?? []) : []
      const truth = or(items.map((item) => equal(left, beside(node.lexpr, item, evaluate(run, item, scope)))))
      return symbol === '=' ? truth : not(truth)
    }
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL': {
      const right = arrayOf(evaluate(run, node.rexpr, scope))
      if (right === null || right === undefined) return right ?? UNKNOWN
      const truths = right.map((item) => toTruth(binary(symbol, left, item)))
      return node.kind === 'AEXPR_OP_ANY' ? or(truths) : and(truths)
    }
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE': {
      const truth = like(left, evaluate(run, node.rexpr, scope), node.kind === 'AEXPR_ILIKE')
      return symbol.startsWith('!') ? not(truth) : truth
    }
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN': {
      const bounds = node.rexpr !== undefined && 'List' in node.rexpr ? (node.rexpr.List.items ?? []) : []
      const [low, high] = bounds.map((item) => evaluate(run, item, scope))
      const truth = and([toTruth(binary('>=', left, low ?? null)), toTruth(binary('<=', left, high ?? null))])
      return node.kind === 'AEXPR_BETWEEN' ? truth : not(truth)
    }
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT': {
      const right = evaluate(run, node.rexpr, scope)
      const same = left === null || right === null ? left === right : equal(left, right)
      return node.kind === 'AEXPR_DISTINCT' ? not(same) : same
    }
    case 'AEXPR_NULLIF': {
      const same = equal(left, evaluate(run, node.rexpr, scope))
      return same === UNKNOWN ? UNKNOWN : same === true ? null : left
    }
    default: {
      const right = evaluate(run, node.rexpr, scope)
      if (node.lexpr === undefined) return symbol === '-' && typeof right === 'number' ? -right : UNKNOWN
      return binary(symbol, beside(node.rexpr, node.lexpr, left), beside(node.lexpr, node.rexpr, right))
    }
  }
}

/** Columns of the system catalogs and the information schema that are of type `name`. */
const NAME_COLUMN =
  /^(?:(?:typ|rel|con|att|nsp|pro|tg|ext|index|table|view|matview|sequence|schema|trigger|policy|rule)name|(?:table|column|constraint|udt|domain|schema|trigger|routine|sequence|view)_(?:name|schema)|enumlabel)$/

/** The value of `node` where it stands beside `other`: a mere constant beside a `name` is one, too, and cut to 63 bytes. */
function beside(other: Node | undefined, node: Node | undefined, value: Value): Value {
  if (typeof value !== 'string' || node === undefined || !('A_Const' in node)) return value
  if (other === undefined || !('ColumnRef' in other)) return value
  return NAME_COLUMN.test(strings(other.ColumnRef.fields).at(-1) ?? '') ? truncateName(value) : value
}

function arrayOf(value: Value): Value[] | null | undefined {
  if (value === null || Array.isArray(value)) return value
  return typeof value === 'string' ? arrayElements(value) : undefined
}

function binary(symbol: string, a: Value, b: Value): Value {
  if (symbol === '||') {
    if (Array.isArray(a)) return Array.isArray(b) ? [...a, ...b] : [...a, b]
    if (Array.isArray(b)) return [a, ...b]
    return a === null || b === null ? null : join([a, b])
  }
  const order = compare(a, b)
  switch (symbol) {
    case '=':
      return typeof order === 'number' ? order === 0 : order
    case '<>':
    case '!=':
      return typeof order === 'number' ? order !== 0 : order
    case '<':
      return typeof order === 'number' ? order < 0 : order
    case '>':
      return typeof order === 'number' ? order > 0 : order
    case '<=':
      return typeof order === 'number' ? order <= 0 : order
    case '>=':
      return typeof order === 'number' ? order >= 0 : order
    case '~':
      return matchesRegex(a, b, '')
    case '~*':
      return matchesRegex(a, b, 'i')
    case '!~':
      return not(matchesRegex(a, b, ''))
    case '!~*':
      return not(matchesRegex(a, b, 'i'))
    default:
      return arithmetic(symbol, a, b)
  }
}

function arithmetic(symbol: string, a: Value, b: Value): Value {
  if (a === null || b === null) return null
  if (typeof a !== 'number' || typeof b !== 'number') return UNKNOWN
  switch (symbol) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      if (b === 0) throw new PgError('22012', 'division by zero')
      return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b
    case '%':
      if (b === 0) throw new PgError('22012', 'division by zero')
      return a % b
    default:
      return UNKNOWN
  }
}

/** `enum_range(NULL::type)`, `enum_first` and `enum_last` (manual, 9.10); undefined for another call. */
function enumLabels(store: Store, name: string, args: readonly Node[]): Value | undefined {
  const [only] = args
  if (!/^enum_(?:range|first|last)$/.test(name) || args.length !== 1) return undefined
  if (only === undefined || !('TypeCast' in only)) return undefined
  const ref = resolveType(store, typeName(only.TypeCast.typeName))
  const type = ref.array ? undefined : store.typeByOid(ref.oid)
  if (type?.kind !== 'enum') return undefined
  const labels = type.labels.map(({ value }) => value)
  const wanted = name === 'enum_range' ? labels : labels.slice(...(name === 'enum_first' ? [0, 1] : [-1]))
  for (const label of wanted) checkLiteral(store, ref, label)
  return name === 'enum_range' ? wanted : (wanted[0] ?? null)
}

function call(run: Evaluation, node: FuncCall, scope: Scope | undefined): Value {
  const name = listName(node.funcname)
  const args = (node.args ?? []).map((arg) =>
    evaluate(run, 'NamedArgExpr' in arg ? arg.NamedArgExpr.arg : arg, scope),
  )
  if (name.schema === undefined || name.schema === 'pg_catalog') {
    const value = enumLabels(run.store, name.name, node.args ?? []) ?? callBuiltin(run.store, name.name, args)
    if (value !== undefined) return value
  }
  const names = (node.args ?? []).map((arg) => ('NamedArgExpr' in arg ? arg.NamedArgExpr.name : undefined))
  return run.call(name, args, names) ?? UNKNOWN
}

function subquery(run: Evaluation, node: SubLink, scope: Scope | undefined): Value {
  const result = runQuery(run, node.subselect, scope)
  if (node.subLinkType === 'EXISTS_SUBLINK') return existsIn(result)
  if (node.subLinkType === 'ARRAY_SUBLINK') {
    return isCertain(result) ? result.rows.map((row) => row.values[0] ?? null) : UNKNOWN
  }
  if (node.subLinkType === 'EXPR_SUBLINK') {
    if (!isCertain(result)) return UNKNOWN
    if (result.rows.length > 1)
      throw new PgError('21000', 'more than one row returned by a subquery used as an expression')
    return result.rows[0]?.values[0] ?? null
  }
  if (node.subLinkType !== 'ANY_SUBLINK' && node.subLinkType !== 'ALL_SUBLINK') return UNKNOWN
  const left = evaluate(run, node.testexpr, scope)
  const symbol = node.operName === undefined ? '=' : stringOf(node.operName.at(-1))
  const truths = result.rows.map((row) => {
    const truth = toTruth(binary(symbol, left, row.values[0] ?? null))
    return row.certain ? truth : and([truth, UNKNOWN])
  })
  if (!result.complete) truths.push(UNKNOWN)
  return node.subLinkType === 'ANY_SUBLINK' ? or(truths) : and(truths)
}

function existsIn(result: QueryResult): Truth {
  if (result.rows.some((row) => row.certain)) return true
  return result.rows.length > 0 || !result.complete ? UNKNOWN : false
}

/** Whether exactly these are the rows. */
export function isCertain(result: QueryResult): boolean {
  return result.complete && result.rows.every((row) => row.certain)
}
