import type { Unread } from '../catalog/model.js'
import type { CodeUse } from '../code/use.js'

/** Whether something unread may have changed what the use depends on: its value set, or its table. */
export function isTouched({ valueSet, target }: CodeUse, unread: readonly Unread[]): boolean {
  const names = new Set(unread.flatMap(({ touches }) => touches ?? []))
  if (names.size === 0) return false
  if (names.has(`${valueSet.schema}.${valueSet.name}`)) return true
  return target.table !== undefined && names.has(`${target.schema ?? valueSet.schema}.${target.table}`)
}
