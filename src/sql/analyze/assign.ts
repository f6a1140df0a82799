import type { Node, RangeVar } from '@pgsql/types'
import type { ValueSet } from '../../catalog/model.js'
import type { Target } from '../use.js'
import { coerceToSpecific, coerceToTarget } from './coerce.js'
import { transformExpr } from './expression.js'
import { meetSet } from './literals.js'
import { stringOf } from './nodes.js'
import { itemColumn, type Item, type Scope } from './scope.js'
import { Refused, type Expr, type Meeting } from './state.js'
import { INT4, OPEN, qualified, type TypeId } from './types.js'
import { checkSetOf, enumSetOf } from './valueSets.js'

/** A place that INSERT or UPDATE writes to. */
export interface Assignment {
  readonly name: string
  readonly type: TypeId
  readonly target: Target | undefined
  /** What a CHECK on the column allows. */
  readonly check: ValueSet | undefined
}

/** transformAssignedExpr's view of a target: a column, or a field or element of it. */
export function assignmentOf(
  scope: Scope,
  item: Item,
  table: RangeVar | undefined,
  name: string,
  indirection: readonly Node[],
): Assignment {
  const column =
    item.columns.find((candidate) => candidate.name === name)?.expr ??
    (item.open ? itemColumn(item, name) : undefined)
  if (column === undefined)
    throw new Refused('42703', `column "${name}" of relation "${item.name ?? ''}" does not exist`)
  const { type, target } = column
  if (indirection.length > 0)
    return { name, type: indirect(scope, type, indirection), target, check: undefined }
  return { name, type, target, check: checkOf(scope, table, name) }
}

function checkOf(scope: Scope, table: RangeVar | undefined, name: string): ValueSet | undefined {
  const { catalog, types } = scope.analysis
  const relationName = qualified(
    table?.schemaname === undefined ? [table?.relname ?? ''] : [table.schemaname, table.relname ?? ''],
  )
  const relation = relationName && catalog.findRelation(relationName, types.searchPath)
  const column = relation?.columns.find((candidate) => candidate.name === name)
  return relation === undefined || column === undefined ? undefined : checkSetOf(types, relation, column).set
}

/** The type of a field or element that is assigned to. */
function indirect(scope: Scope, start: TypeId, indirection: readonly Node[]): TypeId {
  const { types } = scope.analysis
  let type = start
  for (let i = 0; i < indirection.length; i++) {
    const step = indirection[i]!
    if (type === OPEN) return OPEN
    if ('String' in step) {
      const fields = types.fields(type)
      const name = stringOf(step)
      const field = fields?.find((candidate) => candidate.name === name)
      if (fields !== undefined && field === undefined)
        throw new Refused('42703', `cannot assign to field "${name}"`)
      type = field?.type ?? OPEN
      continue
    }
    let slice = false
    for (; i < indirection.length && 'A_Indices' in indirection[i]!; i++) {
      const subscript = indirection[i]!
      if (!('A_Indices' in subscript)) break
      const { lidx, uidx, is_slice: isSlice } = subscript.A_Indices
      if (isSlice === true) slice = true
      for (const bound of [lidx, uidx]) {
        if (bound === undefined) continue
        const index = transformExpr(scope, bound)
        if (types.base(type) < 0) coerceToSpecific(scope.analysis, index, INT4, 'array subscript')
      }
    }
    i--
    const base = types.base(type)
    if (base < 0) type = slice ? base : -base
    else type = base === 3802 ? base : OPEN
  }
  return type
}

/** transformAssignedExpr: the value is coerced to the place's type; what a CHECK limits is looked at too. */
export function assign(scope: Scope, expr: Expr, place: Assignment, kind: Meeting['kind'] = 'write'): void {
  const { analysis } = scope
  const { types } = analysis
  const meeting: Meeting = { kind, target: place.target }
  const made = coerceToTarget(analysis, expr, place.type, 'assignment', meeting)
  if (made === undefined) {
    throw new Refused(
      '42804',
      `column "${place.name}" is of type ${types.name(place.type)} but expression is of type ${types.name(expr.type)}`,
    )
  }
  if (place.check !== undefined) {
    meetSet(
      analysis,
      { ...made, ...(expr.branches === undefined ? {} : { branches: expr.branches }) },
      place.check,
      'reject',
      meeting,
      {
        branches: true,
        labels: enumSetOf(types, place.type),
      },
    )
  }
}
