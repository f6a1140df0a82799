import { utimesSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Projects, type Project } from '../../src/project.js'
import { Files } from './files.js'

const CREATE = "CREATE TYPE status AS ENUM ('on', 'off');"

/** The labels of `status`, or what is wrong. */
function labels({ catalog, problems }: Project): readonly string[] {
  const type = catalog?.findType({ name: 'status' })
  return type?.kind === 'enum'
    ? type.labels.map(({ value }) => value)
    : problems.map(({ message }) => message)
}

class Setup extends Files {
  readonly projects = new Projects()

  #last = ''

  look(settings?: unknown, file = 'src/a.ts'): Project {
    const project = this.projects.for(this.path(file), settings, this.dir)
    this.#last = JSON.stringify(labels(project))
    return project
  }

  /** As an editor does, some moments after a migration was saved: how many depends on how busy the machine is. */
  async lookAgain(settings?: unknown, file?: string): Promise<Project> {
    const before = this.#last
    for (let i = 0; ; i++) {
      await setTimeout(20)
      const project = this.look(settings, file)
      if (this.#last !== before || i === 100) return project
    }
  }
}

describe('where the migrations are', () => {
  it('finds them by convention, each package its own', () => {
    const files = new Setup({
      'migrations/1.sql': CREATE,
      'packages/b/package.json': '{}',
      'packages/b/migrations/1.sql': "CREATE TYPE status AS ENUM ('b');",
    })
    expect(labels(files.look())).toEqual(['on', 'off'])
    expect(labels(files.look(undefined, 'packages/b/src/x.ts'))).toEqual(['b'])
  })

  it.each([
    ['a folder', 'db'],
    ['a list', ['db']],
    ['with its tool', { dir: 'db', tool: 'plain' }],
    ['a file', 'db/1.sql'],
  ])('takes %s from the settings', (_, migrations) => {
    const files = new Setup({ 'db/1.sql': CREATE, 'migrations/1.sql': 'SELECT 1;' })
    expect(labels(files.look({ migrations }))).toEqual(['on', 'off'])
  })

  it('takes absolute paths, and a base path', () => {
    const files = new Setup({ 'apps/api/db/1.sql': CREATE })
    expect(labels(files.look({ migrations: files.path('apps/api/db') }))).toEqual(['on', 'off'])
    expect(labels(files.look({ migrations: 'db', basePath: 'apps/api' }))).toEqual(['on', 'off'])
  })

  it('takes a path that belongs to a config above, or beside the linted file', () => {
    const files = new Setup({
      'eslint.config.js': '',
      'db/1.sql': CREATE,
      'apps/api/eslint.config.js': '',
      'apps/api/own/1.sql': CREATE,
      'apps/api/src/.keep': '',
    })
    const above = files.projects.for(
      files.path('apps/api/src/a.ts'),
      { migrations: 'db' },
      files.path('apps/api'),
    )
    expect(labels(above)).toEqual(['on', 'off'])
    expect(labels(files.look({ migrations: 'own' }, 'apps/api/src/a.ts'))).toEqual(['on', 'off'])
  })

  it('reads a schema in place of migrations', () => {
    const files = new Setup({ 'db/structure.sql': CREATE })
    expect(labels(files.look({ schema: 'db/structure.sql' }))).toEqual(['on', 'off'])
  })

  it('takes the search path of the migrations, else that of all', () => {
    const files = new Setup({ 'db/1.sql': `CREATE SCHEMA app; SET search_path = app; ${CREATE}` })
    const found = (settings: object): readonly string[] =>
      labels(files.look({ migrations: [{ dir: 'db' }], ...settings }))
    expect(found({ migrations: [{ dir: 'db', searchPath: ['app'] }] })).toEqual(['on', 'off'])
    expect(found({ searchPath: ['app'] })).toEqual(['on', 'off'])
    expect(found({})).toEqual([])
  })

  it('gives the same project as long as nothing changes', () => {
    const files = new Setup({ 'migrations/1.sql': CREATE })
    const settings = { sqlTags: ['q'] }
    expect(files.look(settings)).toBe(files.look(settings))
    expect(files.look(settings).catalog).toBe(files.look().catalog)
  })
})

describe('a migration changes', () => {
  const two = "ALTER TYPE status ADD VALUE 'half';"

  it('appears', async () => {
    const files = new Setup({ 'migrations/1.sql': CREATE })
    const before = files.look()
    files.write({ 'migrations/2.sql': two })
    const after = await files.lookAgain()
    expect([labels(before), labels(after)]).toEqual([
      ['on', 'off'],
      ['on', 'off', 'half'],
    ])
  })

  it('is linted as soon as it is there', () => {
    const files = new Setup({ 'migrations/1.sql': CREATE })
    for (let i = 0; i < 3; i++) files.look(undefined, `src/${i}.ts`)
    files.write({ 'migrations/2.sql': two })
    expect(labels(files.look(undefined, 'migrations/2.sql'))).toEqual(['on', 'off', 'half'])
  })

  it('is edited, even to the same length', async () => {
    const files = new Setup({ 'migrations/1.sql': CREATE })
    files.look()
    files.write({ 'migrations/1.sql': CREATE.replace('off', 'out') })
    utimesSync(files.path('migrations/1.sql'), 1, 1)
    expect(labels(await files.lookAgain())).toEqual(['on', 'out'])
  })

  it('disappears', async () => {
    const files = new Setup({ 'migrations/1.sql': CREATE, 'migrations/2.sql': two })
    files.look()
    files.remove('migrations/2.sql')
    expect(labels(await files.lookAgain())).toEqual(['on', 'off'])
  })

  it('is the first one', async () => {
    const files = new Setup()
    expect(files.look().catalog).toBeUndefined()
    files.write({ 'migrations/1.sql': CREATE })
    expect(labels(await files.lookAgain())).toEqual(['on', 'off'])
  })

  it('appears where the settings say', async () => {
    const files = new Setup()
    expect(files.look({ migrations: 'db' }).catalog).toBeUndefined()
    files.write({ 'db/1.sql': CREATE })
    expect(labels(await files.lookAgain({ migrations: 'db' }))).toEqual(['on', 'off'])
  })

  it('is looked for seldom in a long run', () => {
    const files = new Setup({ 'migrations/1.sql': CREATE })
    files.look()
    const start = performance.now()
    for (let i = 0; i < 10_000; i++) files.look(undefined, `src/${i}.ts`)
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})

describe('what is wrong', () => {
  it.each<[string, unknown, RegExp]>([
    ['no migrations', undefined, /^No SQL migrations .*pgEnum\.configure/],
    ['a folder that is not there', { migrations: 'db' }, /^The folder of migrations db can't be read: /],
    ['an empty folder', { migrations: 'empty' }, /^The folder empty holds no migrations/],
    [
      'a tool that is not one',
      { migrations: { dir: 'some', tool: 'gose' } },
      /"gose" is not a migration tool/,
    ],
    ['wrong settings', { migration: 'db' }, /Did you mean "migrations"\?$/],
    ['a schema that is no SQL', { schema: 'schema.ts' }, /schema\.ts.*is no SQL file/],
    [
      'two tools',
      {
        migrations: [
          { dir: 'some', tool: 'goose' },
          { dir: 'x', tool: 'tern' },
        ],
      },
      /goose, tern/,
    ],
  ])('%s', (_, settings, message) => {
    const files = new Setup({ 'empty/.keep': '', 'some/1.sql': 'SELECT 1;' })
    files.remove('some/1.sql')
    files.write({ 'some/x.txt': '' })
    const { catalog, problems } = files.look(settings)
    expect(catalog).toBeUndefined()
    expect(problems).toHaveLength(1)
    expect(problems[0]!.message).toMatch(message)
    expect(problems[0]!.message).toMatch(/[.?]$/)
  })

  it('goes when it is put right', async () => {
    const files = new Setup({ 'db/x.txt': '' })
    expect(files.look({ migrations: 'db' }).problems).toHaveLength(1)
    files.write({ 'db/1.sql': CREATE })
    expect((await files.lookAgain({ migrations: 'db' })).problems).toEqual([])
  })

  it('does not stop the rest: a broken statement is unread', () => {
    const files = new Setup({ 'migrations/1.sql': `${CREATE}\nALTER TYPE status ADD VLUE 'x';` })
    const { catalog, problems } = files.look()
    expect(problems).toEqual([])
    expect(catalog?.unread).toMatchObject([{ file: 'migrations/1.sql', line: 2 }])
  })
})

describe('migrations in code', () => {
  it.each([
    ['migrations/20240101_fill/migration.ts', true],
    ['migrations/0002_fill.js', true],
    ['migrations/schema.ts', false],
    ['src/0002_fill.ts', false],
  ])('%s: %s', (file, expected) => {
    const files = new Setup({ 'migrations/0001_a.sql': CREATE })
    expect(files.look(undefined, file).isMigration?.(files.path(file))).toBe(expected)
  })
})
