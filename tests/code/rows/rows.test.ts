import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { CodeContext } from '../../../src/code/context.js'
import { findRowUses } from '../../../src/code/rows/index.js'
import { mayHaveRows } from '../../../src/code/rows/prefilter.js'
import { Files } from '../../project/files.js'
import { catalogOf } from '../builders/catalog.js'
import { checkMarked, inContext } from './check.js'
import type { CheckOptions } from './check.js'

function wrongIn(context: CodeContext) {
  // As the rules ask: only files whose text may have rows.
  return (mayHaveRows(context) ? findRowUses(context) : [])
    .filter(({ value, valueSet }) => !valueSet.values.some((label) => label.value === value))
    .map(({ range }) => range)
}

const options: CheckOptions = {
  settings: { rows: { Workspace: 'workspaces', Agent: 'agents' }, mirrors: { State: 'workspace_status' } },
}
const kysely = `import type { Generated } from 'kysely'
interface WorkspaceTable { id: Generated<string>; name: string; status: string; plan: string; pastStatuses: string[] }
interface AgentTable { id: string; status: string; role: string }
export interface Database { workspaces: WorkspaceTable; agents: AgentTable }
`
const supabase = `export type Database = { public: { Tables: { workspaces: { Row: { status: string }; Insert: { status?: string } } }; Enums: { workspace_status: string } } }
export type Tables<T extends keyof Database['public']['Tables']> = Database['public']['Tables'][T]['Row']
export type TablesInsert<T extends keyof Database['public']['Tables']> = Database['public']['Tables'][T]['Insert']
export type Enums<T extends keyof Database['public']['Enums']> = Database['public']['Enums'][T]
`
const drizzle = `import { pgTable, text } from 'drizzle-orm/pg-core'
export const workspaces = pgTable('workspaces', { id: text().notNull(), state: text('status').notNull(), plan: text(), name: text() })
`

const typeorm = `import { Column, Entity, type Repository } from 'typeorm'
@Entity('workspaces') class Workspace { @Column() name: string; @Column() status: string; agents: Agent[]; isLive() { return this.status === «'y'» } }
`

const objection = `import { Model } from 'objection'
class Workspace2 extends Model { static tableName = 'workspaces'; agents() { return this.status === «'y'» } }
`
const sequelize = `const Ws = sequelize.define('Ws', { state: { type: DataTypes.TEXT, field: 'status' }, name: DataTypes.TEXT, plan: DataTypes.TEXT }, { tableName: 'workspaces' })
`

const cases: Record<string, readonly string[]> = {
  'settings.rows': [
    `function f(ws: Workspace) { return ws.status === «'onlne'» || ws.status === 'online' || ws.name === 'onlne' }`,
    `function f(ws: Workspace | null) { return ws?.status !== «'onlne'» }`,
    `function f(ws: Workspace) { return ws.status !== '' && ws.plan !== «'onlne'» }`,
    `function f({ status, name }: Workspace) { return status == «'onlne'» && name == 'onlne' }`,
    `function f({ status: s = 'none' }: Workspace) { return s === 'none' }`,
    `function f(list: Workspace[]) { return list.filter((w) => w.status === «'onlne'»).map(({ plan }) => plan === «'gold'») }`,
    `function f(list: readonly Workspace[]) { for (const w of list) if (w.status === «'onlne'») return list[0]!.status === «'x'» }`,
    `async function f(p: Promise<Workspace>) { const w = await p; return «'onlne'» === w.status }`,
    `function f(w: Partial<Workspace>, n: Omit<Workspace, 'status'>, p: Pick<Workspace, 'status'>) { return w.status === «'a'» || n.status === 'b' || p.status === «'c'» || n.plan === «'d'» }`,
    `function f(w: Workspace) { switch (w.status) { case 'online': return 1; case «'onlne'»: return 2; default: return 0 } }`,
    `function f(w: Workspace) { return ['online', «'onlne'»].includes(w.status) || new Set(['x']).has(w.name) }`,
    `const LIVE = ['online', 'onlne'] as const; function f(w: Workspace) { return «LIVE».includes(w.status) }`,
    `function f(w: Workspace) { return w.past_statuses.includes(«'onlne'») || w.pastStatuses.includes('online') }`,
    `function f(w: Workspace) { w.status = «'onlne'»; w.name = 'onlne'; w.status = ok ? 'online' : «'x'» }`,
    `const w: Workspace = { id: '1', status: «'onlne'», name: 'onlne', settings: { status: 'onlne' } }`,
    `const list: Workspace[] = [{ status: «'onlne'» }, { status: 'online', past_statuses: ['online', «'x'»] }]`,
    `function make(): Workspace { return { status: «'onlne'» } }`,
    `const make = (over: Partial<Workspace> = {}): Workspace => ({ status: «'onlne'», ...over }); make({ status: «'x'» })`,
    `const w = { status: «'onlne'» } satisfies Partial<Workspace>; const v = { status: «'x'» } as Workspace`,
    `function f(w: Workspace) { const { status } = w; const s = status; return s === «'onlne'» }`,
    `function f(w: Workspace) { let s = w.status; if (w.name) s = 'none'; return s === 'none' }`,
    `function f(w?: Workspace) { const s = w?.status ?? 'none'; return s === 'none' }`,
    `function f(w: Workspace) { return (w.status as string) === «'onlne'» || (w as any as Other).status === 'onlne' }`,
    `class A { constructor(private row: Workspace) {} row2: Workspace; f() { return this.row.status === «'a'» || this.row2.status === «'b'» } }`,
    `type Joined = Agent & { workspace: Workspace }; function f(j: Joined) { return j.status === 'x' || j.workspace.status === «'x'» || j.role === «'x'» }`,
    `type Api = Omit<Workspace, 'status'> & { status: 'UP' }; function f(a: Api) { return a.status === 'UP' || a.plan === «'gold'» }`,
    `interface Api extends Workspace { status: 'UP' | 'DOWN'; } function f(a: Api) { return a.status === 'UP' || a.plan === «'gold'» }`,
    `type S = Workspace['status']; function f(s: S, l: Workspace['status'][]) { return s === «'a'» || l.includes(«'b'») }`,
    `type Filter = 'all' | Workspace['status']; function f(s: Filter) { return s === 'all' }`,
    `const load = (): Workspace[] => []; const [first] = load(); if (first.status === «'onlne'») {}`,
    `function load(): Promise<Workspace> { return x } async function f() { return (await load()).status === «'onlne'» }`,
    `const filter = useState('all'); function f(w: Workspace) { return w.status === filter }`,
    `const OFF = 'of'; function f(w: Workspace) { return w.status === «OFF» }`,
    `function f(w: Workspace, other: Other) { return other.status === 'x' || w.settings.status === 'x' || w.status.length === 3 }`,
  ],
  tags: [
    `interface Dto {\n  /** @pgEnum workspace_status */\n  state: string\n  other: string\n}\nfunction f(d: Dto) { return d.state === «'x'» || d.other === 'x' }`,
    `/** @pgEnum workspace_status */\ntype S = string\nfunction f(s: S, list: S[]) { return s === «'x'» || list.includes(«'y'») }\nf(«'z'», ['online', «'q'»])`,
    `interface Dto {\n  /** @pgEnum workspaces.plan */\n  plans: string[]\n}\nconst d: Dto = { plans: ['free', «'gold'»] }`,
    `function f(s: State | null) { return s === «'x'» }`,
  ],
  kysely: [
    `${kysely}function f(w: WorkspaceTable, a: AgentTable) { return w.status === «'x'» || a.status === 'x' || a.role === «'x'» }`,
    `${kysely}function f(w: Selectable<WorkspaceTable>, n: Insertable<WorkspaceTable>) { return w.status === «'x'» || n.plan === «'x'» }`,
    `${kysely}const n: Insertable<Database['workspaces']> = { status: «'x'», name: 'x' }`,
    `interface Database { workspaces: WorkspaceTable; nothing: Other }\ninterface WorkspaceTable { status: string }\nfunction f(w: WorkspaceTable) { return w.status === 'x' }`,
    `interface Tables { workspaces: WorkspaceTable; nothing: Other }\ninterface WorkspaceTable { status: string }\nconst db = new Kysely<Tables>()\nfunction f(w: WorkspaceTable) { return w.status === «'x'» }`,
  ],
  supabase: [
    `${supabase}function f(w: Tables<'workspaces'>, n: TablesInsert<'workspaces'>) { return w.status === «'x'» || n.status === «'y'» }`,
    `${supabase}function f(w: Database['public']['Tables']['workspaces']['Row']) { return w.status === «'x'» }`,
    `${supabase}function f(w: Enums<'workspace_status'>, v: Database['public']['Enums']['workspace_status']) { return w === «'x'» || v === «'y'» }`,
    `function f(w: Tables<'workspaces'>, v: Database['public']['Tables']['workspaces']['Row']) { return w.status === 'x' || v.status === 'x' }`,
  ],
  drizzle: [
    `${drizzle}function f(w: typeof workspaces.$inferSelect) { return w.state === «'x'» || w.status === 'x' || w.name === 'x' }`,
    `${drizzle}const n: InferInsertModel<typeof workspaces> = { state: «'x'», plan: «'gold'» }`,
    `${drizzle}type W = InferSelectModel<typeof workspaces>; function f(w: W) { return w.state === «'x'» }`,
  ],
  'results of builders': [
    `${drizzle}async function f() { const [w] = await db.select().from(workspaces).where(x).limit(1); return w.state === «'x'» || w.name === 'x' }`,
    `${drizzle}async function f() { const rows = await db.select({ s: workspaces.state, n: workspaces.name, status: count() }).from(workspaces); return rows.filter((r) => r.s === «'x'» || r.n === 'x' || r.status === 'x') }`,
    `${drizzle}const [w] = await db.update(workspaces).set({ name: 'x' }).returning(); if (w?.plan === «'gold'») {}`,
    `${drizzle}const rows = await db.select().from(workspaces).leftJoin(agents, x); rows[0].workspaces.state === «'x'»; rows[0].state === 'x'; rows[0].agents.status === 'x'`,
    `const w = await db.selectFrom('workspaces').selectAll().executeTakeFirst(); if (w.status === «'x'» || w.name === 'x') {}`,
    `const rows = await db.selectFrom('agents as a').innerJoin('workspaces as w', 'w.id', 'a.id').select(['w.status as ws', 'a.status', 'a.role']).execute(); for (const r of rows) r.ws === «'x'» || r.status === 'x' || r.role === «'y'»`,
    `const w = await db.selectFrom('workspaces').select((eb) => [eb.val('x').as('status')]).executeTakeFirst(); w.status === 'x'`,
    `await db.transaction().execute(async (tx) => { const w = await tx.selectFrom('workspaces').selectAll().executeTakeFirst(); return w.status === «'x'» })`,
    `await knex.transaction(async (trx) => { const w = await trx('workspaces').first(); return w.status === «'x'» })`,
    `others.each((tx) => { const w = tx('workspaces').first(); return w.status === 'x' })`,
    `const query = c ? db.selectFrom('workspaces').selectAll() : db.selectFrom('agents').selectAll(); const w = await query.executeTakeFirst(); w.status === 'x'`,
    `const w = await db.insertInto('workspaces').values(v).returning('status').executeTakeFirstOrThrow(); w.status === «'x'»; w.plan === 'x'`,
    `const { data } = await supabase.from('workspaces').select('id, state:status, agents(status)').single(); data.state === «'x'»; data.status === 'x'; data.agents.status === 'x'`,
    `const { data, error } = await supabase.from('workspaces').select(); for (const w of data) w.status === «'x'»`,
    `const list = Array.from('workspaces').select(); list.data.status === 'x'`,
    `const row = await knex('workspaces').where({ id }).first(); row.status === «'x'»; row.name === 'x'`,
    `const rows = await knex('workspaces'); for (const row of rows) if (row.plan === «'gold'») {}`,
    `const [row] = await knex('workspaces as w').join('agents as a', 'a.workspace_id', 'w.id').select('w.status as ws', 'a.status', { r: 'a.role' }); row.ws === «'x'»; row.status === 'x'; row.r === «'y'»; row.role === 'y'`,
    `const [row] = await knex('workspaces').join('agents', 'a', 'b'); row.status === 'x'; row.role === «'x'»`,
    `const [row] = await knex('workspaces').join('agents', 'a', 'b').select('workspaces.*'); row.status === «'x'»; row.role === 'x'`,
    `const [row] = await knex('workspaces').update({ name: 'x' }).where({ id }).returning('*'); row.status === «'x'»`,
    `const [row] = await knex('workspaces').insert({ name: 'x' }).returning(['id', 'status']); row.status === «'x'»; row.plan === 'x'`,
    `const r = await knex('workspaces').join('elsewhere', 'a', 'b').first(); r.status === 'x'; const s = await knex.select('status').from('workspaces').first(); s.status === «'x'»`,
    `const n = await knex('workspaces').update({ name: 'x' }); n.status === 'x'`,
    `const [row] = await knex('workspaces').select('id', knex.raw('1 as status')); row.status === 'x'`,
    `const row = await knex('workspaces').modify(f).first(); row.status === 'x'`,
    `const [s] = await knex('workspaces').pluck('status'); s.status === 'x'`,
    `const list = load('workspaces'); list[0].status === 'x'; const e = document.createElement('workspaces'); e.status === 'x'`,
    `${objection}const w = await Workspace2.query().findById(1); w.status === «'x'»; w.name === 'x'`,
    `${objection}const list = await Workspace2.query().where({ name: 'x' }); list.filter((w) => w.status === «'x'»)`,
    `${objection}const w = await Workspace2.query().patchAndFetchById(1, { name: 'x' }); w.status === «'x'»`,
    `${objection}const w = await Workspace2.query().insert({ name: 'x' }); w.status === «'x'»; const n = await Workspace2.query().patch({ name: 'x' }); n.status === 'x'`,
    `${objection}function f(w: Workspace2) { return w.status === «'x'» || w.name === 'x' }`,
    `${sequelize}const w = await Ws.findOne({ where: { name: 'x' } }); w.state === «'x'»; w.status === 'x'; w.name === 'x'`,
    `${sequelize}const { rows } = await Ws.findAndCountAll(); rows.some((w) => w.plan === «'gold'»)`,
    `${sequelize}const [w, created] = await Ws.findOrCreate({ where: {} }); w.state === «'x'»; const list = await Ws.findAll({ attributes: ['plan'] }); list[0].plan === «'gold'»`,
    `${sequelize}const [w] = await Ws.findAll({ attributes: [['name', 'state']] }); w.state === 'x'`,
    `${sequelize}const w = await Ws.findOne({ attributes: { include: [[fn('x'), 'state']] } }); w.state === 'x'`,
    `import { Component } from 'react'\nclass W extends Component { static tableName = 'workspaces' }\nfunction f(w: W) { return w.status === 'x' }`,
  ],
  queries: [
    "const [ws] = await sql`SELECT status, name FROM workspaces WHERE id = ${id}`; if (ws.status === «'onlne'» || ws.name === 'x') {}",
    "const { rows } = await pool.query('SELECT w.status AS state FROM workspaces w WHERE id = $1', [id]); rows[0].state === «'x'»; rows[0].status === 'x'",
    "const result = await client.query({ text: 'SELECT * FROM workspaces', values: [] }); for (const row of result.rows) row.status === «'x'» || row.name === 'x'",
    "const w = await db.one('UPDATE workspaces SET name = $1 RETURNING status', ['x']); w.status === «'x'»",
    "const list = await db.any('SELECT a.status, w.status AS ws FROM agents a JOIN workspaces w ON w.id = a.workspace_id'); list.map((r) => r.status === 'x' || r.ws === «'x'»)",
    "const [r] = await sql`SELECT status::text AS status, coalesce(status::text, 'none') AS s FROM workspaces`; r.status === «'x'»; r.s === 'none'",
    "const [r] = await sql`SELECT a.status, w.status FROM agents a, workspaces w`; r.status === 'x'",
    "const [r] = await sql`WITH live AS (SELECT status AS s FROM workspaces) SELECT s, past.p FROM live, LATERAL (SELECT role AS p FROM agents) past`; r.s === «'x'»; r.p === «'y'»",
    "const [r] = await prisma.$queryRaw`SELECT past_statuses FROM workspaces`; r.past_statuses.includes(«'x'»); r.pastStatuses.includes(«'y'»)",
    "const [r] = await sql`SELECT status FROM elsewhere`; r.status === 'x'",
    "const [r] = await sql`SELECT plan, name, lower(plan) AS l FROM workspaces`; r.plan === «'x'»; r.name === 'x'; r.l === 'x'",
    "const [r] = await sql`SELECT status FROM workspaces WHERE ${a ? sql`name = 'x'` : sql`plan IS NULL`}`; r.status === «'x'»",
    "const [r] = await sql`SELECT ${a ? sql`status` : sql`name AS status`} FROM workspaces`; r.status === 'x'",
    "const SQL = 'SELECT status FROM workspaces'; async function f() { return (await pool.query(SQL)).rows.find((r) => r.status === «'x'») }",
    "const res = await fetch('SELECT status FROM workspaces'); res.status === 'x'",
    "async function load(id: string) { const { rows } = await pool.query('SELECT status FROM workspaces'); return rows[0] } async function f() { const w = await load('1'); switch (w.status) { case «'x'»: } }",
    "const load = (id: string) => db.one('SELECT status FROM workspaces'); async function f() { const w = await load('1'); return w.status === «'x'» }",
    "async function load() { return db.one('SELECT status FROM workspaces') } async function f() { const w = await load(); return w.status === «'x'» }",
  ],
  entities: [
    `${typeorm}function f(w: Workspace) { return w.status === «'x'» || w.name === 'x' || w.agents[0].status === 'x' }`,
    `${typeorm}class S { constructor(private readonly repo: Repository<Workspace>) {} async f() { const w = await this.repo.findOneBy({}); return w.status === «'x'» } }`,
    `${typeorm}async function f(repo: Repository<Workspace>) { const w = await repo.createQueryBuilder('w').where('w.id = 1').getOne(); const l = await repo.createQueryBuilder('w').getMany(); return w.status === «'x'» || l[0].status === «'z'» }`,
    `${typeorm}async function f(em: EntityManager) { const list = await em.find(Workspace); return list.some((w) => w.status === «'x'») }`,
  ],
  generated: [
    `/** Represents the table public.workspaces */\nexport default interface Foo { status: string }\nfunction f(w: Foo) { return w.status === «'x'» }`,
    `/** Represents the table auth.sessions */\nexport interface Foo { aal: string }\nfunction f(w: Foo) { return w.aal === «'x'» }`,
    `/** Represents the enum public.workspace_status */\nexport enum Foo { online = 'online', x = 'x' }\nfunction f(w: Foo) { return w === «Foo.x» || w === Foo.online }`,
    `import type * as s from 'zapatos/schema'\nfunction f(w: s.workspaces.Selectable, e: s.workspace_status) { return w.status === «'x'» || e === «'y'» }`,
    `/** Types generated for queries found in "a.sql" */\nexport type workspace_status = 'online'\nexport interface IGetResult { status: workspace_status; other: string }\nfunction f(r: IGetResult) { return r.status === «'x'» || r.other === 'x' }`,
  ],
  tests: [
    `function f(w: Workspace) { expect(w.status).toBe(«'x'»); expect(w.name).toBe('x'); expect(w.status).not.toEqual(«'y'») }`,
    `function f(w: Workspace) { expect(w).toMatchObject({ status: «'x'», name: 'x', settings: { status: 'x' } }) }`,
    `function f(l: Workspace[]) { expect(l).toEqual([{ status: «'x'» }, expect.objectContaining({ status: «'y'» })]) }`,
    `function f(w: Workspace) { expect(w.status).to.equal(«'x'»); assert.equal(w.status, «'y'»); assert.strictEqual(w.name, 'y') }`,
    `function f(w: Workspace) { expect(w).toHaveProperty('status', «'x'»); expect(load()).toMatchObject({ status: 'x' }) }`,
    `const factory = Factory.define<Workspace>(() => ({ status: «'x'», name: 'x' }))`,
    `it('x', async () => { const w = await Promise.resolve(1); expect(w.status).toBe('x') })`,
  ],
  'no proof': [
    `function f(status: string, res: Response) { return status === 'onlne' || res.status === 'x' }`,
    `interface Workspaces { status: string } function f(w: Workspaces) { return w.status === 'onlne' }`,
    `function f<Workspace>(w: Workspace) { return w }`,
    `const ws = await api.get('/workspaces'); if (ws.status === 'x') {}`,
    `const workspaces = [{ status: 'x' }]; workspaces[0].status = 'y'`,
  ],
}

describe.each(Object.entries(cases))('%s', (_, pieces) => {
  it.each(pieces)('%s', (code) => checkMarked(code, wrongIn, options))
})

describe('prisma', () => {
  const prisma: CheckOptions = {
    filename: fileURLToPath(new URL('../builders/prisma/file.ts', import.meta.url)),
    catalog: catalogOf(readFileSync(new URL('../builders/schema.sql', import.meta.url), 'utf8')),
  }

  it.each([
    `const w = await prisma.workspace.findUnique({ where: { id } }); w.state === «'ONLNE'»; w.state === 'ONLINE'; w.name === 'x'`,
    `const list = await prisma.workspace.findMany({ include: { agents: true } }); for (const w of list) w.agents.some((a) => a.kind === «'x'» || a.status === 'x')`,
    `const a = await prisma.agent.findFirstOrThrow({ include: { workspace: true } }); switch (a.workspace.state) { case «'x'»: case 'ONLINE': }`,
    `const w = await prisma.workspace.update({ where: { id }, data: {} }); expect(w.state).toBe(«'ONLNE'»)`,
    `const client = prisma.$extends({ result: {} }); const w = await client.workspace.findFirst(); w.state === 'x'`,
    `const client = prisma.$extends({ name: 'soft delete', query: { $allModels: {} } }); const w = await client.workspace.findFirst(); w.state === «'x'»`,
    `const base = new PrismaClient(); const client = base.$extends({ query }).$extends({ query: other }); const w = await client.workspace.findFirst(); w.state === «'x'»`,
    `const client = prisma.$extends({ result: {} }).$extends({ query: {} }); const w = await client.workspace.findFirst(); w.state === 'x'`,
    `const client = prisma.$extends(extension); const w = await client.workspace.findFirst(); w.state === 'x'`,
    `const n = await prisma.workspace.count(); n.state === 'x'; const w = await api.workspace.findMany(); w[0].state === 'x'`,
  ])('%s', (code) => checkMarked(code, wrongIn, prisma))
})

describe('effects', () => {
  const effects = (code: string) =>
    inContext(
      code,
      (context) =>
        findRowUses(context).map(({ kind, effect, target }) => `${kind} ${effect} ${target.label}`),
      options,
    )

  it('compares in TypeScript never reach Postgres', () => {
    expect(effects(`function f(w: Workspace) { return w.status === 'x' }`)).toEqual([
      'compare never-match workspaces.status',
    ])
  })

  it('what is made to be stored violates a CHECK', () => {
    expect(effects(`const w: Workspace = { plan: 'x', status: 'x' }`)).toEqual([
      'write never-match workspaces.plan',
      'write reject workspaces.status',
    ])
    expect(effects(`${drizzle}const w: typeof workspaces.$inferInsert = { plan: 'x' }`)).toEqual([
      'write reject workspaces.plan',
    ])
  })
})

describe('queries that functions of other files run', () => {
  const files = {
    'repo.ts': `import { db } from './db'
const COLUMNS = 'id, status'
export async function one(id: string) {
  const { rows } = await db.query('SELECT * FROM workspaces WHERE id = $1', [id])
  return rows[0] ?? null
}
export const list = async () => (await db.query(\`SELECT \${COLUMNS} FROM workspaces\`)).rows
export class Repo { one(id: string): Promise<unknown> { return db.one('SELECT status FROM workspaces WHERE id = $1', [id]) } }
export const repo = { all: () => db.any('SELECT status FROM workspaces'), mixed: (a) => (a ? db.any('SELECT status FROM workspaces') : []) }
export async function both() { const [workspace] = await list(); return { workspace, state: workspace.status } }
export const label = async (id: string) => ({ ...(await one(id)), status: 'Online' })
export async function shown(id: string) { const row = await one(id); row.status = labelOf(row.status); return row }
export async function allShown() { const rows = await list(); rows.forEach((row) => Object.assign(row, { status: labelOf(row) })); return rows }
export function* each() { yield one('1') }
`,
    'barrel.ts': `export * from './repo'`,
    'click.ts': `import { ClickHouse } from '@clickhouse/client'
export const one = (id: string) => client.one('SELECT status FROM workspaces')
`,
  }

  it.each([
    `import { one } from './repo'; async function f() { const w = await one('1'); return w?.status === «'x'» || w.name === 'x' }`,
    `import { one as first } from './barrel'; first('1').then(console.log); async function f() { switch ((await first('1')).plan) { case «'x'»: case 'pro': } }`,
    `import { list } from './repo'; async function f() { return (await list()).filter((w) => w.status === «'x'» || w.name === 'x') }`,
    `import { Repo } from './repo'; const r = new Repo(); async function f() { const w = await r.one('1'); return w.status === «'x'» }`,
    `import * as all from './repo'; async function f() { for (const w of await all.repo.all()) if (w.status === «'x'») return }`,
    `import { both } from './repo'; async function f() { const { workspace, state } = await both(); return workspace.status === «'x'» || state === 'x' }`,
    `import { both } from './repo'; async function f() { const b = await both(); b.state = 'Online'; return b.state === 'Online' }`,
    `import { label } from './repo'; async function f() { const w = await label('1'); return w.status === 'Online' }`,
    `import { shown } from './repo'; async function f() { const w = await shown('1'); return w.status === 'Online' || w.plan === «'x'» }`,
    `import { allShown } from './repo'; async function f() { const [w] = await allShown(); return w.status === 'Online' || w.plan === 'x' }`,
    `import { one } from './repo'; async function f() { const w = await one('1'); w.status = label(w.status); return w.status === 'Online' || w.plan === «'x'» }`,
    `import { repo } from './repo'; async function f(a) { const [w] = await repo.mixed(a); return w.status === 'x' }`,
    `import { each } from './repo'; function f() { const [w] = each(); return w.status === 'x' }`,
    `import { one } from './click'; async function f() { const w = await one('1'); return w.status === 'x' }`,
    `import { db } from './db'; class Repo { load() { return db.one('SELECT status FROM workspaces') } async f() { const w = await this.load(); return w.status === «'x'» } }`,
  ])('%s', (code) => checkMarked(code, wrongIn, { ...options, filename: new Files(files).path('file.ts') }))
})
