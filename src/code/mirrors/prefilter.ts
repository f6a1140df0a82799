import type { Catalog } from '../../catalog/model.js'
import { valueSetOfColumn, valueSetOfType } from '../../catalog/valueSets.js'
import type { CodeContext } from '../context.js'

/** What the text of a file has that declares a mirror by a name in the database, whatever it lists. */
const MARKS =
  /@pgEnum|pgEnum|pgTable|\bEnums\b|\bENUM\b|@Entity|EntitySchema|defineEntity|jsonSchema|Represents the enum|zapatos|Types generated for queries|kysely-codegen/

const valuesOf = new WeakMap<Catalog, ReadonlySet<string>>()

/**
 * Whether a file may declare a mirror, by its text: a mark of a library or tool, a name of the settings, or a string that is a value
 * of some value set. Any other file costs one pass over its text.
 */
export function mayHaveMirrors({ sourceCode, project }: CodeContext, catalog: Catalog): boolean {
  const { text } = sourceCode
  if (MARKS.test(text)) return true
  if (Object.keys(project.settings.mirrors).some((name) => text.includes(name))) return true
  const values = allValues(catalog)
  // A quote may open or close: what stands behind any is looked at.
  for (const [, string] of text.matchAll(/['"`]([^'"`\n]{1,64})(?=['"`])/g))
    if (values.has(string!)) return true
  return false
}

function allValues(catalog: Catalog): ReadonlySet<string> {
  let known = valuesOf.get(catalog)
  if (known === undefined) {
    const values = new Set<string>()
    const add = (set: ReturnType<typeof valueSetOfType>) =>
      set?.values.forEach(({ value }) => values.add(value))
    for (const { oid } of catalog.types()) add(valueSetOfType(catalog, { oid, array: false }))
    for (const relation of catalog.relations()) {
      for (const column of relation.columns) add(valueSetOfColumn(catalog, relation, column))
    }
    valuesOf.set(catalog, (known = values))
  }
  return known
}
