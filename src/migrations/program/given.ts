import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from './machine.js'
import { lineOf } from './raw.js'
import type { Step, Value } from './values.js'

/** SQL that a tool puts into a statement as it is: `pgm.func('now()')`, `Sequelize.literal('now()')`. */
export class Verbatim {
  constructor(readonly sql: string) {}
}

class NotConstantPart {
  readonly isConstant = false
}

/** Stands in an argument for a part that is not constant. */
export const NOT_CONSTANT: NotConstantPart = new NotConstantPart()

/** An argument of a call as JavaScript has it, as far as that is known. */
export type Given =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Verbatim
  | NotConstantPart
  | readonly Given[]
  | { readonly [name: string]: Given }

/** Thrown where a statement depends on what is not constant; the message is a sentence fragment. */
export class NotConstant extends Error {}

/** A value as an argument. */
export function givenOf(value: Value | undefined): Given {
  switch (value?.kind) {
    case undefined:
      return undefined
    case 'constant':
      return value.value
    case 'array':
      return value.items.map(givenOf)
    case 'object':
      return Object.fromEntries([...value.entries].map(([name, entry]) => [name, givenOf(entry)]))
    case 'raw':
      return verbatim(value.sql)
    case 'tool':
      return verbatim(value.object.sql)
    default:
      return NOT_CONSTANT
  }
}

function verbatim(sql: string | undefined): Given {
  return sql === undefined ? NOT_CONSTANT : new Verbatim(sql)
}

/** Whether an argument is an object of options. */
export function isRecord(given: Given): given is Readonly<Record<string, Given>> {
  return (
    typeof given === 'object' &&
    given !== null &&
    given !== NOT_CONSTANT &&
    !Array.isArray(given) &&
    !(given instanceof Verbatim)
  )
}

/** An option; undefined where it is not given. */
export function optionOf(given: Given, name: string): Given {
  if (given === NOT_CONSTANT) return NOT_CONSTANT
  return isRecord(given) && Object.hasOwn(given, name) ? given[name] : undefined
}

/** Whether an option is on. Throws where that is not constant. */
export function isOn(given: Given, name: string): boolean {
  const option = optionOf(given, name)
  if (option === NOT_CONSTANT) throw new NotConstant(`the option ${name} is not constant`)
  return Boolean(option)
}

/** What is given as a list, or alone. Throws where that is not constant; `what` names it. */
export function listOf(given: Given, what: string): readonly Given[] {
  if (given === NOT_CONSTANT) throw new NotConstant(`${what} is not constant`)
  return isList(given) ? given : [given]
}

function isList(given: Given): given is readonly Given[] {
  return Array.isArray(given)
}

/** A text. Throws where it is none that is constant; `what` names it. */
export function textIn(given: Given, what: string): string {
  if (given instanceof Verbatim) return given.sql
  if (typeof given === 'string' || typeof given === 'number') return String(given)
  throw new NotConstant(`${what} is not constant`)
}

/** The options of something, by name. Throws where they are not constant; `what` names it. */
export function recordIn(given: Given, what: string): Readonly<Record<string, Given>> {
  if (isRecord(given)) return given
  throw new NotConstant(`${what} is not constant`)
}

/**
 * Sends the statements that a call stands for, of each with the line of the call: as unread, where they depend on what is
 * not constant.
 */
export function sendMade(
  machine: Machine,
  node: TSESTree.CallExpression,
  make: () => readonly string[],
): void {
  machine.steps.sendAll(stepsOf(machine, node, make))
}

/** The statements that a call stands for as steps; `whole` is what the code is of one that is not constant. */
export function stepsOf(
  machine: Machine,
  node: TSESTree.CallExpression,
  make: () => readonly string[],
  whole: TSESTree.Node = node,
): readonly Step[] {
  const line = lineOf(machine, node)
  try {
    return make().map((sql) => ({ sql, line }))
  } catch (error) {
    if (!(error instanceof NotConstant)) throw error
    return [{ unread: error.message, line, text: machine.textOf(whole) }]
  }
}
