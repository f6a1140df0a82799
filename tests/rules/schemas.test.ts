import { readdirSync } from 'node:fs'
import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import plugin from '../../src/index.js'

const names = readdirSync(new URL('../../rules', import.meta.url)).map((file) => file.replace(/\.ts$/, ''))

/** Throws what ESLint throws for options that the schema does not take. */
function lintWith(name: string, options: readonly unknown[]): Linter.LintMessage[] {
  const rule = ['error', ...options] as unknown as Linter.RuleEntry
  return new Linter().verify('1', { plugins: { 'pg-enum': plugin }, rules: { [`pg-enum/${name}`]: rule } })
}

describe.each(names)('%s', (name) => {
  const meta = plugin.rules[name]!.meta!

  it('has the schema', () => {
    expect(meta.schema).toMatchSnapshot()
  })

  it('takes its defaults', () => {
    expect(lintWith(name, meta.defaultOptions ?? [])).toEqual([])
  })

  it('has a default for each option, described', () => {
    const [schema] = meta.schema as { properties: Record<string, { description?: string }> }[]
    const [defaults] = (meta.defaultOptions ?? []) as object[]
    expect(Object.keys(schema?.properties ?? {}).sort()).toEqual(Object.keys(defaults ?? {}).sort())
    for (const { description } of Object.values(schema?.properties ?? {})) expect(description).toMatch(/\.$/)
  })

  it.each([[{ nosuchoption: 1 }], ['x'], [null], [5], [{}, {}]])('rejects %j', (...options) => {
    expect(() => lintWith(name, options)).toThrow(/Key "pg-enum\//)
  })

  it('rejects options of another type', () => {
    for (const option of Object.keys((meta.defaultOptions?.[0] ?? {}) as object)) {
      expect(() => lintWith(name, [{ [option]: 17 }]), option).toThrow(/Key "pg-enum\//)
    }
  })

  it('says full sentences', () => {
    for (const message of Object.values(meta.messages ?? {})) {
      expect(message).toMatch(/^(?:[A-Z]|\{\{)/)
      expect(message).toMatch(/(?:[.?]|\{\{wayOut\}\})$/)
      expect(message).not.toMatch(/^\{\{\w+\}\}$/)
    }
  })

  it('is documented', () => {
    expect(meta.docs?.description).toMatch(/^[a-z].*[^.]$/)
    expect(meta.docs?.url).toMatch(new RegExp(`/docs/rules/${name}\\.md$`))
  })
})
