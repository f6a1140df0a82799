import { posix } from 'node:path'
import { parseModule } from '../javascript.js'
import { textOf } from '../marks.js'
import type { Folder, Migration, SourceFile, SqlPiece, UnreadSource } from '../migration.js'
import { baseName, unreadMigration } from '../pieces.js'
import { Evaluator } from './evaluate.js'
import { GiveUp, Thrown } from './machine.js'
import type { Entry, ProgramTool } from './tool.js'
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

  constructor(
    private readonly folder: Folder,
    private readonly tool: ProgramTool,
  ) {}

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
      return new Evaluator(this.module(name, text), this.tool).exports(program)
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

/** A migration of a program, with the name that its tool goes by, where that is not the file's. */
export interface ProgramMigration {
  readonly migration: Migration
  readonly name: string | undefined
}

/** The migrations of one file. */
function migrationsOf(file: SourceFile, modules: Modules, tool: ProgramTool): ProgramMigration[] {
  const unread = (reason: string): ProgramMigration[] => [
    { migration: unreadMigration(file, reason), name: undefined },
  ]
  let text: string
  try {
    text = file.text()
  } catch (error) {
    return unread((error as Error).message)
  }
  const program = parseModule(text, /ts$/.test(file.name))
  if ('reason' in program) return unread(program.reason)
  try {
    const found: ProgramMigration[] = []
    // Each migration of a file has an evaluator of its own, which its module is read for anew.
    for (let index = 0, count = 1; index < count; index++) {
      const evaluator = new Evaluator(modules.module(file.name, text), tool)
      const entries = tool.entries(evaluator.exports(program), evaluator)
      if (typeof entries === 'string') return unread(entries)
      count = entries.length
      const entry = entries[index]
      if (entry !== undefined)
        found.push({ migration: migrationOf(file, entry, evaluator.migrate(entry)), name: entry.name })
    }
    return found
  } catch (error) {
    if (error instanceof GiveUp || error instanceof Thrown) return unread(error.message)
    if (!(error instanceof RangeError)) throw error
    return unread('it is nested too deeply to be read')
  }
}

function migrationOf(file: SourceFile, { transaction }: Entry, steps: readonly Step[]): Migration {
  return {
    name: baseName(file.name),
    file: file.path,
    pieces: steps.flatMap((step) => ('sql' in step ? [pieceOf(step)] : [])),
    transaction,
    unread: steps.flatMap((step) => ('sql' in step ? [] : [unreadOf(step, file)])),
  }
}

/**
 * The migrations that files of a folder are programs of, in the order of the files. What can't be followed is unread; never
 * throws.
 */
export function readPrograms(
  folder: Folder,
  files: readonly SourceFile[],
  tool: ProgramTool,
): ProgramMigration[] {
  const modules = new Modules(folder, tool)
  return files.flatMap((file) => migrationsOf(file, modules, tool))
}
