import { createHash } from 'node:crypto'

/** What TypeORM calls a constraint or an index that has no name: by a hash of the table's name and more. */
function hashed(prefix: string, length: number, table: string, ...parts: readonly string[]): string {
  const key = [table.split('.').at(-1)!, ...parts].join('_')
  return `${prefix}_${createHash('sha1').update(key).digest('hex').slice(0, length)}`
}

const sorted = (columns: readonly string[]): string[] => [...columns].sort()

/** The names that TypeORM gives where a migration gives none. Source: TypeORM, `DefaultNamingStrategy`. */
export const generatedName = {
  primaryKey: (table: string, columns: readonly string[]) => hashed('PK', 27, table, ...sorted(columns)),
  unique: (table: string, columns: readonly string[]) => hashed('UQ', 27, table, ...sorted(columns)),
  foreignKey: (table: string, columns: readonly string[]) => hashed('FK', 27, table, ...sorted(columns)),
  check: (table: string, expression: string) => hashed('CHK', 26, table, expression),
  index: (table: string, columns: readonly string[], where?: string) =>
    hashed('IDX', 26, table, ...sorted(columns), ...(where === undefined ? [] : [where])),
}

/** A table's name, with its schema where it is given one: `schema.table`. */
export interface TableName {
  readonly schema: string | undefined
  readonly name: string
}

/** The table that `schema.table` or `table` is. Source: TypeORM, `PostgresDriver.parseTableName`. */
export function tableNameOf(path: string, schema?: string): TableName {
  const parts = path.split('.')
  const own = parts.length > 1 ? parts[0] : undefined
  return { schema: schema ?? own, name: parts.length > 1 ? parts[1]! : path }
}

/** A name in quotes, as TypeORM writes it. */
export function quoted(name: string): string {
  return `"${name}"`
}

/** A table as statements name it. */
export function pathOf({ schema, name }: TableName): string {
  return schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`
}
