import type { ValueSet } from '../../catalog/model.js'
import { type Analysis, type Constant, type Expr, type Meeting } from './state.js'
import { jsonObjects } from './jsonText.js'
import { BPCHAR, type Field, type TypeId } from './types.js'
import { arrayMembers, multirangeBounds, rangeBounds, rowFields, type Piece } from './literalText.js'
import { columnTarget, domainSetOf, enumSetOf } from './valueSets.js'

/** A string and where it is written in the analysed text. */
export interface Located {
  readonly value: string
  readonly start: number
  readonly end: number
  readonly inside: boolean
  /** Set where it is a string of JSON. */
  readonly json?: true
  offsetOf(index: number): number
}

function inner(outer: Located, piece: Piece): Located {
  const end = outer.offsetOf(piece.end)
  return {
    value: piece.value,
    start: outer.offsetOf(piece.start),
    end,
    inside: true,
    offsetOf: (index) => (index < piece.map.length ? outer.offsetOf(piece.map[index]!) : end),
  }
}

const has = (set: ValueSet, value: string): boolean => set.values.some((label) => label.value === value)

function report(analysis: Analysis, at: Located, valueSet: ValueSet, meeting: Meeting): void {
  analysis.add({
    type: 'literal',
    kind: meeting.kind,
    effect: 'reject',
    value: at.value,
    valueSet,
    target: meeting.target ?? {},
    start: at.start,
    end: at.end,
    ...(at.inside ? { arrayElement: true } : {}),
    ...(at.json ? { json: true } : {}),
    ...(meeting.atRunTime ? { atRunTime: true } : {}),
  })
}

function meetLocated(analysis: Analysis, at: Located, type: TypeId, meeting: Meeting): void {
  const { types } = analysis
  const base = types.base(type)
  const labels = enumSetOf(types, base)
  const domain = base === type ? undefined : domainSetOf(types, type)
  if (labels !== undefined) report(analysis, at, labels, meeting)
  if (domain !== undefined && (labels === undefined || has(labels, at.value))) {
    report(analysis, at, domain, meeting)
  }
  const element = types.element(base)
  if (element !== undefined) {
    for (const member of arrayMembers(at.value)) meetLocated(analysis, inner(at, member), element, meeting)
    return
  }
  const isMultirange = types.isMultirange(base)
  if (isMultirange || types.isRange(base)) {
    const subtype = types.subtype(base)
    if (subtype === undefined || !types.isEnum(types.base(subtype))) return
    const bounds = isMultirange ? multirangeBounds(at.value) : rangeBounds(at.value)
    for (const bound of bounds ?? []) meetLocated(analysis, inner(at, bound), subtype, meeting)
    return
  }
  if (!types.isComposite(base)) return
  const fields = types.fields(base)
  const pieces = rowFields(at.value)
  if (fields === undefined) return
  if (pieces?.length !== fields.length) return
  pieces.forEach((piece, i) => {
    if (piece !== null) meetLocated(analysis, inner(at, piece), fields[i]!.type, meeting)
  })
}

function locate({ value, start, analysis }: Constant): Located | undefined {
  if (value === null || analysis === undefined) return undefined
  const found = analysis.constantAt(start)
  if (found === undefined || found.value !== value) return undefined
  return { ...found, inside: false }
}

/** A text is read as a value of `type`, and, where `check` limits the place, as one of its values. */
export function meetText(
  analysis: Analysis,
  at: Located,
  type: TypeId,
  meeting: Meeting,
  check: ValueSet | undefined,
): void {
  meetLocated(analysis, at, type, meeting)
  const labels = enumSetOf(analysis.types, type)
  if (check !== undefined && (labels === undefined || has(labels, at.value)))
    report(analysis, at, check, meeting)
}

/** A constant of yet unknown type is read as a value of `type`: the input function of the type runs. */
export function meetConstant(constant: Constant, type: TypeId, meeting: Meeting): void {
  const at = locate(constant)
  if (at !== undefined && constant.analysis !== undefined) meetLocated(constant.analysis, at, type, meeting)
}

/** A constant of JSON becomes a row: each string of it is read as a value of the field that it is the member for. */
export function meetJson(constant: Constant, fields: readonly Field[], meeting: Meeting): void {
  const { analysis } = constant
  const at = locate(constant)
  if (at === undefined || analysis === undefined) return
  const { types } = analysis
  for (const { key, isList, strings } of jsonObjects(at.value).flat()) {
    const field = fields.find(({ name }) => name === key)
    const type = field && isList ? types.baseElement(field.type) : field?.type
    if (field === undefined || type === undefined || types.baseElement(type) !== undefined) continue
    if (types.isComposite(type)) continue
    const { relation, name } = field
    const target = relation && columnTarget(types, relation, name)
    for (const piece of strings)
      meetLocated(analysis, { ...inner(at, piece), json: true }, type, { ...meeting, target })
  }
}

/** A parameter of yet unknown type becomes one of `type`. */
export function meetParameter(
  analysis: Analysis,
  parameter: NonNullable<Expr['parameter']>,
  type: TypeId,
  meeting: Meeting,
): void {
  const { types } = analysis
  const element = types.baseElement(type)
  const member = element ?? type
  const domain = domainSetOf(types, member)
  const valueSet = domain ?? enumSetOf(types, member)
  if (valueSet === undefined) return
  analysis.add({
    type: 'parameter',
    kind: meeting.kind,
    effect: 'reject',
    number: parameter.number,
    array: element !== undefined,
    valueSet,
    target: meeting.target ?? {},
    start: parameter.start,
    end: parameter.end,
  })
}

/** A string with a position: what a closed set of strings is compared with, or what is written where a CHECK decides. */
interface Candidate {
  readonly expr: Expr
  /** The strings are the members of this array. */
  readonly array: boolean
  /** Strings outside the set that are as good. */
  readonly others?: ReadonlySet<string>
}

function addChecked(
  analysis: Analysis,
  { expr, array, others }: Candidate,
  valueSet: ValueSet,
  effect: 'reject' | 'never-match',
  meeting: Meeting,
  labels: ValueSet | undefined,
): void {
  const { parameter, constant } = expr
  const atRunTime = meeting.atRunTime === true ? { atRunTime: true } : {}
  const common = { kind: meeting.kind, effect, valueSet, target: meeting.target ?? {}, ...atRunTime }
  if (parameter !== undefined) {
    if (labels !== undefined || others !== undefined) return
    const { number, start, end } = parameter
    analysis.add({ type: 'parameter', ...common, number, array, start, end })
    return
  }
  const at = constant === undefined ? undefined : locate(constant)
  if (at === undefined || constant?.analysis === undefined) return
  const strings = array ? arrayMembers(at.value).map((member) => inner(at, member)) : [at]
  for (const { value, start, end, inside } of strings) {
    // What the enum itself lacks has been reported as that already.
    if ((labels !== undefined && !has(labels, value)) || others?.has(value)) continue
    // bpchar leaves blanks at the end aside.
    if (analysis.types.base(expr.type) === BPCHAR && value.endsWith(' ')) continue
    constant.analysis.add({
      type: 'literal',
      ...common,
      value,
      start,
      end,
      ...(inside ? { arrayElement: true } : {}),
    })
  }
}

/**
 * A typed expression meets a closed set of strings (a CHECK, a domain's, or the text form of an enum): its constants,
 * and with `branches` those of CASE and COALESCE, become uses. `others` are strings that may be met beside those of the set.
 */
export function meetSet(
  analysis: Analysis,
  expr: Expr,
  valueSet: ValueSet,
  effect: 'reject' | 'never-match',
  meeting: Meeting,
  options: {
    branches?: boolean
    array?: boolean
    labels?: ValueSet | undefined
    others?: ReadonlySet<string>
  } = {},
): void {
  if (expr.members !== undefined) {
    meetSet(analysis, expr.members, valueSet, effect, meeting, { ...options, array: true })
    return
  }
  if (options.array === true && expr.elements !== undefined) {
    for (const element of expr.elements) {
      meetSet(analysis, element, valueSet, effect, meeting, { ...options, array: false })
    }
    return
  }
  if (options.branches === true && expr.branches !== undefined) {
    for (const branch of expr.branches) meetSet(analysis, branch, valueSet, effect, meeting, options)
    return
  }
  const { array = false, labels, others } = options
  addChecked(analysis, { expr, array, ...(others && { others }) }, valueSet, effect, meeting, labels)
}
