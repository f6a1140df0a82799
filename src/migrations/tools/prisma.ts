import { byBytes } from '../files.js'
import type { Folder, Migration, MigrationTool } from '../migration.js'
import { sqlMigration, unreadFile } from '../pieces.js'

/** Folder → whether it holds `migration.sql`. */
function foldersOf(folder: Folder): Map<string, boolean> {
  const found = new Map<string, boolean>()
  for (const { name } of folder.files) {
    const [inner, file, deeper] = name.split('/')
    if (file === undefined || deeper !== undefined || inner === undefined) continue
    found.set(inner, found.get(inner) === true || file === 'migration.sql')
  }
  return found
}

/** `provider` of `migration_lock.toml`; undefined where there is none. */
export function lockedProvider(folder: Folder): string | undefined {
  try {
    return /^[ \t]*provider\s*=\s*["']([^"']*)["']/m.exec(
      folder.file('migration_lock.toml')?.text() ?? '',
    )?.[1]
  } catch {
    return undefined
  }
}

/**
 * Prisma Migrate: each folder is a migration, named by it, in byte order of the names; its `migration.sql` is sent as
 * one query. Source: Prisma docs, "About migration histories"; "Limitations and known issues" for `migration_lock.toml`.
 */
export const prisma: MigrationTool = {
  name: 'prisma',
  matches(folder) {
    if (folder.file('migration_lock.toml') !== undefined) return true
    const folders = [...foldersOf(folder)].filter(([, has]) => has)
    return (
      folders.length > 0 &&
      folders.every(([name]) => /^\d+/.test(name)) &&
      !folder.files.some(({ name }) => name.endsWith('/snapshot.json'))
    )
  },
  read(folder): readonly Migration[] {
    const provider = lockedProvider(folder)
    const migrations: Migration[] = []
    for (const name of [...foldersOf(folder).keys()].sort(byBytes)) {
      const file = folder.file(`${name}/migration.sql`)
      if (file !== undefined) migrations.push(sqlMigration(file, { name }))
    }
    const lock = folder.file('migration_lock.toml')
    if (
      lock === undefined ||
      provider === undefined ||
      /^(?:postgresql|postgres|cockroachdb)$/.test(provider)
    ) {
      return migrations
    }
    const reason = `these migrations are for ${provider}, not for Postgres`
    return [
      {
        name: 'migration_lock.toml',
        file: lock.path,
        pieces: [],
        transaction: false,
        unread: [unreadFile(lock, reason)],
      },
    ]
  },
}
