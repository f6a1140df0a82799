/**
 * The whole state of a database in lines, as Postgres's own catalogs have it: what the replay's must equal. A function, so
 * that its plan is made once.
 */
export const STATE_FUNCTION = `
CREATE FUNCTION pg_catalog.history_state() RETURNS text[] LANGUAGE plpgsql AS $state$
DECLARE lines text[];
BEGIN
  SELECT array_agg(line ORDER BY line COLLATE "C") INTO lines FROM (
    SELECT 'schema ' || n.nspname AS line FROM pg_catalog.pg_namespace n WHERE n.oid >= 16384 AND n.nspname !~ '^pg_'
    UNION ALL
    SELECT 'enum ' || pg_catalog.history_schema(t.typnamespace) || '.' || t.typname || ' ' ||
      coalesce((SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '')
    FROM pg_catalog.pg_type t WHERE t.typtype = 'e' AND t.oid >= 16384
    UNION ALL
    SELECT 'array ' || pg_catalog.history_schema(t.typnamespace) || '.' || t.typname || ' of ' || e.typname
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_type e ON e.typarray = t.oid WHERE t.oid >= 16384
    UNION ALL
    SELECT 'domain ' || pg_catalog.history_schema(t.typnamespace) || '.' || t.typname || ' ' || pg_catalog.history_type(t.typbasetype)
      || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END
    FROM pg_catalog.pg_type t WHERE t.typtype = 'd' AND t.oid >= 16384
    UNION ALL
    SELECT 'domain check ' || t.typname || ' ' || c.conname || ' ' || pg_catalog.history_strings(c.oid)
    FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_type t ON t.oid = c.contypid WHERE c.contype = 'c' AND t.oid >= 16384
    UNION ALL
    SELECT 'relation ' || pg_catalog.history_schema(r.relnamespace) || '.' || r.relname || ' ' || CASE r.relkind WHEN 'I' THEN 'i' ELSE r.relkind::text END
    FROM pg_catalog.pg_class r WHERE r.oid >= 16384 AND r.relkind NOT IN ('t', 'c') AND r.relnamespace <> 99
    UNION ALL
    SELECT 'column ' || pg_catalog.history_schema(r.relnamespace) || '.' || r.relname || '.' || a.attname || ' ' || a.attnum || ' ' || pg_catalog.history_type(a.atttypid)
      || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || CASE WHEN a.atthasdef THEN ' default' ELSE '' END
      || CASE WHEN a.attgenerated <> '' THEN ' generated' ELSE '' END || CASE WHEN a.attislocal THEN ' local' ELSE '' END || ' ' || a.attinhcount
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class r ON r.oid = a.attrelid
    WHERE r.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    UNION ALL
    SELECT 'constraint ' || pg_catalog.history_schema(r.relnamespace) || '.' || r.relname || '.' || c.conname || ' ' || c.contype
      || ' ' || coalesce((SELECT string_agg(a.attname, ',' ORDER BY a.attname COLLATE "C") FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attnum = ANY (c.conkey)), '')
      || CASE WHEN c.conislocal THEN ' local' ELSE '' END || ' ' || c.coninhcount
      || CASE WHEN c.contype = 'c' THEN ' ' || pg_catalog.history_strings(c.oid) ELSE '' END
    FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class r ON r.oid = c.conrelid WHERE r.oid >= 16384 AND c.contype IN ('c', 'p', 'u', 'f', 'n')
    UNION ALL
    SELECT 'function ' || pg_catalog.history_schema(p.pronamespace) || '.' || p.proname || ' ' || p.pronargs
    FROM pg_catalog.pg_proc p WHERE p.oid >= 16384 AND p.proname !~ '^history_'
  ) every_line;
  RETURN coalesce(lines, '{}');
END $state$`

/** What the state function needs. */
export const HELPERS = [
  `CREATE FUNCTION pg_catalog.history_schema(oid) RETURNS text STABLE LANGUAGE sql AS $f$
    SELECT CASE WHEN nspname ~ '^pg_temp_' THEN 'pg_temp' ELSE nspname END FROM pg_catalog.pg_namespace WHERE oid = $1 $f$`,
  `CREATE FUNCTION pg_catalog.history_type(oid) RETURNS text STABLE LANGUAGE sql AS $f$
    SELECT CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN pg_catalog.history_schema(e.typnamespace) || '.' || e.typname || '[]'
      ELSE pg_catalog.history_schema(t.typnamespace) || '.' || t.typname END
    FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem WHERE t.oid = $1 $f$`,
  // The strings of a condition, each once.
  `CREATE FUNCTION pg_catalog.history_strings(oid) RETURNS text STABLE LANGUAGE sql AS $f$
    SELECT coalesce(string_agg(DISTINCT m[1], ',' ORDER BY m[1]), '')
    FROM pg_catalog.regexp_matches(pg_catalog.pg_get_constraintdef($1), '''((?:[^'']|'''')*)''', 'g') m $f$`,
]

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
    now_is := pg_catalog.history_state();
    results := results || jsonb_build_array(jsonb_build_object('code', code, 'message', said,
      'state', CASE WHEN now_is = before THEN NULL ELSE to_jsonb(now_is) END));
    before := now_is;
  END LOOP;
  RETURN results;
END $run$`
