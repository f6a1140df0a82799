import type { ValueNames } from '../builders/tables.js'
import type { Found } from '../mirrors/lookup.js'

/**
 * What is known of a value by its type or origin, as far as it leads to columns: a string of a value set (`value`), an object
 * with known properties, or a list. Anything not known is undefined: nothing is guessed from a name.
 */
export interface Shape {
  /** Set where the value itself is a string of a value set. */
  readonly value?: Proven
  /** What a property is. Undefined for one that is not known. */
  property?(key: string): Shape | undefined
  /** What an element is, where it is a list. */
  element?(): Shape | undefined
  /** True for a row that has no type here, as that of a query in SQL: code may put anything into its properties. */
  readonly isOpen?: boolean
  /** True for an object that is made to be stored: kysely's `Insertable`, drizzle's `$inferInsert`. */
  readonly isStored?: boolean
}

/** A value set and how it was proven. */
export interface Proven extends Found {
  /** In words, for `pg-enum explain`: "row type Workspace of table workspaces". */
  readonly link: string
  /** Set where code has names of its own for the values: Prisma's `@map`. */
  readonly names?: ValueNames
}

export function valueShape(found: Found | undefined, link: string): Shape | undefined {
  return found && { value: { ...found, link } }
}

export function listOf(element: Shape | undefined): Shape | undefined {
  return element && { element: () => element }
}

/** An object with these properties, looked up one by one. */
export function objectShape(property: (key: string) => Shape | undefined): Shape {
  return { property }
}

/** Whether two shapes are strings of the same value set. */
export function isSameValue(a: Shape | undefined, b: Shape | undefined): boolean {
  const one = a?.value?.valueSet
  const other = b?.value?.valueSet
  return !!one && !!other && one.kind === other.kind && one.schema === other.schema && one.name === other.name
}

/** A shape whose rows are open. */
export function opened(shape: Shape | undefined): Shape | undefined {
  if (!shape || shape.value) return shape
  return {
    ...shape,
    isOpen: true,
    ...(shape.property && { property: (key) => opened(shape.property?.(key)) }),
    ...(shape.element && { element: () => opened(shape.element?.()) }),
  }
}

/** A shape in whose open rows nothing is known of some properties. */
export function withoutKeys(shape: Shape | undefined, keys: ReadonlySet<string>): Shape | undefined {
  if (!shape || keys.size === 0) return shape
  return {
    ...shape,
    property: (key) => (shape.isOpen && keys.has(key) ? undefined : withoutKeys(shape.property?.(key), keys)),
    ...(shape.element && { element: () => withoutKeys(shape.element?.(), keys) }),
  }
}
