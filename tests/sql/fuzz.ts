import { catalogToJson } from '../../src/catalog/json.js'
import { OWN_FAULT, replayMigrations } from '../../src/sql/replay.js'
import { Random } from '../oracle/random.js'
import { generateHistory } from '../oracle/histories/generate.js'

const PIECES = [
  ';',
  "'",
  '"',
  '$$',
  '$x$',
  '/*',
  '*/',
  '--',
  '(',
  ')',
  '\\',
  '\0',
  '\uD800',
  'é',
  '😀',
  '\r\n',
  'BEGIN',
  'END',
  'DO',
  'LOOP',
  'EXECUTE',
  'NULL',
  'CASCADE',
  '::s',
  'COPY t FROM stdin;',
  '\\.\n',
  'CREATE',
  'SELECT f(',
  '{{ x }}',
]

/** A migration file with some of its text cut out, doubled, moved, or replaced by what quotes and comments are made of. */
export function mutated(random: Random): string {
  let text = generateHistory(random, 3 + random.below(8)).join(';\n')
  for (let i = random.below(6); i >= 0; i--) {
    const at = random.below(text.length + 1)
    const length = random.below(random.chance(0.2) ? 200 : 8)
    const part = text.slice(at, at + length)
    text = random.choose([
      [3, () => text.slice(0, at) + text.slice(at + length)],
      [3, () => text.slice(0, at) + random.pick(PIECES) + text.slice(at)],
      [2, () => text.slice(0, at) + random.pick(PIECES) + text.slice(at + length)],
      [1, () => text.slice(0, at) + part + part + text.slice(at)],
      [1, () => part + text],
    ])
  }
  return text
}

/** Replays a mutated file, as a project's and as a strict one: throws what it throws. Gives how long it took, in ms. */
export function replayMutated(seed: number): number {
  const random = new Random(seed)
  const text = mutated(random)
  const migration = {
    name: '1',
    file: '1.sql',
    pieces: [{ text, line: 1, offset: 0 }],
    transaction: random.chance(0.5),
    unread: [],
  }
  const start = performance.now()
  const failedStatement = random.chance(0.5) ? 'abort' : 'skip'
  const catalog = replayMigrations([migration], { failedStatement })
  JSON.stringify(catalogToJson(catalog))
  const fault = catalog.unread.find(({ reason }) => reason.startsWith(OWN_FAULT))
  if (fault !== undefined) throw new Error(fault.reason)
  return performance.now() - start
}
