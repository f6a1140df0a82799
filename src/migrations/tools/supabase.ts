import { byBytes } from '../files.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { sqlMigration } from '../pieces.js'

function isMigration({ name }: SourceFile): boolean {
  return /^\d+_.*\.sql$/.test(name)
}

function isSupabase(folder: Folder): boolean {
  return /(?:^|\/)supabase\/migrations$/.test(folder.path) || isConfig(folder.file('../config.toml'))
}

function isConfig(file: SourceFile | undefined): boolean {
  try {
    return file !== undefined && /^[ \t]*(?:project_id\s*=|\[(?:db|auth|studio)[\].])/m.test(file.text())
  } catch {
    return false
  }
}

/** Early versions of the CLI wrote a first file that is no longer run. */
function isObsolete({ name }: SourceFile): boolean {
  const time = /^(\d{14})_init\.sql$/.exec(name)?.[1]
  return time !== undefined && time < '20211209000000'
}

/**
 * Supabase CLI: files `<timestamp>_name.sql` of `supabase/migrations` itself, in byte order of their names, each sent as
 * one batch, which is one transaction (a first file `<timestamp>_init.sql` from before 2021-12-09 is skipped). `supabase/schemas` (declarative, the source of generated migrations) and seed
 * files are not run as migrations. Source: Supabase docs, "Local development, Database migrations" and "Declarative
 * database schemas".
 */
export const supabase: MigrationTool = {
  name: 'supabase',
  matches: (folder) => folder.files.some(isMigration) && (folder.parts ?? [folder]).some(isSupabase),
  read: (folder): readonly Migration[] =>
    folder.files
      .filter(isMigration)
      .sort((a, b) => byBytes(a.name, b.name))
      .filter((file, index) => index > 0 || !isObsolete(file))
      .map((file) => sqlMigration(file)),
}
