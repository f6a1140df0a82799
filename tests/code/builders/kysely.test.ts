import { describe, expect, it, test } from 'vitest'
import { check, usesOf } from './check.js'

const cases: Record<string, readonly string[]> = {
  writes: [
    `db.updateTable('workspaces').set({ status: «'onlne'» }).execute()`,
    `db.updateTable('workspaces').set({ status: 'online' }).execute()`,
    `db.updateTable('workspaces').set('status', «"onlne"»)`,
    `db.updateTable('workspaces').set('status', (eb) => eb.val(«'onlne'»)).where('status', '=', (eb) => eb.val(«'of'»))`,
    `const COLUMN = 'status'; db.updateTable('workspaces').set(COLUMN, «'onlne'»).where(COLUMN, '=', «'of'»)`,
    `db.updateTable('workspaces as w').set({ status: «\`onlne\`» })`,
    `db.updateTable('workspaces').set((eb) => ({ status: eb.val(«'onlne'»), name: 'x' }))`,
    `db.insertInto('workspaces').values({ status: «'onlne'», name: 'onlne', plan: «'gold'» })`,
    `db.insertInto('workspaces').values([{ status: 'online' }, { status: «'of'» }])`,
    `db.insertInto('workspaces').values(names.map((name) => ({ name, status: «'onlne'» })))`,
    `db.insertInto('workspaces').values({ status: sql.lit(«'onlne'») })`,
    `db.insertInto('workspaces').values({ history: ['online', «'onlne'»] })`,
    `db.insertInto('workspaces').values({ status: ok ? 'online' : «'onlne'» })`,
    `db.insertInto('workspaces').values({ status: 'online' }).onConflict((oc) => oc.column('id').doUpdateSet({ status: «'onlne'» }))`,
    `db.insertInto('workspaces').values({ status: 'online' }).onConflict((oc) => oc.column('id').doUpdateSet((eb) => ({ status: «'onlne'» })).where('excluded.status', '=', «'of'»))`,
    `db.mergeInto('workspaces as w').using('agents as a', 'a.workspace_id', 'w.id').whenMatched().thenUpdateSet({ status: «'onlne'» }).whenNotMatched().thenInsertValues({ status: «'x'» })`,
  ],
  comparisons: [
    `db.selectFrom('workspaces').where('status', '=', «'onlne'»)`,
    `db.selectFrom('workspaces').where('workspaces.status', '!=', «'onlne'»)`,
    `db.selectFrom('workspaces as w').where('w.status', 'in', ['online', «'onlne'»])`,
    `db.selectFrom('workspaces as w').where('workspaces.status', '=', 'onlne')`,
    `db.selectFrom('workspaces').where((eb) => eb.or([eb('status', '=', «'onlne'»), eb('name', '=', 'onlne')]))`,
    `db.selectFrom('workspaces').where(({ eb, or }) => or([eb('status', '=', «'onlne'»), eb('status', 'is not distinct from', 'online')]))`,
    `db.selectFrom('workspaces').where((eb) => eb.and({ status: «'onlne'», name: 'onlne' }))`,
    `db.selectFrom('workspaces').where((eb) => eb('name', '=', 'x').or('status', '=', «'onlne'»))`,
    `db.selectFrom('workspaces').where((eb) => eb.between('status', 'online', «'onlne'»))`,
    `db.selectFrom('workspaces').where('history', '@>', [«'onlne'»])`,
    `db.selectFrom('workspaces').where('plan', '=', «'gold'»)`,
    `db.selectFrom('workspaces').where('plan', '<', 'gold')`,
    `db.selectFrom('workspaces').where('status', 'like', 'onl%')`,
    `db.selectFrom('workspaces').where(eb.ref('status'), '=', eb.val(«'onlne'»))`,
    `db.deleteFrom('workspaces').where('status', '=', «'onlne'»)`,
    `db.selectFrom('workspaces').groupBy('status').having('status', '=', «'onlne'»)`,
    `db.selectFrom('workspaces').select((eb) => eb.case().when('status', '=', «'onlne'»).then('x').else('y').end().as('z'))`,
  ],
  scopes: [
    `db.selectFrom('agents').innerJoin('workspaces', 'workspaces.id', 'agents.workspace_id').where('workspaces.status', '=', «'onlne'»).where('agents.status', '=', 'onlne')`,
    `db.selectFrom('agents as a').innerJoin('workspaces as w', (join) => join.onRef('w.id', '=', 'a.workspace_id').on('w.status', '=', «'onlne'»))`,
    `db.selectFrom(['agents as a', 'workspaces as w']).where('w.status', '=', «'onlne'»).where('status', '=', 'onlne')`,
    `db.withSchema('auth').selectFrom('users').where('user_role', '=', «'root'»)`,
    `db.selectFrom('auth.users').where('auth.users.user_role', '=', «'root'»)`,
    `db.selectFrom('users').where('user_role', '=', 'root')`,
    `db.with('workspaces', (db) => db.selectFrom('agents').selectAll()).selectFrom('workspaces').where('status', '=', 'onlne')`,
    `db.with('w', (qb) => qb.updateTable('workspaces').set({ status: «'onlne'» }).returningAll()).selectFrom('w').where('status', '=', 'onlne')`,
    `db.selectFrom('agents').where(({ exists, selectFrom }) => exists(selectFrom('workspaces').where('workspaces.status', '=', «'onlne'»)))`,
    `db.selectFrom('agents').where((eb) => eb.exists(eb.selectFrom('workspaces').where('workspaces.status', '=', «'onlne'»).where('agents.last_status', '=', «'of'»)))`,
    `db.selectFrom((eb) => eb.selectFrom('agents').select('status').as('w')).where('status', '=', 'onlne')`,
    `db.selectFrom('workspaces').$if(x, (qb) => qb.innerJoin('agents', 'a', 'b').where('last_status', '=', «'onlne'»).where('workspaces.status', '=', «'of'»))`,
    `db.updateTable('workspaces').from('agents').set({ status: «'onlne'» }).where('agents.agent_kind', '=', «'onlne'»)`,
  ],
  'camel case': [
    `db.selectFrom('agents').where('agentKind', '=', «'onlne'»).where('agents.lastStatus', '=', «'onlne'»)`,
    `db.insertInto('agents').values({ agentKind: «'onlne'», workspaceId: 1 })`,
  ],
  names: [
    `const q = db.selectFrom('workspaces'); q.where('status', '=', «'onlne'»)`,
    `let q = db.selectFrom('workspaces').selectAll(); if (x) { q = q.where('status', '=', «'onlne'») }`,
    `let q = db.selectFrom('agents').selectAll(); q = q.innerJoin('workspaces as w', 'w.id', 'agents.workspace_id'); q = q.where('w.status', '=', «'onlne'»)`,
    `const all = () => db.selectFrom('workspaces'); all().where('status', '=', «'onlne'»)`,
    `const q = x ? db.selectFrom('workspaces') : db.selectFrom('agents'); q.where('last_status', '=', «'onlne'»)`,
    `function online(q: any) { return q.where('status', '=', «'onlne'») } online(db.selectFrom('workspaces'))`,
    `function online(eb: ExpressionBuilder<Database, 'workspaces'>) { return eb('status', '=', «'onlne'») }`,
    `const eb = expressionBuilder<Database, 'workspaces'>(); const x = eb('status', '=', «'onlne'»)`,
    `const online = (q: SelectQueryBuilder<DB, 'workspaces' | 'agents', {}>) => q.where('last_status', '=', «'onlne'»)`,
    `class A { all = this.db.selectFrom('workspaces'); f() { return this.all.where('status', '=', «'onlne'») } }`,
    `class A { all() { return this.db.selectFrom('workspaces') } f() { return this.all().where('status', '=', «'onlne'») } }`,
    `const patch = { status: 'onlne' }; db.updateTable('workspaces').set(«patch»)`,
    `const patch = { status: 'onlne' }; db.updateTable('workspaces').set({ ...patch, status: 'online' })`,
    `const patch = { status: 'onlne' }; db.updateTable('workspaces').set({ status: 'online', ...«patch» })`,
    `const patch: Patch = {}; patch.status = «'onlne'»; db.updateTable('workspaces').set(patch)`,
    `const rows: Row[] = []; for (const name of names) rows.push({ name, status: «'onlne'» }); db.insertInto('workspaces').values(rows)`,
    `const STATUS = 'onlne'; db.updateTable('workspaces').set({ status: «STATUS» })`,
    `const status = 'onlne'; db.updateTable('workspaces').set({ «status» })`,
    `const save = (status: string) => db.updateTable('workspaces').set({ «status» }); save('online'); save('onlne')`,
    `const save = (patch: Patch) => db.updateTable('workspaces').set(«patch»); save({ status: 'onlne' })`,
  ],
  'several ways': [
    `function set(q: any, status: string) { return q.set({ status }) } set(db.updateTable('workspaces'), 'online'); set(db.updateTable('agents'), 'anything')`,
    `function set(tx: any, status: string) { return tx.updateTable('workspaces').set({ «status» }) } set(db, 'online'); set(db, 'onlne')`,
    `function set(q: any) { return q.set({ status: «'onlne'» }) } set(db.updateTable('workspaces')); set(db.updateTable('agents'))`,
    `const q = x ? db.updateTable('workspaces') : db.updateTable('agents'); q.set({ status: x ? 'online' : 'anything' })`,
    `const patch = { status: 'onlne' }; db.updateTable('agents').set(patch); db.updateTable('workspaces').set(«patch»)`,
    `const tx = make(); tx.innerJoin('workspaces', 'a', 'b'); tx.selectFrom('agents').where('status', '=', 'onlne')`,
    `const find = (a: string, b: string, c: string) => db.selectFrom('workspaces').where(a, b, c); find('status', '=', 'onlne')`,
  ],
  traps: [
    `db.selectFrom('workspaces').orderBy('status', 'asc').select('name').where('name', '=', 'onlne')`,
    `db.selectFrom('workspaces').where('settings', '=', { status: 'onlne' } as any)`,
    `db.updateTable('workspaces').set({ settings: { status: 'onlne' } })`,
    `db.updateTable('projects').set({ status: 'onlne' })`,
    `db.selectFrom('workspaces').whereRef('status', '=', 'onlne')`,
    `cache.set('status', 'onlne'); new Map().set({ status: 'onlne' })`,
    `db.updateTable('workspaces').set({ status: null }).where('status', 'is', null)`,
    `const eb = make(); eb('status', '=', 'onlne'); db.selectFrom('workspaces')`,
  ],
}

describe.each(Object.entries(cases))('kysely %s', (_, codes) => {
  it.each(codes)('%s', (code) => check(code))
})

test('functions that call each other from many places come to an end', () => {
  const names = Array.from({ length: 12 }, (_, i) => `f${i}`)
  const calls = names.map((name) => `${name}(q)`).join('; ')
  const functions = names.map((name) => `function ${name}(q) { ${calls}; q.where('status', '=', 'onlne') }`)
  const code = `${functions.join('\n')}; f0(db.selectFrom('workspaces'))`
  // Followed to its end it would take as good as for ever.
  expect(usesOf(code).length).toBeLessThanOrEqual(names.length)
})
