import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fingerprint, readMigrationSet } from '../../src/migrations/discover.js'
import type { MigrationSet } from '../../src/migrations/migration.js'
import { folderWith, writeFiles, type Files } from './folders.js'

/** Reads the migrations of Knex in `db/migrations` of a project. */
function setOf(files: Files): MigrationSet & { readonly root: string } {
  const root = folderWith({ 'package.json': '{ "dependencies": { "knex": "3" } }', ...files })
  return { ...readMigrationSet({ root, dir: 'db/migrations', tool: 'knex' }), root }
}

/** The statements, and why something is unread. */
function read(files: Files): readonly string[] {
  return setOf(files).migrations.flatMap(({ pieces, unread }) => [
    ...pieces.map(({ text }) => text),
    ...unread.map(({ reason }) => reason),
  ])
}

/** A migration that makes a type of the labels that `values` is. */
function migration(imports: string, values: string): Files {
  return {
    'db/migrations/1_a.ts': `${imports}
export const up = (knex) => knex.raw(\`CREATE TYPE t AS ENUM (\${${values}.map((value) => \`'\${value}'\`).join(', ')})\`)`,
  }
}

const AB = ["CREATE TYPE t AS ENUM ('a', 'b')"]

test('what is named only as a type, in down or not at all is not read', () => {
  const { root, dependsOn, migrations } = setOf({
    'db/migrations/1_a.ts': `import type { A } from '../../src/a'
import { B } from '../../src/b'
import { C } from '../../src/c'
import '../../src/d'
const { E } = require('../../src/e')
import F = require('../../src/f')
export async function up(knex: B): Promise<B[]> { await knex.raw("CREATE TYPE t AS ENUM ('a')") }
export async function down(knex) { await C.drop(knex, E, F) }`,
    ...Object.fromEntries([...'abcdef'].map((name) => [`src/${name}.ts`, 'export const A = 1'])),
  })
  expect(migrations[0]!.pieces.map(({ text }) => text)).toEqual(["CREATE TYPE t AS ENUM ('a')"])
  expect(dependsOn.filter((path) => path.startsWith(join(root, 'src')))).toEqual([])
})

test.each<[string, string, string, string]>([
  [
    'an enum beside code that can not be followed',
    `import { State } from '../../src/a'`,
    'Object.values(State)',
    `import { connect } from 'lib'
     const app = connect(process.env.URL)
     app.use(State, (db) => db.query('DROP TYPE t'))
     if (!app) throw new Error('no app')
     throw new Error('not run')
     export enum State { A = 'a', B = 'b' }`,
  ],
  [
    'what statements add to a value',
    `import { list } from '../../src/a'`,
    'list',
    `const list = []; list.push('a'); for (const one of ['b']) list.push(one); export { list }`,
  ],
  [
    'what a function adds to a value that it does not get',
    `import { list } from '../../src/a'`,
    'list',
    `export const list: string[] = []; const add = (value: string) => { list.push(value) }; add('a'); add('b')`,
  ],
  [
    'a value that is made of others',
    `import { list } from '../../src/a'`,
    'list',
    `const A = 'a'; function two() { return [A, B] }; const B = 'b'; export const list = two()`,
  ],
  ['a name that is set again', `import { A } from '../../src/a'`, '[A, "b"]', `export let A = 'x'; A = 'a'`],
  [
    'two names that share a value',
    `import { list, add } from '../../src/a'`,
    '(add("b"), list)',
    `export const list = ['a']; export function add(value) { list.push(value) }`,
  ],
  ['the default export', `import list from '../../src/a'`, 'list', `export default ['a', 'b']`],
  [
    'the default export by name',
    `import list from '../../src/a'`,
    'list',
    `const list = ['a', 'b']; export { list as default }`,
  ],
  [
    'module.exports',
    `const { list } = require('../../src/a')`,
    'list',
    `module.exports = { list: ['a', 'b'] }`,
  ],
  [
    'exports',
    `const all = require('../../src/a')`,
    'all.list',
    `exports.list = ['a']; exports.list.push('b')`,
  ],
  ['export =', `import list = require('../../src/a')`, 'list', `const list = ['a', 'b']; export = list`],
  ['all by name', `import * as all from '../../src/a'`, 'all.list', `export const list = ['a', 'b']`],
  ['a list of another', `import { list } from '../../src/a'`, 'list', `export { values as list } from './b'`],
  [
    'all of another',
    `import { values } from '../../src/a'`,
    'values',
    `export * from './c'; export * from './b'`,
  ],
  ['another by name', `import { b } from '../../src/a'`, 'b.values', `export * as b from './b'`],
  [
    'a circle',
    `import { list } from '../../src/a'`,
    'list',
    `import { part } from './c'; export const list = ['a', part]; export const unused = part`,
  ],
])('of a file that is imported, what its names take: %s', (_, imports, values, code) => {
  expect(
    read({
      ...migration(imports, values),
      'src/a.ts': code,
      'src/b.ts': `export const values = ['a', 'b']`,
      'src/c.ts': `import { unused } from './a'; export const part = 'b'; export const other = unused`,
    }),
  ).toEqual(AB)
})

const LARGE = `export const list = ['a', 'b']; // ${'x'.repeat(600_000)}`

test('a file that is too large is not read, which is said where that matters', () => {
  const files = migration(`import { list } from '../../src/a'`, 'list')
  expect(read({ ...files, 'src/a.ts': LARGE })).toEqual([
    'a raw statement is not constant; a.ts, which it imports, is too large to be read',
  ])
  const rows = `import { list } from '../../src/a'
export const up = (knex) => knex('t').insert(list)`
  expect(read({ 'db/migrations/1_a.ts': rows, 'src/a.ts': LARGE })).toEqual([])
})

test('a migration that takes hundreds of files is unread, the next one is not', () => {
  const count = 150
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `src/${index}.ts`,
      `import { list as next } from './${index + 1}'; export const list = next`,
    ]),
  )
  expect(
    read({
      ...files,
      [`src/${count}.ts`]: `export const list = ['a', 'b']`,
      ...migration(`import { list } from '../../src/0'`, 'list'),
      'db/migrations/2_b.ts': migration(`import { list } from '../../src/140'`, 'list')[
        'db/migrations/1_a.ts'
      ]!,
    }),
  ).toEqual([
    "a raw statement is not constant; what it imports takes more of the project's code than is read",
    ...AB,
  ])
})

test.each<[string, string, Files]>([
  [
    'paths',
    'shared/lib/state',
    {
      'tsconfig.json': '{ "compilerOptions": { "paths": { "shared/*": ["./src/shared/*"] } } } // ours',
      'src/shared/lib/state.ts': 'SOURCE',
    },
  ],
  [
    'paths of a configuration that is extended',
    '@/state',
    {
      'db/tsconfig.json': '{ "extends": "../tsconfig.base.json" }',
      'tsconfig.base.json': '{ "compilerOptions": { "baseUrl": "src", "paths": { "@/*": ["*"] } } }',
      'src/state.ts': 'SOURCE',
    },
  ],
  [
    'baseUrl',
    'src/state',
    { 'tsconfig.json': '{ "compilerOptions": { "baseUrl": "." } }', 'src/state.ts': 'SOURCE' },
  ],
  [
    'a package of the repository',
    '@acme/shared',
    {
      'package.json': '{ "workspaces": ["packages/*"], "dependencies": { "knex": "3" } }',
      'packages/shared/package.json': '{ "name": "@acme/shared", "main": "dist/index.js" }',
      'packages/shared/src/index.ts': 'SOURCE',
    },
  ],
])('imports that are not relative are followed: %s', (_, specifier, project) => {
  const source = `export enum State { A = 'a', B = 'b' }`
  const files = Object.entries(project).map(([name, text]) => [name, text === 'SOURCE' ? source : text])
  const set = setOf({
    ...migration(`import { State } from '${specifier}'`, 'Object.values(State)'),
    ...(Object.fromEntries(files) as Files),
  })
  expect(set.migrations[0]!.pieces.map(({ text }) => text)).toEqual(AB)
  // A change of any of these may change what is imported.
  for (const name of Object.keys(project).filter((name) => !name.startsWith('packages/shared/package')))
    expect(set.dependsOn).toContain(join(set.root, name))
})

test('an import leads elsewhere as soon as its configuration, or what it may lead to, changes', () => {
  const paths = (...folders: string[]): string =>
    JSON.stringify({ compilerOptions: { paths: { '@/*': folders.map((folder) => `./${folder}/*`) } } })
  const list = (value: string): string => `export const list = ['${value}']`
  const root = folderWith({
    'package.json': '{ "dependencies": { "knex": "3" } }',
    'tsconfig.json': paths('one', 'two'),
    'two/list.ts': list('two'),
    ...migration(`import { list } from '@/list'`, 'list'),
  })
  const location = { root, dir: 'db/migrations', tool: 'knex' }
  let last = readMigrationSet(location)
  const after = (files: Files): string => {
    const before = fingerprint(last)
    writeFiles(root, files)
    expect(fingerprint(last)).not.toBe(before)
    last = readMigrationSet(location)
    return last.migrations[0]!.pieces[0]!.text
  }
  expect(last.migrations[0]!.pieces[0]!.text).toContain("'two'")
  expect(after({ 'one/list.ts': list('one') })).toContain("'one'")
  expect(after({ 'tsconfig.json': paths('three'), 'three/list/index.ts': list('three') })).toContain(
    "'three'",
  )
})

test('a package that is not of the repository is not known', () => {
  expect(read(migration(`import { list } from 'lib'`, 'list'))).toEqual(['a raw statement is not constant'])
})

test('what has not changed, of a migration and of all that it takes, is not read again', () => {
  const helper = (label: string): string =>
    `import { readFileSync } from 'fs'
export const LABEL = '${label}'
export const file = (name) => readFileSync(__dirname + '/sql/' + name, 'utf8')`
  const root = folderWith({
    'package.json': '{ "dependencies": { "knex": "3" } }',
    'db/help.ts': helper('a'),
    'db/sql/1.sql': 'SELECT 1',
    'db/sql/2.sql': 'SELECT 2',
    'db/migrations/1_a.ts': `import { file } from '../help'\nexport const up = (knex) => knex.raw(file('1.sql'))`,
    'db/migrations/2_b.ts': `import { file } from '../help'\nexport const up = (knex) => knex.raw(file('2.sql'))`,
    'db/migrations/3_c.ts': `import { LABEL } from '../help'\nexport const up = (knex) => knex.raw('SELECT ' + LABEL)`,
    'db/migrations/4_d.ts': `export const up = (knex) => knex.raw('SELECT 4')`,
  })
  const location = { root, dir: 'db/migrations', tool: 'knex' }
  let last = readMigrationSet(location)
  /** The statements of those that were read again when `files` were written. */
  const changed = (files: Files, unsaved?: { path: string; text: string }): readonly string[] => {
    writeFiles(root, files)
    const next = readMigrationSet(location, unsaved)
    const known = new Set(last.migrations)
    expect(next.dependsOn).toEqual(expect.arrayContaining([...last.dependsOn]))
    last = next
    return next.migrations
      .filter((each) => !known.has(each))
      .flatMap(({ pieces }) => pieces.map(({ text }) => text))
  }
  expect(last.migrations.map(({ pieces }) => pieces[0]!.text)).toEqual([
    'SELECT 1',
    'SELECT 2',
    'SELECT a',
    'SELECT 4',
  ])
  expect(changed({})).toEqual([])
  expect(changed({ 'db/sql/2.sql': 'SELECT 22' })).toEqual(['SELECT 22'])
  expect(changed({}, { path: 'db/sql/1.sql', text: 'SELECT 11' })).toEqual(['SELECT 11'])
  expect(changed({})).toEqual(['SELECT 1'])
  const four = `export const up = (knex) => knex.raw('SELECT 44')`
  expect(changed({ 'db/migrations/4_d.ts': four })).toEqual(['SELECT 44'])
  // What is imported may be anything to any of them.
  expect(changed({ 'db/help.ts': helper('b') })).toEqual(['SELECT 1', 'SELECT 22', 'SELECT b', 'SELECT 44'])
  expect(changed({ 'db/help/index.ts': '', 'db/help.js': '' })).toEqual([])
  expect(changed({ 'db/migrations/5_e.ts': four.replace('44', '5') })).toEqual(['SELECT 5'])
})
