import { createRequire } from 'node:module'

/**
 * The main module of the last of `packages`, each seen from the one before it and the first from `from`, a path or URL of a module:
 * what is installed beneath another package is seen from there alone. Throws where one is not there.
 */
export function resolveThrough(from: string, packages: readonly string[]): string {
  return packages.reduce((module, name) => createRequire(module).resolve(name), from)
}
