import type { Catalog } from '../../catalog/model.js'
import type { Place } from '../builders/tables.js'
import { findColumn } from '../mirrors/lookup.js'
import type { Shape } from './shape.js'
import { listOf, valueShape } from './shape.js'

/** What a column is, as a value; undefined where it takes any string. */
export function placeShape(catalog: Catalog, place: Place | undefined, link: string): Shape | undefined {
  if (!place) return undefined
  const found = findColumn(catalog, place.relation, [place.column.name])
  const shape = valueShape(found && { ...found, ...(place.names && { names: place.names }) }, link)
  return place.column.type.array ? listOf(shape) : shape
}
