import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { CodeContext } from '../context.js'
import { resolveImport } from '../reach/modules.js'

/*
 * Where a type is declared, and whether that file can prove anything, by the texts of files alone: most types of a project have nothing
 * to do with its database, and parsing a file takes a hundred times as long as this.
 */

/** What the text of a file has that may prove that a type stands for a table or an enum. */
const MARKS =
  /@pgEnum|\$infer|Infer(?:Select|Insert)Model|pgTable|pgSchema|[Kk]ysely|\bTables\b|\bEnums\b|zapatos|Represents the |Types generated for queries|@Entity|EntitySchema|defineEntity|\btableName\b|\b(?:interface|type)\s+\w*(?:DB|Database|Schema)\b/
const DECLARED = /\b(?:interface|type|class|enum|const|namespace|function)\s+([\p{L}_$][\p{L}\p{N}_$]*)/gu
const REEXPORTED = /\bexport\s+(?:type\s+)?(\*|\{[^}]*\})\s*from\s*['"]([^'"\n]+)['"]/g
const IMPORTED = /\bfrom\s*['"]([^'"\n]+)['"]/g

/** Files that one question may look at: a module that re-exports a whole project is given up. */
const BUDGET = 40
/** Imports followed from a type's file: it may be made of types that are declared further on. */
const DEPTH = 3
/** How long, in milliseconds, an answer holds without another look at the disk. */
const FRESH = 3000
const MAX_CACHED = 20_000

interface FileText {
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

/** A value that is kept for a while. */
class Fresh<T> {
  readonly #values = new Map<string, { readonly value: T; readonly until: number }>()

  get(key: string, make: (before: T | undefined) => T): T {
    const now = Date.now()
    const known = this.#values.get(key)
    if (known && now < known.until) return known.value
    const value = make(known?.value)
    if (this.#values.size >= MAX_CACHED) this.#values.clear()
    this.#values.set(key, { value, until: now + FRESH })
    return value
  }
}

const texts = new Fresh<FileText | undefined>()
const paths = new Fresh<string | undefined>()
const verdicts = new Fresh<boolean>()
const places = new Fresh<TypePlace | undefined>()

/** The file that declares a type, and the name it has there. */
export interface TypePlace {
  readonly path: string
  readonly name: string
}

/** Where the type is declared that `source`, as `from` imports it, exports as `name`. Undefined for packages. Never throws. */
export function typePlace(name: string, source: string, from: string): TypePlace | undefined {
  return places.get(`${dirname(from)}\n${source}\n${name}`, () =>
    locate(name, source, from, { left: BUDGET }),
  )
}

function locate(name: string, source: string, from: string, budget: { left: number }): TypePlace | undefined {
  const path = budget.left-- > 0 ? pathOf(source, from) : undefined
  const file = path === undefined ? undefined : textOf(path)
  if (path === undefined || !file) return undefined
  if (name === 'default' || file.declares.has(name)) return { path, name }
  for (const { names, source: next } of file.reexports) {
    const original = names?.get(name)
    if (original !== undefined) return locate(original, next, path, budget)
  }
  for (const { names, source: next } of file.reexports) {
    const found = names ? undefined : locate(name, next, path, budget)
    if (found) return found
  }
  // `import { X } from './x'; export { X }`
  return new RegExp(`\\b${name.replace(/\$/g, '\\$&')}\\b`).test(file.text) ? { path, name } : undefined
}

/** Whether the text of a file matches. Never throws. */
export function fileMatches(path: string, pattern: RegExp): boolean {
  return pattern.test(textOf(path)?.text ?? '')
}

/** Whether a file, or one that it imports from, may declare a type that is proven. Never throws. */
export function mayProve({ project }: CodeContext, path: string): boolean {
  const { rows, mirrors } = project.settings
  const names = [...Object.keys(rows), ...Object.keys(mirrors)]
  return verdicts.get([path, ...names].join('\n'), () => leads(path, names, DEPTH, new Set()))
}

function leads(path: string, names: readonly string[], depth: number, seen: Set<string>): boolean {
  if (seen.has(path) || seen.size >= BUDGET) return false
  seen.add(path)
  const file = textOf(path)
  if (!file) return false
  if (MARKS.test(file.text) || names.some((name) => file.text.includes(name))) return true
  if (depth === 1) return false
  return file.imports.some((source) => {
    const next = pathOf(source, path)
    return next !== undefined && leads(next, names, depth - 1, seen)
  })
}

function pathOf(source: string, from: string): string | undefined {
  return paths.get(`${dirname(from)}\n${source}`, () => resolveImport(source, from))
}

function textOf(path: string): FileText | undefined {
  return texts.get(path, (before) => {
    try {
      const { mtimeMs: mtime, size } = statSync(path)
      if (before?.mtime === mtime && before.size === size) return before
      const text = readFileSync(path, 'utf8')
      return {
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
