import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Catalog } from '../../../src/catalog/model.js'
import { analyzeSql } from '../../../src/sql/analyze/index.js'
import { catalogFromPostgres } from '../../oracle/catalogFromPostgres.js'
import { replay } from '../ddl/replaying.js'

const TABLES = `
CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE ws (id int, status mood, name text, tags mood[], kind text CHECK (kind IN ('a', 'b')));
INSERT INTO ws VALUES (1, 'ok', 'ok', '{ok}', 'a');
CREATE FUNCTION same(mood, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
CREATE FUNCTION same(text, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 OPERATOR(pg_catalog.=) $2';
CREATE FUNCTION label(mood, text) RETURNS mood LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION to_mood(text) RETURNS mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'ok'::mood $$;
CREATE FUNCTION to_text(mood) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' $$;
`

/** What the migrations make, and statements with the values that Postgres rejects in them. */
type Cases = readonly (readonly [sql: string, ...rejected: string[]])[]

const OWN_EQUALS = 'CREATE OPERATOR = (LEFTARG = mood, RIGHTARG = text, FUNCTION = same);'

const CASES: Readonly<Record<string, readonly [made: string, cases: Cases]>> = {
  'an operator of an enum and text': [
    OWN_EQUALS,
    [
      [`SELECT * FROM ws WHERE status = 'x'`],
      [`SELECT * FROM ws WHERE 'x' = status`, 'x'],
      [`SELECT * FROM ws WHERE status <> 'x'`, 'x'],
      [`SELECT * FROM ws WHERE status = mood 'x'`, 'x'],
      [`SELECT * FROM ws WHERE status IN ('x')`],
      [`SELECT * FROM ws WHERE status IN ('x', 'y')`, 'x', 'y'],
      [`SELECT * FROM ws WHERE status IN ('x', name)`],
      [`SELECT * FROM ws WHERE status = ANY ('{x}')`],
      [`SELECT * FROM ws WHERE status = ANY (ARRAY['x'])`],
      [`SELECT * FROM ws WHERE status = ALL (SELECT 'x')`],
      [`SELECT * FROM ws WHERE status IN (SELECT 'x')`],
      [`SELECT * FROM ws WHERE status IS DISTINCT FROM 'x'`],
      [`SELECT * FROM ws WHERE status BETWEEN 'x' AND 'y'`, 'x', 'y'],
      [`SELECT NULLIF(status, 'x') FROM ws`],
      [`SELECT CASE status WHEN 'x' THEN 1 END FROM ws`],
      [`SELECT * FROM ws WHERE status OPERATOR(pg_catalog.=) 'x'`, 'x'],
      [`SELECT * FROM ws WHERE status OPERATOR(public.=) 'x'`],
      [`UPDATE ws SET status = 'x'`, 'x'],
      [`DO $$ DECLARE m mood; BEGIN IF m = 'x' THEN NULL; END IF; END $$`],
      [`DO $$ DECLARE m mood := 'ok'; BEGIN CASE m WHEN 'x' THEN NULL; ELSE NULL; END CASE; END $$`],
    ],
  ],
  'an operator of a schema that is not in the path': [
    'CREATE OPERATOR app.= (LEFTARG = mood, RIGHTARG = text, FUNCTION = same);',
    [
      [`SELECT * FROM ws WHERE status = 'x'`, 'x'],
      [`SELECT * FROM ws WHERE status OPERATOR(app.=) 'x'`],
      [`SELECT * FROM ws WHERE status OPERATOR(app.=) ANY ('{x}')`],
      [`SET search_path TO app, public; SELECT * FROM ws WHERE status = 'x'`],
      [`SET search_path TO public, app; SELECT * FROM ws WHERE status = 'x' OR 'y' = status`, 'y'],
    ],
  ],
  'an operator in place of one of Postgres': [
    'CREATE OPERATOR app.= (LEFTARG = anyenum, RIGHTARG = anyenum, FUNCTION = enum_eq);',
    [[`SET search_path TO app, pg_catalog, public; SELECT * FROM ws WHERE status = 'x'`, 'x']],
  ],
  'an operator that gives an enum': [
    'CREATE OPERATOR || (LEFTARG = mood, RIGHTARG = text, FUNCTION = label);',
    [
      [`SELECT * FROM ws WHERE status || 'x' = 'y'`, 'y'],
      [`UPDATE ws SET status = status || 'x'`],
      [`SELECT coalesce(status || 'x', 'y') FROM ws`, 'y'],
    ],
  ],
  'an operator for any type': [
    `CREATE FUNCTION alike(anyelement, anyelement) RETURNS bool LANGUAGE sql AS 'SELECT true';
    CREATE OPERATOR === (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = alike);`,
    [
      [`SELECT * FROM ws WHERE status === 'x'`, 'x'],
      [`SELECT * FROM ws WHERE name === 'x'`],
      [`SELECT * FROM ws WHERE status === ANY ('{x}')`, 'x'],
    ],
  ],
  'an operator that was dropped': [
    `${OWN_EQUALS} DROP OPERATOR = (mood, text);`,
    [[`SELECT * FROM ws WHERE status = 'x'`, 'x']],
  ],
  'an operator whose function was dropped': [
    `${OWN_EQUALS} DROP FUNCTION same(mood, text) CASCADE;`,
    [[`SELECT * FROM ws WHERE status = 'x'`, 'x']],
  ],
  'an operator that was moved': [
    `${OWN_EQUALS} ALTER OPERATOR = (mood, text) SET SCHEMA app; ALTER OPERATOR app.= (mood, text) OWNER TO current_user;`,
    [[`SELECT * FROM ws WHERE status = 'x'`, 'x'], [`SELECT * FROM ws WHERE status OPERATOR(app.=) 'x'`]],
  ],
  'a cast by a function, in assignments': [
    'CREATE CAST (text AS mood) WITH FUNCTION to_mood(text) AS ASSIGNMENT;',
    [
      [`UPDATE ws SET status = name`],
      [`UPDATE ws SET status = 'x'::text`],
      [`UPDATE ws SET status = 'x'`, 'x'],
      [`INSERT INTO ws (status) SELECT name FROM ws`],
      [`SELECT 'x'::text::mood`],
      [`SELECT 'x'::mood`, 'x'],
      [`SELECT mood('x')`, 'x'],
      [`SELECT ARRAY['x'::text]::mood[]`],
      [`SELECT ('{x}'::text[])::mood[]`],
      [`SELECT ('{x}'::varchar[])::mood[]`, 'x'],
      [`SELECT * FROM ws WHERE status = 'x'`, 'x'],
      [`ALTER TABLE ws ALTER COLUMN name TYPE mood`],
      [`DO $$ DECLARE m mood := 'x'; BEGIN NULL; END $$`],
      [`DO $$ DECLARE m mood; BEGIN m := 'x'; END $$`, 'x'],
      [`DO $$ DECLARE m mood; BEGIN SELECT 'x' INTO m; END $$`],
      [`DO $$ DECLARE w ws; BEGIN w := ROW(1, 'x', 'y', NULL, 'a'); END $$`, 'x'],
      [`CREATE FUNCTION f() RETURNS mood LANGUAGE plpgsql AS $f$ BEGIN RETURN 'x'; END $f$; SELECT f()`],
    ],
  ],
  'a cast by a function that has to be asked for': [
    'CREATE CAST (text AS mood) WITH FUNCTION to_mood(text);',
    [
      [`SELECT 'x'::text::mood`],
      [`SELECT CAST('x'::varchar AS mood)`, 'x'],
      [`DO $$ DECLARE m mood := 'x'; BEGIN NULL; END $$`, 'x'],
    ],
  ],
  'a cast by the text form, in assignments': [
    'CREATE CAST (text AS mood) WITH INOUT AS ASSIGNMENT;',
    [
      [`UPDATE ws SET status = 'x'::text`, 'x'],
      [`UPDATE ws SET status = name`],
      [`INSERT INTO ws (status) VALUES ('x'::text)`, 'x'],
      [`UPDATE ws SET tags = ARRAY['x'::text]`, 'x'],
    ],
  ],
  'a cast by the text form, wherever it is needed': [
    'CREATE CAST (varchar AS mood) WITH INOUT AS IMPLICIT;',
    [
      [`UPDATE ws SET status = 'x'::varchar`, 'x'],
      [`SELECT same('x'::varchar, 'y')`],
      [`SELECT label('x'::varchar, 'y')`, 'x'],
      [`SELECT * FROM ws WHERE status = 'x'`, 'x'],
    ],
  ],
  'an enum that becomes text by itself': [
    'CREATE CAST (mood AS text) WITH INOUT AS IMPLICIT;',
    [
      [`SELECT * FROM ws WHERE status = 'x'`],
      [`SELECT * FROM ws WHERE lower(status) = 'x'`],
      [`SELECT status LIKE 'x' FROM ws`],
    ],
  ],
  'an enum that becomes text by a function': [
    'CREATE CAST (mood AS text) WITH FUNCTION to_text(mood) AS ASSIGNMENT;',
    [[`SELECT * FROM ws WHERE status::text = 'x'`], [`UPDATE ws SET name = status`]],
  ],
  'a cast that was dropped': [
    'CREATE CAST (text AS mood) WITH FUNCTION to_mood(text); DROP CAST (text AS mood);',
    [[`SELECT 'x'::text::mood`, 'x']],
  ],
  'a cast whose function was dropped': [
    'CREATE CAST (text AS mood) WITH FUNCTION to_mood(text); DROP FUNCTION to_mood CASCADE;',
    [[`SELECT 'x'::text::mood`, 'x']],
  ],
}

const labels = new Set(['ok', 'sad'])

/** The values that we say Postgres rejects. */
function rejectedIn(sql: string, catalog: Catalog): string[] {
  const { uses, refusals, unreadable } = analyzeSql(sql, catalog)
  expect([unreadable, ...refusals].filter(Boolean)).toEqual([])
  const rejected = uses.filter((use) => use.effect === 'reject' && use.type === 'literal')
  return rejected.map((use) => ('value' in use ? use.value : '')).filter((value) => !labels.has(value))
}

let db: PGlite

beforeAll(() => {
  db = new PGlite()
})
afterAll(() => db.close())

/** What Postgres says against the statement when it runs. */
async function failure(sql: string): Promise<string | undefined> {
  await db.exec('SAVEPOINT before')
  try {
    await db.exec(sql)
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    await db.exec('ROLLBACK TO before')
  }
}

describe.each(Object.entries(CASES))('%s', (_, [made, cases]) => {
  let catalogs: Catalog[]

  beforeAll(async () => {
    await db.exec(`BEGIN; ${TABLES} ${made}`)
    const replayed = replay(TABLES + made)
    expect(replayed.unread).toEqual([])
    catalogs = [await catalogFromPostgres(db), replayed]
  })
  afterAll(() => db.exec('ROLLBACK'))

  it.each(cases)('%s', async (sql, ...rejected) => {
    for (const catalog of catalogs) expect(rejectedIn(sql, catalog)).toEqual(rejected)
    if (rejected.length === 0) expect(await failure(sql)).toBeUndefined()
    // Each alone, the others made right.
    for (const value of rejected) {
      const others = rejected.filter((each) => each !== value)
      const text = others.reduce((right, other) => right.replaceAll(`'${other}'`, `'ok'`), sql)
      expect(await failure(text)).toBe(`invalid input value for enum mood: "${value}"`)
    }
  })
})
