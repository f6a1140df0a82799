import type { Folder, Migration, SourceFile } from './migration.js'
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

const LINE_COMMENTS = /(^|[\s;{}()])(?:\/\/|#)[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g
const CHANGES_ROWS = /\b(?:insert\s+into|update\s+\S+\s+(?:\S+\s+)?set|delete\s+from)\b/i
/** Also inside longer names: `createTable`, `drop_column`, `create_partition(...)`, `AutoMigrate`. */
const MAY_CHANGE_MORE =
  /create|alter|drop|renam|truncate|migrate[^A-Za-z]|perform|\bcall\b|\bdo\s*\$|add.?(?:column|value|enum)|readFile|embed|\.sql\b|pg_(?:enum|type)|set.?schema|search_path/i
const HANDS_ON_CONNECTION =
  /(?<![.\w])(\w+)\(\s*(?:ctx\s*,\s*)?(?:db|tx|trx|conn|connection|knex|client|pool|queryRunner|pgm|sql|op)\b/g

const OTHER_FILE = /(?:\bfrom|\brequire\(|\bimport|\binclude\w*)\s*["']\.|\bfrom\s+\.\w*\s+import\b/

/**
 * True where the code of a migration surely only changes rows: it writes rows, names nothing that defines an object
 * (also not in what undoes it), takes nothing from another file of the project, and gives its connection to no function defined elsewhere.
 */
export function isSurelyDataOnly(code: string): boolean {
  const text = code.replace(LINE_COMMENTS, '$1 ')
  if (!CHANGES_ROWS.test(text) || MAY_CHANGE_MORE.test(text) || OTHER_FILE.test(text)) return false
  for (const [, name] of text.matchAll(HANDS_ON_CONNECTION)) {
    if (name === 'if' || name === 'for' || name === 'while' || name === 'await') continue
    if (!new RegExp(`\\b(?:func(?:tion)?|const|let|def|async)\\s+${name}\\b`).test(text)) return false
  }
  return true
}

/** The migration that a file in another language is: unread, or empty where it surely changes rows only. */
export function otherMigration(file: SourceFile, name = baseName(file.name)): Migration {
  const language = languageOf(file.name) ?? 'another language'
  const migration = unreadMigration(file, `the migration is written in ${language}, which is not read`, name)
  const text = migration.unread[0]?.text
  return text !== undefined && isSurelyDataOnly(text) ? { ...migration, unread: [] } : migration
}

/** The files of a folder, not of those beneath it, that are migrations in another language. */
export function otherFiles(folder: Folder): SourceFile[] {
  return folder.files.filter(
    ({ name }) => !name.includes('/') && languageOf(name) !== undefined && isVersioned(name),
  )
}
