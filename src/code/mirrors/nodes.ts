import type { TSESTree } from '@typescript-eslint/utils'
import type { Quote } from '../quote.js'
import type { DeclaredEntry } from './declaration.js'
import { quoted } from './declaration.js'

/** The expression under `as const`, `satisfies T`, `!`, `Object.freeze(...)` and parentheses. Never throws. */
export function unwrap(node: TSESTree.Node): TSESTree.Node {
  for (let inner: TSESTree.Node = node; ;) {
    if (
      inner.type === 'TSAsExpression' ||
      inner.type === 'TSSatisfiesExpression' ||
      inner.type === 'TSNonNullExpression' ||
      inner.type === 'TSTypeAssertion'
    ) {
      inner = inner.expression
    } else if (isFreeze(inner)) {
      inner = inner.arguments[0]!
    } else return inner
  }
}

/** Whether the wrappers around an expression fix its strings: `as const` or `Object.freeze`. */
export function isConstant(node: TSESTree.Node): boolean {
  if (node.type === 'TSAsExpression' || node.type === 'TSTypeAssertion') {
    const { typeAnnotation } = node
    if (
      typeAnnotation.type === 'TSTypeReference' &&
      typeAnnotation.typeName.type === 'Identifier' &&
      typeAnnotation.typeName.name === 'const'
    ) {
      return true
    }
    return isConstant(node.expression)
  }
  if (node.type === 'TSSatisfiesExpression' || node.type === 'TSNonNullExpression')
    return isConstant(node.expression)
  return isFreeze(node)
}

function isFreeze(node: TSESTree.Node): node is TSESTree.CallExpression {
  return (
    node.type === 'CallExpression' &&
    node.arguments.length === 1 &&
    calleePath(node.callee)?.join('.') === 'Object.freeze'
  )
}

/** `['z', 'enum']` for `z.enum`; undefined for anything but names joined by dots. */
export function calleePath(node: TSESTree.Node): string[] | undefined {
  if (node.type === 'Identifier') return [node.name]
  if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier') {
    const object = calleePath(node.object)
    return object && [...object, node.property.name]
  }
  return undefined
}

/** The string of a literal or of a template without holes; undefined for anything else. */
export function stringOf(node: TSESTree.Node | null | undefined): string | undefined {
  if (!node) return undefined
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0)
    return node.quasis[0]!.value.cooked ?? undefined
  return undefined
}

/** The name of a property, method or member that is not computed (or computed from a string). */
export function keyOf(node: {
  readonly key: TSESTree.Node
  readonly computed?: boolean | undefined
}): string | undefined {
  if (!node.computed && node.key.type === 'Identifier') return node.key.name
  return stringOf(node.key)
}

/** The value of a property of an object literal. Undefined where there is none by that name. */
export function property(node: TSESTree.Node | undefined, name: string): TSESTree.Node | undefined {
  if (node?.type !== 'ObjectExpression') return undefined
  for (const member of node.properties) {
    if (member.type === 'Property' && keyOf(member) === name) return member.value
  }
  return undefined
}

/** The entry for a string node. `element` is the whole entry, the string alone when left out. */
export function entryOf(node: TSESTree.Node, element: TSESTree.Node = node): DeclaredEntry | undefined {
  const value = stringOf(node)
  if (value === undefined) return undefined
  const quote = quoteOf(node)
  return {
    value,
    range: node.range,
    element: element.range,
    edit: { range: node.range, write: (text) => quoted(text, quote) },
  }
}

/** The kind of quote a string node is written with. */
export function quoteOf(node: TSESTree.Node): Quote {
  if (node.type === 'TemplateLiteral') return '`'
  return node.type === 'Literal' && node.raw.startsWith('"') ? '"' : "'"
}

/** The entity name of a type reference or an expression as text, without type arguments: `Database['public']` is not one. */
export function entityName(node: TSESTree.EntityName | TSESTree.Expression): string | undefined {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'TSQualifiedName') {
    const left = entityName(node.left)
    return left === undefined ? undefined : `${left}.${node.right.name}`
  }
  return calleePath(node)?.join('.')
}
