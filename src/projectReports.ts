import { isAnnouncedIn } from './announce.js'
import type { Unread } from './catalog/model.js'
import { dependenciesOf } from './code/builders/dependencies.js'
import type { CodeContext } from './code/context.js'
import { lintedFile } from './code/reach/site.js'
import { databaseOf, isForeignFile } from './code/sql/foreign.js'
import type { ProjectProblem } from './project.js'
import { mentionOrigin } from './suggest/advice.js'

/** What rules say about the project as a whole. */
export const PROJECT_MESSAGES = {
  projectProblem: '{{problem}} Until then values are not checked.',
  unread:
    '{{count}} of the migrations could not be read and may change which values a column accepts: {{list}}. Reports that depend on what they touch are left out. `npx pg-enum schema` shows the catalog without them; the rule option `unread: "ignore"` accepts it.',
} as const

export interface ProjectReport {
  readonly messageId: keyof typeof PROJECT_MESSAGES
  readonly data: Readonly<Record<string, string>>
}

/** Unread statements that a message names before the rest is counted. */
const LISTED = 5

function listUnread(unread: readonly Unread[]): string {
  const shown = unread.slice(0, unread.length === LISTED + 1 ? LISTED + 1 : LISTED)
  const list = shown.map((one) => `${mentionOrigin(one)} (${one.reason})`).join(', ')
  return shown.length === unread.length ? list : `${list} and ${unread.length - shown.length} more`
}

/** A string that starts as a statement does, or a library that talks to Postgres. */
const DATABASE_CODE =
  /["'`]\s*(?:select\b[^"'`]{1,2000}?\bfrom\b|insert\s+into\b|update\s+[\w."$]+\s+set\b|delete\s+from\b|with\s+\w+\s+as\s*\()|(?:from|require\()\s*["'](?:pg|postgres|pg-promise|@vercel\/postgres|slonik|zapatos|kysely|knex|objection|drizzle-orm|typeorm|sequelize|@mikro-orm|@prisma\/client|@supabase\/supabase-js)[/"']/i

/** Whether a file talks to a database, as far as that can be told without knowing the database. Takes linear time. */
function talksToDatabase({ filename, sourceCode }: CodeContext): boolean {
  return /\.sql$/i.test(filename) || DATABASE_CODE.test(sourceCode.text)
}

/** Whether a problem is one of a file: that there are no migrations is none where the database is not Postgres. */
function concerns({ noneFound }: ProjectProblem, code: CodeContext): boolean {
  if (noneFound === undefined) return true
  if ((code.ast.type as string) !== 'SqlFile' && isForeignFile(lintedFile(code))) return false
  const database = databaseOf(dependenciesOf(code.filename) ?? [])
  return database === 'postgres' || (database !== 'another' && noneFound === 'nothing')
}

/** A comment that turns reports off for the rest of a file, as generated files begin with. */
const TURNED_OFF = /(?:\/\*|--)\s*eslint-disable(?!-)/

/**
 * What is to be said in this file about the project as a whole: each thing once per process, in the first file that
 * talks to a database and where it would be seen.
 *
 * @param hasUses Whether the file holds a use.
 */
export function projectReports(
  code: CodeContext,
  hasUses: boolean,
  unread: 'report' | 'ignore',
): ProjectReport[] {
  const { project, filename, sourceCode } = code
  const reports: ProjectReport[] = project.problems
    .filter((problem) => concerns(problem, code))
    .map(({ message }) => ({ messageId: 'projectProblem', data: { problem: message } }))
  const pieces = project.catalog?.unread ?? []
  if (unread === 'report' && pieces.length > 0) {
    const count = pieces.length === 1 ? '1 statement' : `${pieces.length} statements`
    reports.push({ messageId: 'unread', data: { count, list: listUnread(pieces) } })
  }
  if (reports.length === 0 || TURNED_OFF.test(sourceCode.text)) return []
  if (!hasUses && !talksToDatabase(code)) return []
  return reports.filter(({ messageId, data }) =>
    isAnnouncedIn(filename, project.root, `${messageId} ${Object.values(data).join(' ')}`),
  )
}
