import { execFileSync } from 'node:child_process'
import { chmodSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { digest, fingerprint, migrationIndex, readMigrationSet } from '../../src/migrations/discover.js'
import type { MigrationSet } from '../../src/migrations/migration.js'
import { tools } from '../../src/migrations/tools/index.js'
import { replayMigrations } from '../../src/sql/replay.js'
import { folderWith, writeFiles, type Files } from './folders.js'

const SQL = "CREATE TYPE status AS ENUM ('open');\n"

function read(files: Files, more: { dirs?: string[]; files?: string[]; tool?: string } = {}): MigrationSet {
  return readMigrationSet({ root: folderWith(files), ...(more.files ? {} : { dir: 'm' }), ...more })
}

const names = (set: MigrationSet): string[] => set.migrations.map(({ file }) => file)
const messages = (set: MigrationSet): string[] => set.problems.map(({ message }) => message)
const reasons = (set: MigrationSet): string[] =>
  set.migrations.flatMap(({ unread }) => unread.map(({ file, line, reason }) => `${file}:${line} ${reason}`))
const texts = (set: MigrationSet): string[] =>
  set.migrations.flatMap(({ pieces }) => pieces.map(({ text }) => text))

describe('a tool by name', () => {
  test('reads by its own rules whatever the folder bears', () => {
    const files = { 'm/10_a.sql': SQL, 'm/9_b.sql': SQL, 'm/c.sql': SQL }
    expect(names(read(files, { tool: 'plain' }))).toEqual(['m/10_a.sql', 'm/9_b.sql', 'm/c.sql'])
    expect(names(read(files, { tool: 'sqlx' }))).toEqual(['m/9_b.sql', 'm/10_a.sql'])
  })

  test('that is none', () => {
    const set = read({ 'm/1.sql': SQL }, { tool: 'rails' })
    expect(set.migrations).toEqual([])
    expect(messages(set)[0]).toMatch(
      /^"rails" is not a migration tool\. The tools are "atlas", "client", .*"typeorm"\.$/,
    )
  })

  test('that finds nothing says what is there', () => {
    expect(messages(read({ 'm/a.sql': SQL, 'm/b.txt': '' }, { tool: 'golang-migrate' }))).toEqual([
      'The folder m holds no migrations as golang-migrate names them: it holds "a.sql", "b.txt".',
    ])
  })

  test.each(tools.map(({ name }) => name))(
    '%s reads an empty folder and odd names without an exception',
    (tool) => {
      expect(readMigrationSet({ root: folderWith({ 'm/.keep': '' }), dir: 'm', tool }).problems).toHaveLength(
        1,
      )
      const odd = {
        'm/_.sql': '--',
        'm/__/up.sql': '',
        'm/V__.sql': '\\i',
        'm/1_/migration.sql': '{{',
        'm/sqitch.plan': '@\n+',
      }
      expect(() =>
        read({ ...odd, 'm/meta/_journal.json': '[]', 'm/a.xml': '<databaseChangeLog' }, { tool }),
      ).not.toThrow()
    },
  )
})

describe('several folders of one set', () => {
  test('are merged by the order of the tool', () => {
    const files = { 'a/1_x.up.sql': SQL, 'a/10_x.up.sql': SQL, 'b/2_x.up.sql': SQL }
    expect(names(read(files, { dirs: ['a', 'b'] }))).toEqual([
      'a/1_x.up.sql',
      'b/2_x.up.sql',
      'a/10_x.up.sql',
    ])
  })

  test('plain folders by name', () => {
    const files = { 'a/20240101_x.sql': SQL, 'a/20240301_x.sql': SQL, 'b/20240201_x.sql': SQL }
    expect(names(read(files, { dirs: ['b', 'a'] }))).toEqual([
      'a/20240101_x.sql',
      'b/20240201_x.sql',
      'a/20240301_x.sql',
    ])
  })

  test('drizzle journals by the time of their entries', () => {
    const journal = (...entries: [string, number][]): string =>
      JSON.stringify({
        dialect: 'postgresql',
        entries: entries.map(([tag, when], idx) => ({ idx, tag, when })),
      })
    const files = {
      'a/meta/_journal.json': journal(['0000_x', 1], ['0001_x', 3]),
      'b/meta/_journal.json': journal(['0000_x', 2]),
      'a/0000_x.sql': SQL,
      'a/0001_x.sql': SQL,
      'b/0000_x.sql': SQL,
    }
    expect(names(read(files, { dirs: ['a', 'b'] }))).toEqual(['a/0000_x.sql', 'b/0000_x.sql', 'a/0001_x.sql'])
  })

  test('one that is missing is a problem of the whole', () => {
    const set = read({ 'a/1_x.up.sql': SQL }, { dirs: ['a', 'gone'] })
    expect(messages(set)).toEqual(["The folder of migrations gone can't be read: it does not exist."])
  })
})

describe('files', () => {
  test('run in the order given, outside a transaction', () => {
    const set = read({ 'b.sql': SQL, 'a.sql': SQL }, { files: ['b.sql', 'a.sql'] })
    expect(names(set)).toEqual(['b.sql', 'a.sql'])
    expect(set.migrations.every(({ transaction }) => !transaction)).toBe(true)
  })

  test('one .sql file in the place of a folder', () => {
    expect(
      names(readMigrationSet({ root: folderWith({ 'db/structure.sql': SQL }), dir: 'db/structure.sql' })),
    ).toEqual(['db/structure.sql'])
  })

  test('that is missing is unread', () => {
    expect(reasons(read({}, { files: ['schema.sql'] }))).toEqual(['schema.sql:1 the file does not exist'])
  })

  test('a folder in the place of a file is unread', () => {
    expect(reasons(read({ 'x.sql/1.sql': SQL }, { files: ['x.sql'] }))).toEqual([
      'x.sql:1 it is a folder, not a file',
    ])
  })
})

describe('bad input', () => {
  test.each<[string, Files, string]>([
    ['a missing folder', {}, "The folder of migrations m can't be read: it does not exist."],
    [
      'a file in its place',
      { m: 'x' },
      "The folder of migrations m can't be read: it is a file, not a folder.",
    ],
    [
      'an empty folder',
      { 'm/.keep': '' },
      'The folder m holds no migrations: no file in it is one. Set "migrations" to the folder that holds them.',
    ],
  ])('%s', (_, files, message) => {
    const set = read(files)
    expect(messages(set)).toEqual([message])
    expect(set.migrations).toEqual([])
  })

  test.each<[string, Buffer, string]>([
    ['NUL bytes', Buffer.from('\u007fELF\0\0'), 'the file is not text: it contains NUL bytes'],
    [
      'UTF-16',
      Buffer.from(`\ufeff${SQL}`, 'utf16le'),
      'the file is in UTF-16, which Postgres does not read; save it as UTF-8',
    ],
    ['33 MB', Buffer.alloc(33 * 1024 * 1024, 32), 'the file is larger than 32 MB'],
  ])('a file of %s costs itself only', (_, content, reason) => {
    const set = read({ 'm/001_a.sql': SQL, 'm/002_b.sql': content, 'm/003_c.sql': SQL })
    expect(texts(set)).toEqual([SQL, SQL])
    expect(reasons(set)).toEqual([`m/002_b.sql:1 ${reason}`])
  })

  test('bytes that are not UTF-8 cost their line only', () => {
    const set = read({ 'm/001_a.sql': Buffer.from(`${SQL}-- caf\xe9\n${SQL}`, 'latin1') })
    expect(texts(set)).toEqual([`${SQL}-- caf\ufffd\n${SQL}`])
    expect(reasons(set)).toEqual([
      'm/001_a.sql:2 this line holds bytes that are not UTF-8; save the file as UTF-8',
    ])
  })

  test('a byte order mark and CRLF are no part of what counts', () => {
    const set = read({
      'm/001_a.sql': '\ufeff-- migrate:up\r\nSELECT 1;\r\n-- migrate:down\r\nSELECT 2;\r\n',
    })
    expect(set.tool).toBe('dbmate')
    expect(set.migrations[0]!.pieces).toEqual([{ text: 'SELECT 1;\r\n', line: 2, offset: 15 }])
  })

  test('ten megabytes are read in no time', () => {
    const rows = "INSERT INTO t VALUES ('x');\n".repeat(380_000)
    const start = process.cpuUsage()
    expect(texts(read({ 'm/001_a.sql': rows }))[0]!.length).toBe(rows.length)
    const { user, system } = process.cpuUsage(start)
    expect((user + system) / 1_000).toBeLessThan(3_000)
  })

  test.skipIf(process.platform === 'win32')('links that lead nowhere, in circles, or to a pipe', () => {
    const root = folderWith({ 'm/001_a.sql': SQL })
    symlinkSync('nowhere', join(root, 'm/002_b.sql'))
    symlinkSync('003_c.sql', join(root, 'm/003_c.sql'))
    execFileSync('mkfifo', [join(root, 'm/004_d.sql')])
    symlinkSync(root, join(root, 'm/again'))
    expect(reasons(readMigrationSet({ root, dir: 'm' }))).toEqual([
      'm/002_b.sql:1 the file does not exist',
      'm/003_c.sql:1 its symbolic links form a circle',
      'm/004_d.sql:1 it is not a regular file',
    ])
  })

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('what may not be read', () => {
    const root = folderWith({ 'm/001_a.sql': SQL, 'n/001_a.sql': SQL })
    chmodSync(join(root, 'm/001_a.sql'), 0)
    chmodSync(join(root, 'n'), 0)
    const denied = messages(readMigrationSet({ root, dir: 'n' }))
    chmodSync(join(root, 'n'), 0o755)
    expect(denied).toEqual([
      "The folder of migrations n can't be read: the file may not be read: permission denied.",
    ])
    expect(reasons(readMigrationSet({ root, dir: 'm' }))).toEqual([
      'm/001_a.sql:1 the file may not be read: permission denied',
    ])
  })
})

describe('fingerprint and digest', () => {
  const files = {
    'm/meta/_journal.json': JSON.stringify({ entries: [{ tag: '0000_a', when: 1 }] }),
    'm/0000_a.sql': SQL,
  }
  const changes: [string, (root: string) => void][] = [
    ['a changed file', (root) => writeFiles(root, { 'm/0000_a.sql': `${SQL}-- more\n` })],
    ['a removed file', (root) => rmSync(join(root, 'm/0000_a.sql'))],
    ['a new file', (root) => writeFiles(root, { 'm/0001_b.sql': SQL })],
    ['a renamed file', (root) => renameSync(join(root, 'm/0000_a.sql'), join(root, 'm/0000_b.sql'))],
    ['a changed journal', (root) => writeFiles(root, { 'm/meta/_journal.json': '{ "entries": [] }' })],
    ['a file of the same size and another time', (root) => utimesSync(join(root, 'm/0000_a.sql'), 1, 1)],
    ['a removed folder', (root) => rmSync(join(root, 'm'), { recursive: true })],
  ]

  test.each(changes)('%s changes the fingerprint', (_, change) => {
    const root = folderWith(files)
    const set = readMigrationSet({ root, dir: 'm' })
    const before = fingerprint(set)
    expect(fingerprint(set)).toBe(before)
    change(root)
    expect(fingerprint(set)).not.toBe(before)
  })

  test('a folder that comes into being changes it', () => {
    const root = folderWith({})
    const set = readMigrationSet({ root, dir: 'm' })
    const before = fingerprint(set)
    writeFiles(root, files)
    expect(fingerprint(set)).not.toBe(before)
  })

  test('the digest tells contents, not times or places', () => {
    const root = folderWith(files)
    const before = digest(readMigrationSet({ root, dir: 'm' }))
    utimesSync(join(root, 'm/0000_a.sql'), 1, 1)
    expect(digest(readMigrationSet({ root, dir: 'm' }))).toBe(before)
    expect(digest(readMigrationSet({ root: folderWith(files), dir: 'm' }))).toBe(before)
    writeFiles(root, { 'm/0000_a.sql': SQL.replace('open', 'shut') })
    expect(digest(readMigrationSet({ root, dir: 'm' }))).not.toBe(before)
  })
})

describe('a migration by name', () => {
  const migrations = ['001_a.sql', '002_b.up.sql', '003_a.v2.sql'].map((name) => {
    return { name, file: `m/${name}`, pieces: [], transaction: true, unread: [] }
  })

  test.each([
    ['001_a.sql', 0],
    ['001_a', 0],
    ['m/001_a.sql', 0],
    ['002_b.up.sql', 1],
    ['002_b.up', 1],
    ['002_b', 1],
    ['003_a.v2', 2],
    ['nothing', undefined],
  ])('%s', (name, index) => {
    expect(migrationIndex(migrations, name)).toBe(index)
  })

  test('of two with one name is none', () => {
    const twins = readMigrationSet({
      root: folderWith({ 'a/1.sql': SQL, 'b/1.sql': SQL }),
      dirs: ['a', 'b'],
      tool: 'plain',
    }).migrations
    expect(migrationIndex(twins, '1')).toBeUndefined()
    expect(migrationIndex(twins, 'b/1.sql')).toBe(1)
  })
})

describe('a statement that is not known is unread only where it may change values', () => {
  const unreadIn = (files: Record<string, string>): string[] => {
    const set = readMigrationSet({ root: folderWith(files), dir: 'm' })
    return replayMigrations(set).unread.map(({ line, reason }) => `${line} ${reason}`)
  }

  test('by a placeholder', () => {
    const sql = [
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_user WHERE usename = '${user}') THEN CREATE USER ${user}; END IF; END $$;",
      'GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${user};',
      "INSERT INTO ${schema}.settings VALUES ('${user}');",
      "CREATE TYPE ${schema}.status AS ENUM ('open');",
      'DO $$ BEGIN DROP TYPE ${name}; END $$;',
      'ALTER TABLE t RENAME TO ${name};',
    ].join('\n')
    expect(unreadIn({ 'm/V1__a.sql': sql })).toEqual([
      '4 the value of ${schema} is not known',
      '5 the value of ${name} is not known',
      '6 the value of ${name} is not known',
    ])
  })

  test('by a condition in JavaScript', () => {
    const statements = [
      'GRANT SELECT ON t TO b',
      'CREATE ROLE b',
      'UPDATE t SET a = 1',
      "CREATE TYPE a AS ENUM ('b')",
    ]
    const code = statements.map((sql) => `await knex.raw(${JSON.stringify(sql)})`).join('\n')
    const up = `exports.up = async (knex) => { if (process.env.X) {\n${code}\n} }`
    expect(unreadIn({ 'package.json': '{ "dependencies": { "knex": "3" } }', 'm/1_a.js': up })).toEqual([
      '5 it depends on a condition that is not decided',
    ])
  })
})
