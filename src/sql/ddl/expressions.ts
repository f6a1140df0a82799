import type { A_Expr, ColumnRef, FuncCall, Node, TypeCast } from '@pgsql/types'
import type { Comparison, Expression, TypeName } from '../../catalog/change.js'
import type { QualifiedName } from '../../catalog/model.js'
import { columnComparison, readStringList, stringConstant } from './lists.js'
import { listName, qualified, stringOf, typeName } from './names.js'

/** Calls `visit` for every node object (`{ Kind: {...} }`) in a tree, outer ones first. */
export function walk(tree: unknown, visit: (kind: string, value: object) => void): void {
  if (typeof tree !== 'object' || tree === null) return
  if (Array.isArray(tree)) {
    for (const item of tree) walk(item, visit)
    return
  }
  for (const key in tree) {
    const value = (tree as Record<string, unknown>)[key]
    if (typeof value !== 'object' || value === null) continue
    const first = key.charCodeAt(0)
    if (first >= 65 && first <= 90) visit(key, value)
    walk(value, visit)
  }
}

const POSITIONS: ReadonlySet<string> = new Set([
  'location',
  'list_start',
  'list_end',
  'rexpr_list_start',
  'rexpr_list_end',
])

/** The tree without positions, which mean nothing outside their statement. */
export function withoutPositions(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutPositions)
  if (typeof tree !== 'object' || tree === null) return tree
  const copy: Record<string, unknown> = {}
  for (const key in tree) {
    const value = (tree as Record<string, unknown>)[key]
    // A position is a number, and most of what a tree holds is none.
    if (typeof value === 'object') copy[key] = withoutPositions(value)
    else if (typeof value !== 'number' || !POSITIONS.has(key)) copy[key] = value
  }
  return copy
}

function columnName(ref: ColumnRef): string | undefined {
  const last = ref.fields?.at(-1)
  return last !== undefined && 'String' in last ? stringOf(last) : undefined
}

/** What the catalog must know of an expression; `withTree` where its tree is not kept elsewhere. */
export function readExpression(node: Node, withTree = true): Expression {
  const columns: string[] = []
  const types: TypeName[] = []
  const functions: QualifiedName[] = []
  const sequences: QualifiedName[] = []
  const comparisons: Comparison[] = []
  let isResolved = true
  walk(node, (kind, value) => {
    switch (kind) {
      case 'ColumnRef': {
        const name = columnName(value as ColumnRef)
        if (name !== undefined && !columns.includes(name)) columns.push(name)
        break
      }
      case 'TypeCast':
        types.push(typeName((value as TypeCast).typeName))
        if (!isConstant((value as TypeCast).arg)) isResolved = false
        break
      case 'FuncCall': {
        const { funcname, args } = value as FuncCall
        const name = listName(funcname)
        if (name.schema !== 'pg_catalog') functions.push(name)
        if (name.name === 'nextval') sequences.push(...sequenceOf(args?.[0]))
        break
      }
      case 'A_Expr': {
        isResolved = false
        const found = columnComparison(value as A_Expr)
        if (found === undefined || found.cast) break
        const { column, asText, values, textConstants } = found
        comparisons.push({ column, asText, values, ...(textConstants ? { textConstants } : {}) })
      }
    }
  })
  const list = readStringList(node)
  return {
    columns,
    types,
    functions,
    sequences,
    comparisons,
    ...(list === undefined ? {} : { list }),
    ...(withTree && !isResolved ? { tree: withoutPositions(node) } : {}),
    ...wholeOf(node),
  }
}

function isConstant(node: Node | undefined): boolean {
  return node !== undefined && 'A_Const' in node
}

/** What an expression is as a whole, where it is a constant, a cast or a column. */
function wholeOf(node: Node): Pick<Expression, 'literal' | 'cast' | 'castLiteral' | 'castColumn' | 'column'> {
  if ('A_Const' in node) {
    if (node.A_Const.isnull === true) return { literal: null }
    return node.A_Const.sval === undefined ? {} : { literal: node.A_Const.sval.sval ?? '' }
  }
  if ('TypeCast' in node) {
    const cast = typeName(node.TypeCast.typeName)
    const { arg } = node.TypeCast
    const inner = arg !== undefined && 'A_Const' in arg ? stringConstant(arg) : undefined
    const castColumn = arg !== undefined && 'ColumnRef' in arg ? columnName(arg.ColumnRef) : undefined
    if (castColumn !== undefined) return { cast, castColumn }
    return inner === undefined ? { cast } : { cast, castLiteral: inner.value }
  }
  if ('ColumnRef' in node) {
    const column = columnName(node.ColumnRef)
    return column === undefined ? {} : { column }
  }
  return {}
}

function sequenceOf(node: Node | undefined): QualifiedName[] {
  const constant = stringConstant(node)
  if (constant === undefined) return []
  const parts = parseIdentifiers(constant.value)
  return parts === undefined ? [] : [qualified(parts)]
}

/** The parts of a dotted name in a string, folded and unquoted as `::regclass` reads it; undefined where it is none. */
export function parseIdentifiers(text: string): string[] | undefined {
  const parts: string[] = []
  const part = /\s*(?:"((?:[^"]|"")+)"|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*))\s*(\.|$)/y
  for (;;) {
    const match = part.exec(text)
    if (match === null) return undefined
    parts.push(match[1]?.replaceAll('""', '"') ?? foldCase(match[2]!))
    if (match[3] === '') return parts
  }
}

/** Lower case for ASCII letters only, as the scanner of Postgres folds. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** The tree with a column under another name. */
export function renameInExpression(tree: unknown, from: string, to: string): unknown {
  if (Array.isArray(tree)) return tree.map((item) => renameInExpression(item, from, to))
  if (typeof tree !== 'object' || tree === null) return tree
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(tree)) {
    copy[key] =
      key === 'ColumnRef' ? renameRef(value as ColumnRef, from, to) : renameInExpression(value, from, to)
  }
  return copy
}

/** The tree with another text in place of a string constant. */
export function replaceConstant(tree: unknown, from: string, to: string): unknown {
  if (Array.isArray(tree)) return tree.map((item) => replaceConstant(item, from, to))
  if (typeof tree !== 'object' || tree === null) return tree
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(tree)) {
    const constant = key === 'A_Const' ? (value as { sval?: { sval?: string } }).sval : undefined
    if (constant !== undefined) copy[key] = (constant.sval ?? '') === from ? { sval: { sval: to } } : value
    else copy[key] = replaceConstant(value, from, to)
  }
  return copy
}

function renameRef(ref: ColumnRef, from: string, to: string): ColumnRef {
  if (columnName(ref) !== from) return ref
  return { ...ref, fields: [...(ref.fields ?? []).slice(0, -1), { String: { sval: to } }] }
}
