import { readdirSync, readFileSync } from 'node:fs'
import typescriptParser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import plugin from '../../src/index.js'
import { Files } from '../project/files.js'

const folder = new URL('../../docs/rules/', import.meta.url)

interface Example {
  readonly kind: 'correct' | 'incorrect'
  readonly options: readonly unknown[]
  readonly code: string
}

/** The blocks of a page: the SQL of its migration, and its examples. */
function readPage(name: string): { migration: string; examples: Example[] } {
  const page = readFileSync(new URL(name, folder), 'utf8')
  const [, migration = ''] = /^```sql\n([\s\S]*?)^```$/m.exec(page) ?? []
  const examples = [...page.matchAll(/^```tsx? (correct|incorrect)(?: (\{.*\}))?\n([\s\S]*?)^```$/gm)].map(
    ([, kind, options, code]) => ({
      kind: kind as Example['kind'],
      options: options === undefined ? [] : [JSON.parse(options) as unknown],
      code: code!,
    }),
  )
  return { migration, examples }
}

describe.each(readdirSync(folder))('%s', (name) => {
  const { migration, examples } = readPage(name)
  const rule = `pg-enum/${name.replace(/\.md$/, '')}`

  it('has examples of both kinds', () => {
    expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(['correct', 'incorrect']))
  })

  it.each(examples)('$kind: $code', ({ kind, options, code }) => {
    const files = new Files({ 'migrations/001_init.sql': migration })
    const messages = new Linter({ cwd: files.dir }).verify(
      code,
      {
        files: ['**/*.ts'],
        languageOptions: { parser: typescriptParser as Linter.Parser },
        plugins: { 'pg-enum': plugin },
        rules: { [rule]: ['error', ...options] },
        settings: { 'pg-enum': { migrations: 'migrations' } },
        linterOptions: { reportUnusedDisableDirectives: 'error' },
      },
      files.path('src/example.ts'),
    )
    if (kind === 'correct') expect(messages).toEqual([])
    else {
      expect(messages.map(({ ruleId }) => ruleId)).toContain(rule)
      expect(messages.every(({ fatal }) => fatal !== true)).toBe(true)
    }
  })
})
