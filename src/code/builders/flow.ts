import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import type { Binding } from '../reach/binding.js'
import { bindingOf, variableOf } from '../reach/binding.js'
import { exportOf, fileAt } from '../reach/modules.js'
import { fileMatches, placeOf } from '../reach/texts.js'
import { callsOf } from '../reach/calls.js'
import { elementsOf } from '../reach/collections.js'
import { memberSite, reach, returned } from '../reach/reach.js'
import type { Site as Source, SourceFile } from '../reach/site.js'
import { scopedFile } from '../reach/scoped.js'
import { declaredAt, hasScopes, partAt, placeIn, siteOf, within } from '../reach/site.js'
import { mayReach } from '../reach/writes.js'
import { isOfOtherDatabase } from '../otherDatabase.js'
import { stringsAt } from '../values.js'
import type { FunctionNode, Node } from './syntax.js'
import { isFunction, keyOf, memberName, stringOf, unwrap } from './syntax.js'

export type { Source }

/** How many arrays, spreads and functions inside each other are followed. */
const DEPTH = 8

/** A property of an object that a library takes as a row, a condition or options. */
export interface Entry {
  readonly key: string
  readonly value: Source
}

/** The objects, lists and strings that an expression may be. Built on `reach`, which follows names; never throws. */
export class Flow {
  readonly context: CodeContext
  #seenFrom: ((node: Node) => Source) | undefined
  /** The other files that queries come from, by their programs. */
  readonly #others = new Map<
    Node,
    { readonly file: SourceFile; readonly name: Node; readonly text: string }
  >()

  constructor(context: CodeContext) {
    this.context = context
  }

  /** From here on the nodes are those of a function of another file, as the call that enters it sees them. */
  enter(seenFrom: (node: Node) => Source): void {
    this.#seenFrom = seenFrom
  }

  /** A node of the file that is read, or of one that `imported` led to, as the start of a question. */
  at(node: Node): Source {
    if (this.#others.size === 0) return this.#own(node)
    let program = node
    while (program.parent) program = program.parent
    const other = this.#others.get(program)
    if (!other) return this.#own(node)
    return declaredAt(this.#own(other.name), node, other.file, other.text, node)
  }

  /** Whether the nodes are those of the linted file, the only one whose places can be reported. */
  get isLinted(): boolean {
    return this.#seenFrom === undefined
  }

  #own(node: Node): Source {
    return this.#seenFrom?.(node) ?? siteOf(node, this.context)
  }

  /**
   * What a name that is imported (`workspaces`, `queries.workspaces`) stands for in the file of the project that exports it: an
   * expression, or a function. Only for files that hold queries.
   */
  imported(node: TSESTree.Identifier | TSESTree.MemberExpression): Node | undefined {
    const root = node.type === 'MemberExpression' ? node.object : node
    if (root.type !== 'Identifier') return undefined
    const site = this.at(root)
    const binding = bindingOf(root, site.file)
    if (binding?.kind !== 'import') return undefined
    const isNamespace = binding.imported === '*'
    if (isNamespace !== (node.type === 'MemberExpression')) return undefined
    const name = node.type === 'MemberExpression' ? memberName(node) : binding.imported
    const place = name === undefined ? undefined : placeOf(name, binding.source, site.file.filename)
    if (!place || !fileMatches(place.path, QUERY) || isOfOtherDatabase(place.path, this.context))
      return undefined
    const file = fileAt(place.path, site.file)
    const found = file && exportOf(file, place.name)
    if (!found) return undefined
    this.#others.set(found.file.ast, { file: found.file, name: site.at, text: root.name })
    return found.binding ? valueOf(found.binding) : found.node
  }

  /** What a name of another file stands for there. */
  elsewhere(node: TSESTree.Identifier): Node | undefined {
    const { file } = this.at(node)
    const binding = hasScopes(file) ? undefined : bindingOf(node, file)
    return binding && valueOf(binding)
  }

  /** What an expression may evaluate to; itself where it can't be followed. */
  sources(source: Source): readonly Source[] {
    const { sites } = reach(source)
    return sites.length > 0 ? sites : [source]
  }

  /** The strings that an expression may be, or that the list that it is may hold. For names, not for values. */
  strings(source: Source): string[] {
    const found = [source, ...this.elements(source)].flatMap((one) =>
      stringsAt(one).values.map(({ value }) => value),
    )
    return [...new Set(found)]
  }

  /** A name, as of a column: written in place, or in a constant of the project. */
  name(node: Node | undefined): string | undefined {
    const written = stringOf(node)
    const inner = node && unwrap(node)
    if (written !== undefined || (inner?.type !== 'Identifier' && inner?.type !== 'MemberExpression'))
      return written
    const { values, complete } = stringsAt(this.at(inner))
    return complete && values.length === 1 ? values[0]!.value : undefined
  }

  /** The objects that an expression may be, or that the list that it is may hold: through `.map(...)`, callbacks and calls. */
  objects(source: Source, depth = DEPTH, around: readonly Source[] = []): Source[] {
    // A list that is made of itself, `where.AND = [...where.AND, more]`, has nothing more within itself.
    if (depth === 0 || around.some((one) => one.node === source.node && one.frame === source.frame)) return []
    const path = [...around, source]
    const next = (inner: Source): Source[] => this.objects(inner, depth - 1, path)
    const pushed = this.#pushed(source).flatMap(next)
    const own = this.sources(source).flatMap((found): Source[] => {
      const { node } = found
      switch (node.type) {
        case 'ObjectExpression':
          return [found]
        case 'ArrayExpression':
          return elementsOf(found).elements.flatMap(next)
        case 'ArrowFunctionExpression':
        case 'FunctionExpression':
        case 'FunctionDeclaration':
          return returned(node).flatMap((result) => next(within(found, result)))
        case 'CallExpression':
          if (isObjectAssign(node)) return [found]
          return this.#mapped(found, node).flatMap(next)
        default:
          return []
      }
    })
    return [...own, ...pushed]
  }

  /**
   * The properties that arrive where an object, or a list of objects, is given. One that a later property of the same name
   * replaces is left out; those assigned afterwards (`patch.status = 'x'`) are among them.
   */
  entries(source: Source): Entry[] {
    const own = this.objects(source).flatMap((object) => this.#entriesOf(object, new Set(), DEPTH))
    return [...own, ...this.#assignedTo(source)]
  }

  /** The values of one property of the object that an expression may be. */
  property(source: Source | undefined, name: string): Source[] {
    return source ? this.entries(source).flatMap(({ key, value }) => (key === name ? [value] : [])) : []
  }

  /** The elements of the list that an expression may be. */
  elements(source: Source): readonly Source[] {
    const { elements } = elementsOf(source)
    if (elements.length > 0) return elements
    return this.sources(source).flatMap((found) =>
      found.node.type === 'CallExpression' ? this.#mapped(found, found.node) : [],
    )
  }

  /** What a callback gives: `(eb) => value`. */
  results(source: Source): Source[] {
    return this.sources(source).flatMap((found) =>
      isFunction(found.node) ? returned(found.node).map((result) => within(found, result)) : [],
    )
  }

  /** The function of this file that a name stands for. */
  functionOf(node: TSESTree.Identifier): FunctionNode | undefined {
    const binding = bindingOf(node, this.at(node).file)
    if (binding?.kind === 'declaration') return isFunction(binding.node) ? binding.node : undefined
    if (
      binding?.kind !== 'variable' ||
      binding.declarator.id.type !== 'Identifier' ||
      !binding.declarator.init
    )
      return undefined
    const init = unwrap(binding.declarator.init)
    return isFunction(init) ? init : undefined
  }

  /** The scope manager's variable for a name of this file; undefined for what the file does not declare. */
  variable(node: TSESTree.Identifier): ReturnType<typeof variableOf> {
    const { file } = this.at(node)
    const variable = hasScopes(file) ? variableOf(node, file) : undefined
    return variable?.defs.length === 1 ? variable : undefined
  }

  /** The calls of a function in this file. */
  callsOf(fn: FunctionNode): readonly TSESTree.CallExpression[] {
    const { file } = this.at(fn)
    return file.linted ? callsOf(fn, file).calls : []
  }

  /** What `xs.map(fn)`, `xs.flatMap(fn)` and `Array.from(xs, fn)` make of each element; the list itself for `xs.filter(fn)`. */
  #mapped(source: Source, call: TSESTree.CallExpression): Source[] {
    const { callee } = call
    if (callee.type !== 'MemberExpression') return []
    const name = memberName(callee)
    if (name === 'filter') return [...this.elements(within(source, callee.object))]
    const isFrom = name === 'from' && callee.object.type === 'Identifier' && callee.object.name === 'Array'
    const mapper =
      name === 'map' || name === 'flatMap' ? call.arguments[0] : isFrom ? call.arguments[1] : undefined
    return mapper ? this.results(within(source, mapper)) : []
  }

  #entriesOf(object: Source, hidden: Set<string>, depth: number): Entry[] {
    if (depth === 0) return []
    const { node } = object
    const found: Entry[] = []
    // Backwards, because the last property of a name is the one that counts.
    if (node.type === 'CallExpression') {
      for (const argument of node.arguments.toReversed()) {
        if (argument.type !== 'SpreadElement')
          found.push(...this.#spread(within(object, argument), hidden, depth))
      }
    }
    if (node.type !== 'ObjectExpression') return found
    for (const member of node.properties.toReversed()) {
      if (member.type === 'SpreadElement') {
        found.push(...this.#spread(within(object, member.argument), hidden, depth))
        continue
      }
      if (member.kind !== 'init' || member.method) continue
      const key = keyOf(member) ?? this.#computed(within(object, member.key))
      if (key === undefined || hidden.has(key)) continue
      hidden.add(key)
      found.push({ key, value: memberSite(object, key, member, member.value) })
    }
    return found
  }

  #spread(argument: Source, hidden: Set<string>, depth: number): Entry[] {
    const { type } = unwrap(argument.node)
    const objects = this.objects(argument, depth - 1)
    const certain = objects.length === 1 && type !== 'LogicalExpression' && type !== 'ConditionalExpression'
    const found = this.#assignedTo(argument).filter(({ key }) => !hidden.has(key))
    for (const object of objects) {
      found.push(...this.#entriesOf(object, certain ? hidden : new Set(hidden), depth - 1))
    }
    return found
  }

  /** A key in brackets: the one string that it is, else what is written there where it is a member: `[Op.in]`. */
  #computed(key: Source): string | undefined {
    const node = unwrap(key.node)
    if (node.type === 'MemberExpression') {
      const owner =
        node.object.type === 'MemberExpression'
          ? memberName(node.object)
          : node.object.type === 'Identifier' && node.object.name
      if (owner === 'Op') return `[Op.${memberName(node) ?? ''}]`
    }
    const { values, complete } = stringsAt(key)
    return complete && values.length === 1 ? values[0]!.value : undefined
  }

  /** What `rows.push(...)` adds to the variable that an expression names. */
  #pushed(source: Source): Source[] {
    const node = unwrap(source.node)
    if (node.type !== 'Identifier' || !hasScopes(source.file)) return []
    return (variableOf(node, source.file)?.references ?? []).flatMap(({ identifier }): Source[] => {
      const member = identifier.parent
      if (member?.type !== 'MemberExpression' || member.object !== identifier) return []
      const name = memberName(member)
      const call = member.parent
      if ((name !== 'push' && name !== 'unshift') || call.type !== 'CallExpression' || call.callee !== member)
        return []
      return call.arguments.map((argument) =>
        partAt(source, argument.type === 'SpreadElement' ? argument.argument : argument),
      )
    })
  }

  /** What is assigned to properties of the variable that an expression names, or that a function returns which it calls. */
  #assignedTo(source: Source): Entry[] {
    const node = unwrap(source.node)
    if (node.type === 'AwaitExpression') return this.#assignedTo(within(source, node.argument))
    if (node.type !== 'CallExpression') return this.#assigned(source)
    if (node.arguments.some(({ type }) => type === 'SpreadElement')) return []
    return reach({ ...source, node: node.callee }).sites.flatMap((site): Entry[] => {
      const fn = site.node
      if (!isFunction(fn)) return []
      const file = scopedFile(site.file)
      const frame = { fn, args: node.arguments, caller: source }
      return returned(fn)
        .flatMap((result) =>
          this.#assigned({ node: result, file, at: file.linted ? result : source.at, frame }),
        )
        .map(({ key, value }) =>
          file.linted ? { key, value } : { key, value: declaredAt(value, value.node, file, key, value.node) },
        )
    })
  }

  /** `patch.status = 'x'` for the variable that an expression names. */
  #assigned(source: Source): Entry[] {
    const node = unwrap(source.node)
    if (node.type !== 'Identifier' || !hasScopes(source.file)) return []
    const variable = variableOf(node, source.file)
    return (variable?.references ?? []).flatMap(({ identifier }): Entry[] => {
      const member = identifier.parent
      if (member?.type !== 'MemberExpression' || member.object !== identifier) return []
      const assignment = member.parent
      const key = memberName(member)
      if (key === undefined || assignment.type !== 'AssignmentExpression') return []
      if (assignment.left !== member || assignment.operator !== '=') return []
      if (!mayReach(assignment, placeIn(source), variable?.defs[0]?.name)) return []
      return [{ key, value: partAt(source, assignment.right) }]
    })
  }
}

/** What the text of a file has that makes queries. */
const QUERY =
  /\.\s*(?:selectFrom|updateTable|insertInto|deleteFrom|mergeInto|from|into|update|insert|delete|createQueryBuilder|getRepository|query)\s*(?:<[^>]*>)?\(|(?:[kK]nex|\b(?:db|trx|tx))\s*(?:<[^>]*>)?\(\s*['"`]/

function valueOf(binding: Binding): Node | undefined {
  if (binding.kind === 'declaration') return isFunction(binding.node) ? binding.node : undefined
  if (binding.kind !== 'variable' || binding.writes || binding.declarator.id.type !== 'Identifier')
    return undefined
  return binding.declarator.init ? unwrap(binding.declarator.init) : undefined
}

/** The key under which a destructuring pattern takes `name` (`{ status: name }`, one level). */
export function keyInPattern(pattern: Node, name: Node): string | undefined {
  if (pattern.type !== 'ObjectPattern') return undefined
  for (const property of pattern.properties) {
    if (property.type !== 'Property') continue
    const target = property.value.type === 'AssignmentPattern' ? property.value.left : property.value
    if (target === name) return keyOf(property)
  }
  return undefined
}

function isObjectAssign(call: TSESTree.CallExpression): boolean {
  const { callee } = call
  if (callee.type !== 'MemberExpression' || memberName(callee) !== 'assign') return false
  return callee.object.type === 'Identifier' && callee.object.name === 'Object'
}

/** The type that a name is declared with: of a variable, or of a parameter. */
export function annotationOf(flow: Flow, node: TSESTree.Identifier): TSESTree.TypeNode | undefined {
  const name = flow.variable(node)?.defs[0]?.name
  return name?.type === 'Identifier' ? name.typeAnnotation?.typeAnnotation : undefined
}
