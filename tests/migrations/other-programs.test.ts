import { expect, test } from 'vitest'
import { folderWith, type Files } from './folders.js'
import { setOf } from './realDatabase.js'

const DB_MIGRATE: Files = {
  'package.json': '{ "dependencies": { "db-migrate": "0.11", "db-migrate-pg": "1" } }',
}

/** What is read of the `up` of one migration: the statements, and why something is unread. */
function read(tool: string, files: Files): readonly string[] {
  const [migration] = setOf(folderWith(files), tool).migrations
  return [...migration!.pieces.map(({ text }) => text), ...migration!.unread.map(({ reason }) => reason)]
}

test.each<[string, string, string[]]>([
  [
    'promises',
    `exports.up = async (db) => { await db.runSql("CREATE TYPE a AS ENUM ('x')"); return db.dropTable('t', { ifExists: true }) }`,
    [`CREATE TYPE a AS ENUM ('x')`, 'DROP TABLE IF EXISTS "t"'],
  ],
  [
    'promisified methods',
    `const { promisify } = require('util')\nexports.up = async (db) => { const run = promisify(db.runSql.bind(db)); await run('CREATE DOMAIN d AS text', []) }`,
    ['CREATE DOMAIN d AS text'],
  ],
  [
    'tasks that are bound',
    `exports.up = (db, done) => {
       const first = function (next) { db.runSql('DROP TYPE a', next) }
       require('async').series([first.bind(db), db.dropTable.bind(db, 't')], done)
     }`,
    ['DROP TYPE a', 'DROP TABLE "t"'],
  ],
  [
    'values for ?',
    `exports.up = (db, done) => { db.runSql('ALTER TYPE a ADD VALUE ?', ["it's"], done) }`,
    [`ALTER TYPE a ADD VALUE 'it''s'`],
  ],
  [
    'changes of columns',
    `exports.up = (db) => db.changeColumn('t', 'c', { type: 'state', notNull: true, defaultValue: 'on' })
       .then(() => db.renameColumn('t', 'c', 'd')).then(() => db.removeColumn('t', 'e')).then(() => db.renameTable('t', 'u'))`,
    [
      'ALTER TABLE "t" ALTER COLUMN "c" SET NOT NULL',
      `ALTER TABLE "t" ALTER COLUMN "c" SET DEFAULT 'on'`,
      'ALTER TABLE "t" ALTER COLUMN "c" TYPE STATE USING "c"::STATE',
      'ALTER TABLE "t" RENAME COLUMN "c" TO "d"',
      'ALTER TABLE "t" DROP COLUMN "e"',
      'ALTER TABLE "t" RENAME TO "u"',
    ],
  ],
  [
    'a statement that is not constant',
    `exports.up = (db) => db.runSql(process.env.SQL)`,
    ['a raw statement is not constant'],
  ],
  [
    'a method that is not known',
    `exports.up = (db) => db.createEverything()`,
    ['what this call does to the database is not known'],
  ],
])('db-migrate: %s', (_, text, expected) => {
  expect(read('db-migrate', { ...DB_MIGRATE, 'migrations/20240101000000-a.js': text })).toEqual(expected)
})

test.each<[string, string, string[]]>([
  ['the database of a request', 'await req.payload.db.drizzle.execute(sql`DROP TYPE a`)', ['DROP TYPE a']],
  [
    'a transaction',
    'await db.transaction(async (tx) => { await tx.execute(sql`DROP TYPE ${sql.identifier("A")}`) })',
    ['DROP TYPE "A"'],
  ],
  ['the adapter', `await payload.db.execute({ drizzle: db, raw: 'DROP TYPE a' })`, ['DROP TYPE a']],
  ['documents', `await payload.update({ collection: 'pages', where: {}, data: { status: 'x' } })`, []],
  [
    'a helper that is not followed',
    'await migrateAll({ payload, req })',
    ['what this call does to the database is not known'],
  ],
])('Payload: %s', (_, body, expected) => {
  const text =
    `import { sql } from '@payloadcms/db-postgres'\nimport { migrateAll } from '@payloadcms/db-postgres/migration-utils'\n` +
    `export async function up({ db, payload, req }) {\n${body}\n}\n`
  expect(read('payload', { 'src/migrations/20240101_000000.ts': text })).toEqual(expected)
})

test('Payload with SQLite is none of Postgres', () => {
  const text = `import { sql } from '@payloadcms/db-sqlite'\nexport async function up({ db }) { await db.run(sql\`DROP TABLE a\`) }`
  const root = folderWith({ 'src/migrations/20240101_000000.ts': text })
  expect(() => setOf(root, 'payload')).toThrow()
})
