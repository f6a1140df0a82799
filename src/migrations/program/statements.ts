import type { TSESTree } from '@typescript-eslint/utils'
import { codeReaches } from './code.js'
import { declare, hoist, setNames } from './declarations.js'
import { runLoop, turnsOf } from './loops.js'
import { Thrown, type Machine } from './machine.js'
import { binary, truthOf } from './operators.js'
import { BY_CONDITION, oneAfter, oneOf, type Completion, type Part } from './steps.js'
import { Scope, UNDEFINED, UNKNOWN, type Value } from './values.js'

/** Statements that do nothing when they are come to. */
const IDLE =
  /^(?:FunctionDeclaration|EmptyStatement|DebuggerStatement|ImportDeclaration|ExportAllDeclaration|TS(?:InterfaceDeclaration|TypeAliasDeclaration|DeclareFunction|ImportEqualsDeclaration|NamespaceExportDeclaration))$/

/** `declare module`, `declare global`: nothing of it runs. */
function isOfTypes(node: TSESTree.Statement): boolean {
  return node.type === 'TSModuleDeclaration' && (node.declare || node.kind === 'global')
}

/** Runs the statements of functions: each branch, or the one that is decided, and each turn of a loop. */
export class Statements {
  constructor(private readonly machine: Machine) {}

  /** Runs statements one after another, up to where they are left. */
  block(body: readonly TSESTree.Statement[], scope: Scope): Completion {
    hoist(this.machine, body, scope)
    return this.#sequence(body, scope)
  }

  #sequence(body: readonly TSESTree.Statement[], scope: Scope): Completion {
    for (const [index, statement] of body.entries()) {
      const rest: Part = () => this.#sequence(body.slice(index + 1), scope)
      if (statement.type === 'IfStatement') {
        const { completion, tookRest } = this.#if(statement, scope, rest)
        if (tookRest) return completion
        if (completion !== undefined) return this.#afterwards(completion, rest)
      } else {
        const completion = this.run(statement, scope)
        if (completion !== undefined) return this.#afterwards(completion, rest)
      }
    }
    return undefined
  }

  /** What follows code that leaves what is around it, or may. */
  #afterwards(completion: Exclude<Completion, undefined>, rest: Part): Completion {
    if (!completion.goesOn) return completion
    return oneAfter(completion, this.machine.steps.uncertain(BY_CONDITION, rest))
  }

  /** Runs one statement; `labels` are those in front of it. */
  run(node: TSESTree.Statement, scope: Scope, labels: readonly string[] = []): Completion {
    switch (node.type) {
      case 'ExpressionStatement':
        this.machine.evaluate(node.expression, scope)
        return undefined
      case 'ReturnStatement': {
        const value = node.argument === null ? UNDEFINED : this.machine.evaluate(node.argument, scope)
        return { exits: [{ is: 'return', value }], goesOn: false }
      }
      case 'ThrowStatement':
        this.machine.evaluate(node.argument, scope)
        throw new Thrown(this.machine.lineOf(node), this.machine.textOf(node))
      case 'BreakStatement':
        return { exits: [{ is: 'break', label: node.label?.name }], goesOn: false }
      case 'ContinueStatement':
        return { exits: [{ is: 'continue', label: node.label?.name }], goesOn: false }
      case 'BlockStatement':
        return this.block(node.body, new Scope(scope))
      case 'LabeledStatement': {
        const { name } = node.label
        return withoutBreaks(this.run(node.body, scope, [...labels, name]), (label) => label === name)
      }
      case 'TryStatement':
        return this.#try(node, scope)
      case 'ForOfStatement':
      case 'ForInStatement':
      case 'ForStatement':
      case 'WhileStatement':
      case 'DoWhileStatement': {
        const turns = turnsOf(this.machine, node, scope, (body, inner) => this.run(body, inner))
        return runLoop(this.machine.steps, turns, labels)
      }
      case 'IfStatement':
        return this.#if(node, scope).completion
      case 'SwitchStatement':
        return withoutBreaks(this.#switch(node, scope), (label) => label === undefined)
      default:
        this.#other(node, scope)
        return undefined
    }
  }

  /** A declaration, or a statement that is none of those that run. */
  #other(node: TSESTree.Statement, scope: Scope): void {
    if (declare(this.machine, node, scope) || IDLE.test(node.type) || isOfTypes(node)) return
    if (codeReaches(this.machine, node, scope)) this.machine.unread('this statement is not followed', node)
  }

  /** An `if`, with what follows it where a branch leaves the code around: then it `tookRest`. */
  #if(
    node: TSESTree.IfStatement,
    scope: Scope,
    rest?: Part,
  ): { readonly completion: Completion; readonly tookRest: boolean } {
    const condition = this.machine.evaluate(node.test, scope)
    const branch = (statement: TSESTree.Statement | null): Completion =>
      statement === null ? undefined : this.run(statement, new Scope(scope))
    const truth = truthOf(condition)
    if (truth !== undefined) {
      return { completion: branch(truth ? node.consequent : node.alternate), tookRest: false }
    }
    return this.machine.steps.decide(
      condition,
      this.machine.lineOf(node),
      () => branch(node.consequent),
      () => branch(node.alternate),
      rest,
    )
  }

  #try({ block, handler, finalizer }: TSESTree.TryStatement, scope: Scope): Completion {
    const body: Part = () => this.block(block.body, new Scope(scope))
    return this.#finally(finalizer, scope, () =>
      handler === null ? body() : this.machine.steps.attempt(body, () => this.#catch(handler, scope)),
    )
  }

  #catch({ param, body }: TSESTree.CatchClause, scope: Scope): Completion {
    const inner = new Scope(scope)
    if (param !== null) setNames(this.machine, param, UNKNOWN, inner)
    return this.block(body.body, inner)
  }

  /** `finally` runs however the code in front of it ends, and ends it where it leaves itself. */
  #finally(finalizer: TSESTree.BlockStatement | null, scope: Scope, part: Part): Completion {
    if (finalizer === null) return part()
    const last: Part = () => this.block(finalizer.body, new Scope(scope))
    let completion: Completion
    try {
      completion = part()
    } catch (error) {
      if (!(error instanceof Thrown)) throw error
      const ended = last()
      if (ended === undefined) throw error
      return ended
    }
    const ended = last()
    return ended === undefined ? completion : oneAfter(ended, completion)
  }

  #switch({ discriminant, cases }: TSESTree.SwitchStatement, scope: Scope): Completion {
    const value = this.machine.evaluate(discriminant, scope)
    const inner = new Scope(scope)
    hoist(
      this.machine,
      cases.flatMap(({ consequent }) => consequent),
      inner,
    )
    const first = this.#firstCase(cases, value, inner)
    if (first !== undefined) {
      return this.#sequence(
        cases.slice(first).flatMap(({ consequent }) => consequent),
        inner,
      )
    }
    const ended = cases.map(({ consequent }) =>
      this.machine.steps.uncertain('it depends on a switch that is not decided', () =>
        this.#sequence(consequent, inner),
      ),
    )
    return oneOf(...ended, undefined)
  }

  /** The index of the case that runs, the number of cases where none does; undefined where that is not known. */
  #firstCase(cases: readonly TSESTree.SwitchCase[], value: Value, scope: Scope): number | undefined {
    for (const [index, { test }] of cases.entries()) {
      if (test === null) continue
      const truth = truthOf(binary('===', value, this.machine.evaluate(test, scope)))
      if (truth === undefined) return undefined
      if (truth) return index
    }
    const otherwise = cases.findIndex(({ test }) => test === null)
    return otherwise < 0 ? cases.length : otherwise
  }
}

/** How a statement ended that ends the `break`s to it. */
function withoutBreaks(completion: Completion, isOwn: (label: string | undefined) => boolean): Completion {
  if (completion === undefined) return undefined
  const exits = completion.exits.filter((exit) => exit.is !== 'break' || !isOwn(exit.label))
  const breaks = exits.length < completion.exits.length
  return exits.length === 0 && (breaks || completion.goesOn)
    ? undefined
    : { exits, goesOn: completion.goesOn || breaks }
}
