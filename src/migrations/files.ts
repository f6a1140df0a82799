import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { configurationsOf, forgetImports, importCandidates } from '../imports/resolve.js'
import type { Folder, SourceFile } from './migration.js'

/** A file beyond this many bytes is not read: no parser takes it, and an editor must not wait for it. */
const MAX_BYTES = 32 * 1024 * 1024
/** A folder of migrations with more files or deeper nesting than these is taken to be something else. */
const MAX_FILES = 20_000
const MAX_DEPTH = 8

const SKIPPED_FOLDERS = new Set([
  'node_modules',
  '.git',
  '.hg',
  '.svn',
  '__pycache__',
  '.venv',
  'dist',
  'target',
])

/** What a reader looked at, so that a cache can tell whether it would find the same again. Absolute paths. */
export type Seen = Set<string>

/** `path` relative to `root`, with `/`, whatever the system's separator is. */
export function projectPath(root: string, path: string): string {
  const inside = relative(root, path)
  return (sep === '/' ? inside : inside.split(sep).join('/')) || '.'
}

/** Compares by UTF-16 code unit, as `sort()` does: for names of plain ASCII the same as byte order. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Compares by the bytes of UTF-8, as C's and Go's string comparison do. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function decode(bytes: Buffer): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new Error('the file is in UTF-16, which Postgres does not read; save it as UTF-8')
  }
  if (bytes.includes(0)) throw new Error('the file is not text: it contains NUL bytes')
  const text = bytes.toString('utf8')
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  EACCES: 'the file may not be read: permission denied',
  EPERM: 'the file may not be read: operation not permitted',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'it is a file, not a folder',
  ELOOP: 'its symbolic links form a circle',
  EMFILE: 'too many files are open',
}

/** Why the file system refused, as a sentence fragment. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return (typeof code === 'string' && REASONS[code]) || String(message ?? error)
}

function readText(path: string): string {
  let bytes: Buffer
  try {
    const stats = statSync(path)
    // A pipe or a device would block.
    if (!stats.isFile()) throw new Error(stats.isDirectory() ? REASONS.EISDIR : 'it is not a regular file')
    if (stats.size > MAX_BYTES) throw new Error(`the file is larger than ${MAX_BYTES / 1024 / 1024} MB`)
    bytes = readFileSync(path)
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error })
  }
  return decode(bytes)
}

/** A file on disk. Nothing is read before `text()` is called, which adds the file to `seen`. */
export function sourceFile(absolute: string, name: string, root: string, seen: Seen): SourceFile {
  return fileAt(absolute, projectPath(root, absolute), name, seen)
}

/** {@link sourceFile} where the path relative to the project is known. */
function fileAt(absolute: string, path: string, name: string, seen: Seen): SourceFile {
  let text: string | Error | undefined
  return {
    path,
    name,
    text() {
      if (text === undefined) {
        seen.add(absolute)
        try {
          text = readText(absolute)
        } catch (error) {
          text = error as Error
        }
      }
      if (typeof text !== 'string') throw text
      return text
    },
  }
}

function isReadableFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** True where `path` is a folder. Never throws. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

interface Walk {
  readonly root: string
  readonly base: string
  readonly seen: Seen
  readonly files: SourceFile[]
  /** Real paths on the way down: a link back to one of them is a circle. */
  readonly above: Set<string>
}

/** @param real The folder's real path. */
function walk(state: Walk, folder: string, real: string, prefix: string, depth: number): void {
  state.seen.add(folder)
  if (state.above.has(real)) return
  state.above.add(real)
  const own = projectPath(state.root, folder)
  const add = (path: string, name: string, base: string): void => {
    state.files.push(fileAt(path, own === '.' ? base : `${own}/${base}`, name, state.seen))
  }
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (state.files.length >= MAX_FILES) break
    const path = join(folder, entry.name)
    const name = prefix + entry.name
    if (entry.isDirectory() || (entry.isSymbolicLink() && isFolder(path))) {
      if (depth < MAX_DEPTH && !SKIPPED_FOLDERS.has(entry.name)) {
        try {
          const inside = entry.isDirectory() ? join(real, entry.name) : realpathSync.native(path)
          walk(state, path, inside, `${name}/`, depth + 1)
        } catch {
          // A folder beneath that can't be listed: its name stands in for it, and reading it says why.
          add(path, name, entry.name)
        }
      }
    } else {
      add(path, name, entry.name)
    }
  }
  state.above.delete(real)
}

/**
 * The folder at the absolute path `dir`, with the files beneath it. What is looked at is added to `seen`. Throws an Error
 * with a plain reason as its message where the folder itself can't be listed.
 */
export function openFolder(dir: string, root: string, seen: Seen = new Set()): Folder {
  const files: SourceFile[] = []
  try {
    lstatSync(dir)
    if (!isFolder(dir)) throw new Error(isReadableFile(dir) ? REASONS.ENOTDIR : 'it is not a folder')
    walk({ root, base: dir, seen, files, above: new Set() }, dir, realpathSync.native(dir), '', 0)
  } catch (error) {
    seen.add(dir)
    const code = (error as { code?: unknown }).code
    throw new Error(code === 'ENOENT' ? 'it does not exist' : reasonOf(error), { cause: error })
  }
  files.sort((a, b) => byCodeUnit(a.name, b.name))
  return folderAt(dir, files, root, seen)
}

function folderAt(dir: string, files: readonly SourceFile[], root: string, seen: Seen): Folder {
  const file = lookup(dir, files, root, seen)
  let isFirst = true
  return {
    path: projectPath(root, dir),
    files,
    file,
    imported(specifier, from) {
      // What is seen now must be what the files are when their times are noted.
      if (isFirst) forgetImports()
      isFirst = false
      const absolute = resolve(dir, from)
      for (const configuration of configurationsOf(dirname(absolute), root)) seen.add(configuration)
      for (const path of importCandidates(specifier, absolute)) {
        const found = file(projectPath(dir, path))
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}

function lookup(dir: string, files: readonly SourceFile[], root: string, seen: Seen): Folder['file'] {
  const byName = new Map(files.map((file) => [file.name, file]))
  const outside = new Map<string, SourceFile | undefined>()
  return (path) => {
    const inside = byName.get(path)
    if (inside !== undefined) return inside
    if (!outside.has(path)) {
      const absolute = resolve(dir, path)
      seen.add(absolute)
      outside.set(path, isReadableFile(absolute) ? sourceFile(absolute, path, root, seen) : undefined)
    }
    return outside.get(path)
  }
}

/** The folder at `dir` for looking files up by name: lists none. */
export function unlistedFolder(dir: string, root: string, seen: Seen): Folder {
  return folderAt(dir, [], root, seen)
}

/** Several folders of one migration set as one folder: a file is found in the first that has it. */
export function mergeFolders(folders: readonly Folder[]): Folder {
  const [only] = folders
  if (only !== undefined && folders.length === 1) return only
  const first = (find: (folder: Folder) => SourceFile | undefined): SourceFile | undefined => {
    for (const folder of folders) {
      const file = find(folder)
      if (file !== undefined) return file
    }
    return undefined
  }
  return {
    path: folders.map((folder) => folder.path).join(', '),
    parts: folders,
    files: folders.flatMap((folder) => folder.files).sort((a, b) => byCodeUnit(a.name, b.name)),
    file: (path) => first((folder) => folder.file(path)),
    imported: (specifier, from) => first((folder) => folder.imported?.(specifier, from)),
  }
}
