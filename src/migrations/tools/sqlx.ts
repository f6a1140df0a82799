import { usesCrate } from '../marks.js'
import type { Migration, MigrationTool, SourceFile } from '../migration.js'
import { sqlMigration, wholeText } from '../pieces.js'
import { inVersionOrder, leadingNumber } from '../versions.js'

function versionOf(file: SourceFile): bigint | undefined {
  return /\.sql$/.test(file.name) && !/\.down\.sql$/.test(file.name) ? leadingNumber(file) : undefined
}

/**
 * sqlx: files `<VERSION>_<DESCRIPTION>.sql` or `.up.sql` of the folder itself in the order of the version as a number
 * (`.down.sql` is the way back), in a transaction unless the file starts with `-- no-transaction`. Source: sqlx docs,
 * `migrate!` and `MigrationSource`; sqlx-cli README, "Create and run migrations".
 */
export const sqlx: MigrationTool = {
  name: 'sqlx',
  matches: (folder) =>
    usesCrate(folder, 'sqlx') && folder.files.some((file) => versionOf(file) !== undefined),
  read: (folder): readonly Migration[] =>
    inVersionOrder('sqlx', folder, versionOf, (file) =>
      sqlMigration(file, {
        parts: (text) => ({ ...wholeText(text), transaction: !text.startsWith('-- no-transaction') }),
      }),
    ),
}
