import { mayBuildQueries } from '../builders/prefilter.js'
import type { CodeContext } from '../context.js'
import { someImport } from '../reach/modules.js'
import { TextQuestion } from '../reach/texts.js'
import { mayHoldStatement } from '../sql/prefilter.js'

const mayRun = (text: string, _names: readonly string[], path: string): boolean =>
  mayHoldStatement(text) || mayBuildQueries(text, path)

/** Files whose functions may run queries themselves. */
export const RUNS_QUERIES = new TextQuestion(mayRun, 1)

/** Files that a callee is followed into: such ones, and those that make an object of a class that is declared in one. */
export const LEADS_TO_QUERIES = new TextQuestion(mayRun, 2)

const LEADS_FAR = new TextQuestion(mayRun)

/** Whether the linted file may call functions of other files that run queries, as far as the texts tell. Never throws. */
export function mayCallQueries(context: CodeContext): boolean {
  return someImport(context, (path) => LEADS_FAR.leads(path))
}
