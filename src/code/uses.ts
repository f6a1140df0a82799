import { findersOnDemand, onDemand } from '../onDemand.js'
import { librariesIn } from './builders/prefilter.js'
import { mayCallRowWriter } from './builders/rowWriterPrefilter.js'
import { mayCallQueries } from './called/prefilter.js'
import type { CodeContext } from './context.js'
import { mayHaveRows } from './rows/prefilter.js'
import { findSqlUses } from './sql/find.js'
import { withoutOwnTables } from './ownTables.js'
import { withoutAsserted } from './rejected.js'
import type { Trace } from './trace.js'
import type { CodeUse } from './use.js'

type Finder = (context: CodeContext, trace?: Trace) => readonly CodeUse[]

const findDoubtfulSqlUses: Finder = (context) => findSqlUses(context, undefined, true)

const findBuilderUses: Finder = (context) =>
  librariesIn(context).length === 0 ? [] : findersOnDemand().findBuilderUses(context)

const findRowWriterUses: Finder = (context) =>
  mayCallRowWriter(context) ? findersOnDemand().findRowWriterUses(context) : []

const findCalledUses: Finder = (context) =>
  mayCallQueries(context) ? findersOnDemand().findCalledUses(context) : []

const findRowUses: Finder = (context) => (mayHaveRows(context) ? findersOnDemand().findRowUses(context) : [])

/** What has been found in a source code. */
interface Found {
  readonly context: CodeContext
  all?: readonly CodeUse[]
  doubtful?: readonly CodeUse[]
  /** Those of everything but SQL. */
  others?: readonly CodeUse[]
}

const cache = new WeakMap<object, Found>()

function foundIn(context: CodeContext): Found {
  const known = cache.get(context.sourceCode)
  if (known !== undefined && known.context.project === context.project) return known
  const found: Found = { context }
  cache.set(context.sourceCode, found)
  return found
}

/**
 * Every string of the linted file that is proven to meet a value set, right or wrong, in source order. Kept for each source
 * code, so that several rules share it. Never throws: a finder that fails finds nothing.
 */
export function findUses(context: CodeContext, trace?: Trace): readonly CodeUse[] {
  const found = foundIn(context)
  if (found.all === undefined || trace !== undefined) found.all = collect(context, found, findSqlUses, trace)
  return found.all
}

/**
 * {@link findUses} without most of those that are right: cheaper, because SQL that surely holds no wrong string is not parsed. Every
 * wrong one is there.
 */
export function findDoubtfulUses(context: CodeContext): readonly CodeUse[] {
  const found = foundIn(context)
  return found.all ?? (found.doubtful ??= collect(context, found, findDoubtfulSqlUses, undefined))
}

function collect(
  context: CodeContext,
  found: Found,
  findSql: Finder,
  trace: Trace | undefined,
): readonly CodeUse[] {
  const run = (finders: readonly Finder[]) => finders.flatMap((find) => guarded(find, context, trace))
  if ((context.ast.type as string) === 'SqlFile') return sorted(run([onDemand().findSqlFileUses]))
  const sql = run([findSql])
  if (trace !== undefined || found.others === undefined)
    found.others = run([findBuilderUses, findRowWriterUses, findCalledUses, findRowUses])
  const { others } = found
  return sorted([...sql, ...others])
}

/** In source order, each once. */
function sorted(uses: readonly CodeUse[]): readonly CodeUse[] {
  if (uses.length === 0) return uses
  const unique = new Map<string, CodeUse>()
  for (const use of uses) {
    const key = `${use.range.join()} ${use.valueSet.schema}.${use.valueSet.name} ${use.value}`
    if (!unique.has(key)) unique.set(key, use)
  }
  return [...unique.values()].sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1])
}

/** A migration that is no SQL met the database as it was then, which is not known here. */
function isMigrationInCode({ ast, project, filename }: CodeContext): boolean {
  return (ast.type as string) !== 'SqlFile' && project.isMigration?.(filename) === true
}

/** A defect of ours must cost neither the lint run nor the reports of other finders. */
function guarded(find: Finder, context: CodeContext, trace: Trace | undefined): readonly CodeUse[] {
  if (context.project.catalog === undefined) return []
  // Most files hold none: what a migration is is asked about those that do.
  if (trace !== undefined && isMigrationInCode(context)) return []
  try {
    const uses = find(context, trace)
    if (uses.length === 0 || (context.ast.type as string) === 'SqlFile') return uses
    return isMigrationInCode(context) ? [] : withoutAsserted(withoutOwnTables(uses, context), context, trace)
  } catch (error) {
    trace?.({ range: [0, 0], message: `A finder gave up: ${String(error)}.` })
    return []
  }
}
