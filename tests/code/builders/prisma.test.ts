import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parsePrismaSchema } from '../../../src/code/builders/prismaSchema.js'
import { check, usesOf } from './check.js'

const file = fileURLToPath(new URL('prisma/file.ts', import.meta.url))

const cases: Record<string, readonly string[]> = {
  writes: [
    `prisma.agent.create({ data: { kind: «'biuld'», status: 'biuld', lastStatus: 'ONLINE' } })`,
    `prisma.workspace.create({ data: { state: «'ONLNE'», history: ['ONLINE', «'OF'»], plan: «'gold'» } })`,
    `prisma.workspace.update({ where: { id }, data: { state: { set: «'ONLNE'» }, history: { push: «'OF'» } } })`,
    `prisma.workspace.updateMany({ data: { state: «WorkspaceStatus.HIBERNATING» } })`,
    `prisma.workspace.createMany({ data: [{ state: 'ONLINE' }, { state: «'ONLNE'» }] })`,
    `prisma.workspace.upsert({ where: { id }, create: { state: «'A'» }, update: { state: «'B'» } })`,
    `prisma.workspace.create({ data: { agents: { create: [{ kind: «'biuld'», status: 'biuld' }] } } })`,
    `prisma.workspace.update({ where: { id }, data: { agents: { createMany: { data: [{ kind: «'a'» }] }, updateMany: { where: { kind: «'b'» }, data: { kind: «'c'» } }, connectOrCreate: { where: { id }, create: { kind: «'d'» } }, upsert: { where: { id }, create: { kind: «'e'» }, update: { kind: «'f'» } } } } })`,
    `prisma.agent.update({ where: { id }, data: { workspace: { update: { state: «'ONLNE'» } } } })`,
    `ctx.prisma.workspace.create({ data: { state: «'ONLNE'» } })`,
    `prisma.$transaction(async (client2) => { await client2.workspace.create({ data: { state: «'ONLNE'» } }) })`,
    `class A { constructor(private readonly store: PrismaService) {} f() { return this.store.agent.create({ data: { kind: «'a'» } }) } }`,
    `const store = new PrismaClient(); store.agent.create({ data: { kind: «'a'» } })`,
    `const data = { kind: 'a' }; prisma.agent.create({ «data» })`,
  ],
  conditions: [
    `prisma.workspace.findMany({ where: { state: «'ONLNE'», name: 'ONLNE' } })`,
    `prisma.workspace.findFirst({ where: { OR: [{ state: «'a'» }, { NOT: { state: { in: ['ONLINE', «'b'»] } } }, { AND: { state: { not: { equals: «'c'» } } } }] } })`,
    `prisma.workspace.count({ where: { state: { not: «'a'», notIn: [«'b'»] }, history: { has: «'c'», hasSome: [«'d'»] } } })`,
    `prisma.workspace.findMany({ where: { agents: { some: { kind: «'a'» }, none: { status: 'a' } } } })`,
    `prisma.agent.findMany({ where: { workspace: { state: «'ONLNE'» } } })`,
    `prisma.agent.findMany({ where: { workspace: { is: { state: «'ONLNE'» } } } })`,
    `prisma.workspace.findMany({ include: { agents: { where: { kind: «'a'» } } }, orderBy: { state: 'asc' } })`,
    `prisma.workspace.findUnique({ where: { id_state: { id, state: «'a'» } } })`,
    `const where: Prisma.AgentWhereInput = {}; where.kind = «'a'»; prisma.agent.findMany({ where })`,
    `const where: Prisma.AgentWhereInput = {}; const before = where.AND ? (Array.isArray(where.AND) ? where.AND : [where.AND]) : []; where.AND = [...before, { kind: «'a'» }]; prisma.agent.findMany({ where })`,
    `const where: Prisma.AgentWhereInput = {}; where.OR = [...(where.OR ?? []), ...(where.OR ?? []), { kind: «'a'» }]; prisma.agent.findMany({ where })`,
  ],
  traps: [
    `api.workspace.create({ data: { state: 'ONLNE' } })`,
    `prisma.project.create({ data: { state: 'ONLNE' } })`,
    `prisma.workspace.create({ data: { settings: { state: 'ONLNE' } } })`,
    `prisma.workspace.findMany({ where: { settings: { path: ['state'], equals: 'ONLNE' } } })`,
    `prisma.workspace.findMany({ orderBy: { state: 'desc' }, distinct: ['state'] })`,
    `prisma.agent.create({ data: { status: 'ONLNE', workspace: { connect: { id: 1 } } } })`,
  ],
}

describe.each(Object.entries(cases))('prisma %s', (_, codes) => {
  it.each(codes)('%s', (code) => check(code, file))
})

describe('prisma enum names', () => {
  it('gives the value of the database, and writes the name of the code', () => {
    const [use] = usesOf(`prisma.workspace.create({ data: { state: 'ONLINE' } })`, file)
    expect(use).toMatchObject({ value: 'online', kind: 'write' })
    expect(use!.edit!.write('offline')).toBe(`'OFFLINE'`)
    expect(use!.edit!.write('paused')).toBeUndefined()
  })

  it('leaves comments and attributes of other kinds alone', () => {
    const { models } = parsePrismaSchema(
      'model A { // model B {\n id Int @id @default(autoincrement()) @map(name: "a_id")\n  // x String\n @@schema("auth")\n}\n',
    )
    expect(
      [...models.values()].map(({ table, schema, fields }) => [table, schema, [...fields.values()]]),
    ).toEqual([['A', 'auth', [{ name: 'id', type: 'Int', column: 'a_id' }]]])
  })
})
