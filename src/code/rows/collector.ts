import { inDatabase } from '../builders/uses.js'
import type { CodeContext } from '../context.js'
import type { Node } from '../reach/site.js'
import type { CodeUse } from '../use.js'
import { placeOf, resolveArray, resolveStrings, stringsAt } from '../values.js'
import type { ResolvedStrings } from '../values.js'
import type { Proven, Shape } from './shape.js'

/** Collects the strings that meet a value set through a row. */
export class Collector {
  readonly #context: CodeContext
  readonly #found = new Map<string, CodeUse>()

  constructor(context: CodeContext) {
    this.#context = context
  }

  /** All uses, in the order of the file. */
  all(): CodeUse[] {
    return [...this.#found.values()].sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1])
  }

  /** A string that a value of the set is compared with. Postgres never sees it: it can only never match. */
  compare(proven: Proven | undefined, node: Node): void {
    if (!proven) return
    const strings = resolveStrings(node, this.#context)
    // A name that may also hold something else is tested for that first, more often than not: `filter !== 'all' && ...`.
    if (
      strings.complete &&
      (strings.values.length < 2 || strings.values.every(({ declared }) => !declared))
    ) {
      // `status !== ''` makes sure of something, and knows that it may be so anyway.
      const values = strings.values.filter(({ value }) => value !== '')
      this.#add('compare', 'never-match', proven, { ...strings, values })
    }
  }

  /** Each string of a list that a value of the set is looked for in. */
  compareElements(proven: Proven | undefined, list: Node): void {
    if (!proven) return
    for (const element of resolveArray(list, this.#context).elements) {
      this.#add('compare', 'never-match', proven, stringsAt(element))
    }
  }

  /** An expression that is given where a value, a row or a list of them is expected. Objects and lists are gone into. */
  write(shape: Shape | undefined, node: Node, isStored = false): void {
    if (!shape) return
    const stored = isStored || shape.isStored === true
    switch (node.type) {
      case 'ObjectExpression':
        for (const member of node.properties) {
          if (member.type !== 'Property' || member.computed) continue
          const key =
            member.key.type === 'Identifier'
              ? member.key.name
              : member.key.type === 'Literal'
                ? String(member.key.value)
                : ''
          this.write(shape.property?.(key), member.value, stored)
        }
        return
      case 'ArrayExpression':
        for (const element of node.elements) if (element) this.write(shape.element?.(), element, stored)
        return
      case 'ConditionalExpression':
        this.write(shape, node.consequent, stored)
        this.write(shape, node.alternate, stored)
        return
      case 'LogicalExpression':
        this.write(shape, node.right, stored)
        if (node.operator !== '&&') this.write(shape, node.left, stored)
        return
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'ChainExpression':
        this.write(shape, node.expression, stored)
        return
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
      case 'CallExpression':
        return
    }
    if (!shape.value) return
    // A CHECK is the database's: only what is made to be stored violates it.
    const rejects = stored || shape.value.valueSet.kind !== 'check'
    this.#add('write', rejects ? 'reject' : 'never-match', shape.value, resolveStrings(node, this.#context))
  }

  #add(kind: 'write' | 'compare', effect: CodeUse['effect'], proven: Proven, strings: ResolvedStrings): void {
    const { valueSet, target, link, names } = proven
    for (const string of strings.values) {
      // What only a type says is that type's matter: no-mirror-drift looks at where it is declared.
      if (!isWritten(string.node)) continue
      const written = { value: string.value, ...placeOf(string) }
      const found = names ? inDatabase(written, names) : written
      const key = [...found.range, found.value, valueSet.schema, valueSet.name].join(' ')
      if (!this.#found.has(key)) this.#found.set(key, { kind, effect, valueSet, target, link, ...found })
    }
  }
}

/** Whether a string is written out somewhere, and not the member of a type. */
function isWritten({ type }: Node): boolean {
  return (
    type === 'Literal' ||
    type === 'TemplateLiteral' ||
    type === 'BinaryExpression' ||
    type === 'TaggedTemplateExpression'
  )
}
