import { byCodeUnit } from '../files.js'
import { nearest, textOf } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile, SqlPiece } from '../migration.js'
import { dropEmpty, linesOf, slicePiece, sqlMigration, type Parts } from '../pieces.js'

const COMMITTED = /^committed\/(\d+)(?:-[-\w]*)?\.sql$/
const CURRENT = /^current\/(\d+)(?:-[-\w]*)?\.sql$/
const INCLUDE = /^--![ \t]*include[ \t]+(.*\.sql)[ \t]*$/

/** Placeholders: `:DATABASE_NAME`, `:DATABASE_OWNER` and those of `.gmrc`; not the second colon of a cast. */
const RESERVED = ['DATABASE_NAME', 'DATABASE_OWNER']

interface Settings {
  readonly pattern: RegExp
  readonly values: ReadonlyMap<string, string>
}

function settingsOf(folder: Folder): Settings {
  const text = ['.gmrc', '.gmrc.jsonc', '.gmrc.json', '.gmrc.js']
    .map((name) => textOf(nearest(folder, name)))
    .join('\n')
  const values = new Map<string, string>()
  const names = [...RESERVED]
  const block =
    /["']?\bplaceholders["']?\s*:\s*\{([^}]*)\}/.exec(text.replace(/^[ \t]*\/\/.*$/gm, ''))?.[1] ?? ''
  for (const [, name, , value] of block.matchAll(/["']:([A-Z][A-Z0-9_]*)["']\s*:\s*(?:(["'])(.*?)\2)?/g)) {
    names.push(name!)
    if (value !== undefined && value !== '!ENV') values.set(name!, value)
  }
  return { pattern: new RegExp(`(?<!:):(${names.join('|')})\\b`, 'g'), values }
}

/**
 * A placeholder whose value is not known becomes a name of the same length, since such placeholders stand for roles and
 * databases, which hold no value set. In a string constant it stays as it is.
 */
function replaced(piece: SqlPiece, { pattern, values }: Settings): SqlPiece {
  if (piece.text.search(pattern) < 0) return piece
  const text = piece.text.replace(
    pattern,
    (whole, name: string) => values.get(name) ?? `_${whole.slice(1).toLowerCase()}`,
  )
  return { text, line: piece.line, ...(piece.file === undefined ? {} : { file: piece.file }) }
}

function piecesOf(text: string, folder: Folder, within: readonly string[]): Parts {
  const pieces: SqlPiece[] = []
  const unread: { line: number; reason: string; text?: string }[] = []
  let start = 0
  let line = 1
  for (const { text: content, number, start: at, next } of linesOf(text)) {
    const path = INCLUDE.exec(content)?.[1]
    if (path === undefined) continue
    pieces.push(slicePiece(text, start, at, line))
    start = next
    line = number + 1
    const file = within.includes(path) ? undefined : folder.file(`fixtures/${path}`)
    let included: Parts | undefined
    try {
      included = file && piecesOf(file.text(), folder, [...within, path])
    } catch {
      included = undefined
    }
    if (included === undefined) {
      unread.push({ line: number, reason: `the included file fixtures/${path} can't be read`, text: content })
      continue
    }
    pieces.push(...included.pieces.map((piece) => ({ ...piece, file: piece.file ?? file!.path })))
    unread.push(...(included.unread ?? []).map((part) => ({ ...part, line: number })))
  }
  pieces.push(slicePiece(text, start, text.length, line))
  return { pieces, unread }
}

/** `--! no-transaction` counts on the first line after the headers, such as `--! Previous: -`. */
function runsInTransaction(text: string): boolean {
  const body = text.replace(/^(?:--! [A-Z][a-zA-Z0-9_]*(?::.*)?\r?\n)*/, '').trimStart()
  return !/^--!\s*no-transaction\b/.test(body)
}

function currentFiles(folder: Folder): SourceFile[] {
  const one = folder.file('current.sql')
  if (one !== undefined) return [one]
  return folder.files
    .flatMap((file) => {
      const id = CURRENT.exec(file.name)?.[1]
      return id === undefined ? [] : [{ file, id: Number(id) }]
    })
    .sort((a, b) => a.id - b.id)
    .map(({ file }) => file)
}

/**
 * graphile-migrate: `committed/<number>.sql` and `<number>-name.sql` by number, then what is being worked on: `current.sql` or
 * the files of `current/` by number. `--! include x.sql` takes a file of `fixtures/`. In a transaction unless the body
 * starts with `--! no-transaction`. Source: graphile-migrate README, "Usage", "Placeholders", "Including external files
 * in the current migration", "Drawbacks / no-transaction".
 */
export const graphileMigrate: MigrationTool = {
  name: 'graphile-migrate',
  matches: (folder) =>
    folder.files.some(({ name }) => COMMITTED.test(name)) ||
    (nearest(folder, '.gmrc') !== undefined && currentFiles(folder).length > 0),
  read(folder): readonly Migration[] {
    const settings = settingsOf(folder)
    const committed = folder.files
      .filter(({ name }) => COMMITTED.test(name))
      .sort((a, b) => byCodeUnit(COMMITTED.exec(a.name)![1]!, COMMITTED.exec(b.name)![1]!))
    return [...committed, ...currentFiles(folder)].map((file) =>
      sqlMigration(file, {
        ...(file.name.startsWith('current/') ? { name: file.name } : {}),
        parts: (text) => {
          const { pieces, unread = [] } = piecesOf(text, folder, [])
          const runs = dropEmpty(pieces).map((piece) => replaced(piece, settings))
          return { pieces: runs, unread, transaction: runsInTransaction(text) }
        },
      }),
    )
  },
}
