import type { CreateFunctionStmt, DoStmt, FunctionParameter, Node } from '@pgsql/types'
import type { Relation } from '../../catalog/model.js'
import { nextConstant } from '../constants.js'
import { parseSql } from '../parser.js'
import { Unreadable } from '../unreadable.js'
import { catalogBehind } from './changed.js'
import { coerceToTarget } from './coerce.js'
import { transformExpr } from './expression.js'
import { tableItem } from './from.js'
import { listOf, stringOf } from './nodes.js'
import { Body, declareTriggerVariables } from './plpgsql/body.js'
import { readPlpgsql } from './plpgsql/read.js'
import { Block, mergeRecords } from './plpgsql/variables.js'
import { relationColumns, Scope, type Item } from './scope.js'
import { pathOfFunction, SearchPath } from './searchPath.js'
import type { Session } from './session.js'
import type { Analysis, Expr } from './state.js'
import { transformStatement } from './statement.js'
import { isPolymorphic, OPEN, RECORD, stringList, Types, type TypeId } from './types.js'

interface Parameter {
  readonly name: string
  readonly expr: Expr
  readonly input: boolean
}

const OUTPUT = new Set(['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE'])

function parametersOf(scope: Scope, create: CreateFunctionStmt, name: string): Parameter[] {
  return (create.parameters ?? []).flatMap((node) => {
    if (!('FunctionParameter' in node)) return []
    const { name: own = '', argType, mode = '' } = node.FunctionParameter
    const given = scope.analysis.types.fromTypeName(argType)
    // Only a call says what a polymorphic argument is.
    const type = isPolymorphic(given) ? OPEN : given
    const label = own === '' ? `${name}()` : `${name}(${own})`
    return [{ name: own, expr: { type, target: { label } }, input: !OUTPUT.has(mode) }]
  })
}

function defaults(scope: Scope, parameters: readonly FunctionParameter[], known: readonly Parameter[]): void {
  for (const [i, { defexpr }] of parameters.entries()) {
    const parameter = known[i]
    if (defexpr === undefined || parameter === undefined) continue
    const value = transformExpr(new Scope(scope.analysis), defexpr)
    coerceToTarget(scope.analysis, value, parameter.expr.type, 'assignment', {
      kind: 'default',
      target: parameter.expr.target,
    })
  }
}

/** The option of that name, with where it stands. */
function option(
  nodes: readonly Node[] | undefined,
  name: string,
): { arg: Node; location: number } | undefined {
  for (const node of nodes ?? []) {
    if ('DefElem' in node && node.DefElem.defname === name && node.DefElem.arg !== undefined) {
      return { arg: node.DefElem.arg, location: node.DefElem.location ?? 0 }
    }
  }
  return undefined
}

/** The body that AS gives, as a text within this one. */
function bodyText(analysis: Analysis, nodes: readonly Node[] | undefined): Analysis | undefined {
  const as = option(nodes, 'as')
  if (as === undefined) return undefined
  const constant = nextConstant(analysis.text, analysis.position(as.location))
  const value = 'List' in as.arg ? stringOf(listOf(as.arg)[0]) : stringOf(as.arg)
  if (constant === undefined || constant.value !== value) return undefined
  const path = pathOfFunction(nodes)
  const types = path === undefined ? analysis.types : new Types(analysis.catalog, path)
  const inner = analysis.inner(value, (at) => constant.offsetOf(at), types)
  inner.placeholders = false
  return inner
}

/** CREATE FUNCTION and CREATE PROCEDURE: defaults, and the body in SQL or PL/pgSQL. */
export function analyzeFunction(scope: Scope, create: CreateFunctionStmt, session: Session): void {
  const { analysis } = scope
  const name = stringList(create.funcname).at(-1) ?? ''
  const parameters = parametersOf(scope, create, name)
  const declared = (create.parameters ?? []).flatMap((node) =>
    'FunctionParameter' in node ? [node.FunctionParameter] : [],
  )
  defaults(scope, declared, parameters)
  if (create.sql_body !== undefined) {
    analysis.placeholders = false
    sqlBody(analysis, create.sql_body, parameters, name, session)
    return
  }
  const language = option(create.options, 'language')
  const body = bodyText(analysis, create.options)
  if (body === undefined || language === undefined) return
  switch (stringOf(language.arg).toLowerCase()) {
    case 'sql':
      sqlText(body, parameters, name, session)
      break
    case 'plpgsql':
      plpgsql(body, create, parameters, name, session)
  }
}

/** DO: PL/pgSQL without arguments. */
export function analyzeDo(scope: Scope, statement: DoStmt, session: Session): void {
  const language = option(statement.args, 'language')
  if (language !== undefined && stringOf(language.arg).toLowerCase() !== 'plpgsql') return
  const body = bodyText(scope.analysis, statement.args)
  const tree = body && readPlpgsql(body.text)
  if (body === undefined || tree === undefined) return
  new Body(body, session, new Block(), undefined, new Map(), undefined).run(tree)
}

/** A scope in which an SQL function's arguments are visible behind columns, by name, `function.name` and number. */
function argumentScope(analysis: Analysis, parameters: readonly Parameter[], name: string): Scope {
  const scope = new Scope(analysis)
  const inputs = parameters.filter((parameter) => parameter.input)
  inputs.forEach((parameter, i) => analysis.parameters.set(i + 1, parameter.expr.type))
  scope.variables = (names) => {
    const own = names.length === 2 && names[0] === name ? names.slice(1) : names
    const found = inputs.find((parameter) => parameter.name !== '' && parameter.name === own[0])
    if (found === undefined) return undefined
    if (own.length === 1) return found.expr
    const field = analysis.types.fields(found.expr.type)?.find((one) => one.name === own[1])
    return { type: field?.type ?? OPEN }
  }
  return scope
}

function sqlText(analysis: Analysis, parameters: readonly Parameter[], name: string, session: Session): void {
  const statements = parseSql(analysis.text)
  if (statements instanceof Unreadable) return
  const path = new SearchPath(analysis.types.searchPath)
  let body = analysis
  for (const { stmt } of statements) {
    if (stmt === undefined) continue
    const scope = argumentScope(body, parameters, name)
    analysis.findings.guard(() => transformStatement(scope, stmt, session))
    path.after(stmt)
    const behind = catalogBehind(stmt, body.catalog)
    if (path.current === body.types.searchPath && behind === body.catalog) continue
    body = analysis.inner(analysis.text, (at) => at, new Types(behind, path.current))
    body.placeholders = false
  }
}

/** BEGIN ATOMIC ... END, or RETURN. */
function sqlBody(
  analysis: Analysis,
  body: Node,
  parameters: readonly Parameter[],
  name: string,
  session: Session,
): void {
  for (const node of 'List' in body
    ? listOf(body).flatMap((inner) => ('List' in inner ? listOf(inner) : [inner]))
    : [body]) {
    const scope = argumentScope(analysis, parameters, name)
    analysis.findings.guard(() => {
      if ('ReturnStmt' in node) transformExpr(scope, node.ReturnStmt.returnval)
      else transformStatement(scope, node, session)
    })
  }
}

function plpgsql(
  analysis: Analysis,
  create: CreateFunctionStmt,
  parameters: readonly Parameter[],
  name: string,
  session: Session,
): void {
  const tree = readPlpgsql(analysis.text)
  if (tree === undefined) return
  const outer = new Block(name)
  const inputs = parameters.filter((parameter) => parameter.input)
  inputs.forEach((parameter, i) => {
    analysis.parameters.set(i + 1, parameter.expr.type)
    outer.declare(`$${i + 1}`, parameter.expr)
  })
  for (const parameter of parameters) {
    if (parameter.name === '') continue
    const polymorphic =
      parameter.expr.type !== OPEN && analysis.types.category(parameter.expr.type).category === 'P'
    outer.declare(
      parameter.name,
      polymorphic ? { type: OPEN } : parameter.expr,
      parameter.expr.type === RECORD,
    )
  }
  const returns = analysis.types.fromTypeName(create.returnType)
  const transitions = new Map<string, Item>()
  if (['trigger', 'event_trigger'].includes(stringList(create.returnType?.names).at(-1) ?? '')) {
    declareTriggerVariables(outer)
    const row = triggerRow(analysis, name, session, transitions)
    outer.declare('new', row)
    outer.declare('old', row)
  }
  const scalar =
    !parameters.some((parameter) => !parameter.input) && analysis.types.fields(returns) === undefined
  const type: TypeId | undefined = scalar && returns !== RECORD ? returns : undefined
  new Body(analysis, session, outer, type, transitions, `${name}()`).run(tree)
}

/** NEW and OLD: a row of the tables whose triggers call the function; unknown where none is known. */
function triggerRow(
  analysis: Analysis,
  name: string,
  session: Session,
  transitions: Map<string, Item>,
): Expr {
  const rows: Expr[] = session.triggerTables(name).map((relation) => rowOf(analysis, relation))
  for (const { relation, transitionRels } of session.triggers.get(name) ?? []) {
    const item = tableItem(new Scope(analysis), relation ?? {})
    rows.push(item.open ? { type: OPEN } : { type: RECORD, fields: item.columns })
    for (const node of transitionRels ?? []) {
      if ('TriggerTransition' in node) transitions.set(node.TriggerTransition.name ?? '', item)
    }
  }
  const [first, ...others] = rows
  if (first === undefined) return { type: OPEN }
  return others.reduce(mergeRecords, first)
}

function rowOf(analysis: Analysis, relation: Relation): Expr {
  if (!relation.complete) return { type: OPEN }
  return { type: RECORD, fields: relationColumns(analysis, relation) }
}
