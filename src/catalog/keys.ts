import type { ConstraintDefinition, Expression } from './change.js'
import { BOOL, TEXT, VARCHAR } from './builtins.js'
import { addNotNull, chooseConstraintName, requireFreeConstraintName } from './checks.js'
import { PgError } from './error.js'
import { meaningOf, NO_REFERENCES, resolveColumns, withComparedTypes } from './expressions.js'
import type { Oid, QualifiedName, TypeRef } from './model.js'
import { joinColumnNames, printName, truncateName } from './names.js'
import {
  addConstraint,
  addRelation,
  childrenOf,
  chooseRelationName,
  columnByName,
  columnByNumber,
  current,
  emptyRelation,
  findRelation,
  indexesOf,
  isTableLike,
} from './relations.js'
import type { Store } from './store.js'
import type { References, StoredKey, StoredRelation } from './stored.js'
import { baseType, castBetween, isString } from './types.js'

function keyColumns(relation: StoredRelation, names: readonly string[], store: Store): number[] {
  const attnums: number[] = []
  for (const name of names.map(truncateName)) {
    const column = columnByName(relation, name)
    if (column === undefined) {
      if (!relation.complete && !store.strict) continue
      throw new PgError('42703', `column "${name}" named in key does not exist`)
    }
    if (attnums.includes(column.attnum)) throw new PgError('42701', `column "${name}" appears twice in key`)
    attnums.push(column.attnum)
  }
  return attnums
}

/** Enters a primary key, unique or exclusion constraint with its index, in partitions too. */
export function addKey(store: Store, oid: Oid, definition: ConstraintDefinition): void {
  const relation = current(store, oid)
  const kind = definition.kind as 'primary key' | 'unique' | 'exclude'
  if (
    kind === 'primary key' &&
    relation.constraints.some((constraint) => constraint.kind === 'primary key')
  ) {
    throw new PgError('42P16', `multiple primary keys for table "${relation.name}" are not allowed`)
  }
  if (definition.index !== undefined) return addKeyUsingIndex(store, relation, definition)
  const columns = keyColumns(relation, definition.columns, store)
  if (kind === 'primary key') {
    for (const name of definition.columns.map(truncateName)) {
      if (columnByName(relation, name)?.notNull === false) addNotNull(store, oid, name)
    }
  }
  if (relation.partitionKey?.some((attnum) => !columns.includes(attnum)) === true && kind !== 'exclude') {
    throw new PgError('0A000', 'unique constraint on partitioned table must include all partitioning columns')
  }
  const key = enterKey(store, oid, kind, columns, definition.name, undefined)
  if (relation.kind === 'partitioned table') spreadKey(store, oid, key)
}

function enterKey(
  store: Store,
  oid: Oid,
  kind: 'primary key' | 'unique' | 'exclude',
  columns: readonly number[],
  given: string | undefined,
  parentIndex: Oid | undefined,
): StoredKey {
  const relation = current(store, oid)
  const names = columns.map((attnum) => columnByNumber(relation, attnum)?.name ?? '')
  const name =
    given !== undefined
      ? truncateName(given)
      : kind === 'primary key'
        ? chooseRelationName(store, relation.schema, relation.name, [], 'pkey', true)
        : chooseRelationName(
            store,
            relation.schema,
            relation.name,
            names,
            kind === 'unique' ? 'key' : 'excl',
            true,
          )
  const index = addRelation(store, {
    ...emptyRelation(relation.schema, name, 'index'),
    index: {
      table: oid,
      keys: columns,
      columns,
      plain: kind !== 'exclude',
      unique: kind !== 'exclude',
      references: NO_REFERENCES,
      comparisons: [],
      ...(parentIndex === undefined ? {} : { parent: parentIndex }),
    },
  })
  if (given !== undefined) requireFreeConstraintName(relation, name)
  const key: StoredKey = {
    oid: store.newOid(),
    kind,
    name,
    columns,
    origin: store.origin,
    local: parentIndex === undefined,
    inherited: parentIndex === undefined ? 0 : 1,
    noInherit: true,
    index: index.oid,
  }
  addConstraint(store, oid, key)
  return key
}

/** Each partition gets a key of its own for the parent's. */
function spreadKey(store: Store, oid: Oid, key: StoredKey): void {
  for (const child of childrenOf(store, oid)) {
    const parent = current(store, oid)
    const columns = key.columns.flatMap((attnum) => {
      const name = columnByNumber(parent, attnum)?.name
      return name === undefined ? [] : (columnByName(child, name)?.attnum ?? [])
    })
    const copy = enterKey(
      store,
      child.oid,
      key.kind as 'primary key' | 'unique',
      columns,
      undefined,
      key.index,
    )
    if (child.kind === 'partitioned table') spreadKey(store, child.oid, copy)
  }
}

/** A new partition gets what the parent has: its keys, foreign keys and indexes. */
export function cloneParentIndexes(store: Store, parentOid: Oid, childOid: Oid): void {
  const parent = current(store, parentOid)
  const mapColumns = (attnums: readonly number[]): number[] =>
    attnums.flatMap((attnum) => {
      const name = columnByNumber(parent, attnum)?.name
      return name === undefined ? [] : (columnByName(current(store, childOid), name)?.attnum ?? [])
    })
  const indexes = indexesOf(store, parentOid).sort((a, b) => a.oid - b.oid)
  for (const each of indexes) {
    const index = each.index!
    const key = parent.constraints.find(
      (constraint): constraint is StoredKey =>
        constraint.kind !== 'check' && 'index' in constraint && constraint.index === each.oid,
    )
    const columns = mapColumns(index.keys)
    if (key !== undefined) {
      if (
        current(store, childOid).constraints.some((other) =>
          isEqualKey(other as StoredKey, key.kind, columns),
        )
      )
        continue
      enterKey(store, childOid, key.kind as 'primary key' | 'unique', columns, undefined, each.oid)
    } else {
      const child = current(store, childOid)
      const names = columns.map((attnum) => columnByNumber(child, attnum)!.name)
      const name = chooseRelationName(store, child.schema, child.name, names, 'idx', false)
      addRelation(store, {
        ...emptyRelation(child.schema, name, 'index'),
        index: {
          ...index,
          table: childOid,
          keys: columns,
          columns: mapColumns(index.columns),
          parent: each.oid,
        },
      })
    }
  }
  for (const key of parent.constraints) {
    if (key.kind !== 'foreign key') continue
    const child = current(store, childOid)
    const used = child.constraints.some((constraint) => constraint.name === key.name)
    const columns = mapColumns(key.columns)
    const names = columns.map((attnum) => columnByNumber(child, attnum)!.name)
    const name = used
      ? chooseConstraintName(store, child.schema, child.name, joinColumnNames(names), 'fkey')
      : key.name
    addConstraint(store, childOid, { ...key, oid: store.newOid(), name, columns, local: false, inherited: 1 })
  }
}

function isEqualKey(other: StoredKey, kind: StoredKey['kind'], columns: readonly number[]): boolean {
  return (
    other.kind === kind &&
    other.columns.length === columns.length &&
    other.columns.every((c, i) => c === columns[i])
  )
}

function addKeyUsingIndex(store: Store, relation: StoredRelation, definition: ConstraintDefinition): void {
  const index = store.lookupRelation({ schema: relation.schema, name: definition.index! })
  if (index?.index === undefined) {
    if (!store.strict && index === undefined) return
    throw new PgError('42704', `index "${definition.index}" does not exist`)
  }
  if (index.index.table !== relation.oid) {
    throw new PgError('42809', `"${index.name}" is not an index for table "${relation.name}"`)
  }
  if (ownerConstraint(store, index.oid) !== undefined) {
    throw new PgError('55000', `index "${index.name}" is already associated with a constraint`)
  }
  if (!index.index.unique || !index.index.plain)
    throw new PgError('42809', `"${index.name}" is not a unique index`)
  const name = definition.name === undefined ? index.name : truncateName(definition.name)
  requireFreeConstraintName(relation, name)
  if (definition.kind === 'primary key') {
    for (const attnum of index.index.keys) {
      const column = columnByNumber(relation, attnum)
      if (column !== undefined && !column.notNull) addNotNull(store, relation.oid, column.name)
    }
  }
  if (name !== index.name) renameIndexName(store, index, name)
  addConstraint(store, relation.oid, {
    oid: store.newOid(),
    kind: definition.kind as 'primary key' | 'unique',
    name,
    columns: index.index.keys,
    origin: store.origin,
    local: true,
    inherited: 0,
    noInherit: true,
    index: index.oid,
  })
}

function renameIndexName(store: Store, index: StoredRelation, name: string): void {
  const key = `${index.schema}\0${name}`
  if (store.relationNames.has(key)) throw new PgError('42P07', `relation "${name}" already exists`)
  store.relationNames.delete(`${index.schema}\0${index.name}`)
  store.relationNames.set(key, index.oid)
  store.putRelation({ ...index, name })
}

/** The constraint that an index backs, with its table. */
export function ownerConstraint(
  store: Store,
  indexOid: Oid,
): { readonly relation: StoredRelation; readonly constraint: StoredKey } | undefined {
  const table = store.relations.get(indexOid)?.index?.table
  const relation = table === undefined ? undefined : store.relations.get(table)
  const constraint = relation?.constraints.find(
    (each): each is StoredKey => each.kind !== 'check' && each.index === indexOid,
  )
  return relation === undefined || constraint === undefined ? undefined : { relation, constraint }
}

/** Enters a foreign key; its target must exist with a unique key over these columns, unless it is from elsewhere. */
export function addForeignKey(store: Store, oid: Oid, definition: ConstraintDefinition): void {
  const relation = current(store, oid)
  requireReachable(store, definition.references!.relation, relation)
  const columns: number[] = []
  for (const name of definition.columns.map(truncateName)) {
    const column = columnByName(relation, name)
    if (column !== undefined) columns.push(column.attnum)
    else if (relation.complete || store.strict) {
      throw new PgError('42703', `column "${name}" referenced in foreign key constraint does not exist`)
    }
  }
  const { relation: targetName, columns: targetColumns } = definition.references!
  const target = foreignKeyTarget(store, targetName, targetColumns, relation, columns)
  if (definition.name !== undefined) requireFreeConstraintName(relation, truncateName(definition.name))
  const name =
    definition.name === undefined
      ? chooseConstraintName(
          store,
          relation.schema,
          relation.name,
          joinColumnNames(definition.columns.map(truncateName)),
          'fkey',
        )
      : truncateName(definition.name)
  const key: StoredKey = {
    oid: store.newOid(),
    kind: 'foreign key',
    name,
    columns,
    origin: store.origin,
    local: true,
    inherited: 0,
    noInherit: true,
    ...(target === undefined ? {} : { target }),
  }
  addConstraint(store, oid, key)
  if (relation.kind !== 'partitioned table') return
  for (const child of childrenOf(store, oid)) {
    addConstraint(store, child.oid, { ...key, oid: store.newOid(), local: false, inherited: 1 })
  }
}

/** Rows that last can't refer to rows that don't, nor the other way: looked at before the columns are. */
function requireReachable(store: Store, target: QualifiedName, { temporary }: StoredRelation): void {
  const oid = store.lookupRelationOid(target)
  const referenced = oid === undefined ? undefined : current(store, oid)
  if (referenced === undefined || !isTableLike(referenced) || referenced.temporary === temporary) return
  const kind = temporary ? 'temporary' : 'permanent'
  throw new PgError('42P16', `constraints on ${kind} tables may reference only ${kind} tables`)
}

const NUMBERS = 'N'

/** Whether Postgres has an equality operator between two types, as far as enums and strings go: throws 42804. */
function requireComparable(store: Store, a: TypeRef, b: TypeRef): void {
  const from = baseType(store, a)
  const to = baseType(store, b)
  if (from.oid === to.oid && from.array === to.array) return
  const types = [from, to].map((ref) => store.typeByOid(ref.oid))
  if (types.some((type) => type?.kind === 'unknown')) return
  // The operator is that of the key which is referred to; that of text serves varchar.
  const operand = to.oid === VARCHAR ? { ...to, oid: TEXT } : to
  if (types[1]?.kind === 'base' && castBetween(store, from, operand)?.context === 'implicit') return
  const strings = isString(store, from) && isString(store, to)
  const numbers = types.every((type) => type?.kind === 'base' && type.category === NUMBERS)
  if (strings || (numbers && !from.array && !to.array)) return
  const own = types.some((type) => type?.kind !== 'base') || isString(store, from) !== isString(store, to)
  if (own || from.array !== to.array)
    throw new PgError('42804', 'foreign key constraint cannot be implemented')
}

/** After a column got another type: the foreign keys from it and to it must still compare. */
export function recheckForeignKeys(store: Store, oid: Oid, attnum: number): void {
  if (!store.strict) return
  const own = store.relations.get(oid)
  for (const relation of [...(own === undefined ? [] : [own]), ...store.mentioning(oid)]) {
    for (const key of relation.constraints) {
      if (key.kind !== 'foreign key' || key.target === undefined) continue
      const { target } = key
      const touched =
        (relation.oid === oid && key.columns.includes(attnum)) ||
        (target.relation === oid && target.columns.includes(attnum))
      if (!touched) continue
      key.columns.forEach((column, i) => {
        const from = columnByNumber(relation, column)
        const to = store.relations
          .get(target.relation)
          ?.columns.find((each) => each.attnum === target.columns[i])
        if (from !== undefined && to !== undefined) requireComparable(store, from.type, to.type)
      })
    }
  }
}

function foreignKeyTarget(
  store: Store,
  name: QualifiedName,
  names: readonly string[],
  relation: StoredRelation,
  columns: readonly number[],
): StoredKey['target'] {
  if (!store.strict && store.lookupRelationOid(name) === undefined) return undefined
  const target = findRelation(store, name)
  if (!isTableLike(target))
    throw new PgError('42809', `referenced relation "${printName(name)}" is not a table`)
  let attnums: readonly number[]
  if (names.length === 0) {
    const primary = target.constraints.find((constraint) => constraint.kind === 'primary key')
    if (primary === undefined) {
      if (!store.strict) return undefined
      throw new PgError('42704', `there is no primary key for referenced table "${target.name}"`)
    }
    attnums = primary.columns
  } else attnums = keyColumns(target, names, store)
  const index = indexesOf(store, target.oid)
    .sort((a, b) => a.oid - b.oid)
    .find(
      ({ index: each }) =>
        each!.unique &&
        each!.plain &&
        each!.keys.length === attnums.length &&
        each!.keys.every((c) => attnums.includes(c)),
    )
  if (store.strict) {
    if (attnums.length !== columns.length) {
      throw new PgError('42830', 'number of referencing and referenced columns for foreign key disagree')
    }
    if (index === undefined) {
      throw new PgError(
        '42830',
        `there is no unique constraint matching given keys for referenced table "${target.name}"`,
      )
    }
    columns.forEach((attnum, i) => {
      const from = baseType(store, columnByNumber(relation, attnum)!.type)
      const to = baseType(store, columnByNumber(target, attnums[i])!.type)
      requireComparable(store, from, to)
    })
  }
  return { relation: target.oid, columns: attnums, ...(index === undefined ? {} : { index: index.oid }) }
}

/** CREATE INDEX, on partitions too. */
export function createIndex(
  store: Store,
  change: {
    readonly name?: string
    readonly table: QualifiedName
    readonly unique: boolean
    readonly ifNotExists?: boolean
    readonly only?: boolean
    readonly keys: readonly (string | Expression)[]
    readonly included?: readonly string[]
    readonly where?: Expression
  },
): void {
  const table = findRelation(store, change.table)
  if (!isTableLike(table) && table.kind !== 'materialized view') {
    throw new PgError('42809', `cannot create index on relation "${table.name}"`)
  }
  enterIndex(store, table, change, undefined)
}

/** What the expressions of an index refer to: they have no sequences. */
function mergeReferences(all: readonly References[]): References {
  const [first, ...others] = all.filter((each) => each !== NO_REFERENCES)
  if (first === undefined) return NO_REFERENCES
  return {
    types: [...first.types, ...others.flatMap((each) => each.types)],
    functions: [...first.functions, ...others.flatMap((each) => each.functions)],
    operators: [...first.operators, ...others.flatMap((each) => each.operators)],
    sequences: [],
  }
}

/** The text of an enum or an array is not immutable: an index can't be over it. */
function requireImmutable(store: Store, table: StoredRelation, expression: Expression): void {
  if (!store.strict) return
  for (const { column: name, asText } of expression.comparisons) {
    const column = columnByName(table, truncateName(name))
    if (!asText || column === undefined) continue
    const base = baseType(store, column.type)
    const kind = store.typeByOid(base.oid)?.kind
    if (base.array || kind === 'enum' || kind === 'composite') {
      throw new PgError('42P17', 'functions in index predicate must be marked IMMUTABLE')
    }
  }
}

function enterIndex(
  store: Store,
  table: StoredRelation,
  change: Omit<Parameters<typeof createIndex>[1], 'table'>,
  parent: Oid | undefined,
): void {
  const plainNames: string[] = []
  const expressions: Expression[] = []
  for (const key of change.keys) {
    if (typeof key === 'string') plainNames.push(key)
    else expressions.push(key)
  }
  if (change.where !== undefined) expressions.push(change.where)
  const keys = resolveColumns(store, plainNames, table.columns, table.complete)
  const columns = [...keys]
  if (change.included !== undefined)
    columns.push(...resolveColumns(store, change.included, table.columns, table.complete))
  for (const each of expressions)
    columns.push(...resolveColumns(store, each.columns, table.columns, table.complete))
  const meanings = expressions.map((each) =>
    meaningOf(store, each, {
      table: table.name,
      columns: table.columns,
      ...(each === change.where ? { type: BOOL } : {}),
    }),
  )
  const references = mergeReferences(meanings.map((each) => each.references))
  expressions.forEach((each, i) => {
    if (meanings[i]?.isOwn !== true) requireImmutable(store, table, each)
  })
  if (change.unique && table.partitionKey?.some((attnum) => !keys.includes(attnum)) === true) {
    throw new PgError('0A000', 'unique constraint on partitioned table must include all partitioning columns')
  }
  const comparisons = meanings.flatMap((each) => each.comparisons)
  if (
    change.name !== undefined &&
    change.ifNotExists === true &&
    store.relationNames.has(`${table.schema}\0${truncateName(change.name)}`)
  ) {
    return
  }
  const labels = change.keys.map((key) =>
    typeof key === 'string' ? truncateName(key) : (key.functions[0]?.name ?? 'expr'),
  )
  const name =
    change.name === undefined
      ? chooseRelationName(store, table.schema, table.name, labels, 'idx', false)
      : truncateName(change.name)
  const index = addRelation(store, {
    ...emptyRelation(table.schema, name, 'index'),
    index: {
      table: table.oid,
      keys,
      columns,
      plain: expressions.length === 0,
      unique: change.unique,
      references: withComparedTypes(references, comparisons),
      comparisons,
      ...(parent === undefined ? {} : { parent }),
    },
  })
  if (table.kind !== 'partitioned table' || change.only === true) return
  const { name: _name, ...unnamed } = change
  for (const child of childrenOf(store, table.oid)) enterIndex(store, child, unnamed, index.oid)
}
