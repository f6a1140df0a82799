// One measured run, in a process of its own: prints milliseconds of the clock and of the processors. Used by lint.ts; plain
// JavaScript, so that nothing but ESLint and the plugin is in the measure.
import tsParser from '@typescript-eslint/parser'
import { ESLint, Linter } from 'eslint'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const [what, rule, cwd] = process.argv.slice(2)
const start = now()

const languageOptions = { parser: tsParser }
const files = ['**/*.ts']
/** A rule that visits what ours visits and does nothing. */
const nothing = {
  plugins: { nothing: { rules: { nothing: { create: () => ({ Literal() {}, TemplateLiteral() {} }) } } } },
  rules: { 'nothing/nothing': 'error' },
}

async function config() {
  if (rule === 'nothing') return [{ files, languageOptions, ...nothing }]
  const { default: pgEnum } = await import('../dist/index.js')
  return [{ files, languageOptions }, pgEnum.configs.recommended].flat()
}

if (what === 'all') {
  const eslint = new ESLint({ cwd, overrideConfigFile: true, overrideConfig: await config() })
  const results = await eslint.lintFiles(['src'])
  const times = since(start)
  print({ ...times, files: results.length, messages: results.flatMap(({ messages }) => messages) })
} else {
  // An editor: the same file again and again, each time with another query.
  process.chdir(cwd)
  const linter = new Linter({ cwd })
  const all = await config()
  const filename = join(cwd, 'src/file0.ts')
  const text = readFileSync(filename, 'utf8')
  const times = []
  for (let i = 0; i < 150; i++) {
    const changed = text.replaceAll(/LIMIT \d+/g, `LIMIT ${1000 + i}`).replace('LIMIT', `-- ${i}\n LIMIT`)
    const before = now()
    const messages = linter.verify(changed, all, { filename })
    // The first rounds warm up: the parser is compiled, the migrations are read.
    if (i >= 50) times.push(since(before))
    if (messages.length > 0) print({ messages })
  }
  const median = (kind) => times.map((time) => time[kind]).sort((a, b) => a - b)[50]
  print({ clock: median('clock'), processor: median('processor'), files: 1, messages: [] })
}

function now() {
  return { clock: performance.now(), processor: process.cpuUsage() }
}

function since(before) {
  const { user, system } = process.cpuUsage(before.processor)
  return { clock: performance.now() - before.clock, processor: (user + system) / 1000 }
}

function print(result) {
  if (result.messages.length > 0) throw new Error(JSON.stringify(result.messages[0]))
  process.stdout.write(JSON.stringify(result))
}
