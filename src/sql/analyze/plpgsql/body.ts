import type { Node } from '@pgsql/types'
import { parseSql } from '../../parser.js'
import { Unreadable } from '../../unreadable.js'
import type { Catalog } from '../../../catalog/model.js'
import { catalogBehind } from '../changed.js'
import { transformExpr } from '../expression.js'
import { transformIn } from '../in.js'
import { meetConstant, meetSet } from '../literals.js'
import { EQUALS } from '../operators.js'
import { selectField } from '../reference.js'
import { Scope, type Item } from '../scope.js'
import { SearchPath } from '../searchPath.js'
import { finish, transformQuery, transformTargetList, type QueryResult } from '../select.js'
import type { Session } from '../session.js'
import { transformStatement } from '../statement.js'
import type { Analysis, Expr, Meeting } from '../state.js'
import { BOOL, INT4, NAME, OPEN, RECORD, TEXT, Types, UNKNOWN, VARCHAR, type TypeId } from '../types.js'
import { enumSetOf } from '../valueSets.js'
import type { Declaration, PlStatement, PlTarget, Span } from './tree.js'
import { assignmentsIn, Block, Held, mergeRecords, stored } from './variables.js'
import type { Closed, Variable } from './variables.js'
import { dynamicText } from './dynamic.js'

/** How a fragment of a body is made a statement that the parser takes. */
const SELECT = 'SELECT '

/** Runs over a PL/pgSQL body: each expression and statement is analysed with the variables that it sees. */
export class Body {
  #block: Block
  readonly #path: SearchPath
  /** With the search path that the statements so far have set. */
  #types: Types
  readonly #conflict: Scope['conflict']

  constructor(
    private readonly analysis: Analysis,
    private readonly session: Session,
    outer: Block,
    /** What RETURN gives; undefined where nothing is checked. */
    private readonly returns: TypeId | undefined,
    private readonly transitions: ReadonlyMap<string, Item>,
    private readonly returnLabel: string | undefined,
  ) {
    this.#block = outer
    this.#types = analysis.types
    this.#path = new SearchPath(analysis.types.searchPath)
    const told = /^\s*#variable_conflict\s+use_(column|variable)\b/im.exec(analysis.text)?.[1]?.toLowerCase()
    this.#conflict = told === 'column' || told === 'variable' ? told : 'refuse'
    outer.declare('found', { type: BOOL })
    for (const name of ['sqlstate', 'sqlerrm']) outer.declare(name, { type: TEXT })
  }

  /** How often each name is assigned to, in all of the body. */
  #assignments: ReadonlyMap<string, number> | undefined

  run(statement: PlStatement): void {
    this.#assignments ??= assignmentsIn(statement)
    switch (statement.is) {
      case 'block':
        return this.within(statement.label, () => {
          for (const declaration of statement.declarations) this.declare(declaration)
          this.runAll(statement.body)
        })
      case 'group':
        for (const span of statement.expressions) this.evaluate(span)
        return this.runAll(statement.body)
      case 'case':
        return this.runCase(statement)
      case 'assign': {
        for (const span of statement.subscripts) this.evaluate(span)
        return this.assign(statement.target, this.evaluate(statement.value), true)
      }
      case 'return':
        return this.runReturn(statement.value)
      case 'sql':
        return this.runSql(statement)
      case 'execute':
        return this.runExecute(statement)
      case 'for range':
        for (const span of statement.expressions) this.evaluate(span)
        return this.within(statement.label, () => {
          this.#block.declare(statement.variable, { type: INT4 })
          this.runAll(statement.body)
        })
      case 'for query':
        return this.loop(statement.label, statement.targets, this.query(statement.query), statement.body)
      case 'for execute':
        return this.loop(
          statement.label,
          statement.targets,
          this.dynamic(statement.text, statement.using),
          statement.body,
        )
      case 'foreach': {
        const array = this.evaluate(statement.array)
        this.assignMembers(statement.target, array, statement.slice)
        return this.runAll(statement.body)
      }
      case 'cursor':
        return this.runCursor(statement)
    }
  }

  private runAll(statements: readonly PlStatement[]): void {
    for (const statement of statements) this.run(statement)
  }

  private within(label: string | undefined, work: () => void): void {
    const outer = this.#block
    this.#block = new Block(label, outer)
    work()
    this.#block = outer
  }

  /** The scope of an SQL text in the body. */
  private scope(analysis: Analysis): Scope {
    const scope = new Scope(analysis)
    scope.variables = (names) => this.variable(names)
    scope.conflict = this.#conflict
    for (const [name, item] of this.transitions) scope.transitions.set(name, item)
    return scope
  }

  private variable(names: readonly string[]): Expr | undefined {
    const found = this.#block.find(names)
    if (found === undefined) return undefined
    let { expr } = found.variable
    const held = names.length === 1 ? this.held(names[0]!, found.variable) : undefined
    if (held !== undefined) return { ...expr, ...held }
    const scope = new Scope(this.analysis)
    for (const name of names.slice(found.taken)) expr = selectField(scope, expr, name)
    return expr
  }

  /** The only strings that a variable can hold, where each assignment to it is known. */
  private held(name: string, { held }: Variable): Closed | undefined {
    const closed = held?.closed(this.#assignments?.get(name) ?? 0)
    // FETCH, GET DIAGNOSTICS and CALL assign, too, and are not read for it.
    return closed !== undefined && !isTaken(name, this.analysis.text) ? closed : undefined
  }

  private text(span: Span, blank?: Span): string {
    const { text } = this.analysis
    if (blank === undefined) return text.slice(span.start, span.end)
    return (
      text.slice(span.start, blank.start) +
      ' '.repeat(blank.end - blank.start) +
      text.slice(blank.end, span.end)
    )
  }

  /** Parses a span, with `prefix` before it, and hands its statement to `work`; what goes wrong in it stays in it. */
  private parsed<T>(
    text: string,
    prefix: string,
    offset: number,
    work: (analysis: Analysis, node: Node) => T,
  ): T | undefined {
    const statements = parseSql(prefix + text)
    if (statements instanceof Unreadable) return undefined
    const locate = (at: number): number => Math.max(at - prefix.length, 0) + offset
    const inner = this.analysis.inner(prefix + text, locate, this.#types)
    inner.placeholders = false
    for (const [number, type] of this.analysis.parameters) inner.parameters.set(number, type)
    const [statement] = statements
    let made: T | undefined
    this.analysis.findings.guard(() => {
      if (statement?.stmt !== undefined) made = work(inner, statement.stmt)
    })
    return made
  }

  /** The value of an SQL expression; OPEN where it can't be read. */
  private evaluate(span: Span): Expr {
    const result = this.parsed(this.text(span), SELECT, span.start, (analysis, node) => {
      if (!('SelectStmt' in node)) return undefined
      const scope = this.scope(analysis)
      const { targetList = [], fromClause, ...rest } = node.SelectStmt
      if (fromClause !== undefined || Object.keys(rest).some((key) => key.endsWith('Clause'))) {
        return transformQuery(scope, node)
      }
      // Left of unknown type, so that the place which takes the value is what its constant meets.
      scope.resolveUnknowns = false
      return finish(scope, transformTargetList(scope, targetList))
    })
    return result?.columns[0]?.expr ?? { type: OPEN }
  }

  private query(span: Span, blank?: Span): QueryResult {
    const text = this.text(span, blank)
    // PERFORM is as long as SELECT with its blank.
    const select = /^perform\b/i.test(text) ? SELECT + text.slice(SELECT.length) : text
    const result = this.parsed(select, '', span.start, (analysis, node) => {
      const made = transformStatement(this.scope(analysis), node, this.session)
      this.after(node)
      return made
    })
    return result ?? { columns: [], open: true }
  }

  /** What a statement does to the search path and to names holds for the statements behind it. */
  private after(statement: Node): void {
    this.#path.after(statement)
    this.#types = this.typesWith(catalogBehind(statement, this.#types.catalog), this.#path.current)
  }

  private typesWith(catalog: Catalog, path: readonly string[]): Types {
    const { catalog: before, searchPath } = this.#types
    return catalog === before && path === searchPath ? this.#types : new Types(catalog, path)
  }

  /** EXECUTE of a constant; what is put together at run time is not read. */
  private dynamic(span: Span, using: readonly Span[]): QueryResult {
    const types = using.map((one) => this.evaluate(one))
    const open: QueryResult = { columns: [], open: true }
    const result = this.parsed(this.text(span), SELECT, span.start, (analysis, node) => {
      if (!('SelectStmt' in node)) return undefined
      const [target] = node.SelectStmt.targetList ?? []
      if (target === undefined || !('ResTarget' in target)) return undefined
      const { val } = target.ResTarget
      if (val === undefined) return undefined
      if (!('A_Const' in val) || val.A_Const.sval === undefined) transformExpr(this.scope(analysis), val)
      const dynamic = dynamicText(val, analysis)
      const statements = dynamic === undefined ? undefined : parseSql(dynamic.text)
      if (dynamic === undefined || statements === undefined || statements instanceof Unreadable) {
        if (/\bsearch_path\b/i.test(this.text(span)))
          this.#types = this.typesWith(this.#types.catalog, this.#path.forget())
        return undefined
      }
      const inner = analysis.inner(dynamic.text, (at) => dynamic.locate(at))
      inner.placeholders = false
      types.forEach((expr, i) => inner.parameters.set(i + 1, expr.type === UNKNOWN ? TEXT : expr.type))
      let made: QueryResult | undefined
      for (const { stmt } of statements) {
        if (stmt === undefined) continue
        made = transformStatement(new Scope(inner), stmt, this.session)
        this.after(stmt)
      }
      return made
    })
    return result ?? open
  }

  private typeOf(span: Span): { type: TypeId; expr?: Expr } {
    const text = this.text(span)
    const copied = /^([^]*?)\s*%\s*(type|rowtype)\b\s*(\[[^]*|array\b[^]*)?$/i.exec(text)
    if (copied !== null) return this.copiedType(copied[1]!, copied[2]!.toLowerCase(), copied[3] !== undefined)
    if (/^record$/i.test(text)) return { type: RECORD }
    const statements = parseSql(`SELECT NULL::${text}`)
    if (statements instanceof Unreadable) return { type: OPEN }
    const node = statements[0]?.stmt
    const target = node !== undefined && 'SelectStmt' in node ? node.SelectStmt.targetList?.[0] : undefined
    const val = target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined
    return {
      type:
        val !== undefined && 'TypeCast' in val
          ? this.analysis.types.fromTypeName(val.TypeCast.typeName)
          : OPEN,
    }
  }

  private copiedType(text: string, kind: string, array: boolean): { type: TypeId; expr?: Expr } {
    const { types } = this.analysis
    const names = [...text.matchAll(/"((?:[^"]|"")*)"|([^\s."]+)/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!.toLowerCase(),
    )
    if (kind === 'rowtype') {
      const name = names.at(-1) ?? ''
      const schema = names.at(-2)
      const type = types.find(schema === undefined ? { name } : { schema, name }) ?? OPEN
      return { type: array && type > 0 ? -type : type }
    }
    const variable = this.variable(names)
    const type = variable?.type ?? types.columnType(names)
    if (array) return { type: type > 0 ? -type : type }
    return variable === undefined ? { type } : { type, expr: variable }
  }

  private declare({ name, type, value, alias, cursor }: Declaration): void {
    if (alias !== undefined) {
      this.#block.declare(name, this.variable(alias) ?? { type: OPEN })
      return
    }
    if (cursor !== undefined) {
      const args = cursor.arguments.map((argument) => ({
        name: argument.name,
        type: this.typeOf(argument.type).type,
      }))
      let result: QueryResult = { columns: [], open: true }
      this.within(undefined, () => {
        for (const argument of args) this.#block.declare(argument.name, { type: argument.type })
        result = this.query(cursor.query)
      })
      this.#cursors.set(name, { arguments: args, result })
      this.#block.declare(name, { type: 1790 })
      return
    }
    const made = type === undefined ? { type: OPEN } : this.typeOf(type)
    const initial = value === undefined ? undefined : this.evaluate(value)
    const record = made.type === RECORD
    const target = { label: name }
    const held = made.type === TEXT || made.type === VARCHAR ? new Held() : undefined
    this.#block.declare(name, record ? { type: OPEN } : { type: made.type, target }, record, held)
    if (initial !== undefined) this.assign({ names: [name], element: false }, initial)
  }

  readonly #cursors = new Map<
    string,
    { arguments: readonly { name: string; type: TypeId }[]; result: QueryResult }
  >()

  /**
   * A value goes into a variable: its text is read by the input function of the variable's type, at run time. A constant that
   * `:=` takes is `direct`: read as what it is assigned to, no text before.
   */
  private assign({ names, element }: PlTarget, value: Expr, direct = false): void {
    const found = this.#block.find(names)
    if (found === undefined) return
    if (names.length === 1 && !element) found.variable.held?.add(this.closedSet(value), value.constant)
    if (found.variable.record && found.taken === names.length) {
      this.storeRecord(
        found.variable,
        value.fields === undefined ? { type: OPEN } : { type: RECORD, fields: value.fields },
      )
      return
    }
    const place = this.variable(names)
    if (place === undefined || place.type === OPEN) return
    const member = element ? this.analysis.types.baseElement(place.type) : undefined
    const meeting: Meeting = { kind: 'write', target: place.target ?? { label: names.join('.') } }
    this.meet(value, element ? (member ?? OPEN) : place.type, meeting, direct)
    if (!element && place.values !== undefined) {
      meetSet(
        this.analysis,
        value,
        place.values,
        'reject',
        { kind: 'write', target: place.target },
        {
          branches: true,
          labels: enumSetOf(this.analysis.types, place.type),
        },
      )
    }
  }

  /** The strings that an expression is one of: those of its column, or the labels of its type. */
  private closedSet({ values, type, target }: Expr): Closed | undefined {
    const { types } = this.analysis
    const set = values ?? (type === OPEN ? undefined : enumSetOf(types, type))
    return set && { values: set, ...(target && { target }) }
  }

  private storeRecord(variable: { expr: Expr; record: boolean }, value: Expr): void {
    variable.expr = variable.expr.fields === undefined ? value : mergeRecords(variable.expr, value)
  }

  /** exec_cast_value: whatever the expression's type, what it gives is read as text by the type that takes it. */
  private meet(value: Expr, type: TypeId, meeting: Meeting, direct = false): void {
    const { types } = this.analysis
    if (type === OPEN || value.type === OPEN) return
    const from = value.type === UNKNOWN && !direct ? TEXT : value.type
    if (types.castTaken(from, type, 'plpgsql')?.method === 'function') return
    if (value.branches !== undefined) {
      for (const branch of value.branches) this.meet(branch, type, meeting)
      return
    }
    const readable = value.type === UNKNOWN || types.isText(value.type)
    if (value.constant !== undefined && readable && types.base(type) !== types.base(value.type)) {
      this.analysis.findings.guard(() => meetConstant(value.constant!, type, meeting))
    } else if (value.elements !== undefined && types.baseElement(type) !== undefined) {
      for (const element of value.elements) this.meet(element, types.baseElement(type)!, meeting)
    } else if (value.row !== undefined) {
      // exec_move_row: field by field, as many as both have. A constant is of unknown type in a row.
      const fields = types.fields(types.base(type)) ?? []
      value.row
        .slice(0, fields.length)
        .forEach((field, i) => this.meet(field, fields[i]!.type, meeting, true))
    }
  }

  private assignMembers(target: PlTarget, array: Expr, slice: boolean): void {
    const place = this.variable(target.names)
    if (place === undefined || slice) return
    const { types } = this.analysis
    const member = types.baseElement(array.type)
    if (array.elements !== undefined) for (const element of array.elements) this.assign(target, element)
    else if (member !== undefined) this.assign(target, { type: member })
  }

  private store(targets: readonly PlTarget[], result: QueryResult): void {
    const [only] = targets
    const row = targets.length === 1 && only !== undefined ? this.#block.find(only.names) : undefined
    if (row?.variable.record === true && row.taken === only!.names.length) {
      this.storeRecord(row.variable, recordOf(result))
      return
    }
    if (result.open) return
    const fields =
      row === undefined ? undefined : this.analysis.types.fields(this.variable(only!.names)?.type ?? OPEN)
    if (fields !== undefined) {
      fields.forEach((field, i) => {
        const column = result.columns[i]
        if (column !== undefined)
          this.assign({ names: [...only!.names, field.name], element: false }, column.expr)
      })
      return
    }
    targets.forEach((target, i) => {
      const column = result.columns[i]
      if (column !== undefined) this.assign(target, column.expr)
    })
  }

  private loop(
    label: string | undefined,
    targets: readonly PlTarget[],
    result: QueryResult,
    body: readonly PlStatement[],
  ): void {
    this.within(label, () => {
      const [only] = targets
      const name = only?.names[0] ?? ''
      const found =
        targets.length === 1 && only?.names.length === 1 ? this.#block.find(only.names) : undefined
      // Within the loop the record holds this query's rows, whatever it holds elsewhere.
      if (found?.variable.record === true) this.#block.declare(name, recordOf(result), true)
      else this.store(targets, result)
      this.runAll(body)
    })
  }

  private runCase({ subject, branches, otherwise }: Extract<PlStatement, { is: 'case' }>): void {
    const value = this.evaluate(subject)
    const left: Expr = value.type === UNKNOWN ? { type: TEXT } : stored(value)
    for (const { values, body } of branches) {
      this.parsed(this.text(values), SELECT, values.start, (analysis, node) => {
        if (!('SelectStmt' in node)) return
        const items = (node.SelectStmt.targetList ?? []).flatMap((target) =>
          'ResTarget' in target && target.ResTarget.val !== undefined ? [target.ResTarget.val] : [],
        )
        transformIn(this.scope(analysis), EQUALS, left, items)
      })
      this.runAll(body)
    }
    this.runAll(otherwise)
  }

  private runReturn(span: Span): void {
    const value = this.evaluate(span)
    if (this.returns === undefined) return
    const label = this.returnLabel
    this.meet(value, this.returns, { kind: 'write', ...(label === undefined ? {} : { target: { label } }) })
  }

  private runSql({ span, blank, into }: Extract<PlStatement, { is: 'sql' }>): void {
    const result = this.query(span, blank)
    if (into !== undefined) this.store(into, result)
  }

  private runExecute({ text, using, into }: Extract<PlStatement, { is: 'execute' }>): void {
    const result = this.dynamic(text, using)
    if (into !== undefined) this.store(into, result)
  }

  private runCursor(statement: Extract<PlStatement, { is: 'cursor' }>): void {
    const cursor = this.#cursors.get(statement.name)
    statement.arguments.forEach((span, i) => {
      // `name := value` names an argument.
      const named = /^\s*([A-Za-z_]\w*)\s*:=/.exec(this.text(span))
      const from = named === null ? span : { start: span.start + named[0].length, end: span.end }
      const value = this.evaluate(from)
      const argument =
        named === null ? cursor?.arguments[i] : cursor?.arguments.find((one) => one.name === named[1])
      if (argument !== undefined) {
        this.meet(value, argument.type, {
          kind: 'write',
          target: { label: `${statement.name}(${argument.name})` },
        })
      }
    })
    if (statement.targets === undefined) return
    this.loop(
      statement.label,
      statement.targets,
      cursor?.result ?? { columns: [], open: true },
      statement.body,
    )
  }
}

/** Whether a variable is named in a statement that may assign to it without saying so. */
function isTaken(name: string, text: string): boolean {
  const statements = text.match(/\b(?:fetch|get|call)\b[^;]*/gi) ?? []
  return statements.some((statement) =>
    statement
      .toLowerCase()
      .split(/[^\p{L}\p{N}_$]+/u)
      .includes(name),
  )
}

function recordOf(result: QueryResult): Expr {
  if (result.open) return { type: OPEN }
  return { type: RECORD, fields: result.columns.map(({ name, expr }) => ({ name, expr: stored(expr) })) }
}

/** What a trigger function finds beside NEW and OLD. */
export function declareTriggerVariables(block: Block): void {
  for (const name of ['tg_name', 'tg_table_name', 'tg_table_schema', 'tg_relname'])
    block.declare(name, { type: NAME })
  for (const name of ['tg_when', 'tg_level', 'tg_op', 'tg_event', 'tg_tag'])
    block.declare(name, { type: TEXT })
  block.declare('tg_relid', { type: 26 })
  block.declare('tg_nargs', { type: INT4 })
  block.declare('tg_argv', { type: -TEXT })
}
