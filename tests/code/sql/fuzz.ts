import fc from 'fast-check'
import type { Catalog } from '../../../src/catalog/model.js'
import { traceOf, usesIn } from '../helpers.js'

const SNIPPETS = [
  'db.query(`UPDATE workspaces SET status = $1 WHERE id = $2`, [c ? "online" : S.on, ...rest])',
  'sql`SELECT * FROM ${workspaces} w ${c ? sql`WHERE status = ${"online"}` : sql``} ORDER BY ${sql.ref("w.id")}`',
  "let q = 'SELECT * FROM workspaces'; if (c) { p.push(v); q += ` WHERE status = $${p.length}` } f(q, p)",
  "const conds = []; conds.push(`status = '${s}'`); f(`SELECT * FROM workspaces WHERE ${conds.join(' AND ')}`)",
  "knex('workspaces as w').whereRaw('w.status = ? AND ?? = :x', ['online', { x: 1 }]).orderByRaw(`status = ${s}`)",
  "class C { static Q = 'DELETE FROM workspaces WHERE status = '; m({ s = 'online' }) { return this.m(C.Q + `'${s}'`) } }",
  "enum S { on = 'online' } for (const s of Object.values(S)) sql`INSERT INTO workspaces ${sql([{ status: s }], 'status')}`",
  "const f = (s: 'online' | 'x') => format('UPDATE %I SET status = %L', 'workspaces', s); f(...a); f()",
  "qb.createQueryBuilder(W, 'w').where('w.status IN (:...s)', { s: ['online'] }).setParameter('s', null)",
  "const q = SQL`SELECT * FROM workspaces`; q.append(SQL` WHERE status = ${'online'}`).append(` AND status <> 'offline'`)",
  "const q = sql<I>`INSERT INTO workspaces (name, status) VALUES $$rows(name, status!) RETURNING $id!`; q.run({ rows: [{ status: 'x' }] }, db)",
  "const L = ['online', 'x']; f(`SELECT * FROM workspaces WHERE status IN ('${L.join(\"', '\")}')`); f('a' + client.escapeLiteral('b'))",
  "import * as db from 'zapatos/db'; db.sql`UPDATE ${'workspaces'} SET (${db.cols(x)}) = (${db.vals({ status: 'x' })}) WHERE ${{ status: s }}`",
  "function g(o: { s: 'online' | 'x'; l: readonly ('x')[] }) { const p = []; p.push(o.s); return sql`SELECT * FROM workspaces WHERE status = ANY(${o.l}) AND status = ${p[0]}` }",
  "db.none('INSERT INTO workspaces(${this:name}) VALUES(${this:csv})', { status: 'x' }); sql`VALUES ${sql([['a', 'b'], ['c']])}`",
  "export default { text: `WITH x AS (SELECT '{online}'::status[]) SELECT * FROM x, workspaces`, values: [,] }",
]

/** Code with pieces of it deleted, repeated and exchanged. */
export const mutated = fc
  .tuple(
    fc.constantFrom(...SNIPPETS),
    fc.constantFrom(...SNIPPETS),
    fc.array(fc.tuple(fc.nat(400), fc.nat(30), fc.constantFrom('delete', 'repeat', 'insert')), {
      maxLength: 3,
    }),
    fc.constantFrom(
      '',
      "'",
      '`',
      '${',
      '}',
      '\\',
      '$',
      '\r\n',
      '😀',
      '\0',
      '(',
      ')',
      ', ',
      ' status ',
      '?',
      ':s ',
    ),
  )
  .map(([one, two, edits, text]) =>
    edits.reduce((code, [at, length, kind]) => {
      const start = at % (code.length + 1)
      const piece = code.slice(start, start + length)
      if (kind === 'delete') return code.slice(0, start) + code.slice(start + length)
      return code.slice(0, start) + (kind === 'repeat' ? piece + piece : text) + code.slice(start)
    }, `${one}\n${two}`),
  )

/** What must not happen for any code: a fault of ours, or a range outside the file. Undefined where it is no TypeScript, too. */
export function faultOf(code: string, catalog: Catalog): { linted: boolean; fault?: string } {
  try {
    const gaveUp = traceOf(code, catalog).find(({ message }) => message.includes('gave up'))
    if (gaveUp !== undefined) return { linted: true, fault: gaveUp.message }
    for (const { range, edit } of usesIn(code, catalog)) {
      if (range[0] < 0 || range[1] <= range[0] || range[1] > code.length)
        return { linted: true, fault: `range ${range.join('-')}` }
      edit?.write('it\'s "x" `\\${')
    }
    return { linted: true }
  } catch (error) {
    if (/not linted: Parsing error/.test(String(error))) return { linted: false }
    return { linted: true, fault: String((error as Error).stack) }
  }
}
