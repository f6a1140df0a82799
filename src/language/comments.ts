import { regionsOf } from '../code/sql/regions.js'

/** A comment of an SQL file, offsets in UTF-16 units, with its marks; `value` is the text between them. */
export interface Comment {
  readonly start: number
  readonly end: number
  readonly value: string
}

/** Offsets at which the lines of `text` start, as ESLint counts lines (`\n` and `\r\n`). */
export function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** All comments of `text`, in order. Linear in its length; never throws. */
export function sqlComments(text: string): Comment[] {
  return regionsOf(text)
    .filter(({ kind }) => kind === 'comment')
    .map(({ start, end, closed }) => {
      const block = text[start] === '/'
      return { start, end, value: text.slice(start + 2, block && closed ? end - 2 : end) }
    })
}
