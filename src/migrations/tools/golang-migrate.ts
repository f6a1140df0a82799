import { nearest, textOf } from '../marks.js'
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
    if (sql.length === 0 || sql.some(({ name }) => !/^\d+_.*\.(?:up|down)\.sql$/.test(name))) return false
    // With two files of one version golang-migrate does not even start: a program without it reads them by itself.
    const versions = sql.flatMap(({ name }) => /^0*(\d+)_.*\.up\.sql$/.exec(name)?.[1] ?? [])
    const program = textOf(nearest(folder, 'go.mod'))
    return new Set(versions).size === versions.length || program === '' || program.includes('golang-migrate')
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
