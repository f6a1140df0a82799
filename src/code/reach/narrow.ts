import type { TSESTree } from '@typescript-eslint/utils'
import type { FunctionNode } from './binding.js'
import { isConstantName } from './outcome.js'
import { isPossible } from './possible.js'
import { hasScopes, staticKey, walk } from './site.js'
import type { Node, Reached, Site } from './site.js'
import { subjectAt } from './subject.js'

/**
 * Drops the values that a name, or a property of one, can't have where it is used: a parameter that is compared with `'all'` may stand
 * there for every value but `'all'`. Values written in place are kept.
 */
export function narrowed<V extends { readonly value: string; readonly declared?: unknown }>(
  site: Site,
  values: readonly V[],
): readonly V[] {
  if (values.length === 0 || !hasScopes(site.file)) return values
  const subject = subjectAt(site.node, site.file)
  if (subject === undefined) return values
  const mayBeEmpty = site.node.type !== 'Identifier' || (!subject.isParameter && values.length === 1)
  return values.filter(({ value }) => (value !== '' || mayBeEmpty) && isPossible(subject, site, value))
}

/** The same for strings that a name on the way to the use stands for: what it can't have where it is handed on. */
export function withoutImpossible(site: Site, reached: Reached): Reached {
  if (!hasScopes(site.file) || !reached.sites.some(isString)) return reached
  const subject = subjectAt(site.node, site.file)
  if (subject === undefined) return reached
  const sites = reached.sites.filter((one) => !isString(one) || isPossible(subject, site, one.node.value))
  return sites.length === reached.sites.length ? reached : { sites, complete: false }
}

/** Whether what was reached is a string as it is written. */
export function isString(site: Site): site is Site & { readonly node: TSESTree.StringLiteral } {
  return site.node.type === 'Literal' && typeof site.node.value === 'string'
}

/** The strings that a reference is compared with; undefined where it is tested against something else. */
function testedStrings(name: Node): readonly string[] | undefined {
  const reference = outermost(name)
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
      return /^(?:includes|indexOf|has|test|is[A-Z]\w*|assert\w*|valid\w*|check\w*|parse|safeParse)$/.test(
        name,
      )
        ? undefined
        : []
    }
    default:
      return []
  }
}

/** A name with what only says of which type it is: `status as Status`. */
function outermost(node: Node): Node {
  const { parent } = node
  const isWrapped =
    parent?.type === 'TSAsExpression' ||
    parent?.type === 'TSNonNullExpression' ||
    parent?.type === 'TSSatisfiesExpression'
  return isWrapped ? outermost(parent) : node
}

function strings(nodes: readonly (Node | null)[]): string[] {
  return nodes.flatMap((n) => (n?.type === 'Literal' && typeof n.value === 'string' ? [n.value] : []))
}

/** The strings that a function compares its parameters with, which they may not be any more where it uses them. */
export function stringsTestedIn(fn: FunctionNode): ReadonlySet<string> {
  return new Set(testsIn(fn).tests.flatMap(({ strings: tested }) => tested))
}

/** A parameter of a function, or a part of one, where it is compared with strings. */
export type StringTests = readonly { readonly reference: Node; readonly strings: readonly string[] }[]

/**
 * Where a function compares its parameters with strings; undefined where it tests one against what is not known, or changes one. By names
 * alone: other files may have no scope analysis.
 */
export function stringTestsIn(fn: FunctionNode): StringTests | undefined {
  const { tests, complete } = testsIn(fn)
  return complete ? tests : undefined
}

interface Tests {
  readonly tests: StringTests
  readonly complete: boolean
}

const testsOf = new WeakMap<Node, Tests>()

function testsIn(fn: FunctionNode): Tests {
  const known = testsOf.get(fn)
  if (known !== undefined) return known
  const tests: { reference: Node; strings: readonly string[] }[] = []
  let complete = true
  const names = new Set(fn.params.flatMap((parameter) => namesBoundIn(parameter)))
  const isOfParameter = (node: Node | null | undefined): boolean =>
    node != null && names.has(rootName(node) ?? '')
  walk(fn, (node) => {
    // `const { status } = input`
    if (node.type === 'VariableDeclarator' && isOfParameter(node.init))
      for (const name of namesBoundIn(node.id)) names.add(name)
    // What is put into a parameter is another value behind it.
    if (isOfParameter(changed(node))) complete = false
    if ((node.type !== 'MemberExpression' && node.type !== 'Identifier') || !isOfParameter(node)) return
    const texts = testedStrings(node)
    if (texts === undefined || isLookedUp(node)) complete = false
    else if (texts.length > 0) tests.push({ reference: node, strings: texts })
  })
  const found = { tests, complete }
  testsOf.set(fn, found)
  return found
}

/** What a node changes: `row.status = 'x'`, `delete row.status`, `Object.assign(row, other)`. */
function changed(node: Node): Node | undefined {
  switch (node.type) {
    case 'AssignmentExpression':
      return node.left
    case 'UnaryExpression':
      return node.operator === 'delete' ? node.argument : undefined
    case 'CallExpression': {
      const { callee } = node
      const isAssign = callee.type === 'MemberExpression' && staticKey(callee) === 'assign'
      return isAssign && rootName(callee) === 'Object' ? node.arguments[0] : undefined
    }
    default:
      return undefined
  }
}

/** `LABELS[status]`, `status.startsWith('x')`, `(one) => one === status`: which values pass is not known. */
function isLookedUp(name: Node): boolean {
  const reference = outermost(name)
  const { parent } = reference
  if (parent?.type === 'BinaryExpression') return isArrow(parent.parent) && /^[!=]==?$/.test(parent.operator)
  if (parent?.type !== 'MemberExpression') return false
  if (parent.computed && parent.property === reference) return true
  return (
    parent.parent.type === 'CallExpression' &&
    parent.parent.callee === parent &&
    READS_TEXT.test(staticKey(parent) ?? '')
  )
}

const READS_TEXT = /^(?:startsWith|endsWith|includes|indexOf|search|match|trim|toLowerCase|toUpperCase)$/

function isArrow(node: Node | undefined): boolean {
  return node?.type === 'ArrowFunctionExpression'
}

/** The name that an expression is, or is a part of. */
function rootName(node: Node): string | undefined {
  switch (node.type) {
    case 'MemberExpression':
      return rootName(node.object)
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'ChainExpression':
      return rootName(node.expression)
    case 'LogicalExpression':
      return rootName(node.left)
    default:
      return node.type === 'Identifier' ? node.name : undefined
  }
}

function namesBoundIn(pattern: Node): string[] {
  const names: string[] = []
  walk(pattern, (node) => {
    if (node.type === 'Identifier') names.push(node.name)
    return !node.type.startsWith('TS')
  })
  return names
}
