import { textOfValue, textsOfValue, type Value } from '../program/values.js'
import { generatedName, pathOf, quoted, type TableName } from './names.js'
import { columnOf, field, givenName, itemsOf, tableOf, type ColumnSpec } from './specs.js'
import {
  changeColumn,
  definitionOf,
  dropColumn,
  ensureEnum,
  list,
  primaryKeyOf,
  renameColumn,
  renameTable,
  schemaOf,
} from './sql.js'
import { literal } from '../program/text.js'

/** The statements of a call, or why they are not known. */
type Made = readonly string[] | string

const isTrue = (value: Value | undefined): boolean => value?.kind === 'constant' && value.value === true

const NO_TABLE = 'the table is not constant'
const NO_NAME = 'the name is not constant'

/** A block that runs statements. */
function block(statements: readonly string[]): string {
  return `DO $typeorm$ BEGIN ${statements.map((sql) => `${sql};`).join(' ')} END $typeorm$`
}

/** The columns that are given, or why they are not known. */
function columnsOf(value: Value | undefined): readonly ColumnSpec[] | string {
  const given = value === undefined ? [] : itemsOf(value)
  if (given === undefined) return 'the columns are not constant'
  const columns: ColumnSpec[] = []
  for (const item of given) {
    const column = columnOf(item)
    if (typeof column === 'string') return column
    columns.push(column)
  }
  return columns
}

/** The types and the table. Source: TypeORM, `PostgresQueryRunner.createTable` and `createTableSql`. */
function createTable([given, ifNotExists]: readonly Value[]): Made {
  const table = tableOf(given)
  if (table === undefined) return NO_TABLE
  const columns = columnsOf(field(given, 'columns'))
  if (typeof columns === 'string') return columns
  const checks = itemsOf(field(given, 'checks')) ?? []
  const constraints = checks.map((check) => checkOf(table, check))
  if (constraints.includes(undefined)) return 'the condition of a check is not constant'
  const uniques = (itemsOf(field(given, 'uniques')) ?? []).flatMap((unique) => uniqueOf(table, unique) ?? [])
  const own = columns.filter(({ isUnique }) => isUnique).map(({ name }) => uniqueSql(table, [name]))
  const keys = (itemsOf(field(given, 'foreignKeys')) ?? []).flatMap((key) => foreignKeyOf(table, key) ?? [])
  const parts = [
    ...columns.map((column) => definitionOf(table, column)),
    ...new Set([...uniques, ...own]),
    ...constraints,
    ...keys,
    primaryKeyOf(table, columns),
  ].filter((part) => part !== undefined)
  const create = `CREATE TABLE ${pathOf(table)} (${parts.join(', ')})`
  const enums = columns.filter(({ isEnum }) => isEnum).map((column) => ensureEnum(table, column))
  if (!isTrue(ifNotExists)) return [...enums.map((sql) => block([sql])), create]
  const isThere = `EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = ${schemaOf(table)} AND table_name = ${literal(table.name)})`
  return [block([`IF NOT ${isThere} THEN ${[...enums, create].join('; ')}; END IF`])]
}

function checkOf(table: TableName, check: Value): string | undefined {
  const expression = textOfValue(field(check, 'expression'))
  if (expression === undefined) return undefined
  const name = givenName(check) ?? generatedName.check(table.name, expression)
  return `CONSTRAINT ${quoted(name)} CHECK (${expression})`
}

function uniqueSql(table: TableName, columns: readonly string[], name?: string): string {
  return `CONSTRAINT ${quoted(name ?? generatedName.unique(table.name, columns))} UNIQUE (${list(columns)})`
}

function uniqueOf(table: TableName, unique: Value | undefined): string | undefined {
  const columns = textsOfValue(field(unique, 'columnNames'))
  return columns && uniqueSql(table, columns, givenName(unique))
}

function foreignKeyOf(table: TableName, key: Value | undefined): string | undefined {
  const columns = textsOfValue(field(key, 'columnNames'))
  const referenced = textsOfValue(field(key, 'referencedColumnNames'))
  const other = textOfValue(field(key, 'referencedTableName'))
  if (columns === undefined || referenced === undefined || other === undefined) return undefined
  const name = givenName(key) ?? generatedName.foreignKey(table.name, columns)
  const target = pathOf({ schema: undefined, name: other, ...pathParts(other) })
  return `CONSTRAINT ${quoted(name)} FOREIGN KEY (${list(columns)}) REFERENCES ${target} (${list(referenced)})`
}

function pathParts(path: string): Partial<TableName> {
  const [schema, name] = path.split('.')
  return name === undefined ? {} : { schema, name }
}

function addColumn([table, given]: readonly Value[]): Made {
  const target = tableOf(table)
  if (target === undefined) return NO_TABLE
  const column = columnOf(given)
  if (typeof column === 'string') return column
  return [
    ...(column.isEnum ? [block([ensureEnum(target, column)])] : []),
    `ALTER TABLE ${pathOf(target)} ADD ${definitionOf(target, column)}`,
    ...(column.isUnique ? [`ALTER TABLE ${pathOf(target)} ADD ${uniqueSql(target, [column.name])}`] : []),
  ]
}

/** A method of a constraint: `add` makes it of the argument, by `drop` it goes by its name. */
function constraint(
  add: (table: TableName, given: Value | undefined) => string | undefined,
): (args: readonly Value[]) => Made {
  return ([table, given]) => {
    const target = tableOf(table)
    if (target === undefined) return NO_TABLE
    const sql = add(target, given)
    return sql === undefined ? 'the constraint is not constant' : [`ALTER TABLE ${pathOf(target)} ADD ${sql}`]
  }
}

/** `generated`: the name that a constraint has where its own has none; a key that is not known is of no account. */
function dropConstraint(
  generated: (table: string, given: Value | undefined) => string | undefined,
  isOfKeys: boolean,
): (args: readonly Value[]) => Made {
  return ([table, given, ifExists]) => {
    const target = tableOf(table)
    if (target === undefined) return isOfKeys ? [] : NO_TABLE
    const name = givenName(given) ?? generated(target.name, given)
    if (name === undefined) return isOfKeys ? [] : NO_NAME
    return [
      `ALTER TABLE ${pathOf(target)} DROP CONSTRAINT ${isTrue(ifExists) ? 'IF EXISTS ' : ''}${quoted(name)}`,
    ]
  }
}

function columnsNamed(value: Value | undefined): string[] | undefined {
  return textsOfValue(field(value, 'columnNames'))
}

function createView([view]: readonly Value[]): Made {
  const target = tableOf(view)
  const expression = textOfValue(field(view, 'expression'))
  if (target === undefined || expression === undefined) return 'what the view selects is not read'
  return [
    `CREATE ${isTrue(field(view, 'materialized')) ? 'MATERIALIZED ' : ''}VIEW ${pathOf(target)} AS ${expression}`,
  ]
}

function dropView([view, ifExists]: readonly Value[]): Made {
  const target = tableOf(view)
  const kind = isTrue(field(view, 'materialized')) ? 'MATERIALIZED VIEW' : 'VIEW'
  return target === undefined
    ? NO_NAME
    : [`DROP ${kind} ${isTrue(ifExists) ? 'IF EXISTS ' : ''}${pathOf(target)}`]
}

/** The schema in `database.schema`. */
function schemaName(value: Value | undefined): string | undefined {
  const path = textOfValue(value)
  return path === undefined ? undefined : (path.split('.')[1] ?? path)
}

/** The statements of the methods of a query runner that change the schema. Source: TypeORM, `PostgresQueryRunner`. */
export const SCHEMA_METHODS: Readonly<Record<string, (args: readonly Value[]) => Made>> = {
  createTable,
  dropTable: ([table, ifExists]) => {
    const target = tableOf(table)
    return target === undefined
      ? NO_TABLE
      : [`DROP TABLE ${isTrue(ifExists) ? 'IF EXISTS ' : ''}${pathOf(target)}`]
  },
  renameTable: ([table, to]) => {
    const [target, name] = [tableOf(table), textOfValue(to)]
    return target === undefined || name === undefined ? NO_NAME : [renameTable(target, name)]
  },
  addColumn,
  dropColumn: ([table, column, ifExists]) => {
    const [target, name] = [tableOf(table), givenName(column)]
    if (target === undefined) return NO_TABLE
    return name === undefined
      ? 'the name of a column is not constant'
      : [dropColumn(target, name, isTrue(ifExists))]
  },
  renameColumn: ([table, from, to]) => {
    const [target, before, after] = [tableOf(table), givenName(from), textOfValue(to)]
    if (target === undefined || before === undefined) return NO_NAME
    if (after !== undefined) return [renameColumn(target, before, after)]
    const column = columnOf(to)
    return typeof column === 'string' ? column : [changeColumn(target, before, column)]
  },
  changeColumn: ([table, from, to]) => {
    const [target, before] = [tableOf(table), givenName(from)]
    if (target === undefined || before === undefined) return NO_NAME
    const column = columnOf(to)
    return typeof column === 'string' ? column : [changeColumn(target, before, column)]
  },
  createCheckConstraint: constraint((table, check) => check && checkOf(table, check)),
  dropCheckConstraint: dropConstraint((table, check) => {
    const expression = textOfValue(field(check, 'expression'))
    return expression === undefined ? undefined : generatedName.check(table, expression)
  }, false),
  createUniqueConstraint: constraint(uniqueOf),
  dropUniqueConstraint: dropConstraint((table, unique) => {
    const columns = columnsNamed(unique)
    return columns && generatedName.unique(table, columns)
  }, true),
  createForeignKey: constraint(foreignKeyOf),
  dropForeignKey: dropConstraint((table, key) => {
    const columns = columnsNamed(key)
    return columns && generatedName.foreignKey(table, columns)
  }, true),
  createView,
  dropView,
  createSchema: ([path, ifNotExists]) => {
    const name = schemaName(path)
    return name === undefined
      ? NO_NAME
      : [`CREATE SCHEMA ${isTrue(ifNotExists) ? 'IF NOT EXISTS ' : ''}${quoted(name)}`]
  },
  dropSchema: ([path, ifExists, cascade]) => {
    const name = schemaName(path)
    return name === undefined
      ? NO_NAME
      : [
          `DROP SCHEMA ${isTrue(ifExists) ? 'IF EXISTS ' : ''}${quoted(name)}${isTrue(cascade) ? ' CASCADE' : ''}`,
        ]
  },
}
