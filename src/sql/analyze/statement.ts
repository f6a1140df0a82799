import type { CallStmt, CopyStmt, ExecuteStmt, Node, PrepareStmt } from '@pgsql/types'
import { transformCall } from './call.js'
import { coerceToTarget } from './coerce.js'
import {
  analyzeAggregate,
  analyzeAlterDomain,
  analyzeAlterTable,
  analyzeCreateDomain,
  analyzeCreateSchema,
  analyzeCreateTable,
  analyzeIndex,
  analyzePolicy,
  analyzePublication,
  analyzeRule,
  analyzeStatistics,
  analyzeTrigger,
} from './ddl.js'
import { transformBoolean, transformExpr } from './expression.js'
import { tableItem } from './from.js'
import { analyzeDo, analyzeFunction } from './routine.js'
import { Scope } from './scope.js'
import { transformQuery, type QueryResult } from './select.js'
import type { Session } from './session.js'
import { Refused } from './state.js'
import { OPEN, UNKNOWN, type TypeId } from './types.js'

/** One statement of any kind; gives what it returns, undefined where it returns nothing. */
export function transformStatement(scope: Scope, node: Node, session: Session): QueryResult | undefined {
  if (
    'SelectStmt' in node ||
    'InsertStmt' in node ||
    'UpdateStmt' in node ||
    'DeleteStmt' in node ||
    'MergeStmt' in node
  ) {
    return transformQuery(scope, node)
  }
  if ('ExplainStmt' in node && node.ExplainStmt.query !== undefined) {
    transformStatement(scope, node.ExplainStmt.query, session)
  } else if ('DeclareCursorStmt' in node) transformQuery(scope, node.DeclareCursorStmt.query)
  else if ('ViewStmt' in node) transformQuery(scope, node.ViewStmt.query)
  else if ('CreateTableAsStmt' in node && node.CreateTableAsStmt.query !== undefined) {
    transformStatement(scope, node.CreateTableAsStmt.query, session)
  } else if ('PrepareStmt' in node) prepare(scope, node.PrepareStmt, session)
  else if ('ExecuteStmt' in node) execute(scope, node.ExecuteStmt, session)
  else if ('CallStmt' in node) call(scope, node.CallStmt)
  else if ('CopyStmt' in node) copy(scope, node.CopyStmt)
  else if ('CreateStmt' in node) analyzeCreateTable(scope, node.CreateStmt)
  else if ('CreateForeignTableStmt' in node && node.CreateForeignTableStmt.base !== undefined)
    analyzeCreateTable(scope, node.CreateForeignTableStmt.base)
  else if ('CreateSchemaStmt' in node) analyzeCreateSchema(scope, node.CreateSchemaStmt)
  else if ('DefineStmt' in node) analyzeAggregate(scope, node.DefineStmt)
  else if ('AlterTableStmt' in node) analyzeAlterTable(scope, node.AlterTableStmt)
  else if ('IndexStmt' in node) analyzeIndex(scope, node.IndexStmt)
  else if ('CreateStatsStmt' in node) analyzeStatistics(scope, node.CreateStatsStmt)
  else if ('CreatePublicationStmt' in node) analyzePublication(scope, node.CreatePublicationStmt.pubobjects)
  else if ('AlterPublicationStmt' in node) analyzePublication(scope, node.AlterPublicationStmt.pubobjects)
  else if ('CreatePolicyStmt' in node) analyzePolicy(scope, node.CreatePolicyStmt)
  else if ('AlterPolicyStmt' in node) analyzePolicy(scope, node.AlterPolicyStmt)
  else if ('CreateTrigStmt' in node) analyzeTrigger(scope, node.CreateTrigStmt)
  else if ('RuleStmt' in node) analyzeRule(scope, node.RuleStmt)
  else if ('CreateDomainStmt' in node) analyzeCreateDomain(scope, node.CreateDomainStmt)
  else if ('AlterDomainStmt' in node) analyzeAlterDomain(scope, node.AlterDomainStmt)
  else if ('CreateFunctionStmt' in node) analyzeFunction(scope, node.CreateFunctionStmt, session)
  else if ('DoStmt' in node) analyzeDo(scope, node.DoStmt, session)
  return undefined
}

/** PREPARE: types that are given are the parameters' types; the others are found. */
function prepare(scope: Scope, { name = '', argtypes, query }: PrepareStmt, session: Session): void {
  const { analysis } = scope
  for (const [i, node] of (argtypes ?? []).entries()) {
    const type = 'TypeName' in node ? analysis.types.fromTypeName(node.TypeName) : OPEN
    analysis.parameters.set(i + 1, type)
  }
  transformQuery(scope, query)
  const types: TypeId[] = []
  for (const [number, type] of analysis.parameters) types[number - 1] = type
  session.prepared.set(name, types)
}

/** EXECUTE: its arguments become what the prepared statement takes. */
function execute(scope: Scope, { name = '', params }: ExecuteStmt, session: Session): void {
  const types = session.prepared.get(name)
  for (const [i, node] of (params ?? []).entries()) {
    const expr = transformExpr(scope, node)
    const type = types?.[i] ?? UNKNOWN
    if (type === UNKNOWN) continue
    const made = coerceToTarget(scope.analysis, expr, type, 'assignment', {
      kind: 'write',
      target: { label: `${name}($${i + 1})` },
    })
    if (made === undefined) throw new Refused('42804', `parameter $${i + 1} cannot be coerced`)
  }
}

function call(scope: Scope, { funccall }: CallStmt): void {
  if (funccall !== undefined) transformCall(scope, funccall)
}

function copy(scope: Scope, statement: CopyStmt): void {
  if (statement.query !== undefined) transformQuery(scope, statement.query)
  if (statement.whereClause === undefined) return
  scope.items = [tableItem(new Scope(scope.analysis), statement.relation ?? {})]
  transformBoolean(scope, statement.whereClause, 'WHERE')
}
