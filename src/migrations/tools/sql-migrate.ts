import { byBytes } from '../files.js'
import { hasMarker } from '../marks.js'
import type { Migration, MigrationTool, SourceFile, SqlPiece } from '../migration.js'
import { dropEmpty, linesOf, slicePiece, sqlMigration, type Parts } from '../pieces.js'

function parts(text: string): Parts {
  const pieces: SqlPiece[] = []
  let direction: 'up' | 'down' | undefined
  let transaction = true
  let block: number | undefined
  let start = 0
  let line = 1
  const flush = (end: number): void => {
    if (direction === 'up') pieces.push(slicePiece(text, start, end, line))
  }
  for (const { text: content, number, start: at, next } of linesOf(text)) {
    if (!content.startsWith('-- +migrate ')) continue
    const [command, ...options] = content.slice('-- +migrate '.length).trim().split(/\s+/)
    flush(at)
    start = next
    line = number + 1
    if (command === 'Up') {
      direction = 'up'
      if (options.includes('notransaction')) transaction = false
    } else if (command === 'Down') direction = 'down'
    else if (command === 'StatementBegin') block = number
    else if (command === 'StatementEnd') block = undefined
  }
  flush(text.length)
  const unread: { line: number; reason: string; text?: string }[] = []
  if (direction === undefined) {
    unread.push({ line: 1, reason: 'the file has no "-- +migrate Up", so sql-migrate rejects it', text })
  } else if (block !== undefined) {
    unread.push({ line: block, reason: '"-- +migrate StatementBegin" without its StatementEnd' })
  }
  return { pieces: dropEmpty(pieces), unread, transaction }
}

/** Files with a number in front come first, by that number, then the others; equal ones by name. */
function compare(a: SourceFile, b: SourceFile): number {
  const [left, right] = [a, b].map(({ name }) => /^\d+/.exec(name)?.[0])
  if (left !== undefined && right !== undefined) {
    const [x, y] = [BigInt(left), BigInt(right)]
    if (x !== y) return x < y ? -1 : 1
  } else if (left !== right) return left === undefined ? 1 : -1
  return byBytes(a.name, b.name)
}

/**
 * sql-migrate: the `.sql` files of the folder itself, those with a number in front first and by it; of each what stands
 * between `-- +migrate Up` and `-- +migrate Down`, in one transaction unless `notransaction` follows. The markers must be
 * written exactly so. Source: sql-migrate README, "Writing migrations" and "As a standalone tool".
 */
export const sqlMigrate: MigrationTool = {
  name: 'sql-migrate',
  matches: (folder) => hasMarker(folder, /^-- \+migrate Up/m),
  read: (folder): readonly Migration[] =>
    folder.files
      .filter(({ name }) => /^[^/]+\.sql$/.test(name))
      .sort(compare)
      .map((file) => sqlMigration(file, { parts })),
}
