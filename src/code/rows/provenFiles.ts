import type { CodeContext } from '../context.js'
import { TextQuestion } from '../reach/texts.js'

/** What the text of a file has that may prove that a type stands for a table or an enum. */
const MARKS =
  /@pgEnum|\$infer|Infer(?:Select|Insert)Model|pgTable|pgSchema|[Kk]ysely|\bTables\b|\bEnums\b|zapatos|Represents the |Types generated for queries|@Entity|EntitySchema|defineEntity|\b(?:interface|type)\s+\w*(?:DB|Database|Schema)\b/

const question = new TextQuestion(
  (text, names) => MARKS.test(text) || names.some((name) => text.includes(name)),
)

/** Whether a file, or one that it imports from, may declare a type that is proven. Never throws. */
export function mayProve({ project }: CodeContext, path: string): boolean {
  const { rows, mirrors } = project.settings
  return question.leads(path, [...Object.keys(rows), ...Object.keys(mirrors)])
}
