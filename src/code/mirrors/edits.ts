import type { Range } from '../use.js'
import type { DeclaredEntry } from './declaration.js'
import type { Mirror } from './index.js'

/** A piece of text that replaces a range of the file. */
export interface TextEdit {
  readonly range: Range
  readonly text: string
}

/** What takes an entry out, with its separator, and with its line when it stands alone there. Undefined for the only one. */
export function removal(text: string, mirror: Mirror, entry: DeclaredEntry): TextEdit | undefined {
  const { separator } = mirror
  const [start, end] = entry.element
  const sep = separator === '|' ? '\\|' : ','
  const after = new RegExp(`^\\s*${sep}[^\\S\\n]*`).exec(text.slice(end, end + 200))
  const before = new RegExp(`\\s*${sep}\\s*$`).exec(text.slice(Math.max(0, start - 200), start))
  if (!entry.edit || mirror.entries.length < 2 || (!after && !before)) return undefined
  const line = lineOf(text, start)
  const alone = separator === '|' ? /^\s*\|\s*$/ : /^\s*$/
  const rest = text.slice(end, line.end)
  if (
    alone.test(text.slice(line.start, start)) &&
    /^\s*,?\s*(\/\/.*)?$/.test(rest) &&
    (after || separator === ',' || !rest.trim()) &&
    line.end < text.length
  ) {
    return { range: [line.start, line.end + 1], text: '' }
  }
  if (after && !/^\s*[\])}]/.test(text.slice(end + after[0].length))) {
    const gap = /^\s*/.exec(text.slice(end + after[0].length))![0].length
    return { range: [start, end + after[0].length + gap], text: '' }
  }
  return before ? { range: [start - before[0].length, end], text: '' } : undefined
}

/**
 * What adds the values that a mirror lacks, each behind the value that stands before it in the database. Undefined
 * where one of them can't be written.
 */
export function additions(text: string, mirror: Mirror, missing: readonly string[]): TextEdit[] | undefined {
  const order = mirror.valueSet.values.map((label) => label.value)
  const edits: TextEdit[] = []
  const behind = new Map<DeclaredEntry | undefined, string[]>()
  for (const value of order) {
    if (!missing.includes(value)) continue
    const written = mirror.write(value)
    if (written === undefined) return undefined
    const previous = predecessor(mirror, order, value)
    behind.set(previous, [...(behind.get(previous) ?? []), written])
  }
  for (const [entry, written] of behind) {
    edits.push(entry ? insertBehind(text, mirror, entry, written) : insertFirst(text, mirror, written))
  }
  return edits
}

/** The entry of the nearest value before this one in the database's order that the mirror lists. */
function predecessor(mirror: Mirror, order: readonly string[], value: string): DeclaredEntry | undefined {
  for (let i = order.indexOf(value) - 1; i >= 0; i--) {
    const entry = mirror.entries.find((one) => one.value === order[i])
    if (entry) return entry
  }
  return undefined
}

function insertBehind(
  text: string,
  mirror: Mirror,
  entry: DeclaredEntry,
  written: readonly string[],
): TextEdit {
  const [start, end] = entry.element
  const { separator } = mirror
  const line = lineOf(text, start)
  const lead = text.slice(line.start, start)
  if (!isLineStart(lead) || !isOnLines(text, mirror, entry)) {
    const glue = separator === '|' ? ' | ' : ', '
    return { range: [end, end], text: written.map((one) => glue + one).join('') }
  }
  const indent = /^\s*/.exec(lead)![0]
  if (separator === '|') {
    return { range: [end, end], text: written.map((one) => `\n${indent}| ${one}`).join('') }
  }
  const endLine = lineOf(text, end)
  if (/^\s*,\s*(\/\/.*|\/\*.*\*\/\s*)?$/.test(text.slice(end, endLine.end))) {
    return { range: [endLine.end, endLine.end], text: written.map((one) => `\n${indent}${one},`).join('') }
  }
  return { range: [end, end], text: written.map((one) => `,\n${indent}${one}`).join('') }
}

function insertFirst(text: string, mirror: Mirror, written: readonly string[]): TextEdit {
  const [start] = mirror.entries[0]!.element
  const line = lineOf(text, start)
  const lead = text.slice(line.start, start)
  const onLines = isLineStart(lead) && isOnLines(text, mirror, mirror.entries[0]!)
  const indent = /^\s*/.exec(lead)![0]
  const space = onLines ? `\n${indent}` : ' '
  const glue = mirror.separator === '|' ? `${space}| ` : `,${space}`
  return {
    range: [start, start],
    text: written.map((one) => one + (onLines || mirror.separator === ',' ? glue : ' | ')).join(''),
  }
}

function isLineStart(lead: string): boolean {
  return /^\s*\|?\s*$/.test(lead)
}

/** Whether each entry stands on a line of its own. */
function isOnLines(text: string, { entries }: Mirror, entry: DeclaredEntry): boolean {
  if (entries.length === 1) return true
  const i = entries.indexOf(entry)
  const [a, b] = i + 1 < entries.length ? [entry, entries[i + 1]!] : [entries[i - 1]!, entry]
  return text.slice(a.element[1], b.element[0]).includes('\n')
}

function lineOf(text: string, at: number): { start: number; end: number } {
  const end = text.indexOf('\n', at)
  return { start: text.lastIndexOf('\n', at - 1) + 1, end: end < 0 ? text.length : end }
}
