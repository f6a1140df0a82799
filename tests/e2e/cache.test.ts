import { expect, test } from 'vitest'
import { config, Project, small } from './project.js'

test.each(['eslint9', 'eslint10'] as const)(
  '%s --cache forgets its results when a migration changes',
  async (eslint) => {
    const project = new Project(
      { ...small, 'eslint.config.mjs': config, 'src/no-sql.ts': 'export const x = 1\n' },
      eslint,
    )
    const values = async () => (await project.eslint(['--cache', '.'])).map(({ value }) => value)
    expect(await values()).toEqual(['hapy'])
    expect(await values()).toEqual(['hapy'])

    project.write('migrations/002_hapy.sql', `ALTER TYPE mood ADD VALUE 'hapy';\n`)
    expect(await values()).toEqual([])

    project.remove('migrations/002_hapy.sql')
    expect(await values()).toEqual(['hapy'])

    project.write('migrations/001_mood.sql', small['migrations/001_mood.sql'].replace('sad', 'glum'))
    expect(await values()).toEqual(['hapy', 'sad'])
  },
)

test('a warm run over right SQL loads neither what reads SQL and migrations nor what reads code further', async () => {
  const project = new Project({
    'migrations/001_mood.sql': small['migrations/001_mood.sql'],
    'eslint.config.mjs': config,
    'src/right.js': 'export const q = (db) => db.query("SELECT * FROM people WHERE mood = \'happy\'")\n',
    'lint.mjs': `
import { ESLint } from 'eslint'
import { createRequire } from 'node:module'
const results = await new ESLint().lintFiles(['src'])
const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('eslint-plugin-pg-enum'))
console.log(JSON.stringify({
  errors: results.map(({ errorCount }) => errorCount),
  plugin: loaded.some((path) => path.endsWith('plugin.cjs')),
  onDemand: ['finders', 'parts'].filter((name) => loaded.some((path) => path.endsWith(name + '.cjs'))),
}))
`,
  })
  const lint = async (): Promise<unknown> => {
    const { stdout, stderr } = await project.run(process.execPath, ['lint.mjs'])
    expect(stderr).toBe('')
    return JSON.parse(stdout)
  }
  expect(await lint()).toEqual({ errors: [0], plugin: true, onDemand: ['parts'] })
  expect(await lint()).toEqual({ errors: [0], plugin: true, onDemand: [] })
  project.write('src/right.js', project.read('src/right.js').replace('happy', 'hapy'))
  expect(await lint()).toEqual({ errors: [1], plugin: true, onDemand: ['finders', 'parts'] })
})
