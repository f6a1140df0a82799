import { identifier } from './sql.js'
import { plainValue, textOfValue, textsOfValue, type Value } from '../program/values.js'

/** A column's type in SQL, with the type that has to be created before; `unread` where it can't be known. */
export interface ColumnType {
  readonly sql: string
  /** Knex makes it the primary key, unless the table declares one. */
  readonly isKey?: boolean
  /** `increments` and the like, whose modifiers Knex leaves out. */
  readonly isIncrements?: boolean
  readonly creates?: string
  readonly unread?: string
}

const number = (value: Value | undefined, otherwise: number): number => {
  const plain = plainValue(value)?.value
  return typeof plain === 'number' ? plain : otherwise
}

const option = (value: Value | undefined, name: string): Value | undefined => {
  return value?.kind === 'object' ? value.entries.get(name) : undefined
}

const isTrue = (value: Value | undefined): boolean => value?.kind === 'constant' && value.value === true
const isFalse = (value: Value | undefined): boolean => value?.kind === 'constant' && value.value === false

function timestamp(args: readonly Value[]): ColumnType {
  const [first, second] = args
  const withoutZone = isTrue(first) || isFalse(option(first, 'useTz'))
  const precision = plainValue(option(first, 'precision') ?? second)?.value
  return {
    sql: `${withoutZone ? 'timestamp' : 'timestamptz'}${typeof precision === 'number' ? `(${precision})` : ''}`,
  }
}

function serial(type: string, args: readonly Value[]): ColumnType {
  return { sql: type, isIncrements: true, isKey: !isFalse(option(args[0], 'primaryKey')) }
}

function enumeration(name: string, args: readonly Value[], schema: string | undefined): ColumnType {
  const [allowed, options] = args
  const values = textsOfValue(allowed)
  // Knex puts the values in as they are: who has a quote in one writes it twice.
  const list = values?.map((value) => `'${value}'`).join(', ')
  if (!isTrue(option(options, 'useNative'))) {
    if (list === undefined) return { sql: 'text', unread: `the values of ${name} are not constant` }
    return { sql: `text check (${identifier(name)} in (${list}))` }
  }
  const enumName = textOfValue(option(options, 'enumName'))
  if (enumName === undefined)
    return { sql: 'text', unread: `the name of the enum of ${name} is not constant` }
  const schemaName = textOfValue(option(options, 'schemaName')) ?? schema
  const sql =
    (schemaName === undefined ? '' : `${identifier(schemaName)}.`) + `"${enumName.replaceAll('"', '""')}"`
  if (isTrue(option(options, 'existingType'))) return { sql }
  if (list === undefined) return { sql, unread: `the values of ${enumName} are not constant` }
  return { sql, creates: `create type ${sql} as enum (${list})` }
}

const FIXED: Readonly<Record<string, string>> = {
  integer: 'integer',
  int: 'integer',
  mediumint: 'integer',
  tinyint: 'smallint',
  smallint: 'smallint',
  bigint: 'bigint',
  bigInteger: 'bigint',
  biginteger: 'bigint',
  text: 'text',
  boolean: 'boolean',
  bool: 'boolean',
  date: 'date',
  time: 'time',
  json: 'json',
  jsonb: 'jsonb',
  binary: 'bytea',
  float: 'real',
  double: 'double precision',
  geometry: 'geometry',
  geography: 'geography',
  point: 'point',
}

/**
 * The type of `table.<method>(name, ...args)`, as Knex has it for Postgres; undefined where the method declares no column.
 * Source: Knex docs, "Schema Builder", for Postgres.
 */
export function columnType(
  method: string,
  name: string,
  args: readonly Value[],
  schema: string | undefined,
): ColumnType | undefined {
  const fixed = FIXED[method]
  if (fixed !== undefined) return { sql: fixed }
  switch (method) {
    case 'increments':
      return serial('serial', args)
    case 'bigIncrements':
    case 'bigincrements':
      return serial('bigserial', args)
    case 'uuid':
      return { sql: 'uuid', isKey: isTrue(option(args[0], 'primaryKey')) }
    case 'string':
    case 'varchar':
      return { sql: `varchar(${number(args[0], 255)})` }
    case 'decimal':
      return args[0]?.kind === 'constant' && args[0].value === null
        ? { sql: 'decimal' }
        : { sql: `decimal(${number(args[0], 8)}, ${number(args[1], 2)})` }
    case 'datetime':
    case 'dateTime':
    case 'timestamp':
      return timestamp(args)
    case 'enu':
    case 'enum':
      return enumeration(name, args, schema)
    case 'specificType': {
      const sql = textOfValue(args[0]) ?? (args[0]?.kind === 'raw' ? args[0].sql : undefined)
      return sql === undefined ? { sql: 'text', unread: `the type of ${name} is not constant` } : { sql }
    }
    default:
      return undefined
  }
}
