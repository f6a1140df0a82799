import { describe, expect, it } from 'vitest'
import type { Migration } from '../../../src/migrations/migration.js'
import { replayMigrations } from '../../../src/sql/replay.js'
import { enums, json, migrations, replay } from '../ddl/replaying.js'

const S = "CREATE TYPE s AS ENUM ('a');"
const ADD = "ALTER TYPE s ADD VALUE 'b';"

function block(body: string, declare = ''): string {
  return `${S} CREATE TABLE t (c s, d text, CONSTRAINT k CHECK (d IN ('x'))); DO $$ ${declare} BEGIN ${body} END $$;`
}

describe('guards', () => {
  it.each([
    ["NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'nope')", true],
    ["NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 's')", false],
    [
      "EXISTS (SELECT 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 's' AND n.nspname = 'public')",
      true,
    ],
    [
      "EXISTS (SELECT FROM pg_type t, pg_namespace n WHERE n.oid = t.typnamespace AND t.typname = 's' AND n.nspname = 'z')",
      false,
    ],
    ["EXISTS (SELECT 1 FROM pg_catalog.pg_enum WHERE enumlabel = 'a' AND enumtypid = 's'::regtype)", true],
    [
      "EXISTS (SELECT 1 FROM pg_enum WHERE enumlabel = 'b' AND enumtypid = (SELECT oid FROM pg_type WHERE typname = 's'))",
      false,
    ],
    [
      "EXISTS (SELECT 1 FROM pg_enum e INNER JOIN pg_type t ON e.enumtypid = t.oid WHERE t.typname = 's' AND e.enumlabel = 'a')",
      true,
    ],
    ["'a' = ANY (SELECT enumlabel FROM pg_enum WHERE enumtypid = 's'::regtype)", true],
    ["EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'k')", true],
    [
      "EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'k' AND conrelid = 't'::regclass AND contype = 'c')",
      true,
    ],
    [
      "EXISTS (SELECT 1 FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid WHERE r.relname = 'u')",
      false,
    ],
    ["EXISTS (SELECT 1 FROM pg_class WHERE relname = 't' AND relkind IN ('r', 'p'))", true],
    [
      "EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c' AND NOT attisdropped)",
      true,
    ],
    [
      "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 't' AND column_name = 'c' AND udt_name = 's')",
      true,
    ],
    [
      "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'd' AND data_type = 'USER-DEFINED')",
      false,
    ],
    [
      "EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't')",
      true,
    ],
    [
      "EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_name = 'k' AND table_name = 't' AND constraint_type = 'CHECK')",
      true,
    ],
    ["EXISTS (SELECT 1 FROM information_schema.check_constraints WHERE constraint_name = 'nope')", false],
    ["(SELECT count(*) FROM pg_tables WHERE tablename = 't') = 1", true],
    ["to_regtype('public.s') IS NULL", false],
    ["to_regclass('public.u') IS NULL", true],
    ["NOT (SELECT bool_or(enumlabel = 'a') FROM pg_enum)", false],
    ["COALESCE((SELECT string_agg(enumlabel, ',') FROM pg_enum), '') LIKE 'a%'", true],
  ])('%s', (condition, holds) => {
    const sql = block(`IF ${condition} THEN ${ADD} END IF;`)
    expect(enums(sql)).toEqual([holds ? 's: a, b' : 's: a'])
    expect(json(sql).unread).toEqual([])
  })
})

describe('blocks', () => {
  it.each<readonly [string, string, string, string]>([
    [
      'an exception taken',
      `CREATE TYPE s AS ENUM ('z'); EXCEPTION WHEN duplicate_object THEN ${ADD}`,
      '',
      's: a, b',
    ],
    ['SQLSTATE', "CREATE TYPE s AS ENUM ('z'); EXCEPTION WHEN SQLSTATE '42710' THEN NULL;", '', 's: a'],
    ['others', 'ALTER TABLE nope ADD x s; EXCEPTION WHEN others THEN NULL;', '', 's: a'],
    [
      'what came before an exception is taken back',
      `${ADD} CREATE TYPE s AS ENUM (); EXCEPTION WHEN others THEN NULL;`,
      '',
      's: a',
    ],
    [
      'a block in a block',
      `${ADD} BEGIN DROP TYPE nope; EXCEPTION WHEN undefined_object THEN NULL; END;`,
      '',
      's: a, b',
    ],
    ['EXECUTE', `EXECUTE 'ALTER TYPE s ADD VALUE ' || quote_literal('b');`, '', 's: a, b'],
    [
      'format',
      "EXECUTE format('ALTER TYPE %I.%I ADD VALUE %L AFTER %4$L', 'public', 's', 'b', 'a');",
      '',
      's: a, b',
    ],
    [
      'variables',
      "EXECUTE format('ALTER TYPE %s ADD VALUE %L', name, label);",
      "DECLARE name text := 's'; label CONSTANT text := lower('B');",
      's: a, b',
    ],
    [
      'FOREACH',
      "FOREACH x IN ARRAY ARRAY['b', 'c'] LOOP EXECUTE format('ALTER TYPE s ADD VALUE %L', x); END LOOP;",
      'DECLARE x text;',
      's: a, b, c',
    ],
    [
      'FOR over numbers',
      "FOR i IN REVERSE 2..1 LOOP EXECUTE 'ALTER TYPE s ADD VALUE ''' || i || ''''; END LOOP;",
      '',
      's: a, 2, 1',
    ],
    [
      'FOR over a catalog',
      "FOR r IN SELECT typname FROM pg_type WHERE typtype = 'e' LOOP EXECUTE 'ALTER TYPE ' || r.typname || ' ADD VALUE ''b'''; END LOOP;",
      'DECLARE r record;',
      's: a, b',
    ],
    [
      'SELECT INTO',
      `SELECT count(*) INTO n FROM pg_enum; IF n = 1 THEN ${ADD} END IF;`,
      'DECLARE n int;',
      's: a, b',
    ],
    [
      'FOUND',
      `PERFORM 1; SELECT enumlabel INTO x FROM pg_enum WHERE enumlabel = 'q'; IF NOT FOUND THEN ${ADD} END IF;`,
      'DECLARE x text;',
      's: a, b',
    ],
    [
      'WHILE, EXIT, CONTINUE',
      `WHILE n < 9 LOOP n := n + 1; CONTINUE WHEN n < 3; ${ADD} EXIT; END LOOP;`,
      'DECLARE n int := 0;',
      's: a, b',
    ],
    ['CASE', `CASE n WHEN 1 THEN NULL; ELSE ${ADD} END CASE;`, 'DECLARE n int := 2;', 's: a, b'],
    ['RETURN', `IF true THEN RETURN; END IF; ${ADD}`, '', 's: a'],
    [
      'a condition on data that decides nothing here',
      `IF EXISTS (SELECT 1 FROM t) THEN RAISE EXCEPTION 'no'; END IF; ${ADD}`,
      '',
      's: a, b',
    ],
    [
      'a loop over data that changes nothing here',
      `FOR r IN SELECT * FROM t LOOP UPDATE t SET d = r.d; END LOOP; ${ADD}`,
      'DECLARE r record;',
      's: a, b',
    ],
    [
      'a loop without an end that changes nothing here',
      `LOOP DELETE FROM t; EXIT WHEN NOT FOUND; END LOOP; ${ADD}`,
      '',
      's: a, b',
    ],
  ])('%s', (_, body, declare, expected) => {
    expect(enums(block(body, declare))).toEqual([expected])
    expect(json(block(body, declare)).unread).toEqual([])
  })

  it.each([
    ['a condition on data', `IF EXISTS (SELECT 1 FROM t) THEN ${ADD} END IF;`, ''],
    ['a text from data', 'EXECUTE (SELECT d FROM t);', ''],
    ['a loop over data', 'FOR r IN SELECT d FROM t LOOP EXECUTE r.d; END LOOP;', 'DECLARE r record;'],
    [
      'a loop without an end',
      "LOOP EXECUTE 'ALTER TYPE s ADD VALUE IF NOT EXISTS ''a'''; END LOOP; DELETE FROM t;",
      '',
    ],
  ])('%s is unread, with what it may touch', (_, body, declare) => {
    const catalog = replay(block(body, declare))
    expect(catalog.unread).toHaveLength(1)
    expect(catalog.unread[0]?.touches).toContain('public.t')
  })

  it('names from the date, of partitions mostly, are no tables that anybody names', () => {
    const sql = `${S} CREATE TABLE t (c s, d date) PARTITION BY RANGE (d);
      CREATE FUNCTION add_partition(parent text, day date) RETURNS integer LANGUAGE plpgsql AS $f$
      DECLARE name text := parent || '_' || to_char(day, 'YYYYMMDD'); BEGIN
      IF EXISTS (SELECT 1 FROM pg_tables WHERE tablename = name) THEN RETURN 0; END IF;
      EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING INDEXES)', name, parent);
      EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', parent, name, day, day + 1);
      RETURN 1; END $f$; SELECT add_partition('t', now()::date);`
    expect(json(sql)).toMatchObject({ enumColumns: [{ table: 't' }], unread: [] })
  })
})

describe('functions', () => {
  it.each<readonly [string, string, readonly string[]]>([
    [
      'called by SELECT',
      `CREATE FUNCTION f(x text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE format('ALTER TYPE s ADD VALUE %L', x); END $f$; SELECT f('b');`,
      ['s: a, b'],
    ],
    [
      'called by PERFORM',
      `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN ${ADD} END $f$; DO $$ BEGIN PERFORM f(); END $$;`,
      ['s: a, b'],
    ],
    [
      'not called',
      `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN ${ADD} END $f$;`,
      ['s: a'],
    ],
    [
      'dropped',
      `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN ${ADD} END $f$; DROP FUNCTION f; SELECT f();`,
      ['s: a'],
    ],
    ['in SQL', `CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $f$ ${ADD} $f$; SELECT f();`, ['s: a, b']],
    [
      'a procedure',
      `CREATE PROCEDURE p(x text) LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'ALTER TYPE s ADD VALUE ' || quote_literal(x); END $f$; CALL p('b');`,
      ['s: a, b'],
    ],
    [
      'with a default',
      `CREATE FUNCTION f(x text DEFAULT 'b') RETURNS void LANGUAGE plpgsql AS $f$ BEGIN ${ADD} END $f$; SELECT f();`,
      ['s: a, b'],
    ],
    [
      'that calls another',
      `CREATE FUNCTION f(x text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RETURN x || '2'; END $f$;
      DO $$ BEGIN EXECUTE format('ALTER TYPE s ADD VALUE %L', f('b')); END $$;`,
      ['s: a, b2'],
    ],
    [
      'that calls itself without an end',
      `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN PERFORM f(); END $f$; SELECT f(); ${ADD}`,
      ['s: a, b'],
    ],
  ])('%s', (_, sql, expected) => {
    expect(enums(S + sql)).toEqual(expected)
  })
})

describe('functions by their signatures', () => {
  const F = `CREATE SCHEMA z; CREATE FUNCTION f(a s, OUT b text, VARIADIC c s[]) LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION z."G"() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE z.p(s) LANGUAGE sql AS '';`

  // As Postgres 18 prints them.
  it.each([
    ['oid::regprocedure', "proname = 'f'", 'f(s,s[])'],
    ['oid::regprocedure', "proname = 'G'", 'z."G"()'],
    ['oid::regproc', "prokind = 'p'", 'z.p'],
    ['pg_get_function_identity_arguments(oid)', "proname = 'p'", 'IN s'],
    ['pg_get_function_identity_arguments(oid)', "proname = 'f'", 'a s, OUT b text, VARIADIC c s[]'],
  ])('%s WHERE %s', (signature, condition, expected) => {
    const select = `SELECT ${signature} AS sig FROM pg_proc WHERE ${condition} AND pronamespace IN ('public'::regnamespace, 'z'::regnamespace)`
    const add = `DO $$ DECLARE r record; BEGIN FOR r IN ${select} LOOP EXECUTE format('ALTER TYPE s ADD VALUE %L', r.sig); END LOOP; END $$`
    expect(enums(`${S} ${F} ${add}`)).toEqual([`s: a, ${expected}`])
  })

  it('are altered one by one', () => {
    const loop = `DO $$ DECLARE r record; BEGIN FOR r IN SELECT oid::regprocedure AS sig FROM pg_proc WHERE proname IN ('f', 'G')
      LOOP EXECUTE 'ALTER FUNCTION ' || r.sig || ' SET search_path = public'; END LOOP; END $$;`
    expect(json(`${S} ${F} ${loop}`).unread).toEqual([])
  })
})

describe('arguments of functions', () => {
  const define = `${S} CREATE FUNCTION add(v text, really boolean DEFAULT true, name text DEFAULT 's') RETURNS void LANGUAGE plpgsql AS $$
    BEGIN IF really THEN EXECUTE format('ALTER TYPE %I ADD VALUE %L', name, v); END IF; END $$;`

  it.each([
    ["SELECT add('b')", 's: a, b'],
    ["SELECT add('b', false)", 's: a'],
    ["SELECT add('b', name => 's')", 's: a, b'],
    ["SELECT add(really => false, v => 'b')", 's: a'],
    ["CREATE TYPE z AS ENUM (); SELECT add(v => 'b', name => 'z', really => true)", 's: a|z: b'],
    ["DO $$ BEGIN PERFORM add(name := 's', v := 'b'); END $$", 's: a, b'],
  ])('%s', (sql, expected) => {
    expect(json(`${define} ${sql};`).unread).toEqual([])
    expect(enums(`${define} ${sql};`)).toEqual(expected.split('|'))
  })
})

describe('settings of the project', () => {
  const guarded = `${S} DO $$ BEGIN IF coalesce(current_setting('app.old', true), 'no') = 'no' THEN ${ADD} END IF; END $$;`

  it('are missing where no migration sets them', () => {
    expect(json(guarded).unread).toEqual([])
    expect(enums(guarded)).toEqual(['s: a, b'])
  })

  it.each([
    "SET app.old = 'yes';",
    "SELECT set_config('app.old', 'yes', false);",
    "SET LOCAL App.Old = 'no';",
  ])('are not followed after %s', (sql) => {
    expect(json(`${sql} ${guarded}`).unread).toHaveLength(1)
  })
})

it('foreign tables are asked for', () => {
  const sql = `${S} DO $$ DECLARE r record; BEGIN
    FOR r IN SELECT foreign_table_schema AS n FROM information_schema.foreign_tables LOOP EXECUTE 'DROP FOREIGN TABLE ' || r.n || '.t'; END LOOP;
    END $$; DROP TYPE s;`
  expect(json(sql)).toMatchObject({ enums: [], unread: [] })
})

it('a cursor over what the catalog holds', () => {
  const sql = block(
    "FOR r IN c LOOP EXECUTE format('ALTER TYPE %I ADD VALUE %L', r.typname, 'b'); END LOOP;",
    "DECLARE c CURSOR FOR SELECT typname FROM pg_type WHERE typname = 's';",
  )
  expect(enums(sql)).toEqual(['s: a, b'])
})

describe('pg_enum edited by hand', () => {
  it.each<readonly [string, string, readonly string[]]>([
    [
      'UPDATE',
      "UPDATE pg_enum SET enumlabel = 'x' WHERE enumlabel = 'a' AND enumtypid = 's'::regtype;",
      ['s: x'],
    ],
    [
      'UPDATE with FROM',
      "UPDATE pg_enum e SET enumlabel = 'x' FROM pg_type t WHERE t.oid = e.enumtypid AND t.typname = 's' AND e.enumlabel = 'a';",
      ['s: x'],
    ],
    [
      'DELETE',
      "DELETE FROM pg_catalog.pg_enum WHERE enumlabel = 'a' AND enumtypid = (SELECT oid FROM pg_type WHERE typname = 's');",
      ['s: '],
    ],
    [
      'INSERT',
      "INSERT INTO pg_enum (enumtypid, enumlabel, enumsortorder) SELECT 's'::regtype::oid, 'b', (SELECT max(enumsortorder) + 1 FROM pg_enum WHERE enumtypid = 's'::regtype);",
      ['s: a, b'],
    ],
  ])('%s', (_, sql, expected) => {
    expect(enums(S + sql)).toEqual(expected)
    expect(json(S + sql).unread).toEqual([])
  })
})

it('a migration that is no SQL touches what its text names', () => {
  const [first] = migrations([`${S} CREATE TABLE t (c s); CREATE TABLE u (c s); CREATE TABLE "v w" ();`])
  const source = { file: '2.go', line: 1, reason: 'in Go', text: 'db.Exec(`DELETE FROM t; -- "v w"`)' }
  const second: Migration = { name: '2', file: '2.go', pieces: [], transaction: false, unread: [source] }
  expect(replayMigrations([first!, second]).unread).toEqual([
    { file: '2.go', line: 1, reason: 'in Go', touches: ['public.t', 'public.v w'] },
  ])
})

describe('what changes no value set is not unread, whether it runs or not', () => {
  const unless = (body: string): string => block(`IF (SELECT count(*) > 0 FROM t) THEN ${body} END IF;`)
  const each = (body: string): string =>
    block(`FOR r IN SELECT d FROM t LOOP EXECUTE ${body}; END LOOP;`, 'DECLARE r record;')

  it.each([
    unless('ALTER TABLE t ALTER COLUMN d SET NOT NULL; ALTER TABLE t DROP CONSTRAINT n;'),
    unless('ALTER TABLE t ADD UNIQUE (d); DROP INDEX IF EXISTS i;'),
    unless("ALTER TABLE t ADD CHECK (d <> ''); ALTER TABLE t ALTER d SET DEFAULT 'x';"),
    each("format('DROP INDEX IF EXISTS i_%s', r.d)"),
    each("'drop sequence if exists q_' || r.d"),
    each("format('GRANT SELECT ON %I TO reader', r.d)"),
    each("format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.d)"),
    each("format('UPDATE %I SET d = %L', r.d, 'y')"),
    each("'CREATE TABLE p_' || r.d || ' PARTITION OF t FOR VALUES IN (1)'"),
    each("format('ALTER FUNCTION f_%s(text) OWNER TO x', r.d)"),
    block(
      "IF (SELECT count(*) FROM t) > 1 THEN q := 'create trigger x_' || now(); EXECUTE (q); END IF;",
      'DECLARE q text;',
    ),
    block(
      "FOR r IN SELECT d FROM t LOOP EXECUTE format('SELECT count(*) FROM %I', r.d) INTO n; END LOOP;",
      'DECLARE r record; n int;',
    ),
    block("IF (SELECT count(*) FROM t) > 1 THEN RETURN; END IF; EXECUTE 'GRANT a TO ' || current_user;"),
    block('FOR r IN c LOOP DELETE FROM t WHERE d = r.d; END LOOP;', 'DECLARE c CURSOR FOR SELECT d FROM t;'),
    `CREATE TABLE t (a date) PARTITION BY RANGE (a);
     CREATE FUNCTION part(d date) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
       EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF t FOR VALUES FROM (%L) TO (%L)', 't_' || d, d, d + 1); END $$;
     DO $$ DECLARE d date := now(); BEGIN WHILE d < now() + interval '1 week' LOOP PERFORM part(d); d := d + 1; END LOOP; END $$;`,
    `CREATE FUNCTION note(x text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
       -- create it, don't alter it
       INSERT INTO t (d) VALUES (x); /* drop it */ RAISE NOTICE 'cannot create, isn''t it %', E'\\' alter'; END $$;
     DO $$ DECLARE r record; BEGIN FOR r IN SELECT d FROM t LOOP PERFORM note(r.d); END LOOP; END $$;`,
    "UPDATE pg_index SET indisready = false WHERE indrelid = (SELECT oid FROM pg_class WHERE relname = 't')",
  ])('%s', (sql) => {
    expect(json(sql).unread).toEqual([])
  })

  it.each([
    `CREATE FUNCTION make(x text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
       -- don't
       EXECUTE $q$ alter table t add e text $q$; END $$;
     DO $$ DECLARE r record; BEGIN FOR r IN SELECT d FROM t LOOP PERFORM make(r.d); END LOOP; END $$;`,
    unless("ALTER TABLE t ADD CHECK (d IN ('y'));"),
    unless('ALTER TABLE t DROP CONSTRAINT k;'),
    unless('ALTER TABLE t ADD e text;'),
    each("format('ALTER TABLE t DROP COLUMN %I', r.d)"),
    block(
      "IF (SELECT count(*) FROM t) > 1 THEN q := 'create trigger'; q := q || now(); EXECUTE q || x; END IF;",
      'DECLARE q text; x text;',
    ).replace("'create trigger'", "'alter type s '"),
    block('IF (SELECT count(*) FROM t) > 1 THEN RETURN; END IF; ALTER TABLE t ADD e text;'),
    block(
      'FOR i IN 1..2 LOOP IF (SELECT count(*) FROM t) > 1 THEN RETURN; END IF; END LOOP; ALTER TABLE t ADD e text;',
    ),
    block(
      "FOR r IN c LOOP EXECUTE 'ALTER TABLE t DROP ' || r.d; END LOOP;",
      'DECLARE c CURSOR FOR SELECT d FROM t;',
    ),
    `${S} CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN ALTER TYPE s ADD VALUE 'b'; RETURN 1; END $$; CREATE TABLE t (d text);
     DO $$ DECLARE r record; n int; BEGIN FOR r IN SELECT d FROM t LOOP EXECUTE format('SELECT f() FROM %I', r.d) INTO n; END LOOP; END $$;`,
    each("format('GRANT SELECT ON %I TO reader; ALTER TYPE s ADD VALUE %L', r.d, r.d)"),
    each("format('DELETE FROM pg_enum WHERE enumlabel = %L', r.d)"),
    'r.d',
    "UPDATE pg_type SET typname = 'u' WHERE typname = 's'",
  ])('but %s is', (sql) => {
    expect(json(sql.startsWith('r.') ? each(sql) : sql).unread).toHaveLength(1)
  })
})
