import { catalogToJson, type CatalogJson } from '../../../src/catalog/json.js'
import type { Catalog, ValueSet } from '../../../src/catalog/model.js'
import { valueSetOfColumn } from '../../../src/catalog/valueSets.js'
import type { Migration } from '../../../src/migrations/migration.js'
import { replayMigrations, type ReplayOptions } from '../../../src/sql/replay.js'

/** A migration of its own for each text: `1.sql`, `2.sql`, ... */
export function migrations(texts: readonly string[]): Migration[] {
  return texts.map((text, i) => ({
    name: String(i + 1),
    file: `${i + 1}.sql`,
    pieces: [{ text, line: 1, offset: 0 }],
    transaction: false,
    unread: [],
  }))
}

export function replay(sql: string | readonly string[], options: ReplayOptions = {}): Catalog {
  return replayMigrations(migrations(typeof sql === 'string' ? [sql] : sql), options)
}

export function json(sql: string | readonly string[], options: ReplayOptions = {}): CatalogJson {
  return catalogToJson(replay(sql, options))
}

/** The enums, `schema.name: a, b`; public is left out. */
export function enums(sql: string | readonly string[], options: ReplayOptions = {}): string[] {
  return json(sql, options).enums.map(
    ({ schema, name, labels }) => `${schema === 'public' ? '' : `${schema}.`}${name}: ${labels.join(', ')}`,
  )
}

/** The enum columns, `table.column: enum`; public is left out. */
export function enumColumns(sql: string | readonly string[], options: ReplayOptions = {}): string[] {
  const prefix = (schema: string): string => (schema === 'public' ? '' : `${schema}.`)
  return json(sql, options).enumColumns.map(
    (each) =>
      `${prefix(each.schema)}${each.table}.${each.column}: ${prefix(each.enumSchema)}${each.enumName}${each.isArray ? '[]' : ''}`,
  )
}

/** The listing checks, `table.column name: a, b`. */
export function checks(sql: string | readonly string[], options: ReplayOptions = {}): string[] {
  return json(sql, options).checks.map(
    ({ table, column, name, values }) => `${table}.${column} ${name}: ${values.join(', ')}`,
  )
}

export function valueSet(catalog: Catalog, table: string, column: string): ValueSet | undefined {
  const relation = catalog.findRelation({ name: table })
  const found = relation?.columns.find((each) => each.name === column)
  return relation === undefined || found === undefined
    ? undefined
    : valueSetOfColumn(catalog, relation, found)
}

/** How a column is printed: `name type`. */
export function columns(catalog: Catalog, table: string): string[] {
  const relation = catalog.findRelation({ name: table })
  return (relation?.columns ?? []).map(
    ({ name, type }) => `${name} ${catalog.typeByOid(type.oid)?.name ?? '?'}${type.array ? '[]' : ''}`,
  )
}
