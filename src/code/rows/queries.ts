import type { TSESTree } from '@typescript-eslint/utils'
import { valueSetOfType } from '../../catalog/valueSets.js'
import type { ResultColumn } from '../../sql/analyze/index.js'
import { snakeCase } from '../builders/tables.js'
import type { CodeContext } from '../context.js'
import { reach } from '../reach/reach.js'
import { staticKey } from '../reach/site.js'
import type { Node, Site, SourceFile } from '../reach/site.js'
import { callBindings } from '../sql/bindings.js'
import { isForeignCall, isForeignFile } from '../sql/foreign.js'
import { isForeignTag, partsOf } from '../sql/parts.js'
import { resultOfUnit } from '../sql/unit.js'
import type { Unit } from '../sql/unit.js'
import { isStringLike } from './candidates.js'
import type { Shape } from './shape.js'
import { listOf } from './shape.js'

/** Methods that run SQL and give all rows: as a list, or as `{ rows }` (pg). */
const MANY = new Set(
  'query execute unsafe any many manyOrNone manyFirst $queryRaw $queryRawUnsafe queryRaw raw run all'.split(
    ' ',
  ),
)
/** How a statement that returns rows starts, comments before it looked over. */
const STATEMENT =
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/|\()*(?:select|with|values|insert|update|delete|merge|table)?\b/i

/** Methods that run SQL and give one row: pg-promise, slonik. */
const ONE = new Set('one oneOrNone maybeOne get'.split(' '))

/**
 * The result of a query that is read: its rows have the columns that the SQL selects, with their types. Undefined where the call runs
 * no SQL, or SQL whose columns are not known.
 */
export function queryResult(
  file: SourceFile,
  node: TSESTree.CallExpression | TSESTree.TaggedTemplateExpression,
): Shape | undefined {
  const { context } = file
  if (!context.project.catalog || (!file.linted && isForeignFile(file))) return undefined
  if (node.type === 'TaggedTemplateExpression') return rowsOf(context, templateUnit(file, node))
  const { callee } = node
  const name = callee.type === 'MemberExpression' ? staticKey(callee) : undefined
  const [first] = node.arguments
  if (callee.type !== 'MemberExpression' || name === undefined) return undefined
  // Kysely's sql`...`.execute(db)
  if (name === 'execute' && callee.object.type === 'TaggedTemplateExpression')
    return queryResult(file, callee.object)
  if (!first || !(MANY.has(name) || ONE.has(name))) return undefined
  const rows = rowsOf(context, callUnit(file, node, first))
  return ONE.has(name) ? rows?.element?.() : rows
}

function templateUnit(file: SourceFile, node: TSESTree.TaggedTemplateExpression): Unit | undefined {
  if (isForeignTag(node.tag)) return undefined
  return unitOf({ node, file, at: node })
}

function callUnit(file: SourceFile, node: TSESTree.CallExpression, first: Node): Unit | undefined {
  if (isForeignCall(node, file)) return undefined
  const text = textOf(first)
  // A name is followed only where it is that of a constant: `cache.get(key)` is no query.
  if (!text || !(isText(text) || isStringLike(file, text))) return undefined
  const reached = reach({ node: text, file, at: text })
  if (!reached.complete || reached.sites.length !== 1) return undefined
  const unit = unitOf(reached.sites[0]!)
  const bindings = callBindings({ node, file, at: node }, node, 0)
  return unit && (bindings ? { ...unit, bindings } : unit)
}

/** The SQL in `query('...')` and `query({ text: '...', values })`. */
function textOf(argument: Node): Node | undefined {
  if (argument.type !== 'ObjectExpression') return argument
  for (const member of argument.properties) {
    if (member.type === 'Property' && /^(text|sql|query)$/.test(staticKey(member) ?? '')) return member.value
  }
  return undefined
}

function isText({ type }: Node): boolean {
  return (
    type === 'Literal' ||
    type === 'TemplateLiteral' ||
    type === 'TaggedTemplateExpression' ||
    type === 'BinaryExpression'
  )
}

function unitOf(site: Site): Unit | undefined {
  const parts = partsOf(site)
  const [first] = parts ?? []
  if (!parts || (first?.type === 'text' && !STATEMENT.test(first.source.decoded.text))) return undefined
  return { site, parts, link: 'result of a query' }
}

function rowsOf(context: CodeContext, unit: Unit | undefined): Shape | undefined {
  const columns = unit && resultOfUnit(unit, context)
  if (!columns) return undefined
  const row: Shape = { property: (key) => columnOf(context, columns, key), isOpen: true }
  const list = listOf(row)!
  // pg gives `{ rows }`, others the list itself.
  return { ...list, property: (key) => (key === 'rows' ? list : undefined) }
}

function columnOf(context: CodeContext, columns: readonly ResultColumn[], key: string): Shape | undefined {
  const named = (name: string) => columns.filter((column) => column.name === name)
  const exact = named(key)
  const [column, ...others] = exact.length > 0 ? exact : named(snakeCase(key))
  const type = column?.type
  // Of two columns of one name a driver keeps one.
  if (!type || others.some((other) => other.type?.oid !== type.oid || other.values !== column.values))
    return undefined
  const valueSet = column.values ?? valueSetOfType(context.project.catalog!, type)
  if (!valueSet) return undefined
  const { target = {} } = column
  const shape: Shape = { value: { valueSet, target, link: `result of a query, column ${column.name}` } }
  return type.array ? listOf(shape) : shape
}
