import { expect } from 'vitest'
import { catalogOf } from '../builders/catalog.js'
import { DDL } from './ddl.js'
import { markWrong, marked, wrongIn } from '../helpers.js'
import type { Options } from '../helpers.js'

export const catalog = catalogOf(DDL)

/**
 * Code with `«»` around what must be reported: nothing else is. With the misspelled `onlne` put right, nothing is.
 */
export function check(text: string, options: Options = {}): void {
  const { code } = marked(text)
  expect(markWrong(code, catalog, options)).toBe(text)
  const right = code
    .replaceAll('onlne', 'online')
    .replaceAll('onl\\x6ee', 'online')
    .replaceAll('bad', 'big')
    .replaceAll('ofline', 'offline')
    .replaceAll('faild', 'failed')
  expect(wrongIn(right, catalog, options).map((u) => u.value)).toEqual([])
}
