import type { JsonBehavior, JsonOutput, Node, TypeName } from '@pgsql/types'
import { coerceToTarget } from './coerce.js'
import { transformBoolean, transformExpr } from './expression.js'
import type { Scope } from './scope.js'
import { analyzeSubquery } from './select.js'
import type { Expr } from './state.js'
import { BOOL, OPEN, TEXT, type TypeId } from './types.js'

const JSON_TYPE: TypeId = 114
const JSONB: TypeId = 3802
const XML: TypeId = 142

/** Bodies of the SQL/JSON and XML nodes, as far as their operands go. */
interface Body {
  readonly args?: Node[] | undefined
  readonly named_args?: Node[] | undefined
  readonly exprs?: Node[] | undefined
  readonly expr?: Node | undefined
  readonly arg?: Node | undefined
  readonly op?: string | undefined
  readonly output?: JsonOutput | undefined
  readonly typeName?: TypeName | undefined
  readonly query?: Node | undefined
  readonly context_item?: unknown
  readonly raw_expr?: Node | undefined
  readonly pathspec?: Node | undefined
  readonly passing?: Node[] | undefined
  readonly on_empty?: JsonBehavior | undefined
  readonly on_error?: JsonBehavior | undefined
  readonly key?: Node | undefined
  readonly value?: Body | undefined
  readonly val?: Node | Body | undefined
  readonly func?: unknown
  readonly agg_order?: Node[] | undefined
  readonly agg_filter?: Node | undefined
}

function output(scope: Scope, body: Body, otherwise: TypeId): TypeId {
  const name = body.output?.typeName
  return name === undefined ? otherwise : scope.analysis.types.fromTypeName(name)
}

function value(scope: Scope, item: unknown): void {
  if (item === null || typeof item !== 'object') return
  const body = item as Body & Record<string, unknown>
  if ('raw_expr' in body) {
    transformExpr(scope, body.raw_expr)
    return
  }
  for (const tag of ['JsonValueExpr', 'JsonKeyValue', 'JsonArgument', 'ResTarget']) {
    const inner = body[tag] as Body | undefined
    if (inner === undefined) continue
    if (tag === 'JsonKeyValue') {
      transformExpr(scope, inner.key)
      value(scope, inner.value)
    } else value(scope, tag === 'JsonValueExpr' ? inner : inner.val)
    return
  }
  transformExpr(scope, item as Node)
}

function behavior(scope: Scope, clause: JsonBehavior | undefined, type: TypeId): void {
  if (clause?.expr === undefined) return
  const expr = transformExpr(scope, clause.expr)
  coerceToTarget(scope.analysis, expr, type, 'assignment', { kind: 'cast' })
}

/** SQL/JSON and XML expressions: their operands are transformed, their result is what RETURNING says. */
export function transformJsonOrXml(scope: Scope, tag: string, body: Body): Expr {
  switch (tag) {
    case 'XmlExpr':
      for (const item of [...(body.named_args ?? []), ...(body.args ?? [])]) value(scope, item)
      return { type: body.op === 'IS_DOCUMENT' ? BOOL : XML }
    case 'XmlSerialize':
      transformExpr(scope, body.expr)
      return { type: scope.analysis.types.fromTypeName(body.typeName) }
    case 'JsonObjectConstructor':
    case 'JsonArrayConstructor':
      for (const item of body.exprs ?? []) value(scope, item)
      return { type: output(scope, body, JSON_TYPE) }
    case 'JsonArrayQueryConstructor':
      if (body.query !== undefined) analyzeSubquery(scope, body.query)
      return { type: output(scope, body, JSON_TYPE) }
    case 'JsonObjectAgg':
    case 'JsonArrayAgg': {
      value(scope, body.arg === undefined ? undefined : wrapAggregate(body.arg))
      const aggregate = constructorOf(body)
      transformBoolean(scope, aggregate.agg_filter, 'FILTER')
      for (const item of aggregate.agg_order ?? [])
        if ('SortBy' in item) transformExpr(scope, item.SortBy.node)
      return { type: output(scope, aggregate, JSON_TYPE) }
    }
    case 'JsonParseExpr':
    case 'JsonScalarExpr':
      value(scope, body.expr)
      return { type: output(scope, body, JSON_TYPE) }
    case 'JsonSerializeExpr':
      value(scope, body.expr)
      return { type: output(scope, body, TEXT) }
    case 'JsonIsPredicate':
      value(scope, body.expr)
      return { type: BOOL }
    case 'JsonFuncExpr': {
      value(scope, body.context_item)
      transformExpr(scope, body.pathspec)
      for (const item of body.passing ?? []) value(scope, item)
      const otherwise = body.op === 'JSON_EXISTS_OP' ? BOOL : body.op === 'JSON_VALUE_OP' ? TEXT : JSONB
      const type = output(scope, body, otherwise)
      behavior(scope, body.on_empty, type)
      behavior(scope, body.on_error, type)
      return { type }
    }
    default:
      return { type: OPEN }
  }
}

/** RETURNING, ORDER BY and FILTER of a JSON aggregate stand in its `constructor`, a name that every object has. */
function constructorOf(body: object): Body {
  return Object.hasOwn(body, 'constructor') ? ((body as { constructor: unknown }).constructor as Body) : {}
}

/** JSON_OBJECTAGG has a key and a value, JSON_ARRAYAGG a value. */
const wrapAggregate = (arg: object): object => ('key' in arg ? { JsonKeyValue: arg } : arg)
