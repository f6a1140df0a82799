import type { Node, RawStmt } from '@pgsql/types'
import type { Catalog, Relation, TypeRef, ValueSet } from '../../catalog/model.js'
import type { ExpressionPlace } from '../../catalog/store.js'
import { parseSql } from '../parser.js'
import { Unreadable } from '../unreadable.js'
import type { SqlUse, Target } from '../use.js'
import { catalogBehind } from './changed.js'
import { tableItem } from './from.js'
import { coerceToSpecific } from './coerce.js'
import { transformExpr } from './expression.js'
import { makeItem, Scope } from './scope.js'
import { transformQuery, type QueryResult } from './select.js'
import { SearchPath } from './searchPath.js'
import { Session } from './session.js'
import { Analysis, Findings, Made } from './state.js'
import { transformStatement } from './statement.js'
import { OPEN, Types, type TypeId } from './types.js'
import { dropUnread } from './unread.js'

export { PARAMETER_NAME } from './reference.js'

export interface AnalyzeOptions {
  /** Replaces the catalog's search path. */
  readonly searchPath?: readonly string[]
  /**
   * Tables whose triggers call the trigger function of that name (without schema), where triggers outside the text are
   * known: its NEW and OLD are rows of them.
   */
  readonly triggerTables?: (functionName: string) => readonly Relation[]
}

/** Why Postgres refuses a statement for another reason than a value; what comes after it there was not looked at. */
export interface Refusal {
  /** SQLSTATE. */
  readonly code: string
  readonly message: string
}

export interface SqlAnalysis {
  /** Every string constant, array element and parameter that Postgres reads as a member of a value set, good ones too. */
  readonly uses: readonly SqlUse[]
  /** Set where the text is no SQL. */
  readonly unreadable?: Unreadable
  /** True where the text is SQL that names an object of the catalog: that it is meant for this database. */
  readonly proven: boolean
  /** Statements that Postgres would refuse anyway; empty for right SQL. */
  readonly refusals: readonly Refusal[]
  /** Relations that are named but not in the catalog. */
  readonly unknownRelations: readonly string[]
  /** What the last statement returns: the columns of a SELECT or of RETURNING; undefined where that is not known. */
  readonly result?: readonly ResultColumn[]
  /** Types of `$1`, `$2`, ... of the last statement; undefined where unknown. */
  readonly parameters: readonly (TypeRef | undefined)[]
}

/** A column of a query's result. */
export interface ResultColumn {
  readonly name: string
  /** undefined = unknown. */
  readonly type: TypeRef | undefined
  /** The only strings that it can be, where its type allows others: a column with a CHECK. */
  readonly values?: ValueSet
  /** The column whose values these are. */
  readonly target?: Target
}

function resultColumns(types: Types, { columns, open }: QueryResult): ResultColumn[] | undefined {
  if (open) return undefined
  return columns.map(({ name, expr: { type, values, target } }) => ({
    name,
    type: types.toRef(type),
    ...(values && { values }),
    ...(target && { target }),
  }))
}

function parameterTypes(types: Types, known: ReadonlyMap<number, TypeId>): (TypeRef | undefined)[] {
  const count = Math.max(0, ...known.keys())
  return Array.from({ length: count }, (_, i) => types.toRef(known.get(i + 1) ?? OPEN))
}

/**
 * Name and type resolution as Postgres's parse analysis does it, for a text of one or more statements. Positions are in
 * UTF-16 units of `text`. Never throws: what can't be read is in `unreadable`.
 */
export function analyzeSql(text: string, catalog: Catalog, options: AnalyzeOptions = {}): SqlAnalysis {
  const statements = parseSql(text)
  if (statements instanceof Unreadable) {
    return {
      uses: [],
      unreadable: statements,
      proven: false,
      refusals: [],
      unknownRelations: [],
      parameters: [],
    }
  }
  return analyzeStatements(text, statements, catalog, options)
}

/** {@link analyzeSql} for statements that have been parsed from `text` already. */
export function analyzeStatements(
  text: string,
  statements: readonly RawStmt[],
  catalog: Catalog,
  options: AnalyzeOptions = {},
): SqlAnalysis {
  const path = new SearchPath(options.searchPath ?? catalog.searchPath)
  const findings = new Findings()
  const session = new Session(options.triggerTables)
  for (const { stmt } of statements) {
    if (stmt !== undefined && 'CreateTrigStmt' in stmt) session.addTrigger(stmt.CreateTrigStmt)
  }
  let analysis = new Analysis(text, new Types(catalog, path.current), findings)
  let result: ResultColumn[] | undefined
  for (const { stmt } of statements) {
    result = undefined
    analysis.parameters.clear()
    analysis.placeholders = true
    if (stmt === undefined) continue
    const { types } = analysis
    findings.guard(() => {
      const made = transformStatement(new Scope(analysis), stmt, session)
      if (made !== undefined) result = resultColumns(types, made)
    })
    path.after(stmt)
    const behind = catalogBehind(stmt, types.catalog)
    if (path.current !== types.searchPath || behind !== types.catalog)
      analysis = new Analysis(text, new Types(behind, path.current), findings)
  }
  return {
    uses: dropUnread(catalog, findings.uses),
    proven: findings.touched || findings.uses.length > 0,
    refusals: findings.refusals,
    unknownRelations: findings.unknownRelations,
    parameters: parameterTypes(analysis.types, analysis.parameters),
    ...(result === undefined ? {} : { result }),
  }
}

/**
 * The columns that a query (a SelectStmt, or DML with RETURNING) gives, with their types; undefined type = unknown.
 * Undefined where the columns are not known: a star over an unknown relation, or a query that Postgres refuses; why it
 * does is added to `refusals`, what it means by what the migrations made to `made`.
 */
export function describeQuery(
  query: Node,
  catalog: Catalog,
  searchPath: readonly string[] = catalog.searchPath,
  refusals: Refusal[] = [],
  made = new Made(),
): ResultColumn[] | undefined {
  const types = new Types(catalog, searchPath)
  const analysis = new Analysis('', types, new Findings(made))
  let result: ResultColumn[] | undefined
  analysis.findings.guard(() => {
    result = resultColumns(types, transformQuery(new Scope(analysis), query))
  })
  const { refusals: found, unknownRelations } = analysis.findings
  const [missing] = unknownRelations
  // What is refused ends the analysis: a relation that it has missed before comes first in Postgres.
  if (missing !== undefined && found.length > 0)
    refusals.push({ code: '42P01', message: `relation "${missing}" does not exist` })
  refusals.push(...found)
  return result
}

/** What {@link describeQuery} adds, for an expression over the columns of a table, or of a domain's value. */
export function analyzeExpression(
  expression: Node,
  { table, columns, type: taken }: ExpressionPlace,
  catalog: Catalog,
  searchPath: readonly string[],
  refusals: Refusal[],
  made: Made,
): void {
  const types = new Types(catalog, searchPath)
  const analysis = new Analysis('', types, new Findings(made))
  const scope = new Scope(analysis)
  const offered = columns.map(({ name, type }) => ({ name, expr: { type: types.fromRef(type) } }))
  scope.items.push(makeItem(table, offered, { systemColumns: true }))
  analysis.findings.guard(() => {
    const value = transformExpr(scope, expression)
    if (taken !== undefined) coerceToSpecific(analysis, value, types.fromRef(taken), 'an expression')
  })
  refusals.push(...analysis.findings.refusals)
}

/** A table that a fragment of SQL may refer to. */
export interface FragmentTable {
  readonly schema?: string
  readonly name: string
  readonly alias?: string
}

/** What a fragment of SQL is, by where it stands. */
export type FragmentKind = 'condition' | 'expressions' | 'order' | 'group' | 'from' | 'assignments'

/** What makes a fragment a statement, before and after it. */
function frame(
  kind: FragmentKind,
  tables: readonly FragmentTable[],
): readonly [before: string, after: string] {
  switch (kind) {
    case 'condition':
      return ['SELECT WHERE ', '']
    case 'expressions':
      return ['SELECT ', '']
    case 'order':
      return ['SELECT ORDER BY ', '']
    case 'group':
      return ['SELECT GROUP BY ', '']
    case 'from':
      return ['SELECT FROM ', '']
    case 'assignments': {
      const [table] = tables
      const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
      const name = table === undefined ? '' : [table.schema, table.name].filter((part) => part !== undefined)
      const alias = table?.alias === undefined ? '' : ` AS ${quoted(table.alias)}`
      return [`UPDATE ${name === '' ? '"?"' : name.map(quoted).join('.')}${alias} SET `, '']
    }
  }
}

/**
 * {@link analyzeSql} for text that is part of a statement (`whereRaw`, `orderByRaw`): `tables` are what its names may refer to,
 * as in FROM, names as Postgres folds them. Positions are UTF-16 in `text`. Never throws.
 */
export function analyzeFragment(
  text: string,
  kind: FragmentKind,
  tables: readonly FragmentTable[],
  catalog: Catalog,
  options: AnalyzeOptions = {},
): SqlAnalysis {
  const [before, after] = frame(kind, tables)
  const statements = parseSql(before + text + after)
  const nothing = { uses: [], proven: false, refusals: [], unknownRelations: [], parameters: [] }
  if (statements instanceof Unreadable) {
    const { reason, offset } = statements
    return {
      ...nothing,
      unreadable: new Unreadable(
        reason,
        offset === undefined ? undefined : Math.max(0, offset - before.length),
      ),
    }
  }
  const [statement] = statements
  // Text that closes the frame and opens another statement is no fragment.
  if (statement?.stmt === undefined || statements.length !== 1) {
    return { ...nothing, unreadable: new Unreadable('no fragment of one statement') }
  }
  const types = new Types(catalog, options.searchPath ?? catalog.searchPath)
  const findings = new Findings()
  const analysis = new Analysis(before + text + after, types, findings, (offset) => offset - before.length)
  const { stmt } = statement
  findings.guard(() => {
    const outer = new Scope(analysis)
    const scope = kind === 'assignments' ? outer : new Scope(analysis, outer)
    for (const { schema, name, alias } of kind === 'assignments' ? [] : tables) {
      const item = tableItem(outer, {
        relname: name,
        ...(schema === undefined ? {} : { schemaname: schema }),
        ...(alias === undefined ? {} : { alias: { aliasname: alias } }),
      })
      scope.items.push(item)
    }
    transformStatement(scope, stmt, new Session())
  })
  return {
    uses: dropUnread(catalog, findings.uses),
    proven: findings.touched || findings.uses.length > 0,
    refusals: findings.refusals,
    unknownRelations: findings.unknownRelations,
    parameters: parameterTypes(types, analysis.parameters),
  }
}

export { analyzeCopyData } from './copy.js'
export type { SqlUse }
