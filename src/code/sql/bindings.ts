import type { TSESTree } from '@typescript-eslint/utils'
import { elementsOf, entriesOf } from '../reach/collections.js'
import { reach } from '../reach/reach.js'
import type { Elements, Entries, Entry } from '../reach/collections.js'
import { isFunction, variableOf } from '../reach/binding.js'
import { staticKey, within } from '../reach/site.js'
import type { Site } from '../reach/site.js'
import { namesOf } from './parts.js'

/** The values that go with SQL text. */
export interface Bindings {
  readonly positional?: Elements
  readonly named?: Entries
  /** The variable that holds the positional values. */
  readonly array?: string
  /** True for pg-format's `%L`, `%I` and `%s`. */
  readonly percent?: boolean
}

/** Properties of an options object that hold the values. */
const VALUE_KEYS = [
  'values',
  'params',
  'parameters',
  'bindings',
  'bind',
  'args',
  'arguments',
  'replacements',
  'binds',
  'variables',
]

/** The values that a call passes after its SQL text, argument `index`. */
export function callBindings(
  site: Site,
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  index: number,
): Bindings | undefined {
  const after = call.arguments.slice(index + 1)
  const [first] = after
  if (first === undefined) return setParameters(site, call)
  const [owner, name = ''] = ['', ...namesOf(call.callee)].slice(-2)
  // pg-promise's `as.format` has placeholders like its queries.
  if (/^(?:pg)?format$/i.test(name) && owner !== 'as') {
    return {
      positional: { elements: after.map((a) => within(site, a)), complete: true, certain: after.length },
      percent: true,
    }
  }
  const direct = bindingsOf(within(site, first))
  if (direct !== undefined) return direct
  // `$queryRawUnsafe(sql, a, b)`, `db.one(sql, id)`.
  if (after.some((a) => isFunction(a))) return undefined
  const variadic = after.flatMap((a): Site[] =>
    a.type === 'SpreadElement' ? [...elementsOf(within(site, a.argument)).elements] : [within(site, a)],
  )
  const spread = after.some((a) => a.type === 'SpreadElement')
  return { positional: { elements: variadic, complete: !spread, certain: spread ? 0 : variadic.length } }
}

/** TypeORM's parameters, wherever in the chain of calls around `call` they are set. */
export function setParameters(site: Site, call: TSESTree.Node): Bindings | undefined {
  const entries: Entries['entries'][number][] = []
  let met = false
  for (const link of chainOf(call)) {
    const name = link.callee.type === 'MemberExpression' ? staticKey(link.callee) : undefined
    const [first, second] = link.arguments
    if (name === 'setParameter' && first?.type === 'Literal' && second !== undefined) {
      met = true
      entries.push({ key: String(first.value), value: within(site, second), node: second })
    } else if (
      (name === 'setParameters' ||
        /^(and|or)?(where|having)$/i.test(name ?? '') ||
        /join/i.test(name ?? '')) &&
      link.arguments.length > 0
    ) {
      const last = link.arguments.at(-1)!
      if (last.type !== 'ObjectExpression' && name !== 'setParameters') continue
      met = true
      entries.push(...entriesOf(within(site, last)).entries)
    }
  }
  return met ? { named: { entries, complete: false } } : undefined
}

/** The calls of the method chain that `call` is a link of. */
export function chainOf(call: TSESTree.Node): TSESTree.CallExpression[] {
  let top = call
  for (let parent = top.parent; parent != null; parent = top.parent) {
    const isLink = parent.type === 'MemberExpression' && parent.object === top
    const isCallee = parent.type === 'CallExpression' && parent.callee === top
    if (!isLink && !isCallee && parent.type !== 'ChainExpression' && parent.type !== 'TSNonNullExpression')
      break
    top = parent
  }
  const links: TSESTree.CallExpression[] = []
  let node: TSESTree.Node = top
  for (;;) {
    if (node.type === 'CallExpression') {
      links.push(node)
      node = node.callee
    } else if (node.type === 'MemberExpression') node = node.object
    else if (node.type === 'ChainExpression' || node.type === 'TSNonNullExpression') node = node.expression
    else if (node.type === 'AwaitExpression') node = node.argument
    else return links
  }
}

/** pgtyped: `const q = sql`...``, whose values come with `q.run({ ... }, client)`. */
export function runBindings(template: Site): Bindings | undefined {
  const declarator = template.node.parent
  if (template.node.type !== 'TaggedTemplateExpression' || declarator?.type !== 'VariableDeclarator')
    return undefined
  const entries: Entry[] = []
  for (const { identifier } of variableOf(declarator.id, template.file)?.references ?? []) {
    const member = identifier.parent
    if (member?.type !== 'MemberExpression' || staticKey(member) !== 'run') continue
    const call = member.parent
    const [values] = call.type === 'CallExpression' && call.callee === member ? call.arguments : []
    if (values?.type !== 'ObjectExpression') continue
    for (const entry of entriesOf({ node: values, file: template.file, at: values }).entries) {
      entries.push(entry)
      // The fields of an object, or of each of a list, for `$user(name)` and `$$users(name)`.
      const { elements } = elementsOf(entry.value)
      for (const object of elements.length > 0 ? elements : [entry.value]) {
        for (const field of entriesOf(object).entries)
          entries.push({ ...field, key: `${entry.key}.${field.key}` })
      }
    }
  }
  return entries.length === 0 ? undefined : { named: { entries, complete: false } }
}

/** The values in an array or an object, the latter also as `{ replacements: ... }`. */
export function bindingsOf(site: Site): Bindings | undefined {
  const sites = site.node.type === 'ArrayExpression' ? [site] : reach(site).sites
  const [first] = sites
  if (first === undefined) return undefined
  if (sites.some((s) => isArray(s))) {
    const array = arrayName(site.node)
    return { positional: elementsOf(site), ...(array === undefined ? {} : { array }) }
  }
  if (sites.some((s) => s.node.type === 'ObjectExpression')) {
    const entries = entriesOf(site)
    for (const key of VALUE_KEYS) {
      const nested = entries.entries.find((e) => e.key === key)
      const inner = nested && bindingsOf(nested.value)
      if (inner !== undefined) return inner
    }
    return { named: entries }
  }
  return undefined
}

/** The variable whose elements come first: `params`, `[...params, id]`. */
function arrayName(node: TSESTree.Node): string | undefined {
  if (node.type === 'Identifier') return node.name
  const [first] = node.type === 'ArrayExpression' ? node.elements : []
  return first?.type === 'SpreadElement' ? arrayName(first.argument) : undefined
}

function isArray(site: Site): boolean {
  const { node } = site
  if (node.type === 'ArrayExpression') return true
  return node.type === 'CallExpression' && /^(concat|of|values)$/.test(namesOf(node.callee).at(-1) ?? '')
}

/** `{ text, values }` and its likes: the SQL's property and what goes with it. */
export function objectBindings(site: Site, object: TSESTree.ObjectExpression): Bindings | undefined {
  for (const property of object.properties) {
    if (property.type !== 'Property') continue
    const key = staticKey(property)
    if (key !== undefined && VALUE_KEYS.includes(key)) return bindingsOf(within(site, property.value))
  }
  return undefined
}

/** Properties whose value is SQL. */
export const SQL_KEYS: ReadonlySet<string> = new Set([
  'text',
  'sql',
  'query',
  'statement',
  'queryString',
  'queryText',
])
