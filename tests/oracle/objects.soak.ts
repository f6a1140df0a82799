/**
 * The differential test of objects, bodies and data at length: `npx jiti tests/oracle/objects.soak.ts [pieces] [seed]`. Prints
 * what differs between the analysis and Postgres; exits with 1 when anything does.
 */
import { PGlite } from '@electric-sql/pglite'
import { compareObjects } from './objects.js'

const [total = 20_000, start = 1] = process.argv.slice(2).map(Number)
const PER_DATABASE = 200
let failed = 0
for (let done = 0; done < total; done += 10_000) {
  const db = new PGlite()
  const databases = Math.ceil(Math.min(10_000, total - done) / PER_DATABASE)
  const run = await compareObjects(db, { seed: start + done, databases, perDatabase: PER_DATABASE })
  await db.close()
  failed += run.differences.length
  for (const { seed, piece, what, error } of run.differences.slice(0, 20)) {
    console.log(`--- seed ${seed}, ${piece.kind}: ${what}${error === undefined ? '' : ` [${error}]`}`)
    console.log(piece.sql)
    if (piece.data !== undefined) console.log(piece.data)
  }
  console.log(
    run.pieces,
    Object.fromEntries(run.accepted),
    Object.fromEntries(run.rejections),
    run.differences.length,
  )
}
process.exitCode = failed > 0 ? 1 : 0
