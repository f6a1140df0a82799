DROP TABLE workspace_events;
