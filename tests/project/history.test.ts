import { expect, test } from 'vitest'
import { MigrationHistory } from '../../src/history.js'
import { readMigrationSet } from '../../src/migrations/discover.js'
import { replayMigrations } from '../../src/sql/replay.js'
import { Files } from './files.js'

const TYPE = "CREATE TYPE status AS ENUM ('on');\n"

/** The history of a project's migrations, and what was done for it. */
function historyOf(files: Record<string, string>) {
  const { dir } = new Files(files)
  const location = { root: dir, dir: 'migrations' }
  const done: string[] = []
  const history = new MigrationHistory(
    readMigrationSet(location),
    (set, onMigration) => {
      done.push('replayed')
      return replayMigrations(set, { onMigration })
    },
    (path, text) => {
      done.push(`read with ${path}`)
      return readMigrationSet(location, { path, text })
    },
  )
  const labelsBefore = (path: string, text: string, offset: number): readonly string[] => {
    const type = history.of(path, text)?.before(offset)?.findType({ name: 'status' })
    return type?.kind === 'enum' ? type.labels.map(({ value }) => value) : []
  }
  return { done, history, labelsBefore }
}

test('migrations whose texts are those that were read need no second reading', () => {
  const add = `ALTER TYPE status ADD VALUE 'off';\n`
  const query = `await queryRunner.query(readFileSync(__dirname + '/sql/3.sql', 'utf8'))`
  const { done, labelsBefore } = historyOf({
    'package.json': '{ "dependencies": { "typeorm": "1" } }',
    'migrations/1-first.ts': `import { readFileSync } from 'fs'
export class First1000000000001 implements MigrationInterface { async up(queryRunner) { await queryRunner.query("${TYPE.trim()}") } }`,
    'migrations/2-second.ts': `import { readFileSync } from 'fs'
export class Second1000000000002 implements MigrationInterface { async up(queryRunner) { ${query} } }`,
    'migrations/sql/3.sql': add,
  })
  expect(labelsBefore('migrations/sql/3.sql', add, 0)).toEqual(['on'])
  expect(done).toEqual(['replayed'])
  const other = TYPE.replace('status', 'other')
  expect(labelsBefore('migrations/sql/3.sql', other + add, other.length)).toEqual(['on'])
  expect(done).toEqual(['replayed', 'read with migrations/sql/3.sql'])
})

test('what lies beside the SQL of programs takes it back, as far as no migration runs it', () => {
  const { history, labelsBefore } = historyOf({
    'package.json': '{ "dependencies": { "knex": "3" } }',
    'migrations/1_a.js': `const { readFileSync } = require('fs')
exports.up = (knex) => knex.raw(readFileSync(__dirname + '/sql/up.sql', 'utf8'))`,
    'migrations/sql/up.sql': TYPE,
  })
  const rename = `ALTER TYPE status RENAME VALUE 'on' TO 'off';`
  expect(history.of('migrations/sql/rollback.sql', rename)?.before(0)).toBeUndefined()
  expect(labelsBefore('seeds/1.sql', rename, 0)).toEqual(['on'])
})

test('files that are no migrations share one replay of all that are', () => {
  const { done, history, labelsBefore } = historyOf({ 'migrations/1.sql': TYPE })
  const view = 'CREATE VIEW v AS SELECT 1;'
  expect(labelsBefore('views/1.sql', view, 0)).toEqual(['on'])
  expect(labelsBefore('views/2.sql', view, 0)).toEqual(['on'])
  expect(done).toEqual(['replayed'])
  // What makes again what the migrations have made starts from nothing.
  expect(labelsBefore('dump.sql', `${TYPE}${view}`, 0)).toEqual([])
  expect(labelsBefore('dump.sql', `${TYPE}${view}`, TYPE.length)).toEqual(['on'])
  expect(labelsBefore('schema.sql', TYPE, 0)).toEqual([])
  expect(done).toEqual(['replayed', 'replayed'])
  expect(history.of('migrations/1.sql', TYPE)?.isMigration).toBe(true)
  expect(done).toEqual(['replayed', 'replayed'])
})
