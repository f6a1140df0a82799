import { describe, expect, test } from 'vitest'
import { Linter as Linter10, type Linter } from 'eslint'
import { Linter as Linter9 } from 'eslint9'
import { builtinRules } from 'eslint/use-at-your-own-risk'
import tseslint from 'typescript-eslint'
import { sqlComments } from '../../src/language/comments.js'
import { sqlLanguage } from '../../src/language/language.js'

/** Reports every `bad` in the text, so that positions, disable comments and fixes can be seen. */
const noWrong = {
  meta: { fixable: 'code' },
  create(context: {
    sourceCode: { text: string; getLocFromIndex(i: number): never }
    report(d: object): void
  }) {
    return {
      SqlFile() {
        for (const { index } of context.sourceCode.text.matchAll(/bad/g)) {
          context.report({
            message: 'bad',
            loc: {
              start: context.sourceCode.getLocFromIndex(index),
              end: context.sourceCode.getLocFromIndex(index + 3),
            },
            fix: (fixer: { replaceTextRange(r: [number, number], t: string): unknown }) =>
              fixer.replaceTextRange([index, index + 3], 'good'),
          })
        }
      },
    }
  },
}

const config = [
  {
    files: ['**/*.sql'],
    plugins: { 'pg-enum': { languages: { sql: sqlLanguage }, rules: { 'no-wrong': noWrong } } },
    language: 'pg-enum/sql',
    linterOptions: { reportUnusedDisableDirectives: 2 },
    rules: { 'pg-enum/no-wrong': 2 },
  },
] as unknown as Linter.Config[]

for (const [name, linter] of [
  ['ESLint 10', new Linter10()],
  ['ESLint 9', new Linter9() as unknown as Linter10],
] as const) {
  describe(name, () => {
    const lines = (text: string): (string | undefined)[] =>
      linter.verify(text, config, 'a.sql').map((m) => `${m.line}:${m.column} ${m.ruleId ?? ''} ${m.message}`)

    test('positions count lines and columns from 1, in UTF-16 units, with CRLF', () => {
      expect(lines("select 1;\r\nselect '😀', bad;\n")).toEqual(['2:14 pg-enum/no-wrong bad'])
    })

    test.each([
      ["-- eslint-disable-next-line pg-enum/no-wrong -- it is seed data\nselect 'bad'"],
      ["select 'bad' -- eslint-disable-line"],
      ["select 'bad' /* eslint-disable-line pg-enum/no-wrong */"],
      ["/* eslint-disable */\nselect 'bad';\n/* eslint-enable */"],
      ['/* eslint pg-enum/no-wrong: "off" */\nselect bad'],
      ["-- eslint pg-enum/no-wrong: 0\r\nselect 'bad'"],
    ])('a comment turns the report off: %s', (text) => {
      expect(lines(text)).toEqual([])
    })

    test('a disable comment in a string is none, and an unused one is reported', () => {
      expect(lines("select '-- eslint-disable-line', 'bad'")).toEqual(['1:35 pg-enum/no-wrong bad'])
      expect(lines('-- eslint-disable-line\nselect 1')).toEqual([
        '1:1  Unused eslint-disable directive (no problems were reported).',
      ])
    })

    test('fixes are applied', () => {
      expect(linter.verifyAndFix("select 'bad'", config, { filename: 'a.sql' }).output).toBe("select 'good'")
    })
  })
}

test('harmless beside a config for JavaScript that names no files: no rule of ESLint or typescript-eslint throws or reports', () => {
  const rules = [...builtinRules.keys()].map((name) => [name, {}] as const)
  const typed = Object.keys((tseslint.plugin as { rules?: object }).rules ?? {}).map(
    (name) => [`ts/${name}`, { ts: tseslint.plugin }] as const,
  )
  const linter = new Linter10()
  const faults: string[] = []
  for (const [name, plugins] of [...rules, ...typed]) {
    try {
      const messages = linter.verify(
        "select 'x' from t;\n\n\n\n-- todo x  \n",
        [
          ...config,
          {
            plugins: plugins as never,
            languageOptions: {
              ecmaVersion: 2022,
              globals: { a: true },
              parserOptions: { projectService: true },
            },
            rules: { [name]: 2 },
          },
        ],
        'a.sql',
      )
      if (messages.length > 0) faults.push(`${name}: ${messages[0]!.message}`)
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`)
    }
  }
  expect(rules.length + typed.length).toBeGreaterThan(350)
  expect(faults).toEqual([])
})

test.each<[string, string[]]>([
  ['select 1 -- a\n/* b /* c */ d */ --', [' a', ' b /* c */ d ', '']],
  [`'--a' "--b" $$--c$$ $x$ $$ --d $x$ E'\\'--e' -- f`, [' f']],
  [`'it''s -- a' -- b`, [' b']],
  [`'\\' -- a`, [' a']],
  [`a$b$--c`, ['c']],
  ['/* open', [' open']],
  ["'open -- a", []],
  ['-- a\r\n-- b', [' a', ' b']],
])('comments of %s', (text, values) => {
  const comments = sqlComments(text)
  expect(comments.map((comment) => comment.value)).toEqual(values)
  for (const { start, end } of comments) expect(text.slice(start, end)).toMatch(/^(?:--|\/\*)/)
})

test('comments of 4 MB of quotes, dollars and openers are found in linear time', () => {
  for (const unit of ["'", '$', '/*', "\\'", "E'\\\\"]) {
    expect(sqlComments(unit.repeat(2_000_000 / unit.length)).length).toBeLessThan(2)
  }
})
