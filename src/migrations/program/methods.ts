import { arrayMethod } from './arrays.js'
import type { Machine } from './machine.js'
import { textOfValue, type Value } from './values.js'
import type { TSESTree } from '@typescript-eslint/utils'

/** `object.name(...args)`; undefined where what it does is not known. */
export function callMethod(
  machine: Machine,
  object: Value,
  name: string,
  args: readonly Value[],
  node: TSESTree.CallExpression,
): Value | undefined {
  switch (object.kind) {
    case 'tool':
      return object.object.method?.(machine, name, args, node)
    case 'raw':
      if (name !== 'execute') return object
      machine.send(object)
      return { kind: 'rows' }
    case 'rows':
      return rows(machine, args)
    case 'array':
      return arrayMethod(machine, object, name, args)
    case 'constant':
      return name === 'toString' ? object : constantMethod(object.value, name, args)
    default:
      return undefined
  }
}

/** A query of rows, or what is chained to one: only the functions that it is given may do something. */
export function rows(machine: Machine, args: readonly Value[]): Value {
  for (const callback of args) if (callback.kind === 'function') machine.mayCall(callback)
  return { kind: 'rows' }
}

const QUERIES = /^(?:raw|query|execute|exec|unsafe|none|any)$/
/** Names that tools give what changes the schema. */
const DEFINING =
  /^(?:(?:create|drop|alter|rename|change|add|refresh)(?:Table|View|MaterializedView|Schema|Extension|Type|Enum|Domain|Column|Constraint|CheckConstraint)s?(?:IfExists|IfNotExists|OrReplace)?|table|addTypeValue)$/
const DEFINES =
  /^\s*(?:(?:create|alter|drop)\s[^;\n]*\b(?:table|type|domain|view|schema|column|extension)\b|do\s+\$)/im

/** Whether a call on something that is not known looks like it changes the schema. */
export function changesSchema(name: string | undefined, given: readonly Value[]): boolean {
  if (name !== undefined && DEFINING.test(name)) return true
  const texts = given.map((value) => (value.kind === 'raw' ? value.sql : textOfValue(value)))
  if (texts.some((text) => text !== undefined && DEFINES.test(text))) return true
  return QUERIES.test(name ?? '') && given.length > 1 && given[1]!.kind === 'unknown'
}

function constantMethod(value: unknown, name: string, args: readonly Value[]): Value | undefined {
  if (typeof value !== 'string') return undefined
  if (name === 'trim') return { kind: 'constant', value: value.trim() }
  if (name === 'toLowerCase') return { kind: 'constant', value: value.toLowerCase() }
  if (name === 'toUpperCase') return { kind: 'constant', value: value.toUpperCase() }
  const [first] = args.map(textOfValue)
  if (name === 'split' && first !== undefined) {
    return { kind: 'array', items: value.split(first).map((part) => ({ kind: 'constant', value: part })) }
  }
  return undefined
}
