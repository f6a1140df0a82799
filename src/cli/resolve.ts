import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The file that `name` means for code in the project at `cwd`, else beside this package; undefined where it is in neither. */
function locate(name: string, cwd: string): string | undefined {
  for (const from of [join(cwd, 'package.json'), import.meta.url]) {
    try {
      return createRequire(from).resolve(name)
    } catch {
      continue
    }
  }
  return undefined
}

/** Imports a package as the project at `cwd` has it, else as this package has it; undefined where it is nowhere. */
export async function importFrom(name: string, cwd: string): Promise<Record<string, unknown> | undefined> {
  const path = locate(name, cwd)
  if (path === undefined) return undefined
  return (await import(pathToFileURL(path).href)) as Record<string, unknown>
}
