-- The process inside a workspace. Its status is the agent's own word and stays text.
CREATE TABLE agents (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  version text NOT NULL,
  status text NOT NULL DEFAULT 'awaiting_agent',
  registered_at timestamptz
);
