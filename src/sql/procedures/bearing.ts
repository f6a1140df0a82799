import type { Change } from '../../catalog/change.js'
import type { Store } from '../../catalog/store.js'
import type { Action } from '../ddl/step.js'
import { walk } from '../ddl/expressions.js'
import { listName } from '../ddl/names.js'
import type { BlockStatement } from './block.js'

function changeBears(change: Change): boolean {
  switch (change.do) {
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
      return changeBears(action)
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
      case 'unreadable':
        return true
      default:
        return false
    }
  })
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
