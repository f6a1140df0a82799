import { byBytes } from '../files.js'
import { isVersioned, languageOf, otherMigration } from '../other-kinds.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { baseName, sqlMigration } from '../pieces.js'
import { includeFiles } from '../psql.js'

/**
 * Names by which projects mark the way back: `x.down.sql`, `x_down.sql`, `down.sql`, `U1__x.sql`, `x.undo.sql`, `x.rollback.sql`,
 * and `1.undo.x.sql` of Postgrator.
 */
const DOWN = /(?:^|[._-])(?:down|undo|rollback|revert)\.sql$|^U\d[\w.]*__|^\d+\.undo\./i

/** True where a file's name says that it undoes a migration. */
export function isDown(name: string): boolean {
  return DOWN.test(baseName(name))
}

function isMigration({ name }: SourceFile): boolean {
  if (/\.sql$/i.test(name)) return !isDown(name)
  return languageOf(name) !== undefined && isVersioned(name) && !/[._]down\.\w+$/i.test(name)
}

function filesOf(folder: Folder): readonly SourceFile[] {
  const candidates = folder.files.filter(isMigration)
  const direct = candidates.filter(({ name }) => !name.includes('/'))
  return direct.some(({ name }) => /\.sql$/i.test(name)) ? direct : candidates
}

/** The number in front of a name, where it is one that was counted up to: not a date, and without zeros in front. */
function countOf(name: string): number | undefined {
  const digits = /^(?:0|[1-9]\d{0,3})(?=[._ -][^/]*$)/.exec(name)?.[0]
  return digits === undefined ? undefined : Number(digits)
}

/** Byte order, but folders that are called by a number, and files that are counted from 1 on, stand in the order of the numbers. */
function byName(areCounted: boolean): (a: string, b: string) => number {
  return (a, b) => {
    const [x, y] = [a.split('/'), b.split('/')]
    const at = x.findIndex((part, index) => part !== y[index])
    const [left = '', right = ''] = [x[at], y[at]]
    const areFolders = at < x.length - 1 && at < y.length - 1
    const difference = areCounted
      ? countOf(left)! - countOf(right)!
      : areFolders && /^\d+$/.test(left) && /^\d+$/.test(right)
        ? Number(left) - Number(right)
        : 0
    return difference === 0 ? byBytes(a, b) : difference
  }
}

/** Whether files are counted, `1_x.sql` to `10_y.sql`: whoever names them so has them run in that order. */
function areCounted(files: readonly SourceFile[]): boolean {
  const counts = files.map(({ name }) => countOf(name))
  return counts.every((count) => count !== undefined) && Math.min(...(counts as number[])) < 10
}

/**
 * A folder of SQL files without a known tool's marks, as a program of the project's own runs it: every `.sql` file that
 * is not a way back (`.down.sql` and the like), whether named `.up.sql` or bare, in byte order of the names, or in the order of
 * the numbers where they are counted from 1 on without zeros in front. Files in folders beneath it count where it holds no SQL
 * file itself; folders called 1 to 10 stand in that order.
 */
export const plain: MigrationTool = {
  name: 'plain',
  matches: (folder) => filesOf(folder).some(({ name }) => /\.sql$/i.test(name)),
  read(folder): readonly Migration[] {
    const files = filesOf(folder)
    const compare = byName(areCounted(files))
    return [...files]
      .sort((a, b) => compare(a.name, b.name))
      .map((file) =>
        /\.sql$/i.test(file.name)
          ? sqlMigration(file, { parts: (text) => includeFiles(text, file.name, folder) })
          : otherMigration(file),
      )
  },
}
