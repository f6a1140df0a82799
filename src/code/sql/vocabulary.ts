import type { Catalog, FunctionSignature, PgType, Relation, TypeRef } from '../../catalog/model.js'

/** The names, in lower case, without which SQL can meet no value set of a catalog. */
export interface Vocabulary {
  /** Relations with a column that has a value set; functions with such an argument or result. */
  readonly objects: ReadonlySet<string>
  /** Enum types, domains and composite types: they count only where a type may stand. */
  readonly types: ReadonlySet<string>
}

const cache = new WeakMap<Catalog, Vocabulary>()

/** The vocabulary of a catalog; kept for each. */
export function vocabularyOf(catalog: Catalog): Vocabulary {
  const known = cache.get(catalog)
  if (known !== undefined) return known
  const types = new Set<string>()
  for (const type of catalog.types()) {
    const counts =
      type.kind === 'enum' ||
      type.kind === 'domain' ||
      (type.kind === 'composite' && type.relation === undefined)
    if (counts) types.add(type.name.toLowerCase())
  }
  const objects = new Set<string>()
  for (const relation of catalog.relations()) {
    if (limits(relation, catalog)) objects.add(relation.name.toLowerCase())
  }
  for (const signature of functionsOf(catalog)) {
    const used = [
      ...signature.arguments.map((a) => a.type),
      ...(signature.returns ? [signature.returns] : []),
    ]
    const stores = signature.arguments.some((argument) => argument.stores !== undefined)
    if (stores || used.some((t) => limited(t, catalog))) objects.add(signature.name.toLowerCase())
  }
  const vocabulary = { objects, types }
  cache.set(catalog, vocabulary)
  return vocabulary
}

/** A type behind a cast or AS, with or without a schema; a type in front of a constant. */
const TYPE_PLACE =
  /(?:::|\bas\b)\s*(?:"?[\w$]+"?\s*\.\s*)?"?([\w$\u0080-\uffff]+)|([\w$\u0080-\uffff]+)"?\s*'/gi

/** Definitions, and the columns of a function that gives records: `json_to_record(...) AS r (id int, status status)`. */
const DECLARES = /\b(?:create|alter|do|declare)\b|\)\s*(?:as\s+)?(?:[\w$"]+\s*)?\(\s*[\w$"]+\s+[\w$"]/i

/** True where SQL text names something of the vocabulary. */
export function mentions(text: string, { objects, types }: Vocabulary): boolean {
  for (const [word] of text.matchAll(/[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g)) {
    if (objects.has(word.toLowerCase())) return true
  }
  for (const match of text.matchAll(TYPE_PLACE)) {
    if (types.has((match[1] ?? match[2]!).toLowerCase())) return true
  }
  // Where columns, arguments or variables are declared, a type stands behind any name.
  if (DECLARES.test(text)) {
    for (const [word] of text.matchAll(/[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g)) {
      if (types.has(word.toLowerCase())) return true
    }
  }
  // A quoted name may hold anything.
  for (const match of text.matchAll(/"((?:[^"]|"")+)"/g)) {
    const name = match[1]!.replaceAll('""', '"').toLowerCase()
    if (objects.has(name) || types.has(name)) return true
  }
  return false
}

function limits(relation: Relation, catalog: Catalog): boolean {
  if (relation.kind === 'index' || relation.kind === 'sequence') return false
  // Views may carry a limit that shows only when their query is read.
  if (relation.kind === 'view' || relation.kind === 'materialized view' || relation.parents.length > 0)
    return true
  return (
    relation.columns.some((c) => limited(c.type, catalog)) ||
    relation.constraints.some((c) => c.kind === 'check' && c.values !== undefined)
  )
}

function limited(type: TypeRef, catalog: Catalog): boolean {
  const found: PgType | undefined = catalog.typeByOid(type.oid)
  return found !== undefined && found.kind !== 'base' && found.kind !== 'pseudo' && found.kind !== 'unknown'
}

function functionsOf(catalog: Catalog): Iterable<FunctionSignature> {
  return (catalog as { functions?(): Iterable<FunctionSignature> }).functions?.() ?? []
}
