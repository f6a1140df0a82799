CREATE TYPE workspace_status AS ENUM ('provisioning', 'online', 'offline', 'failed');
CREATE TYPE agent_kind AS ENUM ('build', 'review');
CREATE SCHEMA auth;
CREATE TYPE auth.user_role AS ENUM ('admin', 'member');
CREATE TABLE workspaces (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  status workspace_status NOT NULL DEFAULT 'provisioning',
  history workspace_status[] NOT NULL DEFAULT '{}',
  plan text NOT NULL CHECK (plan IN ('free', 'paid')),
  settings jsonb NOT NULL DEFAULT '{}',
  owner_id bigint
);
CREATE TABLE agents (
  id bigint PRIMARY KEY,
  workspace_id bigint NOT NULL REFERENCES workspaces,
  agent_kind agent_kind NOT NULL,
  last_status workspace_status,
  status text NOT NULL
);
CREATE FUNCTION set_status(workspace bigint, new_status workspace_status, seen workspace_status[] DEFAULT '{}') RETURNS void
  LANGUAGE sql AS 'UPDATE workspaces SET status = new_status WHERE id = workspace';
CREATE FUNCTION pick(kind agent_kind) RETURNS bigint LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION pick(kind text) RETURNS bigint LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION set_plan(workspace bigint, new_plan text) RETURNS void
  LANGUAGE sql AS 'UPDATE workspaces SET plan = new_plan WHERE id = workspace';
CREATE TABLE auth.users (
  id bigint PRIMARY KEY,
  email text NOT NULL,
  user_role auth.user_role NOT NULL
);
CREATE FUNCTION auth.grant_role(member bigint, granted auth.user_role) RETURNS void LANGUAGE sql AS '';
