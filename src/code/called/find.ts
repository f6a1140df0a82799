import type { TSESTree } from '@typescript-eslint/utils'
import { BuilderQueries } from '../builders/calledBuilders.js'
import { givenPath, partsOf } from '../builders/givenPath.js'
import type { CodeContext } from '../context.js'
import { nodesOf } from '../nodes.js'
import { isOfOtherDatabase } from '../otherDatabase.js'
import { bindingOf } from '../reach/binding.js'
import type { FunctionNode } from '../reach/binding.js'
import { stringTestsIn } from '../reach/narrow.js'
import type { StringTests } from '../reach/narrow.js'
import { scopedFile } from '../reach/scoped.js'
import { siteOf, walk, within } from '../reach/site.js'
import type { Frame, Node, Site, SourceFile } from '../reach/site.js'
import { usesOfQueries } from '../sql/calledQueries.js'
import { isForeignFile } from '../sql/foreign.js'
import type { CodeUse } from '../use.js'
import { onceForFunction } from './entered.js'
import type { Call, Entered, EnteredFinder } from './entered.js'
import { functionsOf } from './functions.js'
import type { FunctionSite } from './functions.js'
import { LEADS_TO_QUERIES, RUNS_QUERIES, SURELY_RUNS_QUERIES } from './prefilter.js'

/** Functions that hand what they are given on to others: this many behind each other. */
const DEPTH = 3

/**
 * The strings that the linted file gives to functions of other files which run queries with them, in SQL or with a query builder:
 * `setStatus(id, 'online')`, where the function has `db.query('UPDATE workspaces SET status = $2 WHERE id = $1', [id, status])` or
 * `db.updateTable('workspaces').set({ status })`. Methods count, of objects, of classes, and of what is declared to be of a class. In
 * the order of the calls; never throws.
 */
export function findCalledUses(context: CodeContext): CodeUse[] {
  if (context.project.catalog === undefined) return []
  const builders = new BuilderQueries(context)
  const finder = new Finder(context, [
    (entered) => usesOfQueries(entered, context),
    (entered) => builders.usesOf(entered),
  ])
  return nodesOf(context)
    .of('CallExpression')
    .flatMap((call) => finder.usesOf(call))
}

/** What a function does with what it is given, whatever that is. */
interface Plan {
  readonly fn: FunctionNode
  readonly file: SourceFile
  readonly tests: StringTests
  /** What finds the queries that it runs itself. */
  readonly own: readonly EnteredFinder[]
  /** The calls in it that hand on what it is given. */
  readonly inner: readonly { readonly call: Call; readonly plan: Plan }[]
}

class Finder {
  readonly #context: CodeContext
  readonly #finders: readonly EnteredFinder[]
  /** By how many functions behind each other are still followed. */
  readonly #plans = Array.from({ length: DEPTH + 1 }, () => new Map<FunctionNode, Plan>())

  constructor(context: CodeContext, finders: readonly EnteredFinder[]) {
    this.#context = context
    this.#finders = finders
  }

  usesOf(call: Call): CodeUse[] {
    const site = siteOf(call, this.#context)
    if (!call.arguments.some((argument) => mayGiveString(argument, site)) || hasSpread(call)) return []
    const isGiven = ({ value, range: [start, end] }: CodeUse): boolean =>
      value !== '' && call.arguments.some(({ range }) => range[0] <= start && end <= range[1])
    const found = functionsOf(siteOf(call.callee, this.#context), LEADS_TO_QUERIES)
      .filter(({ file }) => !file.linted)
      .flatMap((fn) => this.#enter(this.#planOf(fn, DEPTH), call, site).filter(isGiven))
    return found.filter((use) => !found.some((other) => other !== use && isRightFor(use, other)))
  }

  /** What a function makes of the arguments of a call, and what the functions do that it hands them on to. */
  #enter(plan: Plan, call: Call, caller: Site): CodeUse[] {
    const { fn, file, own, inner } = plan
    const frame: Frame = { fn, args: call.arguments, caller }
    const at = caller.file.linted ? call.callee : caller.at
    const seenFrom = (node: Node): Site => ({ node, file, at, frame })
    const entered: Entered = { fn, file, seenFrom }
    return [
      ...own.flatMap((find) => find(entered)),
      ...inner.flatMap((next) => this.#enter(next.plan, next.call, seenFrom(next.call))),
    ].filter((use) => isUntested(use, plan, frame))
  }

  #planOf(site: FunctionSite, depth: number): Plan {
    const { node: fn } = site
    const plans = this.#plans[depth]!
    const known = plans.get(fn)
    if (known !== undefined) return known
    const file = scopedFile(site.file)
    const isForeign = isForeignFile(file) || isOfOtherDatabase(file.filename, this.#context)
    const tests = isForeign ? undefined : stringTestsIn(fn)
    const none: Plan = { fn, file, tests: [], own: [], inner: [] }
    // What calls itself is not followed around.
    plans.set(fn, none)
    if (tests === undefined) return none
    const own = RUNS_QUERIES.leads(file.filename) ? this.#finders : []
    const inner = depth === 1 ? [] : handedOn(fn).flatMap((call) => this.#handedOnBy(call, file, depth - 1))
    const plan: Plan = { ...none, tests, own, inner }
    plans.set(fn, plan)
    return plan
  }

  #handedOnBy(call: Call, file: SourceFile, depth: number): Plan['inner'] {
    const callee: Site = { node: call.callee, file, at: call.callee }
    return functionsOf(callee, SURELY_RUNS_QUERIES)
      .filter((fn) => !fn.file.linted)
      .map((fn) => ({ call, plan: this.#planOf(fn, depth) }))
      .filter(({ plan }) => plan.own.length > 0 || plan.inner.length > 0)
  }
}

/** The same string meets two columns, each in some of the cases: it is right for one. */
function isRightFor(use: CodeUse, other: CodeUse): boolean {
  const isSame =
    use.range[0] === other.range[0] && use.range[1] === other.range[1] && use.value === other.value
  return isSame && !holds(use) && holds(other)
}

function holds({ value, valueSet }: CodeUse): boolean {
  return valueSet.values.some((label) => label.value === value)
}

/**
 * Whether a function hands on a string whatever it compares its parameters with: not one that it asks for, nor any where it asks what
 * else it was given.
 */
function isUntested(use: CodeUse, { fn, file, tests }: Plan, { args, caller }: Frame): boolean {
  return tests.every(({ reference, strings }) => {
    if (strings.includes(use.value)) return false
    const path = givenPath(reference, fn, file)
    if (path === undefined) return false
    const given = args[path.index]
    const sites = given === undefined ? [] : partsOf(within(caller, given), path.keys)
    return sites.length === 0 || sites.some(({ at }) => at.range[0] === use.range[0])
  })
}

/** The calls in a function whose arguments name its parameters. */
const handedOn = onceForFunction((fn: FunctionNode): readonly Call[] => {
  const names = new Set<string>()
  for (const parameter of fn.params)
    walk(parameter, (node) => void (node.type === 'Identifier' && names.add(node.name)))
  const found: Call[] = []
  walk(fn.body, (node) => {
    if (
      node.type === 'CallExpression' &&
      isNamed(node.callee) &&
      node.arguments.some((one) => hasName(one, names)) &&
      !hasSpread(node)
    )
      found.push(node)
  })
  return found
})

function hasName(node: Node, names: ReadonlySet<string>): boolean {
  switch (node.type) {
    case 'Identifier':
      return names.has(node.name)
    case 'MemberExpression':
      return hasName(node.object, names)
    case 'ObjectExpression':
      return node.properties.some((p) => hasName(p.type === 'Property' ? p.value : p.argument, names))
    default:
      return false
  }
}

/** `set`, `repo.set`, `this.repo.set`: what no query builder's chain is. */
function isNamed(node: Node): boolean {
  if (node.type === 'MemberExpression') return isNamed(node.object)
  return node.type === 'Identifier' || node.type === 'ThisExpression'
}

function hasSpread({ arguments: given }: Call): boolean {
  return given.some(({ type }) => type === 'SpreadElement')
}

/** A string, or an object or list that may hold one; a name where it is that of a constant. */
function mayGiveString(argument: Node, site: Site): boolean {
  const may = (node: Node): boolean => mayGiveString(node, site)
  switch (argument.type) {
    case 'Literal':
      return typeof argument.value === 'string'
    case 'ObjectExpression':
      return argument.properties.some((p) => may(p.type === 'Property' ? p.value : p.argument))
    case 'ArrayExpression':
      return argument.elements.some((element) => element !== null && may(element))
    case 'ConditionalExpression':
      return may(argument.consequent) || may(argument.alternate)
    case 'LogicalExpression':
      return may(argument.left) || may(argument.right)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return may(argument.expression)
    case 'MemberExpression':
      return argument.object.type === 'Identifier' && /^[A-Z]/.test(argument.object.name)
    case 'Identifier':
      return /^[A-Z]/.test(argument.name) || isVariable(argument, site)
    default:
      return false
  }
}

/** A name whose value is written in place, where it is declared. */
function isVariable(name: TSESTree.Identifier, site: Site): boolean {
  const binding = bindingOf(name, site.file)
  const init = binding?.kind === 'variable' ? binding.declarator.init : undefined
  return init != null && init.type !== 'Identifier' && mayGiveString(init, site)
}
