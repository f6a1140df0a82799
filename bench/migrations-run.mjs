// One run for migrations.ts, in a process of its own: prints the milliseconds of processor time that it took, loading of
// modules left out, of the parser included. It is bundled as the package is.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Projects } from '../src/project.js'
import { isParserLoaded, parseSql } from '../src/sql/parser.js'

const [kind, dir] = process.argv.slice(2)
// So that a busy machine does not show.
const spent = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const start = spent()

if (kind === 'parser') {
  const folder = join(dir, 'migrations')
  for (const name of readdirSync(folder).sort()) {
    if (!Array.isArray(parseSql(readFileSync(join(folder, name), 'utf8'))))
      throw new Error(`${name} was not read`)
  }
} else {
  const { catalog, problems } = new Projects().for(join(dir, 'src/a.ts'), { migrations: 'migrations' }, dir)
  if (catalog === undefined) throw new Error(problems[0]?.message)
  if (catalog.unread.length > 0) throw new Error(JSON.stringify(catalog.unread[0]))
}

console.log(JSON.stringify({ took: spent() - start, parser: isParserLoaded() }))
