import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate as migrateDrizzle } from 'drizzle-orm/pglite/migrator'
import { runner } from 'node-pg-migrate'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findMigrations, readMigrationSet } from '../../src/migrations/discover.js'
import { folderWith } from './folders.js'
import { replayed, valueSetsOf } from './replayed.js'

let db: PGlite
let server: PGLiteSocketServer

beforeAll(async () => {
  db = await PGlite.create()
  server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 5 })
  await server.start()
})

afterAll(async () => {
  await server.stop()
  await db.close()
})

beforeEach(() => reset())

async function reset(): Promise<void> {
  await db.exec('DROP SCHEMA IF EXISTS public, drizzle, graphile_migrate CASCADE; CREATE SCHEMA public')
}

/** Enums with their labels and the columns that have one, outside the tools' own schemas. */
async function state(): Promise<unknown> {
  const { rows: enums } = await db.query(
    `SELECT t.typname, array_agg(e.enumlabel ORDER BY e.enumsortorder)::text AS labels
     FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname ORDER BY t.typname`,
  )
  const { rows: columns } = await db.query(
    `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'pgmigrations' AND a.attnum > 0 AND c.relkind = 'r'
     AND NOT a.attisdropped ORDER BY c.relname, a.attnum`,
  )
  return { enums, columns }
}

/**
 * Replays what the tool ran, which gives what Postgres has; then runs what we say that it runs, in our order, and gives
 * what Postgres has after that.
 */
async function ours(root: string, tool: string): Promise<unknown> {
  const found = findMigrations(join(root, 'src/x.ts'), root)
  expect(found.tool).toBe(tool)
  const set = readMigrationSet({ root, dir: found.dir! })
  expect(replayed(set)).toEqual(await valueSetsOf(db))
  await reset()
  for (const { pieces, unread } of set.migrations) {
    expect(unread).toEqual([])
    for (const { text } of pieces) await db.exec(text)
  }
  return state()
}

/** Where the server listens: it took a free port. */
function connectionString(database = 'postgres'): string {
  return `postgres://postgres:postgres@${server.getServerConn()}/${database}`
}

const entry = (tag: string, when: number): object => ({ idx: 0, version: '7', when, tag, breakpoints: true })

test('drizzle-orm', async () => {
  const root = folderWith({
    'drizzle/meta/_journal.json': JSON.stringify({
      version: '7',
      dialect: 'postgresql',
      entries: [entry('0000_init', 1), entry('0002_second', 2), entry('0001_first', 3)],
    }),
    'drizzle/0000_init.sql':
      `CREATE TYPE "status" AS ENUM('open');--> statement-breakpoint\n` +
      `CREATE TABLE "tickets" ("id" int, "status" "status", "all" "status"[]);`,
    'drizzle/0001_first.sql': `CREATE TYPE "kind" AS ENUM('a');\n--> statement-breakpoint\nALTER TYPE "status" ADD VALUE 'first';`,
    'drizzle/0002_second.sql': `ALTER TYPE "status" ADD VALUE 'second';`,
    'drizzle/0002_abandoned.sql': `ALTER TYPE "status" ADD VALUE 'never';`,
  })
  await migrateDrizzle(drizzle(db), { migrationsFolder: join(root, 'drizzle') })
  const real = await state()
  expect(await ours(root, 'drizzle')).toEqual(real)
  expect(JSON.stringify(real)).toContain('{open,second,first}')
})

test('node-pg-migrate', async () => {
  const root = folderWith({
    'migrations/1600000000000_init.sql':
      `-- Up Migration\nCREATE TYPE status AS ENUM ('open');\nCREATE TABLE tickets (id int, status status);\n` +
      `-- Down Migration\nDROP TABLE tickets;\nDROP TYPE status;\n`,
    // 20200913122640001 is 1600000000001 milliseconds.
    'migrations/20200913122640001_utc.sql': `-- Down Migration\nSELECT 1;\n-- Up Migration\nALTER TYPE status ADD VALUE 'utc';\n`,
    'migrations/1600000000002_bare.sql': `ALTER TYPE status ADD VALUE 'bare';\n`,
    'migrations/1600000000003_b.sql': `---- up migration of b\nALTER TYPE status ADD VALUE 'b';\n`,
    'migrations/1600000000003_a10.sql': `ALTER TYPE status ADD VALUE 'a10';\n`,
    'migrations/1600000000003_a9.sql': `ALTER TYPE status ADD VALUE 'a9';\n`,
    'migrations/.hidden.sql': `DROP TABLE tickets;\n`,
  })
  await runner({
    databaseUrl: connectionString(),
    dir: join(root, 'migrations'),
    direction: 'up',
    migrationsTable: 'pgmigrations',
    log: () => {},
  })
  const real = await state()
  expect(await ours(root, 'node-pg-migrate')).toEqual(real)
  expect(JSON.stringify(real)).toContain('{open,utc,bare,a9,a10,b}')
})

test('graphile-migrate', async () => {
  const root = folderWith({
    '.gmrc': `{ "placeholders": { ":FIRST_STATE": "open" } }`,
    'migrations/committed/000001.sql':
      `--! Previous: -\n--! Hash: sha1:0\n--! AllowInvalidHash\n\nCREATE TYPE status AS ENUM (':FIRST_STATE');\n` +
      `CREATE TABLE tickets (id int, status status);\nALTER TABLE tickets OWNER TO :DATABASE_OWNER;\n`,
    'migrations/committed/000002-more.sql':
      `--! Previous: sha1:0\n--! Hash: sha1:1\n--! AllowInvalidHash\n--! Message: more\n\n` +
      `--! no-transaction\nALTER TYPE status ADD VALUE 'closed';\n`,
    'migrations/committed/000010.sql': `--! Previous: sha1:1\n--! Hash: sha1:2\n--! AllowInvalidHash\n\nALTER TYPE status ADD VALUE 'late' BEFORE 'closed';\n`,
    'migrations/committed/notes.sql': 'DROP TABLE tickets;\n',
    'migrations/current.sql': `ALTER TYPE status ADD VALUE IF NOT EXISTS 'current';\n`,
  })
  // A process of its own: its pool ends the process when the server goes away.
  const cli = join(createRequire(import.meta.url).resolve('graphile-migrate/package.json'), '../dist/cli.js')
  const env = {
    ...process.env,
    DATABASE_URL: connectionString(),
    ROOT_DATABASE_URL: connectionString('template1'),
  }
  const graphileMigrate = (...command: string[]): Promise<unknown> =>
    promisify(execFile)(process.execPath, [cli, ...command], { cwd: root, env, timeout: 20_000 })
  await graphileMigrate('migrate')
  // What `watch` does with it; `watch` itself needs two connections at once, which PGlite has not.
  await graphileMigrate('run', 'migrations/current.sql')
  const real = await state()
  await db.exec(`DO $$ BEGIN CREATE ROLE _database_owner; EXCEPTION WHEN duplicate_object THEN END $$`)
  expect(await ours(root, 'graphile-migrate')).toEqual(real)
  expect(JSON.stringify(real)).toContain('{open,late,closed,current}')
})
