type Undo = () => void

/** What was written since, so that a statement, a savepoint or a transaction can be taken back. */
export class Journal {
  #undos: Undo[] = []
  #version = 0

  /** Rises with every write, also when taken back. */
  get version(): number {
    return this.#version
  }

  /** A point to which `rollback` returns. */
  mark(): number {
    return this.#undos.length
  }

  record(undo: Undo): void {
    this.#version++
    this.#undos.push(undo)
  }

  rollback(mark: number): void {
    while (this.#undos.length > mark) this.#undos.pop()!()
    this.#version++
  }

  /** Forgets everything: what was written stays. */
  commit(): void {
    this.#undos = []
  }
}

/** A map whose writes can be taken back. */
export class JournaledMap<K, V> {
  readonly #map = new Map<K, V>()

  constructor(readonly journal: Journal) {}

  get(key: K): V | undefined {
    return this.#map.get(key)
  }

  has(key: K): boolean {
    return this.#map.has(key)
  }

  values(): MapIterator<V> {
    return this.#map.values()
  }

  entries(): MapIterator<[K, V]> {
    return this.#map.entries()
  }

  get size(): number {
    return this.#map.size
  }

  copy(): ReadonlyMap<K, V> {
    return new Map(this.#map)
  }

  /** What it holds at any time: no copy. */
  live(): ReadonlyMap<K, V> {
    return this.#map
  }

  /** Holds what `other` holds from now on, for good. */
  assign(other: JournaledMap<K, V>): void {
    this.#map.clear()
    for (const [key, value] of other.#map) this.#map.set(key, value)
  }

  set(key: K, value: V): void {
    const before = this.#map.get(key)
    this.journal.record(before === undefined ? () => this.#map.delete(key) : () => this.#map.set(key, before))
    this.#map.set(key, value)
  }

  delete(key: K): void {
    const before = this.#map.get(key)
    if (before === undefined) return
    this.journal.record(() => this.#map.set(key, before))
    this.#map.delete(key)
  }
}
