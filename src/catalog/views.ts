import type { CreateFromQuery } from './change.js'
import { PgError } from './error.js'
import { NO_REFERENCES } from './expressions.js'
import type { TypeRef } from './model.js'
import { truncateName } from './names.js'
import { addRelation, current, emptyRelation } from './relations.js'
import { nameKey, TEMP, type DescribedQuery, type Store } from './store.js'
import type { StoredColumn, ViewState } from './stored.js'
import { TEXT, UNKNOWN } from './builtins.js'

function unknownColumnType(store: Store): TypeRef {
  const key = nameKey('\0elsewhere', '\0')
  const known = store.typeNames.get(key)
  if (known !== undefined) return known
  const ref = { oid: store.newOid(), array: false }
  store.types.set(ref.oid, { oid: ref.oid, kind: 'unknown', schema: '', name: 'unknown' })
  store.typeNames.set(key, ref)
  return ref
}

function toColumns(store: Store, query: DescribedQuery, names: readonly string[]): StoredColumn[] {
  if (names.length > query.columns.length && query.complete) {
    throw new PgError('42601', 'too many column names were specified')
  }
  const columns = query.columns.map(({ name, type }, i): StoredColumn => {
    // A bare constant in a select list is text.
    const own = type?.oid === UNKNOWN ? { oid: TEXT, array: false } : (type ?? unknownColumnType(store))
    return {
      attnum: i + 1,
      name: truncateName(names[i] ?? name),
      type: own,
      notNull: false,
      hasDefault: false,
      generated: false,
      origin: store.origin,
      local: true,
      inherited: 0,
      identity: false,
    }
  })
  columns.forEach((column, i) => {
    if (columns.findIndex((other) => other.name === column.name) !== i && query.complete) {
      throw new PgError('42701', `column "${column.name}" specified more than once`)
    }
  })
  return columns
}

/** CREATE VIEW, CREATE MATERIALIZED VIEW, CREATE TABLE AS and SELECT INTO. */
export function createFromQuery(store: Store, change: CreateFromQuery): void {
  const query = store.describeQuery(change.query, store)
  // A view of something temporary is temporary.
  const temporary =
    change.temporary === true ||
    (change.kind === 'view' && query.reads.some((read) => store.relations.get(read.relation)?.temporary))
  if (
    change.kind === 'materialized view' &&
    query.reads.some((read) => store.relations.get(read.relation)?.temporary)
  ) {
    throw new PgError('0A000', 'materialized views must not use temporary tables or views')
  }
  const given = change.name.schema
  if (change.ifNotExists === true && given !== undefined && given !== TEMP) {
    // Whether it is there is asked before whether something temporary may be there: CreateTableAsRelExists.
    store.requireSchema(given)
    if (store.relationNames.has(nameKey(given, truncateName(change.name.name)))) return
  }
  const schema = store.creationSchema(change.name, temporary)
  const taken = store.relationNames.has(nameKey(schema, truncateName(change.name.name)))
  if (change.ifNotExists === true && taken) return
  const columns = toColumns(store, query, change.columns)
  const name = truncateName(change.name.name)
  const view: ViewState = { reads: query.reads, ...query.references }
  const old = store.relationNames.get(nameKey(schema, name))
  if (old !== undefined && change.replace === true) {
    // That it reads itself, which is found out when it is queried, keeps nothing.
    const reads = view.reads.filter((read) => read.relation !== old)
    return replaceView(store, old, columns, { ...view, reads }, query)
  }
  addRelation(store, {
    ...emptyRelation(schema, name, change.kind),
    columns,
    nextAttnum: columns.length + 1,
    complete: query.complete,
    temporary: schema === TEMP,
    ...(change.kind === 'table' ? {} : { view }),
    ...(change.onCommitDrop === true ? { onCommitDrop: true } : {}),
  })
}

/** CREATE OR REPLACE VIEW: the old columns stay with name and type, new ones may follow: checkViewColumns of view.c. */
function replaceView(
  store: Store,
  oid: number,
  columns: readonly StoredColumn[],
  view: ViewState,
  query: DescribedQuery,
): void {
  const old = store.relations.get(oid)
  if (old?.kind !== 'view') throw new PgError('42809', `"${old?.name ?? ''}" is not a view`)
  if (columns.length < old.columns.length && query.complete) {
    throw new PgError('42P16', 'cannot drop columns from view')
  }
  old.columns.forEach((before, i) => {
    const after = columns[i]
    if (after === undefined || !query.complete || !old.complete) return
    if (after.name !== before.name) {
      throw new PgError('42P16', `cannot change name of view column "${before.name}" to "${after.name}"`)
    }
    const known = [before.type, after.type].every((ref) => store.typeByOid(ref.oid)?.kind !== 'unknown')
    if (known && (after.type.oid !== before.type.oid || after.type.array !== before.type.array)) {
      throw new PgError('42P16', `cannot change data type of view column "${before.name}"`)
    }
  })
  store.putRelation({
    ...current(store, oid),
    columns,
    nextAttnum: columns.length + 1,
    view,
    complete: query.complete,
    origin: store.origin,
  })
}

/** What is known of a query that can't be resolved. */
export const UNKNOWN_QUERY: DescribedQuery = {
  columns: [],
  reads: [],
  references: NO_REFERENCES,
  complete: false,
}
