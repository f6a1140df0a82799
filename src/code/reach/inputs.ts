import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf, isFunction } from './binding.js'
import type { FunctionNode } from './binding.js'
import { staticKey } from './site.js'
import type { Node, SourceFile } from './site.js'

/*
 * What frameworks hand to a function after a schema has let it through. Sources: https://trpc.io/docs/server/validators,
 * https://orpc.dev/docs/procedure, https://next-safe-action.dev/docs/define-actions, https://tanstack.com/start (server functions),
 * https://hono.dev/docs/guides/validation.
 */

/** Methods that take the schema, and the property of the callback's first parameter that it has let through. */
const SCHEMAS: Readonly<Record<string, string>> = {
  input: 'input',
  schema: 'parsedInput',
  inputSchema: 'parsedInput',
  validator: 'data',
  inputValidator: 'data',
}
/** Methods that take the callback, at the end of the chain. */
const CALLBACKS = new Set(['query', 'mutation', 'subscription', 'handler', 'action', 'stateAction'])

/** A schema, and the way to what it has let through. */
export interface Checked {
  readonly schema: Node
  readonly key: string
}

/** The schema that has let through a property of the first parameter of a callback: `.input(schema).mutation(({ input }) => ...)`. */
export function checkedParameter(fn: FunctionNode): Checked | undefined {
  const call = fn.parent as Node | undefined
  if (call?.type !== 'CallExpression' || call.arguments[0] !== fn || call.callee.type !== 'MemberExpression')
    return undefined
  if (!CALLBACKS.has(staticKey(call.callee) ?? '')) return undefined
  for (
    let at: Node = call.callee.object;
    at.type === 'CallExpression' && at.callee.type === 'MemberExpression';
  ) {
    const method = staticKey(at.callee) ?? ''
    const [schema] = at.arguments
    if (Object.hasOwn(SCHEMAS, method)) return schema && { schema, key: SCHEMAS[method]! }
    at = at.callee.object
  }
  return undefined
}

/** The schema behind Hono's `c.req.valid('json')`: that of the `zValidator('json', schema)` beside the handler. */
export function validatedBy(call: TSESTree.CallExpression, file: SourceFile): Node | undefined {
  const { callee } = call
  const [target] = call.arguments
  if (callee.type !== 'MemberExpression' || staticKey(callee) !== 'valid' || target?.type !== 'Literal')
    return undefined
  const request = callee.object
  const context =
    request.type === 'MemberExpression' && staticKey(request) === 'req' ? request.object : undefined
  const binding = context?.type === 'Identifier' ? bindingOf(context, file) : undefined
  const handler = binding?.kind === 'parameter' && binding.index === 0 ? binding.fn : undefined
  const route = handler?.parent as Node | undefined
  if (route?.type !== 'CallExpression' || !isFunction(handler)) return undefined
  for (const given of route.arguments) {
    if (given.type !== 'CallExpression' || given.callee.type !== 'Identifier') continue
    const [of, schema] = given.arguments
    if (/[vV]alidator$/.test(given.callee.name) && of?.type === 'Literal' && of.value === target.value)
      return schema
  }
  return undefined
}
