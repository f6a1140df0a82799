import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findMigrations, readMigrationSet } from '../../src/migrations/discover.js'
import type { Migration, MigrationSet, UnreadSource } from '../../src/migrations/migration.js'
import { tools } from '../../src/migrations/tools/index.js'

const CASES = join(import.meta.dirname, '../fixtures/migrations')

function unreadLine({ file, line, reason, text }: UnreadSource): string {
  return `  unread ${file}:${line} ${reason}${text === undefined ? '' : ` [${text.length} characters]`}`
}

/** Pieces with the lines of their files, so that a wrong origin shows. */
function printed(migration: Migration): string[] {
  const { name, file, transaction, pieces, unread } = migration
  return [
    `${name} (${file})${transaction ? '' : ', no transaction'}`,
    ...pieces.flatMap((piece) => {
      const head = `  piece${piece.file === undefined ? '' : ` of ${piece.file}`}${piece.offset === undefined ? ', replaced' : ''}`
      const lines = piece.text.replace(/\r?\n$/, '').split('\n')
      return [head, ...lines.map((text, i) => `  ${String(piece.line + i).padStart(3)}| ${text}`.trimEnd())]
    }),
    ...unread.map(unreadLine),
  ]
}

function print(set: MigrationSet): string {
  const head = `tool ${set.tool}${set.oneTransaction ? ', one transaction' : ''}`
  const lines = [
    head,
    ...set.problems.map(({ message }) => `problem ${message}`),
    ...set.unread.map(unreadLine),
  ]
  return `${[...lines, ...set.migrations.flatMap(printed)].join('\n')}\n`
}

/** What holds for every piece: it is the slice that it says to be. */
function expectExactOrigins(root: string, set: MigrationSet): void {
  for (const migration of set.migrations) {
    for (const { text, line, offset, file } of migration.pieces) {
      const source = readFileSync(join(root, file ?? migration.file), 'utf8')
      if (offset === undefined) continue
      expect(source.slice(offset, offset + text.length)).toBe(text)
      expect(source.slice(0, offset).split('\n').length).toBe(line)
    }
  }
}

describe.each(readdirSync(CASES))('%s', (tool) => {
  test.each(readdirSync(join(CASES, tool)))('%s', async (name) => {
    const root = join(CASES, tool, name, 'input')
    const found = findMigrations(join(root, 'src/app.ts'), root)
    expect(found.problems).toEqual([])
    expect(found.tool).toBe(tool)
    const set = readMigrationSet({ root, dir: found.dir! })
    expect(set.tool).toBe(tool)
    expectExactOrigins(root, set)
    await expect(print(set)).toMatchFileSnapshot(join(CASES, tool, name, 'expected.txt'))
  })
})

test('every tool has a case', () => {
  expect(readdirSync(CASES)).toEqual(tools.map((tool) => tool.name).sort())
})
