import type { TSESTree } from '@typescript-eslint/utils'
import { isFunction, variableOf } from './binding.js'
import { outcomeOf } from './outcome.js'
import type { Assumed } from './outcome.js'
import { contains, isNothing, walk } from './site.js'
import type { Node, Site, SourceFile } from './site.js'
import type { Subject } from './subject.js'
import { ASKS, calleeName, isAfter, isFlag, LEAVES, mayLeave } from './tested.js'

type Construct =
  | TSESTree.IfStatement
  | TSESTree.ConditionalExpression
  | TSESTree.LogicalExpression
  | TSESTree.WhileStatement
  | TSESTree.DoWhileStatement
  | TSESTree.ForStatement
  | TSESTree.SwitchStatement

/** Code that a variable decides on; 'anything' where it is not known what it decides on. */
type Decided = Construct | 'anything'

/**
 * Whether something may have a value where it is used: not where a condition around the use, or one before it behind which the code goes
 * on only otherwise, rules it out, nor where it is not known what a test of it says.
 *
 * @param site Whose node is a reference to it.
 */
export function isPossible(subject: Subject, site: Site, value: string): boolean {
  const references = new Set<Node>(subject.references)
  const assumed: Assumed = { file: site.file, isReference: (node) => references.has(node), value }
  return decidedBy(subject, site.file).every(
    ({ reference, decided }) => reference === site.node || !rulesOut(decided, assumed, site),
  )
}

/**
 * Whether a test at `reference` of what is not used itself, such as another property of the same object, may decide on the use. One of
 * being there at all does not.
 */
export function mayDecide(reference: Node, { node, at, file }: Pick<Site, 'node' | 'at' | 'file'>): boolean {
  return decidedAt(reference, file).some(
    (decided) =>
      decided === 'anything' ||
      (!isPresence(reference, decided) &&
        (contains(decided, node) ||
          contains(decided, at) ||
          (mayLeave(decided) && !isAfter(decided, node, at)))),
  )
}

/** Around a name that is tested for being there at all: `status`, `!filter.status`, `a && status`, `status != null`. */
const PRESENCE = /^(?:ChainExpression|LogicalExpression|TSNonNullExpression|UnaryExpression)$/

function isPresence(reference: Node, decided: Construct): boolean {
  if (decided.type === 'SwitchStatement') return false
  for (let here = reference; here.parent != null && here.parent !== decided; here = here.parent) {
    const { parent } = here
    const isOfPart = parent.type === 'MemberExpression' && parent.object === here
    const isOfNothing =
      parent.type === 'BinaryExpression' && (isNothing(parent.left) || isNothing(parent.right))
    if (!isOfPart && !isOfNothing && !PRESENCE.test(parent.type)) return false
  }
  return true
}

interface Test {
  readonly reference: Node
  readonly decided: Decided
}

const tests = new WeakMap<Subject, readonly Test[]>()

/** What the references to something decide on. */
function decidedBy(subject: Subject, file: SourceFile): readonly Test[] {
  let found = tests.get(subject)
  if (found === undefined) {
    found = subject.references.flatMap((reference) =>
      decidedAt(reference, file).map((decided) => ({ reference, decided })),
    )
    // `assertValid(input)`, `if (isValid(input))`
    const checked = subject.wholes.filter(isChecked)
    found = [...found, ...checked.map((reference) => ({ reference, decided: 'anything' as const }))]
    tests.set(subject, found)
  }
  return found
}

function isChecked(whole: Node): boolean {
  const { parent } = whole
  if (parent?.type !== 'CallExpression' || parent.callee === whole) return false
  const name = calleeName(parent)
  return ASKS.test(name) || LEAVES.test(name)
}

function decidedAt(reference: Node, file: SourceFile, isFlagged = false): Decided[] {
  const found: Decided[] = []
  /** Whether it was compared, so that what is handed on tells of it. */
  let isCompared = isFlagged
  const handedOn = (): Decided[] => (isCompared ? [...found, 'anything'] : found)
  for (let here = reference; here.parent != null; here = here.parent) {
    const { parent } = here
    switch (parent.type) {
      case 'IfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
        return parent.test === here ? [...found, parent] : found
      case 'SwitchStatement':
        return parent.discriminant === here ? [...found, parent] : found
      case 'SwitchCase':
        return parent.test === here ? [...found, parent.parent] : found
      case 'ConditionalExpression':
        if (parent.test !== here) break
        found.push(parent)
        if (!isFlag(parent)) return found
        isCompared = true
        break
      case 'LogicalExpression':
        if (parent.left !== here || parent.operator === '??') break
        found.push(parent)
        // `status !== 'all' && status` is the status.
        if (isSameName(parent.right, reference)) return found
        break
      case 'UnaryExpression':
        isCompared ||= parent.operator === '!'
        break
      case 'BinaryExpression':
        isCompared ||= /^(?:[!=]==?|[<>]=?|in)$/.test(parent.operator)
        break
      case 'MemberExpression':
        // `LABELS[status]`
        isCompared ||= parent.object !== here
        break
      case 'CallExpression': {
        const name = calleeName(parent)
        if (parent.callee === here) isCompared ||= /^(?:startsWith|endsWith|includes|match)$/.test(name)
        else if (ASKS.test(name) || name === 'Boolean' || name === 'test') isCompared = true
        else return LEAVES.test(name) ? [...found, 'anything'] : handedOn()
        break
      }
      case 'VariableDeclarator':
        return parent.init === here && isCompared && !isFlagged
          ? [...found, ...decidedByFlag(parent, file)]
          : handedOn()
      case 'AssignmentExpression':
      case 'ReturnStatement':
      case 'ThrowStatement':
        return handedOn()
      case 'Property':
      case 'ArrayExpression':
        return isFlagged ? handedOn() : found
      case 'TemplateLiteral':
      case 'JSXExpressionContainer':
      case 'BlockStatement':
      case 'Program':
      case 'ExpressionStatement':
        return found
      default:
        if (isFunction(parent)) return handedOn()
    }
  }
  return found
}

function isSameName(node: Node, other: Node): boolean {
  return node.type === 'Identifier' && other.type === 'Identifier' && node.name === other.name
}

/** What a constant decides on that tells of a variable: `const isAll = status === 'all'`. */
function decidedByFlag({ id }: TSESTree.VariableDeclarator, file: SourceFile): Decided[] {
  const variable = variableOf(id, file)
  if (variable === undefined || variable.references.some((one) => one.isWrite() && one.init !== true))
    return ['anything']
  return variable.references
    .filter((one) => one.init !== true)
    .flatMap(({ identifier }) => decidedAt(identifier, file, true))
}

function rulesOut(decided: Decided, assumed: Assumed, { node, at }: Site): boolean {
  if (decided === 'anything') return true
  const isIn = (part: Node | null | undefined): boolean =>
    part != null && (contains(part, node) || contains(part, at))
  const isNot = (condition: Node, required: boolean): boolean => {
    const { is, depends } = outcomeOf(condition, assumed)
    return is === undefined ? depends : is !== required
  }
  /** Whether the value does not get out of a part that runs. */
  const keeps = (part: Node | null | undefined): boolean =>
    part != null &&
    (mayLeave(part, decided.type === 'SwitchStatement' ? decided : part) || writesTo(part, assumed))
  switch (decided.type) {
    case 'LogicalExpression':
      return isIn(decided.right) && isNot(decided.left, decided.operator === '&&')
    case 'IfStatement':
    case 'ConditionalExpression':
      if (isIn(decided.consequent)) return isNot(decided.test, true)
      if (isIn(decided.alternate)) return isNot(decided.test, false)
      if (isIn(decided.test) || isAfter(decided, node, at)) return false
      return (
        (keeps(decided.consequent) && isNot(decided.test, false)) ||
        (keeps(decided.alternate) && isNot(decided.test, true))
      )
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      if (decided.test == null || isIn(decided.test)) return false
      if (isIn(decided.body)) return decided.type !== 'DoWhileStatement' && isNot(decided.test, true)
      return !isAfter(decided, node, at) && keeps(decided.body) && isNot(decided.test, false)
    default:
      return switchRulesOut(decided, assumed, isIn, keeps, isAfter(decided, node, at))
  }
}

/** Whether code is left, or reached only otherwise, where a switch meets the value. */
function switchRulesOut(
  { discriminant, cases }: TSESTree.SwitchStatement,
  assumed: Assumed,
  isIn: (part: Node) => boolean,
  keeps: (part: Node) => boolean,
  isAfterUse: boolean,
): boolean {
  const target = cases.findIndex(isIn)
  if (target < 0 && isAfterUse) return false
  const isReference = outcomeOf(discriminant, assumed).is !== undefined && discriminant.type !== 'Literal'
  const tests = cases.map(({ test }) =>
    test?.type === 'Literal' && typeof test.value === 'string' ? test.value : test && undefined,
  )
  // `switch (true)`, `case ALL`
  if (!isReference || tests.includes(undefined)) return target >= 0 || cases.some(keeps)
  const met = tests.indexOf(assumed.value)
  const start = met < 0 ? tests.indexOf(null) : met
  if (start < 0) return target >= 0
  if (target >= 0 && target < start) return true
  for (let i = start; i < cases.length && i !== target; i++) {
    const { consequent } = cases[i]!
    if (target < 0 && consequent.some(keeps)) return true
    if (consequent.some(isEnd)) return target >= 0
  }
  return false
}

/** Whether behind a statement of a case nothing of the switch runs. */
function isEnd(statement: TSESTree.Statement): boolean {
  if (statement.type === 'BlockStatement') return statement.body.some(isEnd)
  return /^(?:Break|Continue|Return|Throw)Statement$/.test(statement.type)
}

/** Whether a part of the code writes to the variable. */
function writesTo(part: Node, { isReference }: Assumed): boolean {
  let writes = false
  walk(part, (node) => {
    writes ||= node.type === 'AssignmentExpression' && isReference(node.left)
    return !writes
  })
  return writes
}
