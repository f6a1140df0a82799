import { Cursor, END, Unreadable } from './cursor.js'
import type { Token } from './lex.js'
import type { Declaration, PlStatement, PlTarget, Span } from './tree.js'

/** Reads a PL/pgSQL body after pl_gram.y, keeping where everything stands. */
class Reader extends Cursor {
  #cursors = new Set<string>()

  body(): PlStatement {
    while (this.other('#')) this.skipLineOption()
    const block = this.block(this.label())
    this.other(';')
    if (this.at < this.tokens.length) throw new Unreadable()
    return block
  }

  /** `#variable_conflict use_column` and the like. */
  private skipLineOption(): void {
    this.name()
    this.name()
  }

  private label(): string | undefined {
    if (!this.other('<<')) return undefined
    const label = this.name()
    this.expectOther('>>')
    return label
  }

  private block(label: string | undefined): PlStatement {
    const declarations: Declaration[] = []
    if (this.words('declare')) {
      while (!(this.peek().kind === 'word' && this.peek().text === 'begin')) {
        if (this.words('declare')) continue
        declarations.push(this.declaration())
      }
    }
    this.expectWords('begin')
    const body = this.statements()
    if (this.words('exception')) {
      while (this.words('when')) {
        this.untilWord('then')
        this.expectWords('then')
        body.push({ is: 'group', expressions: [], body: this.statements() })
      }
    }
    this.expectWords('end')
    if (!this.semicolon(this.peek()) && this.peek() !== END) this.name()
    return { is: 'block', ...(label === undefined ? {} : { label }), declarations, body }
  }

  private declaration(): Declaration {
    const name = this.name()
    if (this.words('alias', 'for')) {
      const alias = this.path()
      this.expectOther(';')
      return { name, alias }
    }
    if (this.words('no', 'scroll') || this.words('scroll') || this.isCursor()) {
      this.expectWords('cursor')
      return this.cursor(name)
    }
    this.words('constant')
    const type = this.some(
      this.until(
        (token) =>
          (token.kind === 'other' && [':=', '=', ';'].includes(token.text)) ||
          (token.kind === 'word' && ['default', 'not', 'collate'].includes(token.text)),
      ),
    )
    if (this.words('collate')) this.path()
    this.words('not', 'null')
    if (this.other(';')) return { name, type }
    if (!this.other(':=') && !this.other('=')) this.expectWords('default')
    return { name, type, value: this.some(this.untilSemicolon()) }
  }

  private isCursor(): boolean {
    const after = this.peek(1)
    return (
      this.peek().kind === 'word' &&
      this.peek().text === 'cursor' &&
      (after.text === '(' || after.text === 'for' || after.text === 'is')
    )
  }

  private cursor(name: string): Declaration {
    const args: { name: string; type: Span }[] = []
    if (this.other('(')) {
      do {
        const argument = this.name()
        const type = this.some(
          this.until((token) => token.kind === 'other' && [',', ')'].includes(token.text)),
        )
        args.push({ name: argument, type })
      } while (this.other(','))
      this.expectOther(')')
    }
    if (!this.words('for')) this.expectWords('is')
    this.#cursors.add(name)
    return { name, cursor: { arguments: args, query: this.some(this.untilSemicolon()) } }
  }

  private target(): PlTarget {
    return { names: this.path(), element: false }
  }

  private targets(): PlTarget[] {
    const targets = [this.target()]
    while (this.other(',')) targets.push(this.target())
    return targets
  }

  /** Statements up to a word that closes the list. */
  private statements(): PlStatement[] {
    const list: PlStatement[] = []
    for (;;) {
      const token = this.peek()
      if (token === END) throw new Unreadable()
      if (
        token.kind === 'word' &&
        ['end', 'exception', 'elsif', 'elseif', 'else', 'when'].includes(token.text)
      )
        return list
      if (this.other(';')) continue
      const statement = this.statement()
      if (statement !== undefined) list.push(statement)
    }
  }

  private statement(): PlStatement | undefined {
    const label = this.label()
    const assignment = this.assignment()
    if (assignment !== undefined) return assignment
    const token = this.peek()
    if (token.kind !== 'word') throw new Unreadable()
    switch (token.text) {
      case 'declare':
      case 'begin': {
        const block = this.block(label)
        this.expectOther(';')
        return block
      }
      case 'if':
        return this.ifStatement()
      case 'case':
        return this.caseStatement()
      case 'loop':
        this.next()
        return { is: 'group', expressions: [], body: this.loopBody() }
      case 'while': {
        this.next()
        const condition = this.some(this.untilWord('loop'))
        this.next()
        return { is: 'group', expressions: [condition], body: this.loopBody() }
      }
      case 'for':
        return this.forStatement(label)
      case 'foreach':
        return this.foreach()
      case 'exit':
      case 'continue': {
        this.until((one) => this.semicolon(one) || (one.kind === 'word' && one.text === 'when'))
        const condition = this.words('when') ? this.some(this.untilSemicolon()) : undefined
        if (condition === undefined) this.expectOther(';')
        return condition && { is: 'group', expressions: [condition], body: [] }
      }
      case 'return':
        return this.returnStatement()
      case 'raise':
        return this.raise()
      case 'assert':
        this.next()
        return this.expressions(this.list(this.semicolon))
      case 'perform': {
        const { start } = this.next()
        const span = this.some(this.untilSemicolon())
        // PERFORM x stands for SELECT x: seven characters both.
        return { is: 'sql', span: { start, end: span.end } }
      }
      case 'execute':
        return this.execute()
      case 'open':
        return this.open()
      case 'get':
      case 'fetch':
      case 'move':
      case 'close':
      case 'commit':
      case 'rollback':
      case 'null':
        this.untilSemicolon()
        return undefined
      default:
        return this.sql()
    }
  }

  private expressions(expressions: readonly Span[]): PlStatement {
    this.expectOther(';')
    return { is: 'group', expressions, body: [] }
  }

  /** `target := value`, `target = value`; undefined, with nothing taken, for another statement. */
  private assignment(): PlStatement | undefined {
    const from = this.at
    const first = this.peek()
    if (first.kind !== 'word' && first.kind !== 'quoted' && !/^\$\d/.test(first.text)) return undefined
    const names: string[] = [this.next().text]
    const subscripts: Span[] = []
    let element = false
    for (;;) {
      if (this.other('.')) {
        const field = this.peek()
        if ((field.kind !== 'word' && field.kind !== 'quoted') || element) break
        names.push(this.next().text)
      } else if (this.other('[')) {
        element = true
        const span = this.until((token) => token.kind === 'other' && token.text === ']')
        if (span !== undefined) subscripts.push(span)
        this.at++
      } else break
    }
    if (!this.other(':=') && !this.other('=')) {
      this.at = from
      return undefined
    }
    return { is: 'assign', target: { names, element }, subscripts, value: this.some(this.untilSemicolon()) }
  }

  private ifStatement(): PlStatement {
    this.next()
    const expressions: Span[] = []
    const body: PlStatement[] = []
    const branch = (): void => {
      const condition = this.some(this.untilWord('then'))
      this.next()
      body.push({ is: 'group', expressions: [condition], body: this.statements() })
    }
    branch()
    while (this.words('elsif') || this.words('elseif')) branch()
    if (this.words('else')) body.push(...this.statements())
    this.expectWords('end', 'if')
    this.expectOther(';')
    return { is: 'group', expressions, body }
  }

  private caseStatement(): PlStatement {
    this.next()
    const subject = this.untilWord('when')
    const branches: { values: Span; body: PlStatement[] }[] = []
    while (this.words('when')) {
      const values = this.some(this.untilWord('then'))
      this.next()
      branches.push({ values, body: this.statements() })
    }
    const otherwise = this.words('else') ? this.statements() : []
    this.expectWords('end', 'case')
    this.expectOther(';')
    if (subject !== undefined) return { is: 'case', subject, branches, otherwise }
    const groups = branches.map(({ values, body }): PlStatement => ({
      is: 'group',
      expressions: [values],
      body,
    }))
    return { is: 'group', expressions: [], body: [...groups, ...otherwise] }
  }

  /** After LOOP, up to END LOOP and its semicolon. */
  private loopBody(): PlStatement[] {
    const body = this.statements()
    this.expectWords('end', 'loop')
    if (!this.semicolon(this.peek())) this.name()
    this.expectOther(';')
    return body
  }

  private forStatement(label: string | undefined): PlStatement {
    this.next()
    const named = label === undefined ? {} : { label }
    const targets = this.targets()
    this.expectWords('in')
    if (this.words('execute')) {
      const text = this.some(this.untilWord('loop', 'using'))
      const using = this.words('using')
        ? this.list((token) => token.kind === 'word' && token.text === 'loop')
        : []
      this.expectWords('loop')
      return { is: 'for execute', ...named, targets, text, using, body: this.loopBody() }
    }
    const from = this.at
    this.words('reverse')
    const isRange = (token: Token): boolean => token.kind === 'other' && token.text === '..'
    const isLoop = (token: Token): boolean => token.kind === 'word' && token.text === 'loop'
    const lower = this.until((token) => isRange(token) || isLoop(token))
    if (this.other('..')) {
      const expressions = [this.some(lower), this.some(this.untilWord('loop', 'by'))]
      if (this.words('by')) expressions.push(this.some(this.untilWord('loop')))
      this.expectWords('loop')
      const variable = targets[0]?.names.at(-1) ?? ''
      return { is: 'for range', ...named, variable, expressions, body: this.loopBody() }
    }
    this.at = from
    if (this.#cursors.has(this.peek().text) && ['(', 'loop'].includes(this.peek(1).text)) {
      const name = this.name()
      const args = this.cursorArguments()
      this.expectWords('loop')
      return { is: 'cursor', ...named, name, arguments: args, targets, body: this.loopBody() }
    }
    const query = this.some(this.untilWord('loop'))
    this.expectWords('loop')
    return { is: 'for query', ...named, targets, query, body: this.loopBody() }
  }

  private cursorArguments(): Span[] {
    if (!this.other('(')) return []
    const args = this.list((token) => token.kind === 'other' && token.text === ')')
    this.expectOther(')')
    return args
  }

  private foreach(): PlStatement {
    this.next()
    const [target] = this.targets()
    const slice = this.words('slice')
    if (slice) this.next()
    this.expectWords('in', 'array')
    const array = this.some(this.untilWord('loop'))
    this.expectWords('loop')
    return { is: 'foreach', target: target!, array, slice, body: this.loopBody() }
  }

  private returnStatement(): PlStatement | undefined {
    this.next()
    if (this.words('query')) {
      if (this.words('execute')) return this.dynamic()
      return { is: 'sql', span: this.some(this.untilSemicolon()) }
    }
    this.words('next')
    const value = this.untilSemicolon()
    return value && { is: 'return', value }
  }

  private raise(): PlStatement {
    this.next()
    const expressions: Span[] = []
    const isUsing = (token: Token): boolean => token.kind === 'word' && token.text === 'using'
    const isEnd = (token: Token): boolean => this.semicolon(token) || isUsing(token)
    // Level, condition or format: none holds an expression.
    this.until((token) => isEnd(token) || (token.kind === 'other' && token.text === ','))
    while (this.other(',')) {
      const span = this.until((token) => isEnd(token) || (token.kind === 'other' && token.text === ','))
      if (span !== undefined) expressions.push(span)
    }
    if (this.words('using')) {
      do {
        this.name()
        if (!this.other('=')) this.expectOther(':=')
        const span = this.until(
          (token) => this.semicolon(token) || (token.kind === 'other' && token.text === ','),
        )
        if (span !== undefined) expressions.push(span)
      } while (this.other(','))
    }
    return this.expressions(expressions)
  }

  private execute(): PlStatement {
    this.next()
    return this.dynamic()
  }

  /** The text of EXECUTE, INTO and USING in either order, and the semicolon. */
  private dynamic(): PlStatement {
    const isClause = (token: Token): boolean =>
      this.semicolon(token) || (token.kind === 'word' && (token.text === 'into' || token.text === 'using'))
    const text = this.some(this.until(isClause))
    let into: PlTarget[] | undefined
    let using: Span[] = []
    for (;;) {
      if (this.words('into')) {
        this.words('strict')
        into = this.targets()
      } else if (this.words('using')) using = this.list(isClause)
      else break
    }
    this.expectOther(';')
    return { is: 'execute', text, using, ...(into === undefined ? {} : { into }) }
  }

  private open(): PlStatement | undefined {
    this.next()
    const name = this.name()
    if (this.#cursors.has(name)) {
      const args = this.cursorArguments()
      this.expectOther(';')
      return { is: 'cursor', name, arguments: args, body: [] }
    }
    this.untilWord('for')
    this.expectWords('for')
    if (this.words('execute')) return this.dynamic()
    return { is: 'sql', span: this.some(this.untilSemicolon()) }
  }

  /** An SQL statement, whose INTO clause is PL/pgSQL's unless INSERT or MERGE stands before it. */
  private sql(): PlStatement {
    const first = this.peek()
    let before = END
    let blank: Span | undefined
    let into: PlTarget[] | undefined
    let last = first
    for (;;) {
      const token = this.peek()
      if (token === END) throw new Unreadable()
      if (this.semicolon(token)) break
      if (
        token.kind === 'word' &&
        token.text === 'into' &&
        into === undefined &&
        !['insert', 'merge'].includes(before.text)
      ) {
        this.next()
        this.words('strict')
        into = this.targets()
        blank = { start: token.start, end: this.peek(-1).end }
        continue
      }
      before = last = this.next()
    }
    this.next()
    const end = Math.max(last.end, blank?.end ?? 0)
    return {
      is: 'sql',
      span: { start: first.start, end },
      ...(blank === undefined ? {} : { blank }),
      ...(into === undefined ? {} : { into }),
    }
  }
}

/** The statements of a PL/pgSQL body, with their places in it. Undefined where it can't be read. Never throws. */
export function readPlpgsql(body: string): PlStatement | undefined {
  try {
    return new Reader(body).body()
  } catch (error) {
    if (error instanceof Unreadable || error instanceof RangeError) return undefined
    throw error
  }
}
