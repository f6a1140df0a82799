import fc from 'fast-check'
import { expect, test } from 'vitest'
import { catalog } from './check.js'
import { faultOf, mutated } from './fuzz.js'

test('mutated code neither throws nor gives ranges outside the file', () => {
  let linted = 0
  fc.assert(
    fc.property(mutated, (code) => {
      const result = faultOf(code, catalog)
      if (result.linted) linted++
      expect(result.fault).toBeUndefined()
    }),
    { numRuns: 150, seed: 7 },
  )
  expect(linted).toBeGreaterThan(30)
})
