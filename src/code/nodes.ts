import type { CodeContext } from './context.js'
import type { Node } from './reach/site.js'

/** A step of ESLint's own walk: https://eslint.org/docs/latest/extend/languages#the-sourcecode-object. */
interface Step {
  readonly target: unknown
  /** 1 for a visit of a node. */
  readonly kind: number
  /** 1 when the node is entered. */
  readonly phase?: number
}

const cache = new WeakMap<object, readonly Node[]>()

/**
 * Every node of the linted file, parents first, in source order. Kept for each source code, so that the finders walk the tree once;
 * where ESLint has walked it already, not even that.
 */
export function nodesOf({ sourceCode, ast }: CodeContext): readonly Node[] {
  let nodes = cache.get(sourceCode)
  if (nodes === undefined) {
    const steps = (sourceCode as { traverse?(): unknown }).traverse?.()
    nodes = Array.isArray(steps) ? entered(steps as Step[]) : visited(ast, sourceCode.visitorKeys)
    cache.set(sourceCode, nodes)
  }
  return nodes
}

function entered(steps: readonly Step[]): Node[] {
  const nodes: Node[] = []
  for (const step of steps) if (step.kind === 1 && step.phase === 1) nodes.push(step.target as Node)
  return nodes
}

function visited(root: Node, keys: Readonly<Record<string, readonly string[] | undefined>>): Node[] {
  const nodes: Node[] = []
  visit(root, keys, (node) => nodes.push(node))
  return nodes
}

/** Calls `enter` for every node, parents first, by the parser's visitor keys. */
export function visit(
  root: Node,
  keys: Readonly<Record<string, readonly string[] | undefined>>,
  enter: (node: Node) => void,
): void {
  const stack: Node[] = [root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    enter(node)
    const children = keys[node.type] ?? []
    for (let k = children.length - 1; k >= 0; k--) {
      const child = (node as unknown as Record<string, unknown>)[children[k]!]
      if (Array.isArray(child)) {
        for (let i = child.length - 1; i >= 0; i--) if (child[i]) stack.push(child[i] as Node)
      } else if (child) stack.push(child as Node)
    }
  }
}
