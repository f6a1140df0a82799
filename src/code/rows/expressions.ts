import type { TSESTree } from '@typescript-eslint/utils'
import { functionOf } from '../called/functions.js'
import { GIVES_ROWS } from '../called/prefilter.js'
import { isOfOtherDatabase } from '../otherDatabase.js'
import { bindingOf, fieldOf, isFunction, variableOf } from '../reach/binding.js'
import type { Binding, FunctionNode } from '../reach/binding.js'
import { PER_ELEMENT } from '../reach/calls.js'
import { returned } from '../reach/reach.js'
import { scopedFile } from '../reach/scoped.js'
import { hasScopes, isNothing, lintedFile, staticKey, walk } from '../reach/site.js'
import type { Node, SourceFile } from '../reach/site.js'
import { builderFile, builderResult } from './builders.js'
import { checkedShape } from './checker.js'
import { entityAround } from './entities.js'
import { mayHaveTypes } from './prefilter.js'
import { queryResult } from './queries.js'
import type { Shape } from './shape.js'
import { wrappedFunction } from '../reach/wrappers.js'
import { isStringLike } from './candidates.js'
import { isSameValue, listOf, objectShape, opened, withoutKeys } from './shape.js'
import { shapeOfType } from './types.js'
import type { TypeContext } from './types.js'

const DEPTH = 16

/** Methods of a list that give a list of some of its elements. */
const SAME_LIST = new Set(
  'filter slice sort toSorted reverse toReversed concat splice toSpliced flat values'.split(' '),
)
/** Methods of a list that give one of its elements. */
const ONE_ELEMENT = new Set('find findLast at pop shift'.split(' '))

/** What the expressions of a file are: each is asked once. */
export class Expressions {
  readonly #context: TypeContext
  readonly #file: SourceFile
  readonly #known = new Map<Node, Shape | undefined>()
  /** Those of all files whose functions are called, by their paths; null where these are left alone. */
  readonly #byFile: Map<string, Expressions> | null

  /**
   * @param file The linted file, or one that it imports from.
   * @param byFile Null to leave alone what functions of other files give.
   */
  constructor(
    context: TypeContext,
    file = lintedFile(context),
    byFile: Map<string, Expressions> | null = new Map(),
  ) {
    this.#context = context
    this.#file = file
    this.#byFile = byFile?.set(file.filename, this) ?? null
  }

  /** What an expression is by declarations and scope, else, where the parser gives types, by the checker. Never throws. */
  of(node: Node, depth = DEPTH): Shape | undefined {
    if (this.#known.has(node)) return this.#known.get(node)
    if (depth === 0) return undefined
    // What is defined by itself is not known.
    this.#known.set(node, undefined)
    const shape =
      this.#read(node, depth - 1) ?? (this.#file.linted ? checkedShape(this.#context, node) : undefined)
    this.#known.set(node, shape)
    return shape
  }

  /** What a type annotation of the linted file is. */
  ofType(node: TSESTree.TypeNode | undefined): Shape | undefined {
    if (!this.#context.sameNames && !mayHaveTypes(this.#context)) return undefined
    return shapeOfType(this.#context, node, this.#file)
  }

  /** What a variable or parameter is that a pattern binds; `undefined` where it is assigned something else. */
  ofBinding(identifier: TSESTree.Identifier, depth = DEPTH): Shape | undefined {
    const binding = bindingOf(identifier, this.#file)
    switch (binding?.kind) {
      case 'variable':
        return this.#variable(binding, depth)
      case 'parameter':
        return this.#parameter(binding, depth)
      default:
        return undefined
    }
  }

  /** What the parameter of a function is: by its annotation, or as the callback of a list's method. */
  ofParameter(fn: TSESTree.Node, index: number, depth = DEPTH): Shape | undefined {
    if (!isFunction(fn)) return undefined
    const pattern = fn.params[index]
    const annotated = pattern && this.ofType(annotationOf(pattern))
    if (annotated) return annotated
    const call = fn.parent as Node | undefined
    if (
      index !== 0 ||
      (pattern && annotationOf(pattern)) ||
      call?.type !== 'CallExpression' ||
      call.arguments[0] !== fn
    ) {
      return undefined
    }
    const { callee } = call
    const name = callee.type === 'MemberExpression' ? (staticKey(callee) ?? '') : ''
    if (callee.type !== 'MemberExpression' || (name !== 'then' && !PER_ELEMENT.has(name))) return undefined
    const given = this.of(callee.object, depth)
    return name === 'then' ? given : given?.element?.()
  }

  #read(node: Node, depth: number): Shape | undefined {
    switch (node.type) {
      case 'Identifier':
        return this.ofBinding(node, depth)
      case 'ThisExpression': {
        const builders = this.#file.linted ? builderFile(this.#context) : undefined
        return builders && entityAround(builders, node)
      }
      case 'MemberExpression':
        return this.#member(node, depth)
      case 'ChainExpression':
      case 'TSNonNullExpression':
        return this.of(node.expression, depth)
      case 'TSSatisfiesExpression':
        return this.of(node.expression, depth) ?? this.ofType(node.typeAnnotation)
      case 'AwaitExpression':
        return this.of(node.argument, depth)
      case 'TSAsExpression':
      case 'TSTypeAssertion':
        return this.#asserted(node, depth)
      case 'ConditionalExpression':
        return this.#either(node.consequent, node.alternate, depth)
      case 'LogicalExpression':
        if (node.operator === '&&') return this.of(node.right, depth)
        return this.#either(node.left, node.right, depth)
      case 'ArrayExpression':
        return this.#array(node, depth)
      case 'TaggedTemplateExpression':
        return queryResult(this.#file, node) ?? this.#typeArgument(node.typeArguments)
      case 'CallExpression':
        return this.#call(node, depth)
      default:
        return undefined
    }
  }

  /** postgres.js' `sql<Workspace[]>` and slonik's `sql.type(...)` give the type of the result beside the SQL. */
  #typeArgument(args: TSESTree.TSTypeParameterInstantiation | undefined): Shape | undefined {
    const shape = this.ofType(args?.params[0])
    return shape?.element ? shape : undefined
  }

  #asserted(node: TSESTree.TSAsExpression | TSESTree.TSTypeAssertion, depth: number): Shape | undefined {
    const { typeAnnotation } = node
    const shape = this.ofType(typeAnnotation)
    if (shape) return shape
    // `row.status as string` still is the column's string; `row as Other` is something else.
    const { type } = typeAnnotation
    const isOpen = type === 'TSStringKeyword' || type === 'TSAnyKeyword'
    const isConst =
      type === 'TSTypeReference' &&
      typeAnnotation.typeName.type === 'Identifier' &&
      typeAnnotation.typeName.name === 'const'
    return isOpen || isConst ? this.of(node.expression, depth) : undefined
  }

  /** A value that may come from two places is known when both are the same; a missing one (`?? null`) says nothing. */
  #either(one: Node, other: Node, depth: number): Shape | undefined {
    const [a, b] = [one, other].filter((node) => !isNothing(node)).map((node) => this.of(node, depth))
    const count = [one, other].filter((node) => !isNothing(node)).length
    if (count === 1) return a
    return isSameValue(a, b) ? a : undefined
  }

  #array(node: TSESTree.ArrayExpression, depth: number): Shape | undefined {
    const elements = node.elements.map((element) =>
      element && element.type !== 'SpreadElement' ? this.of(element, depth) : undefined,
    )
    const [first] = elements
    const isList = first && elements.every((one) => isSameValue(first, one))
    const list = isList ? listOf(first) : undefined
    // Any other list may be put in another order.
    const { parent } = node as { parent?: Node }
    const isTuple = parent?.type === 'CallExpression' && isPromiseAll(parent.callee)
    if (!isTuple || node.elements.some((element) => element?.type === 'SpreadElement')) return list
    return { ...list, property: (key) => elements[Number(key)] }
  }

  #member(node: TSESTree.MemberExpression, depth: number): Shape | undefined {
    const field = node.object.type === 'ThisExpression' ? this.#field(node) : undefined
    if (field) return field
    const object = this.of(node.object, depth)
    if (!object) return undefined
    const key = staticKey(node)
    if (key !== undefined && !/^\d+$/.test(key)) {
      return object.isOpen && this.#isChanged(node.object, key) ? undefined : object.property?.(key)
    }
    return (
      (key === undefined ? undefined : object.property?.(key)) ??
      (node.computed ? object.element?.() : undefined)
    )
  }

  /** Whether something is put into a property that no string shows: `row.status = labelOf(row)`. */
  #isChanged(object: Node, key: string): boolean {
    const references = hasScopes(this.#file) ? variableOf(object, this.#file)?.references : undefined
    return (
      references?.some(({ identifier: { parent: member } }) => {
        const assignment = member?.type === 'MemberExpression' ? member.parent : undefined
        return (
          assignment?.type === 'AssignmentExpression' &&
          assignment.left === member &&
          staticKey(assignment.left as TSESTree.MemberExpression) === key &&
          !isStringLike(this.#file, assignment.right)
        )
      }) === true
    )
  }

  /** `this.row`: a field of the class around, by its annotation. */
  #field(node: TSESTree.MemberExpression): Shape | undefined {
    return this.ofType(fieldOf(node, staticKey(node))?.typeAnnotation?.typeAnnotation)
  }

  #call(node: TSESTree.CallExpression, depth: number): Shape | undefined {
    const built = queryResult(this.#file, node) ?? builderResult(this.#file, node)
    // What another file puts into a row is not looked at where the row is used.
    if (built) return this.#file.linted ? built : opened(built)
    const { callee } = node
    if (callee.type === 'MemberExpression') {
      const name = staticKey(callee) ?? ''
      if (SAME_LIST.has(name) || ONE_ELEMENT.has(name)) {
        const list = this.of(callee.object, depth)
        if (list?.element) return SAME_LIST.has(name) ? list : list.element()
      }
      const [first] = node.arguments
      if (first && first.type !== 'SpreadElement' && isPromiseAll(callee)) return this.of(first, depth)
      if (isFunction(first) && name === 'map') return listOf(this.#result(first, depth))
      if (isFunction(first) && name === 'then' && node.arguments.length === 1)
        return this.#result(first, depth)
      const result = name === 'query' && this.ofType(node.typeArguments?.params[0])
      if (result) return { property: (key) => (key === 'rows' ? listOf(result) : undefined) }
    }
    const own = callee.type === 'Identifier' ? ownFunction(callee, this.#file) : undefined
    if (own) return this.#result(own, depth)
    if (this.#byFile === null) return undefined
    const fn = functionOf({ node: callee, file: this.#file, at: callee }, GIVES_ROWS)
    return fn && !isOfOtherDatabase(fn.file.filename, this.#context)
      ? this.#in(fn.file).#result(fn.node, depth)
      : undefined
  }

  /** What a function gives: by its annotation, else by what it returns. */
  #result(fn: FunctionNode, depth: number): Shape | undefined {
    if (fn.generator) return undefined
    const declared = this.ofType(fn.returnType?.typeAnnotation)
    if (declared) return declared
    const shapes = returned(fn)
      .filter((result) => !isNothing(result))
      .map((result) =>
        result.type === 'ObjectExpression' ? this.#object(result, depth) : this.of(result, depth),
      )
    const [first] = shapes
    return first && (shapes.length === 1 || shapes.every((one) => isSameValue(first, one)))
      ? withoutKeys(first, assignedKeys(fn))
      : undefined
  }

  /** Rows and lists that a function gives by name: `{ workspace, agents }`. Single values of a new object may become anything. */
  #object({ properties }: TSESTree.ObjectExpression, depth: number): Shape | undefined {
    if (properties.some((one) => one.type === 'SpreadElement' || one.computed)) return undefined
    return objectShape((key) => {
      const property = properties.find((one) => one.type === 'Property' && staticKey(one) === key)
      const shape = property?.type === 'Property' ? this.of(property.value, depth) : undefined
      return shape?.value ? undefined : shape
    })
  }

  #in(file: SourceFile): Expressions {
    return this.#byFile?.get(file.filename) ?? new Expressions(this.#context, scopedFile(file), this.#byFile)
  }

  #variable(binding: Extract<Binding, { kind: 'variable' }>, depth: number): Shape | undefined {
    const { declarator, identifier } = binding
    const annotation = annotationOf(declarator.id)
    if (annotation) return within(this.ofType(annotation), declarator.id, identifier)
    // What is assigned more than once may hold something else by then.
    if (binding.writes !== undefined) return undefined
    const loop = declarator.parent.parent as Node | undefined
    if (loop?.type === 'ForOfStatement' && loop.left === declarator.parent) {
      return within(this.of(loop.right, depth)?.element?.(), declarator.id, identifier)
    }
    return declarator.init ? within(this.of(declarator.init, depth), declarator.id, identifier) : undefined
  }

  #parameter(
    { fn, index, identifier }: Extract<Binding, { kind: 'parameter' }>,
    depth: number,
  ): Shape | undefined {
    return within(this.ofParameter(fn, index, depth), fn.params[index]!, identifier)
  }
}

/** `Promise.all`, which gives what is awaited of each, in its place. */
function isPromiseAll(callee: Node): boolean {
  if (callee.type !== 'MemberExpression') return false
  return (
    callee.object.type === 'Identifier' && callee.object.name === 'Promise' && staticKey(callee) === 'all'
  )
}

/** The type annotation of a parameter or variable. */
export function annotationOf(pattern: Node): TSESTree.TypeNode | undefined {
  switch (pattern.type) {
    case 'Identifier':
    case 'ObjectPattern':
    case 'ArrayPattern':
      return pattern.typeAnnotation?.typeAnnotation
    case 'AssignmentPattern':
      return annotationOf(pattern.left)
    case 'TSParameterProperty':
      return annotationOf(pattern.parameter)
    default:
      return undefined
  }
}

/** What the name `identifier` in a pattern is, when the whole is `shape`. A default value makes it something else. */
function within(shape: Shape | undefined, pattern: Node, identifier: Node): Shape | undefined {
  if (!shape || pattern === identifier) return shape
  const inside = (node: Node) => node.range[0] <= identifier.range[0] && identifier.range[1] <= node.range[1]
  switch (pattern.type) {
    case 'AssignmentPattern':
    case 'TSParameterProperty': {
      const inner = pattern.type === 'AssignmentPattern' ? pattern.left : pattern.parameter
      // The default of a whole parameter is of its annotated type.
      return annotationOf(pattern) ? within(shape, inner, identifier) : undefined
    }
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (!inside(property)) continue
        if (property.type === 'RestElement') return property.argument === identifier ? shape : undefined
        const key = staticKey(property)
        return key === undefined ? undefined : within(shape.property?.(key), property.value, identifier)
      }
      return undefined
    case 'ArrayPattern':
      for (const [index, element] of pattern.elements.entries()) {
        if (!element || !inside(element)) continue
        if (element.type === 'RestElement')
          return element.argument === identifier ? listOf(shape.element?.()) : undefined
        return within(shape.property?.(String(index)) ?? shape.element?.(), element, identifier)
      }
      return undefined
    default:
      return undefined
  }
}

/** The function of the file that a name stands for. */
export function ownFunction(callee: TSESTree.Identifier, file: SourceFile) {
  const binding = bindingOf(callee, file)
  if (binding?.kind === 'declaration') return isFunction(binding.node) ? binding.node : undefined
  const value =
    binding?.kind === 'variable' && binding.writes === undefined ? binding.declarator.init : undefined
  // `cache(async () => ...)`
  const init = value?.type === 'CallExpression' ? wrappedFunction(value, file) : value
  return isFunction(init) && binding?.kind === 'variable' && binding.declarator.id.type === 'Identifier'
    ? init
    : undefined
}

const assigned = new WeakMap<Node, ReadonlySet<string>>()

/** The properties that a function puts something into, of whatever object. */
function assignedKeys(fn: FunctionNode): ReadonlySet<string> {
  let keys = assigned.get(fn) as Set<string> | undefined
  if (keys !== undefined) return keys
  keys = new Set()
  walk(fn, (node) => {
    if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') {
      keys.add(staticKey(node.left) ?? '')
    } else if (
      node.type === 'CallExpression' &&
      staticKey(node.callee as TSESTree.MemberExpression) === 'assign'
    ) {
      for (const source of node.arguments) {
        if (source.type !== 'ObjectExpression') continue
        for (const property of source.properties)
          if (property.type === 'Property') keys.add(staticKey(property) ?? '')
      }
    }
  })
  assigned.set(fn, keys)
  return keys
}
