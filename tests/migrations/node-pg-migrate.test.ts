import { join } from 'node:path'
import { runner } from 'node-pg-migrate'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { folderWith } from './folders.js'
import { RealDatabase, expectSame, setOf } from './realDatabase.js'

let real: RealDatabase

beforeAll(async () => {
  real = await RealDatabase.start()
})

afterAll(() => real.stop())

beforeEach(() => real.reset())

function rootWith(bodies: readonly string[], head = ''): string {
  const files = bodies.map((body, index) => [
    `migrations/${1700000000000 + index}_step.js`,
    body.startsWith('-- ')
      ? body
      : `${head}\nexports.up = async (pgm) => {\n${body}\n}\nexports.down = false\n`,
  ])
  return folderWith({
    'package.json': '{ "dependencies": { "node-pg-migrate": "9" } }',
    ...Object.fromEntries(files),
  })
}

describe('what node-pg-migrate itself does to Postgres', () => {
  test.each<[string, string[], string?]>([
    [
      'types',
      [
        `pgm.createType('status', ['open', "it's", 'a$b'])
         pgm.addType({ schema: 'public', name: 'Kind' }, ['a'])
         pgm.createType('pair', { first: 'int', second: { type: 'status' }, third: 'string' })`,
        `pgm.noTransaction()
         pgm.addTypeValue('status', 'first', { before: 'open' })
         pgm.addTypeValue('status', 'after', { after: 'open', ifNotExists: true })
         pgm.addTypeValue('status', 'open', { ifNotExists: true })`,
        `pgm.renameTypeValue('status', 'after', 'later')
         pgm.renameType('Kind', 'kinds')
         pgm.addTypeAttribute('pair', 'fourth', 'kinds')
         pgm.setTypeAttribute('pair', 'first', 'bigint')
         pgm.renameTypeAttribute('pair', 'second', 'state')
         pgm.dropTypeAttribute('pair', 'third')
         pgm.createType('gone', ['x'])
         pgm.dropType('gone', { ifExists: true, cascade: true })`,
      ],
    ],
    [
      'tables and columns',
      [
        `pgm.createSchema('app', { ifNotExists: true })
         pgm.createType({ schema: 'app', name: 'state' }, ['on', 'off'])
         pgm.createTable({ schema: 'app', name: 'Parents' }, { id: 'id', code: { type: 'text', unique: true } })
         pgm.createTable('t', {
           a: { type: 'int', primaryKey: true }, b: { type: 'uuid', primaryKey: true },
           state: { type: 'app.state', notNull: true, default: 'on', comment: 'which' },
           state2: { type: { schema: 'app', name: 'state' } },
           states: { type: 'app.state', array: true }, list: 'text[]',
           kind: { type: 'string', check: "kind IN ('x',\\n 'y')" },
           parent: { type: 'integer', references: '"app"."Parents"' },
           parent2: { type: 'integer', references: { schema: 'app', name: 'Parents' } },
           made: { type: 'datetime', notNull: true, default: pgm.func('current_timestamp') },
           tags: { type: 'text[]', default: ['a', 'b'] }, ok: { type: 'bool', default: false }, n: { type: 'float', default: null },
           gen: { type: 'int', sequenceGenerated: { precedence: 'ALWAYS' } },
           twice: { type: 'int', expressionGenerated: 'a * 2' },
         }, { ifNotExists: true, constraints: { check: ["kind <> 'z'", 'a > 0'], unique: [['kind', 'a'], 'b'],
              foreignKeys: [{ columns: 'parent2', references: '"app"."Parents"' }] }, comment: 'it' })
         pgm.createTable('copy', {}, { like: { table: 't', options: { including: ['CONSTRAINTS', 'DEFAULTS'] } } })
         pgm.createTable('child', { own: 'app.state' }, { inherits: 't' })
         pgm.createTable('parted', { id: 'int', s: 'app.state' }, { partition: { strategy: 'LIST', columns: 's' } })`,
        `pgm.addColumns('copy', { one: 'app.state', two: { type: 'text', check: "two = 'q'" } }, { ifNotExists: true })
         pgm.addColumn('copy', { three: { type: 'app.state', notNull: true, default: 'off' } })
         pgm.dropColumns('copy', ['one'])
         pgm.dropColumn('copy', 'states', { ifExists: true })
         pgm.dropColumns('copy', { list: 1 })
         pgm.renameColumn('copy', 'two', 'Two')
         pgm.renameTable('copy', 'copies')
         pgm.alterColumn('copies', 'kind', { type: 'varchar(9)', using: 'kind::text', notNull: true, default: 'x' })
         pgm.alterColumn('copies', 'three', { default: null, allowNull: true })
         pgm.alterTable('t', { levelSecurity: 'ENABLE' })
         pgm.createIndex('t', 'kind'); pgm.addIndex('t', ['a', 'b']); pgm.dropIndex('t', 'kind')`,
      ],
    ],
    [
      'constraints',
      [
        `pgm.createTable('t', { kind: 'text', other: 'text', third: 'text' })
         pgm.addConstraint('t', 'kinds', { check: "kind IN ('a', 'b')" })
         pgm.createConstraint('t', 'others', "CHECK (other = 'o' OR other = 'p')")
         pgm.addConstraint('t', null, { check: "third = 'q'" })
         pgm.addConstraint('t', 'un', { unique: 'kind' })`,
        `pgm.renameConstraint('t', 'kinds', 'Kinds')
         pgm.dropConstraint('t', 'others', { ifExists: true })
         pgm.dropConstraint('none', 'others', { ifExists: true, ifTableExists: true })`,
      ],
    ],
    [
      'domains, views, functions',
      [
        `pgm.createDomain('level', 'text', { check: "VALUE IN ('low', 'high')", constraintName: 'levels' })
         pgm.createDomain('plain', 'string', { notNull: true, default: 'x' })
         pgm.alterDomain('plain', { default: null, allowNull: true })
         pgm.renameDomain('plain', 'ours')
         pgm.createDomain('gone', 'int'); pgm.dropDomain('gone')
         pgm.createTable('t', { id: 'id', level: 'level', ours: { type: 'ours' } })
         pgm.createView('v', { columns: ['a', 'b'] }, 'SELECT id, level FROM t')
         pgm.createView('w', { replace: true }, 'SELECT ours FROM t')
         pgm.createMaterializedView('m', { ifNotExists: true }, 'SELECT level FROM t')
         pgm.renameMaterializedView('m', 'm2'); pgm.renameMaterializedViewColumn('m2', 'level', 'l')
         pgm.renameView('w', 'w2'); pgm.dropView('w2', { ifExists: true, cascade: true })
         pgm.createFunction('add', ['integer', { name: 'b', type: 'int', default: 1 }], { returns: 'integer', language: 'plpgsql', replace: true }, 'BEGIN RETURN $1 + b; END;')
         pgm.renameFunction('add', ['integer', 'integer'], 'plus')
         pgm.createFunction('gone', [], { language: 'sql' }, 'SELECT 1;'); pgm.dropFunction('gone', [])
         pgm.createTrigger('t', 'touch', { when: 'BEFORE', operation: ['INSERT', 'UPDATE'], level: 'ROW', language: 'plpgsql' }, 'BEGIN RETURN NEW; END;')`,
      ],
    ],
    [
      'statements',
      [
        `pgm.sql("CREATE TYPE s AS ENUM ('a')")
         pgm.sql('CREATE TABLE {table} (s {type}, n int DEFAULT {n}, {column} text)', { table: { schema: 'public', name: 'T' }, type: 's', n: 5, column: 'Own' })
         await pgm.db.query('SELECT 1')
         for (const name of ['x', 'y']) pgm.sql(\`CREATE TYPE \${name} AS ENUM ('\${name}')\`)`,
      ],
    ],
    [
      'shorthands, which count for later migrations, too',
      [
        `pgm.createType('status', ['a']); pgm.createTable('t', { id: 'pk', s: { type: 'state', notNull: false }, u: 'twice' })`,
        `pgm.createTable('t2', { s: 'state' })`,
      ],
      `exports.shorthands = { pk: { type: 'uuid', primaryKey: true }, state: { type: 'status', notNull: true, default: 'a' }, twice: 'state' }`,
    ],
  ])('%s', async (_, bodies, head) => {
    const root = rootWith(bodies, head)
    await runner({
      databaseUrl: real.url,
      dir: join(root, 'migrations'),
      direction: 'up',
      migrationsTable: 'pgmigrations',
      log: () => {},
    })
    await expectSame(real, setOf(root, 'node-pg-migrate'), /^pgmigrations/)
  })
})

test('programs and SQL files in one folder, in TypeScript, too', () => {
  const root = folderWith({
    'migrations/1_a.sql': `CREATE TYPE s AS ENUM ('a');`,
    'migrations/10_c.ts':
      `import { MigrationBuilder, PgType } from 'node-pg-migrate'\n` +
      `export async function up(pgm: MigrationBuilder): Promise<void> {\n  pgm.createTable('t', { s: { type: 's' }, d: PgType.DOUBLE_PRECISION })\n}`,
    'migrations/2_b.js': `exports.up = (pgm, run) => {\n  pgm.addTypeValue('s', 'b')\n  run()\n}`,
  })
  expect(
    setOf(root, 'node-pg-migrate').migrations.map(({ name, pieces }) => [
      name,
      pieces.map(({ text }) => text),
    ]),
  ).toEqual([
    ['1_a.sql', [`CREATE TYPE s AS ENUM ('a');`]],
    ['2_b.js', [`ALTER TYPE "s" ADD VALUE 'b'`]],
    ['10_c.ts', [`CREATE TABLE "t" ("s" s, "d" double precision)`]],
  ])
})

test.each([
  ['a type', `pgm.createType('s', values)`, `a value of "s" is not constant`],
  ['an unknown list', `pgm.createType('s', require('x').values)`, 'what "s" is is not constant'],
  ['a column', `pgm.createTable('t', { s: { type: process.env.TYPE } })`, 'the type of s is not constant'],
  ['a check', `pgm.addConstraint('t', 'c', { check: process.env.CHECK })`, 'a check is not constant'],
  [
    'a statement',
    `pgm.sql('CREATE TYPE {name} AS ENUM ()', { name: process.env.NAME })`,
    'a raw statement is not constant',
  ],
  ['an operator', `pgm.createOperator('%', {})`, 'what this call does to the database is not known'],
])('%s that is not constant is unread', (_, body, reason) => {
  const root = rootWith([`const values = [process.env.A]\n${body}`])
  expect(setOf(root, 'node-pg-migrate').migrations[0]!.unread.map((unread) => unread.reason)).toEqual([
    reason,
  ])
})

test('what is not constant and holds no value set is left out', () => {
  const root = rootWith([
    `pgm.createTable('t', { s: { type: 'text', default: process.env.A, comment: process.env.B } }, { constraints: { unique: process.env.C } })`,
  ])
  const [migration] = setOf(root, 'node-pg-migrate').migrations
  expect(migration!.pieces.map(({ text }) => text)).toEqual(['CREATE TABLE "t" ("s" text)'])
  expect(migration!.unread).toEqual([])
})
