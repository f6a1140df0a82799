import { PgError } from './error.js'
import type { EnumType, FormerValue, Label, Oid, PgType, QualifiedName } from './model.js'
import { printName, truncateName } from './names.js'
import { nameKey, type Store } from './store.js'
import type { StoredCheck } from './stored.js'
import { addType, resolveType } from './types.js'

function checkLabelLength(label: string): void {
  if (Buffer.byteLength(label, 'utf8') > 63) throw new PgError('42602', `invalid enum label "${label}"`)
}

export function createEnum(store: Store, name: QualifiedName, labels: readonly Label[]): void {
  const schema = store.creationSchema(name)
  const short = truncateName(name.name)
  const key = nameKey(schema, short)
  const former = (store.dropped.get(key) ?? []).filter(
    (past) => !labels.some((label) => label.value === past.value),
  )
  const type: EnumType = {
    oid: store.newOid(),
    kind: 'enum',
    schema,
    name: short,
    labels,
    former,
    origin: store.origin,
  }
  addType(store, type)
  labels.forEach((label, i) => {
    checkLabelLength(label.value)
    if (labels.findIndex((other) => other.value === label.value) !== i) {
      throw new PgError('23505', 'duplicate key value violates unique constraint "pg_enum_typid_label_index"')
    }
  })
  store.pastNames.set(type.oid, [key])
  // What is made in this transaction may be used in it.
  store.uncommitted.set(`new\0${type.oid}`, type.oid)
}

/** The enum of that name; throws 42704 or 42809. Undefined where it may be a type from elsewhere. */
function findEnum(store: Store, name: QualifiedName): EnumType {
  const ref = resolveType(store, name)
  const type = ref.array ? undefined : store.typeByOid(ref.oid)
  if (type?.kind === 'unknown') throw new PgError('42704', `type "${printName(name)}" does not exist`)
  if (type?.kind !== 'enum') throw new PgError('42809', `${store.printType(ref)} is not an enum`)
  return type
}

export function addLabel(
  store: Store,
  name: QualifiedName,
  value: string,
  place: { readonly ifNotExists?: boolean; readonly neighbour?: string; readonly after?: boolean },
): void {
  const type = findEnum(store, name)
  checkLabelLength(value)
  const labels = [...type.labels]
  if (labels.some((label) => label.value === value)) {
    if (place.ifNotExists === true) return
    throw new PgError('42710', `enum label "${value}" already exists`)
  }
  let at = labels.length
  if (place.neighbour !== undefined) {
    at = labels.findIndex((label) => label.value === place.neighbour)
    if (at < 0) throw new PgError('22023', `"${place.neighbour}" is not an existing enum label`)
    if (place.after === true) at++
  }
  labels.splice(at, 0, { value, origin: store.origin })
  store.types.set(type.oid, { ...type, labels, former: type.former.filter((past) => past.value !== value) })
  const isNew = store.uncommitted.has(`new\0${type.oid}`) && store.subtransactions === 0
  if (!isNew) store.uncommitted.set(`${type.oid}\0${value}`, type.oid)
}

/** The former values after `from` became `to`: what was once renamed to `from` is now `to` too. */
function afterRename(type: EnumType, from: string, to: string, store: Store): FormerValue[] {
  const former = type.former
    .filter((past) => past.value !== to && past.value !== from)
    .map((past) => (past.renamedTo === from ? { ...past, renamedTo: to } : past))
  return [...former, { value: from, fate: 'renamed', renamedTo: to, origin: store.origin }]
}

export function renameLabel(store: Store, name: QualifiedName, from: string, to: string): void {
  const type = findEnum(store, name)
  checkLabelLength(to)
  if (!type.labels.some((label) => label.value === from)) {
    throw new PgError('22023', `"${from}" is not an existing enum label`)
  }
  if (type.labels.some((label) => label.value === to)) {
    throw new PgError('42710', `enum label "${to}" already exists`)
  }
  setLabel(store, type, from, to)
}

/** Conditions hold labels by identity: a renamed one is renamed in them. */
function renameInChecks(store: Store, oid: Oid, from: string, to: string): void {
  const holds = (check: StoredCheck): boolean =>
    check.comparisons.some((each) => each.enumType === oid && each.values.includes(from))
  const renamed = (check: StoredCheck): StoredCheck => ({
    ...check,
    ...(check.values === undefined
      ? {}
      : { values: check.values.map((label) => (label.value === from ? { ...label, value: to } : label)) }),
    expression: store.replaceConstant(check.expression, from, to),
    comparisons: check.comparisons.map((each) =>
      each.enumType === oid
        ? { ...each, values: each.values.map((value) => (value === from ? to : value)) }
        : each,
    ),
  })
  for (const relation of [...store.relations.values()]) {
    if (!relation.constraints.some((each) => each.kind === 'check' && holds(each))) continue
    store.putRelation({
      ...relation,
      constraints: relation.constraints.map((each) =>
        each.kind === 'check' && holds(each) ? renamed(each) : each,
      ),
    })
  }
  for (const type of [...store.types.values()]) {
    if (type.kind !== 'domain') continue
    const constraints = type.constraints as readonly StoredCheck[]
    if (constraints.some(holds)) {
      store.putDomain(type, {
        ...type,
        constraints: constraints.map((each) => (holds(each) ? renamed(each) : each)),
      })
    }
  }
}

/** Puts another text in a label's place, whatever the other labels are. */
export function setLabel(store: Store, type: EnumType, from: string, to: string): void {
  const labels = type.labels.map((label) =>
    label.value === from ? { value: to, origin: store.origin } : label,
  )
  store.types.set(type.oid, { ...type, labels, former: afterRename(type, from, to, store) })
  renameInChecks(store, type.oid, from, to)
  if (store.uncommitted.has(`${type.oid}\0${from}`)) {
    store.uncommitted.delete(`${type.oid}\0${from}`)
    store.uncommitted.set(`${type.oid}\0${to}`, type.oid)
  }
}

/** Takes labels away, as only an edit of pg_enum can. */
export function removeLabels(store: Store, type: EnumType, values: readonly string[]): void {
  const removed = type.labels.filter((label) => values.includes(label.value))
  if (removed.length === 0) return
  store.types.set(type.oid, {
    ...type,
    labels: type.labels.filter((label) => !values.includes(label.value)),
    former: [
      ...type.former,
      ...removed.map(({ value }): FormerValue => ({ value, fate: 'removed', origin: store.origin })),
    ],
  })
}

/** Remembers a name that an enum has got by a rename or a move. */
export function notePastName(store: Store, type: PgType): void {
  if (type.kind !== 'enum') return
  const names = store.pastNames.get(type.oid) ?? []
  const key = nameKey(type.schema, type.name)
  if (!names.includes(key)) store.pastNames.set(type.oid, [...names, key])
}

/**
 * Before an enum goes: whatever bears one of its names now, or gets it later, has the values that went as former ones.
 * So a type that is replaced (`x_new` becomes `x`, `x_old` is dropped) keeps the story of its values.
 */
export function buryEnum(store: Store, type: EnumType): void {
  const gone = [
    ...type.former,
    ...type.labels.map(({ value }): FormerValue => ({ value, fate: 'removed', origin: store.origin })),
  ]
  for (const key of store.pastNames.get(type.oid) ?? []) {
    store.dropped.set(key, gone)
    const heir = store.typeNames.get(key)
    if (heir !== undefined && !heir.array && heir.oid !== type.oid) inherit(store, heir.oid, gone)
  }
  store.pastNames.delete(type.oid)
}

function inherit(store: Store, oid: Oid, gone: readonly FormerValue[]): void {
  const heir = store.typeByOid(oid)
  if (heir?.kind !== 'enum') return
  const missing = gone.filter(
    ({ value }) =>
      !heir.labels.some((label) => label.value === value) &&
      !heir.former.some((past) => past.value === value),
  )
  if (missing.length > 0) store.types.set(oid, { ...heir, former: [...heir.former, ...missing] })
}
