import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { readSettings, SETTINGS } from '../../src/settings.js'

describe('valid settings', () => {
  const dir = 'db/migrations'
  test.each([
    [undefined, {}],
    [{}, {}],
    [{ migrations: dir }, { migrations: [{ dir }] }],
    [
      { migrations: [dir, { dir: 'b', tool: 'goose' }] },
      { migrations: [{ dir }, { dir: 'b', tool: 'goose' }] },
    ],
    [
      { migrations: { dir, searchPath: ['app'], tool: undefined } },
      { migrations: [{ dir, searchPath: ['app'] }] },
    ],
    [{ searchPath: [] }, { searchPath: [] }],
    [{ rows: { Workspace: 'workspaces' } }, { rows: { Workspace: 'workspaces' } }],
    [{ schema: undefined, sqlTags: ['q'] }, { sqlTags: ['q'] }],
    [
      { digest: { a: 'b' }, basePath: '/x' },
      { digest: { a: 'b' }, basePath: '/x' },
    ],
  ])('%j', (raw, expected) => {
    const defaults = { searchPath: ['public'], rows: {}, mirrors: {}, sqlTags: [], sqlCallees: [] }
    expect(readSettings(raw)).toEqual({ settings: { ...defaults, ...expected }, problems: [] })
  })
})

describe('what is wrong is said', () => {
  test.each([
    [
      'junk',
      `settings['pg-enum'] must be an object, but is "junk". For example: { migrations: 'db/migrations' }.`,
    ],
    [
      [],
      `settings['pg-enum'] must be an object, but is an empty list. For example: { migrations: 'db/migrations' }.`,
    ],
    [{ migratons: 'db' }, `settings['pg-enum'].migratons is not a setting. Did you mean "migrations"?`],
    [
      { colour: 1 },
      `settings['pg-enum'].colour is not a setting. There are ${Object.keys(SETTINGS).join(', ')}.`,
    ],
    [
      { migrations: 5 },
      `settings['pg-enum'].migrations must be a folder, { dir, tool, searchPath }, or a list of these, but is 5. For example: migrations: 'db/migrations'.`,
    ],
    [
      { migrations: [] },
      `settings['pg-enum'].migrations must be a folder, { dir, tool, searchPath }, or a list of these, but is an empty list. For example: migrations: 'db/migrations'.`,
    ],
    [
      { migrations: ['a', null] },
      `settings['pg-enum'].migrations[1] must be a folder, or { dir, tool, searchPath }, but is null. For example: migrations: 'db/migrations'.`,
    ],
    [
      { migrations: { tool: 'goose' } },
      `settings['pg-enum'].migrations.dir must be a string that is not empty, but is missing. For example: migrations: 'db/migrations'.`,
    ],
    [
      { migrations: [{ dir: 'a', tol: 'goose' }] },
      `settings['pg-enum'].migrations[0].tol is not a setting. Did you mean "tool"?`,
    ],
    [
      { sqlTags: ['a', 7n] },
      `settings['pg-enum'].sqlTags[1] must be a string that is not empty, but is 7. For example: sqlTags: ['query'].`,
    ],
    [
      { rows: { Workspace: [] } },
      `settings['pg-enum'].rows.Workspace must be a string that is not empty, but is an empty list. For example: rows: { Workspace: 'workspaces' }.`,
    ],
    [
      { migrations: 'a', schema: 'b' },
      "settings['pg-enum'] has both migrations and schema, which are two descriptions of one database. Leave one of them out.",
    ],
  ])('%o', (raw, problem) => {
    expect(readSettings(raw).problems).toEqual([problem])
  })

  it('says everything at once', () => {
    expect(readSettings({ migrations: 1, rows: 2, searchPath: 'public', x: 3 }).problems).toHaveLength(4)
  })

  it('gives what is wrong its default', () => {
    expect(readSettings({ searchPath: 'app', rows: { A: 1, B: 'b' } }).settings).toMatchObject({
      searchPath: ['public'],
      rows: { B: 'b' },
    })
  })
})

describe('junk', () => {
  it('never throws, and is never taken for a setting', () => {
    const key = fc.oneof(fc.constantFrom(...Object.keys(SETTINGS), '__proto__', 'toString'), fc.string())
    const settings = fc.dictionary(key, fc.anything({ withBigInt: true, withNullPrototype: true }))
    fc.assert(
      fc.property(fc.oneof(settings, fc.anything()), (raw) => {
        const read = readSettings(raw)
        for (const problem of read.problems) expect(problem).toMatch(/^settings\['pg-enum'\].*[.?]$/s)
        expect(read.settings.searchPath.every((name) => typeof name === 'string')).toBe(true)
      }),
      { seed: 1, numRuns: 1000 },
    )
  })

  it('may throw when it is read', () => {
    const raw = {
      get migrations() {
        throw new Error('no')
      },
    }
    expect(readSettings(raw).problems).toHaveLength(1)
  })

  it('may hold symbols, functions and circles', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect(
      readSettings({ rows: Symbol('s'), mirrors: () => 1, sqlTags: circle, searchPath: NaN }).problems,
    ).toHaveLength(4)
  })
})
