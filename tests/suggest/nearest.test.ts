import { describe, expect, it, test } from 'vitest'
import { nearest, onlySpellingDiffers, renamedTo } from '../../src/suggest/nearest.js'

const statuses = 'provisioning online offline degraded failed removed paused hibernated'.split(' ')

describe('nearest', () => {
  test.each<[value: string, candidates: string[], expected: string[]]>([
    ['onlne', statuses, ['online']],
    ['oniine', statuses, ['online']],
    ['onilne', statuses, ['online']],
    ['failled', statuses, ['failed']],
    ['ONLINE', statuses, ['online']],
    ['Provisioning', statuses, ['provisioning']],
    ['hibernating', statuses, ['hibernated']],
    ['awaiting_agent', statuses, []],
    ['', statuses, []],
    ['_', statuses, []],
    ['x', ['y', 'z'], []],
    ['on', ['off', 'no'], []],
    ['in-progress', ['IN_PROGRESS', 'in_progres', 'done'], ['IN_PROGRESS']],
    ['inProgress', ['in_progress', 'in progress'], ['in_progress', 'in progress']],
    ['In_progress', ['IN_PROGRESS', 'in_progress'], ['in_progress', 'IN_PROGRESS']],
    ['awaiting', ['awaiting_agent', 'online'], ['awaiting_agent']],
    ['user_deleted', ['deleted', 'active'], ['deleted']],
    ['on', ['online'], []],
    ['tset', ['test', 'text', 'rest', 'nest'], ['test']],
    ['aaaaab', ['aaaaac', 'aaaaad', 'aaaaae', 'aaaaaf'], ['aaaaac', 'aaaaad', 'aaaaae']],
    ['été_2024', ['ete_2024', 'été_2025'], ['été_2025', 'ete_2024']],
    ['x'.repeat(100_000), ['x'.repeat(99_999)], []],
  ])('%s', (value, candidates, expected) => {
    expect(nearest(value, candidates)).toEqual(expected)
  })
})

describe('what is certain', () => {
  const origin = { file: '1.sql', line: 1 }

  test.each([
    ['ONLINE', ['online', 'offline'], 'online'],
    ['in-progress', ['in_progress'], 'in_progress'],
    ['in-progress', ['in_progress', 'inProgress'], undefined],
    ['onlne', ['online'], undefined],
    ['--', ['__'], undefined],
  ])('the spelling of %s', (value, candidates, expected) => {
    expect(onlySpellingDiffers(value, candidates)).toBe(expected)
  })

  it('takes the last renaming, and only to a value that is there', () => {
    const former = [
      { value: 'a', fate: 'renamed', renamedTo: 'b', origin },
      { value: 'a', fate: 'renamed', renamedTo: 'c', origin },
      { value: 'd', fate: 'removed', origin },
    ] as const
    expect(renamedTo('a', former, ['b', 'c'])?.renamedTo).toBe('c')
    expect(renamedTo('a', former, ['b'])).toBeUndefined()
    expect(renamedTo('d', former, ['d'])).toBeUndefined()
  })
})
