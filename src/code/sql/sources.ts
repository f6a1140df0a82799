import type { TSESTree } from '@typescript-eslint/utils'
import type { Catalog } from '../../catalog/model.js'
import { isFunction } from '../reach/binding.js'
import { entriesOf } from '../reach/collections.js'
import { reach } from '../reach/reach.js'
import { siteOf, staticKey, within } from '../reach/site.js'
import type { Node, Site } from '../reach/site.js'
import type { CodeContext } from '../context.js'
import { stringsAt } from '../values.js'
import { chainOf } from './bindings.js'
import { quoteIdentifier } from './parts.js'
import { tableName } from './tables.js'

/** Methods of query builders whose first argument is a table. */
const TAKES_TABLE =
  /^(?:from|into|table|using|selectFrom|updateTable|deleteFrom|insertInto|mergeInto|fromRaw|update|delete|insert|(?:inner|left|right|full|outer|cross|leftOuter|rightOuter|fullOuter)?Join|join|createQueryBuilder|leftJoinAndSelect|innerJoinAndSelect)$/

/** What a piece of SQL may be about, as text for a FROM clause: each table with the alias it goes by. Only tables that can be told. */
export interface Sources {
  /** Those of the innermost method chain that has any. */
  readonly nearest: readonly string[]
  /** Those of the chains around it too, which a subquery may refer to. */
  readonly all: readonly string[]
}

/** The tables of the method chain around `node`, and of those that this one is inside of. */
export function chainSources(node: Node, context: CodeContext): Sources {
  const all = new Set<string>()
  let nearest: readonly string[] = []
  for (let at: Node | null | undefined = node; at != null; at = at.parent) {
    if (isFunction(at) && at.parent.type !== 'CallExpression') break
    if (at.type !== 'CallExpression') continue
    for (const link of chainOf(at)) {
      const source = linkSource(link, context)
      if (source !== undefined) all.add(source)
    }
    // Links further out in the same chain are looked at with it.
    if (nearest.length === 0) nearest = [...all]
  }
  return { nearest, all: [...all] }
}

function linkSource(call: TSESTree.CallExpression, context: CodeContext): string | undefined {
  const [first, second] = call.arguments
  const { callee } = call
  if (first === undefined || first.type === 'SpreadElement') return undefined
  const isRoot = callee.type === 'Identifier'
  const method = callee.type === 'MemberExpression' ? staticKey(callee) : undefined
  if (!isRoot && (method === undefined || !TAKES_TABLE.test(method))) return undefined
  const site = siteOf(first, context)
  if (method === 'createQueryBuilder' && second === undefined) {
    const table = repositoryTable((callee as TSESTree.MemberExpression).object, context)
    const alias = textOf(site)
    return table === undefined || alias === undefined ? undefined : `${table} AS ${quoteIdentifier(alias)}`
  }
  const alias =
    second !== undefined && method !== undefined && /^(from|createQueryBuilder|.*Join|join)/.test(method)
      ? textOf(siteOf(second, context))
      : undefined
  const entity = entityTable(site)
  if (entity !== undefined) return alias === undefined ? entity : `${entity} AS ${quoteIdentifier(alias)}`
  const table = tableName(site)
  if (table !== undefined) return table
  const text = textOf(site)
  const isAlias = method === 'from' || method === 'createQueryBuilder' || isJoinWithAlias(call, method)
  if (text !== undefined) return namedSource(text, isAlias ? alias : undefined)
  return aliasObject(site)
}

/** TypeORM: `leftJoin('members', 'm', 'm.workspace_id = w.id')`; Knex has columns in the place of the alias. */
function isJoinWithAlias(call: TSESTree.CallExpression, method: string | undefined): boolean {
  const condition = call.arguments[2]
  return /^(?:inner|left)Join/.test(method ?? '') && condition?.type === 'Literal' && /\s/.test(condition.raw)
}

/** `workspaces`, `public.workspaces`, `workspaces as w`. */
function namedSource(text: string, alias: string | undefined): string | undefined {
  const match = /^\s*((?:[\w$]+\.)?[\w$]+)(?:\s+(?:as\s+)?([\w$]+))?\s*$/i.exec(text)
  if (match === null) return undefined
  const name = match[1]!.split('.').map(quoteIdentifier).join('.')
  const as = alias ?? match[2]
  return as === undefined ? name : `${name} AS ${quoteIdentifier(as)}`
}

/** Knex: `{ w: 'workspaces' }`. */
function aliasObject(site: Site): string | undefined {
  if (site.node.type !== 'ObjectExpression') return undefined
  const { entries, complete } = entriesOf(site)
  const [only, ...others] = entries
  if (only === undefined || others.length > 0 || !complete) return undefined
  const name = textOf(only.value)
  return name === undefined ? undefined : namedSource(name, only.key)
}

function textOf(site: Site): string | undefined {
  const { values, complete } = stringsAt(site)
  return complete && values.length === 1 ? values[0]!.value : undefined
}

/** The table of an entity class: `@Entity('workspaces')`, `@Entity({ name, schema })`. */
function entityTable(site: Site): string | undefined {
  if (site.node.type !== 'Identifier') return undefined
  const [only] = reach(site).sites
  if (only?.node.type !== 'ClassDeclaration') return undefined
  for (const { expression } of only.node.decorators) {
    if (expression.type !== 'CallExpression' || expression.callee.type !== 'Identifier') continue
    if (expression.callee.name !== 'Entity' && expression.callee.name !== 'ViewEntity') continue
    const names: { name?: string; schema?: string } = {}
    for (const argument of expression.arguments) {
      const text = textOf(within(only, argument))
      if (text !== undefined) names.name = text
      for (const { key, value } of entriesOf(within(only, argument)).entries) {
        const option = textOf(value)
        if (option !== undefined && (key === 'name' || key === 'tableName')) names.name = option
        if (option !== undefined && key === 'schema') names.schema = option
      }
    }
    if (names.name === undefined) return undefined
    const name = quoteIdentifier(names.name)
    return names.schema === undefined ? name : `${quoteIdentifier(names.schema)}.${name}`
  }
  return undefined
}

/** The table of a TypeORM repository: `getRepository(Workspace)`, or a member or variable of type `Repository<Workspace>`. */
function repositoryTable(node: Node, context: CodeContext): string | undefined {
  for (const { node: made } of [{ node }, ...reach(siteOf(node, context)).sites]) {
    if (made.type !== 'CallExpression') continue
    const name = made.callee.type === 'MemberExpression' ? staticKey(made.callee) : undefined
    const [first] = made.arguments
    if (name === 'getRepository' && first !== undefined) return entityTable(siteOf(first, context))
  }
  const name =
    node.type === 'MemberExpression' && node.object.type === 'ThisExpression' ? staticKey(node) : undefined
  const wanted = name ?? (node.type === 'Identifier' ? node.name : undefined)
  if (wanted === undefined) return undefined
  const entity = new RegExp(`\\b${wanted}\\s*[?!]?\\s*:\\s*(?:[\\w.]*)Repository<\\s*(\\w+)\\s*>`).exec(
    context.sourceCode.text,
  )
  if (entity === null) return undefined
  const identifier = identifierAt(context, entity.index + entity[0].lastIndexOf(entity[1]!))
  return identifier && entityTable(siteOf(identifier, context))
}

function identifierAt(context: CodeContext, offset: number): Node | undefined {
  const node = context.sourceCode.getNodeByRangeIndex(offset) as Node | null
  return node?.type === 'Identifier' ? node : undefined
}

/** Relations that a piece of SQL names in front of a column: `workspaces.status`. */
export function qualifiers(sql: string, catalog: Catalog): string[] {
  const found = new Set<string>()
  const part = String.raw`("(?:[^"]|"")+"|[A-Za-z_][\w$]*)`
  for (const match of sql.matchAll(
    new RegExp(`(?:${part}\\s*\\.\\s*)?${part}\\s*\\.\\s*(?=["A-Za-z_])`, 'g'),
  )) {
    const [schema, name] = [match[1], match[2]!].map((n) => (n === undefined ? undefined : folded(n)))
    const relation = catalog.findRelation({ name: name!, ...(schema === undefined ? {} : { schema }) })
    if (relation === undefined || relation.kind === 'index' || relation.kind === 'sequence') continue
    found.add(
      schema === undefined ? quoteIdentifier(name!) : `${quoteIdentifier(schema)}.${quoteIdentifier(name!)}`,
    )
  }
  return [...found]
}

function folded(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase()
}
