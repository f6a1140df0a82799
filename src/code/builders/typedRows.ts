import { within } from '../reach/site.js'
import type { Entry, Flow, Source } from './flow.js'
import type { Node } from './syntax.js'
import { keyOf } from './syntax.js'

/**
 * The properties that only a type or a schema says a row has: `db.insert(workspaces).values(input)`, `{ ...input, name }`, where `input` is
 * not made in the file. For each of `keys` that nothing written in place replaces; whether there is such a property is asked as for
 * `input.status`.
 */
export function typedEntries(flow: Flow, row: Source, keys: readonly string[], depth = 3): Entry[] {
  if (keys.length === 0 || depth === 0) return []
  return flow.sources(row).flatMap((source): Entry[] => {
    const { node, file } = source
    if (node.type === 'ObjectExpression') {
      let left = keys
      return node.properties.toReversed().flatMap((property) => {
        if (property.type === 'SpreadElement')
          return typedEntries(flow, within(source, property.argument), left, depth - 1)
        left = left.filter((key) => key !== keyOf(property))
        return []
      })
    }
    const isOpaque =
      node.type === 'Identifier' || node.type === 'MemberExpression' || node.type === 'CallExpression'
    if (!isOpaque || !file.linted) return []
    return keys.map((key) => ({ key, value: { ...source, node: memberNode(node, key) } }))
  })
}

const members = new WeakMap<Node, Map<string, Node>>()

/** `input.status` for `input`, as a node that stands where that does. */
function memberNode(object: Node, key: string): Node {
  let own = members.get(object)
  if (own === undefined) members.set(object, (own = new Map()))
  let made = own.get(key)
  if (made === undefined) {
    const { range, loc, parent } = object
    const at = { range, loc, parent }
    const property = { type: 'Identifier', name: key, ...at }
    made = {
      type: 'MemberExpression',
      object,
      property,
      computed: false,
      optional: false,
      ...at,
    } as unknown as Node
    own.set(key, made)
  }
  return made
}
