import { describe, test } from 'vitest'
import { Files } from '../../project/files.js'
import { check } from '../sql/check.js'

const KNEX = `import knex from 'knex'
const db = knex({ client: 'pg' })
export async function create(row: NewWorkspace) { return db('workspaces').insert(row) }
export const setStatus = (id: string, status: string) => db('workspaces').where({ id }).update({ status })
export default async (id: string, { status, name }: Patch) => { await db('workspaces').where({ id }).update({ status, name }) }
export function list(status: string) { return db('workspaces').where('status', status).orderBy('name') }
export function createAll(rows: NewWorkspace[]) { return db('workspaces').insert(rows.map((row) => ({ ...row, name: 'x' }))) }
export const bound = (client: Knex) => ({ setStatus: (status: string) => client('workspaces').update({ status }) })
`

const KYSELY = `import type { Kysely } from 'kysely'
export async function setStatus(db: Kysely<DB>, id: string, status: string) { await db.updateTable('workspaces').set({ status }).where('id', '=', id).execute() }
export const list = (db: Kysely<DB>, statuses: string[]) => db.selectFrom('workspaces').selectAll().where((eb) => eb('status', 'in', statuses)).execute()
export const create = (db: Kysely<DB>, row: Row) => db.insertInto('workspaces').values({ name: 'x', ...row }).execute()
`

const DRIZZLE = `import { eq, inArray } from 'drizzle-orm'
import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
export const workspaces = pgTable('workspaces', { id: uuid('id'), name: text('name'), state: text('status') })
export const setStatus = (id: string, state: string) => db.update(workspaces).set({ state }).where(eq(workspaces.id, id))
export const list = async ({ state }: Filter) => db.select().from(workspaces).where(state ? eq(workspaces.state, state) : undefined)
export async function create(tx: Transaction, row: typeof workspaces.$inferInsert) { return tx.insert(workspaces).values(row).returning() }
export async function inTransaction(input: Input) { await db.transaction(async (tx) => { await tx.update(workspaces).set({ state: input.state }) }) }
`

const PRISMA = `import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
export const setStatus = (id: string, status: 'online' | 'onlne') => prisma.workspace.update({ where: { id }, data: { status } })
export const list = (where: Prisma.WorkspaceWhereInput) => prisma.workspace.findMany({ where })
export async function search(options: Options) {
  const where: Prisma.WorkspaceWhereInput = {}
  if (options.status) where.status = options.status
  if (options.statuses) where.OR = [{ status: { in: options.statuses } }]
  return prisma.workspace.findMany({ where })
}
`

const SUPABASE = `export async function setStatus(id: string, status: string) { const { error } = await supabase.from('workspaces').update({ status }).eq('id', id); if (error) throw error }
export const list = (status: string) => supabase.from('workspaces').select('*').eq('status', status)
export const search = (status: string) => supabase.from('workspaces').select('*').or(\`status.eq.\${status},name.eq.x\`)
`

const TYPEORM = `import { Column, Entity, Repository } from 'typeorm'
@Entity('workspaces') export class Workspace { @Column() id: string; @Column() status: string }
@Injectable() export class Workspaces {
  constructor(@InjectRepository(Workspace) private readonly repo: Repository<Workspace>) {}
  async setStatus(id: string, status: string): Promise<void> { await this.repo.update(id, { status }) }
  list(status: string) { return this.repo.find({ where: { status } }) }
  save(row: Partial<Workspace>) { return this.repo.save(row) }
  search(status: string) { return this.repo.createQueryBuilder('w').where('w.status = :status', { status }).getMany() }
  both(status: string): Promise<Workspace[]>
  both(status: string, name?: string) { return this.repo.findBy({ status, name }) }
  open(id: string) { return this.setStatus(id, 'online') }
  put(id: string, status: string) { return this.setStatus(id, status) }
}
export const make = (repo: Repository<Workspace>) => new Workspaces(repo)
`

const SEQUELIZE = `import { DataTypes, Model } from 'sequelize'
class Workspace extends Model {}
Workspace.init({ status: DataTypes.STRING }, { sequelize, tableName: 'workspaces' })
export const setStatus = (id: string, status: string) => Workspace.update({ status }, { where: { id } })
export const list = (status: string) => Workspace.findAll({ where: { status } })
`

const OBJECTION = `import { Model } from 'objection'
class Workspace extends Model { static tableName = 'workspaces' }
export const setStatus = (id: string, status: string) => Workspace.query().patch({ status }).where('id', id)
export const list = (status: string) => Workspace.query().where({ status })
`

const MIKRO_ORM = `import { Entity, EntityManager, Enum } from '@mikro-orm/core'
@Entity({ tableName: 'workspaces' }) class Workspace { @Enum() status: string }
export const list = (em: EntityManager, status: string) => em.find(Workspace, { status })
export const setStatus = (em: EntityManager, id: string, status: string) => em.nativeUpdate(Workspace, { id }, { status })
`

const UNSURE = `import knex from 'knex'
import { isStatus, MAP } from './status'
const db = knex({ client: 'pg' })
export const mapped = (status: string) => db('workspaces').update({ status: MAP[status] })
export const lower = (status: string) => db('workspaces').update({ status: status.toLowerCase() })
export const valid = (status: string) => (isStatus(status as Status) ? db('workspaces').update({ status }) : null)
export function listed(status: string) { if (!['online', 'onlne'].includes(status)) return null; return db('workspaces').where({ status }) }
export function known(status: string) { if (!STATUSES.includes(status as Status)) return null; return db('workspaces').where({ status }) }
export function branch(status: string) { if (status === 'onlne') return db('workspaces'); return db('workspaces').where({ status }) }
export function other(kind: string, status: string) { if (kind === 'agent') return call(status); return db('workspaces').where({ status }) }
export function cut(row: Row) { delete row.status; return db('workspaces').insert(row) }
export function put(row: Row) { row.status = 'online'; return db('workspaces').insert(row) }
export function over(row: Row) { return db('workspaces').insert({ ...row, status: 'online' }) }
export function rest({ status, ...row }: Row) { return db('workspaces').insert(row) }
export function parsed(row: Row) { return db('workspaces').insert(schema.parse(row)) }
export function prefixed(status: string) { if (status.startsWith('on')) return null; return db('workspaces').where({ status }) }
export function looked(status: string) { if (LABELS[status]) return null; return db('workspaces').where({ status }) }
export function either(isAgent: boolean, state: string) { return isAgent ? db('agents').update({ size: state }) : db('workspaces').update({ status: state }) }
export function taken(filter: Filter) { const { status } = filter; if (status === 'onlne') return null; return db('workspaces').where({ status }) }
export function fallback(filter: Filter) { const status = filter.status ?? 'online'; if (status === 'onlne') return null; return db('workspaces').where({ status }) }
export function ofAny(status: string) { if (status.toLowerCase() === 'onlne') return null; return db('workspaces').where({ status }) }
export function ofList(status: string) { if (!STATUSES.some((one) => one === status)) return null; return db('workspaces').where({ status }) }
export const named = (name: string) => db('workspaces').update({ name })
export const elsewhere = (status: string) => db('projects').update({ status })
export const text = (status: string) => supabase.from('workspaces').or('status.eq.onlne')
`

const SERVICE = `import { setStatus } from './knex'
import * as rows from './knex'
export const open = (id: string, status: string) => setStatus(id, status)
export class Service { touch(id: string, row: Row) { return rows.create({ id, ...row }) } }
`

const CONTAINER = `import { Workspaces } from './typeorm'
import { Service } from './service'
export const workspaces = new Workspaces(repo)
export const services = { workspaces: new Workspaces(repo), service: new Service() }
export const start = () => new Workspaces(repo)
`

const FILES = {
  'package.json': `{ "dependencies": ${JSON.stringify(
    Object.fromEntries(
      ['knex', 'kysely', 'drizzle-orm', '@prisma/client', 'typeorm', 'sequelize', '@mikro-orm/core'].map(
        (name) => [name, '*'],
      ),
    ),
  )} }`,
  'prisma/schema.prisma': `enum Status {\n  online\n  offline\n  failed\n}\nmodel Workspace {\n  id String @id\n  status Status\n  @@map("workspaces")\n}\n`,
  'knex.ts': KNEX,
  'kysely.ts': KYSELY,
  'drizzle.ts': DRIZZLE,
  'prisma.ts': PRISMA,
  'supabase.ts': SUPABASE,
  'typeorm.ts': TYPEORM,
  'sequelize.ts': SEQUELIZE,
  'objection.ts': OBJECTION,
  'mikro.ts': MIKRO_ORM,
  'unsure.ts': UNSURE,
  'service.ts': SERVICE,
  'container.ts': CONTAINER,
  'index.ts': `export * from './knex'\nexport { list as find, default as patch } from './knex'`,
}

describe('strings given to functions of other files that run query builders', () => {
  test.each([
    `import { create } from './knex'; create({ id: '1', name: 'onlne', status: «'onlne'» }); create({ status: 'online' })`,
    `import { setStatus } from './knex'; setStatus('onlne', «'onlne'»); setStatus('1', c ? 'online' : «'onlne'»)`,
    `import patch from './knex'; patch('1', { status: «'onlne'», name: 'onlne' })`,
    `import { list, createAll } from './knex'; list(«'onlne'»); createAll([{ status: 'online' }, { status: «'onlne'» }])`,
    `import * as rows from './knex'; rows.list(«'onlne'»); rows.setStatus('1', «'onlne'»)`,
    `import { find, patch, setStatus as put } from './index'; find(«'onlne'»); patch('1', { status: «'onlne'» }); put('1', «'onlne'»)`,
    `import { bound } from './knex'; const rows = bound(db); rows.setStatus(«'onlne'»)`,
    `import { setStatus } from './knex'; const STATUS = 'onlne'; const next = c ? 'onlne' : 'online'; setStatus('1', «STATUS»); setStatus('1', «next»)`,
    `import { create } from './knex'; const row = { status: 'onlne' }; create(«row»); create({ ...«row», name: 'x' })`,
    `import { setStatus, list, create } from './kysely'; setStatus(db, '1', «'onlne'»); list(db, ['online', «'onlne'»]); create(db, { status: «'onlne'» })`,
    `import { setStatus, list, create, inTransaction } from './drizzle'; setStatus('1', «'onlne'»); list({ state: «'onlne'» }); create(db, { state: «'onlne'», status: 'onlne' }); inTransaction({ state: «'onlne'» })`,
    `import { setStatus, list, search } from './prisma'; setStatus('1', «'onlne'»); list({ NOT: { status: «'onlne'» } }); search({ status: «'onlne'», statuses: ['online', «'onlne'»] })`,
    `import { setStatus, list, search } from './supabase'; setStatus('1', «'onlne'»); list(«'onlne'»); search('online')`,
    `import { setStatus, list } from './sequelize'; setStatus('1', «'onlne'»); list(«'onlne'»)`,
    `import { setStatus, list } from './objection'; setStatus('1', «'onlne'»); list(«'onlne'»)`,
    `import { setStatus, list } from './mikro'; setStatus(em, '1', «'onlne'»); list(em, «'onlne'»)`,
  ])('%s', (text) => check(text, { filename: new Files(FILES).path('file.ts') }))
})

describe('strings given to methods of classes of other files', () => {
  test.each([
    `import { Workspaces } from './typeorm'; class Handler { constructor(private readonly workspaces: Workspaces) {} run() { this.workspaces.setStatus('1', «'onlne'»); this.workspaces.list(«'onlne'»); this.workspaces.save({ status: «'onlne'» }); this.workspaces.search(«'onlne'») } }`,
    `import type { Workspaces } from './typeorm'; class Handler { workspaces: Workspaces; run() { this.workspaces.put('1', «'onlne'»); this.workspaces.open('onlne'); this.workspaces.both(«'onlne'») } }`,
    `import { Workspaces } from './typeorm'; function f(a: Workspaces, b: { rows: Workspaces }, { rows }: { rows: Workspaces }) { a.list(«'onlne'»); b.rows.list(«'onlne'»); rows.list(«'onlne'») }`,
    `import { Workspaces } from './typeorm'; class Handler { constructor(private deps: { rows: Workspaces }) {} run() { this.deps.rows.list(«'onlne'») } }`,
    `import { Workspaces } from './typeorm'; class Mine extends Workspaces { run() { return this.setStatus('1', «'onlne'») } }`,
    `import { workspaces, services, start } from './container'; workspaces.list(«'onlne'»); services.workspaces.list(«'onlne'»); start().list(«'onlne'»)`,
    `import { make } from './typeorm'; const rows = make(repo); rows.setStatus('1', «'onlne'»)`,
  ])('%s', (text) => check(text, { filename: new Files(FILES).path('file.ts') }))
})

test.each([
  `import { open } from './service'; open('onlne', «'onlne'»)`,
  `import { Service } from './service'; new Service().touch('1', { status: «'onlne'» })`,
  `import { services } from './container'; services.service.touch('1', { status: «'onlne'» })`,
])('functions that hand on what they are given: %s', (text) =>
  check(text, { filename: new Files(FILES).path('file.ts') }),
)

describe('nothing for what a function does not surely hand on', () => {
  test.each([
    `import { mapped, lower, valid, listed, known } from './unsure'; mapped('live'); lower('ONLINE'); valid('onlne'); listed('onlne'); known('onlne')`,
    `import { branch, other, prefixed, looked } from './unsure'; branch('onlne'); other('agent', 'onlne'); prefixed('onlne'); looked('onlne')`,
    `import { taken, fallback, ofAny, ofList } from './unsure'; taken({ status: 'onlne' }); fallback({ status: 'onlne' }); ofAny('onlne'); ofList('onlne')`,
    `import { cut, put, over, rest, parsed } from './unsure'; cut({ status: 'onlne' }); put({ status: 'onlne' }); over({ status: 'onlne' }); rest({ status: 'onlne' }); parsed({ status: 'onlne' })`,
    `import { either, named, elsewhere, text } from './unsure'; either(true, 'small'); either(false, 'online'); named('onlne'); elsewhere('onlne'); text('online')`,
    `import { setStatus } from 'elsewhere'; setStatus('1', 'onlne')`,
    `import { setStatus } from './knex'; const args = ['1', 'onlne']; setStatus(...args)`,
    `import { Workspaces } from './typeorm'; interface Other { list(status: string): void } function f(other: Other) { other.list('onlne') }`,
  ])('%s', (text) => check(text, { filename: new Files(FILES).path('file.ts') }))
})
