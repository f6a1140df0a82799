import { variableOf } from './binding.js'
import { isNothing, staticKey, walk } from './site.js'
import type { Node, SourceFile } from './site.js'

/** What a condition is where a variable has a certain value. */
export interface Outcome {
  /** Undefined where that is not known. */
  readonly is: boolean | undefined
  /** Whether what is not known depends on the variable: `isValid(status)`. */
  readonly depends: boolean
}

/** A variable, or a property of one, with a value that it may have. */
export interface Assumed {
  readonly file: SourceFile
  /** Whether an expression is a reference to it. */
  isReference(node: Node): boolean
  readonly value: string
}

const YES: Outcome = { is: true, depends: false }
const NO: Outcome = { is: false, depends: false }
const FREE: Outcome = { is: undefined, depends: false }
const UNSURE: Outcome = { is: undefined, depends: true }

function known(is: boolean): Outcome {
  return is ? YES : NO
}

function not({ is, depends }: Outcome): Outcome {
  return is === undefined ? { is, depends } : known(!is)
}

/** Names are followed to the conditions that they stand for so many times. */
const DEPTH = 3

/** Whether `condition` holds where the variable has the value. */
export function outcomeOf(condition: Node, assumed: Assumed, depth = DEPTH): Outcome {
  const outcome = (node: Node): Outcome => outcomeOf(node, assumed, depth)
  const text = textOf(condition, assumed)
  if (text !== undefined) return known(text !== '')
  switch (condition.type) {
    case 'Literal':
      return known(Boolean(condition.value))
    case 'Identifier': {
      const flag = depth > 0 ? initOf(condition, assumed.file) : undefined
      return flag === undefined ? FREE : outcomeOf(flag, assumed, depth - 1)
    }
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'ChainExpression':
      return outcome(condition.expression)
    case 'AwaitExpression':
      return outcome(condition.argument)
    case 'UnaryExpression':
      return condition.operator === '!' ? not(outcome(condition.argument)) : otherwise(condition, assumed)
    case 'LogicalExpression':
      return condition.operator === '??'
        ? otherwise(condition, assumed)
        : joined(outcome(condition.left), outcome(condition.right), condition.operator === '&&')
    case 'ConditionalExpression': {
      const { is, depends } = outcome(condition.test)
      if (is !== undefined) return outcome(is ? condition.consequent : condition.alternate)
      return depends ? UNSURE : otherwise(condition, assumed)
    }
    case 'BinaryExpression':
      return compared(condition.operator, condition.left as Node, condition.right, assumed)
    case 'CallExpression':
      return called(condition.callee, condition.arguments, assumed, depth)
    case 'MemberExpression': {
      const length = lengthOf(condition, assumed)
      return length === undefined ? otherwise(condition, assumed) : known(length > 0)
    }
    default:
      return otherwise(condition, assumed)
  }
}

/** `a && b`, `a || b` */
function joined(left: Outcome, right: Outcome, isAnd: boolean): Outcome {
  const decisive = !isAnd
  if (left.is === decisive || right.is === decisive) return known(decisive)
  if (left.is !== undefined && right.is !== undefined) return known(!decisive)
  return left.depends || right.depends ? UNSURE : FREE
}

function compared(operator: string, left: Node, right: Node, assumed: Assumed): Outcome {
  const a = constantOf(left, assumed)
  const b = constantOf(right, assumed)
  if (a === undefined || b === undefined) {
    // What it is compared with is another value of the program, which tells nothing: `status === row.status`.
    const others = [left, right].filter((_, i) => [a, b][i] === undefined)
    return others.some((one) => isConstantName(one) || mentions([one], assumed)) ? UNSURE : FREE
  }
  if (!mentions([left, right], assumed)) return FREE
  switch (operator) {
    case '===':
    case '==':
      return known(a.value === b.value)
    case '!==':
    case '!=':
      return known(a.value !== b.value)
    case '>':
      return known(Number(a.value) > Number(b.value))
    case '>=':
      return known(Number(a.value) >= Number(b.value))
    case '<':
      return known(Number(a.value) < Number(b.value))
    case '<=':
      return known(Number(a.value) <= Number(b.value))
    default:
      return UNSURE
  }
}

/** `ALL`, `Status.All`: a constant, of which it is not known what it is. */
export function isConstantName(node: Node): boolean {
  if (node.type === 'MemberExpression') return isConstantName(node.object)
  return node.type === 'Identifier' && /^[A-Z]/.test(node.name)
}

/** What an expression is that is constant, or the variable, or is made of it; null and undefined are equal. */
function constantOf(node: Node, assumed: Assumed): { readonly value: unknown } | undefined {
  const value = textOf(node, assumed) ?? lengthOf(node, assumed)
  if (value !== undefined) return { value }
  if (isNothing(node)) return { value: null }
  if (node.type === 'Literal') return { value: node.value }
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0)
    return { value: node.quasis[0]!.value.cooked }
  if (node.type === 'UnaryExpression' && node.operator === 'typeof')
    return textOf(node.argument, assumed) === undefined ? undefined : { value: 'string' }
  const init = node.type === 'Identifier' ? initOf(node, assumed.file) : undefined
  return init?.type === 'Literal' ? { value: init.value } : undefined
}

/** The variable, and what keeps it a string of which is known what it is: `status.trim()`. */
function textOf(node: Node, assumed: Assumed): string | undefined {
  if (assumed.isReference(node)) return assumed.value
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'ChainExpression':
      return textOf(node.expression, assumed)
    case 'CallExpression': {
      const { callee } = node
      if (callee.type === 'Identifier' && callee.name === 'String' && node.arguments.length === 1)
        return textOf(node.arguments[0]!, assumed)
      if (callee.type !== 'MemberExpression' || node.arguments.length > 0) return undefined
      const text = textOf(callee.object, assumed)
      if (text === undefined) return undefined
      switch (staticKey(callee)) {
        case 'trim':
          return text.trim()
        case 'toLowerCase':
          return text.toLowerCase()
        case 'toUpperCase':
          return text.toUpperCase()
        case 'toString':
          return text
        default:
          return undefined
      }
    }
    default:
      return undefined
  }
}

/** `status.length` */
function lengthOf(node: Node, assumed: Assumed): number | undefined {
  if (node.type === 'ChainExpression') return lengthOf(node.expression, assumed)
  if (node.type !== 'MemberExpression' || staticKey(node) !== 'length') return undefined
  return textOf(node.object, assumed)?.length
}

function called(callee: Node, given: readonly Node[], assumed: Assumed, depth: number): Outcome {
  const unsure = (): Outcome => (mentions([callee, ...given], assumed) ? UNSURE : FREE)
  const [first] = given
  if (first === undefined || given.length > 1) return unsure()
  if (callee.type === 'Identifier' && callee.name === 'Boolean') return outcomeOf(first, assumed, depth)
  if (callee.type !== 'MemberExpression') return unsure()
  const method = staticKey(callee)
  const text = textOf(callee.object, assumed)
  const argument = textOf(first, assumed)
  if (text !== undefined) {
    const part = constantOf(first, assumed)?.value
    if (typeof part !== 'string') return UNSURE
    if (method === 'startsWith') return known(text.startsWith(part))
    if (method === 'endsWith') return known(text.endsWith(part))
    return method === 'includes' ? known(text.includes(part)) : UNSURE
  }
  if (argument === undefined || (method !== 'includes' && method !== 'has')) return unsure()
  const listed = stringsOf(callee.object, assumed.file, depth)
  return listed === undefined ? UNSURE : known(listed.includes(argument))
}

/** The strings of a list or set that is written in the file; undefined where it holds anything else. */
function stringsOf(node: Node, file: SourceFile, depth: number): readonly string[] | undefined {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return stringsOf(node.expression, file, depth)
    case 'Identifier': {
      const init = depth > 0 ? initOf(node, file) : undefined
      return init && stringsOf(init, file, depth - 1)
    }
    case 'NewExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'Set' && node.arguments.length === 1
        ? stringsOf(node.arguments[0]!, file, depth)
        : undefined
    case 'ArrayExpression': {
      const strings = node.elements.flatMap((one) =>
        one?.type === 'Literal' && typeof one.value === 'string' ? [one.value] : [],
      )
      return strings.length === node.elements.length ? strings : undefined
    }
    default:
      return undefined
  }
}

/** What a constant of the file is: `const isOnline = status === 'online'`. */
function initOf(node: Node, file: SourceFile): Node | undefined {
  const variable = variableOf(node, file)
  const definition = variable?.defs[0]
  if (definition?.type !== 'Variable' || variable!.defs.length > 1) return undefined
  const declarator = definition.node
  if (declarator.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') return undefined
  const isWritten = variable!.references.some((one) => one.isWrite() && one.init !== true)
  return isWritten ? undefined : (declarator.init ?? undefined)
}

/** Of what is not understood all that matters is whether the variable is in it. */
function otherwise(node: Node, assumed: Assumed): Outcome {
  return mentions([node], assumed) ? UNSURE : FREE
}

function mentions(nodes: readonly Node[], { isReference }: Assumed): boolean {
  let found = false
  for (const node of nodes)
    walk(node, (inner) => {
      found ||= isReference(inner)
      return !found
    })
  return found
}
