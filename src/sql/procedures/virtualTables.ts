import { printBaseType } from '../../catalog/json.js'
import type { Column, Constraint, Oid, PgType, RelationKind, TypeRef } from '../../catalog/model.js'
import { TEMP, type Store } from '../../catalog/store.js'
import type { StoredRelation } from '../../catalog/stored.js'
import { builtinTypes } from '../../catalog/builtins.js'
import { Tainted, UNKNOWN, type Value } from './value.js'

export type VirtualRow = Readonly<Record<string, Value>>

/** An array type's OID: the catalog has none of its own for it. */
export function typeOid(ref: TypeRef): Oid {
  return ref.array ? ref.oid + 1_000_000_000 : ref.oid
}

/** Any number that is the same for the same name. */
export function namespaceOid(store: Store, name: string): Oid | undefined {
  if (name === 'pg_catalog') return 11
  if (name === 'information_schema') return 12
  if (name === 'public' && store.schemas.has(name)) return 2200
  let at = 50_000
  for (const schema of store.schemas.values()) {
    at++
    if (schema.name === name) return at
  }
  return undefined
}

const RELKINDS: Readonly<Record<RelationKind, string>> = {
  table: 'r',
  'partitioned table': 'p',
  view: 'v',
  'materialized view': 'm',
  'foreign table': 'f',
  index: 'i',
  sequence: 'S',
}

const CONTYPES: Readonly<Record<Constraint['kind'], string>> = {
  check: 'c',
  'primary key': 'p',
  unique: 'u',
  'foreign key': 'f',
  exclude: 'x',
  'not null': 'n',
}

const TABLE_TYPES: Partial<Record<RelationKind, string>> = {
  table: 'BASE TABLE',
  'partitioned table': 'BASE TABLE',
  view: 'VIEW',
  'foreign table': 'FOREIGN',
}

const CONSTRAINT_TYPES: Readonly<Record<Constraint['kind'], string | undefined>> = {
  check: 'CHECK',
  'primary key': 'PRIMARY KEY',
  unique: 'UNIQUE',
  'foreign key': 'FOREIGN KEY',
  exclude: undefined,
  'not null': 'CHECK',
}

type Rows = Generator<VirtualRow>

function* relationsOf(store: Store, ...kinds: readonly RelationKind[]): Generator<StoredRelation> {
  for (const relation of store.relations.values()) if (kinds.includes(relation.kind)) yield relation
}

const TYPTYPES: Readonly<Record<PgType['kind'], string>> = {
  enum: 'e',
  domain: 'd',
  composite: 'c',
  range: 'r',
  multirange: 'm',
  base: 'b',
  pseudo: 'p',
  unknown: 'b',
}

function* pgType(store: Store): Rows {
  for (const type of [...builtinTypes.values(), ...store.types.values()]) {
    if (type.schema === '') continue
    const arrayName =
      store.arrayNames.get(type.oid) ?? (builtinTypes.has(type.oid) ? `_${type.name}` : undefined)
    const namespace = namespaceOid(store, type.schema) ?? null
    const array = arrayName === undefined ? 0 : typeOid({ oid: type.oid, array: true })
    yield {
      oid: type.oid,
      typname: type.name,
      typnamespace: namespace,
      typtype: TYPTYPES[type.kind],
      typcategory: type.kind === 'enum' ? 'E' : UNKNOWN,
      typrelid: type.kind === 'composite' ? (type.relation ?? type.oid) : 0,
      typelem: 0,
      typarray: array,
      typbasetype: type.kind === 'domain' ? typeOid(type.base) : 0,
      typnotnull: type.kind === 'domain' && type.notNull,
      typisdefined: true,
    }
    if (arrayName === undefined) continue
    yield {
      oid: array,
      typname: arrayName,
      typnamespace: namespace,
      typtype: 'b',
      typcategory: 'A',
      typrelid: 0,
      typelem: type.oid,
      typarray: 0,
      typbasetype: 0,
      typnotnull: false,
      typisdefined: true,
    }
  }
}

function* pgEnum(store: Store): Rows {
  for (const type of store.types.values()) {
    if (type.kind !== 'enum') continue
    for (const [i, label] of type.labels.entries()) {
      yield { oid: UNKNOWN, enumtypid: type.oid, enumlabel: label.value, enumsortorder: i + 1 }
    }
  }
}

function* pgNamespace(store: Store): Rows {
  for (const name of [
    'pg_catalog',
    'information_schema',
    ...[...store.schemas.values()].map((each) => each.name),
  ]) {
    yield { oid: namespaceOid(store, name) ?? null, nspname: name, nspowner: UNKNOWN }
  }
}

function* pgClass(store: Store): Rows {
  for (const relation of store.relations.values()) {
    yield {
      oid: relation.oid,
      relname: relation.name,
      relnamespace: namespaceOid(store, relation.schema) ?? null,
      relkind: relation.kind === 'index' && isPartitioned(store, relation) ? 'I' : RELKINDS[relation.kind],
      relispartition: relation.isPartition,
      // A bound is not kept; this one can stand where it is copied to another partition.
      relpartbound: relation.isPartition ? new Tainted('DEFAULT') : null,
      reltype: relation.rowType,
      relpersistence: relation.temporary ? 't' : 'p',
      relnatts: relation.columns.length,
    }
  }
  for (const type of store.types.values()) {
    if (type.kind !== 'composite' || type.relation !== undefined) continue
    const relnamespace = namespaceOid(store, type.schema) ?? null
    yield {
      oid: type.oid,
      relname: type.name,
      relnamespace,
      relkind: 'c',
      relispartition: false,
      reltype: type.oid,
    }
  }
}

function isPartitioned(store: Store, index: StoredRelation): boolean {
  return store.relations.get(index.index?.table ?? 0)?.kind === 'partitioned table'
}

function* pgAttribute(store: Store): Rows {
  for (const relation of store.relations.values()) {
    for (const column of relation.columns) {
      yield {
        attrelid: relation.oid,
        attname: column.name,
        atttypid: typeOid(column.type),
        attnum: column.attnum,
        attnotnull: column.notNull,
        atthasdef: column.hasDefault,
        attisdropped: false,
        attidentity: UNKNOWN,
        attgenerated: column.generated ? 's' : '',
      }
    }
  }
}

function* pgConstraint(store: Store): Rows {
  for (const relation of store.relations.values()) {
    for (const constraint of relation.constraints) {
      yield {
        oid: constraint.oid,
        conname: constraint.name,
        connamespace: namespaceOid(store, relation.schema) ?? null,
        contype: CONTYPES[constraint.kind],
        conrelid: relation.oid,
        contypid: 0,
        conkey: [...constraint.columns],
        conindid: 'index' in constraint ? (constraint.index ?? 0) : 0,
        confrelid: 'target' in constraint ? (constraint.target?.relation ?? 0) : 0,
        convalidated: UNKNOWN,
      }
    }
  }
  for (const type of store.types.values()) {
    if (type.kind !== 'domain') continue
    for (const constraint of type.constraints) {
      yield {
        oid: constraint.oid,
        conname: constraint.name,
        connamespace: namespaceOid(store, type.schema) ?? null,
        contype: 'c',
        conrelid: 0,
        contypid: type.oid,
        conkey: null,
        conindid: 0,
        confrelid: 0,
        convalidated: UNKNOWN,
      }
    }
  }
}

function* pgInherits(store: Store): Rows {
  for (const relation of store.relations.values()) {
    for (const [i, parent] of relation.parents.entries()) {
      yield { inhrelid: relation.oid, inhparent: parent, inhseqno: i + 1, inhdetachpending: false }
    }
    if (relation.index?.parent !== undefined) {
      yield { inhrelid: relation.oid, inhparent: relation.index.parent, inhseqno: 1, inhdetachpending: false }
    }
  }
}

function* pgIndex(store: Store): Rows {
  for (const relation of relationsOf(store, 'index')) {
    const { index } = relation
    if (index === undefined) continue
    const owner = store.relations
      .get(index.table)
      ?.constraints.find((each) => 'index' in each && each.index === relation.oid)
    yield {
      indexrelid: relation.oid,
      indrelid: index.table,
      indisunique: index.unique,
      indisprimary: owner?.kind === 'primary key',
      indisvalid: true,
    }
  }
}

function* pgIndexes(store: Store): Rows {
  for (const relation of relationsOf(store, 'index')) {
    const table = store.relations.get(relation.index?.table ?? 0)
    yield {
      schemaname: relation.schema,
      tablename: table?.name ?? null,
      indexname: relation.name,
      indexdef: UNKNOWN,
    }
  }
}

const PROKIND = { function: 'f', procedure: 'p', aggregate: 'a', window: 'w' }

function* pgProc(store: Store): Rows {
  for (const each of store.functions.values()) {
    yield {
      oid: each.oid,
      proname: each.name,
      pronamespace: namespaceOid(store, each.schema) ?? null,
      pronargs: each.arguments.length,
      prokind: PROKIND[each.kind],
    }
  }
}

function* pgOperator(store: Store): Rows {
  for (const { oid, name, schema, left, right, returns } of store.operators.values()) {
    yield {
      oid,
      oprname: name,
      oprnamespace: namespaceOid(store, schema) ?? null,
      oprkind: left === undefined ? 'l' : 'b',
      oprleft: left === undefined ? 0 : typeOid(left),
      oprright: typeOid(right),
      oprresult: returns === undefined ? UNKNOWN : typeOid(returns),
    }
  }
}

function* pgCast(store: Store): Rows {
  for (const { oid, source, target, context, method } of store.casts.values()) {
    yield {
      oid,
      castsource: typeOid(source),
      casttarget: typeOid(target),
      castfunc: method === 'function' ? UNKNOWN : 0,
      castcontext: context.charAt(0),
      castmethod: method.charAt(0),
    }
  }
}

function* informationTables(store: Store): Rows {
  for (const relation of store.relations.values()) {
    const type =
      relation.temporary && relation.kind === 'table' ? 'LOCAL TEMPORARY' : TABLE_TYPES[relation.kind]
    if (type === undefined) continue
    yield {
      table_catalog: UNKNOWN,
      table_schema: relation.schema,
      table_name: relation.name,
      table_type: type,
    }
  }
}

function dataType(store: Store, column: Column): Pick<VirtualRow, 'data_type' | 'udt_schema' | 'udt_name'> {
  const type = store.typeByOid(column.type.oid)
  const under = type?.kind === 'domain' ? type.base : column.type
  const base = store.typeByOid(under.oid)
  const schema = base?.schema ?? ''
  const name = under.array ? (store.arrayNames.get(under.oid) ?? `_${base?.name ?? ''}`) : (base?.name ?? '')
  const printed = under.array
    ? 'ARRAY'
    : schema === 'pg_catalog'
      ? printBaseType(store, under)
      : 'USER-DEFINED'
  return { data_type: printed, udt_schema: schema, udt_name: name }
}

function* informationColumns(store: Store): Rows {
  for (const relation of store.relations.values()) {
    if (TABLE_TYPES[relation.kind] === undefined) continue
    for (const column of relation.columns) {
      yield {
        table_schema: relation.schema,
        table_name: relation.name,
        column_name: column.name,
        ordinal_position: column.attnum,
        is_nullable: column.notNull ? 'NO' : 'YES',
        column_default: column.hasDefault ? UNKNOWN : null,
        is_generated: column.generated ? 'ALWAYS' : 'NEVER',
        is_identity: UNKNOWN,
        character_maximum_length: UNKNOWN,
        ...dataType(store, column),
      }
    }
  }
}

function* informationConstraints(store: Store): Rows {
  for (const relation of store.relations.values()) {
    for (const constraint of relation.constraints) {
      const type = CONSTRAINT_TYPES[constraint.kind]
      if (type === undefined) continue
      yield {
        constraint_schema: relation.schema,
        constraint_name: constraint.name,
        table_schema: relation.schema,
        table_name: relation.name,
        constraint_type: type,
      }
    }
  }
}

function* constraintColumns(store: Store): Rows {
  for (const relation of store.relations.values()) {
    for (const constraint of relation.constraints) {
      for (const attnum of constraint.columns) {
        const column = relation.columns.find((each) => each.attnum === attnum)
        if (column === undefined) continue
        yield {
          constraint_schema: relation.schema,
          constraint_name: constraint.name,
          table_schema: relation.schema,
          table_name: relation.name,
          column_name: column.name,
        }
      }
    }
  }
}

function* checkConstraints(store: Store): Rows {
  for (const relation of store.relations.values()) {
    for (const { kind, name } of relation.constraints) {
      if (kind !== 'check' && kind !== 'not null') continue
      yield { constraint_schema: relation.schema, constraint_name: name, check_clause: UNKNOWN }
    }
  }
  for (const type of store.types.values()) {
    if (type.kind !== 'domain') continue
    for (const { name } of type.constraints) {
      yield { constraint_schema: type.schema, constraint_name: name, check_clause: UNKNOWN }
    }
  }
}

function* named(store: Store, kinds: readonly RelationKind[], schema: string, name: string): Rows {
  for (const relation of relationsOf(store, ...kinds))
    yield { [schema]: relation.schema, [name]: relation.name }
}

function* extensions(store: Store): Rows {
  yield { extname: 'plpgsql', oid: UNKNOWN }
  for (const [extname] of store.extensions.entries()) yield { extname, oid: UNKNOWN }
}

const TABLES: Readonly<Record<string, (store: Store) => Iterable<VirtualRow>>> = {
  'pg_catalog.pg_type': pgType,
  'pg_catalog.pg_enum': pgEnum,
  'pg_catalog.pg_namespace': pgNamespace,
  'pg_catalog.pg_class': pgClass,
  'pg_catalog.pg_attribute': pgAttribute,
  'pg_catalog.pg_constraint': pgConstraint,
  'pg_catalog.pg_inherits': pgInherits,
  'pg_catalog.pg_index': pgIndex,
  'pg_catalog.pg_indexes': pgIndexes,
  'pg_catalog.pg_proc': pgProc,
  'pg_catalog.pg_operator': pgOperator,
  'pg_catalog.pg_cast': pgCast,
  'pg_catalog.pg_extension': extensions,
  'pg_catalog.pg_tables': (store) => named(store, ['table', 'partitioned table'], 'schemaname', 'tablename'),
  'pg_catalog.pg_views': (store) => named(store, ['view'], 'schemaname', 'viewname'),
  'pg_catalog.pg_matviews': (store) => named(store, ['materialized view'], 'schemaname', 'matviewname'),
  'pg_catalog.pg_sequences': (store) => named(store, ['sequence'], 'schemaname', 'sequencename'),
  'information_schema.tables': informationTables,
  'information_schema.columns': informationColumns,
  'information_schema.table_constraints': informationConstraints,
  'information_schema.key_column_usage': constraintColumns,
  'information_schema.constraint_column_usage': constraintColumns,
  'information_schema.check_constraints': checkConstraints,
  'information_schema.views': (store) => named(store, ['view'], 'table_schema', 'table_name'),
  'information_schema.foreign_tables': (store) =>
    named(store, ['foreign table'], 'foreign_table_schema', 'foreign_table_name'),
  'information_schema.sequences': (store) => named(store, ['sequence'], 'sequence_schema', 'sequence_name'),
  *'information_schema.schemata'(store: Store): Rows {
    for (const row of pgNamespace(store)) yield { schema_name: row['nspname'] ?? null }
  },
  *'information_schema.domains'(store: Store): Rows {
    for (const type of store.types.values()) {
      if (type.kind === 'domain') yield { domain_schema: type.schema, domain_name: type.name }
    }
  },
  *'information_schema.routines'(store: Store): Rows {
    for (const each of store.functions.values()) {
      yield { routine_schema: each.schema, routine_name: each.name, routine_type: each.kind.toUpperCase() }
    }
  },
}

/** The rows of one of Postgres's own catalogs, made from ours; undefined for one that is not kept. */
export function virtualTable(
  store: Store,
  schema: string | undefined,
  name: string,
): readonly ReadonlyMap<string, Value>[] | undefined {
  const key = `${schema ?? 'pg_catalog'}.${name}`
  const rows = TABLES[key]
  if (rows === undefined) return undefined
  if (schema === undefined && store.lookupRelationOid({ schema: TEMP, name }) !== undefined) return undefined
  // A loop asks for the same rows again and again.
  const { version } = store.journal
  const path = store.lookupPath()
  let known = made.get(store)
  if (known?.version !== version || known.path !== path)
    made.set(store, (known = { version, path, tables: new Map() }))
  let table = known.tables.get(key)
  if (table === undefined) {
    table = Array.from(rows(store), (row) => new Map(Object.entries(row)))
    known.tables.set(key, table)
  }
  return table
}

/** The rows of the tables that were asked for, as long as a store and its search path do not change. */
interface Made {
  readonly version: number
  readonly path: readonly string[]
  readonly tables: Map<string, readonly ReadonlyMap<string, Value>[]>
}

const made = new WeakMap<Store, Made>()
