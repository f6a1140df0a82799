import type { TSESTree } from '@typescript-eslint/utils'
import type { Chain, Step } from '../builders/chain.js'
import { BuilderFile } from '../builders/library.js'
import { isOtherFrom } from '../builders/proof.js'
import { stringOf } from '../builders/syntax.js'
import { tableAndAlias, TableScope } from '../builders/tables.js'
import type { ScopeTable } from '../builders/tables.js'
import type { CodeContext } from '../context.js'
import { hasScopes } from '../reach/site.js'
import type { SourceFile } from '../reach/site.js'
import { drizzleResult } from './drizzle.js'
import { entityResult } from './entities.js'
import { knexResult } from './knex.js'
import { prismaResult, sequelizeResult } from './models.js'
import { placeShape } from './place.js'
import type { Shape } from './shape.js'
import { listOf, objectShape } from './shape.js'
import { rowOf } from './tables.js'

const files = new WeakMap<CodeContext['sourceCode'], BuilderFile>()

/** A file whose functions the linted one calls, with its scopes, as the query builders see it. */
function otherFile(source: SourceFile): BuilderFile | undefined {
  const { context } = source
  const { catalog } = context.project
  if (!catalog || !hasScopes(source)) return undefined
  let file = others.get(source)
  if (!file) {
    others.set(source, (file = new BuilderFile(context, catalog, source)))
    file.flow.enter((node) => ({ node, file: source, at: node }))
  }
  return file
}

const others = new WeakMap<SourceFile, BuilderFile>()

/** The linted file as the query builders see it; undefined without a catalog. */
export function builderFile(context: CodeContext): BuilderFile | undefined {
  const { catalog } = context.project
  if (!catalog) return undefined
  let file = files.get(context.sourceCode)
  if (!file || file.catalog !== catalog)
    files.set(context.sourceCode, (file = new BuilderFile(context, catalog)))
  return file
}

/** The last method of a query that gives rows, by library. */
const LAST =
  /^(?:execute|executeTakeFirst|executeTakeFirstOrThrow|select|single|maybeSingle|returning|find\w*|preload|from|where\w*|andWhere\w*|orWhere\w*|limit|orderBy|\w*[jJ]oin|groupBy|having|offset|for|eq|neq|in|order|range|match|filter|first|insert\w*|upsert\w*|\w+AndFetch\w*|create\w*|update\w*|delete|build|bulk\w+|getOne|getOneOrFail|getMany|forUpdate|throwIfNotFound)$/
/** Of those, the methods that an ORM's models have. */
const OF_MODELS = /^(?:find|preload|create|update|upsert|delete$|build$|bulk|groupBy$|getOne|getMany$)/

/** What a call of a query builder gives: the rows of the table that the chain names. Undefined where that is not known. */
export function builderResult(source: SourceFile, call: TSESTree.CallExpression): Shape | undefined {
  const { context } = source
  const { callee } = call
  const name =
    callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
      ? callee.property.name
      : undefined
  // `knex('workspaces')`, also of a property.
  const table = stringOf(call.arguments[0])
  const mayBeTable = table !== undefined && call.arguments.length === 1 && name !== 'find'
  if (!mayBeTable && (name === undefined || !LAST.test(name))) return undefined
  const file = source.linted ? builderFile(context) : otherFile(source)
  if (!file) return undefined
  if (name === undefined || !LAST.test(name)) {
    if (!file.tables.named(tableAndAlias(table!).table)) return undefined
  } else if (OF_MODELS.test(name)) {
    const row = entityResult(file, call) ?? prismaResult(file, call) ?? sequelizeResult(file, call)
    if (row) return row
  }
  const chains = file.chains.of(call)
  const [first, ...others] = chains
  // A chain that may be one of several says nothing certain. What a callback is given (`tx`) has the same steps, whatever it is.
  if (!first || !others.every((other) => hasSameSteps(other, first))) return undefined
  for (const chain of chains) {
    const shape =
      drizzleResult(file, call, chain) ??
      kyselyResult(file, chain) ??
      knexResult(file, chain) ??
      supabaseResult(context, file, chain)
    if (shape) return shape
  }
  return undefined
}

function hasSameSteps({ steps }: Chain, other: Chain): boolean {
  return (
    steps.length === other.steps.length &&
    steps.every(({ name, call }, i) => {
      const step = other.steps[i]!
      return name === step.name && call === step.call
    })
  )
}

/** Kysely: `db.selectFrom('workspaces as w').select(['w.status as state']).executeTakeFirst()`. */
function kyselyResult(file: BuilderFile, { steps }: Chain): Shape | undefined {
  const last = steps.at(-1)?.name ?? ''
  if (!/^execute(?:TakeFirst|TakeFirstOrThrow)?$/.test(last)) return undefined
  if (steps.some(({ name }) => name.startsWith('with') || name === '$call' || name === '$if'))
    return undefined
  const tables = steps.flatMap((step) => kyselyTable(file, step))
  if (tables.length === 0) return undefined
  const scope = new TableScope(file.tables, [tables])
  const isAll = steps.some(
    ({ name, call }) => (name === 'selectAll' || name === 'returningAll') && call?.arguments.length === 0,
  )
  const items = steps.flatMap((step) => selectedNames(step))
  const row = objectShape((key) => {
    // What a callback selects is not known.
    if (items.includes(undefined)) return undefined
    for (const item of items) {
      const { table: reference, alias } = tableAndAlias(item!)
      if (alias === key) return placeShape(file.catalog, scope.resolve(reference), 'result of a kysely query')
    }
    return isAll && tables.length === 1
      ? placeShape(file.catalog, scope.resolve(key), 'result of a kysely query')
      : undefined
  })
  return last === 'execute' ? listOf(row) : row
}

function kyselyTable(file: BuilderFile, { name, call }: Step): ScopeTable[] {
  if (
    !/^(?:selectFrom|updateTable|insertInto|deleteFrom|innerJoin|leftJoin|rightJoin|fullJoin|from|using)$/.test(
      name,
    )
  )
    return []
  const text = stringOf(call?.arguments[0])
  if (text === undefined) return [{ alias: '' }]
  const { table, alias } = tableAndAlias(text)
  return [{ alias, relation: file.tables.named(table) }]
}

/** The references that a `select` or `returning` lists; undefined for one that is no text. */
function selectedNames({ name, call }: Step): (string | undefined)[] {
  if (name !== 'select' && name !== 'returning') return []
  const [first] = call?.arguments ?? []
  if (first?.type === 'ArrayExpression') return first.elements.map((element) => stringOf(element))
  return [stringOf(first)]
}

/** supabase-js: `const { data } = await supabase.from('workspaces').select('*').single()`. */
function supabaseResult(context: CodeContext, file: BuilderFile, chain: Chain): Shape | undefined {
  const { steps } = chain
  const from = steps.findLastIndex(({ name, call }) => name === 'from' && call)
  const table = stringOf(steps[from]?.call?.arguments[0])
  const select = steps.findLast(({ name }) => name === 'select')
  if (table === undefined || !select || steps.indexOf(select) < from || isOtherFrom(chain)) return undefined
  if (steps.slice(0, from).some(({ name }) => name === 'storage' || name === 'select')) return undefined
  const schema = stringOf(steps.slice(0, from).findLast(({ name }) => name === 'schema')?.call?.arguments[0])
  const columns =
    stringOf(select.call?.arguments[0]) ?? (select.call?.arguments.length === 0 ? '*' : undefined)
  const relation = file.tables.named(table, schema)
  if (!relation || columns === undefined) return undefined
  const renamed = new Map<string, string>()
  // `state:status` names the column `state`; what stands in parentheses is another table's.
  for (const item of columns.replace(/\([^()]*\)/g, '()').split(',')) {
    const [, alias, column] = /^\s*(?:(\w+):)?(\w+|\*)\s*$/.exec(item) ?? []
    if (column !== undefined) renamed.set(alias ?? column, column)
  }
  const row = rowOf(
    context,
    relation,
    'result of a supabase query',
    (key) => renamed.get(key) ?? (renamed.has('*') ? key : undefined),
  )
  const isOne = steps.some(({ name }) => name === 'single' || name === 'maybeSingle')
  const data = isOne ? row : listOf(row)
  return objectShape((key) => (key === 'data' ? data : undefined))
}
