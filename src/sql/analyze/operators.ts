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

/** oper() and left_oper(): the operator that Postgres picks; refuses where it picks none. */
function select(types: Types, name: string, given: readonly TypeId[]): Operator {
  const [left, right] = given
  const unknown = given.length === 2 && (left === UNKNOWN || right === UNKNOWN)
  const known = left === UNKNOWN ? right! : left!
  const candidates = types.isEnum(types.base(known)) ? genericOperators(name) : builtinOperators(name)
  const wanted = unknown ? [known, known] : given
  let found = exactly(candidates, wanted)
  if (found === undefined && unknown && types.base(known) !== known) {
    const base = types.base(known)
    found = exactly(candidates, [base, base])
  }
  if (found !== undefined) return found
  const fitting = matching(
    types,
    given,
    candidates.filter((candidate) => candidate.args.length === given.length),
  )
  if (fitting.length === 0) {
    throw new Refused(
      '42883',
      `operator does not exist: ${given.map((type) => types.name(type)).join(` ${name} `)}`,
    )
  }
  const chosen = fitting.length === 1 ? fitting[0] : selectCandidate(types, given, fitting)
  if (chosen === undefined) throw new Refused('42725', `operator is not unique: ${name}`)
  return chosen
}

/** What an operator yields when one side is unknown to us. */
function openResult(name: string): TypeId {
  const operators = builtinOperators(name)
  return operators.length > 0 && operators.every((operator) => operator.result === BOOL) ? BOOL : OPEN
}

/** Equality with a string outside a closed set never holds; inequality always does. */
function noteClosedSets(analysis: Analysis, name: string, left: Expr, right: Expr, array: boolean): void {
  if (name !== '=' && name !== '<>') return
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
  name: string,
  left: Expr | undefined,
  right: Expr,
  mayNeverHold = false,
): { type: TypeId; left: Expr | undefined; right: Expr } {
  const { types } = analysis
  const given = left === undefined ? [right.type] : [left.type, right.type]
  if (given.includes(OPEN) || builtinOperators(name).length === 0)
    return { type: openResult(name), left, right }
  const chosen = select(types, name, given)
  const { declared, result } = enforceGenerics(types, given, chosen.args, chosen.result)
  const meeting: Meeting = { kind: 'compare', target: left?.target ?? right.target }
  const coerced = (left === undefined ? [right] : [left, right]).map((expr, i) =>
    coerceType(analysis, expr, declared[i]!, 'implicit', meeting),
  )
  if (left === undefined) return { type: result, left: undefined, right: coerced[0]! }
  // `plan <> ''` makes sure of something, and knows that it may be so anyway.
  const makesSure = name === '<>' && [left, right].some(({ constant }) => constant?.value === '')
  if (!mayNeverHold && !makesSure) noteClosedSets(analysis, name, coerced[0]!, coerced[1]!, false)
  return { type: result, left: coerced[0]!, right: coerced[1]! }
}

/** make_scalar_array_op: `left op ANY (right)`. */
export function makeArrayOperator(analysis: Analysis, name: string, left: Expr, right: Expr): Expr {
  const { types } = analysis
  if (left.type === OPEN || right.type === OPEN || builtinOperators(name).length === 0) return { type: BOOL }
  let member = UNKNOWN
  if (right.type !== UNKNOWN) {
    const element = types.baseElement(right.type)
    if (element === undefined) throw new Refused('42809', 'op ANY/ALL (array) requires array on right side')
    member = element
  }
  const given = [left.type, member]
  const chosen = select(types, name, given)
  const { declared, result } = enforceGenerics(types, given, chosen.args, chosen.result)
  if (result !== BOOL && result !== OPEN)
    throw new Refused('42809', 'op ANY/ALL (array) requires operator to yield boolean')
  const memberType = declared[1]!
  const arrayType = isPolymorphic(memberType) ? right.type : types.arrayOf(memberType)
  if (arrayType === undefined) throw new Refused('42704', 'could not find array type')
  const meeting: Meeting = { kind: 'compare', target: left.target ?? right.target }
  const coercedLeft = coerceType(analysis, left, declared[0]!, 'implicit', meeting)
  const coercedRight = coerceType(analysis, right, arrayType, 'implicit', meeting)
  noteClosedSets(analysis, name, coercedLeft, { ...coercedRight, ...keep(right) }, true)
  return { type: BOOL }
}

/** The strings of an array survive the array's own coercion. */
function keep(right: Expr): Partial<Expr> {
  return right.elements === undefined ? {} : { elements: right.elements }
}
