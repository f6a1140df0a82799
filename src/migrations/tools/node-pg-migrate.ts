import { onDemand } from '../../onDemand.js'
import { hasMarker, textOf, usesPackage } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { dropEmpty, slicePiece, sqlMigration, unreadMigration, type Parts } from '../pieces.js'
import { directPrograms, somePrograms } from './programs.js'

const UP = /^[ \t]*--[ \t-]*up[ \t]+migration/im
const DOWN = /^[ \t]*--[ \t-]*down[ \t]+migration/im

/** From the up marker to the down marker, whichever comes first; without an up marker everything up to the end. */
function parts(text: string): Parts {
  const up = text.search(UP)
  const down = text.search(DOWN)
  const start = Math.max(up, 0)
  // As the tool has it: a down marker ends the part only after an up marker.
  const end = up < 0 || down < up ? text.length : down
  const line = text.slice(0, start).split('\n').length
  return { pieces: dropEmpty([slicePiece(text, start, end, line)]) }
}

/** A number of 17 digits is a time in UTC down to the millisecond; any other stands for itself. */
function prefixOf(name: string): number | undefined {
  const digits = /^\d+/.exec(name)?.[0]
  if (digits === undefined) return undefined
  if (digits.length !== 17) return Number(digits)
  const [, year, month, day, hour, minute, second, ms] = /^(....)(..)(..)(..)(..)(..)(...)$/.exec(digits)!
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`)
}

/** Made when it is needed: that takes milliseconds. */
let order: Intl.Collator | undefined

function compare(a: SourceFile, b: SourceFile): number {
  const byPrefix = (prefixOf(a.name) ?? 0) - (prefixOf(b.name) ?? 0)
  if (byPrefix !== 0) return byPrefix
  order ??= new Intl.Collator('en', {
    usage: 'sort',
    numeric: true,
    sensitivity: 'variant',
    ignorePunctuation: true,
  })
  return order.compare(a.name, b.name)
}

/** With a loader for pairs of files configured, `x.down.sql` belongs to `x.up.sql`. */
function isSecondOfPair(folder: Folder, { name }: SourceFile): boolean {
  return name.endsWith('.down.sql') && folder.file(name.replace(/\.down\.sql$/, '.up.sql')) !== undefined
}

function looksLikeProgram(text: string): boolean {
  return (
    /\bnode-pg-migrate\b/.test(text) || (/\bpgm\s*(?:[:,)]|=>)/.test(text) && /\bpgm\s*\.\s*\w+\(/.test(text))
  )
}

/** The migrations of SQL files, by file. */
function sqlMigrations(files: readonly SourceFile[]): [SourceFile, readonly Migration[]][] {
  return files.map((file) => {
    const isNumbered = prefixOf(file.name) !== undefined
    const reason = 'its name does not start with a number, which node-pg-migrate rejects'
    return [file, [isNumbered ? sqlMigration(file, { parts }) : unreadMigration(file, reason)]]
  })
}

/** The migrations of programs, by file, read in their order. */
function programMigrations(
  folder: Folder,
  files: readonly SourceFile[],
): [SourceFile, readonly Migration[]][] {
  if (files.length === 0) return []
  const { readPrograms, nodePgMigrateProgram } = onDemand()
  const tool = nodePgMigrateProgram()
  return files.map((file) => [file, readPrograms(folder, [file], tool).map(({ migration }) => migration)])
}

/**
 * node-pg-migrate: the files of the folder itself, but for hidden ones, by the number in front (17 digits are a time in
 * UTC), then by name; of an SQL file what stands between `-- Up Migration` and `-- Down Migration`; of a program in JavaScript or
 * TypeScript what `up` does to the schema, read without running it. All of one run is one transaction
 * (`--single-transaction`, on by default), but for migrations that call `pgm.noTransaction()`. Source: node-pg-migrate docs,
 * "Migrations" and "CLI"; its file name utilities for the order.
 */
export const nodePgMigrate: MigrationTool = {
  name: 'node-pg-migrate',
  oneTransaction: true,
  matches: (folder) =>
    hasMarker(folder, UP) ||
    (usesPackage(folder, 'node-pg-migrate') &&
      folder.files.some(({ name }) => /^\d[^/]*\.sql$/.test(name))) ||
    somePrograms(folder, looksLikeProgram),
  read(folder): readonly Migration[] {
    const sql = folder.files.filter(
      (file) => /^[^./][^/]*\.sql$/.test(file.name) && !isSecondOfPair(folder, file),
    )
    const programs = directPrograms(folder).filter(
      (file) => prefixOf(file.name) !== undefined || looksLikeProgram(textOf(file)),
    )
    const read = new Map([...sqlMigrations(sql), ...programMigrations(folder, programs.sort(compare))])
    return [...read].sort(([a], [b]) => compare(a, b)).flatMap(([, migrations]) => migrations)
  },
}
