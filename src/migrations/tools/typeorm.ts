import { onDemand } from '../../onDemand.js'
import { byCodeUnit } from '../files.js'
import { textOf } from '../marks.js'
import type { Migration, MigrationTool } from '../migration.js'
import { programFiles, programSample } from './programs.js'

function looksLikeTypeorm(text: string): boolean {
  return /\bMigrationInterface\b/.test(text) || /\bclass\s+\w+\d{13}\b(?!\s+extends\b)/.test(text)
}

/**
 * TypeORM: the classes that JavaScript and TypeScript files export, in the order of the time at the end of their names (or of
 * `name`); of each what `up` does to the schema, read without running it: statements that are given to `query`, and the
 * methods of the query runner as the SQL that TypeORM sends to Postgres. Each counts as a transaction of its own, unless
 * it says `transaction = false`: that is how migrations ran that came one by one. Source: TypeORM docs, "Migrations"; its `MigrationExecutor` for the order.
 */
export const typeorm: MigrationTool = {
  name: 'typeorm',
  matches: (folder) => programSample(folder).some(looksLikeTypeorm),
  read(folder): readonly Migration[] {
    const { readPrograms, typeormProgram, timeOf } = onDemand()
    const files = programFiles(folder).filter((file) => looksLikeTypeorm(textOf(file)))
    return readPrograms(folder, files, typeormProgram)
      .map(({ migration, name }) => ({
        migration,
        time: timeOf(name ?? migration.name.replace(/\D.*/, '')) ?? 0,
      }))
      .sort((a, b) => a.time - b.time || byCodeUnit(a.migration.file, b.migration.file))
      .map(({ migration }) => migration)
  },
}
