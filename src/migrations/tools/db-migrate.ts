import { onDemand } from '../../onDemand.js'
import { somePackageUses, textOf } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { baseName, sqlMigration } from '../pieces.js'
import { directPrograms, somePrograms } from './programs.js'

/** The SQL that a program made with `--sql-file` runs, where it does nothing else with the database. */
function sqlOf(folder: Folder, file: SourceFile): SourceFile | undefined {
  const name = `${baseName(file.name).replace(/\.[jt]s$/, '')}-up.sql`
  const text = textOf(file)
  if (!text.includes(name) || /\bdb\s*\.\s*(?!runSql\b)\w/.test(text)) return undefined
  return folder.file(`sqls/${name}`)
}

function looksLikeDbMigrate(text: string): boolean {
  return (
    /\bexports\.up\b|\bfunction\s+up\b|\bup\s*=/.test(text) && /\bdb-?migrate\b|\bdb\s*\.\s*[a-z]/.test(text)
  )
}

/**
 * db-migrate: the programs of the folder itself in the order of their names, each in a transaction. Of those made with
 * `--sql-file`, which run `sqls/NAME-up.sql`, that SQL; of the others what `up` does to the schema, read without running it.
 * Source: db-migrate docs, "Commands, create" and "SQL API"; its `lib/migration.js` for the order, `startMigration` of db-migrate-pg for
 * the transaction.
 */
export const dbMigrate: MigrationTool = {
  name: 'db-migrate',
  isOfAnyEngine: true,
  matches: (folder) => {
    const programs = directPrograms(folder)
    if (programs.length === 0) return false
    if (folder.files.some(({ name }) => /^sqls\/.+-up\.sql$/.test(name)))
      return programs.some((file) => sqlOf(folder, file) !== undefined)
    return somePackageUses(folder, 'db-migrate') && somePrograms(folder, looksLikeDbMigrate)
  },
  read(folder): readonly Migration[] {
    const { readPrograms, dbMigrateProgram } = onDemand()
    return directPrograms(folder).flatMap((file) => {
      const sql = sqlOf(folder, file)
      if (sql !== undefined) return [sqlMigration(sql, { name: baseName(file.name) })]
      return readPrograms(folder, [file], dbMigrateProgram).map(({ migration }) => migration)
    })
  },
}
