import type { TSESTree } from '@typescript-eslint/utils'
import type { ToolObject } from './tool.js'

export type FunctionNode =
  TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression

/** A file of code: the migration, or one that it imports. */
export interface Module {
  readonly text: string
  /** Its folder, relative to that of the migrations. */
  readonly dir: string
  /** What an import of it gives; undefined where it is of no file of the project. */
  load(specifier: string): Exports | undefined
  /** A file by its path relative to the folder of the migrations: where it is, relative to the project, and its text. */
  read(path: string): { readonly path: string; readonly text: string } | undefined
}

/** What a module exports. */
export interface Exports {
  /** What it exports under a name: no more of it is read than that takes. */
  get(name: string): Value | undefined
  /** All that it exports; undefined where it can't be read. */
  all(): ReadonlyMap<string, Value> | undefined
}

/** Names in sight, the innermost first. */
export class Scope {
  readonly #values = new Map<string, Value>()
  readonly #later = new Map<string, () => Value>()

  constructor(
    private readonly outer?: Scope,
    private readonly isOfFunction = outer === undefined,
  ) {}

  /** The scope of the function around, which is where `var` declares. */
  get ofFunction(): Scope {
    return this.isOfFunction || this.outer === undefined ? this : this.outer.ofFunction
  }

  get(name: string): Value | undefined {
    return this.#own(name) ?? this.outer?.get(name)
  }

  /** Whether it declares the name itself. */
  has(name: string): boolean {
    return this.#values.has(name) || this.#later.has(name)
  }

  set(name: string, value: Value): void {
    this.#later.delete(name)
    this.#values.set(name, value)
  }

  /** Gives a name a value that is made when it is first asked for. */
  setLater(name: string, make: () => Value): void {
    this.#later.set(name, make)
  }

  #own(name: string): Value | undefined {
    const make = this.#later.get(name)
    if (make === undefined) return this.#values.get(name)
    // A circle finds nothing.
    this.#later.delete(name)
    try {
      const value = make()
      this.#values.set(name, value)
      return value
    } catch (error) {
      this.#later.set(name, make)
      throw error
    }
  }

  /** The scope that a name was declared in: the outermost, where it was in none. */
  declaring(name: string): Scope {
    return this.has(name) || this.outer === undefined ? this : this.outer.declaring(name)
  }
}

/** A statement that a migration sends, or something that it may do and that can't be known. */
export type Step =
  | { readonly sql: string; readonly line: number; readonly file?: string }
  | {
      readonly unread: string
      readonly line: number
      readonly text: string
      /** The SQL that may be sent, a name standing for each part that is not known. */
      readonly statement?: string
    }

/** What a condition asks about: a table, or a column of one. */
export interface Asked {
  readonly table: string
  readonly column?: string
}

/** A query whose rows decide something. */
export interface Query {
  readonly sql: string
  /** How many statements had been sent. */
  readonly after: number
  /** What of its rows a value is: their number, the first one, a field of that. Default: all of them. */
  readonly part?: 'length' | 'first' | { readonly field: string }
}

/** What an expression of a migration stands for. */
export type Value =
  | {
      readonly kind: 'constant'
      readonly value: string | number | boolean | bigint | null | undefined
      /** The file, relative to the project, whose whole text it is. */
      readonly file?: string
    }
  /** Changed where it stands, by `change` only. */
  | { readonly kind: 'array'; readonly items: Value[] }
  /** Changed where it stands, by `change` only. */
  | {
      readonly kind: 'object'
      readonly entries: Map<string, Value>
      /** What it has in common with others, or gets from what its class extends. */
      readonly base?: Value
    }
  | { readonly kind: 'function'; readonly node: FunctionNode; readonly scope: Scope; readonly module: Module }
  /** A module of Node's (`path`), or what it exports (`path.join`). */
  | { readonly kind: 'builtin'; readonly name: string }
  | ClassValue
  /** An object of the migration tool's: `knex`, `queryRunner`, what a call on these gives. */
  | { readonly kind: 'tool'; readonly object: ToolObject }
  /** A statement: sent when it is awaited; elsewhere a part of another. `sql` is undefined where not constant. */
  | {
      readonly kind: 'raw'
      readonly sql: string | undefined
      readonly line: number
      readonly text: string
      readonly file?: string
      /** Where it is not constant: the statement with a name for each part that is not known. */
      readonly statement?: string
    }
  /**
   * `hasTable` and the like: `sql` asks about what `about` names, and was asked when `after` statements had been sent; the
   * answer only where it is awaited, else the promise of it.
   */
  | {
      readonly kind: 'condition'
      readonly sql: string
      readonly about: readonly Asked[]
      readonly after: number
      readonly isAwaited: boolean
    }
  /** A query of rows, and anything chained to it: it defines nothing. `query` is its text, where it is constant. */
  | { readonly kind: 'rows'; readonly query?: Query }
  /** One of two, by a condition that is not decided: what it holds is sent when it is awaited. */
  | {
      readonly kind: 'choice'
      readonly condition: Value
      readonly line: number
      readonly values: readonly [Value, Value]
    }
  /** Something that has a hold of the database, of which nothing else is known; `text` is its code, where that is here. */
  | { readonly kind: 'holder'; readonly text?: string }
  /**
   * `text`: code or a value that names what it may be about, where there is one; `statement`: a template with a name for each part
   * that is not known.
   */
  | { readonly kind: 'unknown'; readonly text?: string; readonly statement?: string }

/** A class: what an instance has is made by `new`. */
export interface ClassValue {
  readonly kind: 'class'
  readonly node: TSESTree.ClassDeclaration | TSESTree.ClassExpression
  readonly scope: Scope
  readonly module: Module
  /** What it extends. */
  readonly parent: Value | undefined
  /** Its static members. */
  readonly entries: Map<string, Value>
  /** Whether its code has a hold of the database without being given one. */
  readonly reaches: boolean
}

export type FunctionValue = Extract<Value, { kind: 'function' }>
export type ConditionValue = Extract<Value, { kind: 'condition' }>
/** What is changed where it stands. */
export type ChangingValue = Extract<Value, { kind: 'array' | 'object' }>

export const UNKNOWN: Value = { kind: 'unknown' }
export const UNDEFINED: Value = { kind: 'constant', value: undefined }
export const HOLDER: Value = { kind: 'holder' }
/** Stands among arguments for any number of them, of which nothing is known. */
export const SPREAD: Value = { kind: 'unknown' }

/** Whether a value gives a hold of the database; of a function see `codeReaches`. */
export function reaches(value: Value, seen = new Set<Value>()): boolean {
  if (seen.has(value)) return false
  seen.add(value)
  if (value.kind === 'array') return value.items.some((item) => reaches(item, seen))
  if (value.kind === 'object') {
    const held = [...value.entries.values(), ...(value.base === undefined ? [] : [value.base])]
    return held.some((item) => reaches(item, seen))
  }
  if (value.kind === 'choice') return value.values.some((item) => reaches(item, seen))
  if (value.kind === 'tool') return value.object.reaches
  if (value.kind === 'class') return value.reaches
  return value.kind === 'holder'
}

/** What is one of these values, and it is not known which. */
export function either(values: readonly Value[]): Value {
  const [first] = values
  if (first?.kind === 'tool' && values.every((value) => isSame(value, first))) return first
  if (values.some((value) => reaches(value))) return HOLDER
  const texts = values.map(hintOf)
  return texts.includes(undefined) ? UNKNOWN : { kind: 'unknown', text: texts.join('\n') }
}

/** Whether two values are the same object of a tool's. */
export function isSame(a: Value, b: Value): boolean {
  return a.kind === 'tool' && b.kind === 'tool' && a.object === b.object
}

/** A text that names what a value may be about; undefined where it may be anything. */
export function hintOf(value: Value | undefined): string | undefined {
  if (value?.kind === 'unknown') return value.text
  if (value?.kind === 'raw') return value.sql
  return value?.kind === 'constant' ? String(value.value ?? '') : undefined
}

/** What a value is once it was awaited, and what it holds was sent. */
export function settled(value: Value): Value {
  if (value.kind === 'condition') return { ...value, isAwaited: true }
  if (value.kind === 'tool') return (value.object.sent?.() ?? []).length === 0 ? value : UNKNOWN
  if (value.kind === 'choice') return either(value.values.map(settled))
  return value.kind === 'raw' ? UNKNOWN : value
}

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
