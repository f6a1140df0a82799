import { createRequire } from 'node:module'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { DataSource } from 'typeorm'
import type { MigrationSet } from '../../src/migrations/migration.js'
import { RealDatabase, setOf } from './realDatabase.js'

const require = createRequire(import.meta.url)

/** TypeORM itself, with a Postgres to migrate. */
export class RealTypeorm {
  private constructor(private readonly postgres: RealDatabase) {}

  static async start(): Promise<RealTypeorm> {
    return new RealTypeorm(await RealDatabase.start())
  }

  stop(): Promise<void> {
    return this.postgres.stop()
  }

  get db(): PGlite {
    return this.postgres.db
  }

  reset(): Promise<void> {
    return this.postgres.reset()
  }

  /** Runs the migrations of a folder's CommonJS files, as `typeorm migration:run` does, one transaction each. */
  async migrate(directory: string): Promise<void> {
    const migrations = readdirSync(directory).flatMap((name) => {
      const module = { exports: {} as Record<string, new () => never> }
      const text = readFileSync(join(directory, name), 'utf8')
      // Our own files, which need our TypeORM.
      new Function('require', 'module', 'exports', text)(require, module, module.exports)
      return Object.values(module.exports)
    })
    const source = new DataSource({
      type: 'postgres',
      url: this.postgres.url,
      migrations,
      installExtensions: false,
      uuidExtension: 'pgcrypto',
      poolSize: 1,
    })
    await source.initialize()
    try {
      await source.runMigrations({ transaction: 'each' })
    } finally {
      await source.destroy()
    }
  }

  /** Columns, constraints other than keys, and enums outside TypeORM's own tables, as Postgres prints them. */
  async state(): Promise<unknown> {
    const { rows } = await this.db.query(
      `SELECT 'column' AS kind, c.relname || '.' || a.attname AS name,
              format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END ||
              coalesce(' default ' || regexp_replace(pg_get_expr(d.adbin, d.adrelid), 'nextval.*', 'nextval'), '') AS definition
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE c.relnamespace::regnamespace::text IN ('public', 'app') AND a.attnum > 0 AND c.relkind IN ('r', 'v') AND NOT a.attisdropped
       UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace::regnamespace::text IN ('public', 'app') AND contype = 'c'
       UNION ALL SELECT 'enum', t.oid::regtype::text, array_agg(e.enumlabel ORDER BY e.enumsortorder)::text
       FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.oid
       ORDER BY 1, 2`,
    )
    return (rows as { name: string }[]).filter(({ name }) => !/^(?:migrations|typeorm_metadata)\./.test(name))
  }
}

const PACKAGE = { 'package.json': '{ "dependencies": { "typeorm": "1", "pg": "8" } }' }

/** The text of migrations whose `up` has this body, with what they use of TypeORM's. */
export function filesOf(bodies: readonly string[]): Record<string, string> {
  const files = bodies.map((body, index) => [
    `src/migrations/${1700000000000 + index}-step.js`,
    `const { Table, TableColumn, TableCheck, TableUnique, TableForeignKey, TableIndex, View } = require('typeorm')
class Step${1700000000000 + index} {
  async up(queryRunner) {
${body}
  }
  async down(queryRunner) {}
}
exports.Step = Step${1700000000000 + index}
`,
  ])
  return { ...PACKAGE, ...Object.fromEntries(files) }
}

export function readSet(root: string): MigrationSet {
  return setOf(root, 'typeorm')
}
