import { describe, expect, test } from 'vitest'
import { config, Project, small, smallJavaScript } from './project.js'

const commonJs = `const parser = require('@typescript-eslint/parser')
const pgEnum = require('eslint-plugin-pg-enum')
module.exports = [{ files: ['**/*.ts'], languageOptions: { parser } }, pgEnum.configs.recommended]
`
const typeScript = `import parser from '@typescript-eslint/parser'
import type { Linter } from 'eslint'
import pgEnum from 'eslint-plugin-pg-enum'
const all: Linter.Config[] = [
  { files: ['**/*.ts'], ignores: ['eslint.config.ts'], languageOptions: { parser } },
  { ignores: ['eslint.config.ts'] },
  pgEnum.configs.recommended,
]
export default all
`
const found = [
  {
    file: 'src/people.ts',
    line: 1,
    value: 'hapy',
    ruleId: 'pg-enum/no-unknown-value',
    message: expect.stringMatching(
      /^"hapy" is not a value of enum mood \(people\.mood, .*001_mood\.sql:1\)\. Did you mean "happy"\?$/,
    ) as string,
  },
]

describe.each(['eslint9', 'eslint10'] as const)('%s', (eslint) => {
  test.each([
    ['eslint.config.mjs', config],
    ['eslint.config.cjs', commonJs],
    ['eslint.config.ts', typeScript],
  ])('reads %s', async (name, text) => {
    const project = new Project({ ...small, [name]: text }, eslint)
    expect(await project.eslint()).toEqual(found)
  })

  test('works in several threads', async () => {
    const project = new Project({ ...small, 'eslint.config.mjs': config }, eslint)
    for (let i = 0; i < 6; i++) project.write(`src/other${i}.ts`, small['src/people.ts'])
    const reports = await project.eslint(['--concurrency', '2', '.'])
    expect(reports.map(({ file, value }) => `${file} ${value}`)).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((i) => `src/other${i}.ts hapy`),
      'src/people.ts hapy',
    ])
  })
})

test('a config that many repositories share finds the migrations of each', async () => {
  const project = new Project({
    'node_modules/eslint-config-acme/package.json': `{ "name": "eslint-config-acme", "type": "module", "exports": "./index.js" }`,
    'node_modules/eslint-config-acme/index.js': config
      .replace(', pgEnum', ', ...[pgEnum')
      .replace('recommended]', 'recommended]]'),
    'one/eslint.config.mjs': `export { default } from 'eslint-config-acme'\n`,
    'one/migrations/001_mood.sql': small['migrations/001_mood.sql'],
    'one/src/people.ts': small['src/people.ts'],
    'two/eslint.config.mjs': `export { default } from 'eslint-config-acme'\n`,
    'two/db/migrations/001_mood.sql': small['migrations/001_mood.sql'].replace("'sad'", "'hapy'"),
    'two/src/people.ts': small['src/people.ts'],
  })
  const value = async (folder: string) =>
    (await project.eslint(['.'], project.path(folder))).map((report) => report.value)
  expect(await value('one')).toEqual(['hapy'])
  expect(await value('two')).toEqual(['sad'])
})

test('a project in JavaScript needs no TypeScript', async () => {
  const project = new Project(
    {
      ...smallJavaScript,
      'eslint.config.mjs': `import pgEnum from 'eslint-plugin-pg-enum'\nexport default [pgEnum.configs.recommended]\n`,
    },
    'withoutTypeScript',
  )
  const reports = await project.eslint()
  expect(reports.map(({ file, value }) => `${file} ${value}`)).toEqual(['src/people.js hapy'])
})

test('require() and import give the same plugin, with types', async () => {
  const project = new Project({
    'same.cjs': `
      const plugin = require('eslint-plugin-pg-enum')
      import('eslint-plugin-pg-enum').then((module) => {
        console.log(plugin === module.default, Object.keys(plugin.rules).includes('no-unknown-value'))
      })`,
    'tsconfig.json': `{ "compilerOptions": { "module": "NodeNext", "strict": true, "noEmit": true, "types": [] }, "include": ["*.ts", "*.cts"] }`,
    'module.ts': `
      import pgEnum from 'eslint-plugin-pg-enum'
      import { defineConfig } from 'eslint/config'
      export default defineConfig(pgEnum.configs.recommended, pgEnum.configure({ migrations: 'db' }))
      // @ts-expect-error: a setting that does not exist
      pgEnum.configure({ migration: 'db' })`,
    'common.cts': `
      import pgEnum = require('eslint-plugin-pg-enum')
      import type { Linter } from 'eslint'
      export const all: Linter.Config[] = [pgEnum.configs.recommended]`,
  })
  expect(await project.run(process.execPath, ['same.cjs'])).toEqual({
    code: 0,
    stdout: 'true true\n',
    stderr: '',
  })
  // Without skipLibCheck: the declarations may only name types that a user has.
  const tsc = await project.run(process.execPath, [project.path('../node_modules/typescript/bin/tsc')])
  expect(tsc).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('where there is no SQL and the migrations are known, the SQL parser is not loaded', async () => {
  const project = new Project({
    ...small,
    'src/people.ts': `export const status: string = 'a word that is no query'\n`,
    'eslint.config.mjs': config,
    'lint.mjs': `
      import { ESLint } from 'eslint'
      const { Module } = WebAssembly
      let loaded = 0
      WebAssembly.Module = function (bytes) {
        loaded++
        return new Module(bytes)
      }
      const [{ messages }] = await new ESLint().lintFiles(['src/people.ts'])
      console.log(messages.length, loaded)`,
  })
  // The first run keeps what it has read of the migrations.
  expect((await project.run(process.execPath, ['lint.mjs'])).stdout).toBe('0 1\n')
  expect((await project.run(process.execPath, ['lint.mjs'])).stdout).toBe('0 0\n')
})
