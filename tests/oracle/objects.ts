import type { PGlite } from '@electric-sql/pglite'
import { analyzeCopyData, analyzeSql } from '../../src/sql/analyze/index.js'
import type { Catalog } from '../../src/catalog/model.js'
import type { SqlUse } from '../../src/sql/use.js'
import { catalogFromPostgres } from './catalogFromPostgres.js'
import { Random } from './random.js'
import {
  ident,
  qualifiedName,
  randomDatabase,
  type RandomDatabase,
  type RandomTable,
} from './randomCatalog.js'
import type { Source } from './randomExpression.js'
import { StatementWriter } from './randomStatement.js'
import { clean } from './statements.js'

/** Something that is compared by running it. */
interface Piece {
  readonly kind: string
  readonly sql: string
  /** Data lines of COPY FROM stdin. */
  readonly data?: string
}

export interface ObjectDifference {
  readonly seed: number
  readonly piece: Piece
  readonly what: string
  readonly error?: string
}

export interface ObjectRun {
  readonly pieces: number
  readonly accepted: ReadonlyMap<string, number>
  readonly rejections: ReadonlyMap<string, number>
  readonly differences: readonly ObjectDifference[]
}

/** Writes statements that hold expressions and queries in other places than DML. */
export class PieceWriter {
  readonly writer: StatementWriter

  constructor(
    readonly random: Random,
    readonly database: RandomDatabase,
  ) {
    this.writer = new StatementWriter(random, database, 0.3)
  }

  private source(table: RandomTable, alias = table.name): Source {
    return { alias, columns: table.columns }
  }

  private condition(sources: readonly Source[], depth = 1): string {
    return this.writer.within(sources, () => this.writer.condition(depth))
  }

  private value(type: string, sources: readonly Source[] = []): string {
    return this.writer.within(sources, () => this.writer.expression(type, 1, true))
  }

  private quoted(body: string): string {
    return this.random.chance(0.5) ? `$body$${body}$body$` : `'${body.replaceAll("'", "''")}'`
  }

  piece(): Piece {
    const { random } = this
    const table = this.writer.writable()
    const name = qualifiedName(table.schema, table.name)
    const column = random.pick(table.columns)
    const self = [this.source(table)]
    return random.choose<Piece>([
      [
        2,
        () => ({
          kind: 'view',
          sql: `CREATE VIEW made AS ${this.writer.within([], () => this.writer.query(2).text)}`,
        }),
      ],
      [
        1,
        () => ({
          kind: 'table as',
          sql: `CREATE TABLE made AS ${this.writer.within([], () => this.writer.query(1).text)}`,
        }),
      ],
      [
        2,
        () => ({
          kind: 'policy',
          sql: `CREATE POLICY made ON ${name} USING (${this.condition(self, 2)}) WITH CHECK (${this.condition(self)})`,
        }),
      ],
      [
        1,
        () => ({
          kind: 'check',
          sql: `ALTER TABLE ${name} ADD CONSTRAINT made CHECK (${this.condition(self, 1)})`,
        }),
      ],
      [
        1,
        () => ({
          kind: 'index',
          sql: `CREATE INDEX made ON ${name} (${ident(table.columns[0]!.name)}) WHERE ${this.condition(self, 1)}`,
        }),
      ],
      [
        1,
        () => ({
          kind: 'default',
          sql: `ALTER TABLE ${name} ALTER ${ident(column.name)} SET DEFAULT ${this.value(column.type)}`,
        }),
      ],
      [1, () => ({ kind: 'table', sql: this.createTable() })],
      [1, () => ({ kind: 'trigger', sql: this.trigger(table, name) })],
      [1, () => ({ kind: 'rule', sql: this.rule(table, name) })],
      [1, () => ({ kind: 'domain', sql: this.domain() })],
      [2, () => ({ kind: 'sql function', sql: this.sqlFunction() })],
      [3, () => ({ kind: 'plpgsql', sql: `DO ${this.quoted(this.block())}` })],
      [2, () => ({ kind: 'plpgsql trigger', sql: this.triggerFunction(table, name) })],
      [1, () => ({ kind: 'prepare', sql: this.prepare() })],
      [2, () => this.copy(table, name)],
    ])
  }

  private enumType(): string {
    return this.random.pick([...this.database.enums.keys()])
  }

  private createTable(): string {
    const columns = [this.enumType(), this.enumType(), 'text'].map((type, i) => ({ name: `c${i}`, type }))
    const self = [{ alias: 'made', columns }]
    if (this.random.chance(0.4)) return this.typedTable()
    const list = columns.map((column) => `${column.name} ${column.type} DEFAULT ${this.value(column.type)}`)
    return `CREATE TABLE made (${list.join(', ')}, CHECK (${this.condition(self, 1)}))`
  }

  /** A table whose columns come from a composite type, with defaults and conditions of its own. */
  private typedTable(): string {
    const [type, fields] = this.random.pick([...this.database.composites])
    const self = [{ alias: 'made', columns: fields }]
    const list = fields.map((field) => `${ident(field.name)} WITH OPTIONS DEFAULT ${this.value(field.type)}`)
    return `CREATE TABLE made OF ${type} (${list.join(', ')}, CHECK (${this.condition(self, 1)}))`
  }

  private trigger(table: RandomTable, name: string): string {
    const when = this.condition([this.source(table, 'new'), this.source(table, 'old')], 1)
    return `CREATE TRIGGER made BEFORE UPDATE ON ${name} FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION nothing()`
  }

  private rule(table: RandomTable, name: string): string {
    const rows = [this.source(table, 'new'), this.source(table, 'old')]
    const column = this.random.pick(table.columns)
    const action = `UPDATE ${name} SET ${ident(column.name)} = ${this.value(column.type)}`
    return `CREATE RULE made AS ON UPDATE TO ${name} WHERE ${this.condition(rows, 1)} DO ALSO ${this.random.chance(0.5) ? action : 'NOTHING'}`
  }

  private domain(): string {
    const type = this.enumType()
    return `CREATE DOMAIN made AS ${type} DEFAULT ${this.value(type)} CHECK (VALUE <> ${this.writer.literal(type)})`
  }

  private sqlFunction(): string {
    const types = [this.enumType(), 'text', this.enumType()]
    const columns = types.map((type, i) => ({ name: `arg${i}`, type }))
    const list = columns.map(
      (column, i) => `arg${i} ${column.type}${i === 2 ? ` DEFAULT ${this.value(column.type)}` : ''}`,
    )
    const table = this.writer.writable()
    const column = this.random.pick(table.columns)
    const statement = this.writer.within([{ alias: 'made', columns }], () =>
      this.random.pick([
        `SELECT 1 WHERE ${this.writer.condition(2)}`,
        `UPDATE ${qualifiedName(table.schema, table.name)} SET ${ident(column.name)} = ${this.writer.expression(column.type, 1, true)}`,
        `DELETE FROM ${qualifiedName(table.schema, table.name)} WHERE $1 = ${this.writer.literal(types[0]!)}`,
      ]),
    )
    const head = `CREATE FUNCTION made(${list.join(', ')}) RETURNS void`
    if (this.random.chance(0.3)) return `${head} BEGIN ATOMIC ${statement}; END`
    return `${head} LANGUAGE sql AS ${this.quoted(`${statement}; SELECT`)}`
  }

  /** Straight on, so that every statement runs. */
  private block(): string {
    const { random } = this
    const types = [this.enumType(), this.enumType(), 'text', `${this.enumType()}[]`]
    const columns = types.map((type, i) => ({ name: `var${i}`, type }))
    const table = this.writer.writable()
    const name = qualifiedName(table.schema, table.name)
    const copied = random.pick(table.columns)
    const declared = columns.map((column) => {
      const initial = random.chance(0.6) ? ` := ${this.writer.literal(column.type)}` : ''
      return `${column.name} ${column.type}${initial};`
    })
    declared.push(`copied ${name}.${ident(copied.name)}%TYPE;`, `whole ${name}%ROWTYPE;`, 'rec record;')
    const self = [{ alias: 'main', columns }]
    const writer = this.writer
    const statement = (): string => {
      const variable = random.pick(columns)
      const field = random.pick(table.columns)
      return random.choose<string>([
        [2, () => `${variable.name} := ${writer.literal(variable.type)};`],
        [
          1,
          () =>
            `${variable.name} := ${writer.within(self, () => writer.expression(variable.type, 0, true))};`,
        ],
        [1, () => `var3[1] := ${writer.literal(types[3]!.slice(0, -2))};`],
        [1, () => `copied = ${writer.literal(copied.type)};`],
        [1, () => `whole.${ident(field.name)} := ${writer.literal(field.type)};`],
        [1, () => `SELECT ${writer.literal(variable.type)}, 1 INTO ${variable.name};`],
        [1, () => `IF ${this.condition(self, 1)} THEN NULL; END IF;`],
        [1, () => `PERFORM 1 WHERE ${this.condition(self, 1)};`],
        [
          1,
          () =>
            `CASE var0 WHEN ${writer.literal(types[0]!)}, ${writer.literal(types[0]!)} THEN NULL; ELSE NULL; END CASE;`,
        ],
        [
          1,
          () =>
            `FOR rec IN SELECT var1 AS f, 1 AS n LOOP IF rec.f = ${writer.literal(types[1]!)} THEN NULL; END IF; END LOOP;`,
        ],
        [1, () => `UPDATE ${name} SET ${ident(field.name)} = ${writer.literal(field.type)} WHERE false;`],
        [1, () => `RAISE NOTICE '%', ${this.condition(self, 0)};`],
        [
          1,
          () =>
            `EXECUTE ${random.chance(0.5) ? `'SELECT 1 WHERE $1 = ''bad0x'''` : `$ex$SELECT 1 WHERE $1 = 'bad1x'$ex$`} USING var0;`,
        ],
        [1, () => `BEGIN var0 := ${writer.literal(types[0]!)}; END;`],
      ])
    }
    const body = Array.from({ length: 2 + random.below(4) }, statement)
    return `<<main>> DECLARE ${declared.join('\n  ')}\nBEGIN -- it's\n  ${body.join('\n  ')}\nEND`
  }

  private triggerFunction(table: RandomTable, name: string): string {
    const { random, writer } = this
    const fields = table.columns.filter(() => random.chance(0.5))
    const lines = fields.map((column) =>
      random.chance(0.5)
        ? `NEW.${ident(column.name)} := ${writer.literal(column.type)};`
        : `IF ${this.condition([this.source(table, 'new')], 1)} THEN NULL; END IF;`,
    )
    const body = `BEGIN ${lines.join('\n')} RETURN NEW; END`
    return (
      `CREATE FUNCTION made() RETURNS trigger LANGUAGE plpgsql AS ${this.quoted(body)}; ` +
      `CREATE TRIGGER made BEFORE INSERT ON ${name} FOR EACH ROW EXECUTE FUNCTION made(); ` +
      `INSERT INTO ${name} DEFAULT VALUES`
    )
  }

  private prepare(): string {
    const types = [this.enumType(), this.enumType()]
    const literals = types.map((type) => this.writer.literal(type))
    return `PREPARE made(${types[0]!}) AS SELECT 1 WHERE $1 = ${this.writer.literal(types[0]!)} AND ${this.writer.literal(types[1]!)}::${types[1]!} = $2; EXECUTE made(${literals.join(', ')})`
  }

  private copy(table: RandomTable, name: string): Piece {
    const { random } = this
    const csv = random.chance(0.4)
    const columns = table.columns.filter((_, i) => i === 0 || random.chance(0.6))
    const field = (type: string): string => {
      if (random.chance(0.1)) return csv ? '' : '\\N'
      const value = this.writer.text(type)
      if (!csv) return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')
      return `"${value.replaceAll('"', '""')}"`
    }
    const rows = Array.from({ length: 1 + random.below(3) }, () =>
      columns.map((column) => field(column.type)).join(csv ? ',' : '\t'),
    )
    const forced = random.chance(0.3) ? `, ${random.pick(['FORCE_NULL', 'FORCE_NOT_NULL'])} *` : ''
    const options = csv ? ` WITH (FORMAT csv${forced})` : ''
    return {
      kind: csv ? 'copy csv' : 'copy text',
      sql: `COPY ${name} (${columns.map((column) => ident(column.name)).join(', ')}) FROM stdin${options}`,
      data: `${rows.join('\n')}\n`,
    }
  }
}

/** `bad7` in any of the ways a constant may be split in two. */
function replaceValue(text: string, value: string): string {
  const split = new RegExp(`${value[0]!}'+\\n\\s*'+${value.slice(1)}(?![0-9])`, 'g')
  return text.replace(split, 'ok').replace(new RegExp(`${value}(?![0-9])`, 'g'), 'ok')
}

/** Runs a piece until it is taken or refused for another reason; the values rejected on the way. */
async function runPiece(db: PGlite, piece: Piece): Promise<{ rejected: Set<string>; error?: string }> {
  const rejected = new Set<string>()
  let { sql, data } = piece
  for (let round = 0; round < 100; round++) {
    try {
      await db.exec('BEGIN')
      if (data === undefined) await db.exec(sql)
      else await db.query(sql.replace('FROM stdin', "FROM '/dev/blob'"), [], { blob: new Blob([data]) })
      return { rejected }
    } catch (thrown) {
      const { message, code } = thrown as { message: string; code?: string }
      const value = /^invalid input value for enum [^:]*: "(bad\d+x?)"$/.exec(message)?.[1]
      if (value === undefined) return { rejected, error: `${code ?? ''} ${message}` }
      rejected.add(value)
      sql = replaceValue(sql, value)
      data = data === undefined ? undefined : replaceValue(data, value)
    } finally {
      await db.exec('ROLLBACK; DEALLOCATE ALL')
    }
  }
  throw new Error(`no end: ${piece.sql}`)
}

function analyzePiece(catalog: Catalog, piece: Piece): { uses: readonly SqlUse[]; refusal?: string } {
  if (piece.data !== undefined) return { uses: analyzeCopyData(piece.sql, piece.data, catalog) }
  const { uses, refusals, unreadable } = analyzeSql(piece.sql, catalog)
  const refusal = unreadable?.reason ?? refusals[0]?.message
  return { uses, ...(refusal === undefined ? {} : { refusal }) }
}

/** Values outside the enum, whose range holds what it should. */
function rejectedBy(uses: readonly SqlUse[], text: string): { values: Set<string>; wrongRange?: string } {
  const values = new Set<string>()
  let wrongRange: string | undefined
  for (const use of uses) {
    if (use.type !== 'literal' || use.effect !== 'reject' || use.valueSet.kind !== 'enum') continue
    if (use.valueSet.values.some((label) => label.value === use.value)) continue
    values.add(use.value)
    const written = text.slice(use.start, use.end)
    if (!written.replaceAll("''", "'").includes(use.value) && replaceValue(written, use.value) === written)
      wrongRange = `${use.value} at ${written}`
  }
  return { values, ...(wrongRange === undefined ? {} : { wrongRange }) }
}

/** Objects and data of random databases: what we say against what happens when Postgres runs them. */
export async function compareObjects(
  db: PGlite,
  { seed, databases, perDatabase }: { seed: number; databases: number; perDatabase: number },
): Promise<ObjectRun> {
  const differences: ObjectDifference[] = []
  const accepted = new Map<string, number>()
  const rejections = new Map<string, number>()
  const count = (map: Map<string, number>, kind: string, by: number): void =>
    void map.set(kind, (map.get(kind) ?? 0) + by)
  for (let i = 0; i < databases; i++) {
    const random = new Random(seed + i)
    const database = randomDatabase(random)
    await clean(db)
    await db.exec(
      `${database.ddl} CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
    )
    await db.exec(`SET search_path TO ${database.searchPath.map(ident).join(', ')}`)
    const catalog = await catalogFromPostgres(db, database.searchPath)
    const pieces = new PieceWriter(random, database)
    for (let n = 0; n < perDatabase; n++) {
      const piece = pieces.piece()
      const { rejected, error } = await runPiece(db, piece)
      const { uses, refusal } = analyzePiece(catalog, piece)
      const { values, wrongRange } = rejectedBy(uses, piece.data ?? piece.sql)
      if (error === undefined) count(accepted, piece.kind, 1)
      count(rejections, piece.kind, rejected.size)
      const missed = [...rejected].filter((value) => !values.has(value))
      const extra = error === undefined ? [...values].filter((value) => !rejected.has(value)) : []
      const report = (what: string): void => {
        differences.push({ seed: seed + i, piece, what, ...(error === undefined ? {} : { error }) })
      }
      if (wrongRange !== undefined) report(`range of ${wrongRange}`)
      if (missed.length > 0)
        report(`missed ${missed.join(', ')}${refusal === undefined ? '' : ` (${refusal})`}`)
      if (extra.length > 0) report(`not rejected by Postgres: ${extra.join(', ')}`)
      if (error === undefined && refusal !== undefined) report(`we refuse: ${refusal}`)
    }
  }
  return { pieces: databases * perDatabase, accepted, rejections, differences }
}
