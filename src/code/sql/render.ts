import type { Site } from '../reach/site.js'
import { chunkOf, SqlText } from '../text.js'
import type { Chunk } from '../text.js'
import { countedValue } from './grown.js'
import { readingsAt } from './readings.js'
import type { Reading } from './readings.js'
import type { Hole, Part } from './parts.js'
import { regionAround, regionsOf } from './regions.js'

/** A hole as it was read. */
export interface RenderedHole {
  readonly hole: Hole
  readonly start: number
  readonly end: number
  /** The ways it can be read, likelier ones first. */
  readonly readings: readonly Reading[]
}

/** Parts made into SQL text. */
export interface Rendered {
  readonly text: SqlText
  readonly holes: readonly RenderedHole[]
  /** The expression that each parameter `$n` of ours stands for; undefined where it is not known. */
  readonly parameters: ReadonlyMap<number, Bound | undefined>
}

/** What one parameter stands for. */
export interface Bound {
  readonly sites: readonly Site[]
  /** True where the sites are the elements of the array that is bound. */
  readonly elements?: boolean
  /** True where they are put into the text: `'x'` stands for a constant there, with its quotes. */
  readonly isText?: boolean
  /** Set where it counts only if the query is given the array variable of this name. */
  readonly array?: string
}

/** Which fragment (by index) or reading each hole has; the first one where it is not among them. */
export interface Choices {
  readonly fragments: ReadonlyMap<Hole, number>
  readonly readings: ReadonlyMap<Hole, number>
}

/** What stands inside quotes for a value that is not known. */
export const MARK = 'pgenum_hole_'

/** Numbers of our own parameters start here, or behind the greatest that the text has. */
const FIRST_PARAMETER = 901

/** Makes SQL text of parts, each hole read as `choices` says. */
export function render(parts: readonly Part[], choices: Choices): Rendered {
  const chunks: Chunk[] = []
  const holes: RenderedHole[] = []
  const parameters = new Map<number, Bound | undefined>()
  let text = ''
  let next = FIRST_PARAMETER
  const whole = staticText(parts)
  let count = 0
  const add = (chunk: Chunk): void => {
    chunks.push(chunk)
    text += chunk.text
  }
  const parameter = (bound: Bound | undefined): string => {
    parameters.set(next, bound)
    return `$${next++}`
  }
  const renderHole = (hole: Hole, following: string): void => {
    const { site } = hole
    const inside = /['"$]|--|\/\*/.test(text) ? regionAround(regionsOf(text), text.length) : undefined
    if (inside !== undefined && !inside.closed) {
      const chosen = hole.fragments[choices.fragments.get(hole) ?? 0]
      // `'${list.join("', '")}'`: several constants.
      if (chosen !== undefined && staticText([...chosen]).includes("'")) return renderAll(chosen, following)
      return add({ text: `${MARK}${count++}_`, hole: site, at: site.at })
    }
    if (/\$$/.test(text)) {
      const counted = countedValue(site)
      const array = counted?.array === undefined ? {} : { array: counted.array }
      parameters.set(next, counted && { sites: counted.values, ...array })
      return add({ text: String(next++), at: site.at, hole: site })
    }
    if (hole.fragments.length > 0) {
      const chosen = hole.fragments[choices.fragments.get(hole) ?? 0] ?? []
      return renderAll(chosen, following)
    }
    if (/[\w\u0080-\uffff]$/.test(text) || /^[\w\u0080-\uffff]/.test(following)) {
      return add({ text: `${MARK}${count++}_`, hole: site, at: site.at })
    }
    const readings = readingsAt(hole, text, following, whole)
    const reading = readings[choices.readings.get(hole) ?? 0] ?? readings[0]!
    const start = text.length
    const made = reading.write({ name: `${MARK}${count++}_`, parameter })
    for (const piece of made) add({ at: site.at, hole: site, ...piece })
    holes.push({ hole, start, end: text.length, readings })
  }
  const renderAll = (list: readonly Part[], following: string): void => {
    list.forEach((part, i) => {
      if (part.type === 'text') add(chunkOf(part.source))
      else if (part.type === 'made') add({ text: part.text, at: part.at })
      else renderHole(part, textAfter(list, i) ?? following)
    })
  }
  renderAll(parts, '')
  return { text: new SqlText(chunks), holes, parameters }
}

/** All text that is written, for looking up what an alias stands for. */
function staticText(parts: readonly Part[]): string {
  return parts
    .map((p) => {
      if (p.type === 'text') return p.source.decoded.text
      return p.type === 'made' ? p.text : p.fragments.map(staticText).join(' ')
    })
    .join(' ')
}

/** The text right behind part `i`; undefined at the end. */
function textAfter(parts: readonly Part[], i: number): string | undefined {
  const after = parts[i + 1]
  if (after === undefined) return undefined
  if (after.type === 'hole') return ' '
  return after.type === 'text' ? after.source.decoded.text : after.text
}

const MAX_VARIANTS = 16

/**
 * The choices of fragments that show each fragment at least once: one more for each alternative, not every combination. With
 * `fallback` those that are for a text that can't be read otherwise.
 */
export function fragmentChoices(parts: readonly Part[], fallback = false): ReadonlyMap<Hole, number>[] {
  const variants: ReadonlyMap<Hole, number>[] = fallback ? [] : [new Map()]
  const collect = (list: readonly Part[], chosen: ReadonlyMap<Hole, number>): void => {
    for (const part of list) {
      if (part.type !== 'hole') continue
      part.fragments.forEach((fragment, i) => {
        if (variants.length >= MAX_VARIANTS) return
        if (i > 0 && fallback !== (part.fallback ?? false)) return
        const here = i === 0 ? chosen : new Map([...chosen, [part, i]])
        if (i > 0) variants.push(here)
        collect(fragment, here)
      })
    }
  }
  collect(parts, new Map())
  return variants
}
