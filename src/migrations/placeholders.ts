import { splitStatements } from '../sql/split.js'
import { STAND_IN } from '../sql/standIn.js'
import type { SqlPiece } from './migration.js'
import { dropEmpty, slicePiece, wholeText, type Parts } from './pieces.js'

/**
 * The text with a tool's placeholders replaced. `pattern` (with the flag `g`) matches one, its first group is the name;
 * `valueOf` gives its value. A statement with a placeholder whose value is not known is unread, and only that, unless it is of a
 * kind that changes no value set.
 */
export function replacePlaceholders(
  text: string,
  pattern: RegExp,
  valueOf: (name: string) => string | undefined,
): Parts {
  if (text.search(pattern) < 0) return wholeText(text)
  const pieces: SqlPiece[] = []
  const unread: NonNullable<Parts['unread']>[number][] = []
  let start = 0
  let line = 1
  for (const statement of splitStatements(text)) {
    if (statement.text.search(pattern) < 0) continue
    pieces.push(slicePiece(text, start, statement.start, line))
    start = statement.start + statement.text.length
    line = statement.line + statement.text.split('\n').length - 1
    const unknown = new Set<string>()
    const replaced = statement.text.replace(pattern, (whole, name: string) => {
      const value = valueOf(name)
      if (value === undefined) unknown.add(whole)
      return value ?? STAND_IN
    })
    if (unknown.size === 0) pieces.push({ text: `${replaced};`, line: statement.line })
    else {
      const reason = `the value of ${[...unknown].join(', ')} is not known`
      unread.push({ line: statement.line, reason, text: statement.text, statement: replaced })
    }
    if (text[start] === ';') start++
  }
  pieces.push(slicePiece(text, start, text.length, line))
  return { pieces: dropEmpty(pieces), unread }
}
