CREATE TABLE jobs (
  id bigserial PRIMARY KEY,
  workspace_id uuid REFERENCES workspaces (id) ON DELETE SET NULL,
  task text NOT NULL,
  status text NOT NULL DEFAULT 'queued',
  attempts integer NOT NULL DEFAULT 0,
  run_at timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE workspaces ADD COLUMN idle_since timestamptz;
