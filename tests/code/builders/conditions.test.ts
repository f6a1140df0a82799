import { describe, expect, test } from 'vitest'
import { Files } from '../../project/files.js'
import { check, catalog } from '../sql/check.js'
import { usesIn } from '../helpers.js'

const FILES = {
  'package.json': '{ "dependencies": { "@prisma/client": "*", "knex": "*" } }',
  'prisma/schema.prisma': `enum Status {\n  online\n  offline\n  failed\n}\nmodel Workspace {\n  id String @id\n  status Status\n  name String\n  @@map("workspaces")\n}\n`,
  'where.ts': `export const ofStatus = (status: string) => ({ status })
export const broken = () => ({ status: 'onlne' })
export function search(filter) {
  const where = { name: filter.name }
  if (filter.live) where.status = 'onlne'
  return where
}
export function given(status: string) {
  const where = {}
  if (status) where.status = status
  return where
}
export function put(where) { where.status = 'onlne'; return {} }
`,
}

describe('conditions and rows that a function puts together', () => {
  test.each([
    `function build(q) { const where: Prisma.WorkspaceWhereInput = {}; if (q.name) where.name = 'onlne'; if (q.live) where.status = { in: ['online', «'onlne'»] }; return where } prisma.workspace.findMany({ where: build(q) })`,
    `async function build(q) { const row = {}; row.status = «'onlne'»; return row } prisma.workspace.update({ where: { id }, data: { ...(await build(q)), name: 'x' } })`,
    `const build = () => { const where = {}; where.status = «'onlne'»; return where }; knex('workspaces').where(build())`,
    `function build(status: string) { const where = {}; where.status = status; return where } prisma.workspace.findMany({ where: build(«'onlne'») })`,
    `import { ofStatus, broken } from './where'; prisma.workspace.findMany({ where: ofStatus(«'onlne'») }); prisma.workspace.findMany({ where: { AND: [ofStatus(«'onlne'»)] } })`,
    `import { given } from './where'; prisma.workspace.findMany({ where: given(«'onlne'») })`,
  ])('%s', (text) => check(text, { filename: new Files(FILES).path('file.ts') }))

  test.each([
    `function build(q) { const where = {}; where.status = 'onlne'; return { name: q } } prisma.workspace.findMany({ where: build(q) })`,
    `function build(where) { where.status = 'onlne'; return {} } prisma.workspace.findMany({ where: build({}) })`,
    `import { put } from './where'; prisma.workspace.findMany({ where: put({}) })`,
    `function build() { const row = {}; row.status = 'onlne'; return row } prisma.workspace.update({ where: { id }, data: { ...build(), status: 'online' } })`,
    `function build() { const row = {}; row.status = 'onlne'; return row } prisma.project.findMany({ where: build() })`,
  ])('nothing: %s', (text) => check(text, { filename: new Files(FILES).path('file.ts') }))

  test('what another file assigns is reported where its function is called, and replaced nowhere', () => {
    const files = new Files(FILES)
    const code = `import { broken, search } from './where'; prisma.workspace.findMany({ where: search(q) }); prisma.workspace.findMany({ where: broken() })`
    const uses = usesIn(code, catalog, { filename: files.path('file.ts') }).filter(
      ({ value }) => value === 'onlne',
    )
    expect(uses.map(({ range, edit, declared }) => [code.slice(...range), edit, declared?.line])).toEqual([
      ['search(q)', undefined, 5],
      ['broken()', undefined, 2],
    ])
    expect(uses.map(({ declared }) => declared?.file)).toEqual([
      files.path('where.ts'),
      files.path('where.ts'),
    ])
  })
})
