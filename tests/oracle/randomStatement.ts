import type { Random } from './random.js'
import {
  ident,
  qualifiedName,
  quote,
  type RandomColumn,
  type RandomDatabase,
  type RandomTable,
  type SqlType,
} from './randomCatalog.js'

export interface Source {
  /** How it is referred to: undefined where its columns have no qualifier. */
  readonly alias: string
  readonly columns: readonly RandomColumn[]
}

/** Writes random statements over a random database, most of them right but for their constants. */
export class StatementWriter {
  #count = 0
  #aliases = 0
  #parameters = 0
  #levels: Source[][] = []
  #ctes: Source[] = []

  constructor(
    readonly random: Random,
    readonly database: RandomDatabase,
    /** How often a constant is none of the values. */
    readonly badness = 0.25,
  ) {}

  statement(): string {
    this.#levels = []
    this.#ctes = []
    this.#parameters = 0
    this.#aliases = 0
    return this.random.choose<string>([
      [5, () => this.select(3)],
      [3, () => this.insert()],
      [3, () => this.update()],
      [1, () => this.delete()],
      [1, () => this.merge()],
      [1, () => this.grouped()],
      [0.7, () => this.recursive()],
      [0.3, () => this.values()],
      [0.4, () => this.distinctOn()],
      [
        2,
        () =>
          `${this.with()} ${this.random.choose([
            [3, () => this.select(2)],
            [1, () => this.update()],
            [1, () => this.insert()],
          ])}`,
      ],
    ])
  }

  /** What `make` writes sees these names, and no others. */
  within<T>(sources: readonly Source[], make: () => T): T {
    const outer = this.#levels
    this.#levels = [[...sources]]
    const made = make()
    this.#levels = outer
    return made
  }

  private alias(): string {
    return `t${this.#aliases++}`
  }

  /** A string constant written in one of the ways there are. */
  private constant(value: string): string {
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

  private label(type: SqlType): string {
    const labels = this.database.enums.get(type) ?? ['ok', 'any']
    return this.random.chance(this.badness) ? `bad${this.#count++}` : this.random.pick(labels)
  }

  private base(type: SqlType): SqlType {
    return this.database.domains.get(type) ?? type
  }

  private element(type: SqlType): SqlType | undefined {
    const base = this.base(type)
    return base.endsWith('[]') ? base.slice(0, -2) : undefined
  }

  private elementText(type: SqlType): string {
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
    return this.random.pick(['ok', 'text', `bad${this.#count++}`])
  }

  literal(type: SqlType): string {
    return this.constant(this.text(type))
  }

  private visible(): { name: string; type: SqlType; text: string }[] {
    const found: { name: string; type: SqlType; text: string }[] = []
    for (const source of this.#levels.flat()) {
      for (const column of source.columns) {
        const bare =
          this.#levels.flat().filter((other) => other.columns.some((c) => c.name === column.name)).length ===
          1
        const text =
          bare && this.random.chance(0.5)
            ? ident(column.name)
            : `${ident(source.alias)}.${ident(column.name)}`
        found.push({ ...column, text })
      }
    }
    return found
  }

  /** A column of the type, where one is visible. */
  private column(type: SqlType): string | undefined {
    const fitting = this.visible().filter((column) => column.type === type)
    return fitting.length === 0 ? undefined : this.random.pick(fitting).text
  }

  /**
   * An expression of the type. With `bare` the place gives an unknown constant that type, so that a constant may stand
   * without a cast.
   */
  expression(type: SqlType, depth: number, bare: boolean): string {
    const { random } = this
    const column = this.column(type)
    if (depth <= 0) {
      if (column !== undefined && random.chance(0.5)) return column
      return bare ? this.literal(type) : `${this.literal(type)}::${type}`
    }
    const less = depth - 1
    return random.choose<string>([
      [bare ? 5 : 1, () => (bare ? this.literal(type) : `${this.literal(type)}::${type}`)],
      [column === undefined ? 0 : 8, () => column!],
      [1, () => `CAST(${this.literal(type)} AS ${type})`],
      [
        1,
        () =>
          `CASE WHEN ${this.condition(less)} THEN ${this.expression(type, less, true)} ELSE ${this.expression(type, less, false)} END`,
      ],
      [0.7, () => `CASE WHEN ${this.condition(less)} THEN ${this.expression(type, less, false)} END`],
      [1, () => this.simpleCase(type, less)],
      [
        1,
        () =>
          `COALESCE(${this.shuffled([this.expression(type, less, false), this.expression(type, less, true)])})`,
      ],
      [
        0.5,
        () =>
          this.comparable(type)
            ? `GREATEST(${this.expression(type, less, false)}, ${this.expression(type, less, true)})`
            : this.expression(type, less, bare),
      ],
      [
        0.7,
        () =>
          this.comparable(type)
            ? `NULLIF(${this.expression(type, less, false)}, ${this.expression(type, less, true)})`
            : this.expression(type, less, bare),
      ],
      [1, () => this.scalarSubquery(type, less)],
      [1, () => this.call(type, less) ?? this.expression(type, less, bare)],
      [0.8, () => this.builtin(type, less) ?? this.expression(type, less, bare)],
      [0.7, () => this.fieldOf(type) ?? this.expression(type, less, bare)],
      [0.5, () => this.arrayExpression(type, less) ?? this.expression(type, less, bare)],
      [
        0.3,
        () =>
          bare
            ? `$${1 + random.below(++this.#parameters)}`
            : `$${1 + random.below(++this.#parameters)}::${type}`,
      ],
      [bare ? 0.2 : 0, () => 'NULL'],
      [0.1, () => `(${this.expression(type, less, false)}) COLLATE "C"`],
    ])
  }

  private shuffled(items: string[]): string {
    return items.sort(() => this.random.next() - 0.5).join(', ')
  }

  private comparable(type: SqlType): boolean {
    return !this.database.composites.has(type) && !this.database.domains.has(type) && !type.endsWith('[]')
  }

  private simpleCase(type: SqlType, depth: number): string {
    const tested = this.anyType()
    return `CASE ${this.expression(tested, depth, false)} WHEN ${this.expression(tested, depth, true)} THEN ${this.expression(type, depth, true)} WHEN ${this.literal(tested)} THEN ${this.expression(type, depth, true)} ELSE ${this.expression(type, depth, false)} END`
  }

  private scalarSubquery(type: SqlType, depth: number): string {
    if (this.random.chance(0.2) && !this.database.composites.has(type))
      return this.aggregateSubquery(type, depth)
    return this.level(() => {
      const from = this.from(depth)
      const where = this.random.chance(0.6) ? ` WHERE ${this.condition(depth)}` : ''
      return `(SELECT ${this.expression(type, depth, false)} FROM ${from}${where} LIMIT 1)`
    })
  }

  /** A subquery whose one column is an aggregate: its type is that of what it takes. */
  private aggregateSubquery(type: SqlType, depth: number): string {
    return this.level(() => {
      const from = this.from(depth)
      const filter = this.random.chance(0.4) ? ` FILTER (WHERE ${this.condition(0)})` : ''
      const element = this.database.domains.has(type) ? undefined : this.element(type)
      const value = (of: SqlType): string => this.expression(of, 1, false)
      const text =
        element !== undefined
          ? `array_agg(${this.random.chance(0.3) ? 'DISTINCT ' : ''}${value(element)})${filter}`
          : this.database.enums.has(type)
            ? this.random.pick([
                `${this.random.pick(['min', 'max'])}(${value(type)})${filter}`,
                `mode() WITHIN GROUP (ORDER BY ${value(type)})`,
                `(array_agg(${value(type)} ORDER BY ${value(this.anyEnumOrText())}))[1]`,
                `${this.random.pick(['enum_first', 'enum_last'])}(max(${value(type)}))`,
              ])
            : type === 'text'
              ? `string_agg(${value(this.anyEnumOrText())}::text, ',')${filter}`
              : type === 'int4'
                ? `count(*)${filter}::int4`
                : `(array_agg(${value(type)}))[1]`
      return `(SELECT ${text} FROM ${from}${this.random.chance(0.5) ? ` WHERE ${this.condition(depth)}` : ''})`
    })
  }

  /** A call of one of Postgres's own functions that gives the type. */
  private builtin(type: SqlType, depth: number): string | undefined {
    const { random } = this
    const value = (of: SqlType, bare: boolean): string => this.expression(of, depth, bare)
    const some = this.anyEnumOrText()
    const element = this.database.domains.has(type) ? undefined : this.element(type)
    if (element !== undefined && this.database.enums.has(element)) {
      return random.pick([
        `array_remove(${value(type, false)}, ${value(element, true)})`,
        `array_replace(${value(type, false)}, ${value(element, true)}, ${value(element, true)})`,
        `array_prepend(${value(element, true)}, ${value(type, false)})`,
        `array_cat(${value(type, false)}, ${value(type, true)})`,
        `enum_range(${value(element, false)})`,
        `array_fill(${value(element, false)}, ARRAY[2])`,
        `trim_array(${value(type, false)}, 1)`,
      ])
    }
    if (type === 'text') {
      return random.pick([
        `concat(${value(some, true)}, ${value(some, false)})`,
        `format('%s-%s', ${value(some, true)}, ${value(some, false)})`,
        `lower(${value('text', true)})`,
        `array_to_string(${value(`${some}[]`, false)}, ',')`,
        `jsonb_build_object('status', ${value(some, false)}, 'x', ${this.literal(some)}) ->> 'status'`,
        `to_jsonb(${value(some, false)})::text`,
        `quote_literal(${value(some, false)})`,
        `(${value(some, false)} || ${value('text', true)})`,
        `substring(${value('text', false)} from 'a.*')`,
      ])
    }
    if (type === 'int4') {
      return random.pick([
        `array_position(${value(`${some}[]`, false)}, ${value(some, true)})`,
        `cardinality(${value(`${some}[]`, false)})`,
        `num_nonnulls(${value(some, true)}, ${value(some, false)})`,
        `array_length(${value(`${some}[]`, false)}, 1)`,
        `length(${value(some, false)}::text)`,
        `greatest(1, ${value('int4', true)})`,
      ])
    }
    return undefined
  }

  private level<T>(make: () => T): T {
    this.#levels.push([])
    const made = make()
    this.#levels.pop()
    return made
  }

  private add(source: Source): void {
    this.#levels.at(-1)!.push(source)
  }

  private arguments(
    parameters: readonly { name: string; type: SqlType; optional: boolean }[],
    variadic: boolean,
    depth: number,
  ): string {
    const { random } = this
    const args: string[] = []
    for (const [i, parameter] of parameters.entries()) {
      if (variadic && i === parameters.length - 1) {
        const element = this.element(parameter.type)!
        if (random.chance(0.3)) args.push(`VARIADIC ${this.expression(parameter.type, depth, true)}`)
        else for (let n = 0; n < 1 + random.below(2); n++) args.push(this.expression(element, depth, true))
      } else if (parameter.optional && random.chance(0.4)) break
      else args.push(this.expression(parameter.type, depth, random.chance(0.8)))
    }
    if (!variadic && random.chance(0.2)) {
      const named = parameters.slice(0, args.length).map((parameter, i) => `${parameter.name} => ${args[i]!}`)
      return this.shuffled(named)
    }
    return args.join(', ')
  }

  private call(type: SqlType, depth: number): string | undefined {
    const fitting = this.database.functions.filter((f) => f.table === undefined && f.returns === type)
    if (fitting.length === 0) return undefined
    const f = this.random.pick(fitting)
    const name =
      f.schema === 'public' && this.random.chance(0.5) ? ident(f.name) : qualifiedName(f.schema, f.name)
    return `${name}(${this.arguments(f.parameters, f.variadic, depth)})`
  }

  private fieldOf(type: SqlType): string | undefined {
    for (const column of this.visible()) {
      const field = this.database.composites.get(column.type)?.find((candidate) => candidate.type === type)
      if (field !== undefined) return `(${column.text}).${ident(field.name)}`
    }
    return undefined
  }

  private arrayExpression(type: SqlType, depth: number): string | undefined {
    const element = this.element(type)
    if (this.database.domains.has(type)) return undefined
    if (element === undefined) {
      const array = this.column(`${type}[]`)
      return array === undefined ? undefined : `${array}[1]`
    }
    return this.random.choose<string>([
      [2, () => `ARRAY[${this.expression(element, depth, false)}, ${this.expression(element, depth, true)}]`],
      [2, () => `ARRAY[${this.expression(element, depth, true)}]::${type}`],
      [
        1,
        () =>
          `array_append(${this.expression(type, depth, false)}, ${this.expression(element, depth, true)})`,
      ],
      [
        1,
        () =>
          `${this.expression(type, 0, false)} || ${this.random.chance(0.5) ? this.expression(type, depth, true) : this.expression(element, depth, false)}`,
      ],
      [
        1,
        () =>
          this.database.enums.has(element)
            ? `enum_range(${this.expression(element, depth, true)}, ${this.expression(element, depth, false)})`
            : `ARRAY[${this.expression(element, depth, false)}]`,
      ],
      [1, () => `(${this.expression(type, depth, false)})[1:2]`],
    ])
  }

  private anyType(): SqlType {
    const { random, database } = this
    const columns = this.visible().filter((column) => this.comparable(column.type))
    if (columns.length > 0 && random.chance(0.8)) return random.pick(columns).type
    return random.chance(0.7) ? random.pick([...database.enums.keys()]) : random.pick(['text', 'int4'])
  }

  condition(depth: number): string {
    const { random } = this
    const type = this.anyType()
    const less = depth - 1
    const left = (): string => this.expression(type, Math.min(less, 1), false)
    const right = (): string => this.expression(type, Math.min(less, 1), true)
    const pair = (): [string, string] => (random.chance(0.85) ? [left(), right()] : [right(), left()])
    if (depth <= 0) return `${left()} = ${right()}`
    return random.choose<string>([
      [6, () => pair().join(random.pick([' = ', ' <> ', ' != ', ' < ', ' >= ']))],
      [
        3,
        () =>
          `${left()} ${random.chance(0.3) ? 'NOT ' : ''}IN (${Array.from({ length: 1 + random.below(3) }, right).join(', ')})`,
      ],
      [1, () => `${this.literal(type)} IN (${left()}, ${left()})`],
      [2, () => `${left()} = ${random.pick(['ANY', 'ALL'])} (${this.expression(`${type}[]`, 1, true)})`],
      [
        1,
        () =>
          `${random.chance(0.5) ? right() : left()} ${random.chance(0.3) ? 'NOT ' : ''}BETWEEN ${random.chance(0.3) ? 'SYMMETRIC ' : ''}${left()} AND ${right()}`,
      ],
      [1, () => `${left()} IS ${random.chance(0.5) ? 'NOT ' : ''}DISTINCT FROM ${right()}`],
      [1, () => `(${left()}, ${left()}) ${random.pick(['=', '<>', '<'])} (${right()}, ${right()})`],
      [0.7, () => `(${left()}, ${left()}) IN ((${right()}, ${right()}), (${right()}, ${right()}))`],
      [1, () => `${this.condition(less)} AND ${this.condition(less)}`],
      [0.7, () => `(${this.condition(less)} OR NOT ${this.condition(less)})`],
      [
        1,
        () =>
          `${this.expression(type, less, random.chance(0.8) ? false : true)} ${random.chance(0.3) ? 'NOT ' : ''}IN ${this.scalarSubquery(type, less).replace(/ LIMIT 1\)$/, ')')}`,
      ],
      [0.7, () => `EXISTS ${this.scalarSubquery(type, less)}`],
      [
        0.7,
        () =>
          `${this.expression(`${type}[]`, 1, false)} ${random.pick(['@>', '<@', '&&', '=', '<>'])} ${this.expression(`${type}[]`, 1, true)}`,
      ],
      [
        0.5,
        () =>
          `${right()} = ${random.pick(['ANY', 'ALL'])} ${this.scalarSubquery(type, less).replace(/ LIMIT 1\)$/, ')')}`,
      ],
      [0.4, () => `${left()} = ${random.pick(['ANY', 'ALL'])} (ARRAY[${right()}, ${left()}])`],
      [0.4, () => `(${left()}, ${left()}) IN (SELECT ${left()}, ${left()})`],
      [0.3, () => `(SELECT ${left()} ${random.pick(['=', '<>'])} ${right()})`],
      [0.7, () => `${left()}::text = ${quote(`bad${this.#count++}`)}`],
      [0.5, () => `${left()}::text LIKE ${quote('b%')}`],
      [0.3, () => `lower(${left()}::text) = ${quote(`bad${this.#count++}`)}`],
      [0.5, () => `${left()} IS NOT NULL`],
      // What Postgres may refuse altogether: a constant where nothing gives it the type.
      [0.15, () => `${this.expression(random.pick([...this.database.enums.keys()]), 0, false)} = ${right()}`],
      [0.15, () => `(${left()}, ${right()}) = (SELECT ${left()}, ${right()})`],
    ])
  }

  private tableText(table: RandomTable): string {
    return table.schema === 'public' && this.random.chance(0.7)
      ? ident(table.name)
      : qualifiedName(table.schema, table.name)
  }

  /** One item of FROM, added to the level's sources. */
  private fromItem(depth: number): string {
    const { random } = this
    const alias = this.alias()
    return random.choose<string>([
      [6, () => this.tableItem(alias)],
      [
        this.#ctes.length > 0 ? 3 : 0,
        () => {
          const cte = random.pick(this.#ctes)
          this.add({ alias, columns: cte.columns })
          return `${ident(cte.alias)} ${alias}`
        },
      ],
      [
        depth > 0 ? 1.5 : 0,
        () => {
          const outer = this.#levels
          const lateral = random.chance(0.3)
          // Without LATERAL a subquery sees the queries around this one only.
          if (!lateral) this.#levels = outer.slice(0, -1)
          const { text, columns } = this.query(depth - 1)
          this.#levels = outer
          this.add({ alias, columns })
          return `${lateral ? 'LATERAL ' : ''}(${text}) AS ${alias}`
        },
      ],
      [
        depth > 0 ? 0.7 : 0,
        () => {
          const types = Array.from({ length: 1 + random.below(2) }, () => this.anyEnumOrText())
          const rows = Array.from(
            { length: 1 + random.below(2) },
            (_, n) => `(${types.map((type) => this.expression(type, 0, n > 0)).join(', ')})`,
          )
          const columns = types.map((type, i) => ({ name: `v${i}`, type }))
          this.add({ alias, columns })
          return `(VALUES ${rows.join(', ')}) AS ${alias} (${columns.map((c) => c.name).join(', ')})`
        },
      ],
      [
        0.7,
        () => {
          const type = random.pick([...this.database.enums.keys()])
          const item = `unnest(${this.expression(`${type}[]`, 1, false)}) AS ${alias}(u)`
          this.add({ alias, columns: [{ name: 'u', type }] })
          return item
        },
      ],
      [
        1,
        () => {
          const fitting = this.database.functions.filter((f) => f.table !== undefined)
          if (fitting.length === 0) return this.tableItem(alias)
          const f = random.pick(fitting)
          const text = `${qualifiedName(f.schema, f.name)}(${this.arguments(f.parameters, f.variadic, 1)})`
          const ordinality = random.chance(0.3)
          this.add({
            alias,
            columns: [...f.table!, ...(ordinality ? [{ name: 'ordinality', type: 'int8' }] : [])],
          })
          return `${text}${ordinality ? ' WITH ORDINALITY' : ''} AS ${alias}`
        },
      ],
    ])
  }

  private anyEnumOrText(): SqlType {
    return this.random.chance(0.75) ? this.random.pick([...this.database.enums.keys()]) : 'text'
  }

  private tableItem(alias: string): string {
    const { random } = this
    const table = random.pick(this.database.tables)
    const text = this.tableText(table)
    const taken = this.#levels.at(-1)!.some((source) => source.alias === table.name)
    if (!taken && random.chance(0.4)) {
      this.add({ alias: table.name, columns: table.columns })
      return text
    }
    if (random.chance(0.15)) {
      const columns = table.columns.map((column, i) => (i < 2 ? { ...column, name: `c${i}` } : column))
      this.add({ alias, columns })
      return `${text} AS ${alias} (c0, c1)`
    }
    // An alias that hides: the name of another table.
    const other = random.pick(this.database.tables).name
    const hides = random.chance(0.15) && !this.#levels.flat().some((source) => source.alias === other)
    const name = hides ? other : alias
    this.add({ alias: name, columns: table.columns })
    return `${text} AS ${ident(name)}`
  }

  private from(depth: number): string {
    const { random } = this
    let text = this.fromItem(depth)
    while (random.chance(0.35) && this.#levels.at(-1)!.length < 4) {
      const sources = this.#levels.at(-1)!
      const before = sources.length
      if (random.chance(0.3)) {
        text += `, ${this.fromItem(depth)}`
        continue
      }
      const item = this.fromItem(depth)
      const join = random.pick(['JOIN', 'LEFT JOIN', 'JOIN', 'FULL JOIN', 'RIGHT JOIN'])
      if (random.chance(0.06)) {
        text += ` NATURAL ${join} ${item}`
        continue
      }
      const [left, right] = [sources[before - 1]!, sources[before]!]
      const shared = left.columns.find((column) =>
        right.columns.some(
          (c) => c.name === column.name && c.type === column.type && this.comparable(c.type),
        ),
      )
      if (shared !== undefined && before === 1 && random.chance(0.5)) {
        text += ` ${join} ${item} USING (${ident(shared.name)})`
        const without = (source: Source): Source => ({
          ...source,
          columns: source.columns.filter((c) => c.name !== shared.name),
        })
        sources[before - 1] = without(left)
        sources[before] = without(right)
      } else {
        const type = this.anyType()
        text += ` ${join === 'FULL JOIN' ? 'JOIN' : join} ${item} ON ${this.expression(type, 1, false)} = ${this.expression(type, 1, true)}`
      }
    }
    return text
  }

  /** A SELECT with named columns of known types. */
  query(depth: number): { text: string; columns: RandomColumn[] } {
    const { random } = this
    const columns: RandomColumn[] = Array.from({ length: 1 + random.below(3) }, (_, i) => ({
      name: `q${i}`,
      type: random.chance(0.15) ? 'text' : this.anyEnumOrText(),
    }))
    const branch = (bare: boolean): string =>
      this.level(() => {
        const from = this.from(depth)
        const list = columns.map((column) => `${this.expression(column.type, 1, bare)} AS ${column.name}`)
        return `SELECT ${list.join(', ')} FROM ${from}${random.chance(0.5) ? ` WHERE ${this.condition(Math.min(depth, 1))}` : ''}`
      })
    let text = branch(false)
    if (random.chance(0.2))
      text += ` ${random.pick(['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT'])} ${branch(true)}`
    return { text, columns }
  }

  select(depth: number): string {
    const { random } = this
    return this.level(() => {
      const from = this.from(depth - 1)
      const targets = Array.from({ length: 1 + random.below(3) }, () =>
        random.choose<string>([
          [
            4,
            () =>
              `${this.expression(this.anyType(), 2, true)}${random.chance(0.3) ? ` AS ${ident(random.pick(['status', 'role', 'x']))}` : ''}`,
          ],
          [1, () => '*'],
          [1, () => `${ident(random.pick(this.#levels.at(-1)!).alias)}.*`],
          [
            1,
            () =>
              this.expression(
                random.pick(
                  [...this.database.enums.keys()].map((type) => (random.chance(0.3) ? `${type}[]` : type)),
                ),
                2,
                false,
              ),
          ],
          [1, () => this.condition(1)],
          [1, () => this.window()],
          [0.5, () => `count(*) FILTER (WHERE ${this.condition(1)}) OVER ()`],
          [0.5, () => `ROW(${this.expression(this.anyType(), 1, true)}, 1)`],
        ]),
      )
      const where = random.chance(0.8) ? ` WHERE ${this.condition(depth)}` : ''
      const order = random.chance(0.2)
        ? ` ORDER BY ${random.chance(0.5) ? '1' : this.expression(this.anyType(), 1, false)}`
        : ''
      const distinct = random.chance(0.08) && order === '' ? 'DISTINCT ' : ''
      return `SELECT ${distinct}${targets.join(', ')} FROM ${from}${where}${order}${random.chance(0.1) ? ' LIMIT 5' : ''}`
    })
  }

  /** A window function over a column of some type. */
  private window(): string {
    const { random } = this
    const type = this.anyEnumOrText()
    const value = this.expression(type, 1, false)
    const call = random.pick([
      `lag(${value}, 1, ${this.expression(type, 0, true)})`,
      `lead(${value})`,
      `first_value(${value})`,
      `max(${value})`,
      `nth_value(${value}, 2)`,
      'row_number()',
    ])
    const partition = random.chance(0.5)
      ? `PARTITION BY ${this.expression(this.anyEnumOrText(), 1, false)} `
      : ''
    return `${call} OVER (${partition}ORDER BY ${this.expression(this.anyType(), 1, false)})`
  }

  /** A grouped query: keys by expression or position, aggregates, HAVING. */
  private grouped(): string {
    const { random } = this
    return this.level(() => {
      const from = this.from(1)
      const type = this.anyType()
      const key = this.column(type) ?? this.expression(type, 0, false)
      const having = random.chance(0.6)
        ? ` HAVING max(${key}) ${random.pick(['=', '<', '<>'])} ${this.literal(type)} OR count(*) FILTER (WHERE ${this.condition(1)}) > 1`
        : ''
      const where = random.chance(0.5) ? ` WHERE ${this.condition(2)}` : ''
      const by = random.chance(0.5) ? '1' : key
      return `SELECT ${key} AS k, min(${key}), count(*), array_agg(${key}) FROM ${from}${where} GROUP BY ${random.pick([by, `GROUPING SETS ((${key}), ())`, `ROLLUP (${key})`])}${having} ORDER BY 1`
    })
  }

  private distinctOn(): string {
    return this.level(() => {
      const from = this.from(1)
      const [one, two] = [this.anyType(), this.anyType()]
      const key = this.expression(one, 1, false)
      const set = this.random.chance(0.3)
        ? ` ${this.random.pick(['UNION', 'EXCEPT'])} (${this.select(1)})`
        : ''
      return `(SELECT DISTINCT ON (${key}) ${key} AS k, ${this.expression(two, 1, true)} AS v FROM ${from} WHERE ${this.condition(1)} ORDER BY ${key})${set}`
    })
  }

  private recursive(): string {
    const { random } = this
    const type = this.anyEnumOrText()
    const name = random.chance(0.3) ? random.pick(this.database.tables).name : 'rec'
    const first = this.level(
      () =>
        `SELECT ${this.expression(type, 1, random.chance(0.1))} AS a, 1 AS n${random.chance(0.5) ? ` FROM ${this.from(0)}` : ''}`,
    )
    const columns = [
      { name: 'a', type },
      { name: 'n', type: 'int4' },
    ]
    this.#ctes.push({ alias: name, columns })
    const second = this.level(() => {
      this.add({ alias: 'r', columns })
      return `SELECT ${this.expression(type, 1, true)}, n + 1 FROM ${ident(name)} r WHERE n < 3 AND ${this.condition(1)}`
    })
    return `WITH RECURSIVE ${ident(name)}(a, n) AS (${first} UNION ALL ${second}) ${this.select(2)}`
  }

  private values(): string {
    const types = Array.from({ length: 1 + this.random.below(2) }, () => this.anyEnumOrText())
    const rows = Array.from(
      { length: 1 + this.random.below(3) },
      (_, n) =>
        `(${types.map((type) => this.expression(type, 1, n > 0 || this.random.chance(0.3))).join(', ')})`,
    )
    return `VALUES ${rows.join(', ')}`
  }

  private with(): string {
    const terms: string[] = []
    const count = 1 + this.random.below(2)
    for (let i = 0; i < count; i++) {
      const name = this.random.chance(0.3) ? this.random.pick(this.database.tables).name : `cte${i}`
      if (this.#ctes.some((cte) => cte.alias === name)) continue
      if (this.random.chance(0.2)) {
        const { text, columns } = this.returning()
        terms.push(`${ident(name)} AS (${text})`)
        this.#ctes.push({ alias: name, columns })
        continue
      }
      const { text, columns } = this.query(1)
      const renamed = this.random.chance(0.3)
      const shown = renamed ? columns.map((column, n) => ({ ...column, name: `r${n}` })) : columns
      terms.push(`${ident(name)}${renamed ? `(${shown.map((c) => c.name).join(', ')})` : ''} AS (${text})`)
      this.#ctes.push({ alias: name, columns: shown })
    }
    return `WITH ${terms.join(', ')}`
  }

  /** A data-modifying statement whose RETURNING gives columns. */
  private returning(): { text: string; columns: RandomColumn[] } {
    const table = this.writable()
    const column = this.random.pick(table.columns)
    return this.level(() => {
      this.add({ alias: table.name, columns: table.columns })
      const set = `${ident(column.name)} = ${this.expression(column.type, 1, true)}`
      return {
        text: `UPDATE ${qualifiedName(table.schema, table.name)} SET ${set} WHERE ${this.condition(1)} RETURNING ${table.columns.map((c) => ident(c.name)).join(', ')}`,
        columns: [...table.columns],
      }
    })
  }

  writable(): RandomTable {
    return this.random.pick(this.database.tables.filter((table) => !table.view))
  }

  private returningClause(table: RandomTable): string {
    const { random } = this
    if (!random.chance(0.35)) return ''
    const column = random.pick(table.columns)
    const name =
      table.name === 'old' || table.name === 'new'
        ? ident(column.name)
        : `${random.pick(['old', 'new'])}.${ident(column.name)}`
    return ` RETURNING ${random.choose<string>([
      [1, () => '*'],
      [1, () => name],
      [1, () => `${name} = ${this.expression(column.type, 0, true)}`],
      [1, () => this.expression(this.anyType(), 1, true)],
    ])}`
  }

  insert(): string {
    const { random } = this
    const table = this.writable()
    const chosen = table.columns.filter((_, i) => i === 0 || random.chance(0.7))
    const all = random.chance(0.15)
    const columns = all ? table.columns : chosen
    const list = all ? '' : ` (${columns.map((column) => ident(column.name)).join(', ')})`
    const alias = random.chance(0.2) ? 'ins' : table.name
    const head = `INSERT INTO ${qualifiedName(table.schema, table.name)}${alias === 'ins' ? ' AS ins' : ''}${list}`
    const row = (bare: boolean): string =>
      this.level(
        () =>
          `(${columns.map((c) => (random.chance(0.06) ? 'DEFAULT' : this.expression(c.type, 2, bare))).join(', ')})`,
      )
    const body = random.choose<string>([
      [3, () => `VALUES ${row(true)}`],
      [2, () => `VALUES ${row(true)}, ${row(true)}`],
      [
        2,
        () =>
          this.level(() => {
            const from = this.from(1)
            const targets = columns.map((c) => this.expression(c.type, 1, true)).join(', ')
            return `SELECT ${targets} FROM ${from}${random.chance(0.5) ? ` WHERE ${this.condition(1)}` : ''}`
          }),
      ],
      [
        0.5,
        () =>
          `SELECT ${columns.map((c) => this.expression(c.type, 1, true)).join(', ')} UNION ALL SELECT ${columns.map((c) => this.expression(c.type, 1, false)).join(', ')}`,
      ],
    ])
    return this.level(() => {
      this.add({ alias, columns: table.columns })
      const conflict = random.chance(0.3) ? this.conflict(table, alias) : ''
      return `${head} ${body}${conflict}${this.returningClause(table)}`
    })
  }

  private conflict(table: RandomTable, alias: string): string {
    const target = table.unique && this.random.chance(0.6) ? ` (${ident(table.columns[0]!.name)})` : ''
    if (target === '' || this.random.chance(0.2)) return ` ON CONFLICT${target} DO NOTHING`
    return this.level(() => {
      this.add({ alias: 'excluded', columns: table.columns })
      const column = this.random.pick(table.columns)
      const where = this.random.chance(0.5)
        ? ` WHERE ${ident(alias)}.${ident(column.name)} IS DISTINCT FROM ${this.expression(column.type, 0, true)}`
        : ''
      return ` ON CONFLICT${target} DO UPDATE SET ${this.assignments(table)}${where}`
    })
  }

  private assignments(table: RandomTable): string {
    const { random } = this
    const chosen = table.columns.filter(() => random.chance(0.4))
    const columns = chosen.length === 0 ? [table.columns[0]!] : chosen
    if (columns.length === 2 && random.chance(0.3)) {
      const [a, b] = columns
      const values = `${this.expression(a!.type, 1, true)}, ${this.expression(b!.type, 1, true)}`
      const right = random.chance(0.7)
        ? `${random.chance(0.5) ? 'ROW' : ''}(${values})`
        : `(SELECT ${this.expression(a!.type, 1, false)}, ${this.expression(b!.type, 1, false)})`
      return `(${ident(a!.name)}, ${ident(b!.name)}) = ${right}`
    }
    return columns
      .map((column) => {
        const element = this.database.domains.has(column.type) ? undefined : this.element(column.type)
        if (element !== undefined && random.chance(0.3))
          return `${ident(column.name)}[1] = ${this.expression(element, 1, true)}`
        const fields = this.database.composites.get(column.type)
        if (fields !== undefined && random.chance(0.3)) {
          const field = random.pick(fields)
          return `${ident(column.name)}.${ident(field.name)} = ${this.expression(field.type, 1, true)}`
        }
        if (fields !== undefined && random.chance(0.4))
          return `${ident(column.name)} = ROW(${fields.map((field) => this.expression(field.type, 0, true)).join(', ')})`
        return `${ident(column.name)} = ${random.chance(0.05) ? 'DEFAULT' : this.expression(column.type, 2, true)}`
      })
      .join(', ')
  }

  update(): string {
    const { random } = this
    const table = this.writable()
    return this.level(() => {
      const from = random.chance(0.25) ? ` FROM ${this.fromItem(0)}` : ''
      const alias =
        random.chance(0.3) || this.#levels.at(-1)!.some((source) => source.alias === table.name)
          ? 'upd'
          : table.name
      this.add({ alias, columns: table.columns })
      const set = this.assignments(table)
      return `UPDATE ${qualifiedName(table.schema, table.name)}${alias === 'upd' ? ' AS upd' : ''} SET ${set}${from}${random.chance(0.8) ? ` WHERE ${this.condition(2)}` : ''}${from === '' ? this.returningClause(table) : ''}`
    })
  }

  private delete(): string {
    const table = this.writable()
    return this.level(() => {
      const using = this.random.chance(0.3) ? ` USING ${this.fromItem(0)}` : ''
      const alias = this.#levels.at(-1)!.some((source) => source.alias === table.name) ? 'del' : table.name
      this.add({ alias, columns: table.columns })
      return `DELETE FROM ${qualifiedName(table.schema, table.name)}${alias === 'del' ? ' AS del' : ''}${using} WHERE ${this.condition(2)}${using === '' ? this.returningClause(table) : ''}`
    })
  }

  private merge(): string {
    const { random } = this
    const table = this.writable()
    return this.level(() => {
      this.#aliases += 1
      const source = this.fromItem(0)
      const sources = [...this.#levels.at(-1)!]
      const target: Source = { alias: 'tgt', columns: table.columns }
      const see = (list: Source[]): void => {
        this.#levels[this.#levels.length - 1] = list
      }
      see([target, ...sources])
      const on = this.condition(1)
      const whens: string[] = []
      if (random.chance(0.7))
        whens.push(`WHEN MATCHED AND ${this.condition(1)} THEN UPDATE SET ${this.assignments(table)}`)
      if (random.chance(0.3)) {
        see([target])
        whens.push(`WHEN NOT MATCHED BY SOURCE AND ${this.condition(1)} THEN DELETE`)
      }
      see(sources)
      const columns = table.columns.filter((_, i) => i === 0 || random.chance(0.6))
      whens.push(
        `WHEN NOT MATCHED THEN INSERT (${columns.map((c) => ident(c.name)).join(', ')}) VALUES (${columns.map((c) => this.expression(c.type, 1, true)).join(', ')})`,
      )
      see([target, ...sources])
      const returning = random.chance(0.3) ? ' RETURNING merge_action(), tgt.*' : ''
      return `MERGE INTO ${qualifiedName(table.schema, table.name)} AS tgt USING ${source} ON ${on} ${whens.join(' ')}${returning}`
    })
  }
}
