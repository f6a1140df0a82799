/** Mutated statements at length: `npx jiti tests/oracle/fuzz.soak.ts [statements] [seed]`. Prints each fault of the analysis. */
import { parseSql } from '../../src/sql/parser.js'
import { Unreadable } from '../../src/sql/unreadable.js'
import { PGlite } from '@electric-sql/pglite'
import { catalogFromPostgres } from './catalogFromPostgres.js'
import { faultOf, mutate } from './fuzz.js'
import { PieceWriter } from './objects.js'
import { Random } from './random.js'
import { randomDatabase } from './randomCatalog.js'
import { StatementWriter } from './randomStatement.js'

const [total = 500_000, seed = 1] = process.argv.slice(2).map(Number)
const db = new PGlite()
const random = new Random(seed)
const database = randomDatabase(random)
await db.exec(database.ddl)
const catalog = await catalogFromPostgres(db)
await db.close()
const writer = new StatementWriter(random, database)
const pieces = new PieceWriter(random, database)
let faults = 0
let parsed = 0
let slowest = 0
for (let n = 0; n < total; n++) {
  const text = mutate(random, random.chance(0.6) ? writer.statement() : pieces.piece().sql)
  const before = performance.now()
  const fault = faultOf(text, catalog)
  slowest = Math.max(slowest, performance.now() - before)
  if (!(parseSql(text) instanceof Unreadable)) parsed++
  if (fault === undefined) continue
  faults++
  if (faults < 20) console.log(`${fault}\n${text}\n`)
}
console.log({ total, parsed, faults, slowest: Math.round(slowest) })
process.exitCode = faults > 0 ? 1 : 0
