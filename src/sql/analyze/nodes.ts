import type { Node } from '@pgsql/types'

/** A node's tag and body: libpg-query wraps each node in an object with one key. */
export function unwrap(node: Node): { tag: string; body: never } {
  for (const tag in node) return { tag, body: (node as Record<string, unknown>)[tag] as never }
  return { tag: '', body: {} as never }
}

/** The string of a String node, '' for another. */
export const stringOf = (node: Node | undefined): string =>
  node !== undefined && 'String' in node ? (node.String.sval ?? '') : ''

/** The nodes of a List node. */
export const listOf = (node: Node | undefined): readonly Node[] =>
  node !== undefined && 'List' in node ? (node.List.items ?? []) : []

/** An empty node (`{}`) stands for NULL in lists. */
export const isEmpty = (node: Node | undefined): boolean =>
  node === undefined || Object.keys(node).length === 0
