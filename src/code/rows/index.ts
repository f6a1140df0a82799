import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { functionAround } from '../reach/binding.js'
import { nodesOf } from '../nodes.js'
import { lintedFile, staticKey } from '../reach/site.js'
import type { Node, SourceFile } from '../reach/site.js'
import type { CodeUse } from '../use.js'
import { holdsString, isListOfStrings, isStringLike } from './candidates.js'
import { Collector } from './collector.js'
import { ColumnNames } from './columnNames.js'
import { readExpectation } from './expectations.js'
import { annotationOf, Expressions, ownFunction } from './expressions.js'

export { Expressions } from './expressions.js'
export type { Proven, Shape } from './shape.js'

const COMPARISONS = new Set(['===', '!==', '==', '!='])
/** Methods that look for a value in the list they are called on. */
const SEARCHES = new Set(['includes', 'indexOf', 'lastIndexOf', 'has'])

const cache = new WeakMap<CodeContext, readonly CodeUse[]>()

/**
 * The strings of the linted file that are assigned to, compared with, switched on or looked for in a property of a row of a known table,
 * or in a value whose type is a proven mirror. Without type information by declarations and scope in the file and what it imports;
 * with it (`context.services`) also by the checker. In source order; never throws.
 */
export function findRowUses(context: CodeContext): readonly CodeUse[] {
  const known = cache.get(context)
  if (known) return known
  const uses = new RowFinder(context).find()
  cache.set(context, uses)
  return uses
}

class RowFinder {
  readonly #context: CodeContext
  readonly #file: SourceFile
  readonly #expressions: Expressions
  /** The same without what functions of other files give. */
  readonly #near: Expressions
  readonly #columns: ColumnNames
  readonly #uses: Collector

  constructor(context: CodeContext) {
    this.#context = context
    this.#file = lintedFile(context)
    this.#expressions = new Expressions(context)
    this.#near = new Expressions(context, this.#file, null)
    this.#columns = new ColumnNames(this.#file)
    this.#uses = new Collector(context)
  }

  find(): CodeUse[] {
    const nodes = nodesOf(this.#context)
    for (const { operator, left, right } of nodes.of('BinaryExpression')) {
      if (!COMPARISONS.has(operator)) continue
      this.#compare(left, right)
      this.#compare(right, left)
    }
    for (const { discriminant, cases } of nodes.of('SwitchStatement')) {
      for (const { test } of cases) if (test) this.#compare(discriminant, test)
    }
    for (const node of nodes.of('AssignmentExpression')) {
      if (node.operator === '=' || node.operator === '??=' || node.operator === '||=') this.#assign(node)
    }
    for (const { id, init } of nodes.of('VariableDeclarator')) {
      if (init) this.#write(annotationOf(id), init)
    }
    for (const { left, right } of nodes.of('AssignmentPattern')) this.#write(annotationOf(left), right)
    for (const { value, typeAnnotation } of nodes.of('PropertyDefinition')) {
      if (value) this.#write(typeAnnotation?.typeAnnotation, value)
    }
    for (const node of [...nodes.of('TSSatisfiesExpression'), ...nodes.of('TSAsExpression')]) {
      if (isComposite(node.expression)) this.#write(node.typeAnnotation, node.expression)
    }
    for (const node of nodes.of('ReturnStatement')) {
      if (node.argument && holdsString(this.#file, node.argument)) {
        this.#uses.write(this.#returned(node), node.argument)
      }
    }
    for (const { body } of nodes.of('ArrowFunctionExpression')) {
      if (body.type !== 'BlockStatement' && holdsString(this.#file, body)) {
        this.#uses.write(this.#returned(body), body)
      }
    }
    const shape = (node: Node, other: Node) => this.#of(node, other)
    for (const node of nodes.of('CallExpression')) {
      this.#call(node)
      readExpectation(this.#context, node, shape, this.#uses)
    }
    return this.#uses.all()
  }

  /** What is known of an expression; files are read for it where it, or what it meets, is named after a column. */
  #of(node: Node, other?: Node): ReturnType<Expressions['of']> {
    const isNamed = this.#columns.names(node) || (other && this.#columns.names(other))
    return (isNamed ? this.#expressions : this.#near).of(node)
  }

  #write(type: TSESTree.TypeNode | undefined, value: Node): void {
    if (type && holdsString(this.#file, value)) this.#uses.write(this.#expressions.ofType(type), value)
  }

  #compare(known: Node, other: Node): void {
    if (known.type === 'Literal' || !isStringLike(this.#file, other)) return
    this.#uses.compare(this.#of(known)?.value, other)
  }

  #assign({ left, right }: TSESTree.AssignmentExpression): void {
    if (!holdsString(this.#file, right)) return
    if (left.type === 'MemberExpression') this.#uses.write(this.#of(left), right)
    if (left.type === 'Identifier') this.#uses.write(this.#expressions.ofBinding(left), right)
  }

  /** What the function around a returned expression says that it gives. */
  #returned(node: Node): ReturnType<Expressions['of']> {
    const fn = functionAround(node)
    if (!fn) return undefined
    const annotation = fn.returnType?.typeAnnotation
    if (annotation) return this.#expressions.ofType(annotation)
    return fn.type === 'ArrowFunctionExpression' ? this.#factory(fn) : undefined
  }

  /** fishery's `Factory.define<Workspace>(() => ({ ... }))`: what the callback returns is of the type argument. */
  #factory(fn: Node): ReturnType<Expressions['of']> {
    const call = fn.parent
    if (
      call?.type !== 'CallExpression' ||
      call.arguments[0] !== fn ||
      call.callee.type !== 'MemberExpression'
    )
      return undefined
    const { callee } = call
    if (
      staticKey(callee) !== 'define' ||
      callee.object.type !== 'Identifier' ||
      callee.object.name !== 'Factory'
    )
      return undefined
    return this.#expressions.ofType(call.typeArguments?.params[0])
  }

  #call(node: TSESTree.CallExpression): void {
    const { callee } = node
    if (callee.type === 'Identifier') {
      if (!node.arguments.some((argument) => holdsString(this.#file, argument))) return
      const fn = ownFunction(callee, this.#file)
      fn?.params.forEach((pattern, index) => {
        const argument = node.arguments[index]
        if (!argument || node.arguments.slice(0, index + 1).some(({ type }) => type === 'SpreadElement'))
          return
        this.#write(annotationOf(pattern), argument)
      })
      return
    }
    if (callee.type !== 'MemberExpression' || !SEARCHES.has(staticKey(callee) ?? '')) return
    const [argument] = node.arguments
    if (!argument || argument.type === 'SpreadElement') return
    // A list of strings in which the row's value is looked for, or the row's list in which a string is.
    const list = listIn(callee.object)
    if (list && isListOfStrings(this.#file, list)) this.#uses.compareElements(this.#of(argument)?.value, list)
    if (isStringLike(this.#file, argument))
      this.#uses.compare(this.#of(callee.object)?.element?.()?.value, argument)
  }
}

/** The list in `[...]`, `LIST` and `new Set([...])`. */
function listIn(node: Node): Node | undefined {
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name === 'Set') {
    return node.arguments[0]
  }
  if (
    node.type === 'TSAsExpression' ||
    node.type === 'TSSatisfiesExpression' ||
    node.type === 'TSNonNullExpression'
  ) {
    return listIn(node.expression)
  }
  return node.type === 'ArrayExpression' || node.type === 'Identifier' || node.type === 'MemberExpression'
    ? node
    : undefined
}

function isComposite(node: Node): boolean {
  return node.type === 'ObjectExpression' || node.type === 'ArrayExpression' || node.type === 'Literal'
}
