import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const built: string = new URL('dist/index.js', root).href
const { default: pgEnum } = (await import(built)) as typeof import('../../src/index.js')
const rules = readdirSync(new URL('rules/', root)).map((file) => file.replace(/\.ts$/, ''))

test('the plugin has the rules of the folder', () => {
  expect(Object.keys(pgEnum.rules).sort()).toEqual(rules.sort())
})

test.each(rules)('%s has a test and a docs page of its name', (rule) => {
  const tests = readdirSync(new URL('tests/rules/', root))
  expect(tests.some((file) => file === rule || file.startsWith(`${rule}.`))).toBe(true)
  expect(existsSync(new URL(`docs/rules/${rule}.md`, root))).toBe(true)
})

test('links between the pages lead somewhere', () => {
  const pages = ['README.md', 'CHANGELOG.md', 'docs/example/README.md']
  for (const folder of ['docs/', 'docs/rules/']) {
    for (const file of readdirSync(new URL(folder, root))) if (file.endsWith('.md')) pages.push(folder + file)
  }
  const dead = pages.flatMap((page) => {
    const links = [...readFileSync(new URL(page, root), 'utf8').matchAll(/\]\((?!https?:)([^)#\s]+)/g)]
    return links
      .filter(([, link]) => !existsSync(new URL(link!, new URL(page, root))))
      .map(([, link]) => `${page}: ${link!}`)
  })
  expect(dead).toEqual([])
})
