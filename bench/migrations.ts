// What reading 1,000 migrations costs, cold, warm, and after one was touched: `npm run bench:migrations`. Prints medians
// and the bounds they must keep; ends with 1 where one is broken. Each run is a process of its own.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleMigrationsRun } from './bundle.js'

const COUNT = 1_000
const repeats = Number(process.argv[2] ?? 5)
const runner = await bundleMigrationsRun('dist/bench/migrations-run.js')

/** A table with its enum, its indexes and a comment. */
function createTable(table: string, parent: string | undefined): string {
  return `-- What ${table} is about
CREATE TYPE ${table}_status AS ENUM ('pending', 'active', 'paused', 'failed');
CREATE TABLE ${table} (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL${parent === undefined ? '' : ` REFERENCES ${parent} (id) ON DELETE CASCADE`},
  name varchar(255) NOT NULL,
  description text,
  status ${table}_status NOT NULL DEFAULT 'pending',
  plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'team', 'enterprise')),
  settings jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, name)
);
CREATE INDEX ${table}_status_idx ON ${table} (status, created_at DESC) WHERE status <> 'failed';
COMMENT ON TABLE ${table} IS 'Rows that belong to an organization';
`
}

function alterTable(table: string): string {
  return `ALTER TYPE ${table}_status ADD VALUE IF NOT EXISTS 'removed' AFTER 'paused';
ALTER TABLE ${table} ADD COLUMN kind text, ADD COLUMN retries integer NOT NULL DEFAULT 0;
ALTER TABLE ${table} RENAME COLUMN kind TO sort;
UPDATE ${table} SET sort = 'other' WHERE sort IS NULL AND created_at < now() - interval '1 day';
ALTER TABLE ${table} ALTER COLUMN sort SET NOT NULL;
CREATE UNIQUE INDEX ${table}_sort ON ${table} (organization_id, lower(sort));
INSERT INTO ${table} (organization_id, name, sort, plan)
  SELECT id, 'default', 'other', 'free' FROM ${table} WHERE description IS NOT NULL ON CONFLICT DO NOTHING;
`
}

function createView(table: string): string {
  return `CREATE OR REPLACE VIEW ${table}_active AS
  SELECT t.id, t.name, t.status, count(*) OVER (PARTITION BY t.organization_id) AS total
  FROM ${table} t
  WHERE t.status = 'active' AND t.plan IN ('team', 'enterprise');
CREATE FUNCTION ${table}_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END
$$;
CREATE TRIGGER ${table}_touched BEFORE UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_touch();
`
}

/** A migration of some 1.7 KB, the average over the 770 of five public projects. */
function migration(n: number): string {
  const [a, b] = [`a_${n}`, `b_${n}`]
  return [
    createTable(a, n === 0 ? undefined : `a_${n - 1}`),
    n % 3 === 0 ? createTable(b, a) : '',
    n % 3 === 1 ? createView(a) : '',
    n % 3 === 2 ? alterTable(a) + alterTable(`a_${n - 1}`) : '',
  ].join('\n')
}

function run(kind: string, dir: string): { took: number; parser: boolean } {
  const out = execFileSync(process.execPath, [runner, kind, dir], { encoding: 'utf8' })
  return JSON.parse(out) as { took: number; parser: boolean }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!
}

const dir = mkdtempSync(join(tmpdir(), 'pg-enum-bench-'))
try {
  mkdirSync(join(dir, 'migrations'))
  mkdirSync(join(dir, 'node_modules'))
  const path = (n: number): string => join(dir, 'migrations', `${String(n).padStart(4, '0')}_change.sql`)
  for (let n = 0; n < COUNT; n++) writeFileSync(path(n), migration(n))

  const times = { parser: [], cold: [], warm: [], touched: [] } as Record<string, number[]>
  let lazy = true
  for (let round = 0; round < repeats; round++) {
    rmSync(join(dir, 'node_modules/.cache'), { recursive: true, force: true })
    times.parser!.push(run('parser', dir).took)
    times.cold!.push(run('cold', dir).took)
    const warm = run('warm', dir)
    times.warm!.push(warm.took)
    lazy &&= !warm.parser
    writeFileSync(path(500), `${migration(500)}-- ${round}\n`)
    times.touched!.push(run('touched', dir).took)
  }

  const [parser, cold, warm, touched] = Object.values(times).map(median) as [number, number, number, number]
  const checks: [string, boolean][] = [
    [`libpg-query alone ${parser.toFixed(0)} ms`, true],
    [
      `cold ${cold.toFixed(0)} ms, ${(cold / parser).toFixed(2)} times that; at most 1.5`,
      cold <= 1.5 * parser,
    ],
    [`warm ${warm.toFixed(0)} ms, ${(warm / cold).toFixed(3)} of cold; at most 0.1`, warm <= 0.1 * cold],
    [
      `one touched ${touched.toFixed(0)} ms, ${(touched / cold).toFixed(3)} of cold; at most 0.1`,
      touched <= 0.1 * cold,
    ],
    ['a warm start does not load the parser', lazy],
  ]
  for (const [text, holds] of checks) console.log(`${holds ? 'ok    ' : 'BROKEN'} ${text}`)
  if (checks.some(([, holds]) => !holds)) process.exitCode = 1
} finally {
  rmSync(dir, { recursive: true, force: true })
}
