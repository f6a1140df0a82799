import { describe, expect, it } from 'vitest'
import type { FormerValue, ValueSet } from '../../src/catalog/model.js'
import type { CodeUse } from '../../src/code/use.js'
import { adviseOn, mentionOrigin, SUGGESTION_MESSAGES, VALUE_MESSAGES } from '../../src/suggest/advice.js'

const origin = { file: 'db/migrations/043_workspace_status_enum.up.sql', line: 12 }

interface Case {
  value: string
  values?: string[]
  former?: FormerValue[]
  set?: Partial<ValueSet>
  use?: Partial<CodeUse>
  searchPath?: string[]
}

const eight = 'provisioning online offline degraded failed removed paused hibernated'.split(' ')

function use({ value, values = eight, former = [], set, use }: Case): CodeUse {
  const valueSet: ValueSet = {
    kind: 'enum',
    schema: 'public',
    name: 'workspace_status',
    values: values.map((one) => ({ value: one, origin })),
    former,
    origin,
    ...set,
  }
  const target = { label: 'workspaces.status', schema: 'public', table: 'workspaces', column: 'status' }
  return { kind: 'write', effect: 'reject', value, valueSet, target, range: [0, 1], link: '', ...use }
}

function fill(template: string, data: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => data[key] ?? `{{${key}}}`)
}

/** The message, and below it the suggestions; what is certain is marked. */
function say(one: Case): string {
  const { messageId, data, replacements } = adviseOn(use(one), one.searchPath ?? ['public'])
  const suggestions = replacements.map(
    ({ messageId, data, certain }) => `${certain ? '! ' : '- '}${fill(SUGGESTION_MESSAGES[messageId], data)}`,
  )
  return [fill(VALUE_MESSAGES[messageId], data), ...suggestions].join('\n')
}

const check = { kind: 'check', name: 't_status_check' } as const
const renamed: FormerValue = {
  value: 'hibernating',
  fate: 'renamed',
  renamedTo: 'hibernated',
  origin: { file: '045.sql', line: 3 },
}
const removed: FormerValue = { value: 'gone', fate: 'removed', origin: { file: '046.sql', line: 1 } }

const cases: Record<string, Case> = {
  'a typo': { value: 'onlne' },
  'two that are near': { value: 'pased', values: ['paused', 'passed', 'online'] },
  'nothing near': { value: 'awaiting_agent' },
  'a long list': { value: 'zzz', values: Array.from({ length: 40 }, (_, index) => `value_${index}`) },
  'an enum without values': { value: 'a', values: [] },
  'another case': { value: 'ONLINE' },
  'a rename': { value: 'hibernating', former: [renamed] },
  'a removed value with one near': { value: 'gone', former: [removed], values: ['done', 'online'] },
  'a removed value': { value: 'gone', former: [removed] },
  'a rename whose new name was removed': {
    value: 'hibernating',
    values: ['online'],
    former: [renamed, { ...removed, value: 'hibernated' }],
  },
  'names that need quotes': {
    value: "it's",
    set: { schema: 'Billing', name: 'OrderStatus' },
    searchPath: ['public'],
  },
  'no column': { value: 'onlne', use: { target: {} } },
  'declared above': { value: 'onlne', use: { declared: { name: 'STATUS', line: 4 } } },
  'declared elsewhere': {
    value: 'onlne',
    use: { declared: { name: 'Status.Online', file: 'src/status.ts', line: 4 } },
  },
  'an empty string': { value: '' },
  'a value over two lines': { value: 'on\nline' },
  'a long value': { value: 'x'.repeat(500) },
  'a folder for each migration': {
    value: 'onlne',
    set: { origin: { file: 'prisma/migrations/20240101_init/migration.sql', line: 1 } },
  },
  'a check': { value: 'onlne', set: check },
  'a check with nothing near': { value: 'zzz', set: check, values: ['a', 'b'] },
  'a domain': { value: 'zzz', set: { kind: 'domain', name: 'status_text' }, values: ['a', 'b'] },
  'a comparison of text': { value: 'onlne', use: { effect: 'never-match', kind: 'compare' } },
  'a comparison with a check': {
    value: 'zzz',
    values: ['a'],
    set: check,
    use: { effect: 'never-match', kind: 'compare' },
  },
}

describe('the wording', () => {
  it.each(Object.entries(cases))('%s', (_, one) => {
    expect(say(one)).toMatchSnapshot()
  })

  it('is of full sentences', () => {
    for (const one of Object.values(cases)) {
      for (const line of say(one).split('\n')) expect(line).toMatch(/[.?]$/)
    }
  })

  it('is as short as can be in the plainest case', () => {
    expect(say({ value: 'onlne' }).split('\n')[0]).toBe(
      '"onlne" is not a value of enum workspace_status (workspaces.status, 043_workspace_status_enum.up.sql:12). Did you mean "online"?',
    )
  })
})

it.each([
  ['043_a.up.sql', '043_a.up.sql:3'],
  ['db/migrations/043_a.up.sql', '043_a.up.sql:3'],
  ['prisma/migrations/2024_init/migration.sql', '2024_init/migration.sql:3'],
  ['db/structure.sql', 'db/structure.sql:3'],
  ['structure.sql', 'structure.sql:3'],
])('%s is mentioned as %s', (file, mention) => {
  expect(mentionOrigin({ file, line: 3 })).toBe(mention)
})

it('shows where a value is declared as seen from the project', () => {
  const declared = { name: 'S.On', line: 4, file: '/repo/src/status.ts' }
  const { data } = adviseOn(use({ value: 'onlne', use: { declared } }), ['public'], '/repo')
  expect(data.value).toBe('"onlne" (declared as S.On, src/status.ts:4)')
})
