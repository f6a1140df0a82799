import type { Node } from '@pgsql/types'
import { stringList } from './types.js'

/** FigureColname of Postgres: the name of a result column without AS; undefined for `?column?`. */
export function columnName(node: Node | undefined): string | undefined {
  return figure(node).name
}

interface Named {
  readonly name?: string
  /** A weak name gives way to that of a cast's type. */
  readonly strong: boolean
}

const NONE: Named = { strong: false }
const strong = (name: string | undefined): Named => (name === undefined ? NONE : { name, strong: true })

const FIXED: Record<string, string> = {
  GroupingFunc: 'grouping',
  MergeSupportFunc: 'merge_action',
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  XmlSerialize: 'xmlserialize',
  JsonParseExpr: 'json',
  JsonScalarExpr: 'json_scalar',
  JsonSerializeExpr: 'json_serialize',
  JsonObjectConstructor: 'json_object',
  JsonArrayConstructor: 'json_array',
  JsonArrayQueryConstructor: 'json_array',
  JsonObjectAgg: 'json_objectagg',
  JsonArrayAgg: 'json_arrayagg',
}

const VALUE_FUNCTIONS: Record<string, string> = {
  SVFOP_CURRENT_DATE: 'current_date',
  SVFOP_CURRENT_TIME: 'current_time',
  SVFOP_CURRENT_TIME_N: 'current_time',
  SVFOP_CURRENT_TIMESTAMP: 'current_timestamp',
  SVFOP_CURRENT_TIMESTAMP_N: 'current_timestamp',
  SVFOP_LOCALTIME: 'localtime',
  SVFOP_LOCALTIME_N: 'localtime',
  SVFOP_LOCALTIMESTAMP: 'localtimestamp',
  SVFOP_LOCALTIMESTAMP_N: 'localtimestamp',
  SVFOP_CURRENT_ROLE: 'current_role',
  SVFOP_CURRENT_USER: 'current_user',
  SVFOP_USER: 'user',
  SVFOP_SESSION_USER: 'session_user',
  SVFOP_CURRENT_CATALOG: 'current_catalog',
  SVFOP_CURRENT_SCHEMA: 'current_schema',
}

const XML: Record<string, string> = {
  IS_XMLCONCAT: 'xmlconcat',
  IS_XMLELEMENT: 'xmlelement',
  IS_XMLFOREST: 'xmlforest',
  IS_XMLPARSE: 'xmlparse',
  IS_XMLPI: 'xmlpi',
  IS_XMLROOT: 'xmlroot',
}

const JSON_FUNCTIONS: Record<string, string> = {
  JSON_EXISTS_OP: 'json_exists',
  JSON_QUERY_OP: 'json_query',
  JSON_VALUE_OP: 'json_value',
}

function figure(node: Node | undefined): Named {
  if (node === undefined) return NONE
  if ('ColumnRef' in node) return strong(stringList(node.ColumnRef.fields).at(-1))
  if ('A_Indirection' in node) {
    const name = stringList(node.A_Indirection.indirection).at(-1)
    return name === undefined ? figure(node.A_Indirection.arg) : strong(name)
  }
  if ('FuncCall' in node) return strong(stringList(node.FuncCall.funcname).at(-1))
  if ('A_Expr' in node) return node.A_Expr.kind === 'AEXPR_NULLIF' ? strong('nullif') : NONE
  if ('TypeCast' in node) {
    const { arg, typeName } = node.TypeCast
    const inner = figure(arg)
    if (inner.strong) return inner
    const name = stringList(typeName?.names).at(-1)
    return name === undefined ? inner : { name, strong: false }
  }
  if ('CollateClause' in node) return figure(node.CollateClause.arg)
  if ('SubLink' in node) {
    const { subLinkType, subselect } = node.SubLink
    if (subLinkType === 'EXISTS_SUBLINK') return strong('exists')
    if (subLinkType === 'ARRAY_SUBLINK') return strong('array')
    if (subLinkType !== 'EXPR_SUBLINK') return NONE
    return subselect !== undefined && 'SelectStmt' in subselect
      ? strong(firstColumn(subselect.SelectStmt))
      : NONE
  }
  if ('CaseExpr' in node) {
    const inner = figure(node.CaseExpr.defresult)
    return inner.strong ? inner : { name: 'case', strong: false }
  }
  if ('MinMaxExpr' in node) return strong(node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest')
  if ('SQLValueFunction' in node) return strong(VALUE_FUNCTIONS[node.SQLValueFunction.op ?? ''])
  if ('XmlExpr' in node) return strong(XML[node.XmlExpr.op ?? ''])
  if ('JsonFuncExpr' in node) return strong(JSON_FUNCTIONS[node.JsonFuncExpr.op ?? ''])
  const [tag = ''] = Object.keys(node)
  return strong(FIXED[tag])
}

type Select = Extract<Node, { SelectStmt: unknown }>['SelectStmt']

/** The name of a scalar subquery's column, as transformed: that of its leftmost SELECT, `column1` of VALUES. */
function firstColumn(select: Select): string | undefined {
  if (select.larg !== undefined) return firstColumn(select.larg)
  if (select.valuesLists !== undefined) return 'column1'
  const [target] = select.targetList ?? []
  if (target === undefined || !('ResTarget' in target)) return undefined
  return target.ResTarget.name ?? figure(target.ResTarget.val).name ?? '?column?'
}
