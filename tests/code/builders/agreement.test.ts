import { readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import * as drizzleOperators from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import * as pgCore from 'drizzle-orm/pg-core'
import knexFactory from 'knex'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import { Model as ObjectionModel } from 'objection'
import pgPromise from 'pg-promise'
import { DataTypes, Op, Sequelize } from 'sequelize'
import { Brackets, DataSource, EntitySchema, In, Not } from 'typeorm'
import * as zapatos from 'zapatos/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usesOf } from './check.js'

/** Each statement is run once with every `$$` a wrong value and once with a right one. */
interface Printer {
  /** What stands before the statement in the file that is linted. */
  readonly head?: string
  readonly names: Readonly<Record<string, unknown>>
  print(query: any): Statement | Promise<Statement>
  readonly statements: readonly string[]
}

interface Statement {
  readonly text: string
  readonly values?: readonly unknown[]
}

const kysely = new Kysely<any>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})
const knex = knexFactory({ client: 'pg' })

class Workspace extends ObjectionModel {
  static override tableName = 'workspaces'
}

const DRIZZLE = `import { pgEnum, pgTable, text, bigint } from 'drizzle-orm/pg-core'
const status = pgEnum('workspace_status', ['online'])
const workspaces = pgTable('workspaces', { id: bigint({ mode: 'number' }), name: text(), state: status('status'), history: status().array(), plan: text() })
`
const status = pgCore.pgEnum('workspace_status', ['online'])
const workspaces = pgCore.pgTable('workspaces', {
  id: pgCore.bigint({ mode: 'number' }),
  name: pgCore.text(),
  state: status('status'),
  history: status().array(),
  plan: pgCore.text(),
})

const SEQUELIZE = `const Workspace = sequelize.define('Workspace', { id: {}, name: {}, state: { field: 'status' }, plan: {} }, { tableName: 'workspaces' })
`
const sequelize = new Sequelize({ dialect: 'postgres', logging: false })
const SequelizeWorkspace = sequelize.define(
  'Workspace',
  {
    id: { type: DataTypes.BIGINT, primaryKey: true },
    name: DataTypes.TEXT,
    state: { type: DataTypes.TEXT, field: 'status' },
    plan: DataTypes.TEXT,
  },
  { tableName: 'workspaces', timestamps: false },
)

const TYPEORM = `import { EntitySchema } from 'typeorm'
const Workspace = new EntitySchema({ name: 'Workspace', tableName: 'workspaces', columns: { id: { type: 'bigint', primary: true }, name: { type: 'text' }, state: { type: 'text', name: 'status' }, plan: { type: 'text' } } })
const workspaces = dataSource.getRepository(Workspace)
`
const TypeormWorkspace = new EntitySchema<{ id: number; name: string; state: string; plan: string }>({
  name: 'Workspace',
  tableName: 'workspaces',
  columns: {
    id: { type: 'bigint', primary: true },
    name: { type: 'text' },
    state: { type: 'text', name: 'status' },
    plan: { type: 'text' },
  },
})
const dataSource = new DataSource({ type: 'postgres', entities: [TypeormWorkspace] })

const PRINTERS: Readonly<Record<string, Printer>> = {
  kysely: {
    names: { db: kysely, sql },
    print: (query) => ({ text: query.compile().sql, values: query.compile().parameters }),
    statements: [
      `db.updateTable('workspaces').set({ status: '$$', name: 'any' })`,
      `db.updateTable('workspaces').set('status', sql.lit('$$'))`,
      `db.insertInto('workspaces').values([{ id: 7, name: 'any', plan: 'free', status: '$$', history: ['$$'] }])`,
      `db.insertInto('workspaces').values({ id: 1, name: 'a', plan: 'free' }).onConflict((oc) => oc.column('id').doUpdateSet({ status: '$$' }))`,
      `db.selectFrom('workspaces as w').where('w.status', 'in', ['online', '$$']).selectAll()`,
      `db.selectFrom('workspaces').where((eb) => eb.or([eb('status', '=', '$$'), eb('name', '=', 'any')])).selectAll()`,
      `db.selectFrom('agents').innerJoin('workspaces', (join) => join.on('workspaces.status', '!=', '$$')).where('agents.status', '=', 'any').select('agents.id')`,
      `db.selectFrom('workspaces').where('history', '@>', sql.val(['$$'])).selectAll()`,
      `db.withSchema('auth').selectFrom('users').where('user_role', '=', '$$role').selectAll()`,
      `db.with('w', (qb) => qb.deleteFrom('workspaces').where('status', '=', '$$').returning('name as status')).selectFrom('w').where('status', '=', 'any').selectAll()`,
      `db.selectFrom('workspaces').where((eb) => eb.between('status', 'online', '$$')).selectAll()`,
    ],
  },
  knex: {
    names: { knex },
    print: (query) => {
      const { sql: text, bindings } = query.toSQL().toNative()
      return { text, values: bindings }
    },
    statements: [
      `knex('workspaces').where({ id: 1 }).update({ status: '$$', name: 'any' })`,
      `knex('workspaces').insert([{ id: 7, name: 'any', plan: 'free', status: '$$', history: ['$$'] }])`,
      `knex('workspaces').insert({ id: 1, name: 'any', plan: 'free' }).onConflict('id').merge({ status: '$$' })`,
      `knex('workspaces as w').whereIn('w.status', ['online', '$$']).orWhereNot({ name: 'any' })`,
      `knex('workspaces').where(function () { this.where('status', '<>', '$$').orWhere('name', 'any') })`,
      `knex('agents').join('workspaces as w', function () { this.on('w.id', '=', 'agents.workspace_id').andOnVal('w.status', '=', '$$') }).where('agents.status', 'any')`,
      `knex.withSchema('auth').from('users').where('user_role', '$$role')`,
      `knex('workspaces').whereBetween('status', ['online', '$$'])`,
      `knex('workspaces').select('status').groupBy('status').having('status', '=', '$$')`,
      `knex('workspaces').whereIn(['status', 'name'], [['$$', 'any']])`,
    ],
  },
  objection: {
    head: `import { Model } from 'objection'\nclass Workspace extends Model { static tableName = 'workspaces' }\n`,
    names: { Workspace, knex },
    print: (query) => {
      const { sql: text, bindings } = query.toKnexQuery().toSQL().toNative()
      return { text, values: bindings }
    },
    statements: [
      `Workspace.query(knex).where('status', '$$').where('name', 'any')`,
      `Workspace.query(knex).patch({ status: '$$' }).where({ id: 1 })`,
      `Workspace.query(knex).findOne({ status: '$$' })`,
    ],
  },
  drizzle: {
    head: DRIZZLE,
    names: { ...drizzleOperators, db: drizzle.mock(), workspaces, alias: pgCore.alias },
    print: (query) => ({ text: query.toSQL().sql, values: query.toSQL().params }),
    statements: [
      `db.update(workspaces).set({ state: '$$', name: 'any' })`,
      `db.insert(workspaces).values({ id: 7, name: 'any', plan: 'free', state: '$$', history: ['$$'] })`,
      `db.insert(workspaces).values({ id: 1, name: 'any', plan: 'free' }).onConflictDoUpdate({ target: workspaces.id, set: { state: '$$' } })`,
      `db.select().from(workspaces).where(and(ne(workspaces.state, '$$'), eq(workspaces.name, 'any')))`,
      `db.select().from(workspaces).where(inArray(workspaces.state, ['online', '$$']))`,
      `db.select().from(workspaces).where(arrayContains(workspaces.history, ['$$']))`,
      `db.delete(workspaces).where(between(workspaces.state, 'online', '$$'))`,
    ],
  },
  sequelize: {
    head: SEQUELIZE,
    names: { Workspace: SequelizeWorkspace, Op },
    print: async (query) => {
      let statement: Statement | undefined
      sequelize.query = ((
        query: string | { query: string; bind: unknown[] },
        options?: { bind?: unknown[] },
      ) => {
        const bind = typeof query === 'string' ? options?.bind : (query.bind ?? options?.bind)
        statement = { text: typeof query === 'string' ? query : query.query, values: bind ?? [] }
        throw new Error('printed')
      }) as never
      await expect(query()).rejects.toThrow('printed')
      return statement!
    },
    statements: [
      `() => Workspace.findAll({ where: { state: '$$', name: 'any' } })`,
      `() => Workspace.findAll({ where: { [Op.or]: [{ state: ['online', '$$'] }, { state: { [Op.ne]: '$$' } }] } })`,
      `() => Workspace.update({ state: '$$' }, { where: { name: 'any' } })`,
      `() => Workspace.create({ id: 7, name: 'any', plan: 'free', state: '$$' })`,
      `() => Workspace.bulkCreate([{ id: 7, name: 'any', plan: 'free', state: '$$' }])`,
    ],
  },
  typeorm: {
    head: TYPEORM,
    names: {
      Brackets,
      In,
      Not,
      Workspace: TypeormWorkspace,
      dataSource,
      get workspaces() {
        return dataSource.getRepository(TypeormWorkspace)
      },
    },
    print: (query) => {
      const [text, values] = query.getQueryAndParameters() as [string, unknown[]]
      return { text, values }
    },
    statements: [
      `workspaces.createQueryBuilder('w').where('w.state = :s AND w.name = :n', { s: '$$', n: 'any' })`,
      `workspaces.createQueryBuilder('w').where("w.state <> '$$'")`,
      `workspaces.createQueryBuilder('w').where('w.state IN (:...list)').setParameters({ list: ['online', '$$'] })`,
      `workspaces.createQueryBuilder('w').where(new Brackets((qb) => { qb.where('w.state = :s', { s: '$$' }).orWhere('w.name = :n', { n: 'any' }) }))`,
      `workspaces.createQueryBuilder('w').where({ state: Not(In(['$$'])) })`,
      `dataSource.createQueryBuilder().update(Workspace).set({ state: '$$' }).where('name = :n', { n: 'any' })`,
      `dataSource.createQueryBuilder().insert().into(Workspace).values({ id: 7, name: 'any', plan: 'free', state: '$$' })`,
    ],
  },
  zapatos: {
    head: `import * as db from 'zapatos/db'\n`,
    names: { db: zapatos },
    print: (query) => query.compile() as Statement,
    statements: [
      `db.insert('workspaces', { id: 7, name: 'any', plan: 'free', status: '$$' })`,
      `db.update('workspaces', { status: '$$' }, { name: 'any' })`,
      `db.select('workspaces', { status: db.conditions.isIn(['online', '$$']), name: 'any' })`,
      `db.deletes('workspaces', db.conditions.or({ status: '$$' }, { name: 'any' }))`,
    ],
  },
  'pg-promise': {
    names: { pgp: pgPromise() },
    print: (query) => ({ text: query as string }),
    statements: [
      `pgp.helpers.insert({ id: 7, name: 'any', plan: 'free', status: '$$' }, null, 'workspaces')`,
      `pgp.helpers.update({ status: '$$', name: 'any' }, ['status'], 'workspaces') + ' WHERE id = 1'`,
      `pgp.helpers.insert([{ id: 7, name: 'any', plan: 'free', status: '$$' }], new pgp.helpers.ColumnSet(['id', 'name', 'plan', 'status'], { table: 'workspaces' }))`,
    ],
  },
}

let postgres: PGlite

beforeAll(async () => {
  postgres = new PGlite()
  await postgres.exec(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'))
  // Makes the entities known without a connection.
  await (dataSource as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas()
}, 60_000)

afterAll(async () => {
  await postgres.close()
  await knex.destroy()
})

/** The label that Postgres does not know in a statement; undefined where it runs. */
async function rejected({ text, values = [] }: Statement): Promise<string | undefined> {
  // What the pg driver does with a list.
  const bound = values.map((value) =>
    Array.isArray(value) ? `{${value.join(',')}}` : typeof value === 'number' ? String(value) : value,
  )
  await postgres.exec('BEGIN')
  try {
    await postgres.query(text, bound)
    return undefined
  } catch (error) {
    const [, label] = /invalid input value for enum [^:]*: "(.*)"/.exec((error as Error).message) ?? []
    if (label === undefined) throw error
    return label
  } finally {
    await postgres.exec('ROLLBACK')
  }
}

describe.each(Object.entries(PRINTERS))(
  '%s and Postgres agree on',
  (_, { head = '', names, print, statements }) => {
    it.each(statements)('%s', async (statement) => {
      const right = statement.includes('$$role') ? 'admin' : 'online'
      for (const value of [right, 'onlne']) {
        const code = statement.replaceAll(/\$\$(?:role)?/g, value)
        const query: unknown = new Function(...Object.keys(names), `return ${code}`)(...Object.values(names))
        const wrong = usesOf(`${head};${code}`).filter((use) =>
          use.valueSet.values.every((label) => label.value !== use.value),
        )
        expect(await rejected(await print(query))).toBe(value === right ? undefined : value)
        expect([...new Set(wrong.map((use) => use.value))]).toEqual(value === right ? [] : [value])
        expect(wrong.every(({ effect }) => effect === 'reject')).toBe(true)
        // Each occurrence is found where it stands.
        expect(wrong.length).toBe(value === right ? 0 : statement.split('$$').length - 1)
      }
    })
  },
)
