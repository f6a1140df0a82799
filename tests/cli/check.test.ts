import { readFileSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Files } from '../project/files.js'
import { run } from './run.js'

const project = {
  'migrations/1.sql': "CREATE TYPE mood AS ENUM ('happy', 'sad');\nCREATE TABLE people (mood mood);",
  'src/right.ts': "export const q = (db: Db): void => db.query(`UPDATE people SET mood = 'happy'`)\n",
  'src/wrong.ts': "export const q = (db: Db): void => db.query(`UPDATE people SET mood = 'hapy'`)\n",
}

describe('pg-enum check', () => {
  it('lints TypeScript, JavaScript and SQL with no config', async () => {
    const { dir } = new Files({
      ...project,
      'src/x.jsx': "db.query(`UPDATE people SET mood = 'glad'`); <a/>\n",
    })
    const { code, stdout, stderr } = await run(dir, 'check')
    expect(stdout.replaceAll(dir, '')).toMatchSnapshot()
    expect(stderr).toBe('Checked 4 files.\n')
    expect(code).toBe(1)
  })

  it('lints the paths it is given', async () => {
    const { dir } = new Files(project)
    expect(await run(dir, 'check', 'src/right.ts')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Checked 1 file.\n',
    })
    expect(await run(dir, 'check', 'src/wrong.ts')).toMatchObject({ code: 1 })
  })

  it('takes the folder of migrations, its tool and the working directory', async () => {
    const { 'migrations/1.sql': sql, ...code } = project
    const { dir } = new Files({
      ...code,
      'elsewhere/001_a.up.sql': sql,
      'elsewhere/001_a.down.sql': 'DROP TYPE mood;',
    })
    const argv = ['check', '--cwd', dir, '--migrations', 'elsewhere', '--tool', 'golang-migrate']
    const { code: exit, stdout } = await run('/', ...argv)
    expect(stdout).toMatch(/"hapy" is not a value of enum mood \(people\.mood, 001_a\.up\.sql:1\)/)
    expect(exit).toBe(1)
  })

  it('leaves a config of the project aside, and rules of others', async () => {
    const { dir } = new Files({
      ...project,
      'eslint.config.js': 'throw new Error("not to be loaded")',
      'src/right.ts':
        '/* eslint other/rule: "error" */\n// eslint-disable-next-line other/rule\nexport const x = 1\n',
    })
    expect((await run(dir, 'check', 'src/right.ts')).code).toBe(0)
  })

  it('leaves out what git leaves out', async () => {
    const { dir } = new Files({
      ...project,
      '.gitignore': '# built\n/dist/\n*.gen.ts\n\n!keep.gen.ts\n',
      'dist/wrong.ts': project['src/wrong.ts'],
      'src/deep/a.gen.ts': project['src/wrong.ts'],
      'src/deep/keep.gen.ts': project['src/wrong.ts'],
      'src/dist/a.ts': project['src/right.ts'],
    })
    expect((await run(dir, 'check')).stderr).toBe('Checked 5 files.\n')
  })

  it('applies what is certain with --fix', async () => {
    const files = new Files({ ...project, 'src/wrong.ts': project['src/wrong.ts'].replace('hapy', 'HAPPY') })
    expect((await run(files.dir, 'check', '--fix')).code).toBe(0)
    expect(readFileSync(files.path('src/wrong.ts'), 'utf8')).toContain("'happy'")
  })

  it('goes red where there are no migrations, and on a file that does not parse', async () => {
    const { dir } = new Files({ 'src/wrong.ts': project['src/wrong.ts'] })
    const none = await run(dir, 'check')
    expect(none.stdout).toMatch(/No SQL migrations for Postgres were found/)
    expect(none.code).toBe(1)
    const { dir: other } = new Files({ ...project, 'src/wrong.ts': 'const = 1' })
    expect((await run(other, 'check')).stdout).toMatch(/Parsing error/)
  })

  it('takes no comment for another version of ESLint as an error', async () => {
    const { dir } = new Files({ ...project, 'src/wrong.ts': '/* eslint-env node */\nconst a = 1' })
    expect(await run(dir, 'check')).toMatchObject({ code: 0, stdout: '' })
  })

  it('says what is wrong with a path', async () => {
    const { code, stderr } = await run(new Files(project).dir, 'check', 'nowhere')
    expect(stderr).toMatch(/nowhere/)
    expect(stderr).not.toMatch(/ {4}at /)
    expect(code).toBe(2)
  })

  it('is green where there is nothing to lint', async () => {
    expect(await run(new Files().dir, 'check')).toEqual({ code: 0, stdout: '', stderr: 'Checked 0 files.\n' })
  })

  it('takes ESLint from the project', async () => {
    const files = new Files({ ...project, 'node_modules/x/index.js': '' })
    symlinkSync(new URL('../../node_modules/eslint9', import.meta.url), files.path('node_modules/eslint'))
    expect((await run(files.dir, 'check')).code).toBe(1)
  })
})
