import { byCodeUnit } from './files.js'
import type { Folder, Migration, SourceFile } from './migration.js'
import { unreadMigration } from './pieces.js'

/** The number that starts a file's name, before `_`; undefined where there is none or the file is in a folder beneath. */
export function leadingNumber({ name }: SourceFile): bigint | undefined {
  const digits = /^(\d+)_[^/]*$/.exec(name)?.[1]
  return digits === undefined ? undefined : BigInt(digits)
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * The migrations of a tool that orders files by a whole number: `versionOf` gives it (undefined for files that are not the
 * tool's), `make` makes a migration of a file. The second file of one version is unread: such a tool rejects it.
 */
export function inVersionOrder(
  tool: string,
  folder: Folder,
  versionOf: (file: SourceFile) => bigint | undefined,
  make: (file: SourceFile) => Migration,
): Migration[] {
  const files = folder.files
    .flatMap((file) => {
      const version = versionOf(file)
      return version === undefined ? [] : [{ file, version }]
    })
    .sort((a, b) => compare(a.version, b.version) || byCodeUnit(a.file.name, b.file.name))
  return files.map(({ file, version }, index) => {
    const before = files[index - 1]
    return before !== undefined && before.version === version
      ? unreadMigration(file, `its version is that of ${before.file.name} too, which ${tool} rejects`)
      : make(file)
  })
}
