import { describe, it } from 'vitest'
import { check } from './check.js'

const ENTITIES = `import { Collection, Entity, EntityRepository, EntitySchema, Enum, ManyToOne, OneToMany, Property, wrap } from '@mikro-orm/core'
@Entity({ tableName: 'workspaces' })
class Workspace {
  @Enum({ items: () => Status, fieldName: 'status' }) state!: Status
  @Enum({ array: true }) history!: Status[]
  @Property() name!: string
  @Property() plan!: string
  @Property({ type: 'json' }) settings!: object
  @OneToMany(() => Agent, (agent) => agent.workspace) agents = new Collection<Agent>(this)
}
@Entity({ tableName: 'agents' })
class Agent {
  @Enum() agentKind!: Kind
  @Property() status!: string
  @ManyToOne() workspace!: Workspace
}
const UserSchema = new EntitySchema({ name: 'User', tableName: 'users', schema: 'auth', properties: { role: { enum: true, fieldName: 'user_role' } } })
const repository = em.getRepository(Workspace)
`

const cases: Record<string, readonly string[]> = {
  manager: [
    `em.find(Workspace, { state: «'a'», name: 'a' })`,
    `em.findOne(Workspace, { state: { $in: ['online', «'a'»], $ne: «'b'» } })`,
    `em.count(Workspace, { $or: [{ state: «'a'» }, { $not: { state: { $nin: [«'b'»] } } }] })`,
    `em.find(Workspace, { state: ['online', «'a'»], plan: «'gold'» })`,
    `em.find(Workspace, { agents: { agentKind: «'a'», status: 'a' } })`,
    `em.find(Agent, { workspace: { state: «'a'» } })`,
    `em.nativeUpdate(Workspace, { state: «'a'» }, { state: «'b'» })`,
    `em.insertMany(Workspace, [{ state: «'a'» }, { history: [«'b'»] }])`,
    `em.upsert(Workspace, { state: «'a'» }); em.create(Agent, { agentKind: «'b'» }); em.nativeDelete(Agent, { agentKind: «'c'» })`,
    `const ws = await em.findOneOrFail(Workspace, 1); em.assign(ws, { state: «'a'» }); wrap(ws).assign({ state: «'b'» })`,
    `em.find(UserSchema, { role: «'root'» })`,
    `em.transactional(async (em) => { await em.insert(Workspace, { state: «'a'» }) })`,
  ],
  repositories: [
    `repository.find({ state: «'a'» }); repository.findAll({ where: { state: «'b'» } })`,
    `class S { constructor(private readonly store: EntityRepository<Workspace>) {} f() { return this.store.nativeUpdate({ id: 1 }, { state: «'a'» }) } }`,
    `class Store extends EntityRepository<Workspace> { f() { return this.findOne({ state: «'a'» }) } }`,
  ],
  'query builders': [
    `em.createQueryBuilder(Workspace, 'w').where({ state: «'a'» }).andWhere({ 'w.state': { $in: [«'b'»] } })`,
    `em.qb(Workspace).update({ state: «'a'» }).where({ state: «'b'» })`,
    `em.qb(Workspace).insert({ state: «'a'» })`,
    `repository.createQueryBuilder('w').leftJoin('w.agents', 'a').where({ 'a.agentKind': «'a'», 'a.status': 'a' })`,
  ],
  traps: [
    `em.find(Workspace, { settings: { state: 'a' } }, { orderBy: { state: 'asc' } })`,
    `em.find(Plain, { state: 'a' }); other.find({ state: 'a' })`,
    `em.find(Agent, { status: 'a' })`,
  ],
}

describe.each(Object.entries(cases))('mikro-orm %s', (_, codes) => {
  it.each(codes)('%s', (code) => check(ENTITIES + code))
})
