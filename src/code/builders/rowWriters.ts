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

/** What stands in front of the name of a table that is written, and its schema. */
const BEFORE_TABLE = /\b(?:insert\s+into|update(?:\s+only)?)\s+(?:"?(\w+)"?\.)?"?$/i
const TABLE = /\b(?:insert\s+into|update(?:\s+only)?)\s+(?!(?:set|of)\b)((?:"?\w+"?\.)?"?\w+"?)(?=[\s(])/gi
const WRITES = /^(?:insert|insertInto|values|update|set|upsert|merge)$/
const NAMES_TABLE = /^(?:from|into|table|insertInto|updateTable)$/
const CONDITION = /^(?:where|filter|cond|criteria|match|by$)/i

interface Target {
  readonly table: string | GivenPath
  readonly schema?: string
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
      if (node.type === 'TemplateLiteral') this.#template(node)
      else if (node.type === 'BinaryExpression') this.#concatenation(node)
      else if (node.type === 'Literal' && typeof node.value === 'string') this.#text(node.value)
      else if (node.type === 'CallExpression') this.#call(node)
    })
    const [target, ...others] = this.#targets
    if (this.#isForeign || others.some((other) => !isSameTarget(other, target!))) return []
    if (target === undefined) return this.#handedOver
    return [...this.#rows.values()].map(({ row, name }) => ({
      ...target,
      row,
      isCondition: CONDITION.test(name),
    }))
  }

  #path(node: Node): GivenPath | undefined {
    return givenPath(node, this.#fn, this.#file)
  }

  #text(text: string): void {
    for (const match of text.matchAll(TABLE)) {
      const [table, schema] = match[1]!.replaceAll('"', '').split('.').reverse()
      this.#targets.push({ table: table!, ...(schema === undefined ? {} : { schema }) })
    }
  }

  #template(node: TSESTree.TemplateLiteral): void {
    let writes = false
    node.quasis.forEach((quasi, i) => {
      const text = quasi.value.cooked ?? ''
      this.#text(text)
      const expression = node.expressions[i]
      const isName = /^"?(?:[\s(]|$)/.test(node.quasis[i + 1]?.value.cooked ?? '')
      if (expression !== undefined && isName) writes = this.#named(text, expression) || writes
    })
    if (!writes) return
    // Helpers that make columns and values of the row: `${sql(row)}`.
    for (const expression of node.expressions) {
      const call = unwrap(expression)
      const [given] = call.type === 'CallExpression' ? call.arguments : []
      if (given !== undefined) this.#row(given)
    }
  }

  #concatenation({ left, right, operator }: TSESTree.BinaryExpression): void {
    const last = left.type === 'BinaryExpression' ? left.right : (left as Node)
    const text = operator === '+' ? stringOf(last) : undefined
    if (text !== undefined) this.#named(text, right)
  }

  /** The expression behind `text`, where that expects a table. */
  #named(text: string, expression: Node): boolean {
    const before = BEFORE_TABLE.exec(text)
    if (before === null) return false
    const call = unwrap(expression)
    const [inner] = call.type === 'CallExpression' ? call.arguments : [expression]
    const path =
      inner && this.#path(inner.type === 'ArrayExpression' ? (inner.elements.at(-1) ?? inner) : inner)
    // A table that is told by something else makes the others uncertain.
    this.#targets.push({
      table: path ?? '',
      ...(before[1] === undefined ? {} : { schema: before[1] }),
    })
    return true
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
      this.#targets.push({ table: path })
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

function isSameTarget(one: Target, other: Target): boolean {
  if (one.schema !== other.schema || one.table === '') return false
  if (typeof one.table === 'string' || typeof other.table === 'string') return one.table === other.table
  return isSamePath(one.table, other.table)
}
