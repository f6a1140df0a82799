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
