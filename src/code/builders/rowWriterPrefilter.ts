import type { CodeContext } from '../context.js'
import { TextQuestion } from '../reach/texts.js'
import { vocabularyOf } from '../sql/vocabulary.js'

/** Source code that makes a statement, or a builder's call, which writes. */
const STATEMENT = /\binsert\s+into\b|\bupdate\s/i
const WRITES = /\.\s*(?:insert|values|update|upsert|merge|set)\s*\(/
/** What takes the columns from a row. */
const KEYS = /\bObject\s*\.\s*(?:keys|values|entries)\s*\(/
/** A string that is one of several arguments, or that an object has for a table. */
const NAME = /\(\s*(?:[\w.]+\s*,\s*){0,2}['"]([\w.]+)['"]\s*,|\btable\w*\s*:\s*['"]([\w.]+)['"]/gi

/** Files that a function is followed into for the rows it writes. */
export const MAY_WRITE_ROWS = new TextQuestion((text) => STATEMENT.test(text) || WRITES.test(text))

/** Whether a file may have a function that makes SQL of a row. */
export function mayWriteRows(text: string): boolean {
  return KEYS.test(text) && STATEMENT.test(text)
}

/** Whether a file may give a row to a function of the project that writes it, as far as its text tells. Never throws. */
export function mayCallRowWriter({ sourceCode: { text }, project: { catalog } }: CodeContext): boolean {
  if (catalog === undefined) return false
  if (mayWriteRows(text)) return true
  const { objects } = vocabularyOf(catalog)
  for (const [, argument, table] of text.matchAll(NAME)) {
    const name = (argument ?? table)!
    if (objects.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase())) return true
  }
  return false
}
