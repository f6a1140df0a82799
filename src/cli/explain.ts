import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { ESLint, Linter, Rule } from 'eslint'
import type { Trace, TraceEntry } from '../code/trace.js'
import type { CodeUse, Range } from '../code/use.js'
import { findUses } from '../code/uses.js'
import { codeContextOf } from '../codeContext.js'
import type { Project } from '../project.js'
import { mentionDeclared, mentionOrigin } from '../suggest/advice.js'
import { mention, mentionList } from '../suggest/quote.js'
import { isTouched } from '../suggest/touched.js'
import { configFor, isParsingError, loadESLint, loadParser } from './check.js'
import { UsageError, type Command, type CommandContext, type ExitCode } from './command.js'
import { importFrom } from './resolve.js'

/** A place in a file: line and column from 1; without a column the whole line. */
interface Place {
  readonly file: string
  readonly line: number
  readonly column: number | undefined
}

/** What the finders said of one file. */
interface Findings {
  readonly project: Project
  readonly uses: readonly CodeUse[]
  readonly trace: readonly TraceEntry[]
  /** Line from 1, column from 0. */
  locate(offset: number): { line: number; column: number }
}

function readPlace(args: readonly string[], cwd: string): Place {
  const match = /^(.+?):(\d+)(?::(\d+))?$/.exec(args[0] ?? '')
  if (args.length !== 1 || match === null) {
    throw new UsageError('explain takes one place: pg-enum explain FILE:LINE or FILE:LINE:COLUMN.')
  }
  const [, file, line, column] = match
  return {
    file: resolve(cwd, file!),
    line: Number(line),
    column: column === undefined ? undefined : Number(column),
  }
}

/** The settings that the project's own ESLint config has for the file; undefined where it has no config. */
async function ownSettings(eslint: typeof ESLint, file: string, cwd: string): Promise<object | undefined> {
  try {
    const config = (await new eslint({ cwd }).calculateConfigForFile(file)) as Linter.Config | undefined
    return config?.settings?.['pg-enum'] as object | undefined
  } catch {
    return undefined
  }
}

/** Lints the file with one rule, which runs the finders and keeps what they say. */
async function find({ file }: Place, text: string, context: CommandContext): Promise<Findings> {
  const { cwd, migrations } = context
  const [eslint, parser] = await Promise.all([loadESLint(cwd), loadParser(cwd)])
  const module = await importFrom('eslint', cwd)
  const linter = new (
    (module!.Linter ?? (module!.default as Record<string, unknown>).Linter) as typeof Linter
  )({ cwd })
  const settings = migrations.length > 0 ? undefined : await ownSettings(eslint, file, cwd)
  let found: Findings | undefined
  const capture: Rule.RuleModule = {
    create(rule) {
      const run = (): void => {
        const code = codeContextOf(rule)
        if (code === undefined) return
        const trace: TraceEntry[] = []
        const keep: Trace = (entry) => void trace.push(entry)
        const uses = findUses(code, keep)
        found = {
          project: code.project,
          uses,
          trace,
          locate(offset) {
            const { line, column } = rule.sourceCode.getLocFromIndex(offset)
            // ESLint counts the columns of JavaScript from 0, those of SQL files from 1.
            return { line, column: column - ((rule.sourceCode.ast.type as string) === 'SqlFile' ? 1 : 0) }
          },
        }
      }
      return { 'Program:exit': run, 'SqlFile:exit': run }
    },
  }
  const config: Linter.Config[] = [
    ...configFor(context, parser).filter(({ ignores }) => ignores === undefined),
    {
      files: ['**/*'],
      plugins: { explain: { rules: { capture } } },
      rules: { 'pg-enum/no-unknown-value': 'off', 'explain/capture': 'error' },
      ...(settings !== undefined && { settings: { 'pg-enum': settings } }),
    },
  ]
  const messages = linter.verify(text, config, { filename: file, allowInlineConfig: false })
  const fatal = messages.find(isParsingError)
  if (fatal !== undefined) {
    throw new UsageError(`${relative(cwd, file)} could not be read: line ${fatal.line}: ${fatal.message}`)
  }
  if (found === undefined) {
    throw new UsageError(`${relative(cwd, file)} is neither JavaScript nor TypeScript nor SQL.`)
  }
  return found
}

/** Whether a range of the file meets the place. */
function covers({ locate }: Findings, [start, end]: Range, { line, column }: Place): boolean {
  const from = locate(start)
  const to = locate(end)
  if (line < from.line || line > to.line) return false
  if (column === undefined) return true
  return (line > from.line || column - 1 >= from.column) && (line < to.line || column - 1 <= to.column)
}

const WAYS: Readonly<Record<CodeUse['kind'], string>> = {
  write: 'written to',
  compare: 'compared with',
  cast: 'cast to',
  default: 'a default of',
  mirror: 'a mirror of',
}

/** What decides about one string. */
function describe(use: CodeUse, { project, locate }: Findings): string {
  const { value, valueSet, target, kind, range, declared } = use
  const { line, column } = locate(range[0])
  const place = target.label === undefined ? '' : `${target.label}, `
  const known = valueSet.values.find((label) => label.value === value)
  const verdict =
    known !== undefined
      ? `which has it since ${mentionOrigin(known.origin)}: no report.`
      : isTouched(use, project.catalog?.unread ?? [])
        ? `which does not have it, but something that was not read may have added it: no report.`
        : `which does not have it${use.effect === 'reject' ? '' : ', so that it never matches'}: a report. It has ${mentionList(valueSet.values.map((label) => label.value))}.`
  const through = declared === undefined ? '' : ` (${mentionDeclared(declared, project.root)})`
  return `  ${line}:${column + 1} ${mention(value)}${through} is ${WAYS[kind]} ${place}${valueSet.kind} ${valueSet.name} (${mentionOrigin(valueSet.origin)}), ${verdict} Found as ${use.link}.\n`
}

/** SQL on one line, shortened. */
function shorten(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}

export const explain: Command = {
  usage: 'FILE:LINE[:COLUMN]',
  description:
    'Says of each string on the line why it was or was not checked: how it was read as SQL, what it was resolved to, which statement of which migration decides, or what stopped it. Takes the settings of the ESLint config of the project, where it has one.',
  options: {},
  help: {},
  takesArguments: true,
  async run(context): Promise<ExitCode> {
    const { cwd, args, output } = context
    const place = readPlace(args, cwd)
    let text: string
    try {
      text = readFileSync(place.file, 'utf8')
    } catch (error) {
      throw new UsageError(`${relative(cwd, place.file)} could not be read: ${(error as Error).message}`)
    }
    const lines = text.split('\n').length
    if (place.line < 1 || place.line > lines) {
      throw new UsageError(`${relative(cwd, place.file)} has no line ${place.line}: it has ${lines}.`)
    }
    const found = await find(place, text, context)
    for (const { message } of found.project.problems) output.stdout(`${message}\n`)
    const entries = found.trace.filter(({ range }) => covers(found, range, place))
    const uses = found.uses.filter(({ range }) => covers(found, range, place))
    for (const { range, message, sql } of entries) {
      const { line, column } = found.locate(range[0])
      output.stdout(`${line}:${column + 1} ${message}\n`)
      if (sql !== undefined) output.stdout(`  SQL: ${shorten(sql)}\n`)
    }
    for (const use of uses) output.stdout(describe(use, found))
    if (entries.length === 0 && uses.length === 0 && found.project.problems.length === 0) {
      output.stdout(
        'No string here was checked: none was taken for SQL, for a value in a call of a known library, or for a value of a row.\n',
      )
    }
    return 0
  },
}
