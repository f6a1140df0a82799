import { onDemand } from '../../onDemand.js'
import type { Migration, MigrationTool } from '../migration.js'
import { directPrograms, somePrograms } from './programs.js'

function looksLikeKysely(text: string): boolean {
  return /\bkysely\b/i.test(text) && /\bup\b/.test(text)
}

/**
 * Kysely: the programs of the folder itself in the order of their names; of each what `up` does to the schema, read without running
 * it: the schema module's calls as the SQL that Kysely sends to Postgres, and the statements that are given to `sql`. All of
 * one run is one transaction. Source: Kysely docs, "Migrations"; its `Migrator` and `FileMigrationProvider`.
 */
export const kysely: MigrationTool = {
  name: 'kysely',
  oneTransaction: true,
  isOfAnyEngine: true,
  matches: (folder) => somePrograms(folder, looksLikeKysely),
  read(folder): readonly Migration[] {
    const { readPrograms, kyselyProgram } = onDemand()
    return readPrograms(folder, directPrograms(folder), kyselyProgram).map(({ migration }) => migration)
  },
}
