import { comparesOtherwise } from '../../catalog/types.js'
import { valueSetOfColumn, valueSetOfType } from '../../catalog/valueSets.js'
import type {
  Catalog,
  FunctionArgument,
  FunctionSignature,
  Relation,
  StoredArgument,
  ValueSet,
} from '../../catalog/model.js'
import type { Target, UseKind } from '../../sql/use.js'
import type { CodeUse, Range } from '../use.js'
import { placeOf, stringsAt } from '../values.js'
import type { Flow, Source } from './flow.js'
import type { Node } from './syntax.js'
import { memberName, unwrap } from './syntax.js'
import { camelCase } from './tables.js'
import type { Place, Tables, ValueNames } from './tables.js'
import { typedEntries } from './typedRows.js'

/**
 * How a value is compared: it, each of a list (`IN`), by order (`<`), each of a list by order (`BETWEEN`); or, on a column
 * that is an array, as an array, or as one element of one.
 */
export type Comparison = 'equal' | 'in' | 'order' | 'range' | 'array' | 'element'

/** A value as a library's function has it: a node of the linted file, or what was found behind one. */
export type Value = Node | Source

export interface RowOptions {
  /** What a library wraps values in: `eb.val('x')`. Gives the value itself. */
  readonly plain?: (value: Source) => Source
  /** The column of a property; default: the table's column of that name. */
  readonly column?: (key: string) => Place | undefined
}

/** Collects what the libraries find: a value expression and the column that it reaches. */
export class Uses {
  readonly #catalog: Catalog
  readonly #flow: Flow
  readonly #tables: Tables
  readonly #found = new Map<string, CodeUse>()
  /** The columns that each value expression of the call meets. */
  #columns = new Map<Node, Set<string>>()
  /** For what is not simply written where it was found: the columns that its expression meets. */
  readonly #followed = new Map<CodeUse, ReadonlySet<string>>()
  /**
   * Set while a call is read whose table came through a parameter: a value that comes through another parameter may be that of
   * another call, so only what is written in place is sure to meet the table.
   */
  onlyInPlace = false

  constructor(catalog: Catalog, flow: Flow, tables: Tables) {
    this.#catalog = catalog
    this.#flow = flow
    this.#tables = tables
  }

  /** What comes next is of another call. */
  next(): void {
    this.onlyInPlace = false
    this.#columns = new Map()
  }

  /** {@link all}, which are forgotten. */
  take(): CodeUse[] {
    const taken = this.all()
    this.#found.clear()
    this.#followed.clear()
    this.next()
    return taken
  }

  /** All uses, in the order of the file. */
  all(): CodeUse[] {
    // An expression that meets several columns, by conditionals, may have a value of its own for each.
    const sure = [...this.#found.values()].filter((use) => {
      const followed = this.#followed.get(use)
      return !followed || followed.size === 1
    })
    return sure.sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1])
  }

  /** A value that a statement stores in the column; on a column that is an array, the list. */
  write(
    place: Place | undefined,
    value: Value | undefined,
    link: string,
    kind: 'write' | 'default' = 'write',
  ): void {
    if (place && value) this.#add(kind, place, this.source(value), place.column.type.array, link)
  }

  /** A value that a statement adds to a column that is an array. */
  append(place: Place | undefined, value: Value | undefined, link: string): void {
    if (place?.column.type.array && value) this.#add('write', place, this.source(value), false, link)
  }

  /** A value that the column is compared with. An array column takes only arrays, any other column no arrays. */
  compare(place: Place | undefined, comparison: Comparison, value: Value | undefined, link: string): void {
    if (!place || !value || place.column.type.array !== isOfArrays(comparison)) return
    if (comparesOtherwise(this.#catalog, place.column.type)) return
    // By order a text matches though its CHECK does not list it.
    if (isByOrder(comparison) && this.#setOf(place)?.kind !== 'enum') return
    this.#add('compare', place, this.source(value), isList(comparison), link)
  }

  /** A row, or a list of rows, that a statement stores in the table: its properties are columns. */
  writeRow(
    relation: Relation | undefined,
    row: Value | undefined,
    link: string,
    options: RowOptions = {},
  ): void {
    if (!relation || !row) return
    const { plain = (value) => value, column = (key) => this.#tables.column(relation, key) } = options
    const source = this.source(row)
    for (const { key, value } of this.#flow.entries(source)) this.write(column(key), plain(value), link)
    for (const { key, value } of typedEntries(this.#flow, source, this.valueKeys(relation)))
      this.write(column(key), value, link)
  }

  /** What properties may be called that are columns with a value set. */
  valueKeys(relation: Relation): readonly string[] {
    const names = relation.columns.flatMap((column) =>
      this.#setOf({ relation, column }) ? [column.name, camelCase(column.name)] : [],
    )
    return [...new Set(names)]
  }

  /** A value that a function of the database is called with. */
  argument(
    called: FunctionSignature,
    { name = '', type, stores = [] }: FunctionArgument,
    value: Value,
    link: string,
  ): void {
    const valueSet = valueSetOfType(this.#catalog, type)
    if (!valueSet) return this.#stored(name, stores, value, link)
    const { searchPath } = this.#catalog
    const shown = searchPath.includes(called.schema) ? called.name : `${called.schema}.${called.name}`
    const target = { label: `${shown}(${name})` }
    const given = this.source(value)
    for (const source of type.array ? this.#flow.elements(given) : [given]) {
      for (const found of this.#valuesOf(source, undefined))
        this.#keep({ kind: 'write', effect: 'reject', target, valueSet, link, ...found })
    }
  }

  /** An argument that the function's body stores in columns. */
  #stored(argument: string, places: readonly StoredArgument[], value: Value, link: string): void {
    for (const { schema, table, column, searchPath } of places) {
      const name = schema === undefined ? { name: table } : { schema, name: table }
      const relation = this.#catalog.findRelation(name, searchPath)
      const found = relation?.columns.find((one) => one.name === column)
      // Of a column and an argument of one name the column is meant, or nothing.
      if (!relation || !found || found.type.array || relation.columns.some((one) => one.name === argument))
        continue
      this.write({ relation, column: found }, value, link)
    }
  }

  /** A value that is a part of a string of another language than SQL (`status.eq.online`), at its place in the file. */
  text(
    place: Place,
    comparison: Comparison,
    part: { readonly value: string; readonly range: Range },
    link: string,
  ): void {
    const valueSet = this.#flow.isLinted ? this.#setOf(place) : undefined
    if (!valueSet || (isByOrder(comparison) && valueSet.kind !== 'enum')) return
    if (comparesOtherwise(this.#catalog, place.column.type)) return
    const { value, range } = part
    // Only what means the same in every such language and in any quotes is written there.
    const write = (text: string) => (/^[\w -]*$/.test(text) ? text : undefined)
    this.#meet({ kind: 'compare', place, valueSet, link }, { value, range, edit: { range, write } })
  }

  source(value: Value): Source {
    return 'node' in value && 'file' in value ? value : this.#flow.at(value as Node)
  }

  /** Nothing for a table that something unread may have changed. */
  #setOf({ relation, column }: Place): ValueSet | undefined {
    return !relation.complete ? undefined : valueSetOfColumn(this.#catalog, relation, column)
  }

  #add(kind: UseKind, place: Place, expression: Source, isListed: boolean, link: string): void {
    for (const source of isListed ? this.#flow.elements(expression) : [expression]) {
      const columns = this.#columns.get(source.node) ?? new Set()
      this.#columns.set(
        source.node,
        columns.add(`${String(place.relation.oid)}.${String(place.column.attnum)}`),
      )
      const valueSet = this.#setOf(place)
      if (!valueSet) continue
      for (const found of this.#valuesOf(source, place.names)) {
        const inPlace = isConstant(source.node) && !found.declared
        if (!inPlace && this.onlyInPlace) continue
        this.#meet({ kind, place, valueSet, link }, found, inPlace ? undefined : columns)
      }
    }
  }

  #valuesOf(source: Source, names: ValueNames | undefined): FoundValue[] {
    const constant = sqlConstant(source)
    if (constant) return [constant]
    const found = stringsAt(source).values.map((string) => ({ value: string.value, ...placeOf(string) }))
    if (!names) return found
    const members = this.#flow.sources(source).flatMap(({ node, at }): FoundValue[] => {
      const name = memberOf(node, names)
      return name === undefined ? [] : [{ value: name, range: at.range }]
    })
    return [...found, ...members].map((one) => inDatabase(one, names))
  }

  /** What an enum does not have can't be compared with it at all; a text is compared whatever its CHECK lists. */
  #isRejected({ column }: Place, valueSet: ValueSet, value: string): boolean {
    let type = this.#catalog.typeByOid(column.type.oid)
    while (type?.kind === 'domain') type = this.#catalog.typeByOid(type.base.oid)
    return (
      type?.kind === 'enum' &&
      (valueSet.kind === 'enum' || type.labels.every((label) => label.value !== value))
    )
  }

  #meet(met: Met, found: FoundValue, followed?: ReadonlySet<string>): void {
    const { kind, place, valueSet, link } = met
    const target = targetOf(this.#catalog, place)
    const effect =
      kind === 'compare' && !this.#isRejected(place, valueSet, found.value) ? 'never-match' : 'reject'
    this.#keep({ kind, effect, valueSet, target, link, ...found }, followed)
  }

  #keep(use: CodeUse, followed?: ReadonlySet<string>): void {
    const key = [...use.range, use.kind, use.value, use.target.label].join(' ')
    if (this.#found.has(key)) return
    this.#found.set(key, use)
    if (followed) this.#followed.set(use, followed)
  }
}

/** A column and how a value meets it. */
interface Met {
  readonly kind: UseKind
  readonly place: Place
  readonly valueSet: ValueSet
  readonly link: string
}

function isConstant(node: Node): boolean {
  const { type } = unwrap(node)
  return type === 'Literal' || type === 'TemplateLiteral'
}

/** The value of ``sql`'online'` ``, a piece of SQL that is one string constant, at its place in the linted file. */
function sqlConstant({ node, file }: Source): FoundValue | undefined {
  if (!file.linted || node.type !== 'TaggedTemplateExpression' || node.quasi.expressions.length > 0)
    return undefined
  if (node.tag.type !== 'Identifier' || node.tag.name !== 'sql') return undefined
  const { value, range } = node.quasi.quasis[0]!
  const [, before, text] = /^(\s*)'([\w -]*)'\s*$/.exec(value.raw) ?? []
  if (before === undefined || text === undefined) return undefined
  const start = range[0] + 1 + before.length
  const written: Range = [start, start + text.length + 2]
  const write = (wanted: string) => (/^[\w -]*$/.test(wanted) ? `'${wanted}'` : undefined)
  return { value: text, range: written, edit: { range: written, write } }
}

export type FoundValue = Pick<CodeUse, 'value' | 'range' | 'edit' | 'declared'>

/** `ONLINE` of `WorkspaceStatus.ONLINE` and `$Enums.WorkspaceStatus.ONLINE`, where generated code declares the enum. */
function memberOf(node: Node, { type, values }: ValueNames): string | undefined {
  if (node.type !== 'MemberExpression') return undefined
  const { object } = node
  const owner =
    object.type === 'Identifier'
      ? object.name
      : object.type === 'MemberExpression'
        ? memberName(object)
        : undefined
  const name = owner === type ? memberName(node) : undefined
  return name !== undefined && values.has(name) ? name : undefined
}

/** A value by its name in code, as the value that the database gets; another is written by its name, too. */
export function inDatabase({ value, edit, ...rest }: FoundValue, { values }: ValueNames): FoundValue {
  const nameOf = (wanted: string) => [...values].find(([, mapped]) => mapped === wanted)?.[0]
  const write = (wanted: string) => {
    const name = nameOf(wanted)
    return name === undefined ? undefined : edit?.write(name)
  }
  return { ...rest, value: values.get(value) ?? value, ...(edit && { edit: { range: edit.range, write } }) }
}

function isList(comparison: Comparison): boolean {
  return comparison === 'in' || comparison === 'array' || comparison === 'range'
}

function isByOrder(comparison: Comparison): boolean {
  return comparison === 'order' || comparison === 'range'
}

function isOfArrays(comparison: Comparison): boolean {
  return comparison === 'array' || comparison === 'element'
}

function targetOf(catalog: Catalog, { relation, column }: Place): Target {
  const { schema, name: table } = relation
  const qualified = catalog.searchPath.includes(schema) ? table : `${schema}.${table}`
  return { label: `${qualified}.${column.name}`, schema, table, column: column.name }
}
