import type { Oid } from '../../catalog/model.js'
import { UNKNOWN_MARK } from '../../catalog/names.js'

/** What the migrations alone don't tell: rows of the user's tables, the time, settings. */
export const UNKNOWN = Symbol('unknown')

/** Holds a text that depends on something unknown, so that a name made of it is the same each time, and no other name. */
export const MARK = UNKNOWN_MARK

/** A text that depends on something unknown. */
export class Tainted {
  constructor(readonly text: string) {}
}

/** A value of regclass, regtype, regnamespace, regproc or regprocedure: an OID that prints as a name. */
export class Reg {
  constructor(
    readonly kind: 'regclass' | 'regtype' | 'regnamespace' | 'regproc' | 'regprocedure',
    readonly oid: Oid,
    /** As Postgres prints it in the session's search path. */
    readonly text: string,
  ) {}
}

/** A record, or a row of a table. */
export class Row {
  constructor(readonly fields: ReadonlyMap<string, Value>) {}
}

export type Value = null | boolean | number | string | Value[] | Tainted | Reg | Row | typeof UNKNOWN

/** The text of a scalar as `::text` gives it; null for NULL, UNKNOWN for what has none that we know. */
export function toText(value: Value): string | Tainted | null | typeof UNKNOWN {
  if (value === null || value === UNKNOWN || typeof value === 'string' || value instanceof Tainted)
    return value
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'number') return String(value)
  if (value instanceof Reg) return value.text
  return UNKNOWN
}

/** As `toText`, with a placeholder where the text is unknown: it can still be part of a name. */
export function toTaintedText(value: Value): string | Tainted | null {
  const text = toText(value)
  return text === UNKNOWN ? new Tainted(`${MARK}unknown`) : text
}

function scalar(value: Value): string | number | boolean | typeof UNKNOWN {
  if (value instanceof Reg) return value.oid
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return UNKNOWN
}

/** -1, 0 or 1; null for NULL, UNKNOWN where it depends on something unknown. */
export function compare(a: Value, b: Value): number | null | typeof UNKNOWN {
  if (a === null || b === null) return null
  if (a instanceof Tainted || b instanceof Tainted) {
    // A name that holds something unknown (a date, mostly) is taken to be none of the known ones.
    const x = a instanceof Tainted ? a.text : a
    const y = b instanceof Tainted ? b.text : b
    return typeof x === 'string' && typeof y === 'string' ? (x === y ? 0 : x < y ? -1 : 1) : UNKNOWN
  }
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b)
  let x = scalar(a)
  let y = scalar(b)
  if (x === UNKNOWN || y === UNKNOWN) return UNKNOWN
  // A constant without a type takes that of the other side; a reg value compares with a name too.
  if (typeof x !== typeof y) {
    if (a instanceof Reg && typeof b === 'string') x = a.text
    else if (b instanceof Reg && typeof a === 'string') y = b.text
    else if (typeof x === 'number' && typeof y === 'string' && y.trim() !== '') y = Number(y)
    else if (typeof y === 'number' && typeof x === 'string' && x.trim() !== '') x = Number(x)
    else if (typeof x === 'boolean' && typeof y === 'string') y = /^(?:t|true|yes|on|1)$/i.test(y)
    else if (typeof y === 'boolean' && typeof x === 'string') x = /^(?:t|true|yes|on|1)$/i.test(x)
    else return UNKNOWN
  }
  if (Number.isNaN(x) || Number.isNaN(y)) return UNKNOWN
  return x === y ? 0 : x < y ? -1 : 1
}

function compareArrays(a: readonly Value[], b: readonly Value[]): number | null | typeof UNKNOWN {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return Math.sign(a.length - b.length)
}

/** True, false, or what neither is. */
export type Truth = boolean | null | typeof UNKNOWN

export function toTruth(value: Value): Truth {
  if (value === null || value === UNKNOWN || typeof value === 'boolean') return value
  if (typeof value === 'string') return /^(?:t|true|yes|on|1)$/i.test(value)
  return UNKNOWN
}

/** SQL's AND and OR, over what is unknown too. */
export function and(values: readonly Truth[]): Truth {
  if (values.includes(false)) return false
  if (values.includes(UNKNOWN)) return UNKNOWN
  return values.includes(null) ? null : true
}

export function or(values: readonly Truth[]): Truth {
  if (values.includes(true)) return true
  if (values.includes(UNKNOWN)) return UNKNOWN
  return values.includes(null) ? null : false
}

export function not(value: Truth): Truth {
  return typeof value === 'boolean' ? !value : value
}

/** An identifier in quotes where it needs them: quote_ident. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`
}

export function quoteLiteral(value: string): string {
  const quoted = `'${value.replaceAll("'", "''")}'`
  return value.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted
}

/** Keywords that quote_ident quotes: the reserved ones of kwlist.h. */
const RESERVED: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast
  char character check coalesce collate collation column concurrently constraint create cross current_catalog
  current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable
  desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group
  grouping having ilike in initially inner inout int integer intersect interval into is isnull join lateral leading
  least left like limit localtime localtimestamp national natural nchar none normalize not notnull null nullif numeric
  offset on only or order out outer overlaps overlay placing position precision primary real references returning
  right row select session_user setof similar smallint some substring symmetric system_user table tablesample then
  time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where window
  with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize
  xmltable`.split(/\s+/),
)
