import type { Folder, SqlPiece } from './migration.js'
import { dropEmpty, linesOf, slicePiece, type Parts } from './pieces.js'

const INCLUDE = /^\\(ir?|include|include_relative)[ \t]+(?:'([^']+)'|(\S+))/

/**
 * What psql runs of a script with `\i` and `\ir`: the files it includes come in the place of the line, with their own name
 * and lines. `here` is the script's path in `folder`; `\i` is tried from the folder of the script and from `folder`.
 * Other meta commands and COPY data are left to the reader of statements. Source: PostgreSQL docs, psql, "Meta-Commands".
 */
export function includeFiles(text: string, here: string, folder: Folder, depth = 0): Parts {
  if (!/^\\i/m.test(text)) return { pieces: dropEmpty([slicePiece(text, 0, text.length, 1)]) }
  const pieces: SqlPiece[] = []
  const unread: { line: number; reason: string; text?: string }[] = []
  let start = 0
  let line = 1
  const directory = here.includes('/') ? here.slice(0, here.lastIndexOf('/') + 1) : ''
  for (const { text: content, number, start: at, next } of linesOf(text)) {
    const include = INCLUDE.exec(content)
    if (include === null) continue
    pieces.push(slicePiece(text, start, at, line))
    start = next
    line = number + 1
    const path = (include[2] ?? include[3]!).replace(/^\.\//, '')
    const file = path.startsWith('/')
      ? undefined
      : (folder.file(directory + path) ?? folder.file(path) ?? folder.file(`../${path}`))
    let included: Parts | undefined
    try {
      if (file !== undefined && depth < 10) included = includeFiles(file.text(), file.name, folder, depth + 1)
    } catch {
      included = undefined
    }
    if (included === undefined) {
      unread.push({ line: number, reason: `the included file ${path} can't be read`, text: content })
      continue
    }
    pieces.push(...included.pieces.map((piece) => ({ ...piece, file: piece.file ?? file!.path })))
    unread.push(...(included.unread ?? []).map((part) => ({ ...part, line: number })))
  }
  pieces.push(slicePiece(text, start, text.length, line))
  return { pieces: dropEmpty(pieces), unread }
}
