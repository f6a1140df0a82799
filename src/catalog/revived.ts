import type { Oid } from './model.js'

/** What a catalog needs of a map. */
export interface Lookup<K, V> extends Iterable<readonly [K, V]> {
  get(key: K): V | undefined
  values(): Iterable<V>
}

/** A map that is made when it is first looked at. */
export class LazyMap<K, V> implements Lookup<K, V> {
  #made: ReadonlyMap<K, V> | undefined

  constructor(private readonly make: () => ReadonlyMap<K, V>) {}

  get(key: K): V | undefined {
    return this.#map.get(key)
  }

  values(): Iterable<V> {
    return this.#map.values()
  }

  [Symbol.iterator](): Iterator<readonly [K, V]> {
    return this.#map[Symbol.iterator]()
  }

  get #map(): ReadonlyMap<K, V> {
    return (this.#made ??= this.make())
  }
}

/**
 * Objects by OID that are read from their JSON one by one, when they are asked for: a query meets a few tables of
 * hundreds.
 */
export class RevivedObjects<V extends object> implements Lookup<Oid, V> {
  /** The objects, or where their JSON starts and ends in `#json`. */
  #objects: Map<Oid, V | readonly [number, number]> | undefined

  /**
   * @param index JSON: the OID and the length in bytes of each object, flattened.
   * @param json The objects' JSON in UTF-8, one behind the other.
   * @param decode The object that a JSON value stands for.
   */
  constructor(
    private readonly index: Buffer,
    private readonly json: Buffer,
    private readonly decode: (value: unknown) => V,
  ) {}

  get(oid: Oid): V | undefined {
    const objects = (this.#objects ??= this.#places())
    const found = objects.get(oid)
    if (!Array.isArray(found)) return found as V | undefined
    const [start, end] = found as unknown as readonly [number, number]
    const object = this.decode(JSON.parse(this.json.toString('utf8', start, end)))
    objects.set(oid, object)
    return object
  }

  *values(): Generator<V> {
    for (const [, object] of this) yield object
  }

  *[Symbol.iterator](): Generator<readonly [Oid, V]> {
    for (const oid of (this.#objects ??= this.#places()).keys()) yield [oid, this.get(oid)!]
  }

  #places(): Map<Oid, V | readonly [number, number]> {
    const index = JSON.parse(this.index.toString()) as number[]
    const places = new Map<Oid, V | readonly [number, number]>()
    let start = 0
    for (let i = 0; i < index.length; i += 2) {
      const end = start + index[i + 1]!
      places.set(index[i]!, [start, end])
      start = end
    }
    return places
  }
}

/** The two lines of text that {@link RevivedObjects} reads. */
export function linesOf<V>(
  objects: Iterable<readonly [Oid, V]>,
  encode: (object: V) => unknown,
): [string, string] {
  const index: number[] = []
  const parts: string[] = []
  for (const [oid, object] of objects) {
    const json = JSON.stringify(encode(object))
    index.push(oid, Buffer.byteLength(json))
    parts.push(json)
  }
  return [JSON.stringify(index), parts.join('')]
}
