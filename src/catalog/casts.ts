import { BOOL } from './builtins.js'
import type { CreateCast, FunctionName } from './change.js'
import { PgError } from './error.js'
import { findFunction, inputsOf } from './functions.js'
import type { Cast, TypeRef } from './model.js'
import type { Store } from './store.js'
import type { StoredFunction } from './stored.js'
import { castBetween, isBinaryCoercible, resolveType, sameRef } from './types.js'

const INT4: TypeRef = { oid: 23, array: false }

/** CreateCast of functioncmds.c. */
export function createCast(store: Store, change: CreateCast): void {
  const source = resolveType(store, change.source)
  const target = resolveType(store, change.target)
  const made = change.function && castFunction(store, change.function)
  if (store.strict) requirePossible(store, change, source, target, made)
  if (castBetween(store, source, target) ?? store.builtins.castContext(source, target)) {
    throw new PgError(
      '42710',
      `cast from type ${store.printType(source)} to type ${store.printType(target)} already exists`,
    )
  }
  const { method, context } = change
  const oid = store.newOid()
  store.casts.set(oid, { oid, source, target, method, context, ...(made && { function: made.oid }) })
}

/** The function of a cast; undefined for one that comes from elsewhere. */
function castFunction(store: Store, name: FunctionName): StoredFunction | undefined {
  const isElsewhere = store.lookupFunctions(name).length === 0
  if (isElsewhere && (!store.strict || store.builtins.hasFunction(name.name))) return undefined
  return findFunction(store, 'function', name)
}

function requirePossible(
  store: Store,
  { method }: CreateCast,
  source: TypeRef,
  target: TypeRef,
  made: StoredFunction | undefined,
): void {
  const kinds = [source, target].map(({ oid, array }) => (array ? 'array' : store.typeByOid(oid)?.kind))
  if (kinds.includes('pseudo')) throw new PgError('42809', 'a cast of a pseudo-type')
  if (method === 'binary' && !kinds.every((kind) => kind === 'base'))
    throw new PgError('42P17', 'source and target data types are not binary-compatible')
  if (made !== undefined) requireFitting(store, source, target, made)
  const isOfLength = made !== undefined && inputsOf(made).length > 1
  if (sameRef(source, target) && !isOfLength)
    throw new PgError('42P17', 'source data type and target data type are the same')
}

/** A cast function takes the source, and maybe a type modifier and whether the cast is explicit. */
function requireFitting(store: Store, source: TypeRef, target: TypeRef, made: StoredFunction): void {
  const [first, modifier = INT4, explicit = BOOL, ...others] = inputsOf(made)
  const fits =
    first !== undefined &&
    others.length === 0 &&
    isBinaryCoercible(store, source, first) &&
    sameRef(modifier, INT4) &&
    sameRef(explicit, BOOL) &&
    made.returns !== undefined &&
    isBinaryCoercible(store, made.returns, target) &&
    made.kind === 'function' &&
    !made.returnsSet
  if (!fits) throw new PgError('42P17', `function ${made.name} is none of a cast between these types`)
}

/** The cast that DROP names; throws 42704, or 2BP01 for one of Postgres's own. */
export function findCast(store: Store, { arguments: types = [] }: FunctionName): Cast {
  const [source, target] = types.map((each) => resolveType(store, each))
  const found = source && target && castBetween(store, source, target)
  if (found !== undefined) return found
  if (source && target && store.builtins.castContext(source, target) !== undefined)
    throw new PgError('2BP01', 'cast is required by the database system')
  throw new PgError('42704', 'cast does not exist')
}
