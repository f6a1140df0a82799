import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tools } from '../../src/migrations/tools/index.js'

test('docs/migrations.md has a row for each tool', () => {
  const page = readFileSync(new URL('../../docs/migrations.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([\w-]+)` /gm)].map(([, name]) => name)
  expect(rows.sort()).toEqual(tools.map(({ name }) => name).sort())
})
