import { byBytes } from '../files.js'
import { textOf } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile, SqlPiece } from '../migration.js'
import { dropEmpty, linesOf, slicePiece, sqlMigration, unreadFile, type Parts } from '../pieces.js'

const SUM = 'atlas.sum'

/** Directives of the whole file stand in the comments at its top. */
function directive(text: string, name: string): string | undefined {
  for (const { text: line } of linesOf(text)) {
    if (!/^(?:--|#)/.test(line)) return undefined
    const found = /^-- atlas:(\w+)(?: +(.+))?$/.exec(line.trim())
    if (found?.[1] === name) return found[2] ?? ''
  }
  return undefined
}

/** Of an archive (`-- atlas:txtar`) only `migration.sql` runs; a file of another delimiter is cut at it. */
function parts(text: string): Parts {
  const transaction = directive(text, 'txmode') !== 'none'
  const delimiter = directive(text, 'delimiter')
  let [start, end, line] = [0, text.length, 1]
  if (directive(text, 'txtar') !== undefined) {
    let inside = false
    start = end
    for (const { text: content, number, start: at, next } of linesOf(text)) {
      const entry = /^-- (\S+) --$/.exec(content.trimEnd())?.[1]
      if (entry === undefined) continue
      if (inside) {
        end = at
        break
      }
      if (entry === 'migration.sql') [inside, start, line] = [true, next, number + 1]
    }
  }
  const cut =
    delimiter === undefined ? [slicePiece(text, start, end, line)] : cutAt(text, delimiter, start, end, line)
  return { pieces: dropEmpty(cut), transaction }
}

function cutAt(text: string, delimiter: string, from: number, to: number, firstLine: number): SqlPiece[] {
  const mark = delimiter.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\r', '\r')
  const pieces: SqlPiece[] = []
  let [start, line] = [from, firstLine]
  for (let at = text.indexOf(mark, start); at >= 0 && at < to; at = text.indexOf(mark, start)) {
    pieces.push(slicePiece(text, start, at, line))
    line += text.slice(start, at + mark.length).split('\n').length - 1
    start = at + mark.length
  }
  return [...pieces, slicePiece(text, start, to, line)]
}

/** The files that `atlas.sum` lists and that are not there. */
function missing(folder: Folder): Migration[] {
  const sum = folder.file(SUM)
  const names = [...textOf(sum).matchAll(/^(\S.*\.sql) h1:/gm)].map(([, name]) => name!)
  const lost = names.filter((name) => folder.file(name) === undefined)
  if (sum === undefined || lost.length === 0) return []
  const reason = `${SUM} lists ${lost.join(', ')}, which is not there`
  return [{ name: SUM, file: sum.path, pieces: [], transaction: false, unread: [unreadFile(sum, reason)] }]
}

/**
 * Atlas, versioned migrations: the `.sql` files of the folder itself in byte order of their names, in a transaction unless
 * `-- atlas:txmode none` stands at the top; on an empty database from the last file with `-- atlas:checkpoint`. Of an
 * archive (`-- atlas:txtar`) its `migration.sql`, not `checks` or `down.sql`; `.down.sql` files, which a folder of
 * golang-migrate's format has, do not run. Source: Atlas docs, "Versioned Migrations: Manual Migrations", "Migration
 * Directory Checkpoints", "Pre-Execution Checks", "Applying Migrations, Transaction Configuration".
 */
export const atlas: MigrationTool = {
  name: 'atlas',
  matches: (folder) => folder.file(SUM) !== undefined,
  read(folder): readonly Migration[] {
    const files: SourceFile[] = folder.files
      .filter(({ name }) => /^[^/]+\.sql$/.test(name) && !name.endsWith('.down.sql'))
      .sort((a, b) => byBytes(a.name, b.name))
    const checkpoint = files.findLastIndex((file) => directive(textOf(file), 'checkpoint') !== undefined)
    const run = files.slice(Math.max(checkpoint, 0))
    return [...missing(folder), ...run.map((file) => sqlMigration(file, { parts }))]
  },
}
