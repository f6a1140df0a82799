import type { TSESTree } from '@typescript-eslint/utils'
import { isFunction, variableOf } from './binding.js'
import { elementsOf } from './collections.js'
import type { Trail } from './trail.js'
import { declaredAt, staticKey, walk, within } from './site.js'
import type { Node, Reached, Site, SourceFile } from './site.js'
import { wrappedFunction } from './wrappers.js'

/** Array methods that hand each element to the first parameter of their callback. */
export const PER_ELEMENT = new Set(
  'map forEach filter some every find findIndex findLast findLastIndex flatMap'.split(' '),
)

/** The arguments that parameter `index` of `fn` stands for: those of the call on the way, else of all calls in the file. */
export function argumentSites(site: Site, fn: Node, index: number, trail: Trail): Reached {
  for (let frame = site.frame; frame !== undefined; frame = frame.caller.frame) {
    if (frame.fn !== fn) continue
    const argument = frame.args[index]
    if (argument === undefined) return { sites: [], complete: true }
    return { sites: [within(frame.caller, argument)], complete: true }
  }
  if (!isFunction(fn)) return { sites: [], complete: false }
  const parent = fn.parent as Node | undefined
  if (parent?.type === 'CallExpression' && parent.callee !== fn && wrappedFunction(parent, site.file) !== fn)
    return callbackElements(site, fn, parent, index, trail)
  if (!site.file.linted) return { sites: [], complete: false }
  return callSites(site, fn, index)
}

function callbackElements(
  site: Site,
  fn: Node,
  call: TSESTree.CallExpression,
  index: number,
  trail: Trail,
): Reached {
  const { callee } = call
  if (index !== 0 || call.arguments[0] !== fn || callee.type !== 'MemberExpression')
    return { sites: [], complete: false }
  const name = staticKey(callee)
  if (name === undefined || !PER_ELEMENT.has(name)) return { sites: [], complete: false }
  const array = declaredAt(site, callee.object, site.file, parameterName(fn, 0), callee.object)
  const { elements, complete } = elementsOf(array, trail)
  return { sites: elements, complete }
}

function parameterName(fn: Node, index: number): string {
  const param = isFunction(fn) ? fn.params[index] : undefined
  return param?.type === 'Identifier' ? param.name : 'the parameter'
}

function callSites(site: Site, fn: Node, index: number): Reached {
  const { calls, complete } = callsOf(fn, site.file)
  const sites: Site[] = []
  let whole = complete
  for (const call of calls) {
    const before = call.arguments.slice(0, index + 1)
    if (before.some((a) => a.type === 'SpreadElement')) {
      whole = false
      continue
    }
    const argument = call.arguments[index]
    if (argument === undefined) continue
    const { frame: _, ...rest } = declaredAt(site, argument, site.file, parameterName(fn, index), argument)
    sites.push(rest)
  }
  return { sites, complete: whole }
}

interface Calls {
  readonly calls: readonly TSESTree.CallExpression[]
  /** True where no other call can exist: the function is not exported and never handed on. */
  readonly complete: boolean
}

/** The calls of a function in the linted file. */
export function callsOf(fn: Node, file: SourceFile): Calls {
  const owner = ownerOf(fn, file)
  if (fn.type === 'FunctionDeclaration') {
    return fn.id === null ? { calls: [], complete: false } : callsOfName(fn.id, fn, file)
  }
  if (owner?.type === 'VariableDeclarator' && owner.id.type === 'Identifier') {
    return callsOfName(owner.id, owner.parent, file)
  }
  if (owner?.type === 'MethodDefinition' || owner?.type === 'PropertyDefinition')
    return callsOfMethod(owner, file)
  return { calls: [], complete: false }
}

/** What a function is the value of, by itself or by what gives it back: `cache(fn)`. */
function ownerOf(fn: Node, file: SourceFile): Node | undefined {
  const parent = fn.parent as Node | undefined
  return parent?.type === 'CallExpression' && wrappedFunction(parent, file) === fn
    ? ownerOf(parent, file)
    : parent
}

function callsOfName(name: Node, declaration: Node, file: SourceFile): Calls {
  const calls: TSESTree.CallExpression[] = []
  const exporting = declaration.parent?.type
  let complete = exporting !== 'ExportNamedDeclaration' && exporting !== 'ExportDefaultDeclaration'
  for (const { identifier, init } of declaredVariable(name, file)?.references ?? []) {
    if (init === true) continue
    const parent = identifier.parent
    if (parent?.type === 'CallExpression' && parent.callee === identifier) calls.push(parent)
    else complete = false
  }
  // One that is called nowhere is called by what is not seen.
  return { calls, complete: complete && calls.length > 0 }
}

/** The variable that a declaration makes of its name. */
export function declaredVariable(name: Node, file: SourceFile): ReturnType<typeof variableOf> {
  const variables = file.context.sourceCode.getDeclaredVariables?.(
    (name.parent?.type === 'VariableDeclarator' ? name.parent : name.parent!) as never,
  ) as unknown as readonly ({ name: string } & NonNullable<ReturnType<typeof variableOf>>)[] | undefined
  return variables?.find((v) => v.name === (name as TSESTree.Identifier).name) ?? variableOf(name, file)
}

const methodCalls = new WeakMap<SourceFile, Map<string, TSESTree.CallExpression[]>>()

/** `this.method(...)` in the class, and `x.method(...)` is left alone unless `x` is `this`: other classes have methods too. */
function callsOfMethod(
  method: TSESTree.MethodDefinition | TSESTree.PropertyDefinition,
  file: SourceFile,
): Calls {
  const name = staticKey(method)
  if (name === undefined || name === 'constructor') return { calls: [], complete: false }
  let byName = methodCalls.get(file)
  if (byName === undefined) methodCalls.set(file, (byName = collectMethodCalls(file)))
  const body = method.parent
  const calls = (byName.get(name) ?? []).filter(
    (c) => body.range[0] <= c.range[0] && c.range[1] <= body.range[1],
  )
  const isPrivate = name.startsWith('#') || ('accessibility' in method && method.accessibility === 'private')
  return { calls, complete: isPrivate }
}

function collectMethodCalls(file: SourceFile): Map<string, TSESTree.CallExpression[]> {
  const found = new Map<string, TSESTree.CallExpression[]>()
  walk(file.ast, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return
    if (node.callee.object.type !== 'ThisExpression') return
    const name = staticKey(node.callee)
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), node])
  })
  return found
}
