import type { TSESTree } from '@typescript-eslint/utils'
import { evaluateCall } from './calls.js'
import { GiveUp, type Machine } from './machine.js'
import { evaluateMember } from './members.js'
import { binary, changed, joined, truthOf, unary } from './operators.js'
import type { Steps } from './steps.js'
import {
  UNDEFINED,
  UNKNOWN,
  plainValue,
  textOfValue,
  type FunctionNode,
  type Scope,
  type Value,
} from './values.js'

/** How many expressions are evaluated at most. */
const MAX_EXPRESSIONS = 100_000

/** Evaluates the expressions of a migration; of one that is not known the value is `UNKNOWN`. */
export class Expressions {
  #evaluated = 0

  constructor(
    private readonly machine: Machine,
    private readonly steps: Steps,
  ) {}

  evaluate(node: TSESTree.Node, scope: Scope): Value {
    if (++this.#evaluated > MAX_EXPRESSIONS) throw new GiveUp('it is too long to be followed')
    switch (node.type) {
      case 'Literal':
        return 'regex' in node
          ? UNKNOWN
          : { kind: 'constant', value: node.value as string | number | boolean | null }
      case 'Identifier':
        return node.name === 'undefined' ? UNDEFINED : (scope.get(node.name) ?? UNKNOWN)
      case 'TemplateLiteral':
        return this.#template(node, scope)
      case 'ArrayExpression':
        return this.#array(node, scope)
      case 'ObjectExpression':
        return this.#object(node, scope)
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return { kind: 'function', node: node as FunctionNode, scope, module: this.machine.module }
      case 'AwaitExpression':
        return this.#await(node, scope)
      case 'CallExpression':
        return evaluateCall(this.machine, node, scope)
      case 'MemberExpression':
        return evaluateMember(this.machine, node, scope)
      case 'AssignmentExpression':
        return this.#assignment(node, scope)
      case 'UpdateExpression':
        return this.#update(node, scope)
      case 'BinaryExpression':
        return binary(node.operator, this.evaluate(node.left, scope), this.evaluate(node.right, scope))
      case 'LogicalExpression':
        return this.#logical(node, scope)
      case 'ConditionalExpression':
        return this.#conditional(node, scope)
      case 'UnaryExpression':
        return unary(node.operator, this.evaluate(node.argument, scope))
      case 'ChainExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
        return this.evaluate(node.expression, scope)
      default:
        return UNKNOWN
    }
  }

  #template(node: TSESTree.TemplateLiteral, scope: Scope): Value {
    let text = node.quasis[0]!.value.cooked ?? ''
    for (const [index, part] of node.expressions.entries()) {
      const plain = plainValue(this.evaluate(part, scope))
      if (plain === undefined || typeof plain.value === 'object') return UNKNOWN
      text += String(plain.value) + (node.quasis[index + 1]!.value.cooked ?? '')
    }
    return { kind: 'constant', value: text }
  }

  #array(node: TSESTree.ArrayExpression, scope: Scope): Value {
    const items: Value[] = []
    for (const element of node.elements) {
      if (element === null) items.push(UNDEFINED)
      else if (element.type === 'SpreadElement') {
        const spread = this.evaluate(element.argument, scope)
        if (spread.kind !== 'array') return UNKNOWN
        items.push(...spread.items)
      } else items.push(this.evaluate(element, scope))
    }
    return { kind: 'array', items }
  }

  #object(node: TSESTree.ObjectExpression, scope: Scope): Value {
    const entries = new Map<string, Value>()
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        const spread = this.evaluate(property.argument, scope)
        if (spread.kind !== 'object') return UNKNOWN
        for (const [key, value] of spread.entries) entries.set(key, value)
        continue
      }
      const name = this.#key(property, scope)
      if (name === undefined) return UNKNOWN
      entries.set(name, this.evaluate(property.value, scope))
    }
    return { kind: 'object', entries }
  }

  /** The name of a property of an object; undefined where it is not constant. */
  #key({ key, computed }: TSESTree.Property, scope: Scope): string | undefined {
    if (!computed && key.type === 'Identifier') return key.name
    if (!computed && key.type === 'Literal') return String(key.value)
    return textOfValue(this.evaluate(key, scope))
  }

  #await(node: TSESTree.AwaitExpression, scope: Scope): Value {
    const value = this.evaluate(node.argument, scope)
    this.steps.send(value)
    return /^(?:condition|rows|constant)$/.test(value.kind) ? value : UNKNOWN
  }

  #assignment({ left, operator, right }: TSESTree.AssignmentExpression, scope: Scope): Value {
    const value = this.evaluate(right, scope)
    if (left.type !== 'Identifier') return value
    const now = operator === '=' ? value : changed(this.evaluate(left, scope), operator.slice(0, -1), value)
    return this.#assign(left.name, now, scope)
  }

  #update({ argument, operator }: TSESTree.UpdateExpression, scope: Scope): Value {
    if (argument.type !== 'Identifier') return UNKNOWN
    const one: Value = { kind: 'constant', value: 1 }
    return this.#assign(argument.name, changed(this.evaluate(argument, scope), operator.slice(1), one), scope)
  }

  /** What may or may not run leaves a variable that is not known. */
  #assign(name: string, value: Value, scope: Scope): Value {
    scope.assign(name, this.steps.isUndecided ? UNKNOWN : value)
    return value
  }

  #logical(node: TSESTree.LogicalExpression, scope: Scope): Value {
    const left = this.evaluate(node.left, scope)
    if (left.kind === 'condition') return joined(node.operator, left, this.evaluate(node.right, scope))
    const truth = truthOf(left)
    if (truth === undefined) return UNKNOWN
    if (node.operator === '??')
      return plainValue(left)?.value == null ? this.evaluate(node.right, scope) : left
    return truth === (node.operator === '&&') ? this.evaluate(node.right, scope) : left
  }

  /** `exists ? undefined : knex.schema...`: where it is not decided, what each way sends, under its condition. */
  #conditional({ test, consequent, alternate }: TSESTree.ConditionalExpression, scope: Scope): Value {
    const truth = truthOf(this.evaluate(test, scope))
    if (truth !== undefined) return this.evaluate(truth ? consequent : alternate, scope)
    this.steps.decide(
      this.evaluate(test, scope),
      this.machine.lineOf(consequent),
      () => ({ returned: this.evaluate(consequent, scope) }),
      () => ({ returned: this.evaluate(alternate, scope) }),
      () => undefined,
    )
    return UNKNOWN
  }
}
