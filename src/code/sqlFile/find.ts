import type { TSESTree } from '@typescript-eslint/utils'
import type { Catalog } from '../../catalog/model.js'
import { valueSetOfColumn } from '../../catalog/valueSets.js'
import { engineInPath, foreignSyntax } from '../../migrations/engines.js'
import { projectPath } from '../../migrations/files.js'
import { analyzeCopyData } from '../../sql/analyze/index.js'
import { splitStatements, type SplitStatement } from '../../sql/split.js'
import { Unreadable } from '../../sql/unreadable.js'
import type { SqlUse } from '../../sql/use.js'
import type { CodeContext } from '../context.js'
import { isFilledIn } from '../sql/filledIn.js'
import { mentions, vocabularyOf } from '../sql/vocabulary.js'
import { insideOf, SqlText, type TextSource } from '../text.js'
import type { Trace } from '../trace.js'
import type { CodeUse, Range, ValueEdit } from '../use.js'
import { markersIn, type Hole } from './holes.js'
import { readStatement } from './read.js'
import { triggersIn, type TriggerTables } from './triggers.js'

/** Block tags, which output nothing: `{% if x %}`, `{# note #}`, `<% for %>`. */
const BLOCK_TAG = /^(?:\{[%#]|<%[^=-])/

/** The text with its template markers blanked, every offset kept, and those of them that put something in. */
function withoutMarkers(text: string, catalog: Catalog): { text: string; markers: readonly Hole[] } {
  const all = markersIn(text)
  if (all.length === 0) return { text, markers: all }
  let blanked = ''
  let done = 0
  const markers: Hole[] = []
  for (const hole of all) {
    const { start, end } = hole
    const marker = text.slice(start, end)
    const isTag = BLOCK_TAG.test(marker)
    const table = isTag ? undefined : sourceTable(marker, catalog)
    const filler = isTag ? '' : (table ?? 'p'.padEnd(end - start, '_'))
    blanked += text.slice(done, start) + filler.padEnd(end - start)
    done = end
    if (!isTag && table === undefined) markers.push(hole)
  }
  return { text: blanked + text.slice(done), markers }
}

/** The table that dbt's `{{ source('app', 'workspaces') }}` stands for: the one of that name that the catalog has. */
function sourceTable(marker: string, catalog: Catalog): string | undefined {
  const name = /^\{\{-?\s*source\(\s*(['"])\w+\1\s*,\s*(['"])(\w+)\2\s*\)\s*-?\}\}$/.exec(marker)?.[3]
  return name !== undefined && catalog.findRelation({ name }) !== undefined ? `"${name}"` : undefined
}

/** What all statements of a file share. */
interface FileState {
  readonly context: CodeContext
  readonly markers: readonly Hole[]
  readonly triggerTables: TriggerTables
  readonly trace: Trace | undefined
}

/** Every string of an SQL file that meets a value set, right or wrong. Never throws for what the file holds. */
export function findSqlFileUses(context: CodeContext, trace?: Trace): CodeUse[] {
  const { project, sourceCode, filename } = context
  const final = project.catalog
  if (final === undefined) return []
  const { text, markers } = withoutMarkers(sourceCode.text, final)
  const history = project.historyOf?.(filename, sourceCode.text)
  const engine = foreignEngine(text, history?.isMigration === true ? '' : projectPath(project.root, filename))
  if (engine !== undefined) {
    trace?.({
      range: [0, text.length],
      message: `The file was not checked, because it is not for Postgres: ${engine}.`,
    })
    return []
  }
  const state: FileState = { context, markers, triggerTables: triggersIn(text), trace }
  return splitStatements(text).flatMap((statement) => {
    const catalog = history === undefined ? final : history.before(statement.start)
    if (catalog !== undefined) return usesOf(statement, catalog, state)
    say(
      state,
      statement,
      'It was not checked, because this part does not run when the migrations are applied.',
    )
    return []
  })
}

/** Why the file is for another engine, as a sentence fragment. */
function foreignEngine(text: string, path: string): string | undefined {
  const sign = foreignSyntax(text)
  if (sign !== undefined) return `it uses ${sign}`
  const engine = engineInPath(path)
  return engine === undefined ? undefined : `its path names ${engine}`
}

function say({ trace }: FileState, { start, text }: SplitStatement, message: string): void {
  trace?.({ range: [start, start + text.length], message, sql: text })
}

function usesOf(statement: SplitStatement, catalog: Catalog, state: FileState): CodeUse[] {
  const { text, start, data } = statement
  if (statement.meta === true) return []
  if (statement.unreadable !== undefined) {
    say(state, statement, `It could not be read as PostgreSQL: ${statement.unreadable.reason}.`)
    return []
  }
  // A trigger function need not name the tables whose rows it gets.
  if (!mentions(text, vocabularyOf(catalog)) && !/\breturns\s+trigger\b/i.test(text)) {
    say(state, statement, 'It names nothing of the catalog that has to do with a closed set of values.')
    return []
  }
  const end = start + text.length
  const inside = state.markers
    .filter((marker) => marker.start < end && start < marker.end)
    .map((marker) => ({ ...marker, start: marker.start - start, end: marker.end - start }))
  const read = readStatement(text, inside, catalog, state.triggerTables)
  if (read instanceof Unreadable) {
    say(state, statement, `It could not be read as PostgreSQL: ${read.reason}.`)
    return []
  }
  const uses = read.uses.flatMap((use) => codeUse(use, inside, textAt(text, start, state)))
  if (data !== undefined) {
    const lines = state.context.sourceCode.text.slice(data.start, data.end)
    const source = textAt(lines, data.start, state)
    for (const use of analyzeCopyData(text, lines, catalog)) {
      const edit = dataEdit(lines.slice(use.start, use.end), source.rangeOf(use.start, use.end))
      uses.push(...codeUse(use, [], source).map((found) => ({ ...found, edit })))
    }
  }
  say(
    state,
    statement,
    `Read as SQL: ${uses.length} ${uses.length === 1 ? 'string meets' : 'strings meet'} a closed set of values.`,
  )
  const { catalog: final } = state.context.project
  return uses.filter((use) => !meetsLater(use, text) || !acceptsLater(use, final))
}

/** How another value is written in a line of COPY's data: as it is, or in the quotes of CSV. */
function dataEdit(written: string, range: Range): ValueEdit {
  const quote = /^"[^]*"$/.test(written) ? '"' : ''
  return {
    range,
    write: (value) => (/[^\w .:-]/.test(value) || value.trim() === '' ? undefined : quote + value + quote),
  }
}

/**
 * Whether a string of a statement meets its values only when what it defines is used, which may be when there are more of them: in
 * the body of a function in PL/pgSQL, and, where Postgres does not look at it, in a policy, a view, a CHECK, a default and the like.
 */
function meetsLater({ effect, valueSet }: CodeUse, statement: string): boolean {
  if (!/^\s*(?:create|alter)\b/i.test(statement)) return false
  return effect === 'never-match' || valueSet.kind === 'check' || isProgram(statement)
}

function isProgram(statement: string): boolean {
  return (
    /^\s*create\b[^']{0,200}?\b(?:function|procedure)\b/i.test(statement) &&
    /\blanguage\s+'?plpgsql/i.test(statement)
  )
}

/** Whether behind all migrations a string is accepted where it was not before. */
function acceptsLater({ valueSet, value, target }: CodeUse, final: Catalog | undefined): boolean {
  if (final === undefined) return false
  const { schema, table, column } = target
  const relation =
    table === undefined
      ? undefined
      : final.findRelation(schema === undefined ? { name: table } : { schema, name: table })
  const found = relation?.columns.find(({ name }) => name === column)
  if (relation !== undefined && found !== undefined) {
    const later = valueSetOfColumn(final, relation, found)
    return later === undefined || later.values.some((label) => label.value === value)
  }
  const type = final.findType(valueSet)
  return type?.kind === 'enum' && type.labels.some((label) => label.value === value)
}

/** The text stands in the file as it is: nothing is escaped. */
function textAt(text: string, fileStart: number, { context }: FileState): SqlText {
  const at = context.ast as TSESTree.Node
  const source: TextSource = { decoded: { text, fileStart }, quote: '', raw: false, linted: true, at }
  return new SqlText([{ text, source, from: 0 }])
}

function codeUse(use: SqlUse, markers: readonly Hole[], source: SqlText): CodeUse[] {
  if (use.type === 'parameter') return []
  const { start, end, kind, effect, value, valueSet, target } = use
  // What a template puts into a string is not known.
  if (isFilledIn(value) || markers.some((marker) => marker.start < end && start < marker.end)) return []
  const edit = source.edit(start, end, insideOf(use))
  const range = source.rangeOf(start, end)
  return [{ kind, effect, value, valueSet, target, range, ...(edit && { edit }), link: 'SQL of a file' }]
}
