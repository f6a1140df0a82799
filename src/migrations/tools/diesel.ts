import { byBytes } from '../files.js'
import { nearest, textOf } from '../marks.js'
import type { Folder, Migration, MigrationTool } from '../migration.js'
import { sqlMigration, unreadFile } from '../pieces.js'

/** The folders that hold an `up.sql`, with it. */
export function upFolders(folder: Folder): { name: string; file: Folder['files'][number] }[] {
  return folder.files.flatMap((file) => {
    const name = /^([^/.][^/]*)\/up\.sql$/.exec(file.name)?.[1]
    return name === undefined ? [] : [{ name, file }]
  })
}

/** The name up to the first `_`, dashes left out: compared as text. */
function versionOf(name: string): string {
  return name.split('_')[0]!.replaceAll('-', '')
}

function runsInTransaction(folder: Folder, name: string): boolean {
  return !/^[ \t]*run_in_transaction\s*=\s*false/m.test(textOf(folder.file(`${name}/metadata.toml`)))
}

/**
 * Diesel: each folder `<version>_name` with its `up.sql` (`down.sql` is the way back), in the order of the versions as
 * text without dashes, in a transaction unless its `metadata.toml` says `run_in_transaction = false`. Source: Diesel docs,
 * `diesel_migrations`, "Migration structure", and `FileBasedMigrations`.
 */
export const diesel: MigrationTool = {
  name: 'diesel',
  matches(folder) {
    const folders = upFolders(folder)
    if (folders.length === 0) return false
    return (
      nearest(folder, 'diesel.toml') !== undefined ||
      folders.every(({ name }) =>
        /^\d{4}-\d\d?-\d\d?-\d+(?:-\d{4})?(?:[_-]|$)|^0+_diesel_initial_setup$/.test(name),
      )
    )
  },
  read: (folder): readonly Migration[] =>
    upFolders(folder)
      .sort((a, b) => byBytes(versionOf(a.name), versionOf(b.name)) || byBytes(a.name, b.name))
      .map(({ name, file }, index, all) => {
        const migration = sqlMigration(file, { name, transaction: runsInTransaction(folder, name) })
        const before = all[index - 1]
        if (before === undefined || versionOf(before.name) !== versionOf(name)) return migration
        const reason = `its version is that of ${before.name} too, of which Diesel runs one`
        return { ...migration, pieces: [], unread: [unreadFile(file, reason)] }
      }),
}
