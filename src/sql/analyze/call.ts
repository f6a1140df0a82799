import type { FuncCall, Node, WindowDef } from '@pgsql/types'
import { coerceToTarget, unify } from './coerce.js'
import { transformBoolean, transformExpr } from './expression.js'
import { applyRoutine, functionDetail, refuseCall, type Argument } from './functions.js'
import type { Scope } from './scope.js'
import { selectField } from './reference.js'
import { Refused, type Analysis, type Expr } from './state.js'
import { OPEN, qualified, stringList, TEXT, UNKNOWN } from './types.js'

function transformArgument(scope: Scope, node: Node): Argument {
  if ('NamedArgExpr' in node) {
    const { arg, name = '' } = node.NamedArgExpr
    return { expr: transformExpr(scope, arg), name }
  }
  return { expr: transformExpr(scope, node) }
}

/** transformFuncCall and ParseFuncOrColumn: a function, an aggregate, a cast written as a call, or a column. */
export function transformCall(scope: Scope, node: FuncCall): Expr {
  const name = qualified(stringList(node.funcname)) ?? { name: '' }
  const args = (node.args ?? []).map((argument) => transformArgument(scope, argument))
  if (node.agg_within_group === true) {
    for (const item of node.agg_order ?? []) args.push({ expr: transformExpr(scope, sortNode(item)) })
    if (HYPOTHETICAL.test(name.name)) unifyHypothetical(scope, args)
  }
  if (node.agg_filter !== undefined) transformBoolean(scope, node.agg_filter, 'FILTER')
  const result = resolve(scope, node, name, args)
  if (node.agg_within_group !== true) {
    for (const item of node.agg_order ?? []) transformSortKey(scope, sortNode(item))
  }
  if (node.over !== undefined && node.over.name === undefined) scope.windows.push(node.over)
  return result
}

/** Hypothetical-set aggregates (manual, 9.21). */
const HYPOTHETICAL = /^(?:rank|dense_rank|percent_rank|cume_dist)$/

/** unify_hypothetical_args: each direct argument has a common type with the sort key that it stands for. */
function unifyHypothetical(scope: Scope, args: readonly Argument[]): void {
  const count = args.length / 2
  for (let i = 0; i < count; i++) {
    const key = args[i + count]
    if (key !== undefined)
      unify(scope.analysis, [args[i]!.expr, key.expr], 'WITHIN GROUP', { kind: 'compare' })
  }
}

function resolve(
  scope: Scope,
  node: FuncCall,
  name: { schema?: string; name: string },
  args: readonly Argument[],
): Expr {
  const { analysis } = scope
  const [only] = args
  const projectable =
    args.length === 1 && name.schema === undefined && only !== undefined && only.name === undefined
  if (node.agg_star === true) {
    const detail = functionDetail(analysis.types, name, [], false)
    return detail.kind === 'routine' ? applyRoutine(analysis, detail, []) : { type: OPEN }
  }
  const detail = functionDetail(analysis.types, name, args, node.func_variadic ?? false)
  switch (detail.kind) {
    case 'routine':
      if (detail.routine.schema !== undefined) analysis.findings.touched = true
      return applyRoutine(analysis, detail, args)
    case 'coercion': {
      const made = coerceToTarget(analysis, only!.expr, detail.type, 'explicit', { kind: 'cast' })
      if (made === undefined) throw new Refused('42846', 'cannot cast')
      return made
    }
    case 'open': {
      // Else a function of a row that was made elsewhere.
      const isField =
        projectable && fieldsOf(analysis, only.expr)?.some((field) => field.name === name.name) === true
      return isField ? selectField(scope, only.expr, name.name) : { type: detail.result }
    }
    default:
      return refuseCall(name, detail.kind)
  }
}

function fieldsOf(analysis: Analysis, row: Expr): readonly { readonly name: string }[] | undefined {
  return row.fields ?? analysis.types.fields(row.type)
}

const sortNode = (item: Node): Node =>
  'SortBy' in item && item.SortBy.node !== undefined ? item.SortBy.node : item

/** addTargetToSortList: a constant of unknown type that is sorted by is text. */
function transformSortKey(scope: Scope, node: Node): void {
  const expr = transformExpr(scope, node)
  if (expr.type === UNKNOWN) coerceToTarget(scope.analysis, expr, TEXT, 'implicit', { kind: 'compare' })
}

/** transformWindowDefinitions: partitions, order and frame offsets. */
export function transformWindow(scope: Scope, window: WindowDef): void {
  for (const item of window.orderClause ?? []) transformSortKey(scope, sortNode(item))
  for (const item of window.partitionClause ?? []) transformSortKey(scope, item)
  for (const offset of [window.startOffset, window.endOffset]) {
    if (offset !== undefined) transformExpr(scope, offset)
  }
}
