import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CASES } from './histories/cases.js'
import { differenceIn, prepare, shrink, type Mode } from './histories/compare.js'
import { generateHistory, generateSession } from './histories/generate.js'
import { Random } from './random.js'

let db: PGlite

beforeAll(async () => {
  db = new PGlite()
  await prepare(db)
})

afterAll(() => db.close())

/** Runs `count` histories from a seed; the first that differs fails the test, as few of its statements as will do. */
async function run(mode: Mode, seed: number, count: number, length: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const random = new Random(seed + i)
    const statements = mode === 'history' ? generateHistory(random, length) : generateSession(random, length)
    const difference = await differenceIn(db, statements, mode)
    if (difference === undefined) continue
    const { statements: few, lines } = await shrink(db, difference, mode)
    expect.fail(`Seed ${seed + i}:\n${few.join(';\n')};\n${lines.join('\n')}`)
  }
}

describe('random migration histories leave what Postgres holds, after every statement', () => {
  it('2,000 histories', { timeout: 300_000 }, () => run('history', 1_000_000, 2000, 7))
  it('150 sessions with transactions and savepoints', { timeout: 120_000 }, () =>
    run('session', 2_000_000, 150, 7),
  )
})

describe('histories that once differed', () => {
  it.each(Object.entries(CASES))('%s', async (_, statements) => {
    const difference = await differenceIn(db, statements)
    expect(difference?.lines.join('\n')).toBeUndefined()
  })
})
