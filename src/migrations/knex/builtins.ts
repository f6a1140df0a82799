import { posix } from 'node:path'
import { textOfValue, type Module, type Value } from './values.js'

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
export function callBuiltin(name: string, args: readonly Value[], module: Module): Value | undefined {
  const [first] = args
  const text = textOfValue(first)
  switch (name) {
    case 'path.join':
    case 'path.resolve':
    case 'path.posix.join':
      return join(args.map(textOfValue))
    case 'path.dirname':
      return text === undefined ? undefined : { kind: 'constant', value: posix.dirname(text) }
    case 'url.fileURLToPath':
      return first
    case 'fs.readFileSync':
    case 'fs.readFile':
    case 'fs/promises.readFile':
    case 'fs.promises.readFile': {
      const file =
        text?.startsWith(MIGRATIONS) === true ? module.read(text.slice(MIGRATIONS.length)) : undefined
      return file && { kind: 'constant', value: file.text, file: file.path }
    }
    case 'Object.values':
      return first?.kind === 'object' ? { kind: 'array', items: [...first.entries.values()] } : undefined
    case 'Object.keys':
      return first?.kind === 'object'
        ? { kind: 'array', items: [...first.entries.keys()].map((value) => ({ kind: 'constant', value })) }
        : undefined
    case 'Object.freeze':
      return first
    default:
      return undefined
  }
}
