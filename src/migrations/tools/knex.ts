import { onDemand } from '../../onDemand.js'
import { byCodeUnit } from '../files.js'
import { textOf, usesPackage } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { isVersioned, languageOf } from '../other-kinds.js'

function filesOf(folder: Folder): SourceFile[] {
  return folder.files.filter(
    ({ name }) => /^[^/]+\.(?:[cm]?js|ts)$/.test(name) && languageOf(name) !== undefined && isVersioned(name),
  )
}

function looksLikeKnex(file: SourceFile): boolean {
  const text = textOf(file)
  return (
    /\b(?:exports\.up\b|module\.exports\s*=|export\s+(?:async\s+)?(?:function|const)\s+up\b)/.test(text) &&
    /\bknex\b/i.test(text)
  )
}

/**
 * Knex: the JavaScript and TypeScript files of the folder itself in the order of their names; of each what `up` does to
 * the schema, read without running it: the schema builder's calls as the SQL that Knex sends to Postgres, and raw
 * statements; with constants and helpers of the project's files that it imports, and SQL of files that it reads. What
 * depends on values that are not constant is unread, and so is code that is not followed. A condition that would make a
 * migration throw counts as not met: what is replayed are migrations that ran. Each runs in a transaction unless `exports.config`
 * says `transaction: false`. Source: Knex docs, "Migrations" and "Schema Builder".
 */
export const knex: MigrationTool = {
  name: 'knex',
  matches: (folder) => {
    const [first, ...more] = filesOf(folder)
    if (first === undefined || folder.files.some(({ name }) => /^[^/]+\.sql$/.test(name))) return false
    return looksLikeKnex(first) || (usesPackage(folder, 'knex') && more.slice(-3).some(looksLikeKnex))
  },
  read(folder): readonly Migration[] {
    const { readPrograms, knexProgram } = onDemand()
    const files = filesOf(folder).sort((a, b) => byCodeUnit(a.name, b.name))
    return readPrograms(folder, files, knexProgram).map(({ migration }) => migration)
  },
}
