import type { TSESTree } from '@typescript-eslint/utils'
import { givenOf, sendMade } from '../program/given.js'
import type { Machine } from '../program/machine.js'
import { rawStatement } from '../program/raw.js'
import { literal } from '../program/text.js'
import { toolValue, type ProgramTool, type ToolObject } from '../program/tool.js'
import { UNDEFINED, UNKNOWN, plainValue, type Value } from '../program/values.js'
import { DATA_TYPES, STATEMENTS } from './statements.js'

const ROWS: Value = { kind: 'rows' }
const NULL: Value = { kind: 'constant', value: null }

/** What changes no value set. */
const NOTHING =
  /^(?:insert|update|remove|lookup|truncate|(?:add|remove)Index|(?:create|drop)Sequence|close\w*|\w*(?:KV|Entry|List))$/

/** `db`: what a method does, it does when it is called; then it calls the callback that it is given. */
const database: ToolObject = {
  reaches: true,
  member: (_, name) => toolValue(new Method(name)),
  method: (machine, name, args, node) => call(machine, name, args, node),
}

function call(
  machine: Machine,
  given: string,
  args: readonly Value[],
  node: TSESTree.CallExpression,
): Value | undefined {
  const name = given.replace(/Async$/, '')
  const callback = args.findLast(({ kind }) => kind === 'function')
  const own = args.filter((arg) => arg.kind !== 'function' && !(arg.kind === 'tool' && arg.object === done))
  const make = Object.hasOwn(STATEMENTS, name) ? STATEMENTS[name] : undefined
  if (make !== undefined) sendMade(machine, node, () => make(own.map(givenOf)))
  else if (name === 'runSql' || name === 'all') machine.send(statementOf(machine, own, node))
  else if (!NOTHING.test(name)) return undefined
  if (callback?.kind === 'function') machine.send(machine.call(callback, [NULL, ROWS], node))
  return ROWS
}

/** `runSql(text, values)`, in which `?` stands for a value. */
function statementOf(machine: Machine, args: readonly Value[], node: TSESTree.CallExpression): Value {
  const [text, first, ...more] = args
  const raw = rawStatement(machine, text, node.arguments[0] ?? node)
  const values = first?.kind === 'array' ? first.items : [...(first === undefined ? [] : [first]), ...more]
  if (raw.kind !== 'raw' || raw.sql === undefined || values.length === 0) return raw
  let next = 0
  const sql = raw.sql.replace(/\?/g, (mark) => {
    const plain = plainValue(values[next++])
    return plain === undefined || typeof plain.value === 'object' ? mark : literal(plain.value)
  })
  return { ...raw, sql }
}

/** `db.runSql`, `db.runSql.bind(db, text)`. */
class Method implements ToolObject {
  readonly reaches = true

  constructor(
    private readonly name: string,
    private readonly args: readonly Value[] = [],
    private readonly from?: TSESTree.CallExpression,
  ) {}

  call(machine: Machine, args: readonly Value[], node: TSESTree.CallExpression): Value | undefined {
    return call(machine, this.name, [...this.args, ...args], this.from ?? node)
  }

  method(
    machine: Machine,
    name: string,
    args: readonly Value[],
    node: TSESTree.CallExpression,
  ): Value | undefined {
    const [, ...given] = args
    if (name === 'bind')
      return toolValue(
        new Method(this.name, [...this.args, ...given], given.length > 0 ? bound(node) : undefined),
      )
    if (name === 'call') return this.call(machine, given, node)
    const list = given[0]
    return name === 'apply' && list?.kind === 'array' ? this.call(machine, list.items, node) : undefined
  }
}

/** The call of `bind` as one whose arguments are those that are bound. */
function bound(node: TSESTree.CallExpression): TSESTree.CallExpression {
  return { ...node, arguments: node.arguments.slice(1) }
}

/** The callback that ends a migration, or a task. */
const done: ToolObject = { reaches: false, call: () => UNDEFINED }

/** Calls what is a task: a function that is given a callback. */
function run(machine: Machine, task: Value, args: readonly Value[], node: TSESTree.CallExpression): void {
  if (task.kind === 'function') machine.send(machine.call(task, args, node))
  else if (task.kind === 'tool' && task.object.call !== undefined) {
    if (task.object.call(machine, args, node) === undefined)
      machine.unread('what this call does to the database is not known', node)
  } else machine.unread('what this call does to the database is not known', node)
}

/** The package `async`: its tasks run in their order. Source: async docs, "series", "eachSeries". */
const async: ToolObject = {
  reaches: false,
  method(machine, name, args, node) {
    const [first, second] = args
    const end = args.at(-1)
    if (/^(?:series|parallel|waterfall|parallelLimit)$/.test(name)) {
      const tasks =
        first?.kind === 'array'
          ? first.items
          : first?.kind === 'object'
            ? [...first.entries.values()]
            : undefined
      if (tasks === undefined) return undefined
      for (const task of tasks) run(machine, task, [toolValue(done)], node)
    } else if (/^(?:each|forEach|eachSeries|forEachSeries|mapSeries|map|eachOf|eachOfSeries)$/.test(name)) {
      if (first?.kind !== 'array' || second === undefined) return undefined
      for (const item of first.items) run(machine, second, [item, toolValue(done)], node)
    } else return undefined
    if (args.length > 1 && end?.kind === 'function' && end !== second)
      machine.send(machine.call(end, [NULL], node))
    return UNKNOWN
  },
}

/** `promisify`: what it gives does the same. */
const promisify: ToolObject = { reaches: false, call: (_, [first]) => first }

const util: ToolObject = {
  reaches: false,
  member: (_, name) => (name === 'promisify' ? toolValue(promisify) : UNKNOWN),
  method: (_, name, [first]) => (name === 'promisify' ? first : UNKNOWN),
}

const dataTypes: Value = {
  kind: 'object',
  entries: new Map(Object.entries(DATA_TYPES).map(([name, value]) => [name, { kind: 'constant', value }])),
}
const library: Value = { kind: 'object', entries: new Map([['dataType', dataTypes]]), base: UNKNOWN }

function packageOf(
  whole: Value,
  ...named: readonly (readonly [string, Value])[]
): ReadonlyMap<string, Value> {
  return new Map([['module.exports', whole], ['default', whole], ...named])
}

const PACKAGES: Readonly<Record<string, ReadonlyMap<string, Value>>> = {
  'db-migrate': packageOf(library, ['dataType', dataTypes]),
  async: packageOf(toolValue(async)),
  util: packageOf(toolValue(util), ['promisify', toolValue(promisify)]),
  bluebird: packageOf(toolValue(util), ['promisify', toolValue(promisify)]),
}

/** db-migrate calls the `setup` that a module exports, then its `up` with the database and a callback, in a transaction. */
export const dbMigrateProgram: ProgramTool = {
  imported: (specifier) => PACKAGES[specifier.replace(/^node:/, '')],
  entries(exported, machine) {
    const setup = exported.get('setup')
    if (setup?.kind === 'function') {
      const options = new Map([['dbmigrate', library]])
      machine.call(setup, [{ kind: 'object', entries: options, base: UNKNOWN }, UNKNOWN])
    }
    const up = exported.get('up')
    if (up?.kind !== 'function') return 'the file exports no function up'
    return [{ up, args: [toolValue(database), toolValue(done)], transaction: true }]
  },
}
