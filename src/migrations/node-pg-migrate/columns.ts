import {
  NOT_CONSTANT,
  NotConstant,
  Verbatim,
  isRecord,
  listOf,
  optionOf,
  recordIn,
  textIn,
  type Given,
} from '../program/given.js'
import { literal } from '../program/text.js'

/** What types are called that migrations write for short, by name. */
export type Shorthands = Readonly<Record<string, Given>>

const ADAPTED: Readonly<Record<string, string>> = {
  int: 'integer',
  string: 'text',
  float: 'real',
  double: 'double precision',
  datetime: 'timestamp',
  bool: 'boolean',
}

const DEFAULT_SHORTHANDS: Shorthands = { id: { type: 'serial', primaryKey: true } }

/** A name in quotes, `{ schema, name }` too. Source: node-pg-migrate, `createSchemalize`. */
export function quoted(name: Given, what = 'the name'): string {
  if (name instanceof Verbatim) return name.sql
  if (!isRecord(name)) return `"${textIn(name, what).replaceAll('"', '""')}"`
  const schema = optionOf(name, 'schema')
  const own = quoted(optionOf(name, 'name'), what)
  return schema === undefined || schema === null || schema === '' ? own : `${quoted(schema, what)}.${own}`
}

/** A value in a statement. Source: node-pg-migrate, `escapeValue`. */
export function valueOf(given: Given, what: string): string {
  if (given instanceof Verbatim) return given.sql
  if (Array.isArray(given)) {
    const items = (given as readonly Given[]).map((item) => valueOf(item, what))
    return `ARRAY[${items.join(',').replaceAll('ARRAY', '')}]`
  }
  if (isRecord(given) || given === NOT_CONSTANT) throw new NotConstant(`${what} is not constant`)
  return literal(given)
}

/** The type that is written in a statement for one that a migration names. Source: node-pg-migrate, `applyTypeAdapters`. */
export function adaptedType(type: Given, what: string): string {
  if (isRecord(type)) return quoted(type, what)
  const name = textIn(type, what)
  return ADAPTED[name] ?? name
}

/**
 * The options of a column or an attribute, with what the shorthands for its type say. Source: node-pg-migrate, `applyType`.
 */
export function withShorthands(
  given: Given,
  shorthands: Shorthands,
  what: string,
): Readonly<Record<string, Given>> {
  const options = isRecord(given) ? given : { type: given }
  const known = { ...DEFAULT_SHORTHANDS, ...shorthands }
  let all: Readonly<Record<string, Given>> = options
  const seen = new Set<Given>()
  while (typeof all['type'] === 'string' && Object.hasOwn(known, all['type']) && !seen.has(all['type'])) {
    seen.add(all['type'])
    const meant = known[all['type']]
    const base = isRecord(meant) ? meant : { type: meant }
    all = { ...base, ...all, type: base['type'] }
  }
  return { ...all, type: adaptedType(all['type'], what) }
}

function isGiven(given: Given): boolean {
  return given !== NOT_CONSTANT && Boolean(given)
}

/** `references` of a column or a key: only what it is bound to counts. */
export function referencesOf(options: Given): string | undefined {
  const target = optionOf(options, 'references')
  if (!isGiven(target)) return undefined
  const isSql = typeof target === 'string' && (target.startsWith('"') || target.endsWith(')'))
  return `REFERENCES ${isSql ? target : quoted(target)}`
}

function sequenceOf(given: Given): string[] {
  if (!isRecord(given)) return []
  const precedence = given['precedence'] === 'ALWAYS' ? 'ALWAYS' : 'BY DEFAULT'
  return [`GENERATED ${precedence} AS IDENTITY`]
}

/** Where a name may be one of several things, the first that is given. */
function firstOf(options: Readonly<Record<string, Given>>, ...names: readonly string[]): Given {
  return names.map((name) => options[name]).find((given) => given !== undefined)
}

function columnOf(name: string, options: Readonly<Record<string, Given>>, isKey: boolean): string {
  const { array, default: value, unique, notNull, check, expressionGenerated } = options
  const suffix = array === true ? ' ARRAY' : typeof array === 'number' ? ` ARRAY[${array}]` : ''
  const sequence = firstOf(options, 'sequenceGenerated', 'generated')
  const parts = [
    quoted(name),
    textIn(options['type'], `the type of ${name}`) + suffix,
    // What a default is that is not constant changes no value set.
    ...(value === undefined || value === NOT_CONSTANT || isRecord(value)
      ? []
      : [`DEFAULT ${valueOf(value, 'a default')}`]),
    ...(isGiven(unique) ? ['UNIQUE'] : []),
    ...(isKey ? ['PRIMARY KEY'] : []),
    ...(isGiven(notNull) ? ['NOT NULL'] : []),
    ...(check ? [`CHECK (${textIn(check, `the check of ${name}`)})`] : []),
    referencesOf(options),
    ...sequenceOf(sequence),
    ...(expressionGenerated
      ? [`GENERATED ALWAYS AS (${textIn(expressionGenerated, `the expression of ${name}`)}) STORED`]
      : []),
  ]
  return onOneLine(parts.filter((part) => part !== undefined).join(' '))
}

function onOneLine(sql: string): string {
  return sql.replace(/[\r\n]+/g, ' ')
}

/**
 * The columns of `createTable` and `addColumns`, with the names of those that are the primary key together. Source:
 * node-pg-migrate, `parseColumns`.
 */
export function columnsOf(
  given: Given,
  shorthands: Shorthands,
): { readonly columns: readonly string[]; readonly key: readonly string[] } {
  const columns = Object.entries(recordIn(given, 'the columns')).map(
    ([name, column]) => [name, withShorthands(column, shorthands, `the type of ${name}`)] as const,
  )
  const keys = columns.filter(([, { primaryKey }]) => isGiven(primaryKey)).map(([name]) => name)
  return {
    columns: columns.map(([name, options]) => columnOf(name, options, keys.length === 1 && keys[0] === name)),
    key: keys.length > 1 ? keys : [],
  }
}

/** Constraints of a table, whose name is `own` where that is given. Source: node-pg-migrate, `parseConstraints`. */
export function constraintsOf(table: Given, given: Given, own: Given): string[] {
  const options = recordIn(given, 'the constraint')
  const base = textIn(isRecord(table) ? table['name'] : table, 'the table')
  const named = (otherwise: string): string => `CONSTRAINT ${quoted(isGiven(own) ? own : otherwise)}`
  const constraints: string[] = []
  const { check, unique, primaryKey, foreignKeys } = options
  if (Array.isArray(check)) {
    for (const [index, one] of (check as readonly Given[]).entries())
      constraints.push(`${named(`${base}_chck_${index + 1}`)} CHECK (${textIn(one, 'a check')})`)
  } else if (check) constraints.push(`${named(`${base}_chck`)} CHECK (${textIn(check, 'a check')})`)
  if (primaryKey) {
    constraints.push(`${named(`${base}_pkey`)} PRIMARY KEY (${quotedList(listOf(primaryKey, 'the key'))})`)
  }
  return [
    ...constraints,
    ...asFarAsConstant(() => uniquesOf(unique, base, named)),
    ...asFarAsConstant(() => foreignKeysOf(foreignKeys, base, named)),
  ].map(onOneLine)
}

/** Constraints that hold no value set: none where they are not constant. */
function asFarAsConstant(make: () => string[]): string[] {
  try {
    return make()
  } catch (error) {
    if (error instanceof NotConstant) return []
    throw error
  }
}

function uniquesOf(given: Given, table: string, named: (name: string) => string): string[] {
  if (!given) return []
  const sets = listOf(given, 'a unique constraint')
  return (sets.some((one) => Array.isArray(one)) ? sets : [sets]).map((set) => {
    const columns = listOf(set, 'a unique constraint').map((column) => textIn(column, 'a column'))
    return `${named(`${table}_uniq_${columns.join('_')}`)} UNIQUE (${quotedList(columns)})`
  })
}

function foreignKeysOf(given: Given, table: string, named: (name: string) => string): string[] {
  if (!given) return []
  return listOf(given, 'a foreign key').map((key) => {
    const columns = listOf(optionOf(key, 'columns'), 'a foreign key').map((one) => textIn(one, 'a column'))
    const own = optionOf(key, 'referencesConstraintName')
    const name = own ? `CONSTRAINT ${quoted(own)}` : named(`${table}_fk_${columns.join('_')}`)
    return `${name} FOREIGN KEY (${quotedList(columns)}) ${referencesOf(key) ?? ''}`
  })
}

/** Names in quotes, with commas. */
export function quotedList(names: readonly Given[]): string {
  return names.map((name) => quoted(name)).join(', ')
}
