import type { Catalog, Column, Relation } from '../../catalog/model.js'

/** A column of a known table or view. */
export interface Place {
  readonly relation: Relation
  readonly column: Column
  /** Set where code has names of its own for the values. */
  readonly names?: ValueNames
}

/** An enum of the code whose members stand for the database's values: Prisma's `@map`. */
export interface ValueNames {
  readonly type: string
  /** By the name in code. */
  readonly values: ReadonlyMap<string, string>
}

/**
 * Tables and columns by the names a library gives them: Postgres's own, or their camel case form, which Kysely's CamelCasePlugin,
 * Knex's snake case mappers, Drizzle's `casing` and others turn into it. A camel case name that the database does not have as
 * written can only work with such a mapping.
 */
export class Tables {
  readonly #catalog: Catalog

  constructor(catalog: Catalog) {
    this.#catalog = catalog
  }

  /** The table or view by its name without quotes, as Postgres finds it by the search path when no schema is given. */
  find(name: string, schema?: string): Relation | undefined {
    const qualify = (table: string) => (schema === undefined ? { name: table } : { schema, name: table })
    return this.#catalog.findRelation(qualify(name)) ?? this.#catalog.findRelation(qualify(snakeCase(name)))
  }

  /** The table that a string names: `workspaces`, `auth.users`. */
  named(text: string, schema?: string): Relation | undefined {
    const parts = text.split('.')
    if (parts.length === 1) return this.find(text, schema)
    return parts.length === 2 ? this.find(parts[1]!, parts[0]) : undefined
  }

  column(relation: Relation, name: string): Place | undefined {
    const find = (wanted: string) => relation.columns.find((column) => column.name === wanted)
    const column = find(name) ?? find(snakeCase(name))
    return column && { relation, column }
  }
}

/** `workspaceId` → `workspace_id`. */
export function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3_$2').toLowerCase()
}

/** `workspace_id` → `workspaceId`. */
export function camelCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** A FROM item: its alias or name, and the table where that is known (a subquery or CTE is not). */
export interface ScopeTable {
  readonly alias: string
  readonly relation?: Relation | undefined
}

/** The FROM items that a column reference is looked up in, those of the queries around it last. */
export class TableScope {
  readonly #tables: Tables
  readonly #levels: readonly (readonly ScopeTable[])[]

  constructor(tables: Tables, levels: readonly (readonly ScopeTable[])[]) {
    this.#tables = tables
    this.#levels = levels
  }

  /**
   * The column that `status`, `w.status` or `auth.users.status` names; undefined where that is not certain: no such
   * table or column, two tables that have it, or a table of unknown columns that may hide it.
   */
  resolve(reference: string): Place | undefined {
    const parts = reference.split('.')
    const name = parts.pop()!
    const [schema, table] = parts.length === 2 ? parts : [undefined, parts[0]]
    if (parts.length > 2 || name === '') return undefined
    if (table !== undefined) return this.#qualified(table, schema, name)
    for (const level of this.#levels) {
      const found = level.flatMap(({ relation }) => (relation && this.#tables.column(relation, name)) ?? [])
      if (found.length > 0) return found.length === 1 ? found[0] : undefined
      if (level.some(({ relation }) => !relation?.complete)) return undefined
    }
    return undefined
  }

  #qualified(table: string, schema: string | undefined, name: string): Place | undefined {
    for (const level of this.#levels) {
      const named = level.filter(({ alias }) => alias === table || snakeCase(alias) === snakeCase(table))
      const relations = new Set(named.map(({ relation }) => relation))
      if (named.length === 0) continue
      const [relation] = relations
      if (relations.size !== 1 || !relation || (schema !== undefined && relation.schema !== schema))
        return undefined
      return this.#tables.column(relation, name)
    }
    return undefined
  }
}

/** `workspaces as w` → its two names. */
export function tableAndAlias(text: string): { readonly table: string; readonly alias: string } {
  const [, table, alias] = /^\s*(\S+)\s+as\s+(\S+)\s*$/i.exec(text) ?? []
  const name = table ?? text.trim()
  return { table: name, alias: alias ?? name.slice(name.lastIndexOf('.') + 1) }
}
