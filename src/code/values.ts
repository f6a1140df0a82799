import type { TSESTree } from '@typescript-eslint/utils'
import { getStaticValue } from '@eslint-community/eslint-utils'
import type { CodeContext } from './context.js'
import { escapeFor } from './quote.js'
import type { Quote } from './quote.js'
import { annotatedElements, annotatedMembers } from './reach/annotations.js'
import { elementsOf, entriesOf } from './reach/collections.js'
import { newTrail, step } from './reach/trail.js'
import { reach } from './reach/reach.js'
import type { Elements, Entries } from './reach/collections.js'
import type { Trail } from './reach/trail.js'
import { lookupOf } from './reach/lookups.js'
import type { Lookup } from './reach/lookups.js'
import { narrowed } from './reach/narrow.js'
import { siteOf, within } from './reach/site.js'
import type { Declared, Node, Site } from './reach/site.js'
import { typeElementMembers, typeMembers } from './reach/types.js'
import type { Range, ValueEdit } from './use.js'

/** A string that an expression may evaluate to. */
export interface StringValue {
  readonly value: string
  /** The literal or template that holds it; with types, the expression itself. May be a node of another file: see `declared.file`. */
  readonly node: Node
  /** The node of the linted file where it is reported: `node` where it is written in place, else the name that carries it. */
  readonly at: Node
  /** Set where the value came through a name. */
  readonly declared?: Declared
}

export interface ResolvedStrings {
  /** Only strings: null, numbers and booleans are left out. */
  readonly values: readonly StringValue[]
  /** False where it may also be a string that is not among the values. */
  readonly complete: boolean
}

const MAX_COMBINATIONS = 16

/**
 * The strings that `expression` (of the linted file) may evaluate to. Follows constants, also imported ones, conditionals, members
 * of constant objects and enums, default parameters, parameters to the calls in the same file, and unions of string literals: by the
 * type checker where the parser gives types, else as they are written. Never throws.
 */
export function resolveStrings(expression: Node, context: CodeContext): ResolvedStrings {
  return stringsAt(siteOf(expression, context))
}

/** {@link resolveStrings} for a site: an element of {@link resolveArray}, a value of {@link resolveObject}. */
export function stringsAt(site: Site, trail: Trail = newTrail()): ResolvedStrings {
  const branches = branchesOf(site.node)
  if (branches !== undefined) return ofBranches(site, branches, trail)
  const reached = reach(site, trail)
  const values: StringValue[] = []
  let { complete } = reached
  for (const terminal of reached.sites) {
    const own = stringsOf(terminal, trail)
    values.push(...own.values)
    complete &&= own.complete
  }
  const kept = narrowed(site, values)
  if (kept.length < values.length) complete = false
  if (!complete && site.file.linted) {
    const members = typeMembers(site.node, site.file.context)
    if (members !== undefined) return { values: members.map((m) => ({ ...m, at: site.at })), complete: true }
    const annotated = annotatedMembers(site)
    if (annotated !== undefined) {
      const others = annotated.filter((m) => !kept.some((v) => v.value === m.value))
      return {
        values: [...unique(kept), ...others.map((m) => ({ ...m, node: site.node, at: site.at }))],
        complete: true,
      }
    }
  }
  return { values: unique(kept), complete }
}

/** The expressions of which one is the value of `node`; undefined where it is no choice. */
function branchesOf(node: Node): readonly Node[] | undefined {
  if (node.type === 'ConditionalExpression') return [node.consequent, node.alternate]
  if (node.type !== 'LogicalExpression') return undefined
  return node.operator === '&&' ? [node.right] : [node.left, node.right]
}

/** Each by itself: a name may stand for less in one than it does elsewhere. */
function ofBranches(site: Site, branches: readonly Node[], trail: Trail): ResolvedStrings {
  const next = step(trail)
  if (next === undefined) return UNKNOWN
  const each = branches.map((branch) => stringsAt(within(site, branch), next))
  const { node } = site
  const isOr = node.type === 'LogicalExpression' && node.operator === '||'
  const values = each.flatMap((one, i) =>
    isOr && i === 0 ? one.values.filter(({ value }) => value !== '') : one.values,
  )
  return { values: unique(values), complete: each.every(({ complete }) => complete) }
}

/** The strings that the elements of an array may be; by its type where not all of them are known. */
export function elementStringsAt(site: Site): readonly StringValue[] {
  const { elements, complete } = elementsOf(site)
  const written = elements.flatMap((element) => stringsAt(element).values)
  if (complete || elements.length > 0 || !site.file.linted) return written
  const members = typeElementMembers(site.node, site.file.context) ?? annotatedElements(site) ?? []
  return members.map((member) => ({ ...member, node: site.node, at: site.at }))
}

/** The elements of an array of constants; pass each to {@link stringsAt}. Never throws. */
export function resolveArray(expression: Node, context: CodeContext): Elements {
  return elementsOf(siteOf(expression, context))
}

/** The entries of an object of constants or of an enum; pass each value to {@link stringsAt}. Never throws. */
export function resolveObject(expression: Node, context: CodeContext): Entries {
  return entriesOf(siteOf(expression, context))
}

/** Where a value is reported, and how another is written there: the parts of a `CodeUse` that a value decides. */
export function placeOf(value: StringValue): { range: Range; edit?: ValueEdit; declared?: Declared } {
  const edit = value.declared?.file === undefined ? editOf(value.node) : undefined
  return {
    range: value.at.range,
    ...(edit === undefined ? {} : { edit }),
    ...(value.declared === undefined ? {} : { declared: value.declared }),
  }
}

/** How another value is written in place of a literal or a template without holes. */
export function editOf(node: Node): ValueEdit | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') {
    const quote = node.raw.startsWith('"') ? '"' : "'"
    return { range: node.range, write: (v) => quoted(v, quote) }
  }
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) {
    const raw = node.parent?.type === 'TaggedTemplateExpression'
    return { range: node.range, write: (v) => quoted(v, '`', raw) }
  }
  return undefined
}

function quoted(value: string, quote: Quote, raw = false): string | undefined {
  const inside = escapeFor(value, quote, raw)
  return inside === undefined ? undefined : `${quote}${inside}${quote}`
}

function unique(values: readonly StringValue[]): StringValue[] {
  const seen = new Map<Node, Set<string>>()
  return values.filter((v) => {
    const of = seen.get(v.node) ?? new Set()
    if (of.has(v.value)) return false
    seen.set(v.node, of.add(v.value))
    return true
  })
}

const NONE: ResolvedStrings = { values: [], complete: true }
const UNKNOWN: ResolvedStrings = { values: [], complete: false }

/** The strings of an expression that {@link reach} ended at. */
function stringsOf(site: Site, trail: Trail): ResolvedStrings {
  const { node } = site
  const lookup = lookupOf(site, trail)
  if (lookup !== undefined) return lookedUp(lookup, trail)
  const one = (value: string, holder: Node = node): ResolvedStrings => ({
    values: [
      {
        value,
        node: holder,
        at: site.at,
        ...(site.declared === undefined ? {} : { declared: site.declared }),
      },
    ],
    complete: true,
  })
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? one(node.value) : NONE
    case 'TemplateLiteral': {
      const parts: (string | Node)[] = []
      node.quasis.forEach((quasi, i) => {
        parts.push(quasi.value.cooked ?? '')
        const expression = node.expressions[i]
        if (expression !== undefined) parts.push(expression)
      })
      return combined(site, parts, trail)
    }
    case 'TaggedTemplateExpression':
      if (!isStringRaw(node.tag) || node.quasi.expressions.length > 0) return UNKNOWN
      return one(node.quasi.quasis[0]!.value.raw, node.quasi)
    case 'BinaryExpression':
      if (node.operator !== '+') return NONE
      return combined(site, [node.left as Node, node.right], trail)
    case 'ArrayExpression':
    case 'ObjectExpression':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'ClassExpression':
    case 'NewExpression':
    case 'UpdateExpression':
    case 'TSEnumDeclaration':
    case 'Program':
      return NONE
    case 'UnaryExpression':
      return node.operator === 'typeof' ? UNKNOWN : NONE
    case 'CallExpression': {
      if (!site.file.linted) return UNKNOWN
      const value = staticValue(node, site)
      return typeof value === 'string' ? one(value) : UNKNOWN
    }
    default:
      return UNKNOWN
  }
}

/** Those of the table that the key may stand for; an empty string stands for none. */
function lookedUp({ key, entries }: Lookup, trail: Trail): ResolvedStrings {
  const keys = stringsAt(key, trail)
  const wanted = entries.filter((entry) => !keys.complete || keys.values.some((k) => k.value === entry.key))
  const possible = narrowed(
    key,
    wanted.map((entry) => ({ value: entry.key, site: entry.value })),
  )
  const values = possible.flatMap(({ site }) => stringsAt(site, trail).values)
  return { values: values.filter(({ value }) => value !== ''), complete: false }
}

function staticValue(node: Node, site: Site): unknown {
  try {
    const scope = (site.file.context.sourceCode.getScope as (n: Node) => unknown)(node)
    return getStaticValue(node as never, scope as never)?.value
  } catch {
    return undefined
  }
}

/** The strings that parts put together may give. */
function combined(site: Site, parts: readonly (string | Node)[], trail: Trail): ResolvedStrings {
  let texts = ['']
  let complete = true
  for (const part of parts) {
    if (typeof part === 'string') {
      texts = texts.map((t) => t + part)
      continue
    }
    const own = stringsAt(within(site, part), trail)
    complete &&= own.complete
    texts = texts.flatMap((t) => own.values.map((v) => t + v.value)).slice(0, MAX_COMBINATIONS)
    if (texts.length === MAX_COMBINATIONS) complete = false
  }
  const declared = site.declared === undefined ? {} : { declared: site.declared }
  return { values: texts.map((value) => ({ value, node: site.node, at: site.at, ...declared })), complete }
}

/** True for the tag `String.raw`. */
export function isStringRaw(tag: TSESTree.Node): boolean {
  return (
    tag.type === 'MemberExpression' &&
    tag.object.type === 'Identifier' &&
    tag.object.name === 'String' &&
    tag.property.type === 'Identifier' &&
    tag.property.name === 'raw'
  )
}
