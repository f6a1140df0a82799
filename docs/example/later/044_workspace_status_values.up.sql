-- The two values that the code had been writing all along.
ALTER TYPE workspace_status ADD VALUE IF NOT EXISTS 'awaiting_agent' AFTER 'provisioning';
ALTER TYPE workspace_status ADD VALUE IF NOT EXISTS 'hibernating' BEFORE 'hibernated';
