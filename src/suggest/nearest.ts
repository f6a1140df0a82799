import { createRequire } from 'node:module'
import type { FormerValue } from '../catalog/model.js'

/** Values longer than this are not compared: the distance costs the product of both lengths. */
const MAX_LENGTH = 128
/** More than this many edits are another word, however long the words are. */
const MAX_EDITS = 4
/** A part of a value counts as near it from this many characters on. */
const MIN_PART = 4

let distance: typeof import('damerau-levenshtein').default | undefined

/** Edits between two texts. What counts them is loaded for the first value that is wrong: most runs find none. */
function editsBetween(a: string, b: string): number {
  distance ??= createRequire(import.meta.url)('damerau-levenshtein') as NonNullable<typeof distance>
  return distance(a, b).steps
}

/** `value` without what counts little: case, and the separators between words. */
export function withoutSpelling(value: string): string {
  return value.toLowerCase().replace(/[\s_./:-]+/g, '')
}

/** How many edits may lie between two words of these lengths so that one may be meant by the other. */
function allowedEdits(a: string, b: string): number {
  return Math.min(MAX_EDITS, Math.floor(Math.max(a.length, b.length) * 0.4))
}

/**
 * Edits between two values without their spelling; differences of spelling add a fraction below one. Undefined where
 * they are too far apart.
 */
function farness(value: string, candidate: string): number | undefined {
  const a = withoutSpelling(value)
  const b = withoutSpelling(candidate)
  if (a === '' || b === '' || a.length > MAX_LENGTH || b.length > MAX_LENGTH) return undefined
  const spelling = Math.min(editsBetween(value, candidate), 50) / 100
  const allowed = allowedEdits(a, b)
  if (Math.abs(a.length - b.length) <= allowed) {
    const steps = editsBetween(a, b)
    if (steps <= allowed) return steps + spelling
  }
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  const isPart = short.length >= MIN_PART && (long.startsWith(short) || long.endsWith(short))
  return isPart ? MAX_EDITS + 1 : undefined
}

/**
 * The candidates that may be meant by `value`, nearest first, at most three. Those that need clearly more edits than
 * the best are left out. Equally near ones stay in the order given.
 */
export function nearest(value: string, candidates: readonly string[]): string[] {
  const near: { candidate: string; far: number }[] = []
  for (const candidate of candidates) {
    const far = farness(value, candidate)
    if (far !== undefined) near.push({ candidate, far })
  }
  near.sort((a, b) => a.far - b.far)
  const best = Math.floor(near[0]?.far ?? 0)
  const limit = best === 0 ? 0 : best + 1
  return near
    .filter(({ far }) => Math.floor(far) <= limit)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** What `value` is called today, where a migration renamed it and the new name is still there. */
export function renamedTo(
  value: string,
  former: readonly FormerValue[],
  values: readonly string[],
): FormerValue | undefined {
  const last = former.findLast((one) => one.value === value)
  return last?.renamedTo !== undefined && values.includes(last.renamedTo) ? last : undefined
}

/** The one candidate that differs from `value` in case and separators alone; undefined where there are several or none. */
export function onlySpellingDiffers(value: string, candidates: readonly string[]): string | undefined {
  const key = withoutSpelling(value)
  if (key === '') return undefined
  const same = candidates.filter((candidate) => withoutSpelling(candidate) === key)
  return same.length === 1 ? same[0] : undefined
}
