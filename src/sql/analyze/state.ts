import type { Cast, Catalog, OperatorSignature, TypeRef, ValueSet } from '../../catalog/model.js'
import { Utf8Offsets } from '../offsets.js'
import type { SqlUse, Target, UseKind } from '../use.js'
import { readConstant, type LocatedConstant } from '../constants.js'
import { UNKNOWN, type TypeId, type Types } from './types.js'
import { setWithPast } from './valueSets.js'

/** A statement that Postgres would refuse for another reason than a value: ends the analysis of the statement. */
export class Refused extends Error {
  constructor(
    /** SQLSTATE that Postgres gives. */
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/** A string constant or NULL in the analysed text. `start` is -1 where it has no position. */
export interface Constant {
  /** null for NULL. */
  readonly value: string | null
  readonly start: number
  /** The text in which it stands; undefined where it has no position. */
  readonly analysis?: Analysis
}

/** A typed expression: of Postgres's own tree only what decides about types and values. */
export interface Expr {
  readonly type: TypeId
  /** The name of the column it is, where a star gave it. */
  readonly name?: string
  /** The column's own expression, where this one is a copy that bears a name. */
  readonly column?: Expr
  /** A string constant or NULL, also after it was given a type. */
  readonly constant?: Constant
  readonly parameter?: { readonly number: number; readonly start: number; readonly end: number }
  /** The column or argument whose values these are. */
  readonly target?: Target
  /** The only strings that this expression, being of a string type, can be. */
  readonly values?: ValueSet
  /** For `unnest(array)`: the array whose members are the values. */
  readonly members?: Expr
  /** The elements of ARRAY[...]. */
  readonly elements?: readonly Expr[]
  /** The fields of ROW(...). */
  readonly row?: readonly Expr[]
  /** Expressions of which one becomes the value: branches of CASE, arguments of COALESCE. */
  readonly branches?: readonly Expr[]
  /** True where it mentions a column of the query it stands in (contain_vars_of_level). */
  readonly hasVars?: boolean
  /** A reference to a whole row of FROM. */
  readonly wholeRow?: true
  /** Columns of a row whose type is an anonymous record. */
  readonly fields?: readonly { readonly name: string; readonly expr: Expr }[]
  /** For functions in FROM. */
  readonly set?: boolean
}

/** How a constant or a parameter gets its type, for the use that it may become. */
export interface Meeting {
  readonly kind: UseKind
  /** The value is read when the statement runs. */
  readonly atRunTime?: boolean
  readonly target?: Target | undefined
}

/** What an expression or a query means by what the migrations made. */
export class Made {
  readonly operators = new Set<OperatorSignature>()
  readonly casts = new Set<Cast>()
  /** The string constants that get their type from where they stand. */
  readonly constants: { readonly value: string; readonly type: TypeRef }[] = []
}

/** What is found over all texts that one text holds: its own statements, and those in functions' bodies. */
export class Findings {
  readonly uses: SqlUse[] = []
  readonly #seen = new Set<string>()

  constructor(readonly made = new Made()) {}

  /** True once an object of the catalog was named. */
  touched = false
  /** Names of relations that the catalog lacks. */
  readonly unknownRelations: string[] = []
  readonly refusals: { readonly code: string; readonly message: string }[] = []

  /** Adds a use once: Postgres meets some nodes twice (BETWEEN SYMMETRIC). */
  add(use: SqlUse): void {
    const { valueSet } = use
    const key = `${use.start} ${use.end} ${use.effect} ${valueSet.kind} ${valueSet.schema} ${valueSet.name}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.uses.push(use)
  }

  /** Runs `work`; a refusal ends it, as does nesting beyond the stack. */
  guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (error instanceof Refused) this.refusals.push({ code: error.code, message: error.message })
      else if (error instanceof RangeError)
        this.refusals.push({ code: '54001', message: 'nested too deeply' })
      // A fault of ours must not cost the user the rest of the file.
      else this.refusals.push({ code: 'XX000', message: `the analysis failed: ${String(error)}` })
    }
  }
}

/** One text under analysis: the one that was given, or one inside it. */
export class Analysis {
  /** Types of parameters, as the first use fixes them; UNKNOWN until then. */
  readonly parameters = new Map<number, TypeId>()
  readonly #constants = new Map<number, LocatedConstant | undefined>()
  /** False within a function's body, where `$1` is an argument. */
  placeholders = true

  constructor(
    readonly text: string,
    readonly types: Types,
    readonly findings = new Findings(),
    /** UTF-16 offset in the outermost text of an offset in `text`. */
    readonly locate: (offset: number) => number = (offset) => offset,
    private readonly offsets = new Utf8Offsets(text),
  ) {}

  get catalog(): Catalog {
    return this.types.catalog
  }

  /** A text inside this one; `locate` maps its offsets to this one's. */
  inner(text: string, locate: (offset: number) => number, types = this.types): Analysis {
    return new Analysis(text, types, this.findings, (offset) => this.locate(locate(offset)))
  }

  /** UTF-16 offset in `text` of a node's location. */
  position(location: number | undefined): number {
    return this.offsets.toUtf16(location ?? 0)
  }

  /** The constant that starts at a UTF-16 offset of `text`; undefined where the text has none there. */
  constantAt(start: number): LocatedConstant | undefined {
    if (!this.#constants.has(start)) this.#constants.set(start, readConstant(this.text, start))
    return this.#constants.get(start)
  }

  /** Adds a use whose positions are of `text`. */
  add(use: SqlUse): void {
    const valueSet = setWithPast(this.types, use.valueSet, use.target)
    this.findings.add({ ...use, valueSet, start: this.locate(use.start), end: this.locate(use.end) })
  }

  parameterType(number: number): TypeId {
    return this.parameters.get(number) ?? UNKNOWN
  }
}
