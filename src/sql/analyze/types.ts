import type { Node, TypeName } from '@pgsql/types'
import type {
  Cast,
  Catalog,
  Column,
  FunctionSignature,
  StoredArgument,
  OperatorSignature,
  PgType,
  QualifiedName,
  Relation,
  TypeRef,
} from '../../catalog/model.js'
import {
  builtinCast,
  builtinFunctions,
  builtinOperators,
  builtinRelation,
  builtinRelationOfRow,
  builtinType,
  builtinTypeByName,
  type Operator,
  type Routine,
  type TypeId,
} from '../builtins.js'

export type { Routine, TypeId }

/** A type about which nothing is known: whatever depends on it is silent. */
export const OPEN: TypeId = 0
export const BOOL: TypeId = 16
export const INT8: TypeId = 20
export const INT4: TypeId = 23
export const TEXT: TypeId = 25
export const BPCHAR: TypeId = 1042
export const VARCHAR: TypeId = 1043
export const NAME: TypeId = 19
/** A constant or parameter whose type is still to be found. */
export const UNKNOWN: TypeId = 705
export const NUMERIC: TypeId = 1700
export const RECORD: TypeId = 2249
export const VOID: TypeId = 2278
const RECORD_ARRAY: TypeId = -RECORD
export const ANY: TypeId = 2276
export const ANYARRAY: TypeId = 2277
export const ANYELEMENT: TypeId = 2283
export const ANYNONARRAY: TypeId = 2776
export const ANYENUM: TypeId = 3500
export const ANYRANGE: TypeId = 3831
export const ANYMULTIRANGE: TypeId = 4537
export const ANYCOMPATIBLE: TypeId = 5077
export const ANYCOMPATIBLEARRAY: TypeId = 5078
export const ANYCOMPATIBLENONARRAY: TypeId = 5079
export const ANYCOMPATIBLERANGE: TypeId = 5080
export const ANYCOMPATIBLEMULTIRANGE: TypeId = 4538

const POLYMORPHIC = new Set([
  ANYARRAY,
  ANYELEMENT,
  ANYNONARRAY,
  ANYENUM,
  ANYRANGE,
  ANYMULTIRANGE,
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
  ANYCOMPATIBLENONARRAY,
  ANYCOMPATIBLERANGE,
  ANYCOMPATIBLEMULTIRANGE,
])

export const isPolymorphic = (type: TypeId): boolean => POLYMORPHIC.has(type)

/** Anything goes into it as it is: parse_coerce.c, coerce_type, second case. */
export const takesAnything = (type: TypeId): boolean =>
  type === ANY ||
  type === ANYELEMENT ||
  type === ANYNONARRAY ||
  type === ANYCOMPATIBLE ||
  type === ANYCOMPATIBLENONARRAY

export type CoercionContext = 'implicit' | 'assignment' | 'explicit' | 'plpgsql'

/** A column of a relation, a row type, or a query's result. */
export interface Field {
  readonly name: string
  readonly type: TypeId
  /** Where it is a column of a relation of the catalog. */
  readonly relation?: Relation
  readonly column?: Column
}

const CONTEXT_RANK = { i: 0, a: 1, e: 3 } as const
const METHODS = { function: 'function', inout: 'io', binary: 'relabel' } as const
const RANK = { implicit: 0, assignment: 1, plpgsql: 2, explicit: 3 } as const

/** The types of one catalog on top of Postgres's own, as parse analysis asks about them. Pure reads; never throws. */
export class Types {
  #castsFrom: ReadonlyMap<TypeId, readonly Cast[]> | undefined
  readonly #routines = new WeakMap<FunctionSignature, Routine>()

  constructor(
    readonly catalog: Catalog,
    readonly searchPath: readonly string[],
  ) {}

  /** The type of the catalog behind an id (not an array). */
  user(type: TypeId): PgType | undefined {
    return type > 0 ? this.catalog.typeByOid(type) : undefined
  }

  /** A catalog's reference as an id: {@link OPEN} where nothing is known about the type or what it is made of. */
  fromRef(ref: TypeRef): TypeId {
    const { oid } = ref
    const type = this.catalog.typeByOid(oid)
    if (type === undefined) {
      const builtin = builtinType(oid)
      if (builtin === undefined) return OPEN
    } else if (type.kind === 'unknown') return OPEN
    else if (type.kind === 'domain' && this.fromRef(type.base) === OPEN) return OPEN
    return ref.array ? -oid : oid
  }

  toRef(type: TypeId): TypeRef | undefined {
    if (type === OPEN) return undefined
    return { oid: Math.abs(type), array: type < 0 }
  }

  /** The type of that name, arrays by their `_name` too; undefined where there is none. */
  find(name: QualifiedName): TypeId | undefined {
    if (name.schema === undefined || name.schema === 'pg_catalog') {
      const builtin = builtinTypeByName(name.name)
      if (builtin !== undefined) return builtin.id
    } else if (name.schema === 'information_schema') {
      return builtinTypeByName(`information_schema.${name.name}`)?.id
    }
    const type = this.catalog.findType(name, this.searchPath)
    if (type !== undefined) return this.fromRef({ oid: type.oid, array: false })
    const relation = this.catalog.findRelation(name, this.searchPath)
    if (relation !== undefined && relation.kind !== 'index')
      return this.fromRef({ oid: relation.rowType, array: false })
    if (name.name.startsWith('_')) {
      const element = this.find({ ...name, name: name.name.slice(1) })
      if (element !== undefined && element > 0) return -element
    }
    return undefined
  }

  /** The type a TypeName node names; {@link OPEN} where it is unknown. `%TYPE` is looked up too. */
  fromTypeName(typeName: TypeName | undefined): TypeId {
    if (typeName === undefined) return OPEN
    const names = stringList(typeName.names)
    if (names.length === 0) return OPEN
    let found: TypeId
    if (typeName.pct_type === true) found = this.columnType(names)
    else {
      const name = qualified(names)
      found = name === undefined ? OPEN : (this.find(name) ?? OPEN)
    }
    if (found === OPEN) return OPEN
    return (typeName.arrayBounds?.length ?? 0) > 0 && found > 0 ? -found : found
  }

  /** The type of `table.column`, as in `%TYPE`. */
  columnType(names: readonly string[]): TypeId {
    const name = qualified(names.slice(0, -1))
    if (name === undefined) return OPEN
    const relation = this.catalog.findRelation(name, this.searchPath)
    const column = relation?.columns.find((candidate) => candidate.name === names.at(-1))
    return column === undefined ? OPEN : this.fromRef(column.type)
  }

  /** pg_type.typcategory and whether the type is preferred within it. */
  category(type: TypeId): { category: string; preferred: boolean } {
    if (type < 0) return { category: 'A', preferred: false }
    const user = this.user(type)
    if (user !== undefined && (user.kind !== 'base' || builtinType(type) === undefined)) {
      switch (user.kind) {
        case 'enum':
          return { category: 'E', preferred: false }
        case 'domain':
          return { category: this.category(this.fromRef(user.base)).category, preferred: false }
        case 'composite':
          return { category: 'C', preferred: false }
        case 'range':
        case 'multirange':
          return { category: 'R', preferred: false }
        case 'base':
        case 'pseudo':
          return { category: user.category, preferred: user.preferred }
        case 'unknown':
          return { category: 'U', preferred: false }
      }
    }
    const builtin = builtinType(type)
    return { category: builtin?.category ?? 'X', preferred: builtin?.preferred ?? false }
  }

  /** Looks through domains: getBaseType of Postgres. */
  base(type: TypeId): TypeId {
    for (let current = type, depth = 0; ; depth++) {
      const user = this.user(current)
      let next: TypeId | undefined
      if (user?.kind === 'domain') next = this.fromRef(user.base)
      else if (user === undefined && current >= 10000) {
        const builtin = builtinType(current)
        if (builtin?.kind === 'd') next = builtin.inner
      }
      if (next === undefined || depth > 100) return current
      current = next
    }
  }

  isEnum(type: TypeId): boolean {
    return this.user(type)?.kind === 'enum'
  }

  /** Element type of a true array (not looking through domains); undefined for what is none. */
  element(type: TypeId): TypeId | undefined {
    // int2vector and oidvector are read as arrays; nothing is coerced to them.
    if (type === 22) return 21
    if (type === 30) return 26
    return type < 0 ? -type : undefined
  }

  /** Whether values have elements although the type is no array: name, point, lseg, box, line, or a type of an extension. */
  isSubscriptable(type: TypeId): boolean {
    const user = this.user(type)
    if (user !== undefined && builtinType(type) === undefined)
      return user.kind === 'base' || user.kind === 'unknown'
    return [19, 600, 601, 603, 628].includes(type)
  }

  /** Element type of an array or a domain over one. */
  baseElement(type: TypeId): TypeId | undefined {
    return this.element(this.base(type))
  }

  /** The array type over a type; undefined where there is none. */
  arrayOf(type: TypeId): TypeId | undefined {
    if (type <= 0 || type === UNKNOWN) return undefined
    if (builtinType(type)?.kind === 'p' && type !== RECORD) return undefined
    return -type
  }

  /** The columns of a row type (domains looked through); undefined for what is none, or not wholly known. */
  fields(type: TypeId): readonly Field[] | undefined {
    const base = this.base(type)
    const user = this.user(base)
    if (user?.kind === 'composite') {
      const relation = user.relation === undefined ? undefined : this.catalog.relationByOid(user.relation)
      if (relation !== undefined && !relation.complete) return undefined
      return (relation?.columns ?? user.attributes).map((column) => ({
        name: column.name,
        type: this.fromRef(column.type),
        column,
        ...(relation === undefined ? {} : { relation }),
      }))
    }
    return user === undefined ? builtinRelationOfRow(base)?.columns : undefined
  }

  isComposite(type: TypeId): boolean {
    const base = this.base(type)
    const user = this.user(base)
    if (user !== undefined) return user.kind === 'composite'
    return builtinRelationOfRow(base) !== undefined
  }

  /** The row type of a table or view: not a type that a call can cast to. */
  isRelationRow(type: TypeId): boolean {
    const user = this.user(type)
    if (user !== undefined) return user.kind === 'composite' && user.relation !== undefined
    return builtinRelationOfRow(type) !== undefined
  }

  /** Subtype of a range or multirange type. */
  subtype(type: TypeId): TypeId | undefined {
    const user = this.user(type)
    if (user?.kind === 'range') return this.fromRef(user.subtype)
    if (user?.kind === 'multirange') {
      // What the replay makes names its range type.
      const inner = this.fromRef(user.subtype)
      return this.isRange(inner) ? this.subtype(inner) : inner
    }
    const builtin = builtinType(type)
    return builtin?.kind === 'r' || builtin?.kind === 'm' ? builtin.inner : undefined
  }

  isRange(type: TypeId): boolean {
    return this.user(type)?.kind === 'range' || builtinType(type)?.kind === 'r'
  }

  isMultirange(type: TypeId): boolean {
    return this.user(type)?.kind === 'multirange' || builtinType(type)?.kind === 'm'
  }

  isText(type: TypeId): boolean {
    return this.category(type).category === 'S'
  }

  /** The cast from one type to another that the migrations made; domains are not looked through. */
  cast(source: TypeId, target: TypeId): Cast | undefined {
    return this.#casts()
      .get(source)
      ?.find((cast) => this.fromRef(cast.target) === target)
  }

  /** Whether a value of a type becomes one of another by itself, by a cast that the migrations made. */
  hasImplicitCast(source: TypeId): boolean {
    return (
      this.#casts()
        .get(source)
        ?.some((cast) => cast.context === 'implicit') === true
    )
  }

  /** The cast of the migrations by which a value, or each element of an array, gets from one type to another. */
  castTaken(source: TypeId, target: TypeId, context: CoercionContext): Cast | undefined {
    const from = this.base(source)
    const to = this.base(target)
    if (from === to) return undefined
    const made = this.cast(from, to)
    if (made !== undefined) return RANK[context] >= RANK[made.context] ? made : undefined
    return from < 0 && to < 0 ? this.castTaken(-from, -to, context) : undefined
  }

  /** By their source. */
  #casts(): ReadonlyMap<TypeId, readonly Cast[]> {
    if (this.#castsFrom === undefined) {
      const casts = new Map<TypeId, Cast[]>()
      for (const cast of this.catalog.casts()) {
        const source = this.fromRef(cast.source)
        casts.set(source, [...(casts.get(source) ?? []), cast])
      }
      this.#castsFrom = casts
    }
    return this.#castsFrom
  }

  /** Whether a coercion from one type to another exists: find_coercion_pathway of Postgres. */
  pathway(
    target: TypeId,
    source: TypeId,
    context: CoercionContext,
  ): 'relabel' | 'function' | 'array' | 'io' | undefined {
    const to = this.base(target)
    const from = this.base(source)
    if (to === from) return 'relabel'
    const rank = RANK[context]
    const made = this.cast(from, to)
    if (made !== undefined && rank >= RANK[made.context]) return METHODS[made.method]
    const cast = made === undefined ? builtinCast(from, to) : undefined
    if (cast !== undefined) return rank >= CONTEXT_RANK[cast] ? 'function' : undefined
    const member = to < 0 && made === undefined ? this.element(from) : undefined
    if (member !== undefined && this.pathway(-to, member, context) !== undefined) return 'array'
    if (context === 'plpgsql') return 'io'
    if (made !== undefined) return undefined
    if (rank >= 1 && this.isText(to)) return 'io'
    if (rank >= 3 && this.isText(from)) return 'io'
    return undefined
  }

  /** One argument of can_coerce_type, polymorphic targets aside. */
  canCoerce(input: TypeId, target: TypeId, context: CoercionContext): boolean {
    if (input === target || input === OPEN || target === OPEN) return true
    if (target === ANY || isPolymorphic(target) || input === UNKNOWN) return true
    if (this.pathway(target, input, context) !== undefined) return true
    if (input === RECORD && this.isComposite(target)) return true
    if (target === RECORD && this.isComposite(input)) return true
    if (target === RECORD_ARRAY && input < 0 && this.isComposite(-input)) return true
    return this.inherits(input, target)
  }

  /** Row type of a table that inherits from the table of the other. */
  private inherits(child: TypeId, parent: TypeId): boolean {
    const row = this.user(this.base(child))
    const target = this.user(parent)
    if (row?.kind !== 'composite' || target?.kind !== 'composite') return false
    if (row.relation === undefined || target.relation === undefined) return false
    const seen = new Set<number>()
    const queue = [row.relation]
    for (let oid = queue.pop(); oid !== undefined; oid = queue.pop()) {
      if (oid === target.relation) return true
      if (seen.has(oid)) continue
      seen.add(oid)
      queue.push(...(this.catalog.relationByOid(oid)?.parents ?? []))
    }
    return false
  }

  /** Whether two types can be told apart by name resolution: a name for messages. */
  name(type: TypeId): string {
    if (type === OPEN) return 'unknown'
    const user = this.user(Math.abs(type))
    const name = user?.name ?? builtinType(Math.abs(type))?.name ?? String(type)
    return type < 0 ? `${name}[]` : name
  }

  /** All functions that a name can mean, pg_catalog's first, then the catalog's in search path order. */
  routines(name: QualifiedName): readonly Routine[] {
    const builtin =
      name.schema === undefined || name.schema === 'pg_catalog' ? builtinFunctions(name.name) : []
    const user = this.catalog.findFunctions(name, this.searchPath)
    if (user.length === 0) return builtin
    return [...builtin, ...user.map((signature) => this.#routine(signature))]
  }

  #routine(signature: FunctionSignature): Routine {
    let routine = this.#routines.get(signature)
    if (routine === undefined) {
      routine = this.#makeRoutine(signature)
      this.#routines.set(signature, routine)
    }
    return routine
  }

  #makeRoutine(signature: FunctionSignature): Routine {
    const procedure = signature.kind === 'procedure'
    // CALL names a procedure's OUT arguments too.
    const inputs = signature.arguments.filter(
      ({ mode }) => mode === 'in' || mode === 'inout' || mode === 'variadic' || (procedure && mode === 'out'),
    )
    const outputs = signature.arguments.filter(
      ({ mode }) => mode === 'out' || mode === 'inout' || mode === 'table',
    )
    const stores = inputs.flatMap(({ name, stores: places }): [string, readonly StoredArgument[]][] =>
      name === undefined || places === undefined ? [] : [[name, places]],
    )
    return {
      ...(stores.length === 0 ? {} : { stores: new Map(stores) }),
      name: signature.name,
      schema: signature.schema,
      kind: signature.kind,
      inputs: inputs.map((argument) => this.fromRef(argument.type)),
      inputNames: inputs.map((argument) => argument.name ?? ''),
      returns:
        signature.returns !== undefined
          ? this.fromRef(signature.returns)
          : outputs.length > 1
            ? RECORD
            : outputs.length === 1
              ? this.fromRef(outputs[0]!.type)
              : procedure
                ? VOID
                : OPEN,
      set: signature.returnsSet,
      variadic: inputs.at(-1)?.mode === 'variadic',
      defaults: inputs.filter((argument) => argument.hasDefault).length,
      orderedSet: false,
      outputs: outputs.map((argument) => ({ name: argument.name ?? '', type: this.fromRef(argument.type) })),
    }
  }

  /**
   * All operators that a name can mean, in the order of the search path; of those with the same operands the first:
   * OpernameGetCandidates.
   */
  operators(name: QualifiedName): readonly Operator[] {
    const { schema } = name
    const builtin = schema === undefined || schema === 'pg_catalog' ? builtinOperators(name.name) : []
    const made = this.catalog.findOperators(name, this.searchPath)
    if (made.length === 0) return builtin
    // pg_catalog comes first unless the path names it.
    const before = this.searchPath.slice(0, Math.max(0, this.searchPath.indexOf('pg_catalog')))
    const isBefore = (each: OperatorSignature): boolean =>
      schema === undefined && before.includes(each.schema)
    const first = made.filter(isBefore).map((each) => this.#operator(each))
    const rest = made.filter((each) => !isBefore(each)).map((each) => this.#operator(each))
    const distinct = new Map<string, Operator>()
    for (const operator of [...first, ...builtin, ...rest]) {
      const key = operator.args.join(' ')
      if (!distinct.has(key)) distinct.set(key, operator)
    }
    return [...distinct.values()]
  }

  #operator(made: OperatorSignature): Operator {
    const { left, right, returns } = made
    const args = left === undefined ? [right] : [left, right]
    return {
      args: args.map((each) => this.fromRef(each)),
      result: returns === undefined ? OPEN : this.fromRef(returns),
      made,
    }
  }

  /** A system table or view by name, where no relation of the catalog has it. */
  systemRelation(name: QualifiedName): ReturnType<typeof builtinRelation> {
    if (name.schema === undefined && !name.name.startsWith('pg_')) return undefined
    return builtinRelation(name.schema ?? 'pg_catalog', name.name)
  }
}

/** The strings of a list of String nodes. */
export function stringList(nodes: readonly Node[] | undefined): string[] {
  const strings: string[] = []
  for (const node of nodes ?? []) if ('String' in node) strings.push(node.String.sval ?? '')
  return strings
}

/** `schema.name` or `name`; a database's name before them is dropped. Undefined for an empty list. */
export function qualified(names: readonly string[]): QualifiedName | undefined {
  const name = names.at(-1)
  if (name === undefined) return undefined
  const schema = names.at(-2)
  return schema === undefined ? { name } : { schema, name }
}
