import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { EntitySchema as MikroSchema, MikroORM } from '@mikro-orm/postgresql'
import { PrismaPg } from '@prisma/adapter-pg'
import { createClient } from '@supabase/supabase-js'
import knexFactory from 'knex'
import type { Knex } from 'knex'
import { Model } from 'objection'
import { DataSource, EntitySchema, Equal, In, Not } from 'typeorm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usesOf } from './check.js'
import { postgrest } from './postgrest.js'

/**
 * Libraries that print no SQL run each statement against Postgres, once with every `$$` a wrong value and once with a right
 * one: what Postgres says is what we say.
 */
interface Client {
  /** What stands before the statement in the file that is linted. */
  readonly head?: string
  readonly filename?: string
  /** Opens the client; gives the names that statements use. */
  open(url: string): Promise<Readonly<Record<string, unknown>>>
  close(): Promise<unknown>
  readonly right?: string
  readonly wrong?: string
  /** What Postgres gets of it. */
  readonly stored?: string
  readonly statements: readonly string[]
}

let orm: MikroORM
let dataSource: DataSource
let knex: Knex
let prisma: { $disconnect(): Promise<void> }
let postgres: PGlite
let server: PGLiteSocketServer

const MIKRO = `import { EntitySchema, wrap } from '@mikro-orm/core'
const Workspace = new EntitySchema({ name: 'Workspace', tableName: 'workspaces', properties: { id: { type: 'bigint', primary: true }, name: { type: 'string' }, state: { type: 'string', fieldName: 'status' }, history: { array: true, type: 'string[]' }, plan: { type: 'string' } } })
const workspaces = em.getRepository(Workspace)
`
const TYPEORM = `import { EntitySchema, Equal, In, Not } from 'typeorm'
const Workspace = new EntitySchema({ name: 'Workspace', tableName: 'workspaces', columns: { id: { type: 'bigint', primary: true }, name: { type: 'text' }, state: { type: 'text', name: 'status' }, plan: { type: 'text' } } })
const workspaces = dataSource.getRepository(Workspace)
`

const CLIENTS: Readonly<Record<string, Client>> = {
  prisma: {
    filename: fileURLToPath(new URL('../../fixtures/prisma/src/file.ts', import.meta.url)),
    async open(connectionString) {
      const { PrismaClient } = await import('../../fixtures/prisma/generated/client.js' as string)
      prisma = new PrismaClient({
        adapter: new PrismaPg({ connectionString, max: 1 }),
        errorFormat: 'minimal',
      })
      return { prisma }
    },
    close: () => prisma.$disconnect(),
    right: 'ONLINE',
    wrong: 'HIBERNATING',
    stored: 'hibernating',
    statements: [
      `prisma.workspace.update({ where: { id: 1 }, data: { state: '$$', name: 'any' } })`,
      `prisma.workspace.updateMany({ data: { state: { set: '$$' } } })`,
      `prisma.workspace.create({ data: { id: 7, name: 'any', plan: 'free', settings: { state: 'any' }, state: '$$' } })`,
      `prisma.workspace.createMany({ data: [{ id: 7, name: 'any', plan: 'free', settings: {}, history: ['$$'] }] })`,
      `prisma.workspace.upsert({ where: { id: 1 }, create: { id: 1, name: 'any', plan: 'free', settings: {} }, update: { state: '$$' } })`,
      `prisma.workspace.update({ where: { id: 1 }, data: { history: { push: '$$' } } })`,
      `prisma.workspace.findMany({ where: { state: '$$', name: 'any' }, orderBy: { state: 'asc' } })`,
      `prisma.workspace.findMany({ where: { OR: [{ state: { in: ['ONLINE', '$$'] } }, { NOT: { state: '$$' } }] } })`,
      `prisma.workspace.count({ where: { history: { has: '$$' } } })`,
      `prisma.agent.findMany({ where: { workspace: { state: { not: '$$' } }, status: 'any' } })`,
      `prisma.workspace.update({ where: { id: 1 }, data: { agents: { updateMany: { where: { lastStatus: '$$' }, data: { status: 'any' } } } } })`,
      `prisma.workspace.update({ where: { id: 1 }, data: { agents: { create: { id: 7, kind: 'build', status: 'any', lastStatus: '$$' } } } })`,
      `prisma.workspace.update({ where: { id_state: { id: 1, state: '$$' } }, data: { name: 'any' } }).catch((error) => { if (error.code !== 'P2025') throw error })`,
      `prisma.workspace.groupBy({ by: ['state'], having: { state: '$$' } })`,
      `prisma.$transaction((tx) => tx.agent.deleteMany({ where: { lastStatus: { notIn: ['$$'] } } }))`,
    ],
  },
  'mikro-orm': {
    head: MIKRO,
    async open(clientUrl) {
      const Workspace = new MikroSchema<any>({
        name: 'Workspace',
        tableName: 'workspaces',
        properties: {
          id: { type: 'bigint', primary: true },
          name: { type: 'string' },
          state: { type: 'string', fieldName: 'status' },
          history: { type: 'string[]', nullable: true },
          plan: { type: 'string' },
        },
      })
      orm = await MikroORM.init({ clientUrl, entities: [Workspace], pool: { min: 0, max: 1 } })
      return {
        Workspace,
        get em() {
          return orm.em.fork()
        },
        get workspaces() {
          return orm.em.fork().getRepository(Workspace)
        },
      }
    },
    close: () => orm.close(),
    statements: [
      `em.find(Workspace, { state: '$$', name: 'any' })`,
      `em.findOne(Workspace, { state: { $in: ['online', '$$'], $ne: '$$' } })`,
      `em.find(Workspace, { state: ['online', '$$'] }, { orderBy: { state: 'asc' } })`,
      `em.count(Workspace, { $or: [{ state: '$$' }, { $not: { state: '$$' } }] })`,
      `em.nativeUpdate(Workspace, { name: 'any' }, { state: '$$' })`,
      `em.nativeDelete(Workspace, { state: '$$' })`,
      `em.insert(Workspace, { id: '7', name: 'any', plan: 'free', state: '$$' })`,
      `em.insertMany(Workspace, [{ id: '7', name: 'any', plan: 'free', state: 'online' }, { id: '8', name: 'any', plan: 'free', state: '$$' }])`,
      `em.upsert(Workspace, { id: '1', name: 'any', plan: 'free', state: '$$' })`,
      `workspaces.findAll({ where: { state: { $nin: ['$$'] } } })`,
      `workspaces.find({ history: { $contains: ['$$'] } })`,
      `em.createQueryBuilder(Workspace, 'w').where({ state: '$$' }).andWhere({ name: 'any' }).getResult()`,
      `em.createQueryBuilder(Workspace).update({ state: '$$' }).where({ name: 'any' }).execute()`,
    ],
  },
  typeorm: {
    head: TYPEORM,
    async open(url) {
      const Workspace = new EntitySchema<any>({
        name: 'Workspace',
        tableName: 'workspaces',
        columns: {
          id: { type: 'bigint', primary: true },
          name: { type: 'text' },
          state: { type: 'text', name: 'status' },
          plan: { type: 'text' },
        },
      })
      dataSource = await new DataSource({
        type: 'postgres',
        url,
        entities: [Workspace],
        poolSize: 1,
      }).initialize()
      return { Workspace, dataSource, workspaces: dataSource.getRepository(Workspace), Equal, In, Not }
    },
    close: () => dataSource.destroy(),
    statements: [
      `workspaces.find({ where: { state: '$$', name: 'any' }, order: { state: 'ASC' } })`,
      `workspaces.findBy([{ state: Not('$$') }, { state: In(['online', '$$']) }, { state: Equal('$$') }])`,
      `workspaces.findOneBy({ state: Not(In(['$$'])) })`,
      `workspaces.countBy({ state: '$$' })`,
      `workspaces.update({ name: 'any' }, { state: '$$' })`,
      `workspaces.update({ state: '$$' }, { name: 'any' })`,
      `workspaces.insert([{ id: 7, name: 'any', plan: 'free', state: '$$' }])`,
      `workspaces.save({ id: '1', name: 'any', plan: 'free', state: '$$' })`,
      `workspaces.save(workspaces.create({ id: 7, name: 'any', plan: 'free', state: '$$' }))`,
      `workspaces.upsert({ id: 1, name: 'any', plan: 'free', state: '$$' }, ['id'])`,
      `workspaces.delete({ state: '$$' })`,
      `(async () => { const row = await workspaces.findOneByOrFail({ id: 1 }); row.state = '$$'; await workspaces.save(row) })()`,
      `dataSource.manager.update(Workspace, { name: 'any' }, { state: '$$' })`,
      `dataSource.transaction((em) => em.find(Workspace, { where: { state: '$$' } }))`,
    ],
  },
  objection: {
    head: `import { Model } from 'objection'
class Workspace extends Model { static tableName = 'workspaces' }
class Agent extends Model { static tableName = 'agents' }
`,
    open(connection) {
      knex = knexFactory({ client: 'pg', connection, pool: { min: 0, max: 1 } })
      class Base extends Model {}
      Base.knex(knex)
      class Workspace extends Base {
        static override tableName = 'workspaces'
      }
      class Agent extends Base {
        static override tableName = 'agents'
      }
      return Promise.resolve({ Workspace, Agent })
    },
    close: () => knex.destroy(),
    statements: [
      `Workspace.query().insert({ id: 7, name: 'any', plan: 'free', status: '$$' })`,
      `Workspace.query().patchAndFetchById(1, { status: '$$', name: 'any' })`,
      `Workspace.query().whereIn('status', ['online', '$$']).orWhere({ name: 'any' })`,
      `Workspace.query().alias('w').whereNot('w.status', '$$')`,
      `Agent.query().join('workspaces', 'workspaces.id', 'agents.workspace_id').where('workspaces.status', '$$').where('agents.status', 'any').select('agents.id')`,
      `(async () => { const row = await Workspace.query().findById(1); await row.$query().patch({ status: '$$' }) })()`,
      `Workspace.query().insertGraph([{ id: 7, name: 'any', plan: 'free', status: '$$' }])`,
      `Workspace.query().delete().where((qb) => qb.where('status', '$$').where('name', 'any'))`,
    ],
  },
  supabase: {
    open() {
      // Without a WebSocket of its own (Node 20) Node needs one to be named, though none is opened here.
      const options = { global: { fetch: postgrest(postgres) }, realtime: { transport: Event as never } }
      return Promise.resolve({ supabase: createClient<any>('http://localhost', 'key', options) })
    },
    close: () => Promise.resolve(),
    statements: [
      `supabase.from('workspaces').update({ status: '$$', name: 'any' }).eq('id', 1)`,
      `supabase.from('workspaces').insert([{ id: 7, name: 'any', plan: 'free', status: '$$', history: ['$$'] }])`,
      `supabase.from('workspaces').upsert({ id: 1, name: 'any', plan: 'free', status: '$$' })`,
      `supabase.from('workspaces').select('status').eq('status', '$$').neq('name', 'any').order('status')`,
      `supabase.from('workspaces').delete().in('status', ['online', '$$'])`,
      `supabase.from('workspaces').select().match({ status: '$$', name: 'any' })`,
      `supabase.from('workspaces').select().filter('status', 'eq', '$$')`,
      `supabase.from('workspaces').select().filter('status', 'in', '(online,$$)')`,
      `supabase.from('workspaces').select().filter('status', 'in', '("$$",online)')`,
      `supabase.from('workspaces').select().not('status', 'eq', '$$')`,
      `supabase.from('workspaces').select().not('status', 'in', '(offline,$$)')`,
      `supabase.from('workspaces').select().or('status.eq.$$,name.eq.any')`,
      `supabase.from('workspaces').select().or('name.eq.any,and(status.not.eq.$$,status.in.(online,$$))')`,
      `supabase.from('workspaces').select().or('history.cs.{$$},history.ov.{online,$$}')`,
      `supabase.from('workspaces').select().contains('history', ['$$']).containedBy('history', ['online', '$$'])`,
      `supabase.from('workspaces').select().overlaps('history', ['$$']).gt('status', '$$')`,
      `supabase.schema('auth').from('users').select().eq('user_role', '$$role')`,
      `supabase.rpc('set_status', { workspace: 1, new_status: '$$' })`,
      `supabase.rpc('set_status', { workspace: 1, new_status: 'online', seen: ['offline', '$$'] })`,
    ],
  },
}

beforeAll(async () => {
  postgres = await PGlite.create()
  await postgres.exec(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'))
  server = new PGLiteSocketServer({ db: postgres, port: 0, host: '127.0.0.1', maxConnections: 5 })
  await server.start()
})

afterAll(async () => {
  await server.stop()
  await postgres.close()
})

/** The label in what Postgres says; undefined where it says nothing. */
async function rejected(run: () => unknown): Promise<string | undefined> {
  await postgres.exec(`DELETE FROM agents; DELETE FROM workspaces;
    INSERT INTO workspaces (id, name, plan) VALUES (1, 'a', 'free'); INSERT INTO agents VALUES (1, 1, 'build', 'online', 'a')`)
  const textOf = (error: unknown) => /invalid input value for enum [^:]*: "(.*?)"/.exec(String(error))?.[1]
  try {
    const result = (await run()) as { readonly error?: { readonly message: string } } | undefined
    if (!result?.error) return undefined
    return textOf(result.error.message) ?? Promise.reject(new Error(result.error.message))
  } catch (error) {
    const label = textOf(error) ?? textOf(JSON.stringify(error))
    if (label === undefined) throw error
    return label
  }
}

describe.each(Object.entries(CLIENTS))('%s and Postgres agree on', (_, client) => {
  const { head = '', right = 'online', wrong = 'onlne', stored = wrong, statements, filename } = client
  let names: Readonly<Record<string, unknown>>

  beforeAll(async () => {
    names = await client.open(`postgres://postgres:postgres@${server.getServerConn()}/postgres`)
  })

  afterAll(() => client.close())

  it.each(statements)('%s', async (statement) => {
    for (const isRight of [true, false]) {
      const given = isRight ? right : wrong
      const code = statement.replaceAll('$$role', isRight ? 'admin' : wrong).replaceAll('$$', given)
      const run = new Function(...Object.keys(names), `return ${code}`) as (...given: unknown[]) => unknown
      const found = usesOf(`${head};${code}`, filename).filter((use) =>
        use.valueSet.values.every((label) => label.value !== use.value),
      )
      expect(await rejected(() => run(...Object.values(names)))).toBe(isRight ? undefined : stored)
      expect([...new Set(found.map((use) => use.value))]).toEqual(isRight ? [] : [stored])
      expect(found.every(({ effect }) => effect === 'reject')).toBe(true)
      // Each occurrence is found where it stands.
      expect(found.length).toBe(isRight ? 0 : statement.split('$$').length - 1)
    }
  })
})
