import { PGlite } from '@electric-sql/pglite'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Catalog, Relation } from '../../../src/catalog/model.js'
import {
  analyzeCopyData,
  analyzeFragment,
  analyzeSql,
  describeQuery,
  type FragmentKind,
} from '../../../src/sql/analyze/index.js'
import { parseSql } from '../../../src/sql/parser.js'
import { Unreadable } from '../../../src/sql/unreadable.js'
import type { SqlUse } from '../../../src/sql/use.js'
import { catalogFromPostgres } from '../../oracle/catalogFromPostgres.js'
import { SCHEMA } from './cases/schema.js'

let catalog: Catalog

beforeAll(async () => {
  const db = new PGlite()
  await db.exec(SCHEMA)
  catalog = await catalogFromPostgres(db)
  await db.close()
})

/** `written text: kind effect, value set, target`. */
function show(sql: string, uses: readonly SqlUse[]): string[] {
  return uses.map((use) => {
    const array = use.type === 'parameter' && use.array ? '[]' : ''
    const text = sql.slice(use.start, use.end)
    const { kind, name } = use.valueSet
    return `${text}${array}: ${use.kind} ${use.effect}, ${kind} ${name}, ${use.target.label ?? '-'}`
  })
}

const uses = (sql: string): string[] => show(sql, analyzeSql(sql, catalog).uses)

/** A catalog that differs in one of its relations, or in what is unread. */
function changed(change: {
  relation?: (relation: Relation) => Relation
  touches?: readonly string[]
}): Catalog {
  const relation = change.relation ?? ((same) => same)
  return {
    ...catalog,
    unread:
      change.touches === undefined ? [] : [{ file: 'f', line: 1, reason: 'r', touches: change.touches }],
    findRelation: (name, path) => {
      const found = catalog.findRelation(name, path)
      return found && relation(found)
    },
  }
}

describe('every constant that meets a value set is a use, right or wrong', () => {
  it.each([
    [
      "UPDATE ws SET status = 'ok' WHERE status <> 'x'",
      ["'x': compare reject, enum mood, ws.status", "'ok': write reject, enum mood, ws.status"],
    ],
    ["SELECT 'ok'::mood", ["'ok': cast reject, enum mood, -"]],
    ["SELECT * FROM app.ws WHERE status = 'on'", ["'on': compare reject, enum status, app.ws.status"]],
    ["SELECT set_mood('ok')", ["'ok': write reject, enum mood, set_mood(m)"]],
    [
      'INSERT INTO ws (id, tags) VALUES (1, \'{ok,"x y"}\')',
      ['ok: write reject, enum mood, ws.tags', '"x y": write reject, enum mood, ws.tags'],
    ],
    ["ALTER TABLE ws ALTER status SET DEFAULT 'ok'", ["'ok': default reject, enum mood, ws.status"]],
    [
      "ALTER TABLE ws ALTER kind SET DEFAULT 'c', DROP CONSTRAINT ws_kind_check, ADD CHECK (kind IN ('a', 'c'))",
      [],
    ],
    [
      "ALTER TABLE ws DROP COLUMN kind, ADD COLUMN kind mood DEFAULT 'ok'",
      ["'ok': default reject, enum mood, ws.kind"],
    ],
    [
      "SELECT json_agg(elsewhere(ws.*)), elsewhere(ws) FROM ws WHERE status = 'ok'",
      ["'ok': compare reject, enum mood, ws.status"],
    ],
    ["INSERT INTO ws (id, kind) VALUES (1, 'a')", ["'a': write reject, check ws.ws_kind_check, ws.kind"]],
    ["SELECT * FROM ws WHERE kind = 'a'", ["'a': compare never-match, check ws.ws_kind_check, ws.kind"]],
    ["SELECT * FROM ws WHERE status::text = 'ok'", ["'ok': compare never-match, enum mood, ws.status"]],
    ["UPDATE ws SET c = 'red'", ["'red': write reject, domain color, ws.c"]],
    ["UPDATE ws SET d = 'ok'", ["'ok': write reject, enum mood, ws.d"]],
    // What the enum takes and the CHECK does not is the CHECK's; what the enum lacks is reported once.
    [
      "UPDATE ws SET few = 'a b'",
      ["'a b': write reject, enum mood, ws.few", "'a b': write reject, check ws.ws_few_check, ws.few"],
    ],
    ["UPDATE ws SET few = 'zzz'", ["'zzz': write reject, enum mood, ws.few"]],
    ["SELECT * FROM v WHERE state = 'ok'", ["'ok': compare reject, enum mood, v.state"]],
    [
      "SELECT max(status) = 'ok', coalesce(status, 'sad') FROM ws",
      ["'ok': compare reject, enum mood, ws.status", "'sad': compare reject, enum mood, ws.status"],
    ],
  ])('%s', (sql, expected) => {
    expect(uses(sql)).toEqual(expected)
  })
})

describe('a parameter that only its value gives a type', () => {
  it.each([
    "INSERT INTO ws (status, id) SELECT 'ok', unnest($1)",
    "INSERT INTO ws (status, id) SELECT 'ok', n FROM unnest($1) n",
    "INSERT INTO ws (status, id) SELECT 'ok', generate_series($1, $2)",
    "SELECT date_trunc('day', $1), to_jsonb($2), array_length($3, 1) FROM ws WHERE status = 'ok'",
  ])('%s', (sql) => {
    expect(uses(sql)).toHaveLength(1)
  })
})

describe('parameters get the type of their first use', () => {
  it.each([
    ['SELECT * FROM ws WHERE status = $1', ['$1: compare reject, enum mood, ws.status']],
    ['SELECT * FROM ws WHERE status = ANY ($1) AND id = $2', ['$1[]: compare reject, enum mood, ws.status']],
    [
      'SELECT * FROM ws WHERE status IN ($1, $2)',
      ['$1: compare reject, enum mood, ws.status', '$2: compare reject, enum mood, ws.status'],
    ],
    [
      'UPDATE ws SET status = $2, tags = $3, name = $4 WHERE id = $1',
      ['$2: write reject, enum mood, ws.status', '$3[]: write reject, enum mood, ws.tags'],
    ],
    [
      'INSERT INTO ws (id, status, kind) VALUES ($1, $2, $3)',
      ['$2: write reject, enum mood, ws.status', '$3: write reject, check ws.ws_kind_check, ws.kind'],
    ],
    [
      'SELECT $1::mood, $2::mood[], CAST($3 AS text)',
      ['$1: cast reject, enum mood, -', '$2[]: cast reject, enum mood, -'],
    ],
    ['SELECT * FROM ws WHERE status::text = $1', ['$1: compare never-match, enum mood, ws.status']],
    [
      'SELECT * FROM ws WHERE status::text = ANY ($1) OR kind = $2',
      [
        '$1[]: compare never-match, enum mood, ws.status',
        '$2: compare never-match, check ws.ws_kind_check, ws.kind',
      ],
    ],
    [
      'SELECT * FROM ws WHERE name = $1 OR status::text = $1',
      ['$1: compare never-match, enum mood, ws.status'],
    ],
    [
      'UPDATE ws SET c = $1, d = $2',
      ['$1: write reject, domain color, ws.c', '$2: write reject, enum mood, ws.d'],
    ],
    [
      'SELECT unnest($1::mood[]) UNION SELECT $2',
      ['$1[]: cast reject, enum mood, -', '$2: compare reject, enum mood, -'],
    ],
  ])('%s', (sql, expected) => {
    const analysis = analyzeSql(sql, catalog)
    expect(analysis.refusals).toEqual([])
    expect(show(sql, analysis.uses)).toEqual(expected)
  })

  it('is of no value set after a cast to text', () => {
    expect(uses("SELECT * FROM ws WHERE name = $1::text OR lower($2) = 'x'")).toEqual([])
  })

  it('within a function is an argument, not a placeholder', () => {
    expect(
      uses('CREATE FUNCTION f(k text) RETURNS void LANGUAGE sql AS $$ UPDATE ws SET kind = $1 $$'),
    ).toEqual([])
  })
})

describe('what is unknown makes what depends on it silent, and nothing else', () => {
  it.each([
    ["SELECT * FROM nowhere WHERE status = 'x'", []],
    ["SELECT * FROM nowhere n JOIN ws ON ws.id = n.id WHERE ws.status = 'x' AND n.status = 'x'", ["'x'"]],
    ["SELECT * FROM nowhere, ws WHERE status = 'x'", ["'x'"]],
    ["SELECT * FROM nowhere, ws WHERE other = 'x' AND mood = 'x'", []],
    ["SELECT * FROM (SELECT * FROM nowhere) q WHERE status = 'x'", []],
    [
      "WITH c AS (SELECT n.*, w.status FROM nowhere n, ws w) SELECT * FROM c WHERE status = 'x' AND other = 'x'",
      ["'x'"],
    ],
    ["SELECT nofunction(status) = 'x', set_mood(nofunction('x')) FROM ws", []],
    ["SELECT set_mood(nofunction(), 1), set_mood('y', nofunction())", ["'y'"]],
    ["SELECT 'x'::notype, 'y'::mood, CASE status WHEN 'z' THEN 'x'::notype END FROM ws", ["'y'", "'z'"]],
    ["INSERT INTO nowhere VALUES ('x', 'y'::mood)", ["'y'"]],
    ["INSERT INTO ws (id, status) SELECT * FROM nowhere WHERE 'x' = status", []],
    ["UPDATE ws SET status = n.status FROM nowhere n WHERE n.status = 'x' AND ws.status = 'y'", ["'y'"]],
    ["SELECT * FROM ws NATURAL JOIN nowhere WHERE status = 'x' AND ws.status = 'y'", ["'y'"]],
    ["SELECT * FROM ws JOIN nowhere USING (status) WHERE status = 'x'", []],
    ["SELECT * FROM nofunction('x') f WHERE f = 'x'", []],
    [
      "DO $$ DECLARE r record; v notype; BEGIN SELECT * INTO r FROM nowhere; IF r.status = 'x' THEN v := 'y'; END IF; END $$",
      [],
    ],
    ["DO $$ BEGIN EXECUTE 'UPDATE ' || quote_ident('ws') || ' SET status = ''x'''; END $$", []],
    [
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.status := 'x'; RETURN NEW; END $$",
      [],
    ],
    ["CREATE FUNCTION f() RETURNS mood LANGUAGE plpython3u AS $$ return 'x' $$", []],
    ["SELECT status OPERATOR(app.=) 'x' FROM ws", []],
    ['not sql at all', []],
    ['SELECT', []],
    ['', []],
  ])('%s', (sql, expected) => {
    const found = analyzeSql(sql, catalog).uses
    expect(found.map((use) => sql.slice(use.start, use.end))).toEqual(expected)
  })

  it('a relation that may have changed unread is silent', () => {
    const incomplete = changed({ relation: (relation) => ({ ...relation, complete: false }) })
    expect(
      analyzeSql("SELECT * FROM ws WHERE status = 'x' AND 'y'::mood = 'ok'", incomplete).uses,
    ).toHaveLength(2)
  })

  it('so is what something unread touches', () => {
    const sql = "UPDATE ws SET status = 'x'; UPDATE app.ws SET status = 'x'"
    expect(analyzeSql(sql, changed({ touches: ['public.mood'] })).uses).toHaveLength(1)
    expect(analyzeSql(sql, changed({ touches: ['public.ws', 'app.status'] })).uses).toHaveLength(0)
    expect(analyzeSql(sql, changed({ touches: [] })).uses).toHaveLength(2)
  })

  it('a statement that Postgres refuses anyway is looked at up to there', () => {
    const { uses: found, refusals } = analyzeSql("SELECT 'x'::mood, nocolumn, 'y'::mood FROM ws", catalog)
    expect(found).toHaveLength(1)
    expect(refusals).toEqual([{ code: '42703', message: 'column "nocolumn" does not exist' }])
  })

  it.each([
    "SELECT * FROM ws WHERE status = (SELECT 'x')",
    "SELECT * FROM ws WHERE status IN (SELECT 'x' FROM other)",
    "WITH c AS (SELECT 'x' AS m) SELECT * FROM ws, c WHERE status = m",
    "INSERT INTO ws (id, status) SELECT 1, 'x' UNION SELECT 2, 'y'",
    "INSERT INTO ws (id, status) SELECT DISTINCT 1, 'x'",
    "INSERT INTO ws (id, status) VALUES (1, 'x') ORDER BY 1",
    "UPDATE ws SET (status, name) = (SELECT 'x', 'y')",
    "SELECT * FROM ws WHERE d = 'x'",
    "CREATE TABLE made (m mood DEFAULT CASE WHEN true THEN 'x' END)",
  ])('a constant that has become text is none of an enum: %s', (sql) => {
    const { uses: found, refusals } = analyzeSql(sql, catalog)
    expect(found).toEqual([])
    expect(refusals).toHaveLength(1)
  })

  it('says what it knows of the text', () => {
    expect(analyzeSql('SELECT * FROM ws, nowhere', catalog)).toMatchObject({
      proven: true,
      unknownRelations: ['nowhere'],
    })
    expect(analyzeSql('SELECT 1', catalog)).toMatchObject({ proven: false, unknownRelations: [] })
    expect(analyzeSql('UPDATE SET', catalog).unreadable).toBeInstanceOf(Unreadable)
  })
})

describe('names are looked up in the search path', () => {
  it('that is given', () => {
    const sql = "SELECT * FROM ws WHERE status = 'on'"
    expect(analyzeSql(sql, catalog, { searchPath: ['app', 'public'] }).uses[0]?.valueSet.schema).toBe('app')
    expect(analyzeSql(sql, catalog).uses[0]?.valueSet.schema).toBe('public')
    expect(analyzeSql(sql, catalog, { searchPath: ['app', 'public'] }).uses[0]?.target.label).toBe(
      'ws.status',
    )
  })
})

describe('SET search_path', () => {
  it.each([
    ["SET search_path = app, public; SELECT 'sad'::status", 'app'],
    ['SET search_path TO "$user", public; SELECT \'sad\'::status', 'public'],
    ["SET search_path = app; RESET search_path; SELECT 'sad'::status", 'public'],
    ["SET SCHEMA 'app'; SELECT 'sad'::status", 'app'],
    ["SELECT set_config('search_path', 'app,public', false); SELECT 'sad'::status", 'app'],
    ["SELECT 1 FROM set_config('search_path', 'app', true); SELECT 'sad'::status", 'app'],
    ["BEGIN; SET LOCAL search_path = app; COMMIT; SELECT 'sad'::status", 'public'],
    ["BEGIN; SET search_path = app; COMMIT; SELECT 'sad'::status", 'app'],
    ["SET LOCAL search_path = app; SELECT 'sad'::status", 'app'],
    ["SET other.setting = 'app'; SELECT 'sad'::status", 'public'],
    [
      "CREATE FUNCTION f() RETURNS bool LANGUAGE sql SET search_path = app AS $$ SELECT 'sad'::status = 'on' $$",
      'app',
    ],
    [
      "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql SET search_path = app AS $$ DECLARE v status := 'sad'; BEGIN END $$",
      'app',
    ],
  ])('%s', (sql, schema) => {
    expect(analyzeSql(sql, catalog).uses[0]?.valueSet.schema).toBe(schema)
  })
})

describe('what a text changes is unknown behind it', () => {
  it.each([
    "CREATE TEMP TABLE ws (status text); INSERT INTO ws VALUES ('x')",
    "CREATE TABLE ws AS SELECT 1; SELECT * FROM ws WHERE status = 'x'",
    "SELECT 'x' AS status INTO TEMP ws; SELECT * FROM ws WHERE status = 'x'",
    "ALTER TABLE ws ALTER status TYPE text; UPDATE ws SET status = 'x'",
    "ALTER TABLE ws RENAME COLUMN status TO s; ALTER TABLE ws ADD COLUMN status text; UPDATE ws SET status = 'x'",
    "ALTER TABLE other RENAME TO ws; SELECT * FROM ws WHERE status = 'x'",
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'x'; UPDATE ws SET status = 'x', tags = '{x}', d = 'x'",
    "ALTER TYPE mood RENAME TO status; SELECT 'x'::status",
    "ALTER TYPE mood SET SCHEMA app; SELECT 'x'::mood",
    "DROP TABLE ws; CREATE TABLE ws (status text); INSERT INTO ws (status) VALUES ('x')",
    "CREATE SCHEMA s; SET search_path = s, public; CREATE TYPE mood AS ENUM ('x'); SELECT 'x'::mood",
    "DO $$ BEGIN CREATE TEMP TABLE ws (status text); INSERT INTO ws VALUES ('x'); END $$",
    "DO $$ BEGIN EXECUTE 'CREATE TEMP TABLE ws (status text)'; INSERT INTO ws VALUES ('x'); END $$",
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ CREATE TEMP TABLE ws (status text); INSERT INTO ws VALUES ('x') $$",
  ])('%s', (sql) => {
    expect(analyzeSql(sql, catalog).uses).toEqual([])
  })

  it.each([
    "CREATE TABLE IF NOT EXISTS ws (status text); SELECT * FROM ws WHERE status = 'x'",
    "ALTER TABLE ws ADD COLUMN x text; SELECT * FROM ws WHERE status = 'x'",
    "CREATE TEMP TABLE ws2 (status text); SELECT * FROM ws WHERE status = 'x'",
    "CREATE TYPE app.mood AS ENUM ('x'); SELECT * FROM ws WHERE status = 'x'",
  ])('but not what it leaves: %s', (sql) => {
    expect(analyzeSql(sql, catalog).uses.map(({ start, end }) => sql.slice(start, end))).toEqual(["'x'"])
  })
})

describe('a name that is a column and a variable', () => {
  it.each([
    ["DO $$ DECLARE status text; BEGIN PERFORM 1 FROM ws WHERE status = 'x'; END $$", 0],
    [
      "DO $$ #variable_conflict use_column\n DECLARE status text; BEGIN PERFORM 1 FROM ws WHERE status = 'x'; END $$",
      1,
    ],
    [
      "DO $$ #variable_conflict use_variable\n DECLARE status text; BEGIN PERFORM 1 FROM ws WHERE status = 'x'; END $$",
      0,
    ],
    [
      "CREATE FUNCTION f(status text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM ws WHERE status = 'x' $$",
      1,
    ],
  ])('%s', (sql, count) => {
    expect(analyzeSql(sql, catalog).uses).toHaveLength(count)
  })
})

describe('NEW and OLD are rows of the tables whose triggers call the function', () => {
  it('where the caller knows them', () => {
    const sql = `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.status = 'x' THEN NEW.status := 'y'; END IF; RETURN NEW; END $$`
    const tables = ['ws', 'other'].map((name) => catalog.findRelation({ name })!)
    const found = (given: readonly Relation[]): number =>
      analyzeSql(sql, catalog, { triggerTables: (name) => (name === 'f' ? given : []) }).uses.length
    expect(found(tables.slice(0, 1))).toBe(2)
    // In one table text, in the other an enum: nothing is proven.
    expect(found(tables)).toBe(0)
  })
})

describe('fragments', () => {
  it.each<[FragmentKind, string, string[]]>([
    ['condition', "status = 'x' AND w.id = 1", ["'x'"]],
    ['condition', "status = $1 OR 'é' = name OR status IN ('x')", ['$1', "'x'"]],
    ['expressions', "*, CASE status WHEN 'x' THEN 1 END AS n", ["'x'"]],
    ['order', "status = 'x' DESC, id", ["'x'"]],
    ['group', "status, status = 'x'", ["'x'"]],
    ['assignments', "status = 'x', name = 'y'", ["'x'"]],
    ['from', "ws JOIN other ON ws.status = 'x'", ["'x'"]],
    ['condition', "id = 1; DELETE FROM ws WHERE status = 'x'", []],
    ['condition', "nocolumn = 'x'", []],
  ])('%s: %s', (kind, text, expected) => {
    const analysis = analyzeFragment(text, kind, [{ name: 'ws', alias: 'w' }], catalog)
    expect(analysis.uses.map((use) => text.slice(use.start, use.end))).toEqual(expected)
  })

  it('an error is where it stands in the fragment', () => {
    const { unreadable } = analyzeFragment('status = = 1', 'condition', [{ name: 'ws' }], catalog)
    expect(unreadable?.offset).toBe(9)
  })
})

describe('COPY data', () => {
  it.each([
    ['COPY ws (id, status) FROM stdin', '1\tx\n2\tok\n3\t\\N\n\\.\n', ['x', 'ok']],
    ['COPY ws (id, tags, name) FROM stdin', '1\t{ok,"b c"}\tx\r\n', ['ok', '"b c"']],
    ['COPY ws (status, kind) FROM stdin', "it's\tz\na b\tb", ["it's", 'z', 'a b', 'b']],
    [
      'COPY ws (id, status) FROM stdin WITH (FORMAT csv, HEADER)',
      'id,status\n1,"x"\n2,ok\n3,\n',
      ['"x"', 'ok'],
    ],
    ["COPY ws (id, status) FROM stdin WITH (FORMAT csv, DELIMITER ';', NULL 'none')", '1;x\n2;none\n', ['x']],
    ["COPY ws (status) FROM stdin (DELIMITER '|')", 'back\\\\slash|1\n', ['back\\\\slash']],
    ["COPY ws (id, status, name) FROM stdin (DEFAULT 'D')", '1\tD\tx\n2\tx\tD\n', ['x']],
    ["COPY ws (id, status) FROM stdin (FORMAT csv, DEFAULT 'D')", '1,D\n2,"D"\n', ['"D"']],
    ['COPY ws (id, status) FROM stdin (FORMAT csv, FORCE_NULL (status))', '1,""\n2,"x"\n', ['"x"']],
    ['COPY ws (id, status) FROM stdin (FORMAT csv, FORCE_NULL *)', '1,""\n2,\n', []],
    ['COPY ws (id, status) FROM stdin (FORMAT csv, FORCE_NOT_NULL (status))', '1,\n', ['']],
    ['COPY ws (id, status) FROM stdin (ON_ERROR ignore)', '1\tx\n', []],
    ['COPY generated FROM stdin', 'x\ty\n', ['x', 'y']],
    ['COPY nowhere FROM stdin', 'x\n', []],
    ['COPY ws FROM stdin (FORMAT binary)', 'x\n', []],
    ['SELECT 1', 'x\n', []],
  ])('%s', (statement, data, expected) => {
    const found = analyzeCopyData(statement, data, catalog)
    expect(found.map((use) => data.slice(use.start, use.end))).toEqual(expected)
  })

  it('escapes are read', () => {
    const [use] = analyzeCopyData('COPY ws (status) FROM stdin', 'back\\\\sl\\x61sh\n', catalog)
    expect(use).toMatchObject({ value: 'back\\slash' })
  })
})

describe('describeQuery', () => {
  const columns = (sql: string): string => {
    const statements = parseSql(sql)
    if (statements instanceof Unreadable) throw new Error(statements.reason)
    const described = describeQuery(statements[0]!.stmt!, catalog)
    const name = (type: { oid: number; array: boolean } | undefined): string =>
      type === undefined ? '?' : `${catalog.typeByOid(type.oid)?.name}${type.array ? '[]' : ''}`
    return described?.map((column) => `${column.name} ${name(column.type)}`).join(', ') ?? 'unknown'
  }
  it.each([
    ['SELECT id, status AS s, tags FROM ws', 'id int4, s mood, tags mood[]'],
    ['SELECT * FROM v', 'id int4, state mood, kind text'],
    [
      "SELECT 'x', NULL, 1 + 1, now(), count(*)",
      '?column? text, ?column? text, ?column? int4, now timestamptz, count int8',
    ],
    [
      'SELECT max(status), array_agg(status), coalesce(status) FROM ws',
      'max mood, array_agg mood[], coalesce mood',
    ],
    ['SELECT d, c, nofunction() FROM ws', 'd dmood, c color, nofunction ?'],
    ['SELECT n.a FROM nowhere n', 'a ?'],
    ['SELECT * FROM nowhere', 'unknown'],
    ['INSERT INTO ws (id) VALUES (1) RETURNING id, status', 'id int4, status mood'],
    ["SELECT status FROM ws UNION SELECT 'ok'", 'status mood'],
    ['SELECT nocolumn FROM ws', 'unknown'],
  ])('%s', (sql, expected) => {
    expect(columns(sql)).toBe(expected)
  })
})
