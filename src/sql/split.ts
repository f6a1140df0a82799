import { Unreadable } from './unreadable.js'

/** One statement of an SQL file. */
export interface SplitStatement {
  /** From its first token to before the semicolon; comments before it are left out. */
  readonly text: string
  /** UTF-16 offset of `text` in the file. */
  readonly start: number
  /** Line of `start`, from 1. */
  readonly line: number
  /** True for a psql meta command (`\connect x`): then `text` is that line. */
  readonly meta?: true
  /** UTF-16 range of the data lines of `COPY ... FROM stdin`, without the closing `\.`. */
  readonly data?: { readonly start: number; readonly end: number }
  /** Set where a quote, a comment, a rule's parenthesis or COPY data has no end: `text` is then the rest of the file. */
  readonly unreadable?: Unreadable
}

const COPY_FROM_STDIN = /^copy\b[^;]*\bfrom\s+stdin\b/i

function isIdentifierStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 0x80
}

function isIdentifierPart(code: number): boolean {
  return isIdentifierStart(code) || (code >= 48 && code <= 57) || code === 36
}

/** Offset after a quoted text that opens at `open` with `quote`; -1 without an end. A doubled quote is no end. */
function skipQuoted(text: string, open: number, quote: number, backslash: boolean): number {
  for (let i = open + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (backslash && code === 92) i++
    else if (code === quote) {
      if (text.charCodeAt(i + 1) !== quote) return i + 1
      i++
    }
  }
  return -1
}

/** Offset after a block comment that opens at `open`; comments nest, as in Postgres. -1 without an end. */
function skipComment(text: string, open: number): number {
  let depth = 1
  const mark = /\/\*|\*\//g
  mark.lastIndex = open + 2
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1
    if (depth === 0) return match.index + 2
  }
  return -1
}

/** The tag with its dollars where a dollar quote opens at `open`. Sticky, so that a long text costs nothing. */
function dollarTag(text: string, open: number): string | undefined {
  const tag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y
  tag.lastIndex = open
  return tag.exec(text)?.[0]
}

/**
 * What decides where a statement ends besides quotes, after psql's scanner (psqlscan.l): within CREATE FUNCTION or
 * PROCEDURE, BEGIN (and CASE inside it) opens a block that END closes; within CREATE RULE, parentheses hold several
 * statements. Elsewhere a parenthesis does not matter, so that a missing one costs its own statement only.
 */
class Nesting {
  #words = 0
  #head = ''
  #isRoutine = false
  #blocks = 0
  #parentheses = 0

  word(word: string): void {
    if (this.#words < 4) {
      this.#head += `${word} `
      this.#isRoutine = /^create (?:or replace )?(?:function|procedure) /.test(this.#head)
    }
    this.#words++
    if (!this.#isRoutine || this.#parentheses > 0) return
    if (word === 'begin') this.#blocks++
    else if (word === 'case' && this.#blocks > 0) this.#blocks++
    else if (word === 'end' && this.#blocks > 0) this.#blocks--
  }

  /** False where no further word matters. */
  get listens(): boolean {
    return this.#words < 4 || this.#isRoutine
  }

  parenthesis(step: 1 | -1): void {
    this.#parentheses = Math.max(0, this.#parentheses + step)
  }

  get inRule(): boolean {
    return this.#parentheses > 0 && /^create (?:or replace )?rule /.test(this.#head)
  }

  get open(): boolean {
    return this.#blocks > 0 || this.inRule
  }
}

/** State of one run over a text. */
class Splitter {
  readonly statements: SplitStatement[] = []
  #position = 0
  #start = -1
  #line = 1
  #counted = 0
  #nesting = new Nesting()
  /** No line that ends COPY's data is left: the rest is not searched again. */
  #noMoreData = false

  constructor(readonly text: string) {}

  run(): readonly SplitStatement[] {
    const { text } = this
    while (this.#position < text.length) {
      const code = text.charCodeAt(this.#position)
      // Whitespace, as the scanner of Postgres has it; a byte order mark too.
      if (code === 32 || (code >= 9 && code <= 13) || code === 0xfeff) this.#position++
      else if (code === 45 && text.charCodeAt(this.#position + 1) === 45) this.#skipLine()
      else if (code === 47 && text.charCodeAt(this.#position + 1) === 42) {
        const end = skipComment(text, this.#position)
        if (end < 0) return this.#rest('unterminated /* comment', this.#position)
        this.#position = end
      } else if (code === 59) this.#semicolon()
      else if (code === 92) this.#backslash()
      else {
        if (this.#start < 0) this.#start = this.#position
        const problem = this.#token(code)
        if (problem !== undefined) return this.#rest(problem, this.#position)
      }
    }
    if (this.#start >= 0) {
      if (this.#nesting.open) return this.#rest('the statement has no end', this.#start)
      this.#emit(text.length, {})
    }
    return this.statements
  }

  /** Passes one token at the position; says what is wrong with it. */
  #token(code: number): string | undefined {
    const { text } = this
    if (code === 39 || code === 34) {
      const end = skipQuoted(text, this.#position, code, false)
      if (end < 0) return `unterminated quoted ${code === 39 ? 'string' : 'identifier'}`
      this.#position = end
    } else if (code === 36) {
      const tag = dollarTag(text, this.#position)
      if (tag === undefined) {
        this.#position++
        return undefined
      }
      const end = text.indexOf(tag, this.#position + tag.length)
      if (end < 0) return 'unterminated dollar-quoted string'
      this.#position = end + tag.length
    } else if (isIdentifierStart(code)) {
      const from = this.#position
      let to = from + 1
      while (to < text.length && isIdentifierPart(text.charCodeAt(to))) to++
      this.#position = to
      if (to - from === 1 && (code === 69 || code === 101) && text.charCodeAt(to) === 39) {
        const end = skipQuoted(text, to, 39, true)
        if (end < 0) {
          this.#position = to
          return 'unterminated quoted string'
        }
        this.#position = end
      } else if (this.#nesting.listens) {
        this.#nesting.word(to - from < 16 ? text.slice(from, to).toLowerCase() : 'long')
      }
    } else if (code >= 48 && code <= 57) {
      while (this.#position < text.length && isIdentifierPart(text.charCodeAt(this.#position)))
        this.#position++
    } else {
      if (code === 40) this.#nesting.parenthesis(1)
      else if (code === 41) this.#nesting.parenthesis(-1)
      this.#position++
    }
    return undefined
  }

  #skipLine(): void {
    const end = this.text.indexOf('\n', this.#position)
    this.#position = end < 0 ? this.text.length : end + 1
  }

  #semicolon(): void {
    const at = this.#position++
    if (this.#start < 0) return
    if (this.#nesting.open) return
    const head = this.text.slice(this.#start, Math.min(at, this.#start + 2000))
    if (!COPY_FROM_STDIN.test(head)) return this.#emit(at, {})
    this.#copyData(at)
  }

  /** COPY's data starts on the next line and ends before a line that is `\.` */
  #copyData(semicolon: number): void {
    const { text } = this
    if (this.#noMoreData) return this.#emit(semicolon, {})
    const newline = text.indexOf('\n', semicolon)
    const start = newline < 0 ? text.length : newline + 1
    const end = /^\\\.[ \t\r]*$/gm
    end.lastIndex = start
    const match = end.exec(text)
    if (match === null) {
      // Without data (a program feeds it) the file goes on with SQL.
      this.#noMoreData = true
      return this.#emit(semicolon, {})
    }
    this.#emit(semicolon, { data: { start, end: match.index } })
    this.#position = match.index + match[0].length
  }

  /** A psql meta command reaches to the end of its line; in the midst of a statement (`\gexec`) it also ends that. */
  #backslash(): void {
    const at = this.#position
    if (this.#start >= 0) this.#emit(at, {})
    this.#skipLine()
    this.#start = at
    this.#emit(this.#position, { meta: true })
  }

  #emit(end: number, more: Pick<SplitStatement, 'meta' | 'data' | 'unreadable'>): void {
    const start = this.#start
    this.statements.push({
      text: this.text.slice(start, end).trimEnd(),
      start,
      line: this.#lineOf(start),
      ...more,
    })
    this.#start = -1
    this.#nesting = new Nesting()
  }

  #rest(reason: string, offset: number): readonly SplitStatement[] {
    if (this.#start < 0) this.#start = offset
    this.#emit(this.text.length, { unreadable: new Unreadable(reason, offset - this.#start) })
    return this.statements
  }

  /** Called with rising offsets only, so that a file's lines are counted once. */
  #lineOf(offset: number): number {
    for (
      let at = this.text.indexOf('\n', this.#counted);
      at >= 0 && at < offset;
      at = this.text.indexOf('\n', at + 1)
    ) {
      this.#line++
      this.#counted = at + 1
    }
    return this.#line
  }
}

/**
 * Splits an SQL file into its statements, without the parser, so that one broken statement costs only itself.
 * Knows all quotes, nested comments, `BEGIN ATOMIC ... END`, rules with several actions, psql meta commands and COPY data.
 * Linear in the length of `text`, whatever it holds; never throws.
 */
export function splitStatements(text: string): readonly SplitStatement[] {
  return new Splitter(text).run()
}
