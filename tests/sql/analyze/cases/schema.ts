/** The database that the cases are about. */
export const SCHEMA = `
CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('ok', 'sad', 'it''s', 'a b', 'é😀', 'back\\slash', 'NULL');
CREATE TYPE app.status AS ENUM ('ok', 'on', 'off');
CREATE TYPE status AS ENUM ('ok', 'open', 'closed');
CREATE DOMAIN dmood AS mood;
CREATE DOMAIN color AS text CHECK (VALUE IN ('red', 'blue'));
CREATE DOMAIN moods AS mood[];
CREATE TYPE pair AS (m mood, n int);
CREATE TYPE mood_range AS RANGE (subtype = mood);
CREATE TABLE ws (
  id int PRIMARY KEY, status mood NOT NULL DEFAULT 'ok', name text, tags mood[], pr pair, prs pair[], d dmood, c color,
  kind text CHECK (kind IN ('a', 'b')), level varchar(10) CHECK (level = ANY (ARRAY['low', 'high'])), few mood CHECK (few IN ('ok', 'sad')),
  old text, span mood_range
);
ALTER TABLE ws ADD CONSTRAINT ws_old_check CHECK (old IN ('x', 'y')) NOT VALID;
CREATE TABLE other (id int, status text, ws_id int, mood mood);
CREATE TABLE generated (m mood, g text GENERATED ALWAYS AS ($$g$$) STORED, n mood);
CREATE TABLE app.ws (id int, status app.status, "Status" status);
CREATE TABLE parts (t text, m mood, n int) PARTITION BY LIST (m);
CREATE TABLE spans (m mood, n int) PARTITION BY RANGE (n, m);
CREATE VIEW v AS SELECT id, status AS state, kind FROM ws;
CREATE FUNCTION set_mood(m mood, n int DEFAULT 1) RETURNS mood LANGUAGE sql AS 'SELECT m';
CREATE FUNCTION set_mood(t text, u text, v text) RETURNS text LANGUAGE sql AS 'SELECT t';
CREATE FUNCTION many(VARIADIC ms mood[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION rows_of(m mood) RETURNS TABLE (state mood, label text) LANGUAGE sql AS 'SELECT m, m::text';
CREATE FUNCTION ws_of(m mood) RETURNS SETOF ws LANGUAGE sql AS 'SELECT * FROM ws';
CREATE PROCEDURE touch(m mood, INOUT n int DEFAULT 1) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
`
