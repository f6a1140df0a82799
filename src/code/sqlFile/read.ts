import type { Catalog } from '../../catalog/model.js'
import { analyzeSql } from '../../sql/analyze/index.js'
import { Unreadable } from '../../sql/unreadable.js'
import type { SqlUse } from '../../sql/use.js'
import { regionsOf } from '../sql/regions.js'
import type { TriggerTables } from './triggers.js'
import { parametersIn, readingsOf, schemaOf, written, type Hole, type Reading } from './holes.js'

/** The readings of one statement are tried at most this often. */
const MAX_TRIES = 16

/** A statement as Postgres's grammar accepts it: offsets in `sql` are those in the file's text. */
export interface ReadStatement {
  readonly sql: string
  readonly uses: readonly SqlUse[]
}

/** `text` with strings, quoted names and comments blanked, every offset kept. */
function codeOf(text: string): string {
  let code = ''
  let done = 0
  for (const { start, end } of regionsOf(text)) {
    code += text.slice(done, start) + ' '.repeat(end - start)
    done = end
  }
  return code + text.slice(done)
}

/** Numbers for the holes: one a name, the smallest for the shortest, because they must fit. */
function numbersFor(holes: readonly Hole[], first: number): Map<Hole, number> {
  const names = new Map<string, Hole[]>()
  holes.forEach((hole, i) => {
    const name = hole.name ?? `#${i}`
    names.set(name, [...(names.get(name) ?? []), hole])
  })
  const shortest = (group: readonly Hole[]): number => Math.min(...group.map(({ start, end }) => end - start))
  const groups = [...names.values()].sort((a, b) => shortest(a) - shortest(b))
  return new Map(groups.flatMap((group, i) => group.map((hole) => [hole, first + i] as const)))
}

/**
 * Reads one statement of an SQL file against `catalog`. `markers` are the template markers in it, relative to `text`, in which they
 * are already blanked. Never throws; what no reading makes readable is the first reading's {@link Unreadable}.
 */
export function readStatement(
  text: string,
  markers: readonly Hole[],
  catalog: Catalog,
  triggerTables: TriggerTables,
): ReadStatement | Unreadable {
  const code = codeOf(text)
  const outside = markers.filter(({ start, end }) => code.slice(start, end).trim() !== '')
  const parameters = parametersIn(code).filter(
    (one) => !markers.some((marker) => marker.start < one.end && one.start < marker.end),
  )
  const holes = [...outside, ...parameters].sort((a, b) => a.start - b.start)
  const used = [...code.matchAll(/\$(\d{1,4})/g)].map(([, digits]) => Number(digits))
  const numbers = numbersFor(holes, 1 + Math.max(0, ...used))
  const readings = holes.map((hole) => {
    const schema = schemaOf(hole, code, catalog)
    const others = readingsOf(hole, code.slice(0, hole.start))
    return schema === undefined || written(schema, 0, hole.end - hole.start) === undefined
      ? others
      : [schema, ...others]
  })
  const chosen = holes.map(() => 0)

  const options = { triggerTables: (name: string) => triggerTables(name, catalog) }
  let failure: Unreadable | undefined
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const sql = write(text, holes, numbers, (i) => readings[i]![chosen[i]!]!)
    const analysis = sql === undefined ? undefined : analyzeSql(sql, catalog, options)
    const result =
      analysis === undefined ? new Unreadable('a parameter has too short a name') : analysis.unreadable
    if (result === undefined) return { sql: sql!, uses: analysis!.uses }
    failure ??= result
    // The last hole before the error is read otherwise, else the next one behind it.
    const open = holes.map((_, i) => i).filter((i) => chosen[i]! + 1 < readings[i]!.length)
    const next = open.findLast((i) => holes[i]!.start <= (result.offset ?? Infinity)) ?? open[0]
    if (next === undefined) break
    chosen[next]!++
  }
  return failure!
}

function write(
  text: string,
  holes: readonly Hole[],
  numbers: ReadonlyMap<Hole, number>,
  reading: (index: number) => Reading,
): string | undefined {
  let sql = ''
  let done = 0
  for (const [i, hole] of holes.entries()) {
    const put = written(reading(i), numbers.get(hole)!, hole.end - hole.start)
    if (put === undefined) return undefined
    sql += text.slice(done, hole.start) + put
    done = hole.end
  }
  return sql + text.slice(done)
}
