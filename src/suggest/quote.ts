/** Every keyword of PostgreSQL 18 that `quote_ident` quotes: pg_get_keywords() where catcode is not U. */
const KEYWORDS = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case ' +
    'cast char character check coalesce collate collation column concurrently constraint create cross ' +
    'current_catalog current_date current_role current_schema current_time current_timestamp current_user dec ' +
    'decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign ' +
    'freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect ' +
    'interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query ' +
    'json_scalar json_serialize json_table json_value lateral leading least left like limit localtime ' +
    'localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on ' +
    'only or order out outer overlaps overlay placing position precision primary real references returning right ' +
    'row select session_user setof similar smallint some substring symmetric system_user table tablesample then ' +
    'time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where ' +
    'window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot ' +
    'xmlserialize xmltable'
  ).split(' '),
)

/** `name` as an SQL identifier, in double quotes only where Postgres needs them: what `quote_ident` gives. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !KEYWORDS.has(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** `schema.name` as Postgres reads it; the schema is left out where `searchPath` leads to it. */
export function quoteQualified(schema: string, name: string, searchPath: readonly string[]): string {
  return searchPath.includes(schema)
    ? quoteIdentifier(name)
    : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

/** `value` as an SQL string constant, whatever `standard_conforming_strings` says: what `quote_literal` gives. */
export function quoteLiteral(value: string): string {
  const quoted = `'${value.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  return value.includes('\\') ? `E${quoted}` : quoted
}

/** Characters of a value that a message shows before it is cut. */
const MENTION_LENGTH = 60

/** `value` for a message: in double quotes, on one line, cut when long. */
export function mention(value: string): string {
  const characters = [...value]
  const shown =
    characters.length > MENTION_LENGTH ? `${characters.slice(0, MENTION_LENGTH).join('')}…` : value
  return JSON.stringify(shown)
}

/** `"a", "b" or "c"`: values for a message, all of them. */
export function mentionAlternatives(values: readonly string[]): string {
  const mentioned = values.map(mention)
  const last = mentioned.pop() ?? ''
  return mentioned.length === 0 ? last : `${mentioned.join(', ')} or ${last}`
}

/** Values that a message lists before the rest is counted. */
export const LIST_LENGTH = 12

/** `"a", "b", "c" and 20 more`: a list of values for a message, shortened when long. */
export function mentionList(values: readonly string[]): string {
  // One that would be left over is listed instead of counted.
  if (values.length <= LIST_LENGTH + 1) return values.map(mention).join(', ')
  return `${values.slice(0, LIST_LENGTH).map(mention).join(', ')} and ${values.length - LIST_LENGTH} more`
}
