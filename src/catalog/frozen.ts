import { builtinTypes, builtinTypesByName } from './builtins.js'
import type {
  Cast,
  Catalog,
  FunctionSignature,
  Oid,
  OperatorSignature,
  PgType,
  QualifiedName,
  Relation,
  TypeRef,
  Unread,
} from './model.js'
import {
  decodeRelation,
  decodeType,
  encodeFunction,
  encodeRelation,
  encodeType,
  OriginFiles,
  type EncodedRelation,
  type EncodedType,
} from './encoded.js'
import { truncateQualified } from './names.js'
import type { JournaledMap } from './journal.js'
import { LazyMap, linesOf, RevivedObjects, type Lookup } from './revived.js'
import { effectivePath, nameKey, TEMP, type Store } from './store.js'

/** What a catalog holds: immutable objects, plain JSON, by identity and by name. */
interface CatalogData {
  readonly searchPath: readonly string[]
  readonly unread: readonly Unread[]
  readonly schemas: ReadonlySet<string>
  readonly types: Lookup<Oid, PgType>
  readonly typeNames: Lookup<string, TypeRef>
  readonly relations: Lookup<Oid, Relation>
  readonly relationNames: Lookup<string, Oid>
  readonly functions: Lookup<Oid, FunctionSignature>
  /** Functions by schema and name, where that is known already. */
  readonly functionsNamed?: (schema: string, name: string) => readonly FunctionSignature[]
  readonly operators: Lookup<Oid, OperatorSignature>
  readonly casts: Lookup<Oid, Cast>
}

/** The catalog of one moment. */
export class FrozenCatalog implements Catalog {
  readonly searchPath: readonly string[]
  readonly unread: readonly Unread[]
  readonly #schemas: ReadonlySet<string>
  readonly #types: Lookup<Oid, PgType>
  readonly #typeNames: Lookup<string, TypeRef>
  readonly #relations: Lookup<Oid, Relation>
  readonly #relationNames: Lookup<string, Oid>
  readonly #functions: Lookup<Oid, FunctionSignature>
  readonly #functionsNamed: NonNullable<CatalogData['functionsNamed']>
  #functionNames: ReadonlyMap<string, readonly FunctionSignature[]> | undefined
  readonly #operators: Lookup<Oid, OperatorSignature>
  #operatorNames: ReadonlyMap<string, readonly OperatorSignature[]> | undefined
  readonly #casts: Lookup<Oid, Cast>

  private constructor(data: CatalogData) {
    this.searchPath = data.searchPath
    this.unread = data.unread
    this.#schemas = data.schemas
    this.#types = data.types
    this.#typeNames = data.typeNames
    this.#relations = data.relations
    this.#relationNames = data.relationNames
    this.#functions = data.functions
    this.#operators = data.operators
    this.#casts = data.casts
    this.#functionsNamed = data.functionsNamed ?? ((schema, name) => this.#findFunctions(schema, name))
  }

  /** Copies of the store's maps. Or, with `live`, the maps themselves: it is then good until the store changes. */
  static of(store: Store, live = false): FrozenCatalog {
    const mapOf = <K, V>(map: JournaledMap<K, V>): ReadonlyMap<K, V> => (live ? map.live() : map.copy())
    return new FrozenCatalog({
      searchPath: store.searchPath,
      unread: [...store.unread],
      schemas: new Set([...store.schemas.values()].map((schema) => schema.name)),
      types: mapOf(store.types),
      typeNames: mapOf(store.typeNames),
      relations: mapOf(store.relations),
      relationNames: mapOf(store.relationNames),
      functions: mapOf(store.functions),
      operators: mapOf(store.operators),
      casts: mapOf(store.casts),
      ...(live
        ? { functionsNamed: (schema: string, name: string) => store.functionsNamed(schema, name) }
        : {}),
    })
  }

  /** Lines of JSON, of which `fromJson` makes the same catalog. */
  toJson(): string {
    const files = new OriginFiles()
    const objects = [
      ...linesOf(this.#types, (type) => encodeType(type, files)),
      ...linesOf(this.#relations, (relation) => encodeRelation(relation, files)),
      ...linesOf(this.#functions, encodeFunction),
      ...linesOf(this.#operators, asItIs),
      ...linesOf(this.#casts, asItIs),
    ]
    return [
      JSON.stringify([this.searchPath, this.unread, [...this.#schemas], files.files]),
      JSON.stringify(namesOf(this.#typeNames, ({ oid, array }) => (array ? -oid : oid))),
      JSON.stringify(namesOf(this.#relationNames, (oid) => oid)),
      ...objects,
    ].join('\n')
  }

  /**
   * The catalog that `toJson` wrote, in UTF-8. Most of it is read when it is asked for. Throws, now or then, for another
   * text.
   */
  static fromJson(json: Buffer): FrozenCatalog {
    const lines = splitLines(json)
    const line = (at: number): Buffer => lines[at]!
    const parse = (at: number): unknown => JSON.parse(line(at).toString())
    const [searchPath, unread, schemas, paths] = parse(0) as [string[], Unread[], string[], string[]]
    const files = new OriginFiles(paths)
    return new FrozenCatalog({
      searchPath,
      unread,
      schemas: new Set(schemas),
      typeNames: new LazyMap(() =>
        byName(parse(1), (encoded) => ({ oid: Math.abs(encoded), array: encoded < 0 })),
      ),
      relationNames: new LazyMap(() => byName(parse(2), (oid) => oid)),
      types: new RevivedObjects(line(3), line(4), (type) => decodeType(type as EncodedType, files)),
      relations: new RevivedObjects(line(5), line(6), (relation) =>
        decodeRelation(relation as EncodedRelation, files),
      ),
      functions: new RevivedObjects(line(7), line(8), (signature) => signature as FunctionSignature),
      operators: new RevivedObjects(line(9), line(10), (signature) => signature as OperatorSignature),
      casts: new RevivedObjects(line(11), line(12), (cast) => cast as Cast),
    })
  }

  schemas(): Iterable<string> {
    return this.#schemas
  }

  /** The types that the migrations made; Postgres's own are found by OID and by name. */
  types(): Iterable<PgType> {
    return this.#types.values()
  }

  relations(): Iterable<Relation> {
    return this.#relations.values()
  }

  functions(): Iterable<FunctionSignature> {
    return this.#functions.values()
  }

  operators(): Iterable<OperatorSignature> {
    return this.#operators.values()
  }

  casts(): Iterable<Cast> {
    return this.#casts.values()
  }

  /** All names of types and of the array types beside them, as schema and name joined by a NUL character. */
  typeNameEntries(): Iterable<readonly [string, TypeRef]> {
    return this.#typeNames
  }

  typeByOid(oid: Oid): PgType | undefined {
    const type = this.#types.get(oid) ?? builtinTypes.get(oid)
    // A relation's row type has the columns that the relation has now.
    if (type?.kind !== 'composite' || type.relation === undefined) return type
    const relation = this.#relations.get(type.relation)
    return relation === undefined ? type : { ...type, attributes: relation.columns }
  }

  relationByOid(oid: Oid): Relation | undefined {
    return this.#relations.get(oid)
  }

  #path(name: QualifiedName, searchPath: readonly string[] | undefined): readonly string[] {
    if (name.schema !== undefined) return [name.schema]
    return effectivePath(
      searchPath ?? this.searchPath,
      (schema) => this.#schemas.has(schema) || schema === 'pg_catalog' || schema === 'information_schema',
    )
  }

  findType(name: QualifiedName, searchPath?: readonly string[]): PgType | undefined {
    const short = truncateQualified(name)
    for (const schema of this.#path(short, searchPath)) {
      if (schema === 'pg_catalog') {
        const type = builtinTypesByName.get(short.name)
        if (type !== undefined) return type
      }
      const found = this.#typeNames.get(nameKey(schema, short.name))
      // The array types that Postgres makes are no types of ours; their name hides others all the same.
      if (found !== undefined) return found.array ? undefined : this.typeByOid(found.oid)
    }
    return undefined
  }

  findRelation(name: QualifiedName, searchPath?: readonly string[]): Relation | undefined {
    const short = truncateQualified(name)
    for (const schema of this.#path(short, searchPath)) {
      const oid = this.#relationNames.get(nameKey(schema, short.name))
      if (oid !== undefined) return this.#relations.get(oid)
    }
    return undefined
  }

  #findFunctions(schema: string, name: string): readonly FunctionSignature[] {
    return (this.#functionNames ??= grouped(this.#functions.values())).get(nameKey(schema, name)) ?? []
  }

  findFunctions(name: QualifiedName, searchPath?: readonly string[]): readonly FunctionSignature[] {
    const short = truncateQualified(name)
    return this.#path(short, searchPath).flatMap((schema) => this.#functionsNamed(schema, short.name))
  }

  findOperators(name: QualifiedName, searchPath?: readonly string[]): readonly OperatorSignature[] {
    const named = (this.#operatorNames ??= grouped(this.#operators.values()))
    if (named.size === 0) return []
    const short = truncateQualified(name)
    // Temporary operators are found by their schema alone: OpernameGetOprid of namespace.c.
    const path = this.#path(short, searchPath).filter((schema) => schema !== TEMP || name.schema === TEMP)
    return path.flatMap((schema) => named.get(nameKey(schema, short.name)) ?? [])
  }
}

function asItIs<T>(object: T): T {
  return object
}

/** Objects by schema and name. */
function grouped<T extends { readonly schema: string; readonly name: string }>(
  objects: Iterable<T>,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const each of objects) {
    const key = nameKey(each.schema, each.name)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [each])
    else group.push(each)
  }
  return groups
}

/** Names and numbers, flat. */
function namesOf<V>(
  names: Iterable<readonly [string, V]>,
  encode: (value: V) => number,
): (string | number)[] {
  const flat: (string | number)[] = []
  for (const [name, value] of names) flat.push(name, encode(value))
  return flat
}

function byName<V>(flat: unknown, decode: (encoded: number) => V): Map<string, V> {
  const names = flat as (string | number)[]
  const map = new Map<string, V>()
  for (let i = 0; i < names.length; i += 2) map.set(names[i] as string, decode(names[i + 1] as number))
  return map
}

function splitLines(text: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at <= text.length;) {
    const newline = text.indexOf(10, at)
    const end = newline < 0 ? text.length : newline
    lines.push(text.subarray(at, end))
    at = end + 1
  }
  return lines
}
