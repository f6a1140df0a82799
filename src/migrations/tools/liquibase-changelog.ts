import { linesOf } from '../pieces.js'
import { HARMLESS, propertyOf, unreadChangeset, type ChangelogEntry } from './liquibase-entries.js'
import { isForPostgres } from './liquibase-formatted.js'
import { xmlEntries } from './liquibase-xml.js'

/**
 * The entries of a changelog. A changeset that defines objects in Liquibase's own terms is `unread`, with its text.
 * Never throws.
 */
export function changelogEntries(name: string, text: string): ChangelogEntry[] {
  if (/\.xml$/i.test(name)) return xmlEntries(text)
  return /\.json$/i.test(name) ? jsonEntries(text) : yamlEntries(text)
}

type Json = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function jsonEntries(text: string): ChangelogEntry[] {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    const reason = `the changelog can't be read: ${(error as Error).message}`
    return [{ kind: 'unread', line: 1, text, reason }]
  }
  const list = isObject(content) ? content.databaseChangeLog : undefined
  return (Array.isArray(list) ? list : []).flatMap((item: unknown) => (isObject(item) ? jsonEntry(item) : []))
}

function jsonEntry(item: Json): ChangelogEntry[] {
  const [key = ''] = Object.keys(item)
  const value = item[key]
  if (!isObject(value)) return []
  const relative = value.relativeToChangelogFile === true || value.relativeToChangelogFile === 'true'
  if (key === 'include') return [{ kind: 'include', file: String(value.file), relative, line: 1 }]
  if (key === 'includeAll') return [{ kind: 'includeAll', path: String(value.path), relative, line: 1 }]
  if (key === 'property')
    return propertyOf((name) => (typeof value[name] === 'string' ? value[name] : undefined))
  if (key !== 'changeSet' || !isForPostgres(typeof value.dbms === 'string' ? value.dbms : undefined))
    return []
  const changes: readonly unknown[] = Array.isArray(value.changes) ? value.changes : []
  return changes.flatMap((change): ChangelogEntry[] => {
    if (!isObject(change)) return []
    const [kind = ''] = Object.keys(change)
    const body = change[kind]
    if (isObject(body) && kind === 'sql') return [{ kind: 'sql', text: String(body.sql ?? ''), line: 1 }]
    if (isObject(body) && kind === 'sqlFile') {
      return [
        {
          kind: 'sqlFile',
          file: String(body.path),
          relative: body.relativeToChangelogFile === true,
          line: 1,
        },
      ]
    }
    return HARMLESS.has(kind.toLowerCase()) ? [] : [unreadChangeset(JSON.stringify(change), 1)]
  })
}

/**
 * YAML as changelogs use it: a list of one-key maps under `databaseChangeLog`. Includes and properties are read by their
 * lines, a changeset's SQL where it is a plain scalar or a block.
 */
function yamlEntries(text: string): ChangelogEntry[] {
  const items: { key: string; line: number; body: string[] }[] = []
  let indent: number | undefined
  for (const { text: content, number } of linesOf(text)) {
    const item = /^(\s*)-\s+(\w+)\s*:(.*)$/.exec(content)
    if (item !== null && (indent === undefined || item[1]!.length <= indent)) {
      indent = item[1]!.length
      items.push({ key: item[2]!, line: number, body: [item[3]!] })
    } else items.at(-1)?.body.push(content)
  }
  return items.flatMap(({ key, line, body }) => {
    const get = (name: string): string | undefined => yamlScalar(body, name)
    const relative = get('relativeToChangelogFile') === 'true'
    if (key === 'include') return [{ kind: 'include' as const, file: get('file') ?? '', relative, line }]
    if (key === 'includeAll')
      return [{ kind: 'includeAll' as const, path: get('path') ?? '', relative, line }]
    if (key === 'property') return propertyOf(get)
    if (key !== 'changeSet' || !isForPostgres(get('dbms'))) return []
    return yamlChangeset(body, line)
  })
}

function yamlScalar(lines: readonly string[], name: string): string | undefined {
  for (const line of lines) {
    if (line.length > 2_000) continue
    const value = new RegExp(`(?:^|[\\s{,-])${name}\\s*:\\s*([^#]*?)\\s*[},]?\\s*$`).exec(line)?.[1]
    if (value !== undefined && value !== '') return value.replace(/^(["'])(.*)\1$/, '$2')
  }
  return undefined
}

function yamlChangeset(body: readonly string[], firstLine: number): ChangelogEntry[] {
  const start = body.findIndex((line) => /^\s*changes\s*:/.test(line))
  if (start < 0) return []
  const changes: { key: string; at: number; lines: string[] }[] = []
  let indent: number | undefined
  for (let at = start + 1; at < body.length; at++) {
    const change = /^(\s*)-\s+(\w+)\s*:/.exec(body[at]!)
    if (change !== null && (indent === undefined || change[1]!.length === indent)) {
      indent = change[1]!.length
      changes.push({ key: change[2]!, at, lines: [body[at]!] })
    } else if (indent !== undefined && /^\s*\w+\s*:/.test(body[at]!) && body[at]!.search(/\S/) < indent) break
    else changes.at(-1)?.lines.push(body[at]!)
  }
  return changes.flatMap(({ key, at, lines }): ChangelogEntry[] => {
    const line = firstLine + at
    if (HARMLESS.has(key.toLowerCase())) return []
    if (key === 'sqlFile') {
      const relative = yamlScalar(lines, 'relativeToChangelogFile') === 'true'
      return [{ kind: 'sqlFile', file: yamlScalar(lines, 'path') ?? '', relative, line }]
    }
    const sql = key === 'sql' ? yamlSql(lines) : undefined
    return [
      sql === undefined
        ? unreadChangeset(lines.join('\n'), line)
        : { kind: 'sql', text: sql.text, line: line + sql.at },
    ]
  })
}

/** The value of `sql:` (of a change `sql`): on its line, or the indented block below `|` or `>`. */
function yamlSql(lines: readonly string[]): { text: string; at: number } | undefined {
  const from = /^\s*-\s+sql\s*:\s*\S/.test(lines[0]!) ? 0 : 1
  for (let at = from; at < lines.length; at++) {
    const [, indent, value] = /^(\s*)(?:-\s+)?sql\s*:\s*(.*?)\s*$/.exec(lines[at]!) ?? []
    if (value === undefined) continue
    if (!/^[|>][-+\d]*$/.test(value)) {
      const end = /^(["'])(.*)\1$/.exec(value)
      return { text: end === null ? value : end[2]!.replaceAll("''", "'"), at }
    }
    const block: string[] = []
    for (const line of lines.slice(at + 1)) {
      if (line.trim() !== '' && line.search(/\S/) <= indent!.length) break
      block.push(line)
    }
    return { text: block.join('\n'), at: at + 1 }
  }
  return undefined
}
