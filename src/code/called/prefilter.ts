import { mayBuildQueries } from '../builders/prefilter.js'
import type { CodeContext } from '../context.js'
import { someImport } from '../reach/modules.js'
import { TextQuestion } from '../reach/texts.js'
import type { Wanted } from '../reach/texts.js'
import { mayBeImplemented } from './implementations.js'
import { MAY_HOLD_SQL, mayHoldStatement } from '../sql/prefilter.js'

/** What most text that is no SQL does not have: two of its words where they stand in a statement. */
const SQL =
  /\b(?:insert|merge)\s+into\s|\bdelete\s+from\s|\bupdate\s+(?:only\s+)?\S+\s+(?:(?:as\s+)?\w+\s+)?set\s|["'`]\s*select\s[^"'`]*?\sfrom\s/i

const runs = (text: string, _names: readonly string[], path: string): boolean =>
  mayBuildQueries(text, path) || SQL.test(text)

/** Files whose functions may run queries themselves. */
export const RUNS_QUERIES = new TextQuestion(
  (text, _names, path) => mayHoldStatement(text) || mayBuildQueries(text, path),
  1,
)

/** Files whose functions run queries, where a function hands on what it is given: there may be many. */
export const SURELY_RUNS_QUERIES = new TextQuestion(runs, 1)

const IMPORTS_QUERIES = new TextQuestion(runs, 2)

/** Files that a callee is followed into: those, and such as hand on to them or make an object of a class that is declared in one. */
export const LEADS_TO_QUERIES: Wanted = {
  leads: (path) => RUNS_QUERIES.leads(path) || IMPORTS_QUERIES.leads(path),
}

/** Files that a callee is followed into for the rows that it gives. */
export const GIVES_ROWS: Wanted = {
  leads: (path) => MAY_HOLD_SQL.leads(path) || LEADS_TO_QUERIES.leads(path),
}

const LEADS_FAR = new TextQuestion(runs)

/** Whether the linted file may call functions of other files that run queries, as far as the texts tell. Never throws. */
export function mayCallQueries(context: CodeContext): boolean {
  return someImport(
    context,
    (path) =>
      RUNS_QUERIES.leads(path) || LEADS_FAR.leads(path) || mayBeImplemented(path, SURELY_RUNS_QUERIES),
  )
}
