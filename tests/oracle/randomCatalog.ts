import type { Random } from './random.js'

/** A type as SQL writes it, schema-qualified. */
export type SqlType = string

export interface RandomColumn {
  readonly name: string
  readonly type: SqlType
}

export interface RandomTable {
  readonly schema: string
  readonly name: string
  readonly columns: readonly RandomColumn[]
  readonly view: boolean
  readonly unique: boolean
}

export interface RandomFunction {
  readonly schema: string
  readonly name: string
  readonly parameters: readonly {
    readonly name: string
    readonly type: SqlType
    readonly optional: boolean
  }[]
  readonly variadic: boolean
  readonly returns: SqlType
  /** Columns of RETURNS TABLE. */
  readonly table?: readonly RandomColumn[]
}

export interface RandomOperator {
  readonly schema: string
  readonly name: string
  readonly left: SqlType
  readonly right: SqlType
}

/** A random database: names that collide across schemas, text and enum columns of one name, domains, arrays, row types. */
export interface RandomDatabase {
  readonly ddl: string
  readonly enums: ReadonlyMap<SqlType, readonly string[]>
  readonly domains: ReadonlyMap<SqlType, SqlType>
  readonly composites: ReadonlyMap<SqlType, readonly RandomColumn[]>
  readonly tables: readonly RandomTable[]
  readonly functions: readonly RandomFunction[]
  readonly operators: readonly RandomOperator[]
  readonly searchPath: readonly string[]
}

const SCHEMAS = ['public', 'app', 'Other']
const ENUM_NAMES = ['status', 'mood', 'role', 'Kind', 'workspace_status', 'état']
const TABLE_NAMES = ['users', 'workspaces', 'status', 'items', 'Orders', 'a']
const COLUMN_NAMES = ['id', 'status', 'role', 'type', 'name', 'Kind', 'mood', 'tags', 'owner', 'état']
const FUNCTION_NAMES = ['set_status', 'pick', 'make', 'status', 'label_of']
const LABELS = [
  'ok',
  'online',
  'off',
  'In Progress',
  "it's",
  'done',
  'a,b',
  'NULL',
  'x"y',
  'été',
  'back\\slash',
  '',
]

export const ident = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
export const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`
export const qualifiedName = (schema: string, name: string): string => `${ident(schema)}.${ident(name)}`

export function randomDatabase(random: Random): RandomDatabase {
  const ddl: string[] = ['CREATE SCHEMA app;', 'CREATE SCHEMA "Other";']
  const enums = new Map<SqlType, readonly string[]>()
  const domains = new Map<SqlType, SqlType>()
  const composites = new Map<SqlType, readonly RandomColumn[]>()
  const used = new Set<string>()
  const fresh = (names: readonly string[]): { schema: string; name: string } | undefined => {
    for (let attempt = 0; attempt < 20; attempt++) {
      const schema = random.pick(SCHEMAS)
      const name = random.pick(names)
      if (used.has(`${schema}.${name}`)) continue
      used.add(`${schema}.${name}`)
      return { schema, name }
    }
    return undefined
  }
  for (let i = 0; i < 4; i++) {
    const place = fresh(ENUM_NAMES)
    if (place === undefined) continue
    const type = qualifiedName(place.schema, place.name)
    // 'ok' is a label of each: a value that replaces a rejected one.
    const labels = ['ok', ...LABELS.slice(1).filter(() => random.chance(0.4))]
    enums.set(type, labels)
    ddl.push(`CREATE TYPE ${type} AS ENUM (${labels.map(quote).join(', ')});`)
  }
  const enumTypes = [...enums.keys()]
  for (const [i, base] of [...enumTypes.slice(0, 2), 'text', `${enumTypes[0]}[]`].entries()) {
    const type = qualifiedName('public', `domain${i}`)
    domains.set(type, base)
    ddl.push(`CREATE DOMAIN ${type} AS ${base};`)
  }
  const scalar = (): SqlType => {
    const roll = random.next()
    if (roll < 0.45) return random.pick(enumTypes)
    if (roll < 0.6) return 'text'
    if (roll < 0.7) return 'int4'
    if (roll < 0.74) return 'varchar'
    if (roll < 0.76) return 'bool'
    if (roll < 0.86) return `${random.pick(enumTypes)}[]`
    if (roll < 0.9) return 'text[]'
    if (roll < 0.95) return random.pick([...domains.keys()])
    return composites.size > 0 ? random.pick([...composites.keys()]) : 'text'
  }
  const columns = (least: number, most: number): RandomColumn[] => {
    const names = [...COLUMN_NAMES].sort(() => random.next() - 0.5)
    return names.slice(0, least + random.below(most - least + 1)).map((name) => ({ name, type: scalar() }))
  }
  for (let i = 0; i < 2; i++) {
    const type = qualifiedName(random.pick(SCHEMAS), `pair${i}`)
    const attributes = columns(2, 3)
    composites.set(type, attributes)
    ddl.push(`CREATE TYPE ${type} AS (${attributes.map((c) => `${ident(c.name)} ${c.type}`).join(', ')});`)
  }
  const tables: RandomTable[] = []
  for (let i = 0; i < 6; i++) {
    const place = fresh(TABLE_NAMES)
    if (place === undefined) continue
    const made = columns(3, 6)
    const unique = random.chance(0.6)
    tables.push({ ...place, columns: made, view: false, unique })
    const list = made.map((column) => `${ident(column.name)} ${column.type}`)
    if (unique) list.push(`UNIQUE (${ident(made[0]!.name)})`)
    ddl.push(`CREATE TABLE ${qualifiedName(place.schema, place.name)} (${list.join(', ')});`)
  }
  for (let i = 0; i < 2; i++) {
    const of = random.pick(tables)
    const place = { schema: random.pick(SCHEMAS), name: `view${i}` }
    const kept = of.columns.filter(() => random.chance(0.7))
    if (kept.length === 0) continue
    const shown = kept.map((column) => ({
      name: random.chance(0.3) ? `v_${column.name}` : column.name,
      type: column.type,
    }))
    ddl.push(
      `CREATE VIEW ${qualifiedName(place.schema, place.name)} AS SELECT ${kept
        .map((column, n) => `${ident(column.name)} AS ${ident(shown[n]!.name)}`)
        .join(', ')} FROM ${qualifiedName(of.schema, of.name)};`,
    )
    tables.push({ ...place, columns: shown, view: true, unique: false })
  }
  const functions: RandomFunction[] = []
  const signatures = new Set<string>()
  for (let i = 0; i < 7; i++) {
    const schema = random.pick(SCHEMAS)
    const name = random.pick(FUNCTION_NAMES)
    const count = random.below(4)
    const variadic = count > 0 && random.chance(0.2)
    const types = Array.from({ length: count }, scalar)
    if (variadic) types[count - 1] = `${random.pick(enumTypes)}[]`
    const optionalFrom = variadic || random.chance(0.6) ? count : random.below(count + 1)
    const signature = `${schema}.${name}(${types.join(', ')})`
    if (signatures.has(signature)) continue
    signatures.add(signature)
    const parameters = types.map((type, n) => ({ name: `p_${n}`, type, optional: n >= optionalFrom }))
    const table = random.chance(0.25) ? columns(1, 3).map((c) => ({ ...c, name: `o_${c.name}` })) : undefined
    const returns = scalar()
    functions.push({ schema, name, parameters, variadic, returns, ...(table === undefined ? {} : { table }) })
    const list = parameters.map(
      (parameter, n) =>
        `${variadic && n === count - 1 ? 'VARIADIC ' : ''}${parameter.name} ${parameter.type}${parameter.optional ? ' DEFAULT NULL' : ''}`,
    )
    const result =
      table === undefined ? returns : `TABLE (${table.map((c) => `${ident(c.name)} ${c.type}`).join(', ')})`
    const body =
      table === undefined ? 'SELECT NULL' : `SELECT ${table.map((c) => `NULL::${c.type}`).join(', ')}`
    ddl.push(
      `CREATE FUNCTION ${qualifiedName(schema, name)}(${list.join(', ')}) RETURNS ${result} LANGUAGE sql AS $$ ${
        table === undefined ? `${body}::${returns}` : body
      } $$;`,
    )
  }
  const hasOwn = random.chance(0.5)
  const operators = hasOwn ? randomOperators(random, enumTypes, scalar, ddl) : []
  if (hasOwn) randomCasts(random, enumTypes, [...composites.keys()], ddl)
  const searchPath = hasOwn && random.chance(0.3) ? random.pick(SEARCH_PATHS) : ['public']
  return { ddl: ddl.join('\n'), enums, domains, composites, tables, functions, operators, searchPath }
}

const SEARCH_PATHS = [
  ['app', 'public'],
  ['public', 'pg_catalog'],
  ['app', 'pg_catalog', 'public'],
  ['app', 'Other', 'public'],
]
const OPERATORS = ['=', '=', '=', '<>', '<', '>=', '||', '===']

/** Operators over enums and text, which hide those of Postgres or stand beside them. */
function randomOperators(
  random: Random,
  enumTypes: readonly SqlType[],
  scalar: () => SqlType,
  ddl: string[],
): RandomOperator[] {
  const operators: RandomOperator[] = []
  const operand = (): SqlType =>
    random.choose<SqlType>([
      [4, () => random.pick(enumTypes)],
      [3, () => 'text'],
      [2, scalar],
      [0.5, () => random.pick(['anyenum', 'anyelement', 'anyarray', 'anycompatible', 'varchar'])],
    ])
  const count = random.below(4)
  for (let i = 0; i < count; i++) {
    const schema = random.pick(SCHEMAS)
    const name = random.pick(OPERATORS)
    const [left, right] = [operand(), operand()]
    const isSame = (each: RandomOperator): boolean =>
      each.name === name && each.schema === schema && each.left === left && each.right === right
    if (operators.some(isSame)) continue
    operators.push({ schema, name, left, right })
    const polymorphic = [left, right].filter((type) => type.startsWith('any'))
    const returns = random.chance(0.8)
      ? 'bool'
      : random.pick(['text', ...enumTypes, ...polymorphic.slice(0, 1)])
    const made = qualifiedName(schema, `operator${i}`)
    ddl.push(
      `CREATE FUNCTION ${made}(${left}, ${right}) RETURNS ${returns} LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';`,
      `CREATE OPERATOR ${ident(schema)}.${name} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = ${made});`,
    )
  }
  return operators
}

/** Casts to and from enums, in any context. */
function randomCasts(
  random: Random,
  enumTypes: readonly SqlType[],
  composites: readonly SqlType[],
  ddl: string[],
): void {
  const made = new Set<string>()
  const count = random.below(4)
  for (let i = 0; i < count; i++) {
    const one = random.pick(enumTypes)
    const other = random.choose<SqlType>([
      [4, () => 'text'],
      [2, () => random.pick(['varchar', 'int4', 'name', 'bool'])],
      [1, () => random.pick(enumTypes)],
      [0.5, () => random.pick(composites)],
      [0.5, () => `${random.pick(enumTypes)}[]`],
    ])
    const [source, target] = random.chance(0.6) ? [other, one] : [one, other]
    if (source === target || made.has(`${source} ${target}`)) continue
    made.add(`${source} ${target}`)
    const name = `public.cast${i}`
    const byFunction = random.chance(0.6)
    if (byFunction)
      ddl.push(
        `CREATE FUNCTION ${name}(${source}) RETURNS ${target} LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';`,
      )
    ddl.push(
      `CREATE CAST (${source} AS ${target}) WITH ${byFunction ? `FUNCTION ${name}(${source})` : 'INOUT'}${random.pick(['', ' AS ASSIGNMENT', ' AS IMPLICIT'])};`,
    )
  }
}
