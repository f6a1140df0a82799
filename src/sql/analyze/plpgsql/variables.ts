import type { Expr } from '../state.js'
import { OPEN, RECORD, UNKNOWN } from '../types.js'

/** A variable of a PL/pgSQL block. What a record holds is known once something was assigned to it. */
export interface Variable {
  expr: Expr
  /** Declared as RECORD, or the target of a loop that declares nothing. */
  readonly record: boolean
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

/** The variables of a block and of those around it. */
export class Block {
  readonly variables = new Map<string, Variable>()

  constructor(
    readonly label?: string,
    readonly parent?: Block,
  ) {}

  declare(name: string, expr: Expr, record = false): void {
    this.variables.set(name, { expr, record })
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
