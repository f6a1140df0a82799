import type { Relation } from '../../catalog/model.js'
import { within } from '../reach/site.js'
import type { Source } from './flow.js'
import type { CallSite, Library } from './library.js'
import { all } from './library.js'
import type { ConditionLanguage, Model } from './models.js'
import { readCondition } from './models.js'
import { moduleOf } from './proof.js'
import { memberName, unwrap } from './syntax.js'

const MODULE = /(?:^|\/)zapatos(?:\/|$)/

/** https://jawj.github.io/zapatos/#manual-conditions */
const CONDITIONS: ConditionLanguage = {
  junctions: new Set(),
  operators: {},
  wrappers: new Set(),
  functions: {
    eq: 'equal',
    ne: 'equal',
    isDistinctFrom: 'equal',
    isNotDistinctFrom: 'equal',
    isIn: 'in',
    isNotIn: 'in',
    gt: 'order',
    gte: 'order',
    lt: 'order',
    lte: 'order',
    between: 'order',
    notBetween: 'order',
    arrayContains: 'array',
    arrayContainedIn: 'array',
    arrayOverlaps: 'array',
  },
  functionWrappers: new Set(['and', 'or', 'not']),
  plain,
}

const WHERE = ['select', 'selectOne', 'selectExactlyOne', 'count', 'sum', 'avg', 'min', 'max', 'deletes']

/** zapatos' shortcuts: https://jawj.github.io/zapatos/#shortcuts-and-lateral-joins. Its `db.sql` text is SQL. */
export const zapatos: Library = {
  name: 'zapatos',
  calls: {
    ...all(WHERE, (site) => read(site, 1)),
    insert: (site) => write(site, site.args[1]),
    update: (site) => {
      write(site, site.args[1])
      read(site, 2)
    },
    upsert: (site) => {
      const options = site.args[3]
      write(site, site.args[1])
      if (options)
        for (const values of site.file.flow.property(site.file.flow.at(options), 'updateValues'))
          write(site, values)
    },
  },
}

function read(site: CallSite, index: number): void {
  const relation = tableOf(site)
  const where = site.args[index]
  if (!relation || !where) return
  const model: Model = { relation, column: (key) => site.file.tables.column(relation, key) }
  readCondition(site.file, model, site.file.flow.at(where), CONDITIONS, `zapatos ${site.name}`)
}

function write(site: CallSite, row: Parameters<typeof site.file.uses.writeRow>[1]): void {
  site.file.uses.writeRow(tableOf(site), row, `zapatos ${site.name}`, { plain })
}

/** The table of `db.insert('auth.users', ...)`, where `db` or `insert` comes from zapatos. */
function tableOf({ file, call, args, receiver }: CallSite): Relation | undefined {
  const from = moduleOf(file, unwrap(receiver ?? call.callee))
  const [name] =
    from !== undefined && MODULE.test(from) && args[0] ? file.flow.strings(file.flow.at(args[0])) : []
  return name === undefined ? undefined : file.tables.named(name)
}

/** The value of `db.param(value)`. */
function plain(value: Source): Source {
  const node = unwrap(value.node)
  if (node.type !== 'CallExpression' || node.arguments.length === 0) return value
  const callee = unwrap(node.callee)
  const name =
    callee.type === 'MemberExpression'
      ? memberName(callee)
      : callee.type === 'Identifier'
        ? callee.name
        : undefined
  return name === 'param' ? within(value, node.arguments[0]!) : value
}
