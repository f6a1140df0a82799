-- Postgres can't drop a value of an enum.
SELECT 1;
