import type {
  AlterCommand,
  Change,
  ColumnDefinition,
  ConstraintDefinition,
  TypeName,
} from '../catalog/change.js'
import type { PgError } from '../catalog/error.js'
import type { Catalog } from '../catalog/model.js'
import { truncateName } from '../catalog/names.js'
import { actionBears, bears } from './procedures/bearing.js'
import { MARK } from './procedures/value.js'
import type { StoredRelation } from '../catalog/stored.js'
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

/** Whether a statement changes no value set, whatever else it may change: of what is not known whether it ran. */
export function leavesValueSets(store: Store, action: Action): boolean {
  if (action.do === 'run block') return !actionBears(action, store)
  if (action.do === 'create index') return true
  if (action.do !== 'alter table') return false
  const relation = store.lookupRelation(action.name)
  return action.commands.every((command) => {
    switch (command.do) {
      case 'set not null':
      case 'set default':
        return true
      case 'add constraint':
        return command.constraint.kind !== 'check'
      case 'drop constraint':
        return relation !== undefined && !mayBeCheck(relation, command.name)
      default:
        return false
    }
  })
}

/** Whether a constraint of that name, part of which may not be known, may be a CHECK of the table. */
function mayBeCheck({ constraints }: StoredRelation, name: string): boolean {
  if (name.includes(STAND_IN)) return true
  return constraints.some((one) => one.kind === 'check' && one.name === truncateName(name))
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
