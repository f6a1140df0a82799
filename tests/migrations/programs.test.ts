import { describe, expect, test } from 'vitest'
import { findMigrations, readMigrationSet } from '../../src/migrations/discover.js'
import { replayMigrations } from '../../src/sql/replay.js'
import { folderWith, type Files } from './folders.js'
import { replayed } from './replayed.js'

/** The tool that a project's migrations are found to be of, where, and what they send. */
function read(files: Files): { tool: string | undefined; dir: string | undefined; steps: string[] } {
  const root = folderWith(files)
  const { tool, dir } = findMigrations(`${root}/src/x.ts`, root)
  if (dir === undefined) return { tool, dir, steps: [] }
  const { migrations } = readMigrationSet({ root, dir })
  const steps = migrations.flatMap(({ file, pieces, unread }) => [
    ...pieces.map(({ line, text }) => `${file}:${line} ${text}`),
    ...unread.map(({ line, reason }) => `${file}:${line}? ${reason}`),
  ])
  return { tool, dir: dir.slice(root.length + 1), steps }
}

const typeorm = (name: string, sql: string): string =>
  `import { MigrationInterface, QueryRunner } from 'typeorm'
export class ${name} implements MigrationInterface {
  async up(queryRunner: QueryRunner) { await queryRunner.query(\`${sql}\`) }
  async down(queryRunner: QueryRunner) {}
}
`
const TYPEORM = { 'package.json': '{ "dependencies": { "typeorm": "0.3", "pg": "8" } }' }

describe('TypeORM', () => {
  test('the time in the name of the class orders, not that of the file', () => {
    const { tool, dir, steps } = read({
      ...TYPEORM,
      'src/migration/1-b.ts': typeorm('B1700000000002', 'CREATE TABLE b ()'),
      'src/migration/2-a.ts': typeorm('A1700000000001', 'CREATE TABLE a ()'),
      'src/migration/3-c.ts': typeorm('C', 'CREATE TABLE c ()').replace(
        '{\n',
        "{\n  name = 'C1600000000000'\n",
      ),
      'src/migration/4-d.ts': typeorm('D', 'CREATE TABLE d ()'),
    })
    expect([tool, dir]).toEqual(['typeorm', 'src/migration'])
    expect(steps).toEqual([
      'src/migration/4-d.ts:1? the name of its class, D, does not end with a time, which TypeORM refuses',
      'src/migration/3-c.ts:4 CREATE TABLE c ()',
      'src/migration/2-a.ts:3 CREATE TABLE a ()',
      'src/migration/1-b.ts:3 CREATE TABLE b ()',
    ])
  })

  test('tests, an index and what is compiled are no migrations', () => {
    const { steps } = read({
      ...TYPEORM,
      'src/migrations/1-a.ts': typeorm('A1700000000001', 'CREATE TABLE a ()'),
      'src/migrations/1-a.js': typeorm('A1700000000001', 'CREATE TABLE compiled ()'),
      'src/migrations/1-a.d.ts': 'export declare class A1700000000001 {}',
      'src/migrations/1-a.spec.ts': typeorm('A1700000000001', 'CREATE TABLE tested ()'),
      'src/migrations/index.ts': "export * from './1-a' // MigrationInterface",
      'dist/migrations/1-a.js': typeorm('A1700000000001', 'CREATE TABLE built ()'),
    })
    expect(steps).toEqual(['src/migrations/1-a.ts:3 CREATE TABLE a ()'])
  })

  test.each<[string, string]>([
    ['src/data-source.ts', 'new DataSource({ migrations: [`${__dirname}/persistence/steps/*{.ts,.js}`] })'],
    ['data-source.ts', "new DataSource({ migrations: ['dist/persistence/steps/*.js'] })"],
    ['ormconfig.json', '{ "migrations": ["src/persistence/steps/**/*.ts"] }'],
  ])('the folder that %s names', (name, text) => {
    const { tool, dir } = read({
      ...TYPEORM,
      [name]: text,
      'src/persistence/steps/1-a.ts': typeorm('A1700000000001', 'CREATE TABLE a ()'),
    })
    expect([tool, dir]).toEqual(['typeorm', 'src/persistence/steps'])
  })

  test.each<[string, string, string]>([
    ['the only driver', '"mysql2": "3"', 'CREATE TABLE a (id int)'],
    ['names in backticks', '"pg": "8", "mysql2": "3"', 'CREATE TABLE \\`a\\` (id int)'],
    [
      'AUTOINCREMENT',
      '"pg": "8", "sqlite3": "5"',
      'CREATE TABLE "a" ("id" integer PRIMARY KEY AUTOINCREMENT)',
    ],
  ])('another engine, by %s', (_, driver, sql) => {
    const root = folderWith({
      'package.json': `{ "dependencies": { "typeorm": "0.3", ${driver} } }`,
      'src/migrations/1-a.ts': typeorm('A1700000000001', sql),
    })
    const { dir, problems } = findMigrations(`${root}/src/x.ts`, root)
    expect(dir).toBeUndefined()
    expect(problems[0]?.noneFound).toBe('another engine')
  })

  test('SQL of files, found from the working directory of the package', () => {
    const { steps } = read({
      ...TYPEORM,
      'sql/a.sql': '\nCREATE TABLE a ()',
      'src/migrations/1-a.ts': `import { readFileSync, existsSync } from 'node:fs'
import { resolve } from 'node:path'
const load = (name: string) => { const path = resolve('sql') + '/' + name; if (existsSync(path)) return readFileSync(path, 'utf8'); throw new Error(path) }
export class A1700000000001 { async up(queryRunner) { await queryRunner.query(load('a.sql')) } } // MigrationInterface
`,
    })
    expect(steps).toEqual(['src/migrations/1-a.ts:1 \nCREATE TABLE a ()'])
  })

  test('what may have run and changes no value set is no matter, what may change one is', () => {
    const root = folderWith({
      ...TYPEORM,
      'src/migrations/1-a.ts': typeorm(
        'A1700000000001',
        "CREATE TYPE s AS ENUM ('a'); CREATE TABLE t (s s, x text, c text CHECK (c IN ('p')))",
      ),
      'src/migrations/2-b.ts': `export class B1700000000002 { // MigrationInterface
  async up(queryRunner) {
    const rows = await queryRunner.query('SELECT * FROM t')
    if (rows.length > 3) {
      await queryRunner.query('ALTER TABLE t DROP COLUMN x')
      await queryRunner.query('ALTER TABLE t ADD COLUMN y text')
      await queryRunner.query('CREATE INDEX i ON t (y)')
    }
    for (const { name } of rows) await queryRunner.query(\`ALTER TABLE other DROP CONSTRAINT "\${name}"\`)
    for (const { name } of rows) await queryRunner.query(\`ALTER TABLE t DROP CONSTRAINT "\${name}"\`)
    for (const { name } of rows) await queryRunner.query(\`ALTER TABLE "\${name}" ALTER COLUMN x TYPE int\`)
    for (const { name } of rows) await queryRunner.query(\`ALTER TABLE "\${name}" ALTER COLUMN s TYPE text\`)
  }
}
`,
    })
    const set = readMigrationSet({ root, dir: `${root}/src/migrations` })
    const { unread } = replayMigrations(set)
    expect(unread.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'src/migrations/2-b.ts:10',
      'src/migrations/2-b.ts:12',
    ])
  })
})

describe('MikroORM', () => {
  test('addSql and execute, in the order of the files', () => {
    const { tool, steps } = read({
      'package.json': '{ "dependencies": { "@mikro-orm/postgresql": "6" } }',
      'src/migrations/Migration20240102000000.ts': `import { Migration } from '@mikro-orm/migrations'
import { raw, sql } from '@mikro-orm/core'
export class Migration20240102000000 extends Migration {
  async up() {
    await this.execute("create type s as enum ('a')")
    this.addSql(raw('alter table "a" add column "s" s'))
    this.addSql(sql\`alter table "a" alter column "s" set default \${'a'}\`)
    this.addSql(this.getKnex().raw('select ?', [1]))
    await this.getEntityManager().findOne('A', 1)
    for (const each of ['b', 'c']) this.addSql(\`create table \${each} ()\`)
  }
  override isTransactional() { return false }
}
`,
      'src/migrations/Migration20240101000000.js': `'use strict'
const { Migration } = require('@mikro-orm/migrations')
class Migration20240101000000 extends Migration {
  async up() { this.addSql('create table "a" ();') }
  async down() { this.addSql('drop table "a";') }
}
exports.Migration20240101000000 = Migration20240101000000
`,
    })
    expect(tool).toBe('mikro-orm')
    const second = 'src/migrations/Migration20240102000000.ts'
    expect(steps).toEqual([
      'src/migrations/Migration20240101000000.js:4 create table "a" ();',
      `${second}:5 create type s as enum ('a')`,
      `${second}:6 alter table "a" add column "s" s`,
      `${second}:7 alter table "a" alter column "s" set default 'a'`,
      `${second}:8 select 1`,
      `${second}:10 create table b ()`,
      `${second}:10 create table c ()`,
    ])
  })

  test('a transaction that is refused', () => {
    const root = folderWith({
      'package.json': '{ "dependencies": { "@mikro-orm/postgresql": "6" } }',
      'migrations/Migration1.ts': `import { Migration } from '@mikro-orm/migrations'
export class A extends Migration { async up() { this.addSql('create table a ()') } }`,
      'migrations/Migration2.ts': `import { Migration } from '@mikro-orm/migrations'
export class B extends Migration { async up() { this.addSql('create table b ()') } isTransactional() { return false } }`,
    })
    const { migrations } = readMigrationSet({ root, dir: `${root}/migrations` })
    expect(migrations.map(({ transaction }) => transaction)).toEqual([true, false])
  })
})

describe('programs that are called with a client', () => {
  test.each<[string, string, string[]]>([
    [
      'postgres.js',
      `export default async function (sql) {
  await sql\`create type s as enum ('a')\`
  await sql.begin(async (tx) => { await tx\`alter type s add value 'b'\`; await tx.unsafe('create table t (s s)') })
  const never = sql\`drop table t\`
}`,
      ["2 create type s as enum ('a')", "3 alter type s add value 'b'", '3 create table t (s s)'],
    ],
    [
      'a client of pg',
      `exports.up = async (client) => {
  await client.query("create type s as enum ('a')")
  const { rows } = await client.query('select 1 from pg_type where typname = $1', ['s'])
  if (rows.length === 0) await client.query('drop table t')
}`,
      [
        "2 create type s as enum ('a')",
        "3 select 1 from pg_type where typname = 's'",
        "4 DO $guard1$ BEGIN IF NOT EXISTS (select 1 from pg_type where typname = 's') THEN drop table t; END IF; END $guard1$",
      ],
    ],
    [
      'a context of umzug',
      `export const up = async ({ context: { client } }) => { await client.query({ text: 'create table a ()' }); await other(client) }`,
      ['1 create table a ()', '1? what this call does to the database is not known'],
    ],
  ])('%s', (_, text, expected) => {
    const { tool, steps } = read({
      'package.json': '{ "dependencies": { "postgres": "3", "pg": "8" } }',
      'migrations/0001_first.js': text,
    })
    expect(tool).toBe('client')
    expect(steps).toEqual(expected.map((step) => `migrations/0001_first.js:${step}`))
  })
})

test('an enum that is changed as TypeORM does', () => {
  const root = folderWith({
    ...TYPEORM,
    'src/migrations/1-a.ts': typeorm(
      'A1700000000001',
      "CREATE TYPE s AS ENUM ('a', 'b'); CREATE TABLE t (s s)",
    ),
    'src/migrations/2-b.ts': typeorm(
      'B1700000000002',
      "ALTER TYPE s RENAME TO s_old; CREATE TYPE s AS ENUM ('b', 'c'); ALTER TABLE t ALTER COLUMN s TYPE s USING s::text::s; DROP TYPE s_old",
    ),
  })
  const { enums } = replayed(readMigrationSet({ root, dir: `${root}/src/migrations` }))
  expect(enums).toEqual([{ schema: 'public', name: 's', labels: ['b', 'c'] }])
})
