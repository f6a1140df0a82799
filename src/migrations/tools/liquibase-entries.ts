import { isForPostgres } from './liquibase-formatted.js'

/** What a changelog in XML, YAML or JSON holds, in its order. Lines from 1. */
export type ChangelogEntry =
  | { readonly kind: 'property'; readonly name: string; readonly value: string }
  | { readonly kind: 'include'; readonly file: string; readonly relative: boolean; readonly line: number }
  | { readonly kind: 'sqlFile'; readonly file: string; readonly relative: boolean; readonly line: number }
  | { readonly kind: 'includeAll'; readonly path: string; readonly relative: boolean; readonly line: number }
  | { readonly kind: 'sql'; readonly text: string; readonly line: number }
  | { readonly kind: 'unread'; readonly reason: string; readonly text: string; readonly line: number }

/** Changes of a changeset that touch rows only, or nothing. */
export const HARMLESS = new Set([
  'comment',
  'rollback',
  'insert',
  'update',
  'delete',
  'loaddata',
  'loadupdatedata',
  'empty',
  'tagdatabase',
  'validchecksum',
  'output',
  'stop',
])

/** A changeset in Liquibase's own terms. */
export function unreadChangeset(text: string, line: number): ChangelogEntry {
  return {
    kind: 'unread',
    line,
    text,
    reason: "the changeset is written in Liquibase's own terms, which are not read",
  }
}

/** A property, where it has a name and a value and is for Postgres. `get` gives its attributes. */
export function propertyOf(get: (key: string) => string | undefined): ChangelogEntry[] {
  const [name, value] = [get('name'), get('value')]
  if (name === undefined || value === undefined || !isForPostgres(get('dbms'))) return []
  return [{ kind: 'property', name, value }]
}
