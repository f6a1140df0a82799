import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const CONFIGS = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((ending) => `eslint.config.${ending}`)

/** `dir` and every folder above it, the nearest first. */
function upward(dir: string): string[] {
  const parent = dirname(dir)
  return parent === dir ? [dir] : [dir, ...upward(parent)]
}

function hasConfig(dir: string): boolean {
  return CONFIGS.some((name) => existsSync(join(dir, name)))
}

/**
 * The folder that relative paths of the settings start from: `basePath`, else ESLint's working directory. ESLint also
 * takes a config from a folder above that, or above the linted file, and tells nobody which; so where the path is not in
 * the working directory, the nearest such folder that has it is meant.
 *
 * @param cwd Absolute.
 * @param path A path of the settings.
 * @param from Absolute path of a linted file.
 */
export function baseOf(cwd: string, basePath: string | undefined, path: string, from?: string): string {
  if (basePath !== undefined) return resolve(cwd, basePath)
  if (existsSync(resolve(cwd, path))) return cwd
  const above = [...(from === undefined ? [] : upward(dirname(from))), ...upward(cwd)]
  return above.find((dir) => existsSync(join(dir, path)) && hasConfig(dir)) ?? cwd
}
