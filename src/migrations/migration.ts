import type { Unread } from '../catalog/model.js'
import type { ProjectProblem } from '../project.js'

/** A part of a migration file that runs, in the order it runs. */
export interface SqlPiece {
  readonly text: string
  /** Line of the file, from 1, on which `text` starts. */
  readonly line: number
  /** UTF-16 offset of `text` in the file; undefined where the text is not a slice of it (a placeholder was replaced). */
  readonly offset?: number
  /** The file that `text` is of, relative to the project, where it is not the migration's own: an included one. */
  readonly file?: string
}

/** A part of a migration that is no SQL of this database's that we can read, or that the tool itself would refuse. */
export interface UnreadSource extends Unread {
  /** The raw text, where it is known: what names it holds bounds what it may touch. */
  readonly text?: string
  /**
   * The SQL that it may be, a name standing for each part that is not known: it counts as read where no such statement
   * changes a value set.
   */
  readonly statement?: string
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
  readonly unread: readonly UnreadSource[]
}

/** A file that a tool was given. */
export interface SourceFile {
  /** Relative to the project, with `/`. */
  readonly path: string
  /** Relative to the folder it was found in, with `/`. */
  readonly name: string
  /**
   * Read when asked for, once. Without a byte order mark; bytes that are not UTF-8 become U+FFFD. Throws an Error whose
   * message is a sentence fragment, where it can't be read or is no text.
   */
  text(): string
}

/** What a folder holds, those beneath it too: files only, sorted by `name`, by code unit. */
export interface Folder {
  /** Relative to the project, with `/`. */
  readonly path: string
  /** The folders that were merged into this one; undefined for a folder that stands alone. */
  readonly parts?: readonly Folder[]
  readonly files: readonly SourceFile[]
  /** The file at `path` relative to the folder (may climb with `..`): for `atlas.sum`, `_journal.json`, `../config.toml`. */
  file(path: string): SourceFile | undefined
  /**
   * The project's own file that an import means which is not relative: by `paths` of a tsconfig.json, or a package of the
   * repository.
   *
   * @param from The file that imports, relative to the folder.
   */
  imported?(specifier: string, from: string): SourceFile | undefined
}

/** A migration tool: which files, in which order, and which part of each runs. */
export interface MigrationTool {
  /** The name that `tool` in the settings and `--tool` take. */
  readonly name: string
  /** True where its migrations do not tell which engine they are for: then the project's packages do. */
  readonly isOfAnyEngine?: boolean
  /** True where the folder bears this tool's own marks. Reads few files. */
  matches(folder: Folder): boolean
  /**
   * True where the tool wraps all migrations that it applies in one go in one transaction, which those interrupt that run in
   * none.
   */
  readonly oneTransaction?: boolean
  /**
   * The ordered migrations. Pure, never throws for its input: what is wrong becomes `unread`. With several folders of
   * one set, `folder` is their union (`parts` are the folders).
   */
  read(folder: Folder): readonly Migration[]
}

/** The ordered migrations of one database. */
export interface MigrationSet {
  /** The tool's name. */
  readonly tool: string
  readonly migrations: readonly Migration[]
  /** What can't be read and belongs to no migration. */
  readonly unread: readonly UnreadSource[]
  /** What is wrong with the set as a whole; then `migrations` may be empty. */
  readonly problems: readonly ProjectProblem[]
  /** True where the tool wraps all migrations that it applies in one go in one transaction. */
  readonly oneTransaction: boolean
  /** Absolute paths of the folders that were listed and the files that were read or missed, each once, sorted. */
  readonly dependsOn: readonly string[]
  /** The text of a file as it was read for the set, by its path relative to the project; undefined where it was not. */
  textOf?(path: string): string | undefined
}
