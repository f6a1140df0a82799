/** Mutated TypeScript at length: `npx jiti tests/code/sql/fuzz.soak.ts [programs] [seed]`. Prints each fault, and what took longest. */
import fc from 'fast-check'
import { catalogOf } from '../builders/catalog.js'
import { DDL } from './ddl.js'
import { faultOf, mutated } from './fuzz.js'

const [total = 200_000, seed = 1] = process.argv.slice(2).map(Number)
const catalog = catalogOf(DDL)
let linted = 0
let faults = 0
let slowest = 0
for (let done = 0; done < total; done += 1000) {
  for (const code of fc.sample(mutated, { numRuns: Math.min(1000, total - done), seed: seed + done })) {
    const before = performance.now()
    const result = faultOf(code, catalog)
    slowest = Math.max(slowest, performance.now() - before)
    if (result.linted) linted++
    if (result.fault === undefined) continue
    faults++
    if (faults < 20) console.log(`${result.fault}\n${code}\n`)
  }
}
console.log({ total, linted, faults, slowest: Math.round(slowest) })
process.exitCode = faults > 0 ? 1 : 0
