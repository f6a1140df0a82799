import type { TSESTree } from '@typescript-eslint/utils'
import { NOT_CONSTANT, givenOf, isRecord, sendMade, type Given } from '../program/given.js'
import type { Machine } from '../program/machine.js'
import { rows } from '../program/methods.js'
import { placeOfRaw, rawStatement, sendRaw } from '../program/raw.js'
import { toolValue, type ProgramTool, type ToolObject } from '../program/tool.js'
import { HOLDER, UNDEFINED, UNKNOWN, textOfValue, type Value } from '../program/values.js'
import { quoted, valueOf, type Shorthands } from './columns.js'
import { OPERATIONS } from './operations.js'

/** What changes no value set. */
const NOTHING =
  /^(?:(?:create|drop|add|rename|alter)(?:Index|Role|Sequence|Policy)|alterTable|(?:alter|refresh)(?:Materialized)?View|alterViewColumn|(?:drop|rename)Trigger|(?:grant|revoke)\w+)$/

/** `pgm`: what a migration calls, the tool sends when `up` has ended, in the order of the calls. */
class MigrationBuilder implements ToolObject {
  readonly reaches = true

  constructor(private readonly shorthands: Shorthands) {}

  member(_: Machine, name: string): Value {
    return name === 'db' ? toolValue(connection) : HOLDER
  }

  method(
    machine: Machine,
    name: string,
    args: readonly Value[],
    node: TSESTree.CallExpression,
  ): Value | undefined {
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined
    if (operation !== undefined) {
      sendMade(machine, node, () => operation(args.map(givenOf), this.shorthands))
      return UNDEFINED
    }
    if (name === 'sql') return sendSql(machine, args, node)
    if (name === 'func') return rawStatement(machine, args[0], node.arguments[0] ?? node)
    if (name === 'addExtension') return this.method(machine, 'createExtension', args, node)
    if (name === 'noTransaction') return toolValue(this)
    return NOTHING.test(name) || name === 'dropExtension' ? UNDEFINED : undefined
  }
}

/** `pgm.sql(text, { name: value })`. Source: node-pg-migrate, `createTransformer`. */
function sendSql(machine: Machine, args: readonly Value[], node: TSESTree.CallExpression): Value {
  const [first, second] = args
  const given = givenOf(second)
  if (!isRecord(given)) return sendRaw(machine, first, undefined, node.arguments[0] ?? node)
  const text = textOfValue(first)
  const isNamed = (name: string): boolean => text?.includes(`{${name}}`) === true
  const used = Object.entries(given).filter(([name]) => isNamed(name))
  if (text === undefined || used.some(([, value]) => value === NOT_CONSTANT))
    return sendRaw(machine, UNKNOWN, undefined, node)
  const sql = used.reduce((all, [name, value]) => all.replaceAll(`{${name}}`, () => inSql(value)), text)
  machine.steps.sendAll([{ sql, ...placeOfRaw(machine, first, node.arguments[0] ?? node) }])
  return UNDEFINED
}

/** A text is a name. */
function inSql(value: Given): string {
  if (value === undefined) return ''
  return typeof value === 'string' || isRecord(value) ? quoted(value) : valueOf(value, 'a value')
}

/** `pgm.db`. */
const connection: ToolObject = {
  reaches: true,
  method(machine, name, args, node) {
    if (name !== 'query' && name !== 'select') return rows(machine, args)
    const [first] = args
    const text = first?.kind === 'object' ? first.entries.get('text') : first
    return sendRaw(machine, text, args[1], node.arguments[0] ?? node)
  },
}

/** `PgLiteral.create(text)` and `new PgLiteral(text)`. */
const pgLiteral: ToolObject = {
  reaches: false,
  create: (machine, args, node) => rawStatement(machine, args[0], node),
  method: (machine, name, args, node) =>
    name === 'create' ? rawStatement(machine, args[0], node) : undefined,
}

/** `PgType.DOUBLE_PRECISION`. */
const pgType: ToolObject = {
  reaches: false,
  member(_, name) {
    const type = name.toLowerCase()
    const value = /^(?:pg|txid)_/.test(type) ? type : type.replace(/_1$/, '').replaceAll('_', ' ')
    return { kind: 'constant', value }
  },
}

const EXPORTS: ReadonlyMap<string, Value> = new Map([
  ['PgLiteral', toolValue(pgLiteral)],
  ['PgType', toolValue(pgType)],
])

/**
 * node-pg-migrate calls the `up` that a module exports with a migration builder. The shorthands for types that it exports
 * count for the migrations after it, too: so the tool is made anew for each set.
 */
export function nodePgMigrateProgram(): ProgramTool {
  let shorthands: Shorthands = {}
  return {
    imported: (specifier) => (specifier === 'node-pg-migrate' ? EXPORTS : undefined),
    entries(exported, machine) {
      const own = givenOf(exported.get('shorthands'))
      if (isRecord(own)) shorthands = { ...shorthands, ...own }
      const up = exported.get('up')
      if (up?.kind === 'constant' && up.value === false) return []
      if (up?.kind !== 'function') return 'the file exports no function up'
      const transaction = !/\.\s*noTransaction\s*\(/.test(machine.textOf(up.node))
      return [{ up, args: [toolValue(new MigrationBuilder(shorthands))], transaction }]
    },
  }
}
