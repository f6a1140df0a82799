import { applyChange } from '../catalog/apply.js'
import { dropObjects } from '../catalog/drop.js'
import { PgError, Unknowable } from '../catalog/error.js'
import type { FrozenCatalog } from '../catalog/frozen.js'
import type { Catalog, Unread } from '../catalog/model.js'
import { Store, TEMP } from '../catalog/store.js'
import type { Migration, MigrationSet, SqlPiece, UnreadSource } from '../migrations/migration.js'
import { STAND_IN } from './standIn.js'
import { adds, concernsValueSets, isHarmless, objectsNamedIn } from './concern.js'
import { describeExpression, describeQuery } from './ddl/describe.js'
import { editPgEnum } from './procedures/editPgEnum.js'
import { readStatements } from './ddl/read.js'
import { renameInExpression, replaceConstant } from './ddl/expressions.js'
import type { Action, SessionAction, Step } from './ddl/step.js'
import { actionBears } from './procedures/bearing.js'
import { dynamicReader, type DynamicCache } from './procedures/reader.js'
import { Interpreter } from './procedures/run.js'
import { storeBuiltins } from './storeBuiltins.js'

/** Where a statement stands. */
export interface StatementPlace {
  readonly migration: string
  readonly file: string
  /** From 1. */
  readonly line: number
  /** UTF-16 offset in the file; undefined where the text is not a slice of it. */
  readonly offset: number | undefined
}

export interface ReplayOptions {
  /** Default `['public']`. */
  readonly searchPath?: readonly string[]
  /** Stop after this migration: its name or file, with or without extension. */
  readonly until?: string
  /**
   * What a statement does that our catalog says Postgres rejects. `skip`, the default, goes on without it, and notes it
   * as unread where it may change a value set: more likely than a failed migration is something that we don't know.
   * `abort` does what Postgres does with nothing else in the database: a transaction is aborted until it is rolled back.
   */
  readonly failedStatement?: 'skip' | 'abort'
  /** The steps of a piece of a file, from a cache; `readStatements` where it is left out. */
  readonly stepsOf?: (piece: SqlPiece, file: string) => readonly Step[]
  /** Keeps what is read of dynamic SQL beyond this replay. */
  readonly dynamicCache?: DynamicCache
  /** Called before each migration; the checkpoint is made when it is asked for. */
  readonly onMigration?: (migration: Migration, checkpoint: () => Checkpoint) => void
  /** Called before each statement that may bear on the catalog, with the catalog just before it. */
  readonly onStatement?: (place: StatementPlace, catalog: () => Catalog) => void
  /** Called after each statement with how it ended: undefined, or what Postgres would answer. */
  readonly onResult?: (place: StatementPlace, error: PgError | undefined, catalog: () => Catalog) => void
}

/** The database just before a migration. */
export interface Checkpoint {
  /**
   * Runs `migration`, which may hold another text than it had, and gives the catalog behind it. What later calls find is
   * not changed.
   */
  run(migration: Migration, hooks: Pick<ReplayOptions, 'onStatement' | 'onResult'>): Catalog
  /** Replays the migrations from here on, which may be others than they were. Not within one transaction of all. */
  continue(rest: ReplayedSet, hooks: Pick<ReplayOptions, 'onMigration'>): FrozenCatalog
}

interface Savepoint {
  readonly name: string
  readonly mark: number
}

/** A transaction that is open: failed ones take no statement until they are rolled back. */
interface Transaction {
  readonly savepoints: Savepoint[]
  failed: boolean
}

/** One database session that migrations run in. */
class Session {
  readonly store: Store
  readonly #interpreter: Interpreter
  #transaction: Transaction | undefined

  constructor(options: ReplayOptions, store?: Store) {
    this.store =
      store ??
      new Store({
        searchPath: options.searchPath ?? ['public'],
        strict: options.failedStatement === 'abort',
        describeQuery,
        describeExpression,
        builtins: storeBuiltins,
        renameInExpression,
        replaceConstant,
      })
    this.#interpreter = new Interpreter(this.store, dynamicReader(options.dynamicCache), (action) =>
      this.#run(action),
    )
  }

  begin(): void {
    this.#transaction ??= { savepoints: [], failed: false }
  }

  commit(): void {
    const transaction = this.#transaction
    this.#transaction = undefined
    if (transaction?.failed === true) this.store.journal.rollback(0)
    else this.#dropOnCommit()
    this.store.endTransaction()
  }

  rollback(): void {
    this.#transaction = undefined
    this.store.journal.rollback(0)
    this.store.endTransaction()
  }

  /** A new session in the same database. */
  reconnect(): void {
    this.commit()
    this.#dropTemporary()
    this.store.setSearchPath(undefined, false)
    this.store.endTransaction()
  }

  #dropTemporary(): void {
    if (!this.store.schemas.has(TEMP)) return
    dropObjects(this.store, [{ is: 'schema', name: TEMP }], true)
  }

  #dropOnCommit(): void {
    const { droppedOnCommit } = this.store
    if (droppedOnCommit.size === 0) return
    for (const [relation] of [...droppedOnCommit.entries()]) {
      if (droppedOnCommit.has(relation)) dropObjects(this.store, [{ is: 'relation', relation }], true)
    }
  }

  /** Runs a statement; gives what Postgres would answer where it fails. Throws Unknowable for what can't be known. */
  statement(actions: readonly Action[]): PgError | undefined {
    const [first] = actions
    if (first?.do === 'transaction') return this.#control(first)
    if (this.#transaction?.failed === true) {
      return new PgError(
        '25P02',
        'current transaction is aborted, commands ignored until end of transaction block',
      )
    }
    const { journal } = this.store
    const mark = journal.mark()
    this.store.subtransactions = this.#transaction?.savepoints.length ?? 0
    this.#interpreter.reset()
    try {
      for (const action of actions) this.#run(action)
    } catch (error) {
      journal.rollback(mark)
      if (!(error instanceof PgError)) {
        if (this.#transaction === undefined) this.store.endTransaction()
        throw asUnknowable(error, this.store.strict)
      }
      this.#fail()
      return error
    }
    if (this.#transaction === undefined) {
      this.#dropOnCommit()
      this.store.endTransaction()
    }
    return undefined
  }

  #fail(): void {
    if (this.#transaction === undefined) this.store.endTransaction()
    else if (this.store.strict) this.#transaction.failed = true
  }

  #control(action: Extract<SessionAction, { do: 'transaction' }>): PgError | undefined {
    const transaction = this.#transaction
    switch (action.what) {
      case 'begin':
        if (transaction?.failed === true) return new PgError('25P02', 'current transaction is aborted')
        this.begin()
        return undefined
      case 'commit':
        this.commit()
        if (action.chain === true) this.begin()
        return undefined
      case 'rollback':
        // Without a transaction it is a warning.
        if (transaction !== undefined) this.rollback()
        if (action.chain === true) this.begin()
        return undefined
      default:
        return this.#savepoint(action, transaction)
    }
  }

  #savepoint(
    action: Extract<SessionAction, { do: 'transaction' }>,
    transaction: Transaction | undefined,
  ): PgError | undefined {
    if (transaction === undefined) {
      return new PgError('25P01', 'SAVEPOINT can only be used in transaction blocks')
    }
    const name = action.savepoint ?? ''
    if (action.what === 'savepoint') {
      if (transaction.failed) return new PgError('25P02', 'current transaction is aborted')
      transaction.savepoints.push({ name, mark: this.store.journal.mark() })
      return undefined
    }
    if (action.what === 'release' && transaction.failed)
      return new PgError('25P02', 'current transaction is aborted')
    const at = transaction.savepoints.findLastIndex((savepoint) => savepoint.name === name)
    const savepoint = transaction.savepoints[at]
    if (savepoint === undefined) {
      if (this.store.strict) transaction.failed = true
      return new PgError('3B001', `savepoint "${name}" does not exist`)
    }
    if (action.what === 'release') transaction.savepoints.splice(at)
    else {
      this.store.journal.rollback(savepoint.mark)
      transaction.savepoints.splice(at + 1)
      transaction.failed = false
    }
    return undefined
  }

  #run(action: Action): void {
    switch (action.do) {
      case 'transaction':
        // COMMIT within a procedure.
        if (this.#transaction !== undefined) throw new PgError('2D000', 'invalid transaction termination')
        if (action.what === 'commit') this.store.endTransaction()
        else this.store.journal.rollback(0)
        return
      case 'set search path':
        return this.store.setSearchPath(action.schemas, action.local === true)
      case 'reset all':
        return this.store.setSearchPath(undefined, false)
      case 'discard':
        this.#dropTemporary()
        if (!action.temporary) this.store.setSearchPath(undefined, false)
        return
      case 'run block':
        return this.#interpreter.runBlock(action.block)
      case 'query':
        this.#interpreter.runSelect(action.query)
        return
      case 'edit pg_enum':
        return editPgEnum(this.#interpreter, action.statement)
      case 'unread':
        if (action.rejected === true && this.store.strict) throw new PgError('42601', action.reason)
        throw new Unknowable(action.reason)
      default:
        return applyChange(this.store, action)
    }
  }
}

/**
 * What goes wrong in one statement, be it by a fault of ours, costs that statement only. Strict replays are tests: there a
 * fault is thrown.
 */
function asUnknowable(error: unknown, strict: boolean): unknown {
  if (error instanceof RangeError) return new Unknowable('it is nested too deeply')
  if (error instanceof Unknowable || strict) return error
  return new Unknowable(`${OWN_FAULT}: ${String(error)}`)
}

/** How the reason starts where a statement is unread by a fault of ours. */
export const OWN_FAULT = 'this statement can not be followed, which is a fault of eslint-plugin-pg-enum'

function withoutExtension(name: string): string {
  return name.replace(/(?:\.(?:up|do))?\.\w+$/i, '')
}

function isNamed(migration: Migration, name: string): boolean {
  const last = migration.file.slice(migration.file.lastIndexOf('/') + 1)
  const names = [migration.name, migration.file, last]
  return names.some(
    (each) =>
      each === name || withoutExtension(each) === name || withoutExtension(each) === withoutExtension(name),
  )
}

/** The options that are given. */
function defined(options: {
  readonly [Key in keyof ReplayOptions]: ReplayOptions[Key] | undefined
}): ReplayOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/** What of a migration set is replayed. */
export type ReplayedSet = Pick<MigrationSet, 'migrations' | 'unread' | 'oneTransaction'>

/** Replays the migrations of one set, in their order. */
class Replay {
  readonly #session: Session
  readonly #steps: (piece: SqlPiece, file: string) => readonly Step[]

  constructor(
    readonly options: ReplayOptions,
    store?: Store,
  ) {
    this.#session = new Session(options, store)
    this.#steps = options.stepsOf ?? ((piece) => readStatements(piece.text, piece.line))
  }

  run({ migrations, unread, oneTransaction }: ReplayedSet): FrozenCatalog {
    const session = this.#session
    const { until } = this.options
    const last = until === undefined ? undefined : migrations.find((each) => isNamed(each, until))
    if (oneTransaction) session.begin()
    for (const migration of migrations) {
      this.options.onMigration?.(migration, () => this.#checkpoint(oneTransaction))
      this.#migration(migration, oneTransaction)
      if (migration === last) break
    }
    session.reconnect()
    this.#noteSources(unread)
    return session.store.freeze()
  }

  #checkpoint(oneTransaction: boolean): Checkpoint {
    const store = this.#session.store.clone()
    const { searchPath, failedStatement, stepsOf, dynamicCache } = this.options
    const options = { searchPath, failedStatement, stepsOf, dynamicCache }
    return {
      run: (migration, hooks) => {
        const replay = new Replay({ ...defined(options), ...hooks }, store.clone())
        if (oneTransaction) replay.#session.begin()
        replay.#migration(migration, oneTransaction)
        return replay.#session.store.freeze()
      },
      continue: (rest, hooks) => new Replay({ ...defined(options), ...hooks }, store.clone()).run(rest),
    }
  }

  #migration(migration: Migration, oneTransaction: boolean): void {
    const session = this.#session
    if (!oneTransaction) {
      session.reconnect()
      if (migration.transaction) session.begin()
    } else if (!migration.transaction) session.commit()
    for (const piece of migration.pieces) {
      const file = piece.file ?? migration.file
      for (const step of this.#steps(piece, file)) this.#step(migration, piece, file, step)
    }
    if (!oneTransaction) session.commit()
    else if (!migration.transaction) session.begin()
    this.#noteSources(migration.unread)
  }

  /** What the tool's files hold that is no SQL we can read. */
  #noteSources(sources: readonly UnreadSource[]): void {
    const { store } = this.#session
    for (const { text, statement, ...unread } of sources) {
      if (statement !== undefined && this.#changesNothing(statement, unread.file, unread.line)) continue
      const touches = text === undefined ? unread.touches : objectsNamedIn(store.freeze(), text)
      store.unread.push(touches === undefined ? unread : { ...unread, touches })
    }
  }

  /**
   * Whether a statement that may have run changes no value set in either case. What it adds is taken as added: a column that
   * is not known would be taken for another table's.
   */
  #changesNothing(statement: string, file: string, line: number): boolean {
    const { store } = this.#session
    // In a query, what is not known is a value.
    const text = /^\s*create\b[^;]*?\bview\b/i.test(statement)
      ? statement.replaceAll(new RegExp(`(?<![\\w"])${STAND_IN}(?![\\w"])`, 'g'), 'NULL')
      : statement
    const actions = readStatements(text, line).flatMap((step) => step.actions)
    if (!actions.every((action) => isHarmless(store, action))) return false
    store.origin = { file, line }
    return actions.every((action) => {
      const error = adds(action) ? this.#session.statement([action]) : undefined
      return error === undefined || action.do !== 'create from query'
    })
  }

  #step(migration: Migration, piece: SqlPiece, file: string, step: Step): void {
    const { store } = this.#session
    const place: StatementPlace = {
      migration: migration.name,
      file,
      line: step.line,
      offset: piece.offset === undefined ? undefined : piece.offset + step.start,
    }
    const catalog = (): Catalog => store.freeze()
    this.options.onStatement?.(place, catalog)
    store.origin = { file, line: step.line }
    try {
      const error = this.#session.statement(step.actions)
      if (error !== undefined && !store.strict && concernsValueSets(store, step.actions, error)) {
        // Postgres did run it, so what it names may not be what the catalog holds of it.
        const text = step.text ?? JSON.stringify(step.actions)
        this.#note(place, `this statement can not be followed: ${error.message}`, { ...step, text })
      }
      this.options.onResult?.(place, error, catalog)
    } catch (error) {
      if (!(error instanceof Unknowable)) throw error
      if (step.actions.some((action) => action.do !== 'run block' || actionBears(action, store)))
        this.#note(place, error.message, step)
      this.options.onResult?.(place, undefined, catalog)
    }
  }

  #note({ file, line }: StatementPlace, reason: string, step: Step): void {
    const { store } = this.#session
    const text = step.text
    const touches = text === undefined ? undefined : objectsNamedIn(store.freeze(), text)
    const unread: Unread = { file, line, reason }
    store.unread.push(touches === undefined ? unread : { ...unread, touches })
  }
}

/**
 * What a database holds after its migrations. What can't be read or followed is in the catalog's `unread`; an exception
 * is a fault of ours.
 */
export function replayMigrations(
  migrations: readonly Migration[] | ReplayedSet,
  options: ReplayOptions = {},
): FrozenCatalog {
  const set = 'migrations' in migrations ? migrations : { migrations, unread: [], oneTransaction: false }
  return new Replay(options).run(set)
}
