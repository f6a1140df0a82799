import type { Catalog, ValueSet } from '../../catalog/model.js'
import type { Declaration } from './declaration.js'
import { allEnums } from './lookup.js'
import type { Found } from './lookup.js'
import { wordsOf } from './typescript.js'
import { setsByValue } from './valueIndex.js'

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
  const key = nameKeys(name).find((one) => byName(catalog).has(one))
  const [valueSet, ...others] = key === undefined ? [] : byName(catalog).get(key)!
  if (!valueSet || others.length > 0 || !holdsMost(declaration, valueSet)) return undefined
  if (isOfAnother(declaration, valueSet, catalog)) return undefined
  return {
    valueSet,
    target: {},
    link: `same name as enum ${valueSet.name}, and most of its values`,
    isDefinition: false,
  }
}

/** Whether all that a declaration lists are values of one other set, and not of this one: then it repeats the other, whatever it is called. */
function isOfAnother({ entries }: Declaration, { values }: ValueSet, catalog: Catalog): boolean {
  if (entries.every(({ value }) => values.some((label) => label.value === value))) return false
  const byValue = setsByValue(catalog)
  const [first, ...rest] = entries.map(({ value }) => byValue.get(value) ?? [])
  return first?.some((set) => rest.every((sets) => sets.includes(set))) === true
}

/** Whether a declaration's name may be that of an enum type. */
export function isEnumName(catalog: Catalog, name: string): boolean {
  return nameKeys(name).some((key) => byName(catalog).has(key))
}

function byName(catalog: Catalog): ReadonlyMap<string, readonly ValueSet[]> {
  let known = enumsByName.get(catalog)
  if (!known) {
    const map = new Map<string, ValueSet[]>()
    for (const set of allEnums(catalog)) {
      const key = enumKey(set.name)
      map.set(key, [...(map.get(key) ?? []), set])
    }
    enumsByName.set(catalog, (known = map))
  }
  return known
}

/** The name of an enum type without case, separators, a plural's ending, and the word `enum` around it. */
function enumKey(name: string): string {
  const words = lowerWords(name)
  while (words.length > 1 && words[0] === 'enum') words.shift()
  while (words.length > 1 && words.at(-1) === 'enum') words.pop()
  return keyOf(words)
}

/** The names of enum types that a declaration's name may stand for: itself, and what is left without the words around it; the longest first. */
function nameKeys(name: string): string[] {
  const words = lowerWords(name)
  const keys: string[] = []
  for (let start = 0; start < words.length; start++) {
    if (start > 0 && !AROUND.has(words[start - 1]!)) break
    for (let end = words.length; end > start; end--) {
      if (end < words.length && !AROUND.has(words[end]!)) break
      keys.push(keyOf(words.slice(start, end)))
    }
  }
  return keys
}

function lowerWords(name: string): string[] {
  return wordsOf(name).map((word) => word.toLowerCase())
}

function keyOf(words: readonly string[]): string {
  return [...words.slice(0, -1), singular(words.at(-1) ?? '')].join('')
}

function singular(word: string): string {
  if (/(ss|x|z|ch|sh|us)es$/.test(word)) return word.slice(0, -2)
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`
  return /[^su]s$/.test(word) ? word.slice(0, -1) : word
}

/** At least two thirds of the set's values are listed, and two thirds of what is listed are the set's values; two at least. */
export function holdsMost({ entries }: Pick<Declaration, 'entries'>, { values }: ValueSet): boolean {
  const labels = new Set(values.map(({ value }) => value))
  const listed = new Set(entries.map(({ value }) => value))
  const shared = [...listed].filter((value) => labels.has(value)).length
  return shared >= 2 && shared * 3 >= labels.size * 2 && shared * 3 >= listed.size * 2
}
