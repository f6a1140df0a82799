// One run for migrations.ts, in a process of its own: prints the milliseconds that it took, loading included.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [kind, dir] = process.argv.slice(2)
const dist = new URL('../dist/src/', import.meta.url)
const load = (name) => import(new URL(name, dist).href)
const start = performance.now()

if (kind === 'parser') {
  const { parseSql } = await load('sql/parser.js')
  const folder = join(dir, 'migrations')
  for (const name of readdirSync(folder).sort()) {
    if (!Array.isArray(parseSql(readFileSync(join(folder, name), 'utf8'))))
      throw new Error(`${name} was not read`)
  }
} else {
  const { Projects } = await load('project.js')
  const { catalog, problems } = new Projects().for(join(dir, 'src/a.ts'), { migrations: 'migrations' }, dir)
  if (catalog === undefined) throw new Error(problems[0]?.message)
  if (catalog.unread.length > 0) throw new Error(JSON.stringify(catalog.unread[0]))
}

const took = performance.now() - start
const { isParserLoaded } = await load('sql/parser.js')
console.log(JSON.stringify({ took, parser: isParserLoaded() }))
