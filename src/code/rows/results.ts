import type { CodeContext } from '../context.js'
import { escaped } from '../../escaped.js'
import { functionAround, isFunction } from '../reach/binding.js'
import type { Node } from '../reach/site.js'
import { statementTexts } from '../sql/statements.js'

/**
 * Whether the file may use what a query in it gives, by the places of its SQL: not where each query is only run, or returned by a function
 * that the file does not mention again. Then it has no rows of its own.
 */
export function mayUseResults(context: CodeContext): boolean {
  return statementTexts(context).some((text) => mayBeUsed(text, context))
}

/** Whether something is made of what the call that a text is given to gives. */
function mayBeUsed(text: Node, context: CodeContext): boolean {
  const sql = text.parent?.type === 'TaggedTemplateExpression' ? text.parent : text
  const call = sql.parent
  if (call?.type !== 'CallExpression' || !call.arguments.some((argument) => argument === sql)) return true
  if (call.arguments.some((argument) => isFunction(argument))) return true
  let result: Node = call
  while (result.parent?.type === 'AwaitExpression') result = result.parent
  const { parent } = result
  if (parent?.type === 'ExpressionStatement') return false
  if (parent?.type === 'ReturnStatement') return isMentioned(functionAround(parent), context)
  return parent?.type !== 'ArrowFunctionExpression' || isMentioned(parent, context)
}

/** Whether a function may be called in the file: one that has a name is not where the name stands nowhere else. */
function isMentioned(fn: Node | undefined, { sourceCode: { text } }: CodeContext): boolean {
  const name = fn && nameOf(fn)
  if (name === undefined) return true
  if (text.indexOf(name) === text.lastIndexOf(name)) return false
  return text.split(new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`)).length > 2
}

/** The name of a function, or of what it is the value of: a variable, a method, a property. */
function nameOf(fn: Node): string | undefined {
  if (fn.type === 'FunctionDeclaration') return fn.id?.name
  const { parent } = fn
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : undefined
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'Property':
      return parent.key.type === 'Identifier' && !parent.computed ? parent.key.name : undefined
    default:
      return undefined
  }
}
