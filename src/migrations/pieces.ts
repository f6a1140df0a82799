import type { Migration, SourceFile, SqlPiece, UnreadSource } from './migration.js'

/** One line of a file, without its line break. */
export interface Line {
  readonly text: string
  /** From 1. */
  readonly number: number
  /** UTF-16 offset of its first character. */
  readonly start: number
  /** UTF-16 offset of the next line's first character, or the text's length. */
  readonly next: number
}

/** The lines of `text`; `\n` ends a line, a `\r` before it is no part of it. */
export function* linesOf(text: string): Generator<Line> {
  let start = 0
  for (let number = 1; start < text.length || number === 1; number++) {
    const newline = text.indexOf('\n', start)
    const next = newline < 0 ? text.length : newline + 1
    const end = newline < 0 ? text.length : newline
    yield {
      text: text.slice(start, text[end - 1] === '\r' && newline >= 0 ? end - 1 : end),
      number,
      start,
      next,
    }
    start = next
  }
}

/** The slice of `text` between two UTF-16 offsets as a piece; `line` is the line on which `start` is. */
export function slicePiece(text: string, start: number, end: number, line: number): SqlPiece {
  return { text: text.slice(start, end), line, offset: start }
}

/** What of a file runs, and what of it can't be read. */
export interface Parts {
  readonly pieces: readonly SqlPiece[]
  readonly unread?: readonly Omit<UnreadSource, 'file'>[]
  readonly transaction?: boolean
}

/** The whole text as one piece; none where it holds nothing but white space. */
export function wholeText(text: string): Parts {
  return { pieces: text.trim() === '' ? [] : [slicePiece(text, 0, text.length, 1)] }
}

/** Pieces that hold something. */
export function dropEmpty(pieces: readonly SqlPiece[]): SqlPiece[] {
  return pieces.filter((piece) => piece.text.trim() !== '')
}

function badBytes(file: SourceFile, text: string): UnreadSource[] {
  if (!text.includes('\ufffd')) return []
  const unread: UnreadSource[] = []
  for (const line of linesOf(text)) {
    if (line.text.includes('\ufffd')) {
      const reason = 'this line holds bytes that are not UTF-8; save the file as UTF-8'
      unread.push({ file: file.path, line: line.number, reason, text: line.text })
    }
  }
  return unread
}

/** How a migration is made of a file. */
export interface MigrationOptions {
  /** The tool's name of it, where that is not the file's name. */
  readonly name?: string
  /** Default true. */
  readonly transaction?: boolean
  /** Which parts of the text run; default the whole text. Never throws. */
  readonly parts?: (text: string) => Parts
}

/** The last part of a path with `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** A migration that is one SQL file. Never throws: a file that can't be read is `unread`. */
export function sqlMigration(file: SourceFile, options: MigrationOptions = {}): Migration {
  const name = options.name ?? baseName(file.name)
  const transaction = options.transaction ?? true
  let text: string
  try {
    text = file.text()
  } catch (error) {
    return {
      name,
      file: file.path,
      pieces: [],
      transaction,
      unread: [unreadFile(file, (error as Error).message)],
    }
  }
  const parts = (options.parts ?? wholeText)(text)
  return {
    name,
    file: file.path,
    pieces: parts.pieces,
    transaction: parts.transaction ?? transaction,
    unread: [...(parts.unread ?? []).map((part) => ({ file: file.path, ...part })), ...badBytes(file, text)],
  }
}

/** A whole file that can't be read; with its text where that can be had. */
export function unreadFile(file: SourceFile, reason: string): UnreadSource {
  let text: string | undefined
  try {
    text = file.text()
  } catch {
    text = undefined
  }
  return { file: file.path, line: 1, reason, ...(text === undefined ? {} : { text }) }
}

/** A migration of which nothing can be read: its place in the order is kept. */
export function unreadMigration(file: SourceFile, reason: string, name = baseName(file.name)): Migration {
  return { name, file: file.path, pieces: [], transaction: true, unread: [unreadFile(file, reason)] }
}
