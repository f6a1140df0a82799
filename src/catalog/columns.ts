import { INT4 } from './builtins.js'
import type { ColumnDefinition, Expression } from './change.js'
import { PgError } from './error.js'
import { NO_REFERENCES, resolveDefault } from './expressions.js'
import type { Oid, TypeRef } from './model.js'
import { truncateName } from './names.js'
import { addSequence, chooseRelationName, columnByName, current, replaceColumn } from './relations.js'
import type { Store } from './store.js'
import type { StoredColumn, StoredRelation } from './stored.js'
import { baseType, resolveType } from './types.js'

/** The column's type; throws where Postgres does, also for what no column can be. */
export function columnType(store: Store, definition: ColumnDefinition): TypeRef {
  if (definition.type === undefined) return { oid: INT4, array: false }
  const ref = resolveType(store, definition.type)
  if (definition.type.setOf === true) {
    throw new PgError('42P16', `column "${definition.name}" cannot be declared SETOF`)
  }
  const kind = store.typeByOid(ref.oid)?.kind
  if (kind === 'pseudo') throw new PgError('42P16', `column "${definition.name}" has pseudo-type`)
  return ref
}

/** A column as declared, before its default and its constraints are looked at. */
export function plainColumn(store: Store, definition: ColumnDefinition, attnum: number): StoredColumn {
  return {
    attnum,
    name: truncateName(definition.name),
    type: columnType(store, definition),
    notNull: false,
    hasDefault: false,
    generated: definition.generated !== undefined,
    origin: { file: store.origin.file, line: store.origin.line + definition.line },
    local: true,
    inherited: 0,
    identity: definition.identity === true,
  }
}

/** Gives a column its default or generation expression, checked against its type. */
export function applyDefault(store: Store, oid: Oid, name: string, definition: ColumnDefinition): void {
  const expression = definition.generated ?? definition.default
  if (expression === undefined) return
  const relation = current(store, oid)
  const column = columnByName(relation, name)!
  const visible = definition.generated === undefined ? [] : relation.columns
  if (definition.generated !== undefined) checkGenerated(relation, column, definition.generated.columns)
  if (definition.generated !== undefined) requireImmutable(store, relation, definition.generated)
  const resolved = resolveDefault(store, expression, column.type, visible)
  replaceColumn(store, oid, {
    ...column,
    hasDefault: true,
    generated: definition.generated !== undefined,
    default: resolved,
  })
}

/** The text of an enum, an array or a row depends on what may change: only its cast to another type is looked at. */
function requireImmutable(store: Store, relation: StoredRelation, expression: Expression): void {
  const { castColumn, cast } = expression
  if (castColumn === undefined || cast === undefined || !store.strict) return
  const column = relation.columns.find((each) => each.name === truncateName(castColumn))
  if (column === undefined) return
  const from = baseType(store, column.type)
  const to = baseType(store, resolveType(store, cast))
  const kind = store.typeByOid(from.oid)?.kind
  if (
    (from.array || kind === 'enum' || kind === 'composite') &&
    (from.oid !== to.oid || from.array !== to.array)
  ) {
    throw new PgError('42P17', 'generation expression is not immutable')
  }
}

function checkGenerated(relation: StoredRelation, column: StoredColumn, names: readonly string[]): void {
  for (const name of names) {
    const other = relation.columns.find((each) => each.name === truncateName(name))
    if (other?.generated === true || other?.attnum === column.attnum) {
      throw new PgError('42P17', `cannot use generated column "${name}" in column generation expression`)
    }
  }
}

/** The name that Postgres chooses for the sequence of a serial or identity column; undefined for another. */
export function columnSequenceName(
  store: Store,
  schema: string,
  table: string,
  definition: ColumnDefinition,
): string | undefined {
  if (definition.serial !== true && definition.identity !== true) return undefined
  return chooseRelationName(store, schema, table, [truncateName(definition.name)], 'seq', false)
}

/** The sequence of a serial or identity column. */
export function addColumnSequence(
  store: Store,
  schema: string,
  table: string,
  definition: ColumnDefinition,
): Oid | undefined {
  const name = columnSequenceName(store, schema, table, definition)
  return name === undefined ? undefined : addSequence(store, schema, name).oid
}

/** What nextval() gives: bigint. */
const NEXTVAL = { oid: 20, array: false }

/** Ties that sequence to its column. */
export function ownColumnSequence(
  store: Store,
  sequence: Oid,
  oid: Oid,
  name: string,
  serial: boolean,
): void {
  const column = current(store, oid).columns.find((each) => each.name === name)!
  const relation = store.relations.get(sequence)!
  store.putRelation({ ...relation, owner: { relation: oid, attnum: column.attnum, identity: !serial } })
  if (serial) setNextval(store, oid, name, sequence)
}

/** `DEFAULT nextval(...)`, as a serial column has it. */
export function setNextval(store: Store, oid: Oid, name: string, sequence: Oid): void {
  const column = current(store, oid).columns.find((each) => each.name === name)!
  replaceColumn(store, oid, {
    ...column,
    hasDefault: true,
    default: { ...NO_REFERENCES, sequences: [sequence], columns: [], type: NEXTVAL },
  })
}
