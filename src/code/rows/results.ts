import type { CodeContext } from '../context.js'
import { nodesOf } from '../nodes.js'
import { functionAround, isFunction } from '../reach/binding.js'
import { declaredVariable } from '../reach/calls.js'
import { someImport } from '../reach/modules.js'
import { lintedFile } from '../reach/site.js'
import type { Node } from '../reach/site.js'
import { MAY_HOLD_SQL } from '../sql/prefilter.js'
import { mayBeStatement } from '../sql/shape.js'

/**
 * Whether the file may use what a query gives, by the places of its SQL: not where each query is only run, or returned by a function
 * that the file does not mention again, and no other file's query is at hand. Then it has no rows to look at.
 */
export function mayUseResults(context: CodeContext): boolean {
  const nodes = nodesOf(context)
  const mayLead = (text: Node): boolean => mayBeStatement(text) && mayBeUsed(text, context)
  return (
    nodes.of('TemplateLiteral').some(mayLead) ||
    nodes.of('Literal').some(mayLead) ||
    someImport(context, (path) => MAY_HOLD_SQL.leads(path))
  )
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
  return parent?.type !== 'ReturnStatement' || isMentioned(functionAround(parent), context)
}

/** Whether a function may be called in the file: only one that is declared by name, and never named again, is surely not. */
function isMentioned(fn: Node | undefined, context: CodeContext): boolean {
  if (fn?.type !== 'FunctionDeclaration' || fn.id === null) return true
  return declaredVariable(fn.id, lintedFile(context))?.references.length !== 0
}
