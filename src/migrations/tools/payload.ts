import { onDemand } from '../../onDemand.js'
import type { Migration, MigrationTool } from '../migration.js'
import { directPrograms, somePrograms } from './programs.js'

/**
 * Payload: the programs of the folder itself in the order of their names, without `index`; of each the statements that `up`
 * gives to Drizzle, read without running it. Each runs in a transaction. Source: Payload docs, "Migrations"; its
 * `readMigrationFiles` for the order.
 */
export const payload: MigrationTool = {
  name: 'payload',
  matches: (folder) => somePrograms(folder, (text) => /['"]@payloadcms\/db-[\w-]+['"]/.test(text)),
  read(folder): readonly Migration[] {
    const { readPrograms, payloadProgram } = onDemand()
    return readPrograms(folder, directPrograms(folder), payloadProgram).map(({ migration }) => migration)
  },
}
