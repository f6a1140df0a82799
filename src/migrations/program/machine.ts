import type { TSESTree } from '@typescript-eslint/utils'
import type { Steps } from './steps.js'
import type { ProgramTool } from './tool.js'
import type { FunctionValue, Module, Scope, Value } from './values.js'

/** What the parts that read a migration need of one another; `Evaluator` puts them together. */
export interface Machine {
  /** The file of the code that is being read. */
  readonly module: Module
  readonly steps: Steps
  /** The tool that the migration is of. */
  readonly tool: ProgramTool
  /** The value of an expression. */
  evaluate(node: TSESTree.Node, scope: Scope): Value
  /** Runs a statement of a module. */
  run(node: TSESTree.Statement, scope: Scope): void
  /** What a function returns; `from` is the call, where it stands in the code, `self` what it has as `this`. */
  call(value: FunctionValue, args: readonly Value[], from?: TSESTree.Node, self?: Value): Value
  /** Notes what a function would send that is handed to code which may call it. */
  mayCall(value: FunctionValue): void
  /** What happens when a value is awaited, returned from `up`, or gets a `.then`. */
  send(value: Value): void
  /** Notes code of which it is not known what it does; `also` is more text that names what it may be about. */
  unread(reason: string, node: TSESTree.Node, also?: string): void
  textOf(node: TSESTree.Node): string
  /** The line of the migration that a node stands on, or, of a node in another file, that came to it. */
  lineOf(node: TSESTree.Node): number
}

/** Thrown to give up on a migration. */
export class GiveUp extends Error {}

/** What a migration surely throws. */
export class Thrown extends Error {
  constructor(
    readonly line: number,
    readonly text: string,
  ) {
    super('the migration throws')
  }
}
