/** A comment of an SQL file, offsets in UTF-16 units, with its marks; `value` is the text between them. */
export interface Comment {
  readonly start: number
  readonly end: number
  readonly value: string
}

/** Offsets at which the lines of `text` start, as ESLint counts lines (`\n` and `\r\n`). */
export function lineBreaks(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

// What may hide a comment's marks: strings, quoted names, dollar quotes (PostgreSQL documentation, "Lexical Structure").
const opening =
  /--|\/\*|(?<![\w$\u0080-\uffff])[eE]'|'|"|(?<![\w$\u0080-\uffff])\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/g

/** End of the block comment that starts at `start`: they nest. The end of the text where it is not closed. */
function blockEnd(text: string, start: number): number {
  const mark = /\/\*|\*\//g
  mark.lastIndex = start
  let depth = 0
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  return text.length
}

/** The end of a quoted thing whose first quote is at `from - 1`; a doubled quote reads as an end and a new beginning. */
function quoteEnd(text: string, from: number, quote: string, backslashes: boolean): number {
  for (let at = from; ; at++) {
    at = text.indexOf(quote, at)
    if (at < 0) return text.length
    if (!backslashes) return at + 1
    let escapes = 0
    while (text[at - 1 - escapes] === '\\' && at - 1 - escapes >= from) escapes++
    if (escapes % 2 === 1) continue
    if (text[at + 1] !== quote) return at + 1
    at++
  }
}

/** All comments of `text`, in order. Linear in its length; never throws. */
export function sqlComments(text: string): Comment[] {
  const comments: Comment[] = []
  opening.lastIndex = 0
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const [mark] = found
    const start = found.index
    let end: number
    if (mark === '--') {
      end = text.indexOf('\n', start)
      if (end < 0) end = text.length
      else if (text[end - 1] === '\r') end--
      comments.push({ start, end, value: text.slice(start + 2, end) })
    } else if (mark === '/*') {
      end = blockEnd(text, start)
      const closed = end >= start + 4 && text.endsWith('*/', end)
      comments.push({ start, end, value: text.slice(start + 2, closed ? end - 2 : end) })
    } else if (mark.startsWith('$')) {
      const close = text.indexOf(mark, opening.lastIndex)
      end = close < 0 ? text.length : close + mark.length
    } else {
      end = quoteEnd(text, opening.lastIndex, mark.at(-1)!, mark.length === 2)
    }
    opening.lastIndex = end
  }
  return comments
}
