import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Kysely, Migrator, PostgresDialect, type Migration } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { folderWith } from './folders.js'
import { RealDatabase, expectSame, setOf } from './realDatabase.js'

let real: RealDatabase
let pool: pg.Pool

beforeAll(async () => {
  real = await RealDatabase.start()
  pool = new pg.Pool({ connectionString: real.url, max: 1 })
})

afterAll(async () => {
  await pool.end()
  await real.stop()
})

beforeEach(() => real.reset())

function nameOf(index: number): string {
  return `migrations/000${index}_step.js`
}

function rootWith(bodies: readonly string[]): string {
  const files = bodies.map((body, index) => [
    nameOf(index),
    `const { sql } = require('kysely')\nexports.up = async (db) => {\n${body}\n}\nexports.down = async () => {}\n`,
  ])
  const root = folderWith({
    'package.json': '{ "dependencies": { "kysely": "0.28", "pg": "8" } }',
    ...Object.fromEntries(files),
  })
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'))
  return root
}

async function migrate(root: string, count: number): Promise<void> {
  const migrations: Record<string, Migration> = {}
  for (let index = 0; index < count; index++)
    migrations[nameOf(index)] = (await import(pathToFileURL(join(root, nameOf(index))).href)) as Migration
  const db = new Kysely({ dialect: new PostgresDialect({ pool }) })
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error as Error
}

describe('what Kysely itself does to Postgres', () => {
  test.each<[string, string[]]>([
    [
      'types and tables',
      [
        `await db.schema.createSchema('app').ifNotExists().execute()
         await db.schema.createType('status').asEnum(['open', "it's"]).execute()
         await db.schema.withSchema('app').createType('kind').asEnum(['a']).execute()
         await db.schema.createTable('parent').addColumn('id', 'serial', (col) => col.primaryKey())
           .addColumn('a', 'integer').addColumn('b', 'integer').addUniqueConstraint('parent_ab', ['a', 'b']).execute()
         await db.schema.createTable('t').ifNotExists()
           .addColumn('id', 'integer', (col) => col.generatedAlwaysAsIdentity())
           .addColumn('status', sql\`status\`, (col) => col.notNull().defaultTo('open'))
           .addColumn('statuses', sql\`status[]\`)
           .addColumn('kind', sql.raw('app.kind'), (col) => { return col.defaultTo(sql\`'a'\`) })
           .addColumn('size', 'varchar(10)', (col) => col.check(sql\`size in (\${sql.lit('s')}, 'l')\`).unique())
           .addColumn('n', 'numeric(5, 2)', (col) => col.defaultTo(1.5)).addColumn('ok', 'boolean', (col) => col.defaultTo(false))
           .addColumn('at', 'timestamptz', (col) => col.defaultTo(sql\`now()\`).notNull())
           .addColumn('parent_id', 'integer', (col) => col.references('parent.id').onDelete('no action'))
           .addColumn('pa', 'integer').addColumn('pb', 'integer')
           .addColumn('twice', 'integer', (col) => col.generatedAlwaysAs(sql\`pa * 2\`).stored())
           .addColumn('u', 'uuid', (col) => col.defaultTo(null)).addColumn('j', 'jsonb')
           .addPrimaryKeyConstraint('t_key', ['id', 'pa'])
           .addForeignKeyConstraint('t_parent', ['pa', 'pb'], 'parent', ['a', 'b'])
           .addCheckConstraint('t_check', sql\`kind::text = 'a'\`)
           .execute()
         await db.withSchema('app').schema.createTable('inner').addColumn('kind', sql\`app.kind\`).execute()
         await db.schema.createIndex('i').on('t').column('kind').execute()`,
      ],
    ],
    [
      'changes',
      [
        `await db.schema.createType('s').asEnum(['a']).execute()
         const withTimes = (builder) => builder.addColumn('made', 'timestamp').addColumn('changed', 'timestamp')
         await db.schema.createTable('t').addColumn('x', 'text').addColumn('y', sql\`s\`).addColumn('gone', sql\`s\`).$call(withTimes).execute()
         await withTimes(db.schema.createTable('w')).execute()`,
        `await db.schema.alterTable('t').addColumn('z', sql\`s\`, (col) => col.notNull().defaultTo('a')).addColumn('q', 'int4').dropColumn('gone').execute()
         await db.schema.alterTable('t').renameColumn('y', 'yy').execute()
         await db.schema.alterTable('t').alterColumn('x', (col) => col.setDataType(sql\`s USING x::s\`)).execute()
         await db.schema.alterTable('t').alterColumn('x', (col) => col.setDefault('a')).alterColumn('z', (col) => col.dropDefault()).alterColumn('z', (col) => col.dropNotNull()).alterColumn('x', (col) => col.setNotNull()).execute()
         await db.schema.alterTable('t').addCheckConstraint('c', sql\`q > 1\`).execute()
         await db.schema.alterTable('t').addUniqueConstraint('un', ['q']).execute()
         await db.schema.alterTable('t').dropConstraint('un').ifExists().cascade().execute()
         await db.schema.alterTable('t').renameTo('tt').execute()
         await db.schema.createView('v').as(sql\`select x, z from tt\`).execute()
         await db.schema.dropTable('none').ifExists().execute()
         await db.schema.createType('gone').asEnum(['g']).execute()
         await db.schema.dropType('gone').execute()
         await sql\`alter type \${sql.id('s')} rename value \${sql.lit('a')} to 'b'\`.execute(db)
         await sql.raw("create type more as enum ('m')").execute(db)
         await Promise.all(['p', 'q'].map((name) => db.schema.createType(name).asEnum([name]).execute()))`,
      ],
    ],
  ])('%s', async (_, bodies) => {
    const root = rootWith(bodies)
    await migrate(root, bodies.length)
    await expectSame(real, setOf(root, 'kysely'), /^kysely_/)
  })
})

test.each([
  [
    'a type',
    `await db.schema.createType('s').asEnum(process.env.V.split(',')).execute()`,
    'what "s" lists is not constant',
  ],
  [
    'a column',
    `await db.schema.alterTable('t').addColumn('c', sql.raw(process.env.T)).execute()`,
    'the type of c is not constant',
  ],
  [
    'a view',
    `await db.schema.createView('v').as(db.selectFrom('t').selectAll()).execute()`,
    'what the view selects is not constant',
  ],
  [
    'a statement',
    `await sql\`alter type s \${sql.raw(process.env.X)}\`.execute(db)`,
    'a raw statement is not constant',
  ],
])('%s that is not constant is unread', (_, body, reason) => {
  const root = rootWith([body])
  expect(setOf(root, 'kysely').migrations[0]!.unread.map((unread) => unread.reason)).toEqual([reason])
})

test('a builder that is not executed does nothing', () => {
  const root = rootWith([`await db.schema.createType('s').asEnum(['a'])`])
  expect(setOf(root, 'kysely').migrations[0]!).toMatchObject({ pieces: [], unread: [] })
})
