import type { TSESTree } from '@typescript-eslint/utils'
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

/** Whether what a variable starts with may still be there at `use`, which is in the same function. */
export function mayKeepStart(writes: readonly Node[], declaration: Node, use: Node): boolean {
  const fn = functionAround(use)
  if (functionAround(declaration) !== fn || writes.some((write) => functionAround(write) !== fn)) return false
  const before = writes.filter((write) => write.range[0] < use.range[0])
  for (let at: Node | null | undefined = use; at != null && at !== fn; at = at.parent) {
    const { parent } = at
    const body = parent?.type === 'BlockStatement' || parent?.type === 'Program' ? parent.body : []
    const front = body.slice(0, Math.max(0, body.indexOf(at as TSESTree.ProgramStatement)))
    if (front.some((statement) => surelyAssigns(statement, before))) return false
  }
  return true
}

/** Whether a statement assigns one of `writes` whatever its conditions give, or leaves what is around it. */
function surelyAssigns(statement: Node | null | undefined, writes: readonly Node[]): boolean {
  switch (statement?.type) {
    case 'ExpressionStatement':
      return writes.some((write) => contains(statement, write))
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'ContinueStatement':
      return true
    case 'BlockStatement':
      return statement.body.some((inner) => surelyAssigns(inner, writes))
    case 'IfStatement':
      return surelyAssigns(statement.consequent, writes) && surelyAssigns(statement.alternate, writes)
    case 'SwitchStatement':
      return (
        statement.cases.some(({ test }) => test === null) &&
        statement.cases.every(
          ({ consequent }, i, { length }) =>
            (consequent.length === 0 && i < length - 1) ||
            consequent.some((inner) => surelyAssigns(inner, writes)),
        )
      )
    case 'TryStatement':
      return (
        surelyAssigns(statement.finalizer, writes) ||
        (surelyAssigns(statement.block, writes) &&
          (statement.handler === null || surelyAssigns(statement.handler.body, writes)))
      )
    default:
      return false
  }
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
