import type { Migration, MigrationTool } from '../migration.js'
import { languageOf, otherMigration } from '../other-kinds.js'
import { sqlMigration } from '../pieces.js'
import { inVersionOrder } from '../versions.js'

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
  read: (folder): readonly Migration[] =>
    inVersionOrder(
      'golang-migrate',
      folder,
      ({ name }) => {
        const version = /^(\d+)_[^/]*\.up\.[^/]*$/.exec(name)?.[1]
        return version === undefined ? undefined : BigInt(version)
      },
      (file) => (languageOf(file.name) === undefined ? sqlMigration(file) : otherMigration(file)),
    ),
}
