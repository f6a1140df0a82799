import type { TSESTree } from '@typescript-eslint/utils'
import { declare, hoist, namesIn, setNames } from './declarations.js'
import type { Machine } from './machine.js'
import { truthOf } from './operators.js'
import type { Completion, Steps } from './steps.js'
import { Scope, UNDEFINED, UNKNOWN } from './values.js'

/** Runs the statements of functions: each branch, or the one that is decided, and each turn of a loop. */
export class Statements {
  constructor(
    private readonly machine: Machine,
    private readonly steps: Steps,
  ) {}

  /** Runs statements one after another, up to a return. */
  block(body: readonly TSESTree.Statement[], scope: Scope): Completion {
    hoist(this.machine, body, scope)
    for (const [index, statement] of body.entries()) {
      if (statement.type === 'IfStatement') {
        const completion = this.#if(statement, body.slice(index + 1), scope)
        if (completion !== 'goes on') return completion
      } else {
        const completion = this.#statement(statement, scope)
        if (completion !== undefined) return completion
      }
    }
    return undefined
  }

  #statement(node: TSESTree.Statement, scope: Scope): Completion {
    switch (node.type) {
      case 'ExpressionStatement':
        this.machine.evaluate(node.expression, scope)
        return undefined
      case 'ReturnStatement':
        return { returned: node.argument === null ? UNDEFINED : this.machine.evaluate(node.argument, scope) }
      case 'VariableDeclaration':
        declare(this.machine, node, scope)
        return undefined
      case 'BlockStatement':
        return this.block(node.body, new Scope(scope))
      case 'TryStatement':
        return this.block(node.block.body, new Scope(scope))
      case 'ForOfStatement':
        return this.#forOf(node, scope)
      case 'ForStatement':
        return this.#for(node, scope)
      case 'ForInStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#someTurns(node.body, new Scope(scope))
        return undefined
      case 'IfStatement': {
        const completion = this.#if(node, [], scope)
        return completion === 'goes on' ? undefined : completion
      }
      case 'SwitchStatement':
        this.steps.uncertain('it depends on a switch', () => {
          for (const { consequent } of node.cases) this.block(consequent, new Scope(scope))
        })
        return undefined
      default:
        return undefined
    }
  }

  /** `for (let i = 0; i < 3; i++)`, where all of that is constant and only the loop itself counts. */
  #for(node: TSESTree.ForStatement, scope: Scope): Completion {
    const { init, test, update, body } = node
    const inner = new Scope(scope)
    const name = init?.type === 'VariableDeclaration' ? namesIn(init)[0] : undefined
    const isCounted = name !== undefined && changes(update, name) && !this.#mentionsChange(body, name)
    if (init?.type === 'VariableDeclaration') declare(this.machine, init, inner)
    for (;;) {
      const truth = test === null || !isCounted ? undefined : truthOf(this.machine.evaluate(test, inner))
      if (truth === false) return undefined
      if (truth === undefined || update === null) {
        if (name !== undefined) inner.set(name, UNKNOWN)
        return this.#someTurns(body, new Scope(inner))
      }
      const completion = this.#statement(body, new Scope(inner))
      if (completion !== undefined) return completion
      // The variable is the loop's own: also where the loop as a whole may or may not run.
      inner.set(name!, this.machine.evaluate(update, inner))
    }
  }

  /** Whether the text of a loop's body has `name = `, `name++` or the like in it. */
  #mentionsChange(body: TSESTree.Node, name: string): boolean {
    return new RegExp(`\\b${name}\\s*(?:[-+*/%]?=(?!=)|\\+\\+|--)`).test(this.machine.textOf(body))
  }

  #forOf(node: TSESTree.ForOfStatement, scope: Scope): Completion {
    const items = this.machine.evaluate(node.right, scope)
    const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]!.id : node.left
    if (items.kind !== 'array') {
      this.steps.uncertain('it runs in a loop', () => {
        const inner = new Scope(scope)
        setNames(this.machine, target, UNKNOWN, inner)
        this.#statement(node.body, inner)
      })
      return undefined
    }
    for (const item of items.items) {
      const inner = new Scope(scope)
      setNames(this.machine, target, item, inner)
      const completion = this.#statement(node.body, inner)
      if (completion !== undefined) return completion
    }
    return undefined
  }

  /** A loop of which it is not known how often it runs. */
  #someTurns(body: TSESTree.Statement, scope: Scope): Completion {
    return this.steps.uncertain('it runs in a loop', () => this.#statement(body, scope))
  }

  /** An `if` with what follows it, for a branch that returns leaves that out. */
  #if(node: TSESTree.IfStatement, rest: readonly TSESTree.Statement[], scope: Scope): Completion | 'goes on' {
    const condition = this.machine.evaluate(node.test, scope)
    const branch = (statement: TSESTree.Statement | null): Completion =>
      statement === null ? undefined : this.#statement(statement, new Scope(scope))
    const truth = truthOf(condition)
    if (truth !== undefined) return branch(truth ? node.consequent : node.alternate) ?? 'goes on'
    const ended = this.steps.decide(
      condition,
      this.machine.lineOf(node),
      () => branch(node.consequent),
      () => branch(node.alternate),
      () => this.block(rest, scope),
    )
    return ended ? { returned: UNDEFINED } : 'goes on'
  }
}

/** Whether an expression sets the variable `name`. */
function changes(node: TSESTree.Expression | null, name: string): boolean {
  if (node?.type !== 'UpdateExpression' && node?.type !== 'AssignmentExpression') return false
  const target = node.type === 'UpdateExpression' ? node.argument : node.left
  return target.type === 'Identifier' && target.name === name
}
