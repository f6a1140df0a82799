/** What the tests of SQL in code are about. */
export const DDL = `
CREATE SCHEMA auth;
CREATE TYPE status AS ENUM ('online', 'offline', 'failed');
CREATE TYPE size AS ENUM ('small', 'it''s big');
CREATE TABLE workspaces (
  id bigint,
  name text,
  status status,
  history status[],
  created_at timestamptz
);
CREATE TABLE agents (
  id bigint,
  workspace_id bigint,
  status text,
  size size
);
CREATE TABLE auth.users (
  id bigint,
  status status
);
`
