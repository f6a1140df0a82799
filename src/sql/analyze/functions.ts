import type { QualifiedName, StoredArgument } from '../../catalog/model.js'
import type { Target } from '../use.js'
import { matching, selectCandidate } from './candidates.js'
import { coerceType, enforceGenerics } from './coerce.js'
import { meetJson, meetSet } from './literals.js'
import { Refused, type Analysis, type Expr } from './state.js'
import { isPolymorphic, OPEN, RECORD, UNKNOWN, type Routine, type TypeId, type Types } from './types.js'
import { checkSetOf, columnTarget, enumSetOf } from './valueSets.js'

interface Candidate {
  readonly routine: Routine
  /** Types in the order of the call. */
  readonly args: readonly TypeId[]
  readonly names: readonly string[]
  readonly variadic: boolean
  /** Another function of the same schema takes the same call as well. */
  ambiguous?: boolean
}

/** One argument of a call. */
export interface Argument {
  readonly expr: Expr
  /** `name => value`. */
  readonly name?: string
}

/** The routine as this call would use it; undefined where the number or the names of the arguments do not fit. */
function candidate(
  routine: Routine,
  args: readonly Argument[],
  variadicCall: boolean,
): Candidate | undefined {
  const count = args.length
  const { inputs, inputNames, defaults } = routine
  const positional = args.filter((argument) => argument.name === undefined).length
  if (positional < count) {
    // What a variadic parameter expands to has no names.
    if (count > inputs.length || (routine.variadic && !variadicCall)) return undefined
    const order = args.map((argument, i) =>
      argument.name === undefined ? i : inputNames.indexOf(argument.name),
    )
    if (order.some((index, i) => index < 0 || (i >= positional && index < positional))) return undefined
    if (new Set(order).size !== count) return undefined
    const missing = inputs.some((_, i) => !order.includes(i) && i < inputs.length - defaults)
    if (missing) return undefined
    return {
      routine,
      args: order.map((index) => inputs[index]!),
      names: order.map((index) => inputNames[index] ?? ''),
      variadic: false,
    }
  }
  const expands = routine.variadic && !variadicCall && count >= inputs.length
  if (expands) {
    const last = inputs.length - 1
    const element = variadicElement(inputs[last]!)
    const extra = count - last
    if (element === undefined) {
      return {
        routine,
        args: [...inputs, ...Array<TypeId>(extra - 1).fill(inputs[last]!)],
        names: inputNames,
        variadic: false,
      }
    }
    return {
      routine,
      args: [...inputs.slice(0, last), ...Array<TypeId>(extra).fill(element)],
      names: [...inputNames.slice(0, last), ...Array<string>(extra).fill(inputNames[last] ?? '')],
      variadic: true,
    }
  }
  if (count > inputs.length || count < inputs.length - defaults) return undefined
  return { routine, args: inputs.slice(0, count), names: inputNames, variadic: false }
}

/** What each argument of a VARIADIC parameter is; undefined for VARIADIC "any". */
function variadicElement(type: TypeId): TypeId | undefined {
  if (type < 0) return -type
  if (type === 2277) return 2283
  if (type === 5078) return 5077
  return undefined
}

/**
 * FuncnameGetCandidates: of candidates with the same argument types one hides the others, earlier in the path first, then
 * not variadic; two of one schema that differ only in what the call leaves out are ambiguous.
 */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const kept = new Map<string, Candidate>()
  for (const next of candidates) {
    const key = next.args.join(' ')
    const before = kept.get(key)
    if (before === undefined) kept.set(key, next)
    else if (before.routine.schema !== next.routine.schema || (next.variadic && !before.variadic)) continue
    else if (before.variadic && !next.variadic) kept.set(key, next)
    else kept.set(key, { ...before, ambiguous: true })
  }
  return [...kept.values()]
}

export type Detail =
  | {
      readonly kind: 'routine'
      readonly routine: Routine
      readonly args: readonly TypeId[]
      readonly names: readonly string[]
      readonly variadic: boolean
    }
  | { readonly kind: 'coercion'; readonly type: TypeId }
  | { readonly kind: 'open'; readonly result: TypeId }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous' }

/** A call that is a cast in truth: `mood('sad')`. */
function asCoercion(types: Types, name: QualifiedName, args: readonly Argument[]): TypeId | undefined {
  const [argument] = args
  if (args.length !== 1 || argument === undefined || argument.name !== undefined) return undefined
  const type = types.find(name)
  if (type === undefined || type === OPEN || types.isRelationRow(type)) return undefined
  const source = argument.expr.type
  if (source === UNKNOWN && argument.expr.constant !== undefined) return type
  const pathway = types.pathway(type, source, 'explicit')
  if (pathway === 'relabel') return type
  if (pathway !== 'io') return undefined
  return (source === RECORD || types.isComposite(source)) && types.isText(type) ? undefined : type
}

const picked = (chosen: Candidate): Detail =>
  chosen.ambiguous === true ? { kind: 'ambiguous' } : { kind: 'routine', ...chosen }

/** func_get_detail: which function a call means. */
export function functionDetail(
  types: Types,
  name: QualifiedName,
  args: readonly Argument[],
  variadicCall: boolean,
): Detail {
  const given = args.map((argument) => argument.expr.type)
  const routines = types.routines(name)
  const candidates = distinct(routines.flatMap((routine) => candidate(routine, args, variadicCall) ?? []))
  const open = given.includes(OPEN)
  const exact = open ? undefined : candidates.find((one) => one.args.every((type, i) => type === given[i]))
  if (exact !== undefined) return picked(exact)
  const cast = asCoercion(types, name, args)
  if (cast !== undefined && !open) return { kind: 'coercion', type: cast }
  if (routines.length === 0) return { kind: 'open', result: OPEN }
  const fitting = matching(types, given, candidates)
  if (fitting.length === 0) return { kind: open ? 'open' : 'none', result: OPEN }
  if (fitting.length === 1) return picked(fitting[0]!)
  const chosen = open ? undefined : selectCandidate(types, given, fitting)
  if (chosen !== undefined) return picked(chosen)
  // Clients write a list in place of `unnest`'s parameter; a project's own functions are called as they are.
  const isOwn = fitting.some(({ routine }) => routine.schema !== undefined)
  if (!open && (isOwn || !args.some(({ expr }) => isUntyped(expr)))) return { kind: 'ambiguous' }
  const [first] = fitting
  const same = fitting.every((one) => one.routine.returns === first!.routine.returns)
  return {
    kind: 'open',
    result: same && !isPolymorphic(first!.routine.returns) ? first!.routine.returns : OPEN,
  }
}

function argumentTarget(types: Types, detail: Extract<Detail, { kind: 'routine' }>, index: number): Target {
  const { routine, names } = detail
  const schema = routine.schema
  const shown =
    schema === undefined || types.searchPath.includes(schema) ? routine.name : `${schema}.${routine.name}`
  const argument = names[index]
  return { label: argument === undefined || argument === '' ? `${shown}()` : `${shown}(${argument})` }
}

/** A parameter that only what is put in for it tells the type of: many clients write a constant or an array in its place. */
function isUntyped({ type, parameter }: Expr): boolean {
  return type === UNKNOWN && parameter !== undefined
}

/** The types of a call's arguments: open where a polymorphic type is left to nothing but parameters. */
function typesGiven(args: readonly Argument[], declared: readonly TypeId[]): TypeId[] {
  const polymorphic = args.filter((_, i) => isPolymorphic(declared[i]!))
  const isLeft =
    polymorphic.every(({ expr }) => expr.type === UNKNOWN) && polymorphic.some(({ expr }) => isUntyped(expr))
  return args.map(({ expr }, i) => (isLeft && isPolymorphic(declared[i]!) ? OPEN : expr.type))
}

/** The call's arguments coerced to what the function takes, and the types of its result. */
export function applyRoutine(
  analysis: Analysis,
  detail: Extract<Detail, { kind: 'routine' }>,
  args: readonly Argument[],
): Expr {
  const { types } = analysis
  const { routine } = detail
  const given = typesGiven(args, detail.args)
  const { declared, result } = enforceGenerics(types, given, detail.args, routine.returns)
  const sibling = args.find((argument) => argument.expr.target !== undefined)?.expr.target
  for (const [i, { expr }] of args.entries()) {
    const target = isPolymorphic(detail.args[i]!) ? sibling : argumentTarget(types, detail, i)
    const type = given[i]!
    const made = coerceType(
      analysis,
      type === expr.type ? expr : { ...expr, type },
      declared[i]!,
      'implicit',
      {
        kind: 'write',
        target,
      },
    )
    for (const place of routine.stores?.get(detail.names[i] ?? '') ?? [])
      meetStored(analysis, made, detail.names[i]!, place)
  }
  populate(analysis, routine, args)
  const outputs = routine.outputs.map(({ name, type }) => ({
    name,
    expr: { type: isPolymorphic(type) ? enforceGenerics(types, given, detail.args, type).result : type },
  }))
  return {
    type: result,
    ...(isPolymorphic(routine.returns) && sibling !== undefined ? { target: sibling } : {}),
    ...(routine.set ? { set: true } : {}),
    ...(routine.name === 'unnest' && routine.schema === undefined && args.length === 1
      ? { members: args[0]!.expr }
      : {}),
    ...(outputs.length > 0 ? { fields: outputs } : {}),
  }
}

/** An argument that the function's body stores in a column. */
function meetStored(
  analysis: Analysis,
  value: Expr,
  name: string,
  { schema, table, column: columnName, searchPath }: StoredArgument,
): void {
  const { types, catalog } = analysis
  const relation = catalog.findRelation(
    schema === undefined ? { name: table } : { schema, name: table },
    searchPath ?? types.searchPath,
  )
  const column = relation?.columns.find((one) => one.name === columnName)
  // Of a column and an argument of one name the column is meant, or nothing.
  if (!relation || !column || column.type.array || relation.columns.some((one) => one.name === name)) return
  const set = checkSetOf(types, relation, column).set ?? enumSetOf(types, types.fromRef(column.type))
  if (set === undefined) return
  const target = columnTarget(types, relation, column.name)
  meetSet(analysis, value, set, 'reject', { kind: 'write', atRunTime: true, target }, { branches: true })
}

/** `jsonb_populate_record(NULL::workspaces, '{"status": "online"}')` and its likes. */
function populate({ types }: Analysis, { name, schema }: Routine, args: readonly Argument[]): void {
  if (schema !== undefined || !/^jsonb?_populate_record(?:set)?$/.test(name)) return
  const [row, json] = args.map(({ expr }) => expr)
  const fields = row && types.isComposite(row.type) ? types.fields(row.type) : undefined
  if (fields && json?.constant) meetJson(json.constant, fields, { kind: 'write', atRunTime: true })
}

/** Refuses a call for which Postgres finds no function, or several. */
export function refuseCall(name: QualifiedName, kind: 'none' | 'ambiguous'): never {
  throw kind === 'none'
    ? new Refused('42883', `function ${name.name} does not exist`)
    : new Refused('42725', `function ${name.name} is not unique`)
}
