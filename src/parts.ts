/** Reading SQL and migrations, and replaying them: half of the code. See {@link onDemand}. */
export { findSqlFileUses } from './code/sqlFile/find.js'
export { MigrationHistory } from './history.js'
export { knexProgram } from './migrations/knex/knex.js'
export { readPrograms } from './migrations/program/read.js'
export { analyzeSql } from './sql/analyze/index.js'
export { readSplit } from './sql/ddl/read.js'
export { replayMigrations } from './sql/replay.js'
