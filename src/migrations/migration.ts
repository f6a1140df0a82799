import type { Unread } from '../catalog/model.js'

/** A part of a migration file that runs, in the order it runs. */
export interface SqlPiece {
  readonly text: string
  /** Line of the file, from 1, on which `text` starts. */
  readonly line: number
  /** UTF-16 offset of `text` in the file; undefined where the text is not a slice of it (a placeholder was replaced). */
  readonly offset?: number
}

/** One migration: what a tool applies as a unit. */
export interface Migration {
  /** As the tool names it, which is what `--until` takes: the file's or folder's name. */
  readonly name: string
  /** The file, relative to the project with `/`. */
  readonly file: string
  readonly pieces: readonly SqlPiece[]
  /** Whether the tool runs it in one transaction of its own. A COMMIT inside still ends that. */
  readonly transaction: boolean
  /** What of it can't be read: a Go or TypeScript migration, a marker without its end. */
  readonly unread: readonly Unread[]
}

/** A file that a tool was given. */
export interface SourceFile {
  /** Relative to the project, with `/`. */
  readonly path: string
  /** Read when asked for, once; throws what reading throws. */
  text(): string
}

/** What a folder holds, for a tool's marks: paths relative to that folder, with `/`, files only, sorted by code unit. */
export interface Folder {
  /** Relative to the project, with `/`. */
  readonly path: string
  readonly files: readonly SourceFile[]
  /** The file at `path` relative to the folder (may climb with `..`): for `atlas.sum`, `_journal.json`, `../config.toml`. */
  file(path: string): SourceFile | undefined
}

/** A migration tool: which files, in which order, and which part of each runs. */
export interface MigrationTool {
  /** The name that `tool` in the settings and `--tool` take. */
  readonly name: string
  /** True where the folder bears this tool's own marks. Reads few files. */
  matches(folder: Folder): boolean
  /** The ordered migrations. Pure, never throws for its input: what is wrong becomes `unread`. */
  read(folder: Folder): readonly Migration[]
}
