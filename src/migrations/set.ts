import { dirname, isAbsolute, posix, resolve } from 'node:path'
import type { ProjectProblem } from '../project.js'
import {
  isFolder,
  mergeFolders,
  openFolder,
  projectPath,
  sourceFile,
  unlistedFolder,
  type Seen,
} from './files.js'
import { textOf } from './marks.js'
import type { Folder, Migration, MigrationSet, MigrationTool, SourceFile } from './migration.js'
import { baseName, sqlMigration, type Parts } from './pieces.js'
import { includeFiles } from './psql.js'
import { toolNamed, toolOf, tools } from './tools/index.js'

/** Where the migrations of one database are. Paths are absolute or relative to `root`. */
export interface MigrationLocation {
  /** Absolute path that origins' files are relative to. */
  readonly root: string
  /** One folder, or one `.sql` file. */
  readonly dir?: string
  /** Several folders of one migration set: merged by the tool's order. */
  readonly dirs?: readonly string[]
  /** Files in the order they run. */
  readonly files?: readonly string[]
  /** A tool's name; default: the one whose marks the folder bears. */
  readonly tool?: string
}

/** A file's text as an editor holds it. */
export interface UnsavedFile {
  /** As origins name it: relative to the root, with `/`. */
  readonly path: string
  readonly text: string
}

function withUnsaved(folder: Folder, unsaved: UnsavedFile | undefined): Folder {
  if (unsaved === undefined) return folder
  const replace = (file: SourceFile): SourceFile =>
    file.path === unsaved.path ? { ...file, text: () => unsaved.text } : file
  return {
    ...folder,
    files: folder.files.map(replace),
    file(path) {
      const found = folder.file(path)
      return found && replace(found)
    },
    imported(specifier, from) {
      const found = folder.imported?.(specifier, from)
      return found && replace(found)
    },
    ...(folder.parts && { parts: folder.parts.map((part) => withUnsaved(part, unsaved)) }),
  }
}

/** The text of a file, by its path relative to the project, as it was read; undefined where it was not. */
function textIn(folder: Folder, path: string, root: string, seen: Seen): string | undefined {
  if (!seen.has(resolve(root, path))) return undefined
  const parts = folder.parts ?? [folder]
  const file = parts.map((part) => part.file(posix.relative(part.path, path))).find(Boolean)
  return file && textOf(file)
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}

/** A set of which nothing was read. */
function failed(seen: Seen, problem: ProjectProblem): MigrationSet {
  return {
    tool: '',
    migrations: [],
    unread: [],
    problems: [problem],
    oneTransaction: false,
    dependsOn: [...seen].sort(),
  }
}

function readFiles(paths: readonly string[], root: string, seen: Seen): MigrationSet {
  const migrations: Migration[] = []
  const files = new Map<string, SourceFile>()
  for (const path of paths) {
    const absolute = resolve(root, path)
    const file = sourceFile(absolute, projectPath(root, absolute), root, seen)
    const folder = unlistedFolder(dirname(absolute), root, seen)
    files.set(file.path, file)
    const parts = (text: string): Parts => includeFiles(text, baseName(file.name), folder)
    migrations.push(sqlMigration(file, { transaction: false, parts }))
  }
  return {
    tool: 'files',
    migrations,
    unread: [],
    problems: [],
    oneTransaction: false,
    dependsOn: [...seen].sort(),
    textOf(path) {
      const file = files.get(path)
      return file && textOf(file)
    },
  }
}

function chooseTool(folder: Folder, name: string | undefined): MigrationTool | string {
  if (name !== undefined) {
    return (
      toolNamed(name) ??
      `"${name}" is not a migration tool. The tools are ${listed(tools.map((tool) => tool.name).sort())}.`
    )
  }
  const tool = toolOf(folder)
  if (tool !== undefined) return tool
  const empty = folder.files.length === 0
  return `The folder ${folder.path} holds no migrations: ${empty ? 'it is empty' : 'no file in it is one'}. Set "migrations" to the folder that holds them.`
}

/**
 * Reads a migration set. Never throws: what is wrong with the set as a whole is in `problems`, what is wrong with a
 * migration in its `unread`. A file that an editor holds may be given in place of the one on disk.
 */
export function readMigrationSet(location: MigrationLocation, unsaved?: UnsavedFile): MigrationSet {
  const { root, files, tool: name } = location
  const seen: Seen = new Set()
  if (files !== undefined) return readFiles(files, root, seen)
  const dirs = location.dirs ?? (location.dir === undefined ? [] : [location.dir])
  const [first] = dirs
  if (first === undefined) return failed(seen, { message: 'No folder of migrations was given.' })
  if (dirs.every((dir) => /\.sql$/i.test(dir) && !isFolder(resolve(root, dir)))) {
    return readFiles(dirs, root, seen)
  }
  const folders: Folder[] = []
  for (const dir of dirs) {
    const absolute = resolve(root, dir)
    try {
      folders.push(openFolder(absolute, root, seen))
    } catch (error) {
      const reason = (error as Error).message
      const message = `The folder of migrations ${isAbsolute(dir) ? dir : projectPath(root, absolute)} can't be read: ${reason}.`
      return failed(seen, { message, file: absolute })
    }
  }
  const folder = withUnsaved(mergeFolders(folders), unsaved)
  const tool = chooseTool(folder, name)
  if (typeof tool === 'string') return failed(seen, { message: tool, file: resolve(root, first) })
  const migrations = tool.read(folder)
  return {
    tool: tool.name,
    migrations,
    unread: [],
    problems: migrations.length > 0 ? [] : [noneFound(folder, tool, resolve(root, first))],
    oneTransaction: tool.oneTransaction ?? false,
    dependsOn: [...seen].sort(),
    textOf: (path) => textIn(folder, path, root, seen),
  }
}

function noneFound(folder: Folder, tool: MigrationTool, file: string): ProjectProblem {
  const found = folder.files.map((source: SourceFile) => source.name).slice(0, 3)
  const holds = found.length === 0 ? 'it is empty' : `it holds ${listed(found)}`
  return {
    message: `The folder ${folder.path} holds no migrations as ${tool.name} names them: ${holds}.`,
    file,
  }
}

/** A migration's name without the endings that a user may leave out. */
function stem(name: string): string {
  return name.replace(/(?:\.up)?\.[a-z]+$/i, '')
}

/**
 * Where `name` stands among `migrations`: the file's or folder's name, with or without extension, or the file's path.
 * Undefined where no migration or more than one has that name.
 */
export function migrationIndex(migrations: readonly Migration[], name: string): number | undefined {
  const tests: ((migration: Migration) => boolean)[] = [
    (migration) => migration.name === name || migration.file === name,
    (migration) => migration.file.endsWith(`/${name}`) || migration.file.endsWith(`/${name}/migration.sql`),
    (migration) => stem(migration.name) === stem(name) || stem(migration.file) === stem(name),
  ]
  for (const test of tests) {
    const found = migrations.flatMap((migration, index) => (test(migration) ? [index] : []))
    if (found.length === 1) return found[0]
    if (found.length > 1) return undefined
  }
  return undefined
}
