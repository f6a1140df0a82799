import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Fresh } from '../../fresh.js'

interface Read {
  readonly mtime: number
  readonly names: ReadonlySet<string>
}

const read = new Map<string, Read>()

/**
 * The packages that the package.json files above a file name, in whatever way; undefined where there is no package.json. A library
 * that is not among them need not be looked for in the file. Never throws.
 */
export function dependenciesOf(filename: string): ReadonlySet<string> | undefined {
  return above.get(dirname(filename), () => collect(dirname(filename)))
}

const above = new Fresh<ReadonlySet<string> | undefined>()

function collect(from: string): ReadonlySet<string> | undefined {
  const all = new Set<string>()
  let found = false
  for (let folder = from; ; folder = dirname(folder)) {
    const names = namesIn(join(folder, 'package.json'))
    if (names) {
      found = true
      for (const name of names) all.add(name)
    }
    if (dirname(folder) === folder) return found ? all : undefined
  }
}

function namesIn(path: string): ReadonlySet<string> | undefined {
  try {
    const mtime = statSync(path).mtimeMs
    const known = read.get(path)
    if (known?.mtime === mtime) return known.names
    const json = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    const names = new Set<string>()
    for (const key of ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']) {
      const listed = json[key]
      if (typeof listed === 'object' && listed !== null)
        for (const name of Object.keys(listed)) names.add(name)
    }
    if (read.size > 1000) read.clear()
    read.set(path, { mtime, names })
    return names
  } catch {
    return undefined
  }
}
