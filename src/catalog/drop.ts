import { dependentsOf, keyOf, type CatalogObject } from './dependents.js'
import { buryEnum } from './enums.js'
import { PgError } from './error.js'
import { notingFormer } from './history.js'
import { ownerConstraint } from './keys.js'
import { removeType } from './types.js'
import type { Store } from './store.js'

function printCast(store: Store, oid: number): string {
  const cast = store.casts.get(oid)
  return cast === undefined
    ? 'cast'
    : `cast from ${store.printType(cast.source)} to ${store.printType(cast.target)}`
}

function printObject(store: Store, object: CatalogObject): string {
  switch (object.is) {
    case 'schema':
      return `schema ${object.name}`
    case 'type':
      return `type ${store.printType({ oid: object.oid, array: false })}`
    case 'function':
      return `function ${store.functions.get(object.oid)?.name ?? ''}`
    case 'operator':
      return `operator ${store.operators.get(object.oid)?.name ?? ''}`
    case 'cast':
      return printCast(store, object.oid)
    case 'attribute':
      return `column of composite type ${store.typeByOid(object.type)?.name ?? ''}`
    default: {
      const relation = store.relations.get(object.relation)
      const name = relation === undefined ? '' : `${relation.kind} ${relation.name}`
      if (object.is === 'relation') return name
      if (object.is === 'constraint') {
        return `constraint ${relation?.constraints.find((each) => each.oid === object.oid)?.name ?? ''} on ${name}`
      }
      const column = relation?.columns.find((each) => each.attnum === object.attnum)?.name ?? ''
      return object.is === 'default'
        ? `default value for column ${column} of ${name}`
        : `column ${column} of ${name}`
    }
  }
}

/** What can't be dropped alone, because it is part of something that is not dropped with it. */
function requireDroppable(store: Store, object: CatalogObject, targets: ReadonlySet<string>): void {
  const refuse = (needed: CatalogObject): void => {
    if (targets.has(keyOf(needed))) return
    throw new PgError(
      '2BP01',
      `cannot drop ${printObject(store, object)} because ${printObject(store, needed)} requires it`,
    )
  }
  if (object.is === 'type') {
    const type = store.typeByOid(object.oid)
    if (type?.kind === 'composite' && type.relation !== undefined)
      refuse({ is: 'relation', relation: type.relation })
  }
  if (object.is !== 'relation') return
  const relation = store.relations.get(object.relation)
  if (relation?.index !== undefined) {
    const owner = ownerConstraint(store, relation.oid)
    if (owner !== undefined)
      refuse({ is: 'constraint', relation: owner.relation.oid, oid: owner.constraint.oid })
    if (relation.index.parent !== undefined) refuse({ is: 'relation', relation: relation.index.parent })
  }
  if (relation?.owner?.identity === true) {
    refuse({ is: 'column', relation: relation.owner.relation, attnum: relation.owner.attnum })
  }
}

/**
 * Drops objects with all that depends on them: performMultipleDeletions of dependency.c. What belongs to them goes
 * silently; for the rest, without CASCADE, throws 2BP01.
 */
export function dropObjects(store: Store, targets: readonly CatalogObject[], cascade: boolean): void {
  const keys = new Set(targets.map(keyOf))
  for (const target of targets) requireDroppable(store, target, keys)
  const found = new Map<string, { readonly object: CatalogObject; silent: boolean }>()
  const queue: CatalogObject[] = []
  for (const object of targets) {
    found.set(keyOf(object), { object, silent: true })
    queue.push(object)
  }
  const because = new Map<string, CatalogObject>()
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const { object, silent } of dependentsOf(store, at)) {
      const key = keyOf(object)
      const known = found.get(key)
      if (known !== undefined) {
        if (silent) known.silent = true
        continue
      }
      found.set(key, { object, silent })
      because.set(key, at)
      queue.push(object)
    }
  }
  if (!cascade) {
    for (const [key, { object, silent }] of found) {
      if (silent || coveredByWhole(object, found)) continue
      const cause = printObject(store, because.get(key) ?? targets[0]!)
      throw new PgError(
        '2BP01',
        `cannot drop ${cause} because other objects depend on it: ${printObject(store, object)} depends on ${cause}`,
      )
    }
  }
  const order = [
    'default',
    'constraint',
    'attribute',
    'column',
    'relation',
    'cast',
    'operator',
    'type',
    'function',
    'schema',
  ]
  const objects = [...found.values()].map((each) => each.object)
  for (const is of order) for (const object of objects) if (object.is === is) remove(store, object)
}

/** A part of a relation, or of a composite type, that itself goes by right. */
function coveredByWhole(
  object: CatalogObject,
  found: ReadonlyMap<string, { readonly silent: boolean }>,
): boolean {
  if (object.is === 'attribute') return found.get(keyOf({ is: 'type', oid: object.type }))?.silent === true
  if (object.is !== 'column' && object.is !== 'default' && object.is !== 'constraint') return false
  return found.get(keyOf({ is: 'relation', relation: object.relation }))?.silent === true
}

function remove(store: Store, object: CatalogObject): void {
  switch (object.is) {
    case 'schema':
      store.schemas.delete(object.name)
      return
    case 'function':
      store.deleteFunction(object.oid)
      return
    case 'operator':
      store.operators.delete(object.oid)
      return
    case 'cast':
      store.casts.delete(object.oid)
      return
    case 'relation': {
      const relation = store.relations.get(object.relation)
      if (relation !== undefined) store.deleteRelation(relation)
      return
    }
    case 'type':
      return removeOneType(store, object.oid)
    case 'attribute': {
      const type = store.typeByOid(object.type)
      if (type?.kind !== 'composite') return
      const attributes = type.attributes.filter((each) => each.attnum !== object.attnum)
      store.types.set(type.oid, { ...type, attributes })
      return
    }
    case 'constraint':
      return removeConstraint(store, object.relation, object.oid)
    case 'default':
    case 'column':
      return removeColumnPart(store, object)
  }
}

function removeOneType(store: Store, oid: number): void {
  const type = store.types.get(oid)
  if (type === undefined) return
  if (type.kind === 'enum') buryEnum(store, type)
  if (type.kind === 'domain') store.putDomain(type, undefined)
  if (type.kind === 'composite' && type.relation === undefined) {
    store.relationNames.delete(`${type.schema}\0${type.name}`)
  }
  removeType(store, oid)
}

function removeColumnPart(
  store: Store,
  object: { readonly is: 'column' | 'default'; readonly relation: number; readonly attnum: number },
): void {
  const relation = store.relations.get(object.relation)
  if (relation === undefined) return
  if (object.is === 'column') {
    store.putRelation({
      ...relation,
      columns: relation.columns.filter((each) => each.attnum !== object.attnum),
    })
    return
  }
  store.putRelation({
    ...relation,
    columns: relation.columns.map((column) => {
      if (column.attnum !== object.attnum) return column
      const { default: _default, ...rest } = column
      return { ...rest, hasDefault: false }
    }),
  })
}

/** Takes a constraint away; a NOT NULL one with its mark on the column. */
export function removeConstraint(store: Store, oid: number, constraintOid: number): void {
  const relation = store.relations.get(oid)
  const constraint = relation?.constraints.find((each) => each.oid === constraintOid)
  if (relation === undefined || constraint === undefined) return
  const attnum = constraint.columns[0]
  const take = (): void => {
    const now = store.relations.get(oid)!
    store.putRelation({
      ...now,
      constraints: now.constraints.filter((each) => each !== constraint),
      columns:
        constraint.kind === 'not null'
          ? now.columns.map((column) => (column.attnum === attnum ? { ...column, notNull: false } : column))
          : now.columns,
    })
  }
  if (constraint.kind === 'check' && constraint.values !== undefined && attnum !== undefined) {
    notingFormer(store, oid, attnum, take)
  } else take()
}
