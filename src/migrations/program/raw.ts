import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from './machine.js'
import { rowsOf } from './rows.js'
import { literal } from './text.js'
import { hintOf, plainValue, textOfValue, type Value } from './values.js'

/** The line of the migration that a call is on: of the method's name, where it is one. */
export function lineOf(machine: Machine, node: TSESTree.CallExpression): number {
  return machine.lineOf(node.callee.type === 'MemberExpression' ? node.callee.property : node)
}

/** Where the text of a raw statement starts. */
export function placeOfRaw(
  machine: Machine,
  text: Value | undefined,
  node: TSESTree.Node,
): { line: number; file?: string } {
  if (text?.kind === 'constant' && text.file !== undefined) return { line: 1, file: text.file }
  return { line: machine.lineOf(node) }
}

/**
 * A statement that is sent as it is, when the value is awaited: what `text` is, where it stands in `node`. Of one that is not
 * constant the statement is known with a name for each part that is not.
 */
export function rawStatement(machine: Machine, text: Value | undefined, node: TSESTree.Node): Value {
  const sql = textOfValue(text)
  const statement = text?.kind === 'unknown' ? text.statement : undefined
  return {
    kind: 'raw',
    sql,
    ...placeOfRaw(machine, text, node),
    text: (sql === undefined ? hintOf(text) : undefined) ?? machine.textOf(node),
    ...(sql === undefined && statement !== undefined ? { statement } : {}),
  }
}

/**
 * A statement with the values put in that `$1` and so on stand for, where they are constant: of those, the text is no longer
 * that of the code.
 */
export function withParameters(raw: Value, parameters: Value | undefined): Value {
  if (raw.kind !== 'raw' || parameters?.kind !== 'array') return raw
  const bind = (text: string): string =>
    text.replace(/\$(\d+)/g, (mark, digits: string) => {
      const plain = plainValue(parameters.items[Number(digits) - 1])
      const isPlain = plain !== undefined && (plain.value === null || typeof plain.value !== 'object')
      return isPlain && plain.value !== undefined ? literal(plain.value) : mark
    })
  return {
    ...raw,
    sql: raw.sql === undefined ? undefined : bind(raw.sql),
    ...(raw.statement === undefined ? {} : { statement: bind(raw.statement) }),
  }
}

/** Sends a statement as the call itself does, whether it is awaited or not; gives its rows, of which nothing is known. */
export function sendRaw(
  machine: Machine,
  text: Value | undefined,
  parameters: Value | undefined,
  node: TSESTree.Node,
): Value {
  const raw = text?.kind === 'raw' ? text : rawStatement(machine, text, node)
  const bound = withParameters(raw, parameters)
  machine.send(bound)
  return rowsOf(bound.kind === 'raw' ? bound.sql : undefined, machine.steps.sentCount)
}
