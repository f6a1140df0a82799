import { variableOf } from './binding.js'
import { staticKey } from './site.js'
import type { Node, Site } from './site.js'

/**
 * Drops the values that a test of the variable may have ruled out before it is used: a parameter that is compared with `'all'` may
 * stand, where it is used, for every value but `'all'`. Values written in place are kept.
 */
export function narrowed<V extends { readonly value: string; readonly declared?: unknown }>(
  site: Site,
  values: readonly V[],
): readonly V[] {
  if (values.length === 0 || site.node.type !== 'Identifier' || !site.file.linted) return values
  const variable = variableOf(site.node, site.file)
  const kind = variable?.defs[0]?.type
  const constant =
    kind === 'Variable' &&
    variable!.references.every((r) => !r.isWrite() || r.init === true) &&
    values.length === 1
  if (variable === undefined || constant || kind === 'ImportBinding') return values
  const tested = new Set<string>(kind === 'Parameter' || values.length > 1 ? [''] : [])
  for (const { identifier } of variable.references) {
    if (identifier === site.node) continue
    for (const text of testedStrings(identifier)) tested.add(text)
  }
  return values.filter((v) => !tested.has(v.value))
}

/** The strings that a reference is compared with. */
function testedStrings(reference: Node): string[] {
  const { parent } = reference
  switch (parent?.type) {
    case 'BinaryExpression':
      if (!/^[!=]==?$/.test(parent.operator)) return []
      return strings([parent.left === reference ? parent.right : (parent.left as Node)])
    case 'SwitchStatement':
      return parent.discriminant === reference ? strings(parent.cases.map((c) => c.test)) : []
    case 'CallExpression': {
      const { callee } = parent
      if (callee.type !== 'MemberExpression' || !['includes', 'has'].includes(staticKey(callee) ?? ''))
        return []
      if (callee.object.type === 'ArrayExpression') return strings(callee.object.elements)
      return []
    }
    default:
      return []
  }
}

function strings(nodes: readonly (Node | null)[]): string[] {
  return nodes.flatMap((n) => (n?.type === 'Literal' && typeof n.value === 'string' ? [n.value] : []))
}
