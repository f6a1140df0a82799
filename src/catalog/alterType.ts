import type { Expression, TypeName } from './change.js'
import { holdsStrings, notNullOf } from './checks.js'
import { PgError } from './error.js'
import {
  castFunctions,
  expressionType,
  mayCompareOtherwise,
  meaningOf,
  resolveColumns,
  retypeComparisons,
} from './expressions.js'
import { notingFormer } from './history.js'
import { recheckForeignKeys } from './keys.js'
import type { Oid, TypeRef } from './model.js'
import { truncateName } from './names.js'
import { childrenOf, columnByName, current, indexesOf, replaceColumn, requireColumn } from './relations.js'
import type { Store } from './store.js'
import type { StoredColumn, StoredComparison, StoredConstraint, StoredRelation } from './stored.js'
import {
  INTEGERS,
  baseType,
  canAssign,
  castBetween,
  checkLiteral,
  isString,
  requireNoCycle,
  resolveType,
  sameRef,
} from './types.js'

/** ALTER COLUMN ... TYPE, in the children too. */
export function alterColumnType(
  store: Store,
  oid: Oid,
  command: { readonly name: string; readonly type: TypeName; readonly using?: Expression },
  options: { readonly only: boolean; readonly recursing?: boolean },
): void {
  const relation = current(store, oid)
  const column = requireColumn(relation, truncateName(command.name))
  if (relation.ofType !== undefined) throw new PgError('42809', 'cannot alter column type of typed table')
  if (column.inherited > 0 && options.recursing !== true) {
    throw new PgError('42P16', `cannot alter inherited column "${column.name}"`)
  }
  if (relation.partitionKey?.includes(column.attnum) === true) {
    throw new PgError('42P16', `cannot alter column "${column.name}" because it is part of the partition key`)
  }
  const type = resolveType(store, command.type)
  if (command.type.setOf === true)
    throw new PgError('42P16', `column "${column.name}" cannot be declared SETOF`)
  if (column.identity && (type.array || !INTEGERS.has(type.oid))) {
    throw new PgError('22023', 'identity column type must be smallint, integer, or bigint')
  }
  requireNoCycle(store, type, relation.rowType, relation.name)
  requireCast(store, relation, column, type, command.using)
  requireUnread(store, relation, column)
  requireSameNotNull(store, relation, column)
  const changed = convertDefault(store, column, type)
  checkComparisons(store, relation, column, type)
  notingFormer(store, oid, column.attnum, () => {
    replaceColumn(store, oid, changed)
    retypeConstraints(store, oid, column.attnum, type)
    recheckForeignKeys(store, oid, column.attnum)
  })
  const children = childrenOf(store, oid)
  if (children.length > 0 && options.only) {
    throw new PgError(
      '42P16',
      `type of inherited column "${column.name}" must be changed in child tables too`,
    )
  }
  for (const child of children) {
    const own = columnByName(child, column.name)
    if (own !== undefined && own.inherited > 1 && store.strict) {
      throw new PgError('42P16', `cannot alter inherited column "${column.name}"`)
    }
    alterColumnType(store, child.oid, command, { ...options, recursing: true })
  }
}

function requireCast(
  store: Store,
  relation: StoredRelation,
  column: StoredColumn,
  type: TypeRef,
  using: Expression | undefined,
): void {
  if (column.generated && using !== undefined) {
    throw new PgError('42611', 'cannot specify USING when altering type of generated column')
  }
  if (using === undefined) {
    if (!column.generated && canAssign(store, column.type, type) === false) {
      throw new PgError(
        '42804',
        `column "${column.name}" cannot be cast automatically to type ${store.printType(type)}`,
      )
    }
    return
  }
  resolveColumns(store, using.columns, relation.columns, relation.complete)
  meaningOf(store, using, { table: relation.name, columns: relation.columns, type })
  if (typeof using.literal === 'string') return checkLiteral(store, type, using.literal)
  const from = expressionType(store, using, relation.columns)
  if (from !== undefined && canAssign(store, from, type) === false) {
    throw new PgError(
      '42804',
      `result of USING clause for column "${column.name}" cannot be cast automatically to type ${store.printType(type)}`,
    )
  }
}

/** Views, generated columns and other tables' row types keep a column's type. */
function requireUnread(store: Store, relation: StoredRelation, column: StoredColumn): void {
  for (const other of store.mentioning(relation.oid)) {
    if (
      other.view?.reads.some((read) => read.relation === relation.oid && read.attnum === column.attnum) ===
      true
    ) {
      throw new PgError('0A000', 'cannot alter type of a column used by a view or rule')
    }
  }
  requireUnusedRowType(store, relation)
  for (const other of relation.columns) {
    if (other.generated && other.default?.columns.includes(column.attnum) === true && other !== column) {
      throw new PgError('0A000', 'cannot alter type of a column used by a generated column')
    }
  }
}

/** Rows that are stored in another table's column stay as they are: throws 0A000 where there may be some. */
export function requireUnusedRowType(store: Store, { rowType, name }: StoredRelation): void {
  for (const other of store.mentioning(rowType)) {
    if (other.rowType === rowType || other.view !== undefined) continue
    if (other.columns.some((each) => each.type.oid === rowType)) {
      throw new PgError('0A000', `cannot alter table "${name}" because a column uses its row type`)
    }
  }
}

/** NOT NULL is made again for the new type, and children that declare it too must have it under the same name. */
function requireSameNotNull(store: Store, relation: StoredRelation, column: StoredColumn): void {
  const parent = notNullOf(relation, column.attnum)
  if (parent === undefined || parent.noInherit || !store.strict) return
  for (const child of childrenOf(store, relation.oid)) {
    const own = notNullOf(child, columnByName(child, column.name)?.attnum ?? 0)
    if (own !== undefined && own.local && own.name !== parent.name) {
      throw new PgError('55000', `cannot create not-null constraint "${own.name}" on column "${column.name}"`)
    }
  }
}

function convertDefault(store: Store, column: StoredColumn, type: TypeRef): StoredColumn {
  const { former: _former, ...same } = column
  const changed: StoredColumn = {
    ...same,
    type,
    ...(column.former === undefined ? {} : { former: column.former }),
  }
  if (column.default === undefined) return changed
  const from = column.default.type
  if (from !== undefined && canAssign(store, from, type) === false) {
    throw new PgError(
      '42804',
      column.generated
        ? `generation expression for column "${column.name}" cannot be cast automatically to type ${store.printType(type)}`
        : `default for column "${column.name}" cannot be cast automatically to type ${store.printType(type)}`,
    )
  }
  if (from === undefined) return changed
  const functions = [...column.default.functions, ...castFunctions(store, from, type)]
  return { ...changed, default: { ...column.default, functions } }
}

/**
 * Conditions are stored with typed constants and read again for the new type: `status = 'a'::text` has no meaning for
 * an enum, and the other way round.
 */
function checkComparisons(store: Store, relation: StoredRelation, column: StoredColumn, type: TypeRef): void {
  if (!store.strict || mayCompareOtherwise(store, type)) return
  const conditions: (readonly StoredComparison[])[] = []
  for (const constraint of relation.constraints)
    if (constraint.kind === 'check') conditions.push(constraint.comparisons)
  for (const index of indexesOf(store, relation.oid)) conditions.push(index.index!.comparisons)
  const base = baseType(store, type)
  const kind = store.typeByOid(base.oid)?.kind
  const isImmutable = !base.array && kind !== 'enum' && kind !== 'composite'
  for (const index of indexesOf(store, relation.oid)) {
    if (isImmutable || !index.index!.comparisons.some((each) => each.column === column.attnum && each.asText))
      continue
    throw new PgError('42P17', 'functions in index predicate must be marked IMMUTABLE')
  }
  for (const { column: attnum, asText, enumType, values } of conditions.flat()) {
    if (attnum !== column.attnum || asText) continue
    const fits = enumType === undefined ? isString(store, type) : comparesWithEnum(store, base, enumType)
    if (!fits)
      throw new PgError(
        '42883',
        `operator does not exist: ${store.printType(type)} = ${values.length > 1 ? 'text[]' : 'text'}`,
      )
  }
}

/** An enum is compared with itself, or as what it becomes by an implicit cast. */
function comparesWithEnum(store: Store, type: TypeRef, enumType: Oid): boolean {
  const own: TypeRef = { oid: enumType, array: false }
  return sameRef(type, own) || castBetween(store, own, type)?.context === 'implicit'
}

function retypeConstraints(store: Store, oid: Oid, attnum: number, type: TypeRef): void {
  const relation = current(store, oid)
  const holds = holdsStrings(store, type) && !mayCompareOtherwise(store, type)
  const retyped = relation.constraints.map((constraint): StoredConstraint => {
    if (constraint.kind !== 'check' || !constraint.columns.includes(attnum)) return constraint
    const comparisons = retypeComparisons(constraint.comparisons, attnum, type)
    const { values, ...open } = constraint
    // A list limits strings only.
    return values === undefined || !holds ? { ...open, comparisons } : { ...constraint, comparisons }
  })
  store.putRelation({ ...relation, constraints: retyped })
  for (const index of indexesOf(store, oid)) {
    const state = index.index!
    const comparisons = retypeComparisons(state.comparisons, attnum, type)
    if (comparisons !== state.comparisons) store.putRelation({ ...index, index: { ...state, comparisons } })
  }
}
