import type {
  A_ArrayExpr,
  A_Const,
  A_Expr,
  A_Indirection,
  BoolExpr,
  CaseExpr,
  CollateClause,
  ColumnRef,
  FuncCall,
  MinMaxExpr,
  MultiAssignRef,
  Node,
  ParamRef,
  RowExpr,
  SQLValueFunction,
  SubLink,
  TypeCast,
} from '@pgsql/types'
import type { QualifiedName } from '../../catalog/model.js'
import { transformCall } from './call.js'
import { coerceToCommon, coerceToSpecific, coerceToTarget, unify } from './coerce.js'
import { transformJsonOrXml } from './json.js'
import { listOf, unwrap } from './nodes.js'
import { EQUALS, makeArrayOperator, makeOperator } from './operators.js'
import { transformColumnRef, transformIndirection } from './reference.js'
import type { Scope } from './scope.js'
import { Refused, type Expr, type Meeting } from './state.js'
import { analyzeSubquery } from './select.js'
import { transformIn } from './in.js'
import {
  BOOL,
  INT4,
  INT8,
  isPolymorphic,
  NUMERIC,
  OPEN,
  qualified,
  RECORD,
  stringList,
  TEXT,
  UNKNOWN,
  type TypeId,
} from './types.js'

const COMPARE: Meeting = { kind: 'compare' }
const NULL: Expr = { type: UNKNOWN, constant: { value: null, start: -1 } }

/** transformExpr of Postgres: gives an expression its type, and every constant in it that meets one. */
export function transformExpr(scope: Scope, node: Node | undefined): Expr {
  if (node === undefined) return NULL
  const { tag, body } = unwrap(node)
  switch (tag) {
    case 'A_Const':
      return transformConstant(scope, body)
    case 'ColumnRef':
      return transformColumnRef(scope, body as ColumnRef)
    case 'ParamRef':
      return transformParameter(scope, body)
    case 'A_Expr':
      return transformOperation(scope, body)
    case 'BoolExpr':
      transformConditions(scope, body as BoolExpr)
      return { type: BOOL }
    case 'TypeCast':
      return transformCast(scope, body)
    case 'FuncCall':
      return transformCall(scope, body as FuncCall)
    case 'SubLink':
      return transformSubLink(scope, body)
    case 'A_Indirection': {
      const { arg, indirection } = body as A_Indirection
      return transformIndirection(scope, transformExpr(scope, arg), indirection ?? [])
    }
    case 'CaseExpr':
      return transformCase(scope, body)
    case 'A_ArrayExpr':
      return transformArray(scope, body, undefined)
    case 'RowExpr':
      return transformRow(scope, body)
    case 'CoalesceExpr':
      return transformAlternatives(scope, (body as { args?: Node[] }).args ?? [], 'COALESCE')
    case 'MinMaxExpr':
      return transformAlternatives(scope, (body as MinMaxExpr).args ?? [], 'GREATEST')
    case 'CollateClause':
      return transformCollate(scope, body)
    case 'NullTest':
      transformExpr(scope, (body as { arg?: Node }).arg)
      return { type: BOOL }
    case 'BooleanTest':
      transformBoolean(scope, (body as { arg?: Node }).arg, 'IS TRUE')
      return { type: BOOL }
    case 'SQLValueFunction':
      return { type: valueFunctionType(body) }
    case 'GroupingFunc':
      for (const argument of (body as { args?: Node[] }).args ?? []) transformExpr(scope, argument)
      return { type: INT4 }
    case 'MultiAssignRef':
      return transformMultiAssign(scope, body)
    case 'CurrentOfExpr':
      return { type: BOOL }
    case 'MergeSupportFunc':
      return { type: TEXT }
    case 'SetToDefault':
      throw new Refused('42601', 'DEFAULT is not allowed in this context')
    default:
      return transformJsonOrXml(scope, tag, body)
  }
}

/** transformCollateClause: the type must have collations; a constant keeps its unknown type. */
function transformCollate(scope: Scope, { arg }: CollateClause): Expr {
  const { types } = scope.analysis
  const expr = transformExpr(scope, arg)
  const base = types.base(expr.type)
  const member = base < 0 ? types.base(-base) : base
  if (expr.type !== UNKNOWN && member !== OPEN && !types.isText(member) && !isPolymorphic(member)) {
    throw new Refused('42804', `collations are not supported by type ${types.name(expr.type)}`)
  }
  return expr
}

/** transformWhereClause and the like: an expression that must be boolean. */
export function transformBoolean(scope: Scope, node: Node | undefined, what: string): void {
  if (node === undefined) return
  coerceToSpecific(scope.analysis, transformExpr(scope, node), BOOL, what)
}

/** AND, OR and NOT. */
function transformConditions(scope: Scope, { args = [] }: BoolExpr): void {
  const nullTests = args.flatMap((argument) => {
    return 'NullTest' in argument ? (columnText(argument.NullTest.arg) ?? []) : []
  })
  for (const argument of args) {
    // `status IS NULL OR status = ''` makes sure of something, as NULLIF does.
    if (nullTests.length > 0 && nullTests.includes(comparedWithEmpty(argument) ?? ''))
      isBoolean(scope, transformOperation(scope, (argument as { A_Expr: A_Expr }).A_Expr, true))
    else transformBoolean(scope, argument, 'AND')
  }
}

/** The column in `column = ''` and `column <> ''`, by its names. */
function comparedWithEmpty(node: Node): string | undefined {
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP') return undefined
  const { lexpr, rexpr } = node.A_Expr
  const string = rexpr !== undefined && 'A_Const' in rexpr ? rexpr.A_Const.sval : undefined
  return string !== undefined && (string.sval ?? '') === '' ? columnText(lexpr) : undefined
}

/** The names of a column, casts looked through; undefined for any other expression. */
function columnText(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined
  if ('TypeCast' in node) return columnText(node.TypeCast.arg)
  return 'ColumnRef' in node ? stringList(node.ColumnRef.fields).join('.') : undefined
}

function transformConstant({ analysis }: Scope, constant: A_Const): Expr {
  if (constant.isnull === true) return NULL
  if (constant.sval !== undefined) {
    return {
      type: UNKNOWN,
      constant: { value: constant.sval.sval ?? '', start: analysis.position(constant.location), analysis },
    }
  }
  if (constant.ival !== undefined) return { type: INT4 }
  if (constant.boolval !== undefined) return { type: BOOL }
  if (constant.bsval !== undefined) return { type: 1560 }
  const number = constant.fval?.fval ?? ''
  // make_const: an integer too large for int4 is int8 where it fits.
  if (/^\d+$/.test(number) && BigInt(number) <= 9223372036854775807n) return { type: INT8 }
  return { type: NUMERIC }
}

function transformParameter({ analysis }: Scope, parameter: ParamRef): Expr {
  const number = parameter.number ?? 0
  if (!analysis.placeholders) return { type: analysis.parameters.get(number) ?? OPEN }
  const start = analysis.position(parameter.location)
  const length = /^\$\d+/.exec(analysis.text.slice(start, start + 12))?.[0].length ?? 0
  return { type: analysis.parameterType(number), parameter: { number, start, end: start + length } }
}

function valueFunctionType({ op }: SQLValueFunction): TypeId {
  switch (op) {
    case 'SVFOP_CURRENT_DATE':
      return 1082
    case 'SVFOP_CURRENT_TIME':
    case 'SVFOP_CURRENT_TIME_N':
      return 1266
    case 'SVFOP_CURRENT_TIMESTAMP':
    case 'SVFOP_CURRENT_TIMESTAMP_N':
      return 1184
    case 'SVFOP_LOCALTIME':
    case 'SVFOP_LOCALTIME_N':
      return 1083
    case 'SVFOP_LOCALTIMESTAMP':
    case 'SVFOP_LOCALTIMESTAMP_N':
      return 1114
    default:
      return 19
  }
}

/** A condition already given its type must be boolean. */
function isBoolean(scope: Scope, expr: Expr): void {
  coerceToSpecific(scope.analysis, expr, BOOL, 'a condition')
}

const isNull = (node: Node | undefined): boolean =>
  node !== undefined && 'A_Const' in node && node.A_Const.isnull === true

/** transformAExpr*: operators, IN, BETWEEN, IS DISTINCT FROM, NULLIF, LIKE, ANY and ALL. */
function transformOperation(scope: Scope, node: A_Expr, mayNeverHold = false): Expr {
  const { analysis } = scope
  const name = operatorName(node.name)
  switch (node.kind) {
    case 'AEXPR_IN':
      return transformIn(scope, name, transformExpr(scope, node.lexpr), listOf(node.rexpr))
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL': {
      const left = transformExpr(scope, node.lexpr)
      return makeArrayOperator(analysis, name, left, transformExpr(scope, node.rexpr))
    }
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT': {
      const left = transformExpr(scope, node.lexpr)
      const right = transformExpr(scope, node.rexpr)
      if (isNull(node.lexpr) || isNull(node.rexpr)) return { type: BOOL }
      if (left.row !== undefined && right.row !== undefined) compareRows(scope, name, left.row, right.row)
      else isBoolean(scope, { type: makeOperator(analysis, name, left, right).type })
      return { type: BOOL }
    }
    case 'AEXPR_NULLIF': {
      const left = transformExpr(scope, node.lexpr)
      const right = transformExpr(scope, node.rexpr)
      // `NULLIF(status::text, '')` makes sure of something, and knows that it may be so anyway.
      const made = makeOperator(analysis, name, left, right, right.constant?.value === '')
      isBoolean(scope, { type: made.type })
      if (made.left === undefined) return { type: OPEN }
      // What it is equal to does not come out of it.
      const { constant: _constant, parameter: _parameter, branches: _branches, ...rest } = made.left
      return rest
    }
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return transformBetween(scope, node)
    default:
      return transformOperator(scope, name, node.lexpr, node.rexpr, mayNeverHold)
  }
}

function operatorName(names: readonly Node[] | undefined): QualifiedName {
  return qualified(stringList(names)) ?? EQUALS
}

/** transformAExprOp. */
function transformOperator(
  scope: Scope,
  name: QualifiedName,
  lexpr: Node | undefined,
  rexpr: Node | undefined,
  mayNeverHold = false,
): Expr {
  const { analysis } = scope
  if (lexpr === undefined)
    return { type: makeOperator(analysis, name, undefined, transformExpr(scope, rexpr)).type }
  if (
    'RowExpr' in lexpr &&
    rexpr !== undefined &&
    'SubLink' in rexpr &&
    rexpr.SubLink.subLinkType === 'EXPR_SUBLINK'
  ) {
    const columns = analyzeSubquery(scope, rexpr.SubLink.subselect)
    const left = transformExpr(scope, lexpr)
    if (!columns.open)
      compareRows(
        scope,
        name,
        left.row ?? [],
        columns.columns.map((column) => column.expr),
      )
    return { type: BOOL }
  }
  const left = transformExpr(scope, lexpr)
  const right = transformExpr(scope, rexpr)
  if ('RowExpr' in lexpr && rexpr !== undefined && 'RowExpr' in rexpr) {
    return compareRows(scope, name, left.row ?? [], right.row ?? [])
  }
  return { type: makeOperator(analysis, name, left, right, mayNeverHold).type }
}

/** make_row_comparison_op: field by field. */
export function compareRows(
  scope: Scope,
  name: QualifiedName,
  left: readonly Expr[],
  right: readonly Expr[],
): Expr {
  if (left.length !== right.length) throw new Refused('42601', 'unequal number of entries in row expressions')
  for (const [i, one] of left.entries()) {
    const { type } = makeOperator(scope.analysis, name, one, right[i]!)
    if (type !== BOOL && type !== OPEN)
      throw new Refused('42804', 'row comparison operator must yield type boolean')
  }
  return { type: BOOL }
}

/** transformAExprBetween: the comparisons it stands for, each operand transformed anew. */
function transformBetween(scope: Scope, node: A_Expr): Expr {
  const [low, high] = listOf(node.rexpr)
  const not = node.kind === 'AEXPR_NOT_BETWEEN' || node.kind === 'AEXPR_NOT_BETWEEN_SYM'
  const bounds: [Node | undefined, Node | undefined][] = [[low, high]]
  if (node.kind === 'AEXPR_BETWEEN_SYM' || node.kind === 'AEXPR_NOT_BETWEEN_SYM') bounds.push([high, low])
  for (const [from, to] of bounds) {
    isBoolean(scope, transformOperator(scope, { name: not ? '<' : '>=' }, node.lexpr, from))
    isBoolean(scope, transformOperator(scope, { name: not ? '>' : '<=' }, node.lexpr, to))
  }
  return { type: BOOL }
}

function transformCast(scope: Scope, node: TypeCast): Expr {
  const { analysis } = scope
  const { types } = analysis
  const target = types.fromTypeName(node.typeName)
  const { arg } = node
  const element = types.baseElement(target)
  const expr =
    arg !== undefined && 'A_ArrayExpr' in arg && element !== undefined
      ? transformArray(scope, arg.A_ArrayExpr, { array: types.base(target), element })
      : transformExpr(scope, arg)
  const made = coerceToTarget(analysis, expr, target, 'explicit', { kind: 'cast', target: expr.target })
  if (made === undefined) {
    throw new Refused('42846', `cannot cast type ${types.name(expr.type)} to ${types.name(target)}`)
  }
  // varchar(3) may cut a value: what comes out is no longer one of the set.
  const cuts = (node.typeName?.typmods?.length ?? 0) > 0 && types.isText(types.base(target))
  if (!cuts) return made
  return { type: made.type, ...(made.target === undefined ? {} : { target: made.target }) }
}

/** transformArrayExpr. `given` is the type of an explicit cast around it. */
function transformArray(
  scope: Scope,
  node: A_ArrayExpr,
  given: { array: TypeId; element: TypeId } | undefined,
): Expr {
  const { analysis } = scope
  const { types } = analysis
  let nested = false
  const elements = (node.elements ?? []).map((element) => {
    if ('A_ArrayExpr' in element) {
      nested = true
      return transformArray(scope, element.A_ArrayExpr, given)
    }
    const expr = transformExpr(scope, element)
    if (expr.type < 0) nested = true
    return expr
  })
  if (given !== undefined) {
    const target = nested ? given.array : given.element
    for (const expr of elements) {
      if (
        coerceToTarget(analysis, expr, target, 'explicit', { kind: 'cast', target: expr.target }) ===
        undefined
      ) {
        throw new Refused('42846', `cannot cast type ${types.name(expr.type)} to ${types.name(target)}`)
      }
    }
    return { type: given.array, elements }
  }
  if (elements.length === 0) throw new Refused('42P18', 'cannot determine type of empty array')
  const unified = unify(analysis, elements, 'ARRAY', COMPARE)
  if (unified.type === OPEN) return { type: OPEN }
  const type = nested ? types.base(unified.type) : types.arrayOf(unified.type)
  if (type === undefined) throw new Refused('42704', 'could not find array type')
  const target = elements.find((expr) => expr.target !== undefined)?.target
  return { type, elements: unified.exprs, ...(target === undefined ? {} : { target }) }
}

function transformRow(scope: Scope, node: RowExpr): Expr {
  const row: Expr[] = []
  for (const argument of node.args ?? []) {
    const expanded = expandStar(scope, argument)
    if (expanded === 'open') return { type: OPEN }
    row.push(...(expanded ?? [transformExpr(scope, argument)]))
  }
  return { type: RECORD, row }
}

/** `t.*` in a row or a VALUES list: its columns, `open` where they are not known; undefined for another expression. */
export function expandStar(scope: Scope, node: Node): Expr[] | 'open' | undefined {
  if ('ColumnRef' in node) {
    const fields = node.ColumnRef.fields ?? []
    const last = fields.at(-1)
    if (last === undefined || !('A_Star' in last)) return undefined
    const row = transformColumnRef(scope, node.ColumnRef)
    if (row.fields === undefined) return 'open'
    return row.fields.map((field) => ({ ...field.expr, name: field.name, column: field.expr }))
  }
  if ('A_Indirection' in node) {
    const { arg, indirection = [] } = node.A_Indirection
    const last = indirection.at(-1)
    if (last === undefined || !('A_Star' in last)) return undefined
    const row = transformIndirection(scope, transformExpr(scope, arg), indirection.slice(0, -1))
    const fields = row.fields ?? scope.analysis.types.fields(row.type)
    if (fields === undefined) return 'open'
    return fields.map((field) => ({
      ...('expr' in field ? field.expr : { type: field.type }),
      name: field.name,
    }))
  }
  return undefined
}

/** transformCaseExpr. */
function transformCase(scope: Scope, node: CaseExpr): Expr {
  const { analysis } = scope
  let tested: Expr | undefined
  if (node.arg !== undefined) {
    tested = transformExpr(scope, node.arg)
    if (tested.type === UNKNOWN) tested = coerceToCommon(analysis, tested, TEXT, 'CASE', COMPARE)
  }
  const results: Expr[] = []
  for (const when of node.args ?? []) {
    if (!('CaseWhen' in when)) continue
    const { expr, result } = when.CaseWhen
    if (tested === undefined) transformBoolean(scope, expr, 'CASE/WHEN')
    else {
      const right = transformExpr(scope, expr)
      isBoolean(scope, { type: makeOperator(analysis, EQUALS, tested, right).type })
    }
    results.push(transformExpr(scope, result))
  }
  const otherwise = transformExpr(scope, node.defresult)
  return alternatives(scope, [otherwise, ...results], 'CASE')
}

function transformAlternatives(scope: Scope, nodes: readonly Node[], what: string): Expr {
  return alternatives(
    scope,
    nodes.map((node) => transformExpr(scope, node)),
    what,
  )
}

function alternatives(scope: Scope, exprs: readonly Expr[], what: string): Expr {
  const unified = unify(scope.analysis, exprs, what, COMPARE)
  const target = exprs.find((expr) => expr.target !== undefined)?.target
  return { type: unified.type, branches: unified.exprs, ...(target === undefined ? {} : { target }) }
}

function transformSubLink(scope: Scope, node: SubLink): Expr {
  const { analysis } = scope
  const result = analyzeSubquery(scope, node.subselect)
  const [first] = result.columns
  switch (node.subLinkType) {
    case 'EXISTS_SUBLINK':
      return { type: BOOL }
    case 'EXPR_SUBLINK':
      if (result.open) return { type: OPEN }
      if (result.columns.length !== 1 || first === undefined) {
        throw new Refused('42601', 'subquery must return only one column')
      }
      return first.expr
    case 'ARRAY_SUBLINK': {
      if (result.open) return { type: OPEN }
      if (result.columns.length !== 1 || first === undefined) {
        throw new Refused('42601', 'subquery must return only one column')
      }
      const { type, target } = first.expr
      const array = type < 0 ? type : analysis.types.arrayOf(type)
      return { type: array ?? OPEN, ...(target === undefined ? {} : { target }) }
    }
    case 'ANY_SUBLINK':
    case 'ALL_SUBLINK': {
      const left = transformExpr(scope, node.testexpr)
      if (result.open) return { type: BOOL }
      const right = result.columns.map((column) => column.expr)
      return compareRows(scope, operatorName(node.operName), left.row ?? [left], right)
    }
    default:
      return { type: OPEN }
  }
}

/** One target of `SET (a, b) = ...`. A row is taken apart; a subquery is analysed once, for its first target. */
function transformMultiAssign(scope: Scope, node: MultiAssignRef): Expr {
  const { source, colno = 1, ncolumns = 1 } = node
  if (source !== undefined && 'RowExpr' in source) {
    const args = source.RowExpr.args ?? []
    if (args.length !== ncolumns)
      throw new Refused('42601', 'number of columns does not match number of values')
    return transformExpr(scope, args[colno - 1])
  }
  if (source !== undefined && 'SubLink' in source && source.SubLink.subLinkType === 'EXPR_SUBLINK') {
    const result = analyzeSubquery(scope, source.SubLink.subselect)
    if (result.open) return { type: OPEN }
    if (result.columns.length !== ncolumns) {
      throw new Refused('42601', 'number of columns does not match number of values')
    }
    return result.columns[colno - 1]!.expr
  }
  throw new Refused(
    '0A000',
    'source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression',
  )
}
