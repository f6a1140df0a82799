import type { TSESTree } from '@typescript-eslint/utils'
import type { Flow } from './flow.js'
import { keyInPattern } from './flow.js'
import type { Node } from './syntax.js'
import type { FunctionNode } from './syntax.js'
import { isFunction, keyOf, memberName, outermost, stringOf, unwrap } from './syntax.js'
import { classAround, fieldOf } from '../reach/binding.js'
import { returned } from '../reach/reach.js'

/** One link of a chain: `.where('status', '=', 'x')`, or the property `.query`. A call of the root itself is named `()`. */
export interface Step {
  readonly name: string
  /** Undefined for a property. */
  readonly call?: TSESTree.CallExpression
}

/** What a chain starts with. */
export type Root =
  /** An expression that leads no further: a name of another file, `new Kysely()`, `this`. */
  | { readonly type: 'expression'; readonly node: Node }
  /** The parameter of a callback that a step of another chain was given (-1 for `this`). */
  | {
      readonly type: 'callback'
      readonly owner: Chain
      readonly step: Step
      readonly parameter: number
      readonly node: Node
    }

/** A chain of calls, in the order they are made: `db.updateTable('w').set({})` is `db` with two steps. */
export interface Chain {
  readonly root: Root
  readonly steps: readonly Step[]
  /**
   * Set where a parameter was followed to a call that names the table: what other parameters hold depends on which call it is. The
   * number of steps that were found there.
   */
  readonly byCall?: number
}

const DEPTH = 24
/** Expressions that are looked at for one question: functions that call each other lead from each to each. */
const STEPS = 1000
/** Ways to read one receiver that are followed: `a ? q1 : q2`, a parameter with several calls. */
const WAYS = 12

/** Reads call chains of one file, through variables, conditionals, parameters, functions and callbacks. Never throws. */
export class Chains {
  readonly #flow: Flow
  readonly #known = new Map<Node, readonly Chain[]>()
  readonly #open = new Set<Node>()
  #left = STEPS
  /** Whether something on the way was not followed to its end, so that another question may find more. */
  #isCut = false

  constructor(flow: Flow) {
    this.#flow = flow
  }

  /** The chains that `node` may be the end of. Never empty. */
  of(node: Node, depth = DEPTH): readonly Chain[] {
    const inner = unwrap(node)
    const known = this.#known.get(inner)
    if (known) return known
    const ground: Chain = { root: { type: 'expression', node: inner }, steps: [] }
    if (depth === DEPTH) this.#left = STEPS
    // A name that is defined by itself (`q = q.where()`): the steps are read where it starts.
    if (depth === 0 || this.#open.has(inner) || this.#left-- <= 0) {
      this.#isCut = true
      return [ground]
    }
    const wasCut = this.#isCut
    this.#isCut = false
    this.#open.add(inner)
    const chains = this.#read(inner, depth - 1).slice(0, WAYS)
    this.#open.delete(inner)
    const result = chains.length > 0 ? chains : [ground]
    if (depth === DEPTH || !this.#isCut) this.#known.set(inner, result)
    this.#isCut ||= wasCut
    return result
  }

  /** The steps that follow a call in its own expression: `.from('t')` after `knex.where('a', 1)`. */
  after(call: Node): Step[] {
    const steps: Step[] = []
    for (let node = outermost(call); ;) {
      const member = node.parent
      if (member?.type !== 'MemberExpression' || member.object !== node) return steps
      const name = memberName(member)
      const outer = outermost(member)
      const next = outer.parent
      if (name === undefined) return steps
      if (next?.type === 'CallExpression' && next.callee === outer) {
        steps.push({ name, call: next })
        node = outermost(next)
      } else {
        steps.push({ name })
        node = outer
      }
    }
  }

  #read(node: Node, depth: number): Chain[] {
    switch (node.type) {
      case 'CallExpression': {
        const callee = unwrap(node.callee)
        const through = this.#results(callee)
          .flatMap((result) => this.of(result, depth))
          .filter((chain) => chain.steps.length > 0)
        if (through.length > 0) return through
        const elsewhere = this.#imported(callee, true, depth)
        if (elsewhere.length > 0) return elsewhere
        if (callee.type !== 'MemberExpression')
          return this.of(callee, depth).map((chain) => called(chain, node))
        const name = memberName(callee)
        return name === undefined ? [] : this.#extend(callee.object, { name, call: node }, depth)
      }
      case 'MemberExpression': {
        const name = memberName(node)
        if (name === undefined) return []
        const field = unwrap(node.object).type === 'ThisExpression' ? initialOf(node, name) : undefined
        if (field) return [...this.of(field, depth)]
        const elsewhere = this.#imported(node, false, depth)
        return elsewhere.length > 0 ? elsewhere : this.#extend(node.object, { name }, depth)
      }
      case 'Identifier':
        return this.#identifier(node, depth)
      case 'ThisExpression':
        return this.#receiver(node, depth)
      case 'ConditionalExpression':
        return [...this.of(node.consequent, depth), ...this.of(node.alternate, depth)]
      case 'LogicalExpression':
        return [...this.of(node.left, depth), ...this.of(node.right, depth)]
      case 'AssignmentExpression':
        return [...this.of(node.right, depth)]
      default:
        return []
    }
  }

  #extend(receiver: Node, step: Step, depth: number): Chain[] {
    return this.of(receiver, depth).map((chain) => ({ ...chain, steps: [...chain.steps, step] }))
  }

  #identifier(node: TSESTree.Identifier, depth: number): Chain[] {
    const variable = this.#flow.variable(node)
    const definition = variable?.defs[0]
    if (!variable) {
      const value = this.#flow.elsewhere(node)
      return value && !isFunction(value) ? [...this.of(value, depth)] : this.#imported(node, false, depth)
    }
    if (!definition) return []
    if (definition.type === 'ImportBinding') return this.#imported(node, false, depth)
    const { name } = definition
    if (definition.type === 'Variable' && definition.node.type === 'VariableDeclarator') {
      if (this.#open.has(name)) {
        this.#isCut = true
        return []
      }
      this.#open.add(name)
      const chains = this.#variable(variable, name, definition.node, depth)
      this.#open.delete(name)
      return chains
    }
    if (definition.type === 'Parameter') {
      const ground: Chain = { root: { type: 'expression', node }, steps: [] }
      return [...this.#parameter(definition.node, name, depth), ground]
    }
    return []
  }

  #variable(variable: Variable, name: Node, declarator: TSESTree.VariableDeclarator, depth: number): Chain[] {
    const { id, init } = declarator
    if (id.type !== 'Identifier') {
      const key = keyInPattern(id, name)
      return init && key !== undefined ? this.#extend(init, { name: key }, depth) : []
    }
    const written = variable.references.flatMap(({ writeExpr }) =>
      writeExpr && writeExpr !== init ? [writeExpr] : [],
    )
    const given = [...(init ? [init] : []), ...written].flatMap((value) => this.of(value, depth))
    const isSelf = ({ root }: Chain): boolean =>
      root.type === 'expression' && root.node.type === 'Identifier' && root.node.name === id.name
    const starts = given.filter((chain) => !isSelf(chain))
    const added = [...given.filter(isSelf).flatMap(({ steps }) => steps), ...this.#statements(variable)]
    if (added.length === 0) return starts
    return starts.map((chain) => ({ ...chain, steps: [...chain.steps, ...added] }))
  }

  /** What statements of their own add to a query that changes in place: `qb.leftJoin('w.agents', 'a')`, `qb.setParameter('s', 'x')`. */
  #statements(variable: Variable): Step[] {
    return variable.references.flatMap(({ identifier }) => {
      const member = identifier.parent
      if (member?.type !== 'MemberExpression' || member.object !== identifier) return []
      if (!ADDING_STEPS.test(memberName(member) ?? '') || !isStatement(member)) return []
      const steps = this.after(identifier)
      return steps.some(namesTable) ? [] : steps.filter(({ name, call }) => call && ADDING_STEPS.test(name))
    })
  }

  /** The query that a name from another file stands for, or that a function from there returns. */
  #imported(node: Node, isCalled: boolean, depth: number): Chain[] {
    if (node.type !== 'Identifier' && node.type !== 'MemberExpression') return []
    const value = this.#flow.imported(node)
    if (!value || isFunction(value) !== isCalled) return []
    const results = isFunction(value) ? returned(value) : [value]
    // What starts no query there is a client, a model or a table: its name here tells more.
    return results.flatMap((result) => this.of(result, depth)).filter(({ steps }) => steps.some(startsQuery))
  }

  /** What a function of this file that is called by its name, or by `this.name`, returns. */
  #results(callee: Node): Node[] {
    const fn =
      callee.type === 'Identifier'
        ? this.#flow.functionOf(callee)
        : callee.type === 'MemberExpression' && methodOf(callee)
    return fn ? returned(fn) : []
  }

  /** The parameter of a function: of one that is given to a step, in place or by name, and of one that is called in the file. */
  #parameter(fn: Node, name: Node, depth: number): Chain[] {
    if (!isFunction(fn)) return []
    for (const [index, parameter] of fn.params.entries()) {
      const pattern = parameter.type === 'AssignmentPattern' ? parameter.left : parameter
      const property = keyInPattern(pattern, name)
      if (pattern !== name && property === undefined) continue
      const steps = property === undefined ? [] : [{ name: property }]
      const callbacks = this.#owners(fn, depth).map(({ owner, step }): Chain => ({
        root: { type: 'callback', owner, step, parameter: index, node: name },
        steps,
      }))
      const given = this.#flow.callsOf(fn).flatMap((call): Chain[] => {
        const before = call.arguments.slice(0, index + 1)
        const argument = before[index]
        if (!argument || before.some(({ type }) => type === 'SpreadElement')) return []
        const chains =
          property === undefined ? this.of(argument, depth) : this.#extend(argument, steps[0]!, depth)
        return chains.map((chain) =>
          chain.steps.some(namesTable) ? { ...chain, byCall: chain.steps.length } : chain,
        )
      })
      return [...callbacks, ...given]
    }
    return []
  }

  /** `this` of a `function () {}` that is given to a step (Knex). */
  #receiver(node: TSESTree.ThisExpression, depth: number): Chain[] {
    let fn = node.parent as Node | undefined
    while (fn && fn.type !== 'FunctionExpression' && fn.type !== 'FunctionDeclaration') fn = fn.parent
    if (!fn || !isFunction(fn)) return []
    return this.#owners(fn, depth).map(({ owner, step }) => ({
      root: { type: 'callback', owner, step, parameter: -1, node },
      steps: [],
    }))
  }

  /** The places of this file that name a function. */
  #namesOf(fn: FunctionNode): Node[] {
    const holder = fn.type === 'FunctionDeclaration' ? fn : outermost(fn).parent
    const name =
      holder?.type === 'FunctionDeclaration' || holder?.type === 'VariableDeclarator' ? holder.id : null
    if (name?.type !== 'Identifier') return []
    return (this.#flow.variable(name)?.references ?? [])
      .map(({ identifier }) => identifier)
      .filter((node) => node !== name)
  }

  #owners(fn: Node, depth: number): { owner: Chain; step: Step }[] {
    if (!isFunction(fn)) return []
    const places = [fn as Node, ...this.#namesOf(fn)].map(outermost)
    return places.flatMap((place) => {
      // `where(new Brackets((qb) => ...))`
      const made = place.parent
      const given =
        made?.type === 'NewExpression' && made.arguments.includes(place as never) ? outermost(made) : place
      const call = given.parent
      if (
        call?.type !== 'CallExpression' ||
        !call.arguments.includes(given as TSESTree.CallExpressionArgument)
      )
        return []
      return this.of(call, depth).flatMap((owner) => {
        const step = owner.steps.at(-1)
        return step ? [{ owner, step }] : []
      })
    })
  }
}

/** The chain with a call of its end: of the root, or of a property that was taken out of it (`({ selectFrom }) => selectFrom('t')`). */
function called(chain: Chain, call: TSESTree.CallExpression): Chain {
  const { steps } = chain
  const last = steps.at(-1)
  if (!last || last.call) return { ...chain, steps: [...steps, { name: '()', call }] }
  return { ...chain, steps: [...steps.slice(0, -1), { name: last.name, call }] }
}

/** The steps that say which table a chain is about; `()` is that of `knex('workspaces')`. */
const TABLE_STEPS =
  /^(?:selectFrom|updateTable|insertInto|deleteFrom|mergeInto|from|into|table|update|insert|delete|createQueryBuilder|qb|getRepository|query|\$query)$/

function namesTable({ name, call }: Step): boolean {
  if (name === '()') return stringOf(call?.arguments[0]) !== undefined
  return call !== undefined && TABLE_STEPS.test(name)
}

type Variable = NonNullable<ReturnType<Flow['variable']>>

/** The method of the class around `this.name` that it names. */
function methodOf(callee: TSESTree.MemberExpression): FunctionNode | undefined {
  const name = memberName(callee)
  if (name === undefined || unwrap(callee.object).type !== 'ThisExpression') return undefined
  for (const member of classAround(callee)?.body ?? []) {
    if (member.type !== 'MethodDefinition' || member.kind !== 'method' || keyOf(member) !== name) continue
    return isFunction(member.value) ? member.value : undefined
  }
  return undefined
}

/** The initializer of the field `name` in the class around `node`. */
function initialOf(node: Node, name: string): Node | undefined {
  const field = fieldOf(node, name)
  return field?.type === 'PropertyDefinition' ? (field.value ?? undefined) : undefined
}

/** All steps of a chain, those of the chains it is a callback of first. */
export function allSteps(chain: Chain): readonly Step[] {
  return chain.root.type === 'callback' ? [...allSteps(chain.root.owner), ...chain.steps] : chain.steps
}

/** Where a chain truly starts: the root of the outermost chain that it is a callback of. */
export function origin(chain: Chain): Node {
  return chain.root.type === 'callback' ? origin(chain.root.owner) : chain.root.node
}

/** The type of `this.name`: of a field, or of a constructor's parameter property. */
export function annotationOfMember(node: TSESTree.MemberExpression): TSESTree.TypeNode | undefined {
  const name = memberName(node)
  if (name === undefined || unwrap(node.object).type !== 'ThisExpression') return undefined
  return fieldOf(node, name)?.typeAnnotation?.typeAnnotation
}

/** Whether the table of a chain, or of one around it, was found by following a parameter to a call. */
export function isByCall({ root, steps, byCall }: Chain): boolean {
  if (byCall !== undefined && !steps.slice(byCall).some(startsAnew)) return true
  return root.type === 'callback' && isByCall(root.owner)
}

/** Whether a step names the table whatever came before it; of `update(workspaces)` the row is given to a later step. */
function startsAnew(step: Step, index: number, steps: readonly Step[]): boolean {
  if (!step.call || step.call.arguments.length === 0) return false
  const row = ROW_STEPS[step.name]
  if (row !== undefined) return steps.slice(index + 1).some(({ name }) => name === row)
  return step.name === '()' ? namesTable(step) : START_STEPS.test(step.name)
}

/** Steps that say what a condition in another statement means. */
const ADDING_STEPS = /^(?:(?:left|right|full|inner|cross)?(?:Outer)?[jJ]oin(?:And\w+)?|setParameters?)$/

/** Whether a chain's value is not used: it stands as a statement. */
function isStatement(node: Node): boolean {
  let outer = node
  while (outer.parent && outer.parent.type !== 'ExpressionStatement') {
    const { parent } = outer
    const isPart =
      (parent.type === 'CallExpression' && parent.callee === outer) ||
      (parent.type === 'MemberExpression' && parent.object === outer)
    if (!isPart) return false
    outer = parent
  }
  return outer.parent !== undefined
}

/** Whether a step starts a query: `db.selectFrom('workspaces')`, `knex('workspaces')`. */
function startsQuery(step: Step): boolean {
  const { name, call } = step
  if (!call) return false
  if (name === '()') {
    const callee = unwrap(call.callee)
    return callee.type === 'Identifier' && /knex$|^(?:db|trx|tx)$/i.test(callee.name) && namesTable(step)
  }
  return name === 'query' || (call.arguments.length > 0 && namesTable(step))
}

const START_STEPS = /^(?:selectFrom|updateTable|insertInto|deleteFrom|mergeInto|from|into|getRepository)$/
const ROW_STEPS: Readonly<Record<string, string>> = { update: 'set', insert: 'values', delete: 'where' }
