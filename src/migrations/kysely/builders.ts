import type { TSESTree } from '@typescript-eslint/utils'
import { givenOf, stepsOf, type Given } from '../program/given.js'
import type { Machine } from '../program/machine.js'
import { toolValue, type ToolObject } from '../program/tool.js'
import { UNKNOWN, type Value } from '../program/values.js'

/** A call on one of Kysely's builders: what it was given, and what the callback made of the builder that it was given. */
export interface BuilderCall {
  readonly name: string
  readonly args: readonly Given[]
  /** Undefined where what the callback gives is not known. */
  readonly built: readonly BuilderCall[] | undefined
}

/** The calls on a builder, which is changed by none of them: each gives another one. */
class CallList implements ToolObject {
  readonly reaches: boolean = false

  constructor(readonly calls: readonly BuilderCall[] = []) {}

  method(
    machine: Machine,
    name: string,
    args: readonly Value[],
    node: TSESTree.CallExpression,
  ): Value | undefined {
    const callback = args.find(({ kind }) => kind === 'function' || kind === 'holder' || kind === 'unknown')
    if (name === '$call')
      return callback?.kind === 'function' ? machine.call(callback, [toolValue(this)], node) : undefined
    return toolValue(this.with({ name, args: args.map(givenOf), built: builtBy(machine, args, node) }))
  }

  protected with(call: BuilderCall): CallList {
    return new CallList([...this.calls, call])
  }
}

/** What a callback makes of a builder: nothing, where there is none. */
function builtBy(
  machine: Machine,
  args: readonly Value[],
  node: TSESTree.CallExpression,
): readonly BuilderCall[] | undefined {
  const last = args.at(-1)
  if (args.length < 2 || last === undefined || !/^(?:function|holder|unknown)$/.test(last.kind)) return []
  if (last.kind !== 'function') return undefined
  const result = machine.call(last, [toolValue(new CallList())], node)
  return result.kind === 'tool' && result.object instanceof CallList ? result.object.calls : undefined
}

/** A builder of a statement, which `execute` sends. */
export class StatementBuilder extends CallList {
  override readonly reaches = true

  constructor(
    private readonly start: TSESTree.CallExpression,
    private readonly make: (calls: readonly BuilderCall[]) => readonly string[],
    calls: readonly BuilderCall[] = [],
  ) {
    super(calls)
  }

  override method(
    machine: Machine,
    name: string,
    args: readonly Value[],
    node: TSESTree.CallExpression,
  ): Value | undefined {
    if (name === 'compile' || name === 'toOperationNode') return UNKNOWN
    if (name !== 'execute') return super.method(machine, name, args, node)
    machine.steps.sendAll(stepsOf(machine, this.start, () => this.make(this.calls), node))
    return { kind: 'rows' }
  }

  protected override with(call: BuilderCall): StatementBuilder {
    return new StatementBuilder(this.start, this.make, [...this.calls, call])
  }
}
