import type { Random } from './random.js'
import { quote, type RandomDatabase, type SqlType } from './randomCatalog.js'

/** Writes constants of a random database's types, some of them none of the values. */
export class ConstantWriter {
  protected count = 0

  constructor(
    readonly random: Random,
    readonly database: RandomDatabase,
    /** How often a constant is none of the values. */
    readonly badness = 0.25,
  ) {}

  /** A string constant written in one of the ways there are. */
  protected constant(value: string): string {
    const { random } = this
    const roll = random.next()
    if (roll < 0.85) return quote(value)
    if (roll < 0.9) return `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    if (roll < 0.94) return `$q$${value}$q$`
    if (roll < 0.96)
      return `U&'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('o', '\\006F')}'`
    if (value.length < 2) return quote(value)
    return `${quote(value.slice(0, 1))}\n  ${quote(value.slice(1))}`
  }

  protected label(type: SqlType): string {
    const labels = this.database.enums.get(type) ?? ['ok', 'any']
    return this.random.chance(this.badness) ? `bad${this.count++}` : this.random.pick(labels)
  }

  protected base(type: SqlType): SqlType {
    return this.database.domains.get(type) ?? type
  }

  protected element(type: SqlType): SqlType | undefined {
    const base = this.base(type)
    return base.endsWith('[]') ? base.slice(0, -2) : undefined
  }

  protected elementText(type: SqlType): string {
    const value = this.text(type)
    const plain =
      /^[\w ]+$/.test(value) &&
      value.trim() === value &&
      value.toUpperCase() !== 'NULL' &&
      this.random.chance(0.6)
    return plain ? value : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  }

  /** A value of the type as its input function reads it. */
  text(type: SqlType): string {
    const base = this.base(type)
    if (this.database.enums.has(base)) return this.label(base)
    const element = this.element(base)
    if (element !== undefined) {
      const count = this.random.below(4)
      const blank = this.random.chance(0.2) ? ' ' : ''
      return `{${blank}${Array.from({ length: count }, () => this.elementText(element)).join(`,${blank}`)}${blank}}`
    }
    const fields = this.database.composites.get(base)
    if (fields !== undefined) {
      return `(${fields.map((field) => (this.random.chance(0.2) ? '' : `"${this.text(field.type).replaceAll('\\', '\\\\').replaceAll('"', '""')}"`)).join(',')})`
    }
    if (base === 'int4' || base === 'int8') return String(this.random.below(100))
    if (base === 'bool') return this.random.pick(['t', 'false'])
    return this.random.pick(['ok', 'text', `bad${this.count++}`])
  }

  literal(type: SqlType): string {
    return this.constant(this.text(type))
  }
}
