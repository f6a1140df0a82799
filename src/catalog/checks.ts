import { BOOL } from './builtins.js'
import type { ConstraintDefinition, Expression } from './change.js'
import { PgError } from './error.js'
import { meaningOf, resolveColumns, withComparedTypes } from './expressions.js'
import type { Label, Oid, TypeRef } from './model.js'
import { chooseName, truncateName } from './names.js'
import {
  addConstraint,
  childrenOf,
  columnByName,
  columnByNumber,
  current,
  replaceColumn,
  replaceConstraint,
  requireColumn,
} from './relations.js'
import type { Store } from './store.js'
import type { StoredCheck, StoredColumn, StoredConstraint, StoredKey, StoredRelation } from './stored.js'
import { baseType, isString } from './types.js'

/** Whether a list of strings limits a column of this type: it holds strings, an enum, or nobody knows what. */
export function holdsStrings(store: Store, type: TypeRef): boolean {
  const base = baseType(store, type)
  const kind = store.typeByOid(base.oid)?.kind
  return !base.array && (isString(store, type) || kind === 'enum' || kind === 'unknown')
}

/** The values of a CHECK's list, where the column that it limits holds strings. */
export function listedValues(
  store: Store,
  expression: Expression,
  type: TypeRef,
): readonly Label[] | undefined {
  if (expression.list === undefined || !holdsStrings(store, type)) return undefined
  return expression.list.values.map((value) => ({ value, origin: store.origin }))
}

/** Whether two checks say the same, as far as inheritance merges them. */
export function isSameCheck(a: StoredCheck, b: StoredCheck): boolean {
  return JSON.stringify(a.expression) === JSON.stringify(b.expression)
}

/** A free name for a constraint: ChooseConstraintName of pg_constraint.c. `others` were chosen by the same statement. */
export function chooseConstraintName(
  store: Store,
  schema: string,
  name1: string,
  name2: string | undefined,
  label: string,
  others: readonly string[] = [],
): string {
  return chooseName(
    name1,
    name2,
    label,
    (name) => others.includes(name) || store.isConstraintNameTaken(schema, name),
  )
}

export function requireFreeConstraintName(relation: StoredRelation, name: string): void {
  for (const constraint of relation.constraints) {
    if (constraint.name !== name) continue
    throw new PgError('42710', `constraint "${name}" for relation "${relation.name}" already exists`)
  }
}

function buildCheck(store: Store, relation: StoredRelation, definition: ConstraintDefinition): StoredCheck {
  const expression = definition.expression!
  // The table's own name is the row as a whole, unless a column has it.
  const isRow = (name: string): boolean =>
    truncateName(name) === relation.name && columnByName(relation, relation.name) === undefined
  const names = expression.columns.filter((name) => !isRow(name))
  const columns = resolveColumns(store, names, relation.columns, relation.complete)
  const ofRow = expression.comparisons.find((each) => !names.includes(each.column) && !each.asText)
  if (ofRow !== undefined && store.strict) {
    throw new PgError('22P02', `malformed record literal: "${ofRow.values[0] ?? ''}"`)
  }
  const { references, comparisons, isOwn } = meaningOf(store, expression, {
    tree: definition.tree,
    table: relation.name,
    columns: relation.columns,
    type: BOOL,
  })
  const only = columns.length === 1 ? columnByNumber(relation, columns[0]) : undefined
  const values =
    only === undefined || definition.notEnforced === true || isOwn
      ? undefined
      : listedValues(store, expression, only.type)
  const name =
    definition.name === undefined
      ? chooseConstraintName(store, relation.schema, relation.name, only?.name, 'check')
      : truncateName(definition.name)
  return {
    oid: store.newOid(),
    kind: 'check',
    name,
    columns,
    ...(values === undefined ? {} : { values }),
    ...(definition.notValid === true ? { notValid: true } : {}),
    expression: definition.tree,
    origin: store.origin,
    local: true,
    inherited: 0,
    noInherit: definition.noInherit === true,
    references: withComparedTypes(references, comparisons),
    comparisons,
  }
}

/** Enters a check on the relation itself, merging it with an inherited one that says the same. */
export function addCheck(store: Store, oid: Oid, definition: ConstraintDefinition): StoredCheck {
  const relation = current(store, oid)
  const check = buildCheck(store, relation, definition)
  const existing = relation.constraints.find((constraint) => constraint.name === check.name)
  if (existing === undefined) {
    if (check.noInherit && relation.kind === 'partitioned table') {
      throw new PgError('42P16', `cannot add NO INHERIT constraint to partitioned table "${relation.name}"`)
    }
    addConstraint(store, oid, check)
    return check
  }
  if (existing.kind === 'check' && !existing.local && isSameCheck(existing, check) && !check.noInherit) {
    replaceConstraint(store, oid, { ...existing, local: true })
    return check
  }
  throw new PgError('42710', `constraint "${check.name}" for relation "${relation.name}" already exists`)
}

/** A parent's check as a child has it: the columns by name. */
export function checkForChild(
  store: Store,
  check: StoredCheck,
  parent: StoredRelation,
  child: StoredRelation,
): StoredCheck {
  const map = (attnum: number): number => {
    const name = columnByNumber(parent, attnum)?.name
    return name === undefined ? attnum : requireColumn(child, name).attnum
  }
  return {
    ...check,
    oid: store.newOid(),
    columns: check.columns.map(map),
    comparisons: check.comparisons.map((each) => ({ ...each, column: map(each.column) })),
  }
}

/** Gives the children what was added to their parent: a new check, or one more parent of the one they have. */
export function inheritCheck(store: Store, check: StoredCheck, parentOid: Oid): void {
  if (check.noInherit) return
  for (const { oid } of childrenOf(store, parentOid)) {
    const parent = current(store, parentOid)
    const child = current(store, oid)
    const copy = { ...checkForChild(store, check, parent, child), local: false, inherited: 1 }
    const existing = child.constraints.find((constraint) => constraint.name === check.name)
    if (existing === undefined) addConstraint(store, oid, copy)
    else if (existing.kind === 'check' && isSameCheck(existing, copy) && !existing.noInherit) {
      replaceConstraint(store, oid, { ...existing, inherited: existing.inherited + 1 })
    } else {
      throw new PgError('42710', `constraint "${check.name}" for relation "${child.name}" already exists`)
    }
    if (existing === undefined) inheritCheck(store, copy, oid)
  }
}

export function notNullOf(relation: StoredRelation, attnum: number): StoredKey | undefined {
  return relation.constraints.find(
    (constraint): constraint is StoredKey =>
      constraint.kind === 'not null' && constraint.columns[0] === attnum,
  )
}

/** Makes a column NOT NULL by a constraint with a name, as Postgres 18 does, in the children too. */
export function addNotNull(
  store: Store,
  oid: Oid,
  columnName: string,
  options: {
    readonly name?: string | undefined
    readonly inherited?: boolean
    readonly noInherit?: boolean
  } = {},
): void {
  const relation = current(store, oid)
  const column = requireColumn(relation, columnName)
  const existing = notNullOf(relation, column.attnum)
  if (existing !== undefined) {
    if (options.inherited === true)
      replaceConstraint(store, oid, { ...existing, inherited: existing.inherited + 1 })
    else {
      if (options.name !== undefined && options.name !== existing.name) {
        throw new PgError(
          '55000',
          `cannot create not-null constraint "${options.name}" on column "${columnName}" of table "${relation.name}"`,
        )
      }
      if (!existing.local) replaceConstraint(store, oid, { ...existing, local: true })
    }
    return
  }
  const name = enterNotNull(store, relation, column, options)
  if (options.noInherit === true) return
  for (const child of childrenOf(store, oid))
    addNotNull(store, child.oid, columnName, { name, inherited: true })
}

/** Makes a column NOT NULL that is not; gives the constraint's name. What the children have is the caller's. */
export function enterNotNull(
  store: Store,
  relation: StoredRelation,
  column: StoredColumn,
  options: { readonly name?: string | undefined; readonly inherited?: boolean; readonly noInherit?: boolean },
): string {
  const { inherited = false, noInherit = false } = options
  if (options.name !== undefined) requireFreeConstraintName(relation, options.name)
  const name =
    options.name ?? chooseConstraintName(store, relation.schema, relation.name, column.name, 'not_null')
  addConstraint(store, relation.oid, {
    oid: store.newOid(),
    kind: 'not null',
    name,
    columns: [column.attnum],
    origin: store.origin,
    local: !inherited,
    inherited: inherited ? 1 : 0,
    noInherit,
  })
  replaceColumn(store, relation.oid, { ...column, notNull: true })
  return name
}

/** The constraint of that name; throws 42704. */
export function requireConstraint(relation: StoredRelation, name: string): StoredConstraint {
  const constraint = relation.constraints.find((each) => each.name === name)
  if (constraint === undefined) {
    throw new PgError('42704', `constraint "${name}" of relation "${relation.name}" does not exist`)
  }
  return constraint
}
