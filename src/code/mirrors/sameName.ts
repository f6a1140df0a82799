import type { Catalog, ValueSet } from '../../catalog/model.js'
import type { Declaration } from './declaration.js'
import { allEnums } from './lookup.js'
import type { Found } from './lookup.js'
import { wordsOf } from './typescript.js'

/** Words that stand around an enum's name in the name of a mirror. */
const AROUND = new Set(
  'enum enums type types schema schemas value values list set options all pg db t e z valid'.split(' '),
)

const enumsByName = new WeakMap<Catalog, ReadonlyMap<string, readonly ValueSet[]>>()

/**
 * The enum type whose name a declaration bears (`WorkspaceStatus`, `WORKSPACE_STATUSES`, `workspaceStatusSchema` for
 * `workspace_status`), when the declaration holds most of its values. Undefined where two enums have that name.
 */
export function findByName(
  catalog: Catalog,
  declaration: Declaration,
  name: string | undefined,
): (Found & { link: string; isDefinition: false }) | undefined {
  if (name === undefined || !declaration.constant || declaration.kind === 'column') return undefined
  const sets = byName(catalog).get(nameKey(name))
  const [valueSet] = sets ?? []
  if (!valueSet || sets!.length !== 1 || !holdsMost(declaration, valueSet)) return undefined
  return {
    valueSet,
    target: {},
    link: `same name as enum ${valueSet.name}, and most of its values`,
    isDefinition: false,
  }
}

function byName(catalog: Catalog): ReadonlyMap<string, readonly ValueSet[]> {
  let known = enumsByName.get(catalog)
  if (!known) {
    const map = new Map<string, ValueSet[]>()
    for (const set of allEnums(catalog)) {
      const key = nameKey(set.name)
      map.set(key, [...(map.get(key) ?? []), set])
    }
    enumsByName.set(catalog, (known = map))
  }
  return known
}

/** A name without case, separators, the words around it, and a plural's ending. */
export function nameKey(name: string): string {
  const words = wordsOf(name).map((word) => word.toLowerCase())
  while (words.length > 1 && AROUND.has(words[0]!)) words.shift()
  while (words.length > 1 && AROUND.has(words.at(-1)!)) words.pop()
  words.push(singular(words.pop() ?? ''))
  return words.join('')
}

function singular(word: string): string {
  if (/(ss|x|z|ch|sh|us)es$/.test(word)) return word.slice(0, -2)
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`
  return /[^su]s$/.test(word) ? word.slice(0, -1) : word
}

/** At least two thirds of the set's values are listed, and two thirds of what is listed are the set's values; two at least. */
function holdsMost({ entries }: Declaration, { values }: ValueSet): boolean {
  const labels = new Set(values.map(({ value }) => value))
  const listed = new Set(entries.map(({ value }) => value))
  const shared = [...listed].filter((value) => labels.has(value)).length
  return shared >= 2 && shared * 3 >= labels.size * 2 && shared * 3 >= listed.size * 2
}
