import { Linter, type Rule } from 'eslint'
import { expect, it } from 'vitest'
import { createRule } from '../../src/createRule.js'

function lint(create: (context: Rule.RuleContext) => Rule.RuleListener): string[] {
  const rule = createRule({
    name: 'faulty',
    meta: { docs: { description: 'fails' }, messages: { fine: 'Fine.' }, schema: [] },
    create,
  })
  const plugins = { x: { rules: { faulty: rule } } }
  return new Linter().verify('a', { plugins, rules: { 'x/faulty': 'error' } }).map(({ message }) => message)
}

const fault = /^The rule failed on this file, .*: TypeError: no \(fault\.test\.ts:\d+\)\. Please report it\.$/

it('reports a fault in a listener, and still what was found before', () => {
  const messages = lint((context) => ({
    Program(node) {
      context.report({ node, messageId: 'fine' })
      throw new TypeError('no')
    },
  }))
  expect(messages).toEqual(['Fine.', expect.stringMatching(fault)])
})

it('reports a fault in create', () => {
  const messages = lint(() => {
    throw new TypeError('no')
  })
  expect(messages).toEqual([expect.stringMatching(fault)])
})
