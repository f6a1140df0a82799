/**
 * Mutated migrations at length: `npx jiti tests/sql/fuzz.soak.ts [files] [seed]`. Prints each exception and each file that
 * takes long, and the memory in use; exits with 1 when there is any.
 */
import { replayMutated } from './fuzz.js'

const [total = 200_000, seed = 1] = process.argv.slice(2).map(Number)
const LONG_MS = 2_000
let bad = 0
let longest = 0
for (let i = 0; i < total; i++) {
  try {
    const ms = replayMutated(seed * 1_000_003 + i)
    longest = Math.max(longest, ms)
    if (ms > LONG_MS) {
      bad++
      console.log(`${seed * 1_000_003 + i} takes ${Math.round(ms)} ms`)
    }
  } catch (error) {
    bad++
    console.log(`${seed * 1_000_003 + i}: ${error instanceof Error ? error.stack : String(error)}`)
  }
  if (i % 20_000 === 19_999) {
    console.log(
      `${i + 1} files, ${bad} bad, longest ${Math.round(longest)} ms, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`,
    )
  }
}
console.log(`${total} files, ${bad} bad, longest ${Math.round(longest)} ms`)
process.exitCode = bad > 0 ? 1 : 0
