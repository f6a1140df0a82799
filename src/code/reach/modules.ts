import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { TSESTree } from '@typescript-eslint/utils'
import { declaredIn } from './binding.js'
import type { Binding } from './binding.js'
import { packageImports, workspacePaths } from './packages.js'
import { walk } from './site.js'
import type { Node, SourceFile } from './site.js'

/** Files beyond this many bytes are generated ones, and not worth parsing for a constant. */
const MAX_SIZE = 512 * 1024
const MAX_CACHED = 400
const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs']

interface Parsed {
  readonly mtime: number
  readonly size: number
  readonly text: string
  readonly ast: TSESTree.Program | undefined
}

/** Parsed files by parser and path; an entry counts while mtime and size are the same. */
const cache = new WeakMap<object, Map<string, Parsed>>()

interface Parser {
  parseForESLint?(text: string, options: object): { ast: TSESTree.Program }
  parse?(text: string, options: object): TSESTree.Program
}

/**
 * The project's own file that `source` names as seen from `from`, parsed with the parser of the linted file.
 * Undefined for packages, for what is not there or can't be parsed. Never throws.
 */
export function importedFile(source: string, from: SourceFile): SourceFile | undefined {
  const { sourceCode } = from.context
  let files = resolved.get(sourceCode)
  if (files === undefined) resolved.set(sourceCode, (files = new Map()))
  const key = `${from.filename}\0${source}`
  if (!files.has(key)) {
    const path = resolveImport(source, from.filename)
    files.set(key, path === undefined ? undefined : fileAt(path, from))
  }
  return files.get(key)
}

/** Imports that were followed for one linted text: each is looked up once, however many names come from it. */
const resolved = new WeakMap<object, Map<string, SourceFile | undefined>>()

/** The file at an absolute path, parsed with the parser of the linted file; undefined for the linted file itself. Never throws. */
export function fileAt(path: string, from: SourceFile): SourceFile | undefined {
  const parser = from.context.languageOptions?.parser as Parser | undefined
  if (parser === undefined || parser === null || typeof parser !== 'object') return undefined
  if (path === from.context.filename) return undefined
  const parsed = parseFile(path, parser)
  if (parsed?.ast === undefined) return undefined
  return { filename: path, text: parsed.text, ast: parsed.ast, linted: false, context: from.context }
}

function parseFile(path: string, parser: Parser): Parsed | undefined {
  let files = cache.get(parser)
  if (files === undefined) cache.set(parser, (files = new Map()))
  try {
    const { mtimeMs: mtime, size } = statSync(path)
    const known = files.get(path)
    if (known?.mtime === mtime && known.size === size) return known
    const text = size > MAX_SIZE ? '' : readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
    const parsed = { mtime, size, text, ast: size > MAX_SIZE ? undefined : parse(text, path, parser) }
    files.delete(path)
    files.set(path, parsed)
    if (files.size > MAX_CACHED) files.delete(files.keys().next().value!)
    return parsed
  } catch {
    return undefined
  }
}

function parse(text: string, path: string, parser: Parser): TSESTree.Program | undefined {
  const options = {
    ecmaVersion: 'latest',
    sourceType: /\.c[jt]s$/.test(path) ? 'script' : 'module',
    ecmaFeatures: { jsx: /x$/.test(path) || /\.[cm]?js$/.test(path), globalReturn: /\.cjs$/.test(path) },
    loc: true,
    range: true,
    filePath: path,
  }
  try {
    const ast = parser.parseForESLint?.(text, options).ast ?? parser.parse?.(text, options)
    if (ast === undefined) return undefined
    walk(ast, (node, parent) => {
      if (parent !== undefined) (node as { parent?: Node }).parent = parent
    })
    return ast
  } catch {
    return undefined
  }
}

/**
 * The absolute path of an import: relative ones, those that the nearest tsconfig.json maps by `paths` or the nearest package.json by
 * `imports`, and packages of the same repository.
 */
export function resolveImport(source: string, from: string): string | undefined {
  if (source.startsWith('.')) return existing(resolve(dirname(from), source))
  for (const candidate of mapped(source, from)) {
    const path = existing(candidate)
    if (path !== undefined) return path
  }
  for (const candidate of source.startsWith('#')
    ? packageImports(source, from)
    : workspacePaths(source, from)) {
    const path = existing(candidate)
    if (path !== undefined) return path
  }
  return undefined
}

function existing(path: string): string | undefined {
  const bare = path.replace(/\.([cm]?)jsx?$/, '')
  const candidates = [
    path,
    ...EXTENSIONS.map((e) => path + e),
    ...(bare === path ? [] : EXTENSIONS.map((e) => bare + e)),
    ...EXTENSIONS.map((e) => join(path, `index${e}`)),
  ]
  return candidates.find((c) => EXTENSIONS.some((e) => c.endsWith(e)) && isFile(c))
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
  } catch {
    return false
  }
}

interface Paths {
  readonly base: string
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[]
}

const configs = new Map<string, { mtime: number; paths: Paths | undefined }>()

function* mapped(source: string, from: string): Generator<string> {
  const config = nearestPaths(dirname(from))
  for (const [pattern, targets] of config?.paths ?? []) {
    const star = pattern.indexOf('*')
    const prefix = star < 0 ? pattern : pattern.slice(0, star)
    const suffix = star < 0 ? '' : pattern.slice(star + 1)
    if (star < 0 ? source !== pattern : !(source.startsWith(prefix) && source.endsWith(suffix))) continue
    const middle = source.slice(prefix.length, source.length - suffix.length)
    for (const target of targets)
      yield resolve(
        config!.base,
        target.replace('*', () => middle),
      )
  }
}

/** `compilerOptions.paths` of the nearest tsconfig.json or jsconfig.json; `extends` is not followed. */
function nearestPaths(folder: string): Paths | undefined {
  for (let dir = folder; ; dir = dirname(dir)) {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      const path = join(dir, name)
      if (isFile(path)) {
        const paths = readPaths(path)
        if (paths !== undefined) return paths
      }
    }
    if (dirname(dir) === dir) return undefined
  }
}

function readPaths(path: string): Paths | undefined {
  try {
    const mtime = statSync(path).mtimeMs
    const known = configs.get(path)
    if (known?.mtime === mtime) return known.paths
    const json = JSON.parse(withoutComments(readFileSync(path, 'utf8'))) as {
      compilerOptions?: { baseUrl?: string; paths?: Record<string, string[]> }
    }
    const options = json.compilerOptions
    const paths =
      options?.paths === undefined
        ? undefined
        : { base: resolve(dirname(path), options.baseUrl ?? '.'), paths: Object.entries(options.paths) }
    configs.set(path, { mtime, paths })
    return paths
  } catch {
    return undefined
  }
}

/** tsconfig.json allows comments and trailing commas. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string?: string) => string ?? '')
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string?: string) => string ?? '')
}

/** What a module exports under a name: an expression, a declaration, or the whole module (`node` is its Program). */
export interface Exported {
  readonly file: SourceFile
  readonly node: Node
  /** The binding, where the export is of a name. */
  readonly binding?: Binding
}

/** The export `name` (`default`, or `*` for the namespace) of a file; re-exports are followed. */
export function exportOf(file: SourceFile, name: string, depth = 0): Exported | undefined {
  if (name === '*') return { file, node: file.ast }
  if (depth > 8) return undefined
  const stars: string[] = []
  for (const statement of file.ast.body) {
    switch (statement.type) {
      case 'ExportNamedDeclaration': {
        if (statement.declaration !== null) {
          const binding = declaredIn([statement.declaration], name)
          if (binding !== undefined) return { file, node: statement.declaration, binding }
        }
        for (const specifier of statement.specifiers) {
          if (nameOf(specifier.exported) !== name) continue
          if (statement.source !== null) {
            const next = importedFile(statement.source.value, file)
            return next && exportOf(next, nameOf(specifier.local), depth + 1)
          }
          const binding = declaredIn(file.ast.body, nameOf(specifier.local))
          return binding && { file, node: specifier, binding }
        }
        break
      }
      case 'ExportDefaultDeclaration':
        if (name === 'default') return { file, node: statement.declaration }
        break
      case 'ExportAllDeclaration':
        if (statement.exported === null) stars.push(statement.source.value)
        else if (nameOf(statement.exported) === name) {
          const next = importedFile(statement.source.value, file)
          return next && { file: next, node: next.ast }
        }
        break
      case 'ExpressionStatement': {
        const value = commonJsExport(statement.expression, name)
        if (value !== undefined) return { file, node: value }
        break
      }
    }
  }
  for (const source of stars) {
    const next = importedFile(source, file)
    const found = next && exportOf(next, name, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : node.type === 'Literal' ? String(node.value) : ''
}

/** The value of `exports.name = value` or of `module.exports = { name: value }`. */
function commonJsExport(node: Node, name: string): Node | undefined {
  if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') return undefined
  const { object, property } = node.left
  if (property.type !== 'Identifier') return undefined
  const ofModule = object.type === 'Identifier' && object.name === 'module' && property.name === 'exports'
  if (ofModule) {
    if (name === 'default') return node.right
    if (node.right.type !== 'ObjectExpression') return undefined
    for (const member of node.right.properties) {
      if (member.type === 'Property' && !member.computed && nameOf(member.key) === name) return member.value
    }
    return undefined
  }
  const ofExports =
    (object.type === 'Identifier' && object.name === 'exports') ||
    (object.type === 'MemberExpression' &&
      object.object.type === 'Identifier' &&
      object.object.name === 'module' &&
      nameOf(object.property) === 'exports')
  return ofExports && property.name === name ? node.right : undefined
}
