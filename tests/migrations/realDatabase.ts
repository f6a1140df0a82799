import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { expect } from 'vitest'
import { findMigrations, readMigrationSet } from '../../src/migrations/discover.js'
import type { MigrationSet } from '../../src/migrations/migration.js'
import { replayed, valueSetsOf } from './replayed.js'

/** A Postgres that a migration tool connects to. */
export class RealDatabase {
  private constructor(
    readonly db: PGlite,
    private readonly server: PGLiteSocketServer,
  ) {}

  static async start(): Promise<RealDatabase> {
    const db = await PGlite.create()
    const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 5 })
    await server.start()
    return new RealDatabase(db, server)
  }

  async stop(): Promise<void> {
    await this.server.stop()
    await this.db.close()
  }

  get url(): string {
    return `postgres://postgres:postgres@${this.server.getServerConn()}/postgres`
  }

  async reset(): Promise<void> {
    await this.db.exec('ROLLBACK; DROP SCHEMA IF EXISTS public, app CASCADE; CREATE SCHEMA public')
  }

  /** Columns, constraints, enums, domains and views, but for tables that the tool keeps for itself: `own`. */
  async state(own: RegExp): Promise<readonly unknown[]> {
    const { rows } = await this.db.query<{ name: string }>(
      `SELECT 'column' AS kind, c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) ||
              CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS definition
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE c.relnamespace::regnamespace::text IN ('public', 'app') AND a.attnum > 0 AND c.relkind IN ('r', 'p', 'v', 'm', 'c') AND NOT a.attisdropped
       UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname || contypid::regtype, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace::regnamespace::text IN ('public', 'app') AND contype <> 'n'
       UNION ALL SELECT 'enum', t.oid::regtype::text, array_agg(e.enumlabel ORDER BY e.enumsortorder)::text
       FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.oid
       UNION ALL SELECT 'function', p.oid::regprocedure::text, prosrc || prorettype::regtype FROM pg_proc p
       WHERE pronamespace::regnamespace::text IN ('public', 'app')
       ORDER BY 1, 2`,
    )
    return rows.filter(({ name }) => !own.test(name))
  }
}

/** The set that `tool` is found for in `root`. */
export function setOf(root: string, tool: string): MigrationSet {
  const found = findMigrations(`${root}/src/x.ts`, root)
  expect(found.tool).toBe(tool)
  return readMigrationSet({ root, dir: found.dir! })
}

/**
 * Expects what the tool made of Postgres, which it has just migrated: of the catalog of `set`, and of running the statements
 * that were read in its place.
 */
export async function expectSame(real: RealDatabase, set: MigrationSet, own: RegExp): Promise<void> {
  expect(set.migrations.flatMap(({ unread }) => unread)).toEqual([])
  const state = await real.state(own)
  expect(replayed(set)).toEqual(await valueSetsOf(real.db))
  await real.reset()
  for (const { pieces } of set.migrations) for (const { text } of pieces) await real.db.exec(text)
  expect(await real.state(own)).toEqual(state)
}
