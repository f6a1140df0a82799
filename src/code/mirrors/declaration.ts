import type { TSESTree } from '@typescript-eslint/utils'
import { escapeFor } from '../quote.js'
import type { Quote } from '../quote.js'
import type { Range, ValueEdit } from '../use.js'

/** One string that a declaration lists. */
export interface DeclaredEntry {
  readonly value: string
  /** The string with its quotes. */
  readonly range: Range
  /** Undefined where the string stands in no place that can be rewritten (it comes from another file). */
  readonly edit?: ValueEdit
  /** The whole entry: of `Online = 'online'` all of it; what is taken out when the entry is removed. */
  readonly element: Range
}

/** What kind of declaration repeats the values: for messages. */
export type DeclarationKind = 'union' | 'list' | 'object' | 'enum' | 'schema' | 'column' | 'database enum'

/**
 * Whose values a declaration says they are: by the names in the database. Where a library makes a name by a convention
 * that the file does not show, all the names it may be: the link holds when exactly one of them exists.
 */
export type DatabaseName =
  | { readonly type: 'enum'; readonly schema?: string; readonly name: string }
  | {
      readonly type: 'column'
      readonly schema?: string
      readonly tables: readonly string[]
      readonly columns: readonly string[]
    }

/** A declaration that lists strings, before anything is known of a link with the database. */
export interface Declaration {
  /** The declared name; undefined for one that stands inside another expression. */
  readonly name?: string
  readonly kind: DeclarationKind
  /** The node that holds the entries. */
  readonly node: TSESTree.Node
  readonly entries: readonly DeclaredEntry[]
  /** True where an entry could not be read (a spread, a call): then nothing is said to be missing. */
  readonly open: boolean
  /** True where the strings can't change at run time or are types: `as const`, a union, an enum, a schema. */
  readonly constant: boolean
  /** Between two entries: `,` or `|`. */
  readonly separator: ',' | '|'
  /** The text of a new entry for a value; undefined where it can't be written. */
  write(value: string): string | undefined
}

/** A name or a column that stands for a declaration elsewhere in the file: `z.enum(STATUSES)`, `(typeof STATUSES)[number]`. */
export interface Alias {
  readonly name?: string
  readonly node: TSESTree.Node
  /** The identifier that is looked up in scope. */
  readonly target: TSESTree.Identifier
}

/** A library's own declaration of a database type or column: `pgEnum('workspace_status', ...)`, `@Column({ type: 'enum' })`. */
export interface Definition {
  /** The first that exists counts. */
  readonly database: readonly DatabaseName[]
  /** The library and what declares it, for the message and for `explain`. */
  readonly link: string
  /** What lists the values: a declaration of its own, or a name. */
  readonly values: Declaration | Alias
  /** False where the place only has the column's type and does not define it (a row type). */
  readonly isDefinition: boolean
}

export function isAlias(values: Declaration | Alias): values is Alias {
  return 'target' in values
}

/** A string between quotes of the given kind, as TypeScript source. */
export function quoted(value: string, quote: Quote): string {
  return `${quote}${escapeFor(value, quote)}${quote}`
}
