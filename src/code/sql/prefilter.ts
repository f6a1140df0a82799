import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { someImport } from '../reach/modules.js'
import { TextQuestion } from '../reach/texts.js'
import { FIRST_WORDS } from './shape.js'

/** What may stand between the quote and the statement: what the code's own escapes make, and SQL's comments and parentheses. */
const BEFORE = String.raw`(?:\s|\\(?:[nrt]|\r?\n)|--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/|\()*`
/** Source code in which a string starts as a statement does, or which has the parts of one behind whatever is put before them. */
const STATEMENT = new RegExp(
  String.raw`["'${'`'}]${BEFORE}${FIRST_WORDS}\b(?!["'${'`'}])|\binsert\s+into\b|\bdelete\s+from\b|\bmerge\s+into\b`,
  'i',
)
/** Parts of a statement that may stand far from each other. */
const PAIRS = [
  [/\bselect\b/i, /\bfrom\b/i],
  [/\bupdate\b/i, /\bset\s/i],
] as const
/** Calls and tags whose text may be a piece of SQL. */
const FRAGMENT =
  /(?:[wW]here|[hH]aving)(?:[nN]ot)?(?:[rR]aw)?\s*[(<]|(?:inner|left)Join\w*\s*\(|By(?:Raw)?\s*\(|[rR]aw\s*[(<]|\bliteral\(|\b(?:select|add|columns?|returning|addSelect)\(\s*["'`]|(?:sql|SQL|\bpg|\bpostgres|sqlstring|\$queryRaw|\$executeRaw)\s*[`<.]/
/** Text that goes on where a name for the rest of the statement stands before it. */
const CLAUSE = /[}"'`]\s+(?:where|and|order\s+by|set|values|returning|limit|(?:left\s+)?join)\b/i
/** Calls that run SQL, which may be kept elsewhere. */
const CALLEE =
  /\b\$?(?:query|execute|raw|unsafe|any|many|manyOrNone|one|oneOrNone|oneFirst|manyFirst|none|each|stream|cursor|multi|prepare|exec|run|all|get|fetch|queryArray|queryObject|literal)\w*\s*[(<]/i

/** Files that a name is followed into for SQL. */
export const MAY_HOLD_SQL = new TextQuestion((text) => mayHoldStatement(text))

/** Whether the text of a source file may hold a statement: nothing is parsed for it. */
export function mayHoldStatement(source: string): boolean {
  if (STATEMENT.test(source)) return true
  return PAIRS.some(([first, second]) => {
    const start = source.search(first)
    return start >= 0 && second.test(source.slice(start))
  })
}

const known = new WeakMap<TSESTree.Program, boolean>()

/**
 * Whether the linted file may hold SQL, or run SQL that it imports, as far as the texts tell. Any other file costs some regular
 * expressions. Never throws.
 */
export function mayHaveSql(context: CodeContext): boolean {
  let answer = known.get(context.ast)
  if (answer === undefined) known.set(context.ast, (answer = ask(context)))
  return answer
}

function ask(context: CodeContext): boolean {
  const { sourceCode, project } = context
  const { text } = sourceCode
  if (mayHoldStatement(text) || FRAGMENT.test(text)) return true
  const { sqlTags, sqlCallees } = project.settings
  const named = [...sqlTags, ...sqlCallees].map((name) => name.split('.').at(-1)!)
  if (sqlTags.length > 0 && named.some((name) => text.includes(name))) return true
  if (!CALLEE.test(text) && !CLAUSE.test(text) && !named.some((name) => text.includes(name))) return false
  return mayCallQueries(context)
}

/** Whether a file that the linted one imports, or one that it imports, may hold SQL: its functions may run queries. Never throws. */
export function mayCallQueries(context: CodeContext): boolean {
  return someImport(context, (path) => MAY_HOLD_SQL.leads(path))
}
