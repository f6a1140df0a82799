import { alterColumnType } from './alterType.js'
import type { AlterCommand, AlterTable, ConstraintDefinition, ObjectKind } from './change.js'
import { addCheck, addNotNull, inheritCheck, notNullOf, requireConstraint } from './checks.js'
import { addColumnSequence, applyDefault, ownColumnSequence } from './columns.js'
import { dropObjects, removeConstraint } from './drop.js'
import { PgError } from './error.js'
import { isSystemColumn, resolveDefault } from './expressions.js'
import { addParent, attachPartition, detachPartition, dropParent } from './inheritance.js'
import { addForeignKey, addKey } from './keys.js'
import type { Oid, TypeRef } from './model.js'
import { truncateName } from './names.js'
import {
  childrenOf,
  columnByName,
  columnByNumber,
  current,
  findRelation,
  replaceColumn,
  replaceConstraint,
  requireColumn,
} from './relations.js'
import type { Store } from './store.js'
import type { StoredColumn, StoredRelation } from './stored.js'
import { addColumn } from './tables.js'
import { resolveType } from './types.js'

/** The order in which ALTER TABLE runs its commands, whatever order they are written in: AT_PASS_* of tablecmds.c. */
function pass(command: AlterCommand): number {
  switch (command.do) {
    case 'drop column':
    case 'drop constraint':
    case 'drop identity':
    case 'drop expression':
      return 0
    case 'alter type':
      return 1
    case 'add column':
      return 2
    case 'set expression':
      return 3
    case 'set not null':
      return command.value ? 5 : 0
    case 'set default':
      return command.default === undefined ? 0 : 7
    case 'add constraint':
      if (command.constraint.kind === 'not null') return 5
      return command.constraint.kind === 'check' || command.constraint.kind === 'foreign key' ? 7 : 6
    case 'add identity':
      return 7
    default:
      return 8
  }
}

/** The constraints that a new column brings come after the column, as commands of their own. */
function expand(commands: readonly AlterCommand[], relation: StoredRelation): AlterCommand[] {
  const expanded: AlterCommand[] = []
  const added = new Set<string>()
  const dropped = new Set(
    commands.flatMap((each) => (each.do === 'drop column' ? [truncateName(each.name)] : [])),
  )
  for (const command of commands) {
    expanded.push(command)
    if (command.do !== 'add column') continue
    const { column, ifNotExists } = command
    const name = truncateName(column.name)
    const stays = columnByName(relation, name) !== undefined && !dropped.has(name)
    if (ifNotExists === true && (stays || added.has(name))) continue
    added.add(name)
    for (const constraint of column.constraints) {
      if (constraint.kind !== 'not null') expanded.push({ do: 'add constraint', constraint })
    }
    if (column.notNull === true || column.serial === true || column.identity === true) {
      const named = column.constraints.find((constraint) => constraint.kind === 'not null')
      expanded.push({
        do: 'add constraint',
        constraint: named ?? { kind: 'not null', columns: [column.name] },
      })
    }
  }
  return expanded
}

const ALTERABLE: Partial<Record<ObjectKind, readonly string[]>> = {
  table: ['table', 'partitioned table', 'foreign table'],
  view: ['view'],
  'materialized view': ['materialized view'],
  'foreign table': ['foreign table'],
  index: ['index'],
  sequence: ['sequence'],
}

/** Whether a command may be given for a view: its defaults only. */
function requireAlterable(relation: StoredRelation, kind: ObjectKind, command: AlterCommand): void {
  if (relation.kind === 'view' && (kind === 'table' || kind === 'view') && command.do === 'set default')
    return
  const kinds = ALTERABLE[kind]
  if (relation.kind === 'index' || relation.kind === 'sequence' || relation.kind.endsWith('view')) {
    if (command.do === 'column option') return
    if (relation.kind === 'index' && command.do === 'attach partition') return
    throw new PgError('42809', `ALTER action cannot be performed on relation "${relation.name}"`)
  }
  if (kinds !== undefined && !kinds.includes(relation.kind)) {
    throw new PgError('42809', `"${relation.name}" is not a ${kind}`)
  }
}

export function alterTable(store: Store, change: AlterTable): void {
  if (change.ifExists === true && store.lookupRelationOid(change.name) === undefined) return
  const relation = findRelation(store, change.name)
  for (const command of change.commands) requireAlterable(relation, change.kind, command)
  const commands = expand(change.commands, relation)
    .map((command, at) => ({ command, at }))
    .sort((a, b) => pass(a.command) - pass(b.command) || a.at - b.at)
  const before = new Map(relation.columns.map((column) => [column.name, column.type]))
  for (const command of change.commands)
    if (command.do === 'alter type') prepareRetype(store, relation, command)
  for (const { command } of commands) {
    if (command.do === 'alter type')
      requireFirstRetype(store, relation.oid, truncateName(command.name), before)
    if (command.do === 'add constraint') requireStillNotNull(store, relation, command.constraint)
    runCommand(store, relation.oid, command, change.only === true)
  }
  requireInChildren(store, relation.oid, change)
}

/** ATPrepAlterColumnType: the column and its new type are looked up before anything is done. */
function prepareRetype(
  store: Store,
  relation: StoredRelation,
  command: Extract<AlterCommand, { do: 'alter type' }>,
): void {
  if (!store.strict) return
  requireColumn(relation, truncateName(command.name))
  resolveType(store, command.type)
}

/** A key's columns are made NOT NULL by what they were before the statement, which may have taken that away since. */
function requireStillNotNull(
  store: Store,
  before: StoredRelation,
  { kind, columns }: ConstraintDefinition,
): void {
  if (kind !== 'primary key' || !store.strict) return
  for (const name of columns.map(truncateName)) {
    if (columnByName(before, name)?.notNull !== true) continue
    if (columnByName(current(store, before.oid), name)?.notNull !== false) continue
    throw new PgError('42P16', `primary key column "${name}" is not marked NOT NULL`)
  }
}

/** What is done to a column in the children, too, is done there after the same statement dropped the column. */
function requireInChildren(store: Store, oid: Oid, { commands, only }: AlterTable): void {
  if (only === true || !store.strict || commands.length < 2) return
  for (const [i, command] of commands.entries()) {
    if (command.do !== 'drop expression' && command.do !== 'set default') continue
    if (command.do === 'set default' && command.default !== undefined) continue
    const { name } = command
    if (!commands.slice(i + 1).some((each) => each.do === 'drop column' && each.name === name)) continue
    for (const child of descendantsOf(store, oid)) requireColumn(child, truncateName(name))
  }
}

function descendantsOf(store: Store, oid: Oid): StoredRelation[] {
  return childrenOf(store, oid).flatMap((child) => [child, ...descendantsOf(store, child.oid)])
}

/** A column whose type the same statement has changed already can't get another. */
function requireFirstRetype(
  store: Store,
  oid: Oid,
  name: string,
  before: ReadonlyMap<string, TypeRef>,
): void {
  const type = columnByName(current(store, oid), name)?.type
  const first = before.get(name)
  if (type === undefined || first === undefined) return
  if (type.oid !== first.oid || type.array !== first.array) {
    throw new PgError('0A000', `cannot alter type of column "${name}" twice`)
  }
}

function runCommand(store: Store, oid: Oid, command: AlterCommand, only: boolean): void {
  switch (command.do) {
    case 'add column':
      return addColumn(store, oid, command.column, { ifNotExists: command.ifNotExists === true, only })
    case 'drop column':
      return dropColumn(store, oid, truncateName(command.name), { ...command, only })
    case 'alter type':
      return alterColumnType(store, oid, command, { only })
    case 'set default':
      return setDefault(store, oid, command, only)
    case 'set not null':
      return command.value
        ? setNotNull(store, oid, command.name, only)
        : dropNotNull(store, oid, command.name, only)
    case 'add identity':
      return addIdentity(store, oid, truncateName(command.name), only)
    case 'drop identity':
      return dropIdentity(store, oid, command, only)
    case 'set expression':
    case 'drop expression':
      return changeExpression(store, oid, command, only)
    case 'column option':
      requireColumn(current(store, oid), truncateName(command.name))
      return
    case 'add constraint':
      return addTableConstraint(store, oid, command.constraint, only)
    case 'drop constraint':
      return dropConstraint(store, oid, truncateName(command.name), { ...command, only })
    case 'touch constraint':
      return touchConstraint(store, oid, command)
    case 'inherit':
      return addParent(store, oid, command.parent)
    case 'no inherit':
      return dropParent(store, oid, command.parent)
    case 'attach partition':
      if (current(store, oid).kind === 'index') return attachIndex(store, oid, command)
      return attachPartition(store, oid, command.partition)
    case 'detach partition':
      return detachPartition(store, oid, command.partition)
    case 'of':
      return setOfType(store, oid, command)
    case 'not of': {
      const { ofType, ...relation } = current(store, oid)
      if (ofType === undefined) throw new PgError('42809', `"${relation.name}" is not a typed table`)
      return store.putRelation(relation)
    }
  }
}

export function dropColumn(
  store: Store,
  oid: Oid,
  name: string,
  options: { readonly ifExists?: boolean; readonly cascade?: boolean; readonly only: boolean },
): void {
  const relation = current(store, oid)
  if (relation.ofType !== undefined) throw new PgError('42809', 'cannot drop column from typed table')
  const column = columnByName(relation, name)
  if (column === undefined) {
    if (options.ifExists === true) return
    throw new PgError('42703', `column "${name}" of relation "${relation.name}" does not exist`)
  }
  if (isSystemColumn(name)) throw new PgError('0A000', `cannot drop system column "${name}"`)
  if (column.inherited > 0) throw new PgError('42P16', `cannot drop inherited column "${name}"`)
  const targets: { relation: Oid; attnum: number }[] = []
  collectDroppedColumns(store, oid, column, options.only, targets)
  dropObjects(
    store,
    targets.map((target) => ({ is: 'column', ...target })),
    options.cascade === true,
  )
}

function collectDroppedColumns(
  store: Store,
  oid: Oid,
  column: StoredColumn,
  only: boolean,
  targets: { relation: Oid; attnum: number }[],
): void {
  const relation = current(store, oid)
  if (relation.partitionKey?.includes(column.attnum) === true) {
    throw new PgError('42P16', `cannot drop column "${column.name}" because it is part of the partition key`)
  }
  targets.push({ relation: oid, attnum: column.attnum })
  const children = childrenOf(store, oid)
  if (only && children.length > 0 && relation.kind === 'partitioned table') {
    throw new PgError('42P16', 'cannot drop column from only the partitioned table when partitions exist')
  }
  for (const child of children) {
    const own = columnByName(current(store, child.oid), column.name)
    if (own === undefined || own.inherited === 0) continue
    if (only) replaceColumn(store, child.oid, { ...own, inherited: own.inherited - 1, local: true })
    else if (own.inherited === 1 && !own.local) collectDroppedColumns(store, child.oid, own, only, targets)
    else replaceColumn(store, child.oid, { ...own, inherited: own.inherited - 1 })
  }
}

function setDefault(
  store: Store,
  oid: Oid,
  command: Extract<AlterCommand, { do: 'set default' }>,
  only: boolean,
): void {
  const relation = current(store, oid)
  const column = requireColumn(relation, truncateName(command.name))
  if (column.identity) throw new PgError('42601', `column "${column.name}" is an identity column`)
  if (column.generated) throw new PgError('42601', `column "${column.name}" is a generated column`)
  const { default: _default, ...bare } = column
  if (command.default === undefined) replaceColumn(store, oid, { ...bare, hasDefault: false })
  else {
    const resolved = resolveDefault(store, command.default, column.type)
    const isNull = command.default.literal === null
    replaceColumn(
      store,
      oid,
      isNull ? { ...bare, hasDefault: false } : { ...bare, hasDefault: true, default: resolved },
    )
  }
  if (only) return
  for (const child of childrenOf(store, oid)) setDefault(store, child.oid, command, only)
}

function setNotNull(store: Store, oid: Oid, name: string, only: boolean): void {
  const relation = current(store, oid)
  const column = requireColumn(relation, truncateName(name))
  const alone = only && childrenOf(store, oid).length > 0
  if (alone && relation.kind === 'partitioned table' && notNullOf(relation, column.attnum) === undefined) {
    throw new PgError('42P16', 'constraint must be added to child tables too')
  }
  addNotNull(store, oid, column.name, { noInherit: alone })
}

function dropNotNull(store: Store, oid: Oid, name: string, only: boolean): void {
  const relation = current(store, oid)
  const column = requireColumn(relation, truncateName(name))
  if (column.identity) throw new PgError('42601', `column "${column.name}" is an identity column`)
  const constraint = notNullOf(relation, column.attnum)
  if (constraint === undefined) return
  dropConstraint(store, oid, constraint.name, { only })
}

function requireNotInPrimaryKey(relation: StoredRelation, attnum: number): void {
  const primary = relation.constraints.find((constraint) => constraint.kind === 'primary key')
  if (primary?.columns.includes(attnum) === true) {
    const name = columnByNumber(relation, attnum)?.name ?? ''
    throw new PgError('42P16', `column "${name}" is in a primary key`)
  }
}

/** Identity is of a partitioned table with all its partitions. */
function requireWholeTable(relation: StoredRelation, only: boolean): void {
  if (only && relation.kind === 'partitioned table') {
    throw new PgError('42P16', 'cannot change identity of a column of only the partitioned table')
  }
  if (relation.isPartition) throw new PgError('42P16', 'cannot change identity of a column of a partition')
}

function addIdentity(store: Store, oid: Oid, name: string, only: boolean): void {
  const relation = current(store, oid)
  requireWholeTable(relation, only)
  const column = requireColumn(relation, name)
  if (!column.notNull)
    throw new PgError('55000', `column "${name}" must be declared NOT NULL before identity can be added`)
  if (column.identity) throw new PgError('55000', `column "${name}" is already an identity column`)
  if (column.hasDefault) throw new PgError('55000', `column "${name}" already has a default value`)
  replaceColumn(store, oid, { ...column, identity: true })
  const definition = { name, identity: true, constraints: [], line: 0 } as const
  const sequence = addColumnSequence(store, relation.schema, relation.name, definition)
  if (sequence !== undefined) ownColumnSequence(store, sequence, oid, name, false)
}

function dropIdentity(
  store: Store,
  oid: Oid,
  command: { readonly name: string; readonly ifExists?: boolean },
  only: boolean,
): void {
  requireWholeTable(current(store, oid), only)
  const column = requireColumn(current(store, oid), truncateName(command.name))
  if (!column.identity) {
    if (command.ifExists === true) return
    throw new PgError('55000', `column "${column.name}" is not an identity column`)
  }
  replaceColumn(store, oid, { ...column, identity: false })
  for (const relation of store.mentioning(oid)) {
    if (relation.owner?.relation === oid && relation.owner.attnum === column.attnum)
      store.deleteRelation(relation)
  }
}

function changeExpression(
  store: Store,
  oid: Oid,
  command: Extract<AlterCommand, { do: 'set expression' | 'drop expression' }>,
  only: boolean,
): void {
  if (command.do === 'drop expression' && only && childrenOf(store, oid).length > 0)
    throw new PgError('0A000', 'ALTER TABLE / DROP EXPRESSION must be applied to child tables too')
  const name = truncateName(command.name)
  const column = requireColumn(current(store, oid), name)
  if (command.do === 'drop expression' && column.inherited > 0) {
    throw new PgError('42P16', 'cannot drop generation expression from inherited column')
  }
  if (!column.generated) {
    if (command.do === 'drop expression' && command.ifExists === true) return
    throw new PgError('55000', `column "${name}" is not a generated column`)
  }
  if (command.do === 'set expression') {
    return applyDefault(store, oid, name, { name, generated: command.generated, constraints: [], line: 0 })
  }
  const { default: _default, ...bare } = column
  replaceColumn(store, oid, { ...bare, generated: false, hasDefault: false })
}

function addTableConstraint(store: Store, oid: Oid, definition: ConstraintDefinition, only: boolean): void {
  if (definition.kind === 'check') {
    const check = addCheck(store, oid, definition)
    if (only && !check.noInherit && childrenOf(store, oid).length > 0) {
      throw new PgError('42P16', 'constraint must be added to child tables too')
    }
    inheritCheck(store, check, oid)
  } else if (definition.kind === 'not null') {
    const relation = current(store, oid)
    const isThere = definition.columns.every(
      (name) => columnByName(relation, truncateName(name))?.notNull === true,
    )
    if (only && definition.noInherit !== true && !isThere && childrenOf(store, oid).length > 0) {
      throw new PgError('42P16', 'constraint must be added to child tables too')
    }
    for (const column of definition.columns) {
      const name = definition.name === undefined ? undefined : truncateName(definition.name)
      addNotNull(store, oid, truncateName(column), { name, noInherit: definition.noInherit === true })
    }
  } else if (definition.kind === 'foreign key') addForeignKey(store, oid, definition)
  else addKey(store, oid, definition)
}

export function dropConstraint(
  store: Store,
  oid: Oid,
  name: string,
  options: {
    readonly ifExists?: boolean
    readonly cascade?: boolean
    readonly only: boolean
    readonly recursing?: boolean
  },
): void {
  const relation = current(store, oid)
  const constraint = relation.constraints.find((each) => each.name === name)
  if (constraint === undefined) {
    if (options.ifExists === true) return
    throw new PgError('42704', `constraint "${name}" of relation "${relation.name}" does not exist`)
  }
  if (constraint.inherited > 0 && options.recursing !== true) {
    throw new PgError('42P16', `cannot drop inherited constraint "${name}" of relation "${relation.name}"`)
  }
  if (constraint.kind !== 'check' && constraint.kind !== 'not null') {
    return dropObjects(
      store,
      [{ is: 'constraint', relation: oid, oid: constraint.oid }],
      options.cascade === true,
    )
  }
  if (constraint.kind === 'not null') {
    requireNotInPrimaryKey(relation, constraint.columns[0]!)
    const column = columnByNumber(relation, constraint.columns[0])
    if (column?.identity === true) {
      throw new PgError(
        '55000',
        `column "${column.name}" of relation "${relation.name}" is an identity column`,
      )
    }
  }
  removeConstraint(store, oid, constraint.oid)
  if (constraint.noInherit) return
  const children = childrenOf(store, oid)
  if (options.only && relation.kind === 'partitioned table' && children.length > 0) {
    throw new PgError(
      '42P16',
      'cannot remove constraint from only the partitioned table when partitions exist',
    )
  }
  const columnName = columnByNumber(relation, constraint.columns[0])?.name
  for (const child of children) {
    const now = current(store, child.oid)
    const copy =
      constraint.kind === 'check'
        ? now.constraints.find((each) => each.name === name)
        : notNullOf(now, columnByName(now, columnName ?? '')?.attnum ?? 0)
    if (copy === undefined || copy.inherited === 0) continue
    if (options.only)
      replaceConstraint(store, child.oid, { ...copy, inherited: copy.inherited - 1, local: true })
    else if (copy.inherited === 1 && !copy.local) {
      dropConstraint(store, child.oid, copy.name, { ...options, recursing: true })
    } else replaceConstraint(store, child.oid, { ...copy, inherited: copy.inherited - 1 })
  }
}

function touchConstraint(
  store: Store,
  oid: Oid,
  command: Extract<AlterCommand, { do: 'touch constraint' }>,
): void {
  const relation = current(store, oid)
  const constraint = requireConstraint(relation, truncateName(command.name))
  if (command.enforced !== undefined && constraint.kind !== 'foreign key') {
    throw new PgError('42809', `cannot alter enforceability of constraint "${constraint.name}"`)
  }
  if (command.validated === true && !['check', 'foreign key', 'not null'].includes(constraint.kind)) {
    throw new PgError(
      '42809',
      `cannot validate constraint "${constraint.name}" of relation "${relation.name}"`,
    )
  }
  if (command.validated === true) validate(store, oid, constraint.name)
}

/** VALIDATE CONSTRAINT, in the children too. */
function validate(store: Store, oid: Oid, name: string): void {
  const constraint = current(store, oid).constraints.find((each) => each.name === name)
  if (constraint?.kind !== 'check' || constraint.notValid !== true) return
  const { notValid: _notValid, ...valid } = constraint
  replaceConstraint(store, oid, valid)
  for (const child of childrenOf(store, oid)) validate(store, child.oid, name)
}

/** ALTER INDEX ... ATTACH PARTITION: the index of a partition becomes part of the parent's. */
function attachIndex(
  store: Store,
  oid: Oid,
  { partition, bound }: Extract<AlterCommand, { do: 'attach partition' }>,
): void {
  if (bound) throw new PgError('42P17', `"${current(store, oid).name}" is not a partitioned table`)
  const index = findRelation(store, partition)
  const state = index.index
  if (state === undefined) throw new PgError('42809', `"${index.name}" is not an index`)
  if (state.parent !== undefined && state.parent !== oid) {
    throw new PgError('55000', `cannot attach index "${index.name}" as a partition of index`)
  }
  store.putRelation({ ...index, index: { ...state, parent: oid } })
}

function setOfType(store: Store, oid: Oid, command: Extract<AlterCommand, { do: 'of' }>): void {
  const type = store.typeByOid(resolveType(store, command.type).oid)
  if (type?.kind === 'unknown') return
  const relation = current(store, oid)
  if (type?.kind !== 'composite' || type.relation !== undefined) {
    throw new PgError('42809', `type ${command.type.name} is not a composite type`)
  }
  const same =
    type.attributes.length === relation.columns.length &&
    type.attributes.every((attribute, i) => {
      const column = relation.columns[i]!
      return (
        column.name === attribute.name &&
        column.type.oid === attribute.type.oid &&
        column.type.array === attribute.type.array
      )
    })
  if (!same) throw new PgError('42804', `table "${relation.name}" does not match type ${type.name}`)
  store.putRelation({ ...relation, ofType: type.oid })
}
