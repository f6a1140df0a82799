import type { TSESTree } from '@typescript-eslint/utils'
import type { SourceFile } from '../reach/site.js'

/** The text of the block comment that stands directly before a node, decorators and `export` looked over. Never throws. */
export function commentBefore(file: SourceFile, node: TSESTree.Node): string | undefined {
  const { parent } = node
  const outer =
    parent?.type === 'ExportNamedDeclaration' || parent?.type === 'ExportDefaultDeclaration'
      ? parent
      : parent?.type === 'VariableDeclaration' && parent.declarations[0] === node
        ? parent.parent.type === 'ExportNamedDeclaration'
          ? parent.parent
          : parent
        : node
  const before = file.text.slice(Math.max(0, outer.range[0] - 4000), outer.range[0])
  const match = /\/\*\*?((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before)
  return match?.[1]
}

/** The name behind `@pgEnum` in the comment before a node: an enum type, or `table.column`. */
export function taggedName(file: SourceFile, node: TSESTree.Node): string | undefined {
  if (!file.text.includes('@pgEnum')) return undefined
  return /@pgEnum\s+("[^"]+"(?:\."[^"]+")*|[\w$.]+)/
    .exec(commentBefore(file, node) ?? '')?.[1]
    ?.replaceAll('"', '')
}
