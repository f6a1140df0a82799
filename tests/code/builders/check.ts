import { Linter } from 'eslint'
import * as parser from '@typescript-eslint/parser'
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { Catalog } from '../../../src/catalog/model.js'
import { findBuilderUses } from '../../../src/code/builders/index.js'
import type { CodeContext } from '../../../src/code/context.js'
import type { CodeUse } from '../../../src/code/use.js'
import { catalogOf } from './catalog.js'

const catalog = catalogOf(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'))

/** All uses that the finder gives for a piece of TypeScript, by way of the real ESLint. */
export function usesOf(code: string, filename = 'file.ts', using: Catalog = catalog): CodeUse[] {
  let uses: CodeUse[] | undefined
  const linter = new Linter()
  const messages = linter.verify(
    code,
    {
      files: ['**/*.ts'],
      languageOptions: { parser },
      plugins: {
        test: {
          rules: {
            find: {
              create(context) {
                uses = findBuilderUses({
                  sourceCode: context.sourceCode,
                  ast: context.sourceCode.ast,
                  filename: context.filename,
                  project: { catalog: using, problems: [], root: '/' },
                  languageOptions: context.languageOptions,
                } as unknown as CodeContext)
                return {}
              },
            },
          },
        },
      },
      rules: { 'test/find': 'error' },
    },
    { filename },
  )
  expect(messages).toEqual([])
  return uses!
}

/**
 * Checks one piece of code. Wrong values are written between `«` and `»`, with their quotes: each must be found, outside
 * the value set, at exactly that range, and no other outside.
 */
export function check(marked: string, filename?: string): void {
  const ranges: [number, number][] = []
  let code = ''
  for (const part of marked.split(/(?=[«»])/)) {
    if (part.startsWith('«')) ranges.push([code.length, -1])
    if (part.startsWith('»')) ranges.find((range) => range[1] === -1)![1] = code.length
    code += part.replace(/^[«»]/, '')
  }
  const wrong = usesOf(code, filename).filter(
    ({ value, valueSet }) => !valueSet.values.some((label) => label.value === value),
  )
  const text = (range: readonly [number, number]) => `${range[0]}: ${code.slice(...range)}`
  expect(wrong.map(({ range }) => text(range))).toEqual(ranges.map(text))
}

/** The uses of a piece of code, right or wrong, one line each: `write workspaces.status = online`. */
export function summary(code: string): string[] {
  return usesOf(code).map(
    ({ kind, target, value, effect }) =>
      `${kind} ${target.label} = ${value}${effect === 'reject' ? '' : ` (${effect})`}`,
  )
}
