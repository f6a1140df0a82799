import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../../src/code/decode.js'
import type { Quote } from '../../src/code/quote.js'
import { escapeFor } from '../../src/code/quote.js'
import { walk } from '../../src/code/reach/site.js'
import type { Node } from '../../src/code/reach/site.js'
import { siteOf } from '../../src/code/reach/site.js'
import { chunkOf, literalSource, SqlText, templateSources } from '../../src/code/text.js'
import { parseSql } from '../../src/sql/parser.js'
import { Unreadable } from '../../src/sql/unreadable.js'
import { inRule, marked } from './helpers.js'

const SEED = 20260101

/** One character as it may be written between quotes: the text itself and what it means. */
const written = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'abz 09_=,.()[]$#é😀😀') },
  fc.constantFrom(
    '\\n',
    '\\t',
    '\\\\',
    "\\'",
    '\\"',
    '\\`',
    '\\x41',
    '\\u0042',
    '\\u{1F600}',
    '\\u{43}',
    '\\\n',
    '\\\r\n',
    '\\z',
    '\\0',
  ),
)
const inString = fc.array(
  fc.oneof({ weight: 5, arbitrary: written }, fc.constantFrom('\\101', '\\7', '\\u2028')),
)
const inTemplate = fc.array(
  fc.oneof({ weight: 5, arbitrary: written }, fc.constantFrom('\n', '\r\n', '\r', "'", '"', '\\${')),
)

/** What JavaScript makes of a string or template: sloppy mode, so that octal escapes count. */
function evaluated(code: string): string {
  return new Function(`return ${code}`)() as string
}

describe('decode', () => {
  test.each([
    { quote: "'", arbitrary: inString, template: false },
    { quote: '"', arbitrary: inString, template: false },
    { quote: '`', arbitrary: inTemplate, template: true },
  ])(
    'gives what JavaScript gives between $quote, and where each unit is written',
    ({ quote, arbitrary, template }) => {
      fc.assert(
        fc.property(arbitrary, (parts) => {
          const inside = parts.join('').replace(/\\0(?=[0-9])/g, '')

          const file = `${quote}${inside}${quote}`
          const decoded = decode(file, 1, file.length - 1, { template })!
          expect(decoded.text).toBe(evaluated(file))
          for (let i = 0; i < decoded.text.length; i++) {
            const from = decoded.starts?.[i] ?? 1 + i
            const to = decoded.ends?.[i] ?? 2 + i
            const unit = evaluated(`${quote}${file.slice(from, to)}${quote}`)
            expect(unit.includes(decoded.text[i]!)).toBe(true)
          }
        }),
        { numRuns: 500, seed: SEED },
      )
    },
  )

  test('raw templates keep escapes and read CR LF as LF', () => {
    expect(decode('`a\\n\r\nb`', 1, 7, { template: true, raw: true })?.text).toBe('a\\n\nb')
  })

  test.each(['\\u{110000}', '\\xg1', '\\u12', '\\1'])('%s is no escape of a template', (text) => {
    expect(decode(text, 0, text.length, { template: true })).toBeUndefined()
  })
})

/** The SQL text of the first string or template in the code. */
function textOf(code: string): SqlText {
  return inRule(code, { filename: '/file.cjs' }, (context) => {
    let found: SqlText | undefined
    walk(context.ast, (node: Node, parent) => {
      const site = siteOf(node, context)
      const source = literalSource(site)
      const raw = parent?.type === 'TaggedTemplateExpression'
      const sources = source ? [source] : templateSources(site, raw)
      if (sources !== undefined) found ??= new SqlText(sources.map(chunkOf))
    })
    return found!
  })
}

describe('positions', () => {
  test.each([
    `x = "select «'a'»"`,
    `x = "select '\\n', «'a'»"`,
    `x = 'select «\\'a\\'», 1'`,
    `x = "select '\\u{1F600}😀', «'a\\x41'»"`,
    "x = `select \\`,\r\n \\\n «'a'»`",
    "x = String.raw`select '\\n', «'a'»`",
  ])('%s', (text) => {
    const { code, ranges } = marked(text)
    const sql = textOf(code)
    const start = sql.text.lastIndexOf("'", sql.text.lastIndexOf("'") - 1)
    expect(sql.rangeOf(start, sql.text.lastIndexOf("'") + 1)).toEqual(ranges[0])
  })
})

/** A random way to write a text between quotes. */
function write(text: string, quote: Quote, choices: readonly number[]): string {
  let out = ''
  let i = 0
  for (const char of text) {
    const choice = choices[i++ % choices.length]!
    const code = char.codePointAt(0)!
    if (choice === 0) out += `\\u{${code.toString(16)}}`
    else if (choice === 1 && code < 256) out += `\\x${code.toString(16).padStart(2, '0')}`
    else if (choice === 2)
      out += `\\${quote === '`' ? '\r\n' : '\n'}${quote === '`' && char === '$' ? '\\$' : escapeFor(char, quote)!}`
    else out += quote === '`' && char === '$' ? '\\$' : escapeFor(char, quote)!
  }
  return `${quote}${out}${quote}`
}

/** The string constants of a statement, as Postgres's parser reads them. */
function constants(sql: string): string[] {
  const statements = parseSql(sql)
  if (statements instanceof Unreadable) throw new Error(`${statements.reason}: ${sql}`)
  const found: string[] = []
  JSON.stringify(statements, (key, value: unknown) => {
    if (key === 'sval' && typeof value === 'object' && value !== null)
      found.push((value as { sval?: string }).sval ?? '')
    return value
  })
  return found
}

const KINDS: Readonly<Record<string, (value: string) => string>> = {
  plain: (v) => `'${v.replaceAll("'", "''")}'`,
  escape: (v) => `E'${v.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
  unicode: (v) => `U&'${v.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
  dollar: (v) => `$q$${v}$q$`,
}

const value = fc.string({ unit: fc.constantFrom(...'abc \'"`\\${}é😀\n\t'), maxLength: 12 })

describe('constants in strings', () => {
  test('the range of a constant decodes to the constant, and a replacement means the new value', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(KINDS)),
        fc.constantFrom<Quote>("'", '"', '`'),
        value.filter((v) => !v.endsWith('$')),
        value,
        fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1 }),
        (kind, quote, before, after, choices) => {
          const constant = KINDS[kind]!(before)
          const code = write(`select 'é', ${constant}, 1`, quote, choices)
          const text = textOf(`x = ${code}`)
          const start = text.text.indexOf(constant)
          const range = text.rangeOf(start, start + constant.length)
          const file = `x = ${code}`
          expect(evaluated(`${quote}${file.slice(...range)}${quote}`)).toBe(constant)
          const edit = text.edit(start, start + constant.length)!
          const replacement = edit.write(after)
          if (replacement === undefined) {
            expect(kind).toBe('dollar')
            return
          }
          const edited = file.slice(4, edit.range[0]) + replacement + file.slice(edit.range[1])
          expect(constants(evaluated(edited))).toEqual(['é', after])
        },
      ),
      { numRuns: 400, seed: SEED },
    )
  })

  test('a raw template holds no value that would need an escape', () => {
    const text = textOf("x = String.raw`select 'a'`")
    const edit = text.edit(7, 10)!
    expect(edit.write('b\\n')).toBe("'b\\n'")
    expect(edit.write('b`')).toBeUndefined()
    expect(edit.write('${b}')).toBeUndefined()
  })

  test.each([
    ['`select \'{"s": «"a"»}\'`', "it's", '"it\'\'s"'],
    ['`select \'{"s": «"a"»}\'`', 'a"b', '"a\\\\"b"'],
    ['`select E\'{"s": «"a"»}\'`', 'a"b', '"a\\\\\\\\"b"'],
  ])('a string of JSON in %s becomes %s', (template, after, expected) => {
    const { code, ranges } = marked(template)
    const [start, end] = ranges[0]!
    const edit = textOf(code).edit(start - 1, end - 1, 'json')!
    expect(edit.range).toEqual(ranges[0])
    expect(edit.write(after)).toBe(expected)
  })

  test.each([
    ["`select '{«a»,b}'::text[]`", "it's", "it''s"],
    ["`select '{«a»,b}'::text[]`", 'two words', '"two words"'],
    ["`select '{«a»,b}'::text[]`", 'a"b\\', '"a\\\\"b\\\\\\\\"'],
    ["`select E'{«a»}'::text[]`", 'a"b', '"a\\\\\\\\"b"'],
    ["`select '{«a»}'`", 'null', '"null"'],
  ])('an element in %s becomes %s', (template, after, expected) => {
    const { code, ranges } = marked(template)
    const text = textOf(code)
    const at = ranges[0]![0] - 1
    const edit = text.edit(at, at + 1, 'array')!
    expect(edit.range).toEqual(ranges[0])
    expect(edit.write(after)).toBe(expected)
  })
})
