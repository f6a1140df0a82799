import { describe, it } from 'vitest'
import { check } from './check.js'

const SCHEMA = `import { alias, pgEnum, pgSchema, pgTable, pgTableCreator, text, bigint, jsonb } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/node-postgres'
const status = pgEnum('workspace_status', ['provisioning', 'online', 'offline', 'failed'])
const timestamps = { last: status('last_status') }
const workspaces = pgTable('workspaces', { id: bigint('id', { mode: 'number' }), name: text(), state: status('status').notNull(), past: status('history').array(), plan: text(), settings: jsonb() })
const agents = pgTable('agents', (t) => ({ agentKind: text(), status: t.text(), ...timestamps }), (t) => [])
const auth = pgSchema('auth')
const users = auth.table('users', { role: text('user_role') })
const make = pgTableCreator((name) => \`work\${name}\`)
const made = make('spaces', { status: status() })
import * as pg from 'drizzle-orm/pg-core'
const whole = pg.pgTable('workspaces', { state: status('status') })
const cased = pg.snakeCase.table('agents', { agentKind: pg.text() })
const own = pg.pgSchema('auth')
const roles = own.table('users', { role: pg.text('user_role') })
`

const RELATIONS = `import { relations } from 'drizzle-orm'
const ofWorkspaces = relations(workspaces, ({ many }) => ({ agents: many(agents) }))
const ofAgents = relations(agents, ({ one }) => ({ workspace: one(workspaces, {}) }))
const db = drizzle(pool, { schema: { workspaces, agents, ofWorkspaces, ofAgents } })
`

const cases: Record<string, readonly string[]> = {
  operators: [
    `eq(workspaces.state, «'onlne'»)`,
    `db.select().from(workspaces).where(and(ne(workspaces.state, «'onlne'»), eq(workspaces.name, 'onlne')))`,
    `inArray(workspaces.state, ['online', «'onlne'»]); notInArray(workspaces.state, [«'of'»])`,
    `arrayContains(workspaces.past, [«'onlne'»]); arrayOverlaps(workspaces.past, ['online'])`,
    `between(workspaces.state, 'online', «'onlne'»); gt(workspaces.state, «'of'»)`,
    `eq(workspaces.plan, «'gold'»); gt(workspaces.plan, 'gold')`,
    `const w = alias(workspaces, 'w'); eq(w.state, «'onlne'»)`,
    `eq(agents.last, «'onlne'»); eq(agents.status, 'onlne'); eq(agents.agentKind, «'onlne'»)`,
    `eq(users.role, «'root'»)`,
    `eq(made.status, «'onlne'»)`,
    `eq(whole.state, «'onlne'»); eq(cased.agentKind, «'x'»); eq(roles.role, «'root'»)`,
    `const o = { table: f }; eq(o.table('workspaces', { state: status('status') }).state, 'x')`,
    `function f(t: typeof workspaces) { return eq(t.state, «'onlne'») }`,
    `eq(x ? workspaces.state : workspaces.state, 'onlne')`,
    `eq(workspaces['state'], x ? «'onlne'» : 'online')`,
  ],
  subqueries: [
    `const sq = db.select({ s: workspaces.state, plan: agents.status }).from(workspaces).innerJoin(agents, on).as('sq'); eq(sq.s, «'onlne'»); eq(sq.plan, 'x'); eq(sq.none, 'x')`,
    `const sq = db.select().from(workspaces).where(w).as('sq'); db.select().from(sq).where(and(eq(sq.state, «'onlne'»), eq(sq.name, 'x')))`,
    `const sq = db.$with('sq').as(db.selectDistinctOn([workspaces.id], { s: workspaces.state }).from(workspaces)); db.with(sq).select().from(sq).where(inArray(sq.s, ['online', «'onlne'»]))`,
    `const a = db.$with('a').as(db.select().from(workspaces)); const b = db.select({ t: a.state }).from(a).as('b'); eq(b.t, «'onlne'»)`,
    `const sq = db.select().from(workspaces).innerJoin(agents, on).as('sq'); eq(sq.state, 'x'); eq(sq.workspaces.state, 'x')`,
    `const sq = db.select({ s: sql\`lower(x)\`.as('s') }).from(workspaces).as('sq'); eq(sq.s, 'x')`,
    `const sq = db.select({ s: workspaces.state }).from(workspaces).union(db.select({ s: agents.status }).from(agents)).as('sq'); eq(sq.s, 'x')`,
    `const sq = x ? db.select().from(workspaces).as('a') : db.select().from(agents).as('b'); eq(sq.state, 'x')`,
  ],
  writes: [
    `db.update(workspaces).set({ state: «'onlne'», name: 'onlne', settings: { state: 'onlne' } })`,
    `db.insert(workspaces).values({ state: «'onlne'», past: ['online', «'of'»] })`,
    `db.insert(workspaces).values([{ state: 'online' }, { state: «'onlne'» }])`,
    `db.insert(workspaces).values(xs.map((x) => ({ ...x, state: «'onlne'» })))`,
    `db.insert(workspaces).values({ id: 1 }).onConflictDoUpdate({ target: workspaces.id, set: { state: «'onlne'» } })`,
    `await db.transaction(async (tx) => { await tx.update(workspaces).set({ state: «'onlne'» }) })`,
    `const patch: Partial<typeof workspaces.$inferInsert> = {}; patch.state = «'onlne'»; await db.update(workspaces).set(patch)`,
    `const q = db.update(workspaces); q.set({ state: «'onlne'» })`,
    `db.update(x ? workspaces : agents).set({ state: 'onlne' })`,
    `db.update(workspaces).set({ state: sql\`«'onlne'»\`, name: sql\`'onlne'\` }); eq(workspaces.state, sql\`«'of'»\`)`,
    `db.update(workspaces).set({ state: sql\`lower('ONLNE')\`, plan: other\`'gold'\` })`,
    `const claim = (state: string, tx = db) => tx.update(workspaces).set({ «state» }); claim('onlne'); claim('online', make('cleanup'))`,
    `const set = (q: any, state: string) => q.set({ state }); set(db.update(workspaces), 'online'); set(db.update(agents), 'anything')`,
    `const t = pgTable('workspaces', { status: status().notNull().default(«'onlne'») })`,
    `const t = pgTable('workspaces', (t) => ({ a: status('status').$defaultFn(() => «'onlne'»).notNull() }))`,
  ],
  'relational queries': [
    `const db = drizzle(pool, { schema: { workspaces } }); db.query.workspaces.findMany({ where: (w, { eq }) => eq(w.state, «'onlne'») })`,
    `const db = drizzle(pool, { schema: { workspaces } }); db.query.workspaces.findFirst({ where: eq(workspaces.state, «'onlne'») })`,
    `const db = drizzle(pool, { schema: { workspaces } }); db.query.workspaces.findFirst({ where: (w, o) => o.inArray(w.state, [«'onlne'»]) })`,
    `const db = drizzle(pool, { relations: defineRelations({ workspaces }, (r) => ({})) }); db.query.workspaces.findMany({ where: { state: «'onlne'», OR: [{ state: { in: [«'of'»] } }, { state: { NOT: «'x'» } }] } })`,
    `db.query.workspaces.findMany({ where: (w, { eq }) => eq(w.state, 'onlne') })`,
    `${RELATIONS}db.query.workspaces.findMany({ with: { agents: { where: (a, { eq }) => and(eq(a.agentKind, «'a'»), eq(a.status, 'a')), with: { workspace: { where: (w, o) => o.ne(w.state, «'b'») } } } } })`,
    `${RELATIONS}db.query.workspaces.findMany({ with: { others: { where: (a, { eq }) => eq(a.agentKind, 'a') } }, extras: { agents: { where: (a, { eq }) => eq(a.agentKind, 'a') } } })`,
  ],
  traps: [
    `eq(other.state, 'onlne')`,
    `eq(workspaces.settings, { state: 'onlne' })`,
    `db.select({ state: workspaces.state }).from(workspaces).orderBy(asc(workspaces.state))`,
    `new Map().set({ state: 'onlne' })`,
    `const other = mysqlTable('workspaces', { status: text() }); eq(other.status, 'onlne')`,
  ],
}

describe.each(Object.entries(cases))('drizzle %s', (_, codes) => {
  it.each(codes)('%s', (code) => check(SCHEMA + code))
})
