import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { applyEdits, LanguageClient } from './language-client.js'
import { config, Project, small } from './project.js'

test.each(['eslint9', 'eslint10'] as const)('an editor with %s', async (eslint) => {
  const project = new Project({ ...small, 'eslint.config.mjs': config }, eslint)
  const client = new LanguageClient(project.dir)
  onTestFinished(() => client.stop())
  await client.start()

  // Open a file: the diagnostic stands on the constant.
  const uri = pathToFileURL(project.path('src/people.ts')).href
  const text = small['src/people.ts']
  client.open(uri, 'typescript', text)
  const [diagnostic, ...others] = await client.diagnostics(uri)
  expect(others).toEqual([])
  expect(diagnostic).toMatchObject({
    source: 'eslint',
    code: 'pg-enum/no-unknown-value',
    message: expect.stringContaining('"hapy" is not a value of enum mood') as string,
  })
  const { start, end } = diagnostic!.range
  expect(text.slice(start.character, end.character)).toBe(`'hapy'`)

  // One key stroke replaces it.
  const actions = await client.codeActions(uri, diagnostic!)
  const action = actions.find(({ title }) => title.includes('"happy"'))
  expect(action).toMatchObject({ kind: 'quickfix' })
  const fixed = applyEdits(text, await client.execute(action!))
  expect(fixed).toBe(text.replace('hapy', 'happy'))
  client.change(uri, 2, fixed)
  expect(await client.diagnostics(uri)).toEqual([])

  // A migration is changed on disk: at the next change of the file its values count, without a restart.
  client.change(uri, 3, text)
  expect(await client.diagnostics(uri)).toHaveLength(1)
  project.write('migrations/002_hapy.sql', `ALTER TYPE mood ADD VALUE 'hapy';\n`)
  client.change(uri, 4, `${text}// changed\n`)
  expect(await client.diagnostics(uri)).toEqual([])
  project.write('migrations/001_mood.sql', small['migrations/001_mood.sql'].replace('sad', 'glum'))
  client.change(uri, 5, text)
  expect((await client.diagnostics(uri)).map(({ message }) => message)).toEqual([
    expect.stringContaining('"sad" is not a value of enum mood'),
  ])
})
