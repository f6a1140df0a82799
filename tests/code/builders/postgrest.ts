import type { PGlite } from '@electric-sql/pglite'

/**
 * A `fetch` for supabase-js that runs what PostgREST makes of a request: rows by `json_populate_recordset`, filters as conditions whose
 * values have the column's type. https://docs.postgrest.org/en/stable/references/api/tables_views.html
 */
export function postgrest(database: PGlite): typeof fetch {
  return async (input, { method = 'GET', body, headers } = {}) => {
    const url = new URL(String(input))
    const profile = new Headers(headers).get(method === 'GET' ? 'Accept-Profile' : 'Content-Profile')
    const table = `"${profile ?? 'public'}"."${url.pathname.split('/').at(-1)!}"`
    const conditions = [...url.searchParams]
      .filter(([name]) => !/^(?:select|order|columns|on_conflict)$/.test(name))
      .map(([name, value]) => condition(`${name}.${value}`))
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
    const given = typeof body === 'string' ? body : '[]'
    const rows = (Array.isArray(JSON.parse(given)) ? JSON.parse(given) : [JSON.parse(given)]) as object[]
    const columns = Object.keys(rows[0] ?? {}).map((name) => `"${name}"`)
    const called = url.pathname.includes('/rpc/') ? await call(database, table, given) : undefined
    const source = `json_populate_recordset(NULL::${table}, '${JSON.stringify(rows).replaceAll("'", "''")}')`
    try {
      const sets = columns.map((name) => `${name} = given.${name}`).join(', ')
      await database.exec(
        called !== undefined
          ? called
          : method === 'GET'
            ? `SELECT * FROM ${table}${where}`
            : method === 'DELETE'
              ? `DELETE FROM ${table}${where}`
              : method === 'PATCH'
                ? `WITH given AS (SELECT * FROM ${source}) UPDATE ${table} SET ${sets} FROM given${where.replaceAll('("', `(${table}."`)}`
                : `INSERT INTO ${table} (${columns.join()}) SELECT ${columns.join()} FROM ${source} ON CONFLICT DO NOTHING`,
      )
      return new Response('[]', { status: 200, headers: { 'content-type': 'application/json' } })
    } catch (error) {
      return Response.json(
        { message: (error as Error).message, code: (error as { code?: string }).code },
        { status: 400 },
      )
    }
  }
}

/** A function's call with arguments from JSON, each of its own type. */
async function call(database: PGlite, name: string, json: string): Promise<string> {
  const args = Object.keys(JSON.parse(json) as object)
  const { rows } = await database.query<{ name: string; type: string }>(
    `SELECT name, format_type(proargtypes[nr - 1], NULL) AS type FROM pg_proc, unnest(proargnames) WITH ORDINALITY given (name, nr)
      WHERE oid = '${name}'::regproc AND name = ANY ($1)`,
    [args],
  )
  const columns = rows.map((each) => `"${each.name}" ${each.type}`).join()
  const given = args.map((each) => `"${each}" => given."${each}"`).join()
  return `SELECT ${name}(${given}) FROM json_to_record('${json.replaceAll("'", "''")}') given (${columns})`
}

const OPERATORS: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  cs: '@>',
  cd: '<@',
  ov: '&&',
}

/** `status.not.eq.online`, `or.(a.eq.1,b.eq.2)` as SQL. */
function condition(text: string): string {
  const [, junction, inside] = /^(and|or)\.?\((.*)\)$/s.exec(text) ?? []
  if (junction !== undefined) return `(${items(inside!).map(condition).join(` ${junction} `)})`
  const [, column, not, operator, value] = /^(\w+)\.(not\.)?(\w+)\.(.*)$/s.exec(text)!
  const quoted = (one: string) => `'${one.replace(/^"(.*)"$/, '$1').replaceAll("'", "''")}'`
  const right =
    operator === 'in'
      ? `= ANY ('{${items(value!.slice(1, -1)).join()}}')`
      : `${OPERATORS[operator!]!} ${quoted(value!)}`
  return `${not ? 'NOT ' : ''}("${column!}" ${right})`
}

/** The parts between commas that stand in no parentheses, braces or quotes. */
function items(text: string): string[] {
  const found = ['']
  let depth = 0
  let isQuoted = false
  for (const char of text) {
    if (char === '"') isQuoted = !isQuoted
    if ('({'.includes(char)) depth++
    if (')}'.includes(char)) depth--
    if (char === ',' && depth === 0 && !isQuoted) found.push('')
    else found[found.length - 1] += char
  }
  return found
}
