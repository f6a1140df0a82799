import type { TSESTree } from '@typescript-eslint/utils'
import { exists } from '../program/conditions.js'
import type { Machine } from '../program/machine.js'
import { rows } from '../program/methods.js'
import { toolValue, type ToolObject } from '../program/tool.js'
import {
  UNDEFINED,
  UNKNOWN,
  settled,
  textOfValue,
  type ConditionValue,
  type FunctionValue,
  type Value,
} from '../program/values.js'
import type { TableName } from './names.js'

function found(machine: Machine, { schema, name }: TableName, column?: string): ConditionValue | undefined {
  const condition = settled(exists(machine, schema, name, column))
  return condition.kind === 'condition' ? condition : undefined
}

/** What `getTable` gives: a table as it is in the database, of which only the name is known. */
export class LoadedTable implements ToolObject {
  readonly reaches = false
  readonly named: Value
  readonly isThere: ConditionValue | undefined

  constructor(
    machine: Machine,
    private readonly table: TableName,
  ) {
    const { schema, name } = table
    this.named = { kind: 'constant', value: schema === undefined ? name : `${schema}.${name}` }
    this.isThere = found(machine, table)
  }

  member(_: Machine, name: string): Value {
    if (name === 'name') return this.named
    if (name === 'columns') return toolValue(new LoadedColumns(this.table))
    return { kind: 'rows' }
  }

  method(machine: Machine, name: string, args: readonly Value[]): Value | undefined {
    const column = name === 'findColumnByName' ? textOfValue(args[0]) : undefined
    return column === undefined
      ? rows(machine, args)
      : toolValue(new LoadedColumn(machine, this.table, column))
  }
}

/** `table.columns`. */
class LoadedColumns implements ToolObject {
  readonly reaches = false

  constructor(private readonly table: TableName) {}

  member(): Value {
    return UNKNOWN
  }

  method(machine: Machine, name: string, args: readonly Value[]): Value {
    const [callback] = args
    const isSearch = /^(?:find|some)$/.test(name) && callback?.kind === 'function'
    const column = isSearch ? nameAsked(machine, callback) : undefined
    if (column === undefined) return rows(machine, args)
    const loaded = new LoadedColumn(machine, this.table, column)
    return name === 'find' ? toolValue(loaded) : (loaded.isThere ?? UNKNOWN)
  }
}

/** The name in `(column) => column.name === 'name'`. */
function nameAsked(machine: Machine, { node, scope }: FunctionValue): string | undefined {
  const returned = node.body.type === 'BlockStatement' ? node.body.body[0] : undefined
  const body: TSESTree.Node | null | undefined =
    returned?.type === 'ReturnStatement' ? returned.argument : node.body
  if (body?.type !== 'BinaryExpression' || !/^===?$/.test(body.operator)) return undefined
  const { left, right } = body
  const isName = (side: TSESTree.Node): boolean =>
    side.type === 'MemberExpression' &&
    side.property.type === 'Identifier' &&
    side.property.name === 'name' &&
    side.object.type === 'Identifier' &&
    node.params[0]?.type === 'Identifier' &&
    side.object.name === node.params[0].name
  if (isName(left)) return textOfValue(machine.evaluate(right, scope))
  return isName(right) ? textOfValue(machine.evaluate(left, scope)) : undefined
}

/** A column as it is in the database. */
class LoadedColumn implements ToolObject {
  readonly reaches = false
  readonly named: Value
  readonly isThere: ConditionValue | undefined

  constructor(machine: Machine, table: TableName, column: string) {
    this.named = { kind: 'constant', value: column }
    this.isThere = found(machine, table, column)
  }

  member(_: Machine, name: string): Value {
    return name === 'name' ? this.named : UNKNOWN
  }

  method(_: Machine, name: string): Value | undefined {
    // What is set of the clone is changed, as far as it is told.
    if (name === 'clone') return { kind: 'object', entries: new Map([['name', this.named]]), base: UNKNOWN }
    return UNDEFINED
  }
}
