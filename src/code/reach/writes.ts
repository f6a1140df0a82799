import { functionAround } from './binding.js'
import { contains } from './site.js'
import type { Node } from './site.js'

/**
 * The writes that may reach a use: those in front of it, from the last one on that stands in a block around the use. For a use
 * in another function than the write, all of them.
 */
export function reachingWrites(writes: readonly Node[], use: Node): readonly Node[] {
  const before = writes.filter((w) => functionAround(w) !== functionAround(use) || w.range[0] < use.range[0])
  const last = before.findLastIndex((w) => {
    const block = blockOf(w)
    return functionAround(w) === functionAround(use) && block !== undefined && contains(block, use)
  })
  return last < 0 ? before : before.slice(last)
}

/**
 * Whether what a member is assigned by `write` may be there at `use`: not where the use comes first, unless both are run again for the
 * same object, which is declared around them as `name`.
 */
export function mayReach(write: Node, use: Node, name: Node | undefined): boolean {
  const fn = functionAround(use)
  if (write.range[1] <= use.range[0] || functionAround(write) !== fn) return true
  if (name === undefined || functionAround(name) !== fn) return true
  for (let at: Node | null | undefined = use.parent; at != null && at !== fn; at = at.parent) {
    if (LOOPS.has(at.type) && contains(at, write) && !contains(at, name)) return true
  }
  return false
}

const LOOPS: ReadonlySet<string> = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
])

function blockOf(node: Node): Node | undefined {
  let at: Node | null | undefined = node.parent
  // `if (c) s = 'a'`: a branch without braces is a block of its own.
  while (at != null && at.type !== 'BlockStatement' && at.type !== 'Program' && at.type !== 'SwitchCase') {
    if (at.parent?.type === 'IfStatement' && at !== at.parent.test) return at
    at = at.parent
  }
  return at ?? undefined
}
