import type { Node } from '@pgsql/types'
import type { AlterCommand, Change, ConstraintDefinition } from '../../catalog/change.js'
import type { Relation } from '../../catalog/model.js'
import type { Store } from '../../catalog/store.js'
import type { Action } from '../ddl/step.js'
import { walk } from '../ddl/expressions.js'
import { listName } from '../ddl/names.js'
import type { BlockStatement } from './block.js'

function lists({ expression }: ConstraintDefinition): boolean {
  return expression?.list !== undefined
}

/** Whether a command may change what a column of `table` accepts, or which columns with a value set there are. */
function commandBears(command: AlterCommand, table: Relation | undefined): boolean {
  switch (command.do) {
    case 'set default':
    case 'set not null':
    case 'add identity':
    case 'drop identity':
    case 'column option':
      return false
    case 'add constraint':
      return lists(command.constraint)
    case 'touch constraint':
    case 'drop constraint': {
      // One that is not known may have been made since, by what does not bear: then it lists nothing.
      const constraint = table?.constraints.find((each) => each.name === command.name)
      return constraint?.kind === 'check' && constraint.values !== undefined
    }
    default:
      // Also a column without a value set: INSERT without a list of columns counts them.
      return true
  }
}

function changeBears(change: Change, store: Store): boolean {
  switch (change.do) {
    case 'alter table': {
      const table = store.lookupRelation(change.name)
      return change.commands.some((command) => commandBears(command, table))
    }
    case 'create index':
    case 'create sequence':
    case 'alter sequence':
    case 'create extension':
    case 'create function':
      return false
    case 'create table':
    case 'create from query':
      return change.temporary !== true
    case 'drop':
      return change.kind !== 'index' && change.kind !== 'sequence' && change.kind !== 'function'
    default:
      return true
  }
}

export function actionBears(action: Action, store: Store): boolean {
  switch (action.do) {
    case 'transaction':
    case 'reset all':
    case 'discard':
      return false
    case 'set search path':
    case 'edit pg_enum':
    case 'unread':
      return true
    case 'run block':
      return bears(action.block.body, store)
    case 'query':
      return callsOwn(action.query, store)
    default:
      return changeBears(action, store)
  }
}

/** Whether an expression or query calls a function that the migrations made and that may change the catalog. */
export function callsOwn(tree: unknown, store: Store): boolean {
  let calls = false
  walk({ tree }, (kind, value) => {
    if (kind !== 'FuncCall' || calls) return
    const name = listName((value as { funcname?: never[] }).funcname)
    calls = store.lookupFunctions(name).some((each) => each.body !== undefined && MAY_BEAR.test(each.body))
  })
  return calls
}

/** Without any of these words a function's body changes nothing. */
const MAY_BEAR = /\b(?:create|alter|drop|execute|call|perform|set_config|pg_enum)\b/i

/** Whether a statement of a block may change the catalog in a way that matters to value sets. */
export function bears(statements: readonly BlockStatement[], store: Store): boolean {
  return statements.some((statement) => {
    switch (statement.is) {
      case 'block':
        return (
          bears(statement.body, store) || (statement.handlers ?? []).some((each) => bears(each.body, store))
        )
      case 'if':
        return statement.branches.some((each) => bears(each.body, store)) || bears(statement.otherwise, store)
      case 'loop':
      case 'while':
      case 'for range':
      case 'for query':
      case 'foreach':
        return bears(statement.body, store)
      case 'sql':
        return statement.actions.some((action) => actionBears(action, store))
      case 'query':
        return callsOwn(statement.query, store)
      case 'assign':
        return callsOwn(statement.value, store)
      case 'execute':
        return !isHarmless(startOf(statement.text as Node | undefined))
      case 'unreadable':
        return true
      default:
        return false
    }
  })
}

/** Statements that change nothing that matters, whatever the names in them are; rows are no part of the catalog. */
const HARMLESS =
  /^\s*(?:(?:create(?:\s+unique)?|drop|alter|re)\s*index|(?:create|drop|alter)\s+(?:sequence|trigger|policy|publication|extension|role|statistics)|grant|revoke|comment|analyze|vacuum|cluster|lock|truncate|notify|refresh|alter\s+default\s+privileges|alter\s+table\s+(?:(?:only|if\s+exists)\s+)*\S+\s+(?:(?:enable|disable|no\s+force|force)\s+(?:row|trigger)|owner\s+to|set\s*\(|cluster\s))\b|^\s*(?:insert\s+into|delete\s+from|update)\s+(?!\s*(?:only\s+)?pg_)/i

/** Whether a text that starts so can only be one statement that changes nothing that matters. */
function isHarmless(start: string | undefined): boolean {
  return start !== undefined && HARMLESS.test(start) && !/;\s*\S/.test(start)
}

/** The constant that the text an expression builds starts with: of `||`, `format`, `concat`. */
function startOf(expression: Node | undefined): string | undefined {
  if (expression === undefined) return undefined
  if ('A_Const' in expression) {
    const { A_Const: constant } = expression
    return 'sval' in constant ? constant.sval?.sval : undefined
  }
  if ('TypeCast' in expression) return startOf(expression.TypeCast.arg)
  if ('A_Expr' in expression) {
    const { name, lexpr } = expression.A_Expr
    return listName(name).name === '||' ? startOf(lexpr) : undefined
  }
  if (!('FuncCall' in expression)) return undefined
  const { funcname, args } = expression.FuncCall
  const { name } = listName(funcname)
  return name === 'format' || name === 'concat' ? startOf(args?.[0]) : undefined
}

/** The variables that statements may set. */
export function assigned(statements: readonly BlockStatement[]): string[] {
  return statements.flatMap((statement) => {
    switch (statement.is) {
      case 'block':
        return [
          ...assigned(statement.body),
          ...(statement.handlers ?? []).flatMap((each) => assigned(each.body)),
        ]
      case 'if':
        return [
          ...statement.branches.flatMap((each) => assigned(each.body)),
          ...assigned(statement.otherwise),
        ]
      case 'loop':
      case 'while':
        return assigned(statement.body)
      case 'for range':
      case 'foreach':
        return [statement.variable, ...assigned(statement.body)]
      case 'for query':
        return [...statement.targets, ...assigned(statement.body)]
      case 'assign':
        return [statement.target]
      case 'query':
      case 'execute':
      case 'forget':
        return [...statement.targets]
      default:
        return []
    }
  })
}

/** Whether statements may leave the place they stand in. */
export function leaves(statements: readonly BlockStatement[]): boolean {
  return statements.some((statement) => {
    if (statement.is === 'return' || statement.is === 'exit') return true
    if (statement.is === 'block' || statement.is === 'loop') return leaves(statement.body)
    if (statement.is === 'if')
      return statement.branches.some((each) => leaves(each.body)) || leaves(statement.otherwise)
    return 'body' in statement && leaves(statement.body)
  })
}
