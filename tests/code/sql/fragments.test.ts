import { describe, expect, test } from 'vitest'
import { wrongIn } from '../helpers.js'
import { catalog, check } from './check.js'

const ENTITY =
  "@Entity('workspaces') class Workspace {}\nconst workspaces = pgTable('workspaces', { status: statusEnum() })\n"

describe('pieces whose call proves what they are', () => {
  test.each([
    `knex('workspaces').whereRaw("status = «'onlne'»")`,
    `knex('workspaces as w').whereRaw("w.status = ?", [«'onlne'»])`,
    `knex({ w: 'workspaces' }).whereRaw("w.status = :s", { s: «'onlne'» })`,
    `knex.select('*').from('workspaces').orWhereRaw("status = «'onlne'»")`,
    `knex('workspaces').where(knex.raw("status = ?", [«'onlne'»]))`,
    `knex('agents').join('workspaces as w', 'w.id', 'agents.workspace_id').whereRaw("w.status = «'onlne'»")`,
    `knex('workspaces').orderByRaw("status = «'onlne'» DESC, id")`,
    `knex('workspaces').orderByRaw("CASE WHEN status = «'onlne'» THEN 0 ELSE 1 END")`,
    `knex('workspaces').groupBy('id').havingRaw("max(status) = «'onlne'»")`,
    `knex('agents').joinRaw("JOIN workspaces w ON w.status = «'onlne'»")`,
    `knex('agents').select(knex.raw("(SELECT 1 FROM workspaces WHERE status = «'onlne'»)"))`,
    `knex('workspaces').select('id', knex.raw("count(*) FILTER (WHERE status = «'onlne'») AS n"))`,
    `ds.createQueryBuilder().from('agents', 'a').leftJoin('workspaces', 'w', "w.id = a.workspace_id AND w.status = «'onlne'»")`,
    `knex('workspaces').where((qb) => { qb.whereRaw("status = «'onlne'»") })`,
    `knex('agents').update({ name: knex.raw("CASE WHEN size = «'onlne'» THEN 1 END") })`
      .replace('onlne', 'small')
      .replace(/[«»]/g, ''),
    `knex('workspaces').update({ name: knex.raw("CASE WHEN status = «'onlne'» THEN 'a' END") })`,
    `knex('workspaces as w').whereExists(knex('agents').whereRaw("w.status = «'onlne'»"))`,
    `knex('workspaces').then(async () => { await knex('auth.users').whereRaw("status = «'onlne'»") })`,
    `where: sequelize.literal("workspaces.status = «'onlne'»")`,
    `where: literal("workspaces.status = «'onlne'»")`,
    `q.whereRaw("workspaces.status = «'onlne'»")`,
    `repo.createQueryBuilder('w').from(Workspace, 'w').where("w.status = «'onlne'»")`,
    `db.createQueryBuilder(Workspace, 'w').where("w.status = :s", { s: «'onlne'» })`,
    `db.createQueryBuilder(Workspace, 'w').where("w.id = :id", { id }).andWhere("w.status IN (:...s)", { s: [«'onlne'»] })`,
    `db.createQueryBuilder(Workspace, 'w').where("w.status = :s").setParameter('s', «'onlne'»)`,
    `db.createQueryBuilder(Workspace, 'w').where("w.status = :s").setParameters({ s: «'onlne'» })`,
    `ds.getRepository(Workspace).createQueryBuilder('w').where("w.status = «'onlne'»")`,
    `class S { constructor(private readonly repo: Repository<Workspace>) {} f() { return this.repo.createQueryBuilder('w').where("w.status = «'onlne'»") } }`,
    `db.selectFrom('workspaces as w').where(sql\`w.status = «'onlne'»\`)`,
    `db.updateTable('workspaces').where(sql<boolean>\`status = \${«'onlne'»}\`)`,
    `db.update(x).where(and(eq(a, b), sql\`workspaces.status = «'onlne'»\`))`,
    "db.update(workspaces).set({ status: sql`CASE WHEN ${c} THEN ${workspaces.status} ELSE «'onlne'» END` })",
    "db.updateTable('workspaces').set({ status: sql`«'onlne'»` }).where('id', '=', 1)",
    `knex('workspaces').update({ status: knex.raw("COALESCE(?, status)", [«'onlne'»]) })`,
    `db.query(sql\`AND workspaces.status = «'onlne'»\`)`,
  ])('%s', (text) => check(ENTITY + text))
})

test.each([
  `q.whereRaw("status = 'onlne'")`,
  `knex('agents').whereRaw("status = 'onlne'")`,
  `knex('unknown').whereRaw("status = 'onlne'")`,
  `q.where("status", "onlne")`,
  `list.where("w.status = 'onlne'")`,
  `knex('agents').leftJoin('workspaces', 'name', 'agents.name').whereRaw("name.status = 'onlne'")`,
  `knex('agents as workspaces').whereRaw("workspaces.status = 'onlne'")`,
  "const x = sql`status = 'onlne'`",
])('nothing is proven: %s', (code) => {
  expect(wrongIn(ENTITY + code, catalog)).toEqual([])
})
