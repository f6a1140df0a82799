import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as parser from '@typescript-eslint/parser'
import { ESLint } from 'eslint'
import { expect, it } from 'vitest'
import pgEnum from '../../src/index.js'

const FIXTURE = fileURLToPath(new URL('../fixtures/service/', import.meta.url))

/** `file:line` of each line whose end says that something on it is wrong. */
function marked(): string[] {
  return readdirSync(join(FIXTURE, 'src'), { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    if (!/\.tsx?$/.test(name)) return []
    return readFileSync(join(FIXTURE, 'src', name), 'utf8')
      .split('\n')
      .flatMap((line, index) => (/(?:\/\/|--) wrong$/.test(line) ? [`${name}:${index + 1}`] : []))
  })
}

it('finds the wrong value in each piece of a service, whatever it talks to the database with, and nothing else', async () => {
  const eslint = new ESLint({
    cwd: FIXTURE,
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.{ts,tsx}'],
        languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
      },
      { ...pgEnum.configure(), rules: { 'pg-enum/no-unknown-value': 'error' } },
    ],
  })
  const results = await eslint.lintFiles(['src'])
  const found = results.flatMap(({ filePath, messages }) =>
    messages.map(({ line }) => `${filePath.slice(join(FIXTURE, 'src/').length)}:${line}`),
  )
  expect(found.sort()).toEqual(marked().sort())
  expect(found.length).toBeGreaterThan(60)
})
