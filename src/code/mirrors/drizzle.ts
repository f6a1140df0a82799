import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import type { DatabaseName, Definition } from './declaration.js'
import { snakeCase } from './names.js'
import { keyOf, property, stringOf } from './nodes.js'
import { constantOf, exportedAs } from './scope.js'
import { readTypeAlias, readUnion } from './typescript.js'
import { readValues } from './validators.js'

const MODULE = /^drizzle-orm\/pg-core(\/|$)/
/** Column builders that take `{ enum: [...] }`. https://orm.drizzle.team/docs/column-types/pg */
const TEXT_COLUMNS = new Set(['text', 'varchar', 'char'])

/**
 * Drizzle: `pgEnum('workspace_status', [...])`, `schema.enum(...)`, and the columns of `pgTable('workspaces', {...})` with
 * `{ enum: [...] }` or `.$type<...>()`. https://orm.drizzle.team/docs/column-types/pg#enum
 */
export function readDrizzle(context: CodeContext, call: TSESTree.CallExpression): Definition[] {
  const maker = makerOf(context, call.callee)
  const name = stringOf(call.arguments[0])
  const second = call.arguments[1]
  if (!maker || name === undefined || !second) return []
  const schema = maker.schema === undefined ? {} : { schema: maker.schema }
  if (maker.makes === 'enum') {
    const variable =
      call.parent.type === 'VariableDeclarator' && call.parent.id.type === 'Identifier'
        ? call.parent.id.name
        : name
    const values = readValues(second, call, { name: variable })
    if (!values) return []
    const database: DatabaseName = { type: 'enum', ...schema, name }
    return [
      { database: [database], link: 'drizzle pgEnum', values: asDatabaseEnum(values), isDefinition: true },
    ]
  }
  return columnsOf(second).flatMap((member) => readColumn(member, name, schema))
}

function asDatabaseEnum(values: Definition['values']): Definition['values'] {
  return 'target' in values ? values : { ...values, kind: 'database enum' }
}

/** Whether a callee makes an enum or a table, and in which schema: `pgEnum`, `pgTable`, or a method of `pgSchema('x')`. */
function makerOf(
  context: CodeContext,
  callee: TSESTree.Node,
): { readonly makes: 'enum' | 'table'; readonly schema?: string } | undefined {
  const exported = exportedAs(context, callee, MODULE)
  if (exported === 'pgEnum') return { makes: 'enum' }
  if (exported === 'pgTable') return { makes: 'table' }
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return undefined
  const method = callee.property.type === 'Identifier' ? callee.property.name : undefined
  if (method !== 'enum' && method !== 'table') return undefined
  const init = constantOf(context, callee.object)
  if (init?.type !== 'CallExpression' || exportedAs(context, init.callee, MODULE) !== 'pgSchema')
    return undefined
  const schema = stringOf(init.arguments[0])
  return schema === undefined ? undefined : { makes: method, schema }
}

/** The members of the object of columns, also where a function returns it: `(t) => ({ ... })`. */
function columnsOf(node: TSESTree.Node): TSESTree.Property[] {
  const object = node.type === 'ArrowFunctionExpression' ? node.body : node
  if (object.type !== 'ObjectExpression') return []
  return object.properties.filter((member) => member.type === 'Property')
}

function readColumn(
  member: TSESTree.Property,
  table: string,
  schema: { readonly schema?: string },
): Definition[] {
  const key = keyOf(member)
  if (key === undefined) return []
  let type: TSESTree.TypeNode | undefined
  let node: TSESTree.Node = member.value
  // From the end of `text('status', {...}).notNull().$type<T>()` to its start.
  while (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    const callee: TSESTree.MemberExpression = node.callee
    if (callee.object.type !== 'CallExpression') break
    if (callee.property.type === 'Identifier' && callee.property.name === '$type')
      type = node.typeArguments?.params[0]
    node = callee.object
  }
  if (node.type !== 'CallExpression') return []
  const builder = node.callee.type === 'MemberExpression' ? node.callee.property : node.callee
  const given = stringOf(node.arguments[0])
  const columns = given === undefined ? [key, snakeCase(key)] : [given]
  const database: DatabaseName[] = [{ type: 'column', ...schema, tables: [table], columns }]
  const found: Definition[] = []
  const option = property(node.arguments[given === undefined ? 0 : 1], 'enum')
  if (option && builder.type === 'Identifier' && TEXT_COLUMNS.has(builder.name)) {
    const values = readValues(option, member, { name: key })
    if (values) {
      const column = 'target' in values ? values : ({ ...values, kind: 'column' } as const)
      found.push({ database, link: 'drizzle column', values: column, isDefinition: true })
    }
  }
  const values = type && (readUnion(type, key) ?? readTypeAlias(type, key))
  if (values) found.push({ database, link: 'drizzle $type of a column', values, isDefinition: false })
  return found
}
