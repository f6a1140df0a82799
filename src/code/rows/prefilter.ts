import type { Catalog } from '../../catalog/model.js'
import { valueSetOfColumn } from '../../catalog/valueSets.js'
import { wordsOf } from '../mirrors/typescript.js'
import type { CodeContext } from '../context.js'

/** What the text of a file has where a value itself, not a row, is of a proven type, or where drizzle names columns anew. */
const VALUE_TYPES =
  /@pgEnum|\$infer|Infer(Select|Insert)Model|Enums|zapatos|Represents the enum|Types generated for queries|kysely-codegen/

/** A query of an ORM that may have names of its own for columns, and a string that its result may be compared with. */
const RESULTS =
  /\.\s*(?:find(?:First|Many|Unique|One|All|By|AndCount)\w*|from|returning|query|getOne|getMany|create|update|upsert)\s*\(/
const COMPARED = /[!=]==?\s*['"`]|['"`]\s*[!=]==?|\bcase\s+['"`]|\.(?:toBe|toEqual|includes)\(\s*['"`]/

const columnNames = new WeakMap<Catalog, RegExp>()

/**
 * Whether a file may hold a use of a row, by its text alone: the name of a column that has a value set, or the mark of a type that
 * stands for one. Any other file costs one regular expression.
 */
export function mayHaveRows(context: CodeContext): boolean {
  const { catalog, settings } = context.project
  if (!catalog) return false
  const { text } = context.sourceCode
  if (!/['"`]/.test(text)) return false
  if (namesIn(catalog).test(text) || VALUE_TYPES.test(text)) return true
  if (COMPARED.test(text) && RESULTS.test(text)) return true
  return (
    Object.keys(settings.mirrors).some((name) => text.includes(name)) ||
    (!!context.services && /===|case /.test(text))
  )
}

/** Matches the names of the columns that have a value set, as written in SQL or in camel case. */
function namesIn(catalog: Catalog): RegExp {
  let names = columnNames.get(catalog)
  if (names === undefined) {
    const found = new Set<string>()
    for (const relation of catalog.relations()) {
      for (const column of relation.columns) {
        if (!valueSetOfColumn(catalog, relation, column)) continue
        found.add(column.name)
        found.add(camelCase(column.name))
      }
    }
    const escaped = [...found].map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    names = escaped.length === 0 ? /(?!)/ : new RegExp(`\\b(?:${escaped.join('|')})\\b`)
    columnNames.set(catalog, names)
  }
  return names
}

function camelCase(name: string): string {
  return wordsOf(name)
    .map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')
}
