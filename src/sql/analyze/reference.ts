import type { ColumnRef, Node } from '@pgsql/types'
import { coerceToSpecific } from './coerce.js'
import { transformExpr } from './expression.js'
import { applyRoutine, functionDetail } from './functions.js'
import { unwrap } from './nodes.js'
import { findColumn, findItem, itemColumn, wholeRow, type Scope } from './scope.js'
import { Refused, type Expr } from './state.js'
import { INT4, OPEN, RECORD, stringList, UNKNOWN } from './types.js'
import { checkSetOf, columnTarget } from './valueSets.js'

/** A column of this name, one of the characters of no meaning, is a parameter: for text that has no room for `$1`. */
export const PARAMETER_NAME = '\ue000'

/** transformColumnRef: a column, a whole row, or a variable. With `.*` at the end the row. */
export function transformColumnRef(scope: Scope, node: ColumnRef): Expr {
  const fields = node.fields ?? []
  const last = fields.at(-1)
  const star = last !== undefined && 'A_Star' in last
  const names = stringList(star ? fields.slice(0, -1) : fields)
  if (names[0] === PARAMETER_NAME) return { type: scope.analysis.placeholders ? UNKNOWN : OPEN }
  if (scope.conflict === 'variable') {
    const variable = scope.variables?.(names)
    if (variable !== undefined) return variable
  }
  const found = star ? findRow(scope, names) : findName(scope, names)
  if (found !== undefined) {
    if (scope.conflict === 'refuse' && scope.variables?.(names) !== undefined) {
      throw new Refused('42702', `column reference "${names.join('.')}" is ambiguous`)
    }
    return found
  }
  const variable = scope.variables?.(names)
  if (variable !== undefined) return variable
  const [first = ''] = names
  throw names.length === 1 && !star
    ? new Refused('42703', `column "${first}" does not exist`)
    : new Refused('42P01', `missing FROM-clause entry for table "${first}"`)
}

function findRow(scope: Scope, names: readonly string[]): Expr | undefined {
  const item =
    names.length === 1 ? findItem(scope, names[0]!) : findItem(scope, names.at(-1) ?? '', names.at(-2))
  return item === undefined ? undefined : wholeRow(item)
}

function findName(scope: Scope, names: readonly string[]): Expr | undefined {
  if (names.length === 1) {
    const [name = ''] = names
    const column = findColumn(scope, name)
    if (column !== undefined) return column
    const item = findItem(scope, name)
    return item === undefined ? undefined : wholeRow(item)
  }
  const column = names.at(-1)!
  const item = findItem(scope, names.at(-2)!, names.at(-3))
  if (item === undefined) return undefined
  const found = itemColumn(item, column)
  if (found !== undefined) return found
  const called = callOnRow(scope, wholeRow(item), column)
  if (called !== undefined) return called
  const variable = scope.variables?.(names)
  if (variable !== undefined) return variable
  throw new Refused('42703', `column ${names.join('.')} does not exist`)
}

/** `row.f` may be a call of a function with the row; undefined where none takes it. */
function callOnRow(scope: Scope, row: Expr, name: string): Expr | undefined {
  const args = [{ expr: row }]
  const detail = functionDetail(scope.analysis.types, { name }, args, false)
  if (detail.kind === 'routine') return applyRoutine(scope.analysis, detail, args)
  return detail.kind === 'coercion' ? { type: detail.type } : undefined
}

/** A field of what has no columns that are known: a record, a row that is not wholly known, or no row at all. */
function fieldOfOther(scope: Scope, row: Expr, name: string): Expr {
  const { types } = scope.analysis
  if (types.isComposite(row.type) || (row.type === RECORD && row.fields === undefined)) return { type: OPEN }
  const called = callOnRow(scope, row, name)
  if (called !== undefined) return called
  throw row.type === RECORD
    ? new Refused('42703', `could not identify column "${name}" in record data type`)
    : new Refused(
        '42809',
        `column notation .${name} applied to type ${types.name(row.type)}, which is not a composite type`,
      )
}

/** The field of a row. */
export function selectField(scope: Scope, row: Expr, name: string): Expr {
  const { types } = scope.analysis
  if (row.type === OPEN) return { type: OPEN }
  if (row.fields !== undefined) {
    const field = row.fields.find((candidate) => candidate.name === name)
    if (field !== undefined) return field.expr
  }
  const fields = types.fields(row.type)
  if (fields === undefined) return fieldOfOther(scope, row, name)
  const field = fields.find((candidate) => candidate.name === name)
  if (field === undefined) {
    const called = callOnRow(scope, row, name)
    if (called !== undefined) return called
    throw new Refused('42703', `column "${name}" not found in data type ${types.name(row.type)}`)
  }
  if (field.relation === undefined || field.column === undefined) {
    return { type: field.type, target: { label: `${types.name(row.type)}.${name}` } }
  }
  const { set, holds } = checkSetOf(types, field.relation, field.column)
  return {
    type: field.type,
    target: columnTarget(types, field.relation, name),
    ...(set !== undefined && holds ? { values: set } : {}),
  }
}

/** transformIndirection: subscripts and fields after an expression. */
export function transformIndirection(scope: Scope, start: Expr, indirection: readonly Node[]): Expr {
  const { analysis } = scope
  const { types } = analysis
  let expr = start
  for (let i = 0; i < indirection.length; i++) {
    const { tag } = unwrap(indirection[i]!)
    if (tag === 'A_Star') return expr
    if (tag === 'String') {
      expr = selectField(scope, expr, stringList([indirection[i]!])[0] ?? '')
      continue
    }
    let slice = false
    const from = i
    while (i < indirection.length && 'A_Indices' in indirection[i]!) i++
    const subscripts = indirection.slice(from, i)
    i--
    const base = types.base(expr.type)
    for (const subscript of subscripts) {
      if (!('A_Indices' in subscript)) continue
      const { lidx, uidx, is_slice: isSlice } = subscript.A_Indices
      if (isSlice === true) slice = true
      for (const bound of [lidx, uidx]) {
        if (bound === undefined) continue
        const index = transformExpr(scope, bound)
        if (base < 0 && index.type !== UNKNOWN) coerceToSpecific(analysis, index, INT4, 'array subscript')
      }
    }
    if (expr.type === OPEN) continue
    const { target } = expr
    const element = types.element(base)
    if (element !== undefined) {
      expr = { type: slice ? base : element, ...(target === undefined ? {} : { target }) }
    } else if (base === 3802) expr = { type: base }
    else if (types.isSubscriptable(base)) expr = { type: OPEN }
    else
      throw new Refused(
        '42804',
        `cannot subscript type ${types.name(base)} because it does not support subscripting`,
      )
  }
  return expr
}
