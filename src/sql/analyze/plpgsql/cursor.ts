import { tokenize, type Token } from './lex.js'
import type { Span } from './tree.js'

/** The body is not what PL/pgSQL allows, or this reader does not know it. */
export class Unreadable extends Error {}

/** Stands after the last token. */
export const END: Token = { kind: 'other', text: '', start: 0, end: 0 }

/** Walks over the tokens of a body. */
export class Cursor {
  protected readonly tokens: readonly Token[]
  protected at = 0

  constructor(text: string) {
    this.tokens = tokenize(text)
  }

  protected peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? END
  }

  protected next(): Token {
    const token = this.tokens[this.at]
    if (token === undefined) throw new Unreadable()
    this.at++
    return token
  }

  /** Takes the words, where they come next in this order. */
  protected words(...words: string[]): boolean {
    if (!words.every((word, i) => this.peek(i).kind === 'word' && this.peek(i).text === word)) return false
    this.at += words.length
    return true
  }

  protected other(text: string): boolean {
    const token = this.peek()
    if (token.kind !== 'other' || token.text !== text) return false
    this.at++
    return true
  }

  protected expectOther(text: string): void {
    if (!this.other(text)) throw new Unreadable()
  }

  protected expectWords(...words: string[]): void {
    if (!this.words(...words)) throw new Unreadable()
  }

  protected name(): string {
    const token = this.next()
    if (token.kind !== 'word' && token.kind !== 'quoted') throw new Unreadable()
    return token.text
  }

  /**
   * The span up to a token, outside parentheses, for which `stop` holds; that token is not taken. Undefined where nothing
   * stands before it.
   */
  protected until(stop: (token: Token) => boolean): Span | undefined {
    const first = this.peek()
    let depth = 0
    let last: Token | undefined
    for (;;) {
      const token = this.peek()
      if (token === END) throw new Unreadable()
      if (depth === 0 && stop(token)) break
      if (token.kind === 'other') {
        if (token.text === '(' || token.text === '[') depth++
        else if (token.text === ')' || token.text === ']') depth--
      }
      last = token
      this.at++
    }
    return last === undefined ? undefined : { start: first.start, end: last.end }
  }

  protected untilWord(...words: string[]): Span | undefined {
    return this.until((token) => token.kind === 'word' && words.includes(token.text))
  }

  protected some(span: Span | undefined): Span {
    if (span === undefined) throw new Unreadable()
    return span
  }

  protected untilSemicolon(): Span | undefined {
    const span = this.until((token) => token.kind === 'other' && token.text === ';')
    this.at++
    return span
  }

  /** Expressions with commas between, up to a token for which `stop` holds. */
  protected list(stop: (token: Token) => boolean): Span[] {
    const spans: Span[] = []
    for (;;) {
      const span = this.until((token) => stop(token) || (token.kind === 'other' && token.text === ','))
      if (span !== undefined) spans.push(span)
      if (!this.other(',')) return spans
    }
  }

  protected readonly semicolon = (token: Token): boolean => token.kind === 'other' && token.text === ';'

  /** `a.b.c`, also `$1`. */
  protected path(): string[] {
    const names: string[] = []
    do {
      const token = this.next()
      if (token.kind === 'string') throw new Unreadable()
      names.push(token.text)
    } while (this.other('.'))
    return names
  }
}
