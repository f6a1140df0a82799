import type {
  CheckConstraint,
  Column,
  Constraint,
  FormerValue,
  FunctionSignature,
  Label,
  Oid,
  Origin,
  PgType,
  Relation,
  RelationKind,
} from './model.js'

/**
 * What the readers of a catalog see of its objects (model.ts), as JSON in few characters: lists in place of objects, an
 * origin as one number. What only statements ask for is left out.
 */

/** An origin's line, and the number of its file times this. */
const LINES = 2 ** 24

/** The files of origins, by number. */
export class OriginFiles {
  readonly #numbers = new Map<string, number>()

  constructor(readonly files: string[] = []) {
    files.forEach((file, i) => this.#numbers.set(file, i))
  }

  encode({ file, line }: Origin): number {
    let number = this.#numbers.get(file)
    if (number === undefined) {
      number = this.files.push(file) - 1
      this.#numbers.set(file, number)
    }
    return number * LINES + line
  }

  decode(encoded: number): Origin {
    return { file: this.files[Math.floor(encoded / LINES)] ?? '', line: encoded % LINES }
  }
}

const RELATION_KINDS: readonly RelationKind[] = [
  'table',
  'partitioned table',
  'view',
  'materialized view',
  'foreign table',
  'index',
  'sequence',
]

const CONSTRAINT_KINDS: readonly Constraint['kind'][] = [
  'check',
  'primary key',
  'unique',
  'foreign key',
  'exclude',
  'not null',
]

/** Value and origin of each label, flat. */
type EncodedLabels = readonly (string | number)[]

function encodeLabels(labels: readonly Label[], files: OriginFiles): EncodedLabels {
  const encoded: (string | number)[] = []
  for (const { value, origin } of labels) encoded.push(value, files.encode(origin))
  return encoded
}

function decodeLabels(encoded: EncodedLabels, files: OriginFiles): Label[] {
  const labels: Label[] = []
  for (let i = 0; i < encoded.length; i += 2) {
    labels.push({ value: encoded[i] as string, origin: files.decode(encoded[i + 1] as number) })
  }
  return labels
}

type EncodedColumn = readonly [
  attnum: number,
  name: string,
  type: Oid,
  flags: number,
  origin: number,
  former?: readonly FormerValue[],
]

function flag(set: boolean, at: number): number {
  return set ? 1 << at : 0
}

function hasFlag(bits: number, at: number): boolean {
  return (bits & (1 << at)) !== 0
}

function encodeColumn(column: Column, files: OriginFiles): EncodedColumn {
  const { attnum, name, type, notNull, hasDefault, generated, origin, former } = column
  const bits = flag(type.array, 0) | flag(notNull, 1) | flag(hasDefault, 2) | flag(generated, 3)
  const at = files.encode(origin)
  return former === undefined
    ? [attnum, name, type.oid, bits, at]
    : [attnum, name, type.oid, bits, at, former]
}

function decodeColumn(encoded: EncodedColumn, files: OriginFiles): Column {
  const [attnum, name, oid, bits, origin, former] = encoded
  return {
    attnum,
    name,
    type: { oid, array: hasFlag(bits, 0) },
    notNull: hasFlag(bits, 1),
    hasDefault: hasFlag(bits, 2),
    generated: hasFlag(bits, 3),
    origin: files.decode(origin),
    ...(former === undefined ? {} : { former }),
  }
}

type EncodedConstraint = readonly [
  oid: Oid,
  kind: number,
  name: string,
  columns: readonly number[],
  origin: number,
  /** 0 where no list limits the column. */
  values?: EncodedLabels | 0,
  notValid?: 1,
]

function encodeConstraint(constraint: Constraint, files: OriginFiles): EncodedConstraint {
  const { oid, kind, name, columns } = constraint
  const number = CONSTRAINT_KINDS.indexOf(kind)
  const origin = files.encode(constraint.origin)
  if (constraint.kind !== 'check') return [oid, number, name, columns, origin]
  const values = constraint.values === undefined ? 0 : encodeLabels(constraint.values, files)
  return constraint.notValid === true
    ? [oid, number, name, columns, origin, values, 1]
    : [oid, number, name, columns, origin, values]
}

function decodeConstraint(encoded: EncodedConstraint, files: OriginFiles): Constraint {
  const [oid, number, name, columns, at, values, notValid] = encoded
  const kind = CONSTRAINT_KINDS[number]!
  const origin = files.decode(at)
  if (kind !== 'check') return { oid, kind, name, columns, origin }
  return {
    oid,
    kind,
    name,
    columns,
    ...(values === undefined || values === 0 ? {} : { values: decodeLabels(values, files) }),
    ...(notValid === 1 ? { notValid: true } : {}),
    origin,
  } satisfies CheckConstraint
}

export type EncodedRelation = readonly [
  oid: Oid,
  kind: number,
  schema: string,
  name: string,
  rowType: Oid,
  parents: readonly Oid[],
  flags: number,
  origin: number,
  columns: readonly EncodedColumn[],
  constraints: readonly EncodedConstraint[],
]

export function encodeRelation(relation: Relation, files: OriginFiles): EncodedRelation {
  const { oid, kind, schema, name, rowType, parents, isPartition, temporary, complete } = relation
  return [
    oid,
    RELATION_KINDS.indexOf(kind),
    schema,
    name,
    rowType,
    parents,
    flag(isPartition, 0) | flag(temporary, 1) | flag(complete, 2),
    files.encode(relation.origin),
    relation.columns.map((column) => encodeColumn(column, files)),
    relation.constraints.map((constraint) => encodeConstraint(constraint, files)),
  ]
}

export function decodeRelation(encoded: EncodedRelation, files: OriginFiles): Relation {
  const [oid, kind, schema, name, rowType, parents, bits, origin, columns, constraints] = encoded
  return {
    oid,
    kind: RELATION_KINDS[kind]!,
    schema,
    name,
    columns: columns.map((column) => decodeColumn(column, files)),
    constraints: constraints.map((constraint) => decodeConstraint(constraint, files)),
    rowType,
    parents,
    isPartition: hasFlag(bits, 0),
    temporary: hasFlag(bits, 1),
    complete: hasFlag(bits, 2),
    origin: files.decode(origin),
  }
}

/** An enum: OID, schema, name, origin, labels, former values. */
type EncodedEnum = readonly [Oid, string, string, number, EncodedLabels, readonly FormerValue[]]
/** The row type of a relation, by its OID; the origin is 0 where it has none. */
type EncodedRow = readonly [Oid, string, string, number, Oid]
/** What there are few of is as it is. */
export type EncodedType = EncodedEnum | EncodedRow | PgType

export function encodeType(type: PgType, files: OriginFiles): EncodedType {
  const { oid, schema, name } = type
  if (type.kind === 'enum') {
    return [oid, schema, name, files.encode(type.origin), encodeLabels(type.labels, files), type.former]
  }
  if (type.kind === 'composite' && type.relation !== undefined && type.attributes.length === 0) {
    return [oid, schema, name, type.origin === undefined ? 0 : files.encode(type.origin), type.relation]
  }
  return type
}

export function decodeType(encoded: EncodedType, files: OriginFiles): PgType {
  if ('kind' in encoded) return encoded
  const [oid, schema, name, at] = encoded
  if (encoded.length === 6) {
    const labels = decodeLabels(encoded[4], files)
    return { oid, kind: 'enum', schema, name, labels, former: encoded[5], origin: files.decode(at) }
  }
  const origin = at === 0 ? {} : { origin: files.decode(at) }
  return { oid, kind: 'composite', schema, name, relation: encoded[4], attributes: [], ...origin }
}

/** A function's signature, without its body. */
export function encodeFunction(signature: FunctionSignature): FunctionSignature {
  const { oid, kind, schema, name, arguments: args, returns, returnsSet, origin } = signature
  return {
    oid,
    kind,
    schema,
    name,
    arguments: args,
    ...(returns === undefined ? {} : { returns }),
    returnsSet,
    ...(origin === undefined ? {} : { origin }),
  }
}
