import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Linter } from 'eslint'
import { afterAll, describe, expect, test } from 'vitest'
import plugin from '../../src/index.js'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

const enumAndTable = `CREATE TYPE st AS ENUM ('a', 'b');
CREATE TABLE t (id int, s st DEFAULT 'a', all_s st[], note text);
`

/**
 * Lints the SQL files of a project. The reported ranges of `path` are those between « and », which are cut out of the
 * file before; with `saved`, an editor holds the file and that stands on disk.
 */
function check(
  files: Readonly<Record<string, string>>,
  path: string,
  saved?: string,
  migrations = 'db/migrations',
): void {
  const folder = mkdtempSync(join(tmpdir(), 'pg-enum-sql-'))
  folders.push(folder)
  const plain = (text: string): string => text.replaceAll(/[«»]/g, '')
  for (const [name, text] of Object.entries({ 'db/migrations/001_first.up.sql': enumAndTable, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), name === path ? (saved ?? plain(text)) : plain(text))
  }
  const config = [{ ...plugin.configs.sql, settings: { 'pg-enum': { migrations } } }]
  const text = plain(files[path]!)
  const messages = new Linter({ cwd: folder }).verify(text, config as Linter.Config[], join(folder, path))
  const lines = text.split('\n')
  const offset = (line: number, column: number): number =>
    lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1
  let marked = text
  for (const { line, column, endLine, endColumn, ruleId, message } of messages.reverse()) {
    if (ruleId !== 'pg-enum/no-unknown-value') throw new Error(message)
    const [start, end] = [offset(line, column), offset(endLine!, endColumn!)]
    marked = `${marked.slice(0, start)}«${marked.slice(start, end)}»${marked.slice(end)}`
  }
  expect(marked).toBe(files[path])
}

const query = (sql: string): void => check({ 'db/q.sql': sql }, 'db/q.sql')

describe('query files', () => {
  test.each([
    ["SELECT * FROM t WHERE s = «'c'» AND note = 'c';"],
    ["/* @name Find */\nSELECT * FROM t WHERE s = :s! AND s <> «'c'» AND id IN :ids;"],
    [
      "-- name: Upd :exec\nUPDATE t SET s = @s WHERE s = «'c'» AND id = sqlc.arg(id) AND note = sqlc.narg('n');",
    ],
    ["UPDATE t SET s = $new WHERE id = $1 AND s = «'c'»;"],
    ["SELECT * FROM t WHERE id IN (?) AND s IN («'c'», ?) AND s <>? GROUP BY ? HAVING count(*)>? LIMIT ?;"],
    ["INSERT INTO t (id, s) VALUES (?,«'c'»), (%s, «'c'») RETURNING id;"],
    [
      "SELECT id % 2, '{\"a\":1}'::jsonb ? 'a' FROM t WHERE s = «'c'» AND '{}'::jsonb @? '$.a' AND ?- lseg '1,2,3,4';",
    ],
    ["UPDATE t SET s = #{status} WHERE s = «'c'»;"],
    ["INSERT INTO t (id, s) VALUES :rows;\nINSERT INTO t (s) VALUES («'c'»);"],
    ["SELECT all_s[1:2] FROM t WHERE all_s @> '{a,«c»,b}';"],
    ["SELECT '😀', s FROM t\r\nWHERE s = «'c'»;\r\n"],
    ["SELECT * FROM t WHERE s = «E'\\x63'»;"],
    ['SELECT * FROM jsonb_populate_record(NULL::t, \'{"s":«"c"»,"note":"c"}\') WHERE s = «\'c\'»;'],
    ["SELECT * FROM {{ source('app', 't') }} WHERE s = «'c'»\n{% if x %} AND s = «'d'» {% endif %}"],
    ["SELECT * FROM {{ ref('t') }} WHERE s = 'c'"],
    ["\\i other.sql\n\\set x 1\nSELECT * FROM t WHERE s = :'x' OR s = «'c'» ORDER BY :\"col\";"],
    ["SELEC 'c'::st;\nSELECT «'c'»::st;"],
    [
      "SELECT * FROM {{ schema }}.t WHERE s = «'c'»;\nUPDATE ${schema}.t SET s = «'c'»;\nUPDATE {{ x }}.other SET s = 'c';",
    ],
    ["CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'DECLARE x st; BEGIN x := «''c''»; END';"],
    ["CREATE FUNCTION f(OUT x st) LANGUAGE plpgsql AS $$ BEGIN x := «'c'»; END $$;"],
    ["SELECT * FROM json_to_recordset('[]') AS r(id int, s st) WHERE s = «'c'»;"],
    ["SELECT * FROM json_to_recordset('[]') r (s st) WHERE s = «'c'»;"],
    ["CREATE TABLE other (id int, x st DEFAULT «'c'»);"],
    ["SELECT 'it''s'; SELECT $$ 'c' $$, «'c'»::st -- 'c'"],
  ])('%s', (sql) => query(sql))

  test('what a comment turns off stays off', () => {
    query(
      "-- eslint-disable-next-line pg-enum/no-unknown-value -- a test of the error\nSELECT 'c'::st;\nSELECT «'c'»::st;",
    )
  })
})

describe('templates are read as far as they can be', () => {
  test.each([
    ["SELECT * FROM t WHERE s = '{{ status }}' AND s <> «'c'»;"],
    ["SELECT * FROM {{ ref('t') }} WHERE s = 'c';\nSELECT * FROM t WHERE s = «'c'»;"],
    ["SELECT * FROM t {% if x %} WHERE s = «'c'» {% endif %} ORDER BY {{ column }};"],
    ["SELECT * FROM t WHERE {{ condition }} AND s = «'c'»;"],
    ["{# it's #} SELECT * FROM t WHERE s = «'c'» AND id IN {{ ids }};"],
    ["SELECT * FROM t WHERE s = 'pre_${x}' OR s = «'c'» LIMIT ${limit};"],
    ["SELECT * FROM t WHERE id = %(id)s AND s = «'c'»;"],
    ["SELECT * FROM t <% if (x) { %> WHERE s = «'c'» <% } %>;"],
  ])('%s', (sql) => query(sql))
})

describe('seeds, views, functions', () => {
  test('values in COPY data are replaced as the format has it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pg-enum-sql-'))
    folders.push(folder)
    mkdirSync(join(folder, 'db/migrations'), { recursive: true })
    writeFileSync(join(folder, 'db/migrations/001.up.sql'), enumAndTable)
    const config = [{ ...plugin.configs.sql, settings: { 'pg-enum': { migrations: 'db/migrations' } } }]
    const { output } = new Linter({ cwd: folder }).verifyAndFix(
      'COPY t (id, s, all_s) FROM stdin;\n1\tA\t{a,B}\n\\.\nCOPY t (s, note) FROM stdin CSV;\n"A",A\n\\.\n',
      config as Linter.Config[],
      { filename: join(folder, 'q.sql') },
    )
    expect(output).toBe(
      'COPY t (id, s, all_s) FROM stdin;\n1\ta\t{a,b}\n\\.\nCOPY t (s, note) FROM stdin CSV;\n"a",A\n\\.\n',
    )
  })

  test('COPY data is checked where it stands', () => {
    query('COPY t (id, s, all_s) FROM stdin;\n1\ta\t{a,b}\n2\t«c»\t{a,«d»}\n3\t\\N\t\\N\n\\.\nSELECT 1;\n')
  })

  test('a file may make what it uses', () => {
    query(
      "CREATE TABLE u (s st);\nINSERT INTO u VALUES («'c'»), ('b');\nCREATE VIEW v AS SELECT * FROM u WHERE s = «'c'»;",
    )
    query("ALTER TYPE st ADD VALUE 'c';\nUPDATE t SET s = 'c';\nUPDATE t SET s = «'d'»;")
    query("SET search_path = other;\nSELECT s FROM t WHERE s = 'c';")
  })

  test('a file that makes again what the migrations made is judged by itself', () => {
    query("CREATE TYPE st AS ENUM ('x');\nCREATE TABLE t (s st DEFAULT 'x');\nINSERT INTO t VALUES («'a'»);")
  })

  test('a trigger function knows the rows of its tables', () => {
    query(
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  IF NEW.s = «'c'» THEN NEW.note := 'c'; END IF;\n  RETURN NEW;\nEND $$;\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();",
    )
  })
})

describe('migrations meet the catalog of their moment', () => {
  const later = (sql: string): void =>
    check({ 'db/migrations/002_later.up.sql': sql }, 'db/migrations/002_later.up.sql')

  test('a value counts from the statement that adds it to the one that renames it', () => {
    later(
      "UPDATE t SET s = «'c'»;\nALTER TYPE st ADD VALUE 'c';\nUPDATE t SET s = 'c';\nALTER TYPE st RENAME VALUE 'c' TO 'd';\nUPDATE t SET s = «'c'» WHERE s = 'd';",
    )
  })

  test('an earlier migration is right by the old values', () => {
    const rename = "ALTER TYPE st RENAME VALUE 'a' TO 'z';"
    const files = {
      'db/migrations/002_seed.up.sql': "INSERT INTO t (s) VALUES ('a'), («'z'»);",
      'db/migrations/003_rename.up.sql': rename,
      'db/q.sql': "SELECT * FROM t WHERE s IN («'a'», 'z');",
    }
    check(files, 'db/migrations/002_seed.up.sql')
    check(files, 'db/q.sql')
  })

  test('what takes a migration back runs right behind it', () => {
    const files = {
      'db/migrations/002_add.up.sql': "ALTER TYPE st ADD VALUE 'c';",
      'db/migrations/002_add.down.sql': "UPDATE t SET s = 'a' WHERE s = 'c' OR s = «'d'»;",
      'db/migrations/003_rename.up.sql': "ALTER TYPE st RENAME VALUE 'c' TO 'd';",
    }
    check(files, 'db/migrations/002_add.down.sql')
  })

  test("what takes a migration of Sqitch's back runs right behind it, too", () => {
    const files = {
      'db/sqitch.plan':
        '%project=x\nfirst 2024-01-01T00:00:00Z A <a@b.c>\nsub/add 2024-01-01T00:00:00Z A <a@b.c>\n',
      'db/deploy/first.sql': enumAndTable,
      'db/deploy/sub/add.sql': "ALTER TYPE st ADD VALUE 'c'; ALTER TYPE st RENAME VALUE 'b' TO 'd';",
      'db/revert/first.sql': "UPDATE t SET s = 'b' WHERE s = «'c'»; DROP TABLE t;",
      'db/revert/sub/add.sql': "UPDATE t SET s = 'a' WHERE s = 'c' OR s = 'd' OR s = «'b'»;",
    }
    check(files, 'db/revert/first.sql', undefined, 'db')
    check(files, 'db/revert/sub/add.sql', undefined, 'db')
  })

  test('a file among the migrations that is none of them is left alone', () => {
    check({ 'db/migrations/notes.down.sql': "UPDATE t SET s = 'zz';" }, 'db/migrations/notes.down.sql')
  })

  test('in a migration that is cut in pieces, a statement meets what the pieces before it left', () => {
    const path = 'drizzle/0001_later.sql'
    const cut = '--> statement-breakpoint\n'
    const entry = (idx: number, tag: string): object => ({
      idx,
      version: '7',
      when: idx + 1,
      tag,
      breakpoints: true,
    })
    const journal = {
      version: '7',
      dialect: 'postgresql',
      entries: [entry(0, '0000_first'), entry(1, '0001_later')],
    }
    const statements = [
      'ALTER TABLE t ALTER COLUMN s SET DATA TYPE text;',
      "ALTER TABLE t ALTER COLUMN s SET DEFAULT 'a'::text;",
      "UPDATE t SET s = 'a' WHERE s = 'b';",
      'ALTER TABLE t ALTER all_s TYPE text[];',
      'DROP TYPE st;',
      "CREATE TYPE st AS ENUM ('a', 'c');",
      "ALTER TABLE t ALTER COLUMN s SET DEFAULT 'a'::st;",
      'ALTER TABLE t ALTER COLUMN s SET DATA TYPE st USING s::st;',
      "UPDATE t SET s = «'b'» WHERE s = 'c';",
    ]
    const files = {
      'drizzle/meta/_journal.json': JSON.stringify(journal),
      'drizzle/0000_first.sql': enumAndTable,
      [path]: statements.join(cut),
    }
    check(files, path, undefined, 'drizzle')
  })

  test('in an editor the text counts that is not saved yet', () => {
    const path = 'db/migrations/002_later.up.sql'
    check(
      { [path]: "ALTER TYPE st ADD VALUE 'c';\nUPDATE t SET s = 'c';\nUPDATE t SET s = «'d'»;" },
      path,
      'SELECT 1;',
    )
  })

  test('the part that takes back, in the same file, does not run', () => {
    const path = 'db/migrations/00002_goose.sql'
    const files = {
      'db/migrations/001_first.up.sql': `-- +goose Up\n${enumAndTable}-- +goose Down\nDROP TABLE t;`,
      [path]: "-- +goose Up\nUPDATE t SET s = «'c'»;\n-- +goose Down\nUPDATE t SET s = 'gone';\n",
    }
    check(files, path)
  })

  test('what a statement defines is used later, when a CHECK may list more values', () => {
    const path = 'db/migrations/002_later.up.sql'
    const first = `CREATE TABLE u (a text CONSTRAINT k CHECK (a IN ('x', 'y')), b timestamptz);`
    check(
      {
        'db/migrations/001_first.up.sql': first,
        [path]: `ALTER TABLE u ADD CHECK (a <> 'z' OR b IS NOT NULL), ADD CHECK (a <> «'w'» OR b IS NOT NULL);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM u WHERE a = 'z' $$;
CREATE POLICY p ON u USING (a IN ('x', 'z', «'w'»));
CREATE VIEW v AS SELECT * FROM u WHERE a = 'z';
UPDATE u SET b = now() WHERE a = «'z'»;
ALTER TABLE u DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (a IN ('x', 'y', 'z'));`,
      },
      path,
    )
  })

  test('the body of a PL/pgSQL function runs later, when there may be more values', () => {
    later(
      "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET s = 'c' WHERE s = «'d'»; END $$;\nALTER TYPE st ADD VALUE 'c';",
    )
  })
})

test('SQL for another engine is left alone', () => {
  query("CREATE TABLE x (id int) ENGINE = MergeTree ORDER BY id;\nSELECT s FROM t WHERE s = 'c';")
  check({ 'clickhouse/q.sql': "SELECT s FROM t WHERE s = 'c';" }, 'clickhouse/q.sql')
})

test('fixes keep the kind of constant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pg-enum-sql-'))
  folders.push(folder)
  mkdirSync(join(folder, 'db/migrations'), { recursive: true })
  writeFileSync(join(folder, 'db/migrations/1_a.sql'), enumAndTable)
  const config = [
    { ...plugin.configs.sql, settings: { 'pg-enum': { migrations: 'db/migrations' } } },
  ] as Linter.Config[]
  const fixed = new Linter({ cwd: folder }).verifyAndFix("SELECT 'A'::st, E'B'::st, '{A,b}'::st[]", config, {
    filename: join(folder, 'q.sql'),
  })
  expect(fixed.output).toBe("SELECT 'a'::st, E'b'::st, '{a,b}'::st[]")
})
