import type { Relation } from '../../catalog/model.js'
import { Tables } from '../builders/tables.js'
import type { CodeContext } from '../context.js'
import { findColumn } from '../mirrors/lookup.js'
import type { Shape } from './shape.js'
import { objectShape, valueShape } from './shape.js'

/** The table that a name in code means: `workspaces`, `auth.users`, also in camel case where a library maps names. */
export function tableNamed(context: CodeContext, name: string, schema?: string): Relation | undefined {
  const { catalog } = context.project
  return catalog && new Tables(catalog).named(name, schema)
}

/** A row of a table: its properties are the columns. `columnOf` gives a property's column where the code names it. */
export function rowOf(
  context: CodeContext,
  relation: Relation | undefined,
  link: string,
  columnOf?: (key: string) => string | undefined,
): Shape | undefined {
  const { catalog } = context.project
  if (!relation || !catalog) return undefined
  const tables = new Tables(catalog)
  return objectShape((key) => {
    const name = columnOf ? columnOf(key) : key
    const column = name === undefined ? undefined : tables.column(relation, name)?.column
    if (!column) return undefined
    const shape = valueShape(findColumn(catalog, relation, [column.name]), link)
    return shape && column.type.array ? { element: () => shape } : shape
  })
}
