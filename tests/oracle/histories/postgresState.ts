/**
 * The whole state of a database in lines, as Postgres's own catalogs have it: what the replay's must equal. A function, so
 * that its plan is made once.
 */
export const STATE_FUNCTION = `
CREATE FUNCTION pg_catalog.history_state() RETURNS text[] LANGUAGE plpgsql AS $state$
DECLARE lines text[];
BEGIN
  WITH n AS MATERIALIZED (
    SELECT oid, CASE WHEN nspname ~ '^pg_temp_' THEN 'pg_temp' ELSE nspname::text END AS name FROM pg_catalog.pg_namespace
  ), t AS MATERIALIZED (
    SELECT t.oid, t.typtype, t.typnotnull, t.typbasetype, t.typarray, t.typname::text AS bare, n.name || '.' || t.typname AS name
    FROM pg_catalog.pg_type t JOIN n ON n.oid = t.typnamespace WHERE t.oid >= 16384
  ), r AS MATERIALIZED (
    SELECT r.oid, r.relkind, n.name || '.' || r.relname AS name
    FROM pg_catalog.pg_class r JOIN n ON n.oid = r.relnamespace WHERE r.oid >= 16384 AND r.relkind <> 't' AND r.relnamespace <> 99
  ), c AS MATERIALIZED (
    SELECT c.*, CASE WHEN c.contype = 'c' THEN (SELECT coalesce(string_agg(DISTINCT m[1], ',' ORDER BY m[1]), '')
      FROM pg_catalog.regexp_matches(pg_catalog.pg_get_constraintdef(c.oid), '''((?:[^'']|'''')*)''', 'g') m) END AS strings
    FROM pg_catalog.pg_constraint c WHERE c.oid >= 16384 AND c.contype IN ('c', 'p', 'u', 'f', 'n')
  )
  SELECT array_agg(line) INTO lines FROM (
    SELECT 'schema ' || name AS line FROM n WHERE oid >= 16384 AND name !~ '^pg_' AND name <> 'public'
    UNION ALL
    SELECT 'enum ' || name || ' ' || coalesce((SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
      FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '') FROM t WHERE typtype = 'e'
    UNION ALL
    SELECT 'array ' || a.name || ' of ' || e.bare FROM t e JOIN t a ON e.typarray = a.oid
    UNION ALL
    SELECT 'domain ' || name || ' #' || typbasetype || CASE WHEN typnotnull THEN ' not null' ELSE '' END FROM t WHERE typtype = 'd'
    UNION ALL
    SELECT 'domain check ' || t.bare || ' ' || c.conname || ' ' || c.strings FROM c JOIN t ON t.oid = c.contypid WHERE c.contype = 'c'
    UNION ALL
    SELECT 'relation ' || name || ' ' || CASE relkind WHEN 'I' THEN 'i' ELSE relkind::text END FROM r WHERE relkind <> 'c' AND name !~ '^pg_toast'
    UNION ALL
    SELECT 'column ' || r.name || '.' || a.attname || ' ' || a.attnum || ' #' || a.atttypid
      || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || CASE WHEN a.atthasdef THEN ' default' ELSE '' END
      || CASE WHEN a.attgenerated <> '' THEN ' generated' ELSE '' END || CASE WHEN a.attislocal THEN ' local' ELSE '' END || ' ' || a.attinhcount
    FROM r JOIN pg_catalog.pg_attribute a ON r.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    UNION ALL
    SELECT 'constraint ' || r.name || '.' || c.conname || ' ' || c.contype::text
      || ' ' || coalesce((SELECT string_agg(a.attname, ',' ORDER BY a.attname COLLATE "C") FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attnum = ANY (c.conkey)), '')
      || CASE WHEN c.conislocal THEN ' local' ELSE '' END || ' ' || c.coninhcount || coalesce(' ' || c.strings, '')
    FROM c JOIN r ON r.oid = c.conrelid
    UNION ALL
    SELECT 'function ' || n.name || '.' || p.proname || ' ' || p.pronargs
    FROM pg_catalog.pg_proc p JOIN n ON n.oid = p.pronamespace WHERE p.oid >= 16384 AND p.proname !~ '^history_'
    UNION ALL
    SELECT 'operator ' || n.name || '.' || o.oprname || ' #' || o.oprleft || ' #' || o.oprright || CASE WHEN o.oprcode = 0 THEN ' shell' ELSE '' END
    FROM pg_catalog.pg_operator o JOIN n ON n.oid = o.oprnamespace WHERE o.oid >= 16384
    UNION ALL
    SELECT 'cast #' || castsource || ' #' || casttarget || ' ' || castcontext::text || ' ' || castmethod::text
    FROM pg_catalog.pg_cast WHERE oid >= 16384
    UNION ALL
    SELECT 'name ' || t.oid || ' ' || coalesce(e.name || '[]', t.name) FROM t LEFT JOIN t e ON e.typarray = t.oid
  ) every_line;
  RETURN coalesce(lines, '{}');
END $state$`

/**
 * Runs a history in one transaction, each statement in a subtransaction of its own; gives for each its SQLSTATE ('' where
 * it went well) and the state after it, null where nothing changed.
 */
export const RUN_FUNCTION = `
CREATE FUNCTION pg_catalog.history_run(statements text[]) RETURNS jsonb LANGUAGE plpgsql AS $run$
DECLARE
  statement text;
  results jsonb := '[]';
  code text;
  said text;
  before text[] := '{}';
  now_is text[];
BEGIN
  FOREACH statement IN ARRAY statements LOOP
    code := '';
    said := '';
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN OTHERS THEN
      code := SQLSTATE;
      said := SQLERRM;
    END;
    -- What failed was taken back.
    now_is := CASE WHEN code = '' THEN pg_catalog.history_state() ELSE before END;
    results := results || jsonb_build_array(jsonb_build_object('code', code, 'message', said,
      'state', CASE WHEN now_is = before THEN NULL ELSE to_jsonb(now_is) END));
    before := now_is;
  END LOOP;
  RETURN results;
END $run$`
