import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Fresh } from '../fresh.js'
import { forgetPackages, packageImports, workspacePaths } from './packages.js'

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs']

const imports = new Fresh<string | undefined>()

/**
 * The absolute path of an import: relative ones, those that the nearest tsconfig.json maps by `paths` or `baseUrl` or the nearest
 * package.json by `imports`, and packages of the same repository. Undefined for other packages, and for what is not there. Never throws.
 */
export function resolveImport(source: string, from: string): string | undefined {
  return imports.get(`${dirname(from)}\n${source}`, () => {
    for (const candidate of importCandidates(source, from)) if (isFile(candidate)) return candidate
    return undefined
  })
}

/** The files that an import may lead to: absolute, the first that exists is the one. See {@link resolveImport}. */
export function* importCandidates(source: string, from: string): Generator<string> {
  const folder = dirname(from)
  if (source.startsWith('.')) {
    yield* filesAt(resolve(folder, source))
    return
  }
  for (const path of mapped(source, folder)) yield* filesAt(path)
  const paths = source.startsWith('#') ? packageImports(source, from) : workspacePaths(source, from)
  for (const path of paths) yield* filesAt(path)
}

/** Makes what follows look at the disk again, whatever was seen of it. */
export function forgetImports(): void {
  imports.clear()
  nearestPaths.clear()
  forgetPackages()
}

/** The files in a folder and those above it, up to `root`, by which an import from there is resolved: absolute, they need not exist. */
export function configurationsOf(folder: string, root: string): string[] {
  const files: string[] = []
  for (let dir = folder; ; dir = dirname(dir)) {
    files.push(...['tsconfig.json', 'jsconfig.json', 'package.json'].map((name) => join(dir, name)))
    if (dir === root || dirname(dir) === dir) break
  }
  const { file } = pathsFor(folder) ?? {}
  return file === undefined ? files : [...files, file]
}

/** The files that a path may mean, which may leave out their ending. */
function filesAt(path: string): string[] {
  const bare = path.replace(/\.([cm]?)jsx?$/, '')
  const candidates = [
    path,
    ...EXTENSIONS.map((e) => path + e),
    ...(bare === path ? [] : EXTENSIONS.map((e) => bare + e)),
    ...EXTENSIONS.map((e) => join(path, `index${e}`)),
  ]
  return candidates.filter((c) => EXTENSIONS.some((e) => c.endsWith(e)))
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
  } catch {
    return false
  }
}

/** What a tsconfig.json says of imports. */
interface Paths {
  /** The file that says it. */
  readonly file: string
  /** Absolute folder that the targets are relative to. */
  readonly base: string
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[]
  /** Whether any name may be a path from `base`. */
  readonly bare: boolean
}

function* mapped(source: string, folder: string): Generator<string> {
  const config = pathsFor(folder)
  if (config === undefined) return
  for (const [pattern, targets] of config.paths) {
    const star = pattern.indexOf('*')
    const prefix = star < 0 ? pattern : pattern.slice(0, star)
    const suffix = star < 0 ? '' : pattern.slice(star + 1)
    if (star < 0 ? source !== pattern : !(source.startsWith(prefix) && source.endsWith(suffix))) continue
    const middle = source.slice(prefix.length, source.length - suffix.length)
    for (const target of targets)
      yield resolve(
        config.base,
        target.replace('*', () => middle),
      )
  }
  if (config.bare && !source.includes(':')) yield resolve(config.base, source)
}

const nearestPaths = new Fresh<Paths | undefined>()

/** The paths of the nearest tsconfig.json or jsconfig.json that has some; what is above is read once for all folders beneath. */
function pathsFor(folder: string): Paths | undefined {
  return nearestPaths.get(folder, () => {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      const paths = readPaths(join(folder, name))
      if (paths !== undefined) return paths
    }
    return dirname(folder) === folder ? undefined : pathsFor(dirname(folder))
  })
}

/** A chain of configurations longer than this is a circle. */
const MAX_EXTENDED = 8

/** Those of a configuration or of one that it extends, https://www.typescriptlang.org/tsconfig/#extends; of packages none. */
function readPaths(path: string, depth = 0): Paths | undefined {
  if (depth > MAX_EXTENDED || !isFile(path)) return undefined
  try {
    const { extends: bases = [], compilerOptions: { baseUrl, paths } = {} } = JSON.parse(
      withoutComments(readFileSync(path, 'utf8')),
    ) as Configuration
    if (paths !== undefined || baseUrl !== undefined) {
      const base = resolve(dirname(path), baseUrl ?? '.')
      return { file: path, base, paths: Object.entries(paths ?? {}), bare: baseUrl !== undefined }
    }
    for (const extended of [bases].flat().reverse()) {
      if (!extended.startsWith('.')) continue
      const file = resolve(dirname(path), extended)
      const found = [file, `${file}.json`]
        .map((candidate) => readPaths(candidate, depth + 1))
        .find((one) => one !== undefined)
      if (found !== undefined) return found
    }
  } catch {
    // A broken configuration says nothing.
  }
  return undefined
}

interface Configuration {
  readonly extends?: string | readonly string[]
  readonly compilerOptions?: {
    readonly baseUrl?: string
    readonly paths?: Readonly<Record<string, readonly string[]>>
  }
}

/** tsconfig.json allows comments and trailing commas. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string?: string) => string ?? '')
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string?: string) => string ?? '')
}
