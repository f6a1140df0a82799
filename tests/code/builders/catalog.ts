import type { Catalog } from '../../../src/catalog/model.js'
import { replayMigrations } from '../../../src/sql/replay.js'

/** The catalog after one piece of DDL. */
export function catalogOf(ddl: string): Catalog {
  const pieces = [{ text: ddl, line: 1, offset: 0 }]
  return replayMigrations([
    { name: '0001', file: 'migrations/0001.sql', pieces, transaction: true, unread: [] },
  ])
}
