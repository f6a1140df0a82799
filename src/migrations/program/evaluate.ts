import type { TSESTree } from '@typescript-eslint/utils'
import { callGenerator } from './calls.js'
import { setParameters } from './declarations.js'
import { Expressions } from './expressions.js'
import { GiveUp, Thrown, type Machine } from './machine.js'
import { ModuleCode } from './modules.js'
import { Statements } from './statements.js'
import { Steps, asUnread } from './steps.js'
import type { Entry, ProgramTool } from './tool.js'
import {
  SPREAD,
  Scope,
  UNDEFINED,
  UNKNOWN,
  either,
  settled,
  type FunctionNode,
  type FunctionValue,
  type Module,
  type Step,
  type Value,
} from './values.js'

/** How deep calls nest at most. */
const MAX_DEPTH = 40
/** How often a function calls itself at most where a condition that is not decided ends that. */
const MAX_RECURSION = 5

/** A function that is being called, from inside itself, too. */
interface Running {
  calls: number
  /** How many parts around the outermost call may or may not run. */
  readonly depth: number
  isCut: boolean
}

/** Walks through a migration's `up` as if it ran, and notes what it would send. */
export class Evaluator implements Machine {
  readonly steps = new Steps()
  readonly #expressions = new Expressions(this, this.steps)
  readonly #statements = new Statements(this)
  #depth = 0
  /** The functions that are being called from code that is not known. */
  readonly #mayBeCalled = new Set<FunctionNode>()
  readonly #running = new Map<FunctionNode, Running>()
  #module: Module
  /** The line of the migration that called into another file. */
  #calledFrom: number | undefined

  constructor(
    module: Module,
    readonly tool: ProgramTool,
  ) {
    this.#module = module
  }

  /** What a module exports, by name. */
  exports(program: TSESTree.Program): ReadonlyMap<string, Value> {
    return new ModuleCode({ module: this.#module, tool: this.tool }, program).all(this)
  }

  /** Runs what the tool calls in a migration's file. */
  migrate({ up, args, self, transaction }: Entry): readonly Step[] {
    this.steps.isTransaction = transaction
    try {
      this.send(this.call(up, args, undefined, self))
    } catch (error) {
      if (error instanceof Thrown) return this.#rolledBack(error)
      if (!(error instanceof GiveUp)) throw error
      this.unread(error.message, up.node)
    }
    return withoutRepeats(this.steps.all)
  }

  /** A migration that throws ends the run, and leaves nothing of what it sent: which it hardly did where it is in use. */
  #rolledBack({ line, text }: Thrown): readonly Step[] {
    const steps = this.steps.all.map((step) => asUnread(step, 'the migration throws later'))
    return [...steps, { unread: 'the migration throws here', line, text }]
  }

  get module(): Module {
    return this.#module
  }

  textOf(node: TSESTree.Node): string {
    return this.#module.text.slice(node.range[0], node.range[1])
  }

  lineOf(node: TSESTree.Node): number {
    return this.#calledFrom ?? node.loc.start.line
  }

  send(value: Value): void {
    this.steps.send(value)
  }

  unread(reason: string, node: TSESTree.Node, also = ''): void {
    this.steps.unread({ unread: reason, line: this.lineOf(node), text: this.textOf(node) + also })
  }

  evaluate(node: TSESTree.Node, scope: Scope): Value {
    return this.#expressions.evaluate(node, scope)
  }

  run(node: TSESTree.Statement, scope: Scope): void {
    this.#statements.run(node, scope)
  }

  call(value: FunctionValue, args: readonly Value[], from?: TSESTree.Node, self?: Value): Value {
    if (value.module === this.#module) return this.#call(value, args, self)
    const [module, calledFrom] = [this.#module, this.#calledFrom]
    this.#calledFrom = from === undefined ? calledFrom : this.lineOf(from)
    this.#module = value.module
    try {
      return this.#call(value, args, self)
    } finally {
      this.#module = module
      this.#calledFrom = calledFrom
    }
  }

  mayCall(value: FunctionValue): void {
    if (this.#mayBeCalled.has(value.node)) return
    this.#mayBeCalled.add(value.node)
    this.steps.repeated('it is handed to code that is not known', () => {
      this.send(this.call(value, [SPREAD]))
      return undefined
    })
    this.#mayBeCalled.delete(value.node)
  }

  #call(value: FunctionValue, args: readonly Value[], self: Value | undefined): Value {
    if (value.node.generator) return callGenerator(this, value, args)
    if (++this.#depth > MAX_DEPTH) throw new GiveUp('its functions call each other too deeply')
    try {
      return this.#recursive(value.node, () => {
        const result = this.#result(value, args, self)
        if (!value.node.async) return result
        this.send(result)
        return settled(result)
      })
    } finally {
      this.#depth--
    }
  }

  /** A call of a function that may call itself: it counts as not doing so again where what ends that is not known. */
  #recursive(node: FunctionNode, call: () => Value): Value {
    const running = this.#running.get(node)
    if (running !== undefined) {
      if (running.calls < MAX_RECURSION || this.steps.depth === running.depth) {
        running.calls++
        const result = call()
        running.calls--
        return result
      }
      running.isCut = true
      return UNKNOWN
    }
    const own: Running = { calls: 1, depth: this.steps.depth, isCut: false }
    const sent = this.steps.sentCount
    this.#running.set(node, own)
    try {
      const result = call()
      if (own.isCut && this.steps.sentCount > sent)
        this.unread('it is not known how often it calls itself', node)
      return result
    } finally {
      this.#running.delete(node)
    }
  }

  #result({ node, scope: outer }: FunctionValue, args: readonly Value[], self: Value | undefined): Value {
    const scope = new Scope(outer, true)
    if (node.type !== 'ArrowFunctionExpression') {
      scope.set('this', self ?? UNKNOWN)
      scope.set('arguments', args.includes(SPREAD) ? either(args) : { kind: 'array', items: [...args] })
    }
    setParameters(this, node.params, args, scope)
    if (node.body.type !== 'BlockStatement') return this.evaluate(node.body, scope)
    const completion = this.#statements.block(node.body.body, scope)
    if (completion === undefined) return UNDEFINED
    const values = completion.exits.map((exit) => (exit.is === 'return' ? exit.value : UNDEFINED))
    return values.length === 1 && !completion.goesOn ? values[0]! : either(values)
  }
}

/** Steps without what was noted as unread before, as it is of code that is gone through twice. */
function withoutRepeats(steps: readonly Step[]): readonly Step[] {
  const seen = new Set<string>()
  return steps.filter((step) => {
    if ('sql' in step) return true
    const key = JSON.stringify(step)
    return !seen.has(key) && seen.add(key)
  })
}
