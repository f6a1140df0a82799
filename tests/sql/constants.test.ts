import { astVisitor, parse } from 'pgsql-ast-parser'
import { describe, expect, it } from 'vitest'
import { readConstant, stringConstants } from '../../src/sql/constants.js'
import { Utf8Offsets } from '../../src/sql/offsets.js'
import { parseSql, scanSql } from '../../src/sql/parser.js'
import { Unreadable } from '../../src/sql/unreadable.js'
import { Random } from '../oracle/random.js'
import { randomDatabase } from '../oracle/randomCatalog.js'
import { StatementWriter } from '../oracle/randomStatement.js'

const shown = (sql: string): string[] =>
  stringConstants(sql).map(({ value, start, end }) => `${value} <- ${sql.slice(start, end)}`)

describe('stringConstants', () => {
  it.each([
    ["SELECT 'a', 'b''c', ''", ["a <- 'a'", "b'c <- 'b''c'", " <- ''"]],
    [
      "SELECT E'a\\'b\\n\\\\\\x41\\101\\u0042\\U00000043', e'x'",
      ["a'b\n\\AABC <- E'a\\'b\\n\\\\\\x41\\101\\u0042\\U00000043'", "x <- e'x'"],
    ],
    ["SELECT E'\\xc3\\xa9'", ["é <- E'\\xc3\\xa9'"]],
    ["SELECT $$a'b$$, $t$a$$b$t$, $1, a$b$c$b$", ["a'b <- $$a'b$$", 'a$$b <- $t$a$$b$t$']],
    [
      "SELECT U&'\\0061\\+000062', U&'!0061' UESCAPE '!'",
      ["ab <- U&'\\0061\\+000062'", "a <- U&'!0061'", "! <- '!'"],
    ],
    ["SELECT N'a', B'01', X'ff', n'b'", ["a <- N'a'", "b <- n'b'"]],
    ["SELECT 'a'\n 'b' 'c', 'd' 'e'", ["ab <- 'a'\n 'b'", "c <- 'c'", "d <- 'd'", "e <- 'e'"]],
    ["SELECT /* 'a' /* 'b' */ 'c' */ 'd' -- 'e'\n, \"f'g\" , 'h'", ["d <- 'd'", "h <- 'h'"]],
    ["SELECT 'é😀', 'b'\r\n'c'", ["é😀 <- 'é😀'", "bc <- 'b'\r\n'c'"]],
    ["SELECT type'a', name'b', sale'c'", ["a <- 'a'", "b <- 'b'", "c <- 'c'"]],
    ["SELECT 'open", []],
    ['SELECT $$open', []],
  ])('%s', (sql, expected) => {
    expect(shown(sql)).toEqual(expected)
  })

  it('knows where each character is written', () => {
    const text = "x E'a\\n''b\\u00e9c'"
    const constant = readConstant(text, 2)!
    expect(constant.value).toBe("a\n'béc")
    expect(Array.from({ length: 7 }, (_, i) => constant.offsetOf(i))).toEqual([4, 5, 7, 9, 10, 16, 17])
  })
})

/** Random statements, the same each time. */
function statements(count: number): string[] {
  const random = new Random(4)
  const writer = new StatementWriter(random, randomDatabase(random))
  return Array.from({ length: count }, () => writer.statement())
}

describe('the same constants as other readers find', () => {
  it("Postgres's own scanner and parser", () => {
    for (const sql of statements(400)) {
      const tokens = scanSql(sql)
      if (tokens instanceof Unreadable) throw new Error(sql)
      const offsets = new Utf8Offsets(sql)
      const scanned = tokens
        .map((token) => ({ start: offsets.toUtf16(token.start), end: offsets.toUtf16(token.end) }))
        .filter(({ start }) => /^(?:'|[eEnN]'|[uU]&'|\$[^\d])/.test(sql.slice(start, start + 3)))
      const found = stringConstants(sql)
      expect(found.map(({ start, end }) => ({ start, end }))).toEqual(scanned)
      const values = JSON.stringify(parseSql(sql))
      for (const { value } of found) if (value !== '') expect(values).toContain(JSON.stringify(value))
    }
  })

  it('pgsql-ast-parser, for statements that both read', () => {
    let compared = 0
    let constants = 0
    const plain = [
      "SELECT 'a', 'it''s', '' FROM t WHERE x IN ('b', 'c') AND y = ANY ('{a,b}')",
      "UPDATE t SET a = 'x', b = 'é😀' WHERE c = 'y' RETURNING 'z'",
      "INSERT INTO t (a, b) VALUES ('x', 'y'), ('z', DEFAULT) ON CONFLICT DO NOTHING",
      "WITH c AS (SELECT 'a' AS b) SELECT CASE b WHEN 'x' THEN 'y' ELSE 'z' END FROM c",
      "DELETE FROM t WHERE a = 'x' OR b LIKE 'y%'",
    ]
    for (const sql of [...plain, ...statements(600)]) {
      // It reads E'' without its escapes, $$ and U& not at all.
      if (/[eE]'|[uU]&'|\$|\n/.test(sql)) continue
      const found: { value: string; start: number; end: number }[] = []
      try {
        const visitor = astVisitor(() => ({
          constant: (constant) => {
            if (constant.type !== 'string' || constant._location === undefined) return
            const { start, end } = constant._location
            found.push({ value: constant.value, start, end })
          },
        }))
        for (const statement of parse(sql, { locationTracking: true })) visitor.statement(statement)
      } catch {
        continue
      }
      compared++
      const own = stringConstants(sql)
      for (const constant of found) {
        constants++
        expect(own, sql).toContainEqual(constant)
      }
    }
    expect(compared).toBeGreaterThan(40)
    expect(constants).toBeGreaterThan(100)
  })
})
