import type { PGlite } from '@electric-sql/pglite'
import knexClient, { type Knex } from 'knex'
import type { MigrationSet } from '../../src/migrations/migration.js'
import { RealDatabase, setOf } from './realDatabase.js'

/** Knex itself, with a Postgres to migrate. */
export class RealKnex {
  private constructor(
    private readonly postgres: RealDatabase,
    private readonly knex: Knex,
  ) {}

  static async start(): Promise<RealKnex> {
    const postgres = await RealDatabase.start()
    const log = { warn: () => {}, error: () => {} }
    const pool = { min: 0, max: 1 }
    return new RealKnex(postgres, knexClient({ client: 'pg', connection: postgres.url, pool, log }))
  }

  async stop(): Promise<void> {
    await this.knex.destroy()
    await this.postgres.stop()
  }

  get db(): PGlite {
    return this.postgres.db
  }

  reset(): Promise<void> {
    return this.postgres.reset()
  }

  async migrate(directory: string): Promise<void> {
    await this.knex.migrate.latest({ directory })
  }

  /** Columns, constraints, enums and indexes outside Knex's own tables, as Postgres prints them. */
  async state(): Promise<unknown> {
    const { rows } = await this.db.query(
      `SELECT 'column' AS kind, c.relname || '.' || a.attname AS name,
              format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END ||
              coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS definition
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE c.relnamespace::regnamespace::text IN ('public', 'app') AND a.attnum > 0 AND c.relkind IN ('r', 'v') AND NOT a.attisdropped
       UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace::regnamespace::text IN ('public', 'app') AND contype <> 'n'
       UNION ALL SELECT 'enum', t.oid::regtype::text, array_agg(e.enumlabel ORDER BY e.enumsortorder)::text
       FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.oid
       UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname IN ('public', 'app')
       ORDER BY 1, 2`,
    )
    return (rows as { name: string }[]).filter(({ name }) => !name.startsWith('knex_'))
  }
}

export const PACKAGE = { 'package.json': '{ "dependencies": { "knex": "3" } }' }

/** The text of migrations whose `up` has this body, and what else a project of Knex's has. */
export function filesOf(bodies: readonly string[]): Record<string, string> {
  const files = bodies.map((body, index) => [
    `migrations/${20240101000000 + index}_step.js`,
    `exports.up = async function (knex) {\n${body}\n}\nexports.down = async function (knex) {}\n`,
  ])
  return { ...PACKAGE, ...Object.fromEntries(files) }
}

export function readSet(root: string): MigrationSet {
  return setOf(root, 'knex')
}
