import { describe, it } from 'vitest'
import type { CodeContext } from '../../../src/code/context.js'
import { findRowUses } from '../../../src/code/rows/index.js'
import { mayHaveRows } from '../../../src/code/rows/prefilter.js'
import { Files } from '../../project/files.js'
import { checkMarked } from './check.js'

function wrongIn(context: CodeContext) {
  // As the rules ask: only files whose text may have rows.
  return (mayHaveRows(context) ? findRowUses(context) : [])
    .filter(({ value, valueSet }) => !valueSet.values.some((label) => label.value === value))
    .map(({ range }) => range)
}

const FILES = {
  'package.json': `{ "dependencies": { "drizzle-orm": "*", "kysely": "*", "knex": "*", "@prisma/client": "*", "typeorm": "*", "sequelize": "*" } }`,
  'prisma/schema.prisma': `model Workspace {\n  id String @id\n  status String\n  plan String\n  @@map("workspaces")\n}\n`,
  'schema.ts': `import { pgTable, text } from 'drizzle-orm/pg-core'
export const workspaces = pgTable('workspaces', { id: text().notNull(), status: text('status').notNull(), plan: text() })
`,
  'drizzle.ts': `import { drizzle } from 'drizzle-orm/node-postgres'
import { eq } from 'drizzle-orm'
import { cache } from 'react'
import * as schema from './schema'
import { workspaces } from './schema'
const db = drizzle(url, { schema })
export async function one(id: string) { const [row] = await db.select().from(workspaces).where(eq(workspaces.id, id)).limit(1); return row ?? null }
export const first = cache(async (id: string) => db.query.workspaces.findFirst({ where: eq(workspaces.id, id) }))
export const list = () => db.query.workspaces.findMany()
export const states = () => db.select({ status: workspaces.status, label: sql\`upper(x)\` }).from(workspaces)
export const create = async (row) => (await db.insert(workspaces).values(row).returning())[0]
export async function shown(id: string) { const row = await one(id); row.status = labelOf(row.status); return row }
export async function dto(id: string) { const row = await one(id); return { ...row, status: 'Online' } }
export const statuses = async () => (await list()).map((row) => row.status)
export const all = async () => { const rows = await list(); return { rows, first: rows[0] } }
export const ofAny = (table) => db.select().from(table)
`,
  'kysely.ts': `import { db } from './db'
export const one = (id: string) => db.selectFrom('workspaces').selectAll().where('id', '=', id).executeTakeFirst()
export class Repo { constructor(private readonly db: Kysely<DB>) {} async list() { return this.db.selectFrom('workspaces').select(['status', 'name']).execute() } }
`,
  'prisma.ts': `import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
export const one = (id: string) => prisma.workspace.findUnique({ where: { id } })
export async function list() { return prisma.workspace.findMany() }
`,
  'knex.ts': `import knex from 'knex'
const db = knex({ client: 'pg' })
export async function one(id: string) { return db('workspaces').where({ id }).first() }
export const all = (table) => db(table).select()
`,
  'supabase.ts': `export async function one(id: string) { const { data, error } = await supabase.from('workspaces').select('*').eq('id', id).single(); if (error) throw error; return data }
export const list = () => supabase.from('workspaces').select('*')
`,
  'typeorm.ts': `import { Column, Entity, Repository } from 'typeorm'
@Entity('workspaces') class Workspace { @Column() status: string }
export class Workspaces { constructor(private readonly repo: Repository<Workspace>) {} one(id: string) { return this.repo.findOneBy({ id }) } }
`,
  'pg.ts': `export const one = (id: string) => pool.query('SELECT * FROM workspaces WHERE id = $1', [id]).then((result) => result.rows[0])
export const list = () => pool.query('SELECT status FROM workspaces').then(({ rows }) => rows)
export const labels = () => pool.query('SELECT status FROM workspaces').then(({ rows }) => rows.map(toLabel))
`,
  'index.ts': `export * from './drizzle'`,
}

describe('rows that query builders give in functions of other files', () => {
  it.each([
    `import { one } from './drizzle'; async function f() { const w = await one('1'); return w?.status === «'x'» || w?.name === 'x' }`,
    `import { first } from './index'; async function f() { const w = await first('1'); if (!w || w.plan === «'x'») return; switch (w.status) { case «'x'»: case 'online': } }`,
    `import { list } from './drizzle'; async function f() { return (await list()).filter(({ status }) => status === «'x'») }`,
    `import { states } from './drizzle'; async function f() { for (const { status, label } of await states()) if (status === «'x'» || label === 'x') return }`,
    `import { create } from './drizzle'; async function f(r) { const w = await create(r); return ['online', «'x'»].includes(w.status) }`,
    `import { all } from './drizzle'; async function f() { const { rows, first } = await all(); return rows[0].status === «'x'» || first.status === «'x'» }`,
    `import { one } from './kysely'; async function f() { const w = await one('1'); return w?.status === «'x'» }`,
    `import { Repo } from './kysely'; class Service { constructor(private readonly repo: Repo) {} async f() { const [w] = await this.repo.list(); return w.status === «'x'» || w.plan === 'x' } }`,
    `import { one, list } from './prisma'; async function f() { const w = await one('1'); const [v] = await list(); return w?.status === «'x'» || v.plan === «'x'» }`,
    `import { one } from './knex'; async function f() { const w = await one('1'); return w.status === «'x'» }`,
    `import { one, list } from './supabase'; async function f() { const w = await one('1'); const { data } = await list(); return w.status === «'x'» || data[0].status === «'x'» }`,
    `import { Workspaces } from './typeorm'; async function f(repo: Workspaces) { const w = await repo.one('1'); return w?.status === «'x'» }`,
  ])('%s', (code) => checkMarked(code, wrongIn, { filename: new Files(FILES).path('file.ts') }))
})

describe('rows that are awaited together, mapped or handed to a callback', () => {
  it.each([
    `import { one, list } from './drizzle'; async function f() { const [w, all, n] = await Promise.all([one('1'), list(), count()]); return w.status === «'x'» || all[0].status === «'x'» || n.status === 'x' }`,
    `import { one } from './drizzle'; async function f(ids) { const all = await Promise.all(ids.map((id) => one(id))); return all.some((w) => w?.status === «'x'») }`,
    `import { one } from './drizzle'; const f = () => one('1').then((w) => w.status === «'x'»)`,
    `import { list } from './drizzle'; async function f() { const states = (await list()).map((w) => w.status); return states.includes(«'x'») || states[0] === «'x'» }`,
    `import { one, list } from './pg'; async function f() { const [w, [v]] = await Promise.all([one('1'), list()]); return w.status === «'x'» || v.status === «'x'» }`,
  ])('%s', (code) => checkMarked(code, wrongIn, { filename: new Files(FILES).path('file.ts') }))

  it.each([
    `import { one } from './drizzle'; async function f() { const all = [await one('1'), await other()]; all.reverse(); return all[0].status === 'x' }`,
    `import { one, list } from './drizzle'; async function f() { const [w, ...rest] = await Promise.all([other(), one('1'), list()]); return w.status === 'x' || rest[0].status === 'x' }`,
    `import { one } from './drizzle'; async function f() { const [w] = await Promise.all([...others, one('1')]); return w.status === 'x' }`,
    `import { list } from './drizzle'; async function f() { const all = (await list()).map((w) => ({ ...w, status: labelOf(w.status) })); return all[0].status === 'x' }`,
    `import { labels } from './pg'; async function f() { const [w] = await labels(); return w.status === 'x' }`,
  ])('not what may be another: %s', (code) =>
    checkMarked(code, wrongIn, { filename: new Files(FILES).path('file.ts') }),
  )
})

describe('whether other files are read is told by names, also those of what is looped over', () => {
  it.each([
    `import { statuses as status } from './drizzle'; async function f() { for (const one of await status()) if (one === «'x'») return }`,
    `import { statuses as status } from './drizzle'; async function f() { return (await status()).some((one) => one === «'x'») }`,
    `import { statuses as status } from './drizzle'; const f = () => status().then((all) => all.includes(«'x'»))`,
    `import { statuses as all } from './drizzle'; async function f() { for (const one of await all()) if (one === 'x') return }`,
  ])('%s', (code) => checkMarked(code, wrongIn, { filename: new Files(FILES).path('file.ts') }))
})

describe('nothing where a function makes something else of its rows, or of a table that is not known', () => {
  it.each([
    `import { shown, dto } from './drizzle'; async function f() { const a = await shown('1'); const b = await dto('1'); return a.status === 'Online' || b.status === 'Online' }`,
    `import { ofAny } from './drizzle'; import { workspaces } from './schema'; async function f() { const [w] = await ofAny(workspaces); return w.status === 'x' }`,
    `import { all } from './knex'; async function f() { const [w] = await all('agents'); return w.status === 'x' }`,
    `import { one } from './drizzle'; async function f() { const w = await one('1'); const status = w?.status ?? 'none'; return status === 'none' }`,
  ])('%s', (code) => checkMarked(code, wrongIn, { filename: new Files(FILES).path('file.ts') }))
})
