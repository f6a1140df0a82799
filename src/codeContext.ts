import { resolve } from 'node:path'
import type { Rule } from 'eslint'
import type { ParserServices, TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from './code/context.js'
import { projectFor } from './project.js'

type SourceCode = CodeContext['sourceCode']

/** Type information, where the parser made some. */
function servicesOf(sourceCode: Rule.RuleContext['sourceCode']): ParserServices | undefined {
  const services = sourceCode.parserServices as Partial<ParserServices> | undefined
  return services?.program ? (services as ParserServices) : undefined
}

/** One for each linted text: rules that look at the same file share it, and what is remembered by it. */
const contexts = new WeakMap<object, CodeContext>()

/**
 * The linted file and its database, as the finders see them. Undefined for a file that is neither JavaScript nor
 * TypeScript nor SQL, as another ESLint language reads it. Never throws.
 */
export function codeContextOf(context: Rule.RuleContext): CodeContext | undefined {
  const { sourceCode, settings, cwd, filename, languageOptions } = context
  const ast = sourceCode.ast as unknown as TSESTree.Program
  if (ast.type !== 'Program' && (ast.type as string) !== 'SqlFile') return undefined
  const known = contexts.get(sourceCode)
  if (known !== undefined) return known
  // `<input>` and the like: text from nowhere belongs to the working directory.
  const file = resolve(cwd, filename)
  const project = projectFor(file, settings['pg-enum'], cwd)
  const services = ast.type === 'Program' ? servicesOf(sourceCode) : undefined
  const made: CodeContext = {
    sourceCode: sourceCode as unknown as SourceCode,
    ast,
    filename: file,
    project,
    ...(services && { services }),
    languageOptions: languageOptions as { parser?: unknown; parserOptions?: unknown },
  }
  contexts.set(sourceCode, made)
  return made
}
