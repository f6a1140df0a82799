import { describe, expect, it } from 'vitest'
import type { Catalog } from '../../../src/catalog/model.js'
import { checks, replay } from './replaying.js'

function names(catalog: Catalog): string[] {
  return catalog.findRelation({ name: 't' })?.columns.map(({ name }) => name) ?? []
}

function constraints(catalog: Catalog): string[] {
  return catalog.findRelation({ name: 't' })?.constraints.map(({ name }) => name) ?? []
}

describe('what is taken back', () => {
  const made = "CREATE TABLE t (a text, CONSTRAINT k CHECK (a IN ('x')));"

  it.each<readonly [string, string, readonly string[], readonly string[]]>([
    [
      'to a savepoint behind the table',
      `BEGIN; ${made} SAVEPOINT s; ALTER TABLE t ADD CONSTRAINT l CHECK (a IN ('z')); ROLLBACK TO s; COMMIT;`,
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
           ALTER TABLE t ADD CONSTRAINT l CHECK (a IN ('z'));
           ALTER TABLE t ADD COLUMN b text NOT NULL;
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
    const kept: Catalog[] = []
    const sql = `BEGIN; CREATE TABLE t (a text); ALTER TABLE t ADD CONSTRAINT k CHECK (a IN ('x'));
      ALTER TABLE t ADD CONSTRAINT l CHECK (a IN ('y')); ALTER TABLE t ALTER a SET NOT NULL; COMMIT;`
    const last = replay(sql, { onStatement: (_place, catalog) => kept.push(catalog()) })
    const all = ['k', 'l', 't_a_not_null']
    expect(kept.map(constraints)).toEqual([[], [], [], ['k'], ['k', 'l'], all])
    expect(constraints(last)).toEqual(all)
    const isNotNull = kept.map((catalog) => catalog.findRelation({ name: 't' })?.columns[0]?.notNull)
    expect(isNotNull).toEqual([undefined, undefined, false, false, false, true])
  })
})
