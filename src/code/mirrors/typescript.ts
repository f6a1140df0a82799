import type { TSESTree } from '@typescript-eslint/utils'
import type { Quote } from '../quote.js'
import type { Alias, Declaration, DeclaredEntry } from './declaration.js'
import { quoted } from './declaration.js'
import { entryOf, isConstant, keyOf, quoteOf, stringOf, unwrap } from './nodes.js'

/** A union of string literals. Undefined where the type holds no string literal, or also other named types. */
export function readUnion(node: TSESTree.TypeNode, name?: string): Declaration | undefined {
  const entries: DeclaredEntry[] = []
  for (const member of node.type === 'TSUnionType' ? node.types : [node]) {
    if (member.type === 'TSLiteralType') {
      const entry = entryOf(member.literal, member)
      if (!entry) return undefined
      entries.push(entry)
    } else if (member.type !== 'TSNullKeyword' && member.type !== 'TSUndefinedKeyword') {
      // `'all' | WorkspaceStatus` builds on another type: it is wider on purpose.
      return undefined
    }
  }
  if (entries.length === 0) return undefined
  const quote = node.type === 'TSUnionType' ? firstQuote(node.types) : firstQuote([node])
  return {
    ...(name !== undefined && { name }),
    kind: 'union',
    node,
    entries,
    open: false,
    constant: true,
    separator: '|',
    write: (value) => quoted(value, quote),
  }
}

function firstQuote(types: readonly TSESTree.TypeNode[]): Quote {
  for (const type of types) if (type.type === 'TSLiteralType') return quoteOf(type.literal)
  return "'"
}

/** A list of strings: `['online', 'offline'] as const`. Undefined where it holds no string at all. */
export function readList(expression: TSESTree.Node, name?: string): Declaration | undefined {
  const node = unwrap(expression)
  if (node.type !== 'ArrayExpression') return undefined
  const entries: DeclaredEntry[] = []
  let open = false
  for (const element of node.elements) {
    const entry = element && element.type !== 'SpreadElement' ? entryOf(unwrap(element), element) : undefined
    if (entry) entries.push(entry)
    else open = true
  }
  if (entries.length === 0) return undefined
  const quote = quoteAt(node.elements[0] && unwrap(node.elements[0]))
  return {
    ...(name !== undefined && { name }),
    kind: 'list',
    node,
    entries,
    open,
    constant: isConstant(expression),
    separator: ',',
    write: (value) => quoted(value, quote),
  }
}

function quoteAt(node: TSESTree.Node | null | undefined): Quote {
  return node && stringOf(node) !== undefined ? quoteOf(node) : "'"
}

/** An object whose values are the strings: `{ Online: 'online' } as const`. Undefined where a value is no string. */
export function readObject(expression: TSESTree.Node, name?: string): Declaration | undefined {
  const node = unwrap(expression)
  if (node.type !== 'ObjectExpression') return undefined
  const entries: DeclaredEntry[] = []
  const keys: [key: string, value: string][] = []
  let open = false
  for (const member of node.properties) {
    if (member.type === 'SpreadElement') {
      open = true
      continue
    }
    const key = keyOf(member)
    const entry = entryOf(unwrap(member.value), member)
    if (!entry || key === undefined) return undefined
    entries.push(entry)
    keys.push([key, entry.value])
  }
  if (entries.length === 0) return undefined
  const first = node.properties.find((member) => member.type === 'Property')
  const quote = quoteAt(first && unwrap(first.value))
  return {
    ...(name !== undefined && { name }),
    kind: 'object',
    node,
    entries,
    open,
    constant: isConstant(expression),
    separator: ',',
    write: (value) => {
      const key = memberName(value, keys)
      return key === undefined ? undefined : `${propertyKey(key, quote)}: ${quoted(value, quote)}`
    },
  }
}

/** A TypeScript enum whose members are strings. Undefined where one is a number. */
export function readEnum(node: TSESTree.TSEnumDeclaration): Declaration | undefined {
  const entries: DeclaredEntry[] = []
  const keys: [key: string, value: string][] = []
  let open = false
  let quote: Quote = "'"
  for (const member of node.body.members) {
    const entry = member.initializer && entryOf(member.initializer, member)
    if (!entry) {
      if (!member.initializer || member.initializer.type === 'Literal') return undefined
      open = true
      continue
    }
    if (entries.length === 0) quote = quoteOf(member.initializer!)
    entries.push(entry)
    keys.push([member.id.type === 'Identifier' ? member.id.name : String(stringOf(member.id)), entry.value])
  }
  if (entries.length === 0) return undefined
  return {
    name: node.id.name,
    kind: 'enum',
    node,
    entries,
    open,
    constant: true,
    separator: ',',
    write: (value) => {
      const key = memberName(value, keys)
      return key === undefined ? undefined : `${propertyKey(key, quote)} = ${quoted(value, quote)}`
    },
  }
}

/** The ways a member's name is made from its value. */
const CASES: readonly ((words: readonly string[], value: string) => string)[] = [
  (_words, value) => value,
  (words) => words.map(capital).join(''),
  (words) => words.join('_').toUpperCase(),
  (words) => words.map((word, i) => (i === 0 ? word.toLowerCase() : capital(word))).join(''),
  (words) => words.map(capital).join('_'),
]

/** The name a new member gets: in the case that the present members' names have. Undefined where it is taken. */
export function memberName(
  value: string,
  members: readonly (readonly [key: string, value: string])[],
): string | undefined {
  const fits = (make: (typeof CASES)[number]) =>
    members.filter(([key, text]) => make(wordsOf(text), text) === key).length
  const best = CASES.reduce((one, other) => (fits(other) > fits(one) ? other : one))
  const name = best(wordsOf(value), value)
  return name === '' || members.some(([key]) => key === name) ? undefined : name
}

/** The words of a name or value: `awaiting_agent`, `awaitingAgent` and `Awaiting-Agent` are the same two. */
export function wordsOf(text: string): string[] {
  return text
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()
}

function propertyKey(key: string, quote: Quote): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? key : quoted(key, quote)
}

/**
 * A type that takes its members from a value in the file: `(typeof LIST)[number]`, `(typeof OBJECT)[keyof typeof OBJECT]`,
 * `keyof typeof OBJECT` is not one (its strings are the keys), `z.infer<typeof schema>`, a name alone.
 */
export function readTypeAlias(node: TSESTree.TypeNode, name?: string): Alias | undefined {
  const target = typeTarget(node)
  return target && { ...(name !== undefined && { name }), node, target }
}

const INFER = new Set([
  'infer',
  'output',
  'input',
  'TypeOf',
  'InferOutput',
  'InferInput',
  'Static',
  'InferType',
])

function typeTarget(node: TSESTree.TypeNode): TSESTree.Identifier | undefined {
  if (node.type === 'TSIndexedAccessType') return typeQuery(node.objectType)
  if (node.type === 'TSTypeQuery') {
    // arktype: typeof schema.infer
    const { exprName } = node
    if (
      exprName.type === 'TSQualifiedName' &&
      exprName.left.type === 'Identifier' &&
      INFER.has(exprName.right.name)
    ) {
      return exprName.left
    }
    return undefined
  }
  if (node.type !== 'TSTypeReference') return undefined
  const last = node.typeName.type === 'TSQualifiedName' ? node.typeName.right.name : undefined
  const argument = node.typeArguments?.params[0]
  if (argument) {
    const plain = node.typeName.type === 'Identifier' ? node.typeName.name : last
    return plain !== undefined && INFER.has(plain) ? typeQuery(argument) : undefined
  }
  return node.typeName.type === 'Identifier' ? node.typeName : undefined
}

function typeQuery(node: TSESTree.TypeNode): TSESTree.Identifier | undefined {
  if (node.type !== 'TSTypeQuery') return undefined
  const { exprName } = node
  if (exprName.type === 'Identifier') return exprName
  // drizzle: (typeof workspaceStatus.enumValues)[number]
  return exprName.type === 'TSQualifiedName' && exprName.left.type === 'Identifier'
    ? exprName.left
    : undefined
}
