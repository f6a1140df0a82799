import { construct } from '../program/classes.js'
import { rows } from '../program/methods.js'
import { toolValue, type Entry, type ProgramTool, type ToolObject } from '../program/tool.js'
import { UNKNOWN, textOfValue, type Value } from '../program/values.js'
import { database } from './database.js'
import { queryRunner } from './queryRunner.js'

/** A class of TypeORM's that is given its options: the instance counts as these. */
const described: ToolObject = { reaches: false, create: (_, args) => args[0] ?? UNKNOWN }

/** What gives a way to the database, by a call or by `new`; an entity that extends `BaseEntity` has one, too. */
const way: ToolObject = {
  ...database,
  call: () => toolValue(database),
  create: () => toolValue(database),
}

/** What makes a part of a query for rows, or describes an entity. */
const harmless: ToolObject = {
  reaches: false,
  call: rows,
  create: rows,
  method: (machine, _, args) => rows(machine, args),
}

const named = (object: ToolObject, ...names: readonly string[]): [string, Value][] =>
  names.map((name) => [name, toolValue(object)])

/** What TypeORM exports that migrations use. */
const TYPEORM: ReadonlyMap<string, Value> = new Map([
  ...named(described, 'Table', 'TableColumn', 'TableCheck', 'TableUnique', 'TableForeignKey', 'TableIndex'),
  ...named(described, 'TableExclusion', 'View'),
  ...named(way, 'BaseEntity', 'DataSource', 'Connection', 'EntityManager', 'QueryRunner', 'Repository'),
  ...named(way, 'getConnection', 'getManager', 'getRepository', 'getTreeRepository', 'createConnection'),
  ...named(harmless, 'In', 'Not', 'IsNull', 'Like', 'ILike', 'Between', 'MoreThan', 'MoreThanOrEqual'),
  ...named(harmless, 'LessThan', 'LessThanOrEqual', 'Equal', 'Any', 'Raw', 'And', 'Or', 'ArrayContains'),
  ...named(harmless, 'Brackets', 'NotBrackets', 'EntitySchema', 'DefaultNamingStrategy'),
])

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
