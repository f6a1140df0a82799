import { onDemand } from '../../onDemand.js'
import { textOf, usesPackage } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { isVersioned } from '../other-kinds.js'
import { programFiles } from './programs.js'

/** `0001_name.ts`, and `0001_name/index.ts` of postgres-shift. */
function filesOf(folder: Folder): SourceFile[] {
  return programFiles(folder).filter(({ name }) => isVersioned(name) || /^\d[^/]*\/index\.\w+$/.test(name))
}

const EXPORTS =
  /\bexport\s+default\s+(?:async\s+)?(?:function\b|\()|\bexport\s+(?:async\s+function\s+up\b|const\s+up\s*=)|\bexports\.up\b|\bmodule\.exports\s*=/
/** A statement that is given to what the function is called with. */
const SENDS = /\b(?:sql|tx)`|\b(?:client|pool|pg|db|context|connection)\.query\(/
const OTHERS = /\b(?:knex|kysely|queryInterface|pgm|MigrationInterface|sequelize|mongo\w*|prisma)\b/i

function looksLikeClient(file: SourceFile): boolean {
  const text = textOf(file)
  return EXPORTS.test(text) && SENDS.test(text) && !OTHERS.test(text)
}

/**
 * Programs that a runner of the project's own, postgres-shift, ley or umzug calls with a client of postgres.js, pg or slonik: the
 * JavaScript and TypeScript files whose names start with a number, in the order of their names; of each the statements that `up`, or
 * what it exports by default, sends, read without running it. Source: postgres-shift and ley, README.
 */
export const client: MigrationTool = {
  name: 'client',
  matches(folder) {
    const files = filesOf(folder)
    if (files.length === 0 || folder.files.some(({ name }) => /^[^/]+\.sql$/.test(name))) return false
    if (!['postgres', 'pg', 'slonik'].some((name) => usesPackage(folder, name))) return false
    return [files[0]!, ...files.slice(1).slice(-2)].every(looksLikeClient)
  },
  read(folder): readonly Migration[] {
    const { readPrograms, clientProgram } = onDemand()
    return readPrograms(folder, filesOf(folder), clientProgram).map(({ migration }) => migration)
  },
}
