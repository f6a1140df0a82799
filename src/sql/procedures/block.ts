import type { Action } from '../ddl/step.js'
import type { ExpressionTree, QueryTree } from './tree.js'

/** An SQL expression of PL/pgSQL; undefined where it could not be read. */
export type BlockExpression = ExpressionTree | undefined

/** Where a value goes: a variable, or a field of a record (`r.a`). */
export type BlockTarget = string

export type BlockStatement =
  | {
      readonly is: 'block'
      readonly label?: string
      readonly body: readonly BlockStatement[]
      readonly handlers?: readonly {
        readonly conditions: readonly string[]
        readonly body: readonly BlockStatement[]
      }[]
    }
  | {
      readonly is: 'if'
      readonly branches: readonly {
        readonly condition: BlockExpression
        readonly body: readonly BlockStatement[]
      }[]
      readonly otherwise: readonly BlockStatement[]
    }
  | { readonly is: 'loop'; readonly label?: string; readonly body: readonly BlockStatement[] }
  | {
      readonly is: 'while'
      readonly label?: string
      readonly condition: BlockExpression
      readonly body: readonly BlockStatement[]
    }
  | {
      readonly is: 'for range'
      readonly label?: string
      readonly variable: BlockTarget
      readonly lower: BlockExpression
      readonly upper: BlockExpression
      readonly step?: BlockExpression
      readonly reverse: boolean
      readonly body: readonly BlockStatement[]
    }
  | {
      readonly is: 'for query'
      readonly label?: string
      readonly targets: readonly BlockTarget[]
      /** The target is one record. */
      readonly record: boolean
      readonly query?: QueryTree
      /** EXECUTE: the text of the query. */
      readonly text?: BlockExpression
      readonly body: readonly BlockStatement[]
    }
  | {
      readonly is: 'foreach'
      readonly label?: string
      readonly variable: BlockTarget
      readonly list: BlockExpression
      readonly body: readonly BlockStatement[]
    }
  | {
      readonly is: 'exit'
      readonly again: boolean
      readonly label?: string
      readonly condition?: BlockExpression
    }
  | { readonly is: 'assign'; readonly target: BlockTarget; readonly value: BlockExpression }
  | { readonly is: 'sql'; readonly actions: readonly Action[] }
  | {
      readonly is: 'query'
      /** Undefined for what is no SELECT (INSERT ... RETURNING). */
      readonly query?: QueryTree
      readonly targets: readonly BlockTarget[]
      readonly record: boolean
      readonly strict: boolean
    }
  | {
      readonly is: 'execute'
      readonly text: BlockExpression
      readonly targets: readonly BlockTarget[]
      readonly record: boolean
      readonly parameters: readonly BlockExpression[]
    }
  | {
      readonly is: 'raise'
      /** False for NOTICE and the like. */
      readonly error: boolean
      /** The condition's name or SQLSTATE. */
      readonly condition?: string
    }
  | { readonly is: 'assert'; readonly condition: BlockExpression }
  | { readonly is: 'return'; readonly value?: BlockExpression }
  /** Sets variables to what can't be known: GET DIAGNOSTICS, FETCH. */
  | { readonly is: 'forget'; readonly targets: readonly BlockTarget[] }
  | { readonly is: 'unreadable'; readonly what: string }

/** A DO block's or function's body. */
export interface Block {
  readonly variables: readonly {
    readonly name: string
    readonly type: string
    readonly value?: BlockExpression
  }[]
  readonly body: readonly BlockStatement[]
}
