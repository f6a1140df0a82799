import { expect, it } from 'vitest'
import { replayMutated } from './fuzz.js'

it('2,000 mutated migrations: no exception, no hang', { timeout: 120_000 }, () => {
  for (let seed = 1; seed <= 2000; seed++) {
    let ms = 0
    try {
      ms = replayMutated(seed)
    } catch (error) {
      expect.fail(`Seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`)
    }
    expect(ms, `seed ${seed}`).toBeLessThan(10_000)
  }
})
