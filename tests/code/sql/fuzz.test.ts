import fc from 'fast-check'
import { expect, test } from 'vitest'
import { traceOf, usesIn } from '../helpers.js'
import { catalog } from './check.js'

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
  "export default { text: `WITH x AS (SELECT '{online}'::status[]) SELECT * FROM x, workspaces`, values: [,] }",
]

/** Code with pieces of it deleted, repeated and exchanged. */
const mutated = fc
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

test('mutated code neither throws nor gives ranges outside the file', () => {
  let linted = 0
  fc.assert(
    fc.property(mutated, (code) => {
      let messages: string[]
      try {
        messages = traceOf(code, catalog).map((t) => t.message)
      } catch (error) {
        // No TypeScript.
        expect(String(error)).toMatch(/not linted: Parsing error/)
        return
      }
      linted++
      expect(messages.filter((m) => m.includes('gave up'))).toEqual([])
      for (const { range, edit } of usesIn(code, catalog)) {
        expect(range[0]).toBeGreaterThanOrEqual(0)
        expect(range[1]).toBeGreaterThan(range[0])
        expect(range[1]).toBeLessThanOrEqual(code.length)
        edit?.write('it\'s "x" `\\${')
      }
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 150), seed: 7 },
  )
  expect(linted).toBeGreaterThan(30)
})
