import type {
  AlterCommand,
  Change,
  ColumnDefinition,
  ConstraintDefinition,
  TypeName,
} from '../catalog/change.js'
import type { PgError } from '../catalog/error.js'
import type { Catalog } from '../catalog/model.js'
import type { StoredRelation } from '../catalog/stored.js'
import { valueSetOfColumn } from '../catalog/valueSets.js'
import { bears } from './procedures/bearing.js'
import { MARK } from './procedures/value.js'
import type { Store } from '../catalog/store.js'
import type { Action } from './ddl/step.js'
import { STAND_IN } from './standIn.js'

/** A type that is none of Postgres's own: it may be an enum. */
function isOwnType(store: Store, type: TypeName | undefined): boolean {
  if (type === undefined) return false
  const ref = store.lookupType(type)
  const known = ref === undefined ? undefined : store.typeByOid(ref.oid)
  return known === undefined || known.schema !== 'pg_catalog'
}

function lists(constraint: ConstraintDefinition): boolean {
  return constraint.expression?.list !== undefined
}

function columnConcerns(store: Store, column: ColumnDefinition): boolean {
  return isOwnType(store, column.type) || column.constraints.some(lists)
}

function commandConcerns(store: Store, command: AlterCommand): boolean {
  switch (command.do) {
    case 'add column':
      return columnConcerns(store, command.column)
    case 'alter type':
      return isOwnType(store, command.type)
    case 'add constraint':
      return lists(command.constraint)
    default:
      return false
  }
}

/**
 * Whether a change that could not be made may have changed a value set all the same: then it is unread. `error` is what
 * our catalog says against it; what is missing from it may be elsewhere.
 */
function changeConcerns(store: Store, change: Change, error: PgError): boolean {
  switch (change.do) {
    case 'create enum':
    case 'add label':
    case 'rename label':
    case 'create domain':
    case 'alter domain':
    case 'create composite':
    case 'alter composite':
      return true
    case 'create table':
      return change.elements.some((element) => {
        if ('column' in element) return columnConcerns(store, element.column)
        return 'like' in element || lists(element.constraint)
      })
    case 'alter table':
      // On a table that we know, what its columns accept may now be another.
      if (store.lookupRelationOid(change.name) !== undefined) {
        return change.commands.some(
          (command) =>
            commandConcerns(store, command) ||
            command.do === 'drop column' ||
            command.do === 'drop constraint' ||
            command.do === 'alter type',
        )
      }
      return change.commands.some((command) => commandConcerns(store, command))
    case 'rename':
      return change.kind === 'type' || change.kind === 'domain' || error.code.startsWith('427')
    case 'rename column':
      return store.lookupRelationOid(change.relation) !== undefined
    case 'set schema':
      return change.kind === 'type' || change.kind === 'domain'
    case 'drop':
      return error.code === '2BP01'
    default:
      return false
  }
}

export function concernsValueSets(store: Store, actions: readonly Action[], error: PgError): boolean {
  return actions.some((action) => {
    switch (action.do) {
      case 'transaction':
      case 'set search path':
      case 'reset all':
      case 'discard':
        return false
      case 'unread':
      case 'edit pg_enum':
      case 'query':
        return true
      case 'run block':
        return bears(action.block.body, store)
      default:
        return changeConcerns(store, action, error)
    }
  })
}

/** Whether a column, or a CHECK of a relation, limits values; of a name that is not known whether any does. */
function limits(store: Store, relation: StoredRelation, name: string): boolean {
  const isKnown = !name.includes(STAND_IN)
  if (isKnown && relation.columns.every((column) => column.name !== name)) return false
  return relation.columns.some(
    (column) => (!isKnown || column.name === name) && valueSetOfColumn(store, relation, column) !== undefined,
  )
}

function mayDropList(relation: StoredRelation, name: string): boolean {
  const isOfName = (own: string): boolean => own === name || name.includes(STAND_IN)
  return relation.constraints.some(
    (constraint) =>
      constraint.kind === 'check' && constraint.values !== undefined && isOfName(constraint.name),
  )
}

/** Whether a command changes no value set of a relation, whether it ran or not; a relation that is not known has none. */
function isHarmlessCommand(
  store: Store,
  relation: StoredRelation | undefined,
  command: AlterCommand,
): boolean {
  if (commandConcerns(store, command)) return false
  switch (command.do) {
    case 'add column':
      return !command.column.name.includes(STAND_IN)
    case 'drop column':
    case 'alter type':
      return relation === undefined || !limits(store, relation, command.name)
    case 'drop constraint':
      return relation === undefined || !mayDropList(relation, command.name)
    case 'add constraint':
    case 'set default':
    case 'set not null':
    case 'column option':
    case 'add identity':
    case 'drop identity':
      return true
    default:
      return false
  }
}

function isHarmlessChange(store: Store, change: Change): boolean {
  switch (change.do) {
    case 'create index':
    case 'create sequence':
    case 'alter sequence':
      return true
    case 'create table':
      return (
        !JSON.stringify(change.name).includes(STAND_IN) &&
        change.inherits === undefined &&
        change.partitionOf === undefined &&
        change.ofType === undefined &&
        change.elements.every((element) =>
          'column' in element
            ? !columnConcerns(store, element.column)
            : 'constraint' in element && !lists(element.constraint),
        )
      )
    case 'alter table': {
      if (change.name.name.includes(STAND_IN)) {
        const all = [...store.relations.values()]
        return change.commands.every(
          (command) =>
            command.do !== 'add column' &&
            all.every((relation) => isHarmlessCommand(store, relation, command)),
        )
      }
      const relation = store.lookupRelation(change.name)
      return change.commands.every((command) => isHarmlessCommand(store, relation, command))
    }
    case 'rename column': {
      const relation = store.lookupRelation(change.relation)
      return relation !== undefined && !limits(store, relation, change.from) && !change.to.includes(STAND_IN)
    }
    case 'drop':
      return change.kind === 'index' || change.kind === 'sequence'
    case 'create function':
    case 'create from query':
      return !JSON.stringify(change.name).includes(STAND_IN)
    default:
      return false
  }
}

/**
 * Whether a statement that may or may not have run, with `STAND_IN` for names that are not known, changes no value set
 * in either case.
 */
export function isHarmless(store: Store, action: Action): boolean {
  switch (action.do) {
    case 'run block':
      return !bears(action.block.body, store)
    case 'transaction':
    case 'set search path':
    case 'reset all':
    case 'discard':
    case 'unread':
    case 'edit pg_enum':
    case 'query':
      return false
    default:
      return isHarmlessChange(store, action)
  }
}

/** Whether a statement adds columns, or an object, that one had better know of when it may have run. */
export function adds(action: Action): boolean {
  return (
    /^create (?:table|function|from query)$/.test(action.do) ||
    (action.do === 'alter table' && action.commands.every((command) => command.do === 'add column'))
  )
}

/**
 * The objects that a text may touch: those whose names are words of it. Undefined where it executes text that is put
 * together, or holds none: then it may touch anything.
 */
export function objectsNamedIn(catalog: Catalog, text: string): readonly string[] {
  const words = new Set<string>()
  for (const [word] of text.matchAll(/[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g)) {
    words.add(word)
    words.add(word.toLowerCase())
  }
  const touched: string[] = []
  const add = (schema: string, name: string): void => {
    if (name.includes(MARK)) return
    if (words.has(name) || (!/^[\w$\u0080-\uffff]+$/.test(name) && text.includes(name)))
      touched.push(`${schema}.${name}`)
  }
  for (const type of catalog.types()) {
    if (type.kind === 'enum' || type.kind === 'domain') add(type.schema, type.name)
  }
  for (const relation of catalog.relations()) {
    if (relation.kind !== 'index' && relation.kind !== 'sequence') add(relation.schema, relation.name)
  }
  return touched
}
