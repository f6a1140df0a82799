// One file linted again and again, as in an editor: prints the milliseconds that it takes, of the clock and of the processors. Used by
// lint.ts; plain JavaScript, so that nothing but ESLint and the plugin is in the measure.
import { Linter } from 'eslint'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [cwd, configFile] = process.argv.slice(2)
process.chdir(cwd)
const { default: config } = await import(pathToFileURL(configFile).href)
const linter = new Linter({ cwd })
const filename = join(cwd, 'src/file0.ts')
const text = readFileSync(filename, 'utf8')
const times = []
for (let i = 0; i < 150; i++) {
  // Each time with other queries.
  const changed = text.replaceAll(/LIMIT \d+/g, `LIMIT ${1000 + i}`).replace('LIMIT', `-- ${i}\n LIMIT`)
  const before = { clock: performance.now(), processor: process.cpuUsage() }
  const messages = linter.verify(changed, config, { filename })
  const { user, system } = process.cpuUsage(before.processor)
  // The first rounds warm up: the parser is compiled, the migrations are read.
  if (i >= 50) times.push({ clock: performance.now() - before.clock, processor: (user + system) / 1000 })
  if (messages.length > 0) throw new Error(JSON.stringify(messages[0]))
}
const median = (kind) => times.map((time) => time[kind]).sort((a, b) => a - b)[50]
process.stdout.write(JSON.stringify({ clock: median('clock'), processor: median('processor') }))
