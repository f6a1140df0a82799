import type { FuncCall, Node, VariableSetStmt } from '@pgsql/types'
import { walk } from '../ddl/expressions.js'
import { readSearchPath } from '../procedures/functions.js'
import { stringList } from './types.js'

/** Without the schemas that a name can't be looked up in: that of the user, and none. */
const known = (schemas: readonly string[]): readonly string[] =>
  schemas.filter((schema) => schema !== '$user' && schema !== '')

/** The schemas that SET search_path names, `$user` aside; undefined for another setting, `reset` for the default. */
function pathOf({ kind, name, args }: VariableSetStmt): readonly string[] | 'reset' | undefined {
  if (kind === 'VAR_RESET_ALL') return 'reset'
  if (name !== 'search_path') return undefined
  if (kind === 'VAR_RESET' || kind === 'VAR_SET_DEFAULT') return 'reset'
  if (kind !== 'VAR_SET_VALUE') return undefined
  return known((args ?? []).flatMap((node) => ('A_Const' in node ? [node.A_Const.sval?.sval ?? ''] : [])))
}

const stringIn = (node: Node | undefined): string | undefined =>
  node !== undefined && 'A_Const' in node && node.A_Const.sval !== undefined
    ? (node.A_Const.sval.sval ?? '')
    : undefined

/** What `set_config('search_path', ...)` sets, and whether for the transaction only; no schema where that is no constant. */
function configured({ funcname, args = [] }: FuncCall): PathChange | undefined {
  const [name, value, local] = args
  if (stringList(funcname).at(-1) !== 'set_config' || stringIn(name)?.toLowerCase() !== 'search_path')
    return undefined
  const path = known(readSearchPath(stringIn(value) ?? ''))
  const isSession = local !== undefined && 'A_Const' in local && local.A_Const.boolval?.boolval !== true
  return { path, local: !isSession }
}

interface PathChange {
  readonly path: readonly string[] | 'reset'
  readonly local: boolean
}

function changeBy(statement: Node): PathChange | undefined {
  if ('VariableSetStmt' in statement) {
    const path = pathOf(statement.VariableSetStmt)
    return path && { path, local: statement.VariableSetStmt.is_local === true }
  }
  let change: PathChange | undefined
  if ('SelectStmt' in statement) {
    walk(statement, (tag, body) => {
      if (tag === 'FuncCall') change = configured(body as FuncCall) ?? change
    })
  }
  return change
}

const ENDS_TRANSACTION: ReadonlySet<string | undefined> = new Set([
  'TRANS_STMT_COMMIT',
  'TRANS_STMT_ROLLBACK',
  'TRANS_STMT_PREPARE',
])

/**
 * The search path between the statements of a text: SET and `set_config` change it for those behind them, with LOCAL until the
 * transaction ends (manual, SET).
 */
export class SearchPath {
  current: readonly string[]
  #session: readonly string[]
  #inTransaction = false

  constructor(private readonly initial: readonly string[]) {
    this.current = initial
    this.#session = initial
  }

  /** After a statement that is not known: no name without a schema is found any more. */
  forget(): readonly string[] {
    this.current = this.#session = []
    return this.current
  }

  after(statement: Node): void {
    if ('TransactionStmt' in statement) {
      const { kind } = statement.TransactionStmt
      if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') this.#inTransaction = true
      if (!ENDS_TRANSACTION.has(kind) || !this.#inTransaction) return
      this.#inTransaction = false
      this.current = this.#session
      return
    }
    const change = changeBy(statement)
    if (change === undefined) return
    this.current = change.path === 'reset' ? this.initial : change.path
    // A text may be run in a transaction that it does not show.
    if (!change.local || !this.#inTransaction) this.#session = this.current
  }
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
