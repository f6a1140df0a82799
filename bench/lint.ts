// What linting costs beyond a rule that does nothing: `npm run bench`. Prints ratios and the bounds they must keep; ends with 1
// where one is broken. Each run is the command `eslint src`, from the start of its process to its end; the two kinds take turns. Bounds
// are for the clock, by which people wait; beside it stands processor time, in which the compiler's other threads are, too. Both are
// medians of pairs: a machine that other programs use, too, is much faster at some times than at others.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repeats = Number(process.argv[2] ?? 15)

function urlOf(path: string): string {
  return new URL(path, import.meta.url).href
}

const head = `import parser from '${urlOf('../node_modules/@typescript-eslint/parser/dist/index.js')}'
const typescript = { files: ['**/*.ts'], languageOptions: { parser } }
`

/** What the project's eslint.config.mjs holds. The rule that does nothing visits what a rule about strings must visit. */
const configs = {
  ours: `${head}import pgEnum from '${urlOf('../dist/index.js')}'
export default [typescript, pgEnum.configs.recommended].flat()
`,
  nothing: `${head}const rule = { create: () => ({ Literal() {}, TemplateLiteral() {} }) }
export default [typescript, { plugins: { nothing: { rules: { rule } } }, rules: { 'nothing/rule': 'error' } }]
`,
}

type Kind = keyof typeof configs

const values = ['pending', 'active', 'paused', 'failed', 'removed']

/** 40 tables with a status each, of 8 enums. */
function migrations(): string {
  const enums = Array.from(
    { length: 8 },
    (_, i) => `CREATE TYPE status_${i} AS ENUM (${values.map((value) => `'${value}'`).join(', ')});`,
  )
  const tables = Array.from(
    { length: 40 },
    (_, i) =>
      `CREATE TABLE table_${i} (id uuid PRIMARY KEY, name text NOT NULL, status status_${i % 8} NOT NULL);`,
  )
  return [...enums, ...tables, ''].join('\n')
}

/** A module of some 70 lines as services have them: types, functions, templates, text, no SQL. */
function plain(n: number): string {
  const parts = Array.from(
    { length: 6 },
    (_, i) => `
export interface Item${i} {
  id: string
  kind: 'first' | 'second' | 'third'
  status: 'ready' | 'waiting'
}

export async function load${i}(id: string, limit = ${n + i}): Promise<Item${i}[]> {
  const response = await fetch(\`/api/items/\${id}?limit=\${limit}&kind=second\`, { method: 'GET' })
  if (!response.ok) throw new Error('Could not load items, select another one: ' + response.statusText)
  const { items } = (await response.json()) as { items: Item${i}[] }
  return items.filter((item) => item.status === 'ready' || item.kind !== 'third')
}`,
  )
  return `import { join } from 'node:path'\n\nexport const folder = join('data', 'item-${n}')\n${parts.join('\n')}\n`
}

/** Five calls with SQL, each over a column with an enum, among other code. */
function withSql(n: number): string {
  const table = (i: number) => `table_${(n * 5 + i) % 40}`
  const calls = Array.from(
    { length: 5 },
    (_, i) => `
export function query${i}(db: Db, id: string) {
  return db.query(
    \`SELECT t.id, t.name FROM ${table(i)} t JOIN ${table(i + 1)} u ON u.id = t.id AND u.status <> 'removed'
      WHERE t.status IN ('active', 'paused') AND t.id = $1 ORDER BY t.name LIMIT ${n + i + 1}\`,
    [id],
  )
}`,
  )
  return `interface Db {\n  query(text: string, values: unknown[]): Promise<unknown>\n}\n${calls.join('\n')}\n${plain(n)}`
}

function project(count: number, file: (n: number) => string): string {
  const dir = mkdtempSync(join(tmpdir(), 'pg-enum-bench-'))
  mkdirSync(join(dir, 'src'))
  mkdirSync(join(dir, 'migrations'))
  // As any project has: what was made of the migrations is kept there.
  mkdirSync(join(dir, 'node_modules'))
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(dir, 'migrations/001_all.sql'), migrations())
  for (const [kind, config] of Object.entries(configs)) writeFileSync(join(dir, `${kind}.config.mjs`), config)
  for (let n = 0; n < count; n++) writeFileSync(join(dir, `src/file${n}.ts`), file(n))
  return dir
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!
}

interface Times {
  /** Milliseconds from the start to the end. */
  readonly clock: number
  /** Milliseconds of all threads. */
  readonly processor: number
}

/** A run of Node in a project, which prints its times at the end of what it prints: the output, or of a failed run an exception. */
function run(cwd: string, args: readonly string[]): Times {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')} failed in ${cwd}:\n${stdout}${stderr}`)
  return JSON.parse((stdout + stderr).split('\n').at(-1)!) as Times
}

const eslint = fileURLToPath(urlOf('../node_modules/eslint/bin/eslint.js'))
const again = fileURLToPath(urlOf('./lint-run.mjs'))

/** `eslint src`. */
const lint = (cwd: string, kind: Kind): Times =>
  run(cwd, ['--import', urlOf('./times.mjs'), eslint, '-c', `${kind}.config.mjs`, 'src'])

/** The same file again and again. */
const lintAgain = (cwd: string, kind: Kind): Times => run(cwd, [again, cwd, join(cwd, `${kind}.config.mjs`)])

/** A run with our rules and one with a rule that does nothing, one right behind the other: the machine is as fast for both. */
type Pair = Record<Kind, Times>

function measure(cwd: string, runIt: (cwd: string, kind: Kind) => Times, count: number): Pair[] {
  // What is made of the migrations is made once.
  runIt(cwd, 'ours')
  return Array.from({ length: count }, (_, i): Pair => {
    const first = i % 2 === 0 ? runIt(cwd, 'ours') : undefined
    const nothing = runIt(cwd, 'nothing')
    return { ours: first ?? runIt(cwd, 'ours'), nothing }
  })
}

/** The median of what each pair gives. */
function ofPairs(pairs: readonly Pair[], what: (pair: Pair) => number): number {
  return median(pairs.map(what))
}

/** `ours / nothing ms`, by the clock. */
function clockTimes(pairs: readonly Pair[], digits: number): string {
  const of = (kind: Kind): string => ofPairs(pairs, (pair) => pair[kind].clock).toFixed(digits)
  return `${of('ours')} / ${of('nothing')} ms`
}

function report(title: string, bound: string, measured: string, kept: boolean): void {
  console.log(`${kept ? 'ok  ' : 'OVER'} ${title}: ${measured} (at most ${bound})`)
  if (!kept) process.exitCode = 1
}

function compareRatio(
  title: string,
  count: number,
  file: (n: number) => string,
  bound: number,
  pairCount = repeats,
): void {
  const dir = project(count, file)
  const pairs = measure(dir, lint, pairCount)
  const ratio = ofPairs(pairs, ({ ours, nothing }) => ours.clock / nothing.clock)
  const processor = ofPairs(pairs, ({ ours, nothing }) => ours.processor / nothing.processor)
  const measured = `${ratio.toFixed(3)}, ${clockTimes(pairs, 0)}; processor ${processor.toFixed(3)}`
  report(title, String(bound), measured, ratio <= bound)
  rmSync(dir, { recursive: true })
}

// Long runs differ less.
compareRatio('2,000 files without an enum value', 2000, plain, 1.05, Math.ceil(repeats / 2))
compareRatio('1,000 SQL calls in 200 files', 200, withSql, 1.1)

const dir = project(1, withSql)
const pairs = measure(dir, lintAgain, repeats)
const more = ofPairs(pairs, ({ ours, nothing }) => ours.clock - nothing.clock)
const processor = ofPairs(pairs, ({ ours, nothing }) => ours.processor - nothing.processor)
report(
  'one file again with changed queries',
  '5 ms more',
  `${more.toFixed(2)} ms more, ${clockTimes(pairs, 2)}; processor ${processor.toFixed(2)} ms more`,
  more <= 5,
)
rmSync(dir, { recursive: true })
