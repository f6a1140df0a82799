import { checkForChild, notNullOf } from './checks.js'
import { PgError } from './error.js'
import type { Oid, QualifiedName } from './model.js'
import {
  childrenOf,
  columnByName,
  columnByNumber,
  current,
  findRelation,
  isTableLike,
  replaceColumn,
  replaceConstraint,
} from './relations.js'
import type { Store } from './store.js'
import type { StoredCheck, StoredColumn, StoredConstraint, StoredKey, StoredRelation } from './stored.js'
import { cloneParentIndexes } from './keys.js'

/** What a new table has from its parents, merged with its own columns. */
export interface Inherited {
  readonly columns: StoredColumn[]
  readonly parents: Oid[]
  readonly constraints: StoredConstraint[]
  readonly complete: boolean
}

function isSameType(a: StoredColumn, b: StoredColumn): boolean {
  return a.type.oid === b.type.oid && a.type.array === b.type.array
}

/** The parents of a new table are looked up, each once, before its columns are looked at. */
export function requireDistinctParents(store: Store, names: readonly QualifiedName[]): void {
  const seen = new Set<Oid>()
  for (const name of names) {
    if (!store.strict && store.lookupRelationOid(name) === undefined) continue
    const { oid, name: found } = findRelation(store, name)
    if (seen.has(oid))
      throw new PgError('42P07', `relation "${found}" would be inherited from more than once`)
    seen.add(oid)
  }
}

/** MergeAttributes of tablecmds.c: columns of the parents in their order, then those of the table itself. */
export function mergeParents(
  store: Store,
  names: readonly QualifiedName[],
  own: readonly StoredColumn[],
  child: { readonly isPartition: boolean; readonly temporary: boolean },
): Inherited {
  if (names.length === 0) return { columns: [...own], parents: [], constraints: [], complete: true }
  const { isPartition } = child
  const columns: StoredColumn[] = []
  const parents: Oid[] = []
  const constraints: StoredConstraint[] = []
  let complete = true
  for (const name of names) {
    if (!store.strict && store.lookupRelationOid(name) === undefined) {
      complete = false
      continue
    }
    const parent = findRelation(store, name)
    requireParent(parent, isPartition)
    requireSamePersistence(parent, child)
    parents.push(parent.oid)
    if (!parent.complete) complete = false
    for (const column of parent.columns) mergeColumn(columns, column)
    for (const constraint of parent.constraints) {
      mergeConstraint(constraints, constraint, parent, columns)
    }
  }
  for (const column of own) {
    const at = columns.findIndex((each) => each.name === column.name)
    const inherited = columns[at]
    if (inherited === undefined) columns.push(column)
    else if (!isSameType(inherited, column)) {
      throw new PgError('42804', `column "${column.name}" has a type conflict`)
    } else if (inherited.generated !== column.generated) {
      if (column.generated)
        throw new PgError('42611', `child column "${column.name}" specifies generation expression`)
      columns[at] = { ...inherited, local: true }
    } else {
      columns[at] = { ...inherited, local: true, origin: inherited.origin }
    }
  }
  return { columns, parents, constraints, complete }
}

function requireParent(parent: StoredRelation, isPartition: boolean): void {
  if (!isTableLike(parent)) {
    throw new PgError('42809', `inherited relation "${parent.name}" is not a table or foreign table`)
  }
  if (!isPartition && parent.kind === 'partitioned table') {
    throw new PgError('42809', `cannot inherit from partitioned table "${parent.name}"`)
  }
  if (!isPartition && parent.isPartition) {
    throw new PgError('42809', `cannot inherit from partition "${parent.name}"`)
  }
}

/** What is temporary has no children that stay, and no partition differs from its table in this. */
function requireSamePersistence(
  parent: StoredRelation,
  child: { readonly isPartition: boolean; readonly temporary: boolean },
): void {
  if (parent.temporary && !child.temporary) {
    throw new PgError('42809', `cannot inherit from temporary relation "${parent.name}"`)
  }
  if (child.isPartition && child.temporary && !parent.temporary) {
    throw new PgError('42809', 'cannot create a temporary relation as partition of permanent relation')
  }
}

function mergeColumn(columns: StoredColumn[], column: StoredColumn): void {
  const at = columns.findIndex((each) => each.name === column.name)
  const before = columns[at]
  if (before === undefined) {
    const { former: _former, ...rest } = column
    columns.push({ ...rest, local: false, inherited: 1, identity: false, notNull: false })
    return
  }
  if (!isSameType(before, column)) {
    throw new PgError('42804', `inherited column "${column.name}" has a type conflict`)
  }
  columns[at] = { ...before, inherited: before.inherited + 1 }
}

function mergeConstraint(
  merged: StoredConstraint[],
  constraint: StoredConstraint,
  parent: StoredRelation,
  columns: StoredColumn[],
): void {
  if (constraint.kind !== 'check' && constraint.kind !== 'not null') return
  if (constraint.noInherit) return
  const numbers = new Map(columns.map((column, i) => [column.name, i + 1]))
  const map = (attnum: number): number => numbers.get(columnByNumber(parent, attnum)?.name ?? '') ?? 0
  const own = { local: false, inherited: 1 }
  if (constraint.kind === 'not null') {
    const column = map(constraint.columns[0]!)
    columns[column - 1] = { ...columns[column - 1]!, notNull: true }
    const before = merged.findIndex((each) => each.kind === 'not null' && each.columns[0] === column)
    const other = merged[before]
    if (other === undefined) merged.push({ ...constraint, ...own, columns: [column] })
    else merged[before] = { ...other, inherited: other.inherited + 1 }
    return
  }
  if (constraint.kind !== 'check') return
  const before = merged.findIndex((each) => each.kind === 'check' && each.name === constraint.name)
  const other = merged[before]
  if (other === undefined) {
    merged.push({
      ...constraint,
      ...own,
      columns: constraint.columns.map(map),
      comparisons: constraint.comparisons.map((each) => ({ ...each, column: map(each.column) })),
    })
  } else if (
    other.kind === 'check' &&
    JSON.stringify(other.expression) === JSON.stringify(constraint.expression)
  ) {
    merged[before] = { ...other, inherited: other.inherited + 1 }
  } else {
    throw new PgError('42710', `check constraint name "${constraint.name}" appears multiple times`)
  }
}

function ancestors(store: Store, oid: Oid): Set<Oid> {
  const all = new Set<Oid>()
  const queue = [oid]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (all.has(at)) continue
    all.add(at)
    queue.push(...(store.relations.get(at)?.parents ?? []))
  }
  return all
}

/** Makes an existing table a child: it must have the parent's columns and checks. */
function adopt(store: Store, parentOid: Oid, childOid: Oid): void {
  const parent = current(store, parentOid)
  if (ancestors(store, parentOid).has(childOid))
    throw new PgError('42P07', 'circular inheritance not allowed')
  for (const column of parent.columns) {
    const own = columnByName(current(store, childOid), column.name)
    if (own === undefined) throw new PgError('42804', `child table is missing column "${column.name}"`)
    if (!isSameType(own, column)) {
      throw new PgError('42804', `child table has different type for column "${column.name}"`)
    }
    if (notNullOf(parent, column.attnum)?.noInherit === false && !own.notNull) {
      throw new PgError('42804', `column "${column.name}" in child table must be marked NOT NULL`)
    }
    if (own.generated !== column.generated) {
      throw new PgError('42804', `column "${column.name}" in child table must be a generated column`)
    }
    replaceColumn(store, childOid, { ...own, inherited: own.inherited + 1 })
  }
  for (const constraint of parent.constraints) {
    if (constraint.noInherit) continue
    if (constraint.kind === 'check') adoptCheck(store, constraint, parent, childOid)
    else if (constraint.kind === 'not null') adoptNotNull(store, constraint, parent, childOid)
  }
}

function adoptCheck(store: Store, check: StoredCheck, parent: StoredRelation, childOid: Oid): void {
  const child = current(store, childOid)
  const own = child.constraints.find((each) => each.kind === 'check' && each.name === check.name)
  if (own?.kind !== 'check') throw new PgError('42804', `child table is missing constraint "${check.name}"`)
  const wanted = checkForChild(store, check, parent, child)
  if (JSON.stringify(own.expression) !== JSON.stringify(wanted.expression)) {
    throw new PgError('42804', `child table "${child.name}" has different definition for check constraint`)
  }
  if (own.noInherit) {
    throw new PgError(
      '42P16',
      `constraint "${own.name}" conflicts with non-inherited constraint on child table`,
    )
  }
  replaceConstraint(store, childOid, { ...own, inherited: own.inherited + 1 })
}

function adoptNotNull(store: Store, key: StoredKey, parent: StoredRelation, childOid: Oid): void {
  const name = columnByNumber(parent, key.columns[0])?.name
  const child = current(store, childOid)
  const own = name === undefined ? undefined : notNullOf(child, columnByName(child, name)?.attnum ?? 0)
  if (own !== undefined) replaceConstraint(store, childOid, { ...own, inherited: own.inherited + 1 })
}

/** ALTER TABLE child INHERIT parent. */
export function addParent(store: Store, childOid: Oid, name: QualifiedName): void {
  const child = current(store, childOid)
  if (child.isPartition) throw new PgError('42809', 'cannot change inheritance of a partition')
  if (child.kind === 'partitioned table')
    throw new PgError('42809', 'cannot change inheritance of partitioned table')
  if (child.ofType !== undefined) throw new PgError('42809', 'cannot change inheritance of typed table')
  const parent = findRelation(store, name)
  requireParent(parent, false)
  requireSamePersistence(parent, child)
  if (child.parents.includes(parent.oid)) {
    throw new PgError('42P07', `relation "${parent.name}" would be inherited from more than once`)
  }
  adopt(store, parent.oid, childOid)
  store.putRelation({ ...current(store, childOid), parents: [...child.parents, parent.oid] })
}

/** ALTER TABLE child NO INHERIT parent, and DETACH PARTITION. */
export function removeParent(store: Store, childOid: Oid, parent: StoredRelation): void {
  const child = current(store, childOid)
  if (!child.parents.includes(parent.oid)) {
    throw new PgError('42P01', `relation "${parent.name}" is not a parent of relation "${child.name}"`)
  }
  const own = (inherited: number): { inherited: number; local: true } | { inherited: number } =>
    inherited <= 1 ? { inherited: 0, local: true } : { inherited: inherited - 1 }
  const names = new Set(parent.columns.map((column) => column.name))
  const checks = new Set(
    parent.constraints.filter((each) => each.kind === 'check' && !each.noInherit).map((each) => each.name),
  )
  const notNulls = new Set(
    parent.constraints
      .filter((each) => each.kind === 'not null' && !each.noInherit)
      .map((each) => columnByNumber(parent, each.columns[0])?.name),
  )
  const nameOf = (attnum: number | undefined): string | undefined => columnByNumber(child, attnum)?.name
  store.putRelation({
    ...child,
    parents: child.parents.filter((oid) => oid !== parent.oid),
    isPartition: false,
    columns: child.columns.map((column) =>
      names.has(column.name) && column.inherited > 0 ? { ...column, ...own(column.inherited) } : column,
    ),
    constraints: child.constraints.map((each) => {
      if (each.inherited === 0) return each
      const shared =
        each.kind === 'check'
          ? checks.has(each.name)
          : each.kind === 'not null'
            ? notNulls.has(nameOf(each.columns[0]))
            : child.isPartition
      return shared ? { ...each, ...own(each.inherited) } : each
    }),
  })
}

export function dropParent(store: Store, childOid: Oid, name: QualifiedName): void {
  const child = current(store, childOid)
  if (child.isPartition) throw new PgError('42809', 'cannot change inheritance of a partition')
  removeParent(store, childOid, findRelation(store, name))
}

export function attachPartition(store: Store, parentOid: Oid, name: QualifiedName): void {
  const parent = current(store, parentOid)
  if (parent.kind !== 'partitioned table') {
    throw new PgError(
      '42809',
      `ALTER action ATTACH PARTITION cannot be performed on relation "${parent.name}"`,
    )
  }
  const child = findRelation(store, name)
  if (!isTableLike(child)) throw new PgError('42809', `"${child.name}" is not a table`)
  if (child.isPartition) throw new PgError('42809', `"${child.name}" is already a partition`)
  if (child.parents.length > 0) throw new PgError('42809', 'cannot attach inheritance child as partition')
  if (child.ofType !== undefined) throw new PgError('42809', 'cannot attach a typed table as partition')
  if (childrenOf(store, child.oid).length > 0 && child.kind !== 'partitioned table') {
    throw new PgError('42809', 'cannot attach inheritance parent as partition')
  }
  for (const column of child.columns) {
    if (columnByName(parent, column.name) === undefined && parent.complete) {
      throw new PgError('42804', `table "${child.name}" contains column "${column.name}" not found in parent`)
    }
  }
  requireSamePersistence(parent, { isPartition: true, temporary: child.temporary })
  adopt(store, parentOid, child.oid)
  // What comes from a partitioned parent alone goes with it.
  const adopted = current(store, child.oid)
  store.putRelation({
    ...adopted,
    parents: [parentOid],
    isPartition: true,
    columns: adopted.columns.map((column) => ({ ...column, local: false })),
    constraints: adopted.constraints.map((each) =>
      each.inherited > 0 && (each.kind === 'check' || each.kind === 'not null')
        ? { ...each, local: false }
        : each,
    ),
  })
  cloneParentIndexes(store, parentOid, child.oid)
}

export function detachPartition(store: Store, parentOid: Oid, name: QualifiedName): void {
  const parent = current(store, parentOid)
  if (parent.kind !== 'partitioned table') {
    throw new PgError(
      '42809',
      `ALTER action DETACH PARTITION cannot be performed on relation "${parent.name}"`,
    )
  }
  const child = findRelation(store, name)
  removeParent(store, child.oid, parent)
}
