import { posix } from 'node:path'
import { parseModule } from '../javascript.js'
import { textOf } from '../marks.js'
import type { Folder, Migration, SourceFile, SqlPiece, UnreadSource } from '../migration.js'
import { baseName, unreadMigration } from '../pieces.js'
import { Evaluator } from './evaluate.js'
import { GiveUp, Thrown } from './machine.js'
import type { Module, Step, Value } from './values.js'

/** The files that a relative import may mean, of which TypeScript writes some with the ending that they will have. */
function candidates(path: string): string[] {
  const stem = path.replace(/\.([cm]?)js$/, '')
  if (stem !== path) return [`${stem}.ts`, path]
  if (/\.[cm]?ts$/.test(path)) return [path]
  return [`${path}.ts`, `${path}.js`, `${path}.cjs`, `${path}/index.ts`, `${path}/index.js`]
}

/** The code that migrations import from the project's files: each file is evaluated once. */
class Modules {
  readonly #exports = new Map<string, ReadonlyMap<string, Value>>()

  constructor(private readonly folder: Folder) {}

  /** The file at a path relative to the folder as a module. */
  module(path: string, text: string): Module {
    const dir = posix.dirname(path)
    return {
      text,
      dir,
      load: (specifier) => this.#load(posix.join(dir, specifier)),
      read: (other) => {
        const file = this.folder.file(posix.normalize(other))
        return file && { path: file.path, text: textOf(file) }
      },
    }
  }

  #load(path: string): ReadonlyMap<string, Value> | undefined {
    for (const name of candidates(path)) {
      const known = this.#exports.get(name)
      if (known !== undefined) return known
      const file = this.folder.file(name)
      if (file === undefined) continue
      // A circle of imports sees nothing of what is still being evaluated.
      this.#exports.set(name, new Map())
      const exports = this.#evaluate(name, textOf(file))
      this.#exports.set(name, exports)
      return exports
    }
    return undefined
  }

  #evaluate(name: string, text: string): ReadonlyMap<string, Value> {
    const program = parseModule(text, /ts$/.test(name))
    if ('reason' in program) return new Map()
    try {
      return new Evaluator(this.module(name, text)).exports(program)
    } catch {
      // Too long or too deep to be followed: nothing of it is constant.
      return new Map()
    }
  }
}

function pieceOf({ sql, line, file }: Extract<Step, { sql: string }>): SqlPiece {
  return { text: sql, line, ...(file === undefined ? {} : { file }) }
}

function unreadOf(
  { unread, line, text, statement }: Extract<Step, { unread: string }>,
  file: SourceFile,
): UnreadSource {
  return { file: file.path, line, reason: unread, text, ...(statement === undefined ? {} : { statement }) }
}

function migrationOf(file: SourceFile, modules: Modules): Migration {
  let text: string
  try {
    text = file.text()
  } catch (error) {
    return unreadMigration(file, (error as Error).message)
  }
  const program = parseModule(text, /\.ts$/.test(file.name))
  if ('reason' in program) return unreadMigration(file, program.reason)
  let steps: readonly Step[] | undefined
  try {
    const evaluator = new Evaluator(modules.module(file.name, text))
    const up = evaluator.up(program)
    steps = up && evaluator.migrate(up)
  } catch (error) {
    if (error instanceof GiveUp || error instanceof Thrown) return unreadMigration(file, error.message)
    if (!(error instanceof RangeError)) throw error
    return unreadMigration(file, 'it is nested too deeply to be read')
  }
  if (steps === undefined) return unreadMigration(file, 'the file exports no function up')
  return {
    name: baseName(file.name),
    file: file.path,
    pieces: steps.flatMap((step) => ('sql' in step ? [pieceOf(step)] : [])),
    transaction: !/\bconfig\b[^;]*\btransaction\s*:\s*false/.test(text),
    unread: steps.flatMap((step) => ('sql' in step ? [] : [unreadOf(step, file)])),
  }
}

/** The migrations that files of a folder are, in the order of the files. What can't be followed is unread; never throws. */
export function readKnexMigrations(folder: Folder, files: readonly SourceFile[]): Migration[] {
  const modules = new Modules(folder)
  return files.map((file) => migrationOf(file, modules))
}
