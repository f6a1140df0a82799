import type { Random } from '../random.js'

/** Few names for many things, so that they collide; some need quotes, some are cut to 63 bytes. */
const LONG = 'a_name_of_a_thing_that_is_much_longer_than_the_sixty_three_bytes_it_may_have'
const WIDE = `"${'é'.repeat(40)}"`

export const SCHEMAS = ['public', 'a', '"B c"']
const TYPES = ['s', 's', 's', 't', '_s', 'status', '"Status"', LONG]
const TABLES = ['t', 't', 't', 'u', 'u', 's', '_t', '"T u"', LONG, WIDE]
const VIEWS = ['v', 'v', 'w', 't']
const COLUMNS = ['c', 'c', 'c', 'd', 'd', 'e', 'status', '"C d"', LONG]
const LABELS = ['a', 'a', 'b', 'b', 'c', 'd', "it''s", 'A', 'two words', '']
const CONSTRAINTS = ['k', 't_c_check', 't_c_not_null', 't_pkey', 't_c_key', '"K"', 's_check', LONG]
const OPERATORS = ['=', '=', '<>', '#', '===']
const FUNCTIONS = ['f', 'g', 'migrate']

export class Names {
  constructor(readonly random: Random) {}

  schema(): string {
    return this.random.pick(SCHEMAS)
  }

  /** Half of the time the first: it is the likeliest to be there. */
  #pick(names: readonly string[]): string {
    return this.random.chance(0.5) ? names[0]! : this.random.pick(names)
  }

  /** Mostly without a schema. */
  #qualified(names: readonly string[]): string {
    const name = this.#pick(names)
    return this.random.chance(0.12) ? `${this.schema()}.${name}` : name
  }

  type(): string {
    return this.#qualified(TYPES)
  }

  bareType(): string {
    return this.#pick(TYPES)
  }

  table(): string {
    return this.#qualified(TABLES)
  }

  bareTable(): string {
    return this.#pick(TABLES)
  }

  view(): string {
    return this.#qualified(VIEWS)
  }

  column(): string {
    return this.#pick(COLUMNS)
  }

  constraint(): string {
    return this.#pick(CONSTRAINTS)
  }

  function(): string {
    return this.random.pick(FUNCTIONS)
  }

  operator(): string {
    const name = this.random.pick(OPERATORS)
    return this.random.chance(0.2) ? `${this.schema()}.${name}` : name
  }

  /** A type that operators and casts are of. */
  operand(): string {
    return this.random.choose<string>([
      [5, () => 's'],
      [4, () => 'text'],
      [2, () => this.type()],
      [0.5, () => this.random.pick(['s[]', 'int', 'varchar', 'anyenum', 'anyelement'])],
    ])
  }

  label(): string {
    return `'${this.random.pick(LABELS)}'`
  }

  labels(most: number): string {
    const count = this.random.below(most + 1)
    return Array.from({ length: count }, () => this.label()).join(', ')
  }
}
