/**
 * What statements do to a catalog, in plain JSON: written by the reader of SQL, kept in a cache, applied to the
 * builder. Names are as written (folded, not cut to 63 bytes, not looked up): what they mean depends on the catalog
 * at that moment.
 */
import type { Cast, FunctionArgument, QualifiedName } from './model.js'

/** A type's name as written. */
export interface TypeName extends QualifiedName {
  readonly array?: boolean
  /** Has a length or precision: `varchar(20)`. */
  readonly modified?: boolean
  readonly setOf?: boolean
  /** `table.column%TYPE`: then `name` is the column, and this the relation. */
  readonly columnOf?: QualifiedName
}

/** A comparison of one column with constants, found in an expression. */
export interface Comparison {
  readonly column: string
  /** The column is cast to a type of strings first. */
  readonly asText: boolean
  readonly values: readonly string[]
  /** The constants are text whatever the column is: elements of ARRAY[...]. */
  readonly textConstants?: boolean
}

/** What the catalog must know of an expression. */
export interface Expression {
  /** Names of columns that it mentions. */
  readonly columns: readonly string[]
  /** Types of its casts. */
  readonly types: readonly TypeName[]
  readonly functions: readonly QualifiedName[]
  /** Sequences of `nextval('...')`. */
  readonly sequences: readonly QualifiedName[]
  readonly comparisons: readonly Comparison[]
  /**
   * The parser's tree, without positions, where what it means depends on operators or casts; a CHECK's is with the constraint.
   */
  readonly tree?: unknown
  /** Set where it is a bare string constant, or NULL. */
  readonly literal?: string | null
  /** Set where it is a cast as a whole: to which type. */
  readonly cast?: TypeName
  /** Set where that cast is of a string constant. */
  readonly castLiteral?: string
  /** Set where that cast is of a mere column. */
  readonly castColumn?: string
  /** Set where it is a mere column. */
  readonly column?: string
  /** Set where it limits one column (for a domain `value`) to a list of strings. */
  readonly list?: { readonly column: string; readonly asText: boolean; readonly values: readonly string[] }
}

export interface ConstraintDefinition {
  readonly kind: 'check' | 'primary key' | 'unique' | 'foreign key' | 'exclude' | 'not null'
  readonly name?: string
  readonly columns: readonly string[]
  readonly expression?: Expression
  /** Of a CHECK: the parser's tree of its condition, without positions. */
  readonly tree?: unknown
  readonly references?: { readonly relation: QualifiedName; readonly columns: readonly string[] }
  /** `ADD CONSTRAINT ... USING INDEX name`. */
  readonly index?: string
  readonly noInherit?: boolean
  readonly notEnforced?: boolean
  readonly notValid?: boolean
}

export interface ColumnDefinition {
  readonly name: string
  /** Left out for a column option of OF or PARTITION OF. */
  readonly type?: TypeName
  readonly serial?: boolean
  readonly identity?: boolean
  readonly notNull?: boolean
  readonly default?: Expression
  readonly generated?: Expression
  /** Of a generated column: that each row keeps its value. */
  readonly stored?: boolean
  readonly constraints: readonly ConstraintDefinition[]
  /** Lines after the statement's. */
  readonly line: number
}

export interface LikeClause {
  readonly relation: QualifiedName
  readonly defaults: boolean
  readonly constraints: boolean
  readonly indexes: boolean
  readonly identity: boolean
  readonly generated: boolean
}

export type TableElement =
  | { readonly column: ColumnDefinition }
  | { readonly constraint: ConstraintDefinition }
  | { readonly like: LikeClause }

export interface CreateTable {
  readonly do: 'create table'
  readonly name: QualifiedName
  readonly ifNotExists?: boolean
  readonly temporary?: boolean
  readonly foreign?: boolean
  readonly elements: readonly TableElement[]
  readonly inherits?: readonly QualifiedName[]
  readonly partitionOf?: QualifiedName
  /** A partition's bound, printed, for telling equal ones. */
  readonly partitionBy?: { readonly columns: readonly string[] }
  readonly ofType?: TypeName
  readonly onCommitDrop?: boolean
}

/** CREATE VIEW, CREATE MATERIALIZED VIEW, CREATE TABLE AS, SELECT INTO. */
export interface CreateFromQuery {
  readonly do: 'create from query'
  readonly kind: 'view' | 'materialized view' | 'table'
  readonly name: QualifiedName
  readonly ifNotExists?: boolean
  readonly replace?: boolean
  readonly temporary?: boolean
  readonly onCommitDrop?: boolean
  readonly columns: readonly string[]
  /** The parser's tree of the query. */
  readonly query: unknown
}

export type AlterCommand =
  | { readonly do: 'add column'; readonly column: ColumnDefinition; readonly ifNotExists?: boolean }
  | {
      readonly do: 'drop column'
      readonly name: string
      readonly ifExists?: boolean
      readonly cascade?: boolean
    }
  | { readonly do: 'alter type'; readonly name: string; readonly type: TypeName; readonly using?: Expression }
  | { readonly do: 'set default'; readonly name: string; readonly default?: Expression }
  | { readonly do: 'set not null'; readonly name: string; readonly value: boolean }
  | { readonly do: 'add identity'; readonly name: string }
  | { readonly do: 'drop identity'; readonly name: string; readonly ifExists?: boolean }
  | { readonly do: 'set expression'; readonly name: string; readonly generated: Expression }
  | { readonly do: 'drop expression'; readonly name: string; readonly ifExists?: boolean }
  | { readonly do: 'column option'; readonly name: string }
  | { readonly do: 'add constraint'; readonly constraint: ConstraintDefinition }
  | {
      readonly do: 'drop constraint'
      readonly name: string
      readonly ifExists?: boolean
      readonly cascade?: boolean
    }
  | {
      readonly do: 'touch constraint'
      readonly name: string
      readonly validated?: boolean
      readonly enforced?: boolean
      readonly noInherit?: boolean
    }
  | { readonly do: 'inherit'; readonly parent: QualifiedName }
  | { readonly do: 'no inherit'; readonly parent: QualifiedName }
  /** `bound`: whether FOR VALUES or DEFAULT is said, as for tables, but not for indexes. */
  | { readonly do: 'attach partition'; readonly partition: QualifiedName; readonly bound: boolean }
  | { readonly do: 'detach partition'; readonly partition: QualifiedName }
  | { readonly do: 'of'; readonly type: TypeName }
  | { readonly do: 'not of' }

/** What ALTER, DROP and RENAME name. */
export type ObjectKind =
  | 'table'
  | 'view'
  | 'materialized view'
  | 'foreign table'
  | 'index'
  | 'sequence'
  | 'type'
  | 'domain'
  | 'schema'
  | 'function'
  | 'procedure'
  | 'routine'
  | 'aggregate'
  | 'operator'
  | 'cast'

export interface AlterTable {
  readonly do: 'alter table'
  readonly kind: ObjectKind
  readonly name: QualifiedName
  readonly ifExists?: boolean
  readonly only?: boolean
  readonly commands: readonly AlterCommand[]
}

/**
 * A function's name with its arguments, where they are given. An operator's with its one or two operands; for a cast its source and
 * target, without a name.
 */
export interface FunctionName extends QualifiedName {
  readonly arguments?: readonly TypeName[]
}

export interface CreateFunction {
  readonly do: 'create function'
  readonly name: QualifiedName
  readonly kind: 'function' | 'procedure' | 'aggregate'
  readonly replace?: boolean
  readonly arguments: readonly (Omit<FunctionArgument, 'type'> & {
    readonly type: TypeName
    readonly default?: Expression
    /** The parser's tree of the default, without positions. */
    readonly defaultTree?: unknown
  })[]
  readonly returns?: TypeName
  readonly returnsSet?: boolean
  readonly language: string
  readonly body?: string
  /** SET clauses that matter to its body. */
  readonly searchPath?: readonly string[]
}

export interface CreateOperator {
  readonly do: 'create operator'
  readonly name: QualifiedName
  readonly left?: TypeName
  readonly right?: TypeName
  readonly function?: QualifiedName
  readonly commutator?: QualifiedName
  readonly negator?: QualifiedName
}

export interface CreateCast {
  readonly do: 'create cast'
  readonly source: TypeName
  readonly target: TypeName
  readonly method: Cast['method']
  readonly context: Cast['context']
  readonly function?: FunctionName
}

export type DomainAction =
  | { readonly do: 'add constraint'; readonly constraint: ConstraintDefinition }
  | { readonly do: 'drop constraint'; readonly name: string; readonly ifExists?: boolean }
  | { readonly do: 'validate'; readonly name: string }
  | { readonly do: 'set not null'; readonly value: boolean }
  | { readonly do: 'set default'; readonly default?: Expression }

export type Change =
  | {
      readonly do: 'create schema'
      readonly name: string
      readonly ifNotExists?: boolean
      /** What the statement makes in it. */
      readonly elements?: readonly Change[]
    }
  | {
      readonly do: 'create enum'
      readonly name: QualifiedName
      readonly labels: readonly string[]
      readonly lines: readonly number[]
    }
  | {
      readonly do: 'add label'
      readonly type: QualifiedName
      readonly label: string
      readonly ifNotExists?: boolean
      readonly neighbour?: string
      readonly after?: boolean
    }
  | { readonly do: 'rename label'; readonly type: QualifiedName; readonly from: string; readonly to: string }
  | {
      readonly do: 'create domain'
      readonly name: QualifiedName
      readonly base: TypeName
      readonly notNull?: { readonly name?: string }
      readonly default?: Expression
      readonly constraints: readonly ConstraintDefinition[]
    }
  | { readonly do: 'alter domain'; readonly name: QualifiedName; readonly action: DomainAction }
  | {
      readonly do: 'create composite'
      readonly name: QualifiedName
      readonly attributes: readonly ColumnDefinition[]
    }
  | {
      readonly do: 'alter composite'
      readonly name: QualifiedName
      readonly commands: readonly AlterCommand[]
    }
  | { readonly do: 'create range'; readonly name: QualifiedName; readonly subtype: TypeName }
  | { readonly do: 'create base type'; readonly name: QualifiedName }
  | {
      readonly do: 'create extension'
      readonly name: string
      readonly schema?: string
      readonly ifNotExists?: boolean
    }
  | CreateTable
  | CreateFromQuery
  | {
      readonly do: 'create index'
      readonly name?: string
      readonly table: QualifiedName
      readonly unique: boolean
      readonly ifNotExists?: boolean
      readonly only?: boolean
      /** A column's name, or an expression. */
      readonly keys: readonly (string | Expression)[]
      readonly included?: readonly string[]
      readonly where?: Expression
    }
  | {
      readonly do: 'create sequence'
      readonly name: QualifiedName
      readonly ifNotExists?: boolean
      readonly temporary?: boolean
      readonly ownedBy?: { readonly table: QualifiedName; readonly column: string }
    }
  | {
      readonly do: 'alter sequence'
      readonly name: QualifiedName
      readonly ifExists?: boolean
      /** Null for OWNED BY NONE. */
      readonly ownedBy?: { readonly table: QualifiedName; readonly column: string } | null
    }
  | AlterTable
  | CreateFunction
  | CreateOperator
  | CreateCast
  | {
      readonly do: 'rename'
      readonly kind: ObjectKind
      readonly name: FunctionName
      readonly ifExists?: boolean
      readonly to: string
    }
  | {
      readonly do: 'rename column'
      /** `type` for an attribute of a composite type. */
      readonly kind: ObjectKind
      readonly relation: QualifiedName
      readonly ifExists?: boolean
      readonly only?: boolean
      readonly from: string
      readonly to: string
    }
  | {
      readonly do: 'rename constraint'
      readonly kind: 'table' | 'domain'
      readonly relation: QualifiedName
      readonly ifExists?: boolean
      readonly only?: boolean
      readonly from: string
      readonly to: string
    }
  | {
      readonly do: 'set schema'
      readonly kind: ObjectKind
      readonly name: FunctionName
      readonly ifExists?: boolean
      readonly schema: string
    }
  | {
      readonly do: 'drop'
      readonly kind: ObjectKind
      readonly names: readonly FunctionName[]
      readonly ifExists?: boolean
      readonly cascade?: boolean
    }
