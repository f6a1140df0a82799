/**
 * Writes src/sql/builtins.data.ts: what Postgres itself brings along (types, functions, operators, casts, system
 * relations), read from the catalogs of a fresh PGlite. Run after a new major version of PGlite:
 *
 *     npx jiti tests/oracle/generateBuiltins.ts
 *
 * Array types are written as the negative OID of their element type, as the analysis counts them.
 */
import { writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'

const db = new PGlite()
const rows = async <T>(sql: string): Promise<T[]> => (await db.query<T>(sql)).rows
const INTERNAL = new Set([
  2275, 2281, 2279, 3838, 2280, 3115, 325, 3310, 269, 32, 5017, 3361, 3402, 5069, 4600, 4601,
])

interface TypeRow {
  oid: number
  name: string
  schema: string
  kind: string
  category: string
  preferred: boolean
  element: number
  array: number
  base: number
  subtype: number
  relation: number
}
const types = await rows<TypeRow>(`
  SELECT t.oid::int4 AS oid, typname AS name, nspname AS schema, typtype AS kind, typcategory AS category, typispreferred AS preferred,
    CASE WHEN typsubscript = 'array_subscript_handler'::regproc AND t.typname NOT IN ('int2vector', 'oidvector') THEN typelem::int4 ELSE 0 END AS element,
    typarray::int4 AS array, typbasetype::int4 AS base, typrelid::int4 AS relation,
    coalesce((SELECT rngsubtype::int4 FROM pg_range WHERE rngtypid = t.oid OR rngmultitypid = t.oid), 0) AS subtype
  FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname IN ('pg_catalog', 'information_schema') ORDER BY t.oid`)
const ids = new Map<number, number>()
for (const type of types) ids.set(type.oid, type.element !== 0 ? -type.element : type.oid)
const id = (oid: number): number => ids.get(oid) ?? oid

const typeLines = types
  .filter((type) => type.element === 0)
  .map((type) =>
    [
      type.oid,
      type.schema === 'pg_catalog' ? type.name : `${type.schema}.${type.name}`,
      type.kind,
      type.category + (type.preferred ? '!' : ''),
      ...(type.kind === 'd' ? [id(type.base)] : type.subtype !== 0 ? [id(type.subtype)] : []),
    ].join(' '),
  )

interface FunctionRow {
  name: string
  kind: string
  aggregate: string | null
  arguments: string
  returns: number
  set: boolean
  variadic: number
  defaults: number
  names: string[] | null
  modes: string[] | null
  all: string | null
}
const functions = await rows<FunctionRow>(`
  SELECT proname AS name, prokind AS kind, (SELECT aggkind FROM pg_aggregate a WHERE aggfnoid = p.oid) AS aggregate,
    proargtypes::text AS arguments, prorettype::int4 AS returns, proretset AS set, provariadic::int4 AS variadic,
    pronargdefaults::int4 AS defaults, proargnames AS names, proargmodes::text[] AS modes, proallargtypes::text AS all
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'pg_catalog' ORDER BY proname, p.oid`)
const functionLines: string[] = []
for (const f of functions) {
  const args = f.arguments === '' ? [] : f.arguments.split(' ').map(Number)
  if ([...args, f.returns].some((type) => INTERNAL.has(type))) continue
  const all = f.all === null ? args : f.all.slice(1, -1).split(',').map(Number)
  const modes = f.modes ?? all.map(() => 'i')
  const inputs = modes.flatMap((mode, i) => ('ibv'.includes(mode) ? [f.names?.[i] ?? ''] : []))
  const outputs = modes.flatMap((mode, i) =>
    'obt'.includes(mode) ? [`${f.names?.[i] ?? ''}:${id(all[i]!)}`] : [],
  )
  const flags =
    (f.kind === 'f' ? '' : f.kind) +
    (f.aggregate !== null && f.aggregate !== 'n' ? 'o' : '') +
    (f.set ? 's' : '') +
    (f.variadic !== 0 ? 'v' : '') +
    (f.defaults > 0 ? f.defaults : '')
  const line = [f.name, args.map(id).join(' '), id(f.returns), flags, inputs.join(','), outputs.join(',')]
  functionLines.push(line.join('|').replace(/[|,]+$/, ''))
}

const operatorLines = (
  await rows<{ name: string; left: number; right: number; result: number }>(`
  SELECT oprname AS name, oprleft::int4 AS left, oprright::int4 AS right, oprresult::int4 AS result FROM pg_operator ORDER BY oprname, oid`)
).map((o) => [o.name, id(o.left), id(o.right), id(o.result)].join(' '))

const castLines = (
  await rows<{ source: number; target: number; context: string }>(`
  SELECT castsource::int4 AS source, casttarget::int4 AS target, castcontext AS context FROM pg_cast ORDER BY 1, 2`)
).map((c) => `${id(c.source)} ${id(c.target)} ${c.context}`)

const relationLines = (
  await rows<{ schema: string; name: string; type: number; columns: string[] }>(`
  SELECT nspname AS schema, relname AS name, reltype::int4 AS type,
    (SELECT array_agg(attname || ':' || atttypid ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'v') AND nspname IN ('pg_catalog', 'information_schema') ORDER BY nspname DESC, relname`)
).map(
  (r) =>
    `${r.schema === 'pg_catalog' ? '' : `${r.schema}.`}${r.name} ${r.type} ` +
    r.columns.map((column) => column.replace(/\d+$/, (oid) => String(id(Number(oid))))).join(' '),
)
await db.close()

const block = (name: string, doc: string, lines: string[]): string =>
  `/** ${doc} */\nexport const ${name} = \`\n${lines.join('\n').replace(/[\\`$]/g, '\\$&')}\n\`\n`
writeFileSync(
  new URL('../../src/sql/builtins.data.ts', import.meta.url),
  '// Generated by tests/oracle/generateBuiltins.ts from the catalogs of PostgreSQL 18. Not edited by hand.\n\n' +
    [
      block('TYPES', 'OID, name, typtype, category (`!` = preferred), base or subtype.', typeLines),
      block(
        'FUNCTIONS',
        'Name | input types | result | kind (a, w, p), `o` ordered-set, `s` set, `v` variadic, defaults | input names | output columns.',
        functionLines,
      ),
      block('OPERATORS', 'Name, left (0 = prefix), right, result.', operatorLines),
      block('CASTS', 'Source, target, context (i, a, e).', castLines),
      block('RELATIONS', 'Name, row type, columns.', relationLines),
    ].join('\n'),
)
