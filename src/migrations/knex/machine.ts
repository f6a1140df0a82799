import type { TSESTree } from '@typescript-eslint/utils'
import type { FunctionValue, Module, Scope, Value } from './values.js'

/** What the parts that read a migration need of one another; `Evaluator` puts them together. */
export interface Machine {
  /** The file of the code that is being read. */
  readonly module: Module
  /** The value of an expression. */
  evaluate(node: TSESTree.Node, scope: Scope): Value
  /** What a function returns; `from` is the call, where it stands in the code. */
  call(value: FunctionValue, args: readonly Value[], from?: TSESTree.Node): Value
  /** What happens when a value is awaited, returned from `up`, or gets a `.then`. */
  send(value: Value): void
  /** Notes code of which it is not known what it does. */
  unread(reason: string, node: TSESTree.Node): void
  textOf(node: TSESTree.Node): string
  /** The line of the migration that a node stands on, or, of a node in another file, that came to it. */
  lineOf(node: TSESTree.Node): number
  /** How many statements were sent. */
  readonly sentCount: number
}

/** Thrown to give up on a migration. */
export class GiveUp extends Error {}
