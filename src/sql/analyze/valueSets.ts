import type { Catalog, Column, EnumType, Label, Relation, ValueSet } from '../../catalog/model.js'
import type { Target } from '../use.js'
import { stillFormer } from '../../catalog/valueSets.js'
import { builtinType } from '../builtins.js'
import { BPCHAR, NAME, TEXT, VARCHAR, type TypeId, type Types } from './types.js'

const enumSets = new WeakMap<EnumType, ValueSet>()

/** The labels of an enum type as a value set; the same object each time. */
export function enumSet(type: EnumType): ValueSet {
  let set = enumSets.get(type)
  if (set === undefined) {
    const { schema, name, labels, former, origin } = type
    set = { kind: 'enum', schema, name, values: labels, former: stillFormer(former, labels), origin }
    enumSets.set(type, set)
  }
  return set
}

/** The value set of an enum type behind `type`, domains looked through. */
export function enumSetOf(types: Types, type: TypeId): ValueSet | undefined {
  const base = types.user(types.base(type))
  return base?.kind === 'enum' ? enumSet(base) : undefined
}

function narrowed(values: readonly Label[], by: readonly Label[]): readonly Label[] {
  const allowed = new Set(by.map((label) => label.value))
  return values.filter((label) => allowed.has(label.value))
}

const isString = (type: TypeId): boolean =>
  type === TEXT || type === VARCHAR || type === BPCHAR || type === NAME

/** What a domain's CHECKs allow, over all domains that it is made of; undefined where none lists strings. */
export function domainSetOf(types: Types, type: TypeId): ValueSet | undefined {
  let set: ValueSet | undefined
  let current = types.user(type)
  while (current?.kind === 'domain') {
    const { schema, name, origin } = current
    for (const constraint of current.constraints) {
      if (constraint.values === undefined) continue
      set =
        set === undefined
          ? { kind: 'domain', schema, name, values: constraint.values, former: [], origin }
          : { ...set, values: narrowed(set.values, constraint.values) }
    }
    const { base } = current
    if (base.array) return undefined
    current = types.user(base.oid)
  }
  const base = types.base(type)
  if (set === undefined || !(isString(base) || types.isEnum(base))) return undefined
  const labels = enumSetOf(types, base)
  return labels === undefined ? set : { ...set, values: narrowed(set.values, labels.values) }
}

interface CheckSet {
  readonly set: ValueSet | undefined
  readonly holds: boolean
}

/** By catalog, because a column stays the same object when the labels of its type change. */
const checkSets = new WeakMap<Catalog, WeakMap<Column, CheckSet>>()

/**
 * What the CHECKs on one column allow, where they list strings; undefined where none does. `holds` is false where rows
 * from before a NOT VALID constraint may hold other values.
 */
export function checkSetOf(types: Types, relation: Relation, column: Column): CheckSet {
  let known = checkSets.get(types.catalog)
  if (known === undefined) checkSets.set(types.catalog, (known = new WeakMap()))
  let found = known.get(column)
  if (found === undefined) known.set(column, (found = makeCheckSet(types, relation, column)))
  return found
}

function makeCheckSet(types: Types, relation: Relation, column: Column): CheckSet {
  let set: ValueSet | undefined
  let holds = true
  for (const constraint of relation.constraints) {
    if (constraint.kind !== 'check' || constraint.values === undefined) continue
    if (constraint.columns.length !== 1 || constraint.columns[0] !== column.attnum) continue
    if (constraint.notValid === true) holds = false
    if (set === undefined) {
      const { name, values, origin } = constraint
      const former = stillFormer(column.former ?? [], values)
      set = {
        kind: 'check',
        schema: relation.schema,
        name: `${relation.name}.${name}`,
        values,
        former,
        origin,
      }
    } else set = { ...set, values: narrowed(set.values, constraint.values) }
  }
  const base = types.base(types.fromRef(column.type))
  if (set !== undefined && !isString(base) && !types.isEnum(base)) set = undefined
  if (set !== undefined) {
    const labels = enumSetOf(types, base)
    if (labels !== undefined) set = { ...set, values: narrowed(set.values, labels.values) }
  }
  return { set, holds }
}

const columnSets = new WeakMap<Column, Map<ValueSet, ValueSet>>()

/** The value set as one column has it: with the values that the column accepted when it was of another type. */
export function setWithPast(types: Types, set: ValueSet, target: Target): ValueSet {
  const { schema, table, column: name } = target
  if (table === undefined || set.kind === 'check') return set
  const relation = types.catalog.findRelation(
    schema === undefined ? { name: table } : { schema, name: table },
  )
  const column = relation?.columns.find((candidate) => candidate.name === name)
  if (column?.former === undefined || column.former.length === 0) return set
  const known = columnSets.get(column) ?? new Map<ValueSet, ValueSet>()
  columnSets.set(column, known)
  let made = known.get(set)
  if (made === undefined) {
    made = { ...set, former: stillFormer([...column.former, ...set.former], set.values) }
    known.set(set, made)
  }
  return made
}

/** The name of a column for messages: with the schema only where the search path does not have it. */
export function columnTarget(types: Types, relation: Relation, column: string): Target {
  const { schema, name } = relation
  const table = types.searchPath.includes(schema) ? name : `${schema}.${name}`
  return { label: `${table}.${column}`, schema, table: name, column }
}

/** Whether strings of this type compare as text does, so that a string outside a closed set can never be equal. */
export function comparesAsText(types: Types, type: TypeId): boolean {
  const base = types.base(type)
  return isString(base) || (builtinType(base) === undefined && types.isEnum(base))
}
