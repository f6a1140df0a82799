import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf } from '../reach/binding.js'
import { exportOf, importedFile } from '../reach/modules.js'
import type { SourceFile } from '../reach/site.js'
import { within } from '../reach/site.js'
import { subqueryColumn } from './drizzleSubqueries.js'
import { DrizzleTables, innermostCall } from './drizzleTables.js'
import type { DrizzleTable } from './drizzleTables.js'
import type { Source } from './flow.js'
import type { BuilderFile, CallSite, Library } from './library.js'
import { all } from './library.js'
import type { Node } from './syntax.js'
import { isFunction, keyOf, memberName, outermost, unwrap } from './syntax.js'
import type { ConditionLanguage } from './models.js'
import { readCondition } from './models.js'
import type { Place } from './tables.js'
import type { Comparison } from './uses.js'

/** https://orm.drizzle.team/docs/operators */
const OPERATORS: Readonly<Record<string, Comparison>> = {
  eq: 'equal',
  ne: 'equal',
  gt: 'order',
  gte: 'order',
  lt: 'order',
  lte: 'order',
  inArray: 'in',
  notInArray: 'in',
  arrayContains: 'array',
  arrayContained: 'array',
  arrayOverlaps: 'array',
  between: 'order',
  notBetween: 'order',
}

/** The operators of relational queries' filter objects: https://orm.drizzle.team/docs/rqb-v2#where-filters */
const CONDITIONS: ConditionLanguage = {
  junctions: new Set(['AND', 'OR', 'NOT']),
  wrappers: new Set(['NOT', 'AND', 'OR']),
  operators: {
    eq: 'equal',
    ne: 'equal',
    gt: 'order',
    gte: 'order',
    lt: 'order',
    lte: 'order',
    in: 'in',
    notIn: 'in',
    arrayContains: 'array',
    arrayContained: 'array',
    arrayOverlaps: 'array',
  },
}

/** Drizzle: columns are members of tables, which are declared with their names in the database. */
export const drizzle: Library = {
  name: 'drizzle',
  calls: {
    ...all(Object.keys(OPERATORS), operator),
    ...all(['set', 'values'], row),
    onConflictDoUpdate: conflict,
    ...all(['findMany', 'findFirst'], relational),
    ...all(['default', '$default', '$defaultFn', '$onUpdate', '$onUpdateFn'], columnDefault),
  },
}

const tablesOf = new WeakMap<BuilderFile, DrizzleTables>()

function drizzleTables(file: BuilderFile): DrizzleTables {
  let tables = tablesOf.get(file)
  if (!tables) tablesOf.set(file, (tables = new DrizzleTables(file)))
  return tables
}

/** `eq(workspaces.status, value)`. A column of a Drizzle table is the proof; who made the function matters little. */
function operator(site: CallSite): void {
  if (site.receiver && unwrap(site.receiver).type !== 'Identifier') return
  const [column, ...values] = site.args
  const place = column && columnOf(site.file, column)
  if (!place) return
  const comparison =
    place.column.type.array && OPERATORS[site.name] === 'equal' ? 'array' : OPERATORS[site.name]!
  for (const value of values) site.file.uses.compare(place, comparison, value, `drizzle ${site.name}`)
}

/** `workspaces.status`, also where `workspaces` is the parameter of a relational query's callback, or a subquery. */
function columnOf(file: BuilderFile, node: Node): Place | undefined {
  const inner = unwrap(node)
  if (inner.type !== 'MemberExpression') return undefined
  const name = memberName(inner)
  const object = unwrap(inner.object)
  if (name === undefined) return undefined
  const table =
    drizzleTables(file).of(object) ?? (object.type === 'Identifier' ? callbackTable(file, object) : undefined)
  if (table || object.type !== 'Identifier') return table?.column(name)
  return subqueryColumn(file, drizzleTables(file), file.flow.at(object), name)
}

/** `insert(workspaces).values(rows)`, `update(workspaces).set({ status })`. */
function row(site: CallSite): void {
  const table = targetOf(site, site.name === 'set' ? 'update' : 'insert')
  if (table) writeRow(site, table, site.args[0])
}

/** `onConflictDoUpdate({ target, set: { status } })`. */
function conflict(site: CallSite): void {
  const table = targetOf(site, 'insert')
  const { flow } = site.file
  if (!table || !site.args[0]) return
  for (const set of flow.property(flow.at(site.args[0]), 'set')) writeRow(site, table, set)
}

function writeRow(site: CallSite, table: DrizzleTable, given: Node | Source | undefined): void {
  site.file.uses.writeRow(table.relation, given, `drizzle ${site.name}`, {
    column: (key) => table.column(key),
  })
}

function targetOf(site: CallSite, method: string): DrizzleTable | undefined {
  for (const { steps } of site.chains()) {
    const first = steps.findLast(({ name, call }) => name === method && call)?.call?.arguments[0]
    const table = first && drizzleTables(site.file).of(first)
    if (table) return table
  }
  return undefined
}

/** `db.query.workspaces.findMany({ where: { status: value } })`; a `where` of operators is read where they stand. */
function relational(site: CallSite): void {
  const [options] = site.args
  const { flow } = site.file
  if (!options) return
  const table = queriedTable(site.file, site.call)
  if (!table) return
  for (const where of flow.property(flow.at(options), 'where')) {
    readCondition(site.file, table, where, CONDITIONS, `drizzle ${site.name}`)
  }
}

/** The table of `db.query.workspaces.findMany()`, by the schema that `drizzle(client, { schema })` or `{ relations }` was given. */
export function queriedTable(
  file: BuilderFile,
  { callee }: TSESTree.CallExpression,
): DrizzleTable | undefined {
  const table = callee.type === 'MemberExpression' ? unwrap(callee.object) : callee
  const query = table.type === 'MemberExpression' ? unwrap(table.object) : table
  const name = table.type === 'MemberExpression' ? memberName(table) : undefined
  if (name === undefined || query.type !== 'MemberExpression' || memberName(query) !== 'query')
    return undefined
  for (const options of instanceOptions(file, query.object)) {
    const found = schemaTable(file, options, name)
    if (found) return found
  }
  return undefined
}

function optionsOfInstance(file: BuilderFile, { callee }: TSESTree.CallExpression): Source[] {
  const table = callee.type === 'MemberExpression' ? unwrap(callee.object) : callee
  const query = table.type === 'MemberExpression' ? unwrap(table.object) : table
  return query.type === 'MemberExpression' ? instanceOptions(file, query.object) : []
}

/** The options of `drizzle(client, { schema })` that made an instance. */
function instanceOptions(file: BuilderFile, instance: Node): Source[] {
  return file.flow.sources(file.flow.at(instance)).flatMap((source): Source[] => {
    const call = source.node.type === 'CallExpression' ? source.node : undefined
    const maker = call && innermostCall(call)?.callee
    if (!call || maker?.type !== 'Identifier') return []
    const binding = bindingOf(maker, source.file)
    if (binding?.kind !== 'import' || !binding.source.startsWith('drizzle-orm')) return []
    const options = call.arguments.at(-1)
    return options ? [within(source, options)] : []
  })
}

function schemaTable(file: BuilderFile, options: Source, name: string): DrizzleTable | undefined {
  const { flow } = file
  const schemas = flow.property(options, 'schema')
  for (const relations of flow.property(options, 'relations').flatMap((value) => flow.sources(value))) {
    // `defineRelations(schema, (r) => ({ ... }))`
    if (relations.node.type === 'CallExpression' && relations.node.arguments[0]) {
      schemas.push(within(relations, relations.node.arguments[0]))
    }
  }
  for (const schema of schemas.flatMap((value) => flow.sources(value))) {
    if (schema.node.type === 'Program') {
      const found = exportOf(schema.file, name)
      const init = found?.binding?.kind === 'variable' ? found.binding.declarator.init : undefined
      if (found && init) return drizzleTables(file).from({ node: init, file: found.file, at: schema.at })
    }
    const [value] = flow.property(schema, name)
    const table = value && drizzleTables(file).from(value)
    if (table) return table
  }
  return undefined
}

/** The table of `t` in `db.query.workspaces.findMany({ where: (t, { eq }) => eq(t.status, value) })`. */
function callbackTable(file: BuilderFile, node: TSESTree.Identifier): DrizzleTable | undefined {
  const binding = bindingOf(node, file.flow.at(node).file)
  if (binding?.kind !== 'parameter' || binding.index !== 0) return undefined
  const property = outermost(binding.fn).parent
  if (property?.type !== 'Property' || keyOf(property) !== 'where') return undefined
  return tableOfOptions(file, property.parent)?.table
}

interface Queried {
  readonly table: DrizzleTable
  /** The call of the whole query. */
  readonly call: TSESTree.CallExpression
}

/** The table that the options of a relational query, or of a relation in its `with`, are about. */
function tableOfOptions(file: BuilderFile, options: Node): Queried | undefined {
  const around = outermost(options).parent
  if (around?.type === 'CallExpression') {
    const table = queriedTable(file, around)
    return table && { table, call: around }
  }
  // `with: { agents: { where } }`
  const holder = around?.type === 'Property' ? outermost(around.parent).parent : undefined
  if (around?.type !== 'Property' || holder?.type !== 'Property' || keyOf(holder) !== 'with') return undefined
  const outer = tableOfOptions(file, holder.parent)
  const relation = keyOf(around)
  if (!outer || relation === undefined) return undefined
  const table = relatedTable(file, outer, relation)
  return table && { table, call: outer.call }
}

/** The table of a relation: `relations(workspaces, ({ many }) => ({ agents: many(agents) }))` in the schema of the instance. */
function relatedTable(
  file: BuilderFile,
  { table, call }: Queried,
  relation: string,
): DrizzleTable | undefined {
  const tables = drizzleTables(file)
  const { flow } = file
  for (const options of optionsOfInstance(file, call)) {
    for (const value of valuesOfSchema(file, options)) {
      for (const made of flow.sources(value)) {
        if (made.node.type !== 'CallExpression' || made.node.callee.type !== 'Identifier') continue
        const maker = bindingOf(made.node.callee, made.file)
        if (maker?.kind !== 'import' || maker.imported !== 'relations') continue
        const [of, define] = made.node.arguments
        if (!of || !define || tables.from(within(made, of))?.relation !== table.relation) continue
        for (const related of flow.property(within(made, define), relation)) {
          const [first] = related.node.type === 'CallExpression' ? related.node.arguments : []
          if (first) return tables.from(within(related, first))
        }
      }
    }
  }
  return undefined
}

/** What the schema of an instance holds: the exports of its modules, or the entries of its object. */
function valuesOfSchema({ flow }: BuilderFile, options: Source): Source[] {
  return flow.property(options, 'schema').flatMap((schema) => {
    const own = flow.entries(schema).map(({ value }) => value)
    const modules = flow.sources(schema).filter(({ node }) => node.type === 'Program')
    return [...own, ...modules.flatMap(({ file, at }) => exportedConstants(file, at))]
  })
}

function exportedConstants(file: SourceFile, at: Node, depth = 3): Source[] {
  return file.ast.body.flatMap((statement): Source[] => {
    if (statement.type === 'ExportAllDeclaration' && depth > 0) {
      const next = importedFile(statement.source.value, file)
      return next ? exportedConstants(next, at, depth - 1) : []
    }
    if (statement.type !== 'ExportNamedDeclaration') return []
    const { declaration } = statement
    if (declaration?.type !== 'VariableDeclaration') return []
    return declaration.declarations.flatMap(({ init }) => (init ? [{ node: init, file, at }] : []))
  })
}

/** `status: workspaceStatus('status').default('online')` in a table; `$defaultFn(() => 'online')` gives what is inserted. */
function columnDefault(site: CallSite): void {
  const [given] = site.args
  const property = outermost(endOfChain(site.call)).parent
  if (!given || property?.type !== 'Property') return
  const key = keyOf(property)
  let made = outermost(property.parent).parent
  // `(t) => ({ ... })`
  if (isFunction(made)) made = outermost(made).parent
  const table =
    made?.type === 'CallExpression' && key !== undefined ? drizzleTables(site.file).of(made) : undefined
  if (!table) return
  const place = table.column(key!)
  if (site.name === 'default') site.file.uses.write(place, given, 'drizzle default', 'default')
  else
    for (const value of site.file.flow.results(site.file.flow.at(given)))
      site.file.uses.write(place, value, `drizzle ${site.name}`)
}

function endOfChain(call: Node): Node {
  let node = outermost(call)
  while (node.parent?.type === 'MemberExpression' && node.parent.object === node) {
    const outer = outermost(node.parent)
    if (outer.parent?.type !== 'CallExpression' || outer.parent.callee !== outer) return node
    node = outermost(outer.parent)
  }
  return node
}
