import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { sqlMigration, unreadMigration } from '../pieces.js'
import { inVersionOrder } from '../versions.js'
import { upFolders } from './diesel.js'

/** `<version>_name/up.sql` (config version 2 and later) or `<version>_name.up.sql`; `.yaml` holds requests to Hasura. */
function versionOf({ name }: SourceFile): bigint | undefined {
  const version = /^(\d+)_[^/]*(?:\/up\.(?:sql|yaml)|\.up\.(?:sql|yaml))$/.exec(name)?.[1]
  return version === undefined ? undefined : BigInt(version)
}

/** A migration may hold both an SQL file and a YAML file: one is the other's version. */
function withoutTwins(folder: Folder): Folder {
  return {
    ...folder,
    files: folder.files.filter(
      ({ name }) => !name.endsWith('.yaml') || folder.file(name.replace(/\.yaml$/, '.sql')) === undefined,
    ),
  }
}

/**
 * Hasura CLI: the folders `<version>_name` of `migrations/<database>` with their `up.sql` (`down.sql` is the way back), in
 * the order of the version as a number, each as one request, which is one transaction. Source: Hasura docs, "Migrations
 * & Metadata", "Migration files, Format".
 */
export const hasura: MigrationTool = {
  name: 'hasura',
  matches: (folder) => {
    const folders = upFolders(folder)
    return folders.length > 0 && folders.every(({ file }) => versionOf(file) !== undefined)
  },
  read: (folder): readonly Migration[] =>
    inVersionOrder('hasura', withoutTwins(folder), versionOf, (file) => {
      const name = file.name.includes('/') ? file.name.split('/')[0]! : file.name
      return file.name.endsWith('.yaml')
        ? unreadMigration(file, 'the migration is written in YAML, which is not read', name)
        : sqlMigration(file, { name })
    }),
}
