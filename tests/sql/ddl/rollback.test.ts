import { describe, expect, it } from 'vitest'
import type { Catalog } from '../../../src/catalog/model.js'
import { checks, migrations, replay } from './replaying.js'
import { replayMigrations } from '../../../src/sql/replay.js'

function names(catalog: Catalog, table = 't'): string[] {
  return catalog.findRelation({ name: table })?.columns.map(({ name }) => name) ?? []
}

describe('what is taken back', () => {
  const made = "CREATE TABLE t (a text, CONSTRAINT k CHECK (a IN ('x')));"

  it.each<readonly [string, string, readonly string[], readonly string[]]>([
    [
      'to a savepoint behind the table',
      `BEGIN; ${made} SAVEPOINT s; ALTER TABLE t ADD COLUMN b text CHECK (b IN ('y')); ROLLBACK TO s; COMMIT;`,
      ['a'],
      ['t.a k: x'],
    ],
    [
      'to a savepoint, and made again',
      `BEGIN; ${made} SAVEPOINT s; ALTER TABLE t DROP CONSTRAINT k; ROLLBACK TO s; ALTER TABLE t ADD b text; COMMIT;`,
      ['a', 'b'],
      ['t.a k: x'],
    ],
    ['with the table', `BEGIN; ${made} ALTER TABLE t ADD COLUMN b text; ROLLBACK;`, [], []],
    [
      'by a command that fails behind others',
      `${made} ALTER TABLE t ADD COLUMN b text, ADD CONSTRAINT l CHECK (a IN ('z')), ADD CONSTRAINT k CHECK (a IN ('y'));`,
      ['a'],
      ['t.a k: x'],
    ],
    [
      'by an exception in a block, of what the block did to what was made before it',
      `DO $$ BEGIN
         CREATE TABLE t (a text, CONSTRAINT k CHECK (a IN ('x')));
         BEGIN
           ALTER TABLE t ADD COLUMN b text NOT NULL, ADD CONSTRAINT l CHECK (a IN ('z'));
           RAISE EXCEPTION 'no';
         EXCEPTION WHEN OTHERS THEN NULL;
         END;
         ALTER TABLE t ADD COLUMN c text;
       END $$;`,
      ['a', 'c'],
      ['t.a k: x'],
    ],
  ])('%s', (_, sql, columns, lists) => {
    expect(names(replay(sql))).toEqual(columns)
    expect(checks(sql)).toEqual(lists)
  })

  it('is not seen in a catalog of the time before', () => {
    const seen: string[][] = []
    const kept: Catalog[] = []
    const sql = `BEGIN; CREATE TABLE t (a text); ALTER TABLE t ADD b text; ALTER TABLE t ADD c text NOT NULL; COMMIT;`
    const last = replayMigrations(
      { migrations: migrations([sql]), unread: [], oneTransaction: false },
      {
        onStatement: (_place, catalog) => kept.push(catalog()),
        onResult: (_place, _error, catalog) => kept.push(catalog()),
      },
    )
    for (const catalog of kept) seen.push(names(catalog))
    const [before, one, two, three] = [[], ['a'], ['a', 'b'], ['a', 'b', 'c']]
    expect(seen).toEqual([before, before, before, one, one, two, two, three, three, three])
    expect(names(last)).toEqual(three)
  })
})
