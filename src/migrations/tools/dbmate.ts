import { byBytes } from '../files.js'
import { hasMarker } from '../marks.js'
import type { Migration, MigrationTool, SqlPiece } from '../migration.js'
import { dropEmpty, linesOf, slicePiece, sqlMigration, type Parts } from '../pieces.js'

const MARK = /^--\s*migrate:(up|down)(?:\s*$|\s+(\S.*))/

/** A file may hold several pairs of blocks; `transaction:false` after `migrate:up` turns the transaction off. */
function parts(text: string): Parts {
  const pieces: SqlPiece[] = []
  const unread: { line: number; reason: string; text: string }[] = []
  let direction: string | undefined
  let transaction = true
  let start = 0
  let line = 1
  const flush = (end: number): void => {
    const piece = slicePiece(text, start, end, line)
    if (direction === 'up') pieces.push(piece)
    else if (direction === undefined && /^(?![ \t\r]*(?:--|$))/m.test(piece.text.trimEnd())) {
      unread.push({ line, reason: 'SQL before "-- migrate:up", which dbmate rejects', text: piece.text })
    }
  }
  for (const { text: content, number, start: at, next } of linesOf(text)) {
    const mark = MARK.exec(content)
    if (mark === null) continue
    flush(at)
    direction = mark[1]
    if (direction === 'up' && /(?:^|\s)transaction:false(?:\s|$)/.test(mark[2] ?? '')) transaction = false
    start = next
    line = number + 1
  }
  if (direction === undefined) {
    return {
      pieces,
      unread: [{ line: 1, reason: 'the file has no "-- migrate:up", so dbmate rejects it', text }],
    }
  }
  flush(text.length)
  return { pieces: dropEmpty(pieces), unread, transaction }
}

/**
 * dbmate: files `<digits>*.sql` of the folder itself in byte order of their names; of each the blocks from
 * `-- migrate:up` to `-- migrate:down`, in one transaction unless `transaction:false` stands after `migrate:up`. Several
 * folders are merged by file name. Source: dbmate README, "Creating Migrations" and "Migration Options".
 */
export const dbmate: MigrationTool = {
  name: 'dbmate',
  matches: (folder) => hasMarker(folder, /^--\s*migrate:up(?:\s|$)/m),
  read: (folder): readonly Migration[] =>
    folder.files
      .filter(({ name }) => /^\d[^/]*\.sql$/.test(name))
      .sort((a, b) => byBytes(a.name, b.name))
      .map((file) => sqlMigration(file, { parts })),
}
