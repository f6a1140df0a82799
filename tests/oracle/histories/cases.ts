/** Histories in which our catalog once differed from Postgres: found by random histories, and retold from real ones. */
export const CASES: Readonly<Record<string, readonly string[]>> = {
  'IF NOT EXISTS ... AS: the query is looked at all the same': [
    'CREATE TABLE t (c text)',
    'CREATE TABLE IF NOT EXISTS t AS SELECT * FROM nope',
  ],
  'an index that exists, over a column that does not': [
    'CREATE TABLE t (c text)',
    'CREATE INDEX IF NOT EXISTS t ON t (nope)',
  ],
  'a sequence named like a type': ["CREATE TYPE s AS ENUM ('a')", 'CREATE SEQUENCE s', 'CREATE SEQUENCE _s'],
  'an empty label as neighbour': [
    "CREATE TYPE s AS ENUM ('a')",
    "ALTER TYPE s ADD VALUE 'd' BEFORE ''",
    "ALTER TYPE s ADD VALUE ''",
    "ALTER TYPE s ADD VALUE 'd' AFTER ''",
    "ALTER TYPE s RENAME VALUE '' TO 'x'",
  ],
  'a label twice': [
    "DO $$ BEGIN CREATE TYPE s AS ENUM ('a', 'a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
  ],
  'a type that takes the name of its own array type': [
    "CREATE TYPE s AS ENUM ('a')",
    'ALTER TYPE s RENAME TO _s',
  ],
  'a table that takes the name of its own array type': ['CREATE TABLE t ()', 'ALTER TABLE t RENAME TO _t'],
  'a type and its array type dropped together': [
    "CREATE TYPE s AS ENUM ('a')",
    'DROP TYPE _s',
    'DROP TYPE s, _s',
  ],
  'an array of an array type': [
    "CREATE TYPE s AS ENUM ('a')",
    'CREATE TABLE t (c _s[])',
    'CREATE TABLE t (c _s)',
  ],
  'constants of an array, an integer, a row': [
    "CREATE TABLE t (c text[] CHECK (c = 'a'))",
    "CREATE TABLE t (c int DEFAULT 'a')",
    'CREATE TABLE t (c int, d text)',
    "ALTER TABLE t ALTER d SET DEFAULT 'x'::t",
  ],
  'ARRAY of constants is text[], also beside an enum': [
    "CREATE TYPE s AS ENUM ('a', 'b')",
    "CREATE TABLE t (c s CHECK (c = ANY (ARRAY['a', 'b'])))",
    "CREATE TABLE t (c s CHECK (c IN ('a', 'b')))",
    "CREATE DOMAIN d AS s CHECK (VALUE = ANY (ARRAY['a']))",
  ],
  'a row type in itself': [
    'CREATE TABLE t (c int)',
    'ALTER TABLE t ADD d t',
    'ALTER TABLE t ALTER c TYPE t USING NULL',
  ],
  'a domain inside an array that is stored': [
    'CREATE DOMAIN d AS text',
    'CREATE TABLE t (c d[])',
    'ALTER DOMAIN d SET NOT NULL',
    "ALTER DOMAIN d ADD CHECK (VALUE IN ('a'))",
    "ALTER DOMAIN d ADD CHECK (VALUE IN ('a')) NOT VALID",
  ],
  'a column that gets two types in one statement': [
    'CREATE TABLE t (c text)',
    'ALTER TABLE t ALTER c TYPE text, ALTER c TYPE int USING c::int',
    'ALTER TABLE t ALTER c TYPE text USING c::text, ALTER c TYPE varchar',
  ],
  'a condition over varchar, then over text': [
    "CREATE TYPE s AS ENUM ('a')",
    "CREATE TABLE t (c varchar CHECK (c IN ('a')))",
    'ALTER TABLE t ALTER c TYPE text',
    'ALTER TABLE t ALTER c TYPE s USING c::s',
  ],
  'the key of a foreign key gets another type': [
    "CREATE TYPE s AS ENUM ('a')",
    'CREATE TABLE t (c s PRIMARY KEY)',
    'CREATE TABLE u (c s REFERENCES t)',
    'ALTER TABLE t ALTER c TYPE text USING c::text',
  ],
  'what is not immutable': [
    "CREATE TYPE s AS ENUM ('a')",
    'CREATE TABLE t (c s)',
    'ALTER TABLE t ADD d text GENERATED ALWAYS AS (c::text) STORED',
    "CREATE INDEX ON t (c) WHERE c::text IN ('a')",
  ],
  'the type of a partition key goes': [
    "CREATE TYPE s AS ENUM ('a')",
    'CREATE TABLE t (c s, d text) PARTITION BY LIST (c)',
    'DROP TYPE s',
    'DROP TYPE s CASCADE',
  ],
  'NOT NULL, inherited and declared': [
    'CREATE TABLE t (c text NOT NULL)',
    'CREATE TABLE u (c text NOT NULL) INHERITS (t)',
  ],
  'NOT NULL under two names': [
    'CREATE TABLE t (c text NOT NULL)',
    'CREATE TABLE u (CONSTRAINT k NOT NULL c, LIKE t)',
  ],
  'LIKE and INHERITS of the same table': [
    "CREATE TABLE t (c text CHECK (c = 'a'))",
    'CREATE TABLE u (LIKE t INCLUDING ALL) INHERITS (t)',
  ],
  'a renamed label in conditions': [
    "CREATE TYPE s AS ENUM ('a', 'b')",
    "CREATE DOMAIN d AS s CHECK (VALUE IN ('a', 'b'))",
    "CREATE TABLE t (c s CHECK (c IN ('a')), e s CHECK (e::text IN ('a')))",
    "ALTER TYPE s RENAME VALUE 'a' TO 'x'",
  ],
  'a new label within a subtransaction': [
    "CREATE TYPE s AS ENUM ('a')",
    "ALTER TYPE s ADD VALUE 'b'",
    "CREATE TABLE t (c s DEFAULT 'b')",
  ],
  'a missing type comes before a column twice': [
    'DO $$ BEGIN CREATE TABLE t (c text, c text, d nope); EXCEPTION WHEN undefined_object THEN CREATE TABLE u (); END $$',
  ],
  'a missing source comes before a name that is taken': [
    'CREATE TABLE t ()',
    'DO $$ BEGIN CREATE TABLE t (LIKE u); EXCEPTION WHEN undefined_table THEN CREATE TABLE v (); END $$',
  ],
  'a name that is taken comes before a missing base': [
    "CREATE TYPE s AS ENUM ('a')",
    'DO $$ BEGIN CREATE DOMAIN s AS nope; EXCEPTION WHEN duplicate_object THEN CREATE TABLE v (); END $$',
  ],
  'a missing composite type is a missing relation': [
    'DO $$ BEGIN ALTER TYPE s RENAME ATTRIBUTE a TO b; EXCEPTION WHEN undefined_table THEN CREATE TABLE v (); END $$',
  ],
  'constants in views': [
    "CREATE TYPE s AS ENUM ('a')",
    'CREATE TABLE t (c s)',
    "CREATE VIEW v AS SELECT 'x'::s AS c",
    "CREATE VIEW v AS SELECT c FROM t WHERE c IN ('a', 'x')",
    "CREATE VIEW v AS SELECT c FROM t WHERE c IN ('a')",
  ],
  'what a view can not be of': [
    'CREATE TABLE t (c text)',
    'CREATE INDEX i ON t (c)',
    'CREATE TEMP TABLE u (c text)',
    'CREATE VIEW v AS SELECT * FROM i',
    'CREATE MATERIALIZED VIEW v AS SELECT * FROM u',
    'CREATE VIEW v AS SELECT * FROM u',
  ],
  'ALTER VIEW renames a column of a table': ['CREATE TABLE t (c text)', 'ALTER VIEW t RENAME COLUMN c TO d'],
  'NOT OF what is not typed; VALIDATE of a key': [
    'CREATE TABLE t (c text PRIMARY KEY)',
    'ALTER TABLE t NOT OF',
    'ALTER TABLE t VALIDATE CONSTRAINT t_pkey',
  ],
  'a serial column goes with its sequence and default': [
    'CREATE TABLE t (c bigserial PRIMARY KEY, d text)',
    'ALTER TABLE t DROP CONSTRAINT t_pkey, DROP COLUMN c, ADD PRIMARY KEY (d)',
  ],
  'indexes of partitions': [
    'CREATE TABLE t (c text, d int) PARTITION BY LIST (c)',
    'CREATE TABLE u PARTITION OF t DEFAULT',
    'CREATE INDEX i ON ONLY t (d)',
    'CREATE INDEX j ON u (d)',
    'ALTER INDEX i ATTACH PARTITION j',
    'DROP INDEX j',
    'DROP INDEX i',
  ],
  'functions that are not there': [
    'SELECT nope()',
    'DO $$ BEGIN PERFORM nope(); END $$',
    'CREATE TABLE t (c text DEFAULT nope())',
    'CREATE TABLE t (c text DEFAULT lower($$A$$))',
    'DO $$ BEGIN SELECT 1; END $$',
  ],
  'a domain over an enum has no operators': [
    "CREATE TYPE s AS ENUM ('a', 'b')",
    "CREATE DOMAIN d AS s CHECK (VALUE IN ('a'))",
    "CREATE DOMAIN e AS d CHECK (VALUE = 'a')",
    "CREATE TABLE t (c d CHECK (c IN ('a')))",
    "CREATE TABLE t (c d CHECK (c::text IN ('a')))",
    'CREATE TABLE u (c d)',
    "ALTER TABLE u ADD CHECK (c = 'a')",
    "CREATE INDEX ON u (c) WHERE c = 'a'",
  ],
  'a column dropped and added if it does not exist, in one statement': [
    'CREATE TABLE t (c text, d text)',
    'ALTER TABLE t DROP COLUMN c, ADD COLUMN IF NOT EXISTS c serial, ADD COLUMN IF NOT EXISTS d serial',
  ],
  'children of what is temporary': [
    'CREATE TEMP TABLE t (c text)',
    'CREATE TABLE public.u () INHERITS (t)',
    'CREATE TABLE public.u (c text)',
    'ALTER TABLE public.u INHERIT t',
    'CREATE TEMP TABLE v () INHERITS (t)',
  ],
  'ATTRIBUTE of an enum': [
    "CREATE TYPE s AS ENUM ('a')",
    'DO $$ BEGIN ALTER TYPE s ADD ATTRIBUTE c int; EXCEPTION WHEN undefined_table THEN NULL; END $$',
  ],
  'the name of the table is its row': [
    "CREATE TABLE t (c text, CHECK (t::text <> 'x'))",
    'CREATE TABLE u (u text, CHECK (u = $$a$$))',
  ],
  'two sequences of one name come before a column twice': [
    'DO $$ BEGIN CREATE TABLE t (c serial, c serial); EXCEPTION WHEN duplicate_table THEN CREATE TABLE u (); END $$',
  ],
  'a generated column as partition key': [
    'CREATE TABLE t (c int, d int GENERATED ALWAYS AS (c) STORED) PARTITION BY LIST (d)',
  ],
  'a missing schema is no missing table': [
    'DO $$ BEGIN ALTER TABLE nope.t DROP COLUMN c; EXCEPTION WHEN undefined_table THEN NULL; END $$',
    'DO $$ BEGIN CREATE TABLE t (LIKE nope.t); EXCEPTION WHEN invalid_schema_name THEN CREATE TABLE u (); END $$',
  ],
  'RENAME COLUMN of a composite type': ['CREATE TYPE t AS (c text)', 'ALTER TABLE t RENAME COLUMN c TO e'],
  'RENAME ATTRIBUTE of a table': ['CREATE TABLE t (c text)', 'ALTER TYPE t RENAME ATTRIBUTE c TO d'],
  'an identity column is a number': [
    'CREATE TABLE t (c int GENERATED ALWAYS AS IDENTITY)',
    'ALTER TABLE t ALTER c TYPE text',
    'ALTER TABLE t ALTER c TYPE bigint',
  ],
  'a label set in pg_enum': [
    "CREATE TYPE s AS ENUM ('a', 'b')",
    "UPDATE pg_enum SET enumlabel = 'x' WHERE enumlabel = 'a' AND enumtypid = 's'::regtype",
    "UPDATE pg_enum SET enumlabel = 'x' WHERE enumtypid = 'nope'::regtype",
    "UPDATE pg_enum SET enumlabel = 'x' WHERE enumlabel = 'b' AND enumtypid = 's'::regtype",
  ],
}
