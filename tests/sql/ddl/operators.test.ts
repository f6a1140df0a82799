import { describe, expect, it } from 'vitest'
import { FrozenCatalog } from '../../../src/catalog/frozen.js'
import { analyzeSql } from '../../../src/sql/analyze/index.js'
import { checks, columns, json, replay } from './replaying.js'

const MADE = `
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE FUNCTION same(mood, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
CREATE FUNCTION to_mood(text) RETURNS mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'ok'::mood $$;
`
const OWN_EQUALS = `${MADE} CREATE OPERATOR = (LEFTARG = mood, RIGHTARG = text, FUNCTION = same);`

/** As pg_dump writes it. */
const DUMPED = `
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('ok', 'sad');
CREATE FUNCTION app.mood_text(m app.mood, t text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $_$SELECT $1::text = $2$_$;
CREATE FUNCTION app.to_mood(text) RETURNS app.mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'ok'::app.mood $$;
CREATE CAST (text AS app.mood) WITH FUNCTION app.to_mood(text) AS ASSIGNMENT;
CREATE CAST (character varying AS app.mood) WITH INOUT AS ASSIGNMENT;
CREATE OPERATOR app.= (
    FUNCTION = app.mood_text,
    LEFTARG = app.mood,
    RIGHTARG = text,
    COMMUTATOR = OPERATOR(app.=),
    NEGATOR = OPERATOR(app.<>)
);
ALTER OPERATOR app.= (app.mood, text) OWNER TO postgres;
CREATE TABLE app.ws (status app.mood, CONSTRAINT ws_status_check CHECK ((status OPERATOR(app.=) 'ok'::text)));
CREATE VIEW app.v AS SELECT ws.status FROM app.ws WHERE (ws.status OPERATOR(app.=) 'x'::text);
`

/** A type of strings that the migrations make themselves, as an extension without CREATE EXTENSION. */
const CITEXT = `
CREATE TYPE citext;
CREATE FUNCTION citextin(cstring) RETURNS citext LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION citextout(citext) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE citext (INPUT = citextin, OUTPUT = citextout, INTERNALLENGTH = VARIABLE, STORAGE = extended, CATEGORY = 'S');
CREATE FUNCTION citext_eq(citext, citext) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'texteq';
CREATE OPERATOR = (LEFTARG = citext, RIGHTARG = citext, COMMUTATOR = =, FUNCTION = citext_eq);
CREATE CAST (citext AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (text AS citext) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE ws (status mood, kind text CHECK (kind IN ('a', 'b')), email citext);
`

const wrongIn = (made: string, sql: string): string[] =>
  analyzeSql(sql, replay(made)).uses.flatMap((use) =>
    use.type === 'literal' && use.valueSet.values.every(({ value }) => value !== use.value) ? use.value : [],
  )

describe('a condition by an operator that the migrations made', () => {
  it.each<readonly [string, readonly string[]]>([
    [`${MADE} CREATE TABLE t (c mood CHECK (c = 'ok'));`, ['t.c t_c_check: ok']],
    [`${OWN_EQUALS} CREATE TABLE t (c mood CHECK (c = 'x'));`, []],
    [`${OWN_EQUALS} CREATE TABLE t (c mood CHECK (c IN ('ok', 'sad')));`, ['t.c t_c_check: ok, sad']],
    [`${OWN_EQUALS} CREATE TABLE t (c mood CHECK (c OPERATOR(pg_catalog.=) 'ok'));`, ['t.c t_c_check: ok']],
    [`${OWN_EQUALS} CREATE TABLE t (c text CHECK (c = 'x'));`, ['t.c t_c_check: x']],
    [
      `${MADE} CREATE CAST (mood AS text) WITH INOUT AS IMPLICIT; CREATE TABLE t (c mood CHECK (c = 'x'));`,
      [],
    ],
  ])('%s', (sql, expected) => {
    expect(checks(sql)).toEqual(expected)
    expect(json(sql).unread).toEqual([])
  })

  it('goes with it', () => {
    const sql = `${OWN_EQUALS} CREATE TABLE t (c mood CHECK (c = 'x')); DROP OPERATOR = (mood, text) CASCADE;`
    expect(replay(sql).findRelation({ name: 't' })?.constraints).toEqual([])
  })
})

describe('a column that a cast takes to an enum', () => {
  const table = `CREATE TABLE t (c text DEFAULT 'ok'); ALTER TABLE t ALTER c TYPE mood;`

  it.each<readonly [string, readonly string[]]>([
    [`CREATE CAST (text AS mood) WITH FUNCTION to_mood(text) AS ASSIGNMENT;`, ['c mood']],
    [`CREATE CAST (text AS mood) WITH INOUT AS IMPLICIT;`, ['c mood']],
    [
      `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_cast WHERE castsource = 'text'::regtype AND casttarget = 'mood'::regtype) THEN CREATE CAST (text AS mood) WITH INOUT AS ASSIGNMENT; END IF; END $$;`,
      ['c mood'],
    ],
  ])('%s', (cast, expected) => {
    const catalog = replay(MADE + cast + table)
    expect(columns(catalog, 't')).toEqual(expected)
    expect(catalog.unread).toEqual([])
  })
})

describe('a dump', () => {
  it('is read', () => {
    expect(json(DUMPED).unread).toEqual([])
    expect(checks(DUMPED)).toEqual([])
  })

  it.each<readonly [string, readonly string[]]>([
    [`SELECT * FROM app.ws WHERE status = 'x'`, ['x']],
    [`SELECT * FROM app.ws WHERE status OPERATOR(app.=) 'x'`, []],
    [`UPDATE app.ws SET status = 'x'::text`, []],
    [`UPDATE app.ws SET status = 'x'::varchar`, ['x']],
  ])('%s', (sql, expected) => {
    expect(wrongIn(DUMPED, sql)).toEqual(expected)
  })
})

describe('operators of a type about which nothing is known', () => {
  it.each<readonly [string, readonly string[]]>([
    [`SELECT * FROM ws WHERE status = 'x' AND kind = 'y'`, ['x', 'y']],
    [`SELECT * FROM ws WHERE email = 'x' AND 'y' = status`, ['y']],
    [`SELECT * FROM ws WHERE status IN ('ok', 'x') AND kind IN ('a', 'y')`, ['x', 'y']],
  ])('%s', (sql, expected) => {
    expect(wrongIn(CITEXT, sql)).toEqual(expected)
  })
})

describe('in one text', () => {
  it.each<readonly [string, readonly string[]]>([
    [`CREATE OPERATOR = (LEFTARG = mood, RIGHTARG = text, FUNCTION = same); SELECT mood 'ok' = 'x'`, []],
    [`CREATE CAST (text AS mood) WITH FUNCTION to_mood(text); SELECT 'x'::text::mood`, []],
    [
      `CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq); SELECT mood 'ok' = 'x'`,
      ['x'],
    ],
  ])('%s', (sql, expected) => {
    expect(wrongIn(MADE, sql)).toEqual(expected)
  })
})

it('is the same catalog after it was written', () => {
  const made = replay(CITEXT + DUMPED) as FrozenCatalog
  const kept = FrozenCatalog.fromJson(Buffer.from(made.toJson()))
  expect([...kept.operators()]).toEqual([...made.operators()])
  expect([...kept.casts()]).toEqual([...made.casts()])
  expect([...kept.operators()].map(({ schema, name, shell }) => [schema, name, shell])).toEqual([
    ['public', '=', false],
    ['app', '=', true],
    ['app', '<>', true],
    ['app', '=', false],
  ])
  expect([...kept.casts()]).toHaveLength(4)
  expect(kept.findOperators({ schema: 'app', name: '=' })).toHaveLength(2)
  expect(kept.toJson()).toBe(made.toJson())
})
