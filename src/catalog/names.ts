import type { QualifiedName } from './model.js'

/**
 * A character that no migration uses in a name: it stands in names that a migration puts together from what can't be
 * known, such as today's date. Those are of partitions mostly, and nobody can write them.
 */
export const UNKNOWN_MARK = '\uE000'

/** NAMEDATALEN - 1 */
const MAX_BYTES = 63

function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

/** The longest prefix of whole characters of at most `bytes` UTF-8 bytes. */
function clip(text: string, bytes: number): string {
  // A character of UTF-16 takes at most three bytes.
  if (text.length * 3 <= bytes || byteLength(text) <= bytes) return text
  let used = 0
  let end = 0
  for (const character of text) {
    used += byteLength(character)
    if (used > bytes) break
    end += character.length
  }
  return text.slice(0, end)
}

/** An identifier cut to 63 bytes, as Postgres cuts every name it reads. */
export function truncateName(name: string): string {
  return clip(name, MAX_BYTES)
}

export function truncateQualified<T extends QualifiedName>(name: T): T {
  const short = truncateName(name.name)
  const schema = name.schema === undefined ? undefined : truncateName(name.schema)
  if (short === name.name && schema === name.schema) return name
  return schema === undefined ? { ...name, name: short } : { ...name, name: short, schema }
}

/**
 * `name1_name2_label`, the longer of the two names shortened until it fits: makeObjectName of
 * src/backend/commands/indexcmds.c.
 */
export function makeObjectName(name1: string, name2: string | undefined, label: string | undefined): string {
  let overhead = 0
  if (name2 !== undefined) overhead++
  if (label !== undefined) overhead += byteLength(label) + 1
  const available = MAX_BYTES - overhead
  let length1 = byteLength(name1)
  let length2 = name2 === undefined ? 0 : byteLength(name2)
  while (length1 + length2 > available) {
    if (length1 > length2) length1--
    else length2--
  }
  let name = clip(name1, length1)
  if (name2 !== undefined) name += `_${clip(name2, length2)}`
  if (label !== undefined) name += `_${label}`
  return name
}

/** The first of `makeObjectName` with label, label1, label2, ... that is free. */
export function chooseName(
  name1: string,
  name2: string | undefined,
  label: string,
  isTaken: (name: string) => boolean,
): string {
  for (let pass = 0; ; pass++) {
    const name = makeObjectName(name1, name2, pass === 0 ? label : `${label}${pass}`)
    if (!isTaken(name)) return name
  }
}

/** The columns' names joined, cut once they fill a name: ChooseIndexNameAddition of indexcmds.c. */
export function joinColumnNames(columns: readonly string[]): string {
  let joined = ''
  for (const column of columns) {
    if (joined !== '') joined += '_'
    joined += column
    if (byteLength(joined) >= MAX_BYTES) break
  }
  return truncateName(joined)
}

/** How messages write a name: `schema.name`, or the name alone. */
export function printName(name: QualifiedName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`
}
