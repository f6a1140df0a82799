import type { TSESTree } from '@typescript-eslint/utils'
import { lintedFile, staticKey } from '../reach/site.js'
import type { Node } from '../reach/site.js'
import { holdsString } from './candidates.js'
import type { CodeContext } from '../context.js'
import type { Collector } from './collector.js'
import type { Shape } from './shape.js'

/** Matchers of Jest and Vitest, and of chai, whose argument is compared with what was expected of. */
const MATCHERS = new Set(
  (
    'toBe toEqual toStrictEqual toMatchObject toContain toContainEqual toHaveProperty ' +
    'equal equals eq eql eqls deep include contain members'
  ).split(' '),
)
/** Functions of `node:assert` and chai's `assert`: the first argument is compared with the second. */
const ASSERTIONS = new Set(
  'equal strictEqual deepEqual deepStrictEqual notEqual notStrictEqual is same include'.split(' '),
)

/**
 * Tests: `expect(row.status).toBe('x')`, `expect(row).toMatchObject({ status: 'x' })`, `assert.equal(row.status, 'x')`, where what is
 * expected of is a row or a value of one.
 */
export function readExpectation(
  context: CodeContext,
  call: TSESTree.CallExpression,
  shapeOf: (node: Node, other: Node) => Shape | undefined,
  uses: Collector,
): void {
  const { callee } = call
  if (callee.type !== 'MemberExpression') return
  const method = staticKey(callee)
  const [first, second] = call.arguments
  if (method !== undefined && !MATCHERS.has(method) && !ASSERTIONS.has(method)) return
  const asked = [first, second].some((argument) => argument && mayHold(context, argument))
  if (method === undefined || !first || !asked) return
  if (
    ASSERTIONS.has(method) &&
    callee.object.type === 'Identifier' &&
    /^(assert|t)$/.test(callee.object.name)
  ) {
    if (second) compare(shapeOf(first, second), second, uses)
    return
  }
  if (!MATCHERS.has(method)) return
  const subject = expected(callee.object)
  const shape = subject && shapeOf(subject, first)
  if (!shape) return
  if (method === 'toHaveProperty') {
    const key = first.type === 'Literal' ? String(first.value) : undefined
    if (second && key !== undefined && !key.includes('.')) compare(shape.property?.(key), second, uses)
    return
  }
  compare(
    method.startsWith('toContain') || method === 'include' || method === 'contain'
      ? shape.element?.()
      : shape,
    first,
    uses,
  )
}

/** The argument of `expect(...)` at the start of a chain of words: `expect(x).resolves.not`, `expect(x).to.be`. */
function expected(node: Node): Node | undefined {
  let inner = node
  while (inner.type === 'MemberExpression') inner = inner.object
  if (inner.type !== 'CallExpression' || inner.callee.type !== 'Identifier' || inner.callee.name !== 'expect')
    return undefined
  return inner.arguments[0]
}

function compare(shape: Shape | undefined, node: Node, uses: Collector): void {
  if (!shape) return
  if (node.type === 'ObjectExpression') {
    for (const member of node.properties) {
      const key = member.type === 'Property' ? staticKey(member) : undefined
      if (member.type === 'Property' && key !== undefined) compare(shape.property?.(key), member.value, uses)
    }
  } else if (node.type === 'ArrayExpression') {
    for (const element of node.elements) if (element) compare(shape.element?.(), element, uses)
  } else if (node.type === 'CallExpression') {
    // expect.objectContaining({ ... }), expect.arrayContaining([...])
    const [inner] = node.arguments
    if (
      inner &&
      node.callee.type === 'MemberExpression' &&
      /Containing$/.test(staticKey(node.callee) ?? '')
    ) {
      compare(shape, inner, uses)
    }
  } else uses.compare(shape.value, node)
}

/** A string, also inside `expect.objectContaining({ ... })`. */
function mayHold(context: CodeContext, node: Node): boolean {
  if (node.type === 'CallExpression') return node.arguments.some((argument) => mayHold(context, argument))
  if (node.type !== 'ArrayExpression') return holdsString(lintedFile(context), node)
  return node.elements.some((element) => element && mayHold(context, element))
}
