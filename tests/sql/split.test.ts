import { describe, expect, it } from 'vitest'
import { splitStatements } from '../../src/sql/split.js'

function texts(sql: string): string[] {
  return splitStatements(sql).map((statement) => statement.text)
}

describe('splitting', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['statements', 'a; b;\nc', ['a', 'b', 'c']],
    ['nothing', ' ;; -- x\n/* y */;', []],
    ['a semicolon in a string', "a ';' b; c", ["a ';' b", 'c']],
    ['a doubled quote', "a 'it''s;' b; c", ["a 'it''s;' b", 'c']],
    ['a backslash before a quote, which ends a standard string', "a '\\'; b", ["a '\\'", 'b']],
    ['a backslash before a quote in an E string', "a E'\\';' b; c", ["a E'\\';' b", 'c']],
    ['a U& string', "a U&'\\0041;'; b", ["a U&'\\0041;'", 'b']],
    ['a name that ends in e before a string', "type'x;'; b", ["type'x;'", 'b']],
    ['a quoted name', 'a ";""x" b; c', ['a ";""x" b', 'c']],
    ['a dollar quote', 'do $$ a; b $$; c', ['do $$ a; b $$', 'c']],
    ['a dollar quote in another', 'do $x$ $$;$$ $x$; c', ['do $x$ $$;$$ $x$', 'c']],
    ['a dollar in a name and a parameter', 'a$b$ c; $1; d$b$', ['a$b$ c', '$1', 'd$b$']],
    ['comments, nested ones too', 'a -- ;\n/* ; /* ; */ ; */ b; c', ['a -- ;\n/* ; /* ; */ ; */ b', 'c']],
    [
      'a function with BEGIN ATOMIC',
      'create function f() begin atomic select 1; select case when true then 1 end; end; b',
      ['create function f() begin atomic select 1; select case when true then 1 end; end', 'b'],
    ],
    ['BEGIN elsewhere', 'begin; a; end; b', ['begin', 'a', 'end', 'b']],
    [
      'a rule with several actions',
      'create or replace rule r as on insert to t do (a; b); c',
      ['create or replace rule r as on insert to t do (a; b)', 'c'],
    ],
    ['a parenthesis without its end, elsewhere', 'create table t (a int; b', ['create table t (a int', 'b']],
    ['CRLF and a byte order mark', '\uFEFFa;\r\nb;\r\n', ['a', 'b']],
  ])('%s', (_, sql, expected) => {
    expect(texts(sql)).toEqual(expected)
  })

  it('tells where a statement starts, comments before it left out', () => {
    const sql = '-- one\na;\n\n/* two\n*/ b\n;'
    const statements = splitStatements(sql)
    expect(statements.map(({ start, line }) => [sql[start], line])).toEqual([
      ['a', 2],
      ['b', 5],
    ])
  })

  it('knows psql meta commands and the data of COPY', () => {
    const sql = "\\connect x\nCOPY t (a) FROM stdin;\n1;2\n'\n\\.\n\nSELECT 1 \\gexec\nb;"
    const statements = splitStatements(sql)
    expect(statements.map(({ text, meta }) => [text, meta === true])).toEqual([
      ['\\connect x', true],
      ['COPY t (a) FROM stdin', false],
      ['SELECT 1', false],
      ['\\gexec', true],
      ['b', false],
    ])
    const { data } = statements[1]!
    expect(sql.slice(data!.start, data!.end)).toBe("1;2\n'\n")
  })

  it('goes on after COPY without data', () => {
    expect(texts('COPY t FROM stdin;\nb;')).toEqual(['COPY t FROM stdin', 'b'])
  })

  it.each([
    ["a; b 'c; d", 'unterminated quoted string'],
    ['a; b "c; d', 'unterminated quoted identifier'],
    ['a; b $$ c; d', 'unterminated dollar-quoted string'],
    ['a; b /* c; d', 'unterminated /* comment'],
    ['a; create function f() begin atomic c; d', 'the statement has no end'],
  ])('%s: the rest is unreadable', (sql, reason) => {
    const [first, second, ...others] = splitStatements(sql)
    expect(first?.text).toBe('a')
    expect(second?.text.endsWith('d')).toBe(true)
    expect(second?.unreadable?.reason).toBe(reason)
    expect(others).toEqual([])
  })

  it.each([
    ['statements', 'select 1;\n'],
    ['dollars', '$a$ $a '],
    ['comment openers', '/*'],
    ['quotes', "'"],
    ['COPY without an end', 'copy t from stdin;\n'],
    ['binary', '\u0000\u00ff\\;$'],
  ])('takes time in proportion to the text: %s', (_, unit) => {
    const text = unit.repeat(Math.ceil(2_000_000 / unit.length))
    const start = performance.now()
    splitStatements(text)
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
