import type { Change } from '../../catalog/change.js'
import type { Block } from '../procedures/block.js'
import type { QueryTree } from '../procedures/tree.js'

/** What a statement does to the session rather than to the catalog. */
export type SessionAction =
  | {
      readonly do: 'transaction'
      readonly what: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollback to'
      readonly savepoint?: string
      /** AND CHAIN */
      readonly chain?: boolean
    }
  /** Without `schemas` to the default. */
  | { readonly do: 'set search path'; readonly schemas?: readonly string[]; readonly local?: boolean }
  | { readonly do: 'reset all' }
  | { readonly do: 'discard'; readonly temporary: boolean }

/** What must be run to know what it does. */
export type RunAction =
  | { readonly do: 'run block'; readonly block: Block }
  /** SELECT or CALL: its functions may change the catalog. */
  | { readonly do: 'query'; readonly query: QueryTree }
  /** INSERT, UPDATE or DELETE on pg_enum: the parser's tree, without positions. */
  | { readonly do: 'edit pg_enum'; readonly statement: unknown }

/** What could not be read. */
export interface UnreadAction {
  readonly do: 'unread'
  readonly reason: string
  /** True where Postgres would reject the statement as well. */
  readonly rejected?: boolean
}

export type Action = Change | SessionAction | RunAction | UnreadAction

/** A statement that may bear on the catalog: plain JSON, which a cache may keep. */
export interface Step {
  /** Line of the statement in the file, from 1. */
  readonly line: number
  /** UTF-16 offset of the statement in the text that was read. */
  readonly start: number
  readonly actions: readonly Action[]
  /** The statement, where what it may touch is told by the names in it. */
  readonly text?: string
}
