import type { TSESTree } from '@typescript-eslint/utils'
import type { Catalog } from '../../catalog/model.js'
import { splitStatements, type SplitStatement } from '../../sql/split.js'
import { Unreadable } from '../../sql/unreadable.js'
import type { SqlUse } from '../../sql/use.js'
import type { CodeContext } from '../context.js'
import { mentions, vocabularyOf } from '../sql/vocabulary.js'
import { SqlText, type TextSource } from '../text.js'
import type { Trace } from '../trace.js'
import type { CodeUse } from '../use.js'
import { markersIn, type Hole } from './holes.js'
import { readStatement } from './read.js'

/** Block tags, which output nothing: `{% if x %}`, `{# note #}`, `<% for %>`. */
const BLOCK_TAG = /^(?:\{[%#]|<%[^=-])/

/** The text with its template markers blanked, every offset kept, and those of them that put something in. */
function withoutMarkers(text: string): { text: string; markers: readonly Hole[] } {
  const all = markersIn(text)
  if (all.length === 0) return { text, markers: all }
  let blanked = ''
  let done = 0
  const markers: Hole[] = []
  for (const hole of all) {
    const { start, end } = hole
    const isTag = BLOCK_TAG.test(text.slice(start, end))
    blanked += text.slice(done, start) + (isTag ? ' '.repeat(end - start) : 'p'.padEnd(end - start, '_'))
    done = end
    if (!isTag) markers.push(hole)
  }
  return { text: blanked + text.slice(done), markers }
}

/** Every string of an SQL file that meets a value set, right or wrong. Never throws for what the file holds. */
export function findSqlFileUses(context: CodeContext, trace?: Trace): CodeUse[] {
  const { project, sourceCode } = context
  const final = project.catalog
  if (final === undefined) return []
  const { text, markers } = withoutMarkers(sourceCode.text)
  const history = project.historyOf?.(context.filename, sourceCode.text)
  const uses: CodeUse[] = []
  for (const statement of splitStatements(text)) {
    const say = (message: string): void =>
      trace?.({
        range: [statement.start, statement.start + statement.text.length],
        message,
        sql: statement.text,
      })
    const catalog = history === undefined ? final : history.before(statement.start)
    if (catalog === undefined) {
      say(
        'It was not checked, because this part of the migration does not run when the migrations are applied.',
      )
      continue
    }
    uses.push(...usesOf(statement, markers, catalog, context, say))
  }
  return uses
}

function usesOf(
  statement: SplitStatement,
  markers: readonly Hole[],
  catalog: Catalog,
  context: CodeContext,
  say: (message: string) => void,
): CodeUse[] {
  const { text, start } = statement
  const end = start + text.length
  if (statement.meta === true) return []
  if (statement.unreadable !== undefined) {
    say(`It was not checked, because it could not be read as PostgreSQL: ${statement.unreadable.reason}.`)
    return []
  }
  if (!mentions(text, vocabularyOf(catalog))) {
    say('It names no table, type or function of the catalog that has to do with a closed set of values.')
    return []
  }
  const inside = markers
    .filter((marker) => marker.start < end && start < marker.end)
    .map((marker) => ({ ...marker, start: marker.start - start, end: marker.end - start }))
  const read = readStatement(text, inside, catalog)
  if (read instanceof Unreadable) {
    say(`It was not checked, because it could not be read as PostgreSQL: ${read.reason}.`)
    return []
  }
  const source = new SqlText([{ text, source: sourceOf(statement, context), from: 0 }])
  const uses = read.uses.flatMap((use) => codeUse(use, inside, source))
  say(
    `Read as SQL: ${uses.length} ${uses.length === 1 ? 'string meets' : 'strings meet'} a closed set of values.`,
  )
  return uses
}

/** The statement's text stands in the file as it is: nothing is escaped. */
function sourceOf({ text, start }: SplitStatement, { ast }: CodeContext): TextSource {
  return {
    decoded: { text, fileStart: start },
    quote: '',
    raw: false,
    linted: true,
    at: ast as TSESTree.Node,
  }
}

function codeUse(use: SqlUse, markers: readonly Hole[], source: SqlText): CodeUse[] {
  if (use.type === 'parameter') return []
  const { start, end, kind, effect, value, valueSet, target } = use
  // What a template puts into a string is not known.
  if (markers.some((marker) => marker.start < end && start < marker.end)) return []
  const edit = source.edit(start, end, use.arrayElement)
  const range = source.rangeOf(start, end)
  return [{ kind, effect, value, valueSet, target, range, ...(edit && { edit }), link: 'SQL of a file' }]
}
