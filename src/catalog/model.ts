/**
 * What the migrations leave behind. Objects are immutable and keyed by an identity of our own (`Oid`), as in Postgres:
 * columns refer to types, views to tables by identity, so that a rename carries dependents along. A change replaces an
 * object, it never mutates one; so a snapshot of the catalog is a shallow copy of its maps.
 */

/** Identity of a type, relation, function, operator, cast or constraint. Built-in types have the OIDs of Postgres's pg_type; ours start at 100000. */
export type Oid = number

/** Where a fact was declared. */
export interface Origin {
  /** The migration file, as the migration set names it: a path with `/`, relative to the project. */
  readonly file: string
  /** Line in that file, from 1. */
  readonly line: number
}

/** A name as written, folded and cut to 63 bytes as Postgres does; without a schema it is looked up in the search path. */
export interface QualifiedName {
  readonly schema?: string
  readonly name: string
}

/** A type as columns and expressions have it: a type, or an array of it (Postgres does not tell dimensions apart). */
export interface TypeRef {
  readonly oid: Oid
  readonly array: boolean
}

export interface Label {
  readonly value: string
  readonly origin: Origin
}

/** What became of a value that a value set once had. */
export interface FormerValue {
  readonly value: string
  readonly fate: 'renamed' | 'removed'
  /** With fate `renamed`: the present name. */
  readonly renamedTo?: string
  /** The statement that renamed or removed it. */
  readonly origin: Origin
}

interface TypeBase {
  readonly oid: Oid
  readonly schema: string
  readonly name: string
  readonly origin?: Origin
}

export interface EnumType extends TypeBase {
  readonly kind: 'enum'
  readonly origin: Origin
  /** In sort order. */
  readonly labels: readonly Label[]
  readonly former: readonly FormerValue[]
}

export interface DomainType extends TypeBase {
  readonly kind: 'domain'
  readonly origin: Origin
  readonly base: TypeRef
  readonly notNull: boolean
  readonly constraints: readonly CheckConstraint[]
}

/** A row type: of a relation (then `relation` is set and the columns are the relation's) or of CREATE TYPE ... AS (...). */
export interface CompositeType extends TypeBase {
  readonly kind: 'composite'
  readonly relation?: Oid
  readonly attributes: readonly Column[]
}

export interface RangeType extends TypeBase {
  readonly kind: 'range' | 'multirange'
  readonly subtype: TypeRef
}

/** A type whose inside holds no value set: Postgres's own base types. */
export interface BaseType extends TypeBase {
  readonly kind: 'base' | 'pseudo'
  /** pg_type.typcategory, one letter. */
  readonly category: string
  readonly preferred: boolean
}

/** A type that is named but about which nothing is known: from an extension, or made by something unread. */
export interface UnknownType extends TypeBase {
  readonly kind: 'unknown'
}

export type PgType = EnumType | DomainType | CompositeType | RangeType | BaseType | UnknownType

export interface Column {
  /** pg_attribute.attnum: stays when the column is renamed, is never reused. */
  readonly attnum: number
  readonly name: string
  readonly type: TypeRef
  readonly notNull: boolean
  readonly hasDefault: boolean
  readonly generated: boolean
  readonly origin: Origin
  /** Values the column accepted when it had another value set than today. */
  readonly former?: readonly FormerValue[]
}

export interface CheckConstraint {
  readonly oid: Oid
  readonly kind: 'check'
  readonly name: string
  /** The columns (attnum) it mentions; empty for a domain's. */
  readonly columns: readonly number[]
  /**
   * Set where the constraint limits ONE column (or the domain's VALUE) to a finite list of strings: in source order,
   * without repetition.
   */
  readonly values?: readonly Label[]
  /** True where it was added NOT VALID and not validated since: rows from before may hold other values. */
  readonly notValid?: boolean
  /** The condition as the parser's tree (JSON), kept for analysis; locations in it mean nothing. */
  readonly expression?: unknown
  readonly origin: Origin
}

export interface KeyConstraint {
  readonly oid: Oid
  readonly kind: 'primary key' | 'unique' | 'foreign key' | 'exclude' | 'not null'
  readonly name: string
  readonly columns: readonly number[]
  readonly origin: Origin
}

export type Constraint = CheckConstraint | KeyConstraint

export type RelationKind =
  'table' | 'partitioned table' | 'view' | 'materialized view' | 'foreign table' | 'index' | 'sequence'

export interface Relation {
  readonly oid: Oid
  readonly kind: RelationKind
  readonly schema: string
  readonly name: string
  /** In attnum order, dropped ones left out. */
  readonly columns: readonly Column[]
  readonly constraints: readonly Constraint[]
  /** The relation's row type. */
  readonly rowType: Oid
  /** Parents by INHERITS or PARTITION OF. */
  readonly parents: readonly Oid[]
  readonly isPartition: boolean
  /** The columns (attnum) by which a partitioned table is divided; those among expressions alone. */
  readonly partitionKey?: readonly number[]
  readonly temporary: boolean
  /**
   * False where something unread may have added or changed columns: a name that is not among the columns may then
   * exist, and a report that depends on the relation stays silent.
   */
  readonly complete: boolean
  readonly origin: Origin
}

export interface FunctionArgument {
  readonly name?: string
  readonly mode: 'in' | 'out' | 'inout' | 'variadic' | 'table'
  readonly type: TypeRef
  readonly hasDefault: boolean
  /** The columns that the function's body stores it in, whatever else it is given. */
  readonly stores?: readonly StoredArgument[]
}

/** A column by the names in a function's body, which are looked up when it runs. */
export interface StoredArgument {
  readonly schema?: string
  readonly table: string
  readonly column: string
  /** That of the function, where it has one of its own. */
  readonly searchPath?: readonly string[]
}

export interface FunctionSignature {
  readonly oid: Oid
  readonly kind: 'function' | 'procedure' | 'aggregate' | 'window'
  readonly schema: string
  readonly name: string
  readonly arguments: readonly FunctionArgument[]
  /** `undefined` for procedures and where unknown. */
  readonly returns?: TypeRef
  readonly returnsSet: boolean
  readonly origin?: Origin
}

/** An operator of CREATE OPERATOR. */
export interface OperatorSignature {
  readonly oid: Oid
  readonly schema: string
  readonly name: string
  /** Undefined for a prefix operator. */
  readonly left?: TypeRef
  readonly right: TypeRef
  /** `undefined` where unknown. */
  readonly returns?: TypeRef
  /** Undefined for one that the migrations did not make. */
  readonly function?: Oid
  /** Named as the commutator or negator of another, but not made: it can't be used. */
  readonly shell: boolean
}

/** A cast of CREATE CAST. */
export interface Cast {
  readonly oid: Oid
  readonly source: TypeRef
  readonly target: TypeRef
  /** By a function, by the text form of the value (WITH INOUT), or as it is (WITHOUT FUNCTION). */
  readonly method: 'function' | 'inout' | 'binary'
  /** The farthest from an explicit cast in which it applies. */
  readonly context: 'implicit' | 'assignment' | 'explicit'
  /** Undefined for one that the migrations did not make. */
  readonly function?: Oid
}

/** A piece of the migrations that could not be understood and may change a value set. */
export interface Unread {
  readonly file: string
  readonly line: number
  /** A sentence fragment without a full stop. */
  readonly reason: string
  /** The objects it may touch (`schema.name`), where these are known. */
  readonly touches?: readonly string[]
}

/** The closed set of strings that a place accepts. */
export interface ValueSet {
  readonly kind: 'enum' | 'domain' | 'check'
  /** Schema and name of the enum type, the domain, or the constraint's table and name. */
  readonly schema: string
  readonly name: string
  /** For an enum in sort order, else in the order written. */
  readonly values: readonly Label[]
  readonly former: readonly FormerValue[]
  readonly origin: Origin
}

/** Read access to the catalog, as of one moment of the replay. Lookups take names already folded. */
export interface Catalog {
  /** The search path for names without a schema, without the implied pg_catalog. */
  readonly searchPath: readonly string[]
  readonly unread: readonly Unread[]
  schemas(): Iterable<string>
  types(): Iterable<PgType>
  relations(): Iterable<Relation>
  typeByOid(oid: Oid): PgType | undefined
  relationByOid(oid: Oid): Relation | undefined
  /** `searchPath` replaces the catalog's own. pg_catalog and temporary objects come first, as in Postgres. */
  findType(name: QualifiedName, searchPath?: readonly string[]): PgType | undefined
  findRelation(name: QualifiedName, searchPath?: readonly string[]): Relation | undefined
  /** All overloads visible by that name, in search path order. Built-in functions are not among them. */
  findFunctions(name: QualifiedName, searchPath?: readonly string[]): readonly FunctionSignature[]
  /** All operators visible by that name, in search path order. Built-in operators are not among them. */
  findOperators(name: QualifiedName, searchPath?: readonly string[]): readonly OperatorSignature[]
  /** The casts that the migrations made. */
  casts(): Iterable<Cast>
}
