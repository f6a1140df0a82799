import { byCodeUnit } from '../files.js'
import { parseModule } from '../javascript.js'
import { Evaluator } from '../knex/evaluate.js'
import type { Step } from '../knex/values.js'
import { textOf, usesPackage } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { isVersioned, languageOf } from '../other-kinds.js'
import { baseName, unreadMigration } from '../pieces.js'

function filesOf(folder: Folder): SourceFile[] {
  return folder.files.filter(
    ({ name }) => /^[^/]+\.(?:[cm]?js|ts)$/.test(name) && languageOf(name) !== undefined && isVersioned(name),
  )
}

function looksLikeKnex(file: SourceFile): boolean {
  const text = textOf(file)
  return (
    /\b(?:exports\.up\b|module\.exports\s*=|export\s+(?:async\s+)?(?:function|const)\s+up\b)/.test(text) &&
    /\bknex\b/i.test(text)
  )
}

function migrationOf(file: SourceFile): Migration {
  let text: string
  try {
    text = file.text()
  } catch (error) {
    return unreadMigration(file, (error as Error).message)
  }
  const program = parseModule(text, /\.ts$/.test(file.name))
  if ('reason' in program) return unreadMigration(file, program.reason)
  let steps: readonly Step[] | undefined
  try {
    const evaluator = new Evaluator(text)
    const up = evaluator.up(program)
    steps = up && evaluator.run(up)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return unreadMigration(file, 'it is nested too deeply to be read')
  }
  if (steps === undefined) return unreadMigration(file, 'the file exports no function up')
  return {
    name: baseName(file.name),
    file: file.path,
    pieces: steps.flatMap((step) => ('sql' in step ? [{ text: step.sql, line: step.line }] : [])),
    transaction: !/\bconfig\b[^;]*\btransaction\s*:\s*false/.test(text),
    unread: steps.flatMap((step) =>
      'sql' in step ? [] : [{ file: file.path, line: step.line, reason: step.unread, text: step.text }],
    ),
  }
}

/**
 * Knex: the JavaScript and TypeScript files of the folder itself in the order of their names; of each what `up` does to
 * the schema, read without running it: the schema builder's calls as the SQL that Knex sends to Postgres, and raw
 * statements. What depends on values that are not constant is unread. Each runs in a transaction unless `exports.config`
 * says `transaction: false`. Source: Knex docs, "Migrations" and "Schema Builder".
 */
export const knex: MigrationTool = {
  name: 'knex',
  matches: (folder) => {
    const [first, ...more] = filesOf(folder)
    if (first === undefined || folder.files.some(({ name }) => /^[^/]+\.sql$/.test(name))) return false
    return looksLikeKnex(first) || (usesPackage(folder, 'knex') && more.slice(-3).some(looksLikeKnex))
  },
  read: (folder): readonly Migration[] =>
    filesOf(folder)
      .sort((a, b) => byCodeUnit(a.name, b.name))
      .map(migrationOf),
}
