import { describe, test } from 'vitest'
import { Files } from '../../project/files.js'
import { check } from './check.js'

const REPO = `import { db, sql } from './db'
import { isStatus, MAP, STATUSES } from './status'
const UPDATE = 'UPDATE workspaces SET status = $2 WHERE id = $1'
export async function set(id: string, status: string) { await db.query('UPDATE workspaces SET status = $2 WHERE id = $1', [id, status]) }
export const setByName = (name: string, status: string) => db.query(UPDATE, [name, status])
export const tagged = (id: string, status = 'online') => sql\`UPDATE workspaces SET status = \${status} WHERE id = \${id}\`
export function create(input: { name: string; status: string }) { return db.query('INSERT INTO workspaces (name, status) VALUES ($1, $2)', [input.name, input.status]) }
export function make({ name, status = 'online' }: Row) { return db.one('INSERT INTO workspaces (name, status) VALUES ($1, $2)', [name, status]) }
class Base { list(status: string) { return db.any('SELECT * FROM workspaces WHERE status = $1', [status]) } }
export class Repo extends Base {
  set(id: string, status: string) { return db.query(UPDATE, [id, status]) }
  own() { return db.query("UPDATE workspaces SET status = 'onlne' WHERE name = $1", ['x']) }
}
export const repo = new Repo()
export const log = (status: string) => console.log('UPDATE workspaces SET status = $1', status)
export function all(status: string) { if (status === 'all') return db.any('SELECT 1'); return db.any('SELECT * FROM workspaces WHERE status = $1', [status]) }
export function some(filter: { status: string }) { return filter.status === 'all' ? [] : db.any('SELECT * FROM workspaces WHERE status = $1', [filter.status]) }
export function valid(status: string) { return isStatus(status) ? db.any('SELECT * FROM workspaces WHERE status = $1', [status]) : [] }
export function listed(status: string) { return STATUSES.includes(status) ? db.any('SELECT * FROM workspaces WHERE status = $1', [status]) : [] }
export function changed(status: string) { status = status.toLowerCase(); return db.any('SELECT * FROM workspaces WHERE status = $1', [status]) }
export function upper(status: string) { return db.any('SELECT * FROM workspaces WHERE status = $1', [status.toLowerCase()]) }
export function mapped(status: string) { return db.any('SELECT * FROM workspaces WHERE status = $1', [MAP[status]]) }
export function translated(status: string) { return db.any('SELECT * FROM workspaces WHERE status = $1', [translate(status)]) }
const translate = (status: string) => (status === 'live' ? 'online' : status)
`

const FILES = {
  'repo.ts': REPO,
  'index.ts': `export * from './repo'`,
  'click.ts': `import { createClient } from '@clickhouse/client'\n${REPO.replace(/^import.*\n/gm, '')}`,
  'api.ts': `export const set = (id: string, status: string) => fetch('/api', { body: JSON.stringify({ id, status }) })`,
}

describe('strings given to functions of other files that run SQL', () => {
  test.each([
    `import { set } from './repo'; set('1', 'online'); set('1', «'onlne'»); set('onlne', 'offline')`,
    `import { set as put } from './index'; put('1', c ? 'online' : «'onlne'»)`,
    `import * as all from './repo'; all.set('1', «'onlne'»)`,
    `import { setByName } from './repo'; setByName('onlne', «"onlne"»)`,
    `import { tagged } from './repo'; tagged('1'); tagged('1', «'onlne'»)`,
    `import { create } from './repo'; create({ name: 'onlne', status: «'onlne'» })`,
    `import { make } from './repo'; make({ name: 'onlne' }); make({ name: 'x', status: «'onlne'» })`,
    `import { set } from './repo'; const Status = { ON: 'onlne' } as const; set('1', «Status.ON»)`,
    `import { Repo } from './repo'; new Repo().set('1', «'onlne'»)`,
    `import { repo } from './repo'; repo.set('1', «'onlne'»); repo.list(«'onlne'»); repo.own('onlne')`,
    `import { Repo } from './repo'; class Handler { constructor(private readonly repo: Repo) {} run() { this.repo.set('1', «'onlne'»); this.repo.list(«'onlne'») } }`,
    `import type { Repo } from './repo'; class Handler { repo: Repo; run(other: Repo) { this.repo.list(«'onlne'»); other.set('onlne', «'onlne'») } }`,
    `import { all } from './repo'; all('all'); all(«'ofline'»)`,
    `import { some } from './repo'; some({ status: 'all' }); some({ status: «'ofline'» })`,
    `import { translated } from './repo'; translated('live'); translated(«'onlne'»)`,
  ])('%s', (text) => check(text, { filename: new Files(FILES).path('file.ts') }))

  test.each([
    `import { log } from './repo'; log('onlne')`,
    `import { valid, listed } from './repo'; valid('onlne'); listed('onlne')`,
    `import { changed, upper, mapped } from './repo'; changed('ONLINE'); upper('ONLINE'); mapped('live')`,
    `import { set } from './click'; set('1', 'onlne')`,
    `import { set } from './api'; set('1', 'onlne')`,
    `import { set } from 'elsewhere'; set('1', 'onlne')`,
    `import { set } from './repo'; const args = ['1', 'onlne']; set(...args)`,
    `import { Repo } from './repo'; interface Other { set(id: string, status: string): void } function f(r: Other) { r.set('1', 'onlne') }`,
  ])('nothing in %s', (text) => check(text, { filename: new Files(FILES).path('file.ts') }))
})

test('what a function makes of the strings that it asks for is another branch', () => {
  check(
    `const translate = (s) => (s === 'live' ? 'online' : s)\nsql\`UPDATE workspaces SET status = \${translate('live')}\`; sql\`UPDATE workspaces SET status = \${translate(«'onlne'»)}\``,
  )
})
