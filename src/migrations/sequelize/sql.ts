import {
  NotConstant,
  Verbatim,
  givenOf,
  isRecord,
  listOf,
  optionOf,
  textIn,
  type Given,
} from '../program/given.js'
import { literal } from '../program/text.js'
import { textsOfValue, type Value } from '../program/values.js'
import { DataType } from './types.js'

/** A table, which is in the first schema of Sequelize's own, `public`, where it is not told otherwise. */
export interface TableName {
  readonly schema: string | undefined
  readonly name: string
}

/** The table that an argument names: a text, or `{ tableName, schema }`. Throws `NotConstant`. */
export function tableOf(value: Value | undefined, options?: Value): TableName {
  const given = givenOf(value)
  const name = textIn(isRecord(given) ? given['tableName'] : given, 'the table')
  const schema = optionOf(given, 'schema') ?? optionOf(givenOf(options), 'schema')
  return { schema: schema === undefined || schema === null ? undefined : textIn(schema, 'the schema'), name }
}

/** A name in quotes. Source: Sequelize 6, `quoteIdentifier` for Postgres. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '')}"`
}

/** Names in quotes; a dot stands between schema and name. */
export function quotedPath(path: string): string {
  return path.split('.').map(quoted).join('.')
}

export function pathOf({ schema, name }: TableName): string {
  return schema === undefined ? quotedPath(name) : `${quoted(schema)}.${quoted(name)}`
}

/** The enum type of a column. Source: Sequelize 6, `pgEnumName`. */
function enumPath({ schema, name }: TableName, column: string): string {
  return `${quoted(schema ?? 'public')}.${quoted(`enum_${name}_${column}`)}`
}

/** A column as a call gives it. */
export interface Column {
  readonly name: string
  readonly type: string
  /** The values of its enum type, or of that which its array is of. */
  readonly values: readonly string[] | undefined
  readonly isNullable: boolean
  readonly isUnique: boolean
  readonly isKey: boolean
  readonly default: string | undefined
  readonly references: string | undefined
  readonly identity: 'serial' | 'identity' | undefined
}

function entry(value: Value | undefined, name: string): Value | undefined {
  return value?.kind === 'object' ? value.entries.get(name) : undefined
}

/** `{ type, allowNull, ... }` or a type alone. Throws `NotConstant`. Source: Sequelize 6, `attributeToSQL` for Postgres. */
export function columnOf(table: TableName, name: string, given: Value | undefined): Column {
  const given_ = given?.kind === 'object' ? given : undefined
  const value = given_ === undefined ? given : entry(given_, 'type')
  const type = value?.kind === 'tool' && value.object instanceof DataType ? value.object : undefined
  const item = type?.key === 'ARRAY' ? type.item : type
  const values = item?.key === 'ENUM' ? (textsOfValue(entry(given_, 'values')) ?? item.values) : undefined
  const isOn = (option: string): boolean => givenOf(entry(given_, option)) === true
  const identity = isOn('autoIncrementIdentity') ? 'identity' : 'serial'
  return {
    name,
    type: typeSql(table, name, type, value, values),
    values,
    isNullable: entry(given_, 'allowNull') === undefined || givenOf(entry(given_, 'allowNull')) !== false,
    isUnique: isOn('unique'),
    isKey: isOn('primaryKey'),
    default: defaultOf(givenOf(entry(given_, 'defaultValue'))),
    references: referencesOf(table, givenOf(entry(given_, 'references'))),
    identity: isOn('autoIncrement') ? identity : undefined,
  }
}

function typeSql(
  table: TableName,
  name: string,
  type: DataType | undefined,
  given: Value | undefined,
  values: readonly string[] | undefined,
): string {
  const isEnum = type?.key === 'ENUM' || (type?.key === 'ARRAY' && type.item?.key === 'ENUM')
  if (!isEnum) return textIn(givenOf(given), `the type of ${name}`)
  if (values === undefined || values.length === 0)
    throw new NotConstant(`the values of ${name} are not constant`)
  return enumPath(table, name) + (type.key === 'ARRAY' ? '[]' : '')
}

/** Of a default only what is one in SQL: what is not constant, or a list, changes no value set. */
function defaultOf(given: Given): string | undefined {
  if (given === undefined) return undefined
  if (given instanceof Verbatim) return given.sql
  return given === null || typeof given !== 'object' ? literal(given) : undefined
}

function referencesOf(table: TableName, given: Given): string | undefined {
  const model = optionOf(given, 'model')
  const inSchema = isRecord(model) ? (model['schema'] ?? table.schema) : table.schema
  const name = isRecord(model) ? model['tableName'] : (model ?? given)
  if (typeof name !== 'string') return undefined
  const key = optionOf(given, 'key')
  const path = typeof inSchema === 'string' ? `${quoted(inSchema)}.${quoted(name)}` : quotedPath(name)
  return `${path} (${quotedPath(typeof key === 'string' ? key : 'id')})`
}

/** Creates the enum type of a column where it is not there. Source: Sequelize 6, `pgEnum`. */
function ensureEnum(table: TableName, { name, values }: Column): string[] {
  if (values === undefined) return []
  const create = `CREATE TYPE ${enumPath(table, name)} AS ENUM(${values.map(literal).join(', ')})`
  return [`DO ${literal(`BEGIN ${create}; EXCEPTION WHEN duplicate_object THEN null; END`)}`]
}

function serial(type: string): string {
  if (/BIGINT/.test(type)) return 'BIGSERIAL'
  return /SMALLINT/.test(type) ? 'SMALLSERIAL' : 'SERIAL'
}

function definitionOf(column: Column, isInTable: boolean): string {
  return [
    quoted(column.name),
    column.identity === 'serial' ? serial(column.type) : column.type,
    ...(column.isNullable || column.identity === 'serial' ? [] : ['NOT NULL']),
    ...(column.identity === 'identity' ? ['GENERATED BY DEFAULT AS IDENTITY'] : []),
    ...(column.default === undefined ? [] : [`DEFAULT ${column.default}`]),
    ...(column.isUnique ? ['UNIQUE'] : []),
    ...(column.isKey && !isInTable ? ['PRIMARY KEY'] : []),
    ...(column.references === undefined ? [] : [`REFERENCES ${column.references}`]),
  ].join(' ')
}

/** Source: Sequelize 6, `createTable` and `createTableQuery` for Postgres. */
export function createTable(
  table: TableName,
  columns: readonly Column[],
  uniqueKeys: readonly string[][],
): string[] {
  const keys = columns.filter(({ isKey }) => isKey).map(({ name }) => quoted(name))
  const parts = [
    ...columns.map((column) => definitionOf(column, true)),
    ...uniqueKeys.map((names) => `UNIQUE (${names.map(quoted).join(', ')})`),
    ...(keys.length === 0 ? [] : [`PRIMARY KEY (${keys.join(',')})`]),
  ]
  return [
    ...columns.flatMap((column) => ensureEnum(table, column)),
    `CREATE TABLE IF NOT EXISTS ${pathOf(table)} (${parts.join(', ')})`,
  ]
}

/** Source: Sequelize 6, `addColumnQuery`. */
export function addColumn(table: TableName, column: Column, isConditional: boolean): string[] {
  const add = isConditional ? 'ADD COLUMN IF NOT EXISTS' : 'ADD COLUMN'
  return [...ensureEnum(table, column), `ALTER TABLE ${pathOf(table)} ${add} ${definitionOf(column, false)}`]
}

/** Source: Sequelize 6, `changeColumnQuery`: an enum type that is there stays as it is. */
export function changeColumn(table: TableName, column: Column): string[] {
  const path = pathOf(table)
  const name = quoted(column.name)
  const alter = (what: string): string => `ALTER TABLE ${path} ALTER COLUMN ${name} ${what}`
  const isReference = column.references !== undefined
  return [
    ...(column.isNullable ? (isReference ? [] : [alter('DROP NOT NULL')]) : [alter('SET NOT NULL')]),
    ...(column.default === undefined
      ? isReference
        ? []
        : [alter('DROP DEFAULT')]
      : [alter(`SET DEFAULT ${column.default}`)]),
    ...ensureEnum(table, column),
    ...(column.isUnique ? [`ALTER TABLE ${path} ADD UNIQUE (${name})`] : []),
    isReference
      ? `ALTER TABLE ${path} ADD FOREIGN KEY (${name}) REFERENCES ${column.references}`
      : alter(
          `TYPE ${column.type}` +
            (column.values === undefined ? '' : ` USING (${name}::${enumPath(table, column.name)})`),
        ),
  ]
}

/** A condition on rows as SQL. Throws `NotConstant` for one that is not as simple as these. */
function conditionOf(given: Given): string {
  if (given instanceof Verbatim) return given.sql
  if (Array.isArray(given)) return (given as readonly Given[]).map(conditionOf).join(' AND ')
  if (!isRecord(given)) throw new NotConstant('the condition is not constant')
  const parts = Object.entries(given).map(([name, value]) => {
    if (name === 'Op.or' || name === 'Op.and') {
      const sides = isRecord(value)
        ? Object.entries(value).map(([key, one]) => ({ [key]: one }))
        : listOf(value, 'the condition')
      return `(${sides.map(conditionOf).join(name === 'Op.or' ? ' OR ' : ' AND ')})`
    }
    return comparison(quotedPath(name), value)
  })
  return parts.length > 1 ? `(${parts.join(' AND ')})` : parts.join('')
}

function comparison(column: string, given: Given): string {
  if (Array.isArray(given)) return `${column} IN (${(given as readonly Given[]).map(constant).join(', ')})`
  if (given === null) return `${column} IS NULL`
  if (!isRecord(given)) return `${column} = ${constant(given)}`
  const parts = Object.entries(given).map(([operator, value]) => {
    const sign = SIGNS[operator]
    if (operator === 'Op.in' || operator === 'Op.eq') return comparison(column, value)
    if (operator === 'Op.or')
      return `(${listOf(value, 'the condition')
        .map((one) => comparison(column, one))
        .join(' OR ')})`
    if (sign === undefined) throw new NotConstant('the condition is not followed')
    return Array.isArray(value)
      ? `${column} ${sign} (${(value as readonly Given[]).map(constant).join(', ')})`
      : `${column} ${value === null ? 'IS NOT NULL' : `${sign} ${constant(value)}`}`
  })
  return parts.length > 1 ? `(${parts.join(' AND ')})` : parts.join('')
}

const SIGNS: Readonly<Record<string, string>> = {
  'Op.ne': '!=',
  'Op.not': '!=',
  'Op.notIn': 'NOT IN',
  'Op.gt': '>',
  'Op.gte': '>=',
  'Op.lt': '<',
  'Op.lte': '<=',
}

function constant(given: Given): string {
  if (given instanceof Verbatim) return given.sql
  if (typeof given === 'object' && given !== null) throw new NotConstant('the condition is not constant')
  return literal(given)
}

/** Source: Sequelize 6, `getConstraintSnippet`; the fields came as an argument of their own up to version 5. */
export function addConstraint(table: TableName, given: Given): string[] {
  const fields = listOf(optionOf(given, 'fields'), 'the columns').map((field) =>
    textIn(isRecord(field) ? (field['name'] ?? field['attribute']) : field, 'a column'),
  )
  const type = textIn(optionOf(given, 'type'), 'the kind of the constraint').toLowerCase()
  const own = optionOf(given, 'name')
  const named = (kind: string): string =>
    `CONSTRAINT ${quoted(own ? textIn(own, 'the name') : `${pathOf(table)}_${fields.join('_')}_${kind}`)}`
  const list = fields.map(quoted).join(', ')
  const add = (what: string): string[] => [`ALTER TABLE ${pathOf(table)} ADD ${what}`]
  if (type === 'check') return add(`${named('ck')} CHECK (${conditionOf(optionOf(given, 'where'))})`)
  if (type === 'unique') return add(`${named('uk')} UNIQUE (${list})`)
  if (type === 'primary key') return add(`${named('pk')} PRIMARY KEY (${list})`)
  const references = optionOf(given, 'references')
  const other = optionOf(references, 'table')
  const keys = optionOf(references, 'fields') ?? optionOf(references, 'field')
  const target = isRecord(other)
    ? `${quoted(textIn(other['schema'], 'the schema'))}.${quoted(textIn(other['tableName'], 'the table'))}`
    : quotedPath(textIn(other, 'the table'))
  return add(
    `${named(`${typeof other === 'string' ? other : ''}_fk`)} FOREIGN KEY (${list}) REFERENCES ${target} (${listOf(
      keys,
      'the columns',
    )
      .map((key) => quoted(textIn(key, 'a column')))
      .join(', ')})`,
  )
}
