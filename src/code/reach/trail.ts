import { MAX_DEPTH } from './site.js'
import type { Reached, Site } from './site.js'

/** Bounds one question: how deep, and how many steps in all. */
export interface Trail {
  readonly depth: number
  readonly budget: { left: number; readonly imports: boolean }
}

const MAX_STEPS = 2000

/** `imports`: whether names are followed into imported files, which have to be parsed for it. */
export function newTrail(imports = true): Trail {
  return { depth: 0, budget: { left: MAX_STEPS, imports } }
}

/** One step further; undefined where the bounds are reached. */
export function step(trail: Trail): Trail | undefined {
  if (trail.depth >= MAX_DEPTH || trail.budget.left-- <= 0) return undefined
  return { depth: trail.depth + 1, budget: trail.budget }
}

export function union(parts: readonly Reached[]): Reached {
  return { sites: parts.flatMap((p) => p.sites), complete: parts.every((p) => p.complete) }
}

export function exactly(site: Site): Reached {
  return { sites: [site], complete: true }
}
