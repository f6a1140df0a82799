import type { TSESTree } from '@typescript-eslint/utils'
import { escapeFor } from '../quote.js'
import type { Quote } from '../quote.js'
import { bindingOf, isFunction } from '../reach/binding.js'
import { lintedFile, staticKey, walk } from '../reach/site.js'
import type { Node } from '../reach/site.js'
import type { CodeContext } from '../context.js'
import type { TextEdit } from '../mirrors/edits.js'
import type { Range } from '../use.js'
import { resolveStrings } from '../values.js'
import { annotationOf, Expressions } from './expressions.js'
import { mayHaveRows } from './prefilter.js'
import type { Proven } from './shape.js'

/** A switch or an object that lacks values of the value set it is over. */
export interface Incomplete {
  readonly kind: 'switch' | 'object'
  readonly range: Range
  readonly proven: Proven
  /** In the database's order. */
  readonly missing: readonly string[]
  /** What adds them; undefined where they can't be written. */
  readonly edit?: TextEdit
}

/**
 * The switches and object maps of the linted file that lack a value: `switch (row.status)`, `Record<WorkspaceStatus, T>`, `LABELS[row.status]`.
 * A switch with a default case counts only when that does nothing but throw (or with `defaults` false).
 */
export function findIncomplete(
  context: CodeContext,
  { defaults }: { readonly defaults: boolean },
): Incomplete[] {
  return hasCandidate(context) ? new Finder(context, defaults).find() : []
}

function hasCandidate(context: CodeContext): boolean {
  return (
    /\bswitch\b|\bRecord\s*<|\bin\b|\]/.test(context.sourceCode.text) &&
    (mayHaveRows(context) || /switch|Record/.test(context.sourceCode.text))
  )
}

class Finder {
  readonly #context: CodeContext
  readonly #expressions: Expressions
  readonly #defaults: boolean
  readonly #found = new Map<Node, Incomplete>()

  constructor(context: CodeContext, defaults: boolean) {
    this.#context = context
    this.#expressions = new Expressions({ ...context, sameNames: true })
    this.#defaults = defaults
  }

  find(): Incomplete[] {
    walk(this.#context.ast, (node) => {
      if (node.type === 'SwitchStatement') this.#switch(node)
      else if (node.type === 'VariableDeclarator' && node.init)
        this.#typed(annotationOf(node.id), node.init, node.id)
      else if (node.type === 'PropertyDefinition' && node.value) {
        this.#typed(node.typeAnnotation?.typeAnnotation, node.value, node.key)
      } else if (node.type === 'TSSatisfiesExpression')
        this.#typed(node.typeAnnotation, node.expression, nameOver(node))
      else if (node.type === 'MemberExpression' && node.computed) this.#index(node)
    })
    return [...this.#found.values()].sort((a, b) => a.range[0] - b.range[0])
  }

  #switch(node: TSESTree.SwitchStatement): void {
    const proven = this.#expressions.of(node.discriminant)?.value
    if (!proven || proven.names || node.cases.length === 0) return
    const fallback = node.cases.find(({ test }) => test === null)
    if (fallback && this.#defaults && !onlyFails(fallback)) return
    const handled = this.#testedBefore(node.discriminant)
    if (!handled) return
    for (const { test } of node.cases) {
      if (!test) continue
      const { values, complete } = resolveStrings(test, this.#context)
      if (!complete || values.length === 0) return
      for (const { value } of values) handled.add(value)
    }
    const missing = missingFrom(proven, handled)
    if (missing.length === 0) return
    this.#found.set(node, {
      kind: 'switch',
      range: node.discriminant.range,
      proven,
      missing,
      ...optional(this.#addCases(node, fallback, missing)),
    })
  }

  /**
   * Strings that the same expression is compared with earlier in the function: what is left by then is not known. Undefined where a
   * function tested it (`isInternal(x.purpose)`): nobody knows for what.
   */
  #testedBefore(discriminant: Node): Set<string> | undefined {
    const text = this.#textOf(discriminant)
    const tested = new Set<string>()
    let isOpen = false
    let fn: Node = discriminant
    while (fn.parent && !isFunction(fn)) fn = fn.parent
    walk(fn, (node) => {
      if (node.range[0] >= discriminant.range[0]) return false
      const sides =
        node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator)
          ? [node.left, node.right]
          : node.type === 'CallExpression' && node.callee.type === 'MemberExpression'
            ? [node.arguments[0], node.callee.object]
            : []
      if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && isCondition(node)) {
        isOpen ||= node.arguments.some(
          (argument) => text === this.#textOf(argument) || text.startsWith(`${this.#textOf(argument)}.`),
        )
      }
      if (!sides.some((side) => side && this.#textOf(side) === text)) return
      for (const side of sides) {
        for (const one of side?.type === 'ArrayExpression' ? side.elements : [side]) {
          if (!one || this.#textOf(one) === text) continue
          for (const { value } of resolveStrings(one, this.#context).values) tested.add(value)
        }
      }
    })
    return isOpen ? undefined : tested
  }

  #textOf(node: Node): string {
    return this.#context.sourceCode.text.slice(...node.range).replaceAll('?.', '.')
  }

  #addCases(
    node: TSESTree.SwitchStatement,
    fallback: TSESTree.SwitchCase | undefined,
    missing: readonly string[],
  ): TextEdit | undefined {
    const literals = node.cases.flatMap(({ test }) => (test?.type === 'Literal' ? [test] : []))
    // Cases that name the members of an enum go on like that; which member it is, is not known here.
    if (literals.length === 0) return undefined
    const { text } = this.#context.sourceCode
    const quote: Quote = literals[0]!.raw.startsWith('"') ? '"' : "'"
    const indent = indentAt(text, node.cases[0]!.range[0])
    const inner = indent + indentUnit(text, node, indent)
    const semicolon = /;\s*$/m.test(text) ? ';' : ''
    const written = missing.map((value) => {
      const literal = quote + escapeFor(value, quote) + quote
      const message = quote + escapeFor(`Not handled yet: ${value}`, quote) + quote
      return `case ${literal}:\n${inner}throw new Error(${message})${semicolon}`
    })
    if (fallback) {
      const at = fallback.range[0]
      return { range: [at, at], text: written.map((one) => `${one}\n${indent}`).join('') }
    }
    const at = node.cases.at(-1)!.range[1]
    return { range: [at, at], text: written.map((one) => `\n${indent}${one}`).join('') }
  }

  /** An object whose type says that it has a key for each value. */
  #typed(type: TSESTree.TypeNode | undefined, value: Node, name: Node | undefined): void {
    const key = keyType(type)
    const proven = key && this.#expressions.ofType(key)?.value
    if (proven) this.#object(value, proven, name)
  }

  /** An object that is looked up by a value: each has to be there, unless the lookup says what else. */
  #index(node: TSESTree.MemberExpression): void {
    if (node.object.type !== 'Identifier' || isGuarded(node)) return
    const binding = bindingOf(node.object, lintedFile(this.#context))
    if (binding?.kind !== 'variable' || binding.writes !== undefined || !binding.declarator.init) return
    const annotation = annotationOf(binding.declarator.id)
    if (annotation && !keyType(annotation)) return
    const proven = this.#expressions.of(node.property)?.value
    if (proven) this.#object(binding.declarator.init, proven, binding.declarator.id)
  }

  #object(value: Node, proven: Proven, name: Node | undefined): void {
    let object = value
    while (object.type === 'TSAsExpression' || object.type === 'TSSatisfiesExpression')
      object = object.expression
    if (object.type !== 'ObjectExpression' || this.#found.has(object) || object.properties.length === 0)
      return
    const keys = new Set<string>()
    for (const member of object.properties) {
      const key = member.type === 'Property' ? this.#keyOf(member) : undefined
      if (key === undefined) return
      keys.add(key)
    }
    const missing = missingFrom(proven, keys)
    // An object that has none of the values is keyed by something else.
    if (missing.length === 0 || missing.length === proven.valueSet.values.length) return
    const range =
      name?.type === 'Identifier' ? nameRange(name) : ([object.range[0], object.range[0] + 1] as const)
    this.#found.set(object, {
      kind: 'object',
      range,
      proven,
      missing,
      ...optional(this.#addKeys(object, missing)),
    })
  }

  #keyOf(member: TSESTree.Property): string | undefined {
    const key = staticKey(member)
    if (key !== undefined || !member.computed) return key
    const { values, complete } = resolveStrings(member.key, this.#context)
    return complete && values.length === 1 ? values[0]!.value : undefined
  }

  #addKeys(object: TSESTree.ObjectExpression, missing: readonly string[]): TextEdit | undefined {
    const { text } = this.#context.sourceCode
    const last = object.properties.at(-1)!
    if (last.type !== 'Property' || last.computed) return undefined
    const quotes = object.properties.flatMap((member) =>
      member.type === 'Property' && member.key.type === 'Literal' ? [member.key.raw.charAt(0)] : [],
    )
    const quote: Quote = quotes[0] === '"' ? '"' : "'"
    const written = missing.map((value) => {
      const isName = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(value) && quotes.length < object.properties.length
      return `${isName ? value : quote + escapeFor(value, quote) + quote}: undefined`
    })
    const at = last.range[1]
    if (!text.slice(object.range[0], object.range[1]).includes('\n')) {
      return { range: [at, at], text: written.map((one) => `, ${one}`).join('') }
    }
    const indent = indentAt(text, last.range[0])
    return { range: [at, at], text: written.map((one) => `,\n${indent}${one}`).join('') }
  }
}

function optional(edit: TextEdit | undefined): { edit?: TextEdit } {
  return edit ? { edit } : {}
}

function missingFrom({ valueSet }: Proven, present: ReadonlySet<string>): string[] {
  return valueSet.values.map(({ value }) => value).filter((value) => !present.has(value))
}

/** `WorkspaceStatus` in `Record<WorkspaceStatus, T>` and `{ [K in WorkspaceStatus]: T }`. */
function keyType(type: TSESTree.TypeNode | undefined): TSESTree.TypeNode | undefined {
  if (type?.type === 'TSMappedType') return type.optional ? undefined : (type.constraint ?? undefined)
  if (type?.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return undefined
  const [first] = type.typeArguments?.params ?? []
  if (type.typeName.name === 'Readonly') return keyType(first)
  return type.typeName.name === 'Record' ? first : undefined
}

/** A default case that does nothing but fail: `throw`, `assertNever(x)`, `x satisfies never`. */
function onlyFails({ consequent }: TSESTree.SwitchCase): boolean {
  const [only, ...more] = consequent.flatMap((one) => (one.type === 'BlockStatement' ? one.body : [one]))
  if (!only) return false
  let fails = false
  walk(only, (node) => {
    if (node.type === 'ThrowStatement' || node.type === 'TSNeverKeyword') fails = true
    if (
      node.type === 'CallExpression' &&
      node.callee.type === 'Identifier' &&
      /never|unreachable|exhausti/i.test(node.callee.name)
    ) {
      fails = true
    }
    return !isFunction(node)
  })
  return fails && (only.type === 'ThrowStatement' || more.length <= 1)
}

/** Whether a lookup says what holds for a key that is not there: `MAP[x] ?? y`, `MAP[x]?.y`, `if (MAP[x])`. */
function isGuarded(node: TSESTree.MemberExpression): boolean {
  const { parent } = node
  if (parent.type === 'LogicalExpression') return parent.left === node
  if (parent.type === 'MemberExpression') return parent.object === node && parent.optional
  if (parent.type === 'CallExpression') return parent.callee === node && parent.optional
  if (parent.type === 'ConditionalExpression' || parent.type === 'IfStatement') return parent.test === node
  return parent.type === 'UnaryExpression' || parent.type === 'ChainExpression' || isWritten(node)
}

/** Whether what an expression gives decides what runs. */
function isCondition(node: Node): boolean {
  const { parent } = node
  if (parent?.type === 'UnaryExpression' || parent?.type === 'LogicalExpression') return true
  return (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression') && parent.test === node
}

function isWritten({ parent, range }: TSESTree.MemberExpression): boolean {
  return parent.type === 'AssignmentExpression' && parent.left.range[0] === range[0]
}

function nameOver(node: Node): Node | undefined {
  let outer = node.parent
  while (outer?.type === 'TSAsExpression') outer = outer.parent
  return outer?.type === 'VariableDeclarator' ? outer.id : undefined
}

function nameRange(name: TSESTree.Identifier): Range {
  return [name.range[0], name.range[0] + name.name.length]
}

function indentAt(text: string, at: number): string {
  const line = text.lastIndexOf('\n', at - 1) + 1
  return /^[^\S\n]*/.exec(text.slice(line, at))![0]
}

/** What one more level adds: as between the switch's cases and their statements. */
function indentUnit(text: string, node: TSESTree.SwitchStatement, indent: string): string {
  for (const { range, consequent } of node.cases) {
    const [first] = consequent
    if (!first || first.type === 'BlockStatement' || !text.slice(range[0], first.range[0]).includes('\n'))
      continue
    const inner = indentAt(text, first.range[0])
    if (inner.startsWith(indent) && inner.length > indent.length) return inner.slice(indent.length)
  }
  return indent.includes('\t') ? '\t' : '  '
}
