import { BOOL } from './builtins.js'
import type { CreateOperator, FunctionName, TypeName } from './change.js'
import { PgError } from './error.js'
import { findRoutine } from './functions.js'
import type { OperatorSignature, QualifiedName, TypeRef } from './model.js'
import { printName, truncateName } from './names.js'
import { TEMP, type Store } from './store.js'
import { resolveType, sameRef } from './types.js'

/** An operator by what tells it from others of its schema. */
type Identity = Pick<OperatorSignature, 'name' | 'left' | 'right'>

/** The operator of a schema that has the same name and operands. */
export function sameOperator(store: Store, schema: string, wanted: Identity): OperatorSignature | undefined {
  for (const each of store.operators.values()) {
    if (each.schema !== schema || each.name !== wanted.name) continue
    if (sameRef(each.left, wanted.left) && sameRef(each.right, wanted.right)) return each
  }
  return undefined
}

/** OpernameGetOprid of namespace.c: the operator with just these operands, `builtin` for one of Postgres's own. */
function lookupOperator(
  store: Store,
  { schema, name }: QualifiedName,
  left: TypeRef | undefined,
  right: TypeRef,
): OperatorSignature | 'builtin' | undefined {
  const short = truncateName(name)
  // Temporary operators are found by their schema alone.
  const path = schema === undefined ? store.lookupPath().filter((each) => each !== TEMP) : [schema]
  for (const each of path) {
    if (each === 'pg_catalog' && store.builtins.hasOperator(short, left, right)) return 'builtin'
    const found = sameOperator(store, each, { name: short, right, ...(left && { left }) })
    if (found !== undefined) return found
  }
  return undefined
}

export function createOperator(store: Store, change: CreateOperator): void {
  const schema = store.creationSchema(change.name)
  const name = truncateName(change.name.name)
  if (change.function === undefined || change.right === undefined)
    throw new PgError('42P13', 'operator function and right argument type must be specified')
  const left = change.left && operandType(store, change.left)
  const right = operandType(store, change.right)
  const found = findRoutine(store, change.function, left === undefined ? [right] : [left, right])
  const operator = { schema, name, right, ...(left && { left }) }
  const before = sameOperator(store, schema, operator)
  if (before?.shell === false) throw new PgError('42723', `operator ${name} already exists`)
  requirePossible(store, change, found?.returns)
  const { commutator, negator } = change
  if (commutator !== undefined && left !== undefined) makeOther(store, commutator, right, left, operator)
  if (negator !== undefined && !makeOther(store, negator, left, right, operator) && store.strict)
    throw new PgError('42P13', 'operator cannot be its own negator')
  const oid = before?.oid ?? store.newOid()
  store.operators.set(oid, { oid, ...operator, ...found, shell: false })
}

function operandType(store: Store, name: TypeName): TypeRef {
  if (name.setOf === true) throw new PgError('42P13', 'SETOF type not allowed for operator argument')
  return resolveType(store, name)
}

/** OperatorValidateParams of pg_operator.c. */
function requirePossible(store: Store, change: CreateOperator, returns: TypeRef | undefined): void {
  if (!store.strict) return
  if (change.commutator !== undefined && change.left === undefined)
    throw new PgError('42P13', 'only binary operators can have commutators')
  if (change.negator !== undefined && !sameRef(returns, BOOL))
    throw new PgError('42P13', 'only boolean operators can have negators')
}

/** get_other_operator of pg_operator.c: a shell where there is none of that name yet. False for the new operator itself. */
function makeOther(
  store: Store,
  given: QualifiedName,
  left: TypeRef | undefined,
  right: TypeRef,
  own: Identity & { readonly schema: string },
): boolean {
  if (lookupOperator(store, given, left, right) !== undefined) return true
  const schema = store.creationSchema(given)
  const name = truncateName(given.name)
  if (schema === own.schema && name === own.name && sameRef(left, own.left) && sameRef(right, own.right))
    return false
  const oid = store.newOid()
  store.operators.set(oid, { oid, schema, name, right, ...(left && { left }), shell: true })
  return true
}

/** The operator that DROP and ALTER name; throws 42883, or 2BP01 for one of Postgres's own. */
export function findOperator(store: Store, name: FunctionName): OperatorSignature {
  const types = (name.arguments ?? []).map((each) => resolveType(store, each))
  const right = types.at(-1)
  if (name.schema !== undefined && store.strict) store.requireSchema(name.schema)
  const found = right && lookupOperator(store, name, types.at(-2), right)
  if (found === undefined) throw new PgError('42883', `operator does not exist: ${printName(name)}`)
  if (found === 'builtin')
    throw new PgError('2BP01', `operator ${printName(name)} is required by the database system`)
  return found
}
