import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SETTINGS } from '../../src/settings.js'

const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8')
const sections = page.split(/^## /m).slice(1)

test('docs/settings.md has each setting, in order', () => {
  expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(Object.keys(SETTINGS))
})

test.each(Object.entries(SETTINGS))('docs/settings.md says of %s what the schema says', (name, setting) => {
  const section = sections.find((one) => one.startsWith(`${name}\n`))
  expect(section).toContain(setting.description)
  expect(section).toContain(`Default: ${setting.fallback}.`)
  expect(section).toContain(`For example: \`${setting.example}\``)
})
