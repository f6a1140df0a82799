import { canCoerceAll } from './coerce.js'
import { OPEN, UNKNOWN, type TypeId, type Types } from './types.js'

/** A function or operator that a call may mean, its arguments in the order of the call. */
export interface Candidate {
  readonly args: readonly TypeId[]
}

/** func_match_argtypes: what can take the given types at all. */
export function matching<T extends Candidate>(
  types: Types,
  given: readonly TypeId[],
  candidates: readonly T[],
): readonly T[] {
  return candidates.filter((candidate) => canCoerceAll(types, given, candidate.args, 'implicit'))
}

/** Those with the highest score; all where none scores. */
function best<T>(candidates: readonly T[], score: (candidate: T) => number): readonly T[] {
  let most = 0
  let kept: T[] = []
  for (const candidate of candidates) {
    const points = score(candidate)
    if (points > most || kept.length === 0) {
      most = points
      kept = [candidate]
    } else if (points === most) kept.push(candidate)
  }
  return kept
}

/** For each unknown argument the category its constants are taken to be of; undefined where that can't be said. */
function unknownSlots<T extends Candidate>(
  types: Types,
  input: readonly TypeId[],
  candidates: readonly T[],
): Map<number, { category: string; preferred: boolean }> | undefined {
  const slots = new Map<number, { category: string; preferred: boolean }>()
  for (const [i, type] of input.entries()) {
    if (type !== UNKNOWN) continue
    let slot: { category: string; preferred: boolean } | undefined
    let conflict = false
    for (const candidate of candidates) {
      const { category, preferred } = types.category(candidate.args[i]!)
      if (slot === undefined) slot = { category, preferred }
      else if (slot.category === category) slot.preferred ||= preferred
      else if (category === 'S') slot = { category, preferred }
      else conflict = true
    }
    if (slot === undefined || (conflict && slot.category !== 'S')) return undefined
    slots.set(i, slot)
  }
  return slots
}

/** func_select_candidate: the one candidate that Postgres prefers, or undefined where it finds none better than the rest. */
export function selectCandidate<T extends Candidate>(
  types: Types,
  given: readonly TypeId[],
  candidates: readonly T[],
): T | undefined {
  const input = given.map((type) => (type === UNKNOWN ? UNKNOWN : types.base(type)))
  let left = best(candidates, ({ args }) =>
    input.reduce((sum, type, i) => sum + (type !== UNKNOWN && args[i] === type ? 1 : 0), 0),
  )
  if (left.length === 1) return left[0]
  const categories = input.map((type) => types.category(type).category)
  left = best(left, ({ args }) =>
    input.reduce((sum, type, i) => {
      if (type === UNKNOWN) return sum
      if (args[i] === type) return sum + 1
      const { category, preferred } = types.category(args[i]!)
      return sum + (preferred && category === categories[i] ? 1 : 0)
    }, 0),
  )
  if (left.length === 1) return left[0]
  if (!input.includes(UNKNOWN)) return undefined
  const slots = unknownSlots(types, input, left)
  if (slots !== undefined) {
    const kept = left.filter(({ args }) =>
      [...slots].every(([i, slot]) => {
        const { category, preferred } = types.category(args[i]!)
        return category === slot.category && (!slot.preferred || preferred)
      }),
    )
    if (kept.length > 0) left = kept
    if (left.length === 1) return left[0]
  }
  const known = new Set(input.filter((type) => type !== UNKNOWN))
  if (known.size !== 1 || known.has(OPEN)) return undefined
  const [type] = known
  const same = input.map(() => type!)
  const fitting = left.filter(({ args }) => canCoerceAll(types, same, args, 'implicit'))
  return fitting.length === 1 ? fitting[0] : undefined
}
