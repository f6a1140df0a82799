import { literal, onLine } from '../program/text.js'
import { columnType, type ColumnType } from './columns.js'
import { bind, generatedName, identifier } from './sql.js'
import { BY_CONDITION, asUnread, names, type Branch, type Change, type Steps } from '../program/steps.js'
import { plainValue, textOfValue, textsOfValue, type Step, type Value } from '../program/values.js'

export type TableMode = 'create' | 'create if not exists' | 'alter'

export interface ColumnSpec {
  readonly name: string
  readonly type: ColumnType
  readonly line: number
  alters?: { readonly nullable: boolean; readonly type: boolean }
  notNull?: boolean
  default?: string
  /** `check (...)`, with its name. */
  readonly checks: { readonly name: string | undefined; readonly condition: string }[]
}

/** A foreign key: its parts come one by one. */
export interface ForeignSpec {
  readonly columns: readonly string[]
  readonly name: string | undefined
  references?: readonly string[]
  table?: string
}

/** What a call declared, which calls chained to it change: nothing, where they define nothing that counts. */
export interface Declared {
  readonly column?: ColumnSpec
  readonly foreign?: ForeignSpec
}

const NOTHING_MORE: Declared = {}

/** Methods of a table or a column that define nothing that counts. */
const NOTHING =
  /^(?:comment|queryContext|engine|charset|collate|unsigned|first|after|onDelete|onUpdate|deferrable|withKeyName|jsonbDefault|primaryKey|zerofill)$/

/**
 * `table` in the callback of `createTable` and `alterTable`: collects what is declared, gives the statements that Knex
 * sends for Postgres, in its order. Source: Knex docs, "Schema Builder"; its compilers for Postgres for the order.
 */
export class TableBuilder {
  readonly #columns: ColumnSpec[] = []
  readonly #checks: string[] = []
  /** Statements after those of the columns, in the order of the calls; made late, since chained calls add to them. */
  readonly #after: (() => Step)[] = []
  readonly #unread: Step[] = []
  /** The primary key that the table declares: its columns are in it in `create` only. */
  #primary: string | undefined
  #inherits = ''
  /** What is called where a condition decides; `at`: how many columns were declared before. */
  readonly #branches: { readonly branch: Branch; readonly builder: TableBuilder; readonly at: number }[] = []
  /** The offset in the file that what is called on it stands before, else it comes too late: surely, or maybe. */
  end: { readonly at: number; readonly isCertain: boolean } | undefined

  constructor(
    private readonly name: string,
    private readonly schema: string | undefined,
    private readonly mode: TableMode,
    private readonly line: number,
    /** How many parts around may or may not run. */
    readonly depth: number,
  ) {}

  get #table(): string {
    return identifier(this.schema === undefined ? this.name : `${this.schema}.${this.name}`)
  }

  unread(reason: string, line: number, text: string): void {
    this.#unread.push({ unread: reason, line, text: `${this.#table}: ${text}` })
  }

  /** The builder for what is called where a condition decides: one of its own, or this where it can't be known. */
  inBranch(branch: Branch, steps: Steps): TableBuilder {
    if (branch.condition === undefined || this.mode !== 'alter') return this
    const known = this.#branches.find((one) => one.branch === branch)
    if (known !== undefined) return known.builder
    const builder = new TableBuilder(this.name, this.schema, 'alter', this.line, this.depth + 1)
    const guarded = { branch, builder, at: this.#columns.length }
    const settle = (): void => void this.#branches.push(guarded)
    settle()
    steps.changed({
      isOfValue: false,
      undo: () => void this.#branches.splice(this.#branches.indexOf(guarded), 1),
      settle,
    })
    return builder
  }

  /** Notes a call that may or may not run. */
  uncertain(line: number, text: string): Change {
    const step = {
      unread: BY_CONDITION,
      line,
      text: `${this.#table}: ${text}`,
    }
    const settle = (): void => void this.#unread.push(step)
    settle()
    return {
      isOfValue: false,
      undo: () => void this.#unread.splice(this.#unread.lastIndexOf(step), 1),
      settle,
    }
  }

  #alter(line: number, action: () => string): void {
    this.#after.push(() => ({ sql: `alter table ${this.#table} ${action()}`, line }))
  }

  /** `table.<method>(...args)`: what the call declared; undefined where the method is not known. */
  call(method: string, args: readonly Value[], line: number, text: string): Declared | undefined {
    const given = textOfValue(args[0])
    const name = given ?? (/increments$/i.test(method) ? 'id' : undefined)
    const type = columnType(method, name ?? '', args.slice(1), this.schema)
    if (type !== undefined) {
      if (name === undefined) {
        this.unread('the name of a column is not constant', line, text)
        return NOTHING_MORE
      }
      return this.#addColumn(name, type, line, text)
    }
    if (method === 'foreign') return this.#foreign(args, line)
    if (this.#constraints(method, args, line) || this.#changes(method, args, line, text)) return NOTHING_MORE
    return NOTHING.test(method) ? NOTHING_MORE : undefined
  }

  #addColumn(name: string, type: ColumnType, line: number, text: string): Declared {
    const spec: ColumnSpec = { name, type, line, checks: [] }
    if (type.unread !== undefined) this.unread(type.unread, line, text)
    this.#columns.push(spec)
    return { column: spec }
  }

  #foreign(args: readonly Value[], line: number): Declared {
    const spec: ForeignSpec = { columns: textsOfValue(args[0]) ?? [], name: textOfValue(args[1]) }
    this.#addForeign(spec, line)
    return { foreign: spec }
  }

  #addForeign(spec: ForeignSpec, line: number): void {
    this.#alter(line, () => {
      const own = spec.columns.map(identifier).join(', ')
      const name = identifier(spec.name ?? generatedName(this.name, spec.columns, 'foreign'))
      const [first = ''] = spec.references ?? []
      const cut = first.lastIndexOf('.')
      const table = spec.table ?? first.slice(0, Math.max(cut, 0))
      const columns = spec.table === undefined ? [first.slice(cut + 1)] : (spec.references ?? [])
      return `add constraint ${name} foreign key (${own}) references ${identifier(table)} (${columns.map(identifier).join(', ')})`
    })
  }

  /** Keys and indexes; true where the method is one of these. */
  #constraints(method: string, args: readonly Value[], line: number): boolean {
    const columns = textsOfValue(args[0]) ?? []
    const list = columns.map(identifier).join(', ')
    const options = args[1]?.kind === 'object' ? args[1].entries : undefined
    const given =
      textOfValue(args[1]) ?? textOfValue(options?.get('indexName') ?? options?.get('constraintName'))
    const name = (kind: string): string => identifier(given ?? generatedName(this.name, columns, kind))
    const ifExists = method.endsWith('IfExists') ? 'if exists ' : ''
    switch (method) {
      case 'primary':
        this.#setPrimary(`constraint ${identifier(given ?? `${this.name}_pkey`)} primary key (${list})`, line)
        return true
      case 'unique':
        if (isIndex(options))
          this.#after.push(() => ({
            sql: `create unique index ${name('unique')} on ${this.#table} (${list})`,
            line,
          }))
        else this.#alter(line, () => `add constraint ${name('unique')} unique (${list})`)
        return true
      case 'index':
        this.#after.push(() => ({ sql: `create index ${name('index')} on ${this.#table} (${list})`, line }))
        return true
      case 'dropPrimary':
      case 'dropPrimaryIfExists':
        this.#alter(
          line,
          () => `drop constraint ${ifExists}${identifier(textOfValue(args[0]) ?? `${this.name}_pkey`)}`,
        )
        return true
      case 'dropUnique':
      case 'dropUniqueIfExists':
        this.#alter(line, () => `drop constraint ${ifExists}${name('unique')}`)
        return true
      case 'dropForeign':
      case 'dropForeignIfExists':
        this.#alter(line, () => `drop constraint ${ifExists}${name('foreign')}`)
        return true
      case 'dropIndex':
        this.#after.push(() => {
          const schema = this.schema === undefined ? '' : `${identifier(this.schema)}.`
          return { sql: `drop index ${schema}${name('index')}`, line }
        })
        return true
      default:
        return false
    }
  }

  #setPrimary(sql: string, line: number): void {
    if (this.mode === 'alter') this.#alter(line, () => `add ${sql}`)
    this.#primary ??= sql
  }

  /** What changes columns and checks; true where the method is one of these. */
  #changes(method: string, args: readonly Value[], line: number, text: string): boolean {
    const names = args.length > 1 ? args.map(textOfValue) : (textsOfValue(args[0]) ?? [undefined])
    const constant = !names.includes(undefined)
    const list = (names as string[]).map((name) => name ?? '')
    const needsNames = /^(?:drop(?:Columns?|Checks)|renameColumn|setNullable|dropNullable|inherits)$/.test(
      method,
    )
    if (needsNames && !constant) {
      this.unread(`what ${method} names is not constant`, line, text)
      return true
    }
    switch (method) {
      case 'dropColumn':
      case 'dropColumns':
        this.#alter(line, () => list.map((name) => `drop column ${identifier(name)}`).join(', '))
        return true
      case 'renameColumn':
        this.#alter(line, () => `rename ${identifier(list[0]!)} to ${identifier(list[1] ?? '')}`)
        return true
      case 'setNullable':
      case 'dropNullable':
        this.#alter(
          line,
          () => `alter column ${identifier(list[0]!)} ${method === 'setNullable' ? 'drop' : 'set'} not null`,
        )
        return true
      case 'dropChecks':
        this.#alter(line, () => list.map((name) => `drop constraint ${name}`).join(', '))
        return true
      case 'inherits':
        this.#inherits = ` inherits (${identifier(list[0]!)})`
        return true
      case 'check':
        this.#check(args, line, text)
        return true
      case 'timestamps':
      case 'dropTimestamps':
        this.#timestamps(method, args, line)
        return true
      default:
        return false
    }
  }

  #check(args: readonly Value[], line: number, text: string): void {
    const sql = textOfValue(args[0])
    // Knex takes bindings in a new table only.
    const condition = sql === undefined || this.mode === 'alter' ? sql : bind(sql, args[1])
    const name = textOfValue(args[2])
    if (condition === undefined) this.unread('the condition of a check is not constant', line, text)
    else if (this.mode === 'alter')
      this.#alter(line, () => `add constraint ${name ?? '""'} check(${condition})`)
    else this.#checks.push(`${name === undefined ? '' : `constraint ${name} `}check (${condition})`)
  }

  #timestamps(method: string, args: readonly Value[], line: number): void {
    const options = args[0]?.kind === 'object' ? args[0].entries : undefined
    const isTrue = (value: Value | undefined): boolean => value?.kind === 'constant' && value.value === true
    const camel = isTrue(options?.get('useCamelCase') ?? args[method === 'timestamps' ? 2 : 0])
    const names = camel ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at']
    if (method === 'dropTimestamps') {
      this.#alter(line, () => names.map((name) => `drop column ${identifier(name)}`).join(', '))
      return
    }
    const defaults = isTrue(options?.get('defaultToNow') ?? args[1])
    for (const name of names) {
      const now = defaults ? { notNull: true, default: 'CURRENT_TIMESTAMP' } : {}
      this.#columns.push({ name, type: { sql: 'timestamptz' }, line, checks: [], ...now })
    }
  }

  /** `.<method>(...)` chained to a column or a foreign key; false where the method is not known. */
  modify(of: Declared, method: string, args: readonly Value[], line: number, text: string): Declared | false {
    const { column, foreign } = of
    if (foreign !== undefined) {
      if (method === 'references') foreign.references = textsOfValue(args[0]) ?? []
      else if (method === 'inTable' || method === 'on') foreign.table = textOfValue(args[0]) ?? ''
      else if (column === undefined && !NOTHING.test(method)) return false
      else if (column !== undefined) return this.modify({ column }, method, args, line, text) && of
      return of
    }
    if (column === undefined) return false
    const plain = plainValue(args[0])
    const own: Value = { kind: 'constant', value: column.name }
    if (method === 'notNullable' || method === 'notNull') column.notNull = true
    else if (method === 'nullable') column.notNull = plain?.value === false
    else if (/^default(?:s?To)?$/.test(method)) column.default = defaultOf(args[0])
    else if (method === 'alter') column.alters = altersOf(args[0])
    else if (method === 'references') {
      const spec: ForeignSpec = {
        columns: [column.name],
        name: undefined,
        references: textsOfValue(args[0]) ?? [],
      }
      this.#addForeign(spec, line)
      return { column, foreign: spec }
    } else if (method === 'unique' || method === 'index' || method === 'primary') {
      if (column.type.isIncrements !== true) this.#constraints(method, [own, ...args], line)
    } else if (method.startsWith('check')) {
      const condition = columnCheck(method, identifier(column.name), args)
      if (condition === undefined) this.unread(`the check of ${column.name} is not constant`, line, text)
      else column.checks.push({ name: nameOf(method, args), condition })
    } else return NOTHING.test(method) && of
    return of
  }

  /** The statements, in the order in which Knex sends them. */
  steps(steps: Steps): Step[] {
    const added = this.#columns.filter(({ alters }) => alters === undefined)
    const altered = this.#columns.filter(({ alters }) => alters !== undefined)
    const types = this.#columns
      .flatMap(({ type, line }) => (type.creates === undefined ? [] : [{ sql: type.creates, line }]))
      .reverse()
    const own = this.mode === 'alter' ? this.#addsAndBranches(steps) : [this.#create(added)]
    return [
      ...types,
      ...own,
      ...altered.flatMap((column) => this.#alters(column)),
      ...this.#after.map((make) => make()),
      ...this.#unread,
    ]
  }

  /** Added columns, in the order of the calls, with what a condition decides on between them. */
  #addsAndBranches(steps: Steps): Step[] {
    const made: Step[] = []
    const add = (from: number, to?: number): void => {
      const columns = this.#columns.slice(from, to).filter(({ alters }) => alters === undefined)
      made.push(...this.#adds(columns))
    }
    let from = 0
    for (const { branch, builder, at } of this.#branches) {
      add(from, at)
      made.push(...guarded(branch, builder.steps(steps), made, steps))
      from = at
    }
    add(from)
    return made
  }

  #create(columns: readonly ColumnSpec[]): Step {
    const ifNot = this.mode === 'create if not exists' ? 'if not exists ' : ''
    const body = this.#lines(columns.map((column) => ({ sql: this.#definition(column), line: column.line })))
    const parts = [body, this.#primary ?? '', ...this.#checks].filter((part) => part !== '')
    return {
      sql: `create table ${ifNot}${this.#table} (${parts.join(', ')})${this.#inherits}`,
      line: this.line,
    }
  }

  #adds(columns: readonly ColumnSpec[]): Step[] {
    if (columns.length === 0) return []
    const body = this.#lines(
      columns.map((column) => ({ sql: `add column ${this.#definition(column)}`, line: column.line })),
    )
    return [{ sql: `alter table ${this.#table} ${body}`, line: this.line }]
  }

  #definition({ name, type, notNull, default: value, checks }: ColumnSpec): string {
    const key = type.isKey === true && this.#primary === undefined ? ' primary key' : ''
    const rest = type.isIncrements === true ? [] : modifiers(notNull, value, checks)
    return [`${identifier(name)} ${type.sql}${key}`, ...rest].join(' ')
  }

  /** Parts of one statement, each on the line of the file that it comes from. */
  #lines(parts: readonly { readonly sql: string; readonly line: number }[]): string {
    let current = this.line
    return parts
      .map(({ sql, line }) => {
        const text = onLine(sql, current, line)
        current = Math.max(current, line) + sql.split('\n').length - 1
        return text
      })
      .join(', ')
  }

  #alters(column: ColumnSpec): Step[] {
    const { name, type, line, checks } = column
    const at = `alter table ${this.#table} alter column ${identifier(name)}`
    const cast = /\bcheck \(/.test(type.sql)
      ? undefined
      : `using (${identifier(name)}${type.creates || /^"/.test(type.sql) ? '::text' : ''}::${type.sql})`
    const steps = [`${at} drop default`]
    if (column.alters!.nullable) steps.push(`${at} drop not null`)
    if (column.alters!.type) {
      if (cast === undefined)
        this.unread('Postgres rejects what Knex makes of alter() for an enum', line, type.sql)
      else steps.push(`${at} type ${type.sql} ${cast}`)
    }
    if (column.default !== undefined) steps.push(`${at} set default ${column.default}`)
    if (column.alters!.nullable && column.notNull === true) steps.push(`${at} set not null`)
    checks.forEach(({ name: given, condition }, index) => {
      steps.push(
        `alter table ${this.#table} add constraint ${given ?? `${this.name}_${name}_${index + 1}`} check(${condition})`,
      )
    })
    return steps.map((sql) => ({ sql, line }))
  }
}

/** What a condition decides on, where nothing `before` changes what it asks about. */
function guarded(branch: Branch, own: readonly Step[], before: readonly Step[], steps: Steps): Step[] {
  const [first] = own
  if (first === undefined) return []
  const { sql, about } = branch.condition!
  const columns = about.flatMap(({ column }) => column ?? [])
  const isStale = before.some((step) => {
    return 'sql' in step ? columns.some((column) => names(step.sql, column)) : true
  })
  if (isStale) return own.map((step) => asUnread(step, BY_CONDITION))
  const known = own.filter((step) => 'sql' in step)
  const block = steps.block(branch.holds ? sql : `NOT (${sql})`, first.line, known)
  return [...(known.length > 0 ? [block] : []), ...own.filter((step) => 'unread' in step)]
}

function modifiers(
  notNull: boolean | undefined,
  value: string | undefined,
  checks: ColumnSpec['checks'],
): string[] {
  return [
    ...(notNull === undefined ? [] : [notNull ? 'not null' : 'null']),
    ...(value === undefined ? [] : [`default ${value}`]),
    ...checks.map(
      (check) => `${check.name === undefined ? '' : `constraint ${check.name} `}check (${check.condition})`,
    ),
  ]
}

/** Whether Knex makes `unique` an index, no constraint. */
function isIndex(options: ReadonlyMap<string, Value> | undefined): boolean {
  const use = options?.get('useConstraint')
  if (use?.kind === 'constant' && typeof use.value === 'boolean') return !use.value
  return options?.has('predicate') === true && !options.has('deferrable')
}

function defaultOf(value: Value | undefined): string {
  if (value?.kind === 'raw') return value.sql ?? 'NULL'
  const plain = plainValue(value)
  return plain === undefined ? 'NULL' : literal(plain.value)
}

function altersOf(options: Value | undefined): { nullable: boolean; type: boolean } {
  const off = (name: string): boolean => {
    const value = options?.kind === 'object' ? options.entries.get(name) : undefined
    return value?.kind === 'constant' && value.value === false
  }
  return { nullable: !off('alterNullable'), type: !off('alterType') }
}

/** Where the name of the constraint stands among the arguments of a check method. */
function nameOf(method: string, args: readonly Value[]): string | undefined {
  const at = /^check(?:Positive|Negative)$/.test(method) ? 0 : method === 'checkLength' ? 2 : 1
  return textOfValue(args[at])
}

function columnCheck(method: string, column: string, args: readonly Value[]): string | undefined {
  const first = plainValue(args[0])?.value
  switch (method) {
    case 'checkPositive':
      return `${column} > 0`
    case 'checkNegative':
      return `${column} < 0`
    case 'checkIn':
    case 'checkNotIn':
      if (!Array.isArray(first)) return undefined
      return `${column} ${method === 'checkIn' ? '' : 'not '}in (${first.map(literal).join(',')})`
    case 'checkBetween': {
      if (!Array.isArray(first)) return undefined
      const pairs = (Array.isArray(first[0]) ? first : [first]) as unknown[][]
      return pairs.map(([low, high]) => `${column} between ${literal(low)} and ${literal(high)}`).join(' or ')
    }
    case 'checkLength': {
      const length = plainValue(args[1])?.value
      return typeof first === 'string' && typeof length === 'number'
        ? `length(${column}) ${first} ${length}`
        : undefined
    }
    case 'checkRegex':
      return typeof first === 'string' ? `${column} ~ ${literal(first)}` : undefined
    default:
      return undefined
  }
}
