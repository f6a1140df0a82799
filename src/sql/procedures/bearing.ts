import type { Node } from '@pgsql/types'
import type { AlterCommand, Change, ConstraintDefinition } from '../../catalog/change.js'
import type { QualifiedName, Relation } from '../../catalog/model.js'
import type { Store } from '../../catalog/store.js'
import type { Action } from '../ddl/step.js'
import { walk } from '../ddl/expressions.js'
import { listName, strings } from '../ddl/names.js'
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
    calls = mayBear(store, name)
  })
  return calls
}

function mayBear(store: Store, name: QualifiedName): boolean {
  return store
    .lookupFunctions(name)
    .some(({ body }) => body !== undefined && MAY_BEAR.test(body) && bodyMayBear(body))
}

function bodyMayBear(body: string): boolean {
  const text = body.replace(QUOTED, (found) => (/^(?:--|\/\*)/.test(found) ? ' ' : found))
  // What stands in strings is run only by the words outside them.
  return MAY_BEAR.test(text.replace(HARMLESS_EXECUTE, '')) && MAY_BEAR.test(text.replace(QUOTED, "''"))
}

/** Without any of these words a function's body changes nothing. */
const MAY_BEAR = /\b(?:create|alter|drop|execute|call|perform|set_config|pg_enum)\b/i

/** Comments, and strings in either kind of quotes. */
const QUOTED = /--[^\n]*|\/\*[^]*?\*\/|\be'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|\$(\w*)\$[^]*?\$\1\$/gi

/** Whether a statement of a block may change the catalog in a way that matters to value sets. */
export function bears(
  statements: readonly BlockStatement[],
  store: Store,
  outer: Shapes = new Map(),
): boolean {
  const shapes = new Map(outer)
  const inside = (body: readonly BlockStatement[]): boolean => bears(body, store, shapes)
  return statements.some((statement) => {
    const matters = bearsItself(statement, store, inside, shapes)
    for (const target of assigned([statement])) shapes.delete(target)
    if (statement.is === 'assign') shapes.set(statement.target, shapeOf(statement.value as Node | undefined))
    return matters
  })
}

/** What texts the variables hold that were set just before. */
type Shapes = ReadonlyMap<string, string>

function bearsItself(
  statement: BlockStatement,
  store: Store,
  inside: (body: readonly BlockStatement[]) => boolean,
  shapes: Shapes,
): boolean {
  switch (statement.is) {
    case 'block':
      return inside(statement.body) || (statement.handlers ?? []).some((each) => inside(each.body))
    case 'if':
      return statement.branches.some((each) => inside(each.body)) || inside(statement.otherwise)
    case 'loop':
    case 'while':
    case 'for range':
    case 'for query':
    case 'foreach':
      return inside(statement.body)
    case 'sql':
      return statement.actions.some((action) => actionBears(action, store))
    case 'query':
      return callsOwn(statement.query, store)
    case 'assign':
      return callsOwn(statement.value, store)
    case 'execute':
      return !isHarmless(shapeOf(statement.text as Node | undefined, shapes), store)
    case 'unreadable':
      return true
    default:
      return false
  }
}

/** How statements start that define nothing that matters, whatever the names in them are; partitions are no part of the catalog. */
const HARMLESS_DEFINITION =
  /\s*(?:(?:create(?:\s+unique)?|drop|alter|re)\s*index|create\s+table\s+(?:if\s+not\s+exists\s+)?\S+\s+partition\s+of|(?:create|drop|alter)\s+(?:sequence|trigger|policy|publication|extension|role|user|statistics)|grant|revoke|comment|analyze|vacuum|cluster|lock|truncate|notify|refresh|alter\s+default\s+privileges|alter\s+(?:function|procedure|type|domain|schema|(?:materialized\s+)?view)\s+[^;]*?\sowner\s+to|alter\s+table\s+(?:(?:only|if\s+exists)\s+)*\S+\s+(?:(?:enable|disable|no\s+force|force)\s+(?:row|trigger)|owner\s+to|set\s*\(|cluster\s))\b/
    .source

/** Rows are no part of the catalog either. */
const HARMLESS = new RegExp(
  `^${HARMLESS_DEFINITION}|^\\s*(?:insert\\s+into|delete\\s+from|update)\\s+(?!\\s*(?:only\\s+)?pg_)`,
  'i',
)

/** In a function's body, `EXECUTE` of a constant, or of `format` with one, up to where it is seen to be harmless. */
const HARMLESS_EXECUTE = new RegExp(
  `\\bexecute\\s*\\(?\\s*(?:format\\s*\\(\\s*)?(?:'|\\$\\w*\\$)${HARMLESS_DEFINITION}`,
  'gi',
)

/** What stands in a shape for a part that is not constant. */
const PART = '\u001a'

/** Whether a text of this shape can only be one statement that changes nothing that matters. */
function isHarmless(shape: string, store: Store): boolean {
  if (/;\s*\S/.test(shape)) return false
  return HARMLESS.test(shape) || (/^\s*select\s/i.test(shape) && !callsInText(shape, store))
}

/** Whether the text of a query may call a function that changes the catalog. */
function callsInText(shape: string, store: Store): boolean {
  const names = [...shape.replaceAll(PART, '?').matchAll(/([\w?]+)"?\s*\(/g)].map(([, name]) =>
    name!.toLowerCase(),
  )
  return names.some((name) => name.includes('?') || name === 'set_config' || mayBear(store, { name }))
}

/** The text that an expression builds of `||`, `format`, `concat`, with {@link PART} for parts that are not constant. */
function shapeOf(expression: Node | undefined, variables: Shapes = new Map()): string {
  if (expression === undefined) return PART
  if ('A_Const' in expression) {
    const { A_Const: constant } = expression
    return 'sval' in constant ? (constant.sval?.sval ?? '') : PART
  }
  if ('ColumnRef' in expression) return variables.get(strings(expression.ColumnRef.fields).join('.')) ?? PART
  if ('TypeCast' in expression) return shapeOf(expression.TypeCast.arg, variables)
  if ('A_Expr' in expression) {
    const { name, lexpr, rexpr } = expression.A_Expr
    return listName(name).name === '||' ? shapeOf(lexpr, variables) + shapeOf(rexpr, variables) : PART
  }
  if (!('FuncCall' in expression)) return PART
  const { funcname, args } = expression.FuncCall
  const { name } = listName(funcname)
  if (name === 'concat') return (args ?? []).map((arg) => shapeOf(arg, variables)).join('')
  if (name !== 'format') return PART
  return shapeOf(args?.[0], variables).replace(/%(?:\d+\$)?[-\d]*[sIL]/g, PART)
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
