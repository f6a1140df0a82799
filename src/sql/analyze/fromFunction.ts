import type { Alias, JsonTableColumn, Node, RangeFunction, RangeTableFuncCol } from '@pgsql/types'
import { coerceToTarget } from './coerce.js'
import { transformExpr } from './expression.js'
import { aliased } from './from.js'
import { transformJsonOrXml } from './json.js'
import { columnName } from './names.js'
import { isEmpty, listOf } from './nodes.js'
import { makeItem, relationColumns, unknownItem, type Item, type Scope, type ScopeColumn } from './scope.js'
import { Refused, type Expr } from './state.js'
import { INT4, INT8, OPEN, RECORD, stringList, TEXT } from './types.js'

interface FunctionColumns {
  readonly columns: readonly ScopeColumn[]
  readonly open: boolean
  /** Type of a whole-row reference where this function is alone. */
  readonly rowType?: number
}

/** transformRangeFunction and addRangeTableEntryForFunction. */
export function transformFunctionItem(scope: Scope, node: RangeFunction): Item {
  const before = scope.lateralActive
  scope.lateralActive = true
  const calls = (node.functions ?? []).flatMap((item) => split(item, node))
  const parts = calls.map(({ call, definitions }) =>
    functionColumns(scope, call, definitions, calls.length === 1 ? node.alias : undefined),
  )
  scope.lateralActive = before
  const columns = parts.flatMap((part) => part.columns)
  const open = parts.some((part) => part.open)
  // A column that comes after unknown ones has an unknown place: only names reach it.
  const all = node.ordinality === true ? [...columns, { name: 'ordinality', expr: { type: INT8 } }] : columns
  const name = node.alias?.aliasname ?? columnName(calls[0]?.call) ?? ''
  if (open && (node.alias?.colnames?.length ?? 0) > 0) return unknownItem(name)
  const rowType = parts.length === 1 && node.ordinality !== true ? parts[0]!.rowType : undefined
  return makeItem(name, aliased(all, node.alias, open), {
    open,
    ...(open ? { rowType: OPEN } : rowType === undefined ? {} : { rowType }),
  })
}

interface Call {
  readonly call: Node
  readonly definitions: readonly Node[]
}

/** One function of the item; `unnest(a, b)` stands for ROWS FROM (unnest(a), unnest(b)). */
function split(item: Node, node: RangeFunction): Call[] {
  const [call, list] = listOf(item)
  if (call === undefined) return []
  const own = listOf(list)
  const definitions = own.length > 0 ? own : (node.coldeflist ?? [])
  if ('FuncCall' in call && definitions.length === 0) {
    const { FuncCall: f } = call
    const args = f.args ?? []
    const plain = f.agg_order === undefined && f.func_variadic !== true && f.over === undefined
    if (stringList(f.funcname).join('.') === 'unnest' && args.length > 1 && plain) {
      return args.map((argument) => ({ call: { FuncCall: { ...f, args: [argument] } }, definitions }))
    }
  }
  return [{ call, definitions }]
}

function functionColumns(
  scope: Scope,
  call: Node,
  definitions: readonly Node[],
  alias: Alias | undefined,
): FunctionColumns {
  const { types } = scope.analysis
  const expr = transformExpr(scope, call)
  if (definitions.length > 0) {
    return {
      open: false,
      columns: definitions.flatMap((definition) =>
        'ColumnDef' in definition
          ? [
              {
                name: definition.ColumnDef.colname ?? '',
                expr: { type: types.fromTypeName(definition.ColumnDef.typeName) },
              },
            ]
          : [],
      ),
    }
  }
  if (expr.fields !== undefined && (expr.type === RECORD || !types.isComposite(expr.type))) {
    if (expr.fields.length === 1) return scalar(expr.fields[0]!.name, expr.fields[0]!.expr, call, alias)
    return { columns: expr.fields, open: false }
  }
  if (types.isComposite(expr.type)) return rowColumns(scope, expr)
  if (expr.type === OPEN || expr.type === RECORD) {
    if (expr.type === RECORD && 'FuncCall' in call)
      throw new Refused('42601', 'a column definition list is required')
    // What is unknown may be one column named like the function, or many.
    return { columns: [], open: true }
  }
  return scalar('', expr, call, alias)
}

/** chooseScalarFunctionAlias. */
function scalar(output: string, expr: Expr, call: Node, alias: Alias | undefined): FunctionColumns {
  const name = output !== '' ? output : (alias?.aliasname ?? columnName(call) ?? '')
  return { columns: [{ name, expr }], open: false, rowType: expr.type }
}

function rowColumns(scope: Scope, expr: Expr): FunctionColumns {
  const { analysis } = scope
  const { types } = analysis
  const fields = types.fields(expr.type)
  if (fields === undefined) return { columns: [], open: true }
  const type = types.user(types.base(expr.type))
  const relation =
    type?.kind === 'composite' && type.relation !== undefined
      ? analysis.catalog.relationByOid(type.relation)
      : undefined
  // A row may be built without being stored: CHECKs of the table say nothing about it.
  const columns =
    relation === undefined
      ? fields.map((field) => ({ name: field.name, expr: { type: field.type } }))
      : relationColumns(analysis, relation).map(({ name, expr: column }) => ({
          name,
          expr: { type: column.type, ...(column.target === undefined ? {} : { target: column.target }) },
        }))
  return { columns, open: false, rowType: expr.type }
}

/** XMLTABLE and JSON_TABLE: the columns they define. */
export function transformTableFunction(scope: Scope, node: Node): Item {
  const before = scope.lateralActive
  scope.lateralActive = true
  try {
    if ('RangeTableFunc' in node) {
      const { docexpr, rowexpr, namespaces, columns = [], alias } = node.RangeTableFunc
      transformExpr(scope, rowexpr)
      transformExpr(scope, docexpr)
      const made = columns.flatMap((column) =>
        'RangeTableFuncCol' in column ? [xmlColumn(scope, column.RangeTableFuncCol)] : [],
      )
      for (const item of namespaces ?? []) if ('ResTarget' in item) transformExpr(scope, item.ResTarget.val)
      return makeItem(alias?.aliasname ?? 'xmltable', aliased(made, alias, false))
    }
    if ('JsonTable' in node) {
      const { context_item: context, passing = [], columns = [], alias } = node.JsonTable
      transformJsonOrXml(scope, 'JsonFuncExpr', {
        ...(context === undefined ? {} : { context_item: context }),
        passing,
      })
      const made = columns.flatMap((column) => jsonColumns(scope, column))
      return makeItem(alias?.aliasname ?? 'json_table', aliased(made, alias, false))
    }
    return unknownItem(undefined)
  } finally {
    scope.lateralActive = before
  }
}

function xmlColumn(scope: Scope, column: RangeTableFuncCol): ScopeColumn {
  const type = column.for_ordinality === true ? INT4 : scope.analysis.types.fromTypeName(column.typeName)
  if (column.colexpr !== undefined)
    coerceToTarget(scope.analysis, transformExpr(scope, column.colexpr), TEXT, 'assignment', { kind: 'cast' })
  if (column.coldefexpr !== undefined) {
    coerceToTarget(scope.analysis, transformExpr(scope, column.coldefexpr), type, 'assignment', {
      kind: 'cast',
    })
  }
  return { name: column.colname ?? '', expr: { type } }
}

function jsonColumns(scope: Scope, node: Node): ScopeColumn[] {
  const column = (node as { JsonTableColumn?: JsonTableColumn }).JsonTableColumn
  if (column === undefined || isEmpty(node)) return []
  if (column.coltype === 'JTC_NESTED')
    return (column.columns ?? []).flatMap((inner) => jsonColumns(scope, inner))
  const type =
    column.coltype === 'JTC_FOR_ORDINALITY' ? INT4 : scope.analysis.types.fromTypeName(column.typeName)
  for (const behavior of [column.on_empty, column.on_error]) {
    if (behavior?.expr === undefined) continue
    coerceToTarget(scope.analysis, transformExpr(scope, behavior.expr), type, 'assignment', { kind: 'cast' })
  }
  return [{ name: column.name ?? '', expr: { type } }]
}
