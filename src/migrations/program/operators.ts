import { compareRows, conditionOfRows } from './rows.js'
import { UNDEFINED, UNKNOWN, type ConditionValue, type Value } from './values.js'

/** `left <operator> right`, of values that are both evaluated. */
export function binary(operator: string, left: Value, right: Value): Value {
  if (left.kind === 'rows' && right.kind === 'constant') {
    const compared = compareRows(left, operator, right.value)
    if (compared !== undefined) return compared
  }
  const condition = conditionOf(left)
  if (condition?.isAwaited === true && EQUALITY.test(operator)) {
    if (right.kind !== 'constant') return UNKNOWN
    const isNot = operator.startsWith('!')
    if (left.kind === 'tool') return right.value != null ? UNKNOWN : isNot ? condition : negated(condition)
    if (typeof right.value !== 'boolean') return UNKNOWN
    return isNot === right.value ? negated(condition) : condition
  }
  if (left.kind !== 'constant' || right.kind !== 'constant') return UNKNOWN
  if (operator === '+' && (typeof left.value === 'string' || typeof right.value === 'string')) {
    return { kind: 'constant', value: String(left.value) + String(right.value) }
  }
  if (typeof left.value === 'number' && typeof right.value === 'number') {
    const value = arithmetic(operator, left.value, right.value)
    if (value !== undefined) return { kind: 'constant', value }
  }
  if (!EQUALITY.test(operator)) return UNKNOWN
  const equal = areEqual(left.value, right.value, operator.length === 2)
  return equal === undefined ? UNKNOWN : { kind: 'constant', value: equal === operator.startsWith('=') }
}

const EQUALITY = /^[!=]==?$/

/** Whether two constants are equal; undefined where `==` would convert one of them. */
function areEqual(a: unknown, b: unknown, isLoose: boolean): boolean | undefined {
  if (!isLoose || typeof a === typeof b) return a === b
  return a == null || b == null ? (a == null) === (b == null) : undefined
}

function arithmetic(operator: string, a: number, b: number): number | boolean | undefined {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
    default:
      return undefined
  }
}

/** `!value`, `-value`. */
export function unary(operator: string, value: Value): Value {
  if (operator === '!') {
    const condition = conditionOf(value)
    if (condition?.isAwaited === true) return negated(condition)
    const truth = truthOf(value)
    return truth === undefined ? UNKNOWN : { kind: 'constant', value: !truth }
  }
  if (operator === 'void') return UNDEFINED
  if (operator === '-' && value.kind === 'constant' && typeof value.value === 'number') {
    return { kind: 'constant', value: -value.value }
  }
  return UNKNOWN
}

function negated(condition: ConditionValue): Value {
  return { ...condition, sql: `NOT (${condition.sql})` }
}

/** `left && right` and `left || right` of two conditions: one condition. */
export function joined(operator: string, left: ConditionValue, right: ConditionValue): Value {
  if (!left.isAwaited || !right.isAwaited) return UNKNOWN
  const about = [...left.about, ...right.about]
  const after = Math.min(left.after, right.after)
  return { ...left, about, after, sql: `(${left.sql}) ${operator === '&&' ? 'AND' : 'OR'} (${right.sql})` }
}

/** The condition that decides where a value does, as in `if (value)`; undefined where it is none. */
export function conditionOf(value: Value): ConditionValue | undefined {
  if (value.kind === 'tool') return value.object.isThere
  if (value.kind === 'rows') return conditionOfRows(value)
  return value.kind === 'condition' ? value : undefined
}

/** Whether a condition holds; undefined where that is not known. */
export function truthOf(value: Value): boolean | undefined {
  if (value.kind === 'constant') return Boolean(value.value)
  const condition = conditionOf(value)
  if (condition !== undefined) return condition.isAwaited ? undefined : true
  return /^(?:array|object|function|class|tool|raw)$/.test(value.kind) ? true : undefined
}
