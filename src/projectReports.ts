import { isAnnouncedIn } from './announce.js'
import type { Unread } from './catalog/model.js'
import { dependenciesOf } from './code/builders/dependencies.js'
import type { CodeContext } from './code/context.js'
import { lintedFile } from './code/reach/site.js'
import { databaseOf, isForeignFile, isForeignPath } from './code/sql/foreign.js'
import { foreignSyntax } from './migrations/engines.js'
import type { ProjectProblem } from './project.js'
import { mentionOrigin } from './suggest/advice.js'

/** What rules say about the project as a whole. */
export const PROJECT_MESSAGES = {
  projectProblem: '{{problem}} Until then values are not checked.',
  unread:
    '{{count}} of the migrations could not be read and may change which values a column accepts: {{list}}. Reports that depend on what they touch are left out. `npx pg-enum schema` shows the catalog without them; the rule option `unread: "ignore"` accepts it.',
} as const

export interface ProjectReport {
  /** What it is about: said once, however it is worded. */
  readonly subject: string
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

const SHAPES = [
  String.raw`select\b[^"'${'`'}]{1,2000}?\bfrom\b`,
  String.raw`insert\s+into\b`,
  String.raw`update\s+[\w."$]+\s+set\b`,
  String.raw`delete\s+from\b`,
  String.raw`with\s+\w+\s+as\s*\(`,
]
/** A string that starts as a statement does, in the cases that SQL is written in: "Select a name from the list" is text. */
const STATEMENT = new RegExp(
  String.raw`["'${'`'}]\s*(?:${[...SHAPES, ...SHAPES.map(inUpperCase)].join('|')})`,
)
/** A library that talks to Postgres. */
const LIBRARY =
  /(?:from|require\()\s*["'](?:pg|postgres|pg-promise|@vercel\/postgres|slonik|zapatos|kysely|knex|objection|drizzle-orm|typeorm|sequelize|@mikro-orm|@prisma\/client|@supabase\/supabase-js)[/"']/

/** The words of a pattern in upper case; what stands behind a backslash is not one. */
function inUpperCase(pattern: string): string {
  return pattern.replace(/\\.|[a-z]+/g, (part) => (part.startsWith('\\') ? part : part.toUpperCase()))
}

/** Whether a file talks to Postgres, as far as that can be told without knowing the database. Takes linear time. */
function talksToDatabase(code: CodeContext): boolean {
  const { text } = code.sourceCode
  if (/\.sql$/i.test(code.filename)) return !isForeignPath(code.filename) && foreignSyntax(text) === undefined
  return (STATEMENT.test(text) || LIBRARY.test(text)) && !isForeignFile(lintedFile(code))
}

/** Whether a problem is one of a file: that there are no migrations is none where the database is not Postgres. */
function concerns({ noneFound }: ProjectProblem, code: CodeContext): boolean {
  if (noneFound === undefined) return true
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
    .map(({ message, noneFound }) => ({
      subject: noneFound === undefined ? message : 'none found',
      messageId: 'projectProblem',
      data: { problem: message },
    }))
  const pieces = project.catalog?.unread ?? []
  if (unread === 'report' && pieces.length > 0) {
    const count = pieces.length === 1 ? '1 statement' : `${pieces.length} statements`
    const list = listUnread(pieces)
    reports.push({ subject: `unread ${list}`, messageId: 'unread', data: { count, list } })
  }
  if (reports.length === 0 || TURNED_OFF.test(sourceCode.text)) return []
  if (!hasUses && !talksToDatabase(code)) return []
  return reports.filter(({ subject }) => isAnnouncedIn(filename, project.root, subject))
}
