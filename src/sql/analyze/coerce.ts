import type { ValueSet } from '../../catalog/model.js'
import { meetConstant, meetParameter, meetSet } from './literals.js'
import { Refused, type Analysis, type Constant, type Expr, type Meeting } from './state.js'
import {
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
  ANYCOMPATIBLEMULTIRANGE,
  ANYCOMPATIBLENONARRAY,
  ANYCOMPATIBLERANGE,
  ANYARRAY,
  ANYELEMENT,
  ANYENUM,
  ANYMULTIRANGE,
  ANYNONARRAY,
  ANYRANGE,
  isPolymorphic,
  OPEN,
  RECORD,
  takesAnything,
  TEXT,
  UNKNOWN,
  type CoercionContext,
  type TypeId,
  type Types,
} from './types.js'
import { domainSetOf, enumSetOf } from './valueSets.js'

/** The only strings an expression can be, as text: from a CHECK on its column, its domain, or its enum type. */
export function closedSet(types: Types, expr: Expr): ValueSet | undefined {
  return expr.values ?? domainSetOf(types, expr.type) ?? enumSetOf(types, expr.type)
}

interface ClosedBranches {
  readonly set: ValueSet | undefined
  /** Strings outside the set that it may be, too. */
  readonly others: ReadonlySet<string>
}

/** {@link closedSet}, also of CASE and COALESCE: the set of one branch, where the others are sets or constants. */
export function closedBranches(types: Types, expr: Expr): ClosedBranches | undefined {
  const set = closedSet(types, expr)
  if (set !== undefined) return { set, others: new Set() }
  if (expr.constant !== undefined) {
    const { value } = expr.constant
    return { set, others: new Set(value === null ? [] : [value]) }
  }
  const branches = expr.branches?.map((branch) => closedBranches(types, branch))
  if (branches === undefined || !branches.every((branch) => branch !== undefined)) return undefined
  const first = branches.find((branch) => branch.set !== undefined)?.set
  const others = new Set(
    branches.flatMap((branch) => [...branch.others, ...(branch.set?.values ?? []).map(({ value }) => value)]),
  )
  for (const { value } of first?.values ?? []) others.delete(value)
  return { set: first, others }
}

/** A value keeps its text on the way from one of these types to another. */
function keepsText(types: Types, from: TypeId, to: TypeId): boolean {
  const source = types.base(from)
  const target = types.base(to)
  if (!types.isText(target)) return source === target
  return types.isText(source) || types.isEnum(source)
}

/** coerce_type of Postgres: can_coerce_type has said yes. */
export function coerceType(
  analysis: Analysis,
  expr: Expr,
  target: TypeId,
  context: CoercionContext,
  meeting: Meeting,
): Expr {
  const { types } = analysis
  if (expr.type === target || takesAnything(target)) return expr
  if (expr.type === OPEN || target === OPEN) return { type: target }
  if (isPolymorphic(target)) {
    if (expr.type === UNKNOWN) throw new Refused('0A000', 'cannot accept a value of a polymorphic type')
    return expr
  }
  if (expr.type === UNKNOWN) {
    if (expr.parameter !== undefined) {
      const known = analysis.parameterType(expr.parameter.number)
      if (known !== UNKNOWN && known !== target && known !== OPEN) {
        throw new Refused('42P08', `inconsistent types deduced for parameter $${expr.parameter.number}`)
      }
      if (known === UNKNOWN) analysis.parameters.set(expr.parameter.number, target)
      meetParameter(analysis, expr.parameter, target, meeting)
    } else if (expr.constant !== undefined) {
      noteConstant(analysis, expr.constant, target)
      meetConstant(expr.constant, target, meeting)
    }
    return { ...expr, type: target }
  }
  const cast = types.castTaken(expr.type, target, context)
  if (cast !== undefined) analysis.findings.made.casts.add(cast)
  // What the function makes of it is not known.
  if (cast?.method === 'function') return { type: target }
  if (expr.type === RECORD && types.isComposite(target))
    return coerceRow(analysis, expr, target, context, meeting)
  const domain = types.base(target) === target ? undefined : domainSetOf(types, target)
  if (domain !== undefined && types.isText(expr.type)) {
    meetSet(analysis, expr, domain, 'reject', meeting, { branches: true })
  }
  if (context === 'explicit' || cast?.method === 'inout') meetAsText(analysis, expr, target, meeting)
  if (!keepsText(types, expr.type, target)) return { type: target }
  const values = closedSet(types, expr)
  return { ...expr, type: target, ...(values === undefined ? {} : { values }) }
}

function noteConstant({ types, findings }: Analysis, { value }: Constant, target: TypeId): void {
  const type = types.toRef(target)
  if (value !== null && type !== undefined) findings.made.constants.push({ value, type })
}

/** Text, or an array of it, is cast to an enum: its constants are read by the enum's input function when the statement runs. */
function meetAsText(analysis: Analysis, expr: Expr, target: TypeId, meeting: Meeting): void {
  const { types } = analysis
  const element = types.baseElement(target)
  const from = element === undefined ? expr.type : types.baseElement(expr.type)
  if (from === undefined || !types.isText(types.base(from))) return
  const labels = enumSetOf(types, element ?? target)
  if (labels === undefined || domainSetOf(types, element ?? target) !== undefined) return
  const later = { ...meeting, atRunTime: true }
  meetSet(analysis, expr, labels, 'reject', later, { branches: true, array: element !== undefined })
}

/** coerce_record_to_complex: ROW(...) becomes a row type, field by field. */
function coerceRow(
  analysis: Analysis,
  expr: Expr,
  target: TypeId,
  context: CoercionContext,
  meeting: Meeting,
): Expr {
  const fields = analysis.types.fields(target)
  const row = expr.row ?? (expr.wholeRow === true ? expr.fields?.map((field) => field.expr) : undefined)
  // A record that a function gives has no fields that could be coerced one by one.
  if (row === undefined) throw new Refused('42846', 'cannot cast type record')
  if (fields === undefined) return { type: target }
  if (fields.length !== row.length) throw new Refused('42846', 'cannot cast type record')
  const coerced = row.map((field, i) => {
    const { type } = fields[i]!
    const made = coerceToTarget(analysis, field, type, context, meeting)
    if (made === undefined) throw new Refused('42846', 'cannot cast type record')
    return made
  })
  return { type: target, row: coerced }
}

/** coerce_to_target_type: undefined where there is no such coercion. */
export function coerceToTarget(
  analysis: Analysis,
  expr: Expr,
  target: TypeId,
  context: CoercionContext,
  meeting: Meeting,
): Expr | undefined {
  if (!analysis.types.canCoerce(expr.type, target, context)) return undefined
  return coerceType(analysis, expr, target, context, meeting)
}

/** coerce_to_boolean and coerce_to_specific_type: an assignment coercion that must exist. */
export function coerceToSpecific(analysis: Analysis, expr: Expr, target: TypeId, what: string): Expr {
  const made = coerceToTarget(analysis, expr, target, 'assignment', { kind: 'cast' })
  if (made === undefined) throw new Refused('42804', `argument of ${what} must be of another type`)
  return made
}

/** select_common_type. With `what` undefined a failure gives undefined, else it is refused. */
export function selectCommonType(types: Types, list: readonly TypeId[], what?: string): TypeId | undefined {
  const first = list[0] ?? UNKNOWN
  if (list.includes(OPEN)) return OPEN
  if (first !== UNKNOWN && list.every((type) => type === first)) return first
  let chosen = types.base(first)
  let { category, preferred } = types.category(chosen)
  for (const given of list.slice(1)) {
    const type = types.base(given)
    if (type === UNKNOWN || type === chosen) continue
    const next = types.category(type)
    if (chosen === UNKNOWN) {
      chosen = type
      ;({ category, preferred } = next)
    } else if (next.category !== category) {
      if (what === undefined) return undefined
      throw new Refused(
        '42804',
        `${what} types ${types.name(chosen)} and ${types.name(type)} cannot be matched`,
      )
    } else if (
      !preferred &&
      types.canCoerce(chosen, type, 'implicit') &&
      !types.canCoerce(type, chosen, 'implicit')
    ) {
      chosen = type
      ;({ category, preferred } = next)
    }
  }
  return chosen === UNKNOWN ? TEXT : chosen
}

/** coerce_to_common_type. */
export function coerceToCommon(
  analysis: Analysis,
  expr: Expr,
  type: TypeId,
  what: string,
  meeting: Meeting,
): Expr {
  if (expr.type === type) return expr
  const made = coerceToTarget(analysis, expr, type, 'implicit', meeting)
  if (made === undefined)
    throw new Refused('42846', `${what} could not convert type ${analysis.types.name(expr.type)}`)
  return made
}

/** The common type of expressions, and each of them coerced to it: CASE, COALESCE, GREATEST, VALUES, ARRAY. */
export function unify(
  analysis: Analysis,
  exprs: readonly Expr[],
  what: string,
  meeting: Meeting,
): { type: TypeId; exprs: Expr[] } {
  const type = selectCommonType(
    analysis.types,
    exprs.map((expr) => expr.type),
    what,
  )!
  const target = meeting.target ?? exprs.find((expr) => expr.target !== undefined)?.target
  return {
    type,
    exprs: exprs.map((expr) => coerceToCommon(analysis, expr, type, what, { ...meeting, target })),
  }
}

interface Bindings {
  element: TypeId | undefined
  array: TypeId | undefined
  range: TypeId | undefined
  multirange: TypeId | undefined
  compatible: TypeId[]
  compatibleRange: TypeId | undefined
}

/** Gathers what actual types say about polymorphic ones; undefined where they contradict each other. */
function bind(types: Types, actual: readonly TypeId[], declared: readonly TypeId[]): Bindings | undefined {
  const found: Bindings = {
    element: undefined,
    array: undefined,
    range: undefined,
    multirange: undefined,
    compatible: [],
    compatibleRange: undefined,
  }
  const set = (
    slot: 'element' | 'array' | 'range' | 'multirange' | 'compatibleRange',
    type: TypeId,
  ): boolean => {
    const before = found[slot]
    if (before !== undefined && before !== type) return false
    found[slot] = type
    return true
  }
  for (const [i, want] of declared.entries()) {
    const given = actual[i] ?? UNKNOWN
    if (given === UNKNOWN || given === OPEN) continue
    const base = types.base(given)
    let fine = true
    if (want === ANYELEMENT || want === ANYNONARRAY || want === ANYENUM) fine = set('element', given)
    else if (want === ANYARRAY) fine = base < 0 && set('array', base)
    else if (want === ANYRANGE) fine = types.isRange(base) && set('range', base)
    else if (want === ANYMULTIRANGE) fine = types.isMultirange(base) && set('multirange', base)
    else if (want === ANYCOMPATIBLE || want === ANYCOMPATIBLENONARRAY) found.compatible.push(given)
    else if (want === ANYCOMPATIBLEARRAY) {
      fine = base < 0
      if (fine) found.compatible.push(-base)
    } else if (want === ANYCOMPATIBLERANGE) {
      fine = types.isRange(base) && set('compatibleRange', base)
      if (fine) found.compatible.push(types.subtype(base) ?? OPEN)
    } else if (want === ANYCOMPATIBLEMULTIRANGE) {
      fine = types.isMultirange(base)
      if (fine) found.compatible.push(types.subtype(base) ?? OPEN)
    }
    if (!fine) return undefined
  }
  // The family of ANYELEMENT: array, range and element types must agree.
  if (found.array !== undefined) {
    if (found.element === undefined) found.element = -found.array
    else if (found.element !== -found.array) return undefined
  }
  for (const range of [found.range, found.multirange]) {
    if (range === undefined) continue
    const subtype = types.subtype(range)
    if (found.element === undefined) found.element = subtype
    else if (subtype !== found.element) return undefined
  }
  if (found.element !== undefined) {
    if (declared.includes(ANYNONARRAY) && types.baseElement(found.element) !== undefined) return undefined
    if (declared.includes(ANYENUM) && !types.isEnum(found.element)) return undefined
  }
  return found
}

/** check_generic_type_consistency. */
export function genericsAgree(types: Types, actual: readonly TypeId[], declared: readonly TypeId[]): boolean {
  const found = bind(types, actual, declared)
  if (found === undefined) return false
  if (declared.includes(ANYENUM) && found.element === undefined && !actual.includes(OPEN)) return false
  if (found.compatible.length > 0) {
    const common = selectCommonType(types, found.compatible)
    if (common === undefined) return false
    if (!found.compatible.every((type) => types.canCoerce(type, common, 'implicit'))) return false
    if (declared.includes(ANYCOMPATIBLENONARRAY) && types.baseElement(common) !== undefined) return false
  }
  return true
}

/** can_coerce_type over all arguments. */
export function canCoerceAll(
  types: Types,
  actual: readonly TypeId[],
  declared: readonly TypeId[],
  context: CoercionContext,
): boolean {
  let generic = false
  for (const [i, want] of declared.entries()) {
    if (isPolymorphic(want)) generic = true
    else if (!types.canCoerce(actual[i]!, want, context)) return false
  }
  return !generic || genericsAgree(types, actual, declared)
}

/**
 * enforce_generic_type_consistency: the declared types with polymorphic ones replaced where an unknown constant needs
 * them, and the result's type. Polymorphic types that only something unknown-to-us could settle become {@link OPEN}.
 */
export function enforceGenerics(
  types: Types,
  actual: readonly TypeId[],
  declared: readonly TypeId[],
  result: TypeId,
): { declared: TypeId[]; result: TypeId } {
  if (!declared.some(isPolymorphic))
    return { declared: [...declared], result: isPolymorphic(result) ? OPEN : result }
  const open = actual.some((type, i) => type === OPEN && isPolymorphic(declared[i] ?? OPEN))
  const found = bind(types, actual, declared)
  if (found === undefined)
    throw new Refused('42804', 'arguments declared of one polymorphic type are not all alike')
  const simple = declared.some(
    (type) =>
      type === ANYELEMENT ||
      type === ANYARRAY ||
      type === ANYNONARRAY ||
      type === ANYENUM ||
      type === ANYRANGE ||
      type === ANYMULTIRANGE,
  )
  if (simple && found.element === undefined && !open) {
    throw new Refused('42804', 'could not determine polymorphic type because input has type unknown')
  }
  const element = found.element ?? OPEN
  const array = found.array ?? (element === OPEN ? OPEN : types.arrayOf(element))
  if (open) found.compatible.push(OPEN)
  const common = selectCommonType(types, found.compatible, 'polymorphic arguments') ?? OPEN
  const commonArray = common === OPEN ? OPEN : types.arrayOf(common)
  const resolve = (type: TypeId): TypeId => {
    switch (type) {
      case ANYELEMENT:
      case ANYNONARRAY:
      case ANYENUM:
        return element
      case ANYARRAY:
        if (array === undefined) throw new Refused('42704', 'could not find array type')
        return array
      case ANYRANGE:
        return found.range ?? OPEN
      case ANYMULTIRANGE:
        return found.multirange ?? OPEN
      case ANYCOMPATIBLE:
      case ANYCOMPATIBLENONARRAY:
        return common
      case ANYCOMPATIBLEARRAY:
        if (commonArray === undefined) throw new Refused('42704', 'could not find array type')
        return commonArray
      case ANYCOMPATIBLERANGE:
        return found.compatibleRange ?? OPEN
      case ANYCOMPATIBLEMULTIRANGE:
        return OPEN
      default:
        return type
    }
  }
  const compatibleFamily = (type: TypeId): boolean => type >= ANYCOMPATIBLE && type <= ANYCOMPATIBLENONARRAY
  return {
    declared: declared.map((type, i) =>
      isPolymorphic(type) && (actual[i] === UNKNOWN || compatibleFamily(type)) ? resolve(type) : type,
    ),
    result: resolve(result),
  }
}
