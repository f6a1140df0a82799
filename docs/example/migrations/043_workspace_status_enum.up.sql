-- workspaces.status was free text. From here on Postgres holds it to the values
-- that a workspace can have.

BEGIN;

-- Two names from the first weeks.
UPDATE workspaces SET status = 'removed' WHERE status = 'deleted';
UPDATE workspaces SET status = 'provisioning' WHERE status IN ('new', 'starting');

CREATE TYPE workspace_status AS ENUM (
  'provisioning',
  'online',
  'offline',
  'degraded',
  'failed',
  'removed',
  'paused',
  'hibernated'
);

ALTER TABLE workspaces ALTER COLUMN status DROP DEFAULT;
ALTER TABLE workspaces
  ALTER COLUMN status TYPE workspace_status USING status::workspace_status;
ALTER TABLE workspaces
  ALTER COLUMN status SET DEFAULT 'provisioning'::workspace_status;

COMMIT;
