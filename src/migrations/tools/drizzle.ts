import { byBytes } from '../files.js'
import type { Folder, Migration, MigrationTool, SourceFile, SqlPiece } from '../migration.js'
import { dropEmpty, slicePiece, sqlMigration, unreadFile, unreadMigration, type Parts } from '../pieces.js'

const BREAKPOINT = '--> statement-breakpoint'
const JOURNAL = 'meta/_journal.json'

interface Entry {
  readonly tag: string
  readonly when: number
}

/** The text between breakpoints, wherever in a line these stand. */
function statements(text: string): Parts {
  const pieces: SqlPiece[] = []
  let line = 1
  for (let start = 0; start <= text.length;) {
    const mark = text.indexOf(BREAKPOINT, start)
    const end = mark < 0 ? text.length : mark
    pieces.push(slicePiece(text, start, end, line))
    if (mark < 0) break
    for (let i = text.indexOf('\n', start); i >= 0 && i < end; i = text.indexOf('\n', i + 1)) line++
    start = end + BREAKPOINT.length
  }
  return { pieces: dropEmpty(pieces) }
}

function broken(file: SourceFile, reason: string): Migration {
  return { name: JOURNAL, file: file.path, pieces: [], transaction: true, unread: [unreadFile(file, reason)] }
}

function entriesOf(journal: SourceFile): { dialect?: unknown; entries: Entry[] } | string {
  let content: unknown
  try {
    content = JSON.parse(journal.text())
  } catch (error) {
    return `the journal can't be read: ${(error as Error).message.replace(/\.$/, '')}`
  }
  const { entries, dialect } = (content ?? {}) as { entries?: unknown; dialect?: unknown }
  if (!Array.isArray(entries)) return 'the journal has no list of entries'
  const good = entries.filter((entry): entry is Entry => typeof (entry as Entry | null)?.tag === 'string')
  return good.length === entries.length
    ? { dialect, entries: good }
    : 'the journal has an entry without a tag'
}

/** `dialect` of `meta/_journal.json`; undefined where there is none. */
export function journalDialect(folder: Folder): string | undefined {
  const journal = folder.file(JOURNAL)
  const read = journal && entriesOf(journal)
  return typeof read === 'object' && typeof read.dialect === 'string' ? read.dialect : undefined
}

function readJournal(folder: Folder, journal: SourceFile): { when: number; migration: Migration }[] {
  const read = entriesOf(journal)
  if (typeof read === 'string') return [{ when: 0, migration: broken(journal, read) }]
  if (read.dialect !== undefined && read.dialect !== 'postgresql' && read.dialect !== 'pg') {
    const reason = `these migrations are for ${String(read.dialect)}, not for Postgres`
    return [{ when: 0, migration: broken(journal, reason) }]
  }
  return read.entries.map(({ tag, when }) => {
    const file = folder.file(`${tag}.sql`)
    const migration = file
      ? sqlMigration(file, { parts: statements })
      : {
          ...broken(journal, `the journal lists ${tag}, but there is no file ${tag}.sql`),
          name: `${tag}.sql`,
        }
    return { when: Number(when) || 0, migration }
  })
}

/** drizzle-kit 1 has no journal: a folder for each migration, with its `snapshot.json`. */
function readFolders(folder: Folder): Migration[] {
  return folder.files
    .filter(({ name }) => /^[^/]+\/migration\.sql$/.test(name))
    .sort((a, b) => byBytes(a.name, b.name))
    .map((file) => sqlMigration(file, { name: file.name.split('/')[0]!, parts: statements }))
}

/**
 * drizzle: the files that `meta/_journal.json` lists, in its order (a file that it does not list never runs), cut at
 * `--> statement-breakpoint`; since drizzle-kit 1 the folders `<timestamp>_name/migration.sql` in byte order. Everything
 * that is pending runs in one transaction. Several journals are merged by the time of their entries. Source: drizzle
 * docs, "drizzle-kit migrate" and "Migrations"; drizzle-orm's migrator for the order.
 */
export const drizzle: MigrationTool = {
  name: 'drizzle',
  oneTransaction: true,
  matches: (folder) =>
    folder.file(JOURNAL) !== undefined ||
    folder.files.some(
      ({ name }) =>
        /^[^/]+\/snapshot\.json$/.test(name) &&
        folder.file(name.replace('snapshot.json', 'migration.sql')) !== undefined,
    ),
  read(folder): readonly Migration[] {
    const parts = folder.parts ?? [folder]
    const lists = parts.map((part) => {
      const journal = part.file(JOURNAL)
      return journal && readJournal(part, journal)
    })
    if (lists.every((list) => list === undefined)) return readFolders(folder)
    const [only] = lists
    if (lists.length === 1) return only!.map(({ migration }) => migration)
    const merged = lists.flatMap((list, i) => {
      return list ?? [{ when: 0, migration: missingJournal(parts[i]!) }]
    })
    return merged.sort((a, b) => a.when - b.when).map(({ migration }) => migration)
  },
}

function missingJournal(folder: Folder): Migration {
  const file: SourceFile = {
    path: `${folder.path}/${JOURNAL}`,
    name: JOURNAL,
    text: () => {
      throw new Error('the file does not exist')
    },
  }
  return unreadMigration(file, 'the folder has no journal, so its order is not known')
}
