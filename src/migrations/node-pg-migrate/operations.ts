import {
  NOT_CONSTANT,
  Verbatim,
  isOn,
  isRecord,
  listOf,
  optionOf,
  recordIn,
  textIn,
  type Given,
} from '../program/given.js'
import {
  adaptedType,
  columnsOf,
  constraintsOf,
  quoted,
  quotedList,
  valueOf,
  withShorthands,
  type Shorthands,
} from './columns.js'

/** What a method of the migration builder's sends, of its arguments. Throws `NotConstant`. */
type Operation = (args: readonly Given[], shorthands: Shorthands) => readonly string[]

const ifExists = (options: Given): string => (isOn(options, 'ifExists') ? 'IF EXISTS ' : '')
const ifNotExists = (options: Given): string => (isOn(options, 'ifNotExists') ? 'IF NOT EXISTS ' : '')
const cascade = (options: Given): string => (isOn(options, 'cascade') ? ' CASCADE' : '')

/** `DROP` of an object by its name. */
function drop(kind: string): Operation {
  return ([name, options]) => [`DROP ${kind} ${ifExists(options)}${quoted(name)}${cascade(options)}`]
}

function rename(kind: string): Operation {
  return ([name, to]) => [`ALTER ${kind} ${quoted(name)} RENAME TO ${quoted(to)}`]
}

const createTable: Operation = ([table, given, options], shorthands) => {
  const { columns, key } = columnsOf(given, shorthands)
  const own = optionOf(options, 'constraints') ?? {}
  const constraints = constraintsOf(
    table,
    { ...recordIn(own, 'the constraints'), ...(key.length > 0 ? { primaryKey: key } : {}) },
    undefined,
  )
  const like = optionOf(options, 'like')
  const parts = [...columns, ...constraints, ...(like ? [likeOf(like)] : [])]
  const inherits = optionOf(options, 'inherits')
  const kind = isOn(options, 'temporary') ? 'TEMPORARY TABLE' : 'TABLE'
  return [
    `CREATE ${kind} ${ifNotExists(options)}${quoted(table)} (${parts.join(', ')})` +
      (inherits ? ` INHERITS (${quoted(inherits)})` : '') +
      partitionOf(optionOf(options, 'partition')),
  ]
}

function likeOf(like: Given): string {
  const table = optionOf(like, 'table') ?? like
  const parts = ['including', 'excluding'].flatMap((word) => {
    const given = optionOf(optionOf(like, 'options'), word)
    if (given === undefined) return []
    return listOf(given, 'what is copied of a table').map(
      (one) => `${word} ${textIn(one, 'what is copied of a table')}`,
    )
  })
  return [`LIKE ${quoted(table)}`, ...parts].join(' ')
}

function partitionOf(partition: Given): string {
  if (!partition) return ''
  const columns = listOf(optionOf(partition, 'columns'), 'what a table is partitioned by').map((column) =>
    quoted(optionOf(column, 'name') ?? column),
  )
  return ` PARTITION BY ${textIn(optionOf(partition, 'strategy'), 'what a table is partitioned by')} (${columns.join(', ')})`
}

const addColumns: Operation = ([table, given, options], shorthands) => {
  const { columns } = columnsOf(given, shorthands)
  const adds = columns.map((column) => `ADD ${ifNotExists(options)}${column}`)
  return adds.length === 0 ? [] : [`ALTER TABLE ${quoted(table)} ${adds.join(', ')}`]
}

const dropColumns: Operation = ([table, given, options]) => {
  const names = isRecord(given) ? Object.keys(given) : listOf(given, 'the columns')
  const drops = names.map((name) => `DROP ${ifExists(options)}${quoted(name)}${cascade(options)}`)
  return [`ALTER TABLE ${quoted(table)} ${drops.join(', ')}`]
}

const alterColumn: Operation = ([table, column, given]) => {
  const options = recordIn(given, 'what changes of a column')
  const { default: value, type, using, notNull, allowNull } = options
  const actions = [
    ...(value === null ? ['DROP DEFAULT'] : []),
    ...(value === undefined || value === null || value === NOT_CONSTANT || isRecord(value)
      ? []
      : [`SET DEFAULT ${valueOf(value, 'a default')}`]),
    ...(type
      ? [
          `SET DATA TYPE ${adaptedType(type, 'the type')}${using ? ` USING ${textIn(using, 'the new value')}` : ''}`,
        ]
      : []),
    ...(notNull === true ? ['SET NOT NULL'] : []),
    ...(notNull === false || allowNull === true ? ['DROP NOT NULL'] : []),
  ]
  if (actions.length === 0) return []
  return [
    `ALTER TABLE ${quoted(table)} ${actions.map((action) => `ALTER ${quoted(column)} ${action}`).join(', ')}`,
  ]
}

const addConstraint: Operation = ([table, name, given]) => {
  const constraints =
    typeof given === 'string' || given instanceof Verbatim
      ? [`${name ? `CONSTRAINT ${quoted(name)} ` : ''}${textIn(given, 'the constraint')}`]
      : constraintsOf(table, given, name)
  return constraints.length === 0
    ? []
    : [`ALTER TABLE ${quoted(table)} ${constraints.map((one) => `ADD ${one}`).join(', ')}`]
}

const dropConstraint: Operation = ([table, name, options]) => [
  `ALTER TABLE ${isOn(options, 'ifTableExists') ? 'IF EXISTS ' : ''}${quoted(table)} DROP CONSTRAINT ${ifExists(options)}${quoted(name)}${cascade(options)}`,
]

const createType: Operation = ([name, given], shorthands) => {
  if (Array.isArray(given)) {
    const labels = (given as readonly Given[]).map((label) => valueOf(label, `a value of ${quoted(name)}`))
    return [`CREATE TYPE ${quoted(name)} AS ENUM (${labels.join(', ')})`]
  }
  const attributes = Object.entries(recordIn(given, `what ${quoted(name)} is`)).map(
    ([attribute, type]) => `${quoted(attribute)} ${attributeType(type, shorthands)}`,
  )
  return [`CREATE TYPE ${quoted(name)} AS (${attributes.join(', ')})`]
}

function attributeType(given: Given, shorthands: Shorthands): string {
  return textIn(withShorthands(given, shorthands, 'a type')['type'], 'a type')
}

const addTypeValue: Operation = ([name, value, options]) => {
  const [before, after] = [optionOf(options, 'before'), optionOf(options, 'after')]
  const place = before
    ? ` BEFORE ${valueOf(before, 'the place of the value')}`
    : after
      ? ` AFTER ${valueOf(after, 'the place of the value')}`
      : ''
  return [
    `ALTER TYPE ${quoted(name)} ADD VALUE ${ifNotExists(options)}${valueOf(value, 'the value')}${place}`,
  ]
}

const createDomain: Operation = ([name, type, options], shorthands) => {
  const { default: value, notNull, check, constraintName } = isRecord(options) ? options : {}
  if (options === NOT_CONSTANT) recordIn(options, 'what the domain accepts')
  const own = constraintName ? `CONSTRAINT ${quoted(constraintName)} ` : ''
  const parts = [
    `CREATE DOMAIN ${quoted(name)} AS ${attributeType(type, shorthands)}`,
    ...(value === undefined || value === NOT_CONSTANT ? [] : [`DEFAULT ${valueOf(value, 'a default')}`]),
    ...(notNull ? [`${own}NOT NULL`] : check ? [`${own}CHECK (${textIn(check, 'the check')})`] : []),
  ]
  return [parts.join(' ')]
}

/** Of a check the tool makes a statement that Postgres refuses. */
const alterDomain: Operation = ([name, given]) => {
  const { default: value, notNull, allowNull } = recordIn(given, 'what changes of the domain')
  const actions = [
    ...(value === null ? ['DROP DEFAULT'] : []),
    ...(value === undefined || value === null || value === NOT_CONSTANT
      ? []
      : [`SET DEFAULT ${valueOf(value, 'a default')}`]),
    ...(notNull === true ? ['SET NOT NULL'] : []),
    ...(notNull === false || allowNull === true ? ['DROP NOT NULL'] : []),
  ]
  return actions.map((action) => `ALTER DOMAIN ${quoted(name)} ${action}`)
}

const createView: Operation = ([name, options, definition]) => {
  const columns = optionOf(options, 'columns')
  const list = columns === undefined ? '' : quotedList(listOf(columns, 'the columns'))
  const kind = [
    'CREATE',
    ...(isOn(options, 'replace') ? ['OR REPLACE'] : []),
    ...(isOn(options, 'temporary') ? ['TEMPORARY'] : []),
    ...(isOn(options, 'recursive') ? ['RECURSIVE'] : []),
    'VIEW',
  ]
  const body = textIn(definition, 'what the view selects').trim().replace(/;$/, '')
  return [`${kind.join(' ')} ${quoted(name)}${list === '' ? '' : `(${list})`} AS ${body}`]
}

const createMaterializedView: Operation = ([name, options, definition]) => {
  const columns = optionOf(options, 'columns')
  const list = columns === undefined ? '' : quotedList(listOf(columns, 'the columns'))
  const body = textIn(definition, 'what the view selects').trim().replace(/;$/, '')
  return [
    `CREATE MATERIALIZED VIEW ${ifNotExists(options)}${quoted(name)}${list === '' ? '' : `(${list})`} AS ${body}`,
  ]
}

/** Parameters of a function. Source: node-pg-migrate, `formatParams`. */
function parametersOf(given: Given, shorthands: Shorthands): string {
  if (given === undefined) return '()'
  const parameters = listOf(given, 'the parameters').map((parameter) => {
    const options = withShorthands(parameter, shorthands, 'the type of a parameter')
    const { mode, name, type, default: value } = options
    return [
      ...(mode ? [textIn(mode, 'a parameter')] : []),
      ...(name ? [quoted(name)] : []),
      textIn(type, 'the type of a parameter'),
      ...(value === undefined || value === NOT_CONSTANT ? [] : [`DEFAULT ${valueOf(value, 'a default')}`]),
    ].join(' ')
  })
  return `(${parameters.join(', ')})`
}

const createFunction: Operation = ([name, parameters, options, definition], shorthands) => {
  const body = textIn(definition, 'the body of the function')
  let tag = '$pga$'
  while (body.includes(tag)) tag = `$pg${tag.slice(3)}`
  const returns = optionOf(options, 'returns') ?? 'void'
  return [
    `CREATE ${isOn(options, 'replace') ? 'OR REPLACE ' : ''}FUNCTION ${quoted(name)}${parametersOf(parameters, shorthands)} ` +
      `RETURNS ${textIn(returns, 'what the function returns')} AS ${tag}${body}${tag} ` +
      `LANGUAGE ${textIn(optionOf(options, 'language'), 'the language of the function')}`,
  ]
}

/** A trigger counts for the function that is made with it. */
const createTrigger: Operation = ([, trigger, options, definition], shorthands) => {
  if (!definition) return []
  const returning = { ...recordIn(options, 'what the trigger does'), returns: 'trigger' }
  return createFunction([optionOf(options, 'function') ?? trigger, [], returning, definition], shorthands)
}

/** What methods of the migration builder's send that change what holds a value set. Source: node-pg-migrate, `operations`. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  createTable,
  dropTable: drop('TABLE'),
  renameTable: rename('TABLE'),
  addColumns,
  addColumn: addColumns,
  dropColumns,
  dropColumn: dropColumns,
  alterColumn,
  renameColumn: ([table, from, to]) => [
    `ALTER TABLE ${quoted(table)} RENAME ${quoted(from)} TO ${quoted(to)}`,
  ],
  addConstraint,
  createConstraint: addConstraint,
  dropConstraint,
  renameConstraint: ([table, from, to]) => [
    `ALTER TABLE ${quoted(table)} RENAME CONSTRAINT ${quoted(from)} TO ${quoted(to)}`,
  ],
  createType,
  addType: createType,
  dropType: drop('TYPE'),
  renameType: rename('TYPE'),
  addTypeValue,
  renameTypeValue: ([name, from, to]) => [
    `ALTER TYPE ${quoted(name)} RENAME VALUE ${valueOf(from, 'the value')} TO ${valueOf(to, 'the value')}`,
  ],
  addTypeAttribute: ([name, attribute, type], shorthands) => [
    `ALTER TYPE ${quoted(name)} ADD ATTRIBUTE ${quoted(attribute)} ${attributeType(type, shorthands)}`,
  ],
  dropTypeAttribute: ([name, attribute]) => [
    `ALTER TYPE ${quoted(name)} DROP ATTRIBUTE ${quoted(attribute)}`,
  ],
  renameTypeAttribute: ([name, from, to]) => [
    `ALTER TYPE ${quoted(name)} RENAME ATTRIBUTE ${quoted(from)} TO ${quoted(to)}`,
  ],
  setTypeAttribute: ([name, attribute, type], shorthands) => [
    `ALTER TYPE ${quoted(name)} ALTER ATTRIBUTE ${quoted(attribute)} SET DATA TYPE ${attributeType(type, shorthands)}`,
  ],
  createDomain,
  alterDomain,
  dropDomain: drop('DOMAIN'),
  renameDomain: rename('DOMAIN'),
  createSchema: ([name, options]) => [`CREATE SCHEMA ${ifNotExists(options)}${quoted(name)}`],
  dropSchema: drop('SCHEMA'),
  renameSchema: rename('SCHEMA'),
  createView,
  dropView: drop('VIEW'),
  renameView: rename('VIEW'),
  createMaterializedView,
  dropMaterializedView: drop('MATERIALIZED VIEW'),
  renameMaterializedView: rename('MATERIALIZED VIEW'),
  renameMaterializedViewColumn: ([name, from, to]) => [
    `ALTER MATERIALIZED VIEW ${quoted(name)} RENAME COLUMN ${quoted(from)} TO ${quoted(to)}`,
  ],
  createFunction,
  createTrigger,
  dropFunction: ([name, parameters, options], shorthands) => [
    `DROP FUNCTION ${ifExists(options)}${quoted(name)}${parametersOf(parameters, shorthands)}${cascade(options)}`,
  ],
  renameFunction: ([name, parameters, to], shorthands) => [
    `ALTER FUNCTION ${quoted(name)}${parametersOf(parameters, shorthands)} RENAME TO ${quoted(to)}`,
  ],
  createExtension: ([names, options]) =>
    listOf(names, 'the extension').map(
      (name) => `CREATE EXTENSION ${ifNotExists(options)}${quoted(name)}${schemaOf(options)}`,
    ),
}

function schemaOf(options: Given): string {
  const schema = optionOf(options, 'schema')
  return schema ? ` SCHEMA ${quoted(schema)}` : ''
}
