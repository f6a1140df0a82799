import type { TSESTree } from '@typescript-eslint/utils'
import type { Catalog } from '../../catalog/model.js'
import { valueSetOfColumn } from '../../catalog/valueSets.js'
import { bindingOf } from '../reach/binding.js'
import type { FunctionNode } from '../reach/binding.js'
import { staticKey, walk } from '../reach/site.js'
import type { Node, SourceFile } from '../reach/site.js'

/*
 * Most strings of a project are compared with what has nothing to do with its database. Whether files must be read to know what an expression
 * is, is told by its names: those of columns that have a value set are in them, however code writes them.
 */

const columns = new WeakMap<Catalog, ReadonlySet<string>>()

/** The names of the columns that have a value set. */
export function valueColumns(catalog: Catalog): ReadonlySet<string> {
  let names = columns.get(catalog) as Set<string> | undefined
  if (names === undefined) {
    names = new Set()
    for (const relation of catalog.relations()) {
      for (const column of relation.columns) {
        if (valueSetOfColumn(catalog, relation, column)) names.add(column.name)
      }
    }
    columns.set(catalog, names)
  }
  return names
}

const DEPTH = 8

/** Says of expressions whether they are named after a column that has a value set: `row.status`, `workspaceStatus`, `getStatus()`. */
export class ColumnNames {
  readonly #file: SourceFile
  readonly #columns: readonly string[]
  readonly #known = new Map<string, boolean>()

  constructor(file: SourceFile) {
    const { catalog } = file.context.project
    this.#file = file
    this.#columns = catalog === undefined ? [] : [...valueColumns(catalog)].map(plain)
  }

  /** Whether an expression, or what it was made of by name, is named so. */
  names(node: Node, depth = DEPTH): boolean {
    switch (node.type) {
      case 'MemberExpression': {
        const key = staticKey(node)
        return key === undefined || /^\d+$/.test(key) ? this.names(node.object, depth) : this.#has(key)
      }
      case 'Identifier':
        return this.#has(node.name) || (depth > 0 && this.#isMadeOf(node, depth - 1))
      case 'CallExpression':
        // `getStatus()`; `expect.objectContaining({ status })`; `rows.map((row) => row.status)`.
        return (
          this.names(node.callee, depth) ||
          node.arguments.some((given) =>
            given.type === 'ArrowFunctionExpression'
              ? given.body.type === 'MemberExpression' && this.names(given.body, depth)
              : given.type === 'ObjectExpression' && this.#holds(given),
          )
        )
      case 'Literal':
        return typeof node.value === 'string' && this.#has(node.value)
      case 'AwaitExpression':
        return this.names(node.argument, depth)
      case 'ChainExpression':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
        return this.names(node.expression, depth)
      case 'ConditionalExpression':
        return this.names(node.consequent, depth) || this.names(node.alternate, depth)
      case 'LogicalExpression':
        return this.names(node.left, depth) || this.names(node.right, depth)
      case 'ArrayExpression':
      case 'ObjectExpression':
        return this.#holds(node)
      default:
        return false
    }
  }

  #isMadeOf(identifier: TSESTree.Identifier, depth: number): boolean {
    const binding = bindingOf(identifier, this.#file)
    if (binding?.kind === 'parameter') {
      const list = binding.index === 0 ? listOfCallback(binding.fn) : undefined
      return this.#holds(binding.fn.params[binding.index]!) || (!!list && this.names(list, depth))
    }
    if (binding?.kind !== 'variable') return false
    const { id, init, parent } = binding.declarator
    const loop = parent.parent as Node | undefined
    const value = loop?.type === 'ForOfStatement' && loop.left === parent ? loop.right : init
    return (id.type !== 'Identifier' && this.#holds(id)) || (!!value && this.names(value, depth))
  }

  /** Whether an object or a pattern has a key that is named so, at any depth. */
  #holds(node: Node): boolean {
    let found = false
    walk(node, (inner) => {
      if (inner.type === 'Property') found ||= this.#has(staticKey(inner) ?? '')
      return !found
    })
    return found
  }

  #has(name: string): boolean {
    let known = this.#known.get(name)
    if (known === undefined) {
      const written = plain(name)
      this.#known.set(name, (known = this.#columns.some((column) => written.includes(column))))
    }
    return known
  }
}

/** The list whose elements a callback is handed, or the promise of what it is. */
function listOfCallback({ parent }: FunctionNode): Node | undefined {
  return parent.type === 'CallExpression' && parent.callee.type === 'MemberExpression'
    ? parent.callee.object
    : undefined
}

/** A name as all ways to write it have in common. */
function plain(name: string): string {
  return name.replace(/_/g, '').toLowerCase()
}
