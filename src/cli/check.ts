import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ESLint, Linter } from 'eslint'
import plugin, { recommendedRules } from '../index.js'
import type { SettingsInput } from '../settings.js'
import { UsageError, type Command, type CommandContext, type ExitCode } from './command.js'
import { importFrom } from './resolve.js'

const TYPESCRIPT = ['**/*.{ts,tsx,mts,cts}']
const SQL = ['**/*.sql']
const JAVASCRIPT = ['**/*.{js,jsx,mjs,cjs}']

/** The project's own ESLint class. */
export async function loadESLint(cwd: string): Promise<typeof ESLint> {
  const eslint = await importFrom('eslint', cwd)
  if (eslint === undefined)
    throw new UsageError('ESLint is not installed. Run: npm install --save-dev eslint')
  return (eslint.ESLint ?? (eslint.default as { ESLint?: unknown }).ESLint) as typeof ESLint
}

/** The parser for TypeScript, from either of the packages that bring it. */
export async function loadParser(cwd: string): Promise<Linter.Parser | undefined> {
  const parser = await importFrom('@typescript-eslint/parser', cwd)
  if (parser !== undefined) return (parser.parseForESLint ? parser : parser.default) as Linter.Parser
  const both = await importFrom('typescript-eslint', cwd)
  return (both?.parser ?? (both?.default as { parser?: unknown } | undefined)?.parser) as
    Linter.Parser | undefined
}

const NO_PARSER = '@typescript-eslint/parser is not installed'

/** Stands where the parser for TypeScript is missing, so that the files it would have read can be counted. */
const noParser: Linter.Parser = {
  parse() {
    throw new Error(NO_PARSER)
  },
}

function isWithoutParser({ messages }: ESLint.LintResult): boolean {
  return messages.some(({ fatal, message }) => fatal === true && message.endsWith(NO_PARSER))
}

/** The lines of .gitignore as ESLint's ignore patterns: what git leaves alone is built or foreign. */
function ignoredByGit(cwd: string): string[] {
  const path = join(cwd, '.gitignore')
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const negated = line.startsWith('!')
      const pattern = negated ? line.slice(1) : line
      const anchored = pattern.replace(/\/$/, '').includes('/')
      const glob = anchored ? pattern.replace(/^\//, '') : `**/${pattern}`
      return `${negated ? '!' : ''}${glob}`
    })
}

/** The config of `check`: JavaScript, TypeScript and SQL, and where the options say that the migrations are. */
export function configFor(context: CommandContext, parser: Linter.Parser | undefined): Linter.Config[] {
  const { migrations, tool, cwd } = context
  const settings: SettingsInput =
    migrations.length === 0
      ? {}
      : { migrations: migrations.map((dir) => (tool === undefined ? { dir } : { dir, tool })), basePath: cwd }
  return [
    { ignores: ['**/*.min.js', '**/.yarn/', '**/.pnp.*', ...ignoredByGit(cwd)] },
    // The parser for TypeScript also reads modules that call themselves CommonJS, and other slips.
    {
      files: JAVASCRIPT,
      languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } }, ...(parser && { parser }) },
    },
    { files: TYPESCRIPT, languageOptions: { parser: parser ?? noParser } },
    { files: SQL, plugins: { 'pg-enum': plugin }, language: 'pg-enum/sql' },
    {
      files: [...JAVASCRIPT, ...TYPESCRIPT, ...SQL],
      plugins: { 'pg-enum': plugin },
      rules: recommendedRules,
      settings: { 'pg-enum': settings },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
    },
  ]
}

/** Whether a file could not be read. A comment for another version of ESLint (`eslint-env`) is fatal to it, too. */
export function isParsingError({ fatal, message }: Linter.LintMessage): boolean {
  return fatal === true && message.startsWith('Parsing error')
}

/** Comments in the linted files may configure rules of other plugins, which are not here. */
function isOurs(message: Linter.LintMessage): boolean {
  return isParsingError(message) || (message.ruleId?.startsWith('pg-enum/') ?? false)
}

/** The result with nothing but what this plugin, or the parser, has to say. */
function ownResult(result: ESLint.LintResult): ESLint.LintResult {
  const messages = result.messages.filter(isOurs)
  const errors = messages.filter(({ severity }) => severity === 2)
  return {
    ...result,
    messages,
    errorCount: errors.length,
    warningCount: messages.length - errors.length,
    fixableErrorCount: errors.filter(({ fix }) => fix).length,
    fixableWarningCount: 0,
  }
}

/** Files, as a count for a sentence. */
function count(files: number, kind = ''): string {
  return `${files} ${kind}file${files === 1 ? '' : 's'}`
}

async function lint(eslint: ESLint, paths: readonly string[]): Promise<ESLint.LintResult[]> {
  try {
    return (await eslint.lintFiles([...paths])).map(ownResult)
  } catch (error) {
    // ESLint's own words for a path that does not exist or is ignored.
    const { message, messageTemplate } = error as { message: string; messageTemplate?: string }
    throw messageTemplate === undefined ? error : new UsageError(message)
  }
}

export const check: Command = {
  usage: '[paths]',
  description:
    'Reports every string in JavaScript, TypeScript and SQL files that reaches an enum column and is not one of its values. Lints the paths, by default the working directory, with no config of your own; ESLint and a parser for TypeScript are taken from the project.',
  options: { fix: { type: 'boolean' } },
  help: { fix: 'Apply what is certain: values that a migration renamed, and their case and separators.' },
  takesArguments: true,
  async run(context): Promise<ExitCode> {
    const { cwd, args, values, output } = context
    const [ESLintClass, parser] = await Promise.all([loadESLint(cwd), loadParser(cwd)])
    const eslint = new ESLintClass({
      cwd,
      overrideConfigFile: true,
      overrideConfig: configFor(context, parser),
      errorOnUnmatchedPattern: args.length > 0,
      fix: values.fix === true,
    })
    const results = await lint(eslint, args.length === 0 ? ['.'] : args)
    if (values.fix === true) await ESLintClass.outputFixes(results)
    const unread = results.filter(isWithoutParser)
    const read = results.filter((result) => !isWithoutParser(result))
    const formatter = await eslint.loadFormatter('stylish')
    output.stdout(await formatter.format(read, { cwd, rulesMeta: {} } as ESLint.LintResultData))
    output.stderr(`Checked ${count(read.length)}.\n`)
    if (unread.length > 0) {
      output.stderr(
        `${count(unread.length, 'TypeScript ')} could not be read: ${NO_PARSER}. Run: npm install --save-dev @typescript-eslint/parser typescript\n`,
      )
      return 2
    }
    return read.some(({ errorCount }) => errorCount > 0) ? 1 : 0
  },
}
