import { isFunction } from './binding.js'
import type { Node } from './site.js'

/**
 * The writes that may reach a use: those in front of it, from the last one on that stands in a block around the use. For a use
 * in another function than the write, all of them.
 */
export function reachingWrites(writes: readonly Node[], use: Node): readonly Node[] {
  const before = writes.filter((w) => functionOf(w) !== functionOf(use) || w.range[0] < use.range[0])
  const last = before.findLastIndex((w) => {
    const block = blockOf(w)
    return (
      functionOf(w) === functionOf(use) &&
      block !== undefined &&
      block.range[0] <= use.range[0] &&
      use.range[1] <= block.range[1]
    )
  })
  return last < 0 ? before : before.slice(last)
}

function functionOf(node: Node): Node | undefined {
  let at: Node | null | undefined = node.parent
  while (at != null && !isFunction(at)) at = at.parent
  return at ?? undefined
}

function blockOf(node: Node): Node | undefined {
  let at: Node | null | undefined = node.parent
  // `if (c) s = 'a'`: a branch without braces is a block of its own.
  while (at != null && at.type !== 'BlockStatement' && at.type !== 'Program' && at.type !== 'SwitchCase') {
    if (at.parent?.type === 'IfStatement' && at !== at.parent.test) return at
    at = at.parent
  }
  return at ?? undefined
}
