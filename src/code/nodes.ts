import type { CodeContext } from './context.js'
import type { Node } from './reach/site.js'

/** A step of ESLint's own walk: https://eslint.org/docs/latest/extend/languages#the-sourcecode-object. */
interface Step {
  readonly target: unknown
  /** 1 when a node is entered, 2 when it is left; other steps have none. */
  readonly phase?: number
}

/** Types of which most nodes are, and that no finder asks for. */
const COMMON = [
  'Identifier',
  'MemberExpression',
  'BlockStatement',
  'ExpressionStatement',
  'TSTypeAnnotation',
  'TSTypeReference',
  'TSStringKeyword',
] as const

type NodeType = Exclude<`${Node['type']}`, (typeof COMMON)[number]>
type OfType<N extends Node, T extends NodeType> = N extends unknown
  ? `${N['type']}` extends T
    ? N
    : never
  : never

/** The nodes of a source code by their types: most finders look at a few types, and most nodes are of others. */
export class Nodes {
  // A list for each type, null for the common ones.
  readonly #byType = new Map<string, Node[] | null>(COMMON.map((type) => [type, null]))

  add(node: Node): void {
    const { type } = node
    // Every other node is one of these two.
    if (type === 'Identifier' || type === 'MemberExpression') return
    const nodes = this.#byType.get(type)
    if (nodes === undefined) this.#byType.set(type, [node])
    else if (nodes !== null) nodes.push(node)
  }

  /** Those of a type, parents first, in source order. */
  of<T extends NodeType>(type: T): readonly OfType<Node, T>[] {
    return (this.#byType.get(type) ?? []) as unknown as readonly OfType<Node, T>[]
  }
}

const cache = new WeakMap<object, Nodes>()

/**
 * The nodes of the linted file. Kept for each source code, so that the finders walk the tree once; where ESLint has walked it already,
 * not even that.
 */
export function nodesOf({ sourceCode, ast }: CodeContext): Nodes {
  let nodes = cache.get(sourceCode)
  if (nodes === undefined) {
    nodes = new Nodes()
    const steps = (sourceCode as { traverse?(): unknown }).traverse?.()
    if (Array.isArray(steps)) addEntered(steps as Step[], nodes)
    else addAll(ast, sourceCode.visitorKeys, nodes)
    cache.set(sourceCode, nodes)
  }
  return nodes
}

function addEntered(steps: readonly Step[], nodes: Nodes): void {
  // By index, as ESLint itself walks them.
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!
    if (step.phase === 1) nodes.add(step.target as Node)
  }
}

function addAll(root: Node, keys: VisitorKeys, nodes: Nodes): void {
  visit(root, keys, (node) => nodes.add(node))
}

type VisitorKeys = Readonly<Record<string, readonly string[] | undefined>>

/** Calls `enter` for every node, parents first, by the parser's visitor keys. */
export function visit(root: Node, keys: VisitorKeys, enter: (node: Node) => void): void {
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
