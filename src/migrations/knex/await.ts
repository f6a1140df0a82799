import type { TSESTree } from '@typescript-eslint/utils'
import { childrenOf } from '../program/code.js'
import type { FunctionValue } from '../program/values.js'
import type { TableBuilder } from './table.js'

/** The first `await` of an async callback: what comes after it, Knex does not wait for. */
export function endOf({ node }: FunctionValue): TableBuilder['end'] {
  return node.async ? firstAwait(node.body, true) : undefined
}

/** Nodes of which not all that is in them surely runs. */
const MAY_SKIP =
  /^(?:If|Switch|For\w*|While|DoWhile|Try|Labeled)Statement$|^(?:Conditional|Logical)Expression$/

function firstAwait(node: TSESTree.Node, isCertain: boolean): TableBuilder['end'] {
  if (node.type === 'AwaitExpression') return { at: node.range[0], isCertain }
  if (/Function/.test(node.type)) return undefined
  const inner = isCertain && !MAY_SKIP.test(node.type)
  for (const child of childrenOf(node)) {
    const found = firstAwait(child, inner)
    if (found !== undefined) return found
  }
  return undefined
}
