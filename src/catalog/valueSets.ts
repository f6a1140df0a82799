import type {
  Column,
  DomainType,
  FormerValue,
  Label,
  PgType,
  Relation,
  TypeRef,
  ValueSet,
  Catalog,
} from './model.js'

type TypeLookup = Pick<Catalog, 'typeByOid'>

function intersect(sets: readonly (readonly Label[])[]): readonly Label[] {
  const [first, ...others] = sets
  return (first ?? []).filter((label) =>
    others.every((set) => set.some((other) => other.value === label.value)),
  )
}

/** Former values that are no values now, each once, the last word on it. */
export function stillFormer(former: readonly FormerValue[], values: readonly Label[]): FormerValue[] {
  const now = new Set(values.map((label) => label.value))
  const last = new Map<string, FormerValue>()
  for (const past of former) if (!now.has(past.value)) last.set(past.value, past)
  return [...last.values()]
}

/** What a domain over strings accepts by its own lists and those of the domains under it. */
function domainValueSet(types: TypeLookup, domain: DomainType): ValueSet | undefined {
  const lists: (readonly Label[])[] = []
  let at: PgType | undefined = domain
  for (let depth = 0; at?.kind === 'domain' && depth < 100; depth++) {
    for (const constraint of at.constraints)
      if (constraint.values !== undefined) lists.push(constraint.values)
    if (at.base.array) return undefined
    at = types.typeByOid(at.base.oid)
  }
  if (at?.kind === 'enum') {
    if (lists.length === 0) return enumValueSet(at)
    lists.unshift(at.labels)
  }
  if (lists.length === 0) return undefined
  const values = intersect(lists)
  const former = at?.kind === 'enum' ? stillFormer(at.former, values) : []
  return { kind: 'domain', schema: domain.schema, name: domain.name, values, former, origin: domain.origin }
}

function enumValueSet(type: Extract<PgType, { kind: 'enum' }>): ValueSet {
  const { schema, name, labels, former, origin } = type
  return { kind: 'enum', schema, name, values: labels, former: stillFormer(former, labels), origin }
}

/**
 * The strings that a type accepts: an enum's labels, a domain's over one, or those that a domain's CHECKs leave. For an
 * array these are the elements' values. Undefined where any string may do, or nothing is known.
 */
export function valueSetOfType(types: TypeLookup, ref: TypeRef): ValueSet | undefined {
  const type = types.typeByOid(ref.oid)
  if (type?.kind === 'enum') return enumValueSet(type)
  if (type?.kind === 'domain') return domainValueSet(types, type)
  return undefined
}

/**
 * The strings that a column accepts: by its type, and by every CHECK of its relation that lists values for it alone.
 * Several CHECKs leave what all of them list. Undefined where any string may do.
 */
export function valueSetOfColumn(
  types: TypeLookup,
  relation: Relation,
  column: Column,
): ValueSet | undefined {
  const byType = valueSetOfType(types, column.type)
  const checks = relation.constraints.filter(
    (constraint) =>
      constraint.kind === 'check' &&
      constraint.values !== undefined &&
      constraint.columns[0] === column.attnum,
  )
  const past = column.former ?? []
  if (checks.length === 0) {
    if (byType === undefined || past.length === 0) return byType
    return { ...byType, former: stillFormer([...past, ...byType.former], byType.values) }
  }
  const lists = checks.map((check) => (check.kind === 'check' ? (check.values ?? []) : []))
  const check = checks[0]!
  const values = intersect(byType === undefined ? lists : [byType.values, ...lists])
  // Where a CHECK takes nothing away from an enum, the enum is what the reader knows.
  if (byType !== undefined && values.length === byType.values.length) return byType
  return {
    kind: 'check',
    schema: relation.schema,
    name: `${relation.name}.${check.name}`,
    values,
    former: stillFormer([...past, ...(byType?.former ?? [])], values),
    origin: check.origin,
  }
}
