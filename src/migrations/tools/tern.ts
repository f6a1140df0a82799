import { hasMarker } from '../marks.js'
import type { Folder, Migration, MigrationTool, SqlPiece } from '../migration.js'
import { replacePlaceholders } from '../placeholders.js'
import { dropEmpty, sqlMigration, wholeText, type Parts } from '../pieces.js'
import { inVersionOrder, leadingNumber } from '../versions.js'

const DOWN = '---- create above / drop below ----'
const INCLUDE = /^[ \t]*\{\{-?[ \t]*template[ \t]+"([^"\n]+)"[ \t]*\.?[ \t]*-?\}\}[ \t]*;?[ \t]*$/gm

/** A template's action other than an include of a whole file: its value is in tern.conf or the environment. */
const ACTION = /\{\{-?[ \t]*([^}\n]{0,200}?)[ \t]*-?\}\}/g

function withoutValues(text: string): Parts {
  return replacePlaceholders(text, ACTION, (action) => (action.startsWith('/*') ? '' : undefined))
}

/** What runs going up, with the files included that stand in folders beneath the migrations. */
function partsIn(folder: Folder): (text: string) => Parts {
  return (text) => {
    const end = text.indexOf(DOWN)
    const up = end < 0 ? text : text.slice(0, end)
    const transaction = !/^---- tern: disable-tx ----$/m.test(up)
    if (!up.includes('{{')) return { ...wholeText(up), transaction }
    const pieces: SqlPiece[] = []
    const unread: { line: number; reason: string; text?: string }[] = []
    let start = 0
    let line = 1
    const pass = (to: number): void => {
      const parts = withoutValues(up.slice(start, to))
      pieces.push(...parts.pieces.map((piece) => shifted(piece, start, line)))
      unread.push(...(parts.unread ?? []).map((part) => ({ ...part, line: part.line + line - 1 })))
    }
    for (const match of up.matchAll(INCLUDE)) {
      pass(match.index)
      line += up.slice(start, match.index).split('\n').length - 1
      start = match.index + match[0].length
      const file = folder.file(match[1]!)
      let included: string | undefined
      try {
        included = file?.text()
      } catch {
        included = undefined
      }
      if (included === undefined) {
        unread.push({ line, reason: `the template "${match[1]}" can't be read`, text: match[0] })
      } else {
        const parts = withoutValues(included)
        pieces.push(...parts.pieces.map((piece) => ({ ...piece, file: file!.path })))
        unread.push(...(parts.unread ?? []).map((part) => ({ ...part, line })))
      }
    }
    pass(up.length)
    return { pieces: dropEmpty(pieces), unread, transaction }
  }
}

function shifted(piece: SqlPiece, offset: number, line: number): SqlPiece {
  const moved = { ...piece, line: piece.line + line - 1 }
  return piece.offset === undefined ? moved : { ...moved, offset: piece.offset + offset }
}

/**
 * tern: files `<number>_name.sql` of the folder itself, in the order of the numbers; of each what stands above
 * `---- create above / drop below ----`, in one transaction unless `---- tern: disable-tx ----` stands there.
 * `{{ template "shared/x.sql" . }}` includes a file; other template actions take values that are not in the migrations.
 * Source: tern README, "Migrations", "Templates" and "Disabling transactions".
 */
export const tern: MigrationTool = {
  name: 'tern',
  matches: (folder) =>
    hasMarker(folder, /^---- create above \/ drop below ----/m) ||
    folder.file('tern.conf') !== undefined ||
    (folder.file('../tern.conf') !== undefined &&
      folder.files.some((file) => leadingNumber(file) !== undefined)),
  read: (folder): readonly Migration[] =>
    inVersionOrder(
      'tern',
      folder,
      (file) => (file.name.endsWith('.sql') ? leadingNumber(file) : undefined),
      (file) => sqlMigration(file, { parts: partsIn(folder) }),
    ),
}
