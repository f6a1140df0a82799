import type { PGlite } from '@electric-sql/pglite'
import { askAnalysis, askPostgres, type Verdict } from './ask.js'
import { catalogFromPostgres } from './catalogFromPostgres.js'
import { mutate } from './fuzz.js'
import { Random } from './random.js'
import { ident, randomDatabase } from './randomCatalog.js'
import { StatementWriter } from './randomStatement.js'

export interface Difference {
  readonly seed: number
  readonly ddl: string
  readonly statement: string
  readonly what: string
  readonly postgres: Verdict
  readonly ours: Verdict
}

export interface Run {
  readonly statements: number
  /** Statements that Postgres takes once the values are right. */
  readonly accepted: number
  readonly rejections: number
  readonly differences: readonly Difference[]
  /** SQLSTATEs that Postgres gave beside rejected values. */
  readonly errors: ReadonlyMap<string, number>
}

/**
 * Postgres checks these after it has given every constant of the query level its type, or while running: the analysis
 * does not look at them, and then may go on to what stands around that level.
 */
const BEYOND = new Set([
  '42803',
  '42P20',
  '42P10',
  '0A000',
  '42P19',
  '42P18',
  '42P08',
  '42P21',
  '21000',
  '428C9',
  // Something that the catalog does not know either.
  '3F000',
  '42704',
  '42P01',
  '42883',
  // An internal error of Postgres's own.
  'XX000',
  // A constant that is no row literal at all.
  '22P02',
])

/** Drops everything a random database made. */
export async function clean(db: PGlite): Promise<void> {
  await db.exec(
    'RESET search_path; DROP SCHEMA IF EXISTS app CASCADE; DROP SCHEMA IF EXISTS "Other" CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public;',
  )
}

/** What two verdicts differ in; `domains` gives the base types, which Postgres tells clients in their place. */
export function difference(
  postgres: Verdict,
  ours: Verdict,
  domains: ReadonlyMap<number, number>,
): string | undefined {
  const beyond = postgres.error !== undefined && BEYOND.has(postgres.error.code)
  const missed = [...postgres.rejected].filter((rejection) => !ours.rejected.has(rejection))
  if (missed.length > 0) return `missed ${missed.join(', ')}`
  const extra = [...ours.rejected].filter((rejection) => !postgres.rejected.has(rejection))
  if (extra.length > 0 && !beyond) return `not rejected by Postgres: ${extra.join(', ')}`
  if (postgres.error !== undefined) {
    return ours.error === undefined && !beyond
      ? `Postgres refuses: ${postgres.error.code} ${postgres.error.message}`
      : undefined
  }
  if (ours.error !== undefined) return `we refuse: ${ours.error.code} ${ours.error.message}`
  const base = (column: string): string =>
    column.replace(/:(\d+)$/, (_, oid: string) => `:${domains.get(Number(oid)) ?? oid}`)
  const columns = ours.columns?.map(base).join(' ')
  if (columns !== postgres.columns?.join(' '))
    return `columns ${columns} instead of ${postgres.columns?.join(' ')}`
  if (ours.parameters?.join(' ') !== postgres.parameters?.join(' ')) {
    return `parameters ${ours.parameters?.join(' ')} instead of ${postgres.parameters?.join(' ')}`
  }
  return undefined
}

/** Random statements over random databases: what we say against what Postgres says. */
export async function compareStatements(
  db: PGlite,
  options: {
    seed: number
    databases: number
    perDatabase: number
    /** Statements are mutated first: most are refused then, and must be for us too. */
    mutated?: boolean
  },
): Promise<Run> {
  const { seed, databases, perDatabase, mutated = false } = options
  const differences: Difference[] = []
  const errors = new Map<string, number>()
  let accepted = 0
  let rejections = 0
  for (let i = 0; i < databases; i++) {
    const random = new Random(seed + i)
    const database = randomDatabase(random)
    await clean(db)
    await db.exec(database.ddl)
    await db.exec(`SET search_path TO ${database.searchPath.map(ident).join(', ')}`)
    const catalog = await catalogFromPostgres(db, database.searchPath)
    const { rows } = await db.query<{ oid: number; array: number; base: number }>(
      'SELECT oid::int4 AS oid, typarray::int4 AS array, typbasetype::int4 AS base FROM pg_type',
    )
    const arrays = new Map(rows.map((row) => [row.oid, row.array]))
    const domains = new Map(rows.filter((row) => row.base !== 0).map((row) => [row.oid, row.base]))
    const writer = new StatementWriter(random, database)
    for (let n = 0; n < perDatabase; n++) {
      const statement = mutated ? mutate(random, writer.statement()) : writer.statement()
      const postgres = await askPostgres(db, statement)
      const ours = askAnalysis(catalog, statement, (oid) => arrays.get(oid) ?? 0)
      rejections += postgres.rejected.size
      if (postgres.error === undefined) accepted++
      else errors.set(postgres.error.code, (errors.get(postgres.error.code) ?? 0) + 1)
      const what = difference(postgres, ours, domains)
      if (what !== undefined)
        differences.push({ seed: seed + i, ddl: database.ddl, statement, what, postgres, ours })
    }
  }
  return { statements: databases * perDatabase, accepted, rejections, differences, errors }
}
