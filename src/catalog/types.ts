import { BPCHAR, builtinTypes, NAME, TEXT, VARCHAR } from './builtins.js'
import type { TypeName } from './change.js'
import { PgError } from './error.js'
import type { Cast, Catalog, Oid, PgType, QualifiedName, TypeRef } from './model.js'
import { makeObjectName, printName, truncateName } from './names.js'
import { nameKey, type Store } from './store.js'

/** Under this name that no schema has, types that are known by their name alone are kept. */
const ELSEWHERE = '\0elsewhere'

function unknownType(store: Store, name: QualifiedName): TypeRef {
  const key = nameKey(ELSEWHERE, printName(name))
  const known = store.typeNames.get(key)
  if (known !== undefined) return known
  const ref = { oid: store.newOid(), array: false }
  store.types.set(ref.oid, { oid: ref.oid, kind: 'unknown', schema: name.schema ?? '', name: name.name })
  store.typeNames.set(key, ref)
  return ref
}

/** The type that a name stands for now. Throws 42704 or 3F000 where Postgres would. */
export function resolveType(store: Store, name: TypeName): TypeRef {
  if (name.columnOf !== undefined) {
    const relation = store.lookupRelation(name.columnOf)
    const column = relation?.columns.find((each) => each.name === truncateName(name.name))
    if (column === undefined)
      throw new PgError('42P01', `relation "${printName(name.columnOf)}" does not exist`)
    return name.array === true ? { ...column.type, array: true } : column.type
  }
  const found = store.lookupType(name)
  if (found !== undefined) {
    // An array type by its own name has no array type itself.
    if (name.array === true && found.array)
      throw new PgError('42704', `type "${printName(name)}[]" does not exist`)
    return name.array === true ? { ...found, array: true } : found
  }
  if (store.strict) {
    if (name.schema !== undefined) store.requireSchema(name.schema)
    throw new PgError('42704', `type "${printName(name)}" does not exist`)
  }
  return { oid: unknownType(store, name).oid, array: name.array === true }
}

/** `_name`, with digits where that is taken: makeArrayTypeName of pg_type.c. */
function makeArrayTypeName(store: Store, schema: string, name: string): string {
  let candidate = makeObjectName('', name, undefined)
  for (let pass = 1; store.typeNames.has(nameKey(schema, candidate)); pass++) {
    candidate = makeObjectName('', name, String(pass))
  }
  return candidate
}

/** Makes room for a new type's name where an array type that Postgres named holds it; else throws 42710. */
export function claimTypeName(store: Store, schema: string, name: string): void {
  const key = nameKey(schema, name)
  const holder = store.typeNames.get(key)
  if (holder === undefined) return
  if (!holder.array) throw new PgError('42710', `type "${name}" already exists`)
  const other = makeArrayTypeName(store, schema, name)
  store.typeNames.delete(key)
  store.typeNames.set(nameKey(schema, other), holder)
  store.arrayNames.set(holder.oid, other)
}

function addArrayType(store: Store, schema: string, name: string, oid: Oid): void {
  const arrayName = makeArrayTypeName(store, schema, name)
  store.typeNames.set(nameKey(schema, arrayName), { oid, array: true })
  store.arrayNames.set(oid, arrayName)
}

/** Enters a type and its array type. */
export function addType(store: Store, type: PgType): void {
  claimTypeName(store, type.schema, type.name)
  store.types.set(type.oid, type)
  store.typeNames.set(nameKey(type.schema, type.name), { oid: type.oid, array: false })
  addArrayType(store, type.schema, type.name, type.oid)
}

/** Takes a type, its array type and its names away; what depends on it is the caller's. */
export function removeType(store: Store, oid: Oid): void {
  const type = store.types.get(oid)
  if (type === undefined) return
  const arrayName = store.arrayNames.get(oid)
  if (arrayName !== undefined) store.typeNames.delete(nameKey(type.schema, arrayName))
  store.arrayNames.delete(oid)
  store.typeNames.delete(nameKey(type.schema, type.name))
  store.types.delete(oid)
}

/** Gives a type another name; its array type follows, as RenameTypeInternal of pg_type.c does. */
export function renameType(store: Store, type: PgType, name: string): void {
  const movedOwnArray = store.arrayNames.get(type.oid) === name
  claimTypeName(store, type.schema, name)
  const arrayName = store.arrayNames.get(type.oid)
  // The array's name is chosen while the type still has its old one.
  const other = makeArrayTypeName(store, type.schema, name)
  store.typeNames.delete(nameKey(type.schema, type.name))
  store.types.set(type.oid, { ...type, name })
  store.typeNames.set(nameKey(type.schema, name), { oid: type.oid, array: false })
  // Where the array type itself had that name, it has just got another.
  if (movedOwnArray || arrayName === undefined) return
  store.typeNames.delete(nameKey(type.schema, arrayName))
  store.typeNames.set(nameKey(type.schema, other), { oid: type.oid, array: true })
  store.arrayNames.set(type.oid, other)
}

/** Moves a type and its array type to another schema: 42710 where either name is taken there. */
export function moveType(store: Store, type: PgType, schema: string): void {
  if (type.schema === schema) return
  const arrayName = store.arrayNames.get(type.oid)
  for (const name of arrayName === undefined ? [type.name] : [type.name, arrayName]) {
    if (store.typeNames.has(nameKey(schema, name))) {
      throw new PgError('42710', `type "${name}" already exists in schema "${schema}"`)
    }
  }
  store.typeNames.delete(nameKey(type.schema, type.name))
  store.typeNames.set(nameKey(schema, type.name), { oid: type.oid, array: false })
  if (arrayName !== undefined) {
    store.typeNames.delete(nameKey(type.schema, arrayName))
    store.typeNames.set(nameKey(schema, arrayName), { oid: type.oid, array: true })
  }
  store.types.set(type.oid, { ...type, schema })
}

/** A domain's base, all the way down; another type as it is. */
export function baseType(store: Pick<Store, 'typeByOid'>, ref: TypeRef): TypeRef {
  for (let depth = 0, at = ref; ; depth++) {
    const type = store.typeByOid(at.oid)
    if (type?.kind !== 'domain' || at.array || depth > 100) return at
    at = type.base
  }
}

const STRINGS: ReadonlySet<Oid> = new Set([TEXT, VARCHAR, BPCHAR, NAME])

/** Whether it is one of Postgres's types of strings, or a domain over one. */
export function isString(store: Pick<Store, 'typeByOid'>, ref: TypeRef): boolean {
  const base = baseType(store, ref)
  return !base.array && STRINGS.has(base.oid)
}

/** Elements of an array literal, flat; undefined where it is none. NULL is left out. */
export function arrayElements(literal: string): string[] | undefined {
  const text = literal.trim().replace(/^(?:\[[^\]]*\])+\s*=\s*/, '')
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined
  const elements: string[] = []
  const part = /[{},\s]|"((?:[^"\\]|\\.)*)"|((?:[^{},"\\]|\\.)+)/gsy
  let depth = 0
  for (let at = 0; at < text.length; at = part.lastIndex) {
    part.lastIndex = at
    const match = part.exec(text)
    if (match === null) return undefined
    if (match[0] === '{') depth++
    else if (match[0] === '}') depth--
    else if (match[1] !== undefined) elements.push(match[1].replace(/\\(.)/gs, '$1'))
    else if (match[2] !== undefined) {
      const bare = match[2].trim().replace(/\\(.)/gs, '$1')
      if (bare !== '' && bare.toLowerCase() !== 'null') elements.push(bare)
    }
    if (depth < 0) return undefined
  }
  return depth === 0 ? elements : undefined
}

function checkLabel(store: Store, oid: Oid, value: string): void {
  const type = store.typeByOid(oid)
  if (type?.kind !== 'enum') return
  if (!type.labels.some((label) => label.value === value)) {
    throw new PgError(
      '22P02',
      `invalid input value for enum ${store.printType({ oid, array: false })}: "${value}"`,
    )
  }
  // A database in use got its migrations one by one; only a strict replay runs them in the transaction as written.
  if (store.strict && store.uncommitted.has(`${oid}\0${value}`)) {
    throw new PgError(
      '55P04',
      `unsafe use of new value "${value}" of enum type ${store.printType({ oid, array: false })}`,
    )
  }
}

/** OIDs of int2, int4 and int8. */
export const INTEGERS: ReadonlySet<Oid> = new Set([21, 23, 20])

/** Constants of Postgres's own types, as far as they are plain to see. */
function checkOther(store: Store, base: TypeRef, literal: string): void {
  if (!store.strict) return
  if (base.array && arrayElements(literal) === undefined) {
    throw new PgError('22P02', `malformed array literal: "${literal}"`)
  }
  if (!base.array && store.typeByOid(base.oid)?.kind === 'composite' && !/^\s*\(/.test(literal)) {
    throw new PgError('22P02', `malformed record literal: "${literal}"`)
  }
  if (!base.array && INTEGERS.has(base.oid) && !/^\s*[+-]?\d+\s*$/.test(literal)) {
    throw new PgError('22P02', `invalid input syntax for type integer: "${literal}"`)
  }
}

/** Reads a string constant as a value of a type, as far as enums go: throws 22P02 where Postgres does. */
export function checkLiteral(store: Store, ref: TypeRef, literal: string): void {
  const base = baseType(store, ref)
  if (store.typeByOid(base.oid)?.kind !== 'enum') return checkOther(store, base, literal)
  if (!base.array) return checkLabel(store, base.oid, literal)
  const elements = arrayElements(literal)
  if (elements === undefined) throw new PgError('22P02', `malformed array literal: "${literal}"`)
  for (const element of elements) checkLabel(store, base.oid, element)
}

/** Whether values of `type` hold values of `part`: through arrays, domains, attributes. */
export function contains(store: Store, type: TypeRef, part: Oid): boolean {
  const seen = new Set<Oid>()
  const queue = [type.oid]
  for (let oid = queue.pop(); oid !== undefined; oid = queue.pop()) {
    if (oid === part) return true
    if (seen.has(oid)) continue
    seen.add(oid)
    const found = store.typeByOid(oid)
    if (found?.kind === 'domain') queue.push(found.base.oid)
    else if (found?.kind === 'range' || found?.kind === 'multirange') queue.push(found.subtype.oid)
    else if (found?.kind === 'composite') {
      const columns =
        found.relation === undefined ? found.attributes : (store.relations.get(found.relation)?.columns ?? [])
      queue.push(...columns.map((column) => column.type.oid))
    }
  }
  return false
}

/** A row type can't have itself as a column: CheckAttributeType. */
export function requireNoCycle(store: Store, type: TypeRef, rowType: Oid, name: string): void {
  if (rowType !== 0 && contains(store, type, rowType)) {
    throw new PgError('42P16', `composite type ${name} cannot be made a member of itself`)
  }
}

export function sameRef(a: TypeRef | undefined, b: TypeRef | undefined): boolean {
  return a?.oid === b?.oid && a?.array === b?.array
}

/** The cast that the migrations made from one type to another: that of domains themselves is never used. */
export function castBetween(store: Store, source: TypeRef, target: TypeRef): Cast | undefined {
  for (const cast of store.casts.values())
    if (sameRef(cast.source, source) && sameRef(cast.target, target)) return cast
  return undefined
}

const ANY_ELEMENT: ReadonlySet<Oid> = new Set([2276, 2283, 5077])
const ANY_ARRAY: ReadonlySet<Oid> = new Set([2277, 5078])
const ANY_NON_ARRAY: ReadonlySet<Oid> = new Set([2776, 5079])
const ANY_ENUM: Oid = 3500

/** IsBinaryCoercible of parse_coerce.c, as far as Postgres's own types are strings. */
export function isBinaryCoercible(store: Store, given: TypeRef, target: TypeRef): boolean {
  if (sameRef(given, target)) return true
  if (!target.array && ANY_ELEMENT.has(target.oid)) return true
  const source = baseType(store, given)
  if (sameRef(source, target)) return true
  if (!target.array && ANY_ARRAY.has(target.oid)) return source.array
  if (!target.array && ANY_NON_ARRAY.has(target.oid)) return !source.array
  if (!target.array && target.oid === ANY_ENUM)
    return !source.array && store.typeByOid(source.oid)?.kind === 'enum'
  const cast = castBetween(store, source, target)
  if (cast !== undefined) return cast.method === 'binary' && cast.context === 'implicit'
  if (source.array || target.array) return false
  return (source.oid === TEXT || source.oid === VARCHAR) && STRINGS.has(target.oid) && target.oid !== NAME
}

/** Whether a value of one type goes into another without an explicit cast; undefined where we don't know. */
export function canAssign(store: Store, from: TypeRef, to: TypeRef): boolean | undefined {
  if (from.oid === to.oid && from.array === to.array) return true
  const source = baseType(store, from)
  const target = baseType(store, to)
  if (source.oid === target.oid && source.array === target.array) return true
  const cast = castBetween(store, source, target)
  if (cast !== undefined) return cast.context !== 'explicit'
  if (source.array && target.array) {
    return canAssign(store, { ...source, array: false }, { ...target, array: false })
  }
  const sourceType = store.typeByOid(source.oid)
  const targetType = store.typeByOid(target.oid)
  if (sourceType?.kind === 'unknown' || targetType?.kind === 'unknown') return undefined
  if (!target.array && STRINGS.has(target.oid)) return true
  if (source.array !== target.array) return false
  if (sourceType?.kind === 'enum' || targetType?.kind === 'enum') return false
  if (STRINGS.has(source.oid)) return false
  if (sourceType?.kind === 'composite' || targetType?.kind === 'composite') return false
  if (builtinTypes.has(source.oid) && builtinTypes.has(target.oid)) return undefined
  return undefined
}

/** Strings for which Postgres has comparisons of their own: varchar is compared as text. */
const SELF_COMPARED: ReadonlySet<Oid> = new Set([TEXT, BPCHAR, NAME])
const COMPARISONS = ['=', '<>', '<', '<=', '>', '>=', '@>', '<@', '&&']

/**
 * Whether a constant that is compared with a value of this type may get another type than that, by an operator or a cast
 * that the migrations made.
 */
export function comparesOtherwise(
  catalog: Pick<Catalog, 'findOperators' | 'casts' | 'typeByOid'>,
  ref: TypeRef,
): boolean {
  const base = baseType(catalog, ref)
  const operators = COMPARISONS.flatMap((name) => catalog.findOperators({ name }))
  // A constant takes the other operand's type where there is an operator of just that.
  if (!base.array && SELF_COMPARED.has(base.oid))
    return operators.some(({ left, right }) => sameRef(left, base) && sameRef(right, base))
  const takes = (operand: TypeRef | undefined): boolean => {
    if (operand === undefined) return false
    const isPolymorphic = catalog.typeByOid(operand.oid)?.kind === 'pseudo'
    return isPolymorphic || sameRef(operand, ref) || sameRef(operand, base)
  }
  if (operators.some(({ left, right }) => takes(left) || takes(right))) return true
  for (const { source, context } of catalog.casts())
    if (context === 'implicit' && sameRef(source, base)) return true
  return false
}
