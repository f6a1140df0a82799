import { usesCrate } from '../marks.js'
import type { Migration, MigrationTool, SourceFile } from '../migration.js'
import { otherMigration } from '../other-kinds.js'
import { baseName, sqlMigration } from '../pieces.js'
import { inVersionOrder } from '../versions.js'

/** `U` is a migration as `V` is, only that its version may be below the last one applied. */
function versionOf({ name }: SourceFile): bigint | undefined {
  const version = /^[UV](\d+)__\w+\.(?:sql|rs)$/.exec(baseName(name))?.[1]
  return version === undefined ? undefined : BigInt(version)
}

/**
 * refinery: files `V<version>__<name>.sql` and `U<version>__<name>.sql` (`.rs` too, which is not read) of the folder and
 * those beneath it, in the order of the version as a number, each in a transaction. Source: refinery README, "Usage" and
 * "Non-contiguous VS Contiguous migrations".
 */
export const refinery: MigrationTool = {
  name: 'refinery',
  matches: (folder) =>
    usesCrate(folder, 'refinery') && folder.files.some((file) => versionOf(file) !== undefined),
  read: (folder): readonly Migration[] =>
    inVersionOrder('refinery', folder, versionOf, (file) =>
      file.name.endsWith('.rs') ? otherMigration(file) : sqlMigration(file),
    ),
}
