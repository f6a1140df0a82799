import assert from 'node:assert/strict'
import { Linter } from 'eslint'
import * as typescriptParser from '@typescript-eslint/parser'
import type { Rule } from 'eslint'
import type { Catalog } from '../../src/catalog/model.js'
import type { CodeContext } from '../../src/code/context.js'
import type { CodeUse } from '../../src/code/use.js'
import type { TraceEntry } from '../../src/code/trace.js'
import { findDoubtfulUses, findUses } from '../../src/code/uses.js'
import type { Settings } from '../../src/settings.js'

export interface Options {
  readonly catalog?: Catalog | undefined
  readonly settings?: Partial<Settings>
  /** Decides the parser: espree for `.js` and `.cjs`, else typescript-eslint's. */
  readonly filename?: string
  readonly parserOptions?: object
}

/** Runs `look` inside a rule on `code`, as ESLint does, and gives its result. */
export function inRule<T>(code: string, options: Options, look: (context: CodeContext) => T): T {
  const filename = options.filename ?? '/file.ts'
  const script = /\.c?js$/.test(filename)
  let result: { value: T } | undefined
  const rule: Rule.RuleModule = {
    create: (context) => ({
      'Program:exit'() {
        const { sourceCode } = context
        const services = sourceCode.parserServices as { program?: unknown }
        const code: CodeContext = {
          sourceCode: sourceCode as unknown as CodeContext['sourceCode'],
          ast: sourceCode.ast as unknown as CodeContext['ast'],
          filename,
          project: {
            root: '/',
            problems: [],
            catalog: options.catalog,
            settings: {
              searchPath: ['public'],
              rows: {},
              mirrors: {},
              sqlTags: [],
              sqlCallees: [],
              ...options.settings,
            },
          },
          languageOptions: context.languageOptions as { parser?: unknown },
          ...(services.program ? { services: services as never } : {}),
        }
        result = { value: look(code) }
      },
    }),
  }
  const messages = new Linter({ cwd: '/' }).verify(
    code,
    {
      files: ['**/*.{js,jsx,cjs,mjs,ts,tsx,mts,cts}'],
      plugins: { test: { rules: { look: rule } } },
      rules: { 'test/look': 'error' },
      languageOptions: {
        sourceType: filename.endsWith('.cjs') ? 'commonjs' : 'module',
        ...(script ? {} : { parser: typescriptParser as Linter.Parser }),
        parserOptions: { ecmaFeatures: { jsx: /x$/.test(filename) }, ...options.parserOptions },
      },
    },
    { filename },
  )
  if (result === undefined)
    throw new Error(`not linted: ${messages.map((m) => m.message).join(' ')}\n${code}`)
  return result.value
}

/** All uses in the code, right and wrong. Sees to it that what the rule asks for, the doubtful ones, holds every wrong one. */
export function usesIn(code: string, catalog: Catalog, options: Options = {}): readonly CodeUse[] {
  return inRule(code, { ...options, catalog }, (context) => {
    const doubtful = findDoubtfulUses(context).filter(isWrong).map(nameOfUse)
    const uses = findUses(context)
    assert.deepEqual(doubtful, uses.filter(isWrong).map(nameOfUse), `doubtful uses in ${code}`)
    return uses
  })
}

const isWrong = ({ value, valueSet }: CodeUse): boolean => !valueSet.values.some((v) => v.value === value)

const nameOfUse = ({ range, value, valueSet }: CodeUse): string =>
  `${range.join()} ${value} ${valueSet.schema}.${valueSet.name}`

export function traceOf(code: string, catalog: Catalog, options: Options = {}): TraceEntry[] {
  const entries: TraceEntry[] = []
  inRule(code, { ...options, catalog }, (context) => findUses(context, (entry) => entries.push(entry)))
  return entries
}

/** The uses of strings outside their value set. */
export function wrongIn(code: string, catalog: Catalog, options: Options = {}): CodeUse[] {
  return usesIn(code, catalog, options).filter(isWrong)
}

/** Code with `«` and `»` around ranges: the code without the marks, and the ranges. Ranges may nest. */
export function marked(text: string): { code: string; ranges: [number, number][] } {
  let code = ''
  const ranges: [number, number][] = []
  const open: number[] = []
  for (const char of text) {
    if (char === '«') {
      open.push(ranges.length)
      ranges.push([code.length, -1])
    } else if (char === '»') ranges[open.pop()!]![1] = code.length
    else code += char
  }
  return { code, ranges }
}

/** The code with each use's range marked, for uses outside their value set: compares in one go. */
export function markWrong(code: string, catalog: Catalog, options: Options = {}): string {
  const ranges = wrongIn(code, catalog, options).map((u) => u.range)
  const distinct = [...new Map(ranges.map((r) => [r.join(), r])).values()]
  const inserts = distinct.flatMap(([start, end]) => [
    { at: end, mark: '»' },
    { at: start, mark: '«' },
  ])
  return inserts
    .sort((a, b) => b.at - a.at || (a.mark === '«' ? -1 : 1))
    .reduce((text, { at, mark }) => text.slice(0, at) + mark + text.slice(at), code)
}
