import { PgError } from './error.js'
import type { Oid, QualifiedName, RelationKind } from './model.js'
import { chooseName, joinColumnNames, printName, truncateName } from './names.js'
import { nameKey, placeOf, TEMP, type Store } from './store.js'
import type { StoredColumn, StoredConstraint, StoredRelation } from './stored.js'
import { addType, claimTypeName } from './types.js'

/** What a relation of each kind is, in Postgres's messages. */
export function isTableLike(relation: StoredRelation): boolean {
  return (
    relation.kind === 'table' || relation.kind === 'partitioned table' || relation.kind === 'foreign table'
  )
}

/** The relation of that name; throws 42P01, 3F000, or 42809 for a composite type. */
export function findRelation(store: Store, name: QualifiedName): StoredRelation {
  const oid = store.lookupRelationOid(name)
  if (oid === undefined && name.schema !== undefined && store.strict)
    store.requireSchema(truncateName(name.schema))
  if (oid === undefined) throw new PgError('42P01', `relation "${printName(name)}" does not exist`)
  const relation = store.relations.get(oid)
  if (relation === undefined) throw new PgError('42809', `"${name.name}" is a composite type`)
  return relation
}

/** Enters a new relation by name, with its row type where the kind has one. Throws 42P07 or 42710. */
export function addRelation(
  store: Store,
  draft: Omit<StoredRelation, 'oid' | 'rowType' | 'origin'>,
): StoredRelation {
  const { schema, name, kind } = draft
  const key = nameKey(schema, name)
  if (store.relationNames.has(key)) throw new PgError('42P07', `relation "${name}" already exists`)
  // A sequence has no row type, but its name may not be a type's either: heap_create_with_catalog.
  if (kind === 'sequence') claimTypeName(store, schema, name)
  const oid = store.newOid()
  let rowType: Oid = 0
  if (kind !== 'index' && kind !== 'sequence') {
    rowType = store.newOid()
    addType(store, {
      oid: rowType,
      kind: 'composite',
      schema,
      name,
      relation: oid,
      attributes: [],
      origin: store.origin,
    })
  }
  const relation: StoredRelation = { ...draft, oid, rowType, origin: store.origin }
  store.putNewRelation(relation)
  store.relationNames.set(key, oid)
  return relation
}

/** What every kind of relation starts with. */
export function emptyRelation(
  schema: string,
  name: string,
  kind: RelationKind,
): Omit<StoredRelation, 'oid' | 'rowType' | 'origin'> {
  return {
    kind,
    schema,
    name,
    columns: [],
    constraints: [],
    parents: [],
    isPartition: false,
    temporary: schema === TEMP,
    complete: true,
    nextAttnum: 1,
  }
}

export function addSequence(
  store: Store,
  schema: string,
  name: string,
  owner?: { readonly relation: Oid; readonly attnum: number; readonly identity: boolean },
): StoredRelation {
  const sequence = emptyRelation(schema, name, 'sequence')
  return addRelation(store, owner === undefined ? sequence : { ...sequence, owner })
}

/** A free name for an index or sequence: ChooseRelationName of indexcmds.c. */
export function chooseRelationName(
  store: Store,
  schema: string,
  name1: string,
  columns: readonly string[],
  label: string,
  isConstraint: boolean,
): string {
  const name2 = columns.length === 0 ? undefined : joinColumnNames(columns)
  return chooseName(
    name1,
    name2,
    label,
    (name) =>
      store.relationNames.has(nameKey(schema, name)) ||
      (isConstraint && store.isConstraintNameTaken(schema, name)),
  )
}

export function columnByName(
  relation: Pick<StoredRelation, 'columns'>,
  name: string,
): StoredColumn | undefined {
  for (const column of relation.columns) if (column.name === name) return column
  return undefined
}

export function columnByNumber(
  relation: Pick<StoredRelation, 'columns'>,
  attnum: number | undefined,
): StoredColumn | undefined {
  return attnum === undefined ? undefined : relation.columns[placeOf(relation.columns, attnum)]
}

/** The column of that name; throws 42703. */
export function requireColumn(relation: StoredRelation, name: string): StoredColumn {
  const column = columnByName(relation, name)
  if (column === undefined) {
    throw new PgError('42703', `column "${name}" of relation "${relation.name}" does not exist`)
  }
  return column
}

/** The relation as it is now: objects are replaced, so one that was kept may be old. */
export function current(store: Store, oid: Oid): StoredRelation {
  return store.relations.get(oid)!
}

export function replaceColumn(store: Store, oid: Oid, column: StoredColumn): void {
  store.replaceColumn(oid, column)
}

export function addConstraint(store: Store, oid: Oid, constraint: StoredConstraint): void {
  store.addConstraint(oid, constraint)
}

export function replaceConstraint(store: Store, oid: Oid, constraint: StoredConstraint): void {
  store.replaceConstraint(oid, constraint)
}

function relationsOf(store: Store, oids: readonly Oid[] | undefined): StoredRelation[] {
  return (oids ?? []).flatMap((oid) => store.relations.get(oid) ?? [])
}

/** Relations that inherit from this one, or are its partitions. */
export function childrenOf(store: Store, oid: Oid): StoredRelation[] {
  return relationsOf(store, store.children.get(oid))
}

export function indexesOf(store: Store, oid: Oid): StoredRelation[] {
  return relationsOf(store, store.indexes.get(oid))
}
