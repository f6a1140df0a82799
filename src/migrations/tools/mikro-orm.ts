import { onDemand } from '../../onDemand.js'
import { textOf } from '../marks.js'
import type { Migration, MigrationTool } from '../migration.js'
import { programFiles, programSample } from './programs.js'

function looksLikeMikroOrm(text: string): boolean {
  return /\bextends\s+Migration\b/.test(text) && /\baddSql\(|mikro-orm/.test(text)
}

/**
 * MikroORM: the classes that extend `Migration`, in the order of the files' names; of each the statements that `up` gives to
 * `addSql` and `execute`, read without running it. Each runs in a transaction, unless `isTransactional` gives false. Source: MikroORM
 * docs, "Migrations".
 */
export const mikroOrm: MigrationTool = {
  name: 'mikro-orm',
  matches: (folder) => programSample(folder).some(looksLikeMikroOrm),
  read(folder): readonly Migration[] {
    const { readPrograms, mikroOrmProgram } = onDemand()
    const files = programFiles(folder).filter((file) => looksLikeMikroOrm(textOf(file)))
    return readPrograms(folder, files, mikroOrmProgram).map(({ migration }) => migration)
  },
}
