import type { TSESTree } from '@typescript-eslint/utils'
import { DrizzleTables } from '../builders/drizzleTables.js'
import type { DrizzleTable } from '../builders/drizzleTables.js'
import { queriedTable } from '../builders/drizzle.js'
import type { Chain } from '../builders/chain.js'
import type { BuilderFile } from '../builders/library.js'
import { keyOf, memberName, unwrap } from '../builders/syntax.js'
import type { Node, SourceFile } from '../reach/site.js'
import { placeShape } from './place.js'
import type { Shape } from './shape.js'
import { listOf, objectShape } from './shape.js'

const tablesOf = new WeakMap<BuilderFile, DrizzleTables>()

function drizzleTables(file: BuilderFile): DrizzleTables {
  let tables = tablesOf.get(file)
  if (!tables) tablesOf.set(file, (tables = new DrizzleTables(file)))
  return tables
}

/**
 * Rows of drizzle's tables: `typeof workspaces.$inferSelect`, `$inferInsert`, and the argument of `InferSelectModel<typeof workspaces>`.
 * https://orm.drizzle.team/docs/goodies#type-api
 */
export function drizzleRow(
  builders: BuilderFile,
  node: TSESTree.TypeNode,
  file: SourceFile,
): Shape | undefined {
  if (node.type !== 'TSTypeQuery') return undefined
  const { exprName } = node
  const isStored = exprName.type === 'TSQualifiedName' && exprName.right.name === '$inferInsert'
  const isRow = isStored || (exprName.type === 'TSQualifiedName' && exprName.right.name === '$inferSelect')
  const name = isRow ? (exprName as TSESTree.TSQualifiedName).left : exprName
  const expression = expressionOf(name)
  const table = expression && drizzleTables(builders).from({ node: expression, file, at: node })
  const row = table && rowOf(builders, table)
  return row && (isStored ? { ...row, isStored } : row)
}

/** The expression that a name in a type stands for: `schema.workspaces` is parsed as a qualified name there. */
function expressionOf(name: Node): Node | undefined {
  if (name.type === 'Identifier') return name
  if (name.type !== 'TSQualifiedName') return undefined
  const object = expressionOf(name.left)
  if (!object) return undefined
  const { range, loc, parent } = name
  return {
    type: 'MemberExpression',
    object,
    property: name.right,
    computed: false,
    optional: false,
    range,
    loc,
    parent,
  } as unknown as Node
}

function rowOf(builders: BuilderFile, table: DrizzleTable): Shape {
  return objectShape((key) =>
    placeShape(builders.catalog, table.column(key), `drizzle row of ${table.relation.name}`),
  )
}

/**
 * What a drizzle query gives: `db.select().from(workspaces)`, `db.select({ status: workspaces.status }).from(...)`,
 * `db.update(workspaces).set(...).returning()`, `db.query.workspaces.findFirst()`.
 */
export function drizzleResult(
  builders: BuilderFile,
  call: TSESTree.CallExpression,
  { steps }: Chain,
): Shape | undefined {
  const tables = drizzleTables(builders)
  const last = steps.at(-1)
  if (last?.name === 'findFirst' || last?.name === 'findMany') {
    const table = queriedTable(builders, call)
    const row = table && rowOf(builders, table)
    return last.name === 'findMany' ? listOf(row) : row
  }
  const named = (pattern: RegExp) => steps.filter((step) => step.call && pattern.test(step.name))
  const from = named(/^from$/)[0]?.call?.arguments[0]
  const target = named(/^(?:insert|update|delete)$/)[0]?.call?.arguments[0]
  const selection = from ? named(/^select(?:Distinct|DistinctOn)?$/)[0]?.call : named(/^returning$/)[0]?.call
  const table = from ?? target
  const known = table && tables.of(table)
  if (!selection || !known) return undefined
  const fields = selection.arguments.at(-1)
  if (fields?.type === 'ObjectExpression') return listOf(selectedRow(builders, tables, fields))
  if (fields) return undefined
  const joins = named(/Join(?:Lateral)?$/)
  if (joins.length === 0) return listOf(rowOf(builders, known))
  const joined = [known, ...joins.map(({ call: join }) => join?.arguments[0] && tables.of(join.arguments[0]))]
  return listOf(
    objectShape((key) => {
      const [found, ...others] = joined.filter((one) => one?.relation.name === key)
      return found && others.length === 0 ? rowOf(builders, found) : undefined
    }),
  )
}

function selectedRow(builders: BuilderFile, tables: DrizzleTables, fields: TSESTree.ObjectExpression): Shape {
  return objectShape((key) => {
    for (const member of fields.properties.toReversed()) {
      if (member.type !== 'Property') return undefined
      if (keyOf(member) !== key) continue
      const value = unwrap(member.value)
      if (value.type !== 'MemberExpression') {
        const table = tables.of(value)
        return table && rowOf(builders, table)
      }
      const name = memberName(value)
      const place = name === undefined ? undefined : tables.of(value.object)?.column(name)
      return place
        ? placeShape(builders.catalog, place, `drizzle select of ${place.relation.name}`)
        : undefined
    }
    return undefined
  })
}
