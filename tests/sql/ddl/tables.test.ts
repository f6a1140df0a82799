import { describe, expect, it } from 'vitest'
import { columns, enumColumns, json, replay } from './replaying.js'

const S = "CREATE TYPE s AS ENUM ('a', 'b');"

describe('columns with an enum', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['CREATE TABLE', 'CREATE TABLE t (c s, d s[], e s ARRAY, f text);', ['t.c: s', 't.d: s[]', 't.e: s[]']],
    ['IF NOT EXISTS that does nothing', 'CREATE TABLE t (c text); CREATE TABLE IF NOT EXISTS t (c s);', []],
    ['ADD COLUMN', 'CREATE TABLE t (); ALTER TABLE t ADD COLUMN c s, ADD d s;', ['t.c: s', 't.d: s']],
    ['ADD COLUMN IF NOT EXISTS', 'CREATE TABLE t (c text); ALTER TABLE t ADD COLUMN IF NOT EXISTS c s;', []],
    ['DROP COLUMN', 'CREATE TABLE t (c s); ALTER TABLE t DROP COLUMN c;', []],
    [
      'DROP COLUMN and ADD COLUMN in one',
      'CREATE TABLE t (c s); ALTER TABLE t ADD COLUMN c text, DROP COLUMN c;',
      [],
    ],
    ['RENAME COLUMN', 'CREATE TABLE t (c s); ALTER TABLE t RENAME c TO "D";', ['t.D: s']],
    ['ALTER TYPE USING', 'CREATE TABLE t (c text); ALTER TABLE t ALTER c TYPE s USING c::s;', ['t.c: s']],
    ['ALTER TYPE away', 'CREATE TABLE t (c s); ALTER TABLE t ALTER COLUMN c SET DATA TYPE text;', []],
    ['a type with its schema', 'CREATE TABLE t (c "public"."s");', ['t.c: s']],
    ['RENAME TO', 'CREATE TABLE t (c s); ALTER TABLE t RENAME TO u;', ['u.c: s']],
    ['SET SCHEMA', 'CREATE SCHEMA z; CREATE TABLE t (c s); ALTER TABLE t SET SCHEMA z;', ['z.t.c: s']],
    ['DROP TABLE', 'CREATE TABLE t (c s); DROP TABLE IF EXISTS nope, t;', []],
    ['LIKE', 'CREATE TABLE t (c s); CREATE TABLE u (x int, LIKE t);', ['t.c: s', 'u.c: s']],
    [
      'INHERITS, and what follows',
      'CREATE TABLE t (c text); CREATE TABLE u () INHERITS (t); ALTER TABLE t ALTER c TYPE s USING c::s, ADD d s;',
      ['t.c: s', 't.d: s', 'u.c: s', 'u.d: s'],
    ],
    [
      'PARTITION OF: left out',
      'CREATE TABLE t (c s, d int) PARTITION BY LIST (d); CREATE TABLE u PARTITION OF t FOR VALUES IN (1);',
      ['t.c: s'],
    ],
    [
      'DETACH PARTITION',
      'CREATE TABLE t (c s, d int) PARTITION BY LIST (d); CREATE TABLE u PARTITION OF t DEFAULT; ALTER TABLE t DETACH PARTITION u;',
      ['t.c: s', 'u.c: s'],
    ],
    [
      'ATTACH PARTITION',
      'CREATE TABLE t (c s, d int) PARTITION BY LIST (d); CREATE TABLE u (c s, d int); ALTER TABLE t ATTACH PARTITION u DEFAULT;',
      ['t.c: s'],
    ],
    ['OF type', 'CREATE TYPE r AS (c s, d int); CREATE TABLE t OF r;', ['t.c: s']],
    [
      'AS SELECT',
      'CREATE TABLE t (c s); CREATE TABLE u AS SELECT c AS x, c::text AS y FROM t;',
      ['t.c: s', 'u.x: s'],
    ],
    ['SELECT INTO', 'CREATE TABLE t (c s); SELECT c INTO u FROM t;', ['t.c: s', 'u.c: s']],
    ['TEMP: gone with the session', 'CREATE TEMP TABLE t (c s); CREATE TABLE pg_temp.u (c s);', []],
    [
      'a temporary table hides another',
      'CREATE TABLE t (c s); CREATE TEMP TABLE t (c text); ALTER TABLE t DROP c;',
      ['t.c: s'],
    ],
    ['a foreign table', 'CREATE FOREIGN TABLE t (c s) SERVER x;', ['t.c: s']],
    [
      'a domain over it',
      'CREATE DOMAIN d AS s; CREATE DOMAIN e AS d; CREATE TABLE t (c e, x d[]);',
      ['t.c: s', 't.x: s[]'],
    ],
    ['a generated column', "CREATE TABLE t (x text, c s GENERATED ALWAYS AS ('a'::s) STORED);", ['t.c: s']],
    ['DROP TYPE CASCADE', 'CREATE TABLE t (c s, d s[], e text); DROP TYPE s CASCADE;', []],
    [
      'a column of a quoted name',
      'CREATE TABLE "T" ("C" s); ALTER TABLE "T" RENAME COLUMN "C" TO c;',
      ['T.c: s'],
    ],
  ])('%s', (_, sql, expected) => {
    expect(enumColumns(S + sql)).toEqual(expected)
    expect(json(S + sql).unread).toEqual([])
  })

  it('Prisma replaces an enum: new type, columns over, names swapped, old one dropped', () => {
    const sql = `${S} CREATE TABLE t (c s NOT NULL DEFAULT 'a');
      BEGIN; CREATE TYPE "s_new" AS ENUM ('a', 'z');
      ALTER TABLE "t" ALTER COLUMN "c" DROP DEFAULT;
      ALTER TABLE "t" ALTER COLUMN "c" TYPE "s_new" USING ("c"::text::"s_new");
      ALTER TYPE "s" RENAME TO "s_old"; ALTER TYPE "s_new" RENAME TO "s"; DROP TYPE "s_old";
      ALTER TABLE "t" ALTER COLUMN "c" SET DEFAULT 'a'; COMMIT;`
    expect(enumColumns(sql, { failedStatement: 'abort' })).toEqual(['t.c: s'])
    expect(json(sql).enums).toEqual([{ schema: 'public', name: 's', labels: ['a', 'z'] }])
  })
})

describe('what Postgres rejects has no effect', () => {
  it.each([
    ['a default that the type does not have', "CREATE TABLE t (c s DEFAULT 'x')"],
    ['a text default for an enum', "CREATE TABLE t (c s DEFAULT 'a'::text)"],
    ['a type twice', "CREATE TYPE s AS ENUM ('x')"],
    ['a table named like a type', 'CREATE TABLE s (c s)'],
    ['a column twice', 'CREATE TABLE t (c s, c text)'],
    ['a table in a schema that is not there', 'CREATE TABLE nope.t (c s)'],
    ['a type that is not there', 'CREATE TABLE t (c s, d nope)'],
  ])('%s', (_, sql) => {
    expect(enumColumns(`${S} ${sql};`, { failedStatement: 'abort' })).toEqual([])
  })

  it.each([
    ['text to enum without USING', 'CREATE TABLE t (c text)', 'ALTER TABLE t ALTER c TYPE s'],
    [
      'with a text default in the way',
      "CREATE TABLE t (c text DEFAULT 'a')",
      'ALTER TABLE t ALTER c TYPE s USING c::s',
    ],
    [
      'with a CHECK over text in the way',
      "CREATE TABLE t (c text CHECK (c IN ('a')))",
      'ALTER TABLE t ALTER c TYPE s USING c::s',
    ],
    [
      'with a partial index in the way',
      "CREATE TABLE t (c text); CREATE INDEX ON t (c) WHERE c = 'a'",
      'ALTER TABLE t ALTER c TYPE s USING c::s',
    ],
    [
      'with a view in the way',
      'CREATE TABLE t (c text); CREATE VIEW v AS SELECT c FROM t',
      'ALTER TABLE t ALTER c TYPE s USING c::s',
    ],
    [
      'of an inherited column',
      'CREATE TABLE p (c text); CREATE TABLE t () INHERITS (p)',
      'ALTER TABLE t ALTER c TYPE s USING c::s',
    ],
  ])('%s', (_, before, statement) => {
    expect(columns(replay(`${S} ${before}; ${statement};`, { failedStatement: 'abort' }), 't')).toEqual([
      'c text',
    ])
  })

  it('a CHECK over varchar is in no way: Postgres casts the column in it', () => {
    const sql = "CREATE TABLE t (c varchar(9) CHECK (c IN ('a'))); ALTER TABLE t ALTER c TYPE s USING c::s;"
    expect(enumColumns(S + sql, { failedStatement: 'abort' })).toEqual(['t.c: s'])
  })
})

describe('views', () => {
  const T = `${S} CREATE TABLE t (c s, d text);`

  it.each<readonly [string, string, readonly string[]]>([
    ['columns', 'CREATE VIEW v AS SELECT c, d, c::text AS e FROM t;', ['c s', 'd text', 'e text']],
    ['a star and names', 'CREATE VIEW v (x) AS SELECT * FROM t;', ['x s', 'd text']],
    ['materialized', 'CREATE MATERIALIZED VIEW v AS SELECT c FROM t;', ['c s']],
    [
      'OR REPLACE with one more',
      'CREATE VIEW v AS SELECT c FROM t; CREATE OR REPLACE VIEW v AS SELECT c, d FROM t;',
      ['c s', 'd text'],
    ],
    [
      'OR REPLACE with another type',
      'CREATE VIEW v AS SELECT c FROM t; CREATE OR REPLACE VIEW v AS SELECT d AS c FROM t;',
      ['c s'],
    ],
    [
      'a renamed source',
      'CREATE VIEW v AS SELECT c FROM t; ALTER TABLE t RENAME c TO x; ALTER TYPE s RENAME TO z;',
      ['c z'],
    ],
    ['DROP COLUMN under it', 'CREATE VIEW v AS SELECT c FROM t; ALTER TABLE t DROP COLUMN c;', ['c s']],
    ['DROP COLUMN CASCADE', 'CREATE VIEW v AS SELECT c FROM t; ALTER TABLE t DROP COLUMN c CASCADE;', []],
    [
      'DROP COLUMN that it does not read',
      'CREATE VIEW v AS SELECT c FROM t; ALTER TABLE t DROP COLUMN d;',
      ['c s'],
    ],
    [
      'UNION and CTE',
      'CREATE VIEW v AS WITH q AS (SELECT c FROM t) SELECT c FROM q UNION SELECT c FROM t;',
      ['c s'],
    ],
  ])('%s', (_, sql, expected) => {
    expect(columns(replay(T + sql, { failedStatement: 'abort' }), 'v')).toEqual(expected)
  })

  it('one over what is not known is not complete', () => {
    const catalog = replay('CREATE VIEW v AS SELECT * FROM auth.users;')
    expect(catalog.findRelation({ name: 'v' })?.complete).toBe(false)
    expect(catalog.unread).toEqual([])
  })
})
