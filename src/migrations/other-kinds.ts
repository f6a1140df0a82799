import type { Folder, Migration, SourceFile } from './migration.js'
import { textOf } from './marks.js'
import { baseName, unreadMigration } from './pieces.js'

const LANGUAGES: Readonly<Record<string, string>> = {
  go: 'Go',
  ts: 'TypeScript',
  mts: 'TypeScript',
  cts: 'TypeScript',
  js: 'JavaScript',
  mjs: 'JavaScript',
  cjs: 'JavaScript',
  py: 'Python',
  rb: 'Ruby',
  rs: 'Rust',
  php: 'PHP',
  java: 'Java',
  kt: 'Kotlin',
  cs: 'C#',
  ex: 'Elixir',
  exs: 'Elixir',
  sh: 'a shell script',
  xml: 'XML',
  yaml: 'YAML',
  yml: 'YAML',
  json: 'JSON',
  fizz: 'fizz',
}

/** The language of a migration that is not SQL, by the file's extension; undefined for SQL and for what runs nothing. */
export function languageOf(name: string): string | undefined {
  if (/\.d\.[cm]?ts$|_test\.go$|\.(?:test|spec)\.[cm]?[jt]s$/.test(name)) return undefined
  return LANGUAGES[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '']
}

/** True where a file's name starts with a version, as migrations' names do: `0001_`, `2024...`, `V1__`, `R__`. */
export function isVersioned(name: string): boolean {
  return /^(?:[VvUuBb]?\d|R__|Migration\d)/.test(baseName(name))
}

/** Lines that are comments; what follows code on its line stays, since it may be part of a string. */
const COMMENTS = /^[ \t]*(?:\/\/|\*|--)[^\n]*|^[ \t]*\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))/gm
const HASH_COMMENTS = /^[ \t]*#[^\n]*/gm
const CHANGES_ROWS = /\b(?:insert\s+into|update\s+\S+\s+(?:as\s+)?(?:\S+\s+)?set|delete\s+from)\b/i
/** Statements about indexes, which hold no value set. */
const INDEXES = /\b(?:create\s+(?:unique\s+)?|drop\s+|alter\s+|re)index\b/gi
/** Also inside longer names: `createTable`, `drop_column`, `create_partition(...)`, `AutoMigrate`. */
const MAY_CHANGE_MORE =
  /create(?!d)|alter(?!ed|nat)|drop(?!ped)|renam|truncate|migrate[^A-Za-z]|perform|\bcall\b|\bdo\s*\$|add.?(?:column|value|enum)|readFile|embed|\.sql\b|pg_(?:enum|type)|set.?schema|search_path/i
const HANDS_ON_CONNECTION =
  /(?<![\w.])([\w.]+)\(\s*(?:ctx\s*,\s*)?(?:db|tx|trx|conn|connection|knex|client|pool|queryRunner|pgm|op)\b/g
/** What JavaScript holds that may send SQL. */
const MAY_SEND =
  /\b(?:sql|raw|quer\w*|exec\w*|run\w*|schema|sync\w*|knex|db|database|pool|client|conn\w*|pgm|prisma|sequelize|\w*runner|trx|tx|transaction)\b|queryInterface/i
const OTHER_FILE = /(?:\bfrom|\brequire\(|\bimport|\binclude\w*)\s*["']\.|\bfrom\s+\.\w*\s+import\b/

/** The code without comments and without what it does to indexes. */
function reduced(code: string, language: string): string {
  const text = code.replace(COMMENTS, '')
  return (/^(?:Python|Ruby|Elixir|a shell)/.test(language) ? text.replace(HASH_COMMENTS, '') : text).replace(
    INDEXES,
    '',
  )
}

/** A Go function of another file of the package: its text, to the brace that closes it at the start of a line. */
function goFunction(name: string, siblings: readonly SourceFile[]): string | undefined {
  const start = new RegExp(`^func ${name}\\(`, 'm')
  for (const file of siblings) {
    const text = file.name.endsWith('.go') ? textOf(file) : ''
    const at = text.search(start)
    if (at >= 0) return text.slice(at, text.indexOf('\n}', at) + 2)
  }
  return undefined
}

/**
 * True where the code of a migration surely changes rows and indexes only: it does so (or, in JavaScript, holds neither SQL
 * nor a connection), names nothing that defines another
 * object (also not in what undoes it), takes nothing from another file of the project, and gives its connection to no
 * function that is not seen to be the same; those of a Go package are looked up in `siblings`.
 */
export function isSurelyDataOnly(
  code: string,
  language: string,
  siblings: readonly SourceFile[] = [],
): boolean {
  const text = reduced(code, language)
  const changesRows = CHANGES_ROWS.test(text) || text.length !== code.replace(COMMENTS, '').length
  if (!changesRows && (!/Script$/.test(language) || MAY_SEND.test(text))) return false
  if (MAY_CHANGE_MORE.test(text) || OTHER_FILE.test(text)) return false
  for (const [, name = ''] of text.matchAll(HANDS_ON_CONNECTION)) {
    if (/^(?:if|for|while|await|func|function|def|async|return)$/.test(name)) continue
    if (/[^\w]/.test(name)) return false
    if (new RegExp(`\\b(?:func(?:tion)?|const|let|def|async)\\s+${name}\\b`).test(text)) continue
    const other = language === 'Go' ? goFunction(name, siblings) : undefined
    if (other === undefined || MAY_CHANGE_MORE.test(reduced(other, language)) || handsOn(other)) return false
  }
  return true
}

/** True where a function gives its connection on. */
function handsOn(code: string): boolean {
  const body = code.slice(code.indexOf('\n'))
  return [...body.matchAll(HANDS_ON_CONNECTION)].length > 0
}

/**
 * The migration that a file in another language is: unread, or empty where it surely changes rows and indexes only.
 * `siblings`: the files of its package.
 */
export function otherMigration(
  file: SourceFile,
  name = baseName(file.name),
  siblings: readonly SourceFile[] = [],
): Migration {
  const language = languageOf(file.name) ?? 'another language'
  const migration = unreadMigration(file, `the migration is written in ${language}, which is not read`, name)
  const text = migration.unread[0]?.text
  return text !== undefined && isSurelyDataOnly(text, language, siblings)
    ? { ...migration, unread: [] }
    : migration
}

/** The files of a folder, not of those beneath it, that are migrations in another language. */
export function otherFiles(folder: Folder): SourceFile[] {
  return folder.files.filter(
    ({ name }) => !name.includes('/') && languageOf(name) !== undefined && isVersioned(name),
  )
}
