import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import type { MigrationSet } from './migration.js'

function mark(path: string): string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return 'missing'
    return `${stats.mtimeMs}:${stats.size}:${stats.ino}`
  } catch {
    return 'missing'
  }
}

/**
 * Names, times and sizes of the files and folders that a set depends on: equal as long as reading the set again would
 * give the same. A stat for each file, nothing is read. A new file shows by its folder's time.
 */
export function fingerprint(set: Pick<MigrationSet, 'dependsOn'>): string {
  const hash = createHash('sha1')
  for (const path of set.dependsOn) hash.update(`${path}\0${mark(path)}\0`)
  return hash.digest('hex')
}

/** A digest of what the set runs and of what can't be read: changes exactly when the set's contents do. */
export function digest(set: MigrationSet): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([set.tool, set.oneTransaction, set.problems, set.unread]))
  for (const { name, file, pieces, transaction, unread } of set.migrations) {
    hash.update(JSON.stringify([name, file, transaction, pieces, unread]))
  }
  return hash.digest('hex').slice(0, 32)
}
