import type { Range } from '../use.js'
import type { Node } from './syntax.js'
import { unwrap } from './syntax.js'

/** What stands for a hole of a template in the text that is read: no such character is ever part of a name. */
export const HOLE = '\uE000'

/** The text of a string in a file, and where each of its characters stands. */
export interface WrittenText {
  /** Each hole of a template is one character, `HOLE`. */
  readonly text: string
  readonly holes: readonly Node[]
  /** UTF-16 offset in the file of each character of `text`. */
  readonly offsets: readonly number[]
}

/** The text of a literal or template that is written in place without escapes. Undefined for anything else. */
export function writtenText(source: { readonly text: string }, node: Node): WrittenText | undefined {
  const inner = unwrap(node)
  const offsets: number[] = []
  let text = ''
  const take = (start: number, end: number): boolean => {
    const part = source.text.slice(start, end)
    if (part.includes('\\') || part.includes(HOLE)) return false
    for (let at = start; at < end; at++) offsets.push(at)
    text += part
    return true
  }
  if (inner.type === 'Literal' && typeof inner.value === 'string') {
    return take(inner.range[0] + 1, inner.range[1] - 1) ? { text, holes: [], offsets } : undefined
  }
  if (inner.type !== 'TemplateLiteral') return undefined
  for (const [index, quasi] of inner.quasis.entries()) {
    // A template's parts have their delimiters in their range: a backtick or `}` before, `${` or a backtick after.
    const isLast = index === inner.quasis.length - 1
    if (!take(quasi.range[0] + 1, quasi.range[1] - (isLast ? 1 : 2))) return undefined
    if (isLast) break
    text += HOLE
    offsets.push(quasi.range[1] - 2)
  }
  return { text, holes: inner.expressions, offsets }
}

/** The range in the file of a part of the text (UTF-16 offsets in it). */
export function rangeIn({ offsets }: WrittenText, start: number, end: number): Range {
  return start < end ? [offsets[start]!, offsets[end - 1]! + 1] : [offsets[start] ?? 0, offsets[start] ?? 0]
}
