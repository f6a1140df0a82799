import { UNKNOWN, type Value } from './values.js'

/** `left <operator> right`, of values that are both evaluated. */
export function binary(operator: string, left: Value, right: Value): Value {
  if (left.kind === 'condition' && right.kind === 'constant' && typeof right.value === 'boolean') {
    return operator.startsWith('=') === right.value ? left : negated(left)
  }
  if (left.kind !== 'constant' || right.kind !== 'constant') return UNKNOWN
  if (operator === '+' && (typeof left.value === 'string' || typeof right.value === 'string')) {
    return { kind: 'constant', value: String(left.value) + String(right.value) }
  }
  if (typeof left.value === 'number' && typeof right.value === 'number') {
    const value = arithmetic(operator, left.value, right.value)
    if (value !== undefined) return { kind: 'constant', value }
  }
  if (/^===?$/.test(operator)) return { kind: 'constant', value: left.value === right.value }
  return /^!==?$/.test(operator) ? { kind: 'constant', value: left.value !== right.value } : UNKNOWN
}

function arithmetic(operator: string, a: number, b: number): number | boolean | undefined {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
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
    if (value.kind === 'condition') return negated(value)
    const truth = truthOf(value)
    return truth === undefined ? UNKNOWN : { kind: 'constant', value: !truth }
  }
  if (operator === '-' && value.kind === 'constant' && typeof value.value === 'number') {
    return { kind: 'constant', value: -value.value }
  }
  return UNKNOWN
}

function negated(condition: Extract<Value, { kind: 'condition' }>): Value {
  return { ...condition, sql: `NOT (${condition.sql})` }
}

/** `left && right` and `left || right` of two conditions: one condition, where they ask about the same table. */
export function joined(operator: string, left: Extract<Value, { kind: 'condition' }>, right: Value): Value {
  if (right.kind !== 'condition' || right.table !== left.table) return UNKNOWN
  return { ...left, sql: `(${left.sql}) ${operator === '&&' ? 'AND' : 'OR'} (${right.sql})` }
}

/** What a variable is after `+=`, `-=`, `++` and `--`: `sign` is `+` or `-`, anything else is not known. */
export function changed(before: Value, sign: string, by: Value): Value {
  if (before.kind !== 'constant' || by.kind !== 'constant' || !/^[-+]$/.test(sign)) return UNKNOWN
  if (typeof before.value === 'number' && typeof by.value === 'number')
    return { kind: 'constant', value: sign === '+' ? before.value + by.value : before.value - by.value }
  const areTexts = typeof before.value === 'string' && typeof by.value === 'string' && sign === '+'
  return areTexts ? { kind: 'constant', value: `${String(before.value)}${String(by.value)}` } : UNKNOWN
}

/** Whether a condition holds; undefined where that is not known. */
export function truthOf(value: Value): boolean | undefined {
  if (value.kind === 'constant') return Boolean(value.value)
  return value.kind === 'array' || value.kind === 'object' || value.kind === 'function' ? true : undefined
}
