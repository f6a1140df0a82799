import type { TSESTree } from '@typescript-eslint/utils'
import type { Relation } from '../../catalog/model.js'
import type { Chain, Step } from './chain.js'
import { allSteps, annotationOfMember, origin } from './chain.js'
import type { ClassSource } from './classes.js'
import { classOf, staticValues } from './classes.js'
import { annotationOf } from './flow.js'
import type { BuilderFile, CallSite, Library } from './library.js'
import { all } from './library.js'
import { importsFrom, isOtherFrom } from './proof.js'
import type { Node } from './syntax.js'
import { stringOf, typeReference, unwrap } from './syntax.js'
import type { Place, ScopeTable } from './tables.js'
import { tableAndAlias, TableScope } from './tables.js'
import type { Comparison } from './uses.js'
import { SQL_OPERATORS } from './operators.js'

const FROM = new Set([
  'from',
  'into',
  'table',
  'join',
  'innerJoin',
  'leftJoin',
  'leftOuterJoin',
  'rightJoin',
  'rightOuterJoin',
  'fullOuterJoin',
  'crossJoin',
])
/** Those of them that name what is written. */
const TARGET = new Set(['from', 'into', 'table'])
const CTE = new Set(['with', 'withRecursive', 'withMaterialized', 'withNotMaterialized'])
/** Methods of other query builders, whose chains are not Knex's. */
const FOREIGN = new Set(['selectFrom', 'updateTable', 'insertInto', 'deleteFrom', 'mergeInto', 'storage'])
/** What a Knex instance or transaction is called where it is a property: `this.knex('t')`, `ctx.trx('t')`. */
const INSTANCE = /^(?:knex|db|trx|tx|transaction|conn|connection|database|pg)$|[kK]nex$|[tT]rx$|D[bB]$/
/** Types of such a thing. */
const INSTANCE_TYPES = new Set(['Knex', 'Transaction'])

const WHERE = ['where', 'andWhere', 'orWhere', 'whereNot', 'andWhereNot', 'orWhereNot']
const HAVING = ['having', 'andHaving', 'orHaving', 'havingNot']
const ON_VALUE = ['onVal', 'andOnVal', 'orOnVal']
const IN = ['whereIn', 'andWhereIn', 'orWhereIn', 'whereNotIn', 'andWhereNotIn', 'orWhereNotIn']
const OTHER_IN = [
  'havingIn',
  'orHavingIn',
  'havingNotIn',
  'onIn',
  'andOnIn',
  'orOnIn',
  'onNotIn',
  'andOnNotIn',
]
const BETWEEN = ['whereBetween', 'andWhereBetween', 'orWhereBetween', 'whereNotBetween', 'havingBetween']
/** Objection's own: https://vincit.github.io/objection.js/api/query-builder/mutate-methods.html */
const ROW = [
  'insert',
  'update',
  'merge',
  'upsert',
  'patch',
  'insertAndFetch',
  'updateAndFetch',
  'patchAndFetch',
  'insertGraph',
  'upsertGraph',
  'insertGraphAndFetch',
  'upsertGraphAndFetch',
]
const ROW_BY_ID = ['updateAndFetchById', 'patchAndFetchById']

/** Knex (https://knexjs.org/guide/query-builder.html) and Objection, whose models name their table. */
export const knex: Library = {
  name: 'knex',
  calls: {
    ...all([...WHERE, ...HAVING, ...ON_VALUE, 'findOne'], condition),
    ...all([...IN, ...OTHER_IN], list),
    ...all(BETWEEN, between),
    ...all(ROW, (site) => row(site, site.args[0])),
    ...all(ROW_BY_ID, (site) => row(site, site.args[1])),
    batchInsert,
  },
}

/** `where('status', value)`, `where('status', '=', value)`, `where({ status: value })`. */
function condition(site: CallSite): void {
  const { flow, uses } = site.file
  const [first, second, third] = site.args
  if (!first) return
  const link = `knex ${site.name}`
  const column = second ? flow.name(first) : stringOf(first)
  if (column === undefined) {
    if (second) return
    const entries = flow.objects(flow.at(first)).length > 0 ? flow.entries(flow.at(first)) : []
    if (entries.length === 0) return
    for (const scope of scopesOf(site)) {
      for (const { key, value } of entries) uses.compare(scope.resolve(key), 'equal', value, link)
    }
    return
  }
  if (!second) return
  const operator = third ? stringOf(second)?.toLowerCase() : '='
  if (operator === undefined || !Object.hasOwn(SQL_OPERATORS, operator)) return
  for (const scope of scopesOf(site)) {
    const place = scope.resolve(column)
    uses.compare(place, comparisonOn(place, SQL_OPERATORS[operator]!), third ?? second, link)
  }
}

/** `=` compares an array column with an array. */
function comparisonOn(place: Place | undefined, comparison: Comparison): Comparison {
  return place?.column.type.array && comparison === 'equal' ? 'array' : comparison
}

/** `whereIn('status', [...])`, `whereIn(['status', 'plan'], [['online', 'free']])`. */
function list(site: CallSite): void {
  const { flow, uses } = site.file
  const [first, second] = site.args
  if (!first || !second) return
  const link = `knex ${site.name}`
  const column = flow.name(first)
  if (column === undefined && unwrap(first).type !== 'ArrayExpression') return
  for (const scope of scopesOf(site)) {
    if (column !== undefined) {
      uses.compare(scope.resolve(column), 'in', second, link)
      continue
    }
    const columns = flow.elements(flow.at(first)).map(({ node }) => stringOf(node))
    for (const tuple of flow.elements(flow.at(second))) {
      for (const [index, value] of flow.elements(tuple).entries()) {
        const name = columns[index]
        if (name !== undefined) uses.compare(scope.resolve(name), 'equal', value, link)
      }
    }
  }
}

/** `whereBetween('status', ['a', 'b'])`. */
function between(site: CallSite): void {
  const [first, second] = site.args
  const column = stringOf(first)
  if (column === undefined || !second) return
  for (const scope of scopesOf(site)) {
    for (const bound of site.file.flow.elements(site.file.flow.at(second))) {
      site.file.uses.compare(scope.resolve(column), 'order', bound, `knex ${site.name}`)
    }
  }
}

/** `insert(rows)`, `update({ status })`, `update('status', value)`, `onConflict('id').merge({ status })`. */
function row(site: CallSite, given: Node | undefined): void {
  if (!given) return
  const { tables, uses } = site.file
  const column = stringOf(given)
  const value = site.args[1]
  for (const chain of site.chains()) {
    const relation = targetOf(site, chain)
    if (!relation) continue
    const place = (key: string) => tables.column(relation, key.slice(key.lastIndexOf('.') + 1))
    if (column === undefined) uses.writeRow(relation, given, `knex ${site.name}`, { column: place })
    else if (site.name === 'update') uses.write(place(column), value, 'knex update')
  }
}

/** `knex.batchInsert('workspaces', rows)`. */
function batchInsert(site: CallSite): void {
  const name = stringOf(site.args[0])
  if (name === undefined) return
  site.file.uses.writeRow(site.file.tables.named(name), site.args[1], 'knex batchInsert')
}

function scopesOf(site: CallSite): TableScope[] {
  return site.chains().map((chain) => new TableScope(site.file.tables, levelsOf(site, chain, true)))
}

/** The FROM items of a chain (a table may be named after the condition), then those of the chains around it. */
function levelsOf(site: CallSite, chain: Chain, innermost: boolean): ScopeTable[][] {
  const steps = stepsOf(site, chain, innermost)
  if (isOtherFrom(chain) || steps.some(({ name }) => FOREIGN.has(name))) return []
  const own = steps.flatMap((step, index) => itemsOf(site.file, chain, step, index))
  const model = modelOf(site.file, chain)
  if (model) own.push({ alias: aliasOf(steps) ?? model.name, relation: model })
  const around = chain.root.type === 'callback' ? levelsOf(site, chain.root.owner, false) : []
  return own.length > 0 ? [own, ...around] : around
}

/**
 * The FROM items of a chain that is surely Knex's or Objection's: it starts from an instance, `knex('workspaces')`, or from a model.
 * Undefined for any other chain.
 */
export function knexTables(file: BuilderFile, chain: Chain): ScopeTable[] | undefined {
  const { steps } = chain
  const model = modelOf(file, chain)
  if (model) return [{ alias: aliasOf(steps) ?? model.name, relation: model }, ...joinedTables(file, chain)]
  const isCalled =
    steps.some((step, index) => isTableCall(file, chain, step, index)) ||
    (isKnexName(origin(chain)) && steps.some(({ name }) => TARGET.has(name)))
  if (!isCalled || isOtherFrom(chain) || steps.some(({ name }) => FOREIGN.has(name))) return undefined
  return joinedTables(file, chain)
}

function joinedTables(file: BuilderFile, chain: Chain): ScopeTable[] {
  return chain.steps.flatMap((step, index) => itemsOf(file, chain, step, index))
}

/** The table of an Objection model's class. */
export function tableOfModel(file: BuilderFile, model: ClassSource): Relation | undefined {
  const texts = staticValues(model, 'tableName').flatMap((value) => file.flow.strings(value))
  return texts.length === 1 ? file.tables.named(texts[0]!) : undefined
}

function stepsOf(site: CallSite, chain: Chain, innermost: boolean): readonly Step[] {
  return innermost ? [...chain.steps, ...site.file.chains.after(site.call)] : chain.steps
}

/** The table that the statement of a chain writes. */
function targetOf(site: CallSite, chain: Chain): Relation | undefined {
  const steps = stepsOf(site, chain, true)
  if (isOtherFrom(chain) || steps.some(({ name }) => FOREIGN.has(name))) return undefined
  for (const [index, step] of steps.entries()) {
    if (FROM.has(step.name) && !TARGET.has(step.name)) continue
    const [item] = itemsOf(site.file, chain, step, index)
    if (item) return item.relation
  }
  return modelOf(site.file, chain)
}

function itemsOf(file: BuilderFile, chain: Chain, step: Step, index: number): ScopeTable[] {
  const first = step.call?.arguments[0]
  if (!first || !(FROM.has(step.name) || isTableCall(file, chain, step, index))) return []
  // Others have a `table` of their own (Dexie, RethinkDB).
  if (step.name === 'table' && !importsFrom(file, /^(?:knex|objection)$/) && !isKnexName(origin(chain)))
    return []
  const isMap = unwrap(first).type === 'ObjectExpression'
  const named = isMap
    ? file.flow
        .entries(file.flow.at(first))
        .flatMap(({ key, value }) => ({ alias: key, texts: file.flow.strings(value) }))
    : [{ alias: undefined, texts: file.flow.strings(file.flow.at(first)) }]
  return named.map(({ alias, texts }) => {
    // What is no name is a subquery, of columns that are not known.
    if (texts.length !== 1) return { alias: alias ?? '' }
    const found = tableAndAlias(texts[0]!)
    const steps = allSteps(chain)
    const isCte = steps.some(
      ({ name, call }) => CTE.has(name) && stringOf(call?.arguments[0]) === found.table,
    )
    const schema = steps.findLast(({ name }) => name === 'withSchema')?.call?.arguments[0]
    const relation = isCte ? undefined : file.tables.named(found.table, stringOf(schema))
    return { alias: alias ?? found.alias, relation }
  })
}

function isKnexName(node: Node): boolean {
  return node.type === 'Identifier' && /knex|trx/i.test(node.name)
}

/** Whether a step is `knex('workspaces')`: the call of a thing that may be a Knex instance, with a table of the catalog. */
function isTableCall(file: BuilderFile, chain: Chain, step: Step, index: number): boolean {
  const { call } = step
  if (!call || call.arguments.length === 0 || call.arguments.length > 2) return false
  const first = unwrap(call.arguments[0]!)
  if (first.type === 'ObjectExpression') {
    const entries = file.flow.entries(file.flow.at(first))
    return (
      entries.length > 0 &&
      isInstance(file, chain, step, index) &&
      entries.every(({ value }) => file.flow.strings(value).some((name) => file.tables.named(name)))
    )
  }
  return isInstance(file, chain, step, index)
}

function isInstance(file: BuilderFile, chain: Chain, step: Step, index: number): boolean {
  if (step.name !== '()') {
    const callee = step.call && unwrap(step.call.callee)
    const isTyped =
      callee?.type === 'MemberExpression' &&
      INSTANCE_TYPES.has(typeReference(annotationOfMember(callee))?.name ?? '')
    return isTyped || INSTANCE.test(step.name)
  }
  const { root } = chain
  // `knex({ client })('workspaces')`, and the transaction that a callback is given.
  if (index > 0 || root.type === 'callback')
    return root.type === 'expression' || root.step.name === 'transaction'
  if (root.node.type !== 'Identifier') return false
  const type = typeReference(annotationOf(file.flow, root.node))
  if (type) return INSTANCE_TYPES.has(type.name)
  return (
    INSTANCE.test(root.node.name) ||
    (importsFrom(file, /^(?:knex|objection)$/) && file.flow.variable(root.node) !== undefined)
  )
}

/** The table of the Objection model that a chain starts from: `Workspace.query()`, `workspace.$query()`. */
function modelOf(file: BuilderFile, { root, steps }: Chain): Relation | undefined {
  if (root.type !== 'expression') return undefined
  const names = steps.map(({ name }) => name)
  if (!names.some((name) => name === 'query' || name === '$query')) return undefined
  // The query of a relation is of another table.
  if (names.includes('relatedQuery') || names.includes('$relatedQuery')) return undefined
  const node = root.node.type === 'Identifier' ? (instanceType(file, root.node) ?? root.node) : root.node
  const model = classOf(file.flow, node)
  return model && tableOfModel(file, model)
}

/** The class in `workspace: Workspace`. */
function instanceType(file: BuilderFile, node: TSESTree.Identifier): Node | undefined {
  const type = annotationOf(file.flow, node)
  return type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName : undefined
}

function aliasOf(steps: readonly Step[]): string | undefined {
  return stringOf(steps.find(({ name }) => name === 'alias')?.call?.arguments[0])
}
