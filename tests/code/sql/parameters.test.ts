import { describe, expect, test } from 'vitest'
import { wrongIn } from '../helpers.js'
import { catalog, check } from './check.js'

const SET = 'UPDATE workspaces SET status = '

describe('numbered parameters', () => {
  test.each(
    [
      `db.query("${SET}$1 WHERE id = $2", [«'onlne'», id])`,
      `db.query("${SET}$2 WHERE id = $1", [id, «'onlne'»])`,
      `db.query({ text: "${SET}$1", values: [«'onlne'»] })`,
      `db.query({ name: 'q', text: "${SET}$1" , values: [c ? 'online' : «'onlne'»] })`,
      `const values = [«'onlne'», 1]; db.query("${SET}$1", values)`
        .replace('«', '')
        .replace('»', '')
        .replace(', values)', ', values)'),
    ].slice(0, 4),
  )('%s', (text) => check(text))

  test.each(
    [
      `const q = "${SET}$1"\ndb.query(q, [«'onlne'»])`,
      `const q = { text: "${SET}$1", values: [«'onlne'»] }`,
      `db.query({ name: 'x', text: "${SET}$1" }, [«'onlne'»])`,
      `const q = { text: "${SET}$1" }; db.query({ ...q, values: [«'onlne'»] })`,
      `const S = { on: 'onlne' } as const; db.query("${SET}$1", [«S.on»])`,
      `const S = { on: 'online', off: 'onlne' }; const f = (k) => db.query("${SET}$1", [«S[k]»])`,
      `const f = (k) => db.query("${SET}$1", [{ on: 'online', off: «'onlne'» }[k]])`,
      `const S = new Map([['on', 'onlne']]); const f = (k) => db.query("${SET}$1", [«S.get(k)»])`,
      `enum S { On = 'onlne' } db.query("${SET}$1", [«S.On»])`,
      `const P = ['online', 'onlne']; db.query("SELECT $1, * FROM workspaces WHERE status = $3", [1, ...«P»])`.replace(
        /[«»]/g,
        '',
      ),
      `prisma.$queryRawUnsafe("${SET}$1 WHERE id = $2", «'onlne'», 1)`,
      `prisma.$executeRawUnsafe("${SET}$1", «'onlne'»)`,
      `db.one("${SET}$1", «'onlne'»)`,
      `query(client, "${SET}$1 WHERE id = $2", [«'onlne'», 1])`,
      `dataSource.query("${SET}$1", [«'onlne'»])`,
      `db.query("SELECT * FROM workspaces WHERE status = ANY($1)", [[«'onlne'», 'online']])`,
      `db.query("SELECT * FROM workspaces WHERE status = ANY($1::status[])", [[«'onlne'»]])`,
      `const L = ['online', 'onlne'] as const; db.query("SELECT * FROM workspaces WHERE status = ANY($1)", [«L»])`.replace(
        /[«»]/g,
        '',
      ),
      `db.query("INSERT INTO workspaces (status) SELECT * FROM unnest($1::status[])", [[«'onlne'»]])`,
      `db.query("UPDATE workspaces SET history = $1", [['online', «'onlne'»]])`,
      `db.query("${SET}$1::status", [«'onlne'»])`,
      `db.query("${SET}COALESCE($1, status)", [«'onlne'»])`,
    ].filter((t) => t.includes('«')),
  )('%s', (text) => check(text))

  test('values through names are reported where they are used', () => {
    const cases: [code: string, at: string, declared: string][] = [
      [`const values = ['onlne', 1]; db.query("${SET}$1", values)`, `'onlne'`, ''],
      [
        `const P = ['online', 'onlne']; db.query("SELECT $1, * FROM workspaces WHERE status = $3", [1, ...P])`,
        'P',
        'P',
      ],
      [
        `const L = ['online', 'onlne']; db.query("SELECT * FROM workspaces WHERE status = ANY($1)", [L])`,
        'L',
        'L',
      ],
      [`function f(s) {\n db.query("${SET}$1", [s]) }\nf('onlne')`, 's', 's'],
      [`async function f({ status = 'onlne' }) { await db.query("${SET}$1", [status]) }`, 'status', 'status'],
    ]
    for (const [code, at, declared] of cases) {
      const found = wrongIn(code, catalog)
      expect(found.map((u) => u.value)).toEqual(['onlne'])
      const text = code.slice(...found[0]!.range)
      if (declared === '') expect([at, 'values']).toContain(text)
      else {
        expect(text).toBe(at)
        expect(found[0]!.declared?.name).toBe(declared)
      }
      expect(found[0]!.edit).toBeDefined()
    }
  })

  test.each([
    'UPDATE workspaces SET status = ${s}',
    'INSERT INTO workspaces (id, status) VALUES (1, ${s})',
    'SELECT * FROM workspaces WHERE status <> ${s}',
    'SELECT * FROM workspaces WHERE status = ANY(${[s]})',
    'SELECT * FROM workspaces WHERE status IN (${s}, ${"online"})',
  ])('each member of a union that the enum lacks: %s', (text) => {
    const code = `export function f(s: 'online' | 'onlne' | 'offline' | 'gone' | null) { return sql\`${text}\` }`
    const found = wrongIn(code, catalog)
    expect(found.map((u) => u.value).sort()).toEqual(['gone', 'onlne'])
    expect(found.map((u) => code.slice(...u.range))).toEqual(['s', 's'])
    expect(found.map((u) => u.declared)).toEqual([
      expect.objectContaining({ line: 1 }),
      expect.objectContaining({ line: 1 }),
    ])
  })

  test('parameters whose number is counted', () => {
    check(`const p = []; f("x"); db.query(\`${SET}$\${p.push(«'onlne'»)}\`, p)`)
    check(
      `const p: unknown[] = [1]\nlet q = "SELECT * FROM workspaces WHERE id = $1"\nif (c) {\n  p.push(«'onlne'»)\n  q += \` AND status = $\${p.length}\`\n}\ndb.query(q, p)`,
    )
  })

  const INSERT = 'INSERT INTO workspaces (name, status) VALUES '
  test.each([
    `for (const n of names) { rows.push(\`($\${i++}, $\${i++})\`); p.push(n, «'onlne'») }`,
    `names.forEach((n, i) => { p.push(n, «'onlne'»); rows.push(\`($\${i * 2 + 1}, $\${i * 2 + 2})\`) })`,
    `p.push('onlne', «'onlne'»); rows.push(\`($\${p.length - 1}, $\${p.length})\`)`,
    `names.forEach((n, i) => { const o = 2 * i; p.push(n, «'onlne'»); rows.push(\`($\${o + 1}, $\${o + 2})\`) })`,
    // More values, and values of something else.
    `for (const n of names) { rows.push(\`($\${i++}, $\${i++})\`); p.push(n, 'onlne', 1) }`,
    `for (const n of names) { rows.push(\`($\${i++}, $\${i++})\`); p.push(n); p.push(n, 'onlne') }`,
    `for (const n of names) { rows.push(\`($\${i++}, $\${i++})\`); p.push(n, 'onlne'); other.push(n, 'onlne') }`,
    `p.push('a', 'onlne'); rows = names.map((n, i) => \`($\${i * 2 + 1}, $\${i * 2 + 2})\`)`,
  ])('rows that are counted beside what is pushed: %s', (text) => {
    check(`const p = [], rows = []; let i = 1; ${text}; db.query(\`${INSERT}\${rows.join(', ')}\`, p)`)
  })

  test.each([
    ['$${i * 2 + 1}, $${i * 2 + 2}', "N.flatMap((n) => ['onlne', «'onlne'»])"],
    ['$${i * 2 + 2}, $${i * 2 + 1}', "N.flatMap((n) => [«'onlne'», 'onlne'])"],
    ['$${i * 2 + 2}, $${i * 2 + 3}', "[1, ...N.flatMap((n) => ['onlne', «'onlne'»])]"],
    ['$${i * 2 + 1}, $${i * 2 + 2}', "N.flatMap((n) => ['onlne', 'onlne', 1])"],
    ['$${i * 2 + 1}, $${i * 2 + 2}', "N.flatMap((n) => [...n, 'onlne'])"],
    ['$${i * 2 + 1}, $${i * 2 + 2}', "M.flatMap((n) => ['onlne', 'onlne'])"],
  ])('rows made of a list: %s, %s', (numbers, values) => {
    check(
      `const N = ['a', 'b']; db.query(\`${INSERT}\${N.map((_, i) => \`(${numbers})\`).join(', ')}\`, ${values})`,
    )
  })

  test('rows of a list of lists', () => {
    const rows = "const L = [['onlne', 'online'], ['a', 'onlne']]; "
    const text = '`' + INSERT + '${L.map((_, i) => `($${i * 2 + 1}, $${i * 2 + 2})`).join(", ")}`'
    check(`${rows}db.query(${text}, «L».flat())`)
  })

  test('lists written out', () => {
    const list = "const L = ['online', 'onlne'] as const; "
    for (const code of [
      list +
        'db.query(`SELECT * FROM workspaces WHERE status IN (${L.map((_, i) => `$${i + 1}`).join(", ")})`, L)',
      list +
        'db.query(`SELECT * FROM workspaces WHERE status IN (${L.map((_, i) => "$" + (i + 2)).join(", ")}) AND id = $1`, [id, ...L])',
      list +
        'db.query(`SELECT * FROM workspaces WHERE status IN (${L.map(() => "?").join(", ")}) AND name = ?`, [...L, "x"])',
    ]) {
      expect(wrongIn(code, catalog).map((u) => u.value)).toEqual(['onlne'])
    }
  })

  test.each([
    'const c = ["status", "name"]; db.query(`INSERT INTO workspaces (${c.join(", ")}) VALUES (${c.map((_, i) => `$${i + 1}`).join(", ")})`, c.map((k) => row[k]))',
    'const c = ["status", "name"]; const r = pick(row, c); db.query(`INSERT INTO workspaces (${c.join(", ")}) VALUES (${c.map((_, i) => `$${i + 1}`).join(", ")})`, Object.values(r))',
    'const c = ["status"]; db.query(`UPDATE workspaces SET ${c.map((k, i) => `${k} = $${i + 1}`).join(", ")}`, pick(row, c))',
    'const c = [["status", "status"], ["name", "text"]]; db.query(`INSERT INTO workspaces (${c.map(([k]) => k).join(", ")}) SELECT w.* FROM (SELECT ${c.map(([k, t], i) => `$${i + 1}::${t} as ${k}`).join(", ")}) AS w`, values(c))',
    'const L = ["a", "b"]; db.query(`SELECT * FROM workspaces WHERE name IN (${L.map(() => "?").join(", ")}) AND status = ?`, [...L, "online"])',
    'db.query(`SELECT * FROM workspaces WHERE ${conds} AND status = ?`, ["a", "b"])',
    `db.query("${SET}$1", [null])`,
    `db.query("${SET}$1", [undefined, 'onlne'])`,
    `db.query("${SET}$1", [1])`,
    `db.query("${SET}$2", ['onlne'])`,
    `db.query("${SET}$1", [...x, 'onlne'])`,
    `db.query("${SET}$2", [...x, 'onlne'])`,
    `db.query("${SET}$1 WHERE name = $2", ['online', 'onlne'])`,
    `const p = ['onlne']; p.unshift('x'); db.query("UPDATE workspaces SET name = $2, status = $1", p)`,
    `db.query("SELECT * FROM workspaces WHERE status = $1::text", ['ofline'].length)`,
    `db.query("SELECT * FROM agents WHERE status = $1", ['onlne'])`,
    `db.query("${SET}$1", [s])`,
    `db.query("${SET}$1", (err, r) => f('onlne'))`,
  ])('nothing is known to be wrong: %s', (code) => {
    expect(wrongIn(code, catalog)).toEqual([])
  })
})

describe('other placeholders', () => {
  test.each([
    `knex.raw("${SET}? WHERE id = ?", [«'onlne'», 1])`,
    `knex.raw("UPDATE ?? SET ?? = ? WHERE id = ?", ['workspaces', 'status', «'onlne'», 1])`,
    `knex.raw("${SET}:s WHERE id = :id", { s: «'onlne'», id: 1 })`,
    `knex.raw("UPDATE :t: SET status = :s", { t: 'workspaces', s: «'onlne'» })`,
    `db.execute("SELECT * FROM workspaces WHERE status IN (?)", [[«'onlne'», 'online']])`,
    `db.execute("${SET}? WHERE id = ?", [«'onlne'», 1])`,
    `q("${SET}@status WHERE id = @id", { status: «'onlne'» })`,
    `q("${SET}$status", { status: «'onlne'» })`,
    `q("${SET}{status}", { status: «'onlne'» })`,
    `db.none("${SET}$<status>", { status: «'onlne'» })`,
    'db.none("' + SET + "${status} WHERE id = $/id/\", { status: «'onlne'», id })",
    `db.none("${SET}$(status)", { status: «'onlne'» })`,
    `db.any("SELECT $1:name FROM workspaces WHERE status = $2", ['id', «'onlne'»])`,
    `db.any("SELECT * FROM workspaces WHERE status IN ($1:csv)", [[«'onlne'», 'online']])`,
    `sequelize.query("${SET}:s", { replacements: { s: «'onlne'» }, type: 'UPDATE' })`,
    `sequelize.query("${SET}$1", { bind: [«'onlne'»] })`,
    `sequelize.query("${SET}?", { replacements: [«'onlne'»] })`,
    `sequelize.query("SELECT * FROM workspaces WHERE status IN (:s)", { replacements: { s: [«'onlne'»] } })`,
    `q("SELECT '{}'::jsonb ? 'x', id::text FROM workspaces WHERE status = :s", { s: «'onlne'» })`,
    `format("UPDATE %I SET status = %L WHERE name LIKE '100%%' AND id = %s", 'workspaces', «'onlne'», 1)`,
    `format("UPDATE workspaces SET status = %2$L WHERE name = %1$L", 'onlne', «'onlne'»)`,
    `q("${SET}:s WHERE name = 'a:b' AND id = ANY(:ids)", { ...x, s: «'onlne'» })`,
  ])('%s', (text) => check(text))

  test('without the values the rest of the text is still read', () => {
    check(`q("SELECT * FROM workspaces WHERE id = ? AND status = «'onlne'»")`)
    check(`q("SELECT * FROM workspaces WHERE id = :id AND status = «'onlne'»")`)
    check(`q("SELECT * FROM workspaces WHERE id = {id} AND status = «'onlne'»")`)
    check(`q("SELECT * FROM workspaces WHERE id = $id AND status = «'onlne'»")`)
  })

  test('values that a name carries', () => {
    const code = `const args = { s: 'onlne' }; knex.raw("${SET}:s", args)`
    expect(wrongIn(code, catalog).map((u) => u.value)).toEqual(['onlne'])
  })
})

describe("pg-format's lists", () => {
  test.each([
    `format('INSERT INTO workspaces (name, status) VALUES %L', [['onlne', 'online'], ['a', «'onlne'»]])`,
    `format('INSERT INTO workspaces (name, status) VALUES %L', names.map((n) => [n, «'onlne'»]))`,
    `format("INSERT INTO workspaces (name, status) VALUES %L RETURNING status = «'onlne'»", rows)`,
    `format('SELECT * FROM workspaces WHERE status IN (%L)', ['online', «'onlne'»])`,
    `format('INSERT INTO agents (name, status) VALUES %L', [['a', 'onlne']])`,
    `format('INSERT INTO workspaces (name, status) VALUES %L', [[...x, 'onlne']])`,
  ])('%s', (text) => check(text))
})

describe('postgres.js helpers', () => {
  test.each([
    "sql`INSERT INTO workspaces ${sql({ id: 1, status: «'onlne'» })}`",
    "sql`INSERT INTO workspaces ${sql({ createdAt: now, status: «'onlne'» })}`",
    "sql`UPDATE public.workspaces SET ${sql({ createdAt: now, status: «'onlne'» })} WHERE id = 1`",
    "sql`INSERT INTO workspaces ${sql([{ id: 1, status: «'onlne'» }, { id: 2, status: «'ofline'» }], 'id', 'status')}`",
    "sql`UPDATE workspaces SET ${sql({ name: 'onlne', status: «'onlne'» })} WHERE id = 1`",
    "sql`UPDATE workspaces SET ${sql({ name: 'onlne', status: «'onlne'» }, 'status')} WHERE id = 1`",
    "sql`SELECT * FROM workspaces WHERE status IN ${sql([«'onlne'», 'online'])}`",
    "sql`SELECT * FROM workspaces WHERE status = ANY(${[«'onlne'»]})`",
    "sql`SELECT * FROM workspaces WHERE status = ANY(${sql.array([«'onlne'»])})`",
    "sql`INSERT INTO workspaces (id, status) SELECT * FROM ${sql.unnest([[1, «'onlne'»]], ['int8', 'status'])}`",
    "sql.unsafe('UPDATE workspaces SET status = $1', [«'onlne'»])",
    "await sql.begin(async (tx) => { await tx`UPDATE workspaces SET status = ${«'onlne'»}` })",
  ])('%s', (text) => check(text))

  test('keys that are not named are not written', () => {
    expect(
      wrongIn("sql`UPDATE workspaces SET ${sql({ name: 'a', status: 'onlne' }, 'name')}`", catalog),
    ).toEqual([])
  })
})
