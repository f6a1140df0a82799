import { requireUnusedRowType } from './alterType.js'
import type { ColumnDefinition, ConstraintDefinition, CreateTable, LikeClause } from './change.js'
import {
  addCheck,
  checkForChild,
  chooseConstraintName,
  enterNotNull,
  isSameCheck,
  notNullOf,
  requireFreeConstraintName,
} from './checks.js'
import {
  addColumnSequence,
  applyDefault,
  columnSequenceName,
  columnType,
  ownColumnSequence,
  setNextval,
  plainColumn,
} from './columns.js'
import { PgError } from './error.js'
import { mergeParents, requireDistinctParents, type Inherited } from './inheritance.js'
import { addForeignKey, addKey, cloneParentIndexes } from './keys.js'
import type { Oid } from './model.js'
import { printName, truncateName } from './names.js'
import {
  addConstraint,
  addRelation,
  addSequence,
  childrenOf,
  chooseRelationName,
  columnByName,
  columnByNumber,
  current,
  emptyRelation,
  indexesOf,
  replaceConstraint,
  requireColumn,
} from './relations.js'
import { nameKey, TEMP, type Store } from './store.js'
import type { StoredColumn, StoredRelation } from './stored.js'
import { requireNoCycle, resolveType } from './types.js'

/** What the elements of CREATE TABLE come to before the table exists. */
interface Draft {
  readonly columns: StoredColumn[]
  /** Columns of the table's own, with their definitions. */
  readonly definitions: ColumnDefinition[]
  readonly constraints: ConstraintDefinition[]
  readonly likes: { readonly clause: LikeClause; readonly source: StoredRelation }[]
  readonly notNulls: { readonly name?: string; readonly column: string }[]
}

/** Looked at when all types have been found. */
function requireDistinct(columns: readonly StoredColumn[]): void {
  const seen = new Set<string>()
  for (const { name } of columns) {
    if (seen.has(name)) throw new PgError('42701', `column "${name}" specified more than once`)
    seen.add(name)
  }
}

function readColumn(store: Store, draft: Draft, definition: ColumnDefinition): void {
  draft.columns.push(plainColumn(store, definition, draft.columns.length + 1))
  draft.definitions.push(definition)
  readColumnConstraints(draft, definition)
}

function readColumnConstraints(draft: Draft, definition: ColumnDefinition): void {
  const column = truncateName(definition.name)
  if (definition.notNull === true || definition.serial === true || definition.identity === true) {
    const named = definition.constraints.find((constraint) => constraint.kind === 'not null')
    draft.notNulls.push(named?.name === undefined ? { column } : { column, name: truncateName(named.name) })
  }
  for (const constraint of definition.constraints)
    if (constraint.kind !== 'not null') draft.constraints.push(constraint)
}

/** LIKE: the columns at its place; what else it includes comes after the table is made. */
function readLike(store: Store, draft: Draft, clause: LikeClause): boolean {
  const name = clause.relation
  const oid = store.lookupRelationOid(name)
  if (oid === undefined) {
    if (!store.strict) return false
    if (name.schema !== undefined) store.requireSchema(truncateName(name.schema))
    throw new PgError('42P01', `relation "${printName(name)}" does not exist`)
  }
  const source = store.relations.get(oid)
  if (source === undefined) {
    const type = store.typeByOid(oid)
    if (type?.kind !== 'composite') throw new PgError('42P01', `relation "${printName(name)}" does not exist`)
    for (const attribute of type.attributes) draft.columns.push(copyColumn(attribute as StoredColumn))
    return true
  }
  if (source.kind === 'index' || source.kind === 'sequence') {
    throw new PgError('42809', `relation "${source.name}" is invalid in LIKE clause`)
  }
  for (const column of source.columns) {
    const copy = copyColumn(column)
    if (clause.defaults && column.default !== undefined && !column.generated) {
      draft.columns.push({ ...copy, hasDefault: true, default: column.default })
    } else if (clause.generated && column.generated)
      draft.columns.push({ ...copy, generated: true, hasDefault: true })
    else draft.columns.push(copy)
    const notNull = notNullOf(source, column.attnum)
    if (notNull !== undefined) draft.notNulls.push({ name: notNull.name, column: column.name })
  }
  draft.likes.push({ clause, source })
  return source.complete
}

function copyColumn(column: StoredColumn): StoredColumn {
  const { attnum, name, type, origin } = column
  return {
    attnum,
    name,
    type,
    origin,
    notNull: false,
    hasDefault: false,
    generated: false,
    local: true,
    inherited: 0,
    identity: false,
  }
}

/** Whether the columns come from elsewhere, and those that are written are options for them. */
function optionsOnly(change: CreateTable): boolean {
  return change.ofType !== undefined || change.partitionOf !== undefined
}

function readElements(store: Store, change: CreateTable): { draft: Draft; complete: boolean } {
  const draft: Draft = { columns: [], definitions: [], constraints: [], likes: [], notNulls: [] }
  let complete = true
  if (change.ofType !== undefined) readOfType(store, draft, change)
  for (const element of change.elements) {
    if ('column' in element) {
      if (optionsOnly(change)) {
        draft.definitions.push(element.column)
        readColumnConstraints(draft, element.column)
      } else readColumn(store, draft, element.column)
    } else if ('like' in element) {
      if (!readLike(store, draft, element.like)) complete = false
    } else if (element.constraint.kind === 'not null') {
      for (const column of element.constraint.columns) {
        const { name } = element.constraint
        draft.notNulls.push(name === undefined ? { column } : { column, name: truncateName(name) })
      }
    } else draft.constraints.push(element.constraint)
  }
  return { draft, complete }
}

function readOfType(store: Store, draft: Draft, change: CreateTable): void {
  const ref = resolveType(store, change.ofType!)
  const type = ref.array ? undefined : store.typeByOid(ref.oid)
  if (type?.kind !== 'composite' || type.relation !== undefined) {
    if (type?.kind === 'unknown') return
    throw new PgError('42809', `type ${printName(change.ofType!)} is not a composite type`)
  }
  for (const attribute of type.attributes) draft.columns.push(copyColumn(attribute as StoredColumn))
}

/** CREATE TABLE and CREATE FOREIGN TABLE, in all their forms but AS. */
export function createTable(store: Store, change: CreateTable): void {
  const schema = store.creationSchema(change.name, change.temporary)
  const name = truncateName(change.name.name)
  // That the name is free otherwise is looked at last, when all else is right: addRelation.
  if (change.ifNotExists === true && store.relationNames.has(nameKey(schema, name))) return
  const parentNames = change.partitionOf === undefined ? (change.inherits ?? []) : [change.partitionOf]
  const { draft, complete } = readElements(store, change)
  // All names are chosen before the first sequence is made, so that two can't be told apart.
  const sequences = draft.definitions
    .filter((definition) => definition.serial === true || definition.identity === true)
    .map((definition) => ({
      definition,
      sequenceName: columnSequenceName(store, schema, name, definition)!,
    }))
    .map(({ definition, sequenceName }) => ({
      definition,
      sequence: addSequence(store, schema, sequenceName).oid,
    }))
  requireDistinctParents(store, parentNames)
  requireDistinct(draft.columns)
  const inherited = mergeParents(store, parentNames, draft.columns, {
    isPartition: change.partitionOf !== undefined,
    temporary: schema === TEMP,
  })
  const columns = inherited.columns.map((column, i) =>
    column.attnum === i + 1 ? column : { ...column, attnum: i + 1 },
  )
  const kind =
    change.partitionBy !== undefined
      ? 'partitioned table'
      : change.foreign === true
        ? 'foreign table'
        : 'table'
  // The columns of keys are looked up before the table's name is.
  if (store.relationNames.has(nameKey(schema, name))) requireKeyColumns(store, draft, columns)
  const { oid } = addRelation(store, {
    ...emptyRelation(schema, name, kind),
    columns,
    nextAttnum: columns.length + 1,
    parents: inherited.parents,
    isPartition: change.partitionOf !== undefined,
    complete: complete && inherited.complete,
    ...(change.ofType === undefined ? {} : { ofType: resolveType(store, change.ofType).oid }),
    ...(change.onCommitDrop === true ? { onCommitDrop: true } : {}),
  })
  setPartitionKey(store, oid, change)
  requirePartitioned(store, change, inherited)
  inheritConstraints(store, oid, inherited, draft)
  for (const definition of draft.definitions) {
    if (optionsOnly(change)) requireColumn(current(store, oid), truncateName(definition.name))
    applyDefault(store, oid, truncateName(definition.name), definition)
  }
  finishTable(store, oid, draft, sequences)
  const [parent] = inherited.parents
  if (change.partitionOf !== undefined && parent !== undefined) cloneParentIndexes(store, parent, oid)
}

function requireKeyColumns(store: Store, { constraints }: Draft, columns: readonly StoredColumn[]): void {
  if (!store.strict) return
  for (const key of constraints) {
    if (key.kind !== 'primary key' && key.kind !== 'unique') continue
    const missing = key.columns.find((name) => !columns.some((column) => column.name === truncateName(name)))
    if (missing !== undefined) throw new PgError('42703', `column "${missing}" named in key does not exist`)
  }
}

function setPartitionKey(store: Store, oid: Oid, change: CreateTable): void {
  if (change.partitionBy === undefined) return
  const relation = current(store, oid)
  const partitionKey = change.partitionBy.columns.map((column) => {
    const found = columnByName(relation, truncateName(column))
    if (found === undefined)
      throw new PgError('42703', `column "${column}" named in partition key does not exist`)
    if (found.generated) throw new PgError('42P17', 'cannot use generated column in partition key')
    return found.attnum
  })
  store.putRelation({ ...relation, partitionKey })
}

/** That a partition's parent is partitioned is looked at once the table is there. */
function requirePartitioned(store: Store, change: CreateTable, { parents }: Inherited): void {
  const [parent] = parents
  if (change.partitionOf === undefined || parent === undefined) return
  const { kind, name } = current(store, parent)
  if (kind !== 'partitioned table') throw new PgError('42809', `"${name}" is not partitioned`)
}

/** Inherited constraints; a NOT NULL one whose name the table itself gives to another gets a new one. */
function inheritConstraints(store: Store, oid: Oid, inherited: Inherited, draft: Draft): void {
  if (inherited.constraints.length === 0) return
  const given = [...draft.constraints, ...draft.notNulls].flatMap(({ name }) =>
    name === undefined ? [] : [truncateName(name)],
  )
  for (const constraint of inherited.constraints) {
    const { schema, name, columns } = current(store, oid)
    const column = columns.find((each) => each.attnum === constraint.columns[0])?.name
    const label =
      constraint.kind === 'not null' && given.includes(constraint.name)
        ? chooseConstraintName(store, schema, name, column, 'not_null', given)
        : constraint.name
    addConstraint(store, oid, { ...constraint, oid: store.newOid(), name: label })
  }
}

/** Constraints in the order in which Postgres enters them, which decides over the names it chooses. */
function finishTable(
  store: Store,
  oid: Oid,
  draft: Draft,
  sequences: readonly { readonly sequence: Oid; readonly definition: ColumnDefinition }[],
): void {
  for (const constraint of draft.constraints)
    if (constraint.kind === 'check') addCheck(store, oid, constraint)
  const keys = mergeKeys(draft.constraints)
  const primary = keys.find((key) => key.kind === 'primary key')
  const notNulls = [...draft.notNulls]
  for (const name of primary?.columns ?? []) {
    const column = truncateName(name)
    if (!notNulls.some((each) => truncateName(each.column) === column)) notNulls.push({ column })
  }
  addNotNulls(store, oid, notNulls)
  for (const { sequence, definition } of sequences) {
    ownColumnSequence(store, sequence, oid, truncateName(definition.name), definition.serial === true)
  }
  for (const like of draft.likes) finishLike(store, oid, like.clause, like.source)
  for (const key of keys) addKey(store, oid, key)
  for (const constraint of draft.constraints) {
    if (constraint.kind === 'foreign key') addForeignKey(store, oid, constraint)
  }
}

function addNotNulls(store: Store, oid: Oid, notNulls: Draft['notNulls']): void {
  const names = new Map<string, string | undefined>()
  const conflicts = new Map<string, string>()
  for (const { column: written, name } of notNulls) {
    const column = truncateName(written)
    const before = names.get(column)
    if (before === undefined) names.set(column, name)
    else if (name !== undefined && name !== before && !conflicts.has(column)) conflicts.set(column, name)
  }
  for (const [column, named] of names) {
    const other = conflicts.get(column)
    if (other !== undefined) {
      throw new PgError('42601', `conflicting not-null constraint names "${named ?? ''}" and "${other}"`)
    }
    const inherited = current(store, oid)
    const existing = columnByName(inherited, column)
    if (existing === undefined) {
      if (!inherited.complete && !store.strict) continue
      throw new PgError('42703', `column "${column}" named in key does not exist`)
    }
    const own = existing.notNull ? notNullOf(inherited, existing.attnum) : undefined
    // A table that is being made has no children.
    if (own === undefined) enterNotNull(store, inherited, existing, { name: named })
    else {
      // Declared here too, it has a name of its own.
      const label = named ?? chooseConstraintName(store, inherited.schema, inherited.name, column, 'not_null')
      if (label !== own.name) requireFreeConstraintName(inherited, label)
      replaceConstraint(store, oid, { ...own, name: label, local: true })
    }
  }
}

/** The primary key first; a key that repeats another's columns is the same key: transformIndexConstraints. */
function mergeKeys(constraints: readonly ConstraintDefinition[]): ConstraintDefinition[] {
  const keys: ConstraintDefinition[] = []
  const ordered = [
    ...constraints.filter((constraint) => constraint.kind === 'primary key'),
    ...constraints.filter((constraint) => constraint.kind === 'unique' || constraint.kind === 'exclude'),
  ]
  for (const key of ordered) {
    const same = keys.findIndex(
      (other) =>
        key.kind === 'unique' &&
        other.kind !== 'exclude' &&
        other.columns.join('\0') === key.columns.join('\0'),
    )
    const prior = keys[same]
    if (prior === undefined) keys.push(key)
    else if (prior.name === undefined && key.name !== undefined) keys[same] = { ...prior, name: key.name }
  }
  return keys
}

/** What LIKE ... INCLUDING takes over once the columns are there: expandTableLikeClause. */
function finishLike(store: Store, oid: Oid, clause: LikeClause, source: StoredRelation): void {
  if (clause.constraints) {
    for (const constraint of source.constraints) {
      if (constraint.kind !== 'check') continue
      const relation = current(store, oid)
      const copy = checkForChild(store, constraint, source, relation)
      const existing = relation.constraints.find((each) => each.name === copy.name)
      if (existing?.kind === 'check' && !existing.local && isSameCheck(existing, copy)) {
        replaceConstraint(store, oid, { ...existing, local: true })
        continue
      }
      requireFreeConstraintName(relation, copy.name)
      addConstraint(store, oid, { ...copy, origin: store.origin, local: true, inherited: 0 })
    }
  }
  if (clause.identity) {
    for (const column of source.columns) {
      if (!column.identity) continue
      const definition: ColumnDefinition = { name: column.name, identity: true, constraints: [], line: 0 }
      const sequence = addColumnSequence(
        store,
        current(store, oid).schema,
        current(store, oid).name,
        definition,
      )!
      ownColumnSequence(store, sequence, oid, column.name, false)
    }
  }
  if (clause.indexes) copyIndexes(store, oid, source)
}

function copyIndexes(store: Store, oid: Oid, source: StoredRelation): void {
  for (const each of indexesOf(store, source.oid).sort((a, b) => a.oid - b.oid)) {
    const index = each.index!
    const name = (attnum: number): string => columnByNumber(source, attnum)!.name
    const constraint = source.constraints.find((key) => 'index' in key && key.index === each.oid)
    if (constraint !== undefined) {
      const kind = constraint.kind as 'primary key' | 'unique' | 'exclude'
      addKey(store, oid, { kind, columns: index.keys.map(name) })
      continue
    }
    const relation = current(store, oid)
    const map = (attnum: number): number => requireColumn(relation, name(attnum)).attnum
    const chosen = chooseRelationName(
      store,
      relation.schema,
      relation.name,
      index.keys.map(name),
      'idx',
      false,
    )
    addRelation(store, {
      ...emptyRelation(relation.schema, chosen, 'index'),
      index: {
        ...index,
        table: oid,
        keys: index.keys.map(map),
        columns: index.columns.map(map),
        comparisons: index.comparisons.map((comparison) => ({
          ...comparison,
          column: map(comparison.column),
        })),
      },
    })
  }
}

/** ADD COLUMN, in the children too. */
export function addColumn(
  store: Store,
  oid: Oid,
  definition: ColumnDefinition,
  options: {
    readonly ifNotExists: boolean
    readonly only: boolean
    readonly recursing?: boolean
    /** That of the parent's serial column. */
    readonly sequence?: Oid | undefined
  },
): void {
  const relation = current(store, oid)
  const name = truncateName(definition.name)
  const existing = columnByName(relation, name)
  if (options.recursing === true && existing !== undefined) {
    const type = columnType(store, definition)
    if (type.oid !== existing.type.oid || type.array !== existing.type.array) {
      throw new PgError('42804', `child table "${relation.name}" has different type for column "${name}"`)
    }
    store.putRelation({
      ...relation,
      columns: relation.columns.map((each) =>
        each === existing ? { ...each, inherited: each.inherited + 1 } : each,
      ),
    })
    return
  }
  if (relation.isPartition && options.recursing !== true) {
    throw new PgError('42809', 'cannot add column to a partition')
  }
  if (relation.ofType !== undefined) throw new PgError('42809', 'cannot add column to typed table')
  if (existing !== undefined) {
    if (options.ifNotExists) return
    throw new PgError('42701', `column "${name}" of relation "${relation.name}" already exists`)
  }
  const hasChildren = childrenOf(store, oid).length > 0
  if (definition.identity === true && !options.only && hasChildren && relation.kind !== 'partitioned table') {
    throw new PgError('42P16', 'cannot recursively add identity column to table that has child tables')
  }
  const sequence = addColumnSequence(store, relation.schema, relation.name, definition)
  const column = plainColumn(store, definition, relation.nextAttnum)
  requireNoCycle(store, column.type, relation.rowType, relation.name)
  const inherited = options.recursing === true ? { local: false, inherited: 1 } : {}
  store.putRelation({
    ...relation,
    columns: [...relation.columns, { ...column, ...inherited }],
    nextAttnum: relation.nextAttnum + 1,
  })
  applyDefault(store, oid, name, definition)
  if (options.sequence !== undefined) setNextval(store, oid, name, options.sequence)
  // Rows that get a value are written anew, as far as the types that use them can tell: find_composite_type_dependencies.
  const hasValue =
    (sequence ?? options.sequence) !== undefined ||
    definition.default !== undefined ||
    definition.stored === true
  if (hasValue) requireUnusedRowType(store, current(store, oid))
  const children = childrenOf(store, oid)
  if (children.length > 0 && options.only) {
    throw new PgError('42P16', 'column must be added to child tables too')
  }
  for (const child of children) {
    const { serial: _serial, identity: _identity, ...plain } = definition
    addColumn(
      store,
      child.oid,
      { ...plain, constraints: [], notNull: false },
      { ...options, recursing: true, sequence: definition.serial === true ? sequence : options.sequence },
    )
  }
  if (sequence !== undefined) ownColumnSequence(store, sequence, oid, name, definition.serial === true)
}
