import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { stringOf } from '../mirrors/nodes.js'
import { bindingOf } from '../reach/binding.js'
import { exportOf, importedFile } from '../reach/modules.js'
import { staticKey } from '../reach/site.js'
import type { Node, SourceFile } from '../reach/site.js'
import type { Shape } from './shape.js'
import { rowOf, tableNamed } from './tables.js'

/**
 * Rows of drizzle's tables: `typeof workspaces.$inferSelect`, `$inferInsert`, and the argument of `InferSelectModel<typeof workspaces>`.
 * https://orm.drizzle.team/docs/goodies#type-api
 */
export function drizzleRow(
  context: CodeContext,
  node: TSESTree.TypeNode,
  file: SourceFile,
): Shape | undefined {
  if (node.type !== 'TSTypeQuery') return undefined
  const { exprName } = node
  let name: TSESTree.EntityName | TSESTree.TSImportType = exprName
  let isStored = false
  if (exprName.type === 'TSQualifiedName' && /^(\$inferSelect|\$inferInsert)$/.test(exprName.right.name)) {
    isStored = exprName.right.name === '$inferInsert'
    name = exprName.left
  }
  const table = tableCall(name, file)
  const row = table && drizzleTableRow(context, table)
  return row && (isStored ? { ...row, isStored } : row)
}

interface TableCall {
  readonly call: TSESTree.CallExpression
  readonly file: SourceFile
}

/** The call of `pgTable` that a name (`workspaces`, `schema.workspaces`) stands for, here or in a file that it is imported from. */
function tableCall(name: Node, file: SourceFile): TableCall | undefined {
  if (name.type === 'TSQualifiedName' || name.type === 'MemberExpression') {
    const left = name.type === 'TSQualifiedName' ? name.left : name.object
    const key = name.type === 'TSQualifiedName' ? name.right.name : staticKey(name)
    if (left.type !== 'Identifier' || key === undefined) return undefined
    const binding = bindingOf(left, file)
    if (binding?.kind !== 'import' || binding.imported !== '*') return undefined
    return exportedTable(binding.source, key, file)
  }
  if (name.type !== 'Identifier') return undefined
  const binding = bindingOf(name, file)
  if (binding?.kind === 'import') return exportedTable(binding.source, binding.imported, file)
  const init = binding?.kind === 'variable' ? binding.declarator.init : undefined
  return init?.type === 'CallExpression' ? { call: init, file } : undefined
}

function exportedTable(source: string, name: string, file: SourceFile): TableCall | undefined {
  const next = importedFile(source, file)
  const found = next && exportOf(next, name)
  const init = found?.binding?.kind === 'variable' ? found.binding.declarator.init : undefined
  return found && init?.type === 'CallExpression' ? { call: init, file: found.file } : undefined
}

/** The row of `pgTable('workspaces', {...})` or `schema.table('workspaces', {...})`: its keys, and the columns they name. */
export function drizzleTableRow(context: CodeContext, { call, file }: TableCall): Shape | undefined {
  const { callee } = call
  const name = stringOf(call.arguments[0])
  if (name === undefined || !/drizzle-orm/.test(file.text)) return undefined
  let schema: string | undefined
  if (callee.type === 'MemberExpression') {
    if (staticKey(callee) !== 'table' || callee.object.type !== 'Identifier') return undefined
    const binding = bindingOf(callee.object, file)
    const init = binding?.kind === 'variable' ? binding.declarator.init : undefined
    schema = init?.type === 'CallExpression' ? stringOf(init.arguments[0]) : undefined
    if (schema === undefined) return undefined
  } else if (callee.type !== 'Identifier' || callee.name !== 'pgTable') return undefined
  const second = call.arguments[1]
  const columns = second?.type === 'ArrowFunctionExpression' ? second.body : second
  if (columns?.type !== 'ObjectExpression') return undefined
  return rowOf(context, tableNamed(context, name, schema), `drizzle row of ${name}`, (key) => {
    for (const member of columns.properties) {
      if (member.type === 'Property' && staticKey(member) === key) return columnName(member.value) ?? key
    }
    return undefined
  })
}

/** The name in `text('status').notNull()`; undefined where the key is the name. */
function columnName(node: Node): string | undefined {
  let inner = node
  while (
    inner.type === 'CallExpression' &&
    inner.callee.type === 'MemberExpression' &&
    inner.callee.object.type === 'CallExpression'
  ) {
    inner = inner.callee.object
  }
  return inner.type === 'CallExpression' ? stringOf(inner.arguments[0]) : undefined
}
