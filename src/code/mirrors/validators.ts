import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import type { Alias, Declaration, DeclaredEntry } from './declaration.js'
import { quoted } from './declaration.js'
import { entryOf, quoteOf, unwrap } from './nodes.js'
import { exportedAs } from './scope.js'
import { readList, readObject } from './typescript.js'

/** How a library's function takes the strings: one list or enum; a list of literal schemas; each as an argument. */
type Shape = 'values' | 'literals' | 'arguments'

interface Library {
  readonly name: string
  readonly module: RegExp
  readonly functions: Readonly<Record<string, Shape>>
  /** What makes a schema of one string. */
  readonly literal?: string
}

const LIBRARIES: readonly Library[] = [
  {
    // https://zod.dev/api#enums: z.enum also takes a TypeScript enum and, since 4, z.literal a list.
    name: 'zod',
    module: /(^|[-/])zod([-/]|$)|^astro[/:]/,
    functions: { enum: 'values', nativeEnum: 'values', literal: 'values', union: 'literals' },
    literal: 'literal',
  },
  {
    // https://valibot.dev/api/picklist/, /api/enum/
    name: 'valibot',
    module: /^valibot$/,
    functions: { picklist: 'values', enum: 'values', enum_: 'values', union: 'literals' },
    literal: 'literal',
  },
  {
    // https://github.com/sinclairzx81/typebox#types; elysia's `t` is typebox with UnionEnum beside.
    name: 'typebox',
    module: /^(@sinclair\/typebox|typebox|elysia)$/,
    functions: { Union: 'literals', Enum: 'values', UnionEnum: 'values' },
    literal: 'Literal',
  },
]

/** Calls on a schema that leave its strings what they are; any other (`or`, `extract`, `transform`) makes another set. */
const KEEPING = new Set(
  'optional nullable nullish default prefault catch describe array brand readonly openapi meta required label min max nonempty'.split(
    ' ',
  ),
)

/**
 * A schema that lists strings: zod, valibot, typebox (yup and arktype have files of their own). Undefined where the
 * call is no such schema.
 */
export function readValidator(
  context: CodeContext,
  call: TSESTree.CallExpression,
): Declaration | Alias | undefined {
  for (const library of LIBRARIES) {
    const exported = exportedAs(context, call.callee, library.module)
    const shape = exported === undefined ? undefined : library.functions[exported]
    if (shape === undefined) continue
    const named = schemaName(call)
    const name = named === undefined ? {} : { name: named }
    const [argument] = call.arguments
    if (!argument || argument.type === 'SpreadElement') return undefined
    if (shape === 'literals') return readLiterals(context, library, argument, named)
    return readValues(argument, call, name)
  }
  return undefined
}

/** A list, object or name that a schema takes. */
export function readValues(
  argument: TSESTree.Node,
  node: TSESTree.Node,
  name: { readonly name?: string },
): Declaration | Alias | undefined {
  const inner = enumerated(unwrap(argument))
  if (inner.type === 'Identifier') return { ...name, node, target: inner }
  const found = readList(inner) ?? readObject(inner)
  return found && { ...found, ...name, kind: 'schema', constant: true }
}

/** The object in `Object.values(X)`, `X.enumValues` and `X.options`: they list the same strings. */
export function enumerated(node: TSESTree.Node): TSESTree.Node {
  if (
    node.type === 'CallExpression' &&
    node.callee.type === 'MemberExpression' &&
    node.callee.object.type === 'Identifier' &&
    node.callee.object.name === 'Object' &&
    node.callee.property.type === 'Identifier' &&
    node.callee.property.name === 'values' &&
    node.arguments.length === 1
  ) {
    return unwrap(node.arguments[0]!)
  }
  if (
    node.type === 'MemberExpression' &&
    !node.computed &&
    node.property.type === 'Identifier' &&
    /^(enumValues|options|values)$/.test(node.property.name)
  ) {
    return node.object
  }
  return node
}

function readLiterals(
  context: CodeContext,
  library: Library,
  argument: TSESTree.Node,
  name: string | undefined,
): Declaration | undefined {
  const list = unwrap(argument)
  if (list.type !== 'ArrayExpression') return undefined
  const entries: DeclaredEntry[] = []
  let write: Declaration['write'] = () => undefined
  for (const element of list.elements) {
    if (
      element?.type !== 'CallExpression' ||
      exportedAs(context, element.callee, library.module) !== library.literal
    ) {
      return undefined // a union with another schema is another set
    }
    const string = element.arguments[0]
    const entry = string && entryOf(string, element)
    if (!entry) return undefined
    entries.push(entry)
    const { callee } = element
    const text = context.sourceCode.getText(callee)
    const quote = quoteOf(string)
    write = (value) => `${text}(${quoted(value, quote)})`
  }
  if (entries.length === 0) return undefined
  return {
    ...(name !== undefined && { name }),
    kind: 'schema',
    node: list,
    entries,
    open: false,
    constant: true,
    separator: ',',
    write,
  }
}

/** The variable that a schema is assigned to, over calls that leave its strings what they are. */
export function schemaName(call: TSESTree.Node): string | undefined {
  for (let node = call; ;) {
    const parent: TSESTree.Node | undefined = node.parent
    if (parent?.type === 'VariableDeclarator') {
      return parent.init === node && parent.id.type === 'Identifier' ? parent.id.name : undefined
    }
    if (parent?.type === 'MemberExpression' && parent.object === node) {
      if (parent.property.type !== 'Identifier' || !KEEPING.has(parent.property.name)) return undefined
    } else if (parent?.type === 'CallExpression') {
      if (parent.callee !== node) return undefined
    } else if (parent?.type !== 'TSAsExpression' && parent?.type !== 'TSSatisfiesExpression') return undefined
    node = parent
  }
}
