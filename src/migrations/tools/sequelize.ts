import { onDemand } from '../../onDemand.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { isVersioned } from '../other-kinds.js'
import { directPrograms, somePrograms } from './programs.js'

function looksLikeSequelize(text: string): boolean {
  return /\bqueryInterface\b|\bsequelize\b/i.test(text) && /\bup\b/.test(text)
}

function versionedPrograms(folder: Folder): SourceFile[] {
  return directPrograms(folder).filter(({ name }) => isVersioned(name))
}

/**
 * Sequelize, by its command line or Umzug: the programs of the folder itself in the order of their names; of each what `up`
 * does to the schema, read without running it: the query interface's calls as the SQL that Sequelize sends to Postgres, and the
 * statements that are given to `query`. None runs in a transaction of the tool's. Source: Sequelize docs, "Migrations"; Umzug for the
 * order.
 */
export const sequelize: MigrationTool = {
  name: 'sequelize',
  isOfAnyEngine: true,
  matches: (folder) => versionedPrograms(folder).length > 0 && somePrograms(folder, looksLikeSequelize),
  read(folder): readonly Migration[] {
    const { readPrograms, sequelizeProgram } = onDemand()
    return readPrograms(folder, versionedPrograms(folder), sequelizeProgram).map(({ migration }) => migration)
  },
}
