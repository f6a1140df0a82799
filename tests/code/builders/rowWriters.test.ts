import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'vitest'
import { check } from '../sql/check.js'

const SQL =
  "const keys = Object.keys(row); return db.query(`INSERT INTO ${table} (${keys.join(', ')}) VALUES (${keys.map((_, i) => `$${i + 1}`)})`, keys.map((k) => row[k]))"

describe('functions of the same file', () => {
  test.each([
    `function insert(table, row) { ${SQL} }\ninsert('workspaces', { name: 'onlne', status: «'onlne'» }); insert('agents', { status: 'onlne' })`,
    `const insert = ({ table, values: row }) => { ${SQL} }\ninsert({ table: 'workspaces', values: { status: «'onlne'» } })`,
    `const insert = (options) => { const { table, row } = options; ${SQL} }\ninsert({ table: 'workspaces', row: { status: «'onlne'» } })`,
    `function insert(table, row) { ${SQL} }\nfunction all(table, rows) { for (const row of rows) insert(table, row) }\nall('workspaces', [{ status: 'online' }, { status: «'onlne'» }])`,
    `function insert(table, row) { ${SQL} }\nconst all = (rows) => rows.map((row) => insert('workspaces', row))\nall([{ status: «'onlne'» }])`,
    `class R { insert(table, row) { ${SQL} }\n f() { this.insert('workspaces', { status: «'onlne'» }) } }`,
    "async function update(id, patch) { const sets = Object.keys(patch).map((k, i) => `\"${k}\" = $${i + 2}`); await db.query(`UPDATE workspaces SET ${sets} WHERE id = $1`, [id, ...Object.values(patch)]) }\nupdate(1, { name: 'onlne', status: «'onlne'» })",
    "function update(table, patch, where) { return db.query('UPDATE ' + table + ' SET ' + list(Object.keys(patch)) + ' WHERE ' + list(Object.keys(where))) }\nupdate('workspaces', { status: «'onlne'» }, { status: «'ofline'» })",
    "function f() { const row = { name: 'onlne', status: 'onlne' }; const keys = Object.keys(«row»); return db.query(`UPDATE workspaces SET ${keys.map((k, i) => `${k} = $${i + 1}`)}`, Object.values(row)) }",
    "function f() { const row = {}; row.status = «'onlne'»; const keys = Object.keys(row); return db.query(`UPDATE workspaces SET ${keys.map((k, i) => `${k} = $${i + 1}`)}`, Object.values(row)) }",
    "const insert = (table, row) => sql`INSERT INTO ${sql(table)} ${sql(row)}`\ninsert('workspaces', { status: «'onlne'» }); insert('auth.users', { status: «'onlne'» })",
  ])('%s', (text) => check(text))

  test.each([
    // Another table, two tables, and keys that are no columns.
    "function insert(table, row) { return db.query(`INSERT INTO ${table}_log (${Object.keys(row)})`, Object.values(row)) }\ninsert('workspaces', { status: 'onlne' })",
    `function insert(table, row) { db.query("INSERT INTO agents (id) VALUES (1)"); ${SQL} }\ninsert('workspaces', { status: 'onlne' })`,
    `function insert(table, row) { ${SQL} }\ninsert('workspaces', { status: 'onlne', label: 'x' })`,
    `function insert(table, row) { ${SQL} }\ninsert(pick(), { status: 'onlne' })`,
    // What is made of the keys is no list of columns.
    "function set(id, patch) { return db.query('UPDATE workspaces SET name = $1', [Object.entries(patch).join()]) }\nset(1, { status: 'onlne' })",
    "function set(id, flags) { for (const [k, v] of Object.entries(flags)) db.query('UPDATE workspaces SET settings = jsonb_set(settings, $1, $2)', [[k], v]) }\nset(1, { status: 'onlne' })",
    "function track(table, row) { log(table, Object.keys(row)) }\ntrack('workspaces', { status: 'onlne' })",
    "function insert(table, row) { return db.query(`INSERT INTO ${table} (${Object.keys(map(row))})`, Object.values(map(row))) }\ninsert('workspaces', { status: 'onlne' })",
    "function f(options = { status: 'onlne' }) { const row = { id: 1 }; return db.query(`UPDATE workspaces SET ${Object.keys(row)}`, row) }",
  ])('is no row of the table: %s', (text) => check(text))
})

describe('functions of other files', () => {
  function checkFiles(files: Readonly<Record<string, string>>, text: string): void {
    const folder = mkdtempSync(join(tmpdir(), 'rows-'))
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    check(text, { filename: join(folder, 'file.ts') })
  }

  test.each([
    `import { insert } from './db'; insert('workspaces', { name: 'onlne', status: «'onlne'» }); insert('agents', { status: 'onlne' })`,
    `import * as db from './db'; db.insert('workspaces', { status: «'onlne'» })`,
    `import { all } from './db'; all('workspaces', [{ status: «'onlne'» }])`,
    `import { all } from './db'; all('workspaces', NAMES.map((name) => ({ name, status: «'onlne'» })))`,
    `import { Repo } from './db'; const repo = new Repo(); repo.save({ table: 'workspaces', values: { status: «'onlne'» } })`,
    `import { built } from './db'; built('workspaces', { status: «'onlne'» }); built('agents', { status: 'onlne' })`,
    `import { insert } from './db'; export const f = (status: 'online' | 'onlne') => insert('workspaces', { «status» })`,
    `import { send } from './db'; send('workspaces', { status: 'onlne' })`,
    `import { insert } from './sqlite/db'; insert('workspaces', { status: 'onlne' })`,
  ])('%s', (text) => {
    checkFiles(
      {
        'db.ts': `export function insert(table, row) { ${SQL} }
export async function all(table, rows) { for (const row of rows) await insert(table, row) }
export class Repo { save({ table, values: row }) { ${SQL} } }
export const built = (table: string, row: object) => knex(table).insert(row).returning('id')
export const send = (table: string, row: object) => fetch('/' + table, { body: Object.entries(row) })`,
        'sqlite/db.ts': `import Database from 'better-sqlite3'\nexport function insert(table, row) { ${SQL} }`,
      },
      text,
    )
  })
})
