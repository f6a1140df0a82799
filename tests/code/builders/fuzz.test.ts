import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Linter } from 'eslint'
import { expect, it } from 'vitest'
import * as parser from '@typescript-eslint/parser'
import { findBuilderUses } from '../../../src/code/builders/index.js'
import { inRule } from '../helpers.js'
import { catalogOf } from './catalog.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const catalog = catalogOf(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'))

/** Numerical Recipes' generator: the same numbers on every machine. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state % below
  }
}

const LIBRARIES = [
  'kysely',
  'knex',
  'drizzle',
  'supabase',
  'prisma',
  'typeorm',
  'mikro-orm',
  'sequelize',
  'pg-promise',
]

it('never throws, and reports only ranges of the file, whatever is written', () => {
  const next = random(20240607)
  const linter = new Linter()
  let read = 0
  for (const library of LIBRARIES) {
    const folder = join(FIXTURES, library, 'src')
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'utf8')
      const tokens = text.split(/(\w+|'[^'\n]*'|\s+|[^\w\s])/).filter((token) => token !== '')
      for (let round = 0; round < 8; round++) {
        const mutated = [...tokens]
        for (let change = 0; change <= round % 3; change++) {
          const at = next(mutated.length)
          const other = mutated[next(mutated.length)]!
          if (next(2) === 0) mutated[at] = other
          else mutated.splice(at, next(4), other)
        }
        const code = mutated.join('')
        const options = { files: ['**/*.ts'], languageOptions: { parser } }
        if (linter.verify(code, options, 'file.ts').some(({ fatal }) => fatal)) continue
        read++
        const filename = join(folder, name)
        for (const { range, edit } of inRule(code, { catalog, filename }, findBuilderUses)) {
          expect(range[0]).toBeLessThan(range[1])
          expect(range[1]).toBeLessThanOrEqual(code.length)
          if (edit) expect(edit.range[1]).toBeLessThanOrEqual(code.length)
        }
      }
    }
  }
  expect(read).toBeGreaterThan(20)
})
