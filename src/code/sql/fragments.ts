import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { siteOf, staticKey } from '../reach/site.js'
import type { Node } from '../reach/site.js'
import { callBindings, setParameters } from './bindings.js'
import { namesOf, partsOf, quoteIdentifier, tagKind } from './parts.js'
import type { Part } from './parts.js'
import { MARK, render } from './render.js'
import { chainSources, qualifiers } from './sources.js'
import type { Unit } from './unit.js'

/** Methods whose argument is a condition. */
const CONDITION = /^(?:or|and)?(?:where|having)(?:not)?(?:raw)?$/i
/** Methods whose argument is what stands behind ORDER BY or GROUP BY. */
const ORDER = /^(?:add|then)?(?:order|group)By(?:Raw)?$/
const JOIN = /^(?:join|from)Raw$/
const EXPRESSION = /^(?:(?:select|add|column|columns|returning|addSelect)(?:Raw)?|raw|literal)$/
/** TypeORM: the condition is the third argument. */
const JOIN_ON = /^(?:inner|left)Join(?:AndSelect|AndMapOne|AndMapMany)?$/

type Place = 'condition' | 'order' | 'clause' | 'expression'

/**
 * Pieces of SQL that are no whole statement, where the call they are given to proves what they are: `whereRaw`, `orderByRaw`,
 * TypeORM's `.where("w.status = 'x'")`. What they are about is told by the tables of the method chain, or by a table's name in
 * front of a column.
 */
export function fragmentUnits(node: TSESTree.CallExpression, context: CodeContext): Unit[] {
  const { callee } = node
  // Sequelize: `import { literal } from 'sequelize'`
  const isLiteral = callee.type === 'Identifier' && callee.name === 'literal'
  if (callee.type !== 'MemberExpression' && !isLiteral) return []
  const name = callee.type === 'MemberExpression' ? (staticKey(callee) ?? '') : 'literal'
  const place = placeOf(name)
  if (place === undefined) return []
  const index = JOIN_ON.test(name) ? 2 : 0
  const argument = node.arguments[index]
  if (argument === undefined) return []
  const site = siteOf(argument, context)
  const call = rawCall(argument)
  const text = call === undefined ? site : siteOf(call.arguments[0]!, context)
  if (text.node.type === 'Identifier' || text.node.type === 'MemberExpression') return []
  // A column's name alone is no piece of SQL.
  if (text.node.type === 'Literal' && !/[\s=<>!('?]/.test(String(text.node.value))) return []
  const parts = partsOf(text)
  if (parts === undefined) return []
  const frames = framesFor(parts, place, node, context)
  if (frames.length === 0) return []
  const outer = call ?? node
  const bindings =
    callBindings(siteOf(outer, context), outer, call === undefined ? index : 0) ?? setParameters(site, node)
  return [
    {
      site: text,
      parts,
      link: `SQL given to ${name}`,
      frames,
      ...(bindings === undefined ? {} : { bindings }),
    },
  ]
}

/** A tagged template that is no whole statement: `sql` in the methods of a query builder, drizzle's `${workspaces.status} = 'x'`. */
export function taggedFragment(
  node: TSESTree.TaggedTemplateExpression,
  parts: readonly Part[],
  context: CodeContext,
): Unit | undefined {
  if (tagKind(node.tag, context.project.settings.sqlTags) !== 'sql') return undefined
  const frames = framesFor(parts, 'expression', node, context)
  if (frames.length === 0) return undefined
  return {
    site: siteOf(node, context),
    parts,
    link: `SQL in a template tagged ${namesOf(node.tag).join('.')}`,
    frames,
  }
}

/** By method: a file calls the same few again and again. */
const places = new Map<string, Place | undefined>()
const MAX_PLACES = 1000

function placeOf(method: string): Place | undefined {
  if (places.has(method)) return places.get(method)
  if (places.size >= MAX_PLACES) places.clear()
  const place = placeOfMethod(method)
  places.set(method, place)
  return place
}

function placeOfMethod(method: string): Place | undefined {
  if (CONDITION.test(method) || JOIN_ON.test(method)) return 'condition'
  if (ORDER.test(method)) return 'order'
  if (JOIN.test(method)) return 'clause'
  return EXPRESSION.test(method) ? 'expression' : undefined
}

/** `knex.raw('...', [...])` as an argument. */
function rawCall(node: Node): TSESTree.CallExpression | undefined {
  if (node.type !== 'CallExpression' || node.arguments.length === 0) return undefined
  return namesOf(node.callee).at(-1) === 'raw' ? node : undefined
}

/** The statements that the piece may be a piece of. */
function framesFor(
  parts: readonly Part[],
  place: Place,
  node: Node,
  context: CodeContext,
): (readonly [before: string, after: string])[] {
  const { text } = render(parts, { fragments: new Map(), readings: new Map() }).text
  const columns = columnTables(parts)
  const { nearest, all } = chainSources(node, context)
  const frames = new Map<string, readonly [string, string]>()
  const assigned = assignedColumn(node, nearest, context)
  if (assigned !== undefined) frames.set(assigned[0], assigned)
  for (const chain of [nearest, all]) {
    const tables = [...new Set([...columns, ...chain])]
    const named = qualifiers(text, context.project.catalog!).filter((q) => !isAmong(q, tables))
    const sources = [...tables, ...named]
    if (/\(\s*select\b/i.test(text)) sources.push(...outerAliases(text, sources))
    if (sources.length === 0) continue
    // ON CONFLICT DO UPDATE: the row that was not inserted.
    if (/\bexcluded\s*\./i.test(text)) sources.push(`${sources[0]!.replace(/ AS .*$/, '')} AS excluded`)
    const from = `FROM ${sources.join(', ')}`
    const frame = frameOf(text, place, from)
    frames.set(frame[0], frame)
    // One with a name of its own: `count(*) AS n`.
    if (frame[1].startsWith(')') && /\bas\s/i.test(text)) frames.set('SELECT ', ['SELECT ', ` ${from}`])
  }
  return [...frames.values()]
}

function frameOf(text: string, place: Place, from: string): readonly [before: string, after: string] {
  if (/^\s*(?:and|or)\b/i.test(text)) return [`SELECT ${from} WHERE true `, '']
  if (
    /^\s*(?:where|order\s+by|group\s+by|having|limit|left|right|inner|join|cross|full|natural)\b/i.test(text)
  ) {
    return [`SELECT ${from} `, '']
  }
  switch (place) {
    case 'condition':
      return [`SELECT ${from} WHERE (`, ')']
    case 'order':
      return [`SELECT ${from} ORDER BY `, '']
    case 'clause':
      return [`SELECT ${from} `, '']
    case 'expression':
      return [`SELECT (`, `) ${from}`]
  }
}

/** `.update(table).set({ column: sql`...` })`: the assignment that the piece is the value of. */
function assignedColumn(
  node: Node,
  sources: readonly string[],
  context: CodeContext,
): readonly [before: string, after: string] | undefined {
  const [source, ...others] = sources
  const property = node.parent
  if (source === undefined || others.length > 0 || property?.type !== 'Property' || property.value !== node)
    return undefined
  const call = property.parent.parent
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  const key = staticKey(property)
  if (key === undefined || !/^(?:set|update)$/.test(staticKey(call.callee) ?? '')) return undefined
  const [name, schema] = [...source.replace(/ AS .*$/, '').matchAll(/"((?:[^"]|"")+)"/g)]
    .map((m) => m[1]!)
    .reverse()
  const relation = context.project.catalog?.findRelation({
    name: name!,
    ...(schema === undefined ? {} : { schema }),
  })
  // drizzle and others write `registration_status` as `registrationStatus`.
  const snake = key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  const column =
    relation?.columns.find((c) => c.name === key) ?? relation?.columns.find((c) => c.name === snake)
  return column && [`UPDATE ${source} SET ${quoteIdentifier(column.name)} = (`, ')']
}

/** The tables of the column objects in the piece. */
function columnTables(parts: readonly Part[]): string[] {
  return parts.flatMap((p) => {
    if (p.type === 'made') return p.table === undefined ? [] : [p.table]
    return p.type === 'hole' ? p.fragments.flatMap(columnTables) : []
  })
}

/** What a subquery calls the rows around it: aliases of tables that are not known. Those that it makes itself hide them. */
function outerAliases(text: string, sources: readonly string[]): string[] {
  const names = [...text.matchAll(/(?<![\w$".])([A-Za-z_][\w$]*)\s*\.\s*["A-Za-z_]/g)].map(
    (match) => match[1]!,
  )
  return [...new Set(names.map((name) => quoteIdentifier(name.toLowerCase())))]
    .filter((name) => !isAmong(name, sources))
    .map((name, i) => `${MARK}t${i}_ AS ${name}`)
}

/** True where a table is among the sources already, by its name or as an alias. */
function isAmong(name: string, sources: readonly string[]): boolean {
  return sources.some(
    (s) => s === name || s.endsWith(` AS ${name}`) || s.endsWith(` ${name}`) || s.endsWith(`.${name}`),
  )
}
