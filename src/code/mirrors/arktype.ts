import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import type { Quote } from '../quote.js'
import type { Alias, Declaration, DeclaredEntry } from './declaration.js'
import { quoted } from './declaration.js'
import { entryOf, quoteOf, stringOf } from './nodes.js'
import { importOf, imports } from './scope.js'
import { enumerated, readValues, schemaName } from './validators.js'

const ARKTYPE = /^arktype$/

/**
 * arktype: `type("'online' | 'offline'")`, `type.enumerated('online', 'offline')`, `type('===', 'online', 'offline')`,
 * `type.valueOf(Status)`. https://arktype.io/docs/expressions
 */
export function readArktype(
  context: CodeContext,
  call: TSESTree.CallExpression,
): Declaration | Alias | undefined {
  if (!imports(context, ARKTYPE)) return undefined
  const { callee } = call
  const root = callee.type === 'MemberExpression' && !callee.computed ? callee.object : callee
  if (root.type !== 'Identifier' || importOf(context, root)?.source !== 'arktype') return undefined
  const method =
    callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : ''
  const named = schemaName(call)
  const name = named === undefined ? {} : { name: named }
  const [first] = call.arguments
  if (method === 'valueOf' && first) return readValues(first, call, name)
  if (method === 'enumerated') return readArguments(call, call.arguments, name)
  if (method !== '' || !first) return undefined
  if (stringOf(first) === '===') return readArguments(call, call.arguments.slice(1), name)
  return call.arguments.length === 1 ? readText(first, name) : undefined
}

/** Strings that are the arguments of a call: also Sequelize's `ENUM('a', 'b')` and `ENUM(...LIST)`. */
export function readArguments(
  node: TSESTree.Node,
  strings: readonly TSESTree.CallExpressionArgument[],
  name: { readonly name?: string },
): Declaration | Alias | undefined {
  const entries: DeclaredEntry[] = []
  let open = false
  let quote: Quote = "'"
  for (const argument of strings) {
    if (argument.type === 'SpreadElement' && strings.length === 1) {
      const inner = enumerated(argument.argument)
      return inner.type === 'Identifier' ? { ...name, node, target: inner } : undefined
    }
    const entry = entryOf(argument)
    if (!entry) {
      open = true
      continue
    }
    if (entries.length === 0) quote = quoteOf(argument)
    entries.push(entry)
  }
  if (entries.length === 0) return undefined
  return {
    ...name,
    kind: 'schema',
    node,
    entries,
    open,
    constant: true,
    separator: ',',
    write: (value) => quoted(value, quote),
  }
}

/** The strings of arktype's own syntax, where the whole text is a union of them. */
function readText(node: TSESTree.Node, name: { readonly name?: string }): Declaration | undefined {
  const text = stringOf(node)
  if (text === undefined) return undefined
  const start = node.range[0] + 1
  // With an escape in it, positions in the value are not positions in the source.
  if (node.range[1] - node.range[0] !== text.length + 2) return undefined
  if (!/^\s*(?:'[^'\\]*'|"[^"\\]*")(?:\s*\|\s*(?:'[^'\\]*'|"[^"\\]*"))*\s*$/.test(text)) return undefined
  const entries: DeclaredEntry[] = []
  for (const match of text.matchAll(/'[^']*'|"[^"]*"/g)) {
    const range = [start + match.index, start + match.index + match[0].length] as const
    const quote = match[0].charAt(0)
    entries.push({
      value: match[0].slice(1, -1),
      range,
      element: range,
      edit: { range, write: (value) => inText(value, quote) },
    })
  }
  const quote = text.trimStart().charAt(0)
  return {
    ...name,
    kind: 'schema',
    node,
    entries,
    open: false,
    constant: true,
    separator: '|',
    write: (value) => inText(value, quote),
  }
}

function inText(value: string, quote: string): string | undefined {
  return /['"`\\\n\r]/.test(value) ? undefined : quote + value + quote
}
