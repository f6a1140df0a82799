import type { PGlite } from '@electric-sql/pglite'
import type { Migration } from '../../../src/migrations/migration.js'
import { replayMigrations } from '../../../src/sql/replay.js'
import { ourState } from './ourState.js'
import { RUN_FUNCTION, STATE_FUNCTION } from './postgresState.js'

/** How a statement ended: SQLSTATE ('' for success) and the state after it. */
export interface Outcome {
  readonly code: string
  readonly message: string
  readonly state: readonly string[]
}

/** What differs, for a reader. */
export interface Difference {
  readonly statements: readonly string[]
  /** Index of the statement after which it differs. */
  readonly at: number
  readonly lines: readonly string[]
}

let builtins: ReadonlyMap<string, string> = new Map()

/** Puts names in place of the OIDs of types, and sorts. */
function readable(lines: readonly string[]): string[] {
  const names = new Map(builtins)
  for (const line of lines) {
    const name = /^name (\d+) (.*)$/s.exec(line)
    if (name !== null) names.set(name[1]!, name[2]!)
  }
  return lines
    .filter((line) => !line.startsWith('name '))
    .map((line) =>
      line
        .replace(
          /(^(?:column|domain) .* )#(\d+)/s,
          (_, before: string, oid: string) => before + (names.get(oid) ?? oid),
        )
        .replace(/^(?:operator|cast) .*/s, (whole) =>
          whole.replace(/#(\d+)/g, (_, oid: string) => names.get(oid) ?? oid),
        ),
    )
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

export async function prepare(db: PGlite): Promise<void> {
  await db.exec('SET allow_system_table_mods = on')
  // Types of Postgres's own by OID, arrays with brackets; those of a history come with its state.
  const { rows } = await db.query<{ oid: number; name: string }>(
    `SELECT t.oid::int, 'pg_catalog.' || CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN e.typname || '[]' ELSE t.typname END AS name
     FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem`,
  )
  builtins = new Map(rows.map(({ oid, name }) => [String(oid), name]))
  for (const helper of [STATE_FUNCTION, RUN_FUNCTION]) await db.exec(helper)
  await db.exec('SET enable_seqscan = off')
  await db.exec("SET client_min_messages = 'error'")
}

/** What Postgres does with a history, in one transaction that is taken back. */
export async function runInPostgres(db: PGlite, statements: readonly string[]): Promise<Outcome[]> {
  await db.exec('BEGIN')
  try {
    const { rows } = await db.query<{ results: { code: string; message: string; state: string[] | null }[] }>(
      'SELECT pg_catalog.history_run($1) AS results',
      [statements],
    )
    let state: readonly string[] = []
    return rows[0]!.results.map(({ code, message, state: next }) => {
      state = next === null ? state : readable(next)
      return { code, message, state }
    })
  } finally {
    await db.exec('ROLLBACK')
  }
}

/** What we do with it. A statement that fails is taken back to its savepoint, as the block in Postgres does. */
export function replayHistory(statements: readonly string[], failed: readonly boolean[]): Outcome[] {
  const pieces = [{ text: 'BEGIN', line: 1 }]
  statements.forEach((text, i) => {
    pieces.push({ text: 'SAVEPOINT history', line: 1 }, { text, line: i + 2 })
    if (failed[i] === true) pieces.push({ text: 'ROLLBACK TO SAVEPOINT history', line: 1 })
  })
  const migration: Migration = {
    name: 'history',
    file: 'history.sql',
    pieces,
    transaction: false,
    unread: [],
  }
  const outcomes = statements.map((): Outcome => ({ code: '', message: '', state: [] }))
  let last: readonly string[] = []
  let previous = 0
  replayMigrations([migration], {
    failedStatement: 'abort',
    onResult({ line }, error, catalog) {
      if (line < 2) return
      const i = line - 2
      for (; previous < i; previous++) outcomes[previous] = { code: '', message: '', state: last }
      if (error === undefined) last = ourState(catalog())
      outcomes[i] = { code: error?.code ?? '', message: error?.message ?? '', state: last }
      previous = i + 1
    },
  })
  for (; previous < statements.length; previous++) outcomes[previous] = { code: '', message: '', state: last }
  return outcomes
}

function linesBetween(theirs: readonly string[], ours: readonly string[]): string[] {
  const a = new Set(theirs)
  const b = new Set(ours)
  return [
    ...theirs.filter((line) => !b.has(line)).map((line) => `only Postgres: ${line}`),
    ...ours.filter((line) => !a.has(line)).map((line) => `only we:       ${line}`),
  ]
}

/** What a session does, statement by statement, transactions and all; everything is dropped at the end. */
export async function runSession(db: PGlite, statements: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let state: readonly string[] = []
  for (const statement of statements) {
    let code = ''
    let message = ''
    try {
      await db.exec(statement)
    } catch (error) {
      const failed = error as { code?: string; message: string }
      code = failed.code ?? '?'
      message = failed.message
    }
    try {
      const { rows } = await db.query<{ state: string[] }>('SELECT pg_catalog.history_state() AS state')
      state = readable(rows[0]!.state)
    } catch {
      // The transaction is aborted: what it did does not count, and can't be seen until it is rolled back.
    }
    outcomes.push({ code, message, state })
  }
  await clean(db)
  return outcomes
}

async function clean(db: PGlite): Promise<void> {
  await db.exec('ROLLBACK; RESET search_path; DISCARD TEMP')
  // Those of Postgres's own types are in no schema.
  const { rows: casts } = await db.query<{ source: string; target: string }>(
    'SELECT castsource::regtype::text AS source, casttarget::regtype::text AS target FROM pg_cast WHERE oid >= 16384',
  )
  for (const { source, target } of casts) await db.exec(`DROP CAST (${source} AS ${target})`)
  const { rows } = await db.query<{ name: string }>(
    `SELECT quote_ident(nspname) AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`,
  )
  for (const { name } of rows) await db.exec(`DROP SCHEMA ${name} CASCADE`)
  await db.exec('CREATE SCHEMA public')
}

/** What we do in a session of one migration that is in no transaction of its tool's. */
export function replaySession(statements: readonly string[]): Outcome[] {
  const pieces = statements.map((text, i) => ({ text, line: i + 1 }))
  const migration: Migration = {
    name: 'session',
    file: 'session.sql',
    pieces,
    transaction: false,
    unread: [],
  }
  const outcomes: Outcome[] = []
  let last: Outcome = { code: '', message: '', state: [] }
  replayMigrations([migration], {
    failedStatement: 'abort',
    onResult({ line }, error, catalog) {
      while (outcomes.length < line - 1) outcomes.push({ ...last, code: '', message: '' })
      last = { code: error?.code ?? '', message: error?.message ?? '', state: ourState(catalog()) }
      outcomes.push(last)
    },
  })
  while (outcomes.length < statements.length) outcomes.push({ ...last, code: '', message: '' })
  return outcomes
}

/** How a history is run: in one transaction with a savepoint for each statement, or as a session. */
export type Mode = 'history' | 'session'

/** The first difference between what Postgres does with a history and what we do. */
export async function differenceIn(
  db: PGlite,
  statements: readonly string[],
  mode: Mode = 'history',
): Promise<Difference | undefined> {
  const theirs = mode === 'history' ? await runInPostgres(db, statements) : await runSession(db, statements)
  const ours =
    mode === 'session'
      ? replaySession(statements)
      : replayHistory(
          statements,
          theirs.map((outcome) => outcome.code !== ''),
        )
  for (const [at, their] of theirs.entries()) {
    const our = ours[at]!
    // A fault of Postgres's own is nothing to equal.
    if (their.code === 'XX000') return undefined
    // What an operator is the commutator or negator of is not kept.
    if (/ is already the (?:commutator|negator) of operator /.test(their.message)) return undefined
    if ((their.code === '') !== (our.code === '')) {
      const print = (outcome: Outcome): string =>
        outcome.code === '' ? 'accepts' : `${outcome.code} ${outcome.message}`
      return { statements, at, lines: [`Postgres: ${print(their)}`, `we:       ${print(our)}`] }
    }
    // In an aborted transaction there is nothing to see.
    const aborted = mode === 'session' && their.code !== ''
    const lines = aborted ? [] : linesBetween(their.state, our.state)
    if (lines.length > 0) return { statements, at, lines }
  }
  return undefined
}

/** The same difference from as few statements as will do. */
export async function shrink(
  db: PGlite,
  difference: Difference,
  mode: Mode = 'history',
): Promise<Difference> {
  let best: Difference = { ...difference, statements: difference.statements.slice(0, difference.at + 1) }
  for (let again = true; again;) {
    again = false
    for (let i = best.statements.length - 2; i >= 0; i--) {
      const fewer = best.statements.filter((_, at) => at !== i)
      const other = await differenceIn(db, fewer, mode)
      if (other === undefined || other.at !== fewer.length - 1) continue
      best = other
      again = true
    }
  }
  return best
}
