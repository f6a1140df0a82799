import type { PGlite } from '@electric-sql/pglite'
import type {
  Cast,
  Catalog,
  CheckConstraint,
  Column,
  Constraint,
  FunctionArgument,
  FunctionSignature,
  Label,
  OperatorSignature,
  PgType,
  Relation,
  TypeRef,
} from '../../src/catalog/model.js'
import { effectivePath } from '../../src/catalog/store.js'

const ORIGIN = { file: 'database', line: 1 }
const label = (value: string): Label => ({ value, origin: ORIGIN })

interface TypeRow {
  oid: number
  schema: string
  name: string
  kind: string
  category: string
  preferred: boolean
  element: number
  base: number
  relation: number
  subtype: number
  notNull: boolean
  labels: string[] | null
}

interface ColumnRow {
  relation: number
  attnum: number
  name: string
  type: number
  notNull: boolean
  hasDefault: boolean
  generated: boolean
}

interface ConstraintRow {
  oid: number
  relation: number
  domain: number
  name: string
  columns: number[] | null
  definition: string
  validated: boolean
}

/** `CHECK (c = ANY (ARRAY['a'::text, ...]))` and `CHECK (c = 'a'::text)` as Postgres prints them. */
function listed(definition: string): Label[] | undefined {
  const body =
    /^CHECK \(\((?:\(?"?\w+"?\)?(?:::\w+)?) = (?:ANY \(\(?ARRAY\[(.*)\]\)?(?:::[\w ]+\[\])?\)|('(?:[^']|'')*'::[\w ".]+))\)\)(?: NOT VALID)?$/.exec(
      definition,
    )
  if (body === null) return undefined
  const constants = [...(body[1] ?? body[2] ?? '').matchAll(/'((?:[^']|'')*)'(?:::[\w ".]+)?/g)]
  return constants.map((match) => label(match[1]!.replaceAll("''", "'")))
}

/** The catalog of a live Postgres, read from its pg_catalog: what the replay of its migrations should give. */
export async function catalogFromPostgres(
  db: PGlite,
  searchPath: readonly string[] = ['public'],
): Promise<Catalog> {
  const rows = async <T>(sql: string): Promise<T[]> => (await db.query<T>(sql)).rows
  const typeRows = await rows<TypeRow>(`
    SELECT t.oid::int4 AS oid, nspname AS schema, typname AS name, typtype AS kind, typcategory AS category, typispreferred AS preferred,
      CASE WHEN typsubscript = 'array_subscript_handler'::regproc AND t.typname NOT IN ('int2vector', 'oidvector') THEN typelem::int4 ELSE 0 END AS element,
      typbasetype::int4 AS base, typrelid::int4 AS relation, typnotnull AS "notNull",
      coalesce((SELECT rngsubtype::int4 FROM pg_range WHERE rngtypid = t.oid OR rngmultitypid = t.oid), 0) AS subtype,
      (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid) AS labels
    FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
    WHERE nspname NOT IN ('information_schema', 'pg_toast') AND (nspname <> 'pg_catalog' OR typrelid = 0)`)
  const columnRows = await rows<ColumnRow>(`
    SELECT attrelid::int4 AS relation, attnum, attname AS name, atttypid::int4 AS type, attnotnull AS "notNull", atthasdef AS "hasDefault", attgenerated <> '' AS generated
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE attnum > 0 AND NOT attisdropped AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY attrelid, attnum`)
  const constraintRows = await rows<ConstraintRow>(`
    SELECT oid::int4 AS oid, conrelid::int4 AS relation, contypid::int4 AS domain, conname AS name, conkey AS columns,
      pg_get_constraintdef(oid) AS definition, convalidated AS validated
    FROM pg_constraint WHERE contype = 'c' ORDER BY oid`)
  const relationRows = await rows<{
    oid: number
    schema: string
    name: string
    kind: string
    type: number
    partition: boolean
    parents: number[] | null
    keys: number[] | null
  }>(`
    SELECT c.oid::int4 AS oid, nspname AS schema, relname AS name, relkind AS kind, reltype::int4 AS type, relispartition AS partition,
      (SELECT array_agg(inhparent::int4) FROM pg_inherits WHERE inhrelid = c.oid) AS parents,
      (SELECT string_to_array(partattrs::text, ' ')::int4[] FROM pg_partitioned_table WHERE partrelid = c.oid) AS keys
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`)
  const functionRows = await rows<{
    oid: number
    schema: string
    name: string
    kind: string
    returns: number
    set: boolean
    types: number[]
    modes: string[] | null
    names: string[] | null
    defaults: number
  }>(`
    SELECT p.oid::int4 AS oid, nspname AS schema, proname AS name, prokind AS kind, prorettype::int4 AS returns, proretset AS set,
      coalesce(proallargtypes::int4[], string_to_array(nullif(proargtypes::text, ''), ' ')::int4[], '{}') AS types,
      proargmodes::text[] AS modes, proargnames AS names, pronargdefaults::int4 AS defaults
    FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname NOT IN ('pg_catalog', 'information_schema')`)
  const operatorRows = await rows<{
    oid: number
    schema: string
    name: string
    left: number
    right: number
    returns: number
    function: number
  }>(`
    SELECT o.oid::int4 AS oid, nspname AS schema, oprname AS name, oprleft::int4 AS left, oprright::int4 AS right, oprresult::int4 AS returns,
      oprcode::oid::int4 AS function
    FROM pg_operator o JOIN pg_namespace n ON n.oid = oprnamespace WHERE o.oid >= 16384`)
  const castRows = await rows<{
    oid: number
    source: number
    target: number
    function: number
    method: string
    context: string
  }>(`
    SELECT oid::int4 AS oid, castsource::int4 AS source, casttarget::int4 AS target, castfunc::int4 AS function,
      castmethod AS method, castcontext AS context
    FROM pg_cast WHERE oid >= 16384`)
  const schemaRows = await rows<{ name: string }>('SELECT nspname AS name FROM pg_namespace')

  const elements = new Map(
    typeRows.filter((type) => type.element !== 0).map((type) => [type.oid, type.element]),
  )
  const ref = (oid: number): TypeRef => {
    const element = elements.get(oid)
    return element === undefined ? { oid, array: false } : { oid: element, array: true }
  }
  const checks = (rowsOf: ConstraintRow[]): CheckConstraint[] =>
    rowsOf.map((row) => {
      const values = listed(row.definition)
      return {
        oid: row.oid,
        kind: 'check',
        name: row.name,
        columns: row.columns ?? [],
        ...(values === undefined ? {} : { values }),
        ...(row.validated ? {} : { notValid: true }),
        origin: ORIGIN,
      }
    })
  const columnsOf = (relation: number): Column[] =>
    columnRows
      .filter((column) => column.relation === relation)
      .map(({ attnum, name, type, notNull, hasDefault, generated }) => {
        return { attnum, name, type: ref(type), notNull, hasDefault, generated, origin: ORIGIN }
      })

  const types = new Map<number, PgType>()
  const relationOids = new Set(relationRows.map((row) => row.oid))
  for (const row of typeRows) {
    if (row.element !== 0) continue
    const { oid, schema, name } = row
    const common = { oid, schema, name }
    const { kind } = row
    if (kind === 'e') {
      types.set(oid, {
        ...common,
        kind: 'enum',
        origin: ORIGIN,
        labels: (row.labels ?? []).map(label),
        former: [],
      })
    } else if (kind === 'd') {
      const constraints = checks(constraintRows.filter((constraint) => constraint.domain === oid))
      types.set(oid, {
        ...common,
        kind: 'domain',
        origin: ORIGIN,
        base: ref(row.base),
        notNull: row.notNull,
        constraints,
      })
    } else if (kind === 'c') {
      const relation = relationOids.has(row.relation) ? { relation: row.relation } : {}
      types.set(oid, { ...common, kind: 'composite', ...relation, attributes: columnsOf(row.relation) })
    } else if (kind === 'r' || kind === 'm') {
      types.set(oid, { ...common, kind: kind === 'r' ? 'range' : 'multirange', subtype: ref(row.subtype) })
    } else {
      const { category, preferred } = row
      types.set(oid, { ...common, kind: kind === 'p' ? 'pseudo' : 'base', category, preferred })
    }
  }
  const kinds = {
    r: 'table',
    p: 'partitioned table',
    v: 'view',
    m: 'materialized view',
    f: 'foreign table',
  } as const
  const relations = new Map<number, Relation>()
  for (const row of relationRows) {
    const constraints: Constraint[] = checks(
      constraintRows.filter((constraint) => constraint.relation === row.oid),
    )
    relations.set(row.oid, {
      oid: row.oid,
      kind: kinds[row.kind as keyof typeof kinds],
      schema: row.schema,
      name: row.name,
      columns: columnsOf(row.oid),
      constraints,
      rowType: row.type,
      parents: row.parents ?? [],
      isPartition: row.partition,
      ...(row.keys === null ? {} : { partitionKey: row.keys }),
      temporary: row.schema.startsWith('pg_temp'),
      complete: true,
      origin: ORIGIN,
    })
  }
  const modes = { i: 'in', o: 'out', b: 'inout', v: 'variadic', t: 'table' } as const
  const routineKinds = { f: 'function', p: 'procedure', a: 'aggregate', w: 'window' } as const
  const functions = functionRows.map((row): FunctionSignature => {
    const inputs = row.types.map((_, i) => row.modes?.[i] ?? 'i').map((mode) => 'ibv'.includes(mode))
    const firstDefault = inputs.filter(Boolean).length - row.defaults
    let seen = 0
    return {
      oid: row.oid,
      kind: routineKinds[row.kind as keyof typeof routineKinds],
      schema: row.schema,
      name: row.name,
      arguments: row.types.map((type, i): FunctionArgument => {
        const name = row.names?.[i]
        const hasDefault = inputs[i]! && seen >= firstDefault
        if (inputs[i]!) seen++
        return {
          ...(name === undefined || name === '' ? {} : { name }),
          mode: modes[(row.modes?.[i] ?? 'i') as keyof typeof modes],
          type: ref(type),
          hasDefault,
        }
      }),
      returns: ref(row.returns),
      returnsSet: row.set,
    }
  })
  const operators = operatorRows.map((row): OperatorSignature => {
    const { oid, schema, name, left, right, returns, function: made } = row
    return {
      oid,
      schema,
      name,
      right: ref(right),
      ...(left === 0 ? {} : { left: ref(left) }),
      ...(made === 0 ? {} : { function: made, returns: ref(returns) }),
      shell: made === 0,
    }
  })
  const methods = { f: 'function', i: 'inout', b: 'binary' } as const
  const contexts = { i: 'implicit', a: 'assignment', e: 'explicit' } as const
  const casts = castRows.map(({ oid, source, target, function: made, method, context }): Cast => ({
    oid,
    source: ref(source),
    target: ref(target),
    method: methods[method as keyof typeof methods],
    context: contexts[context as keyof typeof contexts],
    ...(made === 0 ? {} : { function: made }),
  }))
  const schemas = new Set(schemaRows.map((row) => row.name))
  const path = (schema: string | undefined, given: readonly string[] | undefined): readonly string[] =>
    schema === undefined ? effectivePath(given ?? searchPath, (name) => schemas.has(name)) : [schema]
  const byName = <T extends { schema: string; name: string }>(all: Iterable<T>): Map<string, T[]> => {
    const map = new Map<string, T[]>()
    for (const object of all) map.set(object.name, [...(map.get(object.name) ?? []), object])
    return map
  }
  const typesByName = byName(types.values())
  const relationsByName = byName(relations.values())
  const functionsByName = byName(functions)
  const find = <T extends { schema: string; name: string }>(
    all: ReadonlyMap<string, readonly T[]>,
    name: { schema?: string; name: string },
    given: readonly string[] | undefined,
  ): T | undefined => {
    const list = all.get(name.name) ?? []
    for (const schema of path(name.schema, given)) {
      const found = list.find((object) => object.schema === schema)
      if (found !== undefined) return found
    }
    return undefined
  }
  return {
    searchPath,
    unread: [],
    schemas: () => schemaRows.map((row) => row.name),
    types: () => types.values(),
    relations: () => relations.values(),
    typeByOid: (oid) => types.get(oid),
    relationByOid: (oid) => relations.get(oid),
    findType: (name, given) => find(typesByName, name, given),
    findRelation: (name, given) => find(relationsByName, name, given),
    findFunctions: (name, given) =>
      path(name.schema, given).flatMap((schema) =>
        (functionsByName.get(name.name) ?? []).filter((signature) => signature.schema === schema),
      ),
    findOperators: (name, given) =>
      path(name.schema, given).flatMap((schema) =>
        operators.filter((operator) => operator.schema === schema && operator.name === name.name),
      ),
    casts: () => casts,
  }
}
