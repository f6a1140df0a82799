import type { Catalog } from '../../catalog/model.js'
import type { SqlUse } from '../use.js'

/** Leaves out uses that depend on an object which something unread may have changed. */
export function dropUnread(catalog: Catalog, uses: readonly SqlUse[]): readonly SqlUse[] {
  if (catalog.unread.length === 0) return uses
  const touched = new Set(catalog.unread.flatMap((piece) => piece.touches ?? []))
  if (touched.size === 0) return uses
  return uses.filter(({ valueSet, target }) => {
    if (touched.has(`${valueSet.schema}.${valueSet.name}`)) return false
    return target.table === undefined || !touched.has(`${target.schema ?? ''}.${target.table}`)
  })
}
