import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DataTypes, Sequelize, type QueryInterface } from 'sequelize'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { folderWith } from './folders.js'
import { RealDatabase, expectSame, setOf } from './realDatabase.js'

let real: RealDatabase
let sequelize: Sequelize

beforeAll(async () => {
  real = await RealDatabase.start()
  sequelize = new Sequelize(real.url, { logging: false, pool: { max: 1 } })
})

afterAll(async () => {
  await sequelize.close()
  await real.stop()
})

beforeEach(() => real.reset())

function nameOf(index: number): string {
  return `migrations/${20240101000000 + index}-step.js`
}

function rootWith(bodies: readonly string[]): string {
  const files = bodies.map((body, index) => [
    nameOf(index),
    `module.exports = {\n  up: async (queryInterface, Sequelize) => {\n${body}\n  },\n  down: async () => {},\n}\n`,
  ])
  return folderWith({
    'package.json': '{ "dependencies": { "sequelize": "6", "pg": "8" } }',
    ...Object.fromEntries(files),
  })
}

interface Program {
  up(queryInterface: QueryInterface, library: unknown): Promise<void>
}

async function migrate(root: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const program = (await import(pathToFileURL(join(root, nameOf(index))).href)) as { default: Program }
    await program.default.up(sequelize.getQueryInterface(), Sequelize)
  }
}

describe('what Sequelize itself does to Postgres', () => {
  test.each<[string, string[]]>([
    [
      'tables of every type of column',
      [
        `await queryInterface.createTable('t', {
           id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
           a: Sequelize.STRING, b: Sequelize.STRING(20), c: { type: Sequelize.CHAR(3), allowNull: false }, d: Sequelize.TEXT,
           e: Sequelize.BIGINT, f: Sequelize.SMALLINT, g: Sequelize.FLOAT, h: Sequelize.REAL, i: Sequelize.DOUBLE,
           j: Sequelize.DECIMAL(10, 2), k: Sequelize.BOOLEAN, l: Sequelize.DATE, m: Sequelize.DATEONLY, n: Sequelize.TIME,
           o: Sequelize.JSON, p: { type: Sequelize.JSONB, defaultValue: {} }, q: { type: Sequelize.UUID, defaultValue: Sequelize.UUIDV4 },
           r: Sequelize.BLOB, s: Sequelize.ARRAY(Sequelize.STRING), t: Sequelize.RANGE(Sequelize.DATE), u: Sequelize.INET,
           v: { type: Sequelize.DataTypes.DATE, defaultValue: Sequelize.literal('CURRENT_TIMESTAMP') },
           w: { type: Sequelize.DATE, defaultValue: Sequelize.fn('now') }, x: { type: 'VARCHAR(7)', unique: true, defaultValue: "it's" },
         })
         await queryInterface.createTable('u', {
           a: { type: Sequelize.BIGINT, primaryKey: true }, b: { type: Sequelize.INTEGER, primaryKey: true },
           t: { type: Sequelize.INTEGER, references: { model: 't', key: 'id' } },
         }, { uniqueKeys: { own: { fields: ['a', 't'] } } })`.replace(', defaultValue: {} }', ' }'),
      ],
    ],
    [
      'enums: their types stay, and are not changed',
      [
        `await queryInterface.createTable('Users', {
           id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
           role: { type: Sequelize.ENUM('admin', "it's"), allowNull: false, defaultValue: 'admin' },
           state: { type: Sequelize.ENUM, values: ['on', 'off'] },
           kinds: Sequelize.ARRAY(Sequelize.ENUM(['a', 'b'])),
         })
         await queryInterface.addColumn('Users', 'more', { type: Sequelize.DataTypes.ENUM({ values: ['m'] }) })
         await queryInterface.addColumn('Users', 'list', { type: Sequelize.ARRAY(Sequelize.ENUM('x', 'y')), allowNull: true })`,
        `await queryInterface.removeColumn('Users', 'state')
         await queryInterface.renameColumn('Users', 'more', 'most')
         await queryInterface.changeColumn('Users', 'role', { type: Sequelize.TEXT })
         await queryInterface.addColumn('Users', 'state', { type: Sequelize.ENUM('other') })`,
        `await queryInterface.changeColumn('Users', 'role', { type: Sequelize.ENUM('admin', 'new'), allowNull: false })
         await queryInterface.addColumn('Users', 'text', { type: Sequelize.STRING })
         await queryInterface.changeColumn('Users', 'text', { type: Sequelize.ENUM('p', 'q') })
         await queryInterface.renameTable('Users', 'people')
         await queryInterface.dropEnum('enum_Users_more').catch(() => {})`.replace(
          /\n\s*await queryInterface.dropEnum.*/,
          '',
        ),
      ],
    ],
    [
      'schemas, transactions, statements',
      [
        `await queryInterface.createSchema('app')
         await queryInterface.createTable({ tableName: 't', schema: 'app' }, { s: Sequelize.ENUM('a') })
         await queryInterface.createTable('u', { s: { type: Sequelize.ENUM('b') } }, { schema: 'app' })
         await queryInterface.sequelize.transaction(async (transaction) => {
           await queryInterface.sequelize.query('CREATE TYPE own AS ENUM (:values)', { replacements: { values: ['x', "y'"] }, transaction })
           await queryInterface.addColumn({ tableName: 't', schema: 'app' }, 'own', { type: 'own' }, { transaction })
         })
         const transaction = await queryInterface.sequelize.transaction()
         try {
           await queryInterface.createTable('v', { s: Sequelize.STRING }, { transaction })
           await transaction.commit()
         } catch (error) {
           await transaction.rollback()
           throw error
         }
         await queryInterface.createFunction('f', [{ type: 'integer', name: 'a' }], 'integer', 'plpgsql', 'RETURN a;', ['IMMUTABLE'], { force: true })`,
        `const table = await queryInterface.describeTable('v')
         if (!table.more) await queryInterface.addColumn('v', 'more', Sequelize.ENUM('more'))
         if (table.s) await queryInterface.addColumn('v', 'again', Sequelize.ENUM('again'))
         if (await queryInterface.tableExists('none')) await queryInterface.dropTable('v')
         await queryInterface.dropTable('u'); await queryInterface.dropTable('none')`,
      ],
    ],
    [
      'constraints',
      [
        `await queryInterface.createTable('t', { id: Sequelize.INTEGER, kind: Sequelize.STRING, size: Sequelize.STRING, age: Sequelize.INTEGER })
         await queryInterface.addConstraint('t', { type: 'check', fields: ['kind'], where: { kind: ['a', 'b'] } })
         await queryInterface.addConstraint('t', { type: 'check', fields: ['size'], name: 'sizes', where: { size: { [Sequelize.Op.in]: ['s', 'l'] } } })
         await queryInterface.addConstraint('t', { type: 'check', fields: ['age'], name: 'ages', where: { age: { [Sequelize.Op.gte]: 1 }, kind: { [Sequelize.Op.ne]: 'z' } } })
         await queryInterface.addConstraint('t', { type: 'unique', fields: ['id', 'kind'] })
         await queryInterface.addConstraint('t', { type: 'primary key', fields: ['id'], name: 'own_key' })
         await queryInterface.createTable('u', { t: Sequelize.INTEGER })
         await queryInterface.addConstraint('u', { type: 'foreign key', fields: ['t'], references: { table: 't', field: 'id' } })`,
        `await queryInterface.removeConstraint('t', 'sizes')`,
      ],
    ],
  ])('%s', async (_, bodies) => {
    const root = rootWith(bodies)
    await migrate(root, bodies.length)
    await expectSame(real, setOf(root, 'sequelize'), /^none/)
  })
})

test('Umzug gives a context', () => {
  const text =
    `const { DataTypes } = require('sequelize')\n` +
    `exports.up = async ({ context: { queryInterface } }) => {\n` +
    `  await queryInterface.createTable('t', { s: DataTypes.ENUM('a') })\n}`
  const root = folderWith({ 'package.json': '{ "dependencies": { "pg": "8" } }', 'migrations/1_a.js': text })
  const [migration] = setOf(root, 'sequelize').migrations
  expect(migration!.pieces.map(({ text: sql }) => sql).at(-1)).toBe(
    'CREATE TABLE IF NOT EXISTS "t" ("s" "public"."enum_t_s")',
  )
  expect(DataTypes.ENUM('a').toString({})).toBe('ENUM')
})

test.each([
  [
    'values',
    `queryInterface.addColumn('t', 'c', Sequelize.ENUM(values))`,
    'the values of c are not constant',
  ],
  ['a table', `queryInterface.createTable(process.env.T, {})`, 'the table is not constant'],
  ['a statement', `queryInterface.sequelize.query(process.env.S)`, 'a raw statement is not constant'],
  ['what drops all', `queryInterface.dropAllTables()`, 'what this call does to the database is not known'],
])('%s that is not constant is unread', (_, call, reason) => {
  const root = rootWith([`const values = process.env.V.split(',')\nawait ${call}`])
  expect(setOf(root, 'sequelize').migrations[0]!.unread.map((unread) => unread.reason)).toEqual([reason])
})

test.each([
  ['MySQL', '{ "dependencies": { "sequelize": "6", "mysql2": "3" } }'],
  ['no driver', '{ "dependencies": { "sequelize": "6" } }'],
])('a project with %s is none of Postgres', (_, text) => {
  const root = folderWith({
    'package.json': text,
    [nameOf(0)]: `module.exports = { up: (queryInterface) => queryInterface.dropTable('t') }`,
  })
  expect(() => setOf(root, 'sequelize')).toThrow()
})
