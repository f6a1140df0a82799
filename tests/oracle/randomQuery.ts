import { ident, qualifiedName, type RandomColumn, type RandomTable } from './randomCatalog.js'
import { ExpressionWriter, type Source } from './randomExpression.js'

/** Writes FROM and the queries inside others. */
export class QueryWriter extends ExpressionWriter {
  protected tableText(table: RandomTable): string {
    return table.schema === 'public' && this.random.chance(0.7)
      ? ident(table.name)
      : qualifiedName(table.schema, table.name)
  }

  /** One item of FROM, added to the level's sources. */
  protected fromItem(depth: number): string {
    const { random } = this
    const alias = this.alias()
    return random.choose<string>([
      [6, () => this.tableItem(alias)],
      [
        this.ctes.length > 0 ? 3 : 0,
        () => {
          const cte = random.pick(this.ctes)
          this.add({ alias, columns: cte.columns })
          return `${ident(cte.alias)} ${alias}`
        },
      ],
      [
        depth > 0 ? 1.5 : 0,
        () => {
          const outer = this.levels
          const lateral = random.chance(0.3)
          // Without LATERAL a subquery sees the queries around this one only.
          if (!lateral) this.levels = outer.slice(0, -1)
          const { text, columns } = this.query(depth - 1)
          this.levels = outer
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
        0.4,
        () => {
          const [one, two] = [this.anyEnumOrText(), this.anyEnumOrText()]
          const args = [`${one}[]`, `${two}[]`].map((type) => this.expression(type, 1, false))
          const item = random.chance(0.5)
            ? `ROWS FROM (unnest(${args[0]!}), unnest(${args[1]!})) WITH ORDINALITY AS ${alias}(u, w)`
            : `unnest(${args.join(', ')}) AS ${alias}(u, w)`
          this.add({
            alias,
            columns: [
              { name: 'u', type: one },
              { name: 'w', type: two },
            ],
          })
          return item
        },
      ],
      [
        0.3,
        () => {
          const columns = [this.anyEnumOrText(), this.anyEnumOrText()].map((type, i) => ({
            name: `j${i}`,
            type,
          }))
          this.add({ alias, columns })
          return `jsonb_to_recordset('[]') AS ${alias}(${columns.map((c) => `${c.name} ${c.type}`).join(', ')})`
        },
      ],
      [
        0.2,
        () => {
          this.add({ alias, columns: [{ name: alias, type: 'int4' }] })
          return `generate_series(1, 3) AS ${alias}`
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

  protected tableItem(alias: string): string {
    const { random } = this
    const table = random.pick(this.database.tables)
    const text = this.tableText(table)
    const taken = this.levels.at(-1)!.some((source) => source.alias === table.name)
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
    const hides = random.chance(0.15) && !this.levels.flat().some((source) => source.alias === other)
    const name = hides ? other : alias
    this.add({ alias: name, columns: table.columns })
    return `${text} AS ${ident(name)}`
  }

  protected from(depth: number): string {
    const { random } = this
    let text = this.fromItem(depth)
    while (random.chance(0.35) && this.levels.at(-1)!.length < 4) {
      const sources = this.levels.at(-1)!
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
        const list = columns.map(
          (column) =>
            `${this.expression(column.type, 1, bare || this.endsAsText(column.type))} AS ${column.name}`,
        )
        return `SELECT ${list.join(', ')} FROM ${from}${random.chance(0.5) ? ` WHERE ${this.condition(Math.min(depth, 1))}` : ''}`
      })
    let text = branch(false)
    if (random.chance(0.2))
      text += ` ${random.pick(['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT'])} ${branch(true)}`
    return { text, columns }
  }
}
