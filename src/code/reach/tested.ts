import type { TSESTree } from '@typescript-eslint/utils'
import { functionAround, isFunction } from './binding.js'
import { contains, isNothing, staticKey, walk } from './site.js'
import type { Node, Site } from './site.js'

/** Functions that may not return, by how they are called. */
export const LEAVES =
  /^(?:throw|raise|fail|abort|exit|die|redirect|notFound|reject|err|assert|invariant|ensure|expect|require|check|valid|panic|forbid|bad|unreachable|never|deny|stop|quit|end|unauthorized|invalid)/i

/** Functions that say something of what they are given: `VALID.includes(status)`, `isStatus(status)`. */
export const ASKS = /^(?:includes|has|some|find|is[A-Z]\w*)$/

/** Around a name that is tested for being there at all: `status`, `!filter.status`, `a && status`. */
const PRESENCE = new Set([
  'ChainExpression',
  'LogicalExpression',
  'MemberExpression',
  'TSNonNullExpression',
  'UnaryExpression',
])

/**
 * Whether a test of a variable at `reference` may have ruled values of it out where the variable is used (`node`, and what it was
 * put into, at `at`): the use is in what the test decides on, or comes after it and the code that it decides on may leave what is
 * around. A test whose outcome is kept or handed on may decide on anything.
 */
export function mayNarrow(reference: Node, { node, at }: Pick<Site, 'node' | 'at'>): boolean {
  let isCompared = false
  let isPresence = true
  const decides = (construct: Node): boolean =>
    !isPresence &&
    (contains(construct, node) ||
      contains(construct, at) ||
      (mayLeave(construct) && !isAfter(construct, node, at)))
  for (let here = reference; here.parent != null; here = here.parent) {
    const { parent } = here
    switch (parent.type) {
      case 'IfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
        return parent.test === here && decides(parent)
      case 'SwitchStatement':
        isPresence = false
        return parent.discriminant === here && decides(parent)
      case 'ConditionalExpression':
        if (parent.test === here && (decides(parent) || isFlag(parent))) return true
        if (parent.test === here) return false
        break
      case 'LogicalExpression':
        if (parent.left !== here || parent.operator === '??') break
        if (decides(parent)) return true
        isCompared ||= !isPresence
        break
      case 'BinaryExpression':
        if (/^[!=]==?$/.test(parent.operator) && (isNothing(parent.left) || isNothing(parent.right)))
          return false
        if (/^[!=]==?$|^in$/.test(parent.operator)) isCompared = true
        break
      case 'CallExpression':
        if (parent.callee === here || !ASKS.test(calleeName(parent)))
          return isCompared || (parent.callee !== here && LEAVES.test(calleeName(parent)))
        isCompared = true
        break
      case 'Property':
      case 'TemplateLiteral':
      case 'ArrayExpression':
      case 'JSXExpressionContainer':
      case 'BlockStatement':
      case 'Program':
        return false
      case 'ExpressionStatement':
        // `status === 'a' && f()`, of which `f` was looked at.
        return false
      case 'VariableDeclarator':
      case 'AssignmentExpression':
      case 'ReturnStatement':
      case 'ThrowStatement':
        return isCompared
      default:
        if (isFunction(parent)) return isCompared
    }
    isPresence &&= PRESENCE.has(parent.type) && (parent.type !== 'MemberExpression' || parent.object === here)
  }
  return false
}

/** `c ? true : false` */
export function isFlag({ consequent, alternate }: TSESTree.ConditionalExpression): boolean {
  return [consequent, alternate].some((one) => one.type === 'Literal' && typeof one.value === 'boolean')
}

/** Whether a construct stands behind both, in the same function, so that it runs when they have run. */
export function isAfter(construct: Node, ...uses: readonly Node[]): boolean {
  return uses.every(
    (use) => functionAround(use) === functionAround(construct) && use.range[1] <= construct.range[0],
  )
}

const LOOP = /^(?:For(?:In|Of)?Statement|(?:Do)?WhileStatement)$/

/**
 * Whether a part of a construct may leave what is around that: by a statement, or by a call of what sounds as if it may throw.
 *
 * @param construct Which `break` may leave without that.
 */
export function mayLeave(part: Node, construct = part): boolean {
  let leaves = false
  walk(part, (node) => {
    if (leaves) return false
    leaves = isExit(node, construct)
    return true
  })
  return leaves
}

function isExit(node: Node, construct: Node): boolean {
  switch (node.type) {
    case 'ThrowStatement':
      return true
    case 'ReturnStatement':
      return functionAround(node) === functionAround(construct)
    case 'BreakStatement':
      return node.label !== null || !isInside(node, construct, /Switch|For|While/)
    case 'ContinueStatement':
      return node.label !== null || !isInside(node, construct, LOOP)
    case 'CallExpression':
      return LEAVES.test(calleeName(node))
    default:
      return false
  }
}

/** Whether a statement of such a type is around `node`, not further out than `construct`. */
function isInside(node: Node, construct: Node, types: RegExp): boolean {
  for (let at: Node | undefined = node; at != null; at = at.parent) {
    if (at !== node && types.test(at.type)) return true
    if (at === construct) return false
  }
  return false
}

export function calleeName({ callee }: TSESTree.CallExpression): string {
  if (callee.type === 'Identifier') return callee.name
  return callee.type === 'MemberExpression' ? (staticKey(callee) ?? '') : ''
}
