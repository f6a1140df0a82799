import { parseModule } from '../javascript.js'
import { textOf } from '../marks.js'
import type { Folder, Migration, SourceFile, SqlPiece, UnreadSource } from '../migration.js'
import { baseName, unreadMigration } from '../pieces.js'
import { Evaluator } from './evaluate.js'
import { ImportedModules } from './imported.js'
import { Lookups } from './lookups.js'
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

/** What was read of a file, and of what: as long as that is the same, it would be read again. */
interface Kept {
  readonly text: string
  readonly lookups: Lookups
  readonly found: readonly ProgramMigration[]
}

/** What was read of a folder last; `shared` is what its migrations have in common. */
interface Memory {
  readonly shared: Lookups
  readonly files: ReadonlyMap<string, Kept>
}

const memories = new WeakMap<ProgramTool, Map<string, Memory>>()
const MAX_MEMORIES = 10

/**
 * The migrations that files of a folder are programs of, in the order of the files. What can't be followed is unread; never
 * throws. Those of a file are read anew only where it, or what it takes from other files, has changed since the last time.
 *
 * @param tool What is remembered is remembered for this object: one that depends on the migrations before is made for each set.
 */
export function readPrograms(
  folder: Folder,
  files: readonly SourceFile[],
  tool: ProgramTool,
): ProgramMigration[] {
  let ofTool = memories.get(tool)
  if (ofTool === undefined || ofTool.size > MAX_MEMORIES)
    memories.set(tool, (ofTool = new Map<string, Memory>()))
  const last = ofTool.get(folder.path)
  const isSame =
    last !== undefined &&
    files.some((file) => last.files.get(file.path)?.text === textOf(file)) &&
    last.shared.areSameIn(folder)
  const shared = isSame ? last.shared : new Lookups()
  const modules = new ImportedModules(folder, tool, shared)
  const kept = new Map<string, Kept>()
  ofTool.set(folder.path, { shared, files: kept })
  return files.flatMap((file) => {
    const text = textOf(file)
    const known = isSame ? last.files.get(file.path) : undefined
    const isKnown = known?.text === text && known.lookups.areSameIn(folder)
    const read = isKnown
      ? known
      : { text, lookups: modules.begin(), found: migrationsOf(file, modules, tool) }
    if (isKnown || (text !== '' && modules.limit === undefined)) kept.set(file.path, read)
    return read.found
  })
}
