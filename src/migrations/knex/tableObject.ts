import type { TSESTree } from '@typescript-eslint/utils'
import type { Machine } from '../program/machine.js'
import { lineOf } from '../program/raw.js'
import { toolValue, type Call, type ToolObject } from '../program/tool.js'
import type { Value } from '../program/values.js'
import type { Declared, TableBuilder } from './table.js'

/** `table` in the callback of `createTable` and `alterTable`, or what a call on it declared. */
export class TableObject implements ToolObject {
  readonly reaches = true

  constructor(
    private readonly builder: TableBuilder,
    private readonly declared?: Declared,
  ) {}

  /** What may or may not run is unread. */
  method(
    machine: Machine,
    name: string,
    args: readonly Value[],
    node: TSESTree.CallExpression,
  ): Value | undefined {
    const { builder: own, declared } = this
    const [line, text] = [lineOf(machine, node), machine.textOf(node)]
    const { end } = own
    const isLate = end !== undefined && node.range[0] > end.at
    // The statement was made when the callback first waited.
    if (isLate && end.isCertain) return { kind: 'rows' }
    const [branch, ...more] = machine.steps.branchesFrom(own.depth)
    const isGuarded = declared === undefined && more.length === 0 && !isLate
    const builder = branch === undefined || !isGuarded ? own : own.inBranch(branch, machine.steps)
    if (isLate || machine.steps.depth > builder.depth) {
      machine.steps.changed(builder.uncertain(line, text))
      return { kind: 'rows' }
    }
    const made =
      declared === undefined
        ? builder.call(name, args, line, text)
        : builder.modify(declared, name, args, line, text)
    if (made === undefined || made === false) return undefined
    const isDone = made.column === undefined && made.foreign === undefined
    return isDone ? { kind: 'rows' } : toolValue(new TableObject(builder, made))
  }

  unknownCall(machine: Machine, node: Call): void {
    this.builder.unread('this call is not known', machine.lineOf(node), machine.textOf(node))
  }
}
