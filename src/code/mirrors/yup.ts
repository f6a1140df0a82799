import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import type { Alias, Declaration } from './declaration.js'
import { readArguments } from './arktype.js'
import { importOf } from './scope.js'
import { readValues, schemaName } from './validators.js'

/**
 * yup's `string().oneOf([...])` (https://github.com/jquense/yup#schemaoneof) and joi's `string().valid(...)`
 * (https://joi.dev/api/#anyvalidvalues): the list is the argument of a method behind a chain.
 */
export function readOneOf(
  context: CodeContext,
  call: TSESTree.CallExpression,
): Declaration | Alias | undefined {
  const { callee } = call
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return undefined
  const method = callee.property.name
  if (method !== 'oneOf' && method !== 'valid' && method !== 'equal') return undefined
  const source = chainSource(context, callee.object)
  const named = schemaName(call)
  const name = named === undefined ? {} : { name: named }
  const [argument] = call.arguments
  if (source === 'yup' && method === 'oneOf') return argument && readValues(argument, call, name)
  if (source !== undefined && /^(joi|@hapi\/joi)$/.test(source) && method !== 'oneOf') {
    return argument?.type === 'ArrayExpression'
      ? readValues(argument, call, name)
      : readArguments(call, call.arguments, name)
  }
  return undefined
}

/** The module that the name at the start of a chain is imported from. */
function chainSource(context: CodeContext, node: TSESTree.Node): string | undefined {
  for (let inner = node; ;) {
    if (inner.type === 'Identifier') return importOf(context, inner)?.source
    if (inner.type === 'CallExpression') inner = inner.callee
    else if (inner.type === 'MemberExpression') inner = inner.object
    else return undefined
  }
}
