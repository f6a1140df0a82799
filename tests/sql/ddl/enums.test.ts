import { describe, expect, it } from 'vitest'
import { enumColumns, enums, json, replay } from './replaying.js'

const S = "CREATE TYPE s AS ENUM ('a', 'b');"

describe('enum types', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['CREATE', S, ['s: a, b']],
    ['no labels', 'CREATE TYPE s AS ENUM ();', ['s: ']],
    ['ADD VALUE', `${S} ALTER TYPE s ADD VALUE 'c';`, ['s: a, b, c']],
    ['BEFORE', `${S} ALTER TYPE s ADD VALUE 'c' BEFORE 'a';`, ['s: c, a, b']],
    ['AFTER', `${S} ALTER TYPE s ADD VALUE 'c' AFTER 'a';`, ['s: a, c, b']],
    [
      'AFTER an empty label',
      `CREATE TYPE s AS ENUM ('', 'b'); ALTER TYPE s ADD VALUE 'c' AFTER '';`,
      ['s: , c, b'],
    ],
    [
      'BEFORE an empty label',
      `CREATE TYPE s AS ENUM ('a', ''); ALTER TYPE s ADD VALUE 'c' BEFORE '';`,
      ['s: a, c, '],
    ],
    [
      'IF NOT EXISTS of one that is there',
      `${S} ALTER TYPE s ADD VALUE IF NOT EXISTS 'a' AFTER 'b';`,
      ['s: a, b'],
    ],
    ['RENAME VALUE', `${S} ALTER TYPE s RENAME VALUE 'a' TO 'x';`, ['s: x, b']],
    [
      'RENAME VALUE of an empty label',
      `CREATE TYPE s AS ENUM (''); ALTER TYPE s RENAME VALUE '' TO 'x';`,
      ['s: x'],
    ],
    ['RENAME TO', `${S} ALTER TYPE s RENAME TO "T u";`, ['T u: a, b']],
    ['SET SCHEMA', `${S} CREATE SCHEMA z; ALTER TYPE s SET SCHEMA z;`, ['z.s: a, b']],
    ['DROP', `${S} DROP TYPE s;`, []],
    ['a name in upper case, folded', "CREATE TYPE STATUS AS ENUM ('A');", ['status: A']],
    [
      'a name of more than 63 bytes, cut',
      `CREATE TYPE "${'é'.repeat(40)}" AS ENUM ('A');`,
      [`${'é'.repeat(31)}: A`],
    ],
    ['search_path', `CREATE SCHEMA z; SET search_path TO z, public; ${S}`, ['z.s: a, b']],
    ['a search_path whose first schema is not there', `SET search_path TO z, public; ${S}`, ['s: a, b']],
    [
      "set_config('search_path')",
      `CREATE SCHEMA z; SELECT set_config('search_path', 'z', false); ${S}`,
      ['z.s: a, b'],
    ],
    [
      'SET LOCAL, until COMMIT',
      `CREATE SCHEMA z; BEGIN; SET LOCAL search_path TO z; ${S} COMMIT; CREATE TYPE t AS ENUM ();`,
      ['t: ', 'z.s: a, b'],
    ],
    [
      'two schemas',
      `CREATE SCHEMA z; ${S} CREATE TYPE z.s AS ENUM ('z'); ALTER TYPE s ADD VALUE 'c';`,
      ['s: a, b, c', 'z.s: z'],
    ],
    ['CREATE SCHEMA with elements', 'CREATE SCHEMA z CREATE TABLE t (c text);', []],
    [
      'ALTER SCHEMA RENAME',
      `CREATE SCHEMA y; CREATE TYPE y.s AS ENUM ('a'); ALTER SCHEMA y RENAME TO z;`,
      ['z.s: a'],
    ],
    ['DROP SCHEMA CASCADE', `CREATE SCHEMA y; CREATE TYPE y.s AS ENUM ('a'); DROP SCHEMA y CASCADE;`, []],
  ])('%s', (_, sql, expected) => {
    expect(enums(sql, { failedStatement: 'abort' })).toEqual(expected)
  })

  it('a label of 64 bytes is none', () => {
    expect(enums(`CREATE TYPE s AS ENUM ('${'x'.repeat(64)}')`, { failedStatement: 'abort' })).toEqual([])
  })

  it('takes the name of an array type out of its way', () => {
    expect(enums(`${S} CREATE TYPE _s AS ENUM ('x'); CREATE TABLE t (c s[], d _s);`)).toEqual([
      '_s: x',
      's: a, b',
    ])
    expect(enumColumns(`${S} CREATE TYPE _s AS ENUM ('x'); CREATE TABLE t (c s[], d _s);`)).toEqual([
      't.c: s[]',
      't.d: _s',
    ])
  })

  it('each label has the line it stands on', () => {
    const catalog = replay(
      "\nCREATE TYPE s AS ENUM (\n  'a',\n  -- it''s\n  'b', 'c'\n);\nALTER TYPE s ADD VALUE 'd';",
    )
    const type = catalog.findType({ name: 's' })
    expect(type?.kind === 'enum' && type.labels.map((label) => label.origin.line)).toEqual([3, 5, 5, 7])
    expect(type?.origin).toEqual({ file: '1.sql', line: 2 })
  })

  it('columns refer to a type by identity', () => {
    const sql = `${S} CREATE TABLE t (c s, d s[]); ALTER TYPE s RENAME TO old; CREATE TYPE s AS ENUM ('x');`
    expect(enumColumns(sql)).toEqual(['t.c: old', 't.d: old[]'])
  })

  it('is not dropped while a column has it', () => {
    const sql = `${S} CREATE TABLE t (c s, d text); DROP TYPE s;`
    expect(enums(sql)).toEqual(['s: a, b'])
    expect(json(sql).unread).toEqual([
      {
        file: '1.sql',
        line: 1,
        reason: expect.stringContaining('cannot drop type s because other objects depend on it') as string,
      },
    ])
    expect(enumColumns(`${S} CREATE TABLE t (c s, d text); DROP TYPE s CASCADE;`)).toEqual([])
  })
})

describe('transactions', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['ROLLBACK', `BEGIN; ${S} ROLLBACK;`, []],
    ['COMMIT', `BEGIN; ${S} COMMIT; ROLLBACK;`, ['s: a, b']],
    ['ROLLBACK TO', `BEGIN; SAVEPOINT x; ${S} ROLLBACK TO x; CREATE TYPE t AS ENUM (); COMMIT;`, ['t: ']],
    ['RELEASE', `BEGIN; SAVEPOINT x; ${S} RELEASE x; COMMIT;`, ['s: a, b']],
    ['an error, which aborts', `BEGIN; ${S} DROP TYPE nope; CREATE TYPE t AS ENUM (); COMMIT;`, []],
    [
      'an error after a savepoint',
      `BEGIN; ${S} SAVEPOINT x; DROP TYPE nope; ROLLBACK TO x; COMMIT;`,
      ['s: a, b'],
    ],
    [
      'a new label, used in the same transaction',
      `${S} BEGIN; ALTER TYPE s ADD VALUE 'c'; CREATE TABLE t (c s DEFAULT 'c'); COMMIT;`,
      ['s: a, b'],
    ],
  ])('as Postgres: %s', (_, sql, expected) => {
    expect(enums(sql, { failedStatement: 'abort' })).toEqual(expected)
  })

  it('a statement that our catalog rejects is skipped, the others count', () => {
    const sql = `BEGIN; ${S} DROP TYPE nope; CREATE TYPE t AS ENUM (); COMMIT;`
    expect(enums(sql)).toEqual(['s: a, b', 't: '])
    expect(json(sql).unread).toEqual([])
  })

  it('a label may be used in the transaction that adds it: the database got it in another', () => {
    const sql = `${S} BEGIN; ALTER TYPE s ADD VALUE 'c'; CREATE TABLE t (c s DEFAULT 'c'); COMMIT;`
    expect(enumColumns(sql)).toEqual(['t.c: s'])
  })
})

describe('what is not there', () => {
  it.each([
    ["SELECT 'ALTER TYPE s ADD VALUE ''z''' WHERE true\n\\gexec\n", 1],
    ["SELECT format('CREATE TYPE %I AS ENUM ()', 'x') \\gexec\n", 1],
    ["SELECT 'CREATE DATABASE x' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'x')\\gexec\n", 0],
    ["SELECT 'ALTER TYPE s ADD VALUE ''z''' \\g\n", 0],
  ])('what psql runs with \\gexec is unread where it may define something: %j', (sql, count) => {
    expect(json(`${S} ${sql}`).unread).toHaveLength(count)
  })

  it('a label for an unknown type is unread, with what Postgres would say', () => {
    expect(json("\n\nALTER TYPE nope ADD VALUE 'x';").unread).toEqual([
      { file: '1.sql', line: 3, reason: 'this statement can not be followed: type "nope" does not exist' },
    ])
  })

  it('what can not be followed may touch what it names', () => {
    const sql = `${S} CREATE TABLE t (c s); CREATE TABLE u (c s); ALTER TABLE t ALTER c TYPE text, DROP COLUMN nope;`
    expect(replay(sql).unread.map(({ touches }) => touches)).toEqual([['public.t']])
  })

  it('a table from elsewhere is unread only where its value sets change', () => {
    expect(
      json('ALTER TABLE auth.users ADD COLUMN x text; ALTER TABLE auth.users DROP COLUMN y;').unread,
    ).toEqual([])
    expect(json(`${S} ALTER TABLE auth.users ADD COLUMN x s;`).unread).toHaveLength(1)
    expect(json("ALTER TABLE auth.users ADD CHECK (x IN ('a', 'b'));").unread).toHaveLength(1)
  })

  it('a type from elsewhere makes an unknown type, no failure', () => {
    const catalog = replay('CREATE TABLE t (c vector(3), d auth.aal_level);')
    const relation = catalog.findRelation({ name: 't' })
    expect(relation?.columns.map(({ type }) => catalog.typeByOid(type.oid)?.kind)).toEqual([
      'unknown',
      'unknown',
    ])
    expect(catalog.unread).toEqual([])
  })

  it('a broken statement costs only itself', () => {
    const sql = `${S}\nALTER TYPE s ADD VALU 'x';\nALTER TYPE s ADD VALUE 'c';\nINSERT INTO;\n`
    expect(enums(sql)).toEqual(['s: a, b, c'])
    expect(json(sql).unread).toEqual([{ file: '1.sql', line: 2, reason: 'syntax error at or near "VALU"' }])
  })
})

describe('until and the catalog before a statement', () => {
  const texts = [S, "ALTER TYPE s ADD VALUE 'c';\nALTER TYPE s ADD VALUE 'd';"]

  it('stops after a migration', () => {
    expect(enums(texts, { until: '1' })).toEqual(['s: a, b'])
    expect(enums(texts, { until: '1.sql' })).toEqual(['s: a, b'])
  })

  it('gives the catalog just before each statement', () => {
    const seen: string[] = []
    replay(texts, {
      onStatement({ file, line, offset }, catalog) {
        const type = catalog().findType({ name: 's' })
        seen.push(
          `${file}:${line}+${offset} ${type?.kind === 'enum' ? type.labels.map((each) => each.value).join('') : '-'}`,
        )
      },
    })
    expect(seen).toEqual(['1.sql:1+0 -', '2.sql:1+0 ab', '2.sql:2+28 abc'])
  })
})
