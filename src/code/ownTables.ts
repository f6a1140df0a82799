import type { CodeContext } from './context.js'
import type { CodeUse } from './use.js'

const CREATES =
  /\bcreate\s+(?:(?:global|local)\s+)?(?:(?:temp|temporary|unlogged)\s+)?table\s+(if\s+not\s+exists\s+)?((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?)\s*(?:\(|as\b)/gi

const TEST = /(?:^|[/\\.])(?:tests?|specs?|__tests__|e2e|fixtures?)(?:[/\\.]|$)/i

/**
 * Leaves out what meets a table that the file's own SQL makes: it has columns of its own, as in the database of a test. What is only made
 * where it is missing is there after the migrations, but in a test.
 */
export function withoutOwnTables(uses: readonly CodeUse[], context: CodeContext): readonly CodeUse[] {
  const { sourceCode, filename } = context
  if (!/\bcreate\s/i.test(sourceCode.text)) return uses
  const own: (readonly string[])[] = []
  for (const [, ifMissing, name] of sourceCode.text.matchAll(CREATES))
    if (ifMissing === undefined || TEST.test(filename)) own.push(partsOf(name!))
  if (own.length === 0) return uses
  return uses.filter(({ target: { schema = 'public', table } }) =>
    own.every((parts) => parts.at(-1) !== table || (parts.length > 1 && parts[0] !== schema)),
  )
}

function partsOf(name: string): string[] {
  return [...name.matchAll(/"([^"]+)"|([\w$]+)/g)].map(([, quoted, bare]) => quoted ?? bare!.toLowerCase())
}
