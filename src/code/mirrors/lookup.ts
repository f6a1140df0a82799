import type { Catalog, Relation, ValueSet } from '../../catalog/model.js'
import { valueSetOfColumn, valueSetOfType } from '../../catalog/valueSets.js'
import type { Target } from '../../sql/use.js'
import type { DatabaseName } from './declaration.js'

/** A value set and where it was met. */
export interface Found {
  readonly valueSet: ValueSet
  readonly target: Target
}

/** The value set that a name in the database has; undefined where it is not there, or may be one of several. */
export function findDatabaseName(catalog: Catalog, name: DatabaseName): Found | undefined {
  if (name.type === 'enum') {
    const valueSet = findEnum(catalog, name.name, name.schema)
    return valueSet && { valueSet, target: {} }
  }
  const found: Found[] = []
  for (const table of name.tables) {
    const relation = findTable(catalog, table, name.schema)
    const one = relation && findColumn(catalog, relation, name.columns)
    if (one) found.push(one)
  }
  return found.length === 1 ? found[0] : undefined
}

/** The enum type, or the domain that limits its values, by a name as the database has it. */
export function findEnum(catalog: Catalog, name: string, schema?: string): ValueSet | undefined {
  const type = catalog.findType({ name, ...(schema !== undefined && { schema }) })
  return type && valueSetOfType(catalog, { oid: type.oid, array: false })
}

/** An enum type by `name`, `schema.name`, or a column by `table.column`, `schema.table.column`: what tags and settings give. */
export function findNamed(catalog: Catalog, text: string): Found | undefined {
  const parts = text.split('.')
  const last = parts.at(-1)!
  if (parts.length <= 2) {
    const valueSet = findEnum(catalog, last, parts.length === 2 ? parts[0] : undefined)
    if (valueSet) return { valueSet, target: {} }
  }
  if (parts.length < 2 || parts.length > 3) return undefined
  const relation = findTable(catalog, parts.at(-2)!, parts.length === 3 ? parts[0] : undefined)
  return relation && findColumn(catalog, relation, [last])
}

export function findTable(catalog: Catalog, name: string, schema?: string): Relation | undefined {
  return catalog.findRelation({ name, ...(schema !== undefined && { schema }) })
}

/** The value set of the one column of a table that bears one of these names; undefined where two do. */
export function findColumn(
  catalog: Catalog,
  relation: Relation,
  names: readonly string[],
): Found | undefined {
  const columns = relation.columns.filter((column) => names.includes(column.name))
  const [column] = columns
  if (columns.length !== 1 || !column) return undefined
  const valueSet = valueSetOfColumn(catalog, relation, column)
  if (!valueSet) return undefined
  const table = catalog.searchPath.includes(relation.schema)
    ? relation.name
    : `${relation.schema}.${relation.name}`
  return {
    valueSet,
    target: {
      label: `${table}.${column.name}`,
      schema: relation.schema,
      table: relation.name,
      column: column.name,
    },
  }
}

/** Every enum type of the catalog, as a value set. */
export function allEnums(catalog: Catalog): ValueSet[] {
  return [...catalog.types()].flatMap((type) =>
    type.kind === 'enum' ? (valueSetOfType(catalog, { oid: type.oid, array: false }) ?? []) : [],
  )
}
