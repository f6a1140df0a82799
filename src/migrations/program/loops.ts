import type { TSESTree } from '@typescript-eslint/utils'
import { assignTo, namesIn, setNames, declare } from './declarations.js'
import { GiveUp, type Machine } from './machine.js'
import { truthOf } from './operators.js'
import { BY_CONDITION, oneAfter, oneOf, type Completion, type Exit, type Steps } from './steps.js'
import { Scope, UNDEFINED, UNKNOWN, either, settled, type Value } from './values.js'

/** How many turns of one loop are followed at most. */
const MAX_TURNS = 10_000

/** The turns of a loop. */
export interface Turns {
  /** Whether there is one for each of known items. */
  readonly isOfItems: boolean
  /** Goes to the next turn: whether there is one; undefined where that is not known. */
  next(): boolean | undefined
  turn(): Completion
}

export type Loop =
  | TSESTree.ForOfStatement
  | TSESTree.ForInStatement
  | TSESTree.ForStatement
  | TSESTree.WhileStatement
  | TSESTree.DoWhileStatement

/** Runs the turns of a loop that has these labels, one after another. */
export function runLoop(steps: Steps, turns: Turns, labels: readonly string[]): Completion {
  for (let count = 0; count < MAX_TURNS; count++) {
    const has = turns.next()
    if (has === false) return undefined
    if (has === undefined) return someTurns(steps, turns, labels)
    const { completion, hasNext } = afterTurn(turns.turn(), labels)
    if (!hasNext) return completion
    if (completion !== undefined) return oneAfter(completion, restOf(steps, turns, labels, completion.goesOn))
  }
  throw new GiveUp('it is too long to be followed')
}

/** The turns after one that may have left the loop. */
function restOf(steps: Steps, turns: Turns, labels: readonly string[], goesOn: boolean): Completion {
  if (!turns.isOfItems) {
    turns.next()
    return someTurns(steps, turns, labels)
  }
  const completions: Completion[] = goesOn ? [undefined] : []
  while (turns.next() === true) {
    completions.push(steps.uncertain(BY_CONDITION, () => afterTurn(turns.turn(), labels).completion))
  }
  return oneOf(...completions, undefined)
}

/** Turns of which it is not known how many there are. */
function someTurns(steps: Steps, turns: Turns, labels: readonly string[]): Completion {
  return steps.repeated('it runs in a loop that is not decided', () => {
    const { completion } = afterTurn(turns.turn(), labels)
    turns.next()
    return completion
  })
}

/** What a turn means for the loop: how the loop may end with it (undefined: it can't), and whether another may follow. */
function afterTurn(
  turn: Completion,
  labels: readonly string[],
): { readonly completion: Completion; readonly hasNext: boolean } {
  if (turn === undefined) return { completion: undefined, hasNext: true }
  const isOwn = ({ label }: Extract<Exit, { label: unknown }>): boolean =>
    label === undefined || labels.includes(label)
  const is = (exit: Exit, kind: 'break' | 'continue'): boolean => exit.is === kind && isOwn(exit)
  const exits = turn.exits.filter((exit) => !is(exit, 'break') && !is(exit, 'continue'))
  const breaks = turn.exits.some((exit) => is(exit, 'break'))
  const hasNext = turn.goesOn || turn.exits.some((exit) => is(exit, 'continue'))
  if (!breaks && exits.length === 0) return { completion: undefined, hasNext }
  const completion = exits.length === 0 && !hasNext ? undefined : { exits, goesOn: breaks }
  return { completion, hasNext }
}

/** The turns of a loop; `run` runs its body. */
export function turnsOf(
  machine: Machine,
  node: Loop,
  scope: Scope,
  run: (body: TSESTree.Statement, scope: Scope) => Completion,
): Turns {
  switch (node.type) {
    case 'ForOfStatement':
    case 'ForInStatement':
      return turnsOfItems(machine, node, scope, run)
    case 'ForStatement':
      return countedTurns(machine, node, scope, run)
    default: {
      let isFirst = node.type === 'DoWhileStatement'
      return {
        isOfItems: false,
        next: () => {
          const truth = isFirst || truthOf(machine.evaluate(node.test, scope))
          isFirst = false
          return truth
        },
        turn: () => run(node.body, new Scope(scope)),
      }
    }
  }
}

function turnsOfItems(
  machine: Machine,
  node: TSESTree.ForOfStatement | TSESTree.ForInStatement,
  scope: Scope,
  run: (body: TSESTree.Statement, scope: Scope) => Completion,
): Turns {
  const given = machine.evaluate(node.right, scope)
  const items = node.type === 'ForOfStatement' ? given : keysOf(given)
  const isAwaited = node.type === 'ForOfStatement' && node.await
  let index = -1
  return {
    isOfItems: items.kind === 'array',
    // It may change while it is gone through.
    next: () => (items.kind === 'array' ? ++index < items.items.length : undefined),
    turn: () => {
      const item = items.kind === 'array' ? (items.items[index] ?? UNDEFINED) : either([items])
      if (isAwaited) machine.send(item)
      const inner = new Scope(scope)
      setTarget(machine, node.left, isAwaited ? settled(item) : item, inner)
      return run(node.body, inner)
    },
  }
}

function setTarget(
  machine: Machine,
  left: TSESTree.ForOfStatement['left'] | TSESTree.ForInStatement['left'],
  item: Value,
  scope: Scope,
): void {
  if (left.type !== 'VariableDeclaration') assignTo(machine, left, item, scope)
  else if (left.kind === 'var') assignTo(machine, left.declarations[0]!.id, item, scope.ofFunction)
  else setNames(machine, left.declarations[0]!.id, item, scope)
}

/** What `for...in` goes through. */
function keysOf(value: Value): Value {
  const constants = (keys: Iterable<number | string>): Value => ({
    kind: 'array',
    items: [...keys].map((key) => ({ kind: 'constant', value: String(key) })),
  })
  if (value.kind === 'array') return constants(value.items.keys())
  return value.kind === 'object' ? constants(value.entries.keys()) : UNKNOWN
}

/** `for (let i = 0; i < 3; i++)`: each turn has a variable of its own, as what is made in it keeps it. */
function countedTurns(
  machine: Machine,
  { init, test, update, body }: TSESTree.ForStatement,
  scope: Scope,
  run: (body: TSESTree.Statement, scope: Scope) => Completion,
): Turns {
  const names = init?.type === 'VariableDeclaration' && init.kind !== 'var' ? namesIn(init) : []
  let current = new Scope(scope)
  let isFirst = true
  const depth = machine.steps.depth
  const start = (): void => {
    if (init?.type === 'VariableDeclaration') declare(machine, init, current)
    else if (init != null) machine.evaluate(init, current)
  }
  const goOn = (): void => {
    if (machine.steps.depth === depth) {
      const next = new Scope(scope)
      for (const name of names) next.set(name, current.get(name) ?? UNKNOWN)
      current = next
    }
    if (update !== null) machine.evaluate(update, current)
  }
  return {
    isOfItems: false,
    next: () => {
      if (isFirst) start()
      else goOn()
      isFirst = false
      return test === null ? true : truthOf(machine.evaluate(test, current))
    },
    turn: () => run(body, new Scope(current)),
  }
}
