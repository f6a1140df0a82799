import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

// The example's service runs against a real Postgres: what the demo reports is what happens there.

const log = vi.hoisted(() => ({ rejected: new Map<string, string>() }))
let db: PGlite

vi.mock('pg', () => {
  class Pool {
    async query(query: string | { text: string; values?: unknown[] }, values?: unknown[]) {
      const text = typeof query === 'string' ? query : query.text
      try {
        const bound = (typeof query === 'string' ? values : query.values) ?? []
        // node-postgres sends an array as an array literal.
        const { rows, affectedRows } = await db.query(
          text,
          bound.map((value) => (Array.isArray(value) ? `{${value.join(',')}}` : value)),
        )
        return { rows, rowCount: affectedRows }
      } catch (error) {
        log.rejected.set(text, (error as Error).message)
        throw error
      }
    }
  }
  return { default: { Pool } }
})

const example = fileURLToPath(new URL('../../docs/example/', import.meta.url))
const { createTour, createWorkspace } = await import('../../docs/example/src/handlers/create.js')
const { hibernate, pause, remove, resume } = await import('../../docs/example/src/handlers/lifecycle.js')
const list = await import('../../docs/example/src/handlers/list.js')
const registering = await import('../../docs/example/src/handlers/register.js')
const sweep = await import('../../docs/example/src/jobs/health-sweep.js')
const { idle, liveness } = await import('../../docs/example/src/jobs/liveness.js')

async function migrate(folder: string): Promise<void> {
  for (const name of readdirSync(example + folder).sort()) {
    if (!name.endsWith('.down.sql')) await db.exec(readFileSync(`${example}${folder}/${name}`, 'utf8'))
  }
}

async function exerciseEverything(): Promise<void> {
  const { rows } = await db.query<{ id: string }>(
    'INSERT INTO organizations (name) VALUES (gen_random_uuid()::text) RETURNING id',
  )
  const organization = rows[0]!.id
  await createTour(organization)
  const id = await createWorkspace(organization, 'api')
  await registering.preRegister(id, '1.0.0')
  const agents = await db.query<{ id: string }>('SELECT id FROM agents WHERE workspace_id = $1', [id])
  await registering.register(agents.rows[0]!.id)
  await registering.registrationFailed(id, new Error('no disk'))
  await sweep.retryFailed()
  await sweep.healthSweep(async () => ({ id, reachable: false, agentRunning: false }))
  await db.query(`UPDATE workspaces SET status = 'offline', last_seen_at = now() WHERE id = $1`, [id])
  await liveness()
  await sweep.healthSweep(async () => ({ id, reachable: true, agentRunning: false }))
  await sweep.hibernations()
  await resume(id, false)
  await pause(id)
  await idle()
  await list.listWorkspaces(organization)
  await list.waitingForAgent()
  await list.search(organization, 'active', 'o')
  await hibernate(id, async () => undefined)
  await remove(id)
  await list.summary(organization)
}

beforeAll(async () => {
  db = await PGlite.create()
  vi.spyOn(console, 'warn').mockReturnValue(undefined)
  vi.spyOn(console, 'debug').mockReturnValue(undefined)
  await migrate('migrations')
})
afterAll(() => db.close())
beforeEach(() => {
  log.rejected.clear()
})

const wrong = (value: string) => `invalid input value for enum workspace_status: "${value}"`

test('the five wrong statements fail, no other, and only the typo is noticed', async () => {
  await expect(exerciseEverything()).rejects.toThrow('"onlne"')
  expect([...log.rejected.values()].sort()).toEqual([
    wrong('awaiting_agent'),
    wrong('awaiting_agent'),
    wrong('awaiting_agent'),
    wrong('hibernating'),
    wrong('onlne'),
  ])
})

test('with the later migration only the typo is left', async () => {
  await migrate('later')
  await expect(exerciseEverything()).rejects.toThrow('"onlne"')
  expect([...log.rejected.values()]).toEqual([wrong('onlne')])
})
