import { hasMarker } from '../marks.js'
import type { Migration, MigrationTool, SourceFile, SqlPiece } from '../migration.js'
import { otherMigration } from '../other-kinds.js'
import { dropEmpty, linesOf, slicePiece, sqlMigration, type Parts } from '../pieces.js'
import { inVersionOrder, leadingNumber } from '../versions.js'

type Unread = NonNullable<Parts['unread']>[number]

/** The command of a line `-- +goose X`, in capitals; undefined for any other line. */
function annotation(line: string): string | undefined {
  if (!line.trimStart().startsWith('--') || !line.includes('+goose')) return undefined
  return line.replaceAll('--', '').replace('+goose', '').trim().toUpperCase()
}

const HAS_VARIABLE = /\$(?:\{\w|[A-Za-z_])/

/** What runs of a goose file going up. */
function parts(text: string): Parts {
  const pieces: SqlPiece[] = []
  const unread: Unread[] = []
  let direction: 'start' | 'up' | 'down' = 'start'
  let block: number | undefined
  let transaction = true
  let envsub = false
  let start = 0
  let line = 1
  const flush = (end: number): void => {
    const piece = slicePiece(text, start, end, line)
    if (direction === 'up') {
      if (envsub && HAS_VARIABLE.test(piece.text)) {
        const reason = 'it takes values from environment variables (+goose ENVSUB ON)'
        unread.push({ line, reason, text: piece.text })
      } else {
        pieces.push(piece)
      }
    } else if (direction === 'start' && /^[ \t]*[^\s-]/m.test(piece.text)) {
      unread.push({ line, reason: 'SQL before "-- +goose Up", which goose rejects', text: piece.text })
    }
  }
  for (const { text: content, number, start: at, next } of linesOf(text)) {
    const command = annotation(content)
    if (command === undefined) continue
    flush(at)
    start = next
    line = number + 1
    if (command === 'UP' && direction === 'start') direction = 'up'
    else if (command === 'DOWN' && direction === 'up') direction = 'down'
    else if (command === 'STATEMENTBEGIN') block = number
    else if (command === 'STATEMENTEND') block = undefined
    else if (command === 'NO TRANSACTION') transaction = false
    else if (command === 'ENVSUB ON') envsub = true
    else if (command === 'ENVSUB OFF') envsub = false
    else unread.push({ line: number, reason: `goose rejects "${content.trim()}" here`, text: content })
  }
  if (direction === 'start') {
    const reason = 'the file has no "-- +goose Up", so goose rejects it'
    return { pieces: [], unread: [{ line: 1, reason, text }] }
  }
  flush(text.length)
  if (block !== undefined) {
    unread.push({ line: block, reason: '"-- +goose StatementBegin" without its StatementEnd' })
  }
  return { pieces: dropEmpty(pieces), unread, transaction }
}

function versionOf(file: SourceFile): bigint | undefined {
  if (!/\.(?:sql|go)$/.test(file.name) || file.name.endsWith('_test.go')) return undefined
  const version = leadingNumber(file)
  return version === undefined || version < 1n ? undefined : version
}

/**
 * goose: files `<version>_name.sql` (and `.go`, which are not read) of the folder itself, in the order of `version` as a
 * number; of each what stands between `-- +goose Up` and `-- +goose Down`, in one transaction unless it says
 * `-- +goose NO TRANSACTION`. Annotations are taken in any case. Source: goose README, "Migrations, SQL Migrations", and
 * goose docs, "Annotations" and "Environment variable substitution".
 */
export const goose: MigrationTool = {
  name: 'goose',
  matches: (folder) => hasMarker(folder, /^--\s*\+goose\s+up\b/im),
  read: (folder): readonly Migration[] =>
    inVersionOrder('goose', folder, versionOf, (file) =>
      file.name.endsWith('.go')
        ? otherMigration(file, undefined, folder.files)
        : sqlMigration(file, { parts }),
    ),
}
