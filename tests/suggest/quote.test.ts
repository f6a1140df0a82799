import { describe, expect, it, test } from 'vitest'
import { scanSql } from '../../src/sql/parser.js'
import {
  mention,
  mentionAlternatives,
  mentionList,
  quoteIdentifier,
  quoteLiteral,
  quoteQualified,
} from '../../src/suggest/quote.js'

describe('identifiers', () => {
  test.each([
    ['status', 'status'],
    ['_a1', '_a1'],
    ['OrderStatus', '"OrderStatus"'],
    ['order', '"order"'],
    ['role', 'role'],
    ['user', '"user"'],
    ['1st', '"1st"'],
    ['a b', '"a b"'],
    ['a"b', '"a""b"'],
    ['été', '"été"'],
    ['', '""'],
  ])('%s', (name, quoted) => {
    expect(quoteIdentifier(name)).toBe(quoted)
  })

  it('quotes exactly the keywords that the scanner does not call unreserved', () => {
    const words =
      'abort absent all between char end enum interval json_table name none status table type user value values year'
    const tokens = scanSql(words)
    if (!Array.isArray(tokens)) throw new Error('not scanned')
    const quoted = words.split(' ').filter((word) => quoteIdentifier(word) !== word)
    const reserved = tokens
      .filter((token) => !['NO_KEYWORD', 'UNRESERVED_KEYWORD'].includes(token.keywordName))
      .map((token) => words.slice(token.start, token.end))
    expect(reserved.length).toBeGreaterThan(5)
    expect(quoted).toEqual(reserved)
  })

  it('leaves out a schema of the search path', () => {
    expect(quoteQualified('public', 'Status', ['app', 'public'])).toBe('"Status"')
    expect(quoteQualified('billing', 'status', ['public'])).toBe('billing.status')
  })
})

test.each([
  ['a', "'a'"],
  ["it's", "'it''s'"],
  ['a\\b', "E'a\\\\b'"],
])('the constant %s', (value, quoted) => {
  expect(quoteLiteral(value)).toBe(quoted)
})

describe('mention', () => {
  it('keeps a value on one line, and cuts it between characters', () => {
    expect(mention('a\nb')).toBe('"a\\nb"')
    expect(mention('😀'.repeat(100))).toBe(`"${'😀'.repeat(60)}…"`)
  })

  it('lists', () => {
    const many = Array.from({ length: 20 }, (_, index) => `v${index}`)
    expect(mentionAlternatives(['a', 'b', 'c'])).toBe('"a", "b" or "c"')
    expect(mentionAlternatives(['a'])).toBe('"a"')
    expect(mentionList(many)).toMatch(/^"v0", .*"v11" and 8 more$/)
    expect(mentionList(many.slice(0, 13))).toMatch(/"v12"$/)
  })
})
