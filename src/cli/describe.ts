import type {
  Catalog,
  CheckConstraint,
  Column,
  DomainType,
  EnumType,
  FormerValue,
  Origin,
  PgType,
  Relation,
} from '../catalog/model.js'
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../suggest/quote.js'

/** A column whose values a type or a CHECK limits. */
interface Place {
  readonly relation: Relation
  readonly column: Column
}

function origin({ file, line }: Origin): string {
  return `${file}:${line}`
}

/** Values beside each other, broken into lines. */
function values(list: readonly string[], indent: string, width = 100): string {
  const lines: string[] = []
  let line = ''
  for (const [index, value] of list.entries()) {
    const item = quoteLiteral(value) + (index === list.length - 1 ? '' : ',')
    if (line !== '' && line.length + item.length + 1 > width - indent.length) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? item : ` ${item}`
  }
  lines.push(line === '' ? '(none)' : line)
  return lines.map((one) => `${indent}${one}\n`).join('')
}

/** Rows of two columns, the first padded. */
function rows(cells: readonly (readonly [string, string])[], indent: string): string {
  const width = Math.max(0, ...cells.map(([left]) => left.length))
  return cells.map(([left, right]) => `${indent}${left.padEnd(width)}  ${right}`.trimEnd() + '\n').join('')
}

function fate({ value, fate, renamedTo }: FormerValue): string {
  return fate === 'renamed' && renamedTo !== undefined
    ? `${quoteLiteral(value)} renamed to ${quoteLiteral(renamedTo)}`
    : `${quoteLiteral(value)} ${fate}`
}

function byName<T extends { readonly schema: string; readonly name: string }>(items: Iterable<T>): T[] {
  const key = ({ schema, name }: T): string => `${schema}\0${name}`
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** The catalog as a text to read: value sets, where they were declared, and the columns that have them. */
export function describeCatalog(catalog: Catalog): string {
  return new Description(catalog).toString()
}

class Description {
  readonly #relations: readonly Relation[]

  constructor(private readonly catalog: Catalog) {
    // What a partition has, its parent has.
    this.#relations = byName(catalog.relations()).filter(
      ({ isPartition, kind }) => !isPartition && kind !== 'index' && kind !== 'sequence',
    )
  }

  toString(): string {
    const types = byName(this.catalog.types())
    const sections = [
      this.#section(
        'Enums',
        types.filter((type) => type.kind === 'enum').map((type) => this.#enum(type)),
      ),
      this.#section(
        'Domains',
        types.filter((type) => type.kind === 'domain').flatMap((type) => this.#domain(type) ?? []),
      ),
      this.#section('Checks', this.#checks()),
      this.#unread(),
    ].filter((section) => section !== '')
    return sections.length === 0
      ? 'No enum, and nothing else that limits strings to a list.\n'
      : sections.join('\n')
  }

  #name({ schema, name }: { readonly schema: string; readonly name: string }): string {
    return quoteQualified(schema, name, this.catalog.searchPath)
  }

  #section(title: string, items: readonly string[]): string {
    return items.length === 0 ? '' : `${title}\n\n${items.join('\n')}`
  }

  #enum(type: EnumType): string {
    return [
      `  ${this.#name(type)}  ${origin(type.origin)}\n`,
      values(
        type.labels.map(({ value }) => value),
        '    ',
      ),
      rows(this.#columnsOf(type), '      '),
      rows(
        type.former.map((one) => [fate(one), origin(one.origin)]),
        '      formerly ',
      ),
    ].join('')
  }

  /** A domain over an enum, or with a CHECK that lists values; undefined for others. */
  #domain(type: DomainType): string | undefined {
    const listed = type.constraints.flatMap((constraint) => constraint.values ?? []).map(({ value }) => value)
    const base = this.catalog.typeByOid(type.base.oid)
    if (listed.length === 0 && base?.kind !== 'enum') return undefined
    return [
      `  ${this.#name(type)}  ${origin(type.origin)}\n`,
      listed.length === 0 ? `    of ${this.#name(base!)}\n` : values(listed, '    '),
      rows(this.#columnsOf(type), '      '),
    ].join('')
  }

  #columnsOf(type: PgType): [string, string][] {
    return this.#places((column) => column.type.oid === type.oid).map(({ relation, column }) => [
      this.#label(relation, column) + (column.type.array ? '[]' : ''),
      origin(column.origin) + (/view/.test(relation.kind) ? `  (${relation.kind})` : ''),
    ])
  }

  #places(has: (column: Column) => boolean): Place[] {
    return this.#relations.flatMap((relation) =>
      relation.columns.filter(has).map((column) => ({ relation, column })),
    )
  }

  #label(relation: Relation, column: Column): string {
    return `${this.#name(relation)}.${quoteIdentifier(column.name)}`
  }

  #checks(): string[] {
    return this.#relations.flatMap((relation) =>
      relation.constraints
        .filter((one): one is CheckConstraint => one.kind === 'check' && one.values !== undefined)
        .map((one) => {
          const column = relation.columns.find(({ attnum }) => attnum === one.columns[0])
          const place = column === undefined ? this.#name(relation) : this.#label(relation, column)
          const list = one.values!.map(({ value }) => value)
          return `  ${place}  ${quoteIdentifier(one.name)}  ${origin(one.origin)}\n${values(list, '    ')}`
        }),
    )
  }

  #unread(): string {
    const { unread } = this.catalog
    if (unread.length === 0) return ''
    return `Unread: may change what is above\n\n${rows(
      unread.map((one) => [
        origin(one),
        one.touches === undefined ? one.reason : `${one.reason} (may touch ${one.touches.join(', ')})`,
      ]),
      '  ',
    )}`
  }
}
