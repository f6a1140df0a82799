/** What the builder knows of objects beyond what the model shows. */
import type { Comparison } from './change.js'
import type {
  CheckConstraint,
  Column,
  FunctionSignature,
  KeyConstraint,
  Oid,
  Origin,
  Relation,
  TypeRef,
} from './model.js'

/** Objects that an expression or a query refers to by identity. */
export interface References {
  readonly types: readonly Oid[]
  readonly functions: readonly Oid[]
  readonly operators: readonly Oid[]
  readonly sequences: readonly Oid[]
}

export interface StoredDefault extends References {
  /** Set where it is a string constant (null for NULL), not yet typed. */
  readonly literal?: string | null
  /** The type of the expression, where it is known. */
  readonly type?: TypeRef
  /** Columns (attnum) of a generated column's expression. */
  readonly columns: readonly number[]
}

export interface StoredColumn extends Column {
  /** Declared on this relation itself (attislocal). */
  readonly local: boolean
  /** From how many parents it comes (attinhcount). */
  readonly inherited: number
  readonly default?: StoredDefault
  readonly identity: boolean
}

interface ConstraintState {
  readonly local: boolean
  readonly inherited: number
  readonly noInherit: boolean
}

export interface StoredCheck extends CheckConstraint, ConstraintState {
  readonly references: References
  readonly comparisons: readonly StoredComparison[]
}

/** A comparison with constants, typed when the constraint was made: text constants stay text when the column changes. */
export interface StoredComparison extends Omit<Comparison, 'column'> {
  readonly column: number
  /** The enum that the constants are of; undefined where they are text. */
  readonly enumType?: Oid
}

export interface StoredKey extends KeyConstraint, ConstraintState {
  readonly index?: Oid
  readonly target?: { readonly relation: Oid; readonly columns: readonly number[]; readonly index?: Oid }
}

export type StoredConstraint = StoredCheck | StoredKey

export interface ViewState extends References {
  /** Columns that its query reads; attnum 0 for the relation as a whole. */
  readonly reads: readonly { readonly relation: Oid; readonly attnum: number }[]
}

export interface IndexState {
  readonly table: Oid
  /** Columns it mentions, keys first; and of its expressions and condition. */
  readonly keys: readonly number[]
  readonly columns: readonly number[]
  /** False with an expression or condition: then it can't back a foreign key. */
  readonly plain: boolean
  readonly unique: boolean
  readonly references: References
  readonly comparisons: readonly StoredComparison[]
  /** Of a partition: the index of the parent that it is part of. */
  readonly parent?: Oid
}

export interface StoredRelation extends Relation {
  readonly columns: readonly StoredColumn[]
  readonly constraints: readonly StoredConstraint[]
  readonly nextAttnum: number
  readonly view?: ViewState
  readonly index?: IndexState
  /** Of a sequence: the column that owns it; an identity's can't be dropped alone. */
  readonly owner?: { readonly relation: Oid; readonly attnum: number; readonly identity: boolean }
  readonly ofType?: Oid
  readonly onCommitDrop?: boolean
}

export interface StoredFunction extends FunctionSignature {
  readonly language: string
  readonly body?: string
  /** The parsed defaults of its arguments, at their places; undefined where there are none. */
  readonly defaults?: readonly unknown[]
  readonly searchPath?: readonly string[]
  readonly references: References
}

export interface StoredSchema {
  readonly name: string
  readonly origin?: Origin
}
