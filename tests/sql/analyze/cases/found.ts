/** Statements on which the analysis and Postgres once differed, by what was behind it. */
export const FOUND: Record<string, readonly string[]> = {
  'the values of CYCLE come before the query': [
    `WITH RECURSIVE r (a) AS (SELECT nope FROM ws UNION ALL SELECT a FROM r) CYCLE a SET c TO mood 'x' DEFAULT mood 'y' USING p SELECT 1`,
    `WITH RECURSIVE r (a) AS (SELECT 1 UNION ALL SELECT a FROM r WHERE c = 'z') CYCLE a SET c TO mood 'x' DEFAULT 'y' USING p SELECT 1`,
  ],
  'only strings have collations': [
    `SELECT status COLLATE "C" FROM ws WHERE status = 'x'`,
    `SELECT tags COLLATE "C" FROM ws`,
    `SELECT name COLLATE "C", ARRAY[name] COLLATE "C", 'x' COLLATE "C" FROM ws`,
  ],
  'a domain over an enum has no operator with a constant': [
    `SELECT * FROM ws WHERE d = 'x'`,
    `SELECT d IN ('x', 'ok') FROM ws`,
  ],
  'a table is no type that a call casts to': [`SELECT ws('x')`, `SELECT pair('(x,1)')`, `SELECT mood('x')`],
  'defaults make two functions of one schema ambiguous': [`SELECT set_mood('x', 1)`, `SELECT set_mood('x')`],
  'a variadic argument has no name': [`SELECT many(ms => '{x}')`, `SELECT many(VARIADIC ms => '{x}')`],
  'a name of two columns in ORDER BY': [
    `SELECT w.status, o.status FROM ws w, other o ORDER BY status`,
    `SELECT w.status, w.status FROM ws w ORDER BY status`,
    `SELECT max(id) AS m, max(id) AS m FROM ws ORDER BY m`,
  ],
  'a function of a row, written like a column': [
    `SELECT ws.name, o.text FROM ws, other o`,
    `WITH c AS (SELECT 1 AS a) SELECT c.name FROM c`,
    `SELECT (status).n FROM ws`,
    `SELECT (tags).m FROM ws WHERE status = 'x'`,
  ],
  'what has elements': [
    `SELECT name[1] FROM ws`,
    `SELECT status[1] FROM ws WHERE status = 'x'`,
    `SELECT indkey[0], conkey[1] FROM pg_index, pg_constraint`,
  ],
  'vectors are no arrays that others become': [
    `SELECT '{1}'::int4[] = '{2}', '{1}'::int4[] <> NULL`,
    `SELECT 1 = ANY (indkey) FROM pg_index`,
  ],
  'a recursive term keeps the types of its first branch': [
    `WITH RECURSIVE r AS (SELECT 'ok' AS m UNION ALL SELECT status FROM ws, r WHERE r.m = 'x') SELECT * FROM r WHERE m = 'y'`,
    `WITH RECURSIVE r AS (SELECT 'x' AS m UNION ALL SELECT status FROM ws) SELECT * FROM r WHERE m = 'y'`,
  ],
  'MERGE does not ask whether its condition is boolean': [
    `MERGE INTO ws USING other o ON ws.id WHEN MATCHED THEN UPDATE SET status = 'x'`,
  ],
  'one table name twice': [
    `SELECT * FROM ws, ws WHERE 'x'::mood = 'ok'`,
    `SELECT * FROM ws, app.ws WHERE 'x'::mood = 'ok'`,
    `SELECT * FROM ws, app.ws ws WHERE 'x'::mood = 'ok'`,
    `UPDATE ws SET status = 'x' FROM ws`,
  ],
  'a malformed array is read up to its fault': [
    `SELECT '{x,{y'::mood[]`,
    `SELECT '{x,y'::mood[]`,
    `SELECT '{"x" y}'::mood[]`,
    `SELECT 'x'::mood[], 'y'::mood`,
  ],
  'a record becomes a row only field by field': [
    `SELECT ROW('x', 1)::pair, q::pair FROM (SELECT 'ok'::mood, 1) q`,
    `SELECT rows_of('ok')::pair, 'x'::mood`,
  ],
  'the name of a single output is its column': [
    `SELECT * FROM set_mood('ok') m`,
    `SELECT * FROM unnest(ARRAY[1]) WITH ORDINALITY`,
  ],
}
