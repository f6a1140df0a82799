import type { LiteralUse, ParameterUse, SqlUse } from '../../sql/use.js'
import { analyzed } from './analyzed.js'
import type { ResultColumn, SqlAnalysis } from '../../sql/analyze/index.js'
import { Unreadable } from '../../sql/unreadable.js'
import type { CodeContext } from '../context.js'
import { elementsOf } from '../reach/collections.js'
import { reach } from '../reach/reach.js'
import type { Site } from '../reach/site.js'
import { insideOf } from '../text.js'
import type { SqlText } from '../text.js'
import type { Trace } from '../trace.js'
import type { CodeUse } from '../use.js'
import { elementStringsAt, placeOf, stringsAt } from '../values.js'
import type { StringValue } from '../values.js'
import type { Bindings } from './bindings.js'
import { isFilledIn } from './filledIn.js'
import type { Hole, Part } from './parts.js'
import { quoteIdentifier } from './parts.js'
import { stylesIn, translate } from './placeholders.js'
import type { Placeholder, Style } from './placeholders.js'
import { fragmentChoices, MARK, render } from './render.js'
import type { Choices, Rendered } from './render.js'
import { mentions, vocabularyOf } from './vocabulary.js'

/** SQL of the linted file, with the values that go with it. */
export interface Unit {
  /** The expression that makes the SQL. */
  readonly site: Site
  readonly parts: readonly Part[]
  readonly bindings?: Bindings
  /** How it is known to be SQL, in words. */
  readonly link: string
  /** For a piece that is no whole statement: the statements that it may be a piece of, likelier ones first, as text before and after it. */
  readonly frames?: readonly (readonly [before: string, after: string])[]
}

/** The readings of one text are tried at most this often. */
const MAX_TRIES = 24

/** A reading of the text that Postgres's grammar accepts. */
interface Accepted {
  readonly text: SqlText
  readonly analysis: SqlAnalysis
  /** What stands for parameter `n`. */
  source(number: number): Source | undefined
}

/** Where the value of a parameter is written. */
interface Source {
  readonly sites: readonly Site[]
  /** True where an array becomes a list of values. */
  readonly spreads: boolean
  /** True where the sites are the elements of the array that is bound. */
  readonly elements: boolean
  /** True where they are put into the text, quotes and all. */
  readonly isText?: boolean
}

/** The strings of a unit that meet a value set. Never throws for what the unit holds. */
export function usesOfUnit(unit: Unit, context: CodeContext, trace?: Trace): CodeUse[] {
  if (context.project.catalog === undefined) return []
  const [first, ...others] = fragmentChoices(unit.parts).map((f) => usesOfVariant(unit, f, context, trace))
  const all = [first, ...others]
  if (first === undefined)
    all.push(...fragmentChoices(unit.parts, true).map((f) => usesOfVariant(unit, f, context, trace)))
  return all.flatMap((uses) => uses ?? [])
}

/** Undefined where it was not checked. */
function usesOfVariant(
  unit: Unit,
  fragments: Choices['fragments'],
  context: CodeContext,
  trace: Trace | undefined,
): readonly CodeUse[] | undefined {
  let outcome: Outcome | undefined
  // The first statement that it can be a piece of.
  for (const frame of unit.frames ?? [undefined]) {
    const next = usesOfReading(unit, fragments, frame, context)
    outcome ??= next
    if (next.uses === undefined) continue
    outcome = next
    break
  }
  if (outcome === undefined) return undefined
  trace?.({ range: unit.site.at.range, message: outcome.message, sql: outcome.sql })
  return outcome.uses
}

/**
 * The columns that a unit returns; undefined where they are not known, or differ between the ways to put the text together. Never throws
 * for what the unit holds.
 */
export function resultOfUnit(unit: Unit, context: CodeContext): readonly ResultColumn[] | undefined {
  const { catalog } = context.project
  if (catalog === undefined) return undefined
  const choices = fragmentChoices(unit.parts)
  if (choices.length > MAX_RESULTS || unit.frames !== undefined) return undefined
  const results = choices.map((fragments) => {
    const first = render(unit.parts, { fragments, readings: new Map() })
    if (!mentions(first.text.text, vocabularyOf(catalog))) return undefined
    const accepted = accept(unit, fragments, first, undefined, context)
    if (accepted instanceof Unreadable || accepted.analysis.refusals.length > 0) return undefined
    return accepted.analysis.result
  })
  const [result] = results
  return result && results.every((other) => isSameResult(result, other)) ? result : undefined
}

/** Ways to put a text together whose results are compared: each is a parse. */
const MAX_RESULTS = 4

function isSameResult(one: readonly ResultColumn[], other: readonly ResultColumn[] | undefined): boolean {
  return (
    one.length === other?.length &&
    one.every(({ name, type, values }, i) => {
      const { name: otherName, type: otherType, values: otherValues } = other[i]!
      const isSameType = type?.oid === otherType?.oid && type?.array === otherType?.array
      return name === otherName && isSameType && values === otherValues
    })
  )
}

interface Outcome {
  /** Undefined where it was not checked. */
  readonly uses?: readonly CodeUse[]
  /** A full sentence for the trace. */
  readonly message: string
  readonly sql: string
}

function usesOfReading(
  unit: Unit,
  fragments: Choices['fragments'],
  frame: readonly [string, string] | undefined,
  context: CodeContext,
): Outcome {
  const first = render(unit.parts, { fragments, readings: new Map() })
  const sql = frame === undefined ? first.text.text : frame.join(first.text.text)
  if (!mentions(sql + boundNames(unit, sql), vocabularyOf(context.project.catalog!))) {
    const message =
      'It names no table, type or function of the catalog that has to do with a closed set of values.'
    return { message, sql }
  }
  const accepted = accept(unit, fragments, first, frame, context)
  if (accepted instanceof Unreadable) {
    return {
      message: `It was not checked, because it could not be read as PostgreSQL: ${accepted.reason}.`,
      sql,
    }
  }
  const { uses: met, refusals, unknownRelations } = accepted.analysis
  const [refusal] = refusals
  if (refusal !== undefined) {
    // Not meant for this database, or read otherwise than it is meant.
    const message = `It was not checked, because Postgres would refuse it: ${refusal.message}.`
    return { message, sql: accepted.text.text }
  }
  const uses = met.flatMap((use) => codeUses(use, accepted, unit))
  const count = `${uses.length} ${uses.length === 1 ? 'string meets' : 'strings meet'} a closed set of values`
  const unknown = unknownRelations.length > 0 ? `; not in the catalog: ${unknownRelations.join(', ')}` : ''
  return { uses, message: `Read as ${unit.link}: ${count}${unknown}.`, sql: accepted.text.text }
}

/**
 * The first reading that Postgres accepts: placeholders in the style of the values, then holes one by one. Where there is none, the first
 * that its grammar accepts.
 */
function accept(
  unit: Unit,
  fragments: Choices['fragments'],
  first: Rendered,
  frame: readonly [string, string] | undefined,
  context: CodeContext,
): Accepted | Unreadable {
  const readings = new Map<Hole, number>()
  let rendered = first
  let parsed: Accepted | undefined
  let failure: Unreadable | undefined
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const framed = frame === undefined ? rendered.text : rendered.text.wrap(...frame)
    const shift = frame === undefined ? 0 : frame[0].length
    const result = acceptStyles(framed, rendered, unit.bindings, context)
    let offset = Infinity
    if (result instanceof Unreadable) {
      failure ??= result
      offset = (result.offset ?? Infinity) - shift
    } else {
      if (result.analysis.refusals.length === 0) return result
      parsed ??= result
    }
    const next = nextHole(rendered, readings, offset)
    if (next === undefined) break
    readings.set(next, (readings.get(next) ?? 0) + 1)
    rendered = render(unit.parts, { fragments, readings })
  }
  return parsed ?? failure ?? new Unreadable('there is no way to read it')
}

/** The hole to read otherwise: the last one before the error that has a reading left, else the next one behind it. */
function nextHole(
  rendered: Rendered,
  readings: ReadonlyMap<unknown, number>,
  offset: number,
): Hole | undefined {
  const open = rendered.holes.filter((h) => (readings.get(h.hole) ?? 0) + 1 < h.readings.length)
  return (open.findLast((h) => h.start <= offset) ?? open[0])?.hole
}

/** Tries the styles of placeholders: the one that the values ask for first. */
function acceptStyles(
  text: SqlText,
  rendered: Rendered,
  bindings: Bindings | undefined,
  context: CodeContext,
): Accepted | Unreadable {
  const catalog = context.project.catalog!
  let failure: Unreadable | undefined
  const numbered = numbersIn(text).some((n) => !rendered.parameters.has(n))
  for (const style of stylesFor(text, bindings, numbered)) {
    const first = 1 + Math.max(...rendered.parameters.keys(), 900, ...numbersIn(text))
    const translated =
      style === undefined
        ? { text, placeholders: [] }
        : translate(
            text,
            style,
            first,
            (p) => identifierOf(p, bindings),
            keysOf(bindings),
            (index) => cellsOf(index, bindings).map((row) => row.length),
          )
    const analysis = analyzed(translated.text.text, catalog)
    const { unreadable } = analysis
    if (unreadable !== undefined) {
      // The offsets of a translated text are others.
      if (style === undefined) failure = unreadable
      failure ??= new Unreadable(unreadable.reason)
      continue
    }
    return {
      text: translated.text,
      analysis,
      source: (number) => sourceOf(number, rendered, translated.placeholders, bindings),
    }
  }
  return failure!
}

/** The keys of the object that the values are in; none where there may be more. */
function keysOf(bindings: Bindings | undefined): string[] {
  const { named } = bindings ?? {}
  return named?.complete === true ? [...new Set(named.entries.map((e) => e.key))] : []
}

function numbersIn(text: SqlText): number[] {
  return [...text.text.matchAll(/\$(\d{1,6})/g)].map((m) => Number(m[1]))
}

/** The styles to try; undefined stands for the text as it is. `numbered`: it has numbers that are not ours. */
function stylesFor(text: SqlText, bindings: Bindings | undefined, numbered: boolean): (Style | undefined)[] {
  const styles = stylesIn(text, bindings?.percent === true)
  if (styles.length === 0) return [undefined]
  if (bindings?.percent === true) return ['%L']
  if (bindings?.positional !== undefined) {
    if (numbered) return ['$1', undefined]
    if (styles.includes('?')) return ['?', undefined, ...styles]
  }
  if (bindings?.named !== undefined)
    return [...styles.filter((s) => s !== '?' && s !== '$1'), undefined, ...styles]
  return [...(numbered ? (['$1'] as const) : []), undefined, ...styles]
}

/** Names that placeholders (`??`, `:table:`) put in. */
function boundNames(unit: Unit, text: string): string {
  if (!/\?\?|:\w+:|\$\d+(?:~|:name)|%(?:\d+\$)?I/.test(text)) return ''
  const sites = [
    ...(unit.bindings?.positional?.elements ?? []),
    ...(unit.bindings?.named?.entries ?? []).map((e) => e.value),
  ]
  return sites
    .map(
      (s) =>
        ` ${stringsAt(s)
          .values.map((v) => v.value)
          .join(' ')}`,
    )
    .join('')
}

/** The name that an identifier placeholder (`??`, `:name:`) stands for, quoted. */
function identifierOf(
  place: { index?: number; name?: string },
  bindings: Bindings | undefined,
): string | undefined {
  const site = bindingSites(place, bindings)[0]
  if (site === undefined) return undefined
  const { values, complete } = stringsAt(site)
  if (!complete || values.length !== 1) return undefined
  return values[0]!.value.split('.').map(quoteIdentifier).join('.')
}

function bindingSites(
  place: { index?: number; name?: string },
  bindings: Bindings | undefined,
): readonly Site[] {
  if (place.name !== undefined) {
    const { entries = [] } = bindings?.named ?? {}
    const named = entries.filter((e) => e.key === place.name)
    // Deno's client leaves case aside.
    const alike =
      named.length > 0 ? named : entries.filter((e) => e.key.toLowerCase() === place.name!.toLowerCase())
    return alike.map((e) => e.value)
  }
  const { positional } = bindings ?? {}
  if (place.index === undefined || positional === undefined || place.index >= positional.certain) return []
  return [positional.elements[place.index]!]
}

function sourceOf(
  number: number,
  rendered: Rendered,
  placeholders: readonly Placeholder[],
  bindings: Bindings | undefined,
): Source | undefined {
  if (rendered.parameters.has(number)) {
    const bound = rendered.parameters.get(number)
    if (bound === undefined || (bound.array !== undefined && bound.array !== bindings?.array))
      return undefined
    return {
      sites: bound.sites,
      spreads: true,
      elements: bound.elements === true,
      isText: bound.isText === true,
    }
  }
  const placeholder = placeholders.find((p) => p.number === number)
  if (placeholder === undefined) return undefined
  const { cell, index } = placeholder
  if (cell !== undefined && index !== undefined) {
    const site = cellsOf(index, bindings)[cell[0]]?.[cell[1]]
    return { sites: site === undefined ? [] : [site], spreads: true, elements: false }
  }
  return { sites: bindingSites(placeholder, bindings), spreads: placeholder.spreads, elements: false }
}

/** The values of each row of the list of rows that a positional value is; none for anything else. */
function cellsOf(index: number, bindings: Bindings | undefined): readonly (readonly Site[])[] {
  const [list] = bindingSites({ index }, bindings)
  if (list === undefined) return []
  const rows = elementsOf(list).elements
  const isRow = (row: Site): boolean => reach(row).sites.every(({ node }) => node.type === 'ArrayExpression')
  if (!rows.every(isRow)) return []
  return rows.map((row) => elementsOf(row)).map(({ elements, certain }) => elements.slice(0, certain))
}

function codeUses(use: SqlUse, accepted: Accepted, unit: Unit): CodeUse[] {
  return use.type === 'literal' ? literalUses(use, accepted, unit) : parameterUses(use, accepted, unit)
}

function base(use: SqlUse, unit: Unit): Pick<CodeUse, 'kind' | 'effect' | 'valueSet' | 'target' | 'link'> {
  return { kind: use.kind, effect: use.effect, valueSet: use.valueSet, target: use.target, link: unit.link }
}

function literalUses(use: LiteralUse, accepted: Accepted, unit: Unit): CodeUse[] {
  const { text } = accepted
  const holes = text.holesIn(use.start, use.end)
  if (holes.length > 0 || use.value.includes(MARK)) return quotedHoleUses(use, accepted, unit)
  if (isFilledIn(use.value)) return []
  const literal = text.quotedLiteral(use.start, use.end)
  const edit = literal ?? text.edit(use.start, use.end, insideOf(use))
  const declared = text.declaredAt(use.start)
  return [
    {
      ...base(use, unit),
      value: use.value,
      range: literal?.range ?? text.rangeOf(use.start, use.end),
      ...(edit === undefined ? {} : { edit }),
      ...(declared === undefined ? {} : { declared }),
    },
  ]
}

/** A value put into quotes: `'${status}'`. The string is known where what stands in the hole is. */
function quotedHoleUses(use: LiteralUse, accepted: Accepted, unit: Unit): CodeUse[] {
  const { text } = accepted
  const [only, ...others] = text.holesIn(use.start, use.end)
  if (only === undefined || others.length > 0) return []
  const mark = text.text.slice(only.start, only.end)
  const whole = use.value === mark
  // A value with a quote ends the constant that it stands in.
  const values = stringsAt(only.hole).values.filter(({ value }) => !value.includes("'"))
  return values.flatMap((value): CodeUse[] => {
    const { edit, ...place } = placeOf(value)
    const text = use.value.replace(mark, () => value.value)
    // `'{${list.join(',')}}'`: several elements of an array literal, or what would have to be read as one.
    const elements = use.arrayElement ? elementsOfLiteral(text) : [text]
    const isOne = whole && elements.length === 1
    return elements.map((element) => ({
      ...base(use, unit),
      ...place,
      value: element,
      ...(isOne && edit !== undefined ? { edit } : {}),
    }))
  })
}

/** What text is inside an array literal: its elements, none where it has quotes or braces of its own. */
function elementsOfLiteral(text: string): string[] {
  if (/[{}"\\]/.test(text)) return []
  const elements = text.split(',').map((element) => element.trim())
  return elements.filter((element) => element !== '' && element.toLowerCase() !== 'null')
}

function parameterUses(use: ParameterUse, accepted: Accepted, unit: Unit): CodeUse[] {
  const source = accepted.source(use.number)
  if (source === undefined) return []
  const values: StringValue[] = source.sites.flatMap((site) =>
    boundStrings(site, use.array && !source.elements, source.spreads),
  )
  return values.flatMap((value): CodeUse[] => {
    const quoted = source.isText === true && value.value.includes("'")
    if (!quoted) return [{ ...base(use, unit), ...placeOf(value), value: value.value }]
    const constant = /^\s*'((?:[^'\\]|'')*)'\s*$/.exec(value.value)?.[1]
    const { edit: _, ...place } = placeOf(value)
    return constant === undefined
      ? []
      : [{ ...base(use, unit), ...place, value: constant.replaceAll("''", "'") }]
  })
}

/** The strings that a bound value brings to a value set. */
function boundStrings(site: Site, array: boolean, spreads: boolean): readonly StringValue[] {
  if (array) return elementStringsAt(site)
  const isArray = reach(site).sites.some((s) => s.node.type === 'ArrayExpression')
  if (isArray) return spreads ? elementsOf(site).elements.flatMap((e) => stringsAt(e).values) : []
  const { values } = stringsAt(site)
  return values.length > 0 || !spreads ? values : elementStringsAt(site)
}
