import { variableOf } from './binding.js'
import type { FunctionNode } from './binding.js'
import { staticKey, walk } from './site.js'
import type { Node, Site } from './site.js'
import { mayNarrow } from './tested.js'

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
    if (identifier === site.node || !mayNarrow(identifier, site)) continue
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

/**
 * The strings that a function compares its parameters with, which they may not be any more where it uses them; undefined where it
 * tests one against what is not known, or changes one. By names alone: other files have no scope analysis.
 */
export function stringsTestedIn(fn: FunctionNode): ReadonlySet<string> | undefined {
  const known = testedIn.get(fn)
  if (known !== undefined) return known.strings
  let tested: Set<string> | undefined = new Set()
  const names = new Set(fn.params.flatMap((parameter) => namesBoundIn(parameter)))
  walk(fn, (node) => {
    // What is put into a parameter is another value behind it.
    const target = node.type === 'AssignmentExpression' ? rootName(node.left) : undefined
    if (target !== undefined && names.has(target)) tested = undefined
    const name =
      node.type === 'MemberExpression' ? rootName(node) : node.type === 'Identifier' ? node.name : undefined
    if (name === undefined || !names.has(name)) return true
    const texts = testedStrings(node)
    if (texts === undefined) tested = undefined
    for (const text of texts ?? []) tested?.add(text)
    return true
  })
  testedIn.set(fn, { strings: tested })
  return tested
}

const testedIn = new WeakMap<Node, { readonly strings: ReadonlySet<string> | undefined }>()

function rootName(node: Node): string | undefined {
  if (node.type === 'MemberExpression') return rootName(node.object)
  return node.type === 'Identifier' ? node.name : undefined
}

function namesBoundIn(pattern: Node): string[] {
  const names: string[] = []
  walk(pattern, (node) => {
    if (node.type === 'Identifier') names.push(node.name)
    return !node.type.startsWith('TS')
  })
  return names
}
