import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from './context.js'
import { staticKey } from './reach/site.js'
import type { Node } from './reach/site.js'
import { calleeName } from './reach/tested.js'
import type { Trace } from './trace.js'
import type { CodeUse } from './use.js'

/** Assertions by one call: `assert.rejects(() => ...)`, ava's `t.throwsAsync`, Deno's `assertRejects`. */
const ASSERTS = /^(?:assert)?(?:rejects|throws(?:async)?)$/i
/** What follows `expect(...)`: of Jest, Vitest and Chai. */
const EXPECTS = /^(?:rejects?|rejected(?:With)?|toThrow\w*|throws?|thrown?)$/

/** Leaves out wrong values that Postgres is asserted to reject: the test of a CHECK. */
export function withoutAsserted(
  uses: readonly CodeUse[],
  { sourceCode }: CodeContext,
  trace: Trace | undefined,
): readonly CodeUse[] {
  return uses.filter(({ effect, value, valueSet, range }) => {
    if (effect !== 'reject' || valueSet.values.some((label) => label.value === value)) return true
    const node = sourceCode.getNodeByRangeIndex(range[0])
    if (node === null || !isAsserted(node)) return true
    trace?.({ range, message: `The code asserts that "${value}" is rejected.` })
    return false
  })
}

function isAsserted(node: Node): boolean {
  for (let here: Node | undefined = node; here != null; here = here.parent) {
    const call: Node | undefined = here.parent
    if (call?.type !== 'CallExpression' || call.callee === here) continue
    const name = calleeName(call)
    if (ASSERTS.test(name)) return true
    if (name === 'expect' && isFollowedBy(call)) return true
  }
  return false
}

/** Whether one of the steps behind `expect(...)` says that it fails; `not` says the contrary. */
function isFollowedBy(call: TSESTree.CallExpression): boolean {
  let fails = false
  for (let here: Node = call; here.parent != null; here = here.parent) {
    const parent: Node = here.parent
    if (parent.type === 'MemberExpression' && parent.object === here) {
      const name = staticKey(parent) ?? ''
      if (name === 'not') return false
      fails ||= EXPECTS.test(name)
    } else if (parent.type !== 'CallExpression' || parent.callee !== here) break
  }
  return fails
}
