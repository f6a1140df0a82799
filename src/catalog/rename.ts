import type { Change, FunctionName, ObjectKind } from './change.js'
import { renameAttribute } from './composites.js'
import { requireConstraint } from './checks.js'
import { PgError } from './error.js'
import { findDomain, renameDomainConstraint } from './domains.js'
import { notePastName } from './enums.js'
import { findFunction } from './functions.js'
import { ownerConstraint } from './keys.js'
import type { Oid, PgType, QualifiedName } from './model.js'
import { printName, truncateName } from './names.js'
import { findOperator, sameOperator } from './operators.js'
import {
  childrenOf,
  columnByName,
  columnByNumber,
  current,
  findRelation,
  isTableLike,
  replaceColumn,
  replaceConstraint,
  requireColumn,
} from './relations.js'
import { nameKey, TEMP, type Store } from './store.js'
import type { StoredRelation } from './stored.js'
import { moveType, renameType, resolveType } from './types.js'

/** The relation that ALTER `kind` names; throws 42809 where it is of another kind. */
function relationOfKind(
  store: Store,
  name: QualifiedName,
  kind: ObjectKind,
  moving: boolean,
): StoredRelation {
  const relation = findRelation(store, name)
  const is = relation.kind
  const wrong =
    (kind === 'view' && is !== 'view') ||
    (kind === 'materialized view' && is !== 'materialized view') ||
    (kind === 'foreign table' && is !== 'foreign table') ||
    (kind === 'sequence' && is !== 'sequence') ||
    (moving && is === 'index') ||
    (moving && kind === 'index')
  if (wrong) throw new PgError('42809', `"${relation.name}" is not a ${kind}`)
  return relation
}

function isFunctionKind(kind: ObjectKind): boolean {
  return kind === 'function' || kind === 'procedure' || kind === 'routine' || kind === 'aggregate'
}

/** A type that ALTER TYPE may rename or move: no array type, no table's row type. */
function alterableType(store: Store, name: QualifiedName, kind: ObjectKind): PgType {
  if (kind === 'domain') return findDomain(store, name)
  const ref = resolveType(store, name)
  const type = store.typeByOid(ref.oid)
  if (type === undefined || type.kind === 'unknown') {
    throw new PgError('42704', `type "${printName(name)}" does not exist`)
  }
  if (ref.array) throw new PgError('42809', `cannot alter array type ${store.printType(ref)}`)
  if (type.kind === 'composite' && type.relation !== undefined) {
    throw new PgError('42809', `${type.name} is a table's row type`)
  }
  return type
}

export function renameObject(store: Store, change: Extract<Change, { do: 'rename' }>): void {
  const to = truncateName(change.to)
  if (change.kind === 'schema') return renameSchema(store, truncateName(change.name.name), to)
  if (isFunctionKind(change.kind)) return renameFunction(store, change.kind, change.name, to)
  if (change.kind === 'type' || change.kind === 'domain') {
    const type = alterableType(store, change.name, change.kind)
    if (type.kind === 'composite') renameCompositeName(store, type, to)
    renameType(store, type, to)
    notePastName(store, store.typeByOid(type.oid)!)
    return
  }
  if (change.ifExists === true && store.lookupRelationOid(change.name) === undefined) return
  renameRelation(store, relationOfKind(store, change.name, change.kind, false), to)
}

function renameCompositeName(store: Store, type: PgType, to: string): void {
  const key = nameKey(type.schema, to)
  if (store.relationNames.has(key)) throw new PgError('42P07', `relation "${to}" already exists`)
  store.relationNames.delete(nameKey(type.schema, type.name))
  store.relationNames.set(key, type.oid)
}

function renameRelation(store: Store, relation: StoredRelation, to: string): void {
  const key = nameKey(relation.schema, to)
  if (store.relationNames.has(key)) throw new PgError('42P07', `relation "${to}" already exists`)
  const owner = ownerConstraint(store, relation.oid)
  if (owner !== undefined) {
    if (
      store.isConstraintNameTaken(relation.schema, to) &&
      owner.relation.constraints.some((each) => each.name === to)
    ) {
      throw new PgError('42710', `constraint "${to}" for relation "${owner.relation.name}" already exists`)
    }
    replaceConstraint(store, owner.relation.oid, { ...owner.constraint, name: to })
  }
  store.relationNames.delete(nameKey(relation.schema, relation.name))
  store.relationNames.set(key, relation.oid)
  store.putRelation({ ...current(store, relation.oid), name: to })
  const rowType = store.types.get(relation.rowType)
  if (rowType !== undefined) renameType(store, rowType, to)
}

function renameFunction(store: Store, kind: ObjectKind, name: FunctionName, to: string): void {
  const found = findFunction(store, kind, name)
  requireNoTwin(store, found.oid, found.schema, to)
  store.putFunction({ ...found, name: to })
}

function requireNoTwin(store: Store, oid: Oid, schema: string, name: string): void {
  const found = store.functions.get(oid)!
  const print = (each: typeof found): string =>
    each.arguments.map((argument) => `${argument.type.oid}${argument.type.array ? '[]' : ''}`).join()
  for (const other of store.functionsNamed(schema, name)) {
    if (print(other) === print(found)) {
      throw new PgError('42723', `function ${name} already exists in schema "${schema}"`)
    }
  }
}

function renameSchema(store: Store, from: string, to: string): void {
  const schema = store.schemas.get(from)
  if (schema === undefined) throw new PgError('3F000', `schema "${from}" does not exist`)
  if (store.hasSchema(to)) throw new PgError('42P06', `schema "${to}" already exists`)
  if (to.startsWith('pg_')) throw new PgError('42939', `unacceptable schema name "${to}"`)
  store.schemas.delete(from)
  store.schemas.set(to, { ...schema, name: to })
  const move = (names: 'typeNames' | 'relationNames'): void => {
    for (const [key, value] of [...store[names].entries()]) {
      if (!key.startsWith(`${from}\0`)) continue
      store[names].delete(key)
      ;(store[names] as { set(key: string, value: unknown): void }).set(
        `${to}${key.slice(from.length)}`,
        value,
      )
    }
  }
  move('typeNames')
  move('relationNames')
  for (const type of [...store.types.values()]) {
    if (type.schema !== from || type.kind === 'unknown') continue
    if (type.kind === 'domain') store.putDomain(type, { ...type, schema: to })
    else store.types.set(type.oid, { ...type, schema: to })
    notePastName(store, store.typeByOid(type.oid)!)
  }
  for (const relation of [...store.relations.values()]) {
    if (relation.schema === from) store.putRelation({ ...relation, schema: to })
  }
  for (const each of [...store.functions.values()]) {
    if (each.schema === from) store.putFunction({ ...each, schema: to })
  }
  for (const each of [...store.operators.values()]) {
    if (each.schema === from) store.operators.set(each.oid, { ...each, schema: to })
  }
}

export function renameColumn(store: Store, change: Extract<Change, { do: 'rename column' }>): void {
  // RENAME ATTRIBUTE takes a table too, and RENAME COLUMN a composite type.
  const oid = store.lookupRelationOid(change.relation)
  const composite = oid !== undefined && !store.relations.has(oid)
  if (composite || (change.kind === 'type' && oid === undefined)) {
    return renameAttribute(store, change.relation, change.from, change.to)
  }
  if (change.ifExists === true && store.lookupRelationOid(change.relation) === undefined) return
  const relation = findRelation(store, change.relation)
  // The columns of an index have names of their own, which nothing refers to.
  if (relation.kind === 'index') return requireIndexColumn(store, relation, truncateName(change.from))
  if (relation.kind === 'sequence') {
    throw new PgError('42809', `cannot rename columns of relation "${relation.name}"`)
  }
  renameOneColumn(
    store,
    relation.oid,
    truncateName(change.from),
    truncateName(change.to),
    change.only === true,
    0,
  )
}

function requireIndexColumn(store: Store, { index }: StoredRelation, name: string): void {
  const table = index && store.relations.get(index.table)
  if (table === undefined || index === undefined || !index.plain) return
  if (index.columns.some((attnum) => columnByNumber(table, attnum)?.name === name)) return
  throw new PgError('42703', `column "${name}" does not exist`)
}

function renameOneColumn(
  store: Store,
  oid: Oid,
  from: string,
  to: string,
  only: boolean,
  expectedParents: number,
): void {
  const relation = current(store, oid)
  if (relation.ofType !== undefined) throw new PgError('42809', 'cannot rename column of typed table')
  const children = childrenOf(store, oid)
  if (only && children.length > 0) {
    throw new PgError('42P16', `inherited column "${from}" must be renamed in child tables too`)
  }
  const column = requireColumn(relation, from)
  for (const child of children) renameOneColumn(store, child.oid, from, to, only, expectedParents + 1)
  if (column.inherited > expectedParents)
    throw new PgError('42P16', `cannot rename inherited column "${from}"`)
  if (columnByName(relation, to) !== undefined) {
    throw new PgError('42701', `column "${to}" of relation "${relation.name}" already exists`)
  }
  replaceColumn(store, oid, { ...column, name: to })
  const now = current(store, oid)
  store.putRelation({
    ...now,
    constraints: now.constraints.map((constraint) =>
      constraint.kind === 'check' && constraint.columns.includes(column.attnum)
        ? { ...constraint, expression: store.renameInExpression(constraint.expression, from, to) }
        : constraint,
    ),
  })
}

export function renameConstraint(store: Store, change: Extract<Change, { do: 'rename constraint' }>): void {
  if (change.kind === 'domain') return renameDomainConstraint(store, change.relation, change.from, change.to)
  if (change.ifExists === true && store.lookupRelationOid(change.relation) === undefined) return
  const relation = findRelation(store, change.relation)
  if (!isTableLike(relation)) throw new PgError('42809', `"${relation.name}" is not a table`)
  renameOneConstraint(
    store,
    relation.oid,
    truncateName(change.from),
    truncateName(change.to),
    change.only === true,
    0,
  )
}

function renameOneConstraint(
  store: Store,
  oid: Oid,
  from: string,
  to: string,
  only: boolean,
  expectedParents: number,
): void {
  const relation = current(store, oid)
  const constraint = requireConstraint(relation, from)
  if ((constraint.kind === 'check' || constraint.kind === 'not null') && !constraint.noInherit) {
    const children = childrenOf(store, oid)
    if (only && children.length > 0) {
      throw new PgError('42P16', `inherited constraint "${from}" must be renamed in child tables too`)
    }
    for (const child of children) renameOneConstraint(store, child.oid, from, to, only, expectedParents + 1)
    if (constraint.inherited > expectedParents) {
      throw new PgError('42P16', `cannot rename inherited constraint "${from}"`)
    }
  }
  if (constraint.kind !== 'check' && constraint.index !== undefined) {
    return renameRelation(store, current(store, constraint.index), to)
  }
  if (relation.constraints.some((each) => each.name === to)) {
    throw new PgError('42710', `constraint "${to}" for relation "${relation.name}" already exists`)
  }
  replaceConstraint(store, oid, { ...constraint, name: to })
}

export function setSchema(store: Store, change: Extract<Change, { do: 'set schema' }>): void {
  const to = truncateName(change.schema)
  if (isFunctionKind(change.kind)) {
    const found = findFunction(store, change.kind, change.name)
    store.requireSchema(to)
    if (found.schema === to) return
    requireNoTwin(store, found.oid, to, found.name)
    store.putFunction({ ...found, schema: to })
    return
  }
  if (change.kind === 'operator') return moveOperator(store, change.name, to)
  if (change.kind === 'type' || change.kind === 'domain') {
    const type = alterableType(store, change.name, change.kind)
    store.requireSchema(to)
    requireMovable(type.schema, to)
    if (type.kind === 'composite') moveRelationName(store, type.oid, type, to)
    if (type.kind === 'domain') store.putDomain(type, undefined)
    moveType(store, type, to)
    const moved = store.typeByOid(type.oid)!
    if (moved.kind === 'domain') store.putDomain(undefined, moved)
    notePastName(store, moved)
    return
  }
  if (change.ifExists === true && store.lookupRelationOid(change.name) === undefined) return
  const relation = relationOfKind(store, change.name, change.kind, true)
  if (relation.owner !== undefined)
    throw new PgError('0A000', 'cannot move an owned sequence into another schema')
  store.requireSchema(to)
  requireMovable(relation.schema, to)
  moveRelation(store, relation, to)
  for (const other of store.mentioning(relation.oid)) {
    if (other.index?.table === relation.oid || other.owner?.relation === relation.oid)
      moveRelation(store, other, to)
  }
}

function moveOperator(store: Store, name: FunctionName, to: string): void {
  const found = findOperator(store, name)
  store.requireSchema(to)
  if (found.schema === to) return
  requireMovable(found.schema, to)
  if (sameOperator(store, to, found) !== undefined)
    throw new PgError('23505', `operator ${found.name} already exists in schema "${to}"`)
  store.operators.set(found.oid, { ...found, schema: to })
}

function requireMovable(from: string, to: string): void {
  if (from === to) return
  if (from === TEMP || to === TEMP) {
    throw new PgError('0A000', 'cannot move objects into or out of temporary schemas')
  }
}

function moveRelationName(
  store: Store,
  oid: Oid,
  object: QualifiedName & { readonly schema: string },
  to: string,
): void {
  if (object.schema === to) return
  const key = nameKey(to, object.name)
  if (store.relationNames.has(key)) {
    throw new PgError('42P07', `relation "${object.name}" already exists in schema "${to}"`)
  }
  store.relationNames.delete(nameKey(object.schema, object.name))
  store.relationNames.set(key, oid)
}

function moveRelation(store: Store, relation: StoredRelation, to: string): void {
  if (relation.schema === to) return
  moveRelationName(store, relation.oid, relation, to)
  store.putRelation({ ...current(store, relation.oid), schema: to })
  const rowType = store.types.get(relation.rowType)
  if (rowType !== undefined) moveType(store, rowType, to)
}
