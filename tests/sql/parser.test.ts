import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Utf8Offsets } from '../../src/sql/offsets.js'
import { parsePlpgsql, parseSql, scanSql } from '../../src/sql/parser.js'
import { Unreadable } from '../../src/sql/unreadable.js'

/** The first statement's tree; fails the test where the text can't be read. */
function tree(text: string): unknown {
  const parsed = parseSql(text)
  if (parsed instanceof Unreadable) throw new Error(parsed.reason)
  return parsed[0]?.stmt
}

function unreadable(result: unknown): Unreadable {
  expect(result).toBeInstanceOf(Unreadable)
  return result as Unreadable
}

const stillWorks = (): void => expect(tree('SELECT 1')).toHaveProperty('SelectStmt')

describe('parseSql', () => {
  test('reads what the grammar of PostgreSQL 18 has', () => {
    expect(tree("ALTER TYPE s ADD VALUE IF NOT EXISTS 'b' BEFORE 'a'")).toHaveProperty('AlterEnumStmt')
    expect(tree('MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE RETURNING old.a')).toHaveProperty(
      'MergeStmt',
    )
  })

  test('a syntax error has the parser’s words and a UTF-16 offset, though the parser counts code points', () => {
    expect(parseSql("SELECT '😀' FROM FROM")).toEqual(new Unreadable('syntax error at or near "FROM"', 17))
    expect(unreadable(parseSql("SELECT 'open")).reason).toContain('unterminated quoted string')
  })

  test('the empty text has no statements', () => {
    expect(parseSql('')).toEqual([])
    expect(parseSql(' -- nothing\n;;')).toEqual([])
  })

  test('NUL, which would cut the text, is refused where it stands', () => {
    expect(parseSql("SELECT 'a\0b'")).toEqual(new Unreadable('contains a NUL character', 9))
  })

  test('a lone surrogate keeps the positions behind it', () => {
    const text = "SELECT '\ud800', 'x'"
    const location = JSON.stringify(tree(text)).match(/"sval":"x"\},"location":(\d+)/)?.[1]
    expect(new Utf8Offsets(text).toUtf16(Number(location))).toBe(text.indexOf("'x'"))
  })

  test('deeply nested comments are refused, many flat ones are read', () => {
    expect(unreadable(parseSql(`${'/*'.repeat(50_000)}${'*/'.repeat(50_000)}SELECT 1`)).reason).toContain(
      'nested deeper',
    )
    expect(unreadable(parseSql('/*'.repeat(50_000))).reason).toContain('nested deeper')
    expect(tree(`${'/* a */'.repeat(5_000)}SELECT 1`)).toHaveProperty('SelectStmt')
  })

  test('thousands of chained operators are unreadable, not an exception, and the parser goes on', () => {
    expect(unreadable(parseSql(`SELECT 1${' + 1'.repeat(20_000)}`)).reason).toBe(
      'nested too deeply to be read',
    )
    stillWorks()
    expect(parseSql(`SELECT ${'('.repeat(50_000)}`)).toBeInstanceOf(Unreadable)
    stillWorks()
  })

  test('a text of more than 8 Mi UTF-16 units is refused', () => {
    expect(unreadable(parseSql(`SELECT '${'x'.repeat(9_000_000)}'`)).reason).toContain('longer than')
  })
})

describe('scanSql', () => {
  test('control bytes in a token, which make the scanner’s JSON invalid, are read', () => {
    for (let code = 1; code < 0x20; code++) {
      const text = `SELECT '${String.fromCharCode(code)}' AS a`
      const tokens = scanSql(text)
      expect(tokens, `U+${code.toString(16)}`).toMatchObject([
        { start: 0 },
        { start: 7, end: 10 },
        {},
        { end: 15 },
      ])
    }
  })

  test('strings that go on on the next line are one token', () => {
    expect(scanSql("SELECT 'a'\n  'b'")).toMatchObject([{}, { start: 7, end: 16, tokenName: 'SCONST' }])
  })

  test('an unterminated string is unreadable', () => {
    expect(scanSql("SELECT 'a")).toBeInstanceOf(Unreadable)
  })
})

describe('parsePlpgsql', () => {
  test('a function without a body, which aborts the parser, is unreadable, and the parser goes on', () => {
    for (let i = 0; i < 3; i++) {
      expect(parsePlpgsql('CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql')).toBeInstanceOf(Unreadable)
      stillWorks()
      expect(parsePlpgsql('DO $$ BEGIN PERFORM 1; END $$')).toHaveLength(1)
    }
  })

  test('a broken body is unreadable', () => {
    expect(parsePlpgsql('DO $$ BEGIN IF; END $$')).toBeInstanceOf(Unreadable)
  })
})

test('the offsets of any text are those of its UTF-8 bytes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '\n', 'é', '€', '😀', '\ud83d', '\udc00') }),
      (text) => {
        const offsets = new Utf8Offsets(text)
        for (let i = 0; i <= text.length; i++) {
          if (i > 0 && (text.codePointAt(i - 1) ?? 0) > 0xffff) continue // inside a character
          expect(offsets.toUtf16(Buffer.byteLength(text.slice(0, i)))).toBe(i)
        }
      },
    ),
    { seed: 1, numRuns: 500 },
  )
})

test('the parser is ready in the tick that asks for it, in a fresh process, and leaves process and exit code alone', () => {
  const script = `
    import { createJiti } from 'jiti'
    const { parseSql, isParserLoaded } = await createJiti(import.meta.url).import('./src/sql/parser.ts')
    const before = isParserLoaded()
    const statements = parseSql('SELECT 1; SELECT 2')
    console.log(before, statements.length, isParserLoaded(), process.listenerCount('uncaughtException'), process.exitCode)
  `
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  expect(output.trim()).toBe('false 2 true 0 undefined')
})
