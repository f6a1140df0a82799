import * as typescriptParser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import { expect, it } from 'vitest'
import plugin from '../../src/index.js'
import { Files } from './files.js'

const DRIZZLE = `import { eq } from 'drizzle-orm'
import { pgTable, text } from 'drizzle-orm/pg-core'
export const jobs = pgTable('jobs', { id: text('id'), state: text('state') })
export type Job = typeof jobs.$inferSelect
export const setState = (id: string, state: string) => db.update(jobs).set({ state }).where(eq(jobs.id, id))
export const load = async (id: string) => (await pool.query('SELECT state FROM jobs WHERE id = $1', [id])).rows[0]
export const finish = (id: string, state: string) => pool.query('UPDATE jobs SET state = $2 WHERE id = $1', [id, state])
export const DONE = 'done'
`

/** Two packages with a table of the same name, and one that has no database of its own. */
const FILES = {
  'package.json': '{"workspaces":["packages/*"]}',
  'packages/app/package.json': '{"name":"app"}',
  'packages/app/migrations/1.sql': "CREATE TABLE jobs (id text, state text CHECK (state IN ('new', 'old')));",
  'packages/app/src/jobs.ts': DRIZZLE,
  'packages/queue/package.json': '{"name":"queue"}',
  'packages/queue/migrations/1.sql':
    "CREATE TABLE jobs (id text, state text CHECK (state IN ('new', 'done')));",
  'packages/queue/index.ts': DRIZZLE,
}

const CODE = (
  source: string,
): string => `import { DONE, finish, jobs, load, setState, type Job } from '${source}'
finish('1', 'done')
setState('1', 'done')
db.insert(jobs).values({ state: 'done' })
export const isDone = (job: Job) => job.state === 'done'
export const wasDone = async (id: string) => (await load(id)).state === 'done'
pool.query('UPDATE jobs SET state = $1', [DONE])
`

/** The lines that something is reported in. */
function linesIn(files: Files, code: string, settings?: unknown): number[] {
  const name = files.path('packages/app/src/main.ts')
  files.write({ 'packages/app/src/main.ts': code })
  return new Linter({ cwd: files.dir })
    .verify(
      code,
      {
        files: ['**/*.ts'],
        languageOptions: { parser: typescriptParser },
        plugins: { 'pg-enum': plugin },
        rules: { 'pg-enum/no-unknown-value': 'error' },
        settings: { 'pg-enum': settings },
      } as Linter.Config,
      name,
    )
    .map(({ line }) => line)
}

it('functions, tables and types of the same database are checked', () => {
  expect(linesIn(new Files(FILES), CODE('./jobs'))).toEqual([2, 3, 4, 5, 6, 7])
})

it('those of a package with migrations of its own are not, but its constants are followed', () => {
  expect(linesIn(new Files(FILES), CODE('queue'))).toEqual([7])
})

it('nor where the settings name the migrations of the linted file', () => {
  const settings = { migrations: 'packages/app/migrations' }
  expect(linesIn(new Files(FILES), CODE('./jobs'), settings)).toHaveLength(6)
  expect(linesIn(new Files(FILES), CODE('queue'), settings)).toEqual([7])
})

it('those of a package are, where the settings say that the linted file has its migrations', () => {
  const { 'packages/queue/migrations/1.sql': queue, ...rest } = FILES
  const files = new Files({ ...rest, 'packages/queue/migrations/1.sql': queue.replace('done', 'gone') })
  expect(linesIn(files, CODE('queue'), { migrations: 'packages/queue/migrations' })).toHaveLength(6)
})

it('those of a package without migrations are', () => {
  const { 'packages/queue/migrations/1.sql': _, ...rest } = FILES
  expect(linesIn(new Files(rest), CODE('queue'))).toHaveLength(6)
})
