import { posix } from 'node:path'
import { byCodeUnit } from '../files.js'
import { parseModule } from '../javascript.js'
import { Evaluator } from '../knex/evaluate.js'
import { GiveUp, Thrown } from '../knex/machine.js'
import type { Module, Step, Value } from '../knex/values.js'
import { textOf, usesPackage } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile, SqlPiece } from '../migration.js'
import { isVersioned, languageOf } from '../other-kinds.js'
import { baseName, unreadMigration } from '../pieces.js'

function filesOf(folder: Folder): SourceFile[] {
  return folder.files.filter(
    ({ name }) => /^[^/]+\.(?:[cm]?js|ts)$/.test(name) && languageOf(name) !== undefined && isVersioned(name),
  )
}

function looksLikeKnex(file: SourceFile): boolean {
  const text = textOf(file)
  return (
    /\b(?:exports\.up\b|module\.exports\s*=|export\s+(?:async\s+)?(?:function|const)\s+up\b)/.test(text) &&
    /\bknex\b/i.test(text)
  )
}

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
    unread: steps.flatMap((step) =>
      'sql' in step ? [] : [{ file: file.path, line: step.line, reason: step.unread, text: step.text }],
    ),
  }
}

/**
 * Knex: the JavaScript and TypeScript files of the folder itself in the order of their names; of each what `up` does to
 * the schema, read without running it: the schema builder's calls as the SQL that Knex sends to Postgres, and raw
 * statements; with constants and helpers of the project's files that it imports, and SQL of files that it reads. What
 * depends on values that are not constant is unread, and so is code that is not followed. A condition that would make a
 * migration throw counts as not met: what is replayed are migrations that ran. Each runs in a transaction unless `exports.config`
 * says `transaction: false`. Source: Knex docs, "Migrations" and "Schema Builder".
 */
export const knex: MigrationTool = {
  name: 'knex',
  matches: (folder) => {
    const [first, ...more] = filesOf(folder)
    if (first === undefined || folder.files.some(({ name }) => /^[^/]+\.sql$/.test(name))) return false
    return looksLikeKnex(first) || (usesPackage(folder, 'knex') && more.slice(-3).some(looksLikeKnex))
  },
  read(folder): readonly Migration[] {
    const modules = new Modules(folder)
    return filesOf(folder)
      .sort((a, b) => byCodeUnit(a.name, b.name))
      .map((file) => migrationOf(file, modules))
  },
}
