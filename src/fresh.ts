/** How long, in milliseconds, an answer holds without another look at the disk. */
const FRESH = 3000
const MAX_CACHED = 20_000

/** Answers that come from the disk, each kept for a while. */
export class Fresh<T> {
  readonly #values = new Map<string, { readonly value: T; readonly until: number }>()

  /** @param make Makes the answer; it is given the one that is no longer fresh, where there is one. */
  get(key: string, make: (before: T | undefined) => T): T {
    const now = Date.now()
    const known = this.#values.get(key)
    if (known && now < known.until) return known.value
    const value = make(known?.value)
    if (this.#values.size >= MAX_CACHED) this.#values.clear()
    this.#values.set(key, { value, until: now + FRESH })
    return value
  }

  /** Forgets all answers. */
  clear(): void {
    this.#values.clear()
  }
}
