ALTER TABLE workspaces DROP COLUMN idle_since;
DROP TABLE jobs;
