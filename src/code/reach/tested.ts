import type { TSESTree } from '@typescript-eslint/utils'
import { functionAround } from './binding.js'
import { staticKey, walk } from './site.js'
import type { Node } from './site.js'

/** Functions that may not return, by how they are called. */
export const LEAVES =
  /^(?:throw|raise|fail|abort|exit|die|redirect|notFound|reject|err|assert|invariant|ensure|expect|require|check|valid|panic|forbid|bad|unreachable|never|deny|stop|quit|end|unauthorized|invalid)/i

/** Functions that say something of what they are given: `VALID.includes(status)`, `isStatus(status)`. */
export const ASKS = /^(?:includes|has|some|find|is[A-Z]\w*)$/

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
