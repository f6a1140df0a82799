import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { usesOf } from './check.js'

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

describe.each(LIBRARIES)('%s', (library) => {
  it.each(sources(library).map((path) => path.slice(FIXTURES.length)))('%s', (name) => {
    const path = join(FIXTURES, name)
    const text = readFileSync(path, 'utf8')
    const wrong = usesOf(text, path).filter(
      ({ value, valueSet }) => !valueSet.values.some((label) => label.value === value),
    )
    const lines = [...new Set(wrong.map(({ range }) => lineOf(text, range[0])))].sort((a, b) => a - b)
    expect(lines).toEqual(marked(path, /\/\/ wrong/))
  })

  it('is reported by tsc where it is marked so, and compiles otherwise', () => {
    for (const path of sources(library))
      expect([path, errors.get(path)]).toEqual([path, marked(path, /\/\/ wrong tsc$/)])
  })
})
