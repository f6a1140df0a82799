import { findBuilderUses } from './builders/index.js'
import type { CodeContext } from './context.js'
import { findRowUses } from './rows/index.js'
import { findSqlUses } from './sql/find.js'
import { findSqlFileUses } from './sqlFile/find.js'
import type { Trace } from './trace.js'
import type { CodeUse } from './use.js'

type Finder = (context: CodeContext, trace?: Trace) => readonly CodeUse[]

/** Everything that finds uses in the linted file. */
const finders: readonly Finder[] = [findSqlUses, findBuilderUses, findRowUses]

const cache = new WeakMap<object, { readonly context: CodeContext; readonly uses: readonly CodeUse[] }>()

/**
 * Every string of the linted file that is proven to meet a value set, right or wrong, in source order. Kept for each source
 * code, so that several rules share it. Never throws: a finder that fails finds nothing.
 */
export function findUses(context: CodeContext, trace?: Trace): readonly CodeUse[] {
  const known = cache.get(context.sourceCode)
  if (trace === undefined && known !== undefined && known.context.project === context.project)
    return known.uses
  const isSql = (context.ast.type as string) === 'SqlFile'
  const uses = (isSql ? [findSqlFileUses] : finders).flatMap((find) => guarded(find, context, trace))
  const unique = new Map<string, CodeUse>()
  for (const use of uses) {
    const key = `${use.range.join()} ${use.valueSet.schema}.${use.valueSet.name} ${use.value}`
    if (!unique.has(key)) unique.set(key, use)
  }
  const sorted = [...unique.values()].sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1])
  cache.set(context.sourceCode, { context, uses: sorted })
  return sorted
}

/** A defect of ours must cost neither the lint run nor the reports of other finders. */
function guarded(find: Finder, context: CodeContext, trace: Trace | undefined): readonly CodeUse[] {
  if (context.project.catalog === undefined) return []
  try {
    return find(context, trace)
  } catch (error) {
    trace?.({ range: [0, 0], message: `A finder gave up: ${String(error)}.` })
    return []
  }
}
