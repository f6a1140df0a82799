import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Catalog } from '../../../src/catalog/model.js'
import { analyzeSql } from '../../../src/sql/analyze/index.js'
import { replayMigrations } from '../../../src/sql/replay.js'
import { askAnalysis, askPostgres } from '../../oracle/ask.js'
import { catalogFromPostgres } from '../../oracle/catalogFromPostgres.js'
import { difference } from '../../oracle/statements.js'
import { FOUND } from './cases/found.js'
import { POSITIONS } from './cases/positions.js'
import { QUERIES } from './cases/queries.js'
import { SCHEMA } from './cases/schema.js'
import { STATEMENTS } from './cases/statements.js'
import { WRITES } from './cases/writes.js'

let db: PGlite
let catalog: Catalog
/** The same database as its migrations leave it behind. */
let replayed: Catalog

beforeAll(async () => {
  db = new PGlite()
  await db.exec(SCHEMA)
  catalog = await catalogFromPostgres(db)
  const piece = { text: SCHEMA, line: 1 }
  replayed = replayMigrations([{ name: '1', file: '1.sql', pieces: [piece], transaction: true, unread: [] }])
  expect(replayed.unread).toEqual([])
})
afterAll(() => db.close())

interface Marked {
  readonly sql: string
  /** `start-end effect`, in order. */
  readonly wrong: readonly string[]
}

/** Takes the marks out. A mark around an element that is quoted within its array covers the quotes too. */
function unmark(text: string): Marked {
  let sql = ''
  const wrong: string[] = []
  let open = 0
  for (const character of text) {
    if (character === '«' || character === '‹') open = sql.length
    else if (character === '»') wrong.push(`${open}-${sql.length} reject`)
    else if (character === '›') wrong.push(`${open}-${sql.length} never-match`)
    else sql += character
  }
  return { sql, wrong }
}

/** What the analysis finds wrong. An element's own double quotes are left aside, as in the marks. */
function wrongIn(sql: string, inCatalog = catalog): string[] {
  const { uses, unreadable } = analyzeSql(sql, inCatalog)
  expect(unreadable).toBeUndefined()
  const wrong: string[] = []
  for (const use of uses) {
    if (use.type !== 'literal' || use.valueSet.values.some((label) => label.value === use.value)) continue
    let { start, end } = use
    if (use.arrayElement === true) {
      while (/["\\]/.test(sql[start]!) && start < end) start++
      while (/["\\]/.test(sql[end - 1]!) && end > start) end--
    }
    wrong.push(`${start}-${end} ${use.effect}`)
  }
  return wrong.sort((a, b) => parseInt(a) - parseInt(b))
}

/** Whether Postgres refuses the statement because of a value; an error of another kind throws. */
async function isRejected(sql: string): Promise<boolean> {
  try {
    await db.exec(`BEGIN; ${sql}`)
    return false
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message: string }
    if (code === '22P02' && message.startsWith('invalid input value for enum')) return true
    if (code === '23514') return true
    throw thrown
  } finally {
    await db.exec('ROLLBACK; DEALLOCATE ALL')
  }
}

/** Each wrong value taken by itself, with the others made right, must be rejected; all made right, the rest must stand. */
function withOneWrong(text: string, kept: number): string {
  let index = -1
  return text.replace(/«([^»]*)»|‹([^›]*)›/g, (_, reject: string | undefined, never: string | undefined) => {
    if (reject === undefined) return never!
    index++
    if (index === kept) return reject
    const quoted = /^(E?\\?'+|\$\w*\$|U&')/.exec(reject)
    return quoted === null
      ? 'ok'
      : reject.startsWith("''")
        ? "''ok''"
        : reject.startsWith("\\'")
          ? "\\'ok\\'"
          : "'ok'"
  })
}

for (const [group, cases] of Object.entries({ ...QUERIES, ...WRITES, ...STATEMENTS, ...POSITIONS })) {
  describe(group, () => {
    it.each(cases)('%s', async (text) => {
      const { sql, wrong } = unmark(text)
      expect(wrongIn(sql)).toEqual(wrong)
      expect(wrongIn(sql, replayed), 'with the catalog of the replay').toEqual(wrong)
      // What a CHECK limits is rejected only when a row is there: the other tests look at those.
      if (group === 'a CHECK and a domain' || group === 'what never matches') return
      const rejected = wrong.filter((mark) => mark.endsWith('reject')).length
      expect(await isRejected(withOneWrong(text, -1)), withOneWrong(text, -1)).toBe(false)
      for (let i = 0; i < rejected; i++)
        expect(await isRejected(withOneWrong(text, i)), withOneWrong(text, i)).toBe(true)
    })
  })
}

describe.each(Object.entries(FOUND))('%s', (_, statements) => {
  it.each(statements)('%s', async (sql) => {
    const { rows } = await db.query<{ oid: number; array: number; base: number }>(
      'SELECT oid::int4 AS oid, typarray::int4 AS array, typbasetype::int4 AS base FROM pg_type',
    )
    const arrays = new Map(rows.map((row) => [row.oid, row.array]))
    const domains = new Map(rows.filter((row) => row.base !== 0).map((row) => [row.oid, row.base]))
    const ours = askAnalysis(catalog, sql, (oid) => arrays.get(oid) ?? 0)
    expect(difference(await askPostgres(db, sql), ours, domains)).toBeUndefined()
  })
})
