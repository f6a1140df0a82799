import type { Node } from '@pgsql/types'
import type { QualifiedName } from '../../catalog/model.js'
import { coerceToCommon, coerceToSpecific, selectCommonType } from './coerce.js'
import { compareRows, transformExpr } from './expression.js'
import { makeArrayOperator, makeOperator } from './operators.js'
import type { Scope } from './scope.js'
import type { Expr } from './state.js'
import { BOOL, OPEN, RECORD } from './types.js'

/**
 * transformAExprIn: the list's items that mention no column of this query become an array of one common type, if there
 * are several and they have one; every other item is compared by itself.
 */
export function transformIn(scope: Scope, name: QualifiedName, left: Expr, items: readonly Node[]): Expr {
  const { analysis } = scope
  const { types } = analysis
  const all: Expr[] = []
  const withColumns: Expr[] = []
  const without: Expr[] = []
  for (const item of items) {
    const before = scope.references
    const expr = transformExpr(scope, item)
    all.push(expr)
    ;(scope.references > before ? withColumns : without).push(expr)
  }
  let rest = all
  if (without.length > 1) {
    const members = [left, ...without]
    const type = selectCommonType(
      types,
      members.map((expr) => expr.type),
    )
    if (type === OPEN) return { type: BOOL }
    const works = type !== undefined && members.every((expr) => types.canCoerce(expr.type, type, 'implicit'))
    const array = works && type !== RECORD ? types.arrayOf(type) : undefined
    if (type !== undefined && array !== undefined) {
      const meeting = {
        kind: 'compare',
        target: left.target ?? without.find((expr) => expr.target)?.target,
      } as const
      const elements = without.map((expr) => coerceToCommon(analysis, expr, type, 'IN', meeting))
      makeArrayOperator(analysis, name, left, { type: array, elements })
      rest = withColumns
    }
  }
  for (const expr of rest) {
    if (left.row !== undefined && expr.row !== undefined) compareRows(scope, name, left.row, expr.row)
    else coerceToSpecific(analysis, { type: makeOperator(analysis, name, left, expr).type }, BOOL, 'IN')
  }
  return { type: BOOL }
}
