import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compareObjects } from './objects.js'
import { compareStatements } from './statements.js'

let db: PGlite

beforeAll(() => {
  db = new PGlite()
})
afterAll(() => db.close())

it('5,000 random statements: the same values are rejected, the same types come out', async () => {
  const run = await compareStatements(db, { seed: 20_000_000, databases: 25, perDatabase: 200 })
  expect(run.differences.map(({ seed, what, statement }) => ({ seed, what, statement }))).toEqual([])
  expect(run.statements).toBe(5000)
  // The writer is worth something only while Postgres takes most of what it writes.
  expect(run.accepted).toBeGreaterThan(4000)
  expect(run.rejections).toBeGreaterThan(5000)
}, 180_000)

it('700 views, policies, functions, triggers, COPYs and the like: the same when Postgres runs them', async () => {
  const run = await compareObjects(db, { seed: 30_000_000, databases: 7, perDatabase: 100 })
  expect(run.differences).toEqual([])
  expect(run.accepted.size).toBeGreaterThan(14)
  for (const kind of run.accepted.keys()) expect(run.rejections.get(kind), kind).toBeGreaterThan(0)
}, 180_000)
