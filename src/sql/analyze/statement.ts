import type { Node } from '@pgsql/types'
import type { Scope } from './scope.js'
import { transformQuery, type QueryResult } from './select.js'

/** One statement of any kind; gives what it returns, undefined where it returns nothing. */
export function transformStatement(scope: Scope, node: Node): QueryResult | undefined {
  if (
    'SelectStmt' in node ||
    'InsertStmt' in node ||
    'UpdateStmt' in node ||
    'DeleteStmt' in node ||
    'MergeStmt' in node
  ) {
    return transformQuery(scope, node)
  }
  return undefined
}
