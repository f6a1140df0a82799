import type { Catalog } from '../../catalog/model.js'
import { onDemand } from '../../onDemand.js'
import type { SqlAnalysis } from '../../sql/analyze/index.js'

/** More than the texts of a large file, each read in several ways. */
const MAX_KEPT = 500

const kept = new WeakMap<Catalog, Map<string, SqlAnalysis>>()

/**
 * `analyzeSql`, remembered: the finders ask about the same text (its uses, its result), and an editor lints a file again with all but
 * one of its queries unchanged. Never throws.
 */
export function analyzed(text: string, catalog: Catalog): SqlAnalysis {
  let analyses = kept.get(catalog)
  if (analyses === undefined) kept.set(catalog, (analyses = new Map()))
  const known = analyses.get(text)
  if (known !== undefined) return known
  const analysis = onDemand().analyzeSql(text, catalog)
  analyses.set(text, analysis)
  if (analyses.size > MAX_KEPT) analyses.delete(analyses.keys().next().value!)
  return analysis
}
