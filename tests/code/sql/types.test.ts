import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { markWrong, wrongIn } from '../helpers.js'
import { catalog, check } from './check.js'

const HEAD = `import { z } from 'zod'
type S = 'online' | 'onlne'
type Row = { id: string; status: S; name: 'onlne' }
interface Base { status: S }
interface Row2 extends Base { id: string }
class Dto { status!: S }
class Dto2 extends Dto {}
enum E { A = 'online', B = 'onlne' }
enum N { A = 'online', B = 1 }
const MAP = { online: 1, onlne: 2 } as const
const Schema = z.object({ status: z.enum(['online', 'onlne']).optional(), all: z.array(z.nativeEnum(E)) }).strict()
`

const run = (value: string): string => `db.query('UPDATE workspaces SET status = $1', [${value}])`

describe('values by the types of names', () => {
  test.each([
    ['Row', 'x.status'],
    ['Partial<Row>', 'x.status'],
    ["Pick<Row, 'status'>", 'x.status'],
    ["Omit<Row, 'id'> & { more: 1 }", 'x.status'],
    ["Row['status']", 'x'],
    ["Row['status'] | null", 'x'],
    ['NonNullable<S>', 'x'],
    ["Exclude<S, 'online'>", 'x'],
    ['Record<string, Row>', 'x.any.status'],
    ['Row2', 'x.status'],
    ['Dto', 'x.status'],
    ['Dto2', 'x.status'],
    ['E', 'x'],
    ['keyof typeof MAP', 'x'],
    ['readonly Row[]', 'x[0].status'],
    ["Row[][number]['status']", 'x'],
    ['{ filter?: { row: Row } }', 'x.filter?.row.status'],
    ['z.infer<typeof Schema>', 'x.status'],
    ['z.output<typeof Schema>', 'x.all[0]'],
  ])('%s', (type, value) => {
    check(`${HEAD}export function f(x: ${type}) { ${run(`«${value}»`)} }`)
  })

  test.each([
    'export async function f(rows: Row[]) { for (const row of rows) await RUN(«row.status») }',
    'export const f = (rows: Array<Row>) => rows.map((row) => RUN(«row.status»))',
    'export const f = (rows: Set<Row>) => { for (const { status } of rows) RUN(«status») }',
    'export class R { constructor(private readonly row: Row) {} f() { return RUN(«this.row.status») } }',
    'export class R { state!: S; f() { if (!this.state) return; RUN(«this.state») } }',
    'export const f = (body: unknown) => { const { status } = Schema.parse(body); RUN(«status») }',
    'export const f = async (body: unknown) => { const x = await Schema.parseAsync(body); if (x.status) RUN(«x.status») }',
    'export const f = (body: unknown) => { const r = Schema.safeParse(body); RUN(«r.data.status») }',
    "export const f = (body: unknown) => { const x = z.object({ s: z.union([z.literal('online'), z.literal('onlne')]) }).parse(body); RUN(«x.s») }",
    'export const f = (body: unknown) => { const x = Schema.extend({ id: z.string() }).refine(isGood).parse(body); RUN(«x.status») }',
  ])('%s', (code) => check(HEAD + code.replace(/RUN\((«.*?»)\)/g, (_, value: string) => run(value))))
})

describe('types that may be narrower, or are not known', () => {
  test.each([
    "Exclude<S, 'onlne'>",
    'N',
    'S | string',
    'Generic<S>',
    'Row',
    'Unknown',
    "Extract<S, 'online'>",
    'z.infer<typeof Other>',
    'keyof Row',
  ])('%s', (type) => {
    expect(wrongIn(`${HEAD}export function f(x: ${type}) { ${run('x')} }`, catalog)).toEqual([])
  })

  test.each([
    "export const f = (rows: Row[]) => rows.map((row) => row.status !== 'onlne' && RUN)",
    "export const f = (rows: Row[]) => rows.filter((row) => row.status !== 'onlne').map((row) => RUN)",
    "export const f = (rows: Row[]) => { for (const row of rows) { if (row.status === 'onlne') continue; RUN } }",
    "export class R { f(row: Row) { row.status = 'online'; RUN } }",
    "export class R { row!: Row; f() { const { row } = this; if (row.status === 'onlne') return; RUN } }",
    'export const f = (body: unknown) => { const row = Schema.transform(fix).parse(body); RUN }',
    "export const f = (body: unknown) => { const row = z.object({ status: z.enum(['onlne']).refine(is) }).parse(body); RUN }",
    "export const f = (body: unknown) => { const row = z.object({ status: z.enum(['onlne']).or(z.string()) }).parse(body); RUN }",
    'export const f = (body: unknown) => { const row = yup.object({ status: z }).parse(body); RUN }',
  ])('%s', (code) => {
    expect(wrongIn(HEAD + code.replace('RUN', run('row.status')), catalog)).toEqual([])
  })
})

test('types and schemas of other files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'types-'))
  writeFileSync(
    join(folder, 'types.ts'),
    `export enum E { A = 'online', B = 'onlne' }\nexport class Dto { s!: E }\n`,
  )
  writeFileSync(
    join(folder, 'schema.ts'),
    `import { z } from 'zod'\nexport const Body = z.object({ s: z.enum(['onlne']) })\n`,
  )
  const head = `import { E, Dto } from './types'\nimport { Body } from './schema'\n`
  const options = { filename: join(folder, 'a.ts') }
  const wrongAt = (code: string) => markWrong(head + code, catalog, options).slice(head.length)
  expect(wrongAt(`export const f = (e: E) => ${run('e')}`)).toContain('[«e»]')
  expect(wrongAt(`export const f = (dto: Dto) => ${run('dto.s')}`)).toContain('[«dto.s»]')
  expect(
    wrongIn(`${head}export const f = (b: unknown) => ${run('Body.parse(b).s')}`, catalog, options).map(
      (u) => u.declared,
    ),
  ).toEqual([{ name: 'Body', line: 2, file: join(folder, 'schema.ts') }])
})
