import type { Target, UseKind } from '../sql/use.js'
import type { ValueSet } from '../catalog/model.js'

/** A range of the linted file in UTF-16 units, as ESLint's `node.range`. */
export type Range = readonly [start: number, end: number]

/** How another value is written in the place where a value stands. */
export interface ValueEdit {
  readonly range: Range
  /** The text that replaces the range, escaped for the SQL constant and the TypeScript string it stands in; undefined where it can't be written there. */
  write(value: string): string | undefined
}

/** A string in the linted file that meets a value set: what rules look at. */
export interface CodeUse {
  readonly kind: UseKind
  /** What Postgres does with a value outside the set: rejects the statement, or never matches it. */
  readonly effect: 'reject' | 'never-match'
  readonly value: string
  readonly valueSet: ValueSet
  readonly target: Target
  /** Where it is reported: the constant with its quotes, the element in an array literal, or the name that carries it. */
  readonly range: Range
  /** Undefined where there is nothing in this file that could be replaced. */
  readonly edit?: ValueEdit
  /** Set where the value comes through a name: what declares it, for the message. */
  readonly declared?: { readonly name: string; readonly file?: string; readonly line: number }
  /** Which finder proved the link, in words, for `pg-enum explain`: "SQL in a template tagged sql", "kysely updateTable". */
  readonly link: string
}
