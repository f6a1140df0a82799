import type { Relation } from '../../catalog/model.js'
import { within } from '../reach/site.js'
import type { Source } from './flow.js'
import type { BuilderFile, CallSite, Library } from './library.js'
import { all } from './library.js'
import { memberName, unwrap } from './syntax.js'
import type { Place } from './tables.js'

/** pg-promise's helpers, which make SQL of data: https://vitaly-t.github.io/pg-promise/helpers.html. Its queries are SQL. */
export const pgPromise: Library = {
  name: 'pg-promise',
  calls: all(['insert', 'update', 'sets', 'values'], helper),
}

/** `pgp.helpers.insert(data, columns, 'workspaces')`, `helpers.update(data, columnSet)`. */
function helper(site: CallSite): void {
  const { file, args, name } = site
  const [data, columns, table] = args
  if (!data || !site.chains().some(({ steps }) => steps.at(-2)?.name === 'helpers' && !steps.at(-2)?.call))
    return
  const set = columns && columnSet(file, file.flow.at(columns))
  const given =
    table && (name === 'insert' || name === 'update') ? named(file, file.flow.at(table)) : undefined
  const relation = given ?? set?.relation
  if (!relation) return
  const place = (key: string): Place | undefined => {
    const column = set ? set.columns.get(key) : key
    return column === undefined ? undefined : file.tables.column(relation, column)
  }
  file.uses.writeRow(relation, data, `pg-promise helpers.${name}`, { column: place })
}

interface Columns {
  readonly relation: Relation | undefined
  /** By the property of the data: what is not among them is not written. */
  readonly columns: { get(key: string): string | undefined }
}

/** `['id', '?status']`, `[{ name: 'status', prop: 'state' }]`, `new ColumnSet([...], { table })`. */
function columnSet(file: BuilderFile, source: Source): Columns | undefined {
  const { flow } = file
  for (const found of flow.sources(source)) {
    const { node } = found
    if (node.type === 'NewExpression' && node.arguments[0]) {
      const [columns, options] = node.arguments
      const tables = options ? flow.property(within(found, options), 'table') : []
      const [relation] = tables.flatMap((table) => named(file, table) ?? [])
      return { relation, columns: listed(file, within(found, columns)) ?? { get: (key) => key } }
    }
    const columns = listed(file, found)
    if (columns) return { relation: undefined, columns }
  }
  return undefined
}

function listed(file: BuilderFile, source: Source): ReadonlyMap<string, string> | undefined {
  const { flow } = file
  const elements = flow.elements(source)
  if (elements.length === 0) return undefined
  const columns = new Map<string, string>()
  for (const element of elements) {
    const [text] = flow.strings(element)
    if (text !== undefined) {
      // `?id` takes no part in an update, `status:json` and `status^` say how the value is written.
      if (!/[\^~#$:]/.test(text) && !text.startsWith('?')) columns.set(text, text)
      continue
    }
    const one = (key: string) => flow.property(element, key).flatMap((value) => flow.strings(value))[0]
    const name = one('name')
    if (name !== undefined && one('mod') === undefined && flow.property(element, 'init').length === 0)
      columns.set(one('prop') ?? name, name)
  }
  return columns
}

/** The table of `'workspaces'`, `{ table, schema }`, `new TableName({ table, schema })`. */
function named(file: BuilderFile, source: Source): Relation | undefined {
  const { flow, tables } = file
  const [text] = flow.strings(source)
  if (text !== undefined) return tables.named(text)
  for (const found of flow.sources(source)) {
    const { node } = found
    const made = node.type === 'NewExpression' ? unwrap(node.callee) : undefined
    const isTableName = made?.type === 'MemberExpression' && memberName(made) === 'TableName'
    const options =
      node.type === 'NewExpression' && isTableName && node.arguments[0]
        ? within(found, node.arguments[0])
        : found
    const one = (key: string) => flow.property(options, key).flatMap((value) => flow.strings(value))[0]
    const table = one('table')
    if (table !== undefined) return tables.find(table, one('schema'))
  }
  return undefined
}
