import type { ValueSet } from '../catalog/model.js'

/** How a string got to a value set. */
export type UseKind = 'write' | 'compare' | 'cast' | 'default' | 'mirror'

/** Where a value set was met: for the message. */
export interface Target {
  /** `table.column`, `schema.table.column` outside the search path; a function's argument; undefined for a bare cast. */
  readonly label?: string
  readonly schema?: string
  readonly table?: string
  readonly column?: string
}

/** A string constant, or an element of an array literal in one, that Postgres reads as a member of a value set. */
export interface LiteralUse {
  readonly type: 'literal'
  readonly kind: UseKind
  /** What Postgres does with a value outside the set: rejects the statement, or never matches it. */
  readonly effect: 'reject' | 'never-match'
  /** True where the constant is text that is cast: Postgres reads it when the statement runs, not when it is prepared. */
  readonly atRunTime?: boolean
  readonly value: string
  readonly valueSet: ValueSet
  readonly target: Target
  /** UTF-16 range in the SQL text that was read: of the whole constant with its quotes, or of the element in an array literal. */
  readonly start: number
  readonly end: number
  /** Set where the use is a string inside the constant, an element of an array literal (`'{a,b}'`): how a replacement must be quoted. */
  readonly arrayElement?: boolean
  /** Set where that constant is JSON. */
  readonly json?: true
}

/** A parameter (`$1`) or named placeholder that meets a value set: the code side knows its value. */
export interface ParameterUse {
  readonly type: 'parameter'
  readonly kind: UseKind
  readonly effect: 'reject' | 'never-match'
  readonly atRunTime?: boolean
  /** The number behind `$`. */
  readonly number: number
  /** True where the whole array is bound: each element is a member (`= ANY($1)`, a column that is an array). */
  readonly array: boolean
  readonly valueSet: ValueSet
  readonly target: Target
  readonly start: number
  readonly end: number
}

export type SqlUse = LiteralUse | ParameterUse
