import type { Catalog } from '../../../src/catalog/model.js'

/** TEMPORARY: until the replay is there. */
export function catalogOf(ddl: string): Catalog {
  const origin = { file: 'schema.sql', line: 1 }
  const types = new Map<number, any>()
  const relations = new Map<number, any>()
  let oid = 100000
  const split = (name: string) =>
    (name.includes('.') ? name.split('.') : ['public', name]) as [string, string]
  for (const [, name, values] of ddl.matchAll(/CREATE TYPE (\S+) AS ENUM \(([^)]*)\)/g)) {
    const [schema, n] = split(name!)
    const labels = values!.split(',').map((v) => ({ value: v.trim().slice(1, -1), origin }))
    types.set(++oid, { oid, kind: 'enum', schema, name: n, labels, former: [], origin })
  }
  for (const [, name, body] of ddl.matchAll(/CREATE TABLE (\S+) \(\n([\s\S]*?)\n\)/g)) {
    const [schema, n] = split(name!)
    const constraints: any[] = []
    const columns = body!.split('\n').map((line, i) => {
      const [, column, type, array] = /^\s*"?(\w+)"? ([\w.]+)(\[\])?/.exec(line)!
      const [ts, tn] = split(type!)
      const found = [...types.values()].find((t) => t.schema === ts && t.name === tn)
      const values = /CHECK \((\w+) IN \(([^)]*)\)/.exec(line)
      if (values)
        constraints.push({
          oid: ++oid,
          kind: 'check',
          columns: [i + 1],
          values: values[2]!.split(',').map((v) => ({ value: v.trim().slice(1, -1), origin })),
          origin,
        })
      return { attnum: i + 1, name: column!, type: { oid: found?.oid ?? 25, array: !!array }, origin }
    })
    relations.set(++oid, {
      oid,
      kind: 'table',
      schema,
      name: n,
      columns,
      constraints,
      complete: true,
      origin,
    })
  }
  const find = (all: Map<number, any>, { schema, name }: any) =>
    [...all.values()].find((o) => o.name === name && o.schema === (schema ?? 'public'))
  return {
    searchPath: ['public'],
    unread: [],
    schemas: () => ['public', 'auth'],
    types: () => types.values(),
    relations: () => relations.values(),
    typeByOid: (o: number) => types.get(o),
    relationByOid: (o: number) => relations.get(o),
    findType: (q: any) => find(types, q),
    findRelation: (q: any) => find(relations, q),
    findFunctions: () => [],
  } as unknown as Catalog
}
