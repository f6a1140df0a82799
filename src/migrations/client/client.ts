import { rows } from '../program/methods.js'
import { rawStatement, sendRaw } from '../program/raw.js'
import { rawTemplate } from '../program/template.js'
import { toolValue, type ProgramTool, type ToolObject } from '../program/tool.js'
import { HOLDER, UNDEFINED, UNKNOWN, settled, type Value } from '../program/values.js'

const QUERY = /^(?:query|execute|exec|none|any|one|oneOrNone|many|manyOrNone|multi|result|simple|queryRaw)$/
const TRANSACTION = /^(?:begin|transaction|tx|task|savepoint|connect|withTransaction)$/

/**
 * The client that a program hands its migrations: `sql` of postgres.js and slonik, a `pg` client or pool, a context that
 * holds one. Source: their docs.
 */
const client: ToolObject = {
  reaches: true,
  // What holds a client: `context.client`, `{ sql }`.
  member: (_, name) =>
    /^(?:sql|client|pool|db|context|pg|conn|connection|tx|trx)$/.test(name) ? toolValue(client) : HOLDER,
  tagged: rawTemplate,
  call: rows,
  method(machine, name, args, node) {
    const [first] = args
    // Of postgres.js and slonik these are statements, or parts of one.
    if (/^(?:unsafe|raw)$/.test(name)) return rawStatement(machine, first, node.arguments[0] ?? node)
    if (QUERY.test(name)) {
      const text = first?.kind === 'object' ? first.entries.get('text') : first
      return sendRaw(machine, text, args[1], node.arguments[0] ?? node)
    }
    const callback = args.at(-1)
    if (TRANSACTION.test(name) && callback?.kind === 'function') {
      const result = machine.call(callback, [toolValue(client)])
      machine.send(result)
      return settled(result)
    }
    if (/^(?:connect|getClient|reserve)$/.test(name)) return toolValue(client)
    return /^(?:release|end|file|array|json|typed|on)$/.test(name) ? UNDEFINED : undefined
  },
}

/** A program's own runner calls `up`, or what a file exports as a whole, with a client. */
export const clientProgram: ProgramTool = {
  entries(exported) {
    const up = [exported.get('up'), exported.get('default'), exported.get('module.exports')].find(
      (value): value is Extract<Value, { kind: 'function' }> => value?.kind === 'function',
    )
    return up === undefined
      ? 'the file exports no function up'
      : [{ up, args: [toolValue(client), UNKNOWN], transaction: true }]
  },
}
