import type { Random } from '../random.js'
import { Names, SCHEMAS } from './names.js'

const BASES = ['text', 'text', 'varchar', 'int', 'text[]']

/** Random DDL over few names: about half of it is right. */
export class Generator {
  readonly names: Names
  /** Dollar quotes nest: each has its own tag. */
  #tags = 0

  constructor(readonly random: Random) {
    this.names = new Names(random)
  }

  maybe(probability: number, text: string): string {
    return this.random.chance(probability) ? text : ''
  }

  statement(): string {
    const { random } = this
    return random.choose<string>([
      [10, () => this.createEnum()],
      [8, () => this.alterEnum()],
      [5, () => this.createDomain()],
      [4, () => this.alterDomain()],
      [3, () => this.composite()],
      [20, () => this.createTable()],
      [26, () => this.alterTable()],
      [7, () => this.view()],
      [7, () => this.rename()],
      [9, () => this.drop()],
      [4, () => this.setSchema()],
      [3, () => this.index()],
      [2, () => this.sequence()],
      [3, () => this.schema()],
      [3, () => this.function()],
      [5, () => this.operator()],
      [4, () => this.cast()],
      [8, () => this.block()],
      [3, () => this.searchPath()],
      [2, () => this.editEnum()],
    ])
  }

  columnType(): string {
    return this.random.choose<string>([
      [5, () => this.names.type()],
      [1, () => `${this.names.type()}[]`],
      [4, () => this.random.pick(BASES)],
      [0.3, () => this.names.table()],
    ])
  }

  createEnum(): string {
    return `CREATE TYPE ${this.names.type()} AS ENUM (${this.names.labels(4)})`
  }

  alterEnum(): string {
    const { names, random } = this
    if (random.chance(0.3))
      return `ALTER TYPE ${names.type()} RENAME VALUE ${names.label()} TO ${names.label()}`
    const place = random.choose([
      [3, () => ''],
      [1, () => ` BEFORE ${names.label()}`],
      [1, () => ` AFTER ${names.label()}`],
    ])
    return `ALTER TYPE ${names.type()} ADD VALUE ${this.maybe(0.4, 'IF NOT EXISTS ')}${names.label()}${place}`
  }

  check(column: string): string {
    const { names, random } = this
    const list = (): string => `${names.label()}, ${names.label()}`
    return random.choose([
      [4, () => `${column} IN (${list()})`],
      [1, () => `${column} = ${names.label()}`],
      [1, () => `${column} = ANY (ARRAY[${list()}])`],
      [1, () => `${column} IS NULL OR ${column} IN (${list()})`],
      [1, () => `${column} = ${names.label()} OR ${column} = ${names.label()}`],
      [1, () => `${column}::text IN (${list()})`],
      [0.5, () => `${column} IS NOT NULL`],
    ])
  }

  createDomain(): string {
    const { names, random } = this
    const base = random.choose([
      [4, () => 'text'],
      [2, () => names.type()],
      [1, () => 'varchar(10)'],
    ])
    const named = this.maybe(0.3, `CONSTRAINT ${names.constraint()} `)
    return `CREATE DOMAIN ${names.type()} AS ${base}${this.maybe(0.15, ' NOT NULL')}${this.maybe(0.7, ` ${named}CHECK (${this.check('VALUE')})`)}`
  }

  alterDomain(): string {
    const { names, random } = this
    const name = names.type()
    return random.choose([
      [
        3,
        () =>
          `ALTER DOMAIN ${name} ADD ${this.maybe(0.4, `CONSTRAINT ${names.constraint()} `)}CHECK (${this.check('VALUE')})${this.maybe(0.2, ' NOT VALID')}`,
      ],
      [
        2,
        () =>
          `ALTER DOMAIN ${name} DROP CONSTRAINT ${this.maybe(0.3, 'IF EXISTS ')}${random.pick([names.constraint(), 's_check'])}`,
      ],
      [1, () => `ALTER DOMAIN ${name} RENAME CONSTRAINT ${names.constraint()} TO ${names.constraint()}`],
      [1, () => `ALTER DOMAIN ${name} ${random.pick(['SET', 'DROP'])} NOT NULL`],
      [1, () => `ALTER DOMAIN ${name} RENAME TO ${names.bareType()}`],
      [1, () => `ALTER DOMAIN ${name} SET SCHEMA ${names.schema()}`],
      [1, () => `DROP DOMAIN ${this.maybe(0.4, 'IF EXISTS ')}${name}${this.maybe(0.4, ' CASCADE')}`],
    ])
  }

  composite(): string {
    const { names, random } = this
    return random.choose([
      [3, () => `CREATE TYPE ${names.type()} AS (${names.column()} ${this.columnType()}, x int)`],
      [1, () => `ALTER TYPE ${names.type()} ADD ATTRIBUTE ${names.column()} ${this.columnType()}`],
      [
        1,
        () => `ALTER TYPE ${names.type()} DROP ATTRIBUTE ${this.maybe(0.4, 'IF EXISTS ')}${names.column()}`,
      ],
      [1, () => `ALTER TYPE ${names.type()} ALTER ATTRIBUTE ${names.column()} TYPE ${this.columnType()}`],
      [1, () => `ALTER TYPE ${names.type()} RENAME ATTRIBUTE ${names.column()} TO ${names.column()}`],
    ])
  }

  columnConstraint(column: string): string {
    const { names, random } = this
    const named = this.maybe(0.2, `CONSTRAINT ${names.constraint()} `)
    return random.choose([
      [10, () => ''],
      [3, () => ` ${named}NOT NULL`],
      [3, () => ` ${named}CHECK (${this.check(column)})`],
      [2, () => ` DEFAULT ${names.label()}`],
      [1, () => ` ${named}PRIMARY KEY`],
      [1, () => ` ${named}UNIQUE`],
      [0.7, () => ` ${named}REFERENCES ${names.table()}`],
    ])
  }

  columnDefinition(): string {
    const { names, random } = this
    const name = names.column()
    return random.choose([
      [12, () => `${name} ${this.columnType()}${this.columnConstraint(name)}`],
      [1, () => `${name} serial`],
      [0.6, () => `${name} int GENERATED ALWAYS AS IDENTITY`],
      [0.6, () => `${name} text GENERATED ALWAYS AS (${names.column()}::text) STORED`],
    ])
  }

  tableConstraint(): string {
    const { names, random } = this
    const named = this.maybe(0.4, `CONSTRAINT ${names.constraint()} `)
    return random.choose([
      [4, () => `${named}CHECK (${this.check(names.column())})${this.maybe(0.1, ' NO INHERIT')}`],
      [1, () => `${named}PRIMARY KEY (${names.column()})`],
      [1, () => `${named}UNIQUE (${names.column()}, ${names.column()})`],
      [1, () => `${named}NOT NULL ${names.column()}`],
      [1, () => `${named}FOREIGN KEY (${names.column()}) REFERENCES ${names.table()} (${names.column()})`],
    ])
  }

  like(): string {
    const including = ['DEFAULTS', 'CONSTRAINTS', 'INDEXES', 'GENERATED', 'IDENTITY', 'ALL']
    return `LIKE ${this.names.table()}${this.maybe(0.6, ` INCLUDING ${this.random.pick(including)}`)}${this.maybe(0.2, ' EXCLUDING INDEXES')}`
  }

  elements(): string {
    const { random } = this
    const elements = Array.from({ length: random.below(4) }, () => this.columnDefinition())
    if (random.chance(0.25)) elements.push(this.tableConstraint())
    if (random.chance(0.12)) elements.push(this.like())
    return elements.join(', ')
  }

  createTable(): string {
    const { names, random } = this
    const guard = this.maybe(0.25, 'IF NOT EXISTS ')
    const temporary = this.maybe(0.07, 'TEMP ')
    const name = names.table()
    return random.choose([
      [14, () => `CREATE ${temporary}TABLE ${guard}${name} (${this.elements()})`],
      [
        3,
        () =>
          `CREATE TABLE ${guard}${name} (${this.elements()}) INHERITS (${names.table()}${this.maybe(0.3, `, ${names.table()}`)})`,
      ],
      [
        1.5,
        () =>
          `CREATE TABLE ${guard}${name} (${this.columnDefinition()}, ${this.columnDefinition()}) PARTITION BY LIST (${names.column()})`,
      ],
      [1.5, () => `CREATE TABLE ${guard}${name} PARTITION OF ${names.table()} DEFAULT`],
      [1, () => `CREATE TABLE ${guard}${name} OF ${names.type()}`],
      [2, () => `CREATE ${temporary}TABLE ${guard}${name} AS ${this.query(true)}`],
    ])
  }

  /** What runs at once must not cast constants: a domain would look at them. */
  query(runs = false): string {
    const { names, random } = this
    const column = names.column()
    return random.choose([
      [4, () => `SELECT ${column} FROM ${names.table()}`],
      [3, () => `SELECT * FROM ${names.table()}`],
      [
        1,
        () => `SELECT x.${column}, y.${names.column()} AS other FROM ${names.table()} x, ${names.table()} y`,
      ],
      [
        1,
        () =>
          `SELECT ${column} AS ${names.column()}, 'x' AS fixed FROM ${names.table()} WHERE ${this.check(column)}`,
      ],
      [runs ? 0 : 1, () => `SELECT ${names.label()}::${names.type()} AS ${column}`],
      [1, () => `SELECT ${column}::text FROM ${names.view()}`],
      [1, () => `SELECT ${column} FROM ${names.table()} UNION ALL SELECT ${column} FROM ${names.table()}`],
      [1, () => `WITH q AS (SELECT ${column} FROM ${names.table()}) SELECT * FROM q`],
    ])
  }

  alterCommand(): string {
    const { names, random } = this
    const column = names.column()
    const ifExists = this.maybe(0.3, 'IF EXISTS ')
    const cascade = this.maybe(0.3, ' CASCADE')
    return random.choose([
      [6, () => `ADD COLUMN ${this.maybe(0.3, 'IF NOT EXISTS ')}${this.columnDefinition()}`],
      [4, () => `DROP COLUMN ${ifExists}${column}${cascade}`],
      [4, () => `ALTER COLUMN ${column} TYPE ${this.columnType()}`],
      [
        4,
        () => {
          const type = this.columnType()
          return `ALTER COLUMN ${column} TYPE ${type} USING ${column}::text::${type}`
        },
      ],
      [2, () => `ALTER COLUMN ${column} SET DEFAULT ${names.label()}`],
      [1, () => `ALTER COLUMN ${column} SET DEFAULT ${names.label()}::${names.type()}`],
      [2, () => `ALTER COLUMN ${column} DROP DEFAULT`],
      [2, () => `ALTER COLUMN ${column} ${random.pick(['SET', 'DROP'])} NOT NULL`],
      [4, () => `ADD ${this.tableConstraint()}`],
      [1, () => `ADD CONSTRAINT ${names.constraint()} CHECK (${this.check(column)}) NOT VALID`],
      [3, () => `DROP CONSTRAINT ${ifExists}${names.constraint()}${cascade}`],
      [1, () => `INHERIT ${names.table()}`],
      [1, () => `NO INHERIT ${names.table()}`],
      [0.4, () => `ALTER COLUMN ${column} DROP IDENTITY IF EXISTS`],
      [0.4, () => `ALTER COLUMN ${column} DROP EXPRESSION IF EXISTS`],
    ])
  }

  alterTable(): string {
    const { names, random } = this
    const target = `${this.maybe(0.2, 'IF EXISTS ')}${this.maybe(0.05, 'ONLY ')}${names.table()}`
    return random.choose([
      [14, () => `ALTER TABLE ${target} ${this.alterCommand()}`],
      [4, () => `ALTER TABLE ${target} ${this.alterCommand()}, ${this.alterCommand()}`],
      [1, () => `ALTER TABLE ${names.table()} ATTACH PARTITION ${names.table()} DEFAULT`],
      [1, () => `ALTER TABLE ${names.table()} DETACH PARTITION ${names.table()}`],
      [0.5, () => `ALTER TABLE ${names.table()} VALIDATE CONSTRAINT ${names.constraint()}`],
      [0.4, () => `ALTER TABLE ${names.table()} OF ${names.type()}`],
      [0.3, () => `ALTER TABLE ${names.table()} NOT OF`],
    ])
  }

  view(): string {
    const { names, random } = this
    const columns = this.maybe(0.15, ` (${names.column()})`)
    return random.choose([
      [3, () => `CREATE ${this.maybe(0.5, 'OR REPLACE ')}VIEW ${names.view()}${columns} AS ${this.query()}`],
      [
        1,
        () =>
          `CREATE MATERIALIZED VIEW ${this.maybe(0.3, 'IF NOT EXISTS ')}${names.view()}${columns} AS ${this.query(true)}`,
      ],
    ])
  }

  rename(): string {
    const { names, random } = this
    return random.choose([
      [3, () => `ALTER TYPE ${names.type()} RENAME TO ${names.bareType()}`],
      [
        3,
        () => `ALTER TABLE ${this.maybe(0.2, 'IF EXISTS ')}${names.table()} RENAME TO ${names.bareTable()}`,
      ],
      [
        4,
        () =>
          `ALTER TABLE ${this.maybe(0.05, 'ONLY ')}${names.table()} RENAME COLUMN ${names.column()} TO ${names.column()}`,
      ],
      [
        2,
        () => `ALTER TABLE ${names.table()} RENAME CONSTRAINT ${names.constraint()} TO ${names.constraint()}`,
      ],
      [1, () => `ALTER VIEW ${names.view()} RENAME TO ${names.bareTable()}`],
      [0.5, () => `ALTER VIEW ${names.view()} RENAME COLUMN ${names.column()} TO ${names.column()}`],
      [
        0.5,
        () => `ALTER INDEX ${random.pick(['t_pkey', 't_c_key', 't_c_idx'])} RENAME TO ${names.bareTable()}`,
      ],
      [0.5, () => `ALTER SEQUENCE t_c_seq RENAME TO ${names.bareTable()}`],
      [0.5, () => `ALTER MATERIALIZED VIEW ${names.view()} RENAME TO ${names.bareTable()}`],
      [0.5, () => `ALTER SCHEMA ${random.pick(SCHEMAS.slice(1))} RENAME TO ${random.pick(SCHEMAS.slice(1))}`],
    ])
  }

  drop(): string {
    const { names, random } = this
    const ifExists = this.maybe(0.3, 'IF EXISTS ')
    const cascade = random.pick(['', '', ' CASCADE', ' RESTRICT'])
    return random.choose([
      [4, () => `DROP TYPE ${ifExists}${names.type()}${this.maybe(0.1, `, ${names.type()}`)}${cascade}`],
      [4, () => `DROP TABLE ${ifExists}${names.table()}${this.maybe(0.2, `, ${names.table()}`)}${cascade}`],
      [2, () => `DROP VIEW ${ifExists}${names.view()}${cascade}`],
      [1, () => `DROP MATERIALIZED VIEW ${ifExists}${names.view()}${cascade}`],
      [1, () => `DROP INDEX ${ifExists}${random.pick(['t_pkey', 't_c_key', 't_c_idx', 't'])}${cascade}`],
      [1, () => `DROP SEQUENCE ${ifExists}${random.pick(['t_c_seq', 't_d_seq', 't'])}${cascade}`],
      [1, () => `DROP SCHEMA ${ifExists}${random.pick(SCHEMAS.slice(1))}${cascade}`],
      [1, () => `DROP FUNCTION ${ifExists}${names.function()}${this.maybe(0.3, '()')}${cascade}`],
    ])
  }

  setSchema(): string {
    const { names, random } = this
    const to = names.schema()
    return random.choose([
      [3, () => `ALTER TABLE ${names.table()} SET SCHEMA ${to}`],
      [3, () => `ALTER TYPE ${names.type()} SET SCHEMA ${to}`],
      [1, () => `ALTER VIEW ${names.view()} SET SCHEMA ${to}`],
      [0.5, () => `ALTER FUNCTION ${names.function()} SET SCHEMA ${to}`],
    ])
  }

  index(): string {
    const { names } = this
    const column = names.column()
    const name = this.maybe(0.4, `${this.maybe(0.3, 'IF NOT EXISTS ')}${names.bareTable()} `)
    return `CREATE ${this.maybe(0.4, 'UNIQUE ')}INDEX ${name}ON ${names.table()} (${column})${this.maybe(0.2, ` WHERE ${this.check(column)}`)}`
  }

  sequence(): string {
    const { names, random } = this
    return random.choose([
      [
        2,
        () =>
          `CREATE SEQUENCE ${this.maybe(0.3, 'IF NOT EXISTS ')}${random.pick(['t_c_seq', 't_d_seq', 's'])}`,
      ],
      [
        1,
        () =>
          `ALTER SEQUENCE ${random.pick(['t_c_seq', 't_d_seq', 's'])} OWNED BY ${random.pick(['NONE', `${names.bareTable()}.${names.column()}`])}`,
      ],
    ])
  }

  schema(): string {
    const name = this.random.pick(SCHEMAS)
    return this.random.chance(0.5)
      ? `CREATE SCHEMA IF NOT EXISTS ${name}`
      : `CREATE SCHEMA ${name}${this.maybe(0.3, ` CREATE VIEW v AS SELECT c FROM ${this.names.bareTable()}`)}${this.maybe(0.3, ` CREATE TABLE ${this.names.bareTable()} (${this.columnDefinition()}, c text)`)}`
  }

  function(): string {
    const { names, random } = this
    const name = names.function()
    const body = this.statement()
    const tag = `$f${this.#tags++}$`
    return random.choose([
      [
        2,
        () =>
          `CREATE ${this.maybe(0.6, 'OR REPLACE ')}FUNCTION ${name}() RETURNS void LANGUAGE plpgsql AS ${tag} BEGIN ${body}; END ${tag}`,
      ],
      [
        1,
        () =>
          `CREATE ${this.maybe(0.6, 'OR REPLACE ')}FUNCTION ${name}(p ${names.type()}) RETURNS ${names.type()} LANGUAGE plpgsql AS $f$ BEGIN RETURN p; END $f$`,
      ],
      [2, () => `SELECT ${name}()`],
    ])
  }

  /** Operators, and the functions under them. */
  operator(): string {
    const { names, random } = this
    const operands = (): string => `${random.chance(0.1) ? 'NONE' : names.operand()}, ${names.operand()}`
    const drop = (): string => this.maybe(0.4, ' CASCADE')
    return random.choose([
      [
        4,
        () =>
          `CREATE FUNCTION h(${names.operand()}, ${names.operand()}) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS $h$ BEGIN RETURN NULL; END $h$`,
      ],
      [8, () => this.createOperator()],
      [2, () => `DROP OPERATOR ${this.maybe(0.3, 'IF EXISTS ')}${names.operator()} (${operands()})${drop()}`],
      [1, () => `ALTER OPERATOR ${names.operator()} (s, ${names.operand()}) SET SCHEMA ${names.schema()}`],
      [1, () => `DROP FUNCTION h${this.maybe(0.7, `(${names.operand()}, ${names.operand()})`)}${drop()}`],
    ])
  }

  createOperator(): string {
    const { names, random } = this
    const left = this.maybe(0.95, `LEFTARG = ${names.operand()}, `)
    const made = random.chance(0.9) ? 'h' : 'texteq'
    const others = [
      this.maybe(0.3, `, COMMUTATOR = OPERATOR(${names.operator()})`),
      this.maybe(0.2, `, NEGATOR = OPERATOR(${names.operator()})`),
    ].map((other) => other.replace(/OPERATOR\(([^.]*)\)$/, '$1'))
    return `CREATE OPERATOR ${names.operator()} (${left}RIGHTARG = ${names.operand()}, FUNCTION = ${made}${others.join('')})`
  }

  /** Casts, and the functions under them. */
  cast(): string {
    const { names, random } = this
    const types = (): string => `${names.operand()} AS ${names.operand()}`
    const context = random.pick(['', ' AS ASSIGNMENT', ' AS IMPLICIT'])
    const drop = (): string => this.maybe(0.4, ' CASCADE')
    return random.choose([
      [
        4,
        () =>
          `CREATE FUNCTION i(${names.operand()}) RETURNS ${random.pick(['s', 's', 'text', names.type()])} IMMUTABLE LANGUAGE plpgsql AS $h$ BEGIN RETURN NULL; END $h$`,
      ],
      [4, () => `CREATE CAST (${types()}) WITH INOUT${context}`],
      [
        4,
        () => `CREATE CAST (${types()}) WITH FUNCTION i${this.maybe(0.6, `(${names.operand()})`)}${context}`,
      ],
      [0.5, () => `CREATE CAST (${types()}) WITHOUT FUNCTION${context}`],
      [2, () => `DROP CAST ${this.maybe(0.3, 'IF EXISTS ')}(${types()})${drop()}`],
      [1, () => `DROP FUNCTION i${this.maybe(0.7, `(${names.operand()})`)}${drop()}`],
    ])
  }

  searchPath(): string {
    const { names, random } = this
    return random.choose([
      [2, () => `SET search_path TO ${names.schema()}, public`],
      [1, () => `SET search_path TO ${names.schema()}`],
      [1, () => `SELECT set_config('search_path', '${names.schema().replaceAll("'", "''")},public', false)`],
      [1, () => 'RESET search_path'],
      [0.3, () => 'SET search_path TO nowhere'],
    ])
  }

  /** pg_enum edited by hand, as migrations did when there was no RENAME VALUE. */
  editEnum(): string {
    const { names, random } = this
    const type = random.pick([
      `enumtypid = '${names.bareType()}'::regtype`,
      `enumtypid = (SELECT oid FROM pg_type WHERE typname = 's' AND typtype = 'e' AND typnamespace = 'public'::regnamespace)`,
    ])
    return `UPDATE pg_enum SET enumlabel = ${names.label()} WHERE enumlabel = ${names.label()} AND ${type}`
  }

  guard(): string {
    const { names, random } = this
    const bare = (name: string): string => name.replace(/^.*\./, '').replaceAll('"', '').slice(0, 63)
    const type = bare(names.type())
    const table = bare(names.bareTable())
    const column = bare(names.column())
    return random.choose([
      [4, () => `EXISTS (SELECT 1 FROM pg_type WHERE typname = '${type}')`],
      [
        2,
        () =>
          `EXISTS (SELECT 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = '${type}' AND n.nspname = 'public')`,
      ],
      [
        2,
        () =>
          `EXISTS (SELECT 1 FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = '${type}' AND e.enumlabel = ${names.label()})`,
      ],
      [
        2,
        () =>
          `EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = '${table}' AND column_name = '${column}')`,
      ],
      [
        1,
        () =>
          `EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'public' AND table_name = '${table}')`,
      ],
      [1, () => `EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '${bare(names.constraint())}')`],
      [1, () => `to_regtype('${type.includes(' ') ? 'x' : type}') IS NOT NULL`],
      [1, () => `to_regclass('${table.includes(' ') ? 'x' : table}') IS NOT NULL`],
      [1, () => `(SELECT count(*) FROM pg_class WHERE relname = '${table}' AND relkind = 'r') > 0`],
    ])
  }

  block(): string {
    const { names, random } = this
    const inner = (): string => this.statement()
    const tag = `$do${this.#tags++}$`
    const body = random.choose([
      [4, () => `IF ${this.maybe(0.6, 'NOT ')}${this.guard()} THEN ${inner()}; END IF;`],
      [1, () => `IF ${this.guard()} THEN ${inner()}; ELSE ${inner()}; END IF;`],
      [
        3,
        () =>
          `${inner()}; EXCEPTION WHEN ${random.pick(['duplicate_object', 'duplicate_table', 'undefined_object', 'undefined_table', 'duplicate_object OR duplicate_table', 'others'])} THEN ${random.pick(['NULL', inner()])};`,
      ],
      [2, () => `EXECUTE format('ALTER TYPE %I ADD VALUE IF NOT EXISTS %L', 's', ${names.label()});`],
      [1, () => `EXECUTE '${inner().replaceAll("'", "''")}';`],
      [1, () => `FOR i IN 1..2 LOOP EXECUTE 'ALTER TABLE t ADD COLUMN n' || i || ' ' || 'text'; END LOOP;`],
      [
        1,
        () =>
          `FOR r IN SELECT relname FROM pg_class WHERE relname IN ('t', 'u') AND relkind = 'r' ORDER BY 1 LOOP EXECUTE format('DROP TABLE %I CASCADE', r.relname); END LOOP;`,
      ],
      [
        1,
        () =>
          `FOREACH x IN ARRAY ARRAY['a', 'b'] LOOP EXECUTE format('ALTER TYPE s ADD VALUE %L', x); END LOOP;`,
      ],
      [
        1,
        () =>
          `${inner()}; RAISE EXCEPTION USING ERRCODE = '${random.pick(['unique_violation', '42710', 'duplicate_object'])}'; EXCEPTION WHEN ${random.pick(['unique_violation', 'duplicate_object', "SQLSTATE '42710'"])} THEN ${inner()};`,
      ],
      [1, () => `PERFORM ${names.function()}();`],
      [1, () => `BEGIN ${inner()}; EXCEPTION WHEN others THEN NULL; END; ${inner()};`],
    ])
    return `DO ${tag} DECLARE x text; r record; BEGIN ${body} END ${tag}`
  }
}

/** A history: it begins with things that are there, so that more of the rest is right. */
export function generateHistory(random: Random, length: number): string[] {
  const generator = new Generator(random)
  const statements = beginning(generator)
  while (statements.length < length) statements.push(generator.statement())
  return statements
}

function beginning(generator: Generator): string[] {
  const { names, random } = generator
  const list = (): string => `${names.label()}, ${names.label()}`
  const starts: readonly (readonly [number, () => string])[] = [
    [0.4, () => 'CREATE SCHEMA a'],
    [0.1, () => 'CREATE SCHEMA "B c"'],
    [0.85, () => `CREATE TYPE s AS ENUM ('a', 'b', 'c')`],
    [0.15, () => `CREATE DOMAIN "Status" AS ${random.pick(['s', 'text'])} CHECK (VALUE IN ('a', 'b'))`],
    [0.15, () => `CREATE TYPE status AS (c ${random.pick(['s', 'text'])}, d text)`],
    [
      0.85,
      () =>
        `CREATE TABLE t (c ${random.pick(['s', 'text', 's', 'varchar', 's[]'])}${generator.columnConstraint('c')}, d ${generator.columnType()}, e text)`,
    ],
    [0.2, () => `CREATE TABLE u (c text CHECK (c IN (${list()})), d s)`],
    [
      0.15,
      () =>
        `CREATE FUNCTION h(s, text) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS $h$ BEGIN RETURN NULL; END $h$`,
    ],
    [0.15, () => `CREATE OPERATOR = (LEFTARG = s, RIGHTARG = text, FUNCTION = h)`],
    [0.1, () => `CREATE CAST (text AS s) WITH INOUT${random.pick(['', ' AS ASSIGNMENT', ' AS IMPLICIT'])}`],
    [0.15, () => `CREATE TABLE u (${generator.columnDefinition()}) INHERITS (t)`],
    [0.1, () => `CREATE TABLE u (c s, d text, CONSTRAINT k CHECK (d IN (${list()}))) PARTITION BY LIST (c)`],
    [0.1, () => `CREATE TABLE _t PARTITION OF u FOR VALUES IN ('a')`],
    [0.2, () => `CREATE VIEW v AS SELECT c, d FROM t`],
    [0.1, () => `CREATE TABLE _t (x int PRIMARY KEY, c s REFERENCES t (c))`],
  ]
  return starts.flatMap(([chance, make]) => (random.chance(chance) ? [make()] : []))
}

/** The same with transactions, as a session runs it. */
export function generateSession(random: Random, length: number): string[] {
  return generateHistory(random, length).flatMap((statement) =>
    random.choose<string[]>([
      [10, () => [statement]],
      [2, () => ['BEGIN', statement]],
      [2, () => [statement, random.pick(['COMMIT', 'COMMIT', 'ROLLBACK', 'END', 'ABORT'])]],
      [1, () => [random.pick(['SAVEPOINT one', 'SAVEPOINT two']), statement]],
      [1, () => [statement, random.pick(['ROLLBACK TO one', 'ROLLBACK TO SAVEPOINT two', 'RELEASE one'])]],
      [0.4, () => [`SET LOCAL search_path TO ${random.pick(['a', 'public', '"B c"'])}, public`, statement]],
    ]),
  )
}
