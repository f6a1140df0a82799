import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { traceOf, usesIn, wrongIn } from '../helpers.js'
import { catalog, check } from './check.js'

const SET = 'UPDATE workspaces SET status = '

describe('templates that are appended to', () => {
  test.each([
    "const q = SQL`SELECT * FROM workspaces`\nq.append(SQL` WHERE status = ${«'onlne'»}`)\ndb.query(q)",
    "const q = SQL`SELECT * FROM workspaces`\nif (c) q.append(` WHERE status = «'onlne'»`)\ndb.query(q)",
    "const q = SQL`SELECT * FROM workspaces`\nq.append(SQL` WHERE id = ${1}`).append(SQL` AND status = ${«'onlne'»}`)",
    "db.query(SQL`SELECT * FROM `.append('workspaces').append(SQL` WHERE status = ${«'onlne'»}`))",
  ])('%s', (text) => check(text))
})

describe('fragments keep their place', () => {
  test.each([
    "const cond = sql`status = ${«'onlne'»}`; f(sql`SELECT * FROM workspaces WHERE ${cond}`)",
    "const parts = []\nparts.push(sql`SELECT * FROM workspaces`)\nparts.push(sql`WHERE status = ${«'onlne'»}`)\nf(sql.join(parts, sql.raw(' ')))",
    "f(sql`SELECT * FROM workspaces WHERE ${eb.ref('status')} = «'onlne'»`)",
    "db.selectFrom('workspaces').where(({ ref }) => sql`${ref('status')} = «'onlne'»`)",
  ])('%s', (text) => check(text))

  test("the name of drizzle's placeholder is no value", () => {
    expect(
      usesIn("sql`SELECT * FROM workspaces WHERE status = ${sql.placeholder('status')}`", catalog),
    ).toEqual([])
  })
})

describe('values that are quoted for text', () => {
  test.each([
    `f('${SET}\\'' + «'onlne'» + '\\'')`,
    `f("INSERT INTO agents (size) VALUES ('" + «"its bad"» + "')")`,
    'f(`' + SET + "${client.escapeLiteral(«'onlne'»)}`)",
    `f("${SET}" + escapeLiteral(«'onlne'»))`,
    "f(`UPDATE ${client.escapeIdentifier('workspaces')} SET status = «'onlne'»`)",
  ])('%s', (text) => {
    expect(wrongIn(text.replaceAll(/[«»]/g, ''), catalog)).toHaveLength(1)
    if (text.includes('onlne')) check(text)
  })

  test('a quote in a value is doubled there', () => {
    const code = `f("INSERT INTO agents (size) VALUES ('" + 'x' + "')")`
    const [use] = wrongIn(code, catalog)
    expect(code.slice(...use!.range)).toBe("'x'")
    expect(use!.edit!.write("it's big")).toBe(`'it\\'\\'s big'`)
  })
})

describe('values beside the SQL', () => {
  test.each([
    "sql`INSERT INTO workspaces (name, status) VALUES ${sql([['onlne', «'onlne'»], ['faild', 'online']])}`",
    "sql`INSERT INTO workspaces ${sql(rows.map((r) => ({ id: r.id, status: «'onlne'» })))}`",
    `client.queryObject({ text: "${SET}$STATUS", args: { status: «'onlne'» } })`,
    `const p = []\np.push('onlne')\np.push(«'onlne'»)\ndb.query("UPDATE workspaces SET name = $1, status = $2", p)`,
    `const p = ['onlne']\np.push(«'onlne'», id)\nif (c) p.push(1)\ndb.query("UPDATE workspaces SET name = $1, status = $2", p)`,
    "const sets = []\nconst vals = []\nif (c) {\n  sets.push(`status = $${i++}`)\n  vals.push(«'onlne'»)\n}\ndb.query(`UPDATE workspaces SET ${sets.join(', ')} WHERE id = $${i}`, [...vals, id])",
    `async function text() { return "${SET}$1" }\nconst r = await db.query(await text(), [«'onlne'»])`,
    `class C { private q = "${SET}$1"; m() { this.db.query(this.q, [«'onlne'»]) } }`,
    `db.query("${SET}$1::text::status", [«'onlne'»])`,
    `db.query("INSERT INTO workspaces (id, status) SELECT a, b::status FROM unnest($1::int8[], $2::text[]) t(a, b)", [ids, ['online', «'onlne'»]])`,
    `db.query("UPDATE workspaces w SET status = v.s::status FROM (VALUES ($1, $2), ($3, $4)) v(id, s) WHERE w.id = v.id::int8", [1, 'online', 2, «'onlne'»])`,
    `db.query("SELECT * FROM workspaces WHERE status = ANY($1::text[]::status[])", [['online', «'onlne'»]])`,
    `db.query("SELECT * FROM json_to_recordset($1) AS r(s status) WHERE s = $2", [rows, «'onlne'»])`,
    "knex('workspaces').update({ status: knex.raw('?', [«'onlne'»]) })",
    `db.none(pgp.as.format("${SET}$1", [«'onlne'»]))`,
    "db.none('INSERT INTO workspaces(${this:name}) VALUES(${this:csv})', { name: 'onlne', status: «'onlne'» })",
  ])('%s', (text) => check(text))

  test.each([
    `class C { private q = "${SET}$1"; set q2(v) { this.q = v } m() { this.db.query(this.q, ['onlne']) } }`,
    `const p = []\nif (c) p.push('x')\np.push('onlne')\ndb.query("UPDATE workspaces SET name = $2, status = $1", p)`,
    `const p = []\nfill(p)\np.push('onlne')\ndb.query("${SET}$1", p)`,
    `const p = []\ndb.query("${SET}$1", p)\np.push('onlne')`,
    "sql`INSERT INTO workspaces (name, status) VALUES ${sql([['onlne', 'online'], ['faild', 'online']])}`",
    "db.none('INSERT INTO workspaces(${this:name}) VALUES(${this:csv})', { ...rest, status: s })",
    `db.query("SELECT NULLIF($1::text, '')::status FROM workspaces", [''])`,
  ])('nothing is known to be wrong: %s', (code) => {
    expect(wrongIn(code, catalog)).toEqual([])
  })

  test('a function that is called nowhere may be given all that its type allows', () => {
    const code = `const f = (s: 'online' | 'onlne') => db.query("${SET}$1", [s])`
    expect(wrongIn(code, catalog).map((u) => u.value)).toEqual(['onlne'])
  })

  test('a test that the code goes on behind leaves all that the type allows', () => {
    const code = `async function f(s: 'online' | 'onlne') {
      if (s === 'online') await notify(s)
      await db.query("${SET}$1", [s])
      return s === 'online' ? 1 : undefined
    }`
    expect(wrongIn(code, catalog).map((u) => u.value)).toEqual(['onlne'])
    const left = code.replace('await notify(s)', 'return')
    expect(wrongIn(left, catalog).map((u) => u.value)).toEqual(['onlne'])
    const unknown = left.replace("s === 'online'", 'isFinal(s)')
    expect(wrongIn(unknown, catalog)).toEqual([])
  })
})

test('text that is put together from itself ends', () => {
  const code =
    "const conds = []; conds.push(`status M workspaces WHERE ${conds.join(' AND ')}`)\nconst conds = []; conds.push(`status = '${s}'`); f(`SELECT * FROM workspaces WHERE ${conds.join(' AND ')}`)"
  const gaveUp = traceOf(code, catalog).filter(({ message }) => message.startsWith('A finder gave up'))
  expect(gaveUp).toEqual([])
})

test.each([
  "const f = []; f.push(sql`status = ${«'onlne'»}`); f.push(sql`name = ${'onlne'}`); db.query(sql`SELECT * FROM workspaces WHERE ${join(f, ' AND ')}`)",
  "db.query(SQL`UPDATE ${identifier('workspaces')} SET status = ${«'onlne'»}`)",
  "db.query(SQL`UPDATE ${identifier('agents')} SET status = ${'onlne'}`)",
  "db.query(sql`SELECT * FROM workspaces WHERE name = ${join(dir, 'onlne')} AND status = «'onlne'»`)",
])('helpers imported by themselves: %s', (text) => check(text))

describe('lists in text, and by type', () => {
  test.each([
    'const L = ["online", «"onlne"»]; f(`SELECT * FROM workspaces WHERE status IN (\'${L.join("\', \'")}\')`)',
    'const L = ["online", "offline"]; f(`SELECT * FROM workspaces WHERE status IN (\'${L.join("\', \'")}\') AND status <> «\'onlne\'»`)',
    "f(`SELECT * FROM workspaces WHERE name IN ('${ids.join(\"', '\")}') AND status = «'onlne'»`)",
    // Text with quotes of its own, of an array too, is no value with quotes.
    "const L = ['online', 'offline'].map((s) => `'${s}'`).toString(); f(`SELECT * FROM workspaces WHERE status IN (${L}) AND status <> «'onlne'»`)",
    "f(`SELECT * FROM workspaces WHERE status IN (${['online', 'onlne'].map((s) => «`'${s}'`»)})`)",
    "const L = ['online', 'offline']; f(`SELECT * FROM workspaces WHERE status = ANY('{${L.join(',')}}') AND status <> «'onlne'»`)",
    "const L = ['online', 'onlne']; f(`SELECT * FROM workspaces WHERE status = ANY('{${«L.join(',')»}}')`)",
    "const client = postgres(); client`UPDATE workspaces SET ${client({ status: «'onlne'» })}`",
    "const client = postgres(); client`INSERT INTO workspaces ${client([{ status: «'onlne'» }], 'status')}`",
  ])('%s', (text) => check(text))

  const type = "type S = 'online' | 'onlne'\ninterface O { s?: S; all: Array<S> }\n"
  test.each([
    'export const f = (s: S[]) => sql`SELECT * FROM workspaces WHERE status = ANY(${«s»})`',
    'export const f = (s: readonly S[]) => db.query(`SELECT * FROM workspaces WHERE status = ANY($1)`, [«s»])',
    'export const f = (s: ReadonlyArray<S>) => sql`SELECT * FROM workspaces WHERE status IN ${sql(«s»)}`',
    'export const f = (o: O) => sql`UPDATE workspaces SET status = ${«o.s»}`',
    'export const f = (o: O) => sql`SELECT * FROM workspaces WHERE status = ANY(${«o.all»})`',
    'export const f = (o: O) => { o.s = next; return sql`UPDATE workspaces SET status = ${o.s}` }',
    'export const f = (o: O) => { if (o.s !== X) return; return sql`UPDATE workspaces SET status = ${o.s}` }',
    'export const f = (o: O) => { const is = o.s === X; return is ? 0 : sql`UPDATE workspaces SET status = ${o.s}` }',
    'export const f = (o: O) => sql`SELECT * FROM agents WHERE status = ANY(${o.all})`',
    'export const f = (o: O) => { if (o.s) db.query(`UPDATE workspaces SET status = $1`, [«o.s»]) }',
    'export const f = (o: O) => o.s && db.query(`UPDATE workspaces SET status = $1`, [«o.s»])',
    'export const f = (o: O) => { if (!o.s || o.s === undefined) return; db.query(`UPDATE workspaces SET status = $1`, [«o.s!»]) }',
    'export const f = (o?: O) => db.query(`UPDATE workspaces SET status = $1`, [«o?.s»])',
    'export const f = (o: O) => { const { s } = o; return db.query(`UPDATE workspaces SET status = $1`, [«s»]) }',
    'export const f = (o: O) => { const { s: t = null } = o; const u = t; return db.query(`UPDATE workspaces SET status = $1`, [«u»]) }',
    'export const f = ({ filter }: { filter: O }) => db.query(`UPDATE workspaces SET status = $1`, [«filter.s»])',
    'export const f = (i: { filter: O }) => { if (i.filter) db.query(`UPDATE workspaces SET status = $1`, [«i.filter.s»]) }',
    'export const f = (i: { filter: O }) => { i.filter = next; db.query(`UPDATE workspaces SET status = $1`, [i.filter.s]) }',
    'export const f = (i: { filter: O; n: S }) => { i.n = next; db.query(`UPDATE workspaces SET status = $1`, [«i.filter.s»]) }',
    'export const f = (o: O) => { if (o.s && isStatus(o.s)) db.query(`UPDATE workspaces SET status = $1`, [o.s]) }',
    'export const f = (o: O) => { if (VALID[o.s]) db.query(`UPDATE workspaces SET status = $1`, [o.s]) }',
    'export const f = (o: O) => { const { s } = o; if (s === X) return; return db.query(`UPDATE workspaces SET status = $1`, [s]) }',
    'export const f = (o: O) => { const s = o.s; return VALID.has(s) && db.query(`UPDATE workspaces SET status = $1`, [s]) }',
    'export const f = (o: O) => { const t = o; assertValid(o); return db.query(`UPDATE workspaces SET status = $1`, [t.s]) }',
  ])('%s', (text) => check(type + text))
})

test.each([
  "db.sql<S>`SELECT * FROM ${'workspaces'} WHERE ${'status'} = ${db.param(«'onlne'»)} AND ${'name'} = ${db.param('onlne')}`",
  "db.sql`SELECT * FROM ${'workspaces'} WHERE ${{ name: 'onlne', status: «'onlne'» }}`",
  "db.sql`INSERT INTO ${'workspaces'} (${db.cols(row)}) VALUES (${db.vals(row)})`; const row = { name: 'onlne', status: s }",
  "db.sql`INSERT INTO ${'workspaces'} (${db.cols({ name: n, status: s })}) VALUES (${db.vals({ name: 'onlne', status: «'onlne'» })})`",
  "db.sql`SELECT * FROM ${'agents'} WHERE ${{ status: 'onlne' }}`",
])('zapatos: %s', (text) => check(`import * as db from 'zapatos/db'\n${text}`))

test.each([
  "<input placeholder=\"UPDATE workspaces SET status = 'onlne'\" title={`DELETE FROM workspaces WHERE status = 'onlne'`} />",
  '<p>{"UPDATE workspaces SET status = \'onlne\'"}</p>',
  `it("UPDATE workspaces SET status = 'onlne'", () => {})`,
  `describe.only("UPDATE workspaces SET status = 'onlne'", () => {})`,
  `throw new QueryError("UPDATE workspaces SET status = 'onlne'")`,
  `console.log("UPDATE workspaces SET status = 'onlne'")`,
  `this.logger.warn("UPDATE workspaces SET status = $1", ['onlne'])`,
  `log('UPDATE workspaces SET status = $1', 'onlne')`,
])('shown, not run: %s', (code) => {
  expect(wrongIn(code, catalog, { filename: '/file.tsx' })).toEqual([])
})

describe('pgtyped', () => {
  test.each([
    "const q = sql<I>`UPDATE workspaces SET status = «'onlne'» WHERE id = $id!`",
    "const q = sql<I>`SELECT * FROM workspaces WHERE id IN $$ids AND name IN $$names AND status = «'onlne'»`",
    "const q = sql<I>`UPDATE workspaces SET status = $status! WHERE id IN $$ids`\nq.run({ status: «'onlne'», ids: [] }, db)",
    "const q = sql<I>`INSERT INTO workspaces (name, status) VALUES $$rows(name, status!)`\nq.run({ rows: [{ name: 'onlne', status: «'onlne'» }] }, db)",
    "const q = sql<I>`INSERT INTO workspaces (name, status) VALUES $row(name, status)`\nq.run({ row: { name: 'onlne', status: «'onlne'» } }, db)",
    "const q = sql<I>`SELECT * FROM workspaces WHERE status IN $$all!`\nq.run({ all: ['online', «'onlne'»] }, db)",
  ])('%s', (text) => check(text))
})

describe('imports', () => {
  function checkFiles(files: Readonly<Record<string, string>>, path: string, text: string): void {
    const folder = mkdtempSync(join(tmpdir(), 'sql-'))
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    check(text, { filename: join(folder, path) })
  }

  test('by `imports` of package.json', () => {
    const files = {
      'package.json': '{ "imports": { "#db/*": "./dist/db/*", "#one": { "default": "./src/one.js" } } }',
      'src/db/q.ts': `export const Q = '${SET}$1'`,
      'src/one.ts': `export const Q = '${SET}$1'`,
    }
    checkFiles(files, 'src/a.ts', "import { Q } from '#db/q.js'; db.query(Q, [«'onlne'»])")
    checkFiles(files, 'src/a.ts', "import { Q } from '#one'; db.query(Q, [«'onlne'»])")
  })

  test('what is required is edited in its own file alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sql-'))
    writeFileSync(join(folder, 'q.cjs'), `module.exports = { Q: '${SET}$1', S: 'onlne' }`)
    const code =
      "const { Q, S } = require('./q.cjs'); const q = require('./q.cjs'); db.query(Q, [S]); db.query(q.Q, [q.S])"
    const uses = wrongIn(code, catalog, { filename: join(folder, 'a.ts') })
    expect(uses.map(({ range, edit, declared }) => [code.slice(...range), edit, declared?.name])).toEqual([
      ['S', undefined, 'S'],
      ['q.S', undefined, 'q.S'],
    ])
  })
})
