import { alterTable } from './alter.js'
import type { Change, FunctionName, ObjectKind } from './change.js'
import { alterComposite, createComposite, createOpaqueType, createRange } from './composites.js'
import { createCast, findCast } from './casts.js'
import type { CatalogObject } from './dependents.js'
import { alterDomain, createDomain } from './domains.js'
import { dropObjects } from './drop.js'
import { addLabel, createEnum, renameLabel } from './enums.js'
import { PgError } from './error.js'
import { createFunction, findFunction } from './functions.js'
import { createIndex } from './keys.js'
import type { QualifiedName, TypeRef } from './model.js'
import { printName, truncateName } from './names.js'
import { createOperator, findOperator } from './operators.js'
import { addSequence, findRelation, requireColumn } from './relations.js'
import { renameColumn, renameConstraint, renameObject, setSchema } from './rename.js'
import { nameKey, TEMP, type Store } from './store.js'
import { createTable } from './tables.js'
import { createFromQuery } from './views.js'

/**
 * Does to the catalog what a change says; all of it or, where it throws, some of it: the caller rolls back.
 * Throws PgError where Postgres rejects the statement.
 */
export function applyChange(store: Store, change: Change): void {
  switch (change.do) {
    case 'create schema':
      return createSchema(store, change)
    case 'create enum': {
      const { file, line } = store.origin
      const labels = change.labels.map((value, i) => ({
        value,
        origin: { file, line: line + (change.lines[i] ?? 0) },
      }))
      return createEnum(store, change.name, labels)
    }
    case 'add label':
      return addLabel(store, change.type, change.label, change)
    case 'rename label':
      return renameLabel(store, change.type, change.from, change.to)
    case 'create domain':
      return createDomain(store, change)
    case 'alter domain':
      return alterDomain(store, change.name, change.action)
    case 'create composite':
      return createComposite(store, change.name, change.attributes)
    case 'alter composite':
      return alterComposite(store, change.name, change.commands)
    case 'create range':
      return createRange(store, change.name, change.subtype)
    case 'create base type':
      return createOpaqueType(store, change.name)
    case 'create extension':
      return createExtension(store, change)
    case 'create table':
      return createTable(store, change)
    case 'create from query':
      return createFromQuery(store, change)
    case 'create index':
      return createIndex(store, change)
    case 'create sequence':
      return createSequence(store, change)
    case 'alter sequence':
      return alterSequence(store, change)
    case 'alter table':
      return alterTable(store, change)
    case 'create function':
      return createFunction(store, change)
    case 'create operator':
      return createOperator(store, change)
    case 'create cast':
      return createCast(store, change)
    case 'rename':
      return renameObject(store, change)
    case 'rename column':
      return renameColumn(store, change)
    case 'rename constraint':
      return renameConstraint(store, change)
    case 'set schema':
      return setSchema(store, change)
    case 'drop':
      return drop(store, change)
  }
}

function createSchema(store: Store, change: Extract<Change, { do: 'create schema' }>): void {
  const name = truncateName(change.name)
  if (name.startsWith('pg_')) throw new PgError('42939', `unacceptable schema name "${name}"`)
  if (store.hasSchema(name)) {
    if (change.ifNotExists === true) return
    throw new PgError('42P06', `schema "${name}" already exists`)
  }
  store.schemas.set(name, { name, origin: store.origin })
  if (change.elements === undefined) return
  // The new schema comes first in the search path of its elements (CreateSchemaCommand).
  const path = store.searchPath
  store.setSearchPath([name, ...path], true)
  for (const element of change.elements) applyChange(store, element)
  store.setSearchPath(path, true)
}

function createExtension(store: Store, change: Extract<Change, { do: 'create extension' }>): void {
  if (store.extensions.has(change.name)) {
    if (change.ifNotExists === true) return
    throw new PgError('42710', `extension "${change.name}" already exists`)
  }
  if (store.strict) throw new PgError('0A000', `extension "${change.name}" is not available`)
  store.extensions.set(change.name, change.schema ?? '')
}

function createSequence(store: Store, change: Extract<Change, { do: 'create sequence' }>): void {
  const schema = store.creationSchema(change.name, change.temporary)
  const name = truncateName(change.name.name)
  if (change.ifNotExists === true && store.relationNames.has(nameKey(schema, name))) return
  const { oid } = addSequence(store, schema, name)
  if (change.ownedBy !== undefined) own(store, oid, change.ownedBy)
}

function alterSequence(store: Store, change: Extract<Change, { do: 'alter sequence' }>): void {
  if (change.ifExists === true && store.lookupRelationOid(change.name) === undefined) return
  const sequence = findRelation(store, change.name)
  if (sequence.kind !== 'sequence') throw new PgError('42809', `"${sequence.name}" is not a sequence`)
  if (change.ownedBy === undefined) return
  if (sequence.owner?.identity === true)
    throw new PgError('0A000', 'cannot change ownership of identity sequence')
  own(store, sequence.oid, change.ownedBy)
}

function own(
  store: Store,
  oid: number,
  owner: { readonly table: QualifiedName; readonly column: string } | null,
): void {
  const { owner: _owner, ...sequence } = store.relations.get(oid)!
  if (owner === null) return store.putRelation(sequence)
  if (!store.strict && store.lookupRelationOid(owner.table) === undefined) return
  const table = findRelation(store, owner.table)
  if (table.schema !== sequence.schema) {
    throw new PgError('55000', 'sequence must be in same schema as table it is linked to')
  }
  const { attnum } = requireColumn(table, truncateName(owner.column))
  store.putRelation({ ...sequence, owner: { relation: table.oid, attnum, identity: false } })
}

const RELATION_KINDS: Partial<Record<ObjectKind, readonly string[]>> = {
  table: ['table', 'partitioned table'],
  view: ['view'],
  'materialized view': ['materialized view'],
  'foreign table': ['foreign table'],
  index: ['index'],
  sequence: ['sequence'],
}

function drop(store: Store, change: Extract<Change, { do: 'drop' }>): void {
  const targets: CatalogObject[] = []
  const arrays: TypeRef[] = []
  for (const name of change.names) {
    const ref = change.kind === 'type' ? store.lookupType(name) : undefined
    // An array type goes with the type of its elements only.
    if (ref !== undefined && (ref.array || !store.types.has(ref.oid))) arrays.push(ref)
    else {
      const target = dropTarget(store, change.kind, name, change.ifExists === true)
      if (target !== undefined) targets.push(target)
    }
  }
  for (const ref of arrays) {
    if (ref.array && targets.some((target) => target.is === 'type' && target.oid === ref.oid)) continue
    throw new PgError('2BP01', `cannot drop type ${store.printType(ref)} because it is required`)
  }
  if (targets.length > 0) dropObjects(store, targets, change.cascade === true)
}

function dropTarget(
  store: Store,
  kind: ObjectKind,
  name: FunctionName,
  ifExists: boolean,
): CatalogObject | undefined {
  switch (kind) {
    case 'schema': {
      const short = truncateName(name.name)
      if (store.schemas.has(short) && short !== TEMP) return { is: 'schema', name: short }
      if (ifExists) return undefined
      throw new PgError('3F000', `schema "${short}" does not exist`)
    }
    case 'type':
    case 'domain':
      return dropTypeTarget(store, kind, name, ifExists)
    case 'function':
    case 'procedure':
    case 'routine':
    case 'aggregate':
      return unlessMissing(ifExists, () => ({ is: 'function', oid: findFunction(store, kind, name).oid }))
    case 'operator':
      return unlessMissing(ifExists, () => ({ is: 'operator', oid: findOperator(store, name).oid }))
    case 'cast':
      return unlessMissing(ifExists, () => ({ is: 'cast', oid: findCast(store, name).oid }))
    default: {
      const oid = store.lookupRelationOid(name)
      if (oid === undefined) {
        if (ifExists) return undefined
        if (name.schema !== undefined && store.strict) store.requireSchema(name.schema)
        throw new PgError(kind === 'index' ? '42704' : '42P01', `${kind} "${printName(name)}" does not exist`)
      }
      const relation = store.relations.get(oid)
      if (relation === undefined || RELATION_KINDS[kind]?.includes(relation.kind) !== true) {
        throw new PgError('42809', `"${name.name}" is not a ${kind}`)
      }
      return { is: 'relation', relation: oid }
    }
  }
}

/** What `find` gives; with IF EXISTS undefined where it finds nothing. */
function unlessMissing(ifExists: boolean, find: () => CatalogObject): CatalogObject | undefined {
  try {
    return find()
  } catch (error) {
    const missing = error instanceof PgError && ['42883', '3F000', '42704'].includes(error.code)
    if (missing && ifExists) return undefined
    throw error
  }
}

function dropTypeTarget(
  store: Store,
  kind: 'type' | 'domain',
  name: QualifiedName,
  ifExists: boolean,
): CatalogObject | undefined {
  const ref = store.lookupType(name)
  const type = ref === undefined ? undefined : store.typeByOid(ref.oid)
  if (ref === undefined || type === undefined) {
    if (ifExists) return undefined
    if (name.schema !== undefined && store.strict) store.requireSchema(name.schema)
    throw new PgError('42704', `type "${printName(name)}" does not exist`)
  }
  if (kind === 'domain' && (type.kind !== 'domain' || ref.array)) {
    throw new PgError('42809', `"${printName(name)}" is not a domain`)
  }
  return { is: 'type', oid: ref.oid }
}
