import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { check } from './check.js'

const filename = fileURLToPath(new URL('../../fixtures/queries/file.ts', import.meta.url))

describe('queries of other files', () => {
  it.each([
    `import { update } from './queries.js'; update.set({ status: «'a'», name: 'a' }).execute()`,
    `import { renamed } from './index.js'; renamed.set({ status: «'a'» }).execute()`,
    `import { online } from './index.js'; online().where('w.status', '=', «'a'»).where('w.name', '=', 'a').execute()`,
    `import * as queries from './queries.js'; queries.update.set({ status: «'a'» }).execute(); queries.online().where('w.status', 'in', [«'b'»]).execute()`,
    `import { agents } from './queries.js'; agents(knex).where('workspaces.status', «'a'»).where('agents.status', 'a')`,
    `import { inserted } from './queries.js'; const workspaces = other; inserted.values({ state: «'a'», name: 'a' })`,
    `import workspaces from './queries.js'; workspaces.update({ status: «'a'», name: 'a' })`,
    `import { update } from './queries.js'; const patch = { status: 'a' }; let q = update; if (x) q = q.set(«patch»); q.execute()`,
    `import { projects, cache } from './queries.js'; projects.set({ status: 'a' }).execute(); cache.set({ status: 'a' })`,
    `import { make } from './queries.js'; make().where({ status: 'a' })`,
    `import { update } from './elsewhere.js'; update.set({ status: 'a' }).execute()`,
  ])('%s', (code) => check(code, filename))
})
