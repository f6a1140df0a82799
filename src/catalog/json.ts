import type { Catalog, DomainType, PgType, Relation, TypeRef } from './model.js'
import { UNKNOWN_MARK } from './names.js'

/** What `pg-enum schema --json` prints: a contract; more keys may come, none may go. */
export interface CatalogJson {
  readonly enums: readonly {
    readonly schema: string
    readonly name: string
    readonly labels: readonly string[]
  }[]
  readonly enumColumns: readonly EnumColumnJson[]
  readonly domains: readonly {
    readonly schema: string
    readonly name: string
    readonly baseType: string
    readonly checkValues: readonly string[] | null
  }[]
  readonly checks: readonly {
    readonly schema: string
    readonly table: string
    readonly column: string
    readonly name: string
    readonly values: readonly string[]
  }[]
  readonly unread: readonly { readonly file: string; readonly line: number; readonly reason: string }[]
}

export interface EnumColumnJson {
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly enumSchema: string
  readonly enumName: string
  readonly isArray: boolean
}

/** Order by code unit, as `<` of JavaScript has it. */
function byCodeUnit<T>(...keys: ((item: T) => string)[]): (a: T, b: T) => number {
  return (a, b) => {
    for (const key of keys) {
      const x = key(a)
      const y = key(b)
      if (x !== y) return x < y ? -1 : 1
    }
    return 0
  }
}

/** The type under all domains, and whether an array is on the way. */
function underDomains(
  catalog: Catalog,
  ref: TypeRef,
): { readonly type: PgType | undefined; readonly array: boolean } {
  let { array } = ref
  let type = catalog.typeByOid(ref.oid)
  for (let depth = 0; type?.kind === 'domain' && depth < 100; depth++) {
    array ||= type.base.array
    type = catalog.typeByOid(type.base.oid)
  }
  return { type, array }
}

/** The columns of a relation whose values an enum limits; those of domains over one too. */
export function enumColumnsOf(catalog: Catalog, relation: Relation): EnumColumnJson[] {
  return relation.columns.flatMap((column) => {
    const { type, array } = underDomains(catalog, column.type)
    if (type?.kind !== 'enum') return []
    return {
      schema: relation.schema,
      table: relation.name,
      column: column.name,
      enumSchema: type.schema,
      enumName: type.name,
      isArray: array,
    }
  })
}

/** Names of Postgres's types as its own listings print them. */
const PRINTED: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  varchar: 'character varying',
  bpchar: 'character',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
  varbit: 'bit varying',
}

/** A type's name as format_type prints it with an empty search path. */
export function printBaseType(catalog: Pick<Catalog, 'typeByOid'>, ref: TypeRef): string {
  const type = catalog.typeByOid(ref.oid)
  if (type === undefined) return '???'
  const plain = type.schema === '' || type.schema === 'pg_catalog'
  const name = type.schema === 'pg_catalog' ? (PRINTED[type.name] ?? type.name) : type.name
  return `${plain ? '' : `${quote(type.schema)}.`}${plain ? name : quote(name)}${ref.array ? '[]' : ''}`
}

function quote(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

function isStored(relation: Relation): boolean {
  const { kind, name, temporary, isPartition } = relation
  return (
    (kind === 'table' || kind === 'partitioned table' || kind === 'foreign table') &&
    !temporary &&
    !isPartition &&
    !name.includes(UNKNOWN_MARK)
  )
}

/** The values that all lists of a domain's own CHECKs share; null without one. */
function domainValues(domain: DomainType): readonly string[] | null {
  const lists = domain.constraints.flatMap((constraint) =>
    constraint.values === undefined ? [] : [constraint.values],
  )
  const [first, ...others] = lists
  if (first === undefined) return null
  return first
    .filter((label) => others.every((list) => list.some((other) => other.value === label.value)))
    .map((label) => label.value)
}

/**
 * The JSON of `pg-enum schema --json`: arrays sorted by code unit, an enum's labels in sort order, lists in the order
 * written. Temporary objects, partitions and views are left out.
 */
export function catalogToJson(catalog: Catalog): CatalogJson {
  const enums: CatalogJson['enums'][number][] = []
  const domains: CatalogJson['domains'][number][] = []
  for (const type of catalog.types()) {
    const { kind, schema, name } = type
    if (schema === 'pg_temp') continue
    if (kind === 'enum') enums.push({ schema, name, labels: type.labels.map((label) => label.value) })
    else if (kind === 'domain') {
      domains.push({
        schema,
        name,
        baseType: printBaseType(catalog, type.base),
        checkValues: domainValues(type),
      })
    }
  }
  const enumColumns: EnumColumnJson[] = []
  const checks: CatalogJson['checks'][number][] = []
  for (const relation of catalog.relations()) {
    if (!isStored(relation)) continue
    enumColumns.push(...enumColumnsOf(catalog, relation))
    for (const constraint of relation.constraints) {
      if (constraint.kind !== 'check' || constraint.values === undefined) continue
      const column = relation.columns.find((each) => each.attnum === constraint.columns[0])
      if (column === undefined) continue
      checks.push({
        schema: relation.schema,
        table: relation.name,
        column: column.name,
        name: constraint.name,
        values: constraint.values.map((label) => label.value),
      })
    }
  }
  const bySchemaAndName = byCodeUnit<{ schema: string; name: string }>(
    (each) => each.schema,
    (each) => each.name,
  )
  return {
    enums: enums.sort(bySchemaAndName),
    enumColumns: enumColumns.sort(
      byCodeUnit(
        (each) => each.schema,
        (each) => each.table,
        (each) => each.column,
      ),
    ),
    domains: domains.sort(bySchemaAndName),
    checks: checks.sort(
      byCodeUnit(
        (each) => each.schema,
        (each) => each.table,
        (each) => each.column,
        (each) => each.name,
      ),
    ),
    unread: catalog.unread.map(({ file, line, reason }) => ({ file, line, reason })),
  }
}
