import { byCodeUnit } from '../files.js'
import { textOf } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { otherMigration } from '../other-kinds.js'
import { baseName, sqlMigration } from '../pieces.js'

/** The programs, which are JavaScript unless the project configures otherwise. */
function filesOf(folder: Folder): SourceFile[] {
  return folder.files.filter(({ name }) => /^[^/]+\.[jt]s$/.test(name) && !name.endsWith('.d.ts'))
}

/** The SQL that a program made with `--sql-file` runs, where it does nothing else with the database. */
function sqlOf(folder: Folder, file: SourceFile): SourceFile | undefined {
  const name = `${baseName(file.name).replace(/\.[jt]s$/, '')}-up.sql`
  const text = textOf(file)
  if (!text.includes(name) || /\bdb\s*\.\s*(?!runSql\b)\w/.test(text)) return undefined
  return folder.file(`sqls/${name}`)
}

/**
 * db-migrate: the JavaScript files of the folder itself in the order of their names, each in a transaction. Read is the SQL
 * of those made with `--sql-file`, which run `sqls/NAME-up.sql`; the others are not. Source: db-migrate docs, "Commands,
 * create"; its `lib/migration.js` for the order, `startMigration` of db-migrate-pg for the transaction.
 */
export const dbMigrate: MigrationTool = {
  name: 'db-migrate',
  matches: (folder) =>
    folder.files.some(({ name }) => /^sqls\/.+-up\.sql$/.test(name)) &&
    filesOf(folder).some((file) => sqlOf(folder, file) !== undefined),
  read: (folder): readonly Migration[] =>
    filesOf(folder)
      .sort((a, b) => byCodeUnit(a.name, b.name))
      .map((file) => {
        const sql = sqlOf(folder, file)
        return sql === undefined ? otherMigration(file) : sqlMigration(sql, { name: baseName(file.name) })
      }),
}
