import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { bundleMigrationsRun } from '../../bench/bundle.js'
import type { FrozenCatalog } from '../../src/catalog/frozen.js'
import type { Relation } from '../../src/catalog/model.js'
import { catalogToJson } from '../../src/catalog/json.js'
import { Projects } from '../../src/project.js'
import { Files } from './files.js'

/** A program that reads the migrations of a folder, as another process does. */
let runner: string
beforeAll(async () => {
  runner = await bundleMigrationsRun(`node_modules/.cache/migrations-run-${process.pid}/run.mjs`)
})
afterAll(() => rmSync(dirname(runner), { recursive: true }))

const migrations = {
  'migrations/1.sql': `CREATE TYPE status AS ENUM ('on', 'off');
CREATE DOMAIN size AS text CHECK (VALUE IN ('S', 'M'));
CREATE TABLE machines (id int PRIMARY KEY, status status NOT NULL, size size, kind text CHECK (kind IN ('a', 'b')));
CREATE VIEW running AS SELECT id, status FROM machines WHERE status = 'on';
CREATE FUNCTION f(status) RETURNS text LANGUAGE sql AS $$ SELECT $1::text $$;`,
  'migrations/2.sql': `DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'extra') THEN
  EXECUTE 'CREATE TYPE extra AS ENUM (''x'')'; END IF; END $$;
ALTER TYPE status RENAME VALUE 'off' TO 'out';`,
}

class Setup extends Files {
  constructor() {
    super(migrations)
    mkdirSync(this.path('node_modules'))
  }

  /** The catalog as a new process has it. */
  catalog(searchPath = ['public']): FrozenCatalog {
    const { catalog, problems } = new Projects().for(
      this.path('a.ts'),
      { migrations: 'migrations', searchPath },
      this.dir,
    )
    expect(problems).toEqual([])
    return catalog as FrozenCatalog
  }

  /** Whether another process needs the parser. */
  async parserIn(): Promise<boolean> {
    const { stdout } = await promisify(execFile)(process.execPath, [runner, 'warm', this.dir])
    return (JSON.parse(stdout) as { parser: boolean }).parser
  }

  files(): string[] {
    return readdirSync(this.folder).map((name) => join(this.folder, name))
  }

  get folder(): string {
    return this.path('node_modules/.cache/eslint-plugin-pg-enum')
  }
}

/** What the model names of a relation of another catalog. */
function shown(catalog: FrozenCatalog, { oid }: Relation): Relation {
  const { kind, schema, name, columns, constraints, rowType, ...more } = catalog.relationByOid(oid)!
  const { parents, isPartition, temporary, complete, origin } = more
  return {
    oid,
    kind,
    schema,
    name,
    columns: columns.map(({ attnum, name, type, notNull, hasDefault, generated, origin, former }) => ({
      ...{ attnum, name, type, notNull, hasDefault, generated, origin },
      ...(former === undefined ? {} : { former }),
    })),
    constraints: constraints.map((each) => {
      const { oid, name, columns, origin } = each
      if (each.kind !== 'check') return { oid, kind: each.kind, name, columns, origin }
      const { values, notValid } = each
      return {
        ...{ oid, kind: each.kind, name, columns, origin },
        ...(values === undefined ? {} : { values }),
        ...(notValid === undefined ? {} : { notValid }),
      }
    }),
    ...{ rowType, parents, isPartition, temporary, complete, origin },
  }
}

describe('what is kept on disk', () => {
  it('spares the next process the parser, until a migration changes', async () => {
    const files = new Setup()
    expect(await files.parserIn()).toBe(true)
    expect(await files.parserIn()).toBe(false)
    files.write({ 'migrations/2.sql': `-- why\n${migrations['migrations/2.sql']}\n-- that is all\n` })
    expect(await files.parserIn()).toBe(true)
    files.write({ 'migrations/2.sql': `-- how\n${migrations['migrations/2.sql']} /* that's all */\n` })
    expect(await files.parserIn()).toBe(false)
    files.write({ 'migrations/3.sql': "ALTER TYPE status ADD VALUE 'half';" })
    expect(await files.parserIn()).toBe(true)
    expect(await files.parserIn()).toBe(false)
  })

  it('spares it the parser too when only times have changed, as in a fresh clone', async () => {
    const files = new Setup()
    expect(await files.parserIn()).toBe(true)
    files.write(migrations)
    expect(await files.parserIn()).toBe(false)
  })

  it('is the same catalog', () => {
    const files = new Setup()
    const made = files.catalog()
    const kept = files.catalog()
    expect(kept).not.toBe(made)
    expect(kept.toJson()).toBe(made.toJson())
    expect(catalogToJson(kept)).toEqual(catalogToJson(made))
    expect([...kept.schemas()]).toEqual([...made.schemas()])
    expect(kept.findFunctions({ name: 'f' })).toHaveLength(1)
    expect(made.findFunctions({ name: 'f' })).toMatchObject(kept.findFunctions({ name: 'f' }))
  })

  it('holds all that a catalog shows of its objects', () => {
    const files = new Setup()
    files.write({
      'migrations/3.sql': `CREATE TYPE point3 AS (x int, s status);
CREATE TYPE span AS RANGE (subtype = int);
CREATE DOMAIN sizes AS size[];
CREATE TABLE events (kind text NOT NULL, at date, states status[] DEFAULT '{}', n int GENERATED ALWAYS AS (1) STORED)
  PARTITION BY LIST (kind);
CREATE TABLE events_a PARTITION OF events FOR VALUES IN ('a');
CREATE INDEX ON events (kind) WHERE kind <> 'b';
CREATE MATERIALIZED VIEW seen AS SELECT *, missing.* FROM events, missing;
CREATE SEQUENCE numbers;
ALTER TABLE machines DROP CONSTRAINT machines_kind_check, ADD CHECK (kind IN ('b', 'c')) NOT VALID,
  ADD UNIQUE (id, kind), ADD FOREIGN KEY (id) REFERENCES machines;
ALTER TABLE machines ALTER kind TYPE status USING kind::status;
CREATE FUNCTION same(status, text) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR = (LEFTARG = status, RIGHTARG = text, FUNCTION = same, NEGATOR = <>);
CREATE CAST (text AS status) WITH INOUT AS ASSIGNMENT;
CREATE PROCEDURE p(INOUT a int, VARIADIC b status[]) LANGUAGE sql AS 'SELECT 1';`,
    })
    const made = files.catalog()
    const kept = files.catalog()
    expect(kept).not.toBe(made)
    expect([...kept.relations()].map((each) => each.kind)).toEqual(
      [...made.relations()].map((each) => each.kind),
    )
    for (const relation of kept.relations()) expect(shown(made, relation)).toEqual(relation)
    for (const type of kept.types()) {
      expect(made.typeByOid(type.oid)).toMatchObject(kept.typeByOid(type.oid)!)
      expect(made.findType(type)).toMatchObject(kept.findType(type)!)
    }
    expect([...made.functions()]).toMatchObject([...kept.functions()])
    expect([...made.operators()]).toEqual([...kept.operators()])
    expect([...kept.operators()]).toHaveLength(2)
    expect([...made.casts()]).toEqual([...kept.casts()])
    expect([...kept.casts()]).toHaveLength(1)
    expect(kept.findRelation({ name: 'seen' })?.complete).toBe(false)
    expect(kept.findRelation({ name: 'machines' })?.columns.at(-1)?.former).toHaveLength(4)
  })

  it('is not taken for that of another search path', () => {
    const files = new Setup()
    files.catalog()
    expect(files.catalog(['app', 'public']).searchPath).toEqual(['app', 'public'])
  })

  it.each<[string, (content: string) => string]>([
    ['cut', (content) => content.slice(0, -20)],
    ['changed', (content) => content.replace("'on'", "'no'").replace('"on"', '"no"')],
    ['empty', () => ''],
    ['something else', () => '{"a":1}\n[]\n'],
  ])('is made anew when it is %s', (_, damage) => {
    const files = new Setup()
    const made = files.catalog().toJson()
    expect(files.files()).toHaveLength(4)
    for (const file of files.files()) writeFileSync(file, damage(readFileSync(file, 'utf8')))
    expect(files.catalog().toJson()).toBe(made)
    expect(files.catalog().toJson()).toBe(made)
  })

  it('is not there, and not missed, without node_modules', () => {
    const files = new Files(migrations)
    const { catalog } = new Projects().for(files.path('a.ts'), undefined, files.dir)
    expect(catalog).toBeDefined()
    expect(readdirSync(files.dir).sort()).toEqual(['migrations', 'package.json'])
  })
})

describe('a migration set that changes while it is watched', () => {
  const steps: [string, Record<string, string>][] = [
    ['the newest migration is written', { 'migrations/2.sql': "ALTER TYPE status ADD VALUE 'half';" }],
    ['one is added', { 'migrations/3.sql': 'ALTER TABLE machines RENAME TO engines; DROP VIEW running;' }],
    ['the one before the newest changes', { 'migrations/2.sql': 'ALTER TABLE machines DROP COLUMN kind;' }],
    ['a comment changes', { 'migrations/2.sql': 'ALTER TABLE machines DROP COLUMN kind; -- gone' }],
    [
      'the newest is broken, and rolls back what others have done',
      { 'migrations/3.sql': 'ROLLBACK; CREATE TYPE status AS ENUM (); ALTER TABLE' },
    ],
    [
      'the first changes',
      {
        'migrations/1.sql': "CREATE TYPE status AS ENUM ('up'); CREATE TABLE machines (a int, kind status);",
      },
    ],
    [
      'the newest is mended',
      { 'migrations/3.sql': "SET search_path = other; CREATE TABLE t (s public.status DEFAULT 'up');" },
    ],
  ]

  // How long a look takes decides when the next one is due: here, each takes no time.
  beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => vi.useRealTimers())

  it.each([true, false])('has the catalog that a new process makes (node_modules: %s)', (withCache) => {
    const files = withCache ? new Setup() : new Files(migrations)
    const watching = new Projects()
    const read = (projects: Projects): FrozenCatalog =>
      projects.for(files.path('a.ts'), { migrations: 'migrations' }, files.dir).catalog as FrozenCatalog
    read(watching)
    for (const [what, changed] of steps) {
      files.write(changed)
      const fresh = new Files({})
      for (const name of ['1', '2', '3']) {
        const path = `migrations/${name}.sql`
        if (existsSync(files.path(path))) fresh.write({ [path]: readFileSync(files.path(path), 'utf8') })
      }
      const { catalog } = new Projects().for(fresh.path('a.ts'), { migrations: 'migrations' }, fresh.dir)
      expect(read(watching).toJson(), what).toBe((catalog as FrozenCatalog).toJson())
    }
  })
})
