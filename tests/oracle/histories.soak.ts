/**
 * Random migration histories at length: `npx jiti tests/oracle/histories.soak.ts [histories] [seed] [length]`; one in twenty
 * runs as a session with transactions. Prints each difference with as few statements as will do; exits with 1 when there
 * is any.
 */
import { PGlite } from '@electric-sql/pglite'
import { differenceIn, prepare, shrink } from './histories/compare.js'
import { generateHistory, generateSession } from './histories/generate.js'
import { Random } from './random.js'

const [total = 50_000, seed = 1, length = 12] = process.argv.slice(2).map(Number)
/** A database's backend grows with its caches: a new one now and then. */
const PER_DATABASE = 2_500
let differences = 0
let db: PGlite | undefined
for (let i = 0; i < total; i++) {
  if (db === undefined || i % PER_DATABASE === 0) {
    await db?.close()
    db = new PGlite()
    await prepare(db)
    if (i > 0) console.log(`${i} histories, ${differences} differences`)
  }
  const random = new Random(seed * 1_000_003 + i)
  const mode = i % 20 === 19 ? 'session' : 'history'
  const statements = (mode === 'session' ? generateSession : generateHistory)(random, length)
  try {
    const found = await differenceIn(db, statements, mode)
    if (found === undefined) continue
    differences++
    const few = await shrink(db, found, mode)
    console.log(`--- ${i} (${mode})\n${few.statements.join(';\n')};\n  ${few.lines.slice(0, 8).join('\n  ')}`)
  } catch (error) {
    differences++
    console.log(
      `--- ${i} (${mode})\n${statements.join(';\n')};\n  ${error instanceof Error ? error.stack : String(error)}`,
    )
    await db.close()
    db = undefined
  }
}
await db?.close()
console.log(`${total} histories, ${differences} differences`)
process.exitCode = differences > 0 ? 1 : 0
