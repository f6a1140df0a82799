import { describe, expect, test } from 'vitest'
import { traceOf, usesIn } from '../helpers.js'
import { catalog } from './check.js'

test.each([
  ["const label = 'Delete this workspace?'; f('Select all workspaces'); t(`Update ${n} workspaces`)", 0],
  ['f("Select the workspaces that you need, or update their status")', 0],
  // Looks like SQL, but is about nothing that has a value set: not handed to the parser.
  ['f("SELECT * FROM other WHERE status = \'x\'")', 1],
])('%s is not parsed', (code, candidates) => {
  const messages = traceOf(code, catalog).map((t) => t.message)
  expect(messages).toHaveLength(candidates)
  for (const message of messages) expect(message).toMatch(/names no table/)
})

describe('strings with no proof of being SQL for this database', () => {
  test.each([
    // User interface
    `confirm("Delete workspaces with status = 'gone'?")`,
    `t('Update workspaces set status')`,
    `"select workspaces where status = 'x' or so"`,
    // Unknown tables
    `f("UPDATE projects SET status = 'gone'")`,
    `f("SELECT * FROM other.workspaces WHERE status = 'gone'")`,
    // A column that the table does not have: another database's table of that name
    `f("SELECT * FROM workspaces WHERE state = 'x' AND status = 'gone'")`,
    // ClickHouse
    `f("SELECT * FROM workspaces FINAL WHERE status = 'gone' FORMAT JSONEachRow")`,
    `f("SELECT * FROM workspaces PREWHERE status = 'gone'")`,
    `f("SELECT * FROM workspaces WHERE id = {id:UInt64} AND status = 'gone'")`,
    `clickhouse.query({ query: "SELECT * FROM workspaces WHERE status = 'gone'" })`,
    `import { createClient } from '@clickhouse/client'; const c = createClient(); c.query({ query: "SELECT * FROM workspaces WHERE status = 'gone'" })`,
    // SQLite
    `f("INSERT OR REPLACE INTO workspaces (status) VALUES ('gone')")`,
    `import Database from 'better-sqlite3'; const db = new Database('x'); db.prepare("SELECT * FROM workspaces WHERE status = 'gone'")`,
    `const sqlite3 = require('sqlite3'); const db = new sqlite3.Database('x'); db.all("SELECT * FROM workspaces WHERE status = 'gone'", [])`,
    'f("PRAGMA table_info(workspaces); SELECT * FROM workspaces WHERE status = \'gone\'")',
    `export const f = (env: { DB: D1Database }) => env.DB.prepare("SELECT * FROM workspaces WHERE status = 'gone'")`,
    // MySQL
    'f("UPDATE `workspaces` SET `status` = \'gone\'")',
    `f("INSERT INTO workspaces SET status = 'gone'")`,
    `f("SELECT * FROM workspaces WHERE status = 'gone' LIMIT 5, 10")`,
    `import mysql from 'mysql2/promise'; const c = await mysql.createConnection({}); c.execute("UPDATE workspaces SET status = ?", ['gone'])`,
    `mysqlPool.query("UPDATE workspaces SET status = 'gone'")`,
    // T-SQL
    `f("SELECT TOP 10 * FROM workspaces WHERE status = 'gone'")`,
    `f("UPDATE [workspaces] SET [status] = 'gone'")`,
    // GraphQL
    'gql`query { workspaces(status: "gone") { id } }`',
    'graphql(`mutation { update(status: "gone") { workspaces } }`)',
    // Cypher
    `f("MATCH (w:workspaces) WHERE w.status = 'gone' RETURN w")`,
    `session.run("CREATE (w:workspaces {status: 'gone'})")`,
    // Text that something is put into before it is SQL
    `format("UPDATE workspaces SET status = '%s'", s)`,
    `f("UPDATE workspaces SET status = '{0}' WHERE status = '{status}' OR status = '%(s)s'")`,
    "f(\"UPDATE workspaces SET status = '${status}' WHERE status = '{{ s }}'\".replace(/x/g, s))",
    // Others
    `f("SELECT * FROM workspaces WHERE status = 'gone' QUALIFY row_number() OVER () = 1")`,
    `f("with workspaces as (select 1 as status) select * from workspaces where status = 2")`,
    `f("with workspaces as (select 'gone' as status) select * from workspaces where status = 'x'")`,
    "html`<select><option>workspaces status = 'gone'</option></select>`",
  ])('%s', (code) => {
    expect(usesIn(code, catalog)).toEqual([])
  })
})

describe('trace', () => {
  test.each([
    [
      `f("UPDATE workspaces SET status = 'online'")`,
      /^Read as SQL in a string: 1 string meets a closed set of values\.$/,
    ],
    [`f("UPDATE projects SET status = 'online'")`, /names no table/],
    [
      `f("UPDATE workspaces SET , status = 'online'")`,
      /could not be read as PostgreSQL: syntax error at or near ","\.$/,
    ],
    [`f("UPDATE workspaces SET nope = 'online'")`, /because Postgres would refuse it: .*nope/],
    [`import 'mysql2'; f("UPDATE workspaces SET status = 'online'")`, /another database than Postgres/],
  ])('%s', (code, message) => {
    expect(traceOf(code, catalog).map((t) => t.message)).toEqual([expect.stringMatching(message)])
  })
})

describe('tables that the file makes itself', () => {
  const USE = `db.query("UPDATE workspaces SET status = 'gone'")`
  const found = (create: string, filename: string): number =>
    usesIn(`db.query(\`${create}\`); ${USE}`, catalog, { filename }).filter(({ value }) => value === 'gone')
      .length

  test.each([
    ['CREATE TABLE workspaces (id int, status text)', 0],
    ['CREATE TABLE public."workspaces" (id int, status text)', 0],
    ['CREATE TEMP TABLE workspaces AS SELECT 1', 0],
    ['CREATE TABLE other.workspaces (id int)', 1],
    ['CREATE TABLE projects (id int)', 1],
    ['CREATE INDEX ON workspaces (id)', 1],
  ])('%s', (create, expected) => {
    expect(found(create, '/src/a.ts')).toBe(expected)
  })

  test('only in a test where it makes what is missing', () => {
    const create = 'CREATE TABLE IF NOT EXISTS workspaces (id int, status text)'
    expect(found(create, '/src/a.ts')).toBe(1)
    expect(found(create, '/src/a.test.ts')).toBe(0)
  })
})

describe('what is asserted to be rejected', () => {
  const QUERY = `db.query("UPDATE workspaces SET status = 'gone'")`
  test.each([
    [`await expect(${QUERY}).rejects.toThrow()`, 0],
    [`await expect(${QUERY}).rejects.toMatchObject({ code: '22P02' })`, 0],
    [`await expect(() => ${QUERY}).to.be.rejectedWith(Error)`, 0],
    [`expect(() => ${QUERY}).toThrowError(/invalid/)`, 0],
    [`await assert.rejects(${QUERY})`, 0],
    [`await assertRejects(() => ${QUERY})`, 0],
    [`await t.throwsAsync(async () => { await ${QUERY} })`, 0],
    [`await expect(${QUERY}).resolves.toBeDefined()`, 1],
    [`await expect(${QUERY}).not.rejects.toThrow()`, 1],
    [`await expect(${QUERY}).rejects.not.toThrow()`, 1],
    [`${QUERY}; expect(f()).rejects.toThrow()`, 1],
    [`await expect(db.query("SELECT 1 FROM workspaces WHERE status::text = 'gone'")).rejects.toThrow()`, 1],
  ])('%s', (code, expected) => {
    expect(usesIn(code, catalog).filter(({ value }) => value === 'gone')).toHaveLength(expected)
  })
})
