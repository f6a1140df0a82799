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
    const texts = testedStrings(identifier)
    // Which values pass is not known.
    if (texts === undefined) return []
    for (const text of texts) tested.add(text)
  }
  return values.filter((v) => !tested.has(v.value))
}

/** The strings that a reference is compared with; undefined where it is tested against something else. */
function testedStrings(reference: Node): readonly string[] | undefined {
  const { parent } = reference
  switch (parent?.type) {
    case 'BinaryExpression': {
      if (parent.operator === 'in') return undefined
      if (!/^[!=]==?$/.test(parent.operator)) return []
      const other = parent.left === reference ? parent.right : (parent.left as Node)
      return isConstantName(other) ? undefined : strings([other])
    }
    case 'SwitchStatement': {
      if (parent.discriminant !== reference) return []
      const tests = parent.cases.map((c) => c.test)
      return tests.some((t) => t !== null && isConstantName(t)) ? undefined : strings(tests)
    }
    case 'CallExpression': {
      const { callee } = parent
      if (callee === reference) return []
      const name =
        callee.type === 'MemberExpression'
          ? (staticKey(callee) ?? '')
          : callee.type === 'Identifier'
            ? callee.name
            : ''
      if (
        callee.type === 'MemberExpression' &&
        callee.object.type === 'ArrayExpression' &&
        name === 'includes'
      ) {
        return strings(callee.object.elements)
      }
      // `VALID.has(status)`, `isStatus(status)`, `assertStatus(status)`
      return /^(?:includes|has|is[A-Z]\w*|assert\w*|valid\w*|check\w*)$/.test(name) ? undefined : []
    }
    default:
      return []
  }
}

/** `ALL`, `Status.All`: a constant, whose value is looked up elsewhere. */
function isConstantName(node: Node): boolean {
  if (node.type === 'MemberExpression') return isConstantName(node.object)
  return node.type === 'Identifier' && /^[A-Z]/.test(node.name)
}

function strings(nodes: readonly (Node | null)[]): string[] {
  return nodes.flatMap((n) => (n?.type === 'Literal' && typeof n.value === 'string' ? [n.value] : []))
}
