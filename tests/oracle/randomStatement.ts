import { ident, qualifiedName, type RandomColumn, type RandomTable } from './randomCatalog.js'
import { QueryWriter } from './randomQuery.js'
import type { Source } from './randomExpression.js'

/** Writes random statements over a random database, most of them right but for their constants. */
export class StatementWriter extends QueryWriter {
  statement(): string {
    this.levels = []
    this.ctes = []
    this.parameters = 0
    this.aliases = 0
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
          [1, () => `${ident(random.pick(this.levels.at(-1)!).alias)}.*`],
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
    this.ctes.push({ alias: name, columns })
    const second = this.level(() => {
      this.add({ alias: 'r', columns })
      return `SELECT ${this.expression(type, 1, true)}, n + 1 FROM ${ident(name)} r WHERE n < 3 AND ${this.condition(1)}`
    })
    const marks = random.chance(0.3) ? this.anyEnumOrText() : undefined
    // The last name stands for the term as the query around it sees it.
    if (marks !== undefined)
      this.ctes[this.ctes.length - 1] = { alias: name, columns: [...columns, { name: 'mark', type: marks }] }
    const cycle =
      marks === undefined
        ? ''
        : ` CYCLE a SET mark TO ${marks} ${this.literal(marks)} DEFAULT ${marks} ${this.literal(marks)} USING path`
    return `WITH RECURSIVE ${ident(name)}(a, n) AS (${first} UNION ALL ${second})${cycle} ${this.select(2)}`
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
      if (this.ctes.some((cte) => cte.alias === name)) continue
      if (this.random.chance(0.2)) {
        const { text, columns } = this.returning()
        terms.push(`${ident(name)} AS (${text})`)
        this.ctes.push({ alias: name, columns })
        continue
      }
      const { text, columns } = this.query(1)
      const renamed = this.random.chance(0.3)
      const shown = renamed ? columns.map((column, n) => ({ ...column, name: `r${n}` })) : columns
      terms.push(`${ident(name)}${renamed ? `(${shown.map((c) => c.name).join(', ')})` : ''} AS (${text})`)
      this.ctes.push({ alias: name, columns: shown })
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
        random.chance(0.3) || this.levels.at(-1)!.some((source) => source.alias === table.name)
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
      const alias = this.levels.at(-1)!.some((source) => source.alias === table.name) ? 'del' : table.name
      this.add({ alias, columns: table.columns })
      return `DELETE FROM ${qualifiedName(table.schema, table.name)}${alias === 'del' ? ' AS del' : ''}${using} WHERE ${this.condition(2)}${using === '' ? this.returningClause(table) : ''}`
    })
  }

  private merge(): string {
    const { random } = this
    const table = this.writable()
    return this.level(() => {
      this.aliases += 1
      const source = this.fromItem(0)
      const sources = [...this.levels.at(-1)!]
      const target: Source = { alias: 'tgt', columns: table.columns }
      const see = (list: Source[]): void => {
        this.levels[this.levels.length - 1] = list
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
