import type { TSESTree } from '@typescript-eslint/utils'
import { isSurelyDataOnly } from '../other-kinds.js'
import type { Machine } from './machine.js'
import { reaches, type Scope, type Value } from './values.js'

/**
 * Whether code that is not followed may send something: it names what has a hold of the database, or a function that does,
 * or it looks like SQL.
 */
export function codeReaches(machine: Machine, node: TSESTree.Node, scope: Scope): boolean {
  return !isSurelyDataOnly(machine.textOf(node), 'JavaScript') || namesReach(node, scope, new Set())
}

function namesReach(node: TSESTree.Node, scope: Scope, seen: Set<TSESTree.Node>): boolean {
  if (seen.has(node)) return false
  seen.add(node)
  if (node.type === 'Identifier' || node.type === 'ThisExpression') {
    const value = scope.get(node.type === 'Identifier' ? node.name : 'this')
    if (value !== undefined && valueReaches(value, seen)) return true
  }
  return childrenOf(node).some((child) => namesReach(child, scope, seen))
}

function valueReaches(value: Value, seen: Set<TSESTree.Node>): boolean {
  return reaches(value) || (value.kind === 'function' && namesReach(value.node, value.scope, seen))
}

/** What is no code that runs: types, and decorators, which are not followed. */
const ASIDE =
  /^(?:parent|typeAnnotation|returnType|typeParameters|typeArguments|superTypeArguments|implements|decorators)$/

/** The nodes in a node that are code which runs, as they stand in it. */
export function childrenOf(node: TSESTree.Node): TSESTree.Node[] {
  return Object.entries(node).flatMap(([key, value]): TSESTree.Node[] => {
    if (ASIDE.test(key)) return []
    return (Array.isArray(value) ? value : [value]).filter(
      (one: unknown): one is TSESTree.Node => typeof (one as { type?: unknown } | null)?.type === 'string',
    )
  })
}
