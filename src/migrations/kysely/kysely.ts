import type { TSESTree } from '@typescript-eslint/utils'
import { givenOf } from '../program/given.js'
import type { Machine } from '../program/machine.js'
import { rows } from '../program/methods.js'
import { rawStatement, sendRaw } from '../program/raw.js'
import { rawTemplate } from '../program/template.js'
import { literal } from '../program/text.js'
import { toolValue, type ProgramTool, type ToolObject } from '../program/tool.js'
import { UNKNOWN, plainValue, settled, textOfValue, type Value } from '../program/values.js'
import { StatementBuilder } from './builders.js'
import { STATEMENTS } from './sql.js'

const ROWS: Value = { kind: 'rows' }

/** `db.schema`. */
class SchemaModule implements ToolObject {
  readonly reaches = true

  constructor(private readonly schema: string | undefined) {}

  method(_: Machine, name: string, args: readonly Value[], node: TSESTree.CallExpression): Value | undefined {
    if (/^with(?:out)?Plugins?$/.test(name)) return toolValue(this)
    if (name === 'withSchema') {
      const schema = textOfValue(args[0])
      return schema === undefined ? undefined : toolValue(new SchemaModule(schema))
    }
    const statement = Object.hasOwn(STATEMENTS, name) ? STATEMENTS[name] : undefined
    if (statement === undefined) return undefined
    return toolValue(new StatementBuilder(node, statement(givenOf(args[0]), this.schema)))
  }
}

/** `Kysely`, or a transaction of it. */
class Database implements ToolObject {
  readonly reaches = true

  constructor(private readonly schema?: string) {}

  member(_: Machine, name: string): Value {
    return name === 'schema' ? toolValue(new SchemaModule(this.schema)) : ROWS
  }

  method(
    machine: Machine,
    name: string,
    args: readonly Value[],
    node: TSESTree.CallExpression,
  ): Value | undefined {
    switch (name) {
      case 'withSchema': {
        const schema = textOfValue(args[0])
        return schema === undefined ? undefined : toolValue(new Database(schema))
      }
      case 'withPlugin':
      case 'withoutPlugins':
      case 'withTables':
      case '$extendTables':
      case '$pickTables':
      case '$omitTables':
        return toolValue(this)
      case 'transaction':
      case 'startTransaction':
      case 'connection':
        return toolValue(new Transaction(this))
      case 'executeQuery':
        return sendRaw(machine, args[0], undefined, node.arguments[0] ?? node)
      case 'getExecutor':
        return undefined
      case 'commit':
      case 'destroy':
        return toolValue(new Transaction(this))
      default:
        return rows(machine, args)
    }
  }
}

/** `db.transaction()`, whose `execute` calls a callback with one. */
class Transaction implements ToolObject {
  readonly reaches = true

  constructor(private readonly database: ToolObject) {}

  method(machine: Machine, name: string, args: readonly Value[]): Value | undefined {
    if (name !== 'execute') return toolValue(this)
    const [callback] = args
    if (callback === undefined) return toolValue(this.database)
    if (callback.kind !== 'function') return undefined
    const result = machine.call(callback, [toolValue(this.database)])
    machine.send(result)
    return settled(result)
  }
}

function quoted(path: string): string {
  return path
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')
}

/** What a part of a statement is that a function of `sql` makes; undefined where it is not constant. */
function partOf(name: string, args: readonly Value[]): string | undefined {
  const texts = args.map(textOfValue)
  switch (name) {
    case 'ref':
    case 'table':
    case 'column':
      return texts[0] === undefined ? undefined : quoted(texts[0])
    case 'id':
      return texts.includes(undefined) ? undefined : texts.map((text) => quoted(text!)).join('.')
    case 'lit':
    case 'val':
    case 'value':
    case 'literal': {
      const plain = plainValue(args[0])
      return plain === undefined ? undefined : literal(plain.value)
    }
    case 'join': {
      const items = args[0]?.kind === 'array' ? args[0].items.map(itemOf) : [undefined]
      const between = args[1]?.kind === 'raw' ? args[1].sql : ', '
      return items.includes(undefined) || between === undefined ? undefined : items.join(between)
    }
    default:
      return undefined
  }
}

function itemOf(value: Value): string | undefined {
  if (value.kind === 'raw') return value.sql
  const plain = plainValue(value)
  return plain === undefined ? undefined : literal(plain.value)
}

/** Kysely's `sql`. Source: Kysely docs, "Raw SQL". */
const sql: ToolObject = {
  reaches: false,
  tagged: rawTemplate,
  method(machine, name, args, node) {
    if (name === 'raw') return rawStatement(machine, args[0], node.arguments[0] ?? node)
    return { kind: 'raw', sql: partOf(name, args), line: machine.lineOf(node), text: machine.textOf(node) }
  },
}

/** `CompiledQuery.raw(text)`. */
const compiledQuery: ToolObject = {
  reaches: false,
  method: (machine, name, args, node) =>
    name === 'raw' ? rawStatement(machine, args[0], node.arguments[0] ?? node) : UNKNOWN,
}

const EXPORTS: ReadonlyMap<string, Value> = new Map([
  ['sql', toolValue(sql)],
  ['CompiledQuery', toolValue(compiledQuery)],
])

/** Kysely calls the `up` that a module exports with a transaction. */
export const kyselyProgram: ProgramTool = {
  imported: (specifier) => (specifier.replace(/^npm:|@[\d^~].*$/g, '') === 'kysely' ? EXPORTS : undefined),
  entries(exported) {
    const whole = exported.get('default')
    const inner = whole?.kind === 'object' ? whole.entries.get('up') : undefined
    const up = inner ?? exported.get('up')
    // Kysely passes over a module that exports none.
    if (up === undefined) return []
    if (up.kind !== 'function') return 'what up is is not followed'
    return [{ up, args: [toolValue(new Database())], transaction: true }]
  },
}
