import type { TSESTree } from '@typescript-eslint/utils'
import { setNames } from './declarations.js'
import { Expressions } from './expressions.js'
import { GiveUp, type Machine } from './machine.js'
import { evaluateModule } from './modules.js'
import { Statements } from './statements.js'
import { Steps } from './steps.js'
import { Scope, UNDEFINED, type FunctionValue, type Module, type Step, type Value } from './values.js'

/** How deep calls nest at most. */
const MAX_DEPTH = 40

/** Walks through a migration's `up` as if it ran, and notes what it would send. */
export class Evaluator implements Machine {
  readonly #steps = new Steps()
  readonly #expressions = new Expressions(this, this.#steps)
  readonly #statements = new Statements(this, this.#steps)
  #depth = 0
  #module: Module
  /** The line of the migration that called into another file. */
  #calledFrom: number | undefined

  constructor(module: Module) {
    this.#module = module
  }

  /** The value of a module's `up`; undefined where it exports none. */
  up(program: TSESTree.Program): FunctionValue | undefined {
    const { scope, exported } = evaluateModule(this, program)
    const up = exported.get('up') ?? scope.get('up')
    return up?.kind === 'function' ? up : undefined
  }

  /** What a module exports, by name. */
  exports(program: TSESTree.Program): ReadonlyMap<string, Value> {
    return evaluateModule(this, program).exported
  }

  /** Runs `up` with Knex as its argument. */
  run(up: FunctionValue): readonly Step[] {
    try {
      this.send(this.call(up, [{ kind: 'knex' }]))
    } catch (error) {
      if (!(error instanceof GiveUp)) throw error
      this.unread(error.message, up.node)
    }
    return this.#steps.all
  }

  get module(): Module {
    return this.#module
  }

  get sentCount(): number {
    return this.#steps.sentCount
  }

  textOf(node: TSESTree.Node): string {
    return this.#module.text.slice(node.range[0], node.range[1])
  }

  lineOf(node: TSESTree.Node): number {
    return this.#calledFrom ?? node.loc.start.line
  }

  send(value: Value): void {
    this.#steps.send(value)
  }

  unread(reason: string, node: TSESTree.Node): void {
    this.#steps.add({ unread: reason, line: this.lineOf(node), text: this.textOf(node) })
  }

  evaluate(node: TSESTree.Node, scope: Scope): Value {
    return this.#expressions.evaluate(node, scope)
  }

  call(value: FunctionValue, args: readonly Value[], from?: TSESTree.Node): Value {
    if (value.module === this.#module) return this.#run(value, args)
    const [module, calledFrom] = [this.#module, this.#calledFrom]
    this.#calledFrom = from === undefined ? calledFrom : this.lineOf(from)
    this.#module = value.module
    try {
      return this.#run(value, args)
    } finally {
      this.#module = module
      this.#calledFrom = calledFrom
    }
  }

  #run({ node, scope: outer }: FunctionValue, args: readonly Value[]): Value {
    if (++this.#depth > MAX_DEPTH) throw new GiveUp('its functions call each other too deeply')
    const scope = new Scope(outer)
    node.params.forEach((parameter, index) => setNames(this, parameter, args[index] ?? UNDEFINED, scope))
    const result =
      node.body.type === 'BlockStatement'
        ? (this.#statements.block(node.body.body, scope)?.returned ?? UNDEFINED)
        : this.evaluate(node.body, scope)
    this.#depth--
    return result
  }
}
