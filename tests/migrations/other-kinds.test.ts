import { describe, expect, test } from 'vitest'
import { isSurelyDataOnly } from '../../src/migrations/other-kinds.js'

const go = (body: string): string =>
  `package migrations\n\nfunc up(ctx context.Context, tx *sql.Tx) error {\n${body}\n}\n`

describe('surely rows and indexes only', () => {
  test.each([
    ['an update', 'Go', go('tx.ExecContext(ctx, `UPDATE t SET created_at = now()`)')],
    [
      'an insert in TypeScript',
      'TypeScript',
      "export const up = (db) => db.execute(sql`INSERT INTO t VALUES ('x')`)",
    ],
    ['a delete in Python', 'Python', '# drop nothing\ndef upgrade():\n  op.execute("DELETE FROM t")'],
    ['an update of an alias', 'Go', go('tx.ExecContext(ctx, `UPDATE t AS u SET a = 1 FROM v`)')],
    [
      'an index',
      'Go',
      go('tx.ExecContext(ctx, "CREATE UNIQUE INDEX i ON t (a)")\n// ALTER TYPE comes later'),
    ],
    [
      'a function of its own',
      'Go',
      `${go('return fill(ctx, tx)')}func fill(ctx, db) {\n db.Exec("INSERT INTO t VALUES (1)")\n}\n`,
    ],
    [
      'a job for later, by name',
      'TypeScript',
      "import { enqueue } from '@x/jobs'\nexport default async function () {\n  await enqueue('fill_course_id')\n}",
    ],
  ])('%s', (_, language, code) => {
    expect(isSurelyDataOnly(code, language)).toBe(true)
  })
})

describe('not surely', () => {
  test.each([
    ['a type', 'Go', go("tx.ExecContext(ctx, `UPDATE t SET a = 1; ALTER TYPE s ADD VALUE 'x'`)")],
    ['a builder', 'TypeScript', "db.execute(`INSERT INTO t VALUES (1)`)\nschema.createTable('x')"],
    ['nothing that it does', 'Go', go('return nil')],
    ['a builder of its own', 'TypeScript', "import { M } from 'x'\nexport default (db) => new M(db).up()"],
    ['a connection of its own', 'JavaScript', "const { up } = require('x')\nmodule.exports = () => up(pool)"],
    ['a function from elsewhere', 'Go', go('tx.Exec("DELETE FROM t")\nreturn fill(ctx, tx)')],
    ['a function of another package', 'Go', go('tx.Exec("DELETE FROM t")\nreturn helpers.Run(ctx, tx)')],
    ['another file', 'JavaScript', "const { x } = require('./x')\ndb.query(`DELETE FROM t`)"],
    ['a function in SQL', 'Go', go('tx.Exec("DELETE FROM t; SELECT create_partition(1)")')],
    [
      'after what looks like a comment',
      'TypeScript',
      "db.query(`UPDATE t SET a = b // 2; ALTER TYPE s ADD VALUE 'x'`)",
    ],
    ['after a hash in a string', 'JavaScript', 'db.query(`UPDATE t SET a = 1;\n # DROP TYPE s`)'],
    ['a block', 'Go', go('tx.Exec("DELETE FROM t; DO $$ BEGIN END $$")')],
    ['the catalog itself', 'Go', go('tx.Exec("DELETE FROM pg_enum")')],
  ])('%s', (_, language, code) => {
    expect(isSurelyDataOnly(code, language)).toBe(false)
  })

  test('a function of the same Go package, by what it does', () => {
    const code = go('tx.Exec("DELETE FROM t")\nreturn fill(ctx, tx)')
    const sibling = (body: string) => {
      return [{ path: 'm/a.go', name: 'a.go', text: () => `func fill(ctx, db) error {\n${body}\n}\n` }]
    }
    expect(isSurelyDataOnly(code, 'Go', sibling('  db.Exec("DELETE FROM u")'))).toBe(true)
    expect(isSurelyDataOnly(code, 'Go', sibling('  db.Exec("DROP TABLE u")'))).toBe(false)
    expect(isSurelyDataOnly(code, 'Go', sibling('  more(ctx, db)'))).toBe(false)
  })
})
