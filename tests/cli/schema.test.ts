import { describe, expect, it } from 'vitest'
import { Files } from '../project/files.js'
import { run } from './run.js'

const migrations = {
  'db/001_init.sql': `CREATE TYPE status AS ENUM ('on', 'off', 'broken');
CREATE TYPE unused AS ENUM ();
CREATE DOMAIN size AS text CHECK (VALUE IN ('S', 'M'));
CREATE TABLE machines (
  id int,
  status status NOT NULL,
  past status[],
  size size,
  "Kind" text CHECK ("Kind" IN ('a', 'b''c'))
);
`,
  'db/002_half.sql': `ALTER TYPE status ADD VALUE 'half' AFTER 'on';
ALTER TYPE status RENAME VALUE 'broken' TO 'failed';
CREATE VIEW running AS SELECT id, status FROM machines;
`,
  'db/003_drop.sql': 'DROP TYPE unused;\nALTER TABLE machines DROP COLUMN past;\n',
}

describe('pg-enum schema', () => {
  it('shows value sets, where they come from, and what has them', async () => {
    const { dir } = new Files(migrations)
    const { code, stdout, stderr } = await run(dir, 'schema', '--migrations', 'db')
    expect(stderr).toBe('')
    expect(stdout).toMatchSnapshot()
    expect(code).toBe(0)
  })

  it('shows what could not be read', async () => {
    const { dir } = new Files({
      'migrations/1.sql': "CREATE TYPE a AS ENUM ('x');\nALTER TYPE a ADD VLUE 'y';",
    })
    const { stdout } = await run(dir, 'schema')
    expect(stdout).toMatch(/^Unread.*\n\n {2}migrations\/1\.sql:2 {2}.*VLUE/m)
  })

  it('says where there is nothing', async () => {
    const { dir } = new Files({ 'migrations/1.sql': 'CREATE TABLE t (a text);' })
    expect((await run(dir, 'schema')).stdout).toBe(
      'No enum, and nothing else that limits strings to a list.\n',
    )
  })

  it('prints JSON, the same for the same folder by any name', async () => {
    const { dir } = new Files(migrations)
    const { code, stdout } = await run(dir, 'schema', '--json', '--migrations', 'db')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchSnapshot()
    const other = await run('/', 'schema', '--json', '--cwd', dir, '--migrations', './db/', '--tool', 'plain')
    expect(other.stdout).toBe(stdout)
  })

  it.each([['001_init'], ['001_init.sql'], ['db/001_init.sql']])('stops after %s', async (name) => {
    const { dir } = new Files(migrations)
    const { stdout } = await run(dir, 'schema', '--json', '--migrations', 'db', '--until', name)
    const { enums } = JSON.parse(stdout) as { enums: { name: string; labels: string[] }[] }
    expect(enums.map((one) => [one.name, ...one.labels].join(' '))).toEqual([
      'status on off broken',
      'unused',
    ])
  })

  it.each([
    ['db/001_init.sql:1'],
    ['db/002_half.sql:1'],
    ['002_half.sql:2'],
    ['db/001_init.sql:7'],
    ['001_init.sql:2'],
    ['db/001_init.sql:9'],
    ['db/003_drop.sql:2'],
  ])('tells the story of %s', async (at) => {
    const { dir } = new Files(migrations)
    const { code, stdout, stderr } = await run(dir, 'schema', '--migrations', 'db', '--at', at)
    expect(stderr).toBe('')
    expect(stdout).toMatchSnapshot()
    expect(code).toBe(0)
  })

  it.each<[string[], RegExp]>([
    [['--until', '002_haff'], /called "002_haff"\. Did you mean "002_half\.sql"/],
    [['--until', 'zzz'], /called "zzz"\. The last is "003_drop\.sql"\./],
    [['--at', 'db/001_init.sql'], /^--at takes FILE:LINE, but was given "db\/001_init\.sql"\./],
    [['--at', 'db/004.sql:1'], /^"db\/004\.sql" is not among the 3 migrations\./],
    [['--tool', 'gose'], /^"gose" is not a migration tool\./],
    [['--migrations', 'nowhere'], /^The folder of migrations nowhere can't be read/],
  ])('says what is wrong with %j', async (argv, message) => {
    const { dir } = new Files(migrations)
    const where = argv.includes('--migrations') ? [] : ['--migrations', 'db']
    const { code, stdout, stderr } = await run(dir, 'schema', ...where, ...argv)
    expect(stderr).toMatch(message)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('says how to point at the migrations where none are found', async () => {
    const { code, stderr } = await run(new Files().dir, 'schema')
    expect(stderr).toMatch(/^No SQL migrations .*--migrations DIR\.\n$/)
    expect(code).toBe(2)
  })
})
