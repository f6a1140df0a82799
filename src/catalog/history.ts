import type { FormerValue, Oid } from './model.js'
import { columnByNumber, current, replaceColumn } from './relations.js'
import type { Store } from './store.js'
import { valueSetOfColumn } from './valueSets.js'

/**
 * Runs what may change the value set of a column, and notes on the column which values went. The column keeps its
 * number through it; where it goes as a whole there is nothing to note.
 */
export function notingFormer(store: Store, oid: Oid, attnum: number, change: () => void): void {
  const relation = store.relations.get(oid)
  const column = relation?.columns.find((each) => each.attnum === attnum)
  const before =
    relation === undefined || column === undefined ? undefined : valueSetOfColumn(store, relation, column)
  change()
  if (before === undefined || !store.relations.has(oid)) return
  const relationNow = current(store, oid)
  const columnNow = columnByNumber(relationNow, attnum)
  if (columnNow === undefined) return
  const after = valueSetOfColumn(store, relationNow, columnNow)
  const gone = before.values
    .filter(({ value }) => after?.values.some((label) => label.value === value) !== true)
    .map(({ value }): FormerValue => ({ value, fate: 'removed', origin: store.origin }))
  const kept = after === undefined || after.name !== before.name ? before.former : []
  if (gone.length === 0 && kept.length === 0) return
  replaceColumn(store, oid, { ...columnNow, former: [...(columnNow.former ?? []), ...kept, ...gone] })
}
