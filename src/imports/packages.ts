import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { escaped } from '../escaped.js'
import { Fresh } from '../fresh.js'

/**
 * Where an import of a package of the same repository (`@acme/db/schema`) may lead: absolute paths, the likeliest first,
 * with or without extension. Empty for packages that come from a registry, and for names that lead nowhere. Sources: Node's
 * "Package entry points" (exports), and the workspaces of npm, yarn, bun and pnpm. Never throws.
 */
export function workspacePaths(source: string, from: string): string[] {
  const [, name, rest = ''] = /^((?:@[^/]+\/)?[^/.][^/]*)(\/.*)?$/.exec(source) ?? []
  if (name === undefined || name.startsWith('node:')) return []
  try {
    const folder = packageFolder(name, dirname(from))
    return folder === undefined ? [] : entryPaths(folder, `.${rest}`)
  } catch {
    return []
  }
}

/** Asked for once a process: a package that comes later is seen after the next start. */
const known = new Map<string, string | undefined>()
const MAX_KNOWN = 50_000

/** The folder of a package of this repository, as files in `folder` see it; what is asked above is shared by all folders beneath. */
function packageFolder(name: string, folder: string): string | undefined {
  const key = `${folder}\0${name}`
  if (known.has(key)) return known.get(key)
  if (known.size > MAX_KNOWN) known.clear()
  const found = findPackage(name, folder)
  known.set(key, found)
  return found
}

/** Linked in node_modules, or named in the workspaces of a folder above. */
function findPackage(name: string, folder: string): string | undefined {
  const modules = join(folder, 'node_modules')
  if (hasModules.get(modules, () => existsSync(modules)) && existsSync(join(modules, name))) {
    const real = realpathSync(join(modules, name))
    return /[\\/]node_modules[\\/]/.test(real) ? undefined : real
  }
  const found = members.get(folder, () => workspaces(folder))?.get(name)
  if (found !== undefined) return found
  return dirname(folder) === folder ? undefined : packageFolder(name, dirname(folder))
}

const hasModules = new Fresh<boolean>()
const members = new Fresh<ReadonlyMap<string, string> | undefined>()
const roots = new Map<string, { readonly mtime: number; readonly packages: ReadonlyMap<string, string> }>()

/** The packages by name, where `folder` is the root of workspaces. */
function workspaces(folder: string): ReadonlyMap<string, string> | undefined {
  const manifest = join(folder, 'package.json')
  const pnpm = join(folder, 'pnpm-workspace.yaml')
  const mtime = Math.max(timeOf(manifest), timeOf(pnpm))
  if (mtime < 0) return undefined
  const read = roots.get(folder)
  if (read?.mtime === mtime) return read.packages
  const packages = new Map<string, string>()
  for (const pattern of patterns(manifest, pnpm)) {
    for (const member of matching(folder, pattern)) {
      const { name } = readJson(join(member, 'package.json'))
      if (typeof name === 'string') packages.set(name, member)
    }
  }
  roots.set(folder, { mtime, packages })
  return packages
}

function patterns(manifest: string, pnpm: string): string[] {
  const { workspaces: declared } = readJson(manifest)
  const list = Array.isArray(declared) ? declared : (declared as { packages?: unknown } | undefined)?.packages
  const yaml = existsSync(pnpm) ? readFileSync(pnpm, 'utf8') : ''
  // A list under `packages:`; the rest of the file is of no interest here.
  const [, items = ''] = /^packages:\s*\n((?:[ \t]*(?:-.*|#.*)?\n?)*)/m.exec(yaml) ?? []
  const fromYaml = [...items.matchAll(/^[ \t]*-[ \t]*(['"]?)(.+?)\1[ \t]*(?:#.*)?$/gm)].map(
    ([, , item]) => item!,
  )
  return [
    ...(Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []),
    ...fromYaml,
  ].filter((item) => !item.startsWith('!'))
}

/** Folders with a package.json for `packages/*`, `apps/web` and, two levels deep, `packages/**`. */
function matching(root: string, pattern: string): string[] {
  let folders = [root]
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '**')
      folders = [...folders, ...folders.flatMap(inside), ...folders.flatMap(inside).flatMap(inside)]
    else if (part.includes('*')) {
      const name = new RegExp(`^${part.split('*').map(escaped).join('[^/]*')}$`)
      folders = folders
        .flatMap(inside)
        .filter((folder) => name.test(folder.slice(dirname(folder).length + 1)))
    } else folders = folders.map((folder) => join(folder, part))
  }
  return [...new Set(folders)].filter((folder) => existsSync(join(folder, 'package.json')))
}

function inside(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      .map((entry) => join(folder, entry.name))
  } catch {
    return []
  }
}

/** Makes what follows look at the disk again. */
export function forgetPackages(): void {
  known.clear()
  roots.clear()
  for (const each of [hasModules, members, manifests]) each.clear()
}

function entryPaths(folder: string, subpath: string): string[] {
  const manifest = readJson(join(folder, 'package.json'))
  const found = targetsOf(manifest.exports, subpath)
  if (subpath === '.') {
    for (const key of ['source', 'module', 'main', 'types']) {
      if (typeof manifest[key] === 'string') found.push(manifest[key])
    }
    found.push('index', 'src/index')
  } else {
    found.push(subpath, join('src', subpath))
  }
  return sourcesOf(found).map((path) => resolve(folder, path))
}

/** Where `#db/queries` may lead: by `imports` of the nearest package.json (Node's "Subpath imports"). Never throws. */
export function packageImports(source: string, from: string): string[] {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest)) {
      return sourcesOf(targetsOf(readJson(manifest).imports, source)).map((path) => resolve(folder, path))
    }
    if (dirname(folder) === folder) return []
  }
}

/** What a build makes lies beside what it is made from. */
function sourcesOf(paths: readonly string[]): string[] {
  const sources = paths.flatMap((path) => {
    const bare = path.replace(/\.d\.([cm]?ts)$/, '.$1')
    return [bare.replace(/(^|\/)(?:dist|lib|build|out)\//, '$1src/'), bare]
  })
  return [...new Set([...sources, ...paths])]
}

/** Every path that `exports` or `imports` gives for a subpath, whatever the condition. */
function targetsOf(declared: unknown, subpath: string): string[] {
  if (typeof declared === 'string') return subpath === '.' ? [declared] : []
  if (typeof declared !== 'object' || declared === null) return []
  const map = declared as Record<string, unknown>
  if (!Object.keys(map).some((key) => /^[.#]/.test(key))) return subpath === '.' ? strings(map) : []
  if (Object.hasOwn(map, subpath)) return strings(map[subpath])
  for (const [key, value] of Object.entries(map)) {
    const [before, after] = key.split('*')
    if (
      before === undefined ||
      after === undefined ||
      !subpath.startsWith(before) ||
      !subpath.endsWith(after)
    )
      continue
    const middle = subpath.slice(before.length, subpath.length - after.length)
    return strings(value).map((path) => path.replaceAll('*', middle))
  }
  return []
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}

const manifests = new Fresh<Record<string, unknown>>()

function readJson(path: string): Record<string, unknown> {
  return manifests.get(path, () => {
    try {
      const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
      return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
    } catch {
      return {}
    }
  })
}

function timeOf(path: string): number {
  try {
    return statSync(path).mtimeMs
  } catch {
    return -1
  }
}
