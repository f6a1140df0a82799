import type { Node, RawStmt } from '@pgsql/types'
import type { Catalog, TypeRef } from '../../catalog/model.js'
import { Utf8Offsets } from '../offsets.js'
import { parseSql } from '../parser.js'
import { Unreadable } from '../unreadable.js'
import type { SqlUse } from '../use.js'
import { Scope } from './scope.js'
import { transformQuery, type QueryResult } from './select.js'
import { Analysis, Refused } from './state.js'
import { transformStatement } from './statement.js'
import { OPEN, Types, type TypeId } from './types.js'
import { dropUnread } from './unread.js'

export interface AnalyzeOptions {
  /** Replaces the catalog's search path. */
  readonly searchPath?: readonly string[]
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
}

function resultColumns(types: Types, { columns, open }: QueryResult): ResultColumn[] | undefined {
  if (open) return undefined
  return columns.map(({ name, expr }) => ({ name, type: types.toRef(expr.type) }))
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
    return { uses: [], unreadable: statements, proven: false, refusals: [], unknownRelations: [], parameters: [] }
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
  const types = new Types(catalog, options.searchPath ?? catalog.searchPath)
  const analysis = new Analysis(text, new Utf8Offsets(text), types)
  const refusals: Refusal[] = []
  let result: ResultColumn[] | undefined
  for (const { stmt } of statements) {
    result = undefined
    analysis.parameters.clear()
    if (stmt === undefined) continue
    guard(refusals, () => {
      const made = transformStatement(new Scope(analysis), stmt)
      if (made !== undefined) result = resultColumns(types, made)
    })
  }
  return {
    uses: dropUnread(catalog, analysis.uses),
    proven: analysis.touched || analysis.uses.length > 0,
    refusals,
    unknownRelations: analysis.unknownRelations,
    parameters: parameterTypes(types, analysis.parameters),
    ...(result === undefined ? {} : { result }),
  }
}

/** Runs `work`; a refusal ends it, as does nesting beyond the stack. */
function guard(refusals: Refusal[], work: () => void): void {
  try {
    work()
  } catch (error) {
    if (error instanceof Refused) refusals.push({ code: error.code, message: error.message })
    else if (error instanceof RangeError) refusals.push({ code: '54001', message: 'nested too deeply' })
    else throw error
  }
}

/**
 * The columns that a query (a SelectStmt, or DML with RETURNING) gives, with their types; undefined type = unknown.
 * Undefined where the columns are not known: a star over an unknown relation, or a query that Postgres refuses.
 */
export function describeQuery(
  query: Node,
  catalog: Catalog,
  searchPath: readonly string[] = catalog.searchPath,
): ResultColumn[] | undefined {
  const types = new Types(catalog, searchPath)
  const analysis = new Analysis('', new Utf8Offsets(''), types)
  let result: ResultColumn[] | undefined
  guard([], () => {
    result = resultColumns(types, transformQuery(new Scope(analysis), query))
  })
  return result
}

export type { SqlUse }
