import type { CreateFunction, FunctionName } from './change.js'
import { PgError } from './error.js'
import { NO_REFERENCES, resolveReferences } from './expressions.js'
import type { FunctionArgument, OperatorSignature, QualifiedName, TypeRef } from './model.js'
import { printName, truncateName } from './names.js'
import type { Store } from './store.js'
import type { StoredFunction } from './stored.js'
import { resolveType, sameRef } from './types.js'

function isInput(argument: FunctionArgument): boolean {
  return argument.mode === 'in' || argument.mode === 'inout' || argument.mode === 'variadic'
}

/** The arguments that tell overloads apart; OUT arguments count for procedures since Postgres 14. */
function identity(each: {
  readonly kind: string
  readonly arguments: readonly FunctionArgument[]
}): TypeRef[] {
  return each.arguments
    .filter((argument) => isInput(argument) || (each.kind === 'procedure' && argument.mode === 'out'))
    .map((argument) => argument.type)
}

/** Types of the arguments that a call gives. */
export function inputsOf(each: { readonly arguments: readonly FunctionArgument[] }): TypeRef[] {
  return each.arguments.filter(isInput).map((argument) => argument.type)
}

function sameTypes(a: readonly TypeRef[], b: readonly TypeRef[]): boolean {
  return a.length === b.length && a.every((ref, i) => ref.oid === b[i]!.oid && ref.array === b[i]!.array)
}

export function createFunction(store: Store, change: CreateFunction): void {
  const schema = store.creationSchema(change.name)
  const args = change.arguments.map((argument): FunctionArgument => {
    const { default: _default, defaultTree: _tree, ...rest } = argument
    return { ...rest, type: resolveType(store, argument.type) }
  })
  const returns = returnType(store, change, args)
  const types = change.arguments.flatMap((argument) =>
    argument.default === undefined ? [] : resolveReferences(store, argument.default).types,
  )
  const draft: StoredFunction = {
    oid: store.newOid(),
    kind: change.kind,
    schema,
    name: truncateName(change.name.name),
    arguments: args,
    ...(returns === undefined ? {} : { returns }),
    returnsSet: change.returnsSet === true,
    origin: store.origin,
    language: change.language,
    ...(change.body === undefined ? {} : { body: change.body }),
    ...(change.arguments.some(({ hasDefault }) => hasDefault)
      ? { defaults: change.arguments.map((argument) => argument.defaultTree) }
      : {}),
    ...(change.searchPath === undefined ? {} : { searchPath: change.searchPath }),
    references: { ...NO_REFERENCES, types },
  }
  const old = store
    .functionsNamed(schema, draft.name)
    .find((each) => sameTypes(identity(each), identity(draft)))
  if (old === undefined) return store.putFunction(draft)
  if (change.replace !== true)
    throw new PgError('42723', `function "${draft.name}" already exists with same argument types`)
  if (old.kind !== draft.kind) throw new PgError('42809', 'cannot change routine kind')
  if (!sameRef(old.returns, draft.returns) || old.returnsSet !== draft.returnsSet) {
    throw new PgError('42P13', 'cannot change return type of existing function')
  }
  old.arguments.forEach((argument, i) => {
    const now = draft.arguments[i]
    if (isInput(argument) && argument.name !== undefined && argument.name !== now?.name) {
      throw new PgError('42P13', `cannot change name of input parameter "${argument.name}"`)
    }
    if (argument.hasDefault && now?.hasDefault !== true) {
      throw new PgError('42P13', 'cannot remove parameter defaults from existing function')
    }
  })
  store.putFunction({ ...draft, oid: old.oid })
}

function returnType(
  store: Store,
  change: CreateFunction,
  args: readonly FunctionArgument[],
): TypeRef | undefined {
  if (change.returns !== undefined) return resolveType(store, change.returns)
  const outs = args.filter(
    (argument) => argument.mode === 'out' || argument.mode === 'inout' || argument.mode === 'table',
  )
  if (outs.length === 1) return outs[0]!.type
  return outs.length > 1 ? { oid: 2249, array: false } : undefined
}

/** The functions that DROP, ALTER and the like name; throws 42883, or 42725 where several fit. */
export function findFunction(store: Store, kind: string, name: FunctionName): StoredFunction {
  const fits = (each: StoredFunction): boolean =>
    kind === 'routine' || (kind === 'procedure' ? each.kind === 'procedure' : each.kind !== 'procedure')
  const candidates = store.lookupFunctions(name)
  if (candidates.length === 0 && name.schema !== undefined && store.strict) store.requireSchema(name.schema)
  const chosen =
    name.arguments === undefined
      ? candidates.filter(fits)
      : byArguments(
          candidates,
          name.arguments.map((argument) => resolveType(store, argument)),
        )
  const [first, second] = chosen
  if (first === undefined) throw new PgError('42883', `${kind} ${printName(name)} does not exist`)
  if (!fits(first)) throw new PgError('42809', `${printName(name)} is not a ${kind}`)
  if (second !== undefined && name.arguments === undefined) {
    throw new PgError('42725', `${kind} name "${printName(name)}" is not unique`)
  }
  return first
}

function byArguments(candidates: readonly StoredFunction[], types: readonly TypeRef[]): StoredFunction[] {
  const inputs = candidates.filter((each) => sameTypes(inputsOf(each), types))
  if (inputs.length > 0) return inputs
  return candidates.filter((each) =>
    sameTypes(
      each.arguments.map((argument) => argument.type),
      types,
    ),
  )
}

/**
 * LookupFuncName of parse_func.c: the function with just these arguments, and what it returns. Neither where it comes from
 * elsewhere; throws 42883 where there can be none.
 */
export function findRoutine(
  store: Store,
  name: QualifiedName,
  args: readonly TypeRef[],
): Pick<OperatorSignature, 'function' | 'returns'> {
  const isBuiltin = name.schema === undefined || name.schema === 'pg_catalog'
  const returns = isBuiltin ? store.builtins.functionResult(name.name, args) : undefined
  if (returns !== undefined) return { returns }
  const found = store.lookupFunctions(name).find((each) => sameTypes(inputsOf(each), args))
  if (found !== undefined) return { function: found.oid, ...(found.returns && { returns: found.returns }) }
  if (!store.strict) return {}
  throw new PgError('42883', `function ${printName(name)} does not exist`)
}
