import type { Folder, MigrationTool } from '../migration.js'
import { atlas } from './atlas.js'
import { client } from './client.js'
import { dbMigrate } from './db-migrate.js'
import { dbmate } from './dbmate.js'
import { diesel } from './diesel.js'
import { drizzle } from './drizzle.js'
import { flyway } from './flyway.js'
import { golangMigrate } from './golang-migrate.js'
import { goose } from './goose.js'
import { graphileMigrate } from './graphile-migrate.js'
import { hasura } from './hasura.js'
import { knex } from './knex.js'
import { kysely } from './kysely.js'
import { liquibase } from './liquibase.js'
import { mikroOrm } from './mikro-orm.js'
import { nodePgMigrate } from './node-pg-migrate.js'
import { payload } from './payload.js'
import { plain } from './plain.js'
import { prisma } from './prisma.js'
import { refinery } from './refinery.js'
import { sequelize } from './sequelize.js'
import { sqitch } from './sqitch.js'
import { sqlMigrate } from './sql-migrate.js'
import { sqlx } from './sqlx.js'
import { supabase } from './supabase.js'
import { tern } from './tern.js'
import { typeorm } from './typeorm.js'

/**
 * All tools, those with the surest marks first: the first whose marks a folder bears reads it. Files of their own, then
 * marks in the SQL, then the shape of the names, then what the project depends on.
 */
export const tools: readonly MigrationTool[] = [
  drizzle,
  prisma,
  sqitch,
  graphileMigrate,
  goose,
  dbmate,
  sqlMigrate,
  liquibase,
  tern,
  refinery,
  flyway,
  supabase,
  diesel,
  hasura,
  sqlx,
  dbMigrate,
  nodePgMigrate,
  golangMigrate,
  atlas,
  payload,
  typeorm,
  mikroOrm,
  knex,
  kysely,
  sequelize,
  client,
  plain,
]

/** The tool that goes by `name` in the settings. */
export function toolNamed(name: string): MigrationTool | undefined {
  return tools.find((tool) => tool.name === name)
}

/** The tool whose marks `folder` bears; undefined where it holds no migrations. */
export function toolOf(folder: Folder): MigrationTool | undefined {
  return tools.find((tool) => tool.matches(folder))
}
