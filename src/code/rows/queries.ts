import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import type { Shape } from './shape.js'

/** The result of a query that is read: its rows have the columns that the SQL selects. */
export function queryResult(
  _context: CodeContext,
  _node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression,
): Shape | undefined {
  return undefined
}
