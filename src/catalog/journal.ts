/** Takes one write back. */
interface Undo {
  undo(): void
}

/** What was written since, so that a statement, a savepoint or a transaction can be taken back. */
export class Journal {
  readonly #undos: Undo[] = []
  #version = 0
  #epoch = 0

  /** Rises with every write, also when taken back. */
  get version(): number {
    return this.#version
  }

  /** Another one after each point to which a rollback may return: what was made since goes as a whole, or stays. */
  get epoch(): number {
    return this.#epoch
  }

  /** A point to which `rollback` returns. */
  mark(): number {
    this.#epoch++
    return this.#undos.length
  }

  record(undo: Undo): void {
    this.#version++
    this.#undos.push(undo)
  }

  /** Notes a change of something that was made in this epoch: to take it back, nothing is needed. */
  touch(): void {
    this.#version++
  }

  rollback(mark: number): void {
    while (this.#undos.length > mark) this.#undos.pop()!.undo()
    this.#version++
    this.#epoch++
  }

  /** Forgets everything: what was written stays. */
  commit(): void {
    this.#undos.length = 0
    this.#epoch++
  }

  /** Ends the epoch: what there is has been seen, and must not change any more. */
  seal(): void {
    this.#epoch++
  }
}

/** A value of a map before it was written. */
class Former<K, V> implements Undo {
  constructor(
    private readonly map: JournaledMap<K, V>,
    private readonly key: K,
    private readonly value: V | undefined,
  ) {}

  undo(): void {
    this.map.restore(this.key, this.value)
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
    this.journal.record(new Former(this, key, this.#map.get(key)))
    this.#version++
    this.#map.set(key, value)
  }

  delete(key: K): void {
    const before = this.#map.get(key)
    if (before === undefined) return
    this.journal.record(new Former(this, key, before))
    this.#version++
    this.#map.delete(key)
  }

  /** Puts back what was there, for the journal. */
  restore(key: K, before: V | undefined): void {
    this.#version++
    if (before === undefined) this.#map.delete(key)
    else this.#map.set(key, before)
  }
}
