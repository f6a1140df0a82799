import type { TSESTree } from '@typescript-eslint/utils'
import type { Relation } from '../../catalog/model.js'
import type { Chain, Step } from './chain.js'
import { allSteps } from './chain.js'
import type { Source } from './flow.js'
import { annotationOf } from './flow.js'
import type { BuilderFile, CallSite, Library } from './library.js'
import type { Node } from './syntax.js'
import { isFunction, memberName, stringOf, stringsOfType, typeReference, unwrap } from './syntax.js'
import type { Place, ScopeTable } from './tables.js'
import { tableAndAlias, TableScope } from './tables.js'
import type { Comparison } from './uses.js'
import { SQL_OPERATORS } from './operators.js'
import { returned } from '../reach/reach.js'
import { within } from '../reach/site.js'

/** Methods that start a query on a table: no other library has them, so with a table of the catalog they prove the link. */
const TARGET = new Set(['updateTable', 'insertInto', 'deleteFrom', 'mergeInto', 'replaceInto'])
const FROM = new Set([
  'selectFrom',
  'from',
  'using',
  'innerJoin',
  'leftJoin',
  'rightJoin',
  'fullJoin',
  'crossJoin',
  'innerJoinLateral',
  'leftJoinLateral',
  'crossJoinLateral',
])
const CTE = new Set(['with', 'withRecursive'])

const OPERATORS: Readonly<Record<string, Comparison>> = { ...SQL_OPERATORS, '==': 'equal' }

/** Types of the builders whose second type argument names the tables in scope: `ExpressionBuilder<Database, 'workspaces'>`. */
const TYPED = new Set([
  'ExpressionBuilder',
  'SelectQueryBuilder',
  'UpdateQueryBuilder',
  'DeleteQueryBuilder',
  'InsertQueryBuilder',
  'JoinBuilder',
  'OnConflictBuilder',
])

/** Kysely: https://kysely.dev/docs/category/examples and the API reference of the interfaces named above. */
export const kysely: Library = {
  name: 'kysely',
  calls: {
    where: comparison,
    having: comparison,
    on: comparison,
    when: comparison,
    eb: comparison,
    and: conjunction,
    or: conjunction,
    between,
    betweenSymmetric: between,
    set: assignment,
    doUpdateSet: assignment,
    thenUpdateSet: assignment,
    values: rows,
    thenInsertValues: rows,
  },
  otherwise: comparison,
}

/** `where('status', '=', value)`, `eb('status', 'in', values)`; `.and('status', '=', value)` and `.or(...)` on an expression. */
function comparison(site: CallSite): void {
  const [left, operator, value] = site.args
  if (!left || !operator || !value) return
  // A function of the file is no expression builder, whatever it makes of its arguments.
  const callee = unwrap(site.call.callee)
  if (callee.type === 'Identifier' && site.file.flow.functionOf(callee)) return
  const reference = referenceOf(site.file, left)
  const name = stringOf(operator)?.toLowerCase()
  if (reference === undefined || name === undefined || !Object.hasOwn(OPERATORS, name)) return
  for (const scope of scopesOf(site)) compare(site, scope.resolve(reference), name, site.file.flow.at(value))
}

function compare({ file, name }: CallSite, place: Place | undefined, operator: string, value: Source): void {
  if (!place) return
  // `=` and its like compare an array column with an array, too.
  const comparison =
    place.column.type.array && OPERATORS[operator] === 'equal' ? 'array' : OPERATORS[operator]!
  file.uses.compare(place, comparison, plain(value), `kysely ${name}`)
}

/** `eb.and({ status: 'online' })`; the elements of `eb.or([...])` are read where they stand. */
function conjunction(site: CallSite): void {
  const [first] = site.args
  if (site.args.length >= 3) comparison(site)
  if (site.args.length !== 1 || first?.type !== 'ObjectExpression') return
  for (const scope of scopesOf(site)) {
    for (const { key, value } of site.file.flow.entries(site.file.flow.at(first))) {
      compare(site, scope.resolve(key), '=', value)
    }
  }
}

/** `eb.between('status', 'a', 'b')`. */
function between(site: CallSite): void {
  const [left, ...bounds] = site.args
  const reference = left && referenceOf(site.file, left)
  if (reference === undefined || bounds.length !== 2) return
  for (const scope of scopesOf(site)) {
    for (const bound of bounds) compare(site, scope.resolve(reference), '>=', site.file.flow.at(bound))
  }
}

/** `set({ status })`, `set('status', value)`, `set((eb) => ({ status }))`. */
function assignment(site: CallSite): void {
  const [first, second] = site.args
  const { flow, tables, uses } = site.file
  if (!first) return
  for (const chain of site.chains()) {
    const relation = targetOf(site.file, chain)
    if (!relation) continue
    const column = second && referenceOf(site.file, first)
    if (column === undefined) uses.writeRow(relation, first, `kysely ${site.name}`, { plain })
    else uses.write(tables.column(relation, column), plain(flow.at(second!)), `kysely ${site.name}`)
  }
}

/** `values({ status })`, `values([{ status }])`, `values((eb) => ({ status }))`. */
function rows(site: CallSite): void {
  for (const chain of site.chains()) {
    site.file.uses.writeRow(targetOf(site.file, chain), site.args[0], `kysely ${site.name}`, { plain })
  }
}

/** The value under `eb.val(...)`, `sql.lit(...)`, `sql.val(...)` and `sql.value(...)`, also where a callback gives it. */
function plain(value: Source): Source {
  const inner = unwrap(value.node)
  const [result, ...others] = isFunction(inner) ? returned(inner) : []
  if (result && others.length === 0) return plain(within(value, result))
  if (inner.type !== 'CallExpression' || inner.callee.type !== 'MemberExpression') return value
  const name = memberName(inner.callee)
  const [first] = inner.arguments
  return first && (name === 'val' || name === 'lit' || name === 'value') ? within(value, first) : value
}

/** `'w.status'`, `eb.ref('w.status')`, `sql.ref('w.status')`, `db.dynamic.ref('w.status')`. */
function referenceOf({ flow }: BuilderFile, node: Node): string | undefined {
  const inner = unwrap(node)
  if (inner.type !== 'CallExpression') return flow.name(inner)
  const callee = unwrap(inner.callee)
  const name =
    callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? memberName(callee) : ''
  return name === 'ref' && inner.arguments.length === 1 ? stringOf(inner.arguments[0]) : undefined
}

/** The table that the innermost statement around a chain's end writes. */
function targetOf(file: BuilderFile, chain: Chain): Relation | undefined {
  for (let at: Chain | undefined = chain; at; at = at.root.type === 'callback' ? at.root.owner : undefined) {
    const step = at.steps.findLast(({ name }) => TARGET.has(name))
    if (step) return itemsOf(file, chain, step)[0]?.relation
    const [typed] = at.root.type === 'expression' ? typedItems(file, at.root.node) : []
    if (typed) return typed.relation
  }
  return undefined
}

function scopesOf(site: CallSite): TableScope[] {
  return site.chains().map((chain) => new TableScope(site.file.tables, levelsOf(site.file, chain)))
}

/** The FROM items of a chain, then those of the chains around it: a callback (`(eb) => ...`) sees what its query sees. */
function levelsOf(file: BuilderFile, chain: Chain): ScopeTable[][] {
  const { root } = chain
  const own = chain.steps.flatMap((step) => itemsOf(file, chain, step))
  if (root.type === 'expression') own.push(...typedItems(file, root.node))
  const around = root.type === 'callback' ? levelsOf(file, root.owner) : []
  // A builder that a callback hands on (`$if(..., (qb) => qb.innerJoin(...))`) is still the query around it.
  if (root.type === 'callback' && root.step.name.startsWith('$'))
    return [[...own, ...(around[0] ?? [])], ...around.slice(1)]
  return own.length > 0 ? [own, ...around] : around
}

function itemsOf(file: BuilderFile, chain: Chain, step: Step): ScopeTable[] {
  if (step.name === '()') return typedCall(file, step)
  const first = step.call?.arguments[0]
  if (!first || (!TARGET.has(step.name) && !FROM.has(step.name))) return []
  const items = tableItems(file, chain, first)
  return step.name === 'insertInto' ? items.flatMap((item) => [item, { ...item, alias: 'excluded' }]) : items
}

function tableItems(file: BuilderFile, chain: Chain, node: Node): ScopeTable[] {
  const inner = unwrap(node)
  if (inner.type === 'ArrayExpression') {
    return inner.elements.flatMap((element) => (element ? tableItems(file, chain, element) : []))
  }
  const texts = file.flow.strings(file.flow.at(inner))
  // What is no name is a subquery, of columns that are not known.
  if (texts.length !== 1) return [{ alias: subqueryAlias(file, inner) ?? '' }]
  const { table, alias } = tableAndAlias(texts[0]!)
  const steps = allSteps(chain)
  if (steps.some(({ name, call }) => CTE.has(name) && cteName(call?.arguments[0]) === table))
    return [{ alias }]
  const schema = steps.findLast(({ name }) => name === 'withSchema')?.call?.arguments[0]
  return [{ alias, relation: file.tables.named(table, stringOf(schema)) }]
}

/** `with('w', ...)`, `with('w(id, status)', ...)`, `with((cte) => cte('w').materialized(), ...)`. */
function cteName(node: Node | undefined): string | undefined {
  if (!node) return undefined
  if (!isFunction(node)) return stringOf(node)?.replace(/\(.*$/s, '').trim()
  let inner = unwrap(node.body)
  while (inner.type === 'CallExpression' && inner.callee.type === 'MemberExpression')
    inner = unwrap(inner.callee.object)
  return inner.type === 'CallExpression' ? stringOf(inner.arguments[0]) : undefined
}

/** The `x` of `db.selectFrom(...).as('x')` and `(eb) => eb.selectFrom(...).as('x')`. */
function subqueryAlias(file: BuilderFile, node: Node): string | undefined {
  const [result] = isFunction(node) ? file.flow.results(file.flow.at(node)) : [file.flow.at(node)]
  const call = result && unwrap(result.node)
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  return memberName(call.callee) === 'as' ? stringOf(call.arguments[0]) : undefined
}

/** `expressionBuilder<Database, 'workspaces'>()`. */
function typedCall(file: BuilderFile, { call }: Step): ScopeTable[] {
  const callee = call && unwrap(call.callee)
  if (callee?.type !== 'Identifier' || callee.name !== 'expressionBuilder') return []
  return typedTables(file, call?.typeArguments?.params[1])
}

/** `eb: ExpressionBuilder<Database, 'workspaces'>`. */
function typedItems(file: BuilderFile, node: Node): ScopeTable[] {
  const type = node.type === 'Identifier' ? typeReference(annotationOf(file.flow, node)) : undefined
  return type && TYPED.has(type.name) ? typedTables(file, type.args[1]) : []
}

function typedTables(file: BuilderFile, type: TSESTree.TypeNode | undefined): ScopeTable[] {
  return (stringsOfType(type) ?? []).map((name) => ({ alias: name, relation: file.tables.named(name) }))
}
