import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf } from '../reach/binding.js'
import { staticKey } from '../reach/site.js'
import type { Node, SourceFile } from '../reach/site.js'

/*
 * To find out what an expression or a type is, files may have to be read. These look only at the place itself, whether a string that
 * could be reported stands there.
 */

/** Whether an expression is a string that the project shows: a literal, or a constant. */
export function isStringLike(file: SourceFile, node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string'
    case 'TemplateLiteral':
      return true
    case 'ConditionalExpression':
      return isStringLike(file, node.consequent) || isStringLike(file, node.alternate)
    case 'LogicalExpression':
      return isStringLike(file, node.left) || isStringLike(file, node.right)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
      return isStringLike(file, node.expression)
    case 'MemberExpression':
      return isConstantName(file, rootOf(node))
    case 'Identifier':
      return isConstantName(file, node)
    default:
      return false
  }
}

/** A string, or an object or list that holds one. */
export function holdsString(file: SourceFile, node: Node): boolean {
  switch (node.type) {
    case 'ObjectExpression':
      return node.properties.some((member) => member.type === 'Property' && holdsString(file, member.value))
    case 'ArrayExpression':
      return node.elements.some((element) => element && holdsString(file, element))
    case 'ConditionalExpression':
      return holdsString(file, node.consequent) || holdsString(file, node.alternate)
    case 'LogicalExpression':
      return holdsString(file, node.left) || holdsString(file, node.right)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
      return holdsString(file, node.expression)
    case 'Identifier':
      // What a function of the file is called with is followed, too.
      return isConstantName(file, node) || bindingOf(node, file)?.kind === 'parameter'
    default:
      return isStringLike(file, node)
  }
}

/** Whether a list holds a string, by itself or by the constant that it is. */
export function isListOfStrings(file: SourceFile, node: Node): boolean {
  return node.type === 'ArrayExpression' ? holdsString(file, node) : isConstantName(file, rootOf(node))
}

function rootOf(node: Node): Node {
  let root = node
  while (root.type === 'MemberExpression') root = root.object
  return root
}

/** A name that an enum or constant has: what is imported under a capital, or declared once in the file with its value. */
function isConstantName(file: SourceFile, node: Node): boolean {
  if (node.type !== 'Identifier') return false
  const binding = bindingOf(node, file)
  switch (binding?.kind) {
    case 'import':
      return /^[A-Z]/.test(node.name) || binding.imported === '*'
    case 'declaration':
      return true
    case 'variable':
      return isValue(binding.declarator.init) || binding.writes?.some(isValue) === true
    default:
      return false
  }
}

function isValue(init: Node | null): boolean {
  if (!init) return false
  switch (init.type) {
    case 'Literal':
    case 'TemplateLiteral':
    case 'ObjectExpression':
    case 'ArrayExpression':
    case 'NewExpression':
      return true
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return isValue(init.expression)
    case 'ConditionalExpression':
      return isValue(init.consequent) || isValue(init.alternate)
    case 'CallExpression':
      // Object.freeze([...])
      return init.arguments.length === 1 && staticKey(init.callee as TSESTree.MemberExpression) === 'freeze'
    default:
      return false
  }
}
