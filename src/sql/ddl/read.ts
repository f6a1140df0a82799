import type { Node, TransactionStmt, VariableSetStmt } from '@pgsql/types'
import type { Change } from '../../catalog/change.js'
import { Utf8Offsets } from '../offsets.js'
import { parseSql } from '../parser.js'
import { readBlock } from '../procedures/readBlock.js'
import { splitStatements, type SplitStatement } from '../split.js'
import { Unreadable } from '../unreadable.js'
import { walk, withoutPositions } from './expressions.js'
import { listName, stringOf } from './names.js'
import { readChanges } from './statements.js'
import type { Action, SessionAction, Step } from './step.js'

/** First words of statements that never bear on what the catalog holds, or only through pg_catalog. */
const HARMLESS =
  /^(?:insert|update|delete|merge|with|table|values|comment|grant|revoke|analyze|analyse|vacuum|lock|truncate|copy|refresh|cluster|reindex|notify|listen|unlisten|security|explain|show|prepare|execute|deallocate|declare|fetch|move|close|checkpoint|load|reassign)\b/i

/** CREATE, ALTER and DROP of what the catalog does not hold. */
const OTHER_OBJECTS =
  /^(?:create(?:\s+or\s+replace)?|alter|drop)\s+(?:constraint\s+trigger|event\s+trigger|trigger|policy|role|user|group|database|tablespace|publication|subscription|statistics|collation|conversion|operator\s+(?:class|family)|(?:trusted\s+|procedural\s+)*language|server|access\s+method|text\s+search|transform|rule|default\s+privileges|large\s+object|owned|foreign\s+data|system)\b/i

const SYSTEM_CATALOGS = /\bpg_(?:enum|type|attribute|class|constraint|namespace|attrdef)\b/i

/** Settings that matter: the search path, and those of the project's own, which its blocks may ask for. */
const SEARCH_PATH = /search_path|schema|\ball\b|authorization|^set\s+(?:(?:local|session)\s+)?"?\w+"?\s*\./i

/** Whether a statement's first words rule out that it bears on the catalog: those are not parsed. */
function isDismissed(text: string): boolean {
  if (HARMLESS.test(text))
    return !SYSTEM_CATALOGS.test(text) || !/^(?:insert|update|delete|merge|with)\b/i.test(text)
  if (OTHER_OBJECTS.test(text)) return true
  if (/^(?:set|reset)\b/i.test(text)) return !SEARCH_PATH.test(text)
  if (/^select\b/i.test(text)) return !/\(|\binto\b/i.test(text)
  return false
}

/** Words without which a statement that can't be read can't change a value set. */
const BEARING = /\b(?:create|alter|drop|execute|do|rename|import|call)\b/i

/** Lines before an offset; it is quick where the offsets rise. */
function lineCounter(text: string): (offset: number) => number {
  let lines = 0
  let next = text.indexOf('\n')
  let last = 0
  return (offset) => {
    if (offset < last) {
      lines = 0
      next = text.indexOf('\n')
    }
    last = offset
    for (; next >= 0 && next < offset; next = text.indexOf('\n', next + 1)) lines++
    return lines
  }
}

const TRANSACTIONS: Readonly<Record<string, Extract<SessionAction, { do: 'transaction' }>['what']>> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_PREPARE: 'rollback',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollback to',
}

function readTransaction(statement: TransactionStmt): readonly Action[] {
  const what = TRANSACTIONS[statement.kind ?? '']
  if (what === undefined) return []
  return [
    {
      do: 'transaction',
      what,
      ...(statement.savepoint_name === undefined ? {} : { savepoint: statement.savepoint_name }),
      ...(statement.chain === true ? { chain: true } : {}),
    },
  ]
}

function readSet(statement: VariableSetStmt): readonly Action[] {
  if (statement.kind === 'VAR_RESET_ALL') return [{ do: 'reset all' }]
  if (statement.name?.includes('.') === true) return [setConfig(statement.name)]
  if (statement.name !== 'search_path') return []
  const local = statement.is_local === true ? { local: true } : {}
  if (statement.kind !== 'VAR_SET_VALUE') return [{ do: 'set search path', ...local }]
  const schemas = (statement.args ?? []).map((node) =>
    'A_Const' in node ? (node.A_Const.sval?.sval ?? '') : stringOf(node),
  )
  return [{ do: 'set search path', schemas: schemas.filter((schema) => schema !== ''), ...local }]
}

/** `SET a.b = ...` as the SELECT that does the same; to what does not matter. */
function setConfig(name: string): Action {
  const constant = (sval: string): Node => ({ A_Const: { sval: { sval } } })
  const call = { funcname: [{ String: { sval: 'set_config' } }], args: [constant(name), constant('')] }
  return { do: 'query', query: { SelectStmt: { targetList: [{ ResTarget: { val: { FuncCall: call } } }] } } }
}

/** Functions of Postgres that a SELECT in a migration calls and that change nothing. */
const PURE =
  /^(?:now|count|max|min|sum|coalesce|setval|nextval|currval|lastval|version|pg_sleep|pg_advisory_\w+|gen_random_uuid|array_agg|string_agg|json\w*|lower|upper|length|exists|pg_get_\w+|pg_notify|current_\w+)$/

function callsFunctions(node: Node): boolean {
  let calls = false
  walk(node, (kind, value) => {
    if (kind !== 'FuncCall') return
    const name = listName((value as { funcname?: Node[] }).funcname)
    if (!PURE.test(name.name)) calls = true
  })
  return calls
}

function isPgEnum(relation: { relname?: string; schemaname?: string } | undefined): boolean {
  return relation?.relname === 'pg_enum' && (relation.schemaname ?? 'pg_catalog') === 'pg_catalog'
}

/** The system catalogs, beside pg_enum, whose rows say which columns there are and what they accept; settings too. */
const VALUE_SETS_IN =
  /^pg_(?:attribute|class|constraint|depend|inherits|namespace|proc|range|rewrite|settings|type)$/

/** INSERT, UPDATE and DELETE, which got here for a system catalog that they name. */
function readCatalogEdit(node: Node): readonly Action[] | undefined {
  const relation =
    'InsertStmt' in node
      ? node.InsertStmt.relation
      : 'UpdateStmt' in node
        ? node.UpdateStmt.relation
        : 'DeleteStmt' in node
          ? node.DeleteStmt.relation
          : undefined
  if (relation === undefined) return undefined
  if (isPgEnum(relation)) return [{ do: 'edit pg_enum', statement: withoutPositions(node) }]
  if (VALUE_SETS_IN.test(relation.relname ?? '') && (relation.schemaname ?? 'pg_catalog') === 'pg_catalog') {
    return [{ do: 'unread', reason: `edits ${relation.relname} by hand` }]
  }
  return []
}

/** The first line of each label of CREATE TYPE ... AS ENUM, after the statement's first. */
function labelLines(change: Change, text: string): Change {
  // Empty labels are left out of the tree, like none.
  if (change.do === 'add label' && change.neighbour === '' && /\brename\s+value\s+''\s*to\b/i.test(text)) {
    return { do: 'rename label', type: change.type, from: '', to: change.label }
  }
  if (change.do === 'add label' && change.after === true && /\bafter\s+''\s*$/i.test(text)) {
    return { ...change, neighbour: '' }
  }
  if (change.do !== 'create enum' || !text.includes('\n')) return change
  const lineOf = lineCounter(text)
  let from = 0
  const lines = change.labels.map((label) => {
    const at = text.indexOf(`'${label.replaceAll("'", "''")}'`, from)
    if (at >= 0) from = at + label.length + 2
    return lineOf(Math.max(at, 0))
  })
  return { ...change, lines }
}

/** A parsed statement's actions; `line` is that of `text` in the file. */
function readNode(node: Node, text: string, line: number): readonly Action[] {
  if ('TransactionStmt' in node) return readTransaction(node.TransactionStmt)
  if ('VariableSetStmt' in node) return readSet(node.VariableSetStmt)
  if ('DoStmt' in node) return readDo(node, text, line)
  if ('CallStmt' in node) {
    const call = node.CallStmt.funccall
    return [
      {
        do: 'query',
        query: withoutPositions({ SelectStmt: { targetList: [{ ResTarget: { val: { FuncCall: call } } }] } }),
      },
    ]
  }
  if ('DiscardStmt' in node) {
    const { target } = node.DiscardStmt
    return target === 'DISCARD_ALL' || target === 'DISCARD_TEMP'
      ? [{ do: 'discard', temporary: target === 'DISCARD_TEMP' }]
      : []
  }
  if ('ImportForeignSchemaStmt' in node) {
    return [{ do: 'unread', reason: 'IMPORT FOREIGN SCHEMA makes tables that only the other database knows' }]
  }
  if ('SelectStmt' in node && node.SelectStmt.intoClause === undefined) {
    return callsFunctions(node) ? [{ do: 'query', query: withoutPositions(node) }] : []
  }
  const edit = readCatalogEdit(node)
  if (edit !== undefined) return edit
  const offsets = new Utf8Offsets(text)
  const lineOf = lineCounter(text)
  const changes = readChanges(node, (location) =>
    location === undefined ? 0 : lineOf(offsets.toUtf16(location)),
  )
  return (changes ?? []).map((change) => labelLines(change, text))
}

function readDo(node: Extract<Node, { DoStmt: unknown }>, text: string, line: number): readonly Action[] {
  const language = (node.DoStmt.args ?? []).flatMap((each) =>
    'DefElem' in each && each.DefElem.defname === 'language' ? [stringOf(each.DefElem.arg)] : [],
  )[0]
  if (language !== undefined && language !== 'plpgsql') {
    return [{ do: 'unread', reason: `a DO block in ${language}` }]
  }
  const body = /\$[^$]*\$/.exec(text)
  const first = body === null ? 0 : lineCounter(text)(body.index)
  const block = readBlock(text, (statement, at) => readActions(statement, line + first + at))
  if (block instanceof Unreadable) return [{ do: 'unread', reason: block.reason, rejected: true }]
  return [{ do: 'run block', block }]
}

/** The actions of one statement, which may hold several where a migration's tool cut badly. */
export function readActions(text: string, line: number): readonly Action[] {
  if (isDismissed(text)) return []
  const parsed = parseSql(text)
  if (parsed instanceof Unreadable) {
    return BEARING.test(text) ? [{ do: 'unread', reason: parsed.reason, rejected: true }] : []
  }
  return parsed.flatMap((each) => (each.stmt === undefined ? [] : readNode(each.stmt, text, line)))
}

function needsText(actions: readonly Action[]): boolean {
  return actions.some(
    ({ do: what }) =>
      what === 'unread' || what === 'run block' || what === 'query' || what === 'edit pg_enum',
  )
}

function readStatement(statement: SplitStatement): readonly Action[] {
  const { text, line, meta, unreadable } = statement
  if (unreadable !== undefined) return [{ do: 'unread', reason: unreadable.reason, rejected: true }]
  if (meta === true) {
    return /^\\(?:i|ir|include|include_relative)\b/.test(text)
      ? [{ do: 'unread', reason: `psql includes another file here: ${text.split('\n')[0]!.trim()}` }]
      : []
  }
  return readActions(text, line)
}

const GIVES = /\b(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:type|domain|schema|table|view)\b/i

/** Whether psql runs what a query gives, and that may bear on the catalog (psql, `\gexec`). */
function givesStatements({ text, meta }: SplitStatement, next: SplitStatement | undefined): boolean {
  return meta !== true && next?.meta === true && /^\\gexec\b/.test(next.text) && GIVES.test(text)
}

/**
 * Reads an SQL text into the steps that may bear on the catalog; statements that can't are left out, most of them
 * without being parsed. `line` is the line of the file on which `text` starts. Never throws.
 */
export function readStatements(text: string, line: number): readonly Step[] {
  return readSplit(splitStatements(text), line)
}

/** {@link readStatements} for a text that has been split already. */
export function readSplit(statements: readonly SplitStatement[], line: number): readonly Step[] {
  const steps: Step[] = []
  for (const [i, statement] of statements.entries()) {
    const at = line + statement.line - 1
    const actions = givesStatements(statement, statements[i + 1])
      ? [{ do: 'unread' as const, reason: 'psql runs what this query gives: \\gexec' }]
      : readStatement({ ...statement, line: at })
    if (actions.length === 0) continue
    const kept = needsText(actions) ? { text: statement.text.slice(0, MAX_TEXT) } : {}
    steps.push({ line: at, start: statement.start, actions, ...kept })
  }
  return steps
}

/** Names beyond this many characters of a statement are not looked for. */
const MAX_TEXT = 200_000
