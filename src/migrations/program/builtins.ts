import { posix } from 'node:path'
import { change, setMember } from './changes.js'
import type { Machine } from './machine.js'
import { either, textOfValue, type Module, type Value } from './values.js'

/** What the path of the migrations' folder is called here, in front of paths relative to it. */
export const MIGRATIONS = '\0'

const MODULES = new Set(['fs', 'fs/promises', 'path', 'url'])

/** Whether `name` is a module of Node's that migrations take SQL from files with. */
export function isBuiltin(name: string): boolean {
  return MODULES.has(name)
}

/** A path relative to the folder of the migrations, or a constant that no such path stands before. */
function join(parts: readonly (string | undefined)[]): Value | undefined {
  if (parts.includes(undefined)) return undefined
  const [first = '', ...rest] = parts as string[]
  if (!first.startsWith(MIGRATIONS)) return { kind: 'constant', value: posix.join(first, ...rest) }
  return { kind: 'constant', value: MIGRATIONS + posix.join(first.slice(MIGRATIONS.length), ...rest) }
}

/** A call of a function of Node's or of `Object`; undefined where what it gives is not known. */
export function callBuiltin(machine: Machine, name: string, args: readonly Value[]): Value | undefined {
  const { module } = machine
  const [first] = args
  const text = textOfValue(first)
  switch (name) {
    case 'path.join':
    case 'path.posix.join':
      return join(args.map(textOfValue))
    case 'path.resolve':
      return join([...(args.length === 1 ? [''] : []), ...args.map(textOfValue)])
    case 'process.cwd':
      return { kind: 'constant', value: '' }
    case 'path.dirname':
      return text === undefined ? undefined : { kind: 'constant', value: posix.dirname(text) }
    case 'url.fileURLToPath':
      return first
    case 'fs.readFileSync':
    case 'fs.readFile':
    case 'fs/promises.readFile':
    case 'fs.promises.readFile': {
      const file = fileAt(module, text)
      return file && { kind: 'constant', value: file.text, file: file.path }
    }
    case 'fs.existsSync':
      return fileAt(module, text) && { kind: 'constant', value: true }
    case 'Object.values':
      return first?.kind === 'object' ? { kind: 'array', items: [...first.entries.values()] } : undefined
    case 'Object.keys':
      return first?.kind === 'object'
        ? { kind: 'array', items: [...first.entries.keys()].map((value) => ({ kind: 'constant', value })) }
        : undefined
    case 'Object.entries':
      return first?.kind === 'object' ? entriesOf(first.entries) : undefined
    case 'Object.freeze':
      return first
    case 'Object.assign':
      return first?.kind === 'object' ? assigned(machine, first, args.slice(1)) : undefined
    case 'Object.defineProperty': {
      const given = args[2]?.kind === 'object' ? args[2].entries.get('value') : undefined
      if (first !== undefined) setMember(machine, first, textOfValue(args[1]), given ?? either(args.slice(2)))
      return first
    }
    default:
      return undefined
  }
}

/** How many folders above that of the migrations the working directory is looked for in. */
const MAX_ABOVE = 6

/**
 * The file at a path: relative to the folder of the migrations, or to the working directory, which is that of a package around it, as
 * whoever runs migrations has it.
 */
function fileAt(module: Module, path: string | undefined): ReturnType<Module['read']> {
  if (path === undefined) return undefined
  if (path.startsWith(MIGRATIONS)) return module.read(path.slice(MIGRATIONS.length))
  if (path.startsWith('/')) return undefined
  for (let above = 1; above <= MAX_ABOVE; above++) {
    const root = '../'.repeat(above)
    const file = module.read(`${root}package.json`) && module.read(root + path)
    if (file !== undefined) return file
  }
  return undefined
}

function entriesOf(entries: ReadonlyMap<string, Value>): Value {
  return {
    kind: 'array',
    items: [...entries].map(([value, item]) => ({
      kind: 'array',
      items: [{ kind: 'constant', value }, item],
    })),
  }
}

/** `Object.assign(target, ...sources)`; undefined where a source is not known. */
function assigned(
  machine: Machine,
  target: Extract<Value, { kind: 'object' }>,
  sources: readonly Value[],
): Value | undefined {
  const entries = sources.map((source) => (source.kind === 'object' ? [...source.entries] : undefined))
  if (entries.includes(undefined)) return undefined
  change(machine, target, () => {
    for (const [name, value] of entries.flatMap((each) => each!)) target.entries.set(name, value)
  })
  return target
}
