import { PgError, Unknowable } from '../../catalog/error.js'
import type { FunctionArgument } from '../../catalog/model.js'
import type { Store } from '../../catalog/store.js'
import type { StoredFunction } from '../../catalog/stored.js'
import { builtinFunctions } from '../builtins.js'
import type { Action } from '../ddl/step.js'
import { assigned, bears, callsOwn, leaves } from './bearing.js'
import type { Block, BlockExpression, BlockStatement } from './block.js'
import { handles, sqlstate } from './conditions.js'
import { evaluate, isCertain, type Evaluation, type Scope } from './evaluate.js'
import type { DynamicReader } from './reader.js'
import { runQuery, type QueryResult } from './query.js'
import { Row, Tainted, toText, toTruth, UNKNOWN, type Value } from './value.js'

/** Steps of one statement of a migration; a loop without end is cut here. */
const MAX_TICKS = 200_000
const MAX_DEPTH = 40

type Signal =
  | undefined
  | { readonly is: 'exit' | 'continue'; readonly label?: string | undefined }
  | { readonly is: 'return'; readonly value: Value }

class Frame implements Scope {
  readonly variables = new Map<string, Value>()

  lookup(parts: readonly string[]): Value | undefined {
    const name = parts.at(-1)!
    if (parts.length === 1) return this.variables.get(name)
    const record = this.variables.get(parts.at(-2)!)
    if (record instanceof Row) return record.fields.get(name)
    if (record !== undefined) return record === UNKNOWN ? UNKNOWN : undefined
    // A variable by the label of its block or the function's name.
    return this.variables.get(name)
  }

  set(target: string, value: Value): void {
    const dot = target.indexOf('.')
    if (dot < 0) {
      this.variables.set(target, value)
      return
    }
    const record = this.variables.get(target.slice(0, dot))
    const fields = new Map(record instanceof Row ? record.fields : [])
    fields.set(target.slice(dot + 1), value)
    this.variables.set(target.slice(0, dot), new Row(fields))
  }
}

function asRow(result: QueryResult['rows'][number]): Row {
  return new Row(new Map(result.names.map((name, i) => [name, result.values[i] ?? null])))
}

/** Runs blocks, calls and dynamic statements over the catalog. */
export class Interpreter implements Evaluation {
  #ticks = 0
  #depth = 0

  constructor(
    readonly store: Store,
    readonly reader: DynamicReader,
    /** Runs a statement's action that is no procedure's business. */
    readonly runAction: (action: Action) => void,
  ) {}

  tick(): void {
    if (++this.#ticks > MAX_TICKS) throw new Unknowable('it takes too many steps')
  }

  /** Before each statement of a migration: it may take as many steps as any. */
  reset(): void {
    this.#ticks = 0
  }

  /** Runs a DO block. */
  runBlock(block: Block): void {
    this.#deeper(() => this.#run(block, new Frame()))
  }

  /** Runs a SELECT or CALL for what its functions do. */
  runSelect(query: unknown, scope?: Scope): QueryResult {
    const result = runQuery(this, query, scope)
    if (!isCertain(result) && callsOwn(query, this.store)) {
      throw new Unknowable('it calls a function for rows that the migrations do not tell')
    }
    return result
  }

  #deeper<T>(run: () => T): T {
    if (this.#depth >= MAX_DEPTH) throw new Unknowable('it calls functions too deeply')
    this.#depth++
    try {
      return run()
    } finally {
      this.#depth--
    }
  }

  call(
    name: { readonly schema?: string; readonly name: string },
    args: readonly Value[],
    names: readonly (string | undefined)[],
  ): Value | undefined {
    const candidates = this.store.lookupFunctions(name)
    if (candidates.length === 0) {
      // A call of something that is none of Postgres's own functions either.
      if (this.store.strict && !isBuiltinFunction(name.name)) {
        throw new PgError('42883', `function ${name.name} does not exist`)
      }
      return undefined
    }
    const fits = candidates.filter((each) => {
      const places = inputsOf(each).map((argument, i) => placeOf(argument, i, names))
      return (
        args.length <= places.length &&
        args.every((_, at) => places.includes(at)) &&
        inputsOf(each).every(({ hasDefault }, i) => hasDefault || places[i]! < args.length)
      )
    })
    if (fits.length === 0 && this.store.strict)
      throw new PgError('42883', `function ${name.name} does not exist`)
    const [chosen] = fits
    const body = chosen?.body
    if (chosen === undefined || body === undefined || fits.length > 1) {
      if (
        fits.some(
          (each) =>
            each.body !== undefined &&
            bears([{ is: 'unreadable', what: '' }], this.store) &&
            MAY_CHANGE.test(each.body),
        )
      ) {
        throw new Unknowable(`which ${name.name} it calls depends on types`)
      }
      return UNKNOWN
    }
    return this.#deeper(() => this.#callFunction(chosen, body, args, names))
  }

  #callFunction(
    chosen: StoredFunction,
    body: string,
    args: readonly Value[],
    names: readonly (string | undefined)[],
  ): Value {
    const frame = new Frame()
    inputsOf(chosen).forEach((argument, i) => {
      const at = placeOf(argument, i, names)
      const value =
        at < args.length
          ? (args[at] ?? null)
          : evaluate(this, chosen.defaults?.[chosen.arguments.indexOf(argument)], undefined)
      frame.variables.set(`$${i + 1}`, value)
      if (argument.name !== undefined) frame.variables.set(argument.name, value)
    })
    try {
      if (chosen.language === 'plpgsql') return this.#run(this.reader.block(chosen, body), frame)
      if (chosen.language === 'sql') return this.#runSql(body, frame)
    } catch (error) {
      if (error instanceof Unknowable && !MAY_CHANGE.test(body)) return UNKNOWN
      throw error
    }
    if (MAY_CHANGE.test(body)) throw new Unknowable(`function ${chosen.name} is in ${chosen.language}`)
    return UNKNOWN
  }

  #runSql(body: string, frame: Frame): Value {
    let last: Value = UNKNOWN
    for (const step of this.reader.steps(body)) {
      for (const action of step.actions) {
        if (action.do === 'query') {
          const result = this.runSelect(action.query, frame)
          last = isCertain(result) ? (result.rows[0]?.values[0] ?? null) : UNKNOWN
        } else this.runAction(action)
      }
    }
    return last
  }

  #run(block: Block, frame: Frame): Value {
    frame.variables.set('found', UNKNOWN)
    for (const { name, value } of block.variables) {
      if (frame.variables.has(name) && value === undefined) continue
      frame.variables.set(name, value === undefined ? null : this.#value(value, frame))
    }
    try {
      const signal = this.#statements(block.body, frame)
      return signal?.is === 'return' ? signal.value : null
    } catch (error) {
      if (error instanceof LeaveUnknown && !error.matters) return UNKNOWN
      throw error
    }
  }

  #value(tree: BlockExpression, frame: Frame): Value {
    return tree === undefined ? UNKNOWN : evaluate(this, tree, frame)
  }

  #statements(statements: readonly BlockStatement[], frame: Frame): Signal {
    for (const [i, statement] of statements.entries()) {
      this.tick()
      try {
        const signal = this.#statement(statement, frame)
        if (signal !== undefined) return signal
      } catch (error) {
        const rest = statements.slice(i + 1)
        // Whether the rest runs does not matter then.
        if (error instanceof LeaveUnknown) error.matters ||= bears(rest, this.store)
        throw error
      }
    }
    return undefined
  }

  #statement(statement: BlockStatement, frame: Frame): Signal {
    switch (statement.is) {
      case 'block':
        return this.#block(statement, frame)
      case 'if':
        return this.#if(statement, frame)
      case 'loop':
      case 'while':
      case 'for range':
      case 'for query':
      case 'foreach':
        return this.#loop(statement, frame)
      case 'exit': {
        const truth =
          statement.condition === undefined ? true : toTruth(this.#value(statement.condition, frame))
        if (truth === UNKNOWN) throw new LoopUnknown()
        return truth === true
          ? { is: statement.again ? 'continue' : 'exit', label: statement.label }
          : undefined
      }
      case 'return':
        return {
          is: 'return',
          value: statement.value === undefined ? null : this.#value(statement.value, frame),
        }
      default:
        this.#simple(statement, frame)
        return undefined
    }
  }

  #simple(statement: BlockStatement, frame: Frame): void {
    switch (statement.is) {
      case 'assign':
        return frame.set(statement.target, this.#value(statement.value, frame))
      case 'sql':
        for (const action of statement.actions) {
          if (action.do === 'query') this.runSelect(action.query, frame)
          else this.runAction(action)
        }
        return
      case 'query':
        return this.#query(statement, frame)
      case 'execute':
        return this.#execute(statement, frame)
      case 'raise':
        if (statement.error) {
          throw new PgError(
            statement.condition === undefined ? 'P0001' : sqlstate(statement.condition),
            'raised by the migration',
          )
        }
        return
      case 'assert':
        if (toTruth(this.#value(statement.condition, frame)) === false)
          throw new PgError('P0004', 'assertion failed')
        return
      case 'forget':
        for (const target of statement.targets) frame.set(target, UNKNOWN)
        return
      case 'unreadable':
        throw new Unknowable(`PL/pgSQL's ${statement.what} is not understood`)
      default:
    }
  }

  #block(block: Extract<BlockStatement, { is: 'block' }>, frame: Frame): Signal {
    const leave = (signal: Signal): Signal =>
      signal?.is === 'exit' && signal.label !== undefined && signal.label === block.label ? undefined : signal
    if (block.handlers === undefined) return leave(this.#statements(block.body, frame))
    const mark = this.store.journal.mark()
    const outer = this.store.subtransactions++
    try {
      return leave(this.#statements(block.body, frame))
    } catch (error) {
      if (!(error instanceof PgError)) throw error
      const handler = block.handlers.find((each) =>
        each.conditions.some((condition) => handles(condition, error.code)),
      )
      if (handler === undefined) throw error
      this.store.journal.rollback(mark)
      this.store.subtransactions = outer
      frame.variables.set('sqlerrm', error.message)
      frame.variables.set('sqlstate', error.code)
      return leave(this.#statements(handler.body, frame))
    } finally {
      this.store.subtransactions = outer
    }
  }

  #if(statement: Extract<BlockStatement, { is: 'if' }>, frame: Frame): Signal {
    for (const [i, branch] of statement.branches.entries()) {
      const truth = toTruth(this.#value(branch.condition, frame))
      if (truth === true) return this.#statements(branch.body, frame)
      if (truth !== UNKNOWN) continue
      const open = [...statement.branches.slice(i).map((each) => each.body), statement.otherwise]
      this.#skip(open.flat(), frame)
      return undefined
    }
    return this.#statements(statement.otherwise, frame)
  }

  /** Passes over what may or may not run: that is fine where it changes nothing that matters. */
  #skip(statements: readonly BlockStatement[], frame: Frame): void {
    if (bears(statements, this.store))
      throw new Unknowable('its condition depends on more than the migrations')
    if (statements.some((each) => each.is === 'exit')) throw new LoopUnknown()
    if (leaves(statements)) throw new LeaveUnknown()
    for (const target of assigned(statements)) frame.set(target, UNKNOWN)
  }

  #loop(loop: Extract<BlockStatement, { readonly body: readonly BlockStatement[] }>, frame: Frame): Signal {
    const mark = this.store.journal.mark()
    try {
      return this.#iterate(loop, frame)
    } catch (error) {
      if (error instanceof LeaveUnknown) {
        error.matters ||= bears(loop.body, this.store)
        throw error
      }
      const tooLong = error instanceof Unknowable && !bears(loop.body, this.store)
      if (!(error instanceof LoopUnknown) && !tooLong) throw error
      if (bears(loop.body, this.store))
        throw new Unknowable('how often its loop runs depends on more than the migrations')
      if (tooLong && this.#ticks > MAX_TICKS) this.#ticks = 0
      void mark
      for (const target of assigned(loop.body)) frame.set(target, UNKNOWN)
      return undefined
    }
  }

  #iterate(loop: BlockStatement, frame: Frame): Signal {
    const body = (statements: readonly BlockStatement[]): { done: boolean; signal: Signal } => {
      this.tick()
      const signal = this.#statements(statements, frame)
      const label = 'label' in loop ? loop.label : undefined
      if (signal === undefined) return { done: false, signal }
      if (signal.is === 'return') return { done: true, signal }
      const own = signal.label === undefined || signal.label === label
      if (!own) return { done: true, signal }
      return { done: signal.is === 'exit', signal: undefined }
    }
    switch (loop.is) {
      case 'loop':
        for (;;) {
          const { done, signal } = body(loop.body)
          if (done) return signal
        }
      case 'while':
        for (;;) {
          const truth = toTruth(this.#value(loop.condition, frame))
          if (truth === UNKNOWN) throw new LoopUnknown()
          if (truth !== true) return undefined
          const { done, signal } = body(loop.body)
          if (done) return signal
        }
      case 'for range':
      case 'foreach':
      case 'for query':
        for (const bind of this.#items(loop, frame)) {
          bind()
          const { done, signal } = body(loop.body)
          if (done) return signal
        }
        return undefined
      default:
        return undefined
    }
  }

  /** What a FOR loop runs over: each sets the variable. */
  *#items(
    loop: Extract<BlockStatement, { is: 'for range' | 'foreach' | 'for query' }>,
    frame: Frame,
  ): Generator<() => void> {
    if (loop.is === 'for range') {
      const [lower, upper, step] = [loop.lower, loop.upper, loop.step].map((each, i) =>
        i === 2 && each === undefined ? 1 : this.#value(each, frame),
      )
      if (typeof lower !== 'number' || typeof upper !== 'number' || typeof step !== 'number' || step <= 0) {
        throw new LoopUnknown()
      }
      const inside = (at: number): boolean => (loop.reverse ? at >= upper : at <= upper)
      for (let at = lower; inside(at); at += loop.reverse ? -step : step) {
        yield () => frame.set(loop.variable, at)
      }
      return
    }
    if (loop.is === 'foreach') {
      const list = this.#value(loop.list, frame)
      if (list === null) throw new PgError('22004', 'FOREACH expression must not be null')
      if (!Array.isArray(list)) throw new LoopUnknown()
      for (const item of list) yield () => frame.set(loop.variable, item)
      return
    }
    const result = this.#loopRows(loop, frame)
    if (!isCertain(result)) throw new LoopUnknown()
    for (const row of result.rows) {
      yield () => {
        if (loop.record) frame.set(loop.targets[0] ?? '', asRow(row))
        else loop.targets.forEach((target, i) => frame.set(target, row.values[i] ?? null))
      }
    }
  }

  #loopRows(loop: Extract<BlockStatement, { is: 'for query' }>, frame: Frame): QueryResult {
    if (loop.query !== undefined) return this.runSelect(loop.query, frame)
    const text = toText(this.#value(loop.text, frame))
    if (typeof text !== 'string') throw new LoopUnknown()
    return runQuery(this, this.reader.query(text), undefined)
  }

  #query(statement: Extract<BlockStatement, { is: 'query' }>, frame: Frame): void {
    const result: QueryResult =
      statement.query === undefined ? { rows: [], complete: false } : this.runSelect(statement.query, frame)
    this.#store(statement, result, frame)
  }

  #store(
    into: { readonly targets: readonly string[]; readonly record: boolean; readonly strict?: boolean },
    result: QueryResult,
    frame: Frame,
  ): void {
    const certain = isCertain(result)
    frame.variables.set(
      'found',
      certain ? result.rows.length > 0 : result.rows.some((row) => row.certain) || UNKNOWN,
    )
    if (!certain) {
      for (const target of into.targets) frame.set(target, UNKNOWN)
      return
    }
    if (into.strict === true && result.rows.length !== 1) {
      throw new PgError(result.rows.length === 0 ? 'P0002' : 'P0003', 'query did not return exactly one row')
    }
    const [row] = result.rows
    if (into.record) frame.set(into.targets[0] ?? '', row === undefined ? null : asRow(row))
    else into.targets.forEach((target, i) => frame.set(target, row?.values[i] ?? null))
  }

  #execute(statement: Extract<BlockStatement, { is: 'execute' }>, frame: Frame): void {
    const value = this.#value(statement.text, frame)
    if (value === null) throw new PgError('22004', 'query string argument of EXECUTE is null')
    const text = value instanceof Tainted ? value.text : value
    if (typeof text !== 'string') {
      if (bears([statement], this.store))
        throw new Unknowable('it executes a text that is put together from data')
      for (const target of statement.targets) frame.set(target, UNKNOWN)
      return
    }
    const parameters = new Frame()
    statement.parameters.forEach((each, i) => parameters.variables.set(`$${i + 1}`, this.#value(each, frame)))
    const query = statement.targets.length > 0 ? this.reader.query(text) : undefined
    if (query !== undefined) return this.#store(statement, this.runSelect(query, parameters), frame)
    for (const step of this.reader.steps(text)) {
      for (const action of step.actions) {
        if (action.do === 'transaction')
          throw new PgError('0A000', 'EXECUTE of transaction commands is not implemented')
        if (action.do === 'query') this.runSelect(action.query, parameters)
        else this.#runDynamic(action, value instanceof Tainted)
      }
    }
    for (const target of statement.targets) frame.set(target, UNKNOWN)
  }

  /** An action of a text that holds something unknown: what it names may be anything that is not known. */
  #runDynamic(action: Action, tainted: boolean): void {
    try {
      this.runAction(action)
    } catch (error) {
      if (tainted && error instanceof PgError)
        throw new Unknowable('it executes a text that is put together from data')
      throw error
    }
  }
}

/** The arguments that a call gives. */
function inputsOf({ arguments: all }: StoredFunction): readonly FunctionArgument[] {
  return all.filter(({ mode }) => mode !== 'out' && mode !== 'table')
}

/** Where in a call an argument, the function's `i`th input, is given: by its name, else by its place; Infinity where it is not. */
function placeOf(argument: FunctionArgument, i: number, names: readonly (string | undefined)[]): number {
  if (i < names.length && names[i] === undefined) return i
  const at = argument.name === undefined ? -1 : names.indexOf(argument.name)
  return at < 0 ? Infinity : at
}

/** Whether Postgres has a function of that name. */
function isBuiltinFunction(name: string): boolean {
  return builtinFunctions(name).length > 0
}

const MAY_CHANGE = /\b(?:create|alter|drop|execute|call|perform|set_config|pg_enum)\b/i

/** Thrown to the block around: whether it goes on can't be known. */
class LeaveUnknown extends Unknowable {
  /** Whether what it may leave out changes something that matters. */
  matters = false

  constructor() {
    super('whether it goes on depends on more than the migrations')
  }
}

/** Thrown to the loop around: how often it runs can't be known. */
class LoopUnknown extends Unknowable {
  constructor() {
    super('how often its loop runs depends on more than the migrations')
  }
}
