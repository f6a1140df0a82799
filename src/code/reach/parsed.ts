import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { TSESLint, TSESTree } from '@typescript-eslint/utils'
import { resolveThrough } from '../../packages.js'
import { walk } from './site.js'
import type { Node } from './site.js'

/** Files beyond this many bytes are generated ones, and not worth parsing for a constant. */
const MAX_SIZE = 512 * 1024
/** UTF-16 units of text whose trees are kept; a tree takes some fifty times as much memory. */
const MAX_KEPT = 2 * 1024 * 1024

/** A file of the project that was parsed: its nodes know their parents. */
export interface ParsedFile {
  readonly text: string
  readonly ast: TSESTree.Program
}

interface Kept {
  readonly mtime: number
  readonly size: number
  readonly parsed: ParsedFile | undefined
}

/** A parser for ESLint: https://eslint.org/docs/latest/extend/custom-parsers. */
interface Parser {
  readonly meta?: { readonly name?: string; readonly version?: string }
  parseForESLint?(text: string, options: object): { ast: TSESTree.Program }
  parse?(text: string, options: object): TSESTree.Program
}

/** What one parser has read; an entry counts while mtime and size are the same. */
class ParsedFiles {
  readonly #files = new Map<string, Kept>()
  readonly #parse: (text: string, path: string) => TSESTree.Program | undefined
  #length = 0

  constructor(parser: Parser) {
    this.#parse = bareParser(parser) ?? ((text, path) => parseFully(parser, text, path))
  }

  get(path: string): ParsedFile | undefined {
    const { mtimeMs: mtime, size } = statSync(path)
    const known = this.#files.get(path)
    if (known?.mtime === mtime && known.size === size) {
      // Behind the others: those that nobody asks for go first.
      this.#files.delete(path)
      this.#files.set(path, known)
      return known.parsed
    }
    this.#forget(path)
    const parsed = size > MAX_SIZE ? undefined : this.#read(path)
    this.#files.set(path, { mtime, size, parsed })
    this.#length += parsed?.text.length ?? 0
    for (const oldest of this.#files.keys()) {
      if (this.#length <= MAX_KEPT) break
      this.#forget(oldest)
    }
    return parsed
  }

  #forget(path: string): void {
    this.#length -= this.#files.get(path)?.parsed?.text.length ?? 0
    this.#files.delete(path)
  }

  #read(path: string): ParsedFile | undefined {
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
    try {
      const ast = this.#parse(text, path)
      if (ast === undefined) return undefined
      walk(ast, (node, parent) => {
        if (parent !== undefined) (node as { parent?: Node }).parent = parent
      })
      return { text, ast }
    } catch {
      // A file with a syntax error has no tree; ESLint says so where it is linted itself.
      return undefined
    }
  }
}

function parseFully(parser: Parser, text: string, path: string): TSESTree.Program | undefined {
  const options = {
    ecmaVersion: 'latest',
    sourceType: /\.c[jt]s$/.test(path) ? 'script' : 'module',
    ecmaFeatures: { jsx: /x$/.test(path) || /\.[cm]?js$/.test(path), globalReturn: /\.cjs$/.test(path) },
    loc: true,
    range: true,
    filePath: path,
  }
  return parser.parseForESLint?.(text, options).ast ?? parser.parse?.(text, options)
}

/**
 * typescript-eslint's parser without what only ESLint needs of it, which are tokens, comments and scopes: it takes less than half the
 * time, and the trees are smaller. Undefined for another parser, and where the package that it is made of can't be loaded.
 */
function bareParser(parser: Parser): ((text: string, path: string) => TSESTree.Program) | undefined {
  const { parse } = (packageOf(parser, '@typescript-eslint/typescript-estree') ?? {}) as Partial<
    typeof import('@typescript-eslint/typescript-estree')
  >
  return (
    parse &&
    ((text, filePath) =>
      parse(text, { filePath, jsx: /x$/.test(filePath), loc: true, range: true }) as TSESTree.Program)
  )
}

/** A package that typescript-eslint's parser is made of, in the parser's version. */
function packageOf({ meta }: Parser, name: string): unknown {
  if (meta?.name !== 'typescript-eslint/parser') return undefined
  const load = createRequire(import.meta.url)
  for (const packages of [
    ['@typescript-eslint/parser'],
    ['typescript-eslint', '@typescript-eslint/parser'],
  ]) {
    try {
      const path = resolveThrough(import.meta.url, packages)
      const { version } = load(path) as { version?: string }
      if (version === meta.version) return load(resolveThrough(path, [name]))
    } catch {
      // Not installed where this plugin can see it.
    }
  }
  return undefined
}

type Scopes = TSESLint.Scope.ScopeManager

const scopes = new WeakMap<TSESTree.Program, Scopes | undefined>()

/** The scopes of a file that was parsed with typescript-eslint's parser; undefined for another one. Never throws. */
export function scopesOf(ast: TSESTree.Program, parser: unknown): Scopes | undefined {
  if (!scopes.has(ast)) scopes.set(ast, analyzed(ast, parser as Parser | undefined))
  return scopes.get(ast)
}

function analyzed(ast: TSESTree.Program, parser: Parser | undefined): Scopes | undefined {
  try {
    const module = packageOf(parser ?? {}, '@typescript-eslint/scope-manager')
    const { analyze } = (module ?? {}) as Partial<typeof import('@typescript-eslint/scope-manager')>
    return analyze?.(ast, { sourceType: 'module', lib: [] }) as Scopes | undefined
  } catch {
    return undefined
  }
}

const files = new WeakMap<object, ParsedFiles>()

/**
 * The file at an absolute path, read and parsed anew where it has changed. Undefined for what is not there, is too large or can't be
 * parsed, and where `parser`, ESLint's `languageOptions.parser`, is none. Never throws.
 */
export function parsedFile(path: string, parser: unknown): ParsedFile | undefined {
  if (parser === null || typeof parser !== 'object') return undefined
  let known = files.get(parser)
  if (known === undefined) files.set(parser, (known = new ParsedFiles(parser)))
  try {
    return known.get(path)
  } catch {
    return undefined
  }
}
