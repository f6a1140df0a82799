import { describe, expect, it } from 'vitest'
import { checks, json, replay, valueSet } from './replaying.js'

describe('a CHECK that lists strings', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['IN', "CREATE TABLE t (c text CHECK (c IN ('a', 'b', 'a')));", ['t.c t_c_check: a, b']],
    ['=', "CREATE TABLE t (c text CHECK (c = 'a'));", ['t.c t_c_check: a']],
    ['the constant first', "CREATE TABLE t (c text CHECK ('a' = c));", ['t.c t_c_check: a']],
    [
      'ANY (ARRAY[...]) as pg_dump prints it',
      "CREATE TABLE t (c varchar CHECK (((c)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))));",
      ['t.c t_c_check: a, b'],
    ],
    ["ANY ('{a,b}')", `CREATE TABLE t (c text CHECK (c = ANY ('{a,"b c"}')));`, ['t.c t_c_check: a, b c']],
    [
      'OR, with IS NULL',
      "CREATE TABLE t (c text CHECK (c IS NULL OR c = 'a' OR c IN ('b')));",
      ['t.c t_c_check: a, b'],
    ],
    [
      'AND that narrows',
      "CREATE TABLE t (c text CHECK (c IN ('a', 'b', 'c') AND c <> 'b' AND c IS NOT NULL));",
      ['t.c t_c_check: a, c'],
    ],
    ['of the table', "CREATE TABLE t (c text, CONSTRAINT k CHECK (c IN ('a')));", ['t.c k: a']],
    [
      'NOT VALID',
      "CREATE TABLE t (c text); ALTER TABLE t ADD CONSTRAINT k CHECK (c IN ('a')) NOT VALID;",
      ['t.c k: a'],
    ],
    ['NOT ENFORCED: limits nothing', "CREATE TABLE t (c text CHECK (c IN ('a')) NOT ENFORCED);", []],
    ['a NULL in the list lets all pass', "CREATE TABLE t (c text CHECK (c IN ('a', NULL)));", []],
    ['a NULL in the array lets all pass', "CREATE TABLE t (c text CHECK (c = ANY ('{a,NULL}')));", []],
    ['another column', "CREATE TABLE t (c text, d text, CHECK (c = 'a' OR d = 'b'));", []],
    ['another condition in OR', "CREATE TABLE t (c text CHECK (c = 'a' OR length(c) > 3));", []],
    ['a function of the column', "CREATE TABLE t (c text CHECK (lower(c) IN ('a')));", []],
    ['numbers', 'CREATE TABLE t (c int CHECK (c IN (1, 2)));', []],
    ['NOT IN', "CREATE TABLE t (c text CHECK (c NOT IN ('a')));", []],
    [
      'on an enum',
      "CREATE TYPE s AS ENUM ('a', 'b'); CREATE TABLE t (c s CHECK (c IN ('a')));",
      ['t.c t_c_check: a'],
    ],
    ['dropped', "CREATE TABLE t (c text CHECK (c IN ('a'))); ALTER TABLE t DROP CONSTRAINT t_c_check;", []],
    [
      'dropped and added',
      "CREATE TABLE t (c text CHECK (c IN ('a'))); ALTER TABLE t DROP CONSTRAINT t_c_check, ADD CONSTRAINT t_c_check CHECK (c IN ('b'));",
      ['t.c t_c_check: b'],
    ],
    [
      'renamed with column and table',
      "CREATE TABLE t (c text CHECK (c IN ('a'))); ALTER TABLE t RENAME c TO d; ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME CONSTRAINT t_c_check TO k;",
      ['u.d k: a'],
    ],
    ['gone with its column', "CREATE TABLE t (c text CHECK (c IN ('a'))); ALTER TABLE t DROP c;", []],
    [
      'inherited',
      "CREATE TABLE t (c text CHECK (c IN ('a'))); CREATE TABLE u () INHERITS (t); ALTER TABLE t DROP CONSTRAINT t_c_check;",
      [],
    ],
    [
      'NO INHERIT',
      "CREATE TABLE t (c text, CHECK (c IN ('a')) NO INHERIT); CREATE TABLE u () INHERITS (t);",
      ['t.c t_c_check: a'],
    ],
    [
      'LIKE INCLUDING CONSTRAINTS',
      "CREATE TABLE t (c text CHECK (c IN ('a'))); CREATE TABLE u (LIKE t INCLUDING CONSTRAINTS); CREATE TABLE v (LIKE t);",
      ['t.c t_c_check: a', 'u.c t_c_check: a'],
    ],
    [
      'names that Postgres makes',
      "CREATE TABLE t (c text CHECK (c IN ('a')) CHECK (c IN ('a', 'b')), d text, CHECK (c = d AND c = 'a'), CHECK (d IN ('x')));",
      ['t.c t_c_check: a', 't.c t_c_check1: a, b', 't.d t_d_check: x'],
    ],
    [
      'a long name',
      `CREATE TABLE ${'t'.repeat(40)} (${'c'.repeat(40)} text CHECK (${'c'.repeat(40)} IN ('a')));`,
      [`${'t'.repeat(40)}.${'c'.repeat(40)} ${'t'.repeat(28)}_${'c'.repeat(28)}_check: a`],
    ],
  ])('%s', (_, sql, expected) => {
    expect(checks(sql, { failedStatement: 'abort' })).toEqual(expected)
  })
})

describe('domains', () => {
  it('with a list', () => {
    const sql = "CREATE DOMAIN d AS varchar(9) CHECK (VALUE IN ('a', 'b')); CREATE TABLE t (c d);"
    expect(json(sql).domains).toEqual([
      { schema: 'public', name: 'd', baseType: 'character varying', checkValues: ['a', 'b'] },
    ])
    expect(valueSet(replay(sql), 't', 'c')).toMatchObject({
      kind: 'domain',
      name: 'd',
      values: [{ value: 'a' }, { value: 'b' }],
    })
  })

  it('constraints added, dropped, renamed', () => {
    const sql = `CREATE DOMAIN d AS text; ALTER DOMAIN d ADD CHECK (VALUE IN ('a')); ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE IN ('b'));
      ALTER DOMAIN d DROP CONSTRAINT d_check; ALTER DOMAIN d RENAME CONSTRAINT k TO l; ALTER DOMAIN d RENAME TO e;`
    expect(json(sql, { failedStatement: 'abort' }).domains).toEqual([
      { schema: 'public', name: 'e', baseType: 'text', checkValues: ['b'] },
    ])
  })

  it('several lists leave what all hold, over an enum too', () => {
    const sql = `CREATE TYPE s AS ENUM ('a', 'b', 'c'); CREATE DOMAIN d AS s CHECK (VALUE <> 'x'::text::s);
      CREATE DOMAIN e AS s CHECK (VALUE IN ('b', 'c')); CREATE TABLE t (c e CHECK (c::text IN ('a', 'b')), x d);`
    const catalog = replay(sql)
    expect(valueSet(catalog, 't', 'c')?.values.map((label) => label.value)).toEqual(['b'])
    expect(valueSet(catalog, 't', 'x')).toMatchObject({ kind: 'enum', name: 's' })
  })
})

describe('history', () => {
  const former = (sql: string): string[] | undefined =>
    valueSet(replay(sql), 't', 'c')?.former.map(
      ({ value, fate, renamedTo }) => `${value} ${fate}${renamedTo === undefined ? '' : ` ${renamedTo}`}`,
    )

  it('renamed, and renamed again', () => {
    const sql =
      "CREATE TYPE s AS ENUM ('a'); CREATE TABLE t (c s); ALTER TYPE s RENAME VALUE 'a' TO 'b'; ALTER TYPE s RENAME VALUE 'b' TO 'c';"
    expect(former(sql)).toEqual(['a renamed c', 'b renamed c'])
  })

  it('added again', () => {
    const sql =
      "CREATE TYPE s AS ENUM ('a'); CREATE TABLE t (c s); ALTER TYPE s RENAME VALUE 'a' TO 'b'; ALTER TYPE s ADD VALUE 'a';"
    expect(former(sql)).toEqual([])
  })

  it('removed by a type that took the place of another', () => {
    const sql = `CREATE TYPE s AS ENUM ('a', 'b'); CREATE TABLE t (c s); CREATE TYPE s_new AS ENUM ('b', 'z');
      ALTER TABLE t ALTER c TYPE s_new USING c::text::s_new; ALTER TYPE s RENAME TO s_old; ALTER TYPE s_new RENAME TO s; DROP TYPE s_old;`
    expect(former(sql)).toEqual(['a removed'])
  })

  it('removed by DROP TYPE and CREATE TYPE', () => {
    const sql = `CREATE TYPE s AS ENUM ('a', 'b'); DROP TYPE s; CREATE TYPE s AS ENUM ('b'); CREATE TABLE t (c s);`
    expect(former(sql)).toEqual(['a removed'])
  })

  it('removed from a CHECK', () => {
    const sql = `CREATE TABLE t (c text CHECK (c IN ('a', 'b'))); ALTER TABLE t DROP CONSTRAINT t_c_check;
      ALTER TABLE t ADD CONSTRAINT t_c_check CHECK (c IN ('b', 'x'));`
    expect(former(sql)).toEqual(['a removed'])
  })

  it('a CHECK that became an enum', () => {
    const sql = `CREATE TABLE t (c text CHECK (c IN ('a', 'b'))); CREATE TYPE s AS ENUM ('b');
      ALTER TABLE t DROP CONSTRAINT t_c_check, ALTER c TYPE s USING c::s;`
    expect(former(sql)).toEqual(['a removed'])
  })
})
