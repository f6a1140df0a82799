import type { Node } from '../reach/site.js'

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
