import { chdir, cwd } from 'node:process'
import { ESLint, type Linter } from 'eslint'
import { afterEach, describe, expect, it } from 'vitest'
import pgEnum, { type ConfigureOptions } from '../../src/index.js'
import { Files } from '../project/files.js'

const start = cwd()
afterEach(() => chdir(start))

/** A project in which the process is, as ESLint is when it loads a config. */
function project(files: Readonly<Record<string, string>>): Files {
  const made = new Files(files)
  chdir(made.dir)
  return made
}

function settingsOf(config: Linter.Config): Record<string, unknown> {
  return config.settings!['pg-enum'] as Record<string, unknown>
}

/** What ESLint makes of several configs for a file. */
async function merged(
  files: Files,
  file: string,
  ...configs: Linter.Config[]
): Promise<Record<string, unknown>> {
  const eslint = new ESLint({ cwd: files.dir, overrideConfigFile: true, overrideConfig: configs })
  return settingsOf((await eslint.calculateConfigForFile(file)) as Linter.Config)
}

const CREATE = "CREATE TYPE a AS ENUM ('x');"

describe('recommended', () => {
  it('turns the rules on, and has a digest of every set beneath', () => {
    project({
      'migrations/1.sql': CREATE,
      'packages/b/package.json': '{}',
      'packages/b/db/migrations/1.sql': CREATE,
    })
    const { rules, plugins } = pgEnum.configs.recommended
    expect(rules).toMatchObject({ 'pg-enum/no-unknown-value': 'error' })
    expect(plugins).toEqual({ 'pg-enum': pgEnum })
    expect(settingsOf(pgEnum.configs.recommended)).toEqual({
      digest: {
        migrations: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        'packages/b/db/migrations': expect.any(String) as string,
      },
    })
  })

  it('has another digest when a migration changes, and the same when only its time does', () => {
    const files = project({ 'migrations/1.sql': CREATE })
    const before = settingsOf(pgEnum.configs.recommended)
    files.write({ 'migrations/1.sql': CREATE })
    expect(settingsOf(pgEnum.configs.recommended)).toEqual(before)
    files.write({ 'migrations/1.sql': CREATE.replace('x', 'y') })
    expect(settingsOf(pgEnum.configs.recommended)).not.toEqual(before)
  })

  it('loads where nothing is found', () => {
    project({})
    expect(settingsOf(pgEnum.configs.recommended)).toEqual({ digest: {} })
  })
})

describe('configure', () => {
  it('takes what a config takes, and settings', () => {
    project({ 'db/1.sql': CREATE })
    const rules = { 'pg-enum/no-unknown-value': 'warn' } as const
    const config = pgEnum.configure({
      files: ['a/**'],
      ignores: ['a/b'],
      rules,
      migrations: 'db',
      sqlTags: ['q'],
    })
    expect(config).toMatchObject({ files: ['a/**'], ignores: ['a/b'], rules })
    expect(settingsOf(config)).toMatchObject({
      migrations: ['db'],
      sqlTags: ['q'],
      digest: { db: expect.any(String) as string },
    })
  })

  it('keeps two databases apart', async () => {
    const files = project({ 'a/db/1.sql': CREATE, 'b/db/1.sql': CREATE })
    const one = pgEnum.configure({
      migrations: { dir: 'a/db', tool: 'goose', searchPath: ['a'] },
      searchPath: ['a'],
    })
    const other = pgEnum.configure({ files: ['b/**'], migrations: { dir: 'b/db' } })
    expect((await merged(files, 'a/x.js', one, other)).migrations).toEqual([
      { dir: 'a/db', tool: 'goose', searchPath: ['a'] },
    ])
    expect((await merged(files, 'b/x.js', one, other)).migrations).toEqual([{ dir: 'b/db' }])
    expect(Object.keys((await merged(files, 'b/x.js', one, other)).digest as object)).toContain('b/db')
  })

  it('lets a schema take the place of migrations, and the other way round', async () => {
    const files = project({ 'db/1.sql': CREATE, 's.sql': CREATE })
    const [migrations, schema] = [
      pgEnum.configure({ migrations: 'db' }),
      pgEnum.configure({ schema: 's.sql' }),
    ]
    expect(await merged(files, 'x.js', migrations, schema)).toMatchObject({
      migrations: null,
      schema: 's.sql',
    })
    expect(await merged(files, 'x.js', schema, migrations)).toMatchObject({
      migrations: ['db'],
      schema: null,
    })
  })

  it.each([
    [undefined],
    [{ migrations: 5 }],
    [{ migrations: 'nowhere' }],
    [{ migrations: [] }],
    [{ schema: {} }],
    [{ basePath: '\0', migrations: '\0' }],
    [{ nonsense: true }],
  ])('never throws: the rule says what is wrong with %j', (options) => {
    project({})
    expect(() => pgEnum.configure(options as ConfigureOptions)).not.toThrow()
  })
})

it('is the same plugin by require()', async () => {
  const module = (await import('../../src/index.js')) as Record<string, unknown>
  expect(module['module.exports']).toBe(module.default)
  expect(pgEnum.meta).toMatchObject({ name: 'eslint-plugin-pg-enum', namespace: 'pg-enum' })
})
