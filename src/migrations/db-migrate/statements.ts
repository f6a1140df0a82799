import {
  NOT_CONSTANT,
  isOn,
  isRecord,
  listOf,
  optionOf,
  recordIn,
  textIn,
  type Given,
} from '../program/given.js'
import { literal } from '../program/text.js'

/** What `dbm.dataType` has. Source: db-migrate-shared, `dataType`. */
export const DATA_TYPES: Readonly<Record<string, string>> = {
  CHAR: 'char',
  STRING: 'string',
  TEXT: 'text',
  SMALLINT: 'smallint',
  BIGINT: 'bigint',
  INTEGER: 'int',
  SMALL_INTEGER: 'smallint',
  BIG_INTEGER: 'bigint',
  REAL: 'real',
  DATE: 'date',
  DATE_TIME: 'datetime',
  TIME: 'time',
  BLOB: 'blob',
  TIMESTAMP: 'timestamp',
  BINARY: 'binary',
  BOOLEAN: 'boolean',
  DECIMAL: 'decimal',
}

const MAPPED: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  datetime: 'TIMESTAMP',
  blob: 'BYTEA',
  int: 'INTEGER',
}

function quoted(name: Given, what = 'the name'): string {
  return `"${textIn(name, what).replaceAll('"', '')}"`
}

/** A table as `createTable` names it. */
const tableOf = (name: Given): string => quoted(name, 'the table')

/** The type of a column in Postgres. Source: db-migrate-pg, `mapDataType`. */
function typeOf(spec: Given, name: string): string {
  const given = textIn(optionOf(spec, 'type'), `the type of ${name}`)
  const zoned = /^(time|timestamp)tz$/.exec(given)
  const type = zoned?.[1] ?? given
  const length = optionOf(spec, 'length')
  const size = length === undefined || length === NOT_CONSTANT ? '' : `(${textIn(length, 'a length')})`
  const zone = zoned !== null || optionOf(spec, 'timezone') === true ? ' WITH TIME ZONE' : ''
  return (MAPPED[type] ?? type.toUpperCase()) + size + zone
}

/** Of a default only what is one in SQL: what is not constant changes no value set. */
function defaultOf(given: Given): string[] {
  if (isRecord(given)) {
    const raw = given['raw'] ?? (given['special'] === 'CURRENT_TIMESTAMP' ? 'CURRENT_TIMESTAMP' : undefined)
    return typeof raw === 'string' ? [`DEFAULT ${raw}`] : []
  }
  if (given === undefined || (typeof given === 'object' && given !== null)) return []
  return [`DEFAULT ${literal(given)}`]
}

/** A column. Source: db-migrate-pg, `createColumnDef`. */
function definitionOf(name: string, given: Given, isOnlyKey: boolean): string {
  const spec = isRecord(given) ? given : { type: given }
  const isKey = optionOf(spec, 'primaryKey') === true
  const isSerial = isKey && optionOf(spec, 'autoIncrement') === true
  const serial = optionOf(spec, 'type') === 'bigint' ? 'BIGSERIAL' : 'SERIAL'
  return [
    quoted(name),
    isSerial ? serial : typeOf(spec, name),
    ...(isKey && isOnlyKey ? ['PRIMARY KEY'] : []),
    ...(optionOf(spec, 'notNull') === true ? ['NOT NULL'] : []),
    ...(optionOf(spec, 'unique') === true ? ['UNIQUE'] : []),
    ...defaultOf(optionOf(spec, 'defaultValue')),
  ].join(' ')
}

function createTable([table, given]: readonly Given[]): string[] {
  const options = recordIn(given, 'the columns')
  const columns = Object.entries(isRecord(options['columns']) ? options['columns'] : options)
  const keys = columns
    .filter(([, spec]) => optionOf(spec, 'primaryKey') === true)
    .map(([name]) => quoted(name))
  const parts = [
    ...columns.map(([name, spec]) => definitionOf(name, spec, keys.length === 1)),
    ...(keys.length > 1 ? [`PRIMARY KEY (${keys.join(', ')})`] : []),
  ]
  const isConditional = isRecord(options['columns']) && options['ifNotExists'] === true
  return [`CREATE TABLE ${isConditional ? 'IF NOT EXISTS ' : ''}${tableOf(table)} (${parts.join(', ')})`]
}

function changeColumn([table, column, spec]: readonly Given[]): string[] {
  const alter = `ALTER TABLE ${tableOf(table)} ALTER COLUMN ${quoted(column)}`
  const name = textIn(column, 'the name of a column')
  const value = optionOf(spec, 'defaultValue')
  const type = optionOf(spec, 'type') === undefined ? undefined : typeOf(spec, name)
  const using = optionOf(spec, 'using')
  const base = type?.replace(/\(.*/, '')
  return [
    `${alter} ${optionOf(spec, 'notNull') === true ? 'SET' : 'DROP'} NOT NULL`,
    ...(value === undefined
      ? [`${alter} DROP DEFAULT`]
      : defaultOf(value).map((part) => `${alter} SET ${part}`)),
    ...(type === undefined
      ? []
      : [
          `${alter} TYPE ${type} ${using === undefined ? `USING ${quoted(column)}::${base}` : textIn(using, 'the new value')}`,
        ]),
  ]
}

function addForeignKey([table, other, name, mapping]: readonly Given[]): string[] {
  const pairs = Object.entries(recordIn(mapping, 'the columns'))
  const [from, to] = [pairs.map(([key]) => quoted(key)), pairs.map(([, key]) => quoted(key))]
  return [
    `ALTER TABLE ${tableOf(table)} ADD CONSTRAINT ${quoted(name)} FOREIGN KEY (${from.join(', ')}) REFERENCES ${tableOf(other)} (${to.join(', ')})`,
  ]
}

function dropConstraint([table, name]: readonly Given[]): string[] {
  return [`ALTER TABLE ${tableOf(table)} DROP CONSTRAINT ${quoted(name)}`]
}

/** What methods of the database send, of their arguments. Source: db-migrate-base and db-migrate-pg. */
export const STATEMENTS: Readonly<Record<string, (args: readonly Given[]) => readonly string[]>> = {
  createTable,
  dropTable: ([table, options]) => [
    `DROP TABLE ${isRecord(options) && isOn(options, 'ifExists') ? 'IF EXISTS ' : ''}${tableOf(table)}`,
  ],
  renameTable: ([table, to]) => [`ALTER TABLE ${tableOf(table)} RENAME TO ${quoted(to)}`],
  addColumn: ([table, column, spec]) => [
    `ALTER TABLE ${tableOf(table)} ADD COLUMN ${definitionOf(textIn(column, 'the name of a column'), spec, false)}`,
  ],
  removeColumn: ([table, column]) => [`ALTER TABLE ${tableOf(table)} DROP COLUMN ${quoted(column)}`],
  renameColumn: ([table, from, to]) => [
    `ALTER TABLE ${tableOf(table)} RENAME COLUMN ${quoted(from)} TO ${quoted(to)}`,
  ],
  changeColumn,
  addForeignKey,
  removeForeignKey: dropConstraint,
  switchDatabase: ([given]) => {
    const schema = isRecord(given) ? (given['database'] ?? given['schema']) : given
    return listOf(schema, 'the schema').map((one) => `SET search_path TO ${textIn(one, 'the schema')}`)
  },
}
