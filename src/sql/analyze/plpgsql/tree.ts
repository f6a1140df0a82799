/** A piece of a PL/pgSQL body: UTF-16 offsets in it. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A variable, or a field of one: `v`, `block.v`, `rec.field`; with `element` an element of it is meant. */
export interface PlTarget {
  readonly names: readonly string[]
  readonly element: boolean
}

export interface Declaration {
  readonly name: string
  /** The type as written; undefined for an alias and a cursor. */
  readonly type?: Span
  readonly value?: Span
  readonly alias?: readonly string[]
  readonly cursor?: {
    readonly arguments: readonly { readonly name: string; readonly type: Span }[]
    readonly query: Span
  }
}

export type PlStatement =
  | {
      readonly is: 'block'
      readonly label?: string
      readonly declarations: readonly Declaration[]
      readonly body: readonly PlStatement[]
    }
  /** Conditions and other expressions, then statements that run in the same scope. */
  | { readonly is: 'group'; readonly expressions: readonly Span[]; readonly body: readonly PlStatement[] }
  | {
      readonly is: 'case'
      readonly subject: Span
      readonly branches: readonly { readonly values: Span; readonly body: readonly PlStatement[] }[]
      readonly otherwise: readonly PlStatement[]
    }
  | {
      readonly is: 'assign'
      readonly target: PlTarget
      readonly subscripts: readonly Span[]
      readonly value: Span
    }
  | { readonly is: 'return'; readonly value: Span }
  /** An SQL statement; `blank` is its INTO clause, to be left out. */
  | { readonly is: 'sql'; readonly span: Span; readonly blank?: Span; readonly into?: readonly PlTarget[] }
  | {
      readonly is: 'execute'
      readonly text: Span
      readonly using: readonly Span[]
      readonly into?: readonly PlTarget[]
    }
  | {
      readonly is: 'for range'
      readonly label?: string
      readonly variable: string
      readonly expressions: readonly Span[]
      readonly body: readonly PlStatement[]
    }
  | {
      readonly is: 'for query'
      readonly label?: string
      readonly targets: readonly PlTarget[]
      readonly query: Span
      readonly body: readonly PlStatement[]
    }
  | {
      readonly is: 'for execute'
      readonly label?: string
      readonly targets: readonly PlTarget[]
      readonly text: Span
      readonly using: readonly Span[]
      readonly body: readonly PlStatement[]
    }
  | {
      readonly is: 'foreach'
      readonly target: PlTarget
      readonly array: Span
      readonly slice: boolean
      readonly body: readonly PlStatement[]
    }
  /** OPEN or FOR over a declared cursor. */
  | {
      readonly is: 'cursor'
      readonly name: string
      readonly arguments: readonly Span[]
      readonly targets?: readonly PlTarget[]
      readonly label?: string
      readonly body: readonly PlStatement[]
    }
