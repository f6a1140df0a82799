import { knex } from '../knex/knex.js'
import { construct } from '../program/classes.js'
import { rows } from '../program/methods.js'
import { rawStatement, sendRaw, withParameters } from '../program/raw.js'
import { rawTemplate } from '../program/template.js'
import { toolValue, type ProgramTool, type ToolObject } from '../program/tool.js'
import { HOLDER, UNDEFINED, UNKNOWN, type Value } from '../program/values.js'

/** What an instance of `Migration` has. Source: MikroORM docs, "Migrations", and its class `Migration`. */
const migration: ToolObject = {
  reaches: true,
  create: () => toolValue(migration),
  member: (_, name) => (/^(?:config|driver)$/.test(name) ? HOLDER : UNKNOWN),
  method(machine, name, args, node) {
    switch (name) {
      case 'addSql':
      case 'execute':
        return sendRaw(machine, args[0], questioned(args[1]), node.arguments[0] ?? node)
      case 'getKnex':
        return toolValue(knex)
      case 'getEntityManager':
        return toolValue(entityManager)
      case 'isTransactional':
        return { kind: 'constant', value: true }
      case 'reset':
      case 'setTransactionContext':
        return UNDEFINED
      default:
        return undefined
    }
  },
}

/** What it does to rows does not count, but it takes statements, too. */
const entityManager: ToolObject = {
  reaches: true,
  method(machine, name, args, node) {
    if (name === 'execute') return sendRaw(machine, args[0], questioned(args[1]), node.arguments[0] ?? node)
    if (/^(?:getConnection|getDriver|fork|getTransactionContext)$/.test(name)) return toolValue(entityManager)
    if (name === 'getKnex') return toolValue(knex)
    return rows(machine, args)
  },
}

/** Values for `?`: such a statement changes rows only. */
function questioned(parameters: Value | undefined): Value | undefined {
  return parameters?.kind === 'array' ? undefined : parameters
}

/** `raw(text)`. */
const raw: ToolObject = {
  reaches: false,
  call: (machine, args, node) =>
    withParameters(rawStatement(machine, args[0], node.arguments[0] ?? node), args[1]),
}

/** ``sql`...` `` and `sql.raw(text)`. */
const sql: ToolObject = {
  reaches: false,
  method: (machine, name, args, node) => (name === 'raw' ? raw.call!(machine, args, node) : undefined),
  tagged: rawTemplate,
}

const MIGRATIONS: ReadonlyMap<string, Value> = new Map([['Migration', toolValue(migration)]])
const CORE: ReadonlyMap<string, Value> = new Map([
  ['raw', toolValue(raw)],
  ['sql', toolValue(sql)],
])

/** MikroORM makes an instance of the class that extends `Migration`, and calls its `up`. */
export const mikroOrmProgram: ProgramTool = {
  imported(specifier) {
    if (/\bmikro-orm\/migrations$/.test(specifier)) return MIGRATIONS
    return /^@mikro-orm\/(?:core|postgresql|knex|sql)$/.test(specifier) ? CORE : undefined
  },
  entries(exported, machine) {
    for (const value of exported.values()) {
      if (value.kind !== 'class') continue
      const self = construct(machine, value, [], value.node)
      const up = self.kind === 'object' ? self.entries.get('up') : undefined
      if (up?.kind !== 'function' || self.kind !== 'object') continue
      const own = self.entries.get('isTransactional')
      const is = own?.kind === 'function' ? machine.call(own, [], undefined, self) : UNDEFINED
      const transaction = !(is.kind === 'constant' && is.value === false)
      return [{ up, self, args: [], transaction }]
    }
    return 'the file exports no class with a method up'
  },
}
