import type { TSESTree } from '@typescript-eslint/utils'
import { newTrail, step } from '../reach/trail.js'
import { reach } from '../reach/reach.js'
import type { Trail } from '../reach/trail.js'
import { elementsOf } from '../reach/collections.js'
import { isFunction } from '../reach/binding.js'
import { returned } from '../reach/reach.js'
import { staticKey, within } from '../reach/site.js'
import type { Node, Site } from '../reach/site.js'
import { literalSource, templateSources } from '../text.js'
import type { TextSource } from '../text.js'
import { isStringRaw } from '../values.js'
import { grownText, pushedElements, startOf } from './grown.js'
import { columnName, tableName } from './tables.js'
import { zapatosParts } from './zapatos.js'

/** A piece of SQL as it is written in TypeScript, before it is decided how what stands between the text is read. */
export type Part =
  | { readonly type: 'text'; readonly source: TextSource }
  /** SQL that a helper makes: an identifier, a separator. A column's name says which table (as in FROM) it is of. */
  | { readonly type: 'made'; readonly text: string; readonly at: Node; readonly table?: string }
  | Hole

export interface Hole {
  readonly type: 'hole'
  readonly site: Site
  /** True where the tag binds a value as a parameter; false where it is put into the text. */
  readonly bound: boolean
  /** The SQL that the hole may be, where that was found. */
  readonly fragments: readonly (readonly Part[])[]
  /** True where the hole is one of the fragments and nothing else. */
  readonly closed: boolean
  /** How much there is in the fragments, text and parts: fragments within fragments may multiply. */
  readonly size: number
  /** True where the fragments behind the first are tried only when the text can't be read with the first. */
  readonly fallback?: boolean
  /** Set where the hole stands for a list of values: `sql(ids)`, `sql.join(...)`. */
  readonly list?: boolean
}

/** How template tags treat what they are given. */
export type TagKind = 'sql' | 'raw' | 'other'

const TAG_NAMES = new Set([
  'sql',
  'SQL',
  '$queryRaw',
  '$executeRaw',
  'pgsql',
  'psql',
  'postgres',
  'pg',
  'sqlstring',
])
/** Members of a tag that are tags themselves, or that make one: `sql.fragment`, `sql.type(row)`, `sql.typeAlias('void')`. */
const TAG_MEMBERS = new Set([
  'sql',
  'fragment',
  'unsafe',
  'type',
  'typeAlias',
  'query',
  'void',
  'raw',
  'inline',
  'comment',
])

const NOT_SQL_TAGS =
  /^(gql|graphql|html|css|styled|keyframes|createGlobalStyle|svg|md|markdown|cypher|chalk|t|i18n)$/

/** The name at the root and the last name of a tag or callee: `db.$queryRaw<T>` is `db`, `$queryRaw`. */
export function namesOf(node: Node): string[] {
  switch (node.type) {
    case 'Identifier':
      return [node.name]
    case 'MemberExpression':
      return [...namesOf(node.object), staticKey(node) ?? '']
    case 'CallExpression':
      return namesOf(node.callee)
    case 'ThisExpression':
      return ['this']
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'ChainExpression':
    case 'TSInstantiationExpression':
    case 'AwaitExpression':
      return namesOf(node.type === 'AwaitExpression' ? node.argument : node.expression)
    default:
      return []
  }
}

/** What is known of a template's tag. `sqlTags` are names from the settings, dotted as in the code. */
export function tagKind(tag: Node, sqlTags: readonly string[]): TagKind {
  if (isStringRaw(tag)) return 'raw'
  const names = namesOf(tag)
  const last = names.at(-1)
  if (last === undefined) return 'other'
  if (sqlTags.includes(names.join('.')) || sqlTags.includes(last)) return 'sql'
  if (TAG_NAMES.has(last)) return 'sql'
  if (names.length > 1 && TAG_MEMBERS.has(last) && TAG_NAMES.has(names.at(-2)!)) return 'sql'
  return 'other'
}

export function isForeignTag(tag: Node): boolean {
  return namesOf(tag).some((n) => NOT_SQL_TAGS.test(n))
}

const MAX_PARTS = 400
/** Text counts one for as many units as this. */
const UNITS = 200
const MAX_SIZE = 4000

function sizeOf(parts: readonly Part[]): number {
  let size = parts.length
  for (const part of parts) {
    if (part.type === 'hole') size += part.size
    else if (part.type === 'text') size += part.source.decoded.text.length / UNITS
  }
  return size
}

/** A hole; one whose fragments are too much to be put together has none. */
function holeOf(hole: Omit<Hole, 'type' | 'size'>): Hole {
  const size = hole.fragments.reduce((sum, parts) => sum + sizeOf(parts), 0)
  if (size > MAX_SIZE) return { ...hole, type: 'hole', fragments: [], closed: false, size: 0 }
  return { ...hole, type: 'hole', size }
}

/** Undefined for more than is written by hand. */
function limited(parts: Part[]): Part[] | undefined {
  return parts.length > MAX_PARTS || sizeOf(parts) > MAX_SIZE ? undefined : parts
}

/**
 * The parts of the SQL that an expression makes, or undefined where it makes no text: string literals, templates, concatenation,
 * joined arrays, tagged templates and the helpers of the SQL tags. Names are not followed: see {@link fragmentsOf}.
 */
export function partsOf(site: Site, trail: Trail = newTrail()): Part[] | undefined {
  if (trail.budget.left-- <= 0) return undefined
  const { node } = site
  const inner = (child: Node): Part[] | undefined => partsOf(within(site, child), trail)
  switch (node.type) {
    case 'Literal': {
      const source = literalSource(site)
      return source && [{ type: 'text', source }]
    }
    case 'TemplateLiteral':
      return templateParts(site, node, site, false, false, trail)
    case 'TaggedTemplateExpression': {
      if (isForeignTag(node.tag)) return undefined
      const kind = tagKind(node.tag, site.file.context.project.settings.sqlTags)
      return templateParts(within(site, node.quasi), node.quasi, site, kind === 'raw', kind !== 'raw', trail)
    }
    case 'BinaryExpression': {
      if (node.operator !== '+' || isNumber(node.left) || isNumber(node.right)) return undefined
      const left = operandParts(within(site, node.left as Node), trail)
      const right = operandParts(within(site, node.right), trail)
      return limited([...left, ...right])
    }
    case 'CallExpression':
      return callParts(site, node, trail)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ChainExpression':
      return inner(node.expression)
    case 'Identifier':
      return grownParts(site, trail)
    default:
      return undefined
  }
}

function isNumber(node: Node): boolean {
  return node.type === 'Literal' && typeof node.value === 'number'
}

/** A variable that text is appended to: each piece is there, or is not. */
function grownParts(site: Site, trail: Trail): Part[] | undefined {
  const grown = grownText(site)
  const next = grown && step(trail)
  if (grown === undefined || next === undefined) return undefined
  const parts: Part[] = grown.start === undefined ? [] : [...operandParts(grown.start, next)]
  for (const piece of grown.appended) {
    const own = operandParts(piece, next)
    parts.push(holeOf({ site: piece, bound: false, fragments: [own, []], closed: true }))
  }
  return limited(parts)
}

function templateParts(
  site: Site,
  template: TSESTree.TemplateLiteral,
  outer: Site,
  raw: boolean,
  bound: boolean,
  trail: Trail,
): Part[] | undefined {
  const sources = templateSources(site, raw)
  if (sources === undefined) return undefined
  const parts: Part[] = []
  sources.forEach((source, i) => {
    parts.push({ type: 'text', source })
    const expression = template.expressions[i]
    if (expression !== undefined) parts.push(...holeParts(within(outer, expression), bound, trail))
  })
  return limited(parts)
}

function operandParts(site: Site, trail: Trail): readonly Part[] {
  return partsOf(site, trail) ?? holeParts(site, false, trail)
}

/** What stands between pieces of text: SQL of its own where it can be found, a name of a table or column, else a hole. */
function holeParts(site: Site, bound: boolean, trail: Trail): readonly Part[] {
  const own = bound ? zapatosParts(site) : undefined
  if (own !== undefined) return own
  const name = namedPart(site)
  if (name !== undefined) return [name]
  const { fragments, closed, list } = fragmentsOf(site, bound, trail)
  // Text put into text stays a hole: inside quotes it is a value.
  if (bound && fragments.length === 1 && closed) return fragments[0]!
  return [holeOf({ site, bound, fragments, closed, ...(list ? { list } : {}) })]
}

/** The name of a table or column, where the expression is an object that stands for one. */
function namedPart(site: Site): Part | undefined {
  const column = columnName(site)
  if (column !== undefined) return { type: 'made', at: site.at, ...column }
  const table = tableName(site)
  return table === undefined ? undefined : { type: 'made', text: table, at: site.at }
}

/** A number that is put into text. */
function numberPart({ node, at }: Site): Part | undefined {
  if (node.type !== 'Literal' || typeof node.value !== 'number') return undefined
  return { type: 'made', text: String(node.value), at }
}

interface Fragments {
  readonly fragments: readonly (readonly Part[])[]
  readonly closed: boolean
  readonly list: boolean
}

/** The SQL an expression may be, names followed. A string given to a tag is a value, not SQL. */
export function fragmentsOf(site: Site, bound: boolean, trail: Trail = newTrail()): Fragments {
  // Text may be put together from itself.
  const next = step(trail)
  if (next === undefined) return { fragments: [], closed: false, list: false }
  const own = made(site, bound) ? partsOf(site, next) : undefined
  if (own !== undefined) return { fragments: [own], closed: true, list: false }
  const reached = reach(site, next)
  const fragments: (readonly Part[])[] = []
  let closed = reached.complete
  let list = false
  const start = startOf(site)
  for (const found of start === undefined ? reached.sites : [start, ...reached.sites]) {
    const terminal = inPlace(found)
    if (terminal.node.type === 'ArrayExpression') list = true
    if (bound && !isFragment(terminal.node)) {
      if (!isNothing(terminal.node)) closed = false
      continue
    }
    const name = bound ? namedPart(terminal) : (namedPart(terminal) ?? numberPart(terminal))
    const parts = name === undefined ? partsOf(terminal, next) : [name]
    if (parts !== undefined) fragments.push(parts)
    else if (!isNothing(terminal.node)) closed = false
  }
  // An expression that may be null or undefined adds nothing to the SQL.
  if (bound && fragments.length > 0 && mayBeNothing(site.node)) fragments.push([])
  return { fragments, closed: closed && fragments.length > 0, list }
}

/** SQL of the linted file stands where it is written, and what it is given with it, also where a name leads to it. */
function inPlace(site: Site): Site {
  if (!site.file.linted || site.node.type !== 'TaggedTemplateExpression') return site
  const { declared: _, ...rest } = site
  return { ...rest, at: site.node }
}

function made(site: Site, bound: boolean): boolean {
  return bound ? isFragment(site.node) : true
}

/** True for what a tag takes for SQL, not for a value. */
function isFragment(node: Node): boolean {
  if (node.type === 'TaggedTemplateExpression') return true
  return node.type === 'CallExpression' && helperOf(node) !== undefined
}

function isNothing(node: Node): boolean {
  return (
    (node.type === 'Literal' && typeof node.value !== 'string') ||
    (node.type === 'Identifier' && node.name === 'undefined')
  )
}

function mayBeNothing(node: Node): boolean {
  if (node.type === 'LogicalExpression') return node.operator === '&&'
  return node.type === 'ConditionalExpression' && (isNothing(node.consequent) || isNothing(node.alternate))
}

type Helper = 'join' | 'raw' | 'identifier' | 'value' | 'unknown value' | 'passing' | 'array join'

const IDENTIFIER_HELPERS = new Set(['identifier', 'ident', 'id', 'ref', 'table', 'column', 'name'])
const VALUE_HELPERS = new Set([
  'val',
  'value',
  'lit',
  'literal',
  'literalValue',
  'param',
  'bind',
  'json',
  'jsonb',
  'array',
  'date',
  'timestamp',
  'uuid',
  'binary',
  'typed',
])
/** Functions and methods of clients that quote a value, or a name, for text: `client.escapeLiteral`, pg-format's `literal`. */
const QUOTE_VALUE = /^(?:escapeLiteral|quoteLiteral|escape)$/
const QUOTE_NAME = /^(?:escapeIdentifier|quoteIdent(?:ifier)?|escapeId)$/

/** Methods that give back the SQL they are called on. */
const PASSING = new Set([
  'as',
  'mapWith',
  'inlineParams',
  'getSQL',
  'trim',
  '$castTo',
  '$notNull',
  'trimEnd',
  'trimStart',
  'simple',
  'values',
  'execute',
  'compile',
  'toOperationNode',
  'append',
])

/** What a call on an SQL tag does with its arguments. */
function helperOf(node: TSESTree.CallExpression): Helper | undefined {
  const { callee } = node
  const names = namesOf(callee)
  const last = names.at(-1)
  if (last === undefined) return undefined
  if (QUOTE_VALUE.test(last)) return 'value'
  if (QUOTE_NAME.test(last)) return 'identifier'
  // sql-template-tag: `import sql, { join, raw } from 'sql-template-tag'`
  if (callee.type === 'Identifier' && last === 'raw' && node.arguments.length === 1) return 'raw'
  if (callee.type === 'Identifier' && last === 'join' && isJoin(node.arguments)) return 'join'
  // pg-template-tag: `import { SQL, identifier } from 'pg-template-tag'`
  if (callee.type === 'Identifier' && last === 'identifier' && node.arguments.length === 1)
    return 'identifier'
  // kysely: `eb.ref('status')`, `({ ref }) => ...`
  if (last === 'ref' && node.arguments.length === 1) return 'identifier'
  if (callee.type === 'MemberExpression') {
    if (PASSING.has(last) && isFragment(unwrapped(callee.object))) return 'passing'
    const owner = names.at(-2)
    const ofTag = owner !== undefined && (TAG_NAMES.has(owner) || owner === 'Prisma')
    if (ofTag) {
      if (last === 'join') return 'join'
      if (last === 'raw' || last === 'unsafe') return 'raw'
      if (IDENTIFIER_HELPERS.has(last)) return 'identifier'
      if (VALUE_HELPERS.has(last)) return 'value'
      if (last === 'placeholder') return 'unknown value'
    }
    if (last === 'join' && owner !== 'path') return 'array join'
  }
  return undefined
}

/** Whether arguments are a list, or the name of one, and a separator: a path's `join` has other ones. */
function isJoin([list, separator]: readonly Node[]): boolean {
  if (list?.type === 'CallExpression') return namesOf(list.callee).at(-1) === 'map'
  if (list?.type !== 'Identifier') return list?.type === 'ArrayExpression'
  return separator === undefined || (separator.type === 'Literal' && /[\s,]/.test(String(separator.value)))
}

function unwrapped(node: Node): Node {
  return node.type === 'TSNonNullExpression' || node.type === 'TSAsExpression'
    ? unwrapped(node.expression)
    : node
}

function callParts(site: Site, node: TSESTree.CallExpression, trail: Trail): Part[] | undefined {
  const first = node.arguments[0]
  const callee = node.callee
  switch (helperOf(node)) {
    case 'passing': {
      const own = partsOf(within(site, (callee as TSESTree.MemberExpression).object), trail)
      const appended = staticKey(callee as TSESTree.MemberExpression) === 'append' && first !== undefined
      if (own === undefined || !appended) return own
      // sql-template-strings: a string that is appended is SQL.
      const piece = within(site, first)
      return [...own, ...(isText(first) ? operandParts(piece, trail) : holeParts(piece, true, trail))]
    }
    case 'raw':
      return first === undefined ? undefined : [...operandParts(within(site, first), trail)]
    case 'value':
      return first === undefined ? undefined : [openHole(within(site, first), true)]
    case 'unknown value':
      return [openHole(site, true)]
    case 'identifier':
      return identifierParts(site, node, trail)
    case 'join':
      return first === undefined ? undefined : joinParts(within(site, first), node.arguments[1], true, trail)
    case 'array join':
      return callee.type === 'MemberExpression'
        ? joinParts(within(site, callee.object), first, false, trail)
        : undefined
    default: {
      // `strip(`...`)` and the like: a helper of one template that gives it back.
      const name = namesOf(callee).at(-1) ?? ''
      if (first?.type === 'TemplateLiteral' && /^(dedent|outdent|stripIndent|oneLine|trim)/.test(name)) {
        return partsOf(within(site, first), trail)
      }
      return undefined
    }
  }
}

/** A value that the tag binds. */
export const valueHole = (site: Site): Hole => openHole(site, true)

function openHole(site: Site, bound: boolean): Hole {
  return holeOf({ site, bound, fragments: [], closed: false })
}

/** `sql.identifier(['s', 't'])`, `sql.ref('t.c')`, `sql.id('s', 't')`. */
function identifierParts(site: Site, node: TSESTree.CallExpression, trail: Trail): Part[] | undefined {
  const dotted = namesOf(node.callee).at(-1) === 'ref' || namesOf(node.callee).at(-1) === 'table'
  const names: string[] = []
  for (const argument of node.arguments) {
    const sites =
      argument.type === 'ArrayExpression'
        ? elementsOf(within(site, argument), trail).elements
        : [within(site, argument)]
    for (const one of sites) {
      const [only, ...others] = reach(one, trail).sites
      if (only?.node.type !== 'Literal' || typeof only.node.value !== 'string' || others.length > 0) {
        return [openHole(site, false)]
      }
      names.push(...(dotted ? only.node.value.split('.') : [only.node.value]))
    }
  }
  if (names.length === 0) return undefined
  return [{ type: 'made', text: names.map(quoteIdentifier).join('.'), at: site.at }]
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** What a list holds: what it is made with, and what is pushed onto it. */
interface Listed {
  readonly elements: readonly Site[]
  readonly pushed: readonly Site[]
}

/** Undefined where not all that it is made with is known, and nothing is pushed. */
function listed(list: Site, trail: Trail): Listed | undefined {
  const { elements, complete } = elementsOf(list, trail)
  const all = pushedElements(list)
  if (all.length === 0 && (elements.length === 0 || !complete)) return undefined
  return { elements, pushed: all.filter((one) => !elements.some(({ node }) => node === one.node)) }
}

/** The elements of a list, each as the parts that are made of it, with a separator between them. */
function joinedParts(
  site: Site,
  { elements, pushed }: Listed,
  pieces: (element: Site) => readonly Part[],
  between: readonly Part[],
): Part[] | undefined {
  const each = [...elements, ...pushed].map(pieces)
  const joined = each.flatMap((parts, i) => (i === 0 ? parts : [...between, ...parts]))
  if (limited(joined) === undefined || pushed.length === 0) return limited(joined)
  // What is pushed under conditions may be there or not: all of it, and each alone.
  return [holeOf({ site, bound: false, fragments: [joined, ...each], closed: true, fallback: true })]
}

/**
 * The elements of an array with a separator between them; a mapped array, of whose elements nothing is known, is read as one element of its
 * callback.
 */
function joinParts(
  array: Site,
  separator: Node | undefined,
  bound: boolean,
  trail: Trail,
): Part[] | undefined {
  const next = step(trail)
  if (next === undefined) return undefined
  const between = separatorOf(separator, bound, array, next)
  if (between === undefined) return undefined
  const pieces = (element: Site): readonly Part[] =>
    bound || !isText(element.node) ? holeParts(element, bound, next) : operandParts(element, next)
  const own = listed(array, next)
  if (own !== undefined) return joinedParts(array, own, pieces, between)
  for (const terminal of reach(array, next).sites) {
    const mapped = mappedElement(terminal)
    if (mapped === undefined) continue
    const { list, value, parameter } = mapped
    if (!bound && isQuestionMark(value.node)) return [{ ...openHole(list, true), list: true }]
    const made = bound ? holeParts(value, bound, next) : operandParts(value, next)
    const isParameter = (part: Part): boolean =>
      part.type === 'hole' && part.site.node.type === 'Identifier' && part.site.node.name === parameter
    const given = made.some(isParameter) ? listed(list, next) : undefined
    if (given === undefined) return [...made]
    const piece = (element: Site): readonly Part[] =>
      made.flatMap((part) => (isParameter(part) ? pieces(element) : [part]))
    return joinedParts(array, given, piece, between)
  }
  // Something joined, of which nothing is known.
  return bound ? [{ ...openHole(array, bound), list: true }] : undefined
}

function isQuestionMark(node: Node): boolean {
  return node.type === 'Literal' && node.value === '?'
}

function isText(node: Node): boolean {
  return node.type === 'Literal' || node.type === 'TemplateLiteral' || node.type === 'BinaryExpression'
}

function separatorOf(
  node: Node | undefined,
  bound: boolean,
  site: Site,
  trail: Trail,
): readonly Part[] | undefined {
  if (node === undefined) return [{ type: 'made', text: ', ', at: site.at }]
  if (!bound && node.type === 'Literal' && typeof node.value === 'string') {
    return [{ type: 'made', text: node.value, at: site.at }]
  }
  const { fragments } = fragmentsOf(within(site, node), false, trail)
  return fragments[0]
}

/** What the callback of `list.map((element) => ...)` returns, and what it calls the element. */
function mappedElement(
  site: Site,
): { readonly list: Site; readonly value: Site; readonly parameter: string | undefined } | undefined {
  const { node } = site
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  if (staticKey(node.callee) !== 'map') return undefined
  const [callback] = node.arguments
  if (!isFunction(callback)) return undefined
  const [value, ...others] = returned(callback)
  if (value === undefined || others.length > 0) return undefined
  const [element] = callback.params
  const parameter = element?.type === 'Identifier' ? element.name : undefined
  return { list: within(site, node.callee.object), value: within(site, value), parameter }
}
