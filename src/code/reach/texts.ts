import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Fresh } from '../../fresh.js'
import { resolveImport } from '../../imports/resolve.js'

/*
 * Where a name is declared, and whether that file leads to something, by the texts of files alone: most files of a project have nothing
 * to do with its database, and parsing a file takes a hundred times as long as this.
 */

const DECLARED = /\b(?:interface|type|class|enum|const|namespace|function)\s+([\p{L}_$][\p{L}\p{N}_$]*)/gu
const REEXPORTED = /\bexport\s+(?:type\s+)?(\*|\{[^}]*\})\s*from\s*['"]([^'"\n]+)['"]/g
const IMPORTED = /\bfrom\s*['"]([^'"\n]+)['"]/g

/** Files that one question may look at: a module that re-exports a whole project is given up. */
const BUDGET = 40
/** Files that are looked at for where one name is declared, which takes less. */
const PLACES = 200
/** Imports followed from a type's file: it may be made of types that are declared further on. */
const DEPTH = 3

interface FileText {
  readonly path: string
  readonly mtime: number
  readonly size: number
  readonly text: string
  readonly declares: ReadonlySet<string>
  readonly reexports: readonly {
    readonly names: ReadonlyMap<string, string> | undefined
    readonly source: string
  }[]
  readonly imports: readonly string[]
}

const texts = new Fresh<FileText | undefined>()
const places = new Fresh<Place | undefined>()

/** The file that declares a name, and what it is called there. */
export interface Place {
  readonly path: string
  readonly name: string
  /** False where the name is only met in the file, as one that it imports and exports, or just uses. */
  readonly declared: boolean
}

/** Where that is declared which `source`, as `from` imports it, exports as `name`. Undefined for packages. Never throws. */
export function placeOf(name: string, source: string, from: string): Place | undefined {
  return places.get(`${dirname(from)}\n${source}\n${name}`, () =>
    locate(name, source, from, { left: PLACES }),
  )
}

function locate(name: string, source: string, from: string, budget: { left: number }): Place | undefined {
  const path = budget.left-- > 0 ? resolveImport(source, from) : undefined
  const file = path === undefined ? undefined : textOf(path)
  if (path === undefined || !file) return undefined
  if (name === 'default' || file.declares.has(name)) return { path, name, declared: true }
  for (const { names, source: next } of file.reexports) {
    const original = names?.get(name)
    if (original !== undefined) return locate(original, next, path, budget)
  }
  let met: Place | undefined
  for (const { names, source: next } of file.reexports) {
    const found = names ? undefined : locate(name, next, path, budget)
    if (found?.declared === true) return found
    met ??= found
  }
  // `import { X } from './x'; export { X }`
  const isMet = met === undefined && new RegExp(`\\b${name.replace(/\$/g, '\\$&')}\\b`).test(file.text)
  return isMet ? { path, name, declared: false } : met
}

/** Tells of files, by their absolute paths, whether they are worth parsing. */
export interface Wanted {
  leads(path: string): boolean
}

/** Asks of a file, and of those that it imports from, whether their text has something. */
export class TextQuestion implements Wanted {
  readonly #verdicts = new Fresh<boolean>()
  /** What a text itself has, by the names asked for: many files lead to it. */
  readonly #own = new WeakMap<FileText, Map<string, boolean>>()

  /**
   * @param test Whether the text of a file has it; `names` are beside what is always asked for.
   * @param depth The files on a way of imports that are asked; 1 for the file alone.
   */
  constructor(
    private readonly test: (text: string, names: readonly string[], path: string) => boolean,
    private readonly depth = DEPTH,
  ) {}

  /** Whether the file at the absolute `path`, or one that it imports from, has it. Never throws. */
  leads(path: string, names: readonly string[] = []): boolean {
    return this.#verdicts.get([path, ...names].join('\n'), () =>
      this.#leads(path, names, this.depth, new Set()),
    )
  }

  #leads(path: string, names: readonly string[], depth: number, seen: Set<string>): boolean {
    if (seen.has(path) || seen.size >= BUDGET) return false
    seen.add(path)
    const file = textOf(path)
    if (!file) return false
    if (this.#has(file, names)) return true
    if (depth === 1) return false
    return file.imports.some((source) => {
      const next = resolveImport(source, path)
      return next !== undefined && this.#leads(next, names, depth - 1, seen)
    })
  }

  #has(file: FileText, names: readonly string[]): boolean {
    let known = this.#own.get(file)
    if (known === undefined) this.#own.set(file, (known = new Map()))
    const key = names.join('\n')
    let answer = known.get(key)
    if (answer === undefined) known.set(key, (answer = this.test(file.text, names, file.path)))
    return answer
  }
}

/** Whether a file passes on all that others export. Never throws. */
export function isBarrel(path: string): boolean {
  return textOf(path)?.reexports.some(({ names }) => names === undefined) === true
}

/** Whether the text of a file matches. Never throws. */
export function fileMatches(path: string, pattern: RegExp): boolean {
  return pattern.test(textOf(path)?.text ?? '')
}

/** `class PgRepo extends Base<Row> implements Repo, Closeable {` */
const SUBCLASS = /\bclass\s+([\w$]+)\s*(?:<[^{]*?>)?\s*((?:extends|implements)\s[^{]*)\{/g

/** The classes that a file declares which extend or implement something by its name. Never throws. */
export function subclassesIn(path: string, base: string): string[] {
  const text = textOf(path)?.text
  if (text === undefined || !text.includes(base)) return []
  const named = new RegExp(`(?<![\\w$.])${base.replace(/\$/g, '\\$&')}(?![\\w$])`)
  return [...text.matchAll(SUBCLASS)].flatMap(([, name, heritage]) =>
    named.test(heritage!.replace(/<[^{]*?>/g, '')) ? [name!] : [],
  )
}

function textOf(path: string): FileText | undefined {
  return texts.get(path, (before) => {
    try {
      const { mtimeMs: mtime, size } = statSync(path)
      if (before?.mtime === mtime && before.size === size) return before
      const text = readFileSync(path, 'utf8')
      return {
        path,
        mtime,
        size,
        text,
        declares: new Set([...text.matchAll(DECLARED)].map((match) => match[1]!)),
        reexports: [...text.matchAll(REEXPORTED)].map((match) => ({
          names: namesIn(match[1]!),
          source: match[2]!,
        })),
        imports: [...new Set([...text.matchAll(IMPORTED)].map((match) => match[1]!))],
      }
    } catch {
      return undefined
    }
  })
}

/** `{ A, type B as C }` → C is B; undefined for `*`. */
function namesIn(clause: string): ReadonlyMap<string, string> | undefined {
  if (clause === '*') return undefined
  const names = new Map<string, string>()
  for (const item of clause.slice(1, -1).split(',')) {
    const [, original, renamed] = /^\s*(?:type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(item) ?? []
    if (original !== undefined) names.set(renamed ?? original, original)
  }
  return names
}
