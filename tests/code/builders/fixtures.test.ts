import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as parser from '@typescript-eslint/parser'
import { ESLint } from 'eslint'
import type { Linter } from 'eslint'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import pgEnum from '../../../src/index.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const LIBRARIES = [
  'kysely',
  'knex',
  'objection',
  'drizzle',
  'supabase',
  'prisma',
  'typeorm',
  'mikro-orm',
  'sequelize',
  'zapatos',
  'pg-promise',
  'slonik',
]

function sources(library: string): string[] {
  const folder = join(FIXTURES, library, 'src')
  return readdirSync(folder).map((name) => join(folder, name))
}

/** The numbers of the lines (from 1) whose end matches. */
function marked(path: string, mark: RegExp): number[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) => (mark.test(line) ? [index + 1] : []))
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** One program for all of them: most of the time goes into the libraries' own types. */
let errors: Map<string, number[]>

beforeAll(() => {
  const { config } = ts.readConfigFile(join(FIXTURES, 'tsconfig.base.json'), ts.sys.readFile) as {
    config: unknown
  }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, FIXTURES)
  const program = ts.createProgram(LIBRARIES.flatMap(sources), options)
  errors = new Map()
  for (const path of LIBRARIES.flatMap(sources)) {
    const diagnostics = program.getSemanticDiagnostics(program.getSourceFile(path))
    const lines = diagnostics.map(({ file, start }) => lineOf(file!.text, start!))
    errors.set(
      path,
      [...new Set(lines)].sort((a, b) => a - b),
    )
  }
}, 120_000)

/** ESLint as a user has it: the plugin's rule over the library's project, whose migrations it finds by itself. */
async function reports(library: string): Promise<Map<string, Linter.LintMessage[]>> {
  const eslint = new ESLint({
    cwd: join(FIXTURES, library),
    overrideConfigFile: true,
    overrideConfig: [
      { files: ['**/*.ts'], languageOptions: { parser } },
      { ...pgEnum.configure(), rules: { 'pg-enum/no-unknown-value': 'error' } },
    ],
  })
  const results = await eslint.lintFiles(['src'])
  return new Map(results.map(({ filePath, messages }) => [filePath, messages]))
}

describe.each(LIBRARIES)('%s', (library) => {
  it('has a report on every line that is marked, and on no other', async () => {
    const found = await reports(library)
    expect([...found.keys()].sort()).toEqual(sources(library).sort())
    for (const [path, messages] of found) {
      const lines = [...new Set(messages.map(({ line }) => line))].sort((a, b) => a - b)
      expect([path, lines]).toEqual([path, marked(path, /\/\/ wrong/)])
      for (const { message } of messages)
        expect(message).toMatch(/is not a value of|violates check|can never match/)
    }
  })

  it('is reported by tsc where it is marked so, and compiles otherwise', () => {
    for (const path of sources(library)) {
      expect([path, errors.get(path)]).toEqual([path, marked(path, /\/\/ wrong tsc$/)])
    }
  })
})
