import type { Node, VariableSetStmt } from '@pgsql/types'

/** The schemas that SET search_path names, `$user` aside; undefined for another setting, `reset` for the default. */
function pathOf({ kind, name, args }: VariableSetStmt): readonly string[] | 'reset' | undefined {
  if (kind === 'VAR_RESET_ALL') return 'reset'
  if (name !== 'search_path') return undefined
  if (kind === 'VAR_RESET' || kind === 'VAR_SET_DEFAULT') return 'reset'
  if (kind !== 'VAR_SET_VALUE') return undefined
  const schemas = (args ?? []).flatMap((node) => ('A_Const' in node ? [node.A_Const.sval?.sval ?? ''] : []))
  return schemas.filter((schema) => schema !== '$user' && schema !== '')
}

/** The search path after a statement: a SET changes it for the statements behind it. */
export function pathAfter(
  statement: Node,
  current: readonly string[],
  initial: readonly string[],
): readonly string[] {
  if (!('VariableSetStmt' in statement)) return current
  const path = pathOf(statement.VariableSetStmt)
  return path === 'reset' ? initial : (path ?? current)
}

/** The search path that CREATE FUNCTION ... SET gives the body; undefined where it gives none. */
export function pathOfFunction(options: readonly Node[] | undefined): readonly string[] | undefined {
  let path: readonly string[] | undefined
  for (const node of options ?? []) {
    if (!('DefElem' in node) || node.DefElem.defname !== 'set') continue
    const { arg } = node.DefElem
    const given = arg !== undefined && 'VariableSetStmt' in arg ? pathOf(arg.VariableSetStmt) : undefined
    if (given !== undefined && given !== 'reset') path = given
  }
  return path
}
