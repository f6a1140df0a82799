import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import plugin from '../../src/index.js'
import { Files } from '../project/files.js'

const CREATE = "CREATE TYPE mood AS ENUM ('happy');\nCREATE TABLE people (mood mood);"
const SQL = "db.query(`UPDATE people SET mood = 'hapy'`)"

interface Options {
  readonly settings?: unknown
  readonly rule?: object
}

/** What is reported in a file of a project, without the reports about values. */
function lint(files: Files, name: string, code: string, { settings, rule = {} }: Options = {}): string[] {
  return new Linter({ cwd: files.dir })
    .verify(
      code,
      {
        plugins: { 'pg-enum': plugin },
        rules: { 'pg-enum/no-unknown-value': ['error', rule] },
        settings: { 'pg-enum': settings },
        linterOptions: { reportUnusedDisableDirectives: 'off' },
      } as Linter.Config,
      files.path(name),
    )
    .filter(({ messageId }) => messageId !== 'unknownValue')
    .map(({ message, line, column }) => {
      expect([line, column]).toEqual([1, 1])
      return message
    })
}

describe('a project without migrations', () => {
  it('is reported once, in the first file that talks to a database, and there again', () => {
    const files = new Files()
    expect(lint(files, 'a.js', "const status = 'Update your status'")).toEqual([])
    const [message, ...others] = lint(files, 'b.js', SQL)
    expect(message).toMatch(/^No SQL migrations for Postgres .* Until then values are not checked\.$/)
    expect(others).toEqual([])
    expect(lint(files, 'c.js', SQL)).toEqual([])
    expect(lint(files, 'b.js', SQL)).toEqual([message])
  })

  it('is reported once for all packages of a repository', () => {
    const script = 'export const up = 1'
    const files = new Files({ 'a/migrations/1_a.ts': script, 'b/migrations/1_b.ts': script })
    expect(lint(files, 'a/x.js', SQL)).toHaveLength(1)
    expect(lint(files, 'b/x.js', SQL)).toEqual([])
  })

  it('is not reported where nobody would see it', () => {
    const files = new Files()
    expect(lint(files, 'generated.js', `/* eslint-disable */\n${SQL}`)).toEqual([])
    expect(lint(files, 'b.js', `// eslint-disable-next-line no-undef\n${SQL}`)).toHaveLength(1)
  })

  it.each([
    ["import { Pool } from 'pg'"],
    ["const knex = require('knex')"],
    ["import { eq } from 'drizzle-orm/pg-core'"],
    ['const q = `\n  select id, name\n  from people`'],
    ["q('INSERT INTO people VALUES (1)')"],
    ['q("with x as (select 1) select 2")'],
  ])('is reported in a file with %j', (code) => {
    expect(lint(new Files(), 'a.mjs', code)).toHaveLength(1)
  })

  it.each([
    ["import { x } from './pg'"],
    ["const label = 'Update'"],
    ["const label = 'Select an item'"],
    ["const label = 'Select a version from the list'"],
    ["const label = 'Delete this item?'"],
    ['select(from)'],
  ])('is not reported in a file with %j', (code) => {
    expect(lint(new Files(), 'a.mjs', code)).toEqual([])
  })
})

describe('a project whose database is another', () => {
  const mysql = { 'package.json': '{ "dependencies": { "mysql2": "3", "knex": "3" } }' }
  const lock = {
    'prisma/migrations/migration_lock.toml': 'provider = "mysql"\n',
    'prisma/migrations/1_a/migration.sql': CREATE,
  }

  it.each<[string, Record<string, string>, string]>([
    ['by its packages', mysql, SQL],
    ['by what the file imports', {}, `import mysql from 'mysql2/promise'\n${SQL}`],
    ['by its migrations', lock, SQL],
  ])('is not asked for migrations: %s', (_, project, code) => {
    expect(lint(new Files(project), 'a.mjs', code)).toEqual([])
  })

  it.each<[string, Record<string, string>]>([
    ['by its packages', { 'package.json': '{ "dependencies": { "mysql2": "3", "pg": "8" } }' }],
    [
      'beside its migrations',
      { ...lock, 'package.json': '{ "devDependencies": { "@types/pg": "8", "pg": "8" } }' },
    ],
  ])('is, where Postgres is one of several: %s', (_, project) => {
    expect(lint(new Files(project), 'a.mjs', SQL)).toHaveLength(1)
  })
})

describe('wrong settings', () => {
  it('are reported, each once', () => {
    const settings = { migratons: 'db', sqlTags: 'q' }
    const files = new Files({ 'db/1.sql': CREATE })
    expect(lint(files, 'a.js', SQL, { settings })).toEqual([
      `settings['pg-enum'].migratons is not a setting. Did you mean "migrations"? Until then values are not checked.`,
      `settings['pg-enum'].sqlTags must be a list of strings, but is "q". For example: sqlTags: ['query']. Until then values are not checked.`,
    ])
    expect(lint(files, 'b.js', SQL, { settings })).toEqual([])
  })
})

describe('statements that can not be read', () => {
  const broken = 'ALTER TYPE mood ADD VLUE 1;\n'

  it('are listed once, with file and line', () => {
    const files = new Files({ 'migrations/1.sql': CREATE, 'migrations/2.sql': broken })
    expect(lint(files, 'a.js', 'const x = 1')).toEqual([])
    const [message, ...others] = lint(files, 'b.js', SQL)
    expect(message).toMatch(/^1 statement of the migrations could not be read .*: 2\.sql:1 \(.*VLUE.*\)\. /)
    expect(others).toEqual([])
    expect(lint(files, 'c.js', SQL)).toEqual([])
  })

  it('are counted when they are many', () => {
    const files = new Files({ 'migrations/1.sql': CREATE, 'migrations/2.sql': broken.repeat(20) })
    expect(lint(files, 'b.js', SQL)[0]).toMatch(/^20 statements .*2\.sql:5 \([^)]*\) and 15 more\. /)
  })

  it('are not reported where the option says so', () => {
    const files = new Files({ 'migrations/1.sql': CREATE, 'migrations/2.sql': broken })
    expect(lint(files, 'b.js', SQL, { rule: { unread: 'ignore' } })).toEqual([])
  })

  it('silence what they may touch', () => {
    const code = "db.query(`UPDATE people SET mood = 'hapy'`)"
    const verify = (files: Files): number =>
      new Linter({ cwd: files.dir }).verify(
        code,
        {
          plugins: { 'pg-enum': plugin },
          rules: { 'pg-enum/no-unknown-value': ['error', { unread: 'ignore' }] },
        },
        files.path('a.js'),
      ).length
    expect(verify(new Files({ 'migrations/1.sql': CREATE, 'migrations/2.sql': broken }))).toBe(0)
    expect(
      verify(new Files({ 'migrations/1.sql': CREATE, 'migrations/2.sql': 'ALTER TYPE other ADD VLUE 1;' })),
    ).toBe(1)
  })
})
