import type { TSESTree } from '@typescript-eslint/utils'
import { functionAround, isFunction } from '../reach/binding.js'
import type { FunctionNode } from '../reach/binding.js'
import { reach, returned } from '../reach/reach.js'
import { walk, within } from '../reach/site.js'
import type { Node, Site } from '../reach/site.js'

/**
 * The functions that a function of the project is given to make another of, which it calls with what that one is called with:
 * `withRetry(async (id, status) => ...)`, where it returns `(...args) => retry(() => fn(...args))`. Never throws.
 */
export function functionsWrapped(site: Site): readonly Site[] {
  const { node } = site
  if (node.type !== 'CallExpression' || !node.arguments.some(mayBeFunction)) return []
  const { sites, complete } = reach({ ...site, node: node.callee })
  const [maker] = sites
  if (!complete || sites.length !== 1 || !isFunction(maker!.node)) return []
  const index = handedOn(maker as Site & { readonly node: FunctionNode })
  const given = index === undefined ? undefined : node.arguments[index]
  if (given === undefined || !node.arguments.slice(0, index).every((one) => one.type !== 'SpreadElement'))
    return []
  return reach(within(site, given)).sites
}

function mayBeFunction(node: Node): boolean {
  return isFunction(node) || node.type === 'Identifier'
}

/** The parameter of a function that the function which it returns hands its own arguments on to, as they are. */
function handedOn({ node: maker, ...site }: Site & { readonly node: FunctionNode }): number | undefined {
  const made = returned(maker)
  if (made.length !== 1) return undefined
  const { sites } = reach({ ...site, node: made[0]! })
  const wrapper = sites.length === 1 ? sites[0]!.node : undefined
  if (!isFunction(wrapper) || wrapper.generator) return undefined
  const index = maker.params.findIndex((parameter) => {
    const calls = parameter.type === 'Identifier' ? callsIn(maker, parameter.name) : undefined
    return calls !== undefined && calls.length > 0 && calls.every((call) => handsOn(call, wrapper))
  })
  return index < 0 ? undefined : index
}

/** The calls of a function that is a parameter; undefined where its name is another's, too. */
function callsIn(maker: FunctionNode, name: string): readonly TSESTree.CallExpression[] | undefined {
  const calls: TSESTree.CallExpression[] = []
  let isShadowed = false
  walk(maker.body, (node) => {
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === name)
      calls.push(node)
    if (isFunction(node) && namesOf(node)?.includes(name)) isShadowed = true
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.id.name === name)
      isShadowed = true
  })
  return isShadowed ? undefined : calls
}

/** Whether a call has the parameters of a function around it, all and in their order, and they are named as those of `wrapper`. */
function handsOn(call: TSESTree.CallExpression, wrapper: FunctionNode): boolean {
  const given = call.arguments.map(nameOf)
  const wanted = namesOf(wrapper)
  if (wanted === undefined || wanted.length === 0 || given.join() !== wanted.join()) return false
  for (let around = functionAround(call); around !== undefined; around = functionAround(around)) {
    const own = namesOf(around)
    if (own?.join() === wanted.join()) return true
    if (own === undefined || own.some((name) => wanted.includes(name))) return false
  }
  return false
}

/** `id` and `...args`, as parameters and as arguments; undefined for what is taken apart or has a default. */
function namesOf({ params }: FunctionNode): readonly string[] | undefined {
  const found = params.map(nameOf)
  return found.includes(undefined) ? undefined : (found as string[])
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name
  if (node.type !== 'RestElement' && node.type !== 'SpreadElement') return undefined
  return node.argument.type === 'Identifier' ? `...${node.argument.name}` : undefined
}
