import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Migration } from '../../src/migrations/migration.js'
import { folderWith } from './folders.js'
import { RealKnex, filesOf, readSet } from './realKnex.js'
import { replayed, valueSetsOf } from './replayed.js'

let real: RealKnex

beforeAll(async () => {
  real = await RealKnex.start()
})

afterAll(() => real.stop())

const read = (root: string): readonly Migration[] => readSet(root).migrations

describe('what Knex itself does to Postgres', () => {
  test.each<[string, string[]]>([
    [
      'tables of every type of column',
      [
        `await knex.schema.createTable('t', (table) => {
           table.increments()
           table.bigIncrements('big', { primaryKey: false })
           table.integer('a').notNullable().defaultTo(3)
           table.bigint('b').unsigned(); table.bigInteger('b2'); table.tinyint('b3'); table.smallint('b4'); table.mediumint('b5')
           table.text('c').nullable(); table.string('d'); table.string('e', 10).defaultTo("it's")
           table.float('f'); table.double('g'); table.decimal('h'); table.decimal('i', 20, 10); table.decimal('i2', null)
           table.boolean('j').defaultTo(false); table.date('k'); table.time('l')
           table.datetime('m'); table.timestamp('n', { useTz: false, precision: 3 }); table.timestamp('o', true)
           table.binary('p'); table.uuid('q').defaultTo(knex.fn.uuid()); table.json('r'); table.jsonb('s').defaultTo('{}')
           table.specificType('u', 'text[]'); table.point('v')
           table.timestamps(true, true)
         })`,
      ],
    ],
    [
      'enums, native and not',
      [
        `await knex.schema.createTable('t', (table) => {
           table.enu('a', ['x', "it''s"]).notNullable().defaultTo('x')
           table.enum('b', ['p', 'q'], { useNative: true, enumName: 'b_type' }).index()
           table.enu('c', null, { useNative: true, existingType: true, enumName: 'b_type' })
         })`,
        `await knex.schema.alterTable('t', (table) => {
           table.enum('d', ['m'], { useNative: true, enumName: 'D type' })
           table.dropColumn('a')
           table.renameColumn('c', 'C')
         })`,
      ],
    ],
    [
      'keys and indexes with their names',
      [
        `await knex.schema.createTable('Parents', (table) => {
           table.uuid('id').primary()
           table.string('Code').unique().index()
           table.integer('a'); table.integer('b')
           table.unique(['a', 'b']); table.index(['b', 'a'], 'own_name')
         })
         await knex.schema.createTable('children', (table) => {
           table.integer('x'); table.integer('y')
           table.primary(['x', 'y'])
           table.uuid('parentId').references('id').inTable('Parents').onDelete('CASCADE').index()
           table.uuid('other').notNullable()
           table.foreign('other').references('Parents.id')
         })`,
        `await knex.schema.table('children', (table) => {
           table.dropForeign('other'); table.dropForeign(['parentId']); table.dropIndex('parentId'); table.dropPrimary()
         })
         await knex.schema.alterTable('Parents', (table) => { table.dropUnique(['a', 'b']); table.setNullable('a') })`,
      ],
    ],
    [
      'keys that Knex makes by itself, and other spellings',
      [
        `await knex.schema.createTable('one', (table) => {
           table.increments('id').primary().notNullable().unique().index()
           table.dateTime('at').defaultsTo(knex.fn.now()); table.biginteger('big'); table.varchar('v', 3)
         })
         await knex.schema.createTable('two', (table) => { table.increments('id'); table.integer('a'); table.primary(['id', 'a']) })
         await knex.schema.createTable('three', (table) => { table.uuid('id', { primaryKey: true }).notNullable(); table.bigincrements('b', { primaryKey: false }) })
         await knex.schema.createTable('four', (table) => { table.uuid('id', { primaryKey: true }); table.integer('b').primary() })
         await knex.schema.createTable('five', (table) => { table.integer('a'); table.unique(['a'], { useConstraint: false }) })`,
        `await knex.schema.alterTable('five', (table) => { table.increments('id').primary() })`,
      ],
    ],
    [
      'checks',
      [
        `await knex.schema.createTable('t', (table) => {
           table.integer('a').checkPositive(); table.integer('b').checkNegative('neg'); table.string('c').checkIn(['x', 'y'])
           table.string('d').checkNotIn(['z'], 'not_z'); table.integer('e').checkBetween([1, 5]); table.string('f').checkLength('>', 2)
           table.string('g').checkRegex('^a'); table.integer('h').checkBetween([[1, 2], [5, 6]], 'h_Check')
           table.check('?? < ??', ['a', 'e']); table.check('a < 100', undefined, 'small')
         })`,
        `await knex.schema.alterTable('t', (table) => {
           table.check("c in ('x', 'y''z')", undefined, 'named'); table.dropChecks(['neg', 'small'])
           table.string('i').checkIn(['one'])
         })`,
      ],
    ],
    [
      'altered columns',
      [
        `await knex.raw("CREATE TYPE s AS ENUM ('a', 'b')")
         await knex.schema.createTable('t', (table) => { table.string('x').notNullable(); table.text('y').defaultTo('a') })`,
        `await knex.schema.alterTable('t', (table) => {
           table.string('x', 50).nullable().alter()
           table.specificType('y', 's').notNullable().defaultTo('b').alter()
         })`,
        `await knex.schema.alterTable('t', (table) => { table.text('x').alter({ alterNullable: false }); table.dropNullable('x') })`,
      ],
    ],
    [
      'schemas, renames and drops',
      [
        `await knex.schema.createSchema('app').withSchema('app').createTable('t', (table) => {
           table.enu('a', ['x'], { useNative: true, enumName: 'e' }); table.timestamps(false, false, true)
         })
         await knex.schema.createTable('u', (t) => { t.integer('a') }).createTable('v', (t) => t.integer('a')).renameTable('u', 'w')`,
        `await knex.schema.dropTable('v').dropTableIfExists('nothing')
         await knex.schema.withSchema('app').alterTable('t', (t) => t.dropTimestamps(true))`,
      ],
    ],
    [
      'code around it',
      [
        `const STATES = ['a', 'b']
         const more = [...STATES, 'c'].map((name) => name)
         const addTo = (table, name = 'status') => table.enu(name, more)
         for (const name of ['one', 'two']) {
           await knex.schema.createTable(name, (table) => { addTo(table); addTo(table, \`\${name}_status\`) })
         }
         for (let i = 0; i <= 1; i++) await knex.schema.createTable('part_' + (i + 1), (t) => { t.enu('x', [\`v\${i}\`]) })
         let list = 'z'
         if (list === 'z') { list += 'y' }
         await knex.raw("CREATE TABLE summed (a text CHECK (a = '" + list + "'))")
         await Promise.all(STATES.map((s) => knex.raw('CREATE TABLE ?? (a text)', ['t_' + s])))`,
        `if (!(await knex.schema.hasTable('one'))) await knex.schema.createTable('one', (t) => t.integer('a'))
         const has = await knex.schema.hasColumn('one', 'extra')
         if (!has) await knex.schema.table('one', (t) => { t.enu('extra', ['x']) })
         return knex.transaction(async (trx) => { await trx.schema.table('two', (t) => { t.integer('a') }); await trx('two').insert({ a: 1 }) })`,
        `if (await knex.schema.hasTable('summed')) { for (let i = 0; i < 2; i += 1) await knex.raw('DROP TABLE part_' + (i + 1)) }`,
        `if (await knex.schema.hasTable('two')) { await knex.schema.dropTable('two'); return }
         await knex.schema.dropTable('one')`,
        `return knex.schema.hasColumn('one', 'never').then((exists) => {
           if (exists) return knex.schema.dropTable('one')
           return knex.schema.table('one', (t) => { t.integer('always') }).then(() => knex.raw("CREATE TABLE :name: (a text CHECK (a::text = 'q'))", { name: 'z' }))
         })`,
      ],
    ],
  ])('%s', async (_, bodies) => {
    const root = folderWith(filesOf(bodies))
    await real.reset()
    await real.migrate(join(root, 'migrations'))
    const state = await real.state()
    const set = readSet(root)
    const { migrations } = set
    expect(replayed(set)).toEqual(await valueSetsOf(real.db))
    expect(migrations.flatMap(({ unread }) => unread)).toEqual([])
    await real.reset()
    for (const { pieces } of migrations) for (const { text } of pieces) await real.db.exec(text)
    expect(await real.state()).toEqual(state)
  })
})

/** What of one `up` is not read, as `line reason`. */
function unread(body: string): string[] {
  return read(folderWith(filesOf([body]))).flatMap((migration) =>
    migration.unread.map(({ line, reason }) => `${line} ${reason}`),
  )
}

describe('what is not known is said', () => {
  test.each<[string, string, string[]]>([
    [
      'values from elsewhere',
      `await knex.schema.createTable('t', (t) => {\n t.enu('a', require('./x').list) })`,
      ['3 the values of a are not constant'],
    ],
    [
      'a name from the environment',
      'await knex.schema.dropTable(process.env.TABLE)',
      ['2 the name is not constant'],
    ],
    [
      'a statement from a file',
      "await knex.raw(require('fs').readFileSync('x.sql', 'utf8'))",
      ['2 a raw statement is not constant'],
    ],
    [
      'a helper from elsewhere',
      "const { up } = require('./helpers')\nawait up(knex)",
      ['3 what this call does to the database is not known'],
    ],
    [
      'a helper for a table',
      "await knex.schema.createTable('t', (t) => {\nt.integer('a'); helper(t) })",
      ['3 this call is not known'],
    ],
    [
      'a condition',
      "if (process.env.X) await knex.schema.dropTable('t')",
      ['2 it depends on a condition that is not decided'],
    ],
    [
      'a loop',
      "for (const row of await knex('t')) await knex.raw('DROP TABLE x')",
      ['2 it runs in a loop that is not decided'],
    ],
    [
      'a loop that may count otherwise',
      "for (let i = 0; i < 3; i++) { if (process.env.X) i = 2; await knex.raw('DROP TABLE x' + i) }",
      ['2 a raw statement is not constant'],
    ],
    [
      'a text that a condition changes',
      "let sql = 'DROP TABLE x'\nif (process.env.X) { sql = 'DROP TABLE y' }\nawait knex.raw(sql)",
      ['4 a raw statement is not constant'],
    ],
    [
      'a loop to a limit from elsewhere',
      "for (let i = 0; i < process.env.N; i++) await knex.raw('DROP TABLE x')",
      ['2 it runs in a loop that is not decided'],
    ],
    [
      'a view',
      "await knex.schema.createView('v', (view) => { view.columns(['a']); view.as(knex('t').select('a')) })",
      ['2 what the view selects is not read'],
    ],
    [
      'rows only',
      "await knex('t').where({ a: 1 }).update({ a: knex.raw('a + ?', [process.env.X]) })\nawait knex.batchInsert('t', [])",
      [],
    ],
    ['raw rows only', 'await knex.raw(`INSERT INTO t VALUES (${process.env.X})`)', []],
    ['endless recursion', 'const f = () => f()\nawait f()', ['1 its functions call each other too deeply']],
  ])('%s', (_, body, expected) => {
    expect(unread(body)).toEqual(expected)
  })

  test.each([2_000, 20_000])('a sum of %d parts, by whom it is too deep', (count) => {
    const sum = Array.from({ length: count }, () => "'a'").join('+')
    const reasons = unread(`await knex.raw(${sum} + x)`)
    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toMatch(/not constant|nested too deeply|can't be parsed/)
  })

  test('a file that can not be parsed, or exports nothing', () => {
    const root = folderWith({
      'package.json': '{ "dependencies": { "knex": "3" } }',
      'migrations/1_a.js': 'exports.up = (knex) => knex.schema.dropTable("a")\n',
      'migrations/2_b.js': 'exports.up = (knex => {\n',
      'migrations/3_c.js': 'const knex = 1\n',
    })
    expect(read(root).map(({ unread }) => unread.map(({ reason }) => reason).join())).toEqual([
      '',
      "it can't be parsed: Unexpected token",
      'the file exports no function up',
    ])
  })
})

test('constants, enums, helpers and SQL from other files', () => {
  const root = folderWith({
    'package.json': '{ "dependencies": { "knex": "3" } }',
    'models/tables.ts':
      `import { other } from '../migrations/1_a.js'\nexport enum Table { Users = 'users' }\nexport const PREFIX = 'app_'\n` +
      `export { STATES as states } from './states.js'\nexport * from './more'\n`,
    'models/states.ts': `export const STATES = { On: 'on', Off: 'off' } as const\n`,
    'models/more/index.js': `exports.extra = ['x']\n`,
    'migrations/sql/types.sql': `-- types\nCREATE TYPE kind AS ENUM ('a')`,
    'shared/suffix.js': `module.exports = (name, suffix = '_old') => name + suffix\n`,
    'utils.js': `\n\n\nconst addState = (table, values) => table.enu('state', values)\nmodule.exports = { addState }\n`,
    'migrations/1_a.ts': `import { readFileSync } from 'node:fs'
import path from 'path'
import type { Knex } from 'knex'
import { Table, PREFIX, states, extra } from '../models/tables.js'
import * as utils from '../utils.js'
import withSuffix from '../shared/suffix'
const required = require('../shared/suffix')
export async function up(knex: Knex) {
  await knex.raw(readFileSync(path.join(__dirname, 'sql', 'types.sql')).toString())
  await knex.raw(readFileSync(path.join(__dirname, 'sql/types.sql'), 'utf8'))
  await knex.schema.createTable(Table.Users, (table) => {
    utils.addState(table, [...Object.values(states), ...extra])
  })
  await knex.raw(\`DROP TABLE \${PREFIX}old\`)
  await knex.raw(\`DROP TABLE \${withSuffix('a')}, \${required('b', '_new')}\`)
}
`,
  })
  const [migration] = read(root)
  expect(migration!.unread).toEqual([])
  expect(migration!.pieces).toEqual([
    {
      text: `-- types\nCREATE TYPE kind AS ENUM ('a')`,
      line: 1,
      file: 'migrations/sql/types.sql',
      offset: 0,
    },
    {
      text: `-- types\nCREATE TYPE kind AS ENUM ('a')`,
      line: 1,
      file: 'migrations/sql/types.sql',
      offset: 0,
    },
    { text: `create table "users" (\n"state" text check ("state" in ('on', 'off', 'x')))`, line: 11 },
    { text: 'DROP TABLE app_old', line: 14 },
    { text: 'DROP TABLE a_old, b_new', line: 15 },
  ])
})

test('TypeScript, and a transaction turned off', () => {
  const root = folderWith({
    'package.json': '{ "dependencies": { "knex": "3" } }',
    'migrations/1_a.ts':
      `import type { Knex } from 'knex'\nconst STATES = ['a', 'b'] as const\n` +
      `export async function up(knex: Knex): Promise<void> {\n  await knex.schema.createTable('t', (table: Knex.TableBuilder) => {\n` +
      `    table.enu('s', STATES satisfies readonly string[])\n  })\n}\nexport const config = { transaction: false }\n`,
  })
  expect(read(root)).toEqual([
    {
      name: '1_a.ts',
      file: 'migrations/1_a.ts',
      pieces: [{ text: `create table "t" (\n"s" text check ("s" in ('a', 'b')))`, line: 4 }],
      transaction: false,
      unread: [],
    },
  ])
})
