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
  #version = 0

  constructor(readonly journal: Journal) {}

  /** Rises with every write to this map, also when taken back. */
  get version(): number {
    return this.#version
  }

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
    this.#version++
    this.#map.clear()
    for (const [key, value] of other.#map) this.#map.set(key, value)
  }

  set(key: K, value: V): void {
    const before = this.#map.get(key)
    this.journal.record(() => this.#restore(key, before))
    this.#version++
    this.#map.set(key, value)
  }

  delete(key: K): void {
    const before = this.#map.get(key)
    if (before === undefined) return
    this.journal.record(() => this.#restore(key, before))
    this.#version++
    this.#map.delete(key)
  }

  #restore(key: K, before: V | undefined): void {
    this.#version++
    if (before === undefined) this.#map.delete(key)
    else this.#map.set(key, before)
  }
}
