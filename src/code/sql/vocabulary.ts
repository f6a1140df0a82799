import type { Catalog, FunctionSignature, PgType, Relation, TypeRef } from '../../catalog/model.js'

const cache = new WeakMap<Catalog, ReadonlySet<string>>()

/**
 * The names, in lower case, without which SQL can meet no value set of the catalog: of relations with a column that has one, of enum types
 * and domains, of functions with such an argument or result. Kept for each catalog.
 */
export function vocabularyOf(catalog: Catalog): ReadonlySet<string> {
  const known = cache.get(catalog)
  if (known !== undefined) return known
  const names = new Set<string>()
  for (const type of catalog.types()) {
    if (type.kind === 'enum' || type.kind === 'domain') names.add(type.name.toLowerCase())
    else if (type.kind === 'composite' && type.relation === undefined) names.add(type.name.toLowerCase())
  }
  for (const relation of catalog.relations()) {
    if (limits(relation, catalog)) names.add(relation.name.toLowerCase())
  }
  for (const signature of functionsOf(catalog)) {
    const types = [
      ...signature.arguments.map((a) => a.type),
      ...(signature.returns ? [signature.returns] : []),
    ]
    if (types.some((t) => limited(t, catalog))) names.add(signature.name.toLowerCase())
  }
  cache.set(catalog, names)
  return names
}

/** True where SQL text names something of the vocabulary. */
export function mentions(text: string, vocabulary: ReadonlySet<string>): boolean {
  for (const [word] of text.matchAll(/[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g)) {
    if (vocabulary.has(word.toLowerCase())) return true
  }
  // A quoted name may hold anything.
  for (const [, name] of text.matchAll(/"((?:[^"]|"")+)"/g)) {
    if (vocabulary.has(name!.replaceAll('""', '"').toLowerCase())) return true
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
