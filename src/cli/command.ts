import type { ParseArgsConfig } from 'node:util'

/** Where a command writes: a process's streams, or a test's. */
export interface Output {
  stdout(text: string): void
  stderr(text: string): void
}

/** 0: nothing to report. 1: findings. 2: the command could not do its work. */
export type ExitCode = 0 | 1 | 2

export type Options = NonNullable<ParseArgsConfig['options']>

export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>

export interface Command {
  /** What follows the command's name, for the help text. */
  readonly usage: string
  /** A paragraph for the help text. */
  readonly description: string
  /** Options beside the common ones. */
  readonly options: Options
  /** A line of help for each of `options`. */
  readonly help: Readonly<Record<string, string>>
  /** Whether arguments beside options are taken. */
  readonly takesArguments: boolean
  run(context: CommandContext): Promise<ExitCode>
}

export interface CommandContext {
  readonly values: Values
  readonly args: readonly string[]
  /** Absolute. */
  readonly cwd: string
  /** As given: relative to `cwd`. */
  readonly migrations: readonly string[]
  readonly tool: string | undefined
  readonly output: Output
}

/** What a user did wrong, in a full sentence: printed without a stack, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What all commands take. */
export const COMMON_OPTIONS = {
  migrations: { type: 'string', multiple: true },
  tool: { type: 'string' },
  cwd: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options

export const COMMON_HELP: Readonly<Record<keyof typeof COMMON_OPTIONS, string>> = {
  migrations: 'DIR  The folder of the migrations; repeat it where one database has several.',
  tool: 'NAME  The migration tool, where the folder does not tell it.',
  cwd: 'DIR  The folder to work in, in place of the present one.',
  help: 'Show this text.',
}
