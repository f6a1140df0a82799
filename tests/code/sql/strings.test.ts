import { describe, expect, test } from 'vitest'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { usesIn, wrongIn } from '../helpers.js'
import { catalog, check } from './check.js'

describe('strings, whatever they are passed to', () => {
  test.each([
    `f("UPDATE workspaces SET status = «'onlne'»")`,
    `f('UPDATE workspaces SET status = «\\'onlne\\'»')`,
    "f(`UPDATE workspaces SET status = «'onlne'»`)",
    "const q = `\n  -- comment\n  UPDATE workspaces\r\n  SET status = «'onlne'»`",
    "f(/* sql */ `/* c */ select * from workspaces where status = «'onlne'»`)",
    `const q = { a: ["DELETE FROM public.workspaces WHERE status IN («'onlne'», 'online', «'ofline'»)"] }`,
    `f("UPDATE workspaces SET name = 'onlne 😀é', status = «'onlne'»")`,
    `f("UPDATE workspaces SET name = '\\u{1F600}\\n', status = «E'onl\\x6ee'»")`,
    `f("UPDATE workspaces SET status = «$$onlne$$»")`,
    `f("UPDATE workspaces SET history = '{«onlne»,online}'")`,
    `f("INSERT INTO agents (size) VALUES («'it''s bad'»)")`,
    `f('INSERT INTO agents (size) VALUES («\\'it\\'\\'s bad\\'»)')`,
    "f(String.raw`UPDATE workspaces SET name = E'\\n', status = «'onlne'»`)",
    `f("(SELECT 1 FROM workspaces WHERE status = «'onlne'»)")`,
    `f("WITH w AS (SELECT * FROM workspaces) SELECT * FROM w WHERE status = «'onlne'»")`,
    `f("SELECT 1; UPDATE workspaces SET status = «'onlne'»")`,
    `export default "SELECT «'onlne'»::status"`,
  ])('%s', (text) => check(text))

  test('in plain JavaScript, CommonJS and JSX too', () => {
    const text = `f("UPDATE workspaces SET status = «'onlne'»")`
    for (const filename of ['/file.js', '/file.cjs', '/file.mts', '/file.tsx']) check(text, { filename })
    check("const x = <A b={`UPDATE workspaces SET status = «'onlne'»`}/>", { filename: '/file.tsx' })
  })
})

describe('tagged templates', () => {
  test.each([
    "sql`UPDATE workspaces SET status = «'onlne'»`",
    'SQL`UPDATE workspaces SET status = ${«"onlne"»} WHERE id = ${id}`',
    'Prisma.sql`UPDATE workspaces SET status = ${«"onlne"»}`',
    'await prisma.$queryRaw<Row[]>`SELECT * FROM workspaces WHERE status = ${«"onlne"»}::status`',
    "await this.prisma.$executeRaw`UPDATE workspaces SET status = «'onlne'»`",
    'sql<Row>`UPDATE workspaces SET status = ${«"onlne"»}`.execute(db)',
    'sql.type(row)`SELECT * FROM workspaces WHERE status = ${«"onlne"»}`',
    'sql.unsafe`UPDATE workspaces SET status = ${«"onlne"»}`',
    'sql.typeAlias("void")`UPDATE workspaces SET status = ${«"onlne"»}`',
    'db.sql`UPDATE workspaces SET status = ${«"onlne"»}`.run(pool)',
    'query`UPDATE workspaces SET status = ${«"onlne"»}`',
  ])('%s', (text) => check(text))

  test('a tag from the settings', () => {
    check("q`UPDATE workspaces SET ${q`status = «'onlne'»`} WHERE id = 1`", { settings: { sqlTags: ['q'] } })
  })
})

describe('put together', () => {
  test.each([
    "const S = 'SELECT * FROM workspaces'; f(`${S} WHERE status = «'onlne'»`)",
    "const S = 'SELECT * FROM workspaces'; db.query(S + ' WHERE status = $1', [«'onlne'»])",
    "const C = [`status = «'onlne'»`, c && `status <> «'ofline'»`].filter(Boolean); f(`SELECT * FROM workspaces WHERE ${C.join(' AND ')}`)",
    `f("UPDATE workspaces " + "SET status = «'onlne'»")`,
    `f("UPDATE workspaces " +\n  'SET status = «\\'onlne\\'»' +\n  " WHERE id = $1")`,
    "const C = [`status = «'onlne'»`]; if (c) C.push(`name = $1 AND status <> «'ofline'»`); f(`SELECT * FROM workspaces WHERE ${C.map((c) => `(${c})`).join(' AND ')}`)",
    "const C = []; if (c) C.push(`status = «'onlne'»`); const W = C.length ? `WHERE ${C.map((c) => '(' + c + ')').join(' OR ')}` : ''; f(`SELECT * FROM workspaces ${W}`)",
    "const C = [sql`status = «'onlne'»`]; if (c) C.push(sql`status <> ${«'ofline'»}`); sql`SELECT * FROM workspaces WHERE ${sql.join(C.map((c) => sql`(${c})`), sql` AND `)}`",
    "const N = 10; db.query(`SELECT * FROM workspaces WHERE status = «'onlne'» LIMIT $1 * ${N}`, [n])",
    "let W = `status = «'onlne'»`; if (c) W = `status <> «'ofline'»`; f(`SELECT * FROM workspaces WHERE ${W}`)",
    "let W = `status = «'onlne'»`; switch (c) { case 1: W = `status <> «'ofline'»`; break }\nconst C = [`id = 1`]; C.push(W); f(`SELECT * FROM workspaces WHERE ${C.join(' AND ')}`)",
    "let W = `status = 'onlne'`; if (c) W = `status <> «'ofline'»`\nelse W = 'true'\nf(`SELECT * FROM workspaces WHERE ${W}`)",
    "let W = `status = 'onlne'`; switch (c) { case 1: case 2: W = `status <> «'ofline'»`; break\ndefault: throw c }\nf(`SELECT * FROM workspaces WHERE ${W}`)",
    "db.any(`SELECT * FROM workspaces WHERE status = «'onlne'» AND id IN ($/ids:raw/) AND ($<more:raw>) ORDER BY $/sort:name/ LIMIT $/n/`, q)",
    "const f = Prisma.sql`EXISTS (SELECT 1 FROM workspaces w WHERE w.id = a.id AND w.status = «'onlne'»)`",
    "const f = (where) => Prisma.sql`${where} AND (a.x > 0 OR NOT EXISTS (SELECT 1 FROM workspaces WHERE status IN («'onlne'», 'online')))`",
    "const f = sql`a.status = 'onlne' AND EXISTS (SELECT 1 FROM elsewhere w WHERE w.status = 'onlne')`",
    `f(["UPDATE workspaces", "SET status = «'onlne'»"].join(" "))`,
    `const T = 'workspaces'; f(\`UPDATE \${T} SET status = «'onlne'»\`)`,
    `const W = "WHERE status = «'onlne'»"; f("SELECT * FROM workspaces " + W)`,
    `const C = { w: "WHERE status = «'onlne'»" }; f(\`SELECT * FROM workspaces \${C.w}\`)`,
    `function where() { return "WHERE status = «'onlne'»" } f("SELECT * FROM workspaces " + where())`,
    `f(\`SELECT * FROM workspaces \${c ? "WHERE status = «'onlne'»" : "WHERE status = «'ofline'»"}\`)`,
    `const L = ['status', 'id']; f(\`SELECT \${L.join(', ')} FROM workspaces WHERE status = «'onlne'»\`)`,
    `f(\`SELECT * FROM workspaces WHERE status = '\${«"onlne"»}'\`)`,
    `const s = 'onlne'; f(\`SELECT * FROM workspaces WHERE status = '\${«s»}'\`)`,
    `f(\`SELECT * FROM workspaces WHERE status IN ('\${«"onlne"»}', '\${x}')\`)`,
  ])('%s', (text) => check(text))

  test('appended with +=', () => {
    check(`let q = "SELECT * FROM workspaces"\nif (c) q += " WHERE status = «'onlne'»"\nf(q)`)
    check(
      `let q = "SELECT * FROM workspaces WHERE true"\nq += " AND id = 1"\nif (c) q = q + " AND status = «'onlne'»"\nf(q)`,
    )
  })

  test('constants of an imported file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sql-'))
    const filename = join(folder, 'file.ts')
    writeFileSync(
      join(folder, 'q.ts'),
      "export const COLUMNS = 'id, status'\nexport const WHERE = \"status = 'onlne'\"\nexport const UPDATE = 'UPDATE workspaces SET status = $1'\n",
    )
    check("import { COLUMNS } from './q'; f(`SELECT ${COLUMNS} FROM workspaces WHERE status = «'onlne'»`)", {
      filename,
    })
    check("import { UPDATE } from './q'; db.query(UPDATE, [«'onlne'»])", { filename })
    const code = "import { WHERE } from './q'; f(`SELECT * FROM workspaces WHERE ${WHERE}`)"
    const [use] = wrongIn(code, catalog, { filename })
    expect(code.slice(...use!.range)).toBe('WHERE')
    expect(use).toMatchObject({ declared: { name: 'WHERE', line: 2, file: join(folder, 'q.ts') } })
    expect(use!.edit).toBeUndefined()
  })
})

describe('nested fragments', () => {
  test.each([
    'sql`SELECT * FROM workspaces WHERE ${sql`status = ${«"onlne"»}`}`',
    "sql`SELECT * FROM workspaces ${c ? sql`WHERE status = «'onlne'»` : sql``}`",
    "sql`SELECT * FROM workspaces ${c ? sql`WHERE status = «'onlne'»` : undefined}`",
    "const w = sql`status = «'onlne'»`; sql`SELECT * FROM workspaces WHERE ${w}`",
    "function w() { return sql`status = «'onlne'»` } sql`SELECT * FROM workspaces WHERE ${w()}`",
    'const f = (s) => sql`status = ${s}`; sql`SELECT * FROM workspaces WHERE ${f(«"onlne"»)}`',
    "sql`SELECT * FROM workspaces WHERE ${sql.join([sql`id = 1`, sql`status = «'onlne'»`], sql` AND `)}`",
    "Prisma.sql`SELECT * FROM workspaces ${c ? Prisma.sql`WHERE status = «'onlne'»` : Prisma.empty}`",
    'Prisma.sql`SELECT * FROM workspaces WHERE status IN (${Prisma.join([«"onlne"», "online"])})`',
    'sql`SELECT * FROM workspaces WHERE ${sql.raw("status = «\'onlne\'»")}`',
    'const T = "workspaces"; sql`SELECT * FROM ${raw(T)} w WHERE w.status = «\'onlne\'» AND w.status = ${«"onlne"»}`',
    'class R { readonly table = "workspaces"; q() { return sql`SELECT * FROM ${raw(this.table)} WHERE status IN (${join([«"onlne"», "online"])})` } }',
    'sql`SELECT * FROM workspaces WHERE ${join([sql`id = 1`, sql`status = «\'onlne\'»`], " AND ")}`',
    'sql`SELECT * FROM ${sql.table("workspaces")} WHERE ${sql.ref("workspaces.status")} = «\'onlne\'»`',
    'sql`SELECT * FROM ${sql.identifier(["public", "workspaces"])} WHERE status = ${«"onlne"»}`',
    'sql`UPDATE ${sql.id("workspaces")} SET status = ${sql.lit(«"onlne"»)}`',
    'sql.unsafe`UPDATE workspaces SET status = ${sql.literalValue(«"onlne"»)}`',
    'sql`SELECT * FROM ${sql("workspaces")} WHERE status = ${«"onlne"»}`',
    'SQL`SELECT * FROM workspaces`.append(SQL` WHERE status = ${«"onlne"»}`)',
  ])('%s', (text) => check(text))
})

describe('holes that are tables and columns', () => {
  const tables = `const statusEnum = pgEnum('status', [])
const workspaces = pgTable('workspaces', { id: bigint(), status: statusEnum('status').notNull(), createdAt: timestamp() })
const auth = pgSchema('auth'); const users = auth.table('users', { id: bigint(), status: statusEnum() })
`
  test.each([
    "sql`SELECT * FROM ${workspaces} WHERE ${workspaces.status} = «'onlne'»`",
    "sql`SELECT * FROM ${workspaces} WHERE ${workspaces.createdAt} > now() AND ${workspaces.status} = ${«'onlne'»}`",
    "db.select().from(workspaces).where(sql`${workspaces.status} = «'onlne'»`)",
    "const isOn = sql<boolean>`${workspaces.status} = ${«'onlne'»}`",
    "sql`CASE WHEN ${workspaces.status} IN («'onlne'», 'online') THEN 1 ELSE 0 END`",
    "sql`UPDATE ${users} SET status = «'onlne'»`",
    "sql`CASE WHEN excluded.status = «'onlne'» THEN ${workspaces.status} ELSE excluded.status END`",
    "sql`(SELECT count(*) FROM agents WHERE agents.workspace_id = ${workspaces.id} AND ${workspaces.status} = «'onlne'»)`",
    "const w = alias(workspaces, 'w'); sql`${w.status} = «'onlne'»`",
  ])('%s', (text) => check(tables + text))
})

describe('dynamic holes', () => {
  test.each([
    "f(`SELECT ${cols} FROM workspaces WHERE status = «'onlne'»`)",
    "f(`SELECT * FROM workspaces WHERE ${conds} AND status = «'onlne'»`)",
    "f(`SELECT * FROM workspaces w ${joins} WHERE w.status = «'onlne'» ${order} LIMIT ${n}`)",
    "f(`SELECT * FROM workspaces WHERE status = «'onlne'» ${and}`)",
    "f(`SELECT * FROM workspaces WHERE id IN (${ids}) AND status = «'onlne'»`)",
    "f(`SELECT * FROM workspaces WHERE id IN ${ids} AND status = «'onlne'»`)",
    "f(`UPDATE workspaces SET ${sets} WHERE status = «'onlne'»`)",
    "f(`UPDATE workspaces SET ${sets}, status = «'onlne'»`)",
    "f(`UPDATE workspaces SET status = «'onlne'», ${sets}`)",
    "f(`INSERT INTO workspaces (${cols}) SELECT ${cols} FROM workspaces WHERE status = «'onlne'»`)",
    "f(`UPDATE workspaces SET status = «'onlne'» WHERE created_at < now() - interval '${n} days'`)",
    "f(`UPDATE workspaces SET status = «'onlne'» WHERE name LIKE '%${n}%' AND id = ${id}`)",
    "f(`SELECT * FROM workspaces ORDER BY ${c} ${d}, status = «'onlne'»`)",
    "sql`SELECT * FROM workspaces ${where} ORDER BY status = «'onlne'»`",
    "f(`${cte} SELECT * FROM workspaces WHERE status = «'onlne'»`)",
    "f(`UPDATE ${schema}.workspaces SET status = «'onlne'»`)",
    "f(`SELECT w.${c} FROM workspaces w WHERE status = «'onlne'»`)",
    "f(`UPDATE workspaces SET status = «'onlne'» WHERE id = $${n}`)",
  ])('%s', (text) => check(text))
})

test('text that multiplies is given up', () => {
  const doubling = (one: string, two: (i: number) => string): string =>
    Array.from({ length: 40 }, (_, i) => `const a${i + 1} = ${two(i)}`).reduce(
      (code, line) => `${code}\n${line}`,
      one,
    )
  const inTags = doubling(
    'const a0 = sql`x`',
    (i) => 'c ? sql`${a' + i + '} ${a' + i + '}` : sql`${a' + i + '}`',
  )
  const inStrings = doubling("const a0 = 'x'", (i) => `a${i} + a${i}`)
  const grown = "let q = 'SELECT * FROM workspaces'\n" + 'q += q + `${q} ${q}`\n'.repeat(40)
  const pushed = "const p = ['SELECT * FROM workspaces']\n" + "p.push(p.join(' ') + p.join(' '))\n".repeat(40)
  const codes = [
    `${inTags}\nsql\`SELECT * FROM workspaces \${a40}\``,
    `${inStrings}\nf(\`SELECT * FROM workspaces \${a40}\`)`,
  ]
  // Followed to its end it would take as good as for ever.
  for (const code of [...codes, `${grown}f(q)`, `${pushed}f(p.join(' '))`])
    expect(wrongIn(code, catalog)).toEqual([])
})

describe('each wrong value is a use of its own', () => {
  test('two typos in one query', () => {
    check(`f("UPDATE workspaces SET status = «'onlne'» WHERE status = «'ofline'»")`)
    check(
      'sql`UPDATE workspaces SET status = ${«"onlne"»} WHERE status = ${«"ofline"»} AND name = ${"faild"}`',
    )
  })

  test('a query that is used twice is reported once', () => {
    expect(
      wrongIn(`const q = "UPDATE workspaces SET status = 'onlne'"; f(q); f(q, [])`, catalog),
    ).toHaveLength(1)
  })
})

describe('replacements', () => {
  const replaced = (code: string, value: string): string | undefined => {
    const [use] = wrongIn(code, catalog)
    const text = use?.edit?.write(value)
    return text === undefined
      ? undefined
      : code.slice(0, use!.edit!.range[0]) + text + code.slice(use!.edit!.range[1])
  }

  test.each([
    [
      `f("SET x = 1; UPDATE workspaces SET status = 'onlne'")`,
      `it's "x"`,
      `f("SET x = 1; UPDATE workspaces SET status = 'it''s \\"x\\"'")`,
    ],
    [`f('UPDATE workspaces SET status = \\'onlne\\'')`, 'a', `f('UPDATE workspaces SET status = \\'a\\'')`],
    [
      "f(`UPDATE workspaces SET status = 'onlne'`)",
      '`${x}`',
      "f(`UPDATE workspaces SET status = '\\`\\${x}\\`'`)",
    ],
    [
      `f("UPDATE workspaces SET history = '{onlne}'")`,
      'a b',
      `f("UPDATE workspaces SET history = '{\\"a b\\"}'")`,
    ],
    [
      "sql`UPDATE workspaces SET status = ${'onlne'}`",
      "it's",
      "sql`UPDATE workspaces SET status = ${'it\\'s'}`",
    ],
    [
      "const S = 'onlne'; sql`UPDATE workspaces SET status = ${S}`",
      'a',
      "const S = 'a'; sql`UPDATE workspaces SET status = ${S}`",
    ],
    [
      "const S = 'onlne'; f(`UPDATE workspaces SET status = '${S}'`)",
      'a',
      "const S = 'a'; f(`UPDATE workspaces SET status = '${S}'`)",
    ],
  ])('%s', (code, value, expected) => {
    expect(replaced(code, value)).toBe(expected)
  })
})

test('all members are given, right ones too, with the place and how they are known', () => {
  const [use] = usesIn(`f("UPDATE workspaces SET status = 'online'")`, catalog)
  expect(use).toMatchObject({
    kind: 'write',
    effect: 'reject',
    value: 'online',
    target: { table: 'workspaces', column: 'status' },
    link: 'SQL in a string',
  })
})
