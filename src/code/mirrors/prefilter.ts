import type { Catalog } from '../../catalog/model.js'
import type { CodeContext } from '../context.js'
import { escaped } from '../../escaped.js'
import { nodesOf } from '../nodes.js'
import { setsByValue } from './valueIndex.js'

/** What the text of a file has that declares a mirror by a name in the database, whatever it lists. */
const MARKS =
  /@pgEnum|pgEnum|pgTable|\bEnums\b|\bENUM\b|@Entity|EntitySchema|defineEntity|jsonSchema|Represents the enum|zapatos|Types generated for queries|kysely-codegen/

/**
 * Whether a file may declare a mirror, by its text: a mark of a library or tool, a name of the settings, or a string that is a value
 * of some value set. Any other file costs one pass over its text, and its strings where SQL holds values.
 */
export function mayHaveMirrors(context: CodeContext, catalog: Catalog): boolean {
  const { sourceCode, project } = context
  const { text } = sourceCode
  if (MARKS.test(text)) return true
  if (Object.keys(project.settings.mirrors).some((name) => text.includes(name))) return true
  return valuesIn(catalog).test(text) && hasStringOf(context, catalog)
}

/** Whether a string of the code, not of SQL in it, is a value of some set, or lists some as ArkType does: `"'online' | 'offline'"`. */
function hasStringOf(context: CodeContext, catalog: Catalog): boolean {
  const byValue = setsByValue(catalog)
  const nodes = nodesOf(context)
  const isValue = (text: string): boolean => text.length <= MAX_LENGTH && byValue.has(text)
  return (
    nodes.of('Literal').some(({ value, raw }) => {
      if (typeof value !== 'string') return false
      return isValue(value) || (value.includes('|') && valuesIn(catalog).test(raw))
    }) || nodes.of('TemplateElement').some(({ value }) => isValue(value.cooked ?? ''))
  )
}

/** UTF-16 units of a value that is looked for. */
const MAX_LENGTH = 64
const LISTED = new RegExp(`^[^'"\`\\n\\\\]{1,${MAX_LENGTH}}$`)

const values = new WeakMap<Catalog, RegExp>()

/** Matches a value between quotes; a value that source code writes otherwise than it is, with an escape, is none. */
function valuesIn(catalog: Catalog): RegExp {
  let known = values.get(catalog)
  if (known === undefined) {
    const listed = [...setsByValue(catalog).keys()].filter((value) => LISTED.test(value))
    known = listed.length === 0 ? /(?!)/ : new RegExp(`['"\`](?:${listed.map(escaped).join('|')})['"\`]`)
    values.set(catalog, known)
  }
  return known
}
