import { parseModule } from '../javascript.js'
import type { Folder, Migration, SourceFile, SqlPiece, UnreadSource } from '../migration.js'
import { baseName, unreadMigration } from '../pieces.js'
import { Evaluator } from './evaluate.js'
import { ImportedModules } from './imported.js'
import { GiveUp, Thrown } from './machine.js'
import type { Entry, ProgramTool } from './tool.js'
import type { Step } from './values.js'

function pieceOf({ sql, line, file }: Extract<Step, { sql: string }>, modules: ImportedModules): SqlPiece {
  if (file === undefined) return { text: sql, line }
  return { text: sql, line, file, ...(modules.isAllOf(file, sql) ? { offset: 0 } : {}) }
}

function unreadOf(
  { unread, line, text, statement }: Extract<Step, { unread: string }>,
  file: SourceFile,
  limit: string | undefined,
): UnreadSource {
  const reason = limit === undefined ? unread : `${unread}; ${limit}`
  return { file: file.path, line, reason, text, ...(statement === undefined ? {} : { statement }) }
}

/** A migration of a program, with the name that its tool goes by, where that is not the file's. */
export interface ProgramMigration {
  readonly migration: Migration
  readonly name: string | undefined
}

/** The migrations of one file. */
function migrationsOf(file: SourceFile, modules: ImportedModules, tool: ProgramTool): ProgramMigration[] {
  const unread = (reason: string): ProgramMigration[] => [
    { migration: unreadMigration(file, reason), name: undefined },
  ]
  let text: string
  try {
    text = file.text()
  } catch (error) {
    return unread((error as Error).message)
  }
  modules.begin()
  const program = parseModule(text, file.name)
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
      if (entry === undefined) continue
      const steps = evaluator.migrate(entry)
      found.push({ migration: migrationOf(file, entry, steps, modules), name: entry.name })
    }
    return found
  } catch (error) {
    if (error instanceof GiveUp || error instanceof Thrown) return unread(error.message)
    if (!(error instanceof RangeError)) throw error
    return unread('it is nested too deeply to be read')
  }
}

function migrationOf(
  file: SourceFile,
  { transaction }: Entry,
  steps: readonly Step[],
  modules: ImportedModules,
): Migration {
  return {
    name: baseName(file.name),
    file: file.path,
    pieces: steps.flatMap((step) => ('sql' in step ? [pieceOf(step, modules)] : [])),
    transaction,
    unread: steps.flatMap((step) => ('sql' in step ? [] : [unreadOf(step, file, modules.limit)])),
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
  const modules = new ImportedModules(folder, tool)
  return files.flatMap((file) => migrationsOf(file, modules, tool))
}
