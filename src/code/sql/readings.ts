import { escaped } from '../../escaped.js'
import type { TSESTree } from '@typescript-eslint/utils'
import type { PgType, QualifiedName } from '../../catalog/model.js'
import { elementsOf, entriesOf } from '../reach/collections.js'
import { reach } from '../reach/reach.js'
import type { Entry } from '../reach/collections.js'
import { within } from '../reach/site.js'
import type { Site } from '../reach/site.js'
import type { Chunk } from '../text.js'
import { stringsAt } from '../values.js'
import { namesOf, quoteIdentifier } from './parts.js'
import type { Hole } from './parts.js'
import type { Bound } from './render.js'

/** What a reading may put in. */
interface Tools {
  /** A name that no table or column has. */
  readonly name: string
  /** A new parameter `$n` that stands for an expression. */
  parameter(bound: Bound | undefined): string
}

/** One way to read a hole. */
export interface Reading {
  readonly kind:
    'value' | 'list' | 'name' | 'nothing' | 'condition' | 'assignment' | 'rows' | 'columns' | 'cast value'
  write(tools: Tools): readonly Pick<Chunk, 'text'>[]
}

const text = (value: string): readonly Pick<Chunk, 'text'>[] => [{ text: value }]

function one(site: Site): Bound {
  return { sites: [site] }
}

const NOTHING: Reading = { kind: 'nothing', write: () => text(' ') }
const NAME: Reading = { kind: 'name', write: (t) => text(t.name) }
const CONDITION: Reading = { kind: 'condition', write: () => text(' AND true ') }
const WHERE: Reading = { kind: 'condition', write: () => text(' WHERE true ') }
/** `column = $n` of a column that takes any text, so that the rest of the statement can be read. */
function assignmentOf(column: string | undefined): Reading {
  return { kind: 'assignment', write: (t) => text(`${column ?? t.name} = ${t.parameter(undefined)}`) }
}

/** The words and signs after which SQL expects an operand. */
const OPERAND_EXPECTED =
  /(?:^|[=<>!~+\-*/%|&^,([{:]|\b(?:select|distinct|all|where|and|or|not|on|set|by|limit|offset|values|in|then|else|when|case|between|like|ilike|similar to|is|any|some|returning|having|as|interval|array|row|exists|using|check|default|to))\s*$/i

/** The words after which SQL expects the name of a table. */
const NAME_EXPECTED =
  /(?:\b(?:from|join|into|update|table|only|lateral|truncate|as|view|index|type|schema|constraint|column|function)|\.)\s*$/i

/** The ways the hole can be read, given the SQL before it and the text right behind it; likelier ones first. */
export function readingsAt(hole: Hole, before: string, following: string, whole: string): readonly Reading[] {
  const bound: Bound = { ...one(hole.site), isText: !hole.bound }
  const value: Reading = { kind: 'value', write: (t) => text(t.parameter(bound)) }
  const list: Reading = { kind: 'list', write: (t) => text(`(${t.parameter(bound)})`) }
  const column = neutralColumn(before, hole)
  const assignment = assignmentOf(column)
  const columnReading: Reading[] = column === undefined ? [] : [{ kind: 'name', write: () => text(column) }]
  const helper = hole.bound ? helperReadings(hole, before, assignment) : undefined
  if (helper !== undefined) return helper
  const schema = schemaReading(hole, following)
  if (schema !== undefined) return [schema, NAME]
  const near = before.slice(-NEAR)
  const qualified = qualifiedColumn(near, whole, hole)
  if (qualified !== undefined) return [qualified, NAME]
  if (NAME_EXPECTED.test(near) || /^\s*\./.test(following)) return [NAME, value, list, NOTHING]
  if (/\bset\s+$/i.test(near)) return [assignment, NAME, value]
  if (/\b(?:in|values)\s*$/i.test(near)) return [list, value, NAME]
  if (OPERAND_EXPECTED.test(near)) return [value, ...columnReading, NAME, NOTHING, list, assignment]
  return [NOTHING, CONDITION, WHERE, value, NAME, list]
}

/** As much of the text before a hole as tells how it is read: patterns that end there are tried at each place of it. */
const NEAR = 300

/** `${schema}.workspaces`: the schema that has such a table. */
function schemaReading(hole: Hole, following: string): Reading | undefined {
  const name = /^\s*\.\s*(?:"([^"]+)"|([\w$]+))/.exec(following)
  const { catalog } = hole.site.file.context.project
  if (name === null || catalog === undefined) return undefined
  const wanted = name[1] ?? name[2]!.toLowerCase()
  const schemas = [...catalog.relations()]
    .filter((r) => r.name === wanted && r.kind !== 'index')
    .map((r) => r.schema)
  if (new Set(schemas).size !== 1) return undefined
  return { kind: 'name', write: () => text(quoteIdentifier(schemas[0]!)) }
}

/** `w.${column}`: a column of what `w` is an alias of. */
function qualifiedColumn(before: string, whole: string, hole: Hole): Reading | undefined {
  const alias = /([A-Za-z_][\w$]*)"?\s*\.\s*"?$/.exec(before)?.[1]
  if (alias === undefined || before.endsWith('"')) return undefined
  const tables = [alias]
  for (const match of whole.matchAll(new RegExp(`([\\w$]+)"?(?:\\s+as)?\\s+"?${escaped(alias)}\\b`, 'gi')))
    tables.push(match[1]!)
  for (const table of tables) {
    const column = openColumn({ name: table.toLowerCase() }, '', hole)
    if (column !== undefined) return { kind: 'name', write: () => text(column) }
  }
  return undefined
}

/**
 * A column of the table that is updated or inserted into which takes any string and that the statement does not name
 * yet: it stands for columns that are not known.
 */
function neutralColumn(before: string, hole: Hole): string | undefined {
  const target = targetOf(before)
  return target && openColumn(target.table, before.slice(target.end), hole)
}

/** The table that is updated or inserted into, and the end of its name. */
function targetOf(before: string): { table: QualifiedName; end: number } | undefined {
  const target = [...before.matchAll(TARGET)].at(-1)
  if (target === undefined) return undefined
  const [name, schema] = target[1]!
    .match(/"[^"]+"|[\w$]+/g)!
    .map((part) => (part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase()))
    .reverse()
  const table = { name: name!, ...(schema === undefined ? {} : { schema }) }
  return { table, end: target.index + target[0].length }
}

const TARGET = /\b(?:update(?:\s+only)?|insert\s+into)\s+((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?)/gi

/** A column of a type of Postgres's own, text if there is one, that `used` does not name. */
function openColumn(table: QualifiedName, used: string, hole: Hole): string | undefined {
  const { catalog } = hole.site.file.context.project
  const typeOf = (oid: number): PgType | undefined => catalog?.typeByOid(oid)
  const free = catalog
    ?.findRelation(table)
    ?.columns.filter((c) => !c.generated && typeOf(c.type.oid)?.kind === 'base' && !names(used, c.name))
  const column = free?.find((c) => typeOf(c.type.oid)!.name === 'text') ?? free?.[0]
  return column && quoteIdentifier(column.name)
}

function names(text: string, word: string): boolean {
  return new RegExp(`\\b${escaped(word)}\\b`).test(text)
}

/** postgres.js: `${sql(object, 'a', 'b')}`, `${sql(rows)}`, `${sql(['a', 'b'])}`, `${sql('name')}`; slonik's sql.unnest. */
function helperReadings(hole: Hole, before: string, assignment: Reading): readonly Reading[] | undefined {
  const { node } = hole.site
  if (node.type !== 'CallExpression') return undefined
  if (namesOf(node.callee).at(-1) === 'unnest') return unnested(node, hole.site)
  if (node.callee.type !== 'Identifier') return undefined
  const [first, ...rest] = node.arguments
  if (first === undefined || !(isBoundTag(node.callee) || isOwnTag(node, node.callee))) return undefined
  const given = within(hole.site, first)
  if (/\bset\s+$/i.test(before)) {
    const entries = inDatabase(columnsOf(given, rest, hole.site), before, hole)
    return entries.length === 0 ? [assignment] : [assignments(entries)]
  }
  if (/\binto\s+[^\s(]+\s*$/i.test(before)) {
    const rows = rowsOf(given, rest, hole.site)
    return rows === undefined ? undefined : [inserted(rows.map((row) => inDatabase(row, before, hole)))]
  }
  if (/\bvalues\s*$/i.test(before)) {
    const rows = listedRows(given)
    if (rows !== undefined) return [rows]
  }
  if (/\b(?:in|values)\s*$/i.test(before)) {
    return [
      {
        kind: 'list',
        write: (t) => {
          const { elements, complete } = elementsOf(given)
          const known = complete && elements.length > 0
          return text(`(${(known ? elements : [given]).map((e) => t.parameter(one(e))).join(', ')})`)
        },
      },
    ]
  }
  const names = stringsAt(given)
  if (names.complete && names.values.length === 1) {
    return [
      { kind: 'name', write: () => text(names.values[0]!.value.split('.').map(quoteIdentifier).join('.')) },
    ]
  }
  return undefined
}

/** postgres.js with `transform: postgres.camel`: `orgId` is `org_id` where the table has that column and no `"orgId"`. */
function inDatabase(entries: readonly Entry[], before: string, hole: Hole): readonly Entry[] {
  const target = targetOf(before)
  const columns = target && hole.site.file.context.project.catalog?.findRelation(target.table)?.columns
  const has = (name: string): boolean => columns?.some((column) => column.name === name) ?? false
  return entries.map((entry) => {
    const snake = entry.key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return !has(entry.key) && has(snake) ? { ...entry, key: snake } : entry
  })
}

/** postgres.js: `VALUES ${sql([[1, 'a'], [2, 'b']])}` becomes `VALUES ($1, $2), ($3, $4)`. */
function listedRows(given: Site): Reading | undefined {
  const rows = elementsOf(given).elements.map((row) => {
    const isRow = reach(row).sites.every(({ node }) => node.type === 'ArrayExpression')
    return isRow ? elementsOf(row) : undefined
  })
  if (rows.length === 0 || !rows.every((row) => row !== undefined)) return undefined
  return {
    kind: 'rows',
    write: (t) => {
      const lists = rows.map(({ elements, certain }) =>
        elements.map((e, i) => t.parameter(i < certain ? one(e) : undefined)).join(', '),
      )
      return text(lists.map((list) => `(${list})`).join(', '))
    },
  }
}

/** slonik: `sql.unnest(rows, ['int8', 'status'])` becomes `unnest($1::int8[], $2::status[])`. */
function unnested(node: TSESTree.CallExpression, site: Site): readonly Reading[] | undefined {
  const [rows, types] = node.arguments
  if (rows === undefined || types === undefined) return undefined
  const names = elementsOf(within(site, types)).elements.map((e) => stringsAt(e).values[0]?.value)
  if (names.length === 0 || names.includes(undefined)) return undefined
  const given = elementsOf(within(site, rows)).elements.map((row) => elementsOf(row))
  const column = (i: number): Bound => ({
    sites: given.flatMap((row) => (i < row.certain ? [row.elements[i]!] : [])),
    elements: true,
  })
  return [
    {
      kind: 'rows',
      write: (t) => text(`unnest(${names.map((n, i) => `${t.parameter(column(i))}::${n}[]`).join(', ')})`),
    },
  ]
}

/** `${client({ ... })}` in a template tagged `client`. */
function isOwnTag(call: TSESTree.CallExpression, callee: TSESTree.Identifier): boolean {
  const template = call.parent.type === 'TemplateLiteral' ? call.parent.parent : undefined
  return (
    template?.type === 'TaggedTemplateExpression' &&
    template.tag.type === 'Identifier' &&
    template.tag.name === callee.name
  )
}

function isBoundTag(callee: TSESTree.Identifier): boolean {
  return /^(sql|tx|pg|db|trx|t|postgres)$/i.test(callee.name)
}

/** The columns and values of `sql(object, ...keys)`. */
function columnsOf(object: Site, keys: readonly TSESTree.Node[], site: Site): readonly Entry[] {
  const { entries } = entriesOf(object)
  const wanted = wantedKeys(keys, site)
  if (wanted === undefined) return lastOfEach(entries)
  return lastOfEach(entries).filter((e) => wanted.includes(e.key))
}

function wantedKeys(keys: readonly TSESTree.Node[], site: Site): string[] | undefined {
  if (keys.length === 0) return undefined
  return keys.flatMap((k) => {
    const list = within(site, k)
    const sites = k.type === 'Literal' ? [list] : elementsOf(list).elements
    return sites.flatMap((s) => stringsAt(s).values.map((v) => v.value))
  })
}

function lastOfEach(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((e) => [e.key, e])).values()]
}

function assignments(entries: readonly Entry[]): Reading {
  return {
    kind: 'assignment',
    write: (t) =>
      text(entries.map((e) => `${quoteIdentifier(e.key)} = ${t.parameter(one(e.value))}`).join(', ')),
  }
}

/** The rows of `sql(object)` or `sql([object, ...])`. */
function rowsOf(given: Site, keys: readonly TSESTree.Node[], site: Site): (readonly Entry[])[] | undefined {
  const objects: Site[] = []
  for (const one of reach(given).sites) {
    const { elements } = one.node.type === 'ObjectExpression' ? { elements: [] } : elementsOf(one)
    objects.push(...(elements.length > 0 ? elements : [one]))
  }
  const rows = objects.map((o) => columnsOf(o, keys, site)).filter((r) => r.length > 0)
  return rows.length === 0 ? undefined : rows
}

function inserted(rows: readonly (readonly Entry[])[]): Reading {
  const columns = [...new Set(rows.flatMap((r) => r.map((e) => e.key)))]
  return {
    kind: 'rows',
    write: (t) => {
      const values = rows.map((row) => {
        const byKey = new Map(row.map((e) => [e.key, e.value]))
        return `(${columns.map((c) => (byKey.has(c) ? t.parameter(one(byKey.get(c)!)) : 'DEFAULT')).join(', ')})`
      })
      return text(`(${columns.map(quoteIdentifier).join(', ')}) VALUES ${values.join(', ')}`)
    },
  }
}
