import { readFileSync, statSync } from 'node:fs'
import type { CodeContext } from '../context.js'
import { resolveImport } from '../reach/modules.js'

/** What the text of a file has that may prove that a type stands for a table or an enum. */
const MARKS =
  /@pgEnum|\$infer|Infer(?:Select|Insert)Model|pgTable|pgSchema|[Kk]ysely|\bTables\b|\bEnums\b|zapatos|Represents the |Types generated for queries|@Entity|EntitySchema|defineEntity|\b(?:interface|type)\s+\w*(?:DB|Database|Schema)\b/

/** Imports followed from a type's file: it may be made of types that are declared further on. */
const DEPTH = 4

interface Known {
  readonly mtime: number
  readonly size: number
  readonly hasMark: boolean
  readonly imports: readonly string[]
}

/** By the names in the settings, which are marks, too; then by path. */
const files = new Map<string, Map<string, Known>>()
const MAX_FILES = 20_000

/**
 * Whether a file that `source` names, or one that it imports from, may declare a type that is proven, by their texts alone: so that
 * files that can't are not parsed. Never throws.
 */
export function mayProve(context: CodeContext, source: string, from: string): boolean {
  const { settings } = context.project
  const names = [...Object.keys(settings.rows), ...Object.keys(settings.mirrors)]
  return leads(source, from, names, DEPTH, new Set())
}

function leads(
  source: string,
  from: string,
  names: readonly string[],
  depth: number,
  seen: Set<string>,
): boolean {
  const path = resolveImport(source, from)
  if (path === undefined || seen.has(path)) return false
  seen.add(path)
  const file = read(path, names)
  if (!file) return false
  if (file.hasMark) return true
  return depth > 1 && file.imports.some((one) => leads(one, path, names, depth - 1, seen))
}

function read(path: string, names: readonly string[]): Known | undefined {
  const key = names.join('\n')
  let known = files.get(key)
  if (!known) files.set(key, (known = new Map()))
  try {
    const { mtimeMs: mtime, size } = statSync(path)
    const before = known.get(path)
    if (before?.mtime === mtime && before.size === size) return before
    const text = readFileSync(path, 'utf8')
    const imports = [...text.matchAll(/\bfrom\s*['"]([^'"\n]+)['"]/g)].map((match) => match[1]!)
    const found = {
      mtime,
      size,
      hasMark: MARKS.test(text) || names.some((name) => text.includes(name)),
      imports,
    }
    if (known.size >= MAX_FILES) known.clear()
    known.set(path, found)
    return found
  } catch {
    return undefined
  }
}
