import { analyzeFragment, analyzeSql } from '../../src/sql/analyze/index.js'
import type { Catalog } from '../../src/catalog/model.js'
import { tokenize } from '../../src/sql/analyze/plpgsql/lex.js'
import type { Random } from './random.js'

const FILLERS = [
  'NULL',
  "'x'",
  '(',
  ')',
  ',',
  '*',
  '$1',
  'status',
  '::text',
  '[1]',
  '.',
  'SELECT',
  'FROM',
  '1',
  "'{a}'",
  'ROW()',
  'AS',
  'DEFAULT',
  'LATERAL',
  'ARRAY[]',
  ';',
]

type Kind = 'name' | 'string' | 'other'

function kindOf(token: string): Kind {
  if (/^(?:[eEnN]?'|[uU]&'|\$\w*\$)/.test(token)) return 'string'
  return /^(?:[a-z_"][^']*)$/.test(token) ? 'name' : 'other'
}

/** A statement with some tokens replaced by others of their kind, and now and then left out, doubled or swapped. */
export function mutate(random: Random, sql: string): string {
  const tokens = tokenize(sql).map((token) => sql.slice(token.start, token.end))
  for (let n = 1 + random.below(3); n > 0 && tokens.length > 1; n--) {
    const at = random.below(tokens.length)
    const other = random.below(tokens.length)
    const kind = kindOf(tokens[at]!)
    const alike = tokens.filter((token) => kindOf(token) === kind)
    random.choose<unknown>([
      [kind === 'other' ? 0 : 12, () => (tokens[at] = random.pick(alike))],
      [
        kind === 'string' ? 6 : 0,
        () => (tokens[at] = random.pick(['NULL', '$1', '1', 'ROW()', "ARRAY['x']", '(SELECT 1)', "'{a,{b'"])),
      ],
      [
        kind === 'name' ? 3 : 0,
        () => (tokens[at] = random.pick(['excluded', 'old', 'x', 'ctid', 'text', 'status', 'int4'])),
      ],
      [0.5, () => tokens.splice(at, 1)],
      [0.3, () => tokens.splice(at, 0, tokens[other]!)],
      [0.3, () => ([tokens[at], tokens[other]] = [tokens[other]!, tokens[at]!])],
      [0.4, () => tokens.splice(at, random.below(2), random.pick(FILLERS))],
    ])
  }
  return tokens.join(' ')
}

/** What must not happen for any text: the analysis fails by a fault of its own, or a use stands outside the text. */
export function faultOf(text: string, catalog: Catalog): string | undefined {
  const found = [analyzeSql(text, catalog), analyzeFragment(text, 'condition', [{ name: 'users' }], catalog)]
  for (const { refusals, uses } of found) {
    const fault = refusals.find((refusal) => refusal.code === 'XX000')
    if (fault !== undefined) return fault.message
    for (const use of uses) {
      if (use.start < 0 || use.end <= use.start || use.end > text.length)
        return `range ${use.start}-${use.end}`
    }
  }
  return undefined
}
