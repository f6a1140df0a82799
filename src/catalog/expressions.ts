import { BPCHAR, NAME, TEXT } from './builtins.js'
import type { Expression, TypeName } from './change.js'
import { PgError } from './error.js'
import type { Oid, TypeRef } from './model.js'
import { printName, truncateName } from './names.js'
import type { ExpressionPlace, Store } from './store.js'
import type { References, StoredColumn, StoredComparison, StoredDefault } from './stored.js'
import {
  baseType,
  canAssign,
  castBetween,
  checkLiteral,
  comparesOtherwise,
  isString,
  resolveType,
} from './types.js'

const NO_COLUMNS: readonly number[] = []
const NO_COMPARISONS: readonly StoredComparison[] = []

export const NO_REFERENCES: References = { types: [], functions: [], operators: [], sequences: [] }

/** References with the enums that constants were compared as. */
export function withComparedTypes(
  references: References,
  comparisons: readonly StoredComparison[],
): References {
  const enums = comparisons.flatMap((each) => each.enumType ?? [])
  return enums.length === 0 ? references : { ...references, types: [...references.types, ...enums] }
}

/** The objects of an expression, looked up now. Throws where Postgres would not find a type or a sequence. */
export function resolveReferences(store: Store, expression: Expression): References {
  const { types, functions, sequences } = expression
  if (types.length === 0 && functions.length === 0 && sequences.length === 0) return NO_REFERENCES
  const relations: Oid[] = []
  for (const name of sequences) {
    const oid = store.lookupRelationOid(name)
    if (oid !== undefined) relations.push(oid)
    else if (store.strict) throw new PgError('42P01', `relation "${printName(name)}" does not exist`)
  }
  for (const name of store.strict ? functions : []) {
    if (store.lookupFunctions(name).length > 0 || store.lookupType(name) !== undefined) continue
    if (name.schema === undefined && store.builtins.hasFunction(name.name)) continue
    throw new PgError('42883', `function ${printName(name)} does not exist`)
  }
  return {
    types: userTypes(store, types),
    functions: functions.flatMap((name) => store.lookupFunctions(name).map((each) => each.oid)),
    operators: [],
    sequences: relations,
  }
}

function userTypes(store: Store, names: readonly TypeName[]): readonly Oid[] {
  return names.map((name) => resolveType(store, name).oid).filter((oid) => store.types.has(oid))
}

/** The system columns that every table has: src/include/catalog/pg_attribute.h. */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['tableoid', 'cmax', 'xmax', 'cmin', 'xmin', 'ctid'])

export function isSystemColumn(name: string): boolean {
  return SYSTEM_COLUMNS.has(name)
}

function columnNamed<T extends { readonly name: string }>(
  columns: readonly T[],
  name: string,
): T | undefined {
  for (const column of columns) if (column.name === name) return column
  return undefined
}

/** The attnums of the columns that an expression names; throws 42703 for one that is not there. */
export function resolveColumns(
  store: Store,
  names: readonly string[],
  columns: readonly StoredColumn[],
  complete = true,
): readonly number[] {
  if (names.length === 0) return NO_COLUMNS
  const attnums: number[] = []
  for (const name of names) {
    const short = truncateName(name)
    const column = columnNamed(columns, short)
    if (column === undefined) {
      if (isSystemColumn(short) || (!complete && !store.strict)) continue
      throw new PgError('42703', `column "${short}" does not exist`)
    }
    if (!attnums.includes(column.attnum)) attnums.push(column.attnum)
  }
  return attnums
}

/** Whether Postgres compares a column of this type with string constants without a cast of the column. */
function comparesBare(ref: TypeRef): boolean {
  return ref.array || ref.oid === TEXT || ref.oid === BPCHAR || ref.oid === NAME
}

/** Whether the stored condition casts the column: a cast of text to text is none. */
function isCast(written: boolean, type: TypeRef, isEnum: boolean): boolean {
  if (type.oid === TEXT && !type.array) return false
  return written || (!isEnum && !comparesBare(type))
}

/** Comparisons of a column that has got another type, read again from the condition's text. */
export function retypeComparisons(
  comparisons: readonly StoredComparison[],
  attnum: number,
  type: TypeRef,
): readonly StoredComparison[] {
  if (!comparisons.some((each) => each.column === attnum)) return comparisons
  return comparisons.map((each) =>
    each.column === attnum
      ? { ...each, asText: isCast(each.asText, type, each.enumType !== undefined) }
      : each,
  )
}

/** Comparisons with constants, typed by the columns; throws 22P02 for a constant that an enum does not have. */
export function resolveComparisons(
  store: Store,
  expression: Expression,
  columns: readonly { readonly attnum: number; readonly name: string; readonly type: TypeRef }[],
  /** That the operators are Postgres's own. */
  isPlain = false,
): readonly StoredComparison[] {
  if (expression.comparisons.length === 0) return NO_COMPARISONS
  const comparisons: StoredComparison[] = []
  for (const { column: name, asText, values, textConstants } of expression.comparisons) {
    const column = columnNamed(columns, truncateName(name))
    if (column === undefined) continue
    const base = baseType(store, column.type)
    const isEnum = store.typeByOid(base.oid)?.kind === 'enum'
    if (!isPlain && mayCompareOtherwise(store, column.type)) continue
    if (
      textConstants === true &&
      !asText &&
      !isString(store, base) &&
      store.typeByOid(base.oid)?.kind !== 'unknown'
    ) {
      throw new PgError('42883', `operator does not exist: ${store.printType(column.type)} = text`)
    }
    // The operators of enums take an enum, no domain over one.
    if (store.strict && isEnum && !asText && base.oid !== column.type.oid && !base.array) {
      throw new PgError('42883', `operator does not exist: ${store.printType(column.type)} = unknown`)
    }
    if (!asText) for (const value of values) checkLiteral(store, base, value)
    comparisons.push({
      column: column.attnum,
      asText: isCast(asText || (isEnum && base.oid !== column.type.oid), column.type, isEnum),
      values,
      ...(isEnum && !asText ? { enumType: base.oid } : {}),
    })
  }
  return comparisons
}

/**
 * A default or generation expression, checked against the column's type as Postgres checks it when it is declared.
 * Throws 22P02 for a constant that the type does not have, 42804 for an expression of another type.
 */
export function resolveDefault(
  store: Store,
  expression: Expression,
  type: TypeRef,
  columns: readonly StoredColumn[] = [],
): StoredDefault {
  const { references } = meaningOf(store, expression, { columns, type })
  const attnums = resolveColumns(store, expression.columns, columns)
  const { literal } = expression
  if (literal !== undefined) {
    if (literal !== null) checkLiteral(store, type, literal)
    // A constant is stored as a constant of the column's type.
    const isOwn = literal !== null && store.types.has(type.oid)
    const { types, ...others } = references
    return {
      ...others,
      types: isOwn ? [...types, type.oid] : types,
      literal,
      type,
      columns: attnums,
    }
  }
  const from = expressionType(store, expression, columns)
  if (from !== undefined && canAssign(store, from, type) === false) {
    throw new PgError(
      '42804',
      `column is of type ${store.printType(type)} but default expression is of type ${store.printType(from)}`,
    )
  }
  if (from === undefined) return { ...references, columns: attnums }
  const functions = [...references.functions, ...castFunctions(store, from, type)]
  return { ...references, functions, columns: attnums, type: from }
}

/** The function of the migrations by which a value is cast from one type to another; none where there is no such cast. */
export function castFunctions(store: Store, from: TypeRef, to: TypeRef): readonly Oid[] {
  const cast = castBetween(store, baseType(store, from), baseType(store, to))
  return cast?.function === undefined ? [] : [cast.function]
}

/** Where an expression stands. */
interface Place extends ExpressionPlace {
  /** The parser's tree of it; default: its own. */
  readonly tree?: unknown
  readonly columns: readonly { readonly attnum: number; readonly name: string; readonly type: TypeRef }[]
}

interface Meaning {
  readonly references: References
  readonly comparisons: readonly StoredComparison[]
  /** True where an operator or a cast that the migrations made has a part in it: then nothing is known of what it compares. */
  readonly isOwn: boolean
}

/** What an expression refers to and compares. Throws 22P02 for a constant that an enum does not have. */
export function meaningOf(store: Store, expression: Expression, place: Place): Meaning {
  const references = resolveReferences(store, expression)
  const { tree = expression.tree, columns } = place
  if (!store.hasOwnOperators || tree === undefined)
    return { references, comparisons: resolveComparisons(store, expression, columns), isOwn: false }
  const { isOwn, constants, ...own } = store.describeExpression(tree, place, store)
  for (const { value, type } of constants) checkLiteral(store, type, value)
  if (!isOwn) return { references, comparisons: resolveComparisons(store, expression, columns, true), isOwn }
  const functions = [...references.functions, ...own.functions]
  return { references: { ...references, functions, operators: own.operators }, comparisons: [], isOwn }
}

/** {@link comparesOtherwise} as of now. */
export function mayCompareOtherwise(store: Store, ref: TypeRef): boolean {
  return store.hasOwnOperators && comparesOtherwise(store.live(), ref)
}

/** The type of an expression, where it is plain: a cast or a column. Checks a constant under a cast. */
export function expressionType(
  store: Store,
  expression: Expression,
  columns: readonly StoredColumn[],
): TypeRef | undefined {
  if (expression.cast !== undefined) {
    const type = resolveType(store, expression.cast)
    if (expression.castLiteral !== undefined) checkLiteral(store, type, expression.castLiteral)
    return type
  }
  if (expression.column !== undefined) {
    return columns.find((each) => each.name === truncateName(expression.column!))?.type
  }
  return undefined
}
