import { escaped } from '../../escaped.js'
import { bindingOf, functionAround } from './binding.js'
import { elementsOf, entriesOf } from './collections.js'
import type { Entry } from './collections.js'
import { reach } from './reach.js'
import { staticKey, within } from './site.js'
import type { Node, Site } from './site.js'
import type { Trail } from './trail.js'

/** A value taken out of a table of constants by a key that is not known: `STATUS[kind]`, `STATUS.get(kind)`. */
export interface Lookup {
  readonly key: Site
  readonly entries: readonly Pick<Entry, 'key' | 'value'>[]
}

/**
 * The table that an expression looks up in, and the key; undefined for what is no lookup. What goes through the keys of a row, in a loop
 * or a callback, is none: there each value is for another column.
 */
export function lookupOf(site: Site, trail: Trail): Lookup | undefined {
  const { node } = site
  if (node.type === 'MemberExpression') {
    if (!node.computed || !isPlainKey(node.property, site)) return undefined
    const { entries } = entriesOf(tableSite(site, node.object), trail)
    return entries.length === 0 ? undefined : { key: within(site, node.property), entries }
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  const [key] = node.arguments
  if (key === undefined || staticKey(node.callee) !== 'get' || !isPlainKey(key, site)) return undefined
  const entries = reach(tableSite(site, node.callee.object), trail).sites.flatMap((map) =>
    mapEntries(map, trail),
  )
  return entries.length === 0 ? undefined : { key: within(site, key), entries }
}

/** A table with a name is met where it is looked up in, one without where it is written. */
function tableSite(site: Site, table: Node): Site {
  const isNamed = table.type === 'Identifier' || table.type === 'MemberExpression'
  return isNamed ? { ...site, node: table } : within(site, table)
}

/** The entries of `new Map([['a', 'online'], ...])`, as far as their keys are strings. */
function mapEntries(map: Site, trail: Trail): Lookup['entries'] {
  const { node } = map
  if (node.type !== 'NewExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'Map')
    return []
  const [list] = node.arguments
  if (list === undefined) return []
  return elementsOf(within(map, list), trail).elements.flatMap((pair) => {
    const [key, value] = pair.node.type === 'ArrayExpression' ? pair.node.elements : []
    if (key?.type !== 'Literal' || typeof key.value !== 'string' || value == null) return []
    return [{ key: key.value, value: within(pair, value) }]
  })
}

/** Whether a key may stand for every key of the table. */
function isPlainKey(key: Node, site: Site): boolean {
  return !isLoopVariable(key, site) && !isTestedMember(key, site)
}

/** Whether a member is tested in its function, which may leave some of the keys out. */
function isTestedMember(key: Node, { file }: Site): boolean {
  if (key.type !== 'MemberExpression') return false
  const around = functionAround(key)
  const text = file.text.slice(...(around ?? file.ast).range)
  const name = escaped(file.text.slice(...key.range))
  return new RegExp(String.raw`(?:[!=]==?|switch\s*\()\s*${name}|${name}\s*[!=]==?`).test(text)
}

/** A variable of a loop, or the parameter of a callback. */
function isLoopVariable(node: Node, { file }: Site): boolean {
  const binding = node.type === 'Identifier' ? bindingOf(node, file) : undefined
  if (binding?.kind === 'parameter') return binding.fn.parent.type === 'CallExpression'
  return binding?.kind === 'variable' && binding.declarator.parent.parent.type.startsWith('For')
}
