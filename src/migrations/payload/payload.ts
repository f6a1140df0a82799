import type { Machine } from '../program/machine.js'
import { rows } from '../program/methods.js'
import { rawStatement, sendRaw } from '../program/raw.js'
import { rawTemplate } from '../program/template.js'
import { toolValue, type ProgramTool, type ToolObject } from '../program/tool.js'
import { UNKNOWN, settled, textOfValue, type Value } from '../program/values.js'

const ROWS: Value = { kind: 'rows' }

/** Drizzle's database, or a transaction of it. Source: Drizzle docs, "Magic sql operator". */
const drizzle: ToolObject = {
  reaches: true,
  member: (_, name) => (name === '$client' ? toolValue(pool) : ROWS),
  method(machine, name, args, node) {
    if (name === 'execute') return sendRaw(machine, args[0], undefined, node.arguments[0] ?? node)
    if (name === 'transaction') return transaction(machine, args[0])
    return rows(machine, args)
  },
}

function transaction(machine: Machine, callback: Value | undefined): Value | undefined {
  if (callback?.kind !== 'function') return undefined
  const result = machine.call(callback, [toolValue(drizzle)])
  machine.send(result)
  return settled(result)
}

/** A pool or a client of `pg`. */
const pool: ToolObject = {
  reaches: true,
  method(machine, name, args, node) {
    if (name === 'connect') return toolValue(pool)
    return name === 'query'
      ? sendRaw(machine, args[0], args[1], node.arguments[0] ?? node)
      : rows(machine, args)
  },
}

/** `payload.db`, the database adapter. Source: Payload, `@payloadcms/drizzle`, for `execute`. */
const adapter: ToolObject = {
  reaches: true,
  member(_, name) {
    if (name === 'drizzle') return toolValue(drizzle)
    if (name === 'pool') return toolValue(pool)
    return name === 'sessions' ? toolValue(sessions) : UNKNOWN
  },
  method(machine, name, args, node) {
    const options = args[0]?.kind === 'object' ? args[0].entries : undefined
    if (name !== 'execute') return rows(machine, args)
    return sendRaw(machine, options?.get('sql') ?? options?.get('raw'), undefined, node)
  },
}

/** `payload.db.sessions[id].db` is the database of a transaction. */
const sessions: ToolObject = {
  reaches: true,
  member: (_, name) => toolValue(name === 'db' ? drizzle : sessions),
}

/** `payload`: what it does otherwise is about documents. */
const payload: ToolObject = {
  reaches: true,
  member: (_, name) => (name === 'db' ? toolValue(adapter) : ROWS),
  method: (machine, _, args) => rows(machine, args),
}

/** `req`: the request that Payload makes for a migration. */
const request: ToolObject = {
  reaches: true,
  member: (_, name) => (name === 'payload' ? toolValue(payload) : UNKNOWN),
}

/** Drizzle's `sql`. */
const sql: ToolObject = {
  reaches: false,
  tagged: rawTemplate,
  method(machine, name, args, node) {
    if (name === 'raw') return rawStatement(machine, args[0], node.arguments[0] ?? node)
    const identifier = name === 'identifier' ? textOfValue(args[0]) : undefined
    if (identifier === undefined) return UNKNOWN
    const quoted = `"${identifier.replaceAll('"', '""')}"`
    return { kind: 'raw', sql: quoted, line: machine.lineOf(node), text: machine.textOf(node) }
  },
}

const EXPORTS: ReadonlyMap<string, Value> = new Map([['sql', toolValue(sql)]])

const ARGUMENTS: ReadonlyMap<string, ToolObject> = new Map([
  ['db', drizzle],
  ['payload', payload],
  ['req', request],
])

/** Payload calls the `up` that a module exports with `{ db, payload, req }`, in a transaction. */
export const payloadProgram: ProgramTool = {
  imported: (specifier) =>
    /^(?:@payloadcms\/db-(?:vercel-)?postgres(?:\/drizzle)?|drizzle-orm)$/.test(specifier)
      ? EXPORTS
      : undefined,
  entries(exported) {
    const whole = exported.get('default')
    const up = whole?.kind === 'object' ? whole.entries.get('up') : exported.get('up')
    if (up?.kind !== 'function') return 'the file exports no function up'
    const entries = [...ARGUMENTS].map(([name, object]) => [name, toolValue(object)] as const)
    return [{ up, args: [{ kind: 'object', entries: new Map(entries) }], transaction: true }]
  },
}
