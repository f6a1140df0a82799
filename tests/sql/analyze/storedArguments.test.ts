import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { analyzeSql } from '../../../src/sql/analyze/index.js'
import { catalogOf } from '../../code/builders/catalog.js'

const SCHEMA = `
CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE ws (id int, status mood, kind text CHECK (kind IN ('a', 'b')), name text);
CREATE TABLE app.other (id int, kind text CHECK (kind IN ('a', 'c')));
INSERT INTO ws VALUES (1, 'ok', 'a', 'n');
CREATE TABLE logs (message text);
`

/** A function of two arguments, of which the second is called `p`. */
const define = (body: string, language: string, options = ''): string =>
  `CREATE FUNCTION f(p_id int, p text) RETURNS void LANGUAGE ${language} ${options} AS $$ ${body} $$;`

const SQL = {
  update: `UPDATE ws SET kind = p WHERE id = p_id`,
  number: `UPDATE ws SET kind = $2 WHERE id = $1`,
  qualified: `UPDATE ws SET name = 'x', kind = f.p WHERE id = f.p_id`,
  insert: `INSERT INTO ws (id, kind) VALUES (p_id, p), (2, 'b')`,
  cast: `UPDATE ws SET status = p::mood WHERE id = p_id`,
  both: `UPDATE ws SET kind = p WHERE id = p_id; INSERT INTO logs VALUES ('x'); INSERT INTO app.other (kind) VALUES (p)`,
}

const PLPGSQL = {
  update: `BEGIN UPDATE ws SET kind = p WHERE id = p_id; END`,
  behind: `DECLARE v ws%ROWTYPE; BEGIN SELECT * INTO v FROM ws WHERE id = p_id; IF NOT FOUND THEN RAISE EXCEPTION 'none'; END IF; UPDATE ws SET kind = p, status = 'ok' WHERE id = p_id; IF p = 'b' THEN UPDATE ws SET name = 'b'; END IF; END`,
  returning: `DECLARE v int; BEGIN INSERT INTO ws (kind) VALUES (p) RETURNING id INTO v; END`,
}

let db: PGlite

beforeAll(async () => {
  db = new PGlite()
  await db.exec(SCHEMA)
})

afterAll(() => db.close())

/** The strings that the analysis says Postgres rejects in a call. */
function wrongIn(definition: string, call: string): string[] {
  return analyzeSql(call, catalogOf(SCHEMA + definition)).uses.flatMap((use) => {
    const isWrong = use.type === 'literal' && !use.valueSet.values.some(({ value }) => value === use.value)
    return isWrong ? [call.slice(use.start, use.end)] : []
  })
}

/** Whether Postgres rejects a call. */
async function rejects(definition: string, call: string): Promise<boolean> {
  await db.exec(`BEGIN; ${definition}`)
  try {
    await db.exec(call)
    return false
  } catch {
    return true
  } finally {
    await db.exec('ROLLBACK')
  }
}

describe('what a function stores in a column, as Postgres has it', () => {
  test.each([
    ...Object.entries(SQL).map(([name, body]) => [`sql ${name}`, define(body, 'sql')] as const),
    ...Object.entries(PLPGSQL).map(([name, body]) => [`plpgsql ${name}`, define(body, 'plpgsql')] as const),
  ])('%s', async (_, definition) => {
    const [right, wrong] = [definition.includes('::mood') ? 'ok' : 'a', 'x']
    expect(wrongIn(definition, `SELECT f(1, '${right}')`)).toEqual([])
    expect(await rejects(definition, `SELECT f(1, '${right}')`)).toBe(false)
    for (const call of [`SELECT f(1, '${wrong}')`, `SELECT * FROM f(p => '${wrong}', p_id => 1)`]) {
      expect(new Set(wrongIn(definition, call))).toEqual(new Set([`'${wrong}'`]))
      expect(await rejects(definition, call)).toBe(true)
    }
  })

  it('each of several columns has its say', () => {
    expect(wrongIn(define(SQL.both, 'sql'), `SELECT f(1, 'b')`)).toEqual([`'b'`])
  })

  it('by the search path of the function', () => {
    const definition = define('INSERT INTO other (kind) VALUES (p)', 'sql', 'SET search_path = app')
    expect(wrongIn(definition, `SELECT f(1, 'b')`)).toEqual([`'b'`])
    expect(wrongIn(definition, `SELECT f(1, 'c')`)).toEqual([])
  })

  it('as the column is when the function is called', () => {
    const later = `ALTER TABLE ws DROP CONSTRAINT ws_kind_check, ADD CHECK (kind IN ('a', 'x'));`
    expect(wrongIn(define(SQL.update, 'sql') + later, `SELECT f(1, 'x'), f(1, 'b')`)).toEqual([`'b'`])
  })

  it('parameters of the statement, too', () => {
    const { uses } = analyzeSql('SELECT f($1, $2)', catalogOf(SCHEMA + define(SQL.update, 'sql')))
    expect(uses.map((use) => use.type === 'parameter' && [use.number, use.effect, use.target.label])).toEqual(
      [[2, 'reject', 'ws.kind']],
    )
  })
})

test.each([
  ['a condition', `BEGIN IF p_id > 0 THEN UPDATE ws SET kind = p; END IF; END`],
  ['a test before', `BEGIN IF p NOT IN ('a', 'b') THEN RETURN; END IF; UPDATE ws SET kind = p; END`],
  [
    'a table asked before',
    `BEGIN PERFORM 1 FROM logs WHERE message = p; IF FOUND THEN RETURN; END IF; UPDATE ws SET kind = p; END`,
  ],
  ['another value', `BEGIN p := lower(p); UPDATE ws SET kind = p; END`],
  ['an expression', `BEGIN UPDATE ws SET kind = lower(p); END`],
  ['coalesce', `BEGIN UPDATE ws SET kind = coalesce(p, 'a'); END`],
  ['a condition on it', `BEGIN UPDATE ws SET kind = p WHERE p IN ('a', 'b'); END`],
  ['a variable of its name', `DECLARE p text := 'a'; BEGIN UPDATE ws SET kind = p; END`],
  ['a loop', `BEGIN FOR i IN 1..p_id LOOP UPDATE ws SET kind = p; END LOOP; END`],
  ['another column', `BEGIN UPDATE ws SET name = p; END`],
  ['another table', `BEGIN UPDATE logs SET message = p; END`],
  ['a comment', `BEGIN -- UPDATE ws SET kind = p\n END`],
  ['dynamic SQL', `BEGIN EXECUTE 'UPDATE ws SET kind = $1' USING p; END`],
])('nothing for %s', (_, body) => {
  expect(wrongIn(define(body, 'plpgsql'), `SELECT f(1, 'x')`)).toEqual([])
})

test('a column of the name of the argument is the column', () => {
  const definition = `CREATE FUNCTION f(kind text) RETURNS void LANGUAGE sql AS 'UPDATE ws SET kind = kind';`
  expect(wrongIn(definition, `SELECT f('x')`)).toEqual([])
})
