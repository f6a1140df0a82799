import { describe, it } from 'vitest'
import { check } from './check.js'

const ENTITIES = `import { BaseEntity, Brackets, Column, Entity, EntitySchema, Equal, In, ManyToOne, Not, OneToMany, Repository } from 'typeorm'
class Base { @Column() plan!: string }
@Entity('workspaces')
class Workspace extends Base {
  @Column({ name: 'status', type: 'enum' }) state!: string
  @Column({ type: 'enum', array: true }) history!: string[]
  @Column() name!: string
  @Column({ type: 'jsonb' }) settings!: object
  @OneToMany(() => Agent, (agent) => agent.workspace) agents!: Agent[]
  note!: string
}
@Entity({ name: 'agents' })
class Agent extends BaseEntity {
  @Column() agentKind!: string
  @Column() status!: string
  @ManyToOne(() => Workspace) workspace!: Workspace
}
const UserSchema = new EntitySchema({ name: 'User', tableName: 'users', schema: 'auth', columns: { role: { type: 'enum', name: 'user_role' } } })
const workspaces = dataSource.getRepository(Workspace)
`

const cases: Record<string, readonly string[]> = {
  repositories: [
    `workspaces.find({ where: { state: «'onlne'», name: 'onlne' } })`,
    `workspaces.findOneBy({ state: In(['online', «'onlne'»]) })`,
    `workspaces.findBy([{ state: Not(«'onlne'») }, { state: Not(In([«'of'»])) }, { state: Equal('online') }])`,
    `workspaces.update({ state: «'a'» }, { state: «'b'», plan: «'gold'» })`,
    `workspaces.insert([{ state: «'a'» }, { history: ['online', «'b'»] }])`,
    `workspaces.save({ id: 1, state: «'a'», agents: [{ agentKind: «'b'», status: 'b' }] })`,
    `workspaces.upsert({ state: «'a'» }, ['id'])`,
    `const ws = await workspaces.findOneByOrFail({ id }); ws.state = «'a'»; await workspaces.save(ws)`,
    `workspaces.find({ where: { agents: { agentKind: «'a'», status: 'a' } }, order: { state: 'ASC' } })`,
    `class S { constructor(@InjectRepository(Workspace) private readonly store: Repository<Workspace>) {} f() { return this.store.update(1, { state: «'a'» }) } }`,
    `class S { store: Repository<Workspace>; f() { return this.store.countBy({ state: «'a'» }) } }`,
    `class Store extends Repository<Workspace> { f() { return this.findBy({ state: «'a'» }) } }`,
    `function f(store: Repository<Workspace>) { return store.existsBy({ state: «'a'» }) }`,
    `Agent.find({ where: { agentKind: «'a'» } }); Agent.update({ agentKind: «'b'» }, { status: 'b' })`,
    `manager.update(Workspace, { id }, { state: «'a'» }); manager.findOne(Workspace, { where: { state: «'b'» } })`,
    `dataSource.transaction(async (em) => { await em.insert(Agent, { agentKind: «'a'» }) })`,
    `dataSource.getRepository(UserSchema).find({ where: { role: «'root'» } })`,
    `dataSource.getRepository(Workspace).find({ where: { state: «'a'» } })`,
  ],
  'query builders': [
    `workspaces.createQueryBuilder('w').where('w.state = :s', { s: «'a'» }).andWhere('w.state IN (:...list)', { list: ['online', «'b'»] })`,
    `workspaces.createQueryBuilder('w').where("w.state = '«a»' OR w.name = 'a'")`,
    `enum S { On = 'online' } workspaces.createQueryBuilder('w').where(\`w.state != '\${S.On}' OR w.state = '\${«'a'»}' OR w.state IN ('x\${y}', '\${y}')\`)`,
    `workspaces.createQueryBuilder('w').where('w.name = :n AND w.state = :s OR (w.plan = :p)', { n: 'a', s: «'b'», p: «'gold'» })`,
    `workspaces.createQueryBuilder('w').where(\`w.name = 'a' AND w.state = '«b»'\nAND NOT w.state IN ('«c»') AND 'x' || w.state = 'd'\`)`,
    `const qb = workspaces.createQueryBuilder('w'); qb.leftJoin('w.agents', 'a'); if (x) qb.andWhere('a.agentKind = :k AND a.status = :k'); qb.setParameter('k', «'a'»)`,
    `workspaces.createQueryBuilder('w').where('w.state <> :s').setParameter('s', «'a'»)`,
    `workspaces.createQueryBuilder('w').where('w.state <> :s').setParameters({ s: «'a'» })`,
    `workspaces.createQueryBuilder('w').leftJoin('w.agents', 'a').where('a.agentKind = :k AND a.status = :k', { k: «'a'» })`,
    `workspaces.createQueryBuilder('w').innerJoinAndSelect('w.agents', 'a', 'a.agentKind = :k', { k: «'a'» })`,
    `workspaces.createQueryBuilder('w').where(new Brackets((qb) => { qb.where('w.state = :s', { s: «'a'» }).orWhere('w.name = :n', { n: 'a' }) }))`,
    `workspaces.createQueryBuilder().update().set({ state: «'a'» }).where('status = :s', { s: «'b'» })`,
    `dataSource.createQueryBuilder().update(Workspace).set({ state: «'a'» }).where({ state: «'b'» })`,
    `dataSource.createQueryBuilder().insert().into(Agent).values([{ agentKind: «'a'» }])`,
    `dataSource.createQueryBuilder(Agent, 'a').where('a.agentKind = :k', { k: «'b'» })`,
    `dataSource.createQueryBuilder().delete().from(Agent).where('agentKind = :k', { k: «'b'» })`,
    `const qb = workspaces.createQueryBuilder('w'); if (x) qb.andWhere('w.state = :s', { s: «'a'» })`,
    `workspaces.createQueryBuilder('w').where('w.state::text = :s AND w.state = :t::text', { s: 'a', t: 'b' })`,
    `workspaces.createQueryBuilder('w').where(':s = ANY(w.history)', { s: «'a'» })`,
  ],
  traps: [
    `workspaces.find({ where: { settings: { state: 'a' } }, order: { state: 'ASC' }, select: { state: true } })`,
    `workspaces.save({ note: 'a', settings: { state: 'a' } })`,
    `class Plain { state!: string } dataSource.getRepository(Plain).find({ where: { state: 'a' } })`,
    `cache.update({ state: 'a' }, { state: 'b' }); new Set().find({ where: { state: 'a' } })`,
    `workspaces.createQueryBuilder('w').orderBy('w.state', 'ASC').where('x.state = :s', { s: 'a' })`,
    `Agent.find({ where: { status: 'a' } })`,
  ],
}

describe.each(Object.entries(cases))('typeorm %s', (_, codes) => {
  it.each(codes)('%s', (code) => check(ENTITIES + code))
})
