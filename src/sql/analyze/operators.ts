import type { QualifiedName } from '../../catalog/model.js'
import { builtinOperators, type Operator } from '../builtins.js'
import { matching, selectCandidate } from './candidates.js'
import { closedBranches, coerceType, enforceGenerics } from './coerce.js'
import { meetSet } from './literals.js'
import { Refused, type Analysis, type Expr, type Meeting } from './state.js'
import { ANY, BOOL, isPolymorphic, OPEN, UNKNOWN, type TypeId, type Types } from './types.js'
import { comparesAsText, enumSetOf } from './valueSets.js'

function takes({ args }: Operator, given: readonly TypeId[]): boolean {
  return args.length === given.length && args[0] === given[0] && args[1] === given[1]
}

function exactly(candidates: readonly Operator[], args: readonly TypeId[]): Operator | undefined {
  return candidates.find((candidate) => takes(candidate, args))
}

/** What IN, CASE and JOIN USING compare with: looked up in the search path as if it was written. */
export const EQUALS: QualifiedName = { name: '=' }

const generic = new Map<string, readonly Operator[]>()

/** Those of an operator's forms that take types that no cast leads away from. */
function genericOperators(name: string): readonly Operator[] {
  let found = generic.get(name)
  if (found === undefined) {
    found = builtinOperators(name).filter(({ args }) =>
      args.some((type) => isPolymorphic(type) || type === ANY || type === OPEN),
    )
    if (found.length > 0) generic.set(name, found)
  }
  return found
}

/** The operators of a name that may take a value of the type: of Postgres's own, an enum has the generic ones alone. */
function operatorsFor(types: Types, name: QualifiedName, type: TypeId): readonly Operator[] {
  const found = types.operators(name)
  const base = types.base(type)
  const isPlain = types.isEnum(base) && !types.hasImplicitCast(base)
  return isPlain && found === builtinOperators(name.name) ? genericOperators(name.name) : found
}

/** Whether an operator's operand, about which nothing is known, is out of reach of what is given. */
function isOutOfReach(types: Types, { args }: Operator, given: readonly TypeId[]): boolean {
  return args.some(
    (arg, i) =>
      arg === OPEN &&
      given[i] !== UNKNOWN &&
      types.pathway(OPEN, types.base(given[i] ?? UNKNOWN), 'implicit') === undefined,
  )
}

/** oper() and left_oper(): the operator that Postgres picks; refuses where it picks none. */
function select(types: Types, name: QualifiedName, given: readonly TypeId[]): Operator {
  const [left, right] = given
  const unknown = given.length === 2 && (left === UNKNOWN || right === UNKNOWN)
  const known = left === UNKNOWN ? right! : left!
  const candidates = operatorsFor(types, name, known)
  const wanted = unknown ? [known, known] : given
  let found = exactly(candidates, wanted)
  if (found === undefined && unknown && types.base(known) !== known) {
    const base = types.base(known)
    found = exactly(candidates, [base, base])
  }
  if (found !== undefined) return usable(found, name)
  const fitting = matching(
    types,
    given,
    candidates.filter(
      (candidate) => candidate.args.length === given.length && !isOutOfReach(types, candidate, given),
    ),
  )
  if (fitting.length === 0) {
    throw new Refused(
      '42883',
      `operator does not exist: ${given.map((type) => types.name(type)).join(` ${name.name} `)}`,
    )
  }
  const chosen = fitting.length === 1 ? fitting[0] : selectCandidate(types, given, fitting)
  if (chosen === undefined) throw new Refused('42725', `operator is not unique: ${name.name}`)
  return usable(chosen, name)
}

function usable(operator: Operator, { name }: QualifiedName): Operator {
  if (operator.made?.shell === true) throw new Refused('42883', `operator is only a shell: ${name}`)
  return operator
}

/** {@link select}, noting an operator that the migrations made. */
function pick({ types, findings }: Analysis, name: QualifiedName, given: readonly TypeId[]): Operator {
  const chosen = select(types, name, given)
  if (chosen.made !== undefined) findings.made.operators.add(chosen.made)
  return chosen
}

/** What an operator yields when one side is unknown to us. */
function openResult(types: Types, name: QualifiedName): TypeId {
  const operators = types.operators(name)
  return operators.length > 0 && operators.every((operator) => operator.result === BOOL) ? BOOL : OPEN
}

/** Equality with a string outside a closed set never holds; inequality always does. */
function noteClosedSets(
  analysis: Analysis,
  { name }: QualifiedName,
  { made }: Operator,
  left: Expr,
  right: Expr,
  array: boolean,
): void {
  if (made !== undefined || (name !== '=' && name !== '<>')) return
  const { types } = analysis
  const sides: [Expr, Expr, boolean][] = array
    ? [[left, right, true]]
    : [
        [left, right, false],
        [right, left, false],
      ]
  for (const [one, other, isArray] of sides) {
    if (!comparesAsText(types, one.type)) continue
    const { set, others } = closedBranches(types, one) ?? {}
    // An enum's own labels are what its input function checks.
    if (set === undefined || (set.kind === 'enum' && types.isEnum(types.base(one.type)))) continue
    if (!isArray && types.base(other.type) !== types.base(one.type) && !types.isText(other.type)) continue
    const meeting: Meeting = { kind: 'compare', target: one.target }
    meetSet(analysis, other, set, 'never-match', meeting, {
      array: isArray,
      labels: types.isEnum(types.base(one.type)) ? enumSetOf(types, one.type) : undefined,
      ...(others !== undefined && others.size > 0 && { others }),
    })
  }
}

/**
 * make_op: an operator applied to one operand (`left` undefined) or two. With `mayNeverHold`, that it never does is no use: only what
 * Postgres rejects is.
 */
export function makeOperator(
  analysis: Analysis,
  name: QualifiedName,
  left: Expr | undefined,
  right: Expr,
  mayNeverHold = false,
): { type: TypeId; left: Expr | undefined; right: Expr } {
  const { types } = analysis
  const given = left === undefined ? [right.type] : [left.type, right.type]
  if (given.includes(OPEN) || types.operators(name).length === 0)
    return { type: openResult(types, name), left, right }
  const chosen = pick(analysis, name, given)
  const { declared, result } = enforceGenerics(types, given, chosen.args, chosen.result)
  const meeting: Meeting = { kind: 'compare', target: left?.target ?? right.target }
  const coerced = (left === undefined ? [right] : [left, right]).map((expr, i) =>
    coerceType(analysis, expr, declared[i]!, 'implicit', meeting),
  )
  if (left === undefined) return { type: result, left: undefined, right: coerced[0]! }
  // `plan <> ''` makes sure of something, and knows that it may be so anyway.
  const makesSure = name.name === '<>' && [left, right].some(({ constant }) => constant?.value === '')
  if (!mayNeverHold && !makesSure) noteClosedSets(analysis, name, chosen, coerced[0]!, coerced[1]!, false)
  return { type: result, left: coerced[0]!, right: coerced[1]! }
}

/** make_scalar_array_op: `left op ANY (right)`. */
export function makeArrayOperator(analysis: Analysis, name: QualifiedName, left: Expr, right: Expr): Expr {
  const { types } = analysis
  if (right.type === OPEN) return { type: BOOL }
  let member = UNKNOWN
  if (right.type !== UNKNOWN) {
    const element = types.baseElement(right.type)
    if (element === undefined) throw new Refused('42809', 'op ANY/ALL (array) requires array on right side')
    member = element
  }
  if (left.type === OPEN || types.operators(name).length === 0) return { type: BOOL }
  const given = [left.type, member]
  const chosen = pick(analysis, name, given)
  const { declared, result } = enforceGenerics(types, given, chosen.args, chosen.result)
  if (result !== BOOL && result !== OPEN)
    throw new Refused('42809', 'op ANY/ALL (array) requires operator to yield boolean')
  const memberType = declared[1]!
  const arrayType = isPolymorphic(memberType) ? right.type : types.arrayOf(memberType)
  if (arrayType === undefined) throw new Refused('42704', 'could not find array type')
  const meeting: Meeting = { kind: 'compare', target: left.target ?? right.target }
  const coercedLeft = coerceType(analysis, left, declared[0]!, 'implicit', meeting)
  const coercedRight = coerceType(analysis, right, arrayType, 'implicit', meeting)
  noteClosedSets(analysis, name, chosen, coercedLeft, { ...coercedRight, ...keep(right) }, true)
  return { type: BOOL }
}

/** The strings of an array survive the array's own coercion. */
function keep(right: Expr): Partial<Expr> {
  return right.elements === undefined ? {} : { elements: right.elements }
}
