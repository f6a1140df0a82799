import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { TSESTree } from '@typescript-eslint/utils'
import { resolveThrough } from '../packages.js'

/** A syntax tree, or why there is none: a sentence fragment. */
export type Parsed = TSESTree.Program | { readonly reason: string }

interface Parser {
  parse(text: string, options: object): unknown
}

/** The first of these packages that can be loaded, each seen from its own place. */
function load(ways: readonly (readonly [from: string, ...packages: string[]])[]): Parser | undefined {
  for (const [from, ...packages] of ways) {
    try {
      return createRequire(from)(resolveThrough(from, packages)) as Parser
    } catch {
      // Not there: the next way.
    }
  }
  return undefined
}

/** By language: looking for a parser takes longer than reading a migration. */
const parsers = new Map<boolean, Parser | undefined>()

/**
 * What typescript-eslint's parser parses with: without what only ESLint needs, which are tokens, comments and scopes, it takes less
 * than half the time.
 */
const ESTREE = '@typescript-eslint/typescript-estree'

function parserFor(isTypeScript: boolean): Parser | undefined {
  if (!parsers.has(isTypeScript)) {
    const project = join(process.cwd(), 'package.json')
    const ways = isTypeScript
      ? [
          [project, '@typescript-eslint/parser', ESTREE],
          [project, 'typescript-eslint', '@typescript-eslint/parser', ESTREE],
          [import.meta.url, '@typescript-eslint/parser', ESTREE],
        ]
      : [
          [import.meta.url, 'eslint', 'espree'],
          [project, 'eslint', 'espree'],
        ]
    parsers.set(isTypeScript, load(ways as [string, ...string[]][]))
  }
  return parsers.get(isTypeScript)
}

const OPTIONS = { loc: true, range: true, ecmaVersion: 'latest', sourceType: 'module' }

/**
 * Parses a migration in JavaScript (with ESLint's own parser, espree) or TypeScript (with what the project's
 * `@typescript-eslint/parser` is made of, where it has one), by the ending of its name. The code is not run. Never throws.
 */
export function parseModule(text: string, name: string): Parsed {
  const isTypeScript = /\.[cm]?tsx?$/.test(name)
  const jsx = name.endsWith('x')
  const options = { ...OPTIONS, jsx, ecmaFeatures: { jsx } }
  const parser = parserFor(isTypeScript)
  if (parser === undefined) {
    return { reason: `no parser for ${isTypeScript ? 'TypeScript' : 'JavaScript'} is installed` }
  }
  // A script that is no module: a name that only modules reserve, `with`, an octal number, of which TypeScript makes no difference.
  const types = isTypeScript ? ['module'] : ['module', 'script']
  let reason = ''
  for (const sourceType of types) {
    try {
      return parser.parse(text, { ...options, sourceType }) as TSESTree.Program
    } catch (error) {
      reason = (error as Error).message.split('\n')[0]!.replace(/\.$/, '')
    }
  }
  return { reason: `it can't be parsed: ${reason}` }
}
