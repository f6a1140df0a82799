import type { AlterCommand, ColumnDefinition, TypeName } from './change.js'
import { plainColumn } from './columns.js'
import { PgError } from './error.js'
import type { CompositeType, QualifiedName } from './model.js'
import { printName, truncateName } from './names.js'
import { nameKey, type Store } from './store.js'
import { addType, claimTypeName, requireNoCycle, resolveType } from './types.js'

/** CREATE TYPE ... AS (...): its name is a relation's too. */
export function createComposite(
  store: Store,
  name: QualifiedName,
  definitions: readonly ColumnDefinition[],
): void {
  const schema = store.creationSchema(name)
  const short = truncateName(name.name)
  claimTypeName(store, schema, short)
  const key = nameKey(schema, short)
  if (store.relationNames.has(key)) throw new PgError('42P07', `relation "${short}" already exists`)
  const attributes = definitions.map((definition, i) => plainColumn(store, definition, i + 1))
  attributes.forEach((attribute, i) => {
    if (attributes.findIndex((other) => other.name === attribute.name) !== i) {
      throw new PgError('42701', `column "${attribute.name}" specified more than once`)
    }
  })
  const oid = store.newOid()
  addType(store, { oid, kind: 'composite', schema, name: short, attributes, origin: store.origin })
  store.relationNames.set(key, oid)
}

function findComposite(store: Store, name: QualifiedName): CompositeType {
  const oid = store.lookupRelationOid(name)
  if (oid === undefined && name.schema !== undefined && store.strict) store.requireSchema(name.schema)
  if (oid === undefined) throw new PgError('42P01', `relation "${printName(name)}" does not exist`)
  const type = store.relations.has(oid) ? undefined : store.typeByOid(oid)
  if (type?.kind !== 'composite') throw new PgError('42809', `"${printName(name)}" is not a composite type`)
  return type
}

function requireUnused(store: Store, type: CompositeType): void {
  for (const relation of store.mentioning(type.oid)) {
    if (relation.view !== undefined) continue
    if (relation.columns.some((column) => column.type.oid === type.oid)) {
      throw new PgError('0A000', `cannot alter type "${type.name}" because a column uses it`)
    }
  }
}

/** ALTER TYPE ... ADD / DROP / ALTER ATTRIBUTE. */
export function alterComposite(store: Store, name: QualifiedName, commands: readonly AlterCommand[]): void {
  const { oid } = findComposite(store, name)
  for (const command of commands) {
    const type = store.typeByOid(oid) as CompositeType
    if (command.do === 'add column') addAttribute(store, type, command.column)
    else if (command.do === 'drop column') dropAttribute(store, type, command)
    else if (command.do === 'alter type') {
      requireUnused(store, type)
      const attribute = requireAttribute(type, command.name)
      const next = resolveType(store, command.type)
      requireNoCycle(store, next, type.oid, type.name)
      setAttributes(
        store,
        type,
        type.attributes.map((each) => (each === attribute ? { ...each, type: next } : each)),
      )
    }
  }
}

function setAttributes(store: Store, type: CompositeType, attributes: CompositeType['attributes']): void {
  store.types.set(type.oid, { ...type, attributes })
}

function requireAttribute(type: CompositeType, name: string): CompositeType['attributes'][number] {
  const attribute = type.attributes.find((each) => each.name === truncateName(name))
  if (attribute === undefined) {
    throw new PgError('42703', `column "${name}" of relation "${type.name}" does not exist`)
  }
  return attribute
}

function isTyped(store: Store, type: CompositeType): boolean {
  return [...store.mentioning(type.oid)].some((relation) => relation.ofType === type.oid)
}

function addAttribute(store: Store, type: CompositeType, definition: ColumnDefinition): void {
  if (isTyped(store, type))
    throw new PgError('2BP01', `cannot alter type "${type.name}" because it is the type of a typed table`)
  const last = Math.max(0, ...type.attributes.map((each) => each.attnum))
  const attribute = plainColumn(store, definition, last + 1)
  requireNoCycle(store, attribute.type, type.oid, type.name)
  if (type.attributes.some((each) => each.name === attribute.name)) {
    throw new PgError('42701', `column "${attribute.name}" of relation "${type.name}" already exists`)
  }
  setAttributes(store, type, [...type.attributes, attribute])
}

function dropAttribute(
  store: Store,
  type: CompositeType,
  command: { readonly name: string; readonly ifExists?: boolean },
): void {
  const found = type.attributes.find((each) => each.name === truncateName(command.name))
  if (found === undefined && command.ifExists === true) return
  if (isTyped(store, type))
    throw new PgError('2BP01', `cannot alter type "${type.name}" because it is the type of a typed table`)
  const attribute = requireAttribute(type, command.name)
  setAttributes(
    store,
    type,
    type.attributes.filter((each) => each !== attribute),
  )
}

export function renameAttribute(store: Store, name: QualifiedName, from: string, to: string): void {
  const type = findComposite(store, name)
  const attribute = requireAttribute(type, from)
  const short = truncateName(to)
  if (isTyped(store, type))
    throw new PgError('2BP01', `cannot alter type "${type.name}" because it is the type of a typed table`)
  if (type.attributes.some((each) => each.name === short)) {
    throw new PgError('42701', `column "${short}" of relation "${type.name}" already exists`)
  }
  setAttributes(
    store,
    type,
    type.attributes.map((each) => (each === attribute ? { ...each, name: short } : each)),
  )
}

/** CREATE TYPE ... AS RANGE, with its multirange type. */
export function createRange(store: Store, name: QualifiedName, subtype: TypeName): void {
  const schema = store.creationSchema(name)
  const short = truncateName(name.name)
  const range = {
    oid: store.newOid(),
    kind: 'range',
    schema,
    name: short,
    subtype: resolveType(store, subtype),
  } as const
  addType(store, { ...range, origin: store.origin })
  const multirange = /range/.test(short) ? short.replace(/range/, 'multirange') : `${short}_multirange`
  addType(store, {
    ...range,
    oid: store.newOid(),
    kind: 'multirange',
    name: truncateName(multirange),
    subtype: { oid: range.oid, array: false },
    origin: store.origin,
  })
}

/** CREATE TYPE ... (INPUT = ...) and the like: a type of which nothing more is known. */
export function createOpaqueType(store: Store, name: QualifiedName): void {
  const schema = store.creationSchema(name)
  const short = truncateName(name.name)
  const existing = store.typeNames.get(nameKey(schema, short))
  if (existing !== undefined && store.typeByOid(existing.oid)?.kind === 'unknown') return
  addType(store, { oid: store.newOid(), kind: 'unknown', schema, name: short, origin: store.origin })
}
