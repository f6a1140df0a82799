import type { ValueSet } from '../../../catalog/model.js'
import type { Constant, Expr } from '../state.js'
import { OPEN, RECORD, UNKNOWN } from '../types.js'
import type { PlStatement, PlTarget } from './tree.js'

/** A variable of a PL/pgSQL block. What a record holds is known once something was assigned to it. */
export interface Variable {
  expr: Expr
  /** Declared as RECORD, or the target of a loop that declares nothing. */
  readonly record: boolean
  /** What the assignments that were read gave it, where it is a string that a block declares. */
  readonly held?: Held
}

type Field = NonNullable<Expr['fields']>[number]

/** The fields of either of two records: a field that both have with one type keeps it. */
export function mergeRecords(before: Expr, after: Expr): Expr {
  if (before.fields === undefined || after.fields === undefined) return { type: OPEN }
  const kept = new Map<string, Field>(after.fields.map((field) => [field.name, field]))
  for (const field of before.fields) {
    const other = kept.get(field.name)
    if (other !== undefined && other.expr.type !== field.expr.type) {
      kept.set(field.name, { name: field.name, expr: { type: OPEN } })
    }
  }
  return { type: RECORD, fields: [...kept.values()] }
}

/** The strings that a variable may hold: as long as each that is assigned is of one closed set. */
export class Held {
  #count = 0
  #isClosed = true
  #from: Closed | undefined
  readonly #constants: string[] = []

  /** @param from What the value can be, where that is known; a constant counts where the set of the others has it. */
  add(from: Closed | undefined, constant: Constant | undefined): void {
    this.#count++
    if (constant !== undefined) {
      if (constant.value !== null) this.#constants.push(constant.value)
    } else if (
      from === undefined ||
      (this.#from !== undefined && !isSameSet(from.values, this.#from.values))
    ) {
      this.#isClosed = false
    } else this.#from ??= from
  }

  /** What it holds, once as many assignments were read as there are. */
  closed(assignments: number): Closed | undefined {
    const from = this.#isClosed && this.#count === assignments ? this.#from : undefined
    const isIn = (text: string): boolean => from!.values.values.some(({ value }) => value === text)
    return from !== undefined && this.#constants.every(isIn) ? from : undefined
  }
}

/** A closed set of strings, and the column that it is of. */
export interface Closed extends Pick<Expr, 'target'> {
  readonly values: ValueSet
}

function isSameSet(one: ValueSet, other: ValueSet): boolean {
  return one.kind === other.kind && one.schema === other.schema && one.name === other.name
}

/**
 * How often a body assigns to each name, by whatever way: `SELECT ... INTO v` as `v := 1`. A field is counted for the variable and for its
 * own name.
 */
export function assignmentsIn(statement: PlStatement): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const count = (targets: readonly PlTarget[]): void => {
    for (const name of targets.flatMap(({ names }) => names)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const visit = (one: PlStatement): void => {
    if (one.is === 'block') {
      for (const { name, value } of one.declarations)
        if (value !== undefined) count([{ names: [name], element: false }])
    }
    if ('target' in one) count([one.target])
    if ('targets' in one) count(one.targets ?? [])
    if ('into' in one) count(one.into ?? [])
    if ('body' in one) one.body.forEach(visit)
    if (one.is === 'case') {
      for (const { body } of one.branches) body.forEach(visit)
      one.otherwise.forEach(visit)
    }
  }
  visit(statement)
  return counts
}

/** The variables of a block and of those around it. */
export class Block {
  readonly variables = new Map<string, Variable>()

  constructor(
    readonly label?: string,
    readonly parent?: Block,
  ) {}

  declare(name: string, expr: Expr, record = false, held?: Held): void {
    this.variables.set(name, { expr, record, ...(held && { held }) })
  }

  /** The variable that a name starts with, and how many of the names it takes. */
  find(names: readonly string[]): { variable: Variable; taken: number } | undefined {
    const [first = '', second] = names
    for (let block = this as Block | undefined; block !== undefined; block = block.parent) {
      const variable = block.variables.get(first)
      if (variable !== undefined) return { variable, taken: 1 }
      const labelled = block.label === first && second !== undefined ? block.variables.get(second) : undefined
      if (labelled !== undefined) return { variable: labelled, taken: 2 }
    }
    return undefined
  }
}

/** What a query's column is once it is in a variable: a constant of unknown type is text. */
export const stored = (expr: Expr): Expr => ({
  type: expr.type === UNKNOWN ? OPEN : expr.type,
  ...(expr.target === undefined ? {} : { target: expr.target }),
  ...(expr.values === undefined ? {} : { values: expr.values }),
})
