import { expect, it } from 'vitest'
import { analyzeSql } from '../../../src/sql/analyze/index.js'
import { catalogOf } from '../../code/builders/catalog.js'

const catalog = catalogOf(`
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE ws (id int, status mood, kind text CHECK (kind IN ('a', 'b')), name text);
CREATE TABLE other (id int, kind text CHECK (kind IN ('a', 'c')));
`)

/** The wrong values of a body with these declarations, marked. */
function marked(declarations: string, body: string): string {
  const before = `DO $$ DECLARE ${declarations} BEGIN `
  const sql = `${before}${body} END $$`
  const wrong = analyzeSql(sql, catalog).uses.filter(
    (use) =>
      use.type === 'literal' &&
      use.effect === 'never-match' &&
      !use.valueSet.values.some(({ value }) => value === use.value),
  )
  let text = sql
  for (const { start, end } of wrong.toSorted((a, b) => b.start - a.start))
    text = `${text.slice(0, start)}«${text.slice(start, end)}»${text.slice(end)}`
  return text.slice(before.length, -' END $$'.length)
}

it.each([
  ['v text;', `SELECT kind INTO v FROM ws; IF v = «'x'» OR v = 'a' THEN NULL; END IF;`],
  [
    'v text; n text;',
    `SELECT kind, name INTO v, n FROM ws WHERE id = 1; IF v <> «'x'» AND n <> 'x' THEN NULL; END IF;`,
  ],
  ['v varchar(20);', `SELECT kind INTO STRICT v FROM ws; IF v IN ('a', «'x'») THEN NULL; END IF;`],
  [
    'v ws.kind%TYPE;',
    `SELECT kind INTO v FROM ws; CASE v WHEN 'b' THEN NULL; WHEN «'x'» THEN NULL; ELSE NULL; END CASE;`,
  ],
  ['v text;', `SELECT status INTO v FROM ws; IF v = «'x'» THEN NULL; END IF;`],
  ['v text;', `UPDATE ws SET name = 'x' WHERE id = 1 RETURNING kind INTO v; IF v = «'x'» THEN NULL; END IF;`],
  ['v text;', `v := (SELECT kind FROM ws LIMIT 1); IF v = «'x'» THEN NULL; END IF;`],
  [`v text := 'a';`, `SELECT kind INTO v FROM ws; IF v = «'x'» THEN NULL; END IF;`],
  [
    'v text;',
    `SELECT kind INTO v FROM ws; IF v IS NULL THEN v := 'b'; END IF; IF v = «'x'» THEN NULL; END IF;`,
  ],
  ['v text;', `FOR v IN SELECT kind FROM ws LOOP IF v = «'x'» THEN NULL; END IF; END LOOP;`],
  ['v text;', `SELECT kind INTO v FROM ws; PERFORM 1 FROM ws WHERE name = v OR v = «'x'»;`],
  [
    'r record; v text;',
    `FOR r IN SELECT * FROM ws LOOP v := r.kind; IF v = «'x'» THEN NULL; END IF; END LOOP;`,
  ],
])('a variable that only a column gave its value: %s %s', (declarations, body) => {
  expect(marked(declarations, body.replace(/[«»]/g, ''))).toBe(body)
})

it.each([
  ['v text;', `SELECT name INTO v FROM ws; IF v = 'x' THEN NULL; END IF;`],
  [
    'v text;',
    `SELECT kind INTO v FROM ws; IF NOT FOUND THEN v := 'none'; END IF; IF v = 'none' THEN NULL; END IF;`,
  ],
  [`v text := 'none';`, `SELECT kind INTO v FROM ws; IF v = 'none' THEN NULL; END IF;`],
  ['v text;', `SELECT coalesce(kind, 'none') INTO v FROM ws; IF v = 'none' THEN NULL; END IF;`],
  ['v text;', `LOOP IF v = 'x' THEN EXIT; END IF; SELECT kind INTO v FROM ws; v := 'x'; END LOOP;`],
  ['v text;', `SELECT kind INTO v FROM ws; v := upper(v); IF v = 'A' THEN NULL; END IF;`],
  [
    'v text;',
    `SELECT w.kind INTO v FROM ws w; SELECT o.kind INTO v FROM other o; IF v = 'c' THEN NULL; END IF;`,
  ],
  [
    'v text;',
    `EXECUTE 'SELECT kind FROM ' || quote_ident(current_setting('x')) INTO v; IF v = 'x' THEN NULL; END IF;`,
  ],
  [
    'v text; c CURSOR FOR SELECT name FROM ws;',
    `SELECT kind INTO v FROM ws; OPEN c; FETCH c INTO v; IF v = 'x' THEN NULL; END IF;`,
  ],
  ['v text;', `SELECT kind INTO v FROM ws; GET DIAGNOSTICS v = ROW_COUNT; IF v = '1' THEN NULL; END IF;`],
  ['v text;', `SELECT kind INTO v FROM ws; CALL p(v); IF v = 'x' THEN NULL; END IF;`],
  ['v text;', `SELECT kind INTO v FROM ws; DECLARE v text := 'x'; BEGIN IF v = 'x' THEN NULL; END IF; END;`],
  ['v text[];', `SELECT array_agg(kind) INTO v FROM ws; IF v[1] = 'x' THEN NULL; END IF;`],
])('not one that something else may have: %s %s', (declarations, body) => {
  expect(marked(declarations, body)).toBe(body)
})
