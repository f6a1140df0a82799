import type { A_Expr, Node, TypeName as TypeNameNode } from '@pgsql/types'
import { arrayElements } from '../../catalog/types.js'
import { stringOf, strings, typeLength } from './names.js'

const STRING_TYPES: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name'])

/** One column, cast to a type of strings or not. */
export interface ColumnOperand {
  readonly column: string
  readonly asText: boolean
}

/** A column, looked at through casts to types of strings and COLLATE. */
export function columnOperand(node: Node | undefined): ColumnOperand | undefined {
  if (node === undefined) return undefined
  if ('ColumnRef' in node) {
    const last = node.ColumnRef.fields?.at(-1)
    return last !== undefined && 'String' in last ? { column: stringOf(last), asText: false } : undefined
  }
  if ('CollateClause' in node) return columnOperand(node.CollateClause.arg)
  if (!('TypeCast' in node)) return undefined
  const type = node.TypeCast.typeName
  if (!isStringType(type) || (type?.typmods ?? []).length > 0) return undefined
  const inner = columnOperand(node.TypeCast.arg)
  return inner === undefined ? undefined : { ...inner, asText: true }
}

function isStringType(type: TypeNameNode | undefined): boolean {
  return STRING_TYPES.has(strings(type?.names).at(-1) ?? '') && (type?.arrayBounds ?? []).length === 0
}

/** A string constant, looked at through casts; `cast` tells whether there was one. NULL, numbers and others give undefined. */
export function stringConstant(
  node: Node | undefined,
): { readonly value: string; readonly cast: boolean } | undefined {
  if (node === undefined) return undefined
  if ('A_Const' in node) {
    const { sval, isnull } = node.A_Const
    return sval === undefined || isnull === true ? undefined : { value: sval.sval ?? '', cast: false }
  }
  if (!('TypeCast' in node)) return undefined
  const inner = stringConstant(node.TypeCast.arg)
  if (inner === undefined) return undefined
  const length = typeLength(node.TypeCast.typeName)
  // A constant that its own cast cuts is none that we know.
  if (length !== undefined && inner.value.length > length) return undefined
  return { value: inner.value, cast: true }
}

/** The constants of IN (...), ANY (ARRAY[...]), ANY ('{a,b}'); undefined where one of them is no string constant. */
export function stringList(
  node: Node | undefined,
): { readonly values: readonly string[]; readonly cast: boolean } | undefined {
  if (node === undefined) return undefined
  if ('List' in node) return constants(node.List.items)
  if ('A_ArrayExpr' in node) return constants(node.A_ArrayExpr.elements)
  if (
    'TypeCast' in node &&
    ((node.TypeCast.typeName?.arrayBounds ?? []).length > 0 || isNode(node.TypeCast.arg, 'A_ArrayExpr'))
  ) {
    const inner = stringList(node.TypeCast.arg)
    return inner === undefined ? undefined : { values: inner.values, cast: true }
  }
  const literal = stringConstant(node)
  const elements = literal === undefined ? undefined : arrayElements(literal.value)
  if (elements === undefined || literal === undefined) return undefined
  if (/(?:^|[{,\s])null(?:[},\s]|$)/i.test(literal.value)) return undefined
  return { values: elements, cast: literal.cast }
}

function isNode(node: Node | undefined, kind: string): boolean {
  return node !== undefined && kind in node
}

function constants(
  nodes: readonly Node[] | undefined,
): { readonly values: readonly string[]; readonly cast: boolean } | undefined {
  const values: string[] = []
  let cast = false
  for (const node of nodes ?? []) {
    const constant = stringConstant(node)
    if (constant === undefined) return undefined
    values.push(constant.value)
    cast ||= constant.cast
  }
  return { values, cast }
}

/** `column operator constants`, either way round. */
export interface ColumnComparison extends ColumnOperand {
  /** Constants in ARRAY[...] are text, also where the column is not. */
  readonly textConstants: boolean
  readonly operator: string
  readonly values: readonly string[]
  /** One of the constants is cast: then it has a type of its own. */
  readonly cast: boolean
}

export function columnComparison(expression: A_Expr): ColumnComparison | undefined {
  const operator = stringOf(expression.name?.at(-1))
  const { lexpr, rexpr } = expression
  switch (expression.kind) {
    case 'AEXPR_OP':
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT': {
      const flipped = columnOperand(lexpr) === undefined
      const operand = columnOperand(flipped ? rexpr : lexpr)
      const constant = stringConstant(flipped ? lexpr : rexpr)
      if (operand === undefined || constant === undefined) return undefined
      const symbol = expression.kind === 'AEXPR_OP' ? operator : expression.kind
      return {
        ...operand,
        operator: symbol,
        values: [constant.value],
        cast: constant.cast,
        textConstants: false,
      }
    }
    case 'AEXPR_IN':
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN': {
      const operand = columnOperand(lexpr)
      const list = stringList(rexpr)
      if (operand === undefined || list === undefined) return undefined
      const symbol =
        expression.kind === 'AEXPR_IN'
          ? operator === '='
            ? 'in'
            : 'not in'
          : expression.kind === 'AEXPR_OP_ANY' && operator === '='
            ? 'in'
            : expression.kind === 'AEXPR_OP_ALL' && operator === '<>'
              ? 'not in'
              : expression.kind
      const textConstants = isNode(rexpr, 'A_ArrayExpr')
      return { ...operand, operator: symbol, values: list.values, cast: list.cast, textConstants }
    }
    default:
      return undefined
  }
}

/** A finite list of strings that a condition leaves one column. */
export interface StringList extends ColumnOperand {
  readonly values: readonly string[]
}

function isNullTestOf(node: Node, column: string, type: 'IS_NULL' | 'IS_NOT_NULL'): boolean {
  return (
    'NullTest' in node &&
    node.NullTest.nulltesttype === type &&
    columnOperand(node.NullTest.arg)?.column === column
  )
}

/**
 * The list to which a condition limits one column: `=`, IN, `= ANY`, an OR of those with or without IS NULL, and an AND
 * that narrows one. A NULL among the constants lets everything pass, so it gives no list. Values without repetition.
 */
export function readStringList(node: Node | undefined): StringList | undefined {
  if (node === undefined) return undefined
  if ('A_Expr' in node) {
    const comparison = columnComparison(node.A_Expr)
    if (comparison === undefined || (comparison.operator !== '=' && comparison.operator !== 'in'))
      return undefined
    return { column: comparison.column, asText: comparison.asText, values: [...new Set(comparison.values)] }
  }
  if (!('BoolExpr' in node)) return undefined
  const args = node.BoolExpr.args ?? []
  if (node.BoolExpr.boolop === 'OR_EXPR') return readOr(args)
  if (node.BoolExpr.boolop === 'AND_EXPR') return readAnd(args)
  return undefined
}

function readOr(args: readonly Node[]): StringList | undefined {
  const lists = args.map(readStringList)
  const first = lists.find((list) => list !== undefined)
  if (first === undefined) return undefined
  const values = new Set<string>()
  for (const [i, arg] of args.entries()) {
    const list = lists[i]
    if (list === undefined) {
      if (!isNullTestOf(arg, first.column, 'IS_NULL')) return undefined
    } else {
      if (list.column !== first.column) return undefined
      for (const value of list.values) values.add(value)
    }
  }
  return { ...first, values: [...values] }
}

function readAnd(args: readonly Node[]): StringList | undefined {
  const lists = args.map(readStringList)
  const first = lists.find((list) => list !== undefined)
  if (first === undefined) return undefined
  let { values } = first
  for (const [i, arg] of args.entries()) {
    const list = lists[i]
    if (list !== undefined) {
      if (list.column !== first.column) return undefined
      values = values.filter((value) => list.values.includes(value))
    } else if ('A_Expr' in arg) {
      const comparison = columnComparison(arg.A_Expr)
      if (comparison?.column !== first.column) return undefined
      if (comparison.operator === '<>' || comparison.operator === 'not in') {
        values = values.filter((value) => !comparison.values.includes(value))
      }
    } else if (!isNullTestOf(arg, first.column, 'IS_NOT_NULL')) return undefined
  }
  return { ...first, values }
}
