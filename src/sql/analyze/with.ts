import type { CommonTableExpr, WithClause } from '@pgsql/types'
import { unify } from './coerce.js'
import { transformExpr } from './expression.js'
import { Scope, type CommonTable, type ScopeColumn } from './scope.js'
import { transformQuery } from './select.js'
import { Refused } from './state.js'
import { BOOL, OPEN, RECORD, stringList, type TypeId } from './types.js'

/** transformWithClause: each term is analysed once; in WITH RECURSIVE when the first query asks for it. */
export function transformWith(scope: Scope, clause: WithClause | undefined): void {
  if (clause === undefined) return
  const terms = (clause.ctes ?? []).flatMap((node) =>
    'CommonTableExpr' in node ? [node.CommonTableExpr] : [],
  )
  const names = terms.map((term) => term.ctename ?? '')
  if (new Set(names).size !== names.length)
    throw new Refused('42712', 'WITH query name specified more than once')
  if (clause.recursive !== true) {
    for (const term of terms) scope.commonTables.set(term.ctename ?? '', analyzeTerm(scope, term, false))
    return
  }
  for (const term of terms) {
    scope.commonTables.set(term.ctename ?? '', { analyze: () => analyzeTerm(scope, term, true) })
  }
  for (const term of terms) resolveTerm(scope, term.ctename ?? '')
}

/** The columns of a term, analysing it now where that has not happened; undefined where the name is none here. */
export function resolveTerm(scope: Scope, name: string): CommonTable | undefined {
  const found = scope.commonTables.get(name)
  if (found === undefined) return undefined
  if (typeof found === 'object' && 'columns' in found && scope.running.has(name)) found.recursive = true
  if (found === 'running')
    throw new Refused('42P19', `recursive reference to query "${name}" must not appear here`)
  if (!('analyze' in found)) return found
  scope.commonTables.set(name, 'running')
  scope.running.add(name)
  const made = found.analyze()
  scope.running.delete(name)
  scope.commonTables.set(name, made)
  return made
}

function rename(columns: readonly ScopeColumn[], term: CommonTableExpr, open: boolean): ScopeColumn[] {
  const aliases = stringList(term.aliascolnames)
  if (aliases.length > columns.length && !open)
    throw new Refused('42P10', 'WITH query has fewer columns than names')
  return columns.map((column, i) => ({ name: aliases[i] ?? column.name, expr: column.expr }))
}

function analyzeTerm(scope: Scope, term: CommonTableExpr, recursive: boolean): CommonTable {
  const inner = new Scope(scope.analysis, scope)
  const name = term.ctename ?? ''
  const mark = markType(scope, term)
  let first: CommonTable | undefined
  if (recursive) {
    inner.recursive = {
      name,
      settle: (columns, open) => {
        first = { columns: added(rename(columns, term, open), term, mark), open }
        scope.commonTables.set(name, first)
      },
    }
  }
  const { columns, open } = transformQuery(inner, term.ctequery)
  if (first !== undefined) checkRecursion(first, columns, name)
  return { columns: added(rename(columns, term, open), term, mark), open }
}

/** analyzeCTE: what the first branch of a recursive term has settled must hold for all of it. */
function checkRecursion(first: CommonTable, columns: readonly ScopeColumn[], name: string): void {
  if (first.recursive !== true) return
  columns.forEach(({ expr }, i) => {
    const before = first.columns[i]?.expr.type ?? OPEN
    if (before !== expr.type && before !== OPEN && expr.type !== OPEN) {
      throw new Refused('42804', `recursive query "${name}" column ${i + 1} has another type overall`)
    }
  })
}

/** The type of CYCLE's mark, one of two values: analyzeCTE looks at them before the query, which may refer to it. */
function markType(scope: Scope, { cycle_clause: cycle }: CommonTableExpr): TypeId {
  const marks = [cycle?.cycle_mark_value, cycle?.cycle_mark_default].flatMap((mark) =>
    mark === undefined ? [] : [transformExpr(scope, mark)],
  )
  return marks.length === 0 ? BOOL : unify(scope.analysis, marks, 'CYCLE', { kind: 'write' }).type
}

/** SEARCH and CYCLE add columns. */
function added(
  columns: ScopeColumn[],
  { search_clause: search, cycle_clause: cycle }: CommonTableExpr,
  mark: TypeId,
): ScopeColumn[] {
  const more: ScopeColumn[] = []
  if (search !== undefined) {
    const type = search.search_breadth_first === true ? RECORD : -RECORD
    more.push({ name: search.search_seq_column ?? '', expr: { type } })
  }
  if (cycle !== undefined) {
    more.push({ name: cycle.cycle_mark_column ?? '', expr: { type: mark } })
    more.push({ name: cycle.cycle_path_column ?? '', expr: { type: -RECORD } })
  }
  return [...columns, ...more]
}
