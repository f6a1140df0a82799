/**
 * The differential test of statements at length: `npx jiti tests/oracle/statements.soak.ts [statements] [seed] [mutated]`. Prints what
 * differs between the analysis and Postgres; exits with 1 when anything does.
 */
import { PGlite } from '@electric-sql/pglite'
import { compareStatements } from './statements.js'

const mutated = process.argv.includes('mutated')
const [total = 200_000, start = 1] = process.argv
  .slice(2)
  .filter((word) => word !== 'mutated')
  .map(Number)
const PER_DATABASE = 500
const found = new Map<string, number>()
const totals = { statements: 0, accepted: 0, rejections: 0, differences: 0 }
const errors = new Map<string, number>()
// A database's backend grows with its caches: a new one now and then.
for (let done = 0; done < total; done += 20_000) {
  const db = new PGlite()
  const run = await compareStatements(db, {
    seed: start + done,
    databases: Math.ceil(Math.min(20_000, total - done) / PER_DATABASE),
    perDatabase: PER_DATABASE,
    mutated,
  })
  await db.close()
  totals.statements += run.statements
  totals.accepted += run.accepted
  totals.rejections += run.rejections
  totals.differences += run.differences.length
  for (const [code, count] of run.errors) errors.set(code, (errors.get(code) ?? 0) + count)
  for (const difference of run.differences) {
    const key = difference.what.replace(/\d+|"[^"]*"/g, '#').slice(0, 60)
    const count = found.get(key) ?? 0
    found.set(key, count + 1)
    if (count >= 3) continue
    console.log(`--- seed ${difference.seed}: ${difference.what}`)
    console.log(difference.statement)
    console.log(
      'postgres',
      JSON.stringify({ ...difference.postgres, rejected: [...difference.postgres.rejected] }),
    )
    console.log('ours    ', JSON.stringify({ ...difference.ours, rejected: [...difference.ours.rejected] }))
  }
}
console.log(totals, Object.fromEntries(errors), Object.fromEntries(found))
process.exitCode = totals.differences > 0 ? 1 : 0
