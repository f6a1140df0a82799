import type { TSESTree } from '@typescript-eslint/utils'
import { reach } from '../reach/reach.js'
import type { Site, SourceFile } from '../reach/site.js'
import { walk } from '../reach/site.js'
import { chainOf } from '../sql/bindings.js'
import { isForeignCall, isForeignFile } from '../sql/foreign.js'
import { givenPath, isSamePath } from './givenPath.js'
import type { GivenPath } from './givenPath.js'
import type { FunctionNode, Node } from './syntax.js'
import { isFunction, memberName, stringOf, unwrap } from './syntax.js'

/** A row that a function of the project writes into a table, or looks a table up by. */
export interface RowWrite {
  /** The table's name, or the part of an argument that it is; `schema` is written in front of it. */
  readonly table: string | GivenPath
  readonly schema?: string
  /** What is given, or the name of a variable of the function. */
  readonly row: GivenPath | string
  readonly isCondition: boolean
}

/** By the linted source code: what other files hold may be another thing for the next. */
const cache = new WeakMap<object, Map<Node, readonly RowWrite[]>>()

/** Functions that hand what they are given to other functions are followed this far. */
const DEPTH = 3

/**
 * What a function does with the rows it is given: its own SQL or builder call takes the table from an argument, and the columns
 * from the keys of an object. Nothing where that is not certain. Never throws.
 */
export function rowWritesOf(fn: FunctionNode, file: SourceFile, depth = DEPTH): readonly RowWrite[] {
  const { sourceCode } = file.context
  let known = cache.get(sourceCode)
  if (known === undefined) cache.set(sourceCode, (known = new Map()))
  let found = known.get(fn)
  if (found === undefined) {
    found = isForeignFile(file) ? [] : new Reader(fn, file, depth).read()
    if (depth === DEPTH) known.set(fn, found)
  }
  return found
}

/** Stands for an expression in text. */
const HOLE = '\0'
/** A statement that writes: the names of its schema and its table, either of which may be a hole. */
const STATEMENT =
  /\b(insert\s+into|update(?:\s+only)?)\s+(?!(?:set|of)\b)(?:"?(\w+|\0)"?\.)?"?(\w+|\0)"?(?=[\s(\0]|$)/gi
/** What stands behind it where its columns come from code. */
const COLUMNS = {
  insert: /^\s*(?:\((?:\s*"?\w+"?\s*,)*\s*"?)?\0/,
  update: /^\s+(?:(?:as\s+)?\w+\s+)?set\s+(?:[^\0]*,\s*)?"?\0/i,
}
const WRITES = /^(?:insert|insertInto|values|update|set|upsert|merge)$/
const NAMES_TABLE = /^(?:from|into|table|insertInto|updateTable)$/
const CONDITION = /^(?:where|filter|cond|criteria|match|by$)/i

interface Target {
  /** Empty for what is not given. */
  readonly table: string | GivenPath
  readonly schema?: string
  /** Whether its columns are those of a row. */
  readonly takesRow: boolean
}

class Reader {
  readonly #fn: FunctionNode
  readonly #file: SourceFile
  readonly #depth: number
  readonly #targets: Target[] = []
  readonly #rows = new Map<string, { readonly row: GivenPath | string; readonly name: string }>()
  readonly #handedOver: RowWrite[] = []
  #isForeign = false

  constructor(fn: FunctionNode, file: SourceFile, depth: number) {
    this.#fn = fn
    this.#file = file
    this.#depth = depth
  }

  read(): readonly RowWrite[] {
    walk(this.#fn.body, (node) => {
      if (node.type === 'CallExpression') this.#call(node)
      else if (isWholeText(node)) this.#text(node)
    })
    const [target, ...others] = this.#targets
    if (this.#isForeign || others.some((other) => !isSameTarget(other, target!))) return []
    if (target === undefined) return this.#handedOver
    if (!this.#targets.some(({ takesRow }) => takesRow)) return []
    const { table, schema } = target
    return [...this.#rows.values()].map(({ row, name }) => ({
      table,
      ...(schema === undefined ? {} : { schema }),
      row,
      isCondition: CONDITION.test(name),
    }))
  }

  #path(node: Node): GivenPath | undefined {
    return givenPath(node, this.#fn, this.#file)
  }

  #text(node: Node): void {
    const pieces = piecesOf(node)
    const text = pieces.map((piece) => (typeof piece === 'string' ? piece : HOLE)).join('')
    const holes = pieces.filter((piece) => typeof piece !== 'string')
    for (const { 0: whole, 1: verb, 2: schema, 3: name, index } of text.matchAll(STATEMENT)) {
      const end = index + whole.length
      const hole = name === HOLE ? holes[countHoles(text.slice(0, end)) - 1] : undefined
      const table = hole === undefined ? name! : (this.#table(hole) ?? '')
      const columns = /^insert/i.test(verb!) ? COLUMNS.insert : COLUMNS.update
      const takesRow = columns.test(text.slice(end))
      const inSchema = schema === undefined || schema === HOLE ? {} : { schema }
      this.#targets.push({ table, ...inSchema, takesRow })
      if (!takesRow) continue
      // Helpers that make columns and values of the row: `${sql(row)}`.
      for (const one of holes) {
        const call = unwrap(one)
        const [given] = call.type === 'CallExpression' ? call.arguments : []
        if (given !== undefined) this.#row(given)
      }
    }
  }

  /** The part of an argument that a table's name is, in a helper or not: `table`, `sql(table)`, `sql.identifier([table])`. */
  #table(hole: Node): GivenPath | undefined {
    const call = unwrap(hole)
    const [inner] = call.type === 'CallExpression' ? call.arguments : [hole]
    return inner && this.#path(inner.type === 'ArrayExpression' ? (inner.elements.at(-1) ?? inner) : inner)
  }

  #row(node: Node): void {
    const path = this.#path(node)
    const plain = unwrap(node)
    const name = plain.type === 'Identifier' ? plain.name : ''
    const isTable = this.#targets.some(
      ({ table }) => typeof table !== 'string' && path && isSamePath(table, path),
    )
    const key = path === undefined ? name : `${path.index}.${path.keys.join('.')}`
    if (key !== '' && !isTable) this.#rows.set(key, { row: path ?? name, name })
  }

  #call(node: TSESTree.CallExpression): void {
    const callee = unwrap(node.callee)
    const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined
    const [first] = node.arguments
    this.#isForeign ||= isForeignCall(node, this.#file)
    if (first === undefined) return
    if (
      callee.type === 'MemberExpression' &&
      callee.object.type === 'Identifier' &&
      callee.object.name === 'Object'
    ) {
      if (/^(?:keys|values|entries)$/.test(name ?? '')) this.#row(first)
      return
    }
    if (name !== undefined && WRITES.test(name)) this.#built(node, first)
    if (this.#depth > 0 && node.arguments.length > 1) this.#handOver(node)
  }

  /** `db(table).insert(row)`, `db.insertInto(table).values(row)` */
  #built(call: TSESTree.CallExpression, row: Node): void {
    for (const link of chainOf(call.callee)) {
      const callee = unwrap(link.callee)
      const [given] = link.arguments
      if (given === undefined || link === call) continue
      const method = callee.type === 'MemberExpression' ? memberName(callee) : undefined
      const path = method === undefined || NAMES_TABLE.test(method) ? this.#path(given) : undefined
      if (path === undefined) continue
      this.#targets.push({ table: path, takesRow: true })
      this.#row(row)
    }
  }

  /** What it hands over to another function of the project, which writes it. */
  #handOver(call: TSESTree.CallExpression): void {
    const paths = call.arguments.map((argument) => this.#path(argument))
    if (paths.every((path) => path === undefined)) return
    for (const { node, file } of reach(this.#siteOf(call.callee)).sites) {
      if (!isFunction(node) || node === this.#fn) continue
      for (const write of rowWritesOf(node, file, this.#depth - 1)) {
        const row = typeof write.row === 'string' ? undefined : this.#through(write.row, call)
        const table = typeof write.table === 'string' ? write.table : this.#through(write.table, call)
        const name = typeof write.table === 'string' ? undefined : stringOf(call.arguments[write.table.index])
        if (row !== undefined && (table ?? name) !== undefined)
          this.#handedOver.push({ ...write, table: (table ?? name)!, row })
      }
    }
  }

  #through({ index, keys }: GivenPath, call: TSESTree.CallExpression): GivenPath | undefined {
    const argument = call.arguments[index]
    const path = argument && this.#path(argument)
    return path && { index: path.index, keys: [...path.keys, ...keys] }
  }

  #siteOf(node: Node): Site {
    return { node, file: this.#file, at: node }
  }
}

/** Text that is no part of other text. */
function isWholeText(node: Node): boolean {
  const { parent } = node
  if (parent?.type === 'BinaryExpression' && parent.operator === '+') return false
  if (node.type === 'BinaryExpression') return node.operator === '+'
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string')
}

/** What text is put together from: written text, and expressions. */
function piecesOf(node: Node): (string | Node)[] {
  if (node.type === 'BinaryExpression') return [...piecesOf(node.left as Node), ...piecesOf(node.right)]
  if (node.type !== 'TemplateLiteral') return [stringOf(node) ?? node]
  return node.quasis.flatMap((quasi, i) => [quasi.value.cooked ?? '', ...node.expressions.slice(i, i + 1)])
}

function countHoles(text: string): number {
  return text.split(HOLE).length - 1
}

function isSameTarget(one: Target, other: Target): boolean {
  if (one.schema !== other.schema || one.table === '') return false
  if (typeof one.table === 'string' || typeof other.table === 'string') return one.table === other.table
  return isSamePath(one.table, other.table)
}
