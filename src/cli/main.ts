import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { nearest } from '../suggest/nearest.js'
import { mention } from '../suggest/quote.js'
import { version } from '../version.js'
import { COMMON_HELP, COMMON_OPTIONS, UsageError } from './command.js'
import type { Command, ExitCode, Options, Output, Values } from './command.js'

interface Entry {
  readonly summary: string
  /** Each command is loaded when it is asked for. */
  load(): Promise<Command>
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  check: {
    summary: 'Lint with no config of your own.',
    load: async () => (await import('./check.js')).check,
  },
  schema: {
    summary: 'Show what the migrations leave behind: enums, their values, the columns that have them.',
    load: async () => (await import('./schema.js')).schema,
  },
  explain: {
    summary: 'Say why each string on a line was or was not checked.',
    load: async () => (await import('./explain.js')).explain,
  },
}

function didYouMean(word: string, known: readonly string[]): string {
  const [meant] = nearest(word, known)
  return meant === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${meant}?`
}

/** Two columns, the first as wide as its widest cell. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('')
}

function optionRows(options: Options, help: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(options).map(([name, { short }]) => {
    const [, argument = '', text] = /^([A-Z:]+ {2})?(.*)$/s.exec(help[name] ?? '')!
    const flag = `--${name}${argument === '' ? '' : ` ${argument.trim()}`}`
    return [short === undefined ? flag : `-${short}, ${flag}`, text ?? '']
  })
}

function generalHelp(): string {
  return [
    'Usage: pg-enum COMMAND [options]\n\nCommands:\n',
    columns(Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary])),
    '\nOptions of all commands:\n',
    columns([...optionRows(COMMON_OPTIONS, COMMON_HELP), ['--version', 'Show the version.']]),
    '\n`pg-enum COMMAND --help` tells more. Exit code 0: nothing to report, 1: findings, 2: it could not be done.\n',
  ].join('')
}

function commandHelp(name: string, command: Command): string {
  const options = { ...command.options, ...COMMON_OPTIONS }
  return [
    `Usage: pg-enum ${name} ${command.usage}\n\n${command.description}\n\nOptions:\n`,
    columns(optionRows(options, { ...COMMON_HELP, ...command.help })),
  ].join('')
}

/** The options and arguments of a command; throws a {@link UsageError} for what it does not take. */
function readArguments(
  name: string,
  command: Command,
  args: string[],
): { values: Values; positionals: string[] } {
  const options: Options = { ...command.options, ...COMMON_OPTIONS }
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option === undefined) {
      const known = Object.keys(options).map((key) => `--${key}`)
      throw new UsageError(
        `pg-enum ${name} has no option ${token.rawName}. ${didYouMean(token.rawName, known)}`,
      )
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value, but was given ${mention(token.value)}.`)
    }
    if (option.type === 'string' && (token.value === undefined || /^--?[a-z]/.test(token.value))) {
      throw new UsageError(`${token.rawName} needs a value.`)
    }
  }
  const { values, positionals } = parseArgs({ args, options, strict: false, allowPositionals: true })
  if (positionals.length > 0 && !command.takesArguments) {
    throw new UsageError(`pg-enum ${name} takes no argument, but was given ${mention(positionals[0]!)}.`)
  }
  return { values, positionals }
}

function workingDirectory(given: unknown, start: string): string {
  const cwd = resolve(start, typeof given === 'string' ? given : '.')
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`The folder ${cwd} given with --cwd does not exist.`)
  }
  return cwd
}

async function run(argv: readonly string[], output: Output, start: string): Promise<ExitCode> {
  const [name, ...args] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    output[name === undefined ? 'stderr' : 'stdout'](generalHelp())
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    output.stdout(`${version}\n`)
    return 0
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new UsageError(
      `pg-enum has no command ${mention(name)}. ${didYouMean(name, Object.keys(COMMANDS))}`,
    )
  }
  const command = await COMMANDS[name]!.load()
  const { values, positionals } = readArguments(name, command, args)
  if (values.help === true) {
    output.stdout(commandHelp(name, command))
    return 0
  }
  return command.run({
    values,
    args: positionals,
    cwd: workingDirectory(values.cwd, start),
    migrations: (values.migrations ?? []) as readonly string[],
    tool: values.tool as string | undefined,
    output,
  })
}

/**
 * Runs the command line `argv` (without node and script). Never rejects.
 *
 * @param start Absolute path that `--cwd` is relative to.
 */
export async function main(
  argv: readonly string[],
  output: Output,
  start = process.cwd(),
): Promise<ExitCode> {
  try {
    return await run(argv, output, start)
  } catch (error) {
    const message = error instanceof UsageError ? error.message : error instanceof Error ? error.stack : error
    output.stderr(`${String(message)}\n`)
    return 2
  }
}
