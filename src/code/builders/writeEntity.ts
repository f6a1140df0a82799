import type { Entity } from './entities.js'
import type { Source } from './flow.js'
import type { BuilderFile } from './library.js'

/** A row, and the rows of related entities that are saved with it. */
export function writeEntity(
  file: BuilderFile,
  entity: Entity,
  source: Source,
  link: string,
  depth = 5,
): void {
  file.uses.writeRow(entity.relation, source, link, { column: (key) => entity.column(key) })
  if (depth === 0) return
  for (const { key, value } of file.flow.entries(source)) {
    const related = entity.related?.(key)
    if (related) writeEntity(file, related as Entity, value, link, depth - 1)
  }
}
