import type { TSESTree } from '@typescript-eslint/utils'
import type { Relation } from '../../catalog/model.js'
import { within } from '../reach/site.js'
import type { Source } from './flow.js'
import type { BuilderFile } from './library.js'
import { memberName, unwrap } from './syntax.js'
import type { Place } from './tables.js'
import type { Comparison } from './uses.js'

/** A table under the names that an ORM's code has for it. */
export interface Model {
  readonly relation: Relation
  /** The column of a property. */
  column(key: string): Place | undefined
  /** The model that a property relates to. */
  related?(key: string): Model | undefined
}

/** How a library writes conditions as objects: `{ status: { in: [...] }, OR: [...] }`. */
export interface ConditionLanguage {
  /** Keys whose value is again a condition, or a list of them, on the same table: `AND`, `$or`. */
  readonly junctions: ReadonlySet<string>
  /** Keys of an operator's object: `{ in: [...] }`. */
  readonly operators: Readonly<Record<string, Comparison>>
  /** Keys of an operator's object whose value is again what a column may have: `{ not: ... }`. */
  readonly wrappers: ReadonlySet<string>
  /** Keys of a relation's condition that hold a condition on the related table: `some`, `is`. */
  readonly quantifiers?: ReadonlySet<string>
  /** Functions in place of a value: `In([...])`. */
  readonly functions?: Readonly<Record<string, Comparison>>
  /** Functions whose arguments are again what a column may have: `Not(...)`. */
  readonly functionWrappers?: ReadonlySet<string>
  /** Whether a list in place of a value means that it is one of these. */
  readonly listIsIn?: boolean
  /** The value behind what a library wraps it in. */
  readonly plain?: (value: Source) => Source
}

const DEPTH = 8

/** Reads a condition (or a list of them) on a model's table. */
export function readCondition(
  file: BuilderFile,
  model: Model,
  where: Source,
  language: ConditionLanguage,
  link: string,
  depth = DEPTH,
): void {
  if (depth === 0) return
  // `or({...}, {...})` in place of a condition.
  for (const source of language.functionWrappers ? file.flow.sources(where) : []) {
    if (
      source.node.type !== 'CallExpression' ||
      !language.functionWrappers?.has(calleeName(source.node) ?? '')
    )
      continue
    for (const argument of source.node.arguments) {
      readCondition(file, model, within(source, argument), language, link, depth - 1)
    }
  }
  for (const { key, value } of file.flow.entries(where)) {
    if (language.junctions.has(key)) {
      readCondition(file, model, value, language, link, depth - 1)
      continue
    }
    const place = model.column(key)
    if (place) {
      readOperand(file, place, value, language, link, depth - 1)
      continue
    }
    const related = model.related?.(key)
    if (related) readRelated(file, related, value, language, link, depth - 1)
  }
}

function readRelated(
  file: BuilderFile,
  model: Model,
  value: Source,
  language: ConditionLanguage,
  link: string,
  depth: number,
): void {
  readCondition(file, model, value, language, link, depth)
  for (const { key, value: inner } of file.flow.entries(value)) {
    if (language.quantifiers?.has(key)) readCondition(file, model, inner, language, link, depth)
  }
}

/** Reads what a column may have in a condition: a value, an object of operators, a list, a function's result. */
export function readOperand(
  file: BuilderFile,
  place: Place,
  value: Source,
  language: ConditionLanguage,
  link: string,
  depth = DEPTH,
): void {
  if (depth <= 0) return
  const { flow, uses } = file
  const next = (inner: Source): void => readOperand(file, place, inner, language, link, depth - 1)
  const compare = (comparison: Comparison, inner: Source): void =>
    uses.compare(place, comparisonOn(place, comparison), language.plain?.(inner) ?? inner, link)
  compare('equal', value)
  for (const source of flow.sources(value)) {
    const { node } = source
    if (node.type === 'ObjectExpression') {
      for (const { key, value: inner } of flow.entries(source)) {
        if (language.wrappers.has(key)) {
          next(inner)
          for (const element of flow.elements(inner)) next(element)
        } else if (Object.hasOwn(language.operators, key)) compare(language.operators[key]!, inner)
      }
    } else if (node.type === 'ArrayExpression') {
      if (language.listIsIn && !place.column.type.array) compare('in', source)
    } else if (node.type === 'CallExpression') {
      const name = calleeName(node)
      if (name === undefined) continue
      const comparison =
        language.functions && Object.hasOwn(language.functions, name) ? language.functions[name] : undefined
      for (const argument of node.arguments) {
        if (comparison) compare(comparison, within(source, argument))
        else if (language.functionWrappers?.has(name)) next(within(source, argument))
      }
    }
  }
}

function calleeName(call: TSESTree.CallExpression): string | undefined {
  const callee = unwrap(call.callee)
  if (callee.type === 'Identifier') return callee.name
  return callee.type === 'MemberExpression' ? memberName(callee) : undefined
}

/** `=` compares a column that is an array with an array. */
export function comparisonOn(place: Place, comparison: Comparison): Comparison {
  return place.column.type.array && comparison === 'equal' ? 'array' : comparison
}
