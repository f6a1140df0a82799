import type { Relation, ValueSet } from '../../catalog/model.js'
import { Refused, type Analysis, type Expr } from './state.js'
import { OPEN, RECORD, type TypeId } from './types.js'
import { checkSetOf, columnTarget } from './valueSets.js'
import type { Target } from '../use.js'

/** A column that a FROM item offers. */
export interface ScopeColumn {
  readonly name: string
  readonly expr: Expr
}

/** An item that names in a query can refer to: ParseNamespaceItem of Postgres. */
export interface Item {
  /** Alias, or the relation's name. */
  readonly name: string | undefined
  /** The relation's schema, where it stands there without an alias: `schema.table.column` reaches it. */
  readonly schema?: string
  readonly columns: readonly ScopeColumn[]
  /** True where more columns may exist than are known. */
  readonly open: boolean
  /** Type of a whole-row reference. */
  readonly rowType: TypeId
  /** A table that has ctid, tableoid and the like. */
  readonly systemColumns: boolean
  relationVisible: boolean
  columnsVisible: boolean
  lateralOnly: boolean
  lateralOk: boolean
}

/** A name in WITH. */
export interface CommonTable {
  readonly columns: readonly ScopeColumn[]
  readonly open: boolean
  /** Set once a recursive term refers to itself. */
  recursive?: true
}

/** Names that are no columns: PL/pgSQL variables and arguments of SQL functions. Undefined for what is none. */
export type Variables = (names: readonly string[]) => Expr | undefined

/** The state of analysing one query level: ParseState of Postgres. */
export class Scope {
  items: Item[] = []
  lateralActive = false
  readonly commonTables = new Map<string, CommonTable | { analyze(): CommonTable } | 'running'>()
  /** Terms of this level's WITH RECURSIVE that are being analysed. */
  readonly running = new Set<string>()
  /** False where the outer query settles constants that are still of unknown type. */
  resolveUnknowns = true
  /** Counts references to columns of this level: contain_vars_of_level. */
  references = 0
  variables: Variables | undefined
  /** What a name means that is a column and a variable: SQL functions take the column, PL/pgSQL refuses or is told. */
  conflict: 'column' | 'variable' | 'refuse' = 'column'
  readonly windows: import('@pgsql/types').WindowDef[] = []
  /** Transition tables of a trigger. */
  readonly transitions = new Map<string, Item>()
  /** The WITH term that this scope analyses, while its own columns are not known yet. */
  recursive?: { readonly name: string; settle(columns: readonly ScopeColumn[], open: boolean): void }

  constructor(
    readonly analysis: Analysis,
    readonly parent?: Scope,
  ) {
    this.variables = parent?.variables
    this.conflict = parent?.conflict ?? 'column'
  }
}

/** An item over known columns. */
export function makeItem(
  name: string | undefined,
  columns: readonly ScopeColumn[],
  options: { open?: boolean; rowType?: TypeId; schema?: string; systemColumns?: boolean } = {},
): Item {
  return {
    name,
    columns,
    open: options.open ?? false,
    rowType: options.rowType ?? RECORD,
    systemColumns: options.systemColumns ?? false,
    ...(options.schema === undefined ? {} : { schema: options.schema }),
    relationVisible: true,
    columnsVisible: true,
    lateralOnly: false,
    lateralOk: true,
  }
}

/** The columns of a relation as expressions that know where they come from. */
export function relationColumns(analysis: Analysis, relation: Relation): ScopeColumn[] {
  const { types } = analysis
  return relation.columns.map((column) => {
    const { set, holds } = checkSetOf(types, relation, column)
    return {
      name: column.name,
      expr: columnExpr(
        types.fromRef(column.type),
        columnTarget(types, relation, column.name),
        holds ? set : undefined,
      ),
    }
  })
}

export function columnExpr(type: TypeId, target: Target | undefined, values: ValueSet | undefined): Expr {
  return {
    type,
    ...(target === undefined ? {} : { target }),
    ...(values === undefined ? {} : { values }),
  }
}

/** Columns of a relation that is in no catalog: any name may be one. */
export const unknownItem = (name: string | undefined): Item =>
  makeItem(name, [], { open: true, rowType: OPEN })

const SYSTEM_COLUMNS: Record<string, TypeId> = {
  ctid: 27,
  xmin: 28,
  cmin: 29,
  xmax: 28,
  cmax: 29,
  tableoid: 26,
}

/** A column of one item; undefined where it has none by that name. */
export function itemColumn(item: Item, name: string): Expr | undefined {
  let found: Expr | undefined
  for (const column of item.columns) {
    if (column.name !== name) continue
    if (found !== undefined) throw new Refused('42702', `column reference "${name}" is ambiguous`)
    found = column.expr
  }
  if (found !== undefined) return found
  const system = item.systemColumns ? SYSTEM_COLUMNS[name] : undefined
  if (system !== undefined) return { type: system }
  return item.open ? { type: OPEN } : undefined
}

/** colNameToVar: an unqualified name, from the inner level outward. */
export function findColumn(scope: Scope, name: string): Expr | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    let found: Expr | undefined
    let open = false
    for (const item of level.items) {
      if (!item.columnsVisible || (item.lateralOnly && !level.lateralActive)) continue
      const columns = item.columns.filter((column) => column.name === name)
      const system = item.systemColumns && columns.length === 0 ? SYSTEM_COLUMNS[name] : undefined
      const hits = system === undefined ? columns.map((column) => column.expr) : [{ type: system }]
      if (hits.length > 1 || (hits.length === 1 && found !== undefined)) {
        throw new Refused('42702', `column reference "${name}" is ambiguous`)
      }
      if (hits.length === 1) {
        if (item.lateralOnly && !item.lateralOk) throw new Refused('42P10', `invalid reference to "${name}"`)
        found = hits[0]
      } else if (item.open) open = true
    }
    if (found !== undefined || open) {
      level.references++
      return found ?? { type: OPEN }
    }
  }
  return undefined
}

/** refnameNamespaceItem: an item by name, from the inner level outward. */
export function findItem(scope: Scope, name: string, schema?: string): Item | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    let found: Item | undefined
    for (const item of level.items) {
      if (!item.relationVisible || (item.lateralOnly && !level.lateralActive)) continue
      if (item.name !== name || (schema !== undefined && item.schema !== schema)) continue
      if (found !== undefined) throw new Refused('42P09', `table reference "${name}" is ambiguous`)
      found = item
    }
    if (found !== undefined) {
      if (found.lateralOnly && !found.lateralOk) throw new Refused('42P10', `invalid reference to "${name}"`)
      level.references++
      return found
    }
  }
  return undefined
}

/** A whole-row reference to an item. */
export function wholeRow(item: Item): Expr {
  if (item.open) return { type: OPEN }
  return { type: item.rowType, fields: item.columns, wholeRow: true }
}
