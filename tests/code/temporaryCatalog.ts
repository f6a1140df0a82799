import { applyChange } from '../../src/catalog/apply.js'
import type { Catalog } from '../../src/catalog/model.js'
import { Store } from '../../src/catalog/store.js'

export function catalogOf(ddl: string): Catalog {
  const store = new Store({
    searchPath: ['public'],
    strict: false,
    describeQuery: () =>
      ({
        columns: [],
        reads: [],
        references: { types: [], functions: [], sequences: [] },
        complete: false,
      }) as never,
    renameInExpression: (t) => t,
  })
  store.origin = { file: 'schema.sql', line: 1 }
  const q = (n: string) =>
    n.includes('.') ? { schema: n.split('.')[0]!, name: n.split('.')[1]! } : { name: n }
  for (const [, name, values] of ddl.matchAll(/CREATE TYPE (\S+) AS ENUM \(([^)]*)\)/g)) {
    const labels = values!.split(',').map((v) => v.trim().slice(1, -1).replaceAll("''", "'"))
    applyChange(store, { do: 'create enum', name: q(name!), labels, lines: labels.map(() => 0) } as never)
  }
  for (const [, name, body] of ddl.matchAll(/CREATE TABLE (\S+) \(\n([\s\S]*?)\n\)/g)) {
    const elements = body!.split('\n').map((line, i) => {
      const [, column, type, array] = /^\s*"?(\w+)"? ([\w.]+)(\[\])?/.exec(line)!
      const alias: Record<string, string> = { bigint: 'int8', int: 'int4', boolean: 'bool' }
      return {
        column: {
          name: column!,
          type: { ...q(alias[type!] ?? type!), ...(array ? { array: true } : {}) },
          constraints: [],
          line: i,
        },
      }
    })
    applyChange(store, { do: 'create table', name: q(name!), elements } as never)
  }
  return store.freeze()
}
