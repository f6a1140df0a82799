import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from './machine.js'
import type { ConditionValue, FunctionValue, Step, Value } from './values.js'

/** A call in a migration's code. */
export type Call = TSESTree.CallExpression | TSESTree.NewExpression | TSESTree.TaggedTemplateExpression

/**
 * An object of a migration tool's in the code of a migration, as `knex`, `queryRunner`, `pgm`, or what a call on one of these
 * gives: a value `{ kind: 'tool', object }`. It says what the code's use of it does; the evaluator does the rest (constants,
 * loops, helpers, conditions, promises).
 *
 * Each method gives the value of the expression, or undefined where it is not known what that does: then the evaluator
 * notes the call as unread, and of the functions that it was given what they would send. What is sent goes to
 * `machine.steps.add` where it is sent by the call itself, else it is what `sent` gives, when the value is awaited. A
 * statement alone is a value of its own, `raw`; a query of rows, and what is chained to it, is `rows`; a question about the
 * schema, on which a branch may depend, is a `condition`.
 */
export interface ToolObject {
  /** Whether code that is given the object gets a hold of the database with it. */
  readonly reaches: boolean
  /** Of what was looked up in the database, and may not be there: whether it is, by which `if (object)` decides. */
  readonly isThere?: ConditionValue | undefined
  /** What it is called in the database. */
  readonly named?: Value
  /** What it is as a part of a statement. */
  readonly sql?: string | undefined
  /** `object.name`. Default: something that has a hold of the database where the object has. */
  member?(machine: Machine, name: string): Value
  /** `object.name(...args)`. */
  method?(
    machine: Machine,
    name: string,
    args: readonly Value[],
    node: TSESTree.CallExpression,
  ): Value | undefined
  /** `object(...args)`. */
  call?(machine: Machine, args: readonly Value[], node: TSESTree.CallExpression): Value | undefined
  /** `new object(...args)`, and `super(...args)` in a class that extends it: `node` is that, or the class. */
  create?(machine: Machine, args: readonly Value[], node: TSESTree.Node): Value | undefined
  /** ``object`...` ``, or ``object.name`...` ``: the template, with its parts put in where they are constant. */
  tagged?(machine: Machine, template: Template, name: string | undefined): Value | undefined
  /** What is sent when the object is awaited, returned or gets a `.then`. */
  sent?(): readonly Step[]
  /** Called in place of noting a call as unread that the object is given to, or that its `method` does not know. */
  unknownCall?(machine: Machine, node: Call): void
}

/** A tagged template: `texts` stand around `parts`, one more than these. */
export interface Template {
  readonly texts: readonly string[]
  readonly parts: readonly Value[]
  readonly node: TSESTree.TaggedTemplateExpression
}

/** What a migration tool calls in a migration's file. */
export interface Entry {
  readonly up: FunctionValue
  readonly args: readonly Value[]
  /** What `up` has as `this`. */
  readonly self?: Value
  /** Whether the tool runs it in a transaction of its own. */
  readonly transaction: boolean
  /** Where the tool does not go by the file's name: the migration's. */
  readonly name?: string
}

/**
 * A migration tool whose migrations are programs in JavaScript or TypeScript. `readPrograms` reads files for it: each is
 * evaluated from top to bottom, without being run, then what the tool calls in it.
 */
export interface ProgramTool {
  /** What a package exports, by name; undefined where it is none that the tool knows. Files of the project are followed. */
  imported?(specifier: string): ReadonlyMap<string, Value> | undefined
  /**
   * The migrations that a module holds, by what it exports: one, as a rule; a sentence fragment that says why there is none.
   */
  entries(exported: ReadonlyMap<string, Value>, machine: Machine): readonly Entry[] | string
}

/** A value that is an object of a tool's. */
export function toolValue(object: ToolObject): Value {
  return { kind: 'tool', object }
}
