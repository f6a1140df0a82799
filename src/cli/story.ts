import type { Catalog, CheckConstraint, Label, Origin, Relation } from '../catalog/model.js'
import { quoteLiteral, quoteQualified } from '../suggest/quote.js'

/** What a statement of the migrations did to a value set, or what uses it. */
interface Event {
  readonly origin: Origin
  readonly text: string
}

/** A value set with everything that the migrations say of it. */
export interface Story {
  /** `enum workspace_status`. */
  readonly subject: string
  readonly events: readonly Event[]
  /** The values at the end. */
  readonly values: readonly string[]
}

function list(values: readonly string[]): string {
  return values.map(quoteLiteral).join(', ')
}

/** One event for all labels that came with the same statement. */
function labelEvents(labels: readonly Label[]): Event[] {
  const groups = new Map<string, { origin: Origin; values: string[] }>()
  for (const { value, origin } of labels) {
    const key = `${origin.file}:${origin.line}`
    const group = groups.get(key) ?? { origin, values: [] }
    group.values.push(value)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ origin, values }) => ({ origin, text: `gives it ${list(values)}` }))
}

function columnEvents(catalog: Catalog, oid: number): Event[] {
  return [...catalog.relations()]
    .filter(({ isPartition }) => !isPartition)
    .flatMap((relation) =>
      relation.columns
        .filter(({ type }) => type.oid === oid)
        .map(({ name, type, origin }) => ({
          origin,
          text: `${labelOf(catalog, relation, name)} has it${type.array ? ', as an array' : ''}`,
        })),
    )
}

function labelOf(catalog: Catalog, relation: Relation, column: string): string {
  return `${quoteQualified(relation.schema, relation.name, catalog.searchPath)}.${column}`
}

function typeStories(catalog: Catalog): Story[] {
  return [...catalog.types()].flatMap((type): Story[] => {
    if (type.kind !== 'enum' && type.kind !== 'domain') return []
    const labels =
      type.kind === 'enum' ? type.labels : type.constraints.flatMap((constraint) => constraint.values ?? [])
    if (type.kind === 'domain' && labels.length === 0) return []
    const former = type.kind === 'enum' ? type.former : []
    const isRename = ({ file, line }: Origin): boolean =>
      former.some((one) => one.fate === 'renamed' && one.origin.file === file && one.origin.line === line)
    return [
      {
        subject: `${type.kind} ${quoteQualified(type.schema, type.name, catalog.searchPath)}`,
        events: [
          { origin: type.origin, text: 'creates it' },
          // A renaming gives a label its present origin: said below.
          ...labelEvents(labels.filter(({ origin }) => !isRename(origin))),
          ...former.map(({ value, fate, renamedTo, origin }) => ({
            origin,
            text:
              fate === 'renamed' && renamedTo !== undefined
                ? `renames ${quoteLiteral(value)} to ${quoteLiteral(renamedTo)}`
                : `takes ${quoteLiteral(value)} away`,
          })),
          ...columnEvents(catalog, type.oid),
        ],
        values: labels.map(({ value }) => value),
      },
    ]
  })
}

function checkStories(catalog: Catalog): Story[] {
  return [...catalog.relations()].flatMap((relation) =>
    relation.constraints
      .filter((one): one is CheckConstraint => one.kind === 'check' && one.values !== undefined)
      .map(({ name, columns, values = [], origin }) => {
        const column = relation.columns.find(({ attnum }) => attnum === columns[0])?.name ?? '?'
        return {
          subject: `check constraint ${name} on ${labelOf(catalog, relation, column)}`,
          events: [{ origin, text: 'creates it' }, ...labelEvents(values)],
          values: values.map(({ value }) => value),
        }
      }),
  )
}

/** The stories of all value sets of a catalog. */
export function storiesOf(catalog: Catalog): Story[] {
  return [...typeStories(catalog), ...checkStories(catalog)]
}

/** Compares where facts were declared: by the order in which the migrations run, then by line. */
export function byMigration(files: readonly string[]): (a: Origin, b: Origin) => number {
  const order = new Map(files.map((file, index) => [file, index]))
  return (a, b) => (order.get(a.file) ?? -1) - (order.get(b.file) ?? -1) || a.line - b.line
}
