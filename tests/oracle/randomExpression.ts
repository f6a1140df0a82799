import { ConstantWriter } from './randomConstant.js'
import {
  ident,
  qualifiedName,
  quote,
  type RandomColumn,
  type RandomOperator,
  type SqlType,
} from './randomCatalog.js'

/** Something in FROM. */
export interface Source {
  readonly alias: string
  readonly columns: readonly RandomColumn[]
}

/** Writes expressions and conditions over the columns that are visible. */
export abstract class ExpressionWriter extends ConstantWriter {
  protected aliases = 0
  protected parameters = 0
  protected levels: Source[][] = []
  protected ctes: Source[] = []

  /** The items of FROM; adds what they offer to the level. */
  protected abstract from(depth: number): string

  /** What `make` writes sees these names, and no others. */
  within<T>(sources: readonly Source[], make: () => T): T {
    const outer = this.levels
    this.levels = [[...sources]]
    const made = make()
    this.levels = outer
    return made
  }

  protected alias(): string {
    return `t${this.aliases++}`
  }

  protected visible(): { name: string; type: SqlType; text: string }[] {
    const found: { name: string; type: SqlType; text: string }[] = []
    for (const source of this.levels.flat()) {
      for (const column of source.columns) {
        const bare =
          this.levels.flat().filter((other) => other.columns.some((c) => c.name === column.name)).length === 1
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
  protected column(type: SqlType): string | undefined {
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
            ? `$${1 + random.below(++this.parameters)}`
            : `$${1 + random.below(++this.parameters)}::${type}`,
      ],
      [bare ? 0.2 : 0, () => 'NULL'],
      [0.1, () => `(${this.expression(type, less, false)}) COLLATE "C"`],
    ])
  }

  protected shuffled(items: string[]): string {
    return items.sort(() => this.random.next() - 0.5).join(', ')
  }

  protected comparable(type: SqlType): boolean {
    return !this.database.composites.has(type) && !this.database.domains.has(type) && !type.endsWith('[]')
  }

  protected simpleCase(type: SqlType, depth: number): string {
    const tested = this.anyType()
    return `CASE ${this.expression(tested, depth, false)} WHEN ${this.expression(tested, depth, true)} THEN ${this.expression(type, depth, true)} WHEN ${this.literal(tested)} THEN ${this.expression(type, depth, true)} ELSE ${this.expression(type, depth, false)} END`
  }

  /** A bare constant that leaves a query is text: right for text, and refused, now and then, for another type. */
  protected endsAsText(type: SqlType): boolean {
    return this.random.chance(type === 'text' ? 0.5 : 0.02)
  }

  protected scalarSubquery(type: SqlType, depth: number): string {
    if (this.random.chance(0.2) && !this.database.composites.has(type))
      return this.aggregateSubquery(type, depth)
    return this.level(() => {
      const from = this.from(depth)
      const where = this.random.chance(0.6) ? ` WHERE ${this.condition(depth)}` : ''
      return `(SELECT ${this.expression(type, depth, this.endsAsText(type))} FROM ${from}${where} LIMIT 1)`
    })
  }

  /** A subquery whose one column is an aggregate: its type is that of what it takes. */
  protected aggregateSubquery(type: SqlType, depth: number): string {
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
              ? this.random.pick([
                  `string_agg(${value(this.anyEnumOrText())}::text, ',')${filter}`,
                  `JSON_ARRAYAGG(${value(this.anyEnumOrText())} ORDER BY ${this.condition(0)})${filter}::text`,
                ])
              : type === 'int4'
                ? this.random.pick([
                    `count(*)${filter}`,
                    `${this.random.pick(['rank', 'dense_rank'])}(${this.hypothetical()})${filter}`,
                  ]) + '::int4'
                : `(array_agg(${value(type)}))[1]`
      return `(SELECT ${text} FROM ${from}${this.random.chance(0.5) ? ` WHERE ${this.condition(depth)}` : ''})`
    })
  }

  /** What a hypothetical-set aggregate takes: a row to be, and the keys that the others are sorted by. */
  protected hypothetical(): string {
    const some = this.anyEnumOrText()
    return `${this.expression(some, 0, true)}) WITHIN GROUP (ORDER BY ${this.expression(some, 0, false)}`
  }

  /** A call of one of Postgres's own functions that gives the type. */
  protected builtin(type: SqlType, depth: number): string | undefined {
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
        `JSON_ARRAY${this.scalarSubquery(some, 0)}::text`,
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

  protected level<T>(make: () => T): T {
    this.levels.push([])
    const made = make()
    this.levels.pop()
    return made
  }

  protected add(source: Source): void {
    this.levels.at(-1)!.push(source)
  }

  protected arguments(
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

  protected call(type: SqlType, depth: number): string | undefined {
    const fitting = this.database.functions.filter((f) => f.table === undefined && f.returns === type)
    if (fitting.length === 0) return undefined
    const f = this.random.pick(fitting)
    const name =
      f.schema === 'public' && this.random.chance(0.5) ? ident(f.name) : qualifiedName(f.schema, f.name)
    return `${name}(${this.arguments(f.parameters, f.variadic, depth)})`
  }

  protected fieldOf(type: SqlType): string | undefined {
    for (const column of this.visible()) {
      const field = this.database.composites.get(column.type)?.find((candidate) => candidate.type === type)
      if (field !== undefined) return `(${column.text}).${ident(field.name)}`
    }
    return undefined
  }

  protected arrayExpression(type: SqlType, depth: number): string | undefined {
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

  protected anyEnumOrText(): SqlType {
    return this.random.chance(0.75) ? this.random.pick([...this.database.enums.keys()]) : 'text'
  }

  protected anyType(): SqlType {
    const { random, database } = this
    const columns = this.visible().filter((column) => this.comparable(column.type))
    if (columns.length > 0 && random.chance(0.8)) return random.pick(columns).type
    return random.chance(0.7) ? random.pick([...database.enums.keys()]) : random.pick(['text', 'int4'])
  }

  /** A comparison by an operator that the database made, or by one that hides it. */
  protected ownOperation({ schema, name, left, right }: RandomOperator, depth: number): string {
    const { random } = this
    const operand = (type: SqlType): string => {
      const known = type.startsWith('any') ? this.anyType() : random.chance(0.8) ? type : this.anyType()
      return this.expression(known, depth, random.chance(0.4))
    }
    const written = random.chance(0.5) ? name : `OPERATOR(${ident(schema)}.${name})`
    const one = operand(left)
    return random.choose<string>([
      [4, () => `${one} ${written} ${operand(right)}`],
      [1, () => `${one} ${written} ${random.pick(['ANY', 'ALL'])} (${operand(`${right}[]`)})`],
      [1, () => `${one} IN (${operand(right)}, ${operand(right)})`],
      [1, () => `${one} IS DISTINCT FROM ${operand(right)}`],
      [1, () => `NULLIF(${one}, ${operand(right)}) IS NULL`],
      [1, () => `CASE ${one} WHEN ${operand(right)} THEN true END`],
    ])
  }

  condition(depth: number): string {
    const { random } = this
    const type = this.anyType()
    const less = depth - 1
    const left = (): string => this.expression(type, Math.min(less, 1), false)
    const right = (): string => this.expression(type, Math.min(less, 1), true)
    const pair = (): [string, string] => (random.chance(0.85) ? [left(), right()] : [right(), left()])
    if (depth <= 0) return `${left()} = ${right()}`
    const [made] = this.database.operators.length > 0 ? [random.pick(this.database.operators)] : []
    return random.choose<string>([
      [made === undefined ? 0 : 4, () => this.ownOperation(made!, Math.min(less, 1))],
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
      [0.7, () => `${left()}::text = ${quote(`bad${this.count++}`)}`],
      [0.5, () => `${left()}::text LIKE ${quote('b%')}`],
      [0.3, () => `lower(${left()}::text) = ${quote(`bad${this.count++}`)}`],
      [0.5, () => `${left()} IS NOT NULL`],
      // What Postgres may refuse altogether: a constant where nothing gives it the type.
      [0.15, () => `${this.expression(random.pick([...this.database.enums.keys()]), 0, false)} = ${right()}`],
      [0.15, () => `(${left()}, ${right()}) = (SELECT ${left()}, ${right()})`],
    ])
  }
}
