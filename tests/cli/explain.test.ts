import { describe, expect, it } from 'vitest'
import { Files } from '../project/files.js'
import { run } from './run.js'

const files = {
  'migrations/1.sql':
    "CREATE TYPE mood AS ENUM ('happy', 'sad');\nCREATE TABLE people (mood mood, note text);",
  'src/a.ts': `const WORD = 'glad'
db.query("UPDATE people SET mood = 'hapy', note = 'x' WHERE mood = 'sad'")
db.query('UPDATE people SET mood = $1', [WORD])
title('Update your mood from the settings')
db.query("SELECT * FROM elsewhere WHERE mood = 'x'")
db.query("UPDATE people SET WHERE mood = 'x'")
`,
  'src/q.sql': "SELECT * FROM people WHERE mood = 'hapy';\n",
}

async function explain(place: string, ...more: string[]): Promise<string> {
  const { dir } = new Files(files)
  const { code, stdout, stderr } = await run(dir, 'explain', place, ...more)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout
}

describe('pg-enum explain', () => {
  it('says which statement of which migration decides about each string', async () => {
    expect(await explain('src/a.ts:2')).toMatchInlineSnapshot(`
      "2:10 Read as SQL in a string: 2 strings meet a closed set of values.
        SQL: UPDATE people SET mood = 'hapy', note = 'x' WHERE mood = 'sad'
        2:36 "hapy" is written to people.mood, enum mood (1.sql:1), which does not have it: a report. It has "happy", "sad". Found as SQL in a string.
        2:68 "sad" is compared with people.mood, enum mood (1.sql:1), which has it since 1.sql:1: no report. Found as SQL in a string.
      "
    `)
  })

  it('follows a name to what declares it', async () => {
    expect(await explain('src/a.ts:3')).toMatchInlineSnapshot(`
      "3:10 Read as SQL in a string: 1 string meets a closed set of values.
        SQL: UPDATE people SET mood = $1
        3:42 "glad" (declared as WORD, line 1) is written to people.mood, enum mood (1.sql:1), which does not have it: a report. It has "happy", "sad". Found as SQL in a string.
      "
    `)
  })

  it('says what stopped it', async () => {
    expect(await explain('src/a.ts:4')).toMatchInlineSnapshot(`
      "No string here was checked: none was taken for SQL, for a value in a call of a known library, or for a value of a row.
      "
    `)
    expect(await explain('src/a.ts:5')).toMatchInlineSnapshot(`
      "5:10 It names no table, type or function of the catalog that has to do with a closed set of values.
        SQL: SELECT * FROM elsewhere WHERE mood = 'x'
      "
    `)
    expect(await explain('src/a.ts:6')).toMatchInlineSnapshot(`
      "6:10 It was not checked, because it could not be read as PostgreSQL: syntax error at or near "WHERE".
        SQL: UPDATE people SET WHERE mood = 'x'
      "
    `)
  })

  it('takes a column, and looks no further', async () => {
    expect(await explain('src/a.ts:2:40')).toContain('"hapy"')
    expect(await explain('src/a.ts:2:40')).not.toContain('"sad" is')
  })

  it('reads SQL files', async () => {
    expect(await explain('src/q.sql:1')).toMatchInlineSnapshot(`
      "1:1 Read as SQL: 1 string meets a closed set of values.
        SQL: SELECT * FROM people WHERE mood = 'hapy'
        1:35 "hapy" is compared with people.mood, enum mood (1.sql:1), which does not have it: a report. It has "happy", "sad". Found as SQL of a file.
      "
    `)
  })

  it('takes the settings of the project’s own config', async () => {
    const { dir } = new Files({
      'elsewhere/1.sql': files['migrations/1.sql'],
      'src/a.ts': files['src/a.ts'],
      'eslint.config.mjs':
        "export default [{ files: ['**/*.ts'], settings: { 'pg-enum': { migrations: ['elsewhere'] } } }]\n",
    })
    expect((await run(dir, 'explain', 'src/a.ts:2')).stdout).toContain('"hapy" is written to people.mood')
  })

  it.each([
    [['explain'], 'explain takes one place: pg-enum explain FILE:LINE or FILE:LINE:COLUMN.'],
    [['explain', 'src/a.ts'], 'explain takes one place'],
    [['explain', 'src/b.ts:1'], 'src/b.ts could not be read'],
    [['explain', 'src/a.ts:99'], 'src/a.ts has no line 99: it has 7.'],
  ])('says what is wrong with %j', async (argv, message) => {
    const { dir } = new Files(files)
    const { code, stderr } = await run(dir, ...argv)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })
})
