import type { PGlite } from '@electric-sql/pglite'
import { catalogToJson, type CatalogJson } from '../../src/catalog/json.js'
import type { MigrationSet } from '../../src/migrations/migration.js'
import { replayMigrations } from '../../src/sql/replay.js'
import { catalogFromPostgres } from '../oracle/catalogFromPostgres.js'

/** What `pg-enum schema --json` would print of the database as it is, but for what is unread. */
export async function valueSetsOf(db: PGlite): Promise<Partial<CatalogJson>> {
  return withoutUnread(catalogToJson(await catalogFromPostgres(db)))
}

/** What it prints after replaying a migration set. */
export function replayed(set: MigrationSet): Partial<CatalogJson> {
  return withoutUnread(catalogToJson(replayMigrations(set)))
}

function withoutUnread({ enums, enumColumns, domains, checks }: CatalogJson): Partial<CatalogJson> {
  return { enums, enumColumns, domains, checks }
}
