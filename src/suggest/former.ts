import type { Catalog } from '../catalog/model.js'
import type { CodeUse } from '../code/use.js'

/**
 * The use with what its column accepted under a value set of before: where a type was replaced by a new one, the former
 * values are the column's, not the type's.
 */
export function withColumnHistory(use: CodeUse, catalog: Catalog): CodeUse {
  const { table, schema, column } = use.target
  if (table === undefined || column === undefined) return use
  const relation = catalog.findRelation(schema === undefined ? { name: table } : { schema, name: table })
  const past = relation?.columns.find(({ name }) => name === column)?.former ?? []
  if (past.length === 0) return use
  return { ...use, valueSet: { ...use.valueSet, former: [...past, ...use.valueSet.former] } }
}
