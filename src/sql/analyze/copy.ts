import type { CopyStmt, Node, RangeVar } from '@pgsql/types'
import type { Catalog } from '../../catalog/model.js'
import { parseSql } from '../parser.js'
import { Unreadable } from '../unreadable.js'
import type { SqlUse } from '../use.js'
import { assignmentOf, type Assignment } from './assign.js'
import { tableItem } from './from.js'
import { meetText, type Located } from './literals.js'
import { listOf, stringOf } from './nodes.js'
import { Scope } from './scope.js'
import { Analysis } from './state.js'
import { stringList, Types } from './types.js'
import { dropUnread } from './unread.js'

interface Format {
  readonly csv: boolean
  readonly delimiter: string
  readonly nothing: string
  readonly quote: string
  readonly escape: string
  readonly header: boolean
  /** DEFAULT: what stands for the column's default. */
  readonly byDefault: string | undefined
  /** FORCE_NULL and FORCE_NOT_NULL, for CSV: whether what `nothing` is counts where it is quoted, and where it is not. */
  isForced(column: string, what: 'force_null' | 'force_not_null'): boolean
}

/** The options of COPY; undefined for the binary format, and where rows with wrong values are left out. */
function formatOf(statement: CopyStmt): Format | undefined {
  const given = new Map<string, string>()
  const columns = new Map<string, readonly string[] | 'all'>()
  for (const node of statement.options ?? []) {
    if (!('DefElem' in node)) continue
    const { defname = '', arg } = node.DefElem
    given.set(defname, optionText(arg))
    if (defname.startsWith('force_')) columns.set(defname, listOf(arg).map(stringOf))
    if (arg !== undefined && 'A_Star' in arg) columns.set(defname, 'all')
  }
  if ((given.get('on_error') ?? 'stop').toLowerCase() !== 'stop') return undefined
  const format = given.get('format') ?? 'text'
  if (format !== 'text' && format !== 'csv') return undefined
  const csv = format === 'csv'
  const quote = given.get('quote') ?? '"'
  const header = given.get('header')
  return {
    csv,
    delimiter: given.get('delimiter') ?? (csv ? ',' : '\t'),
    nothing: given.get('null') ?? (csv ? '' : '\\N'),
    quote,
    escape: given.get('escape') ?? quote,
    header: header !== undefined && !['false', 'off', '0'].includes(header),
    byDefault: given.get('default'),
    isForced(column, what) {
      const forced = columns.get(what)
      return forced === 'all' || (forced?.includes(column) ?? false)
    },
  }
}

function optionText(node: Node | undefined): string {
  if (node === undefined) return 'true'
  if ('Boolean' in node) return String(node.Boolean.boolval ?? false)
  if ('Integer' in node) return String(node.Integer.ival ?? 0)
  return stringOf(node)
}

interface CopyField {
  /** Null where the field is what NULL says, or DEFAULT. */
  readonly value: string | null
  /** As NULL would be written, but in quotes or the other way round where FORCE_NULL and FORCE_NOT_NULL say so. */
  readonly text: string
  readonly quoted: boolean
  readonly start: number
  readonly end: number
  readonly map: readonly number[]
}

const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** One field of the text format (CopyReadAttributesText): up to the delimiter or the line's end. */
function textField(data: string, start: number, end: number, format: Format): CopyField {
  let value = ''
  const map: number[] = []
  let i = start
  while (i < end && !data.startsWith(format.delimiter, i)) {
    if (data[i] !== '\\' || i + 1 >= end) {
      value += data[i]!
      map.push(i++)
      continue
    }
    const code = /^(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2})/.exec(data.slice(i + 1, Math.min(i + 4, end)))?.[0]
    const next = data[i + 1]!
    map.push(i)
    if (code === undefined) {
      value += ESCAPES[next] ?? next
      i += 2
    } else {
      value += String.fromCharCode(
        code.startsWith('x') ? parseInt(code.slice(1), 16) : parseInt(code, 8) & 0xff,
      )
      i += 1 + code.length
    }
  }
  const raw = data.slice(start, i)
  const isNull = raw === format.nothing || raw === format.byDefault
  return { value: isNull ? null : value, text: value, quoted: false, start, end: i, map }
}

/** One field of the CSV format (CopyReadAttributesCSV); a quoted one may go over lines. */
function csvField(data: string, start: number, format: Format): CopyField {
  let value = ''
  const map: number[] = []
  let i = start
  let quoted = false
  let inside = false
  for (; i < data.length; i++) {
    const character = data[i]!
    if (!inside && (character === format.delimiter || character === '\n' || character === '\r')) break
    if (
      inside &&
      character === format.escape &&
      (data[i + 1] === format.quote || data[i + 1] === format.escape)
    ) {
      value += data[i + 1]!
      map.push(i++)
    } else if (character === format.quote) {
      inside = !inside
      quoted = true
    } else {
      value += character
      map.push(i)
    }
  }
  const isNull = !quoted && (value === format.nothing || value === format.byDefault)
  return { value: isNull ? null : value, text: value, quoted, start, end: i, map }
}

/** The rows of COPY data. Ends at `\.`. */
function* rowsOf(data: string, format: Format): Generator<CopyField[]> {
  for (let i = 0; i < data.length;) {
    const line = data.indexOf('\n', i)
    const lineEnd = line < 0 ? data.length : line
    const textEnd = data[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd
    if (data.slice(i, textEnd) === '\\.') return
    const fields: CopyField[] = []
    for (;;) {
      const field = format.csv ? csvField(data, i, format) : textField(data, i, textEnd, format)
      fields.push(field)
      i = field.end
      if (!data.startsWith(format.delimiter, i) || (!format.csv && i >= textEnd)) break
      i += format.delimiter.length
    }
    yield fields
    const next = data.indexOf('\n', i)
    i = next < 0 ? data.length : next + 1
  }
}

function located(field: CopyField): Located {
  return {
    value: field.text,
    start: field.start,
    end: field.end,
    inside: true,
    offsetOf: (index) => field.map[index] ?? field.end,
  }
}

/**
 * The values in the data lines of `COPY ... FROM stdin`: `statement` is the COPY statement, positions are UTF-16 in `data`.
 * Empty where the statement is no COPY, or nothing is known about its table. Never throws.
 */
export function analyzeCopyData(
  statement: string,
  data: string,
  catalog: Catalog,
  searchPath: readonly string[] = catalog.searchPath,
): readonly SqlUse[] {
  const [parsed] = toList(parseSql(statement))
  const node = parsed?.stmt
  if (node === undefined || !('CopyStmt' in node)) return []
  const { CopyStmt: copy } = node
  const format = formatOf(copy)
  if (format === undefined || copy.relation === undefined) return []
  const analysis = new Analysis(data, new Types(catalog, searchPath))
  analysis.findings.guard(() => {
    const scope = new Scope(analysis)
    const item = tableItem(scope, copy.relation!)
    if (item.open) return
    const names = copy.attlist === undefined ? columnsOf(scope, copy.relation!) : stringList(copy.attlist)
    const places = names.map((name) => assignmentOf(scope, item, copy.relation, name, []))
    let first = true
    for (const fields of rowsOf(data, format)) {
      if (first && format.header) {
        first = false
        continue
      }
      first = false
      fields.forEach((field, i) => meetField(analysis, field, places[i], format))
    }
  })
  return dropUnread(catalog, analysis.findings.uses)
}

/** What COPY without a list of columns reads: all but those that are generated. */
function columnsOf({ analysis }: Scope, { schemaname: schema, relname: name = '' }: RangeVar): string[] {
  const { catalog, types } = analysis
  const relation = catalog.findRelation(schema === undefined ? { name } : { schema, name }, types.searchPath)
  return (relation?.columns ?? []).flatMap((column) => (column.generated ? [] : [column.name]))
}

function meetField(
  analysis: Analysis,
  field: CopyField,
  place: Assignment | undefined,
  format: Format,
): void {
  if (place === undefined || isNothing(field, place.name, format)) return
  // A malformed array or row ends its own field only: the next may still be looked at.
  analysis.findings.guard(() =>
    meetText(analysis, located(field), place.type, { kind: 'write', target: place.target }, place.check),
  )
}

function isNothing({ value, text, quoted }: CopyField, column: string, format: Format): boolean {
  if (!format.csv || text !== format.nothing) return value === null
  return quoted ? format.isForced(column, 'force_null') : !format.isForced(column, 'force_not_null')
}

const toList = <T>(made: readonly T[] | Unreadable): readonly T[] => (made instanceof Unreadable ? [] : made)
