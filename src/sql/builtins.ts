import type { OperatorSignature, StoredArgument } from '../catalog/model.js'
import { CASTS, FUNCTIONS, OPERATORS, RELATIONS, TYPES } from './builtins.data.js'

/**
 * A type in the analysis: a pg_type OID (or the catalog's own), negative for an array of that type, 0 for a type about
 * which nothing is known.
 */
export type TypeId = number

/** A type that Postgres brings along. */
export interface BuiltinType {
  readonly id: TypeId
  /** With `information_schema.` before it where it is of that schema. */
  readonly name: string
  /** pg_type.typtype: `b`ase, `d`omain, `c`omposite, `p`seudo, `r`ange, `m`ultirange. */
  readonly kind: string
  readonly category: string
  readonly preferred: boolean
  /** Base of a domain, subtype of a range. */
  readonly inner?: TypeId
}

/** A function as name resolution sees it: one that Postgres brings along, or one of the catalog. */
export interface Routine {
  readonly name: string
  readonly kind: 'function' | 'procedure' | 'aggregate' | 'window'
  /** Types of the input arguments, a variadic one as its array. */
  readonly inputs: readonly TypeId[]
  /** Names of the input arguments, '' where there is none. */
  readonly inputNames: readonly string[]
  readonly returns: TypeId
  readonly set: boolean
  readonly variadic: boolean
  readonly defaults: number
  /** An aggregate that is called with WITHIN GROUP. */
  readonly orderedSet: boolean
  /** Columns of the result, where OUT or TABLE arguments name them. */
  readonly outputs: readonly { readonly name: string; readonly type: TypeId }[]
  /** Schema of a function of the catalog; undefined for a built-in. */
  readonly schema?: string
  /** The columns that its body stores its arguments in, by their names. */
  readonly stores?: ReadonlyMap<string, readonly StoredArgument[]>
}

export interface Operator {
  /** One operand of a prefix operator, two of another. */
  readonly args: readonly TypeId[]
  readonly result: TypeId
  /** One of the migrations. */
  readonly made?: OperatorSignature
}

export interface BuiltinRelation {
  readonly schema: string
  readonly name: string
  readonly rowType: TypeId
  readonly columns: readonly { readonly name: string; readonly type: TypeId }[]
}

const lines = (text: string): string[] => text.slice(1, -1).split('\n')

/** Groups the lines of `text` by what stands before the first `mark`; a line is parsed when it is asked for. */
function index<T>(text: string, mark: string, parse: (line: string) => T): (name: string) => readonly T[] {
  let groups: Map<string, string[]> | undefined
  const parsed = new Map<string, readonly T[]>()
  const group = (): Map<string, string[]> => {
    const made = new Map<string, string[]>()
    for (const line of lines(text)) {
      const name = line.slice(0, line.indexOf(mark))
      const list = made.get(name)
      if (list === undefined) made.set(name, [line])
      else list.push(line)
    }
    return made
  }
  return (name) => {
    let found = parsed.get(name)
    if (found === undefined) {
      groups ??= group()
      found = (groups.get(name) ?? []).map(parse)
      // Names that Postgres lacks come from user text without bound: they are not kept.
      if (found.length > 0) parsed.set(name, found)
    }
    return found
  }
}

const KINDS = { a: 'aggregate', w: 'window', p: 'procedure' } as const

function parseRoutine(line: string): Routine {
  const [name = '', inputs = '', returns = '0', flags = '', names = '', outputs = ''] = line.split('|')
  const types = inputs === '' ? [] : inputs.split(' ').map(Number)
  const inputNames = names.split(',')
  const kind = KINDS[flags[0] as keyof typeof KINDS] ?? 'function'
  return {
    name,
    kind,
    inputs: types,
    inputNames: types.map((_, i) => inputNames[i] ?? ''),
    returns: Number(returns),
    set: flags.includes('s'),
    variadic: flags.includes('v'),
    defaults: Number(/\d+$/.exec(flags)?.[0] ?? 0),
    orderedSet: flags.includes('o'),
    outputs:
      outputs === ''
        ? []
        : outputs.split(',').map((output) => {
            const [column = '', type = '0'] = output.split(':')
            return { name: column, type: Number(type) }
          }),
  }
}

/** The functions that Postgres brings along by that name (pg_catalog). */
export const builtinFunctions = index(FUNCTIONS, '|', parseRoutine)

/** The operators that Postgres brings along by that name. */
export const builtinOperators = index(OPERATORS, ' ', (line): Operator => {
  const [, left, right, result] = line.split(' ')
  const args = left === '0' ? [Number(right)] : [Number(left), Number(right)]
  return { args, result: Number(result) }
})

let typesById: Map<TypeId, BuiltinType> | undefined
let typesByName: Map<string, BuiltinType> | undefined

function loadTypes(): Map<TypeId, BuiltinType> {
  typesById = new Map()
  typesByName = new Map()
  for (const line of lines(TYPES)) {
    const [id, name = '', kind = '', category = '', inner] = line.split(' ')
    const type: BuiltinType = {
      id: Number(id),
      name,
      kind,
      category: category[0] ?? 'X',
      preferred: category.endsWith('!'),
      ...(inner === undefined ? {} : { inner: Number(inner) }),
    }
    typesById.set(type.id, type)
    typesByName.set(name, type)
  }
  return typesById
}

/** The type that Postgres brings along by that OID (not an array). */
export function builtinType(id: TypeId): BuiltinType | undefined {
  return (typesById ?? loadTypes()).get(id)
}

/** The pg_catalog type of that name; for information_schema the name has the schema before it. */
export function builtinTypeByName(name: string): BuiltinType | undefined {
  if (typesByName === undefined) loadTypes()
  return typesByName?.get(name)
}

/** In which contexts a cast applies: `i`mplicit, `a`ssignment, `e`xplicit. */
export type CastContext = 'i' | 'a' | 'e'

let casts: Map<TypeId, Map<TypeId, CastContext>> | undefined

function loadCasts(): Map<TypeId, Map<TypeId, CastContext>> {
  const made = new Map<TypeId, Map<TypeId, CastContext>>()
  for (const line of lines(CASTS)) {
    const [source, target, context] = line.split(' ')
    const targets = made.get(Number(source)) ?? new Map<TypeId, CastContext>()
    made.set(Number(source), targets.set(Number(target), context as CastContext))
  }
  return made
}

/** The pg_cast entry from `source` to `target`. */
export function builtinCast(source: TypeId, target: TypeId): CastContext | undefined {
  casts ??= loadCasts()
  return casts.get(source)?.get(target)
}

let relations: Map<string, BuiltinRelation> | undefined
let relationsByRowType: Map<TypeId, BuiltinRelation> | undefined

function loadRelations(): Map<string, BuiltinRelation> {
  relations = new Map()
  relationsByRowType = new Map()
  for (const line of lines(RELATIONS)) {
    const [fullName = '', rowType, ...columns] = line.split(' ')
    const [name = '', schema = 'pg_catalog'] = fullName.split('.').reverse()
    const relation: BuiltinRelation = {
      schema,
      name,
      rowType: Number(rowType),
      columns: columns.map((column) => {
        const [columnName = '', type] = column.split(':')
        return { name: columnName, type: Number(type) }
      }),
    }
    relations.set(`${schema}.${name}`, relation)
    relationsByRowType.set(relation.rowType, relation)
  }
  return relations
}

/** A table or view of pg_catalog or information_schema. */
export function builtinRelation(schema: string, name: string): BuiltinRelation | undefined {
  return (relations ?? loadRelations()).get(`${schema}.${name}`)
}

/** The system relation whose row type this is. */
export function builtinRelationOfRow(type: TypeId): BuiltinRelation | undefined {
  if (relationsByRowType === undefined) loadRelations()
  return relationsByRowType?.get(type)
}
