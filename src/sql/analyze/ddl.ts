import type {
  AlterDomainStmt,
  AlterTableStmt,
  AlterTableType,
  ColumnDef,
  Constraint,
  CreateDomainStmt,
  CreateStatsStmt,
  CreateSchemaStmt,
  CreateStmt,
  CreateTrigStmt,
  DefineStmt,
  IndexStmt,
  Node,
  PartitionBoundSpec,
  RangeVar,
  RuleStmt,
} from '@pgsql/types'
import { assign, assignmentOf, type Assignment } from './assign.js'
import { coerceToTarget } from './coerce.js'
import { transformBoolean, transformExpr } from './expression.js'
import { nextConstant } from '../constants.js'
import { tableItem } from './from.js'
import { meetConstant } from './literals.js'
import { stringOf } from './nodes.js'
import { columnExpr, makeItem, Scope, type Item, type ScopeColumn } from './scope.js'
import { transformQuery } from './select.js'
import { Refused, type Expr } from './state.js'
import { OPEN, stringList, type TypeId } from './types.js'

/** A scope in which one table's columns are visible, as in CHECK, USING, index predicates and policies. */
function tableScope(scope: Scope, items: readonly Item[]): Scope {
  const inner = new Scope(scope.analysis)
  inner.items = [...items]
  return inner
}

const definitions = (nodes: readonly Node[] | undefined): ColumnDef[] =>
  (nodes ?? []).flatMap((node) => ('ColumnDef' in node ? [node.ColumnDef] : []))

function newColumn(name: string, type: TypeId, table: string): ScopeColumn {
  return { name, expr: { type, target: { label: `${table}.${name}`, table, column: name } } }
}

/** Those that are declared with a type: others add to what a parent or a composite type has. */
function newColumns(scope: Scope, columns: readonly ColumnDef[], table: string): ScopeColumn[] {
  const { types } = scope.analysis
  return columns.flatMap(({ colname = '', typeName }) =>
    typeName === undefined ? [] : [newColumn(colname, types.fromTypeName(typeName), table)],
  )
}

/** DEFAULT, GENERATED and CHECK of a column. */
function columnConstraints(scope: Scope, column: ColumnDef, item: Item, place: Assignment): void {
  if (column.raw_default !== undefined) defaultValue(scope, column.raw_default, place)
  for (const node of column.constraints ?? []) {
    if (!('Constraint' in node)) continue
    const { contype, raw_expr: expr } = node.Constraint
    if (contype === 'CONSTR_DEFAULT' && expr !== undefined) defaultValue(scope, expr, place)
    else if (contype === 'CONSTR_GENERATED' && expr !== undefined) {
      assign(scope, transformExpr(tableScope(scope, [item]), expr), place)
    } else tableConstraint(scope, node.Constraint, item)
  }
}

/** cookDefault: no column is visible. */
function defaultValue(scope: Scope, expr: Node, place: Assignment): void {
  assign(scope, transformExpr(new Scope(scope.analysis), expr), place, 'default')
}

function tableConstraint(scope: Scope, constraint: Constraint, item: Item): void {
  const inner = tableScope(scope, [item])
  if (constraint.contype === 'CONSTR_CHECK') transformBoolean(inner, constraint.raw_expr, 'CHECK')
  if (constraint.contype === 'CONSTR_EXCLUSION') transformBoolean(inner, constraint.where_clause, 'WHERE')
}

/** CREATE TABLE and CREATE FOREIGN TABLE. */
export function analyzeCreateTable(scope: Scope, create: CreateStmt): void {
  const { relation, tableElts, ofTypename } = create
  const table = relation?.relname ?? ''
  const columns = definitions(tableElts)
  const inherits = (create.inhRelations ?? []).flatMap((node) => ('RangeVar' in node ? [node.RangeVar] : []))
  const parents = inherits.map((parent) => tableItem(new Scope(scope.analysis), parent))
  const { types } = scope.analysis
  const fields = ofTypename === undefined ? [] : types.fields(types.fromTypeName(ofTypename))
  const likes = (tableElts ?? []).some((node) => 'TableLikeClause' in node) || fields === undefined
  const typed = (fields ?? []).map((field) => newColumn(field.name, field.type, table))
  const own = [...typed, ...newColumns(scope, columns, table)]
  const inherited = parents.flatMap((parent) =>
    parent.columns.filter((c) => !own.some((o) => o.name === c.name)),
  )
  const item = makeItem(table, [...inherited, ...own], {
    open: likes || parents.some((parent) => parent.open),
    systemColumns: true,
  })
  for (const column of columns) {
    columnConstraints(scope, column, item, assignmentOf(scope, item, undefined, column.colname ?? '', []))
  }
  for (const node of tableElts ?? []) if ('Constraint' in node) tableConstraint(scope, node.Constraint, item)
  partitionBound(scope, inherits[0], create.partbound)
  for (const node of create.partspec?.partParams ?? []) {
    if ('PartitionElem' in node && node.PartitionElem.expr !== undefined)
      transformExpr(tableScope(scope, [item]), node.PartitionElem.expr)
  }
}

/** CREATE SCHEMA with tables in it. Its other elements may mean what it makes, which is in no catalog yet. */
export function analyzeCreateSchema(scope: Scope, { schemaElts = [] }: CreateSchemaStmt): void {
  for (const node of schemaElts) if ('CreateStmt' in node) analyzeCreateTable(scope, node.CreateStmt)
}

/** CREATE AGGREGATE: the state type's input function reads INITCOND. */
export function analyzeAggregate(scope: Scope, { kind, definition = [] }: DefineStmt): void {
  if (kind !== 'OBJECT_AGGREGATE') return
  const { analysis } = scope
  const options = definition.flatMap((node) => ('DefElem' in node ? [node.DefElem] : []))
  const named = (name: string): (typeof options)[number] | undefined =>
    options.find(({ defname }) => defname?.toLowerCase() === name)
  const type = named('stype')?.arg
  const initial = named('initcond')
  if (initial === undefined || type === undefined || !('TypeName' in type)) return
  const constant = nextConstant(analysis.text, analysis.position(initial.location))
  const value = stringOf(initial.arg)
  if (constant?.value !== value) return
  meetConstant({ value, start: constant.start, analysis }, analysis.types.fromTypeName(type.TypeName), {
    kind: 'default',
  })
}

/** transformPartitionBound: each constant is one of the column that divides the parent. */
function partitionBound(
  scope: Scope,
  parent: RangeVar | undefined,
  bound: PartitionBoundSpec | undefined,
): void {
  if (parent === undefined || bound === undefined) return
  const { catalog, types } = scope.analysis
  const { schemaname: schema, relname: name = '' } = parent
  const relation = catalog.findRelation(schema === undefined ? { name } : { schema, name }, types.searchPath)
  const keys = relation?.partitionKey ?? []
  const item = tableItem(new Scope(scope.analysis), parent)
  const { listdatums = [], lowerdatums = [], upperdatums = [] } = bound
  for (const datums of [...listdatums.map((datum) => [datum]), lowerdatums, upperdatums]) {
    if (datums.length !== keys.length) continue
    datums.forEach((datum, i) => {
      const name = relation?.columns.find(({ attnum }) => attnum === keys[i])?.name
      const column = item.columns.find((one) => one.name === name)?.expr
      // MINVALUE and MAXVALUE are names.
      if (column === undefined || 'ColumnRef' in datum) return
      const value = transformExpr(new Scope(scope.analysis), datum)
      coerceToTarget(scope.analysis, value, column.type, 'assignment', {
        kind: 'write',
        target: column.target,
      })
    })
  }
}

/** The names of the columns that a constraint among `constraints` limits. */
function limitedColumns(
  scope: Scope,
  table: RangeVar | undefined,
  constraints: ReadonlySet<string>,
): Set<string> {
  const { catalog, types } = scope.analysis
  const { schemaname: schema, relname: name = '' } = table ?? {}
  const relation = catalog.findRelation(schema === undefined ? { name } : { schema, name }, types.searchPath)
  const limited = (relation?.constraints ?? []).flatMap((constraint) =>
    constraint.kind === 'check' && constraints.has(constraint.name) ? constraint.columns : [],
  )
  return new Set(
    (relation?.columns ?? []).flatMap((column) => (limited.includes(column.attnum) ? [column.name] : [])),
  )
}

/**
 * ALTER TABLE: what it drops is gone first, wherever that stands; new types are there before new defaults; a USING
 * expression sees the old ones.
 */
export function analyzeAlterTable(scope: Scope, alter: AlterTableStmt): void {
  const commands = (alter.cmds ?? []).flatMap((node) => ('AlterTableCmd' in node ? [node.AlterTableCmd] : []))
  const before = tableItem(new Scope(scope.analysis), alter.relation ?? {})
  const table = alter.relation?.relname ?? ''
  const namesOf = (subtype: AlterTableType): Set<string> =>
    new Set(commands.flatMap((command) => (command.subtype === subtype ? [command.name ?? ''] : [])))
  const dropped = namesOf('AT_DropColumn')
  const freed = limitedColumns(scope, alter.relation, namesOf('AT_DropConstraint'))
  const changed = new Map<string, TypeId>()
  const added: ColumnDef[] = []
  for (const { subtype, name = '', def } of commands) {
    if (def === undefined || !('ColumnDef' in def)) continue
    if (subtype === 'AT_AddColumn') added.push(def.ColumnDef)
    if (subtype !== 'AT_AlterColumnType') continue
    const type = scope.analysis.types.fromTypeName(def.ColumnDef.typeName)
    changed.set(name, type)
    const using = def.ColumnDef.raw_default
    if (using === undefined) continue
    const target = before.columns.find((column) => column.name === name)?.expr.target
    const expr = transformExpr(tableScope(scope, [before]), using)
    if (coerceToTarget(scope.analysis, expr, type, 'assignment', { kind: 'cast', target }) === undefined) {
      throw new Refused('42804', `result of USING clause for column "${name}" cannot be cast automatically`)
    }
  }
  const kept = before.columns.filter((column) => !dropped.has(column.name))
  const retyped = kept.map((column): ScopeColumn => {
    const type = changed.get(column.name)
    if (type === undefined && !freed.has(column.name)) return column
    return { name: column.name, expr: columnExpr(type ?? column.expr.type, column.expr.target, undefined) }
  })
  const fresh = newColumns(scope, added, table).filter(
    ({ name }) => !retyped.some((column) => column.name === name),
  )
  const after: Item = { ...before, columns: [...retyped, ...fresh] }
  const placeOf = (name: string): Assignment =>
    assignmentOf(scope, after, freed.has(name) || dropped.has(name) ? undefined : alter.relation, name, [])
  for (const { subtype, name = '', def } of commands) {
    if (subtype === 'AT_AddColumn' && def !== undefined && 'ColumnDef' in def) {
      columnConstraints(scope, def.ColumnDef, after, placeOf(def.ColumnDef.colname ?? ''))
    } else if (subtype === 'AT_ColumnDefault' && def !== undefined) {
      defaultValue(scope, def, placeOf(name))
    } else if (subtype === 'AT_SetExpression' && def !== undefined) {
      assign(scope, transformExpr(tableScope(scope, [after]), def), placeOf(name))
    } else if (subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def) {
      tableConstraint(scope, def.Constraint, after)
    } else if (def !== undefined && 'PartitionCmd' in def) {
      partitionBound(scope, alter.relation, def.PartitionCmd.bound)
    }
  }
}

export function analyzeIndex(scope: Scope, index: IndexStmt): void {
  const inner = tableScope(scope, [tableItem(new Scope(scope.analysis), index.relation ?? {})])
  for (const node of index.indexParams ?? []) {
    if ('IndexElem' in node && node.IndexElem.expr !== undefined) transformExpr(inner, node.IndexElem.expr)
  }
  transformBoolean(inner, index.whereClause, 'WHERE')
}

export function analyzeStatistics(scope: Scope, statistics: CreateStatsStmt): void {
  const [relation] = statistics.relations ?? []
  if (relation === undefined || !('RangeVar' in relation)) return
  const inner = tableScope(scope, [tableItem(new Scope(scope.analysis), relation.RangeVar)])
  for (const node of statistics.exprs ?? []) {
    if ('StatsElem' in node && node.StatsElem.expr !== undefined) transformExpr(inner, node.StatsElem.expr)
  }
}

/** The row filters of a publication's tables. */
export function analyzePublication(scope: Scope, objects: readonly Node[] | undefined): void {
  for (const node of objects ?? []) {
    if (!('PublicationObjSpec' in node)) continue
    const { relation, whereClause } = node.PublicationObjSpec.pubtable ?? {}
    const item = tableItem(new Scope(scope.analysis), relation ?? {})
    transformBoolean(tableScope(scope, [item]), whereClause, 'WHERE')
  }
}

/** CREATE POLICY and ALTER POLICY. */
export function analyzePolicy(
  scope: Scope,
  policy: { table?: RangeVar; qual?: Node; with_check?: Node },
): void {
  const item = tableItem(new Scope(scope.analysis), policy.table ?? {})
  transformBoolean(tableScope(scope, [item]), policy.qual, 'POLICY')
  transformBoolean(tableScope(scope, [item]), policy.with_check, 'POLICY')
}

function oldAndNew(scope: Scope, relation: RangeVar | undefined): Item[] {
  const item = tableItem(new Scope(scope.analysis), relation ?? {})
  return ['old', 'new'].map((name) => {
    const row = { ...item, name }
    delete (row as { schema?: string }).schema
    return row
  })
}

export function analyzeTrigger(scope: Scope, trigger: CreateTrigStmt): void {
  transformBoolean(tableScope(scope, oldAndNew(scope, trigger.relation)), trigger.whenClause, 'WHEN')
}

export function analyzeRule(scope: Scope, rule: RuleStmt): void {
  const rows = oldAndNew(scope, rule.relation)
  transformBoolean(tableScope(scope, rows), rule.whereClause, 'WHERE')
  for (const action of rule.actions ?? []) {
    const outer = tableScope(
      scope,
      rows.map((row) => ({ ...row, columnsVisible: false })),
    )
    transformQuery(new Scope(scope.analysis, outer), action)
  }
}

/** A scope in which VALUE is a value of the type. */
function valueScope(scope: Scope, type: TypeId): Scope {
  const inner = new Scope(scope.analysis)
  const value: Expr = { type }
  inner.variables = (names) => (names.length === 1 && names[0] === 'value' ? value : undefined)
  return inner
}

function domainConstraint(scope: Scope, type: TypeId, constraint: Constraint, label: string): void {
  const { contype, raw_expr: expr } = constraint
  if (expr === undefined) return
  if (contype === 'CONSTR_CHECK') transformBoolean(valueScope(scope, type), expr, 'CHECK')
  if (contype === 'CONSTR_DEFAULT') domainDefault(scope, type, expr, label)
}

function domainDefault(scope: Scope, type: TypeId, expr: Node, label: string): void {
  const value = transformExpr(new Scope(scope.analysis), expr)
  coerceToTarget(scope.analysis, value, type, 'assignment', { kind: 'default', target: { label } })
}

export function analyzeCreateDomain(scope: Scope, create: CreateDomainStmt): void {
  const type = scope.analysis.types.fromTypeName(create.typeName)
  const label = stringList(create.domainname).at(-1) ?? ''
  for (const node of create.constraints ?? []) {
    if ('Constraint' in node) domainConstraint(scope, type, node.Constraint, label)
  }
}

export function analyzeAlterDomain(scope: Scope, alter: AlterDomainStmt): void {
  const { types } = scope.analysis
  const names = stringList(alter.typeName)
  const name = names.at(-1) ?? ''
  const schema = names.at(-2)
  const type = types.find(schema === undefined ? { name } : { schema, name }) ?? OPEN
  const { def } = alter
  if (def === undefined) return
  if ('Constraint' in def) domainConstraint(scope, types.base(type), def.Constraint, name)
  else domainDefault(scope, type, def, name)
}
