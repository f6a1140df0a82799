import { describe, test } from 'vitest'
import { check } from '../sql/check.js'

const ZOD = `import { z } from 'zod';`
const ROW = `z.object({ name: z.string(), status: z.enum(['online', 'onlne']) })`
const SQL = (value: string): string =>
  `await db.query('UPDATE workspaces SET status = $1 WHERE name = $2', [${value}, name])`

describe('what a framework hands on after a schema has let it through', () => {
  test.each([
    `${ZOD} router({ set: procedure.input(${ROW}).mutation(async ({ ctx, input }) => { ${SQL('«input.status»')} }) })`,
    `${ZOD} const Input = ${ROW}; router({ list: procedure.use(auth).input(Input).query(({ input: { status } }) => db.query('SELECT * FROM workspaces WHERE status = $1', [«status»])) })`,
    `${ZOD} procedure.input(${ROW}).output(z.void()).mutation(async (opts) => { const { status } = opts.input; ${SQL('«status»')} })`,
    `${ZOD} os.input(${ROW}).handler(async ({ input }) => { ${SQL('«input.status»')} })`,
    `${ZOD} export const set = actionClient.inputSchema(${ROW}).action(async ({ parsedInput: { status, name }, ctx }) => { ${SQL('«status»')} })`,
    `${ZOD} export const set = client.schema(${ROW}).metadata({}).action(async ({ parsedInput }) => { ${SQL('«parsedInput.status»')} })`,
    `${ZOD} createServerFn({ method: 'POST' }).validator(${ROW}).handler(async ({ data }) => { ${SQL('«data.status»')} })`,
    `${ZOD} app.post('/', zValidator('query', z.object({ status: z.string() })), zValidator('json', ${ROW}), async (c) => { const { status } = c.req.valid('json'); ${SQL('«status»')}; const q = c.req.valid('query'); ${SQL('q.status')} })`,
    `${ZOD} procedure.input(z.object({ workspaces: z.array(${ROW}) })).mutation(async ({ input }) => { for (const { status } of input.workspaces) ${SQL('«status»')} })`,
  ])('%s', (text) => check(text))

  test.each([
    `${ZOD} procedure.input(${ROW}).mutation(async ({ ctx }) => { ${SQL('ctx.status')} })`,
    `${ZOD} procedure.input(${ROW}).mutation(async ({ input }) => { if (input.status === 'onlne') return; ${SQL('input.status')} })`,
    `${ZOD} procedure.input(${ROW}.transform(toRow)).mutation(async ({ input }) => { ${SQL('input.status')} })`,
    `${ZOD} procedure.output(${ROW}).mutation(async ({ input }) => { ${SQL('input.status')} })`,
    `${ZOD} form.input(${ROW}).render(({ input }) => { ${SQL('input.status')} })`,
    `import { z } from './z'; procedure.input(${ROW}).mutation(async ({ input }) => { ${SQL('input.status')} })`,
    `${ZOD} app.post('/', zValidator('query', ${ROW}), async (c) => { ${SQL(`c.req.valid('json').status`)} })`,
    `${ZOD} app.post('/', check('json', ${ROW}), async (c) => { ${SQL(`c.req.valid('json').status`)} })`,
    `${ZOD} app.post('/', zValidator('json', ${ROW}), async (c) => { ${SQL(`other.req.valid('json').status`)} })`,
  ])('nothing: %s', (text) => check(text))
})

const TABLE = `import { pgTable, text } from 'drizzle-orm/pg-core'; const workspaces = pgTable('workspaces', { name: text(), status: text() });`

describe('rows that only a type or a schema tells of', () => {
  test.each([
    `interface Row { name: string; status: 'online' | 'onlne' } export const put = (row: Row) => db.insertInto('workspaces').values(«row»).execute()`,
    `${TABLE} export async function put(row: { status?: 'online' | 'onlne' }) { await db.update(workspaces).set({ ...«row», name: 'onlne' }) }`,
    `${ZOD} ${TABLE} export async function put(body: unknown) { const parsed = ${ROW}.safeParse(body); if (!parsed.success) return; await db.insert(workspaces).values(«parsed.data») }`,
    `${ZOD} ${TABLE} procedure.input(${ROW}).mutation(({ input }) => db.insert(workspaces).values(«input»))`,
    `${ZOD} export const put = async (body: unknown) => supabase.from('workspaces').insert(«${ROW}.parse(body)»)`,
    `${ZOD} const Row = ${ROW}.extend({ id: z.string() }).omit({ id: true }); export const put = async (body: unknown) => supabase.from('workspaces').insert(«Row.parse(body)»)`,
    `interface Row { id: string; status: 'online' | 'onlne' } export const put = (row: Omit<Row, 'id'>) => supabase.from('workspaces').update(«row»)`,
    `type Row = Pick<Workspace, 'status'>; interface Workspace { status: 'online' | 'onlne'; name: 'onlne' } export const put = (row: Row) => supabase.from('workspaces').update(«row»)`,
  ])('%s', (text) => check(text))

  test.each([
    `interface Row { status: 'online' | 'onlne' } export const put = (row: Row) => db.insertInto('workspaces').values({ ...row, status: 'online' }).execute()`,
    `interface Row { status: 'online' | 'onlne' } export const put = ({ status, ...row }: Row) => db.insertInto('workspaces').values(row).execute()`,
    `interface Row { status: 'online' | 'onlne' } export const put = (row: Omit<Row, 'status'>) => db.insertInto('workspaces').values(row).execute()`,
    `interface Row { status: 'online' | 'onlne' } export function put(row: Row) { row.status = 'online'; return db.insertInto('workspaces').values(row).execute() }`,
    `interface Row { status: 'online' | 'onlne' } export function put(row: Row) { if (row.status === 'onlne') return; return db.insertInto('workspaces').values(row).execute() }`,
    `interface Row { status: 'online' | 'onlne' } export const put = (row: Row) => db.insertInto('workspaces').values(toRow(row)).execute()`,
    `interface Row { status: 'online' | 'onlne' } export const put = (row: Row) => db.insertInto('projects').values(row).execute()`,
    `${ZOD} ${TABLE} const Row = ${ROW}.omit({ status: true }); export const put = (body: unknown) => db.insert(workspaces).values(Row.parse(body))`,
    `${ZOD} ${TABLE} const Row = ${ROW}.pick({ name: true }); export const put = (body: unknown) => db.insert(workspaces).values(Row.parse(body))`,
    `interface Row { status: 'online' | 'onlne' } export const put = (row: Pick<Row, 'name'>) => db.insertInto('workspaces').values(row).execute()`,
    `interface Row { status: string; name: 'online' | 'onlne' } export const put = (row: Row) => db.insertInto('workspaces').values(row).execute()`,
  ])('nothing: %s', (text) => check(text))
})
