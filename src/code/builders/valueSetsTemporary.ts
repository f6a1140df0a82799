import type { Catalog, Column, Relation, ValueSet } from '../../catalog/model.js'

export function valueSetOfColumn(catalog: Catalog, relation: Relation, column: Column): ValueSet | undefined {
  const type = catalog.typeByOid(column.type.oid)
  if (type?.kind === 'enum') {
    return {
      kind: 'enum',
      schema: type.schema,
      name: type.name,
      values: type.labels,
      former: type.former,
      origin: type.origin,
    }
  }
  for (const constraint of relation.constraints) {
    if (constraint.kind === 'check' && constraint.values && constraint.columns[0] === column.attnum) {
      return {
        kind: 'check',
        schema: relation.schema,
        name: relation.name,
        values: constraint.values,
        former: [],
        origin: constraint.origin,
      }
    }
  }
  return undefined
}
