import type { Catalog, Relation } from '../../catalog/model.js'

/** Tables whose triggers call the function of that name (as Postgres folds it, without schema). */
export type TriggerTables = (functionName: string, catalog: Catalog) => readonly Relation[]

const NAME = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`
const QUALIFIED = String.raw`${NAME}(?:\s*\.\s*${NAME})?`

/** `CREATE TRIGGER name ... ON table ... EXECUTE FUNCTION function(`; what stands between is bounded, so that time is linear. */
const TRIGGER = new RegExp(
  String.raw`\btrigger\s+${NAME}\s[^;]{0,300}?\bon\s+(${QUALIFIED})\s[^;]{0,600}?\bexecute\s+(?:function|procedure)\s+(${QUALIFIED})\s*\(`,
  'gi',
)

function parts(qualified: string): string[] {
  return [...qualified.matchAll(new RegExp(NAME, 'g'))].map(([name]) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase(),
  )
}

/**
 * The triggers that a file makes. A trigger function is a statement of its own, mostly before its triggers, and NEW and OLD
 * in it are rows of their tables.
 */
export function triggersIn(text: string): TriggerTables {
  if (!/\btrigger\b/i.test(text)) return () => []
  const tables = new Map<string, string[][]>()
  for (const [, table, callee] of text.matchAll(TRIGGER)) {
    const name = parts(callee!).at(-1)!
    tables.set(name, [...(tables.get(name) ?? []), parts(table!)])
  }
  return (functionName, catalog) =>
    (tables.get(functionName) ?? []).flatMap((table) => {
      const [name, schema] = [...table].reverse()
      const found = catalog.findRelation({ name: name!, ...(schema !== undefined && { schema }) })
      return found === undefined ? [] : [found]
    })
}
