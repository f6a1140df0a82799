import type { SelectStmt } from '@pgsql/types'
import { coerceToCommon, coerceToTarget, selectCommonType } from './coerce.js'
import type { Scope, ScopeColumn } from './scope.js'
import {
  analyzeSubquery,
  transformLimit,
  transformSort,
  type QueryResult,
  type TargetEntry,
} from './select.js'
import { Refused, type Analysis, type Expr } from './state.js'
import { OPEN, TEXT, UNKNOWN } from './types.js'
import { transformWith } from './with.js'

/** transformSetOperationStmt: UNION, INTERSECT, EXCEPT. Column types flow across the branches. */
export function transformSetOperation(scope: Scope, select: SelectStmt): QueryResult {
  transformWith(scope, select.withClause)
  const { withClause, sortClause, limitCount, limitOffset, lockingClause, ...tree } = select
  const result = transformTree(scope, tree, true)
  const entries: TargetEntry[] = result.columns.map((column) => ({ ...column }))
  transformSort(scope, sortClause, { entries, open: result.open })
  transformLimit(scope, select)
  return { columns: entries, open: result.open }
}

/** transformSetOperationTree. The branches of one operation meet before those of the one around it. */
function transformTree(scope: Scope, select: SelectStmt, top: boolean): QueryResult {
  const isOperation = select.op !== undefined && select.op !== 'SETOP_NONE'
  const own =
    select.sortClause ?? select.limitOffset ?? select.limitCount ?? select.lockingClause ?? select.withClause
  if (!isOperation || own !== undefined) return analyzeSubquery(scope, { SelectStmt: select }, false)
  const left = transformTree(scope, select.larg ?? {}, false)
  if (top) scope.recursive?.settle(left.columns.map(asText), left.open)
  const right = transformTree(scope, select.rarg ?? {}, false)
  if (left.open || right.open)
    return { columns: left.columns.map(({ name }) => ({ name, expr: { type: OPEN } })), open: left.open }
  if (left.columns.length !== right.columns.length) {
    throw new Refused('42601', 'each UNION query must have the same number of columns')
  }
  const columns = left.columns.map(({ name, expr }, i): ScopeColumn => {
    const merged = merge(scope.analysis, expr, right.columns[i]!.expr)
    return { name, expr: merged }
  })
  return { columns, open: false }
}

/** analyzeCTETargetList: what is of unknown type in a recursive term is text. */
function asText({ name, expr }: ScopeColumn): ScopeColumn {
  return { name, expr: expr.type === UNKNOWN ? { type: TEXT } : expr }
}

function merge(analysis: Analysis, left: Expr, right: Expr): Expr {
  const { types } = analysis
  const type = selectCommonType(types, [left.type, right.type], 'UNION')!
  const target = left.target ?? right.target
  const sides = [left, right].map((expr) => {
    if (expr.type === UNKNOWN)
      return coerceToCommon(analysis, expr, type, 'UNION', { kind: 'compare', target })
    const made = coerceToTarget(analysis, expr, type, 'implicit', { kind: 'compare', target })
    if (made === undefined) throw new Refused('42846', 'UNION could not convert types')
    return made
  })
  const [a, b] = sides as [Expr, Expr]
  const values =
    a.values !== undefined && a.values === b.values && a.constant === undefined && b.constant === undefined
      ? a.values
      : undefined
  return {
    type,
    branches: sides,
    ...(target === undefined ? {} : { target }),
    ...(values === undefined ? {} : { values }),
  }
}
