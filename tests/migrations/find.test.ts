import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findMigrations, MigrationFinder, readMigrationSet } from '../../src/migrations/discover.js'
import { folderWith, type Files } from './folders.js'

const SQL = "CREATE TYPE status AS ENUM ('open');\n"
const journal = (dialect: string): string =>
  JSON.stringify({ dialect, entries: [{ idx: 0, when: 1, tag: '0000_a' }] })

/** What is found from `from` in a repository of `files`: the folder's path, else the problem's message. */
function found(files: Files, from: string): string {
  const root = folderWith({ '.git/HEAD': '', ...files })
  const { dir, problems } = findMigrations(join(root, from))
  return dir === undefined ? problems.map(({ message }) => message).join(' ') : dir.slice(root.length + 1)
}

describe('by convention, from the file upward', () => {
  test.each([
    ['migrations/001_a.sql', 'src/app.ts', 'migrations'],
    ['db/migrations/001_a.sql', 'src/deep/er/app.ts', 'db/migrations'],
    ['database/migrations/001_a.sql', 'app.ts', 'database/migrations'],
    ['supabase/migrations/20240101000000_a.sql', 'app/page.tsx', 'supabase/migrations'],
    ['prisma/migrations/20240101000000_a/migration.sql', 'src/app.ts', 'prisma/migrations'],
    ['sql/migrations/001_a.sql', 'src/app.ts', 'sql/migrations'],
    ['src/db/migrations/001_a.sql', 'src/app.ts', 'src/db/migrations'],
    ['schema/migrations/001_a.sql', 'src/app.ts', 'schema/migrations'],
    ['hasura/migrations/default/1_a/up.sql', 'src/app.ts', 'hasura/migrations/default'],
    ['cmd/tool/migrations/001_a.sql', 'web/app.ts', 'cmd/tool/migrations'],
    ['packages/db/migrations/001_a.sql', 'apps/web/src/app.ts', 'packages/db/migrations'],
    [
      'common/persistence/src/main/resources/db/migration/V1__a.sql',
      'ui/src/app.ts',
      'common/persistence/src/main/resources/db/migration',
    ],
    ['server/src/storage/migrations/001_a.sql', 'web/app.ts', 'server/src/storage/migrations'],
    ['migrations/postgres/001_a.sql', 'src/app.ts', 'migrations/postgres'],
  ])('%s from %s', (file, from, expected) => {
    expect(found({ [file]: SQL }, from)).toBe(expected)
  })

  test('not the SQL that migrations in another language use', () => {
    const files = { 'migrations/20240101-a.js': 'export const up = () => 1', 'migrations/scripts/f.sql': SQL }
    expect(found(files, 'src/app.ts')).toMatch(
      /"migrations" is none: its migrations are written in JavaScript/,
    )
  })

  test.each([
    ['Flyway', { 'database/sql/V001__a.sql': SQL, 'database/sql/V002__b.sql': SQL }, 'database/sql'],
    [
      'golang-migrate',
      { 'internal/store/1_a.up.sql': SQL, 'internal/store/1_a.down.sql': '' },
      'internal/store',
    ],
    ['sql-migrate', { 'sql/1_a.sql': `-- +migrate Up\n${SQL}`, 'queries/1_b.sql': SQL }, 'sql'],
    ['goose', { 'store/sql/1_a.sql': `-- +goose Up\n${SQL}` }, 'store/sql'],
    ['dbmate', { 'store/sql/1_a.sql': `-- migrate:up\n${SQL}` }, 'store/sql'],
    [
      'a folder of that name before',
      { 'sql/V001__a.sql': SQL, 'db/migrations/1_a.sql': SQL },
      'db/migrations',
    ],
    ['mocks left out', { 'mocks_schema/V001__a.sql': SQL, 'schema/V001__a.sql': SQL }, 'schema'],
  ])('a folder of another name, by its files: %s', (_, files, expected) => {
    expect(found(files, 'src/app.ts')).toBe(expected)
  })

  test('Sqitch, whatever its folders hold', () => {
    const files = {
      'db/sqitch.plan': '%project=x\n\na 2024-01-01T00:00:00Z a <a@b.c> # a\n',
      'db/deploy/migrations/a.sql': SQL,
      'db/revert/migrations/a.sql': SQL,
      'db/verify/migrations/a.sql': SQL,
    }
    expect(found(files, 'app/x.ts')).toBe('db/deploy')
  })

  test('one set in folders: of each migration, and of each release', () => {
    const diesel = {
      'store/migrations/2020-12-7-190800_a/up.sql': SQL,
      'store/migrations/2023-05-23-1715-update/up.sql': '',
    }
    expect(found(diesel, 'ui/x.ts')).toBe('store/migrations')
    const own = { 'store/migrations/one/up.sql': SQL, 'store/migrations/two/up.sql': '' }
    expect(found(own, 'ui/x.ts')).toBe('store/migrations')
    const releases = {
      'store/migrations/9/01_a.up.sql': SQL,
      'store/migrations/10/01_b.up.sql': '',
      'store/migrations/1/01_c.up.sql': '',
    }
    expect(found(releases, 'ui/x.ts')).toBe('store/migrations')
    const root = folderWith(releases)
    const { migrations } = readMigrationSet({ root, dir: 'store/migrations' })
    expect(migrations.map(({ file }) => file)).toEqual([
      'store/migrations/1/01_c.up.sql',
      'store/migrations/9/01_a.up.sql',
      'store/migrations/10/01_b.up.sql',
    ])
  })

  test('two files of one version, where the program is not golang-migrate', () => {
    const files = { 'db/migrations/1_a.up.sql': SQL, 'db/migrations/1_b.up.sql': '' }
    const toolIn = (more: Files): string | undefined =>
      findMigrations(join(folderWith({ '.git/HEAD': '', ...files, ...more }), 'x.ts')).tool
    expect(toolIn({})).toBe('golang-migrate')
    expect(toolIn({ 'go.mod': 'require github.com/golang-migrate/migrate/v4 v4.1.0' })).toBe('golang-migrate')
    expect(toolIn({ 'go.mod': 'module x' })).toBe('plain')
    const root = folderWith({ ...files, 'db/migrations/2_c.up.go': 'x', 'db/migrations/2_c.down.go': 'x' })
    const { migrations } = readMigrationSet({ root, dir: 'db/migrations', tool: 'plain' })
    expect(migrations.map(({ name }) => name)).toEqual(['1_a.up.sql', '1_b.up.sql', '2_c.up.go'])
  })

  test('the same is said of each package whose migrations are not read', () => {
    const files = Object.fromEntries(
      ['a', 'b'].flatMap((name) => [
        [`packages/${name}/package.json`, '{}'],
        [`packages/${name}/src/migrations/Migration20240101000000.ts`, 'export class M {}'],
      ]),
    )
    const message = found(files, 'packages/a/src/x.ts')
    expect(message).toMatch(
      /"packages\/a\/src\/migrations" is none: .*"packages\/b\/src\/migrations" is none/,
    )
    expect(found(files, 'packages/b/src/x.ts').replace(/pg-enum-\w+/, '')).toBe(
      message.replace(/pg-enum-\w+/, ''),
    )
  })

  test('not what is for H2', () => {
    const files = {
      'jdbc-h2/src/main/resources/db/migration/V1__a.sql': SQL,
      'jdbc-postgres/src/main/resources/db/migration/V1__a.sql': SQL,
    }
    expect(found(files, 'ui/src/app.ts')).toBe('jdbc-postgres/src/main/resources/db/migration')
  })

  test('the nearest wins', () => {
    const files = {
      'apps/api/migrations/001_a.sql': SQL,
      'migrations/001_a.sql': SQL,
      'apps/web/package.json': '{}',
    }
    expect(found(files, 'apps/api/src/x.ts')).toBe('apps/api/migrations')
    expect(found(files, 'apps/web/src/x.ts')).toBe('migrations')
  })

  test("anywhere in the file's own package before the rest of the repository", () => {
    const files = {
      'apps/api/package.json': '{}',
      'apps/api/lib/storage/migrations/001_a.sql': SQL,
      'packages/db/migrations/001_a.sql': SQL,
    }
    expect(found(files, 'apps/api/src/x.ts')).toBe('apps/api/lib/storage/migrations')
  })

  test('drizzle by its journal or by its configuration', () => {
    const set = { 'meta/_journal.json': journal('postgresql'), '0000_a.sql': SQL }
    const at = (dir: string): Files =>
      Object.fromEntries(Object.entries(set).map(([name, text]) => [`${dir}/${name}`, text]))
    expect(found(at('drizzle'), 'src/x.ts')).toBe('drizzle')
    const config = { 'drizzle.config.ts': "export default defineConfig({ out: './src/generated' })" }
    expect(found({ ...config, ...at('src/generated') }, 'src/x.ts')).toBe('src/generated')
    expect(
      found({ 'packages/db/drizzle.config.ts': "({ 'out': 'sql' })", ...at('packages/db/sql') }, 'apps/x.ts'),
    ).toBe('packages/db/sql')
  })

  test.each([
    [
      'prisma.config.ts',
      "defineConfig({ schema: 'x', migrations: { path: 'data/changes' } })",
      '1_a/migration.sql',
    ],
    ['.gmrc', '{ "migrationsFolder": "./data/changes" }', 'committed/000001.sql'],
    ['atlas.hcl', 'env "local" {\n  migration {\n    dir = "file://data/changes"\n  }\n}', '1_a.sql'],
    ['diesel.toml', '[migrations_directory]\ndir = "data/changes"', '2024-01-01-000000_a/up.sql'],
    ['flyway.toml', '[flyway]\nlocations = ["filesystem:data/changes"]', 'V1__a.sql'],
    ['dbconfig.yml', 'development:\n  dialect: postgres\n  dir: data/changes\n', '1_a.sql'],
    ['package.json', '{ "config": { "migrations-dir": "data/changes" } }', '1_a.sql'],
    ['drizzle-main.config.ts', 'export default { out: "data/changes" }', '1_a.sql'],
    ['knexfile.ts', "export default { migrations: { directory: 'data/changes' } }", '1_a.sql'],
    ['knexfile.js', 'module.exports = { migrations: { directory: `${__dirname}/data/changes` } }', '1_a.sql'],
    [
      'knexfile.cjs',
      "({ migrations: { tableName: 'm', directory: __dirname + '/data/changes' } })",
      '1_a.sql',
    ],
    ['knexfile.mjs', "({ migrations: { directory: path.join(__dirname, 'data/changes/') } })", '1_a.sql'],
  ])('where %s says', (name, text, file) => {
    const files = { [name]: text, [`data/changes/${file}`]: SQL, 'migrations/001_old.sql': SQL }
    expect(found(files, 'src/x.ts')).toBe('data/changes')
  })

  test.each(['node_modules/x', 'tests/data', 'dist', '.cache', 'examples/one', 'src/fixtures'])(
    'not in %s',
    (dir) => {
      expect(found({ [`${dir}/migrations/001_a.sql`]: SQL }, 'src/x.ts')).toMatch(/^No SQL migrations/)
    },
  )
})

describe('what is not for Postgres is passed over', () => {
  test.each<[string, Files, string]>([
    ['a folder name', { 'clickhouse/migrations/001_a.sql': SQL }, 'its path names clickhouse'],
    ['a name among others', { 'migrations/sqlite/001_a.sql': SQL }, 'its path names sqlite'],
    [
      "drizzle's dialect",
      { 'drizzle/meta/_journal.json': journal('sqlite'), 'drizzle/0000_a.sql': SQL },
      'its migrations are for sqlite',
    ],
    [
      "prisma's provider",
      {
        'prisma/migrations/migration_lock.toml': 'provider = "mysql"\n',
        'prisma/migrations/1_a/migration.sql': SQL,
      },
      'its migrations are for mysql',
    ],
    [
      'backticks',
      { 'migrations/001_a.sql': 'CREATE TABLE `users` (id int);' },
      'it uses names in backticks, which Postgres does not have',
    ],
    [
      'AUTO_INCREMENT',
      { 'migrations/001_a.sql': 'CREATE TABLE users (id int AUTO_INCREMENT);' },
      'it uses AUTO_INCREMENT, which Postgres does not have',
    ],
    [
      'ENGINE',
      { 'migrations/001_a.sql': 'CREATE TABLE e (id UInt64) ENGINE = MergeTree() ORDER BY id;' },
      'it uses ENGINE =, which Postgres does not have',
    ],
    [
      "knex's client",
      {
        'knexfile.js': "module.exports = { client: 'mysql2' }",
        'migrations/1_a.js': 'exports.up = (knex) => knex.schema.dropTable("a")',
      },
      'its knexfile is for mysql2',
    ],
    [
      'a D1 binding',
      {
        'wrangler.toml': '[[d1_databases]]\nbinding = "DB"\n',
        'migrations/001_a.sql': 'CREATE TABLE users (id int);',
      },
      'its migrations are for D1, which is SQLite',
    ],
  ])('%s', (_, files, reason) => {
    expect(found(files, 'src/x.ts')).toContain(reason)
    expect(found({ ...files, 'db/migrations/001_a.sql': SQL }, 'src/x.ts')).toBe('db/migrations')
  })

  test('a mention in a comment or a string is no sign', () => {
    const text = "-- `users` has AUTO_INCREMENT\nCREATE TYPE t AS ENUM ('ENGINE = InnoDB', 'FROM `x`');\n"
    expect(found({ 'migrations/001_a.sql': text }, 'src/x.ts')).toBe('migrations')
  })

  test('migrations in another language', () => {
    expect(found({ 'migrations/20240101_a.py': 'def up(): pass' }, 'src/x.ts')).toContain(
      '"migrations" is none: its migrations are written in Python, which is not read',
    )
  })
})

describe('problems', () => {
  test('several equally near are listed, none is taken', () => {
    const message = found(
      { 'services/a/migrations/001_a.sql': SQL, 'services/b/migrations/001_a.sql': SQL },
      'web/src/x.ts',
    )
    expect(message).toBe(
      'Several folders hold migrations for Postgres, none nearer to this file than the others: "services/a/migrations", ' +
        '"services/b/migrations". Say which one this code uses: ' +
        'pgEnum.configure({ files: [...], migrations: "services/a/migrations" }).',
    )
  })

  test('two tools side by side', () => {
    const files = { 'prisma/migrations/1_a/migration.sql': SQL, 'supabase/migrations/1_a.sql': SQL }
    expect(found(files, 'src/x.ts')).toMatch(/^Several folders/)
  })

  test('nothing at all', () => {
    expect(found({}, 'src/x.ts')).toMatch(/^No SQL migrations for Postgres were found between this file and /)
    expect(found({}, 'src/x.ts')).toMatch(
      /Say where they are: pgEnum.configure\({ migrations: "path\/to\/migrations" }\)\.$/,
    )
  })

  test('a dump is pointed out, not taken', () => {
    expect(found({ 'db/structure.sql': SQL }, 'src/x.ts')).toMatch(
      /There is a dump of the schema: pgEnum.configure\({ schema: "db\/structure.sql" }\) takes that\.$/,
    )
  })

  test('one folder under two names is one', () => {
    const root = folderWith({ '.git/HEAD': '', 'db/migrations/001_a.sql': SQL })
    symlinkSync(join(root, 'db/migrations'), join(root, 'migrations'))
    expect(findMigrations(join(root, 'x.ts')).problems).toEqual([])
  })

  test('circular links end', () => {
    const root = folderWith({ '.git/HEAD': '', 'src/a/x.ts': '', 'migrations/001_a.sql': SQL })
    symlinkSync(root, join(root, 'src/a/up'))
    symlinkSync(join(root, 'migrations'), join(root, 'migrations/again'))
    expect(findMigrations(join(root, 'src/a/x.ts')).dir).toBe(join(root, 'migrations'))
  })
})

test('looks up to the working directory in a project without repository and package', () => {
  const root = folderWith({ 'migrations/001_a.sql': SQL, 'src/x.ts': '' })
  expect(findMigrations(join(root, 'src/x.ts'), undefined, root).dir).toBe(join(root, 'migrations'))
  expect(findMigrations(join(root, 'src/x.ts')).dir).toBeUndefined()
})

test('a configuration in a folder of migrations says where in it they are', () => {
  const files = {
    'package.json': '{ "dependencies": { "knex": "3", "pg": "8" } }',
    'src/migrations/knexfile.ts': 'export default { migrations: { directory: "./tasks" } }',
    'src/migrations/stub.ts': 'export async function up(knex: Knex) {}',
    'src/migrations/tasks/1_a.ts': 'export async function up(knex: Knex) { await knex.raw("SELECT 1") }',
  }
  expect(found(files, 'src/app.ts')).toBe('src/migrations/tasks')
  // One that names its own folder, or another that names it, ends.
  const circle = {
    'src/migrations/knexfile.ts': 'export default { migrations: { directory: "./tasks" } }',
    'src/migrations/tasks/knexfile.ts': 'export default { migrations: { directory: ".." } }',
  }
  expect(found({ 'package.json': '{}', ...circle }, 'src/app.ts')).toContain('No SQL migrations')
})

test('stops at the repository, or where it is told to', () => {
  const root = folderWith({ 'migrations/001_a.sql': SQL, 'repo/.git/HEAD': '', 'repo/pkg/src/x.ts': '' })
  expect(findMigrations(join(root, 'repo/pkg/src/x.ts')).dir).toBeUndefined()
  mkdirSync(join(root, 'repo/migrations'))
  const inner = folderWith({ '.git/HEAD': '', 'migrations/001_a.sql': SQL, 'pkg/x.ts': '' })
  expect(findMigrations(join(inner, 'pkg/x.ts'), join(inner, 'pkg')).dir).toBeUndefined()
})

describe('copies of migrations nearer to a file', () => {
  const files = (dir: string, ...numbers: number[]) =>
    Object.fromEntries(numbers.map((n) => [`${dir}/2024010${n}_x.sql`, `CREATE TABLE t${n} (a int);`]))
  const near = 'apps/web/supabase/migrations'
  const far = 'supabase/migrations'
  const from = (all: Record<string, string>) => {
    const root = folderWith({ '.git/HEAD': '', ...all })
    const { dir, problems } = findMigrations(join(root, 'apps/web/src/a.ts'))
    return dir === undefined ? problems.map(({ message }) => message).join() : dir.slice(root.length + 1)
  }

  test('left behind: the folder that holds all of them counts', () => {
    expect(from({ ...files(near, 1, 2), ...files(far, 1, 2, 3) })).toBe(far)
    expect(from({ ...files(near, 1, 2, 3), ...files(far, 1, 2) })).toBe(near)
    expect(from({ ...files(near, 1), ...files(far, 1, 2, 3) })).toBe(far)
  })

  test('both went on: which one counts is asked', () => {
    expect(from({ ...files(near, 1, 2, 4), ...files(far, 1, 2, 3) })).toMatch(
      `Several folders hold migrations for Postgres, none nearer to this file than the others: "${near}", "${far}".`,
    )
  })

  test('another database has other files, or others of the same name', () => {
    expect(from({ ...files(near, 1, 2), ...files(far, 3, 4) })).toBe(near)
    const others = { [`${far}/20240101_x.sql`]: SQL, [`${far}/20240102_x.sql`]: SQL }
    expect(from({ ...files(near, 1, 2), ...others })).toBe(near)
  })
})

test('all sets beneath a folder', () => {
  const root = folderWith({
    '.git/HEAD': '',
    'migrations/001_a.sql': SQL,
    'services/b/migrations/001_a.sql': SQL,
    'services/c/mysql/migrations/001_a.sql': SQL,
  })
  expect(new MigrationFinder().findAll(root)).toEqual([
    { root, dir: join(root, 'migrations'), tool: 'plain' },
    { root, dir: join(root, 'services/b/migrations'), tool: 'plain' },
  ])
})
