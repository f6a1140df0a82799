import { construct } from '../program/classes.js'
import { toolValue, type Entry, type ProgramTool, type ToolObject } from '../program/tool.js'
import { UNKNOWN, textOfValue, type Value } from '../program/values.js'
import { queryRunner } from './queryRunner.js'

/** A class of TypeORM's that is given its options: the instance counts as these. */
const described: ToolObject = { reaches: false, create: (_, args) => args[0] ?? UNKNOWN }

const TYPEORM: ReadonlyMap<string, Value> = new Map(
  [
    'Table',
    'TableColumn',
    'TableCheck',
    'TableUnique',
    'TableForeignKey',
    'TableIndex',
    'TableExclusion',
    'View',
  ].map((name) => [name, toolValue(described)]),
)

/** The time at the end of a migration's name, in milliseconds, by which TypeORM sorts; undefined where there is none. */
export function timeOf(name: string): number | undefined {
  const time = parseInt(name.slice(-13), 10)
  return Number.isNaN(time) || time === 0 ? undefined : time
}

/** TypeORM makes an instance of each class that a module exports, and calls its `up` with a query runner. */
export const typeormProgram: ProgramTool = {
  imported: (specifier) => (specifier === 'typeorm' ? TYPEORM : undefined),
  entries(exported, machine) {
    const entries = new Map<Value, Entry>()
    for (const value of exported.values()) {
      if (value.kind !== 'class') continue
      const self = construct(machine, value, [], value.node)
      const up = self.kind === 'object' ? self.entries.get('up') : undefined
      if (up?.kind !== 'function' || self.kind !== 'object') continue
      const name = textOfValue(self.entries.get('name')) ?? value.node.id?.name ?? ''
      if (timeOf(name) === undefined)
        return `the name of its class, ${name || 'which has none'}, does not end with a time, which TypeORM refuses`
      const own = self.entries.get('transaction')
      const transaction = !(own?.kind === 'constant' && own.value === false)
      entries.set(value, { up, self, args: [toolValue(queryRunner)], transaction, name })
    }
    return entries.size > 0 ? [...entries.values()] : 'the file exports no class with a method up'
  },
}
