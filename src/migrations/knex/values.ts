import type { TSESTree } from '@typescript-eslint/utils'
import type { ColumnSpec, ForeignSpec, TableBuilder } from './table.js'

export type FunctionNode =
  TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression

/** A file of code: the migration, or one that it imports. */
export interface Module {
  readonly text: string
  /** Its folder, relative to that of the migrations. */
  readonly dir: string
  /** What a relative import of it gives, by name; undefined where there is no such file. */
  load(specifier: string): ReadonlyMap<string, Value> | undefined
  /** A file by its path relative to the folder of the migrations: where it is, relative to the project, and its text. */
  read(path: string): { readonly path: string; readonly text: string } | undefined
}

/** Names in sight, the innermost first. */
export class Scope {
  readonly #values = new Map<string, Value>()

  constructor(private readonly outer?: Scope) {}

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? this.outer?.get(name)
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value)
  }

  /** Sets a name where it was declared. */
  assign(name: string, value: Value): void {
    if (this.#values.has(name) || this.outer === undefined) this.#values.set(name, value)
    else this.outer.assign(name, value)
  }
}

/** A statement that a migration sends, or something that it may do and that can't be known. */
export type Step =
  | { readonly sql: string; readonly line: number; readonly file?: string }
  | { readonly unread: string; readonly line: number; readonly text: string }

/** What an expression of a migration stands for. */
export type Value =
  | {
      readonly kind: 'constant'
      readonly value: string | number | boolean | bigint | null | undefined
      /** The file, relative to the project, whose whole text it is. */
      readonly file?: string
    }
  | { readonly kind: 'array'; readonly items: readonly Value[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: 'function'; readonly node: FunctionNode; readonly scope: Scope; readonly module: Module }
  /** A module of Node's (`path`), or what it exports (`path.join`). */
  | { readonly kind: 'builtin'; readonly name: string }
  /** `knex`, or a transaction of it. */
  | { readonly kind: 'knex' }
  /** `knex.fn`. */
  | { readonly kind: 'fn' }
  /** `knex.schema` and what is chained to it: its steps are sent when it is awaited. */
  | { readonly kind: 'schema'; readonly schema?: string; readonly steps: readonly Step[] }
  /** `knex.raw(...)`: sent when it is awaited; elsewhere a part of another statement. `sql` is undefined where not constant. */
  | {
      readonly kind: 'raw'
      readonly sql: string | undefined
      readonly line: number
      readonly text: string
      readonly file?: string
    }
  /** `hasTable` and the like: `sql` asks about `table`, and was asked when `after` statements had been sent. */
  | { readonly kind: 'condition'; readonly sql: string; readonly table: string; readonly after: number }
  /** A query of rows, and anything chained to it: it defines nothing. */
  | { readonly kind: 'rows' }
  | { readonly kind: 'table'; readonly builder: TableBuilder }
  | {
      readonly kind: 'column'
      readonly builder: TableBuilder
      readonly column?: ColumnSpec
      readonly foreign?: ForeignSpec
    }
  | { readonly kind: 'unknown' }

export type FunctionValue = Extract<Value, { kind: 'function' }>

export const UNKNOWN: Value = { kind: 'unknown' }
export const UNDEFINED: Value = { kind: 'constant', value: undefined }

/** A plain JavaScript value of a constant, an array or an object of such; undefined where a part is not constant. */
export function plainValue(value: Value | undefined): { readonly value: unknown } | undefined {
  if (value === undefined) return { value: undefined }
  if (value.kind === 'constant') return { value: value.value }
  if (value.kind === 'array') {
    const items = value.items.map(plainValue)
    return items.includes(undefined) ? undefined : { value: items.map((item) => item!.value) }
  }
  if (value.kind !== 'object') return undefined
  const entries = [...value.entries].map(([key, item]) => [key, plainValue(item)] as const)
  if (entries.some(([, item]) => item === undefined)) return undefined
  return { value: Object.fromEntries(entries.map(([key, item]) => [key, item!.value])) }
}

/** The text of a constant string; undefined for anything else. */
export function textOfValue(value: Value | undefined): string | undefined {
  return value?.kind === 'constant' && typeof value.value === 'string' ? value.value : undefined
}

/** Constant strings: of an array, or of one. */
export function textsOfValue(value: Value | undefined): string[] | undefined {
  const one = textOfValue(value)
  if (one !== undefined) return [one]
  if (value?.kind !== 'array') return undefined
  const texts = value.items.map(textOfValue)
  return texts.includes(undefined) ? undefined : (texts as string[])
}
