import type { TSESTree } from '@typescript-eslint/utils'
import { exists } from '../program/conditions.js'
import {
  NotConstant,
  givenOf,
  isOn,
  isRecord,
  listOf,
  optionOf,
  sendMade,
  textIn,
  type Given,
} from '../program/given.js'
import { Thrown, type Machine } from '../program/machine.js'
import { rows } from '../program/methods.js'
import { rawStatement, withParameters } from '../program/raw.js'
import { literal } from '../program/text.js'
import { toolValue, type ToolObject } from '../program/tool.js'
import {
  UNDEFINED,
  UNKNOWN,
  settled,
  textOfValue,
  type ConditionValue,
  type Value,
} from '../program/values.js'
import {
  addColumn,
  addConstraint,
  changeColumn,
  columnOf,
  createTable,
  pathOf,
  quoted,
  quotedPath,
  tableOf,
  type TableName,
} from './sql.js'
import { sequelizeMember } from './library.js'

/** Asks, or does what changes no value set. */
const NOTHING =
  /^(?:(?:bulk(?:Insert|Update|Delete)|insert|update|upsert|delete|select|rawSelect|increment|decrement|(?:add|remove|show)Index|show\w+|(?:create|drop|rename)Trigger|getForeignKey\w+|databaseVersion|getDialect|log|authenticate|close|truncate|escape|quote\w*|query[A-Z]\w*|set\w+|define|model|import)|get)$/

/** The statements of methods that change the schema. Source: Sequelize 6, `QueryInterface` and its one for Postgres. */
const METHODS: Readonly<Record<string, (args: readonly Value[]) => readonly string[]>> = {
  createTable([name, given, options]) {
    const table = tableOf(name, options)
    if (given?.kind !== 'object') throw new NotConstant('the columns are not constant')
    const columns = [...given.entries].map(([column, value]) => columnOf(table, column, value))
    return createTable(table, columns, uniqueKeysOf(givenOf(options)))
  },
  dropTable: ([name, given]) => {
    const options = givenOf(given)
    const cascade = isOn(options, 'cascade') || isOn(options, 'force') ? ' CASCADE' : ''
    return [`DROP TABLE IF EXISTS ${pathOf(tableOf(name))}${cascade}`]
  },
  renameTable: ([from, to]) => [`ALTER TABLE ${pathOf(tableOf(from))} RENAME TO ${quoted(tableOf(to).name)}`],
  addColumn: ([name, column, given, options]) => {
    const table = tableOf(name)
    return addColumn(
      table,
      columnOf(table, nameOf(column), given),
      optionOf(givenOf(options), 'ifNotExists') === true,
    )
  },
  removeColumn: ([table, column, options]) => [
    `ALTER TABLE ${pathOf(tableOf(table))} DROP COLUMN ${optionOf(givenOf(options), 'ifExists') === true ? 'IF EXISTS ' : ''}${quoted(nameOf(column))}`,
  ],
  changeColumn: ([name, column, given]) => {
    const table = tableOf(name)
    return changeColumn(table, columnOf(table, nameOf(column), given))
  },
  renameColumn: ([table, from, to]) => [
    `ALTER TABLE ${pathOf(tableOf(table))} RENAME COLUMN ${quoted(nameOf(from))} TO ${quoted(nameOf(to))}`,
  ],
  addConstraint: ([table, first, second]) => {
    const fields = givenOf(first)
    const options = givenOf(second)
    const given = Array.isArray(fields) && isRecord(options) ? { ...options, fields } : fields
    return addConstraint(tableOf(table), given)
  },
  removeConstraint: ([table, name]) => [
    `ALTER TABLE ${pathOf(tableOf(table))} DROP CONSTRAINT ${quotedPath(nameOf(name))}`,
  ],
  createSchema: ([name]) => [`CREATE SCHEMA IF NOT EXISTS ${quoted(nameOf(name))}`],
  dropSchema: ([name]) => [`DROP SCHEMA IF EXISTS ${quoted(nameOf(name))} CASCADE`],
  dropEnum: ([name]) => [`DROP TYPE IF EXISTS ${quotedPath(nameOf(name))}`],
  createFunction: (args) => createFunction(args.map(givenOf)),
  dropFunction: ([name, parameters]) => [
    `DROP FUNCTION ${nameOf(name)}(${parametersOf(givenOf(parameters))}) RESTRICT`,
  ],
}

function nameOf(value: Value | undefined): string {
  return textIn(givenOf(value), 'the name')
}

/** `uniqueKeys: { name: { fields: [...] } }`. */
function uniqueKeysOf(options: Given): string[][] {
  const keys = optionOf(options, 'uniqueKeys')
  if (!isRecord(keys)) return []
  return Object.values(keys).flatMap((key) => {
    const fields = optionOf(key, 'fields')
    return Array.isArray(fields) ? [fields.filter((field) => typeof field === 'string')] : []
  })
}

/** Source: Sequelize 6, `createFunction`. */
function createFunction([name, parameters, returns, language, body, , options]: readonly Given[]): string[] {
  const create = optionOf(options, 'force') ? 'CREATE OR REPLACE FUNCTION' : 'CREATE FUNCTION'
  const variables = optionOf(options, 'variables')
  const declared =
    variables === undefined
      ? ''
      : `DECLARE ${listOf(variables, 'the variables')
          .map((one) => {
            const value = optionOf(one, 'default')
            const of = `${textIn(optionOf(one, 'name'), 'a variable')} ${textIn(optionOf(one, 'type'), 'a variable')}`
            return value === undefined ? `${of};` : `${of} := ${textIn(value, 'a variable')};`
          })
          .join(' ')}`
  return [
    `${create} ${textIn(name, 'the name')}(${parametersOf(parameters)}) RETURNS ${textIn(returns, 'what the function returns')} ` +
      `AS $func$ ${declared} BEGIN ${textIn(body, 'the body of the function')} END; $func$ language '${textIn(language, 'the language')}'`,
  ]
}

function parametersOf(given: Given): string {
  if (given === undefined || given === null) return ''
  return listOf(given, 'the parameters')
    .map((one) =>
      ['direction', 'name', 'type'].flatMap((part) => {
        const text = optionOf(one, part)
        return text === undefined ? [] : [textIn(text, 'a parameter')]
      }),
    )
    .map((parts) => parts.join(' '))
    .join(', ')
}

/**
 * The `queryInterface` that a migration is called with, and the `sequelize` that it has: of the context that Umzug calls one with
 * it is not known which of these it is.
 */
export const queryInterface: ToolObject = {
  reaches: true,
  member(machine, name) {
    if (/^(?:sequelize|context|queryInterface)$/.test(name)) return toolValue(queryInterface)
    if (name === 'options') return OPTIONS
    if (name === 'dialect') return { kind: 'object', entries: new Map([['name', POSTGRES]]), base: UNKNOWN }
    return sequelizeMember(machine, name) ?? UNKNOWN
  },
  method(machine, name, args, node) {
    const make = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
    if (make !== undefined) {
      sendMade(machine, node, () => make(args))
      return { kind: 'rows' }
    }
    switch (name) {
      case 'query':
        return query(machine, args, node)
      case 'transaction':
        return transaction(machine, args)
      case 'getQueryInterface':
        return toolValue(queryInterface)
      case 'getDialect':
        return POSTGRES
      case 'tableExists':
      case 'describeTable':
        return asked(machine, name, args)
      case 'literal':
      case 'fn':
      case 'col':
        return sequelizeMember(machine, name)?.kind === 'tool'
          ? fromLibrary(machine, name, args, node)
          : undefined
      default:
        return NOTHING.test(name) ? rows(machine, args) : undefined
    }
  },
}

function fromLibrary(
  machine: Machine,
  name: string,
  args: readonly Value[],
  node: TSESTree.CallExpression,
): Value | undefined {
  const value = sequelizeMember(machine, name)
  return value?.kind === 'tool' ? value.object.call?.(machine, args, node) : undefined
}

const POSTGRES: Value = { kind: 'constant', value: 'postgres' }
const OPTIONS: Value = { kind: 'object', entries: new Map([['dialect', POSTGRES]]), base: UNKNOWN }

/** `sequelize.query(text, { replacements, bind })`. */
function query(machine: Machine, args: readonly Value[], node: TSESTree.CallExpression): Value {
  const [first, second] = args
  const options = second?.kind === 'object' ? second.entries : undefined
  const text = first?.kind === 'object' ? first.entries.get('query') : first
  const raw = text?.kind === 'raw' ? text : rawStatement(machine, text, node.arguments[0] ?? node)
  const replacements = options?.get('replacements')
  const sql = raw.kind === 'raw' ? raw.sql : undefined
  const sent =
    replacements === undefined || sql === undefined
      ? raw
      : { ...raw, sql: replaced(sql, givenOf(replacements)) }
  machine.send(withParameters(sent, options?.get('bind')))
  return { kind: 'rows' }
}

/** A statement with `?` or `:name` replaced where that is given; one that is not known changes rows only. */
function replaced(sql: string, given: Given): string {
  const inSql = (value: Given, mark: string): string => {
    if (Array.isArray(value)) return (value as readonly Given[]).map((one) => inSql(one, mark)).join(', ')
    return value === undefined || (typeof value === 'object' && value !== null) ? mark : literal(value)
  }
  if (Array.isArray(given)) {
    let next = 0
    return sql.replace(/\?/g, (mark) => inSql((given as readonly Given[])[next++], mark))
  }
  if (!isRecord(given)) return sql
  return sql.replace(/(?<!:):(\w+)/g, (mark, name: string) => inSql(given[name], mark))
}

/** `transaction(callback)` runs it; without one it gives the transaction. */
function transaction(machine: Machine, args: readonly Value[]): Value | undefined {
  const callback = args.findLast(({ kind }) => kind === 'function' || kind === 'holder')
  if (callback === undefined) return toolValue(transactionObject)
  if (callback.kind !== 'function') return undefined
  const result = machine.call(callback, [toolValue(transactionObject)])
  machine.send(result)
  return settled(result)
}

/** What is rolled back where something fails left nothing, which is not what migrations did that ran. */
const transactionObject: ToolObject = {
  reaches: false,
  method(machine, name, _, node) {
    if (name !== 'rollback') return UNDEFINED
    if (machine.steps.depth > 0) throw new Thrown(machine.lineOf(node), machine.textOf(node))
    machine.steps.rolledBack('a transaction is rolled back later')
    machine.unread('a transaction is rolled back', node)
    return UNDEFINED
  },
}

/** `tableExists` and `describeTable`, which gives the columns by name. */
function asked(machine: Machine, name: string, args: readonly Value[]): Value {
  const given = givenOf(args[0])
  const table = isRecord(given) ? given['tableName'] : given
  const schema = isRecord(given) ? given['schema'] : undefined
  if (typeof table !== 'string') return UNKNOWN
  const place: TableName = { schema: typeof schema === 'string' ? schema : undefined, name: table }
  return name === 'tableExists'
    ? exists(machine, place.schema, place.name, undefined)
    : toolValue(new DescribedTable(place))
}

class DescribedTable implements ToolObject {
  readonly reaches = false

  constructor(private readonly table: TableName) {}

  member(machine: Machine, name: string): Value {
    const { schema, name: table } = this.table
    const condition = settled(exists(machine, schema, table, name))
    return condition.kind === 'condition' ? toolValue(new DescribedColumn(condition)) : UNKNOWN
  }

  method(machine: Machine, name: string, args: readonly Value[]): Value {
    const column = name === 'hasOwnProperty' ? textOfValue(args[0]) : undefined
    const { schema, name: table } = this.table
    return column === undefined ? rows(machine, args) : settled(exists(machine, schema, table, column))
  }
}

class DescribedColumn implements ToolObject {
  readonly reaches = false

  constructor(readonly isThere: ConditionValue) {}

  member(): Value {
    return UNKNOWN
  }

  method(machine: Machine, _: string, args: readonly Value[]): Value {
    return rows(machine, args)
  }
}
