import type { Machine } from '../program/machine.js'
import { literal } from '../program/text.js'
import { rawStatement } from '../program/raw.js'
import { toolValue, type ToolObject } from '../program/tool.js'
import { UNKNOWN, plainValue, textOfValue, type Value } from '../program/values.js'
import { dataType } from './types.js'

/** `Sequelize.Op`: an operator is known by its name. */
const operators: ToolObject = {
  reaches: false,
  member: (_, name) => ({ kind: 'constant', value: `Op.${name}` }),
}

/** `Sequelize.literal(text)`. */
const literalFunction: ToolObject = {
  reaches: false,
  call: (machine, args, node) => rawStatement(machine, args[0], node.arguments[0] ?? node),
}

/** `Sequelize.fn('now')` and `Sequelize.col('name')`. */
function rawFunction(textOf: (args: readonly Value[]) => string | undefined): ToolObject {
  return {
    reaches: false,
    call: (machine, args, node) => ({
      kind: 'raw',
      sql: textOf(args),
      line: machine.lineOf(node),
      text: machine.textOf(node),
    }),
  }
}

const MEMBERS: ReadonlyMap<string, ToolObject> = new Map([
  ['Op', operators],
  ['literal', literalFunction],
  [
    'fn',
    rawFunction(([name, ...args]) => {
      const text = textOfValue(name)
      const parts = args.map((arg) => (arg.kind === 'raw' ? arg.sql : plainText(arg)))
      return text === undefined || parts.includes(undefined) ? undefined : `${text}(${parts.join(', ')})`
    }),
  ],
  [
    'col',
    rawFunction(([name]) =>
      textOfValue(name)
        ?.split('.')
        .map((part) => `"${part}"`)
        .join('.'),
    ),
  ],
])

function plainText(value: Value): string | undefined {
  const plain = plainValue(value)
  return plain === undefined ? undefined : literal(plain.value)
}

/** What of `Sequelize` a migration may use; undefined for anything else. Source: Sequelize 6, docs "Data Types". */
export function sequelizeMember(_: Machine, name: string): Value | undefined {
  if (/^(?:Sequelize|DataTypes?|default)$/.test(name)) return toolValue(sequelize)
  const member = MEMBERS.get(name)
  return member === undefined ? dataType(name) : toolValue(member)
}

/** `Sequelize`, or `DataTypes`. */
export const sequelize: ToolObject = {
  reaches: false,
  member: (machine, name) => sequelizeMember(machine, name) ?? UNKNOWN,
  method(machine, name, args, node) {
    const member = sequelizeMember(machine, name)
    return member?.kind === 'tool' ? member.object.call?.(machine, args, node) : undefined
  },
}
