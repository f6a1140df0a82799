import type { Oid } from './model.js'
import type { Store } from './store.js'
import type { References, StoredKey, StoredRelation } from './stored.js'

/** Something that can be dropped. */
export type CatalogObject =
  | { readonly is: 'schema'; readonly name: string }
  | { readonly is: 'type'; readonly oid: Oid }
  | { readonly is: 'function'; readonly oid: Oid }
  | { readonly is: 'operator'; readonly oid: Oid }
  | { readonly is: 'cast'; readonly oid: Oid }
  | { readonly is: 'relation'; readonly relation: Oid }
  | { readonly is: 'column'; readonly relation: Oid; readonly attnum: number }
  | { readonly is: 'default'; readonly relation: Oid; readonly attnum: number }
  | { readonly is: 'constraint'; readonly relation: Oid; readonly oid: Oid }
  | { readonly is: 'attribute'; readonly type: Oid; readonly attnum: number }

export function keyOf(object: CatalogObject): string {
  switch (object.is) {
    case 'schema':
      return `schema ${object.name}`
    case 'type':
    case 'function':
    case 'operator':
    case 'cast':
      return `${object.is} ${object.oid}`
    case 'relation':
      return `relation ${object.relation}`
    case 'constraint':
      return `constraint ${object.relation} ${object.oid}`
    case 'attribute':
      return `attribute ${object.type} ${object.attnum}`
    default:
      return `${object.is} ${object.relation} ${object.attnum}`
  }
}

/** `silent`: what belongs to the object (pg_depend's auto and internal); else DROP needs CASCADE for it. */
export interface Dependent {
  readonly object: CatalogObject
  readonly silent: boolean
}

/** What depends on an object directly. */
export function* dependentsOf(store: Store, object: CatalogObject): Generator<Dependent> {
  switch (object.is) {
    case 'schema':
      return yield* inSchema(store, object.name)
    case 'type':
      return yield* onType(store, object.oid)
    case 'function':
      return yield* onFunction(store, object.oid)
    case 'operator':
      return yield* onReference(store, object.oid, (references) => references.operators.includes(object.oid))
    case 'relation':
      return yield* onRelation(store, object.relation)
    case 'column':
      return yield* onColumn(store, object.relation, object.attnum)
    case 'constraint':
      return yield* onConstraint(store, object.relation, object.oid)
    case 'default':
    case 'attribute':
    case 'cast':
  }
}

function normal(object: CatalogObject): Dependent {
  return { object, silent: false }
}

function part(object: CatalogObject): Dependent {
  return { object, silent: true }
}

function* inSchema(store: Store, schema: string): Generator<Dependent> {
  for (const type of store.types.values()) {
    if (type.schema !== schema || type.kind === 'unknown') continue
    if (type.kind !== 'composite' || type.relation === undefined) yield normal({ is: 'type', oid: type.oid })
  }
  for (const relation of store.relations.values()) {
    if (relation.schema === schema && relation.kind !== 'index')
      yield normal({ is: 'relation', relation: relation.oid })
  }
  for (const each of store.functions.values()) {
    if (each.schema === schema) yield normal({ is: 'function', oid: each.oid })
  }
  for (const { oid, schema: own } of store.operators.values()) {
    if (own === schema) yield normal({ is: 'operator', oid })
  }
}

function* onFunction(store: Store, oid: Oid): Generator<Dependent> {
  for (const each of store.operators.values()) {
    if (each.function === oid) yield normal({ is: 'operator', oid: each.oid })
  }
  for (const each of store.casts.values()) {
    if (each.function === oid) yield normal({ is: 'cast', oid: each.oid })
  }
  yield* onReference(store, oid, (references) => references.functions.includes(oid))
}

/** Expressions, views and functions that refer to what `matches` says. */
function* onReference(
  store: Store,
  object: Oid,
  matches: (references: References) => boolean,
): Generator<Dependent> {
  for (const relation of store.mentioning(object)) {
    if (relation.view !== undefined && matches(relation.view))
      yield normal({ is: 'relation', relation: relation.oid })
    if (relation.index !== undefined && matches(relation.index.references)) {
      yield normal({ is: 'relation', relation: relation.oid })
    }
    for (const { attnum, default: expression, generated } of relation.columns) {
      if (expression === undefined || !matches(expression)) continue
      yield normal({ is: generated ? 'column' : 'default', relation: relation.oid, attnum })
    }
    for (const constraint of relation.constraints) {
      if (constraint.kind === 'check' && matches(constraint.references)) {
        yield normal({ is: 'constraint', relation: relation.oid, oid: constraint.oid })
      }
    }
  }
  for (const each of store.functions.values()) {
    if (matches(each.references)) yield normal({ is: 'function', oid: each.oid })
  }
}

function* onType(store: Store, oid: Oid): Generator<Dependent> {
  for (const relation of store.mentioning(oid)) {
    if (relation.ofType === oid) yield normal({ is: 'relation', relation: relation.oid })
    if (relation.view !== undefined) continue
    for (const column of relation.columns) {
      if (column.type.oid === oid)
        yield normal({ is: 'column', relation: relation.oid, attnum: column.attnum })
    }
  }
  for (const type of store.types.values()) {
    if (type.kind === 'domain' && type.base.oid === oid) yield normal({ is: 'type', oid: type.oid })
    if (type.kind === 'range' && type.subtype.oid === oid) yield normal({ is: 'type', oid: type.oid })
    if (type.kind === 'multirange' && type.subtype.oid === oid) yield part({ is: 'type', oid: type.oid })
    if (type.kind === 'composite' && type.relation === undefined) {
      for (const attribute of type.attributes) {
        if (attribute.type.oid === oid)
          yield normal({ is: 'attribute', type: type.oid, attnum: attribute.attnum })
      }
    }
  }
  for (const each of store.functions.values()) {
    if (each.returns?.oid === oid || each.arguments.some((argument) => argument.type.oid === oid)) {
      yield normal({ is: 'function', oid: each.oid })
    }
  }
  for (const { oid: operator, left, right, returns } of store.operators.values()) {
    if (left?.oid === oid || right.oid === oid || returns?.oid === oid)
      yield normal({ is: 'operator', oid: operator })
  }
  for (const { oid: cast, source, target } of store.casts.values()) {
    if (source.oid === oid || target.oid === oid) yield normal({ is: 'cast', oid: cast })
  }
  yield* onReference(store, oid, (references) => references.types.includes(oid))
  // A materialized view's or view's column of this type comes with what its query refers to.
  for (const relation of store.mentioning(oid)) {
    if (relation.view === undefined) continue
    if (relation.columns.some((column) => column.type.oid === oid)) {
      yield normal({ is: 'relation', relation: relation.oid })
    }
  }
}

function* onRelation(store: Store, oid: Oid): Generator<Dependent> {
  const own = store.relations.get(oid)
  if (own === undefined) return
  if (own.rowType !== 0) yield part({ is: 'type', oid: own.rowType })
  // Nothing refers to an index but the foreign keys over a unique one, and the indexes of partitions.
  const table = own.index === undefined ? undefined : store.relations.get(own.index.table)
  if (own.index?.unique === false && table?.kind !== 'partitioned table') return
  for (const relation of store.mentioning(oid)) {
    const how = dependsOnRelation(relation, oid)
    if (how !== undefined)
      yield { object: { is: 'relation', relation: relation.oid }, silent: how === 'silent' }
    if (relation.constraints.length === 0) continue
    yield* foreignKeys(relation, oid, (key) => key.target?.relation === oid || key.target?.index === oid)
  }
  if (own.kind === 'sequence')
    yield* onReference(store, oid, (references) => references.sequences.includes(oid))
}

/** How a relation as a whole depends on another. */
function dependsOnRelation(relation: StoredRelation, oid: Oid): 'silent' | 'normal' | undefined {
  const { index, owner, parents, view } = relation
  if (index !== undefined) return index.table === oid || index.parent === oid ? 'silent' : undefined
  if (owner?.relation === oid) return 'silent'
  if (parents.includes(oid)) return relation.isPartition ? 'silent' : 'normal'
  return view?.reads.some((read) => read.relation === oid) === true ? 'normal' : undefined
}

function* foreignKeys(
  relation: StoredRelation,
  target: Oid,
  matches: (key: StoredKey) => boolean,
): Generator<Dependent> {
  for (const constraint of relation.constraints) {
    if (constraint.kind !== 'foreign key' || !matches(constraint)) continue
    const object: CatalogObject = { is: 'constraint', relation: relation.oid, oid: constraint.oid }
    yield { object, silent: relation.oid === target }
  }
}

function* onColumn(store: Store, oid: Oid, attnum: number): Generator<Dependent> {
  const own = store.relations.get(oid)
  if (own === undefined) return
  // A partitioned table is nothing without the columns of its key.
  if (own.partitionKey?.includes(attnum) === true) yield normal({ is: 'relation', relation: oid })
  for (const constraint of own.constraints) {
    if (constraint.columns.includes(attnum))
      yield part({ is: 'constraint', relation: oid, oid: constraint.oid })
  }
  for (const column of own.columns) {
    if (column.attnum === attnum && column.default !== undefined && !column.generated) {
      yield part({ is: 'default', relation: oid, attnum })
    }
    if (column.generated && column.attnum !== attnum && column.default?.columns.includes(attnum) === true) {
      yield normal({ is: 'column', relation: oid, attnum: column.attnum })
    }
  }
  for (const relation of store.mentioning(oid)) {
    if (relation.index !== undefined) {
      if (relation.index.table === oid && relation.index.columns.includes(attnum)) {
        yield part({ is: 'relation', relation: relation.oid })
      }
      continue
    }
    if (relation.owner?.relation === oid && relation.owner.attnum === attnum) {
      yield part({ is: 'relation', relation: relation.oid })
    }
    if (relation.view?.reads.some((read) => read.relation === oid && read.attnum === attnum) === true) {
      yield normal({ is: 'relation', relation: relation.oid })
    }
    yield* foreignKeys(
      relation,
      0,
      (key) => key.target?.relation === oid && key.target.columns.includes(attnum),
    )
  }
}

function* onConstraint(store: Store, oid: Oid, constraintOid: Oid): Generator<Dependent> {
  const own = store.relations.get(oid)
  const constraint = own?.constraints.find((each) => each.oid === constraintOid)
  if (constraint === undefined || constraint.kind === 'check' || constraint.kind === 'not null') return
  const { index } = constraint
  if (index !== undefined) yield part({ is: 'relation', relation: index })
  // Partitions have a copy of each key; that of an index is found through the index.
  for (const { oid: child, index: childIndex } of index === undefined ? [] : store.mentioning(index)) {
    if (childIndex === undefined || childIndex.parent !== index) continue
    const copy = store.relations
      .get(childIndex.table)
      ?.constraints.find((each) => 'index' in each && each.index === child)
    if (copy !== undefined) yield part({ is: 'constraint', relation: childIndex.table, oid: copy.oid })
  }
  if (constraint.kind !== 'foreign key') return
  for (const relation of store.mentioning(oid)) {
    if (!relation.parents.includes(oid)) continue
    for (const copy of relation.constraints) {
      if (
        copy.kind === 'foreign key' &&
        copy.inherited > 0 &&
        copy.target?.index === constraint.target?.index
      ) {
        yield part({ is: 'constraint', relation: relation.oid, oid: copy.oid })
      }
    }
  }
}
