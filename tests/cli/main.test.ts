import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { version } from '../../src/version.js'
import { run } from './run.js'

const cwd = tmpdir()

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('%s lists the commands', async (flag) => {
    const { code, stdout } = await run(cwd, flag)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}check +Lint /m)
    expect(stdout).toMatch(/^ {2}schema +Show /m)
    expect(stdout).toMatch(/--migrations DIR +The folder/)
  })

  it('tells the options of a command', async () => {
    const { code, stdout } = await run(cwd, 'schema', '--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Usage: pg-enum schema /)
    for (const option of ['--json', '--until', '--at', '--migrations', '--tool', '--cwd']) {
      expect(stdout).toContain(option)
    }
  })

  it('tells the version', async () => {
    expect(await run(cwd, '--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    expect(version).toMatch(/^\d+\.\d+\.\d+/)
  })
})

describe('what is wrong', () => {
  it.each([
    [['chek'], 'pg-enum has no command "chek". Did you mean check?\n'],
    [['frobnicate'], /^pg-enum has no command "frobnicate"\. There are check, schema, [a-z, -]+\.\n$/],
    [['constructor'], /^pg-enum has no command "constructor"\. There are check, /],
    [['schema', '--jsn'], 'pg-enum schema has no option --jsn. Did you mean --json?\n'],
    [['schema', '-x'], /^pg-enum schema has no option -x\. There are --json, /],
    [['schema', '--json=1'], '--json takes no value, but was given "1".\n'],
    [['schema', '--migrations'], '--migrations needs a value.\n'],
    [['schema', '--migrations', '--json'], '--migrations needs a value.\n'],
    [['schema', 'db'], 'pg-enum schema takes no argument, but was given "db".\n'],
    [['schema', '--cwd', 'nowhere'], /^The folder .*nowhere given with --cwd does not exist\.\n$/],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await run(cwd, ...argv)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    if (typeof message === 'string') expect(stderr).toBe(message)
    else expect(stderr).toMatch(message)
  })

  it('says how to use it when it is given nothing', async () => {
    const { code, stderr } = await run(cwd)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^Usage: pg-enum COMMAND/)
  })
})
