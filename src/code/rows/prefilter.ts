import type { Catalog } from '../../catalog/model.js'
import { librariesIn } from '../builders/prefilter.js'
import { mayCallQueries } from '../called/prefilter.js'
import { wordsOf } from '../mirrors/typescript.js'
import type { CodeContext } from '../context.js'
import { escaped } from '../../escaped.js'
import { someImport } from '../reach/modules.js'
import { fileMatches } from '../reach/texts.js'
import { mayCallQueries as mayCallSql, mayHaveSql } from '../sql/prefilter.js'
import { valueColumns } from './columnNames.js'
import { isProof, mayProve } from './provenFiles.js'
import { mayUseResults } from './results.js'

/** What the text of a file has where a value itself, not a row, is of a proven type, or where drizzle names columns anew. */
const VALUE_TYPES =
  /@pgEnum|\$infer|Infer(Select|Insert)Model|Enums|zapatos|Represents the enum|Types generated for queries|kysely-codegen/

/** A query of an ORM that may have names of its own for columns, and a string that its result may be compared with. */
const RESULTS =
  /\.\s*(?:find(?:First|Many|Unique|One|All|By|AndCount)\w*|from|returning|query|getOne|getMany|create|update|upsert)\s*\(/
const COMPARED = /[!=]==?\s*['"`]|['"`]\s*[!=]==?|\bcase\s+['"`]|\.(?:toBe|toEqual|includes)\(\s*['"`]/

/** What gives rows by a call of the client itself, `knex('workspaces')`: its name, in the file or where it is imported from. */
const CLIENT = /[kK]nex|[sS]equelize|[oO]bjection/

const patterns = new WeakMap<Catalog, RegExp>()

/**
 * Whether a file may hold a use of a row, by its text alone: the name of a column that has a value set, or the mark of a type that
 * stands for one. Any other file costs one regular expression.
 */
export function mayHaveRows(context: CodeContext): boolean {
  const { catalog, settings } = context.project
  if (!catalog) return false
  const { text } = context.sourceCode
  if (!/['"`]/.test(text)) return false
  if (context.services && /===|case /.test(text)) return true
  const isNamed =
    namesIn(catalog).test(text) ||
    VALUE_TYPES.test(text) ||
    (COMPARED.test(text) && RESULTS.test(text)) ||
    Object.keys(settings.mirrors).some((name) => text.includes(name))
  return isNamed && mayBeProven(context)
}

/** Whether anything in the file, or in what it imports, may prove what a row is: a type, a query, a call of a library. */
function mayBeProven(context: CodeContext): boolean {
  return (
    mayHaveTypes(context) ||
    librariesIn(context).length > 0 ||
    (mayHaveSql(context) && mayUseResults(context)) ||
    mayCallSql(context) ||
    mayCallQueries(context)
  )
}

const typed = new WeakMap<CodeContext, boolean>()

/** Whether a type in the file, or in what it imports, may prove what a row is. Where none does, no type is looked into. */
export function mayHaveTypes(context: CodeContext): boolean {
  let known = typed.get(context)
  if (known === undefined) {
    const { text } = context.sourceCode
    known =
      context.services !== undefined ||
      isProof(context, text) ||
      text.includes('Enums') ||
      CLIENT.test(text) ||
      someImport(context, (path) => fileMatches(path, CLIENT) || mayProve(context, path))
    typed.set(context, known)
  }
  return known
}

/** Matches the names of the columns that have a value set, as written in SQL or in camel case. */
function namesIn(catalog: Catalog): RegExp {
  let names = patterns.get(catalog)
  if (names === undefined) {
    const found = new Set([...valueColumns(catalog)].flatMap((name) => [name, camelCase(name)]))
    names = found.size === 0 ? /(?!)/ : new RegExp(`\\b(?:${[...found].map(escaped).join('|')})\\b`)
    patterns.set(catalog, names)
  }
  return names
}

function camelCase(name: string): string {
  return wordsOf(name)
    .map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')
}
