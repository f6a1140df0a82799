import type { CodeContext } from '../context.js'
import { isOfOtherDatabase } from '../otherDatabase.js'
import { TextQuestion } from '../reach/texts.js'

/** What the text of a file has that may prove that a type stands for a table or an enum. */
const MARKS =
  /@pgEnum|\$infer|Infer(?:Select|Insert)Model|pgTable|pgSchema|[Kk]ysely|\bTables\b|\bEnums\b|zapatos|Represents the |Types generated for queries|@Entity|EntitySchema|defineEntity|\btableName\b|\b(?:interface|type)\s+\w*(?:DB|Database|Schema)\b/

const question = new TextQuestion(hasMark)

function hasMark(text: string, names: readonly string[]): boolean {
  return MARKS.test(text) || names.some((name) => text.includes(name))
}

/** The types that the settings say are rows or mirrors. */
function namesIn({ project }: CodeContext): readonly string[] {
  const { rows, mirrors } = project.settings
  return [...Object.keys(rows), ...Object.keys(mirrors)]
}

/** Whether the text of a file may declare a type that is proven. */
export function isProof(context: CodeContext, text: string): boolean {
  return hasMark(text, namesIn(context))
}

/** Whether a file, or one that it imports from, may declare a type that is proven for this database. Never throws. */
export function mayProve(context: CodeContext, path: string): boolean {
  return question.leads(path, namesIn(context)) && !isOfOtherDatabase(path, context)
}
