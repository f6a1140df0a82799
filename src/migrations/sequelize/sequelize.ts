import { toolValue, type ProgramTool } from '../program/tool.js'
import type { Value } from '../program/values.js'
import { sequelize } from './library.js'
import { queryInterface } from './queryInterface.js'

const EXPORTS: ReadonlyMap<string, Value> = new Map(
  ['Sequelize', 'DataTypes', 'DataType', 'default'].map((name) => [name, toolValue(sequelize)]),
)

function exportsOf(): ReadonlyMap<string, Value> {
  const own = ['Op', 'literal', 'fn', 'col'].map(
    (name) => [name, sequelize.member!(undefined as never, name)] as const,
  )
  return new Map([...EXPORTS, ...own, ['module.exports', toolValue(sequelize)]])
}

/** Sequelize's command line, or Umzug, calls the `up` that a module exports with a query interface, in no transaction. */
export const sequelizeProgram: ProgramTool = {
  imported: (specifier) =>
    /^(?:@sequelize\/core|sequelize(?:-typescript)?)$/.test(specifier) ? exportsOf() : undefined,
  entries(exported) {
    const whole = exported.get('default')
    const inner = whole?.kind === 'object' ? whole.entries.get('up') : undefined
    const up = exported.get('up') ?? inner
    if (up?.kind !== 'function') return 'the file exports no function up'
    return [{ up, args: [toolValue(queryInterface), toolValue(sequelize)], transaction: false }]
  },
}
