import type { Range } from './use.js'

/** Why a string was or was not checked: for `pg-enum explain`. */
export interface TraceEntry {
  /** The string, call or object in the linted file. */
  readonly range: Range
  /** A full sentence. */
  readonly message: string
  /** The SQL as it was read, where it was read as SQL. */
  readonly sql?: string
}

/** Collects what happened to each candidate; finders call it where it is given. */
export type Trace = (entry: TraceEntry) => void
