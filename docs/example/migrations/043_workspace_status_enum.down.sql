BEGIN;

ALTER TABLE workspaces ALTER COLUMN status DROP DEFAULT;
ALTER TABLE workspaces ALTER COLUMN status TYPE text USING status::text;
ALTER TABLE workspaces ALTER COLUMN status SET DEFAULT 'provisioning';

DROP TYPE workspace_status;

COMMIT;
