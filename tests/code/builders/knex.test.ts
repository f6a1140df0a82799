import { describe, it } from 'vitest'
import { check } from './check.js'

const MODEL = `import { Model } from 'objection'
class Workspace extends Model { static tableName = 'workspaces' }
class Agent extends Model { static get tableName() { return 'agents' } }
`

const cases: Record<string, readonly string[]> = {
  conditions: [
    `knex('workspaces').where('status', «'onlne'»)`,
    `knex('workspaces').where('status', '=', «'onlne'»).andWhere('status', '<>', «'of'»)`,
    `knex('workspaces').where({ status: «'onlne'», name: 'onlne' })`,
    `knex('workspaces').where({ 'workspaces.status': «'onlne'» })`,
    `knex('workspaces as w').where('w.status', «'onlne'»).orWhere({ 'w.status': 'online' })`,
    `knex({ w: 'workspaces' }).where('w.status', «'onlne'»)`,
    `knex('workspaces').whereNot('status', «'onlne'»).orWhereNot({ status: «'of'» })`,
    `knex('workspaces').whereIn('status', ['online', «'onlne'»]).whereNotIn('status', [«'of'»])`,
    `knex('workspaces').whereIn(['status', 'name'], [['online', 'onlne'], [«'onlne'», 'x']])`,
    `knex('workspaces').whereBetween('status', ['online', «'onlne'»])`,
    `knex('workspaces').where('status', 'in', [«'onlne'»])`,
    `knex('workspaces').where('history', '@>', [«'onlne'»])`,
    `knex('workspaces').where(function () { this.where('status', «'onlne'»).orWhere('name', 'onlne') })`,
    `knex('workspaces').where((qb) => qb.where('status', «'onlne'»).orWhere((b) => b.where({ status: «'of'» })))`,
    `knex('workspaces').andWhere((qb) => { qb.where('status', «'onlne'») })`,
    `knex.select('*').from('workspaces').where('status', «'onlne'»)`,
    `knex.where('status', «'onlne'»).from('workspaces')`,
    `knex('workspaces').groupBy('status').having('status', '=', «'onlne'»).havingIn('status', [«'of'»])`,
    `knex('agents').join('workspaces', 'workspaces.id', 'agents.workspace_id').where('workspaces.status', «'onlne'»).where('agents.status', 'onlne')`,
    `knex('agents').join('workspaces as w', function () { this.on('w.id', '=', 'agents.workspace_id').andOnVal('w.status', '=', «'onlne'») })`,
    `knex('agents').whereExists(function () { this.select('*').from('workspaces').where('workspaces.status', «'onlne'») })`,
    `knex('workspaces').modify((qb) => qb.where('status', «'onlne'»))`,
    `knex.withSchema('auth').from('users').where('user_role', «'root'»)`,
    `knex('auth.users').where('user_role', «'root'»)`,
    `this.knex('workspaces').where('status', «'onlne'»)`,
    `await trx('workspaces').where('status', «'onlne'»).first()`,
    `knex.transaction(async (trx) => { await trx('workspaces').where({ status: «'onlne'» }) })`,
    `class A { constructor(private readonly store: Knex) {} f() { return this.store('workspaces').where({ status: «'onlne'» }) } }`,
    `const workspaces = () => knex('workspaces'); workspaces().where({ status: «'onlne'» })`,
    `knex('workspaces').where('plan', «'gold'»)`,
    `const COLUMN = 'status'; knex('workspaces').where(COLUMN, «'onlne'»).whereIn(COLUMN, [«'of'»])`,
    `const q = knex('agents'); q.join('workspaces as w', 'w.id', 'agents.workspace_id'); q.where('w.status', «'onlne'»).where('agents.status', 'onlne')`,
    `const by = (column: string) => knex('workspaces').where(column, 'onlne'); by('status'); by('name')`,
  ],
  writes: [
    `knex('workspaces').insert({ status: «'onlne'», name: 'onlne', plan: «'gold'» })`,
    `knex('workspaces').insert([{ status: 'online' }, { status: «'onlne'» }], 'id')`,
    `knex('workspaces').insert(rows.map((r) => ({ ...r, status: «'onlne'» })))`,
    `knex('workspaces').update({ status: «'onlne'» }).where({ id })`,
    `knex('workspaces').where({ id }).update('status', «'onlne'»)`,
    `knex('workspaces').insert({ id, status: 'online' }).onConflict('id').merge({ status: «'onlne'» })`,
    `knex('workspaces').insert({ id, status: 'online' }).onConflict('id').merge(['status'])`,
    `knex.insert({ status: «'onlne'» }).into('workspaces')`,
    `knex.batchInsert('workspaces', [{ status: «'onlne'» }], 100)`,
    `knex('agents').insert({ agentKind: «'onlne'» })`,
    `const stop = (trx: Knex, status: string) => trx('workspaces').update({ «status» }); stop(make('a'), 'onlne')`,
    `const stop = (q: any, status: string) => q.update({ status }); stop(knex('workspaces'), 'online'); stop(knex('agents'), 'any')`,
    `knex('workspaces').insert({ history: [«'onlne'»] })`,
  ],
  objection: [
    `${MODEL} Workspace.query().where('status', «'onlne'»)`,
    `${MODEL} Workspace.query().findOne({ status: «'onlne'» })`,
    `${MODEL} Workspace.query(trx).patch({ status: «'onlne'» }).where({ id })`,
    `${MODEL} Workspace.query().patchAndFetchById(1, { status: «'onlne'» })`,
    `${MODEL} Workspace.query().insert({ status: «'onlne'», settings: { status: 'onlne' } })`,
    `${MODEL} Workspace.query().alias('w').where('w.status', «'onlne'»)`,
    `${MODEL} Agent.query().join('workspaces', 'a', 'b').where('workspaces.status', «'onlne'»).where('agents.status', 'onlne')`,
    `${MODEL} const ws = await Workspace.query().findById(1); await ws.$query().patch({ status: «'onlne'» })`,
    `${MODEL} async function stop(ws: Workspace) { await ws.$query().patch({ status: «'onlne'» }) }`,
    `${MODEL} Workspace.relatedQuery('agents').for(1).patch({ status: 'onlne' })`,
    `${MODEL} Agent.query().where('status', 'onlne').where('agent_kind', «'onlne'»)`,
    `class W extends Model { static tableName = 'workspaces'; static f() { return this.query().where('status', «'onlne'») } }`,
  ],
  traps: [
    `knex('workspaces').orderBy('status', 'asc').where('name', 'onlne')`,
    `knex('workspaces').where('status', 'like', 'onl%')`,
    `knex('projects').where('status', 'onlne')`,
    `knex('agents').where('status', 'onlne')`,
    `knex.with('workspaces', knex('agents')).select().from('workspaces').where('status', 'onlne')`,
    `knex('agents').join(knex('workspaces').as('w'), 'a', 'b').where('last_status', «'onlne'»).where('w.status', 'onlne')`,
    `Array.from('workspaces').filter({ status: 'onlne' })`,
    `db.table('workspaces').where({ status: 'onlne' })`,
    `describe('workspaces', () => { x.where('status', 'onlne') })`,
    `firestore.collection('workspaces').where('status', '==', 'onlne')`,
    `knex('workspaces').where('settings', { status: 'onlne' })`,
    `map('workspaces').update({ status: 'onlne' }, 1)`,
    `knex('workspaces').join('agents', 'agents.status', 'workspaces.status').select('status')`,
  ],
}

describe.each(Object.entries(cases))('knex %s', (_, codes) => {
  it.each(codes)('%s', (code) => check(code))
})
