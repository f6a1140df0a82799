import { byCodeUnit } from '../files.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { sqlMigration, unreadMigration } from '../pieces.js'

const UP = /^(\d+)_(.*)\.up\.(.*)$/

function upFiles(folder: Folder): { file: SourceFile; version: bigint }[] {
  return folder.files.flatMap((file) => {
    const version = file.name.includes('/') ? undefined : UP.exec(file.name)?.[1]
    return version === undefined ? [] : [{ file, version: BigInt(version) }]
  })
}

/**
 * golang-migrate: files `{version}_{title}.up.{extension}` of the folder itself, in the order of `version` as an unsigned
 * number; each file is sent as one query, which Postgres runs in one transaction. Files that only end in `.sql` are not
 * its. Two files of one version are an error. Source: golang-migrate, MIGRATIONS.md, "Migration Filename Format", and
 * database/postgres/README.md, "Multi-statement mode".
 */
export const golangMigrate: MigrationTool = {
  name: 'golang-migrate',
  matches(folder) {
    const sql = folder.files.filter(({ name }) => !name.includes('/') && name.endsWith('.sql'))
    return sql.length > 0 && sql.every(({ name }) => /^\d+_.*\.(?:up|down)\.sql$/.test(name))
  },
  read(folder): readonly Migration[] {
    const files = upFiles(folder).sort((a, b) =>
      a.version < b.version ? -1 : a.version > b.version ? 1 : byCodeUnit(a.file.name, b.file.name),
    )
    return files.map(({ file, version }, index) => {
      const before = files[index - 1]
      return before !== undefined && before.version === version
        ? unreadMigration(
            file,
            `its version is that of ${before.file.name} too, which golang-migrate rejects`,
          )
        : sqlMigration(file)
    })
  },
}
