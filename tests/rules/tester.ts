import { join } from 'node:path'
import * as typescriptParser from '@typescript-eslint/parser'
import { RuleTester } from '@typescript-eslint/rule-tester'
import type { Rule } from 'eslint'
import { afterAll, describe, it } from 'vitest'

RuleTester.afterAll = afterAll
RuleTester.describe = describe
RuleTester.it = it
RuleTester.itOnly = it.only

export const fixtures = join(import.meta.dirname, 'fixtures')

/** For `settings`: the migrations of a folder in fixtures/. */
export function migrations(folder = 'migrations'): { 'pg-enum': { migrations: string; basePath: string } } {
  return { 'pg-enum': { migrations: folder, basePath: fixtures } }
}

export const ruleTester = new RuleTester({
  languageOptions: { parser: typescriptParser },
  settings: migrations(),
} as ConstructorParameters<typeof RuleTester>[0])

/** The rule under the types of typescript-eslint's tester. */
export function testable(rule: Rule.RuleModule): Parameters<RuleTester['run']>[1] {
  return rule as unknown as Parameters<RuleTester['run']>[1]
}
