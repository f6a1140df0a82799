import type { Catalog, ValueSet } from '../../catalog/model.js'
import { valueSetOfColumn, valueSetOfType } from '../../catalog/valueSets.js'

const indexes = new WeakMap<Catalog, ReadonlyMap<string, readonly ValueSet[]>>()

/** The value sets of a catalog by each of their values. */
export function setsByValue(catalog: Catalog): ReadonlyMap<string, readonly ValueSet[]> {
  let known = indexes.get(catalog)
  if (known === undefined) {
    const index = new Map<string, ValueSet[]>()
    const add = (set: ValueSet | undefined): void => {
      for (const { value } of set?.values ?? []) {
        const sets = index.get(value)
        if (sets === undefined) index.set(value, [set!])
        else sets.push(set!)
      }
    }
    for (const { oid } of catalog.types()) add(valueSetOfType(catalog, { oid, array: false }))
    for (const relation of catalog.relations()) {
      for (const column of relation.columns) {
        const set = valueSetOfColumn(catalog, relation, column)
        // What is a type's is there already, unless the column leaves only some of it.
        if (set?.kind !== 'enum' && set?.kind !== 'domain') add(set)
      }
    }
    indexes.set(catalog, (known = index))
  }
  return known
}
