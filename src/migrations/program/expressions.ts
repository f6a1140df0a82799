import type { TSESTree } from '@typescript-eslint/utils'
import { STAND_IN } from '../../sql/standIn.js'
import { evaluateCall, evaluateNew, evaluateTagged } from './calls.js'
import { deleteMember } from './changes.js'
import { codeReaches } from './code.js'
import { classValue, superValue } from './classes.js'
import { assignTo, keyOf } from './declarations.js'
import { GiveUp, type Machine } from './machine.js'
import { evaluateMember, propertyName } from './members.js'
import { requireModule } from './imports.js'
import { binary, conditionOf, joined, truthOf, unary } from './operators.js'
import type { Steps } from './steps.js'
import {
  HOLDER,
  UNDEFINED,
  UNKNOWN,
  either,
  isSame,
  plainValue,
  reaches,
  settled,
  textOfValue,
  type FunctionNode,
  type Scope,
  type Value,
} from './values.js'

/** How many expressions are evaluated at most. */
const MAX_EXPRESSIONS = 500_000

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
      case 'Super':
        return superValue(this.machine, scope)
      case 'ThisExpression':
        return scope.get('this') ?? UNKNOWN
      case 'TemplateLiteral':
        return this.#template(node, scope)
      case 'ArrayExpression':
        return this.#array(node, scope)
      case 'ObjectExpression':
        return this.#object(node, scope)
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return { kind: 'function', node: node as FunctionNode, scope, module: this.machine.module }
      case 'ClassExpression':
        return classValue(this.machine, node, scope)
      case 'AwaitExpression':
        return this.#await(node, scope)
      case 'CallExpression':
        return evaluateCall(this.machine, node, scope)
      case 'NewExpression':
        return evaluateNew(this.machine, node, scope)
      case 'TaggedTemplateExpression':
        return evaluateTagged(this.machine, node, scope)
      case 'ImportExpression':
        return requireModule(this.machine, textOfValue(this.evaluate(node.source, scope)))
      case 'MemberExpression':
        return evaluateMember(this.machine, node, scope)
      case 'AssignmentExpression':
        return this.#assignment(node, scope)
      case 'UpdateExpression':
        return this.#update(node, scope)
      case 'BinaryExpression':
        return binary(node.operator, this.evaluate(node.left, scope), this.evaluate(node.right, scope))
      case 'LogicalExpression':
        return this.#logical(node.operator, this.evaluate(node.left, scope), node.right, scope)
      case 'ConditionalExpression':
        return this.#conditional(node, scope)
      case 'UnaryExpression':
        return this.#unary(node, scope)
      case 'SequenceExpression':
        return node.expressions.map((part) => this.evaluate(part, scope)).at(-1)!
      case 'ChainExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
        return this.evaluate(node.expression, scope)
      case 'MetaProperty':
        return UNKNOWN
      default:
        return this.#other(node, scope)
    }
  }

  /** An expression that is none of those that are followed. */
  #other(node: TSESTree.Node, scope: Scope): Value {
    if (!codeReaches(this.machine, node, scope)) return UNKNOWN
    this.machine.unread('this expression is not followed', node)
    return HOLDER
  }

  #template(node: TSESTree.TemplateLiteral, scope: Scope): Value {
    let text = node.quasis[0]!.value.cooked ?? ''
    let isKnown = true
    for (const [index, part] of node.expressions.entries()) {
      const value = this.evaluate(part, scope)
      const plain = plainValue(value)
      const isPlain = plain !== undefined && typeof plain.value !== 'object'
      isKnown &&= isPlain
      const inner = (value.kind === 'unknown' ? value.statement : undefined) ?? STAND_IN
      text += (isPlain ? String(plain.value) : inner) + (node.quasis[index + 1]!.value.cooked ?? '')
    }
    return isKnown
      ? { kind: 'constant', value: text }
      : { kind: 'unknown', text: this.machine.textOf(node), statement: text }
  }

  #array(node: TSESTree.ArrayExpression, scope: Scope): Value {
    const items: Value[] = []
    let isKnown = true
    for (const element of node.elements) {
      if (element === null) items.push(UNDEFINED)
      else if (element.type === 'SpreadElement') {
        const spread = this.evaluate(element.argument, scope)
        isKnown &&= spread.kind === 'array'
        items.push(...(spread.kind === 'array' ? spread.items : [spread]))
      } else items.push(this.evaluate(element, scope))
    }
    return isKnown ? { kind: 'array', items } : either(items)
  }

  #object(node: TSESTree.ObjectExpression, scope: Scope): Value {
    const entries = new Map<string, Value>()
    const others: Value[] = []
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') this.#spread(property.argument, scope, entries, others)
      else {
        const name = keyOf(this.machine, property, scope)
        const value = this.evaluate(property.value, scope)
        if (name === undefined) others.push(value)
        else entries.set(name, property.kind === 'init' ? value : UNKNOWN)
      }
    }
    return others.length === 0 ? { kind: 'object', entries } : either([...entries.values(), ...others])
  }

  /** `{ ...object }`; what is not known goes to `others`. */
  #spread(node: TSESTree.Expression, scope: Scope, entries: Map<string, Value>, others: Value[]): void {
    const spread = this.evaluate(node, scope)
    if (spread.kind === 'object') for (const [key, value] of spread.entries) entries.set(key, value)
    else if (spread.kind !== 'constant') others.push(spread)
  }

  #await(node: TSESTree.AwaitExpression, scope: Scope): Value {
    const value = this.evaluate(node.argument, scope)
    this.steps.send(value)
    return settled(value)
  }

  #assignment({ left, operator, right }: TSESTree.AssignmentExpression, scope: Scope): Value {
    const sign = operator.slice(0, -1)
    const value =
      operator === '='
        ? this.evaluate(right, scope)
        : isLogical(sign)
          ? this.#logical(sign, this.evaluate(left, scope), right, scope)
          : binary(sign, this.evaluate(left, scope), this.evaluate(right, scope))
    assignTo(this.machine, left, value, scope)
    return value
  }

  /** `++x` gives what `x` is then, `x++` what it was. */
  #update({ argument, operator, prefix }: TSESTree.UpdateExpression, scope: Scope): Value {
    const before = this.evaluate(argument, scope)
    const after = binary(operator.slice(1), before, { kind: 'constant', value: 1 })
    const isNumber = before.kind === 'constant' && typeof before.value === 'number'
    const now = isNumber ? after : UNKNOWN
    assignTo(this.machine, argument, now, scope)
    return prefix || !isNumber ? now : before
  }

  #unary({ operator, argument }: TSESTree.UnaryExpression, scope: Scope): Value {
    if (operator === 'delete' && argument.type === 'MemberExpression') {
      const object = this.evaluate(argument.object, scope)
      deleteMember(this.machine, object, propertyName(this.machine, argument, scope))
      return { kind: 'constant', value: true }
    }
    return unary(operator, this.evaluate(argument, scope))
  }

  /** `left && right` and the like, where `left` was evaluated. */
  #logical(operator: '&&' | '||' | '??', left: Value, right: TSESTree.Expression, scope: Scope): Value {
    const goesRight = operator === '??' ? isNullish(left) : truthOf(left)
    if (goesRight !== undefined) {
      return goesRight === (operator !== '||') ? this.evaluate(right, scope) : left
    }
    const asked = operator === '??' ? UNKNOWN : left
    const take = (): Value => this.evaluate(right, scope)
    const skip = (): Value => left
    const line = this.machine.lineOf(right)
    const value =
      operator === '||' ? this.#either(asked, line, skip, take) : this.#either(asked, line, take, skip)
    const condition = conditionOf(left)
    if (condition === undefined || value.kind !== 'choice') return value
    const other = conditionOf(value.values[operator === '||' ? 1 : 0])
    return other === undefined ? value : joined(operator, condition, other)
  }

  /** `exists ? undefined : knex.schema...` */
  #conditional({ test, consequent, alternate }: TSESTree.ConditionalExpression, scope: Scope): Value {
    const condition = this.evaluate(test, scope)
    const truth = truthOf(condition)
    if (truth !== undefined) return this.evaluate(truth ? consequent : alternate, scope)
    return this.#either(
      condition,
      this.machine.lineOf(consequent),
      () => this.evaluate(consequent, scope),
      () => this.evaluate(alternate, scope),
    )
  }

  /** One of two values, by a condition that is not decided: what evaluating each sends is sent under that condition. */
  #either(condition: Value, line: number, yes: () => Value, no: () => Value): Value {
    let [first, second] = [UNDEFINED, UNDEFINED]
    const then = (): undefined => {
      first = yes()
    }
    const otherwise = (): undefined => {
      second = no()
    }
    this.steps.decide(condition, line, then, otherwise)
    if (isSame(first, second)) return first
    const isKept = [first, second].some((value) => reaches(value) || /^(?:raw|condition)$/.test(value.kind))
    return isKept ? { kind: 'choice', condition, line, values: [first, second] } : either([first, second])
  }
}

function isLogical(sign: string): sign is '&&' | '||' | '??' {
  return /^(?:&&|\|\||\?\?)$/.test(sign)
}

/** Whether a value is null or undefined; undefined where that is not known. */
function isNullish(value: Value): boolean | undefined {
  if (value.kind === 'constant') return value.value == null
  return truthOf(value) === true ? false : undefined
}
